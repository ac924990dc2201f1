"""The call of a tool: its arguments become those of a Python function, its result text."""

from __future__ import annotations

import asyncio
import inspect
from typing import TYPE_CHECKING, Any

from ..errors import InvalidPayloadError, preview
from ..wire.datum import Datum

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from ._mcp_properties import ToolProperty
    from .mcp import McpToolTriggerCodec

__all__ = ["tool_handler"]


def tool_handler(
    func: Callable[..., Any],
    codec: type[McpToolTriggerCodec],
    properties: Mapping[str, ToolProperty],
    contexts: Iterable[str],
    bound: Mapping[str, Any],
    write: Callable[[Any], str],
) -> Callable[..., Any]:
    """Make the coroutine function that answers the host's calls of a tool.

    Args:
        func: the user's function.
        codec: reads the calls.
        properties: the tool's properties, by the parameters that they feed.
        contexts: the parameters that are given the whole call.
        bound: those that other bindings feed, with their annotations.
        write: turns the result into text.
    """
    is_async = inspect.iscoroutinefunction(func)
    positional = [
        name
        for name, parameter in inspect.signature(func).parameters.items()
        if parameter.kind is parameter.POSITIONAL_ONLY
    ]

    async def handler(context: str, **inputs: Any) -> str:
        call = codec.decode_as(Datum(context, "json"), codec.context)
        arguments = _arguments(call, properties, codec.binding)
        arguments.update((name, codec.context(call)) for name in contexts)
        arguments.update(inputs)
        first = [arguments.pop(name) for name in positional if name in arguments]
        if is_async:
            result = await func(*first, **arguments)
        else:
            # As the host does with plain functions: the event loop stays free meanwhile.
            result = await asyncio.to_thread(func, *first, **arguments)
            if inspect.isawaitable(result):
                result = await result
        try:
            return write(result)
        except (TypeError, ValueError, RecursionError) as error:
            raise codec.unsupported_value(result) from error

    for attribute in ("__name__", "__qualname__", "__doc__", "__module__"):
        setattr(handler, attribute, getattr(func, attribute))
    handler.__annotations__ = {**bound, "context": str}
    handler.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [
            inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=annotation)
            for name, annotation in handler.__annotations__.items()
        ]
    )
    return handler


def _arguments(
    call: Mapping[str, Any], properties: Mapping[str, ToolProperty], binding: str
) -> dict[str, Any]:
    """Make the arguments of a call; those that are no property of the tool are left out.

    Raises:
        InvalidPayloadError: one is no form of what its parameter is annotated with, or is missing.
    """
    given = call.get("arguments") or {}
    if not isinstance(given, dict):
        raise InvalidPayloadError.of(
            binding, "arguments", came=preview(given), expected="a JSON object"
        )
    arguments: dict[str, Any] = {}
    for name, tool_property in properties.items():
        # The host takes a null for no value, too.
        if given.get(name) is not None or (name in given and tool_property.takes_null):
            try:
                arguments[name] = tool_property.convert(given[name])
            except Exception as error:  # whatever a type raises when it is made of a value
                raise InvalidPayloadError.of(
                    binding,
                    name,
                    came=preview(given[name]),
                    expected=f"a form of {tool_property.type_name} ({error})",
                ) from error
        elif tool_property.has_default:
            continue
        elif tool_property.optional:
            arguments[name] = None
        else:
            raise InvalidPayloadError.of(
                binding, name, came="no value", expected=f"a form of {tool_property.type_name}"
            )
    return arguments
