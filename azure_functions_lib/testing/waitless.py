"""Coroutines that never wait, as those of a storage in memory: a client needs no event loop."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any, TypeVar

__all__ = ["now"]

T = TypeVar("T")


def now(coroutine: Coroutine[Any, Any, T]) -> T:
    """Take the result of a coroutine that never waits."""
    try:
        coroutine.send(None)
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]
    coroutine.close()
    raise RuntimeError("this coroutine waits for something; await it in an event loop")
