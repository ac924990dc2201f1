"""One invocation that is to be made, and the payloads of its inputs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..bindings import binding_type
from ..errors import InvocationError
from ..wire.datum import Datum

if TYPE_CHECKING:
    from ..app.loaded import LoadedFunction

__all__ = ["Call", "input_datums"]


class Call:
    """One invocation that is to be made.

    Args:
        name: the function.
        payloads: the payload of each of its inputs.
        options: further arguments of the runtime.
        headers: what the host adds to the response of an HTTP function.
    """

    __slots__ = ("headers", "name", "options", "payloads")

    def __init__(
        self,
        name: str,
        payloads: Mapping[str, Datum],
        options: Mapping[str, Any],
        headers: tuple[tuple[str, str], ...] = (),
    ) -> None:
        self.name = name
        self.payloads = payloads
        self.options = options
        self.headers = headers


def input_datums(function: LoadedFunction, given: Mapping[str, Any]) -> dict[str, Datum]:
    """Give the payloads of the inputs besides the trigger.

    Raises:
        InvocationError: a value is missing, or there is one too many.
    """
    from .payloads import example, input_datum

    bindings = {binding.name: binding for binding in function.inputs}
    for name in given.keys() - bindings.keys():
        known = ", ".join(map(repr, bindings)) or "none"
        trigger = function.trigger and function.trigger.name
        raise InvocationError(
            f"function {function.name!r}: got a value for {name!r}, which is none of its inputs. "
            f"Besides the trigger {trigger!r} it has: {known}"
        )
    datums = {}
    for name, binding in bindings.items():
        if name in given:
            datums[name] = input_datum(binding, given[name])
        elif binding_type(binding.type).occurs:
            datums[name] = input_datum(binding, example(binding))
        else:
            raise InvocationError(
                f"function {function.name!r}: there is no value for its input {name!r} "
                f"({binding.type}). Give inputs={{{name!r}: value}}; None is what the host sends "
                "for something that does not exist"
            )
    return datums
