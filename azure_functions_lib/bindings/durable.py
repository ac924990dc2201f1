"""Durable Functions: orchestrations, entities, activities and the client."""

from __future__ import annotations

import functools
import importlib
from typing import TYPE_CHECKING, Any

from ..errors import DeclarationError, InvalidPayloadError, InvalidValueError, preview
from ..wire.codec import Codec
from ..wire.datum import Datum, DatumLike, TriggerMetadata
from ..wire.declaration import InputBinding, Trigger
from ..wire.fields import Record, field
from ..wire.jsontext import parse_json
from ._durable_json import (
    build_object,
    built,
    df_dumps,
    may_have_envelope,
    no_json_form,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..wire.declaration import Edit, Editable

__all__ = ["EntityContext", "OrchestrationContext", "df_dumps"]


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


_JSON_BEGINS = frozenset('{["-0123456789tfnNI \t\n\r')


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
        if type(value) is str or not may_have_envelope(text):
            return value
        try:
            return built(text, value, None, build_object)
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
            raise no_json_form(obj, error) from error


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
