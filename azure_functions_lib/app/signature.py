"""How a function's parameters and result meet its bindings: which codec serves which annotation."""

from __future__ import annotations

import functools
import inspect
import sys
import typing
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple

from ..bindings import get_binding_registry
from ..bindings.generic import GenericCodec
from ..http import HTTP_TRIGGER
from ..wire.codec import Codec, annotated_types

__all__ = [
    "Signature",
    "has_implicit_output",
    "is_context",
    "is_out",
    "out_value",
    "read_signature",
    "serve_input",
    "serve_output",
]

EMPTY = inspect.Parameter.empty
"""The annotation of what has none."""

_TEXTS = (str, bytes)


class Signature(NamedTuple):
    """A function's parameters with their annotations resolved.

    Attributes:
        parameters: the parameters by name.
        hints: the resolved annotations by parameter name; ``return`` for the result.
        unresolved: the annotations that cannot be resolved, with the reason.
    """

    parameters: Mapping[str, inspect.Parameter]
    hints: Mapping[str, Any]
    unresolved: Mapping[str, str]

    def accepts(self, name: str) -> bool:
        """Whether an argument of this name can be passed by keyword."""
        parameter = self.parameters.get(name)
        if parameter is None:
            return any(each.kind is each.VAR_KEYWORD for each in self.parameters.values())
        return parameter.kind in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY)


def read_signature(function: Callable[..., Any]) -> Signature:
    """Read a function's signature, each annotation by itself.

    Raises:
        ValueError, TypeError: the function has no signature that Python can tell.
    """
    if sys.version_info >= (3, 14):
        import annotationlib

        signature = inspect.signature(function, annotation_format=annotationlib.Format.FORWARDREF)
    else:
        signature = inspect.signature(function)
    annotations = {name: each.annotation for name, each in signature.parameters.items()}
    annotations["return"] = signature.return_annotation
    namespace = _namespace(function)
    hints, unresolved = {}, {}
    for name, annotation in annotations.items():
        if annotation is EMPTY:
            continue
        try:
            hints[name] = _resolve(annotation, namespace)
        except Exception as error:  # an annotation is code, which may raise anything
            unresolved[name] = f"{type(error).__name__}: {error}"
    return Signature(signature.parameters, hints, unresolved)


def _namespace(function: Callable[..., Any]) -> dict[str, Any]:
    """Give the names that a function's annotations may use."""
    target: Any = inspect.unwrap(function)
    while isinstance(target, functools.partial):
        target = inspect.unwrap(target.func)
    if not hasattr(target, "__globals__") and not hasattr(target, "__func__"):
        target = type(target).__call__
    return getattr(getattr(target, "__func__", target), "__globals__", {})


def _resolve(annotation: Any, namespace: dict[str, Any]) -> Any:
    if isinstance(annotation, type) and typing.get_origin(annotation) is None:
        return annotation

    def holder() -> None: ...

    holder.__annotations__ = {"it": annotation}
    return typing.get_type_hints(holder, globalns=namespace, include_extras=True)["it"]


def is_out(annotation: Any) -> bool:
    """Whether an annotation is ``Out`` or ``Out[...]``, of whatever library: its name decides."""
    return any(_is_named(part, "Out") for part in annotated_types(annotation))


def is_context(annotation: Any) -> bool:
    """Whether an annotation is the invocation context, of whatever library: its name decides."""
    return any(_is_named(part, "Context") for part in annotated_types(annotation))


def _is_named(annotation: Any, name: str) -> bool:
    kind = typing.get_origin(annotation) or annotation
    return isinstance(kind, type) and kind.__name__ == name


def out_value(annotation: Any) -> Any:
    """What is inside ``Out[...]``; EMPTY when that is not said."""
    for part in annotated_types(annotation):
        if _is_named(part, "Out"):
            args = typing.get_args(part)
            return args[0] if len(args) == 1 else EMPTY
    return EMPTY


class Served(NamedTuple):
    """How a parameter is served.

    Attributes:
        codec: makes the value.
        text: ``str`` or ``bytes`` when the payload's text or bytes are asked for.
    """

    codec: Any
    text: type | None = None


def serve_input(binding: str, annotation: Any) -> Served | None:
    """Find what makes the value of a parameter from a payload; None when nothing can.

    A parameter annotated ``str`` or ``bytes`` gets the payload itself, unless the binding's codec
    is the one that also sends the answer and so decides by itself. So does one without annotation
    for a binding type that workers have no converter for.
    """
    registry = get_binding_registry()
    codec = registry.codec(binding)
    if _says_nothing(annotation):
        return Served(codec if binding in registry else _generic(binding))
    parts = annotated_types(annotation)
    if _are_texts(parts):
        generic = isinstance(codec, type) and issubclass(codec, GenericCodec)
        if generic or not has_implicit_output(codec):
            if binding == HTTP_TRIGGER:  # a request has no one text or bytes
                return None
            return Served(_generic(binding), _only(parts))
    return Served(codec) if _agrees(codec, "check_input_type_annotation", annotation) else None


def serve_output(binding: str, annotation: Any) -> Any | None:
    """Find the codec that sends what an annotation promises; None when none can."""
    codec = get_binding_registry().codec(binding)
    if _says_nothing(annotation):
        return codec
    if typing.get_origin(annotation) in (Awaitable, typing.get_origin(typing.Coroutine)):
        annotation = typing.get_args(annotation)[-1]  # what a plain function returns is awaited
    check = "emits_annotation"
    if not hasattr(codec, check):
        check = "check_output_type_annotation"
    if _agrees(codec, check, annotation):
        return codec
    return _generic(binding) if _are_texts(annotated_types(annotation)) else None


def has_implicit_output(codec: Any) -> bool:
    """Whether a codec sends the return value without a ``$return`` binding."""
    check = getattr(codec, "has_implicit_output", None)
    return bool(check and check())


def _says_nothing(annotation: Any) -> bool:
    return annotation is EMPTY or any(
        part is Any or part is object for part in annotated_types(annotation)
    )


def _are_texts(parts: list[Any]) -> bool:
    return bool(parts) and all(part in _TEXTS for part in parts)


def _only(parts: list[Any]) -> Any:
    return parts[0] if len(set(parts)) == 1 else None


def _generic(binding: str) -> Any:
    return type("GenericCodec", (GenericCodec,), {"binding": binding})


def _agrees(codec: Any, check: str, annotation: Any) -> bool:
    test = getattr(codec, check, None)
    if test is None:
        return False
    own = isinstance(codec, type) and issubclass(codec, Codec)
    # A converter of somebody else may know classes only, and raise at anything else.
    for candidate in (annotation,) if own else (annotation, *annotated_types(annotation)):
        try:
            if test(candidate):
                return True
        except TypeError:
            continue
    return False
