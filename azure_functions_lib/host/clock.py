"""The host's clock: the time of the machine, which can be set forward."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

from ..errors import InvalidValueError

__all__ = ["HostClock"]

_LONGEST_SLEEP = timedelta(days=1)  # a machine that was asleep notices after that at the latest


@dataclass(order=True)
class _Sleeper:
    when: datetime
    number: int
    wake: asyncio.Event = field(default_factory=asyncio.Event, compare=False)


class HostClock:
    """Tells the time, and wakes who waits for one.

    It goes as the machine's clock does, ahead of it by :attr:`offset`.

    Attributes:
        offset: how far it is ahead of the machine's clock.
    """

    def __init__(self) -> None:
        self.offset = timedelta(0)
        self._numbers = itertools.count()
        self._sleepers: list[_Sleeper] = []

    def now(self) -> datetime:
        """The time, aware, in UTC."""
        return datetime.now(timezone.utc) + self.offset

    async def sleep_until(self, when: datetime) -> None:
        """Return once it is ``when``, at once if that has passed."""
        sleeper = _Sleeper(when, next(self._numbers))
        heapq.heappush(self._sleepers, sleeper)
        try:
            while (left := sleeper.when - self.now()) > timedelta(0):
                sleeper.wake.clear()
                try:
                    seconds = min(left, _LONGEST_SLEEP).total_seconds()
                    await asyncio.wait_for(sleeper.wake.wait(), seconds)
                except asyncio.TimeoutError:
                    pass
        finally:
            self._sleepers = [each for each in self._sleepers if each is not sleeper]
            heapq.heapify(self._sleepers)

    def end_of(self, span: timedelta) -> datetime:
        """Give the time after a span.

        Raises:
            InvalidValueError: the span is negative, or leads beyond the calendar.
        """
        if span < timedelta(0):
            raise InvalidValueError(
                f"clock: got {span}; expected a span forward. Time does not go back, but a reset "
                "gives the time of the machine"
            )
        try:
            return self.now() + span
        except OverflowError:
            raise InvalidValueError(
                f"clock: got {span}; expected a date before the year 10000"
            ) from None

    async def advance(self, end: datetime, settle: Callable[[], Awaitable[None]]) -> None:
        """Let time pass.

        It goes from one awaited time to the next, so that what is due in between happens at its
        time and in its order.

        Args:
            end: until when.
            settle: waits until what has become due is done.
        """
        await settle()
        while self._sleepers and self._sleepers[0].when <= end:
            due = heapq.heappop(self._sleepers)
            self._set(due.when)
            due.wake.set()
            await settle()
        self._set(end)
        await settle()

    def reset(self) -> timedelta:
        """Go with the machine's clock again; who waits goes on waiting for as long as before.

        Returns:
            how far the clock has gone back.
        """
        back, self.offset = self.offset, timedelta(0)
        for sleeper in self._sleepers:
            sleeper.when -= back
            sleeper.wake.set()
        return back

    def _set(self, when: datetime) -> None:
        self.offset = max(self.offset, when - datetime.now(timezone.utc))
