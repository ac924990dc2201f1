"""JSON with objects in it, as orchestrators and activities send it to one another.

An object of a class with ``to_json`` travels in an envelope ``{"__class__", "__module__",
"__data__"}`` and is built again by the class's ``from_json``. With the setting
``AZURE_FUNCTIONS_DURABLE_STRICT_TYPING`` (``1``, ``true`` or ``yes``) only the whole value may
travel so, and only to a reader that names the class it expects.
"""

from __future__ import annotations

import json
import os
import re
import sys
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, get_args, get_origin

from ..errors import InvalidValueError, preview
from ..wire.codec import annotated_types
from ..wire.jsontext import parse_json

if TYPE_CHECKING:
    from typing import TypeGuard

__all__ = [
    "build_object",
    "built",
    "df_dumps",
    "df_loads",
    "may_have_envelope",
    "no_json_form",
]

_NAME = "Durable Functions"
_LOGGER = "azure.functions.DurableFunctions"
_STRICT_ENV_VAR = "AZURE_FUNCTIONS_DURABLE_STRICT_TYPING"
_CLASS, _MODULE, _DATA = "__class__", "__module__", "__data__"
_JSON_TYPES = (str, int, float, list, tuple, dict, type(None))


def df_dumps(value: Any, *, ensure_ascii: bool = True) -> str:
    """Write a value as JSON text, objects with ``to_json`` in their envelope.

    NaN and the infinities go as Python writes them, and as the host and Python read them.

    Args:
        value: the value.
        ensure_ascii: whether letters beyond ASCII are written as escapes. Surrogates always are:
            they have no UTF-8 form.

    Raises:
        InvalidValueError: a value has no JSON form (a TypeError and ValueError).
    """
    if not isinstance(value, _JSON_TYPES) and _strict():
        value = _serialize_custom_object(value)
    try:
        if ensure_ascii:
            return _encoder.encode(value)
        return _ESCAPED.sub(_escape, _unescaped_encoder.encode(value))
    except InvalidValueError:
        raise
    except (TypeError, ValueError, RecursionError) as error:
        raise no_json_form(value, error) from error


def df_loads(s: str | bytes, expected_type: Any = None) -> Any:
    """Read JSON text, building the objects in it again.

    Args:
        s: the text.
        expected_type: the type of the whole value: a class, ``Optional``, ``Union`` or a generic
            alias, whose arguments are not looked at. A value of another type is an error in strict
            mode, otherwise it is logged. Without it, strict mode builds no objects.

    Raises:
        ValueError: the text is not JSON.
        InvalidValueError: an object cannot be built, or is not what is expected (a TypeError and
            ValueError).
    """
    value = parse_json(s)
    if expected_type is None:
        _advise_once(
            "df_loads was called without expected_type. Name the type that is expected, to have "
            f"the value checked and to be ready for {_STRICT_ENV_VAR}=1."
        )
    return built(s, value, expected_type, _deserialize_custom_object)


def _strict() -> bool:
    setting = os.environ.get(_STRICT_ENV_VAR, "")
    return setting.strip().lower() in ("1", "true", "yes")


def _get_serialize_default() -> Callable[[Any], Any] | None:
    """Give what json is to call for objects inside a value: nothing in strict mode."""
    return None if _strict() else _serialize_custom_object


def _serialize_custom_object(obj: Any) -> dict[str, Any]:
    """Put an object into its envelope.

    Raises:
        InvalidValueError: its class has no ``to_json`` (a TypeError and ValueError).
    """
    kind = type(obj)
    if not callable(getattr(kind, "to_json", None)):
        raise InvalidValueError.of(
            _NAME,
            "value",
            came=preview(obj),
            expected="a JSON-able value, or an object of a class with to_json and from_json",
        )
    return {_CLASS: kind.__name__, _MODULE: kind.__module__, _DATA: kind.to_json(obj)}


def _deserialize_custom_object(obj: dict[str, Any]) -> Any:
    """Build the object of an envelope; any other dict is given back.

    The class's module must have been imported: a payload cannot have code loaded.

    Raises:
        InvalidValueError: there is no such class, or it has no ``from_json``.
    """
    if _is_envelope(obj):
        _advise_once(
            "An object was built by the class that its payload names. Set "
            f"{_STRICT_ENV_VAR}=1 and name the type that is expected, to have it checked."
        )
    return build_object(obj)


def build_object(obj: dict[str, Any]) -> Any:
    if not _is_envelope(obj):
        return obj
    # What the module has by now: to ask it for an attribute may import whatever it loads lazily.
    names = getattr(sys.modules.get(str(obj[_MODULE])), "__dict__", {})
    return _from_json(names.get(str(obj[_CLASS])), obj)


def _from_json(kind: Any, envelope: dict[str, Any]) -> Any:
    if not callable(getattr(kind, "from_json", None)):
        raise InvalidValueError.of(
            _NAME,
            "value",
            came=_declared(envelope),
            expected="a class with from_json, in a module that has been imported",
        )
    return kind.from_json(envelope[_DATA])


def _hook(obj: Any) -> Any:
    if _strict():
        raise TypeError(f"{type(obj).__name__} inside a value has no JSON form in strict mode")
    return _serialize_custom_object(obj)


_encoder = json.JSONEncoder(default=_hook)
_unescaped_encoder = json.JSONEncoder(default=_hook, ensure_ascii=False)
_ESCAPED = re.compile(r"[\x7f\ud800-\udfff]")  # DEL too, as with ensure_ascii


def _escape(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def _is_envelope(value: Any) -> TypeGuard[dict[str, Any]]:
    return isinstance(value, dict) and _CLASS in value and _MODULE in value and _DATA in value


def may_have_envelope(text: str | bytes) -> bool:
    return (_CLASS in text) if isinstance(text, str) else (_CLASS.encode() in text)


def _declared(envelope: dict[str, Any]) -> str:
    return f"an object of class {envelope[_MODULE]}.{envelope[_CLASS]}"


def built(
    text: str | bytes, value: Any, expected: Any, build: Callable[[dict[str, Any]], Any]
) -> Any:
    """Build the objects in a text, which has been parsed to ``value``."""
    if _strict():
        return _built_strictly(value, expected)
    if may_have_envelope(text):
        value = json.loads(text, object_hook=build)
    if expected is not None and not _fits(value, expected):
        import logging

        logging.getLogger(_LOGGER).warning("%s", _unexpected(preview(value), expected))
    return value


def _built_strictly(value: Any, expected: Any) -> Any:
    if not _is_envelope(value):
        if expected is not None and not _fits(value, expected):
            raise _unexpected(preview(value), expected)
        return value
    named = value[_MODULE], value[_CLASS]
    for kind in annotated_types(expected):
        if isinstance(kind, type) and (kind.__module__, kind.__name__) == named:
            return _from_json(kind, value)
    raise _unexpected(_declared(value), expected)


def _fits(value: Any, expected: Any) -> bool:
    """Whether a value is of a type, the arguments of generic types aside."""
    if value is None:
        return expected in (None, type(None), Any, object) or type(None) in get_args(expected)
    for part in annotated_types(expected):
        kind = get_origin(part) or part
        # Any (a class since Python 3.11), a type variable, a name: nothing that could be checked.
        if kind is Any or not isinstance(kind, type) or isinstance(value, kind):
            return True
        # JSON has one kind of number and one of sequence.
        if (kind is float and type(value) is int) or (kind is tuple and type(value) is list):
            return True
    return False


def _unexpected(came: str, expected: Any) -> InvalidValueError:
    if expected is None:
        return InvalidValueError.of(
            _NAME,
            "value",
            came=came,
            expected="a value without objects, as no type is named",
            remedy=f"Pass expected_type, or unset {_STRICT_ENV_VAR}",
        )
    name = expected.__qualname__ if isinstance(expected, type) else str(expected)
    return InvalidValueError.of(_NAME, "value", came=came, expected=name)


def no_json_form(value: object, error: Exception) -> InvalidValueError:
    return InvalidValueError.of(
        _NAME, "value", came=preview(value), expected=f"a JSON-able value ({error})"
    )


_advised: set[str] = set()


def _advise_once(message: str) -> None:
    if message in _advised:
        return
    _advised.add(message)
    import logging

    logging.getLogger(_LOGGER).info("%s", message)
    warnings.warn(message, DeprecationWarning, stacklevel=3)
