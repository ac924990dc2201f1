"""JSON text in and out, the same whether orjson is installed or not.

orjson is used where it gives what the standard library gives, only faster. It would turn integers
beyond 64 bits into floats and write NaN as null, and it refuses keys that are not strings; such
texts and values go to the standard library.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, time, timedelta
from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["dump_json", "parse_json", "plain_json", "json_writer", "standard_json"]

_UNLOADED = object()
orjson: Any = _UNLOADED
"""The module, None where it is not installed. It takes longer to import than all of this package,
so it is imported when the first text is written, or the first that is not short is read."""

_pass_through = 0

_decoder: Any = json.JSONDecoder()
_scan = _decoder.scan_once
"""``json.loads`` without its checks, which cost more than the parsing of a short text: parses from
an index on and gives value and end, or raises StopIteration or ValueError."""
_SHORT = 100
"""Up to about this length the standard library's scanner is as fast as orjson with its checks."""

# 19 digits is the first length at which an integer may not fit into 64 bits. To look for as many
# zeros in a text whose digits have become zeros takes a tenth of the time of a regular expression,
# which would take longer than the parsing.
_LONG_NUMBER = b"0" * 19
_TO_ZEROS = bytes.maketrans(b"123456789", b"0" * 9)


def _load_orjson() -> Any:
    global orjson, _pass_through
    try:
        import orjson as module
    except ImportError:
        orjson = None
    else:
        orjson = module
        # What orjson would write by itself but the standard library leaves to ``default``.
        _pass_through = (
            module.OPT_PASSTHROUGH_DATACLASS
            | module.OPT_PASSTHROUGH_DATETIME
            | module.OPT_PASSTHROUGH_SUBCLASS
        )
    return orjson


def parse_json(text: str | bytes | bytearray) -> Any:
    """Parse JSON text.

    Raises:
        ValueError: the text is not JSON, is not UTF-8/16/32, or nests too deeply to be read.
    """
    string: Any = text if type(text) is str else _short_text(text)
    if string is not None and (orjson is None or len(string) < _SHORT):
        try:
            # What json.loads does between its checks, which cost as much for a short text.
            value, end = _scan(string, 0)
            if end == len(string) or not string[end:].strip(" \t\n\r"):
                return value
        except (StopIteration, ValueError, RecursionError):
            pass  # the error is json.loads's
    elif (fast := _load_orjson() if orjson is _UNLOADED else orjson) is not None:
        try:
            encoded = text.encode() if isinstance(text, str) else text
            if _LONG_NUMBER not in encoded.translate(_TO_ZEROS):
                return fast.loads(encoded)
        except (ValueError, TypeError, AttributeError):
            pass  # NaN, UTF-16, lone surrogates: the standard library decides
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError(
            f"the JSON text of {len(text)} characters nests too deeply to be read: beyond what "
            "Python's parser takes, which up to Python 3.11 sys.setrecursionlimit raises"
        ) from None
    except TypeError:
        raise ValueError(f"JSON text expected, got {type(text).__name__}") from None


def _short_text(text: Any) -> str | None:
    """Give short UTF-8 as text; None for all else, which is not scanned."""
    if type(text) is bytes and len(text) < _SHORT:
        try:
            return text.decode()
        except UnicodeDecodeError:
            pass  # json.loads knows other encodings
    return None


# The standard library writes their subclasses too, orjson asks for their form.
_JSON_TYPES: tuple[Any, ...] = (str, int, float, dict, list, tuple)


def plain_json(value: Any) -> Any:
    """Give the JSON form of a value that JSON does not know; for ``default=``.

    Dates, times, UUIDs and paths become text (ISO 8601 where there is one), a timedelta its
    ``str``, a Decimal a number or, where a double cannot hold it, text, an enum member its value,
    bytes their UTF-8 text or else ``{"__encoding": "base64", "value": ...}``, dataclasses,
    pydantic models, mappings and objects with ``to_dict`` an object, sets, views and other
    collections a list.

    Raises:
        TypeError: the value has no JSON form. An iterator has none: it could be read only once.
    """
    if isinstance(value, (date, time)):  # a datetime is a date
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    if isinstance(value, (bytes, bytearray, memoryview)):
        return _bytes_json(bytes(value))
    if isinstance(value, Enum):
        return value.value
    for base in _JSON_TYPES:
        if isinstance(value, base):
            return str.__str__(value) if base is str else base(value)
    if not isinstance(value, type):
        if callable(getattr(value, "model_dump", None)):
            return value.model_dump(mode="json")
        if callable(getattr(value, "to_dict", None)):
            return value.to_dict()
        if hasattr(value, "__dataclass_fields__"):
            return {name: getattr(value, name) for name in value.__dataclass_fields__}
    if isinstance(value, Mapping):
        return dict(value)
    kind = type(value).__module__.partition(".")[0], type(value).__name__
    if kind == ("decimal", "Decimal"):
        return _decimal_json(value)
    if kind == ("uuid", "UUID") or hasattr(value, "__fspath__"):
        return str(value)
    if isinstance(value, Iterable) and not isinstance(value, (Iterator, type)):
        return list(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def _decimal_json(value: Any) -> int | float | str:
    # Beyond the range of a double the digits of an integer would only fill memory.
    if value.is_finite() and value.adjusted() < 309 and value == value.to_integral_value():
        return int(value)
    try:
        number = float(value)
    except ValueError:
        raise TypeError("a signalling NaN has no JSON form") from None
    # A reader that knows the type, such as a database, loses nothing of a text.
    exact = not value.is_finite() or type(value)(repr(number)) == value
    return number if exact else str(value)


def _bytes_json(value: bytes) -> Any:
    try:
        return value.decode()
    except UnicodeDecodeError:
        from base64 import b64encode

        return {"__encoding": "base64", "value": b64encode(value).decode()}


_quote = json.encoder.encode_basestring_ascii


def json_writer(default: Callable[[Any], Any], *, allow_nan: bool = False) -> Callable[[Any], str]:
    """Make a function that writes values as ``json.dumps(value, default=default)`` does.

    JSON has no NaN and no infinities (RFC 8259, 6): unless they are allowed they are a ValueError.

    ``json.dumps`` makes an encoder for each call that has a default, which takes longer than
    writing a short text. Of the function made, a value that contains itself, or nests too deeply,
    raises ValueError.
    """
    encoder: Any = json.encoder
    if encoder.c_make_encoder is None:  # an interpreter without the C accelerator
        return json.JSONEncoder(default=default, allow_nan=allow_nan).encode
    chunks = encoder.c_make_encoder(
        None, default, _quote, None, ": ", ", ", False, False, allow_nan
    )

    def write(value: Any) -> str:
        try:
            return "".join(chunks(value, 0))
        except RecursionError:
            raise ValueError("the value nests too deeply to be written as JSON") from None

    return write


standard_json = json_writer(plain_json)
"""Writes a value by the standard library, for text that has one form with or without orjson."""


def dump_texts(values: list[str]) -> str:
    """Write a list of texts as JSON text, in half the time that any list takes.

    Raises:
        TypeError: a value is no text.
    """
    return f"[{', '.join(map(_quote, values))}]"


_lenient_json = json_writer(plain_json, allow_nan=True)


def dump_json(value: object, *, allow_nan: bool = False) -> str:
    """Write a value as JSON text, in the form :func:`plain_json` gives what JSON does not know.

    Raises:
        TypeError: a value has no JSON form.
        ValueError: a value contains itself, nests too deeply to be written, or is a number that
            JSON does not have, unless that is allowed.
    """
    fast = _load_orjson() if orjson is _UNLOADED else orjson
    if fast is not None:
        try:
            text: str = fast.dumps(value, plain_json, _pass_through).decode()
        except (TypeError, ValueError):
            pass
        else:
            # NaN has become null; whether it has cannot be told from the text.
            if "null" not in text:
                return text
    return (_lenient_json if allow_nan else standard_json)(value)
