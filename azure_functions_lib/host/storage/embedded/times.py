"""Times as the database keeps them: whole microseconds since 1970, in UTC."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

__all__ = ["from_micros", "micros", "to_micros"]

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MICROSECOND = timedelta(microseconds=1)


def to_micros(when: datetime) -> int:
    """Give the microseconds from 1970 to an aware time."""
    return (when - _EPOCH) // _MICROSECOND


def from_micros(micros: int) -> datetime:
    """Give the time, in UTC, so many microseconds after 1970."""
    return _EPOCH + timedelta(microseconds=micros)


def micros(span: timedelta) -> int:
    """Give the whole microseconds of a span."""
    return span // _MICROSECOND
