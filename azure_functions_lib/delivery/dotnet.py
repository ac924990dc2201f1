"""Text as .NET makes it, in the invariant culture: of times and ids by its format strings."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from ..wire.scalars import timestamp

if TYPE_CHECKING:
    from uuid import UUID

__all__ = ["format_guid", "format_time", "property_text"]

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

_STANDARD = {
    "d": "MM/dd/yyyy",
    "D": "dddd, dd MMMM yyyy",
    "f": "dddd, dd MMMM yyyy HH:mm",
    "F": "dddd, dd MMMM yyyy HH:mm:ss",
    "g": "MM/dd/yyyy HH:mm",
    "G": "MM/dd/yyyy HH:mm:ss",
    "m": "MMMM dd",
    "M": "MMMM dd",
    "o": "yyyy-MM-ddTHH:mm:ss.fffffffK",
    "O": "yyyy-MM-ddTHH:mm:ss.fffffffK",
    "r": "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
    "R": "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
    "s": "yyyy-MM-ddTHH:mm:ss",
    "t": "HH:mm",
    "T": "HH:mm:ss",
    "u": "yyyy-MM-dd HH:mm:ss'Z'",
    "U": "dddd, dd MMMM yyyy HH:mm:ss",
    "y": "yyyy MMMM",
    "Y": "yyyy MMMM",
}
_IN_UTC = "rRuU"

_TOKEN = re.compile(
    r"""d+|f+|F+|g+|h+|H+|K|m+|M+|s+|t+|y+|z+|\\.|'[^']*'|"[^"]*"|%(?=.)|.""", re.DOTALL
)


def format_time(moment: datetime, pattern: str) -> str:
    """Format a time by a standard or custom .NET format string.

    Args:
        moment: a time; one in UTC ends with ``Z`` where the format says ``K``.
        pattern: such as ``"yyyy-MM-dd"`` or ``"o"``.

    Raises:
        ValueError: .NET has no such format.
    """
    if len(pattern) == 1:
        if pattern not in _STANDARD:
            raise ValueError(f"{pattern!r} is no format of .NET. Write one such as yyyy-MM-dd")
        if pattern in _IN_UTC:
            moment = moment.astimezone(timezone.utc)
        pattern = _STANDARD[pattern]
    return "".join(_part(moment, token) for token in _TOKEN.findall(pattern))


def _part(moment: datetime, token: str) -> str:
    kind, length = token[0], len(token)
    if kind in "dMy":
        return _date_part(moment, kind, length)
    if kind == "h":
        return f"{moment.hour % 12 or 12:0{min(length, 2)}}"
    if kind in "Hms":
        value = {"H": moment.hour, "m": moment.minute, "s": moment.second}[kind]
        return f"{value:0{min(length, 2)}}"
    if kind in "fF":
        if length > 7:
            raise ValueError(f"{token!r} asks for more than seven digits of a second")
        digits = f"{moment.microsecond:06}0"[:length]
        return digits if kind == "f" else digits.rstrip("0")
    if kind == "t":
        return ("AM" if moment.hour < 12 else "PM")[:length]
    if kind == "g":
        return "A.D."
    if kind in "Kz":
        return _offset(moment, kind, length)
    if kind == "\\":
        return token[1:]
    if kind in "'\"" and length > 1:
        return token[1:-1]
    return "" if kind == "%" else token


def _date_part(moment: datetime, kind: str, length: int) -> str:
    if kind == "y":
        value = moment.year % 100 if length < 3 else moment.year
    elif length > 2:
        names = _MONTHS if kind == "M" else _DAYS
        name = names[moment.month - 1 if kind == "M" else moment.weekday()]
        return name[:3] if length == 3 else name
    else:
        value = moment.month if kind == "M" else moment.day
    return f"{value:0{length}}"


def _offset(moment: datetime, kind: str, length: int) -> str:
    offset = moment.utcoffset() or timedelta()
    if kind == "K" and not offset:
        return "" if moment.tzinfo is None else "Z"
    sign = "-" if offset < timedelta() else "+"
    hours, minutes = divmod(abs(offset) // timedelta(minutes=1), 60)
    if kind == "z" and length < 3:
        return f"{sign}{hours:0{length}}"
    return f"{sign}{hours:02}:{minutes:02}"


def format_guid(guid: UUID, kind: str) -> str:
    """Format an id: ``N`` 32 digits, ``D`` with dashes, ``B`` in braces, ``P`` in parentheses.

    Raises:
        ValueError: .NET has no such format.
    """
    match kind.upper():
        case "N":
            return guid.hex
        case "D":
            return str(guid)
        case "B":
            return f"{{{guid}}}"
        case "P":
            return f"({guid})"
    raise ValueError(f"{kind!r} is no format of an id. Write N, D, B or P")


def property_text(value: Any) -> str:
    """Write a JSON value that is neither object nor array as the host does, .NET's way."""
    if isinstance(value, float):
        return repr(value).removesuffix(".0").replace("e", "E")
    if not isinstance(value, str):
        return str(value)
    if len(value) > 18 and value[4:5] == "-" and value[10:11] == "T":
        try:
            time = timestamp(value)
        except ValueError:
            return value
        if time is not None:  # a JSON date, written in .NET's invariant culture
            return time.strftime("%m/%d/%Y %H:%M:%S")
    return value
