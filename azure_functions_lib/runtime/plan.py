"""How arguments are made of payloads, and payloads of results: worked out once per function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from inspect import unwrap
from typing import TYPE_CHECKING, Any, NamedTuple, get_origin

from ..app.check import OUT
from ..app.signature import (
    EMPTY,
    has_implicit_output,
    is_context,
    out_value,
    read_signature,
    serve_input,
    serve_output,
)
from ..bindings import get_binding_registry
from ..errors import InvalidPayloadError, InvocationError, preview
from ..out import Out
from ..wire.codec import annotated_types
from ..wire.datum import Datum, DatumLike, TriggerMetadata
from ..wire.declaration import RETURN

if TYPE_CHECKING:
    from ..app.loaded import LoadedFunction
    from ..app.signature import Served, Signature
    from ..context import Context
    from ..wire.declaration import Binding

__all__ = ["Output", "Payload", "Plan"]

_PACKAGE = __name__.partition(".")[0]


class Payload(Datum):
    """A payload that the runtime hands to a codec."""

    __slots__ = ()


class Output(NamedTuple):
    """One way out of a function.

    Attributes:
        name: the binding's name.
        binding: its type.
        codec: makes the payload.
        expected: the annotated type of the value, None when it is not a class.
        function: whose output it is.
    """

    name: str
    binding: str
    codec: Any
    expected: type | None
    function: Callable[..., Any]

    def encode(self, value: Any) -> Datum | None:
        """Make a payload of a value; None when there is nothing to send.

        Raises:
            InvocationError: the binding cannot send the value.
        """
        try:
            datum: Datum | None = self.codec.encode(value, expected_type=self.expected)
        except (NotImplementedError, TypeError, ValueError) as error:
            raise InvocationError(
                f"the output {self.name!r} ({self.binding}){_place(self.function)} cannot be sent: "
                f"{error}"
            ) from _raised_by_the_app(error)
        return None if datum is None or datum.type is None else datum


def _raised_by_the_app(error: BaseException | None) -> BaseException | None:
    """Give the cause of an error that code of the app has raised, such as its ``to_dict``.

    What this library raised beneath says nothing that its last error does not say.
    """
    while error is not None:
        trace = error.__traceback__
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        if trace is not None and not trace.tb_frame.f_globals["__name__"].startswith(_PACKAGE):
            return error
        error = error.__cause__
    return None


def _place(function: Callable[..., Any]) -> str:
    code = getattr(unwrap(function), "__code__", None)
    return f" of {code.co_filename}:{code.co_firstlineno}" if code is not None else ""


_Decode = Callable[..., Any]
_NO_METADATA: TriggerMetadata = {}


class Plan:
    """What it takes to call one function.

    Args:
        loaded: a function without problems.
    """

    def __init__(self, loaded: LoadedFunction) -> None:
        assert loaded.function is not None
        self.name = loaded.name
        self.directory = str(loaded.directory)
        self.function = loaded.function
        self.is_async = loaded.is_async
        signature = read_signature(loaded.function)
        bound = {binding.name for binding in loaded.bindings}
        self._contexts = [
            name
            for name in signature.parameters
            if name not in bound and (name == "context" or is_context(signature.hints.get(name)))
        ]
        self._decoders: dict[str, tuple[_Decode, bool]] = {}
        self._outputs: list[Output] = []
        for binding in loaded.bindings:
            if binding.name == RETURN:
                continue
            annotation = signature.hints.get(binding.name, EMPTY)
            if binding.direction == OUT:
                self._outputs.append(_output(loaded, binding, out_value(annotation)))
            else:
                self._decoders[binding.name] = _decoder(binding, annotation)
        trigger = loaded.trigger
        assert trigger is not None
        self.trigger = trigger.name
        self._inputs = self._decoders.keys()
        self._returns = _returns(loaded, signature)

    def payloads(
        self,
        given: Mapping[str, DatumLike] | DatumLike | None,
        inputs: Mapping[str, DatumLike] | None,
    ) -> Mapping[str, DatumLike]:
        """Give the payload of each input by name.

        Raises:
            InvocationError: one is missing, or there is one too many.
        """
        if given is None:
            payloads: Mapping[str, DatumLike] = {}
        elif type(given) is dict or isinstance(given, Mapping):  # the first is the faster test
            payloads = given
        else:
            payloads = {self.trigger: given}
        if inputs:
            payloads = {**payloads, **inputs}
        if payloads.keys() != self._inputs:
            known = ", ".join(map(repr, self._inputs))
            for name in self._inputs - payloads.keys():
                raise InvocationError(
                    f"function {self.name!r}: there is no payload for the binding {name!r}. "
                    f"Give one for each of {known}; Datum(None, None) is one without a value"
                )
            for name in payloads.keys() - self._inputs:
                raise InvocationError(
                    f"function {self.name!r}: there is a payload for {name!r}, which is none of "
                    f"its inputs. It takes {known}"
                )
        return payloads

    def arguments(
        self,
        payloads: Mapping[str, DatumLike],
        metadata: TriggerMetadata | None,
        context: Context,
    ) -> dict[str, Any]:
        """Make the arguments of a call: decoded values, ``Out`` objects, the context."""
        arguments: dict[str, Any] = {}
        for name, (decode, triggers) in self._decoders.items():
            payload = payloads[name]
            if type(payload) is Datum:
                payload = Payload(payload.value, payload.type)
            arguments[name] = decode(
                payload, trigger_metadata=(metadata or _NO_METADATA) if triggers else _NO_METADATA
            )
        for output in self._outputs:
            arguments[output.name] = Out()
        for name in self._contexts:
            arguments[name] = context
        return arguments

    def values(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Give what the function has set its ``Out`` parameters to, without those left unset."""
        values = {}
        for output in self._outputs:
            value = arguments[output.name].get()
            if value is not None:
                values[output.name] = value
        return values

    def outputs(self, values: Mapping[str, Any]) -> dict[str, Datum]:
        """Make payloads of the values of ``Out`` parameters."""
        outputs = {}
        for output in self._outputs:
            if output.name in values:
                datum = output.encode(values[output.name])
                if datum is not None:
                    outputs[output.name] = datum
        return outputs

    def return_value(self, result: Any) -> Datum | None:
        """Make a payload of the return value; None when there is nothing to send.

        Raises:
            InvocationError: it cannot be sent, or there is nowhere to send it.
        """
        if self._returns is not None:
            return self._returns.encode(result)
        if result is None:
            return None
        raise InvocationError(
            f"function {self.name!r} returned {preview(result)}, but no binding takes its return "
            "value. Declare an output named '$return', or return nothing"
        )


def _decoder(binding: Binding, annotation: Any) -> tuple[_Decode, bool]:
    served = serve_input(binding.type, annotation)
    assert served is not None, "a plan is made of functions without problems"
    triggers = getattr(served.codec, "has_trigger_support", None)
    decode = served.codec.decode if served.text is None else _text_decoder(binding, served)
    if served.text is None and hasattr(served.codec, "decode_as"):
        decode = _typed_decoder(served.codec.decode_as, annotation, decode)
    return decode, bool(triggers and triggers())


def _typed_decoder(decode_as: Callable[..., Any], annotation: Any, decode: _Decode) -> _Decode:
    """Make what gives a payload as the annotated type, for a codec that serves several."""
    kinds = [get_origin(part) or part for part in annotated_types(annotation)]
    if len(kinds) != 1 or not isinstance(kinds[0], type):
        return decode

    def decode_typed(payload: DatumLike, *, trigger_metadata: TriggerMetadata) -> Any:
        return decode_as(payload, kinds[0], trigger_metadata=trigger_metadata)

    return decode_typed


def _text_decoder(binding: Binding, served: Served) -> _Decode:
    """Make what gives a payload as text or as bytes, whichever is annotated."""
    decode_payload, wanted = served.codec.decode, served.text

    def decode(payload: DatumLike, *, trigger_metadata: TriggerMetadata) -> Any:
        value = decode_payload(payload, trigger_metadata=trigger_metadata)
        if wanted is bytes and isinstance(value, str):
            return value.encode()
        if wanted is str and isinstance(value, bytes):
            try:
                return value.decode()
            except UnicodeDecodeError:
                raise InvalidPayloadError.of(
                    binding.type,
                    binding.name,
                    came=preview(value),
                    expected="UTF-8 text",
                    remedy=f"Annotate {binding.name!r} with bytes",
                ) from None
        return value

    return decode


def _output(loaded: LoadedFunction, binding: Binding, annotation: Any) -> Output:
    assert loaded.function is not None
    codec = serve_output(binding.type, annotation)
    expected = annotation if isinstance(annotation, type) and annotation is not EMPTY else None
    return Output(binding.name, binding.type, codec, expected, loaded.function)


def _returns(loaded: LoadedFunction, signature: Signature) -> Output | None:
    """Find where the return value goes.

    That is ``$return``, or else the trigger, if it is one that is answered. Of other bindings with
    an implicit output the last one counts, though the host has no use for what it is sent.
    """
    explicit = loaded.returns
    if explicit is not None:
        return _output(loaded, explicit, signature.hints.get("return", EMPTY))
    registry = get_binding_registry()
    others = (binding for binding in reversed(loaded.bindings) if binding is not loaded.trigger)
    for binding in (loaded.trigger, *others):
        if binding is not None and has_implicit_output(registry.codec(binding.type)):
            return _output(loaded, binding, EMPTY)
    return None
