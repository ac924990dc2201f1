"""Calls made of what a test gives: a value for the trigger, and values for inputs."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ..bindings import Channel, binding_type
from ..context import TraceContext
from ..delivery.call import Call
from ..delivery.events.common import metadata_of
from ..delivery.occasions import with_captures
from ..delivery.payloads import MISSING, input_datums, trigger_event
from ..errors import AppError, InvocationError, preview
from ..wire.datum import Datum
from . import arguments
from .waitless import now

if TYPE_CHECKING:
    from ..app.loaded import LoadedApp, LoadedFunction
    from ..wire.declaration import Binding
    from .deliveries import Deliveries

__all__ = ["Calls"]


class Calls:
    """Makes the calls of an app's functions.

    Args:
        app: the app.
        deliveries: gives what keeps the stored inputs, once one is asked for.
    """

    def __init__(self, app: LoadedApp, deliveries: Callable[[], Deliveries]) -> None:
        self._app = app
        self._deliveries = deliveries

    def make(
        self,
        name: str,
        payloads: tuple[Any, ...],
        values: Mapping[str, Any],
        *,
        metadata: Mapping[str, Any] | None = None,
        inputs: Mapping[str, Any] | None = None,
        retry_count: int = 0,
        max_retry_count: int = 0,
        retry_exception: Any = None,
        invocation_id: str | None = None,
        trace_context: TraceContext | None = None,
    ) -> Call:
        """Make a call of the arguments of ``client.invoke``, which describes them."""
        where = "client.invoke()"
        if metadata is not None:
            arguments.mapping(where, "metadata", metadata)
        if inputs is not None:
            arguments.mapping(where, "inputs", inputs)
        if invocation_id is not None:
            arguments.text(where, "invocation_id", invocation_id)
        arguments.count(where, "retry_count", retry_count)
        arguments.count(where, "max_retry_count", max_retry_count, least=-1)
        traced = TraceContext() if trace_context is None else arguments.trace(where, trace_context)
        function = self._function(name)
        trigger = function.trigger
        if trigger is None:
            raise InvocationError(f"function {function.name!r} has no trigger")
        given = {**(inputs or {}), **values}
        if len(payloads) > 1 or (payloads and trigger.name in given):
            raise InvocationError(
                f"function {function.name!r}: got several payloads for its trigger "
                f"{trigger.name!r}. Give one, a list for a batch, and inputs by name"
            )
        value = payloads[0] if payloads else given.pop(trigger.name, MISSING)
        if value is MISSING:
            self._check_names(function, trigger, values)
        event = trigger_event(trigger, value)
        if binding_type(trigger.type).channel is Channel.BLOB:
            event = with_captures(trigger, event, os.environ)
        data = Datum(None, None) if event.data is None else event.data
        call = Call(
            function.name,
            {trigger.name: data},
            {**event.metadata, **metadata_of(metadata)},
            invocation_id,
            traced.trace_parent,
            traced.trace_state,
            traced.attributes,
            retry_count,
            max_retry_count,
            retry_exception,
        )
        if function.inputs or given:
            inputs = self.inputs(function, call, {**event.inputs, **given})
            call.payloads = {trigger.name: data, **inputs}
        return call

    def inputs(
        self, function: LoadedFunction, call: Call, given: Mapping[str, Any]
    ) -> dict[str, Datum]:
        """Give the payloads of a function's inputs; what a test does not give, storage may have."""
        values = dict(given)
        if any(
            each.name not in given and binding_type(each.type).channel for each in function.inputs
        ):
            dispatcher = self._deliveries().dispatcher
            values.update(now(dispatcher.stored_inputs(function, call, given)))
        return input_datums(function, values)

    def _function(self, name: Any) -> LoadedFunction:
        if not isinstance(name, str):
            known = ", ".join(map(repr, self._app.functions))
            raise InvocationError(f"got {preview(name)}; expected a function's name: {known}")
        try:
            return self._app.function(name)
        except AppError as error:
            raise InvocationError(str(error)) from None

    @staticmethod
    def _check_names(function: LoadedFunction, trigger: Binding, values: Mapping[str, Any]) -> None:
        """Say how a trigger's value is given to who has given values to what is no binding."""
        names = values.keys() - {binding.name for binding in function.bindings}
        if names:
            event = f"events.{binding_type(trigger.type).event}"
            raise InvocationError(
                f"function {function.name!r}: got a value for {min(names)!r}, which is none of its "
                f"bindings, and none for its trigger {trigger.name!r} ({trigger.type}). Give that "
                f"one: client.invoke({function.name!r}, {event}(...))"
            )
