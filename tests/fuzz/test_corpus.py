"""Every input of the corpus is answered, or refused with the library's own errors.

A file of the corpus has one input in each line. To keep a finding of the fuzzer, add its line.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from .inputs import STRATEGIES
from .targets import TARGETS, feed, feed_in_time

CORPUS = Path(__file__).parent / "corpus"


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize("target", sorted({*TARGETS} - {"decoders"}))
def test_corpus(target: str) -> None:
    for line in (CORPUS / f"{target}.txt").read_bytes().splitlines():
        feed(target, line)


def test_a_finding_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(TARGETS, "cookies", lambda data: 1 / 0)
    with pytest.raises(AssertionError, match="cookies: b'x': ZeroDivisionError"):
        feed("cookies", b"x")


@pytest.mark.parametrize(("size", "taken"), [(1, 1.0), (100_000, 1.0), (300_000, 3.0)])
def test_an_input_that_takes_too_long_is_a_finding(
    size: int, taken: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 0.0
    monkeypatch.setattr("tests.fuzz.targets.process_time", lambda: now)

    def work(data: bytes) -> None:
        nonlocal now
        now += cost

    monkeypatch.setitem(TARGETS, "cookies", work)
    cost = taken * 0.99
    assert feed_in_time("cookies", b"x" * size) == (size, pytest.approx(0.99))
    cost = taken
    with pytest.raises(AssertionError, match=f"cookies: {taken} s for {size} bytes: b'x"):
        feed_in_time("cookies", b"x" * size)


def test_each_target_has_something_to_draw_from() -> None:
    corpus = {each.stem for each in CORPUS.glob("*.txt")}
    assert TARGETS.keys() == STRATEGIES.keys() == corpus | {"decoders"}
