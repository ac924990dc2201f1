"""The test client's clock, which stands still until it is moved."""

from __future__ import annotations

from datetime import datetime, timezone

__all__ = ["JumpingClock"]


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
