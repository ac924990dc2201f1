"""The prose of the documents is spelled as a dictionary and ``docs/words.txt`` have it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WORDS = ROOT / "docs" / "words.txt"
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]

_NO_PROSE = re.compile(
    r"^ *```.*?^ *```|`[^`]*`|\]\([^)]*\)|https?://\S+|<[^>]+>", re.DOTALL | re.MULTILINE
)
# Names such as HttpRequest, queue_trigger or v1 are none.
_WORD = re.compile(r"(?<![\w.@/-])([A-Za-z][a-z]{2,})(?:'s)?(?![\w@])")


def words_of(text: str) -> set[str]:
    return {word.lower() for word in _WORD.findall(_NO_PROSE.sub(" ", text))}


def test_every_word_is_known() -> None:
    spelling = pytest.importorskip("spellchecker", reason="it comes with the extra `docs`")
    known = spelling.SpellChecker(language="en")
    known.word_frequency.load_words(WORDS.read_text(encoding="utf-8").split())
    wrong = {
        str(page.relative_to(ROOT)): unknown
        for page in PAGES
        if (unknown := known.unknown(words_of(page.read_text(encoding="utf-8"))))
    }
    assert not wrong, f"correct these, or add them to {WORDS.relative_to(ROOT)}"


def test_the_project_s_words_are_sorted() -> None:
    words = WORDS.read_text(encoding="utf-8").split()
    assert words == sorted(set(words))


def test_what_is_no_prose_is_left_out() -> None:
    text = "A wrd, `cde`, [txt](lnk.md), some-nme, HttpRqst\n\n```python\nimprt\n```\n"
    assert words_of(text) == {"wrd", "txt", "some"}
