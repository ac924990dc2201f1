"""Every input of the corpus is answered, or refused with the library's own errors.

A file of the corpus has one input in each line. To keep a finding of the fuzzer, add its line.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from .targets import STRATEGIES, TARGETS, feed

CORPUS = Path(__file__).parent / "corpus"


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize("target", TARGETS)
def test_corpus(target: str) -> None:
    for line in (CORPUS / f"{target}.txt").read_bytes().splitlines():
        feed(target, line)


def test_a_finding_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(TARGETS, "cookies", lambda data: 1 / 0)
    with pytest.raises(AssertionError, match="cookies: b'x': ZeroDivisionError"):
        feed("cookies", b"x")


def test_each_target_has_something_to_draw_from() -> None:
    assert TARGETS.keys() == STRATEGIES.keys() == {each.stem for each in CORPUS.glob("*.txt")}
