"""Time spans as the host's configuration has them: .NET's ``TimeSpan.TryParse``."""

from __future__ import annotations

import re
from datetime import timedelta

__all__ = ["parse_duration", "parse_time_span"]

_CLOCK = re.compile(
    r"(?:(?P<days>\d{1,8})(?:\.|:(?=\d+:\d+:)))?(?P<hours>\d{1,8}):(?P<minutes>\d{1,2})"
    r"(?::(?P<seconds>\d{1,2})(?:\.(?P<fraction>\d{1,7}))?)?",
    re.ASCII,
)
_DAYS = re.compile(r"\d{1,8}", re.ASCII)
_MOST_DAYS = 10675199  # those of TimeSpan.MaxValue


def parse_time_span(text: str) -> timedelta | None:
    """Read ``[-][d.]hh:mm[:ss[.fffffff]]``, ``[-]d:hh:mm:ss`` or ``[-]d``; None if it is none.

    A number alone means days, and so does the first of three that is no hour: ``"24:00:00"``.
    """
    text = text.strip()
    sign = -1 if text.startswith("-") else 1
    text = text.removeprefix("-")
    if _DAYS.fullmatch(text):
        text += ".00:00"
    match = _CLOCK.fullmatch(text)
    if match is None:
        return None
    days, hours, minutes, seconds = (
        int(match[name] or 0) for name in ("days", "hours", "minutes", "seconds")
    )
    if hours > 23 and match["days"] is None and match["seconds"] and not match["fraction"]:
        days, hours, minutes, seconds = hours, minutes, seconds, 0
    if hours > 23 or minutes > 59 or seconds > 59 or days > _MOST_DAYS:
        return None
    micros = int((match["fraction"] or "").ljust(6, "0")[:6])
    return sign * timedelta(days, seconds, micros, hours=hours, minutes=minutes)


_DURATION = re.compile(
    r"(?:(\d{1,8})d)?(?:(\d{1,8})h)?(?:(\d{1,8})m)?(?:(\d{1,8}(?:\.\d{1,6})?)s)?", re.ASCII
)


def parse_duration(text: str) -> timedelta | None:
    """Read what a person writes: ``1d``, ``2h30m``, ``90s``, or a .NET time span; None if neither.

    A number alone says no unit and is refused.
    """
    text = text.strip().lower().replace(" ", "")
    match = _DURATION.fullmatch(text)
    if match is None or not text:
        return parse_time_span(text) if ":" in text else None
    days, hours, minutes, seconds = (float(part or 0) for part in match.groups())
    return timedelta(days, seconds, hours=hours, minutes=minutes)
