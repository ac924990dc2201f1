"""What a test gives to the client, checked where it comes in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..context import TraceContext
from ..errors import InvalidValueError, preview
from ..http.headers import source_pairs

__all__ = [
    "PAIRS",
    "count",
    "mapping",
    "pairs",
    "refused",
    "some_message",
    "text",
    "trace",
    "unknown",
]

PAIRS = "a mapping of names to values, or pairs of name and value"

_NO_REDIRECT = "The client follows no redirect: the response has the status and its Location"
_OTHERS = {
    "allow_redirects": _NO_REDIRECT,
    "auth": "Give the header Authorization",
    "follow_redirects": _NO_REDIRECT,
    "raise_server_exceptions": "Here it is raise_exceptions",
    "timeout": "The client waits for the function, however long it takes",
}
"""What to do instead of the keywords of other clients."""


def refused(
    where: str, name: str, value: object, expected: str, remedy: str | None = None
) -> InvalidValueError:
    """Build the error for a value; it is shown, so that it must not be a secret."""
    return InvalidValueError.of(where, name, came=preview(value), expected=expected, remedy=remedy)


def unknown(where: str, name: str, value: object, known: Iterable[str]) -> InvalidValueError:
    """Build the error for a keyword that a call does not have."""
    from difflib import get_close_matches

    names = list(known)
    remedy = _OTHERS.get(name)
    if remedy is None:
        remedy = "".join(f"Did you mean {like!r}?" for like in get_close_matches(name, names, 1))
    expected = f"one of its keywords: {', '.join(names)}"
    came = type(value).__name__  # it may be a secret
    return InvalidValueError.of(where, name, came=came, expected=expected, remedy=remedy)


def text(where: str, name: str, value: object) -> str:
    """Give a value that is text, and not empty."""
    if not isinstance(value, str) or not value:
        raise refused(where, name, value, "text")
    return value


def count(where: str, name: str, value: object, least: int = 0) -> int:
    """Give a value that is a whole number."""
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise refused(where, name, value, f"a whole number from {least} on")
    return value


def mapping(where: str, name: str, value: object) -> Mapping[str, Any]:
    """Give a value that is a mapping; its values, which may be secrets, are not shown."""
    if not isinstance(value, Mapping):
        raise InvalidValueError.of(
            where,
            name,
            came=type(value).__name__,
            expected='a mapping of names to values, such as {"name": "value"}',
        )
    return value


def pairs(where: str, name: str, value: object, expected: str = PAIRS) -> list[tuple[str, Any]]:
    """Give the pairs of what a test writes as a mapping or as pairs."""
    try:
        return [(each, content) for each, content in source_pairs(value)]
    except (TypeError, ValueError):
        raise refused(where, name, value, expected) from None


def some_message(where: str, value: object) -> None:
    """Refuse None as a message: an output that is None sends none."""
    if value is None:
        expected = "a message. An output that is None sends none; JSON's null is the text 'null'"
        raise refused(where, "message", value, expected)


def trace(where: str, value: object) -> TraceContext:
    """Give a value that is a trace context."""
    if not isinstance(value, TraceContext):
        expected = 'a TraceContext, such as TraceContext("00-<trace id>-<parent id>-01")'
        raise refused(where, "trace_context", value, expected)
    return value
