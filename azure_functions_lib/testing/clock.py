"""The test client's clock, which stands still until it is moved, and how a test moves it."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from ..errors import InvocationError, preview
from .waitless import now

if TYPE_CHECKING:
    from .base import BaseClient
    from .result import Result

__all__ = ["AsyncClock", "Clock", "JumpingClock"]


class JumpingClock:
    """A clock whose waits take no time: it jumps to where they end.

    Args:
        start: the time it shows first, aware; that of this machine if None.
    """

    def __init__(self, start: datetime | None = None) -> None:
        self._now = (start or datetime.now(timezone.utc)).astimezone(timezone.utc)

    def now(self) -> datetime:
        """Give the time, in UTC."""
        return self._now

    def jump(self, when: datetime) -> None:
        """Move on to a time; to one that has passed it does not go back."""
        self._now = max(self._now, when.astimezone(timezone.utc))

    async def sleep_until(self, when: datetime) -> None:
        """Move on to a time at once."""
        self.jump(when)


class _Clock:
    """What both clocks share: telling the time."""

    def __init__(self, client: BaseClient[Any]) -> None:
        self._client = client

    def now(self) -> datetime:
        """Give the time, in UTC."""
        return self._client._deliveries.clock.now()

    def _span(self, when: datetime) -> timedelta:
        if not isinstance(when, datetime) or when.tzinfo is None:
            raise InvocationError(
                f"a clock was to be moved to {preview(when)}; expected an aware "
                "datetime, such as datetime(2026, 1, 1, tzinfo=timezone.utc)"
            )
        return when - self.now()

    def _target(self, span: timedelta | None, units: dict[str, float]) -> datetime:
        try:
            when = self.now() + (timedelta() if span is None else span) + timedelta(**units)
        except (TypeError, OverflowError) as error:
            came = preview(span) if span is not None else ", ".join(units)
            raise InvocationError(
                f"a clock was to be advanced by {came}; expected a timedelta, or days, hours, "
                f"minutes, seconds by name ({error})"
            ) from None
        if when < self.now():
            raise InvocationError(f"a clock was to be set back, to {when}. It only goes on")
        return when


class Clock(_Clock):
    """The clock of a :class:`TestClient`, which stands still until it is moved."""

    def advance(self, span: timedelta | None = None, /, **units: float) -> list[Result]:
        """Let time pass: run the timers whose time comes, in order.

        Args:
            span: how much time.
            units: or ``days``, ``hours``, ``minutes``, ``seconds``, as for a timedelta.

        Returns:
            the results of the timers' functions.

        Raises:
            InvocationError: the time would go back.
            Exception: what a function raised, unless the client was told otherwise. The clock then
                stands at that time, and goes on when it is advanced again.
        """
        return self.move_to(self._target(span, units))

    def move_to(self, when: datetime) -> list[Result]:
        """Let time pass until ``when``, an aware time; see :meth:`advance`."""
        return now(self._client._passed(self._target(self._span(when), {})))


class AsyncClock(_Clock):
    """The clock of an :class:`AsyncTestClient`; see :class:`Clock`."""

    async def advance(self, span: timedelta | None = None, /, **units: float) -> list[Result]:
        """Let time pass; see :meth:`Clock.advance`."""
        return await self.move_to(self._target(span, units))

    async def move_to(self, when: datetime) -> list[Result]:
        """Let time pass until ``when``; see :meth:`Clock.move_to`."""
        return await self._client._passed(self._target(self._span(when), {}))
