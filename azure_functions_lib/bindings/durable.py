"""Durable Functions: orchestrations, entities, activities and the client.

What travels between orchestrators and activities is JSON. An object of a class with ``to_json``
travels in an envelope ``{"__class__", "__module__", "__data__"}`` and is built again by the class's
``from_json``. With the setting ``AZURE_FUNCTIONS_DURABLE_STRICT_TYPING`` (``1``, ``true`` or
``yes``) only the whole value may travel so, and only to a reader that names the class it expects.
"""

from __future__ import annotations

import functools
import importlib
import json
import os
import re
import sys
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, get_args, get_origin

from ..errors import DeclarationError, InvalidPayloadError, InvalidValueError, preview
from ..wire.codec import Codec, annotated_types
from ..wire.datum import Datum, DatumLike, TriggerMetadata
from ..wire.declaration import InputBinding, Trigger
from ..wire.fields import Record, field
from ..wire.jsontext import parse_json

if TYPE_CHECKING:
    from typing import TypeGuard

    from ..wire.declaration import Edit, Editable

__all__ = ["EntityContext", "OrchestrationContext", "df_dumps", "df_loads"]


def _body_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            pass
    raise ValueError("text or UTF-8 bytes")


_SHOWN = 60


class _Context(Record):
    """What an orchestrator or entity function is given: the host's request, as JSON text.

    Args:
        body: the text, or its UTF-8 bytes.

    Raises:
        InvalidValueError: the body is neither (a TypeError and ValueError).
    """

    body: str = field("body", _body_text, kw_only=False)
    """The host's request as JSON text, which the durable SDK reads."""

    def __str__(self) -> str:
        return self.body

    def __repr__(self) -> str:
        body = self.body  # it holds the whole history of an orchestration
        shown = body if len(body) <= _SHOWN else f"{body[:_SHOWN]}..."
        return f"<{self._shown_as} body={shown}>"

    def __hash__(self) -> int:
        return hash((type(self), self.body))


_new = object.__new__
_set_body = _Context._fields["body"].store


class OrchestrationContext(_Context, binding="orchestrationTrigger"):
    __slots__ = ()
    __doc__ = _Context.__doc__


class EntityContext(_Context, binding="entityTrigger"):
    __slots__ = ()
    __doc__ = _Context.__doc__


class _ContextCodec(Codec):
    """A request to an orchestrator or entity; the answer is JSON text made by the durable SDK."""

    context: type[_Context]
    emits_any = True
    implicit_output = True
    takes = "a payload of type 'string', 'json' or 'bytes'"

    @classmethod
    def decode(
        cls, data: DatumLike, *, trigger_metadata: TriggerMetadata | None = None
    ) -> _Context:
        """Make the context around the request."""
        try:
            kind, body = data.type, data.value
        except AttributeError:
            raise cls.unsupported_payload(data) from None
        if kind not in ("string", "json", "bytes"):
            raise cls.unsupported_payload(data)
        if type(body) is not str:
            try:
                body = _body_text(body)
            except ValueError as error:
                raise InvalidPayloadError.of(
                    cls.binding, "body", came=preview(body), expected=str(error)
                ) from None
        context = _new(cls.context)
        _set_body(context, body)
        return context

    @classmethod
    def encode(cls, obj: Any, *, expected_type: type | None = None) -> Datum:
        """Send the JSON text as it is."""
        return cls.text_payload(obj, "json") if isinstance(obj, str) else Datum(obj, "json")


class OrchestrationTriggerCodec(_ContextCodec):
    """A turn of an orchestration."""

    binding = "orchestrationTrigger"
    context = OrchestrationContext
    accepts = (OrchestrationContext,)


class EntityTriggerCodec(_ContextCodec):
    """A batch of operations on an entity."""

    binding = "entityTrigger"
    context = EntityContext
    accepts = (EntityContext,)


class ActivityTriggerCodec(Codec):
    """The input of an activity, and its result."""

    binding = "activityTrigger"
    accepts_any = True
    emits_any = True
    implicit_output = True
    takes = "a payload of type 'string' or 'json'"

    @classmethod
    def decode(cls, data: DatumLike, *, trigger_metadata: TriggerMetadata | None = None) -> Any:
        """Read the input; text that is not JSON is the input itself."""
        if getattr(data, "type", None) not in ("string", "json"):
            raise cls.unsupported_payload(data)
        text = data.value
        if not isinstance(text, (str, bytes)):
            raise InvalidPayloadError.of(cls.binding, "body", came=preview(text), expected="text")
        # Most inputs are plain words: those are told by their first letter, without parsing.
        if text and isinstance(text, str) and text[0] not in _JSON_BEGINS:
            return text
        try:
            value = parse_json(text)
        except ValueError:
            return text
        if type(value) is str or not _may_have_envelope(text):
            return value
        try:
            return _built(text, value, None, _build_object)
        except Exception as error:  # whatever a user's from_json raises
            raise InvalidPayloadError.of(
                cls.binding, "body", came=preview(text), expected=f"what can be read ({error})"
            ) from error

    @classmethod
    def encode(cls, obj: Any, *, expected_type: type | None = None) -> Datum:
        """Send the result as JSON.

        Raises:
            InvalidValueError: it has no JSON form (a TypeError and ValueError).
        """
        try:
            return Datum(df_dumps(obj), "json")
        except InvalidValueError:
            raise
        except Exception as error:  # whatever a user's to_json raises
            raise _no_json_form(obj, error) from error


class DurableClientCodec(Codec):
    """The client's settings as JSON text, which the durable SDK makes a client of."""

    binding = "durableClient"
    accepts = (str, bytes)
    emits = (str, bytes, bytearray)
    sends = "str, bytes, bytearray, None, dict, list, bool, float or an int of 64 bits"

    @classmethod
    def decode(
        cls, data: DatumLike | None, *, trigger_metadata: TriggerMetadata | None = None
    ) -> Any:
        """Give the settings as they came; None for no payload."""
        if data is None:
            return None
        try:
            kind = data.type
        except AttributeError:
            raise cls.unsupported_payload(data) from None
        if kind in ("string", "json", "bytes"):
            return data.value
        if kind is None:
            return None
        raise InvalidPayloadError.of(
            cls.binding,
            "body",
            came=f"a payload of type {kind!r}",
            expected="a payload of type 'string', 'json' or 'bytes'",
        )

    @classmethod
    def encode(cls, obj: Any, *, expected_type: type | None = None) -> Datum:
        """Send a value under the wire type of its class."""
        if obj is None:
            return Datum(None, None)
        if isinstance(obj, str):
            return cls.text_payload(obj)
        if isinstance(obj, int) and not -(2**63) <= obj < 2**63:  # what the wire type holds
            raise cls.unsupported_value(obj)
        for kind, wire in _CLIENT_TYPES:
            if isinstance(obj, kind):
                return Datum(bytes(obj) if isinstance(obj, bytearray) else obj, wire)
        raise cls.unsupported_value(obj)


_CLIENT_TYPES: tuple[tuple[type, str], ...] = (
    (bytes, "bytes"),
    (bytearray, "bytes"),
    (dict, "dict"),
    (list, "list"),
    (bool, "bool"),  # before int: a bool is one
    (int, "int"),
    (float, "double"),
)

# -- JSON with objects in it --

_NAME = "Durable Functions"
_LOGGER = "azure.functions.DurableFunctions"
_STRICT_ENV_VAR = "AZURE_FUNCTIONS_DURABLE_STRICT_TYPING"
_CLASS, _MODULE, _DATA = "__class__", "__module__", "__data__"
_JSON_BEGINS = frozenset('{["-0123456789tfnNI \t\n\r')
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
        raise _no_json_form(value, error) from error


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
    return _built(s, value, expected_type, _deserialize_custom_object)


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
    return _build_object(obj)


def _build_object(obj: dict[str, Any]) -> Any:
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


def _may_have_envelope(text: str | bytes) -> bool:
    return (_CLASS in text) if isinstance(text, str) else (_CLASS.encode() in text)


def _declared(envelope: dict[str, Any]) -> str:
    return f"an object of class {envelope[_MODULE]}.{envelope[_CLASS]}"


def _built(
    text: str | bytes, value: Any, expected: Any, build: Callable[[dict[str, Any]], Any]
) -> Any:
    """Build the objects in a text, which has been parsed to ``value``."""
    if _strict():
        return _built_strictly(value, expected)
    if _may_have_envelope(text):
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


def _no_json_form(value: object, error: Exception) -> InvalidValueError:
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


# -- Declarations --


def orchestration_trigger(context_name: str, orchestration: str | None = None) -> Edit:
    """Make the function an orchestrator; needs the package azure-functions-durable.

    Args:
        context_name: the parameter that is given the DurableOrchestrationContext.
        orchestration: the name by which clients start it; None takes the function's name.

    Raises:
        DeclarationError: azure-functions-durable is not installed.
    """
    return _delegated("orchestration_trigger", context_name, orchestration)


def entity_trigger(context_name: str, entity_name: str | None = None) -> Edit:
    """Make the function a durable entity; needs the package azure-functions-durable.

    Args:
        context_name: the parameter that is given the DurableEntityContext.
        entity_name: the name by which the entity is addressed; None takes the function's name.

    Raises:
        DeclarationError: azure-functions-durable is not installed.
    """
    return _delegated("entity_trigger", context_name, entity_name)


def activity_trigger(input_name: str, activity: str | None = None) -> Edit:
    """Make the function an activity of orchestrations; needs azure-functions-durable.

    Args:
        input_name: the parameter that is given the orchestrator's input.
        activity: the name by which orchestrators call it; None takes the function's name.

    Raises:
        DeclarationError: azure-functions-durable is not installed.
    """
    return _delegated("activity_trigger", input_name, activity)


def durable_client_input(
    client_name: str, task_hub: str | None = None, connection_name: str | None = None
) -> Edit:
    """Give the function a client of orchestrations; needs azure-functions-durable.

    Args:
        client_name: the parameter that is given the DurableOrchestrationClient; one annotated
            ``str`` gets the client's configuration as JSON text instead.
        task_hub: the task hub; None takes that of ``host.json``.
        connection_name: the app setting for the storage of the task hub; None takes that of
            ``host.json``.

    Raises:
        DeclarationError: azure-functions-durable is not installed.
    """
    return _delegated("durable_client_input", client_name, task_hub, connection_name)


def _delegated(decorator: str, name: str, *options: str | None) -> Callable[[Editable], None]:
    """Let azure-functions-durable decorate a function, and take over what it declares."""
    try:
        blueprint = importlib.import_module("azure.durable_functions").Blueprint
    except ImportError as error:
        raise DeclarationError(
            f"{decorator} needs the package azure-functions-durable: add it to requirements.txt "
            "and install it with 'pip install azure-functions-durable'"
        ) from error

    def edit(function: Editable) -> None:
        made = getattr(blueprint(), decorator)(name, *options)(function._func)._function
        function._func = made._func
        for binding in made.get_bindings():
            record = binding.get_dict_repr()
            fields = {key: record[key] for key in record.keys() - _BASE_KEYS}
            if binding is made.get_trigger():
                if decorator != "activity_trigger":
                    function._func = handler_for(made._func, name)
                function.add_trigger(Trigger(binding.name, None, binding.type, fields))
            else:
                function.add_binding(InputBinding(binding.name, None, binding.type, fields))

    return edit


_BASE_KEYS = {"direction", "dataType", "type", "name"}


def handler_for(handler: Callable[..., Any], parameter: str) -> Callable[..., Any]:
    """Give a durable handler the binding's name for its only parameter.

    azure-functions-durable calls it ``context``, whatever the binding's name, and workers refuse
    parameters that are not bindings. The annotation is left out: it is of the library that
    azure-functions-durable was built on. A handler with other parameters stays as it is.
    """
    import inspect

    if list(inspect.signature(handler).parameters) != ["context"]:
        return handler

    def renamed(**arguments: Any) -> Any:
        return handler(arguments[parameter])

    made: Any = functools.update_wrapper(renamed, handler)
    made.__annotations__ = {}
    made.__signature__ = inspect.Signature(
        [inspect.Parameter(parameter, inspect.Parameter.KEYWORD_ONLY)]
    )
    return made  # type: ignore[no-any-return]
