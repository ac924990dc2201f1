"""The host's clock: the time of the machine, which can be set forward."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta, timezone

from ..errors import InvalidValueError

__all__ = ["HostClock"]

_LONGEST_SLEEP = timedelta(days=1)  # a machine that was asleep notices after that at the latest


class HostClock:
    """Tells the time, and wakes who waits for one.

    It goes as the machine's clock does, ahead of it by :attr:`offset`.

    Attributes:
        offset: how far it is ahead of the machine's clock.
    """

    def __init__(self) -> None:
        self.offset = timedelta(0)
        self._numbers = itertools.count()
        self._waiting: list[tuple[datetime, int, asyncio.Event]] = []

    def now(self) -> datetime:
        """The time, aware, in UTC."""
        return datetime.now(timezone.utc) + self.offset

    async def sleep_until(self, when: datetime) -> None:
        """Return once it is ``when``, at once if that has passed."""
        wake = asyncio.Event()
        heapq.heappush(self._waiting, (when, next(self._numbers), wake))
        try:
            while (left := when - self.now()) > timedelta(0):
                wake.clear()
                try:
                    seconds = min(left, _LONGEST_SLEEP).total_seconds()
                    await asyncio.wait_for(wake.wait(), seconds)
                except asyncio.TimeoutError:
                    pass
        finally:
            self._waiting = [entry for entry in self._waiting if entry[2] is not wake]
            heapq.heapify(self._waiting)

    async def advance(self, span: timedelta, settle: Callable[[], Awaitable[None]]) -> None:
        """Let a span of time pass.

        It goes from one awaited time to the next, so that what is due in between happens at its
        time and in its order.

        Args:
            span: how far.
            settle: waits until what has become due is done.

        Raises:
            InvalidValueError: the span is negative, or leads beyond the calendar.
        """
        if span < timedelta(0):
            raise InvalidValueError(
                f"clock: got {span}; expected a span forward. Time does not go back"
            )
        try:
            end = self.now() + span
        except OverflowError:
            raise InvalidValueError(
                f"clock: got {span}; expected a date before the year 10000"
            ) from None
        await settle()
        while self._waiting and self._waiting[0][0] <= end:
            due, _, wake = heapq.heappop(self._waiting)
            self._set(due)
            wake.set()
            await settle()
        self._set(end)
        await settle()

    def reset(self) -> None:
        """Go with the machine's clock again; who waits goes on waiting for the same time."""
        self.offset = timedelta(0)

    def _set(self, when: datetime) -> None:
        self.offset = max(self.offset, when - datetime.now(timezone.utc))
