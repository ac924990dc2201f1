"""JSON text in and out, the same whether orjson is installed or not.

orjson is used where it gives what the standard library gives, only faster. It would turn integers
beyond 64 bits into floats and write NaN as null, and it refuses keys that are not strings; such
texts and values go to the standard library.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

try:
    import orjson
except ImportError:
    orjson = None  # type: ignore[assignment]

__all__ = ["dump_json", "parse_json", "plain_json"]

# 19 digits is the first length at which an integer may not fit into 64 bits.
_LONG_NUMBER = re.compile(r"[0-9]{19}")
_LONG_NUMBER_BYTES = re.compile(rb"[0-9]{19}")


def parse_json(text: str | bytes | bytearray) -> Any:
    """Parse JSON text.

    Raises:
        ValueError: the text is not JSON, is not UTF-8/16/32, or nests too deeply to be read.
    """
    if orjson is not None:
        long_number = _LONG_NUMBER if isinstance(text, str) else _LONG_NUMBER_BYTES
        try:
            if long_number.search(text) is None:  # type: ignore[arg-type]
                return orjson.loads(text)
        except (ValueError, TypeError):
            pass  # NaN, UTF-16, lone surrogates: the standard library decides
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("the JSON text nests too deeply to be read") from None
    except TypeError:
        raise ValueError(f"JSON text expected, got {type(text).__name__}") from None


def dump_json(value: object, default: Callable[[Any], Any] | None = None) -> str:
    """Write a value as JSON text.

    Args:
        value: what to write.
        default: turns a value that JSON has no form for into one that it has, or raises TypeError.

    Raises:
        TypeError: a value has no JSON form.
        ValueError: a value contains itself.
    """
    if orjson is not None:
        try:
            text = orjson.dumps(value, default, _PASS_THROUGH).decode()
        except (TypeError, ValueError):
            pass
        else:
            # NaN has become null; whether it has cannot be told from the text.
            if "null" not in text:
                return text
    try:
        return json.dumps(value, default=default)
    except RecursionError:
        raise ValueError("the value nests too deeply to be written as JSON") from None


if orjson is not None:
    # What orjson would write by itself but the standard library leaves to ``default``.
    _PASS_THROUGH = (
        orjson.OPT_PASSTHROUGH_DATACLASS
        | orjson.OPT_PASSTHROUGH_DATETIME
        | orjson.OPT_PASSTHROUGH_SUBCLASS
    )


def plain_json(value: Any) -> Any:
    """Give the JSON form of a value that JSON does not know; for ``default=``.

    Dates, times, UUIDs and paths become text (ISO 8601 where there is one), a timedelta its
    ``str``, a Decimal a number, an enum member its value, bytes their UTF-8 text or else
    ``{"__encoding": "base64", "value": ...}``, dataclasses, pydantic models, mappings and objects
    with ``to_dict`` an object, other iterables a list.

    Raises:
        TypeError: the value has no JSON form.
    """
    from collections.abc import Iterable, Mapping
    from datetime import date, time, timedelta
    from enum import Enum

    if isinstance(value, (date, time)):  # a datetime is a date
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    if isinstance(value, (bytes, bytearray, memoryview)):
        return _bytes_json(bytes(value))
    if isinstance(value, Enum):
        return value.value
    for method in ("model_dump", "to_dict"):
        if callable(getattr(value, method, None)) and not isinstance(value, type):
            return value.model_dump(mode="json") if method == "model_dump" else value.to_dict()
    if hasattr(value, "__dataclass_fields__") and not isinstance(value, type):
        return {name: getattr(value, name) for name in value.__dataclass_fields__}
    if isinstance(value, Mapping):
        return dict(value)
    kind = type(value).__module__.partition(".")[0], type(value).__name__
    if kind == ("decimal", "Decimal"):
        return int(value) if value == value.to_integral_value() else float(value)
    if kind == ("uuid", "UUID") or hasattr(value, "__fspath__"):
        return str(value)
    if isinstance(value, Iterable) and not isinstance(value, str):
        return list(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def _bytes_json(value: bytes) -> Any:
    try:
        return value.decode()
    except UnicodeDecodeError:
        from base64 import b64encode

        return {"__encoding": "base64", "value": b64encode(value).decode()}
