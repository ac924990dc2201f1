"""What a misspelt name was meant to be."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..errors import DeclarationError

__all__ = ["check_keywords", "meant", "unknown_keyword"]

_NEARLY_THE_SAME = 0.87
"""How alike two names are, from 0 to 1, of which one is a misspelling of the other."""

_SHORTEST = 5
"""Of shorter names, one letter makes another name: ``take`` and ``tags``."""

_WORD = re.compile("[A-Z]?[a-z0-9]+|[A-Z]+")


def check_keywords(of: str, given: Iterable[str], known: Iterable[str]) -> None:
    """Refuse a keyword that is nearly a known one; others may be keys of an extension.

    One that differs in letter case only, such as the key itself, is the same to the host.

    Raises:
        DeclarationError: it names the keyword and the one that is meant.
    """
    for name in given:
        found = meant(name, known)
        if found is not None and _joined(found) != _joined(name):
            raise DeclarationError(f"{of} has no keyword {name!r}", f"Write {found!r}")


def unknown_keyword(of: str, given: Iterable[str], known: Iterable[str]) -> DeclarationError:
    """Build the error for keywords of which one is not known, where there are no others."""
    name = next(each for each in given if each not in known)
    return DeclarationError(
        f"{of} has no keyword {name!r}", f"It has {', '.join(map(repr, sorted(known)))}"
    )


def meant(name: str, known: Iterable[str]) -> str | None:
    """Find the known name that another one is a misspelling of; None when it is none.

    Snake case, camel case and letter case make no difference. A name that holds all words of a
    known one and more of its own is no misspelling, but more precise:
    ``lease_connection`` beside ``connection``.
    """
    import difflib

    names = {_joined(each): each for each in known}
    joined = _joined(name)
    if joined in names or len(joined) < _SHORTEST:
        found = names.get(joined)
        return None if found == name else found
    words = set(_words(name))
    for close in difflib.get_close_matches(joined, names, cutoff=_NEARLY_THE_SAME):
        if len(close) >= _SHORTEST and not words > set(_words(names[close])):
            return names[close]
    return None


def _words(name: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(name)]


def _joined(name: str) -> str:
    return "".join(_words(name))
