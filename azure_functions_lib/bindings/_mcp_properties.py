"""The properties of a tool: what an annotation says of one, and which arguments fit it."""

from __future__ import annotations

from collections.abc import Sequence, Set
from datetime import date, datetime, time
from enum import Enum
from types import UnionType
from typing import TYPE_CHECKING, Any, Literal, Union, get_args, get_origin, get_type_hints

from ..enums import McpPropertyType
from ..wire.scalars import integer, timestamp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["ToolProperty", "hints_of"]


class ToolProperty:
    """A property of a tool, as the annotation of the parameter that it feeds has it.

    Args:
        annotation: the parameter's annotation.
        has_default: whether the parameter has a default.

    Attributes:
        kind: the JSON Schema type of one value.
        description: what the annotation says of it.
        collection: makes a collection of a list of values; None for a single value.
        optional: whether None will do.
        target: the type of one value.
    """

    __slots__ = ("collection", "description", "has_default", "kind", "optional", "target")

    def __init__(self, annotation: Any, has_default: bool = False) -> None:
        self.has_default = has_default
        self.description = ""
        self.collection: Callable[[list[Any]], Any] | None = None
        self.optional = False
        self.kind: str | None = None
        self.target = self._read(annotation)
        if self.kind is None:
            self.kind = _property_type(self.target)

    def _read(self, annotation: Any) -> Any:
        """Take ``Annotated``, ``Optional`` and lists apart; the type of one value is left."""
        origin = get_origin(annotation)
        if hasattr(annotation, "__metadata__"):
            for note in annotation.__metadata__:
                self._note(note)
            return self._read(annotation.__origin__)
        if origin is Union or origin is UnionType:
            parts = [part for part in get_args(annotation) if part is not type(None)]
            self.optional = self.optional or len(parts) < len(get_args(annotation))
            return self._read(parts[0]) if len(parts) == 1 else annotation
        if isinstance(origin, type) and issubclass(origin, (Sequence, Set)) and not self.collection:
            arguments = [part for part in get_args(annotation) if part is not Ellipsis]
            if len(arguments) == 1:
                self.collection = origin if origin in (tuple, set, frozenset) else list
                return self._read(arguments[0])
        return annotation

    def _note(self, note: object) -> None:
        """Read what ``Annotated`` adds: a text, ``Doc``, pydantic's ``Field``, a property type."""
        if isinstance(note, McpPropertyType):
            self.kind = note.value
        elif isinstance(note, str):
            self.description = note
        else:
            text = getattr(note, "description", None) or getattr(note, "documentation", None)
            if isinstance(text, str):
                self.description = text

    @property
    def type_name(self) -> str:
        """The name of the type of one value, for errors."""
        return getattr(self.target, "__name__", None) or str(self.target)

    @property
    def takes_null(self) -> bool:
        """Whether a null is a value of its own: where None will do, or anything."""
        is_class = isinstance(self.target, type) and self.target not in (Any, object)
        return self.optional or not is_class

    def convert(self, value: Any) -> Any:
        """Make the annotated type of an argument.

        Raises:
            Exception: the value is no form of that type; what that raises is the type's own.
        """
        if value is None:
            return None
        if self.collection is None:
            return _converted(value, self.target)
        if not isinstance(value, list):
            raise TypeError("the property is an array")
        return self.collection([_converted(item, self.target) for item in value])


def _converted(value: Any, target: Any) -> Any:
    if not _is_class(target):
        return value
    if target in _SCALARS:
        return _SCALARS[target](value)
    try:
        if isinstance(value, target):
            return value
    except TypeError:  # Any, a TypedDict, a Protocol
        return value
    if issubclass(target, Enum):
        return target(value)
    if isinstance(value, str):
        if target is datetime:
            return timestamp(value)
        if issubclass(target, (date, time)):
            return target.fromisoformat(value)
        if (target.__module__, target.__name__) in (("uuid", "UUID"), ("decimal", "Decimal")):
            return target(value)
    if isinstance(value, dict):
        make: Any = target
        if hasattr(target, "model_validate"):
            return make.model_validate(value)
        if hasattr(target, "__dataclass_fields__"):
            hints = hints_of(target)
            return make(
                **{
                    name: ToolProperty(hints.get(name)).convert(item)
                    for name, item in value.items()
                }
            )
    return value


def _is_class(annotation: Any) -> bool:
    # Python 3.10 takes list[int] for a class.
    return isinstance(annotation, type) and get_origin(annotation) is None


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    raise TypeError("text is expected")


def _flag(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    raise TypeError("true or false is expected")


def _number(value: Any) -> float:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value  # an int will do for a float (PEP 484)
    raise TypeError("a number is expected")


def _whole_number(value: Any) -> int:
    if isinstance(value, bool):
        raise TypeError("a whole number is expected")
    return integer(value)


# JSON has one kind of number, so that 2.0 is a whole number; models write digits as text too.
_SCALARS: dict[Any, Callable[[Any], Any]] = {
    str: _text,
    bool: _flag,
    float: _number,
    int: _whole_number,
}

_PROPERTY_TYPES: dict[object, str] = {
    int: "integer",
    float: "number",
    str: "string",
    bool: "boolean",
    object: "object",
}


def _property_type(annotation: Any) -> str:
    """Give the JSON Schema type of an annotation; text for what is not known."""
    if isinstance(annotation, McpPropertyType):
        return str(annotation.value)
    if get_origin(annotation) is Literal:
        return _common_type(type(value) for value in get_args(annotation))
    if _is_class(annotation):
        if issubclass(annotation, Enum):
            return _common_type(type(member.value) for member in annotation)
        if (
            hasattr(annotation, "__dataclass_fields__")
            or hasattr(annotation, "model_fields")
            or hasattr(annotation, "__total__")  # a TypedDict
        ):
            return "object"
    try:
        return _PROPERTY_TYPES.get(annotation, "string")
    except TypeError:  # an unhashable annotation
        return "string"


def _common_type(kinds: Iterable[type]) -> str:
    names = {_PROPERTY_TYPES.get(kind, "string") for kind in kinds}
    return names.pop() if len(names) == 1 else "string"


def hints_of(func: Callable[..., Any]) -> dict[str, Any]:
    """Resolve a function's annotations; one that names something unknown stays as it is."""
    try:
        return get_type_hints(func, include_extras=True)
    except Exception:  # whatever a broken annotation raises when it is evaluated
        hints = dict(func.__annotations__)
        names = getattr(func, "__globals__", {})
        for name, hint in hints.items():
            if isinstance(hint, str):
                try:
                    hints[name] = eval(hint, names)
                except Exception:
                    continue
        return hints
