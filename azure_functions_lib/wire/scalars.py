"""One total parser for each kind of scalar in trigger metadata.

A reader takes a plain Python value (a datum's ``python_value``) and returns the field's value, or
raises ValueError with what it expected. It never raises anything else.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from typing import Any, cast

from .jsontext import dump_json

__all__ = [
    "as_body",
    "as_bytes",
    "integer",
    "items",
    "mapping",
    "text",
    "timespan",
    "timestamp",
    "timestamps_in_utc",
    "utc_timestamp",
]


def text(value: Any) -> str:
    """Read text; a number, a truth value, an object or an array is read as its JSON text."""
    if isinstance(value, str):
        return value
    if type(value) is int:
        return str(value)
    if isinstance(value, (int, float, dict, list)):
        try:
            return dump_json(value)
        except (TypeError, ValueError):
            pass
    raise ValueError("text")


_INTEGER = re.compile(r"[+-]?[0-9]{1,100}")


def integer(value: Any) -> int:
    """Read a whole number, given as a number or as decimal digits."""
    if type(value) is int and value.bit_length() < 333:  # 100 digits, as of text
        return value
    if isinstance(value, str) and _INTEGER.fullmatch(value):
        return int(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    raise ValueError("a whole number")


def mapping(value: Any) -> dict[str, Any]:
    """Read a JSON object."""
    if isinstance(value, dict):
        return value
    raise ValueError("a JSON object")


def items(value: Any) -> list[Any]:
    """Read a JSON array."""
    if isinstance(value, list):
        return value
    raise ValueError("a JSON array")


_EXPECTED_TIMESTAMP = "an ISO 8601 timestamp such as 2020-01-31T23:59:58.123Z"
_FRACTION = re.compile(r"(\d\d:\d\d:\d\d)(?:\.(\d{1,6})\d*)?(?=$|[Z+-])", re.ASCII)
# .NET's invariant general format, in which the host writes a date that overrides metadata; and a
# date in ISO order whose numbers lack leading zeros, which the mirrored library reads.
_LOOSE = re.compile(
    r"(?:(\d{1,2})/(\d{1,2})/(\d{4})|(\d{4})-(\d{1,2})-(\d{1,2}))"
    r"[ T](\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.(\d+))?"
    r"(?:(?(1) ?)(?:(Z)|([+-])(\d\d):?(\d\d)))?",
    re.ASCII | re.IGNORECASE,
)
# What ISO 8601 allows and dateutil is asked to read: a date, or a date and a time.
_ISO = re.compile(
    r"(?:\d{4}-?\d\d-?\d\d|\d{4}-?W\d\d-?\d|\d{4}-?\d{3})"
    r"(?:[T ]\d\d(?::?\d\d(?::?\d\d(?:[.,]\d+)?)?)?(?:Z|[+-]\d\d(?::?\d\d)?)?)?",
    re.ASCII | re.IGNORECASE,
)


def timestamp(value: Any) -> datetime | None:
    """Read a point in time: any ISO 8601 / RFC 3339 form, or .NET's invariant general format.

    With ``Z`` or an offset the result is aware, without it is naive. Digits beyond microseconds
    are cut. An empty text is None.
    """
    try:
        # The forms that nearly all host fields have: in UTC, or with an offset after the seconds.
        # fromisoformat checks the rest of them, except for what it lets pass: an empty fraction,
        # digits or a space after the seconds, anything after six digits of the fraction (.NET
        # writes seven), anything after a null character.
        if value[10] == "T" and value[16] == ":" and "\0" not in value:
            if value[-1] == "Z":
                usual = len(value) < 29 and value[19] in ".Z" and value[-2] in "0123456789"
            else:
                usual = len(value) == 25 and value[19] in "+-" and value[22] == ":"
            if usual:
                return from_iso(value)
    except (TypeError, KeyError, IndexError, ValueError, AttributeError):
        pass
    return _other_timestamp(value)


_PLAIN = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?"
_OFTEN = re.compile(_PLAIN + r"(?:Z|[+-]\d\d:\d\d)?", re.ASCII)
_LINES_IN_UTC = re.compile(rf"(?:{_PLAIN}Z\n)*", re.ASCII)


def _other_timestamp(value: Any) -> datetime | None:
    if isinstance(value, str):
        if not value:
            return None
        try:
            if _OFTEN.fullmatch(value):
                return from_iso(value)
        except ValueError:
            pass
        parsed = _rare_timestamp(value)
        if parsed is not None:
            return parsed
    elif isinstance(value, date):
        # A message made by hand keeps the day it was given, as the mirrored types do.
        return cast("datetime", value)
    raise ValueError(_EXPECTED_TIMESTAMP)


def timestamps_in_utc(values: Sequence[str]) -> list[datetime] | None:
    """Read the timestamps of a batch; None unless all are as hosts write them.

    One look at all takes a third of the time of one at each.
    """
    if not _LINES_IN_UTC.fullmatch("\n".join(values) + "\n"):
        return None
    try:
        return list(map(from_iso, values))
    except ValueError:  # a day or a time of day that does not exist
        return None


def utc_timestamp(value: Any) -> datetime | None:
    """Read a point in time that is UTC by its field's definition: aware, zone or not."""
    parsed = timestamp(value)
    if isinstance(parsed, datetime) and parsed.tzinfo is None:
        return parsed.replace(tzinfo=timezone.utc)
    return parsed


if sys.version_info >= (3, 11):
    from_iso = datetime.fromisoformat
else:

    def from_iso(value: str) -> datetime:
        # Before 3.11 there was no Z, and a fraction had three or six digits.
        found = _FRACTION.search(value, 11)
        if found is None or found.start() != 11:
            raise ValueError(_EXPECTED_TIMESTAMP)
        zone = value[found.end() :].replace("Z", "+00:00")
        fraction = (found[2] or "").ljust(6, "0")
        return datetime.fromisoformat(f"{value[:11]}{found[1]}.{fraction}{zone}")


def _rare_timestamp(value: str) -> datetime | None:
    try:
        if _ISO.fullmatch(value):
            from dateutil.parser import isoparse

            parsed = isoparse(value.upper().replace(" ", "T"))
            if parsed.tzinfo is not None:  # dateutil's own zones are not datetime.timezone
                parsed = parsed.replace(tzinfo=timezone(parsed.utcoffset() or timedelta()))
            return parsed
        found = _LOOSE.fullmatch(value)
        if found is not None:
            *numbers, fraction, utc, sign, hours, minutes = found.groups()
            month, day, year, *time = (int(number) for number in numbers if number)
            if numbers[0] is None:  # the date is in ISO order
                year, month, day = month, day, year
            hour, minute, second = time
            zone = timezone.utc if utc else None
            if sign:
                offset = timedelta(hours=int(hours), minutes=int(minutes))
                zone = timezone(-offset if sign == "-" else offset)
            micros = int((fraction or "").ljust(6, "0")[:6])
            return datetime(year, month, day, hour, minute, second, micros, zone)
    except (ValueError, OverflowError):
        pass
    return None


_EXPECTED_TIMESPAN = "a time span such as 00:05:00, 1.02:03:04.5 or a number of seconds"
_TIMESPAN = re.compile(
    r"(-)?(?:(\d{1,8})\.)?(?:(\d{1,2}):)?(\d{1,2}):(\d{1,2})(?:\.(\d{1,7}))?", re.ASCII
)
_SECONDS = re.compile(r"[+-]?\d{1,12}", re.ASCII)


def timespan(value: Any) -> timedelta | None:
    """Read a duration in .NET's constant format ``[-][d.]hh:mm:ss[.fffffff]``.

    Also read, as the mirrored library documents: ``mm:ss`` and a plain number of seconds. With
    days, two parts are hours and minutes, as in .NET. An empty text is None.
    """
    if isinstance(value, str):
        return _timespan_from(value)
    if isinstance(value, timedelta):
        return value
    if type(value) is int and abs(value) < 10**12:
        return timedelta(seconds=value)
    raise ValueError(_EXPECTED_TIMESPAN)


@lru_cache(maxsize=128)  # the messages of a queue have few different durations
def _timespan_from(value: str) -> timedelta | None:
    if not value:
        return None
    if _SECONDS.fullmatch(value):
        return timedelta(seconds=int(value))
    found = _TIMESPAN.fullmatch(value)
    if found is None:
        raise ValueError(_EXPECTED_TIMESPAN)
    sign, days, first, second, third, fraction = found.groups()
    if first is None and days is not None:
        first, second, third = second, third, "0"
    hours, minutes, seconds = int(first or 0), int(second), int(third)
    if hours > 23 or minutes > 59 or seconds > 59:
        raise ValueError(_EXPECTED_TIMESPAN)
    micros = int((fraction or "").ljust(6, "0")[:6])
    span = timedelta(int(days or 0), seconds, micros, 0, minutes, hours)
    return -span if sign else span


def as_bytes(value: Any) -> bytes:
    """Give a body as bytes: text as UTF-8, bytes as they are, None as nothing.

    Raises:
        TypeError: the value is none of these.
        UnicodeEncodeError: the text has surrogates, which UTF-8 cannot hold (a ValueError).
    """
    if isinstance(value, bytes):
        return value
    if isinstance(value, str):
        return value.encode()
    if value is None:
        return b""
    if isinstance(value, (bytearray, memoryview)):
        return bytes(value)
    raise TypeError("str, bytes, bytearray, memoryview, dict, list or None")


def as_body(value: Any) -> bytes:
    """Give the body of a message that is made by hand: a dict or list as JSON, all else as bytes.

    Raises:
        TypeError: the value is no body, or has no JSON form.
        ValueError: the value cannot be written as UTF-8.
    """
    return dump_json(value).encode() if isinstance(value, (dict, list)) else as_bytes(value)
