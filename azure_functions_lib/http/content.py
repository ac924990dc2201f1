"""What a ``content-type`` says about a body, and reading the body by it."""

from __future__ import annotations

import codecs
import re
from functools import lru_cache
from typing import Any

from ..errors import InvalidPayloadError, preview
from ..wire.jsontext import parse_json

__all__ = ["charset_of", "known_charset", "media_type", "read_json", "read_text", "unquoted"]

_PARAMETER = re.compile(r';\s*([^\s=;"]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^\s;]*)', re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def media_type(content_type: str | None) -> tuple[str, dict[str, str]]:
    """Split a ``content-type`` into the media type, in lower case, and its parameters.

    Parameter names are in lower case, values without their quotes (RFC 9110 8.3.1). Without a
    content type the media type is empty.
    """
    if not content_type:
        return "", {}
    kind, separator, _ = content_type.partition(";")
    parameters: dict[str, str] = {}
    if separator:
        for name, value in _PARAMETER.findall(content_type, len(kind)):
            parameters.setdefault(name.lower(), unquoted(value))
    return kind.strip().lower(), parameters


def unquoted(value: str) -> str:
    """Give the text of a token, or of a quoted string (RFC 9110 5.6.4)."""
    return _ESCAPED.sub(r"\1", value[1:-1]) if value[:1] == '"' else value


def charset_of(content_type: str | None) -> str | None:
    """Give the charset a ``content-type`` declares, None if it declares none."""
    if not content_type or "charset" not in content_type.lower():
        return None
    return media_type(content_type)[1].get("charset") or None


# Python's codecs that are no charset of a message; some take time quadratic in the body's length.
_NO_CHARSETS = {"idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape", "utf-7"}


# Bounded, because callers name the charsets.
@lru_cache(maxsize=64)
def _codec(charset: str) -> str:
    try:
        name = codecs.lookup(charset).name.replace("_", "-")
        # Refused by codecs that do not make text of bytes, such as base64.
        bytes(4).decode(name, "ignore")
    except (LookupError, ValueError):
        name = ""
    if not name or name in _NO_CHARSETS:
        raise ValueError(f"the content-type declares the unknown charset {charset!r}")
    return name


def known_charset(charset: str | None) -> str:
    """Give a declared charset as Python knows it; UTF-8 for none and for an unknown one."""
    try:
        return _codec(charset) if charset else "utf-8"
    except ValueError:
        return "utf-8"


def _decode(body: bytes, charset: str | None) -> str:
    text = body.decode(_codec(charset) if charset else "utf-8")
    return text[1:] if text[:1] == "\ufeff" else text


def read_text(body: bytes, charset: str | None, binding: str) -> str:
    """Decode a body by its declared charset, UTF-8 by default; a byte order mark is left out.

    Raises:
        InvalidPayloadError: the body is not text in that charset, or there is no such charset.
    """
    try:
        return _decode(body, charset)
    except ValueError as error:
        raise InvalidPayloadError.of(
            binding,
            "body",
            came=preview(body),
            expected=f"text in {charset or 'UTF-8'} ({error})",
            remedy="Read the bytes with get_body()",
        ) from None


_DETECTED = re.compile(r"utf[-_]?(?:8|16|32)(?:[-_]?[bl]e)?|(?:us-)?ascii", re.IGNORECASE)


def read_json(body: bytes, charset: str | None) -> Any:
    """Parse a JSON body in UTF-8, UTF-16, UTF-32 (a byte order mark may lead) or another charset.

    Raises:
        ValueError: the body is empty, is not JSON, is not text in that charset, or nests too
            deeply to be read.
    """
    if not body:
        raise ValueError("JSON expected, but the body is empty")
    if charset is None or _DETECTED.fullmatch(charset):
        return parse_json(body)
    return parse_json(_decode(body, charset))
