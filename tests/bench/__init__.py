"""Benchmarks beside azure-functions, in one process: ``python -m tests.bench [name ...]``.

Every ``bench_*.py`` here has a function ``rows()`` that yields :class:`Row`; :func:`compare` makes
one. Nothing asserts a time: the table is read by people.

    from tests.bench import Row, compare, peer

    def rows() -> Iterable[Row]:
        yield compare("queueTrigger decode", ours, peer and theirs, target=100)
"""

from __future__ import annotations

import gc
import importlib
import sys
import time
from collections.abc import Callable
from typing import Any, NamedTuple

__all__ = ["Row", "compare", "measure", "peer"]

sys.modules["orjson"] = None  # type: ignore[assignment]  # the standard json on both sides

try:
    peer: Any = importlib.import_module("azure.functions")
except ImportError:
    peer = None
"""The installed azure-functions package, None without it."""


class Row(NamedTuple):
    """One measured operation.

    Attributes:
        name: what is done, such as ``"queueTrigger decode"``.
        ours: seconds per operation of this library.
        theirs: seconds per operation of azure-functions; None where it has nothing like it.
        target: how many times as fast this library is meant to be; None without such an aim.
        note: what else to know.
    """

    name: str
    ours: float
    theirs: float | None = None
    target: float | None = None
    note: str = ""

    @property
    def factor(self) -> float | None:
        """How many times as fast this library is; None where that cannot be said."""
        return None if self.theirs is None or self.ours <= 0 else self.theirs / self.ours


# Short rounds and many of them: the speed of a machine comes and goes within a second, and the
# best rounds of two functions are to be of the same moment.
_ROUND_SECONDS = 0.004
_LEAST_CALLS = 5  # in a round, so that a call rarely finds the caches as others have left them
_LEAST_ROUNDS = 5
_SECONDS = 1.5


def compare(
    name: str,
    ours: Callable[[], object],
    theirs: Callable[[], object] | None = None,
    *,
    target: float | None = None,
    note: str = "",
) -> Row:
    """Measure an operation on both sides, in alternating rounds."""
    times = measure(ours, theirs) if theirs is not None else measure(ours)
    return Row(name, times[0], times[1] if theirs is not None else None, target, note)


def measure(*calls: Callable[[], object]) -> list[float]:
    """Give the seconds one call takes, for each of some functions: the best of many rounds.

    The rounds of the functions alternate, so that a busy moment of the machine hits all of them.
    """
    counts = [_calls_per_round(call) for call in calls]
    best = [float("inf")] * len(calls)
    collecting = gc.isenabled()
    gc.collect()
    gc.disable()
    try:
        rounds, end = 0, time.perf_counter() + _SECONDS
        while rounds < _LEAST_ROUNDS or time.perf_counter() < end:
            for index, call in enumerate(calls):
                best[index] = min(best[index], _run(call, counts[index]) / counts[index])
            rounds += 1
            if rounds % 10 == 0:
                gc.collect()
    finally:
        if collecting:
            gc.enable()
    return best


def _calls_per_round(call: Callable[[], object]) -> int:
    count = 1
    while (spent := _run(call, count)) < _ROUND_SECONDS / 4:
        count *= 4
    least = _LEAST_CALLS if spent / count < 10 * _ROUND_SECONDS else 1
    return max(least, round(count * _ROUND_SECONDS / spent))


def _run(call: Callable[[], object], count: int) -> float:
    start = time.perf_counter()
    for _ in range(count):
        call()
    return time.perf_counter() - start
