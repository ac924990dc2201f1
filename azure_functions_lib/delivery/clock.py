"""The time of a host: every wait and every "now" goes through a clock that can be moved."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

__all__ = ["Clock", "Interrupted"]


class Interrupted(Exception):
    """Whoever waits is to end: there is no time for another try."""


class Clock(Protocol):
    """Tells the time and waits; a test's clock jumps instead."""

    def now(self) -> datetime:
        """Give the time, aware, in UTC."""
        ...

    async def sleep_until(self, when: datetime) -> None:
        """Return once it is ``when``, at once if that has passed.

        Raises:
            Interrupted: it is not waited for any longer.
        """
