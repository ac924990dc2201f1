"""What a codec is: how payloads become typed values and back, and which annotations it serves."""

from __future__ import annotations

import collections.abc
import types
import typing
from typing import TYPE_CHECKING, Any, ClassVar

from ..errors import InvalidPayloadError, UnsupportedPayloadError, UnsupportedValueError, preview
from .datum import Datum, python_value
from .jsontext import dump_json, dump_texts, standard_json
from .scalars import as_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from .datum import DatumLike, TriggerMetadata

__all__ = ["Codec", "ManyFormed", "MessageOutput", "annotated_types", "body_bytes", "fits"]


class Codec:
    """Converts between the payloads of one binding and Python values.

    A worker uses the class itself, without making an instance: it asks whether an annotation is
    served, then calls :meth:`decode` for each payload that comes and :meth:`encode` for each value
    that goes. ``accepts`` and ``emits`` say once what both the annotation checks and the
    conversions go by.
    """

    binding: ClassVar[str] = ""
    """The binding type, such as ``"queueTrigger"``."""

    accepts: ClassVar[tuple[type, ...]] = ()
    """The types a parameter for this binding may be annotated with."""

    accepts_many: ClassVar[tuple[type, ...]] = ()
    """The types it may be annotated with a list or other iterable of."""

    emits: ClassVar[tuple[type, ...]] = ()
    """The types an output of this binding may be annotated with."""

    emits_many: ClassVar[tuple[type, ...]] = ()
    """The types it may be annotated with a list or other iterable of."""

    accepts_any: ClassVar[bool] = False
    """Whether any annotation will do for a parameter."""

    emits_any: ClassVar[bool] = False
    """Whether any annotation will do for an output."""

    takes: ClassVar[str] = ""
    """What :meth:`decode` takes, in words, for the error about what it does not."""

    sends: ClassVar[str] = ""
    """What :meth:`encode` sends, in words, for the error about what it cannot."""

    implicit_output: ClassVar[bool] = False
    """Whether the function's return value answers this trigger without a ``$return`` binding."""

    @classmethod
    def has_trigger_support(cls) -> bool:
        """Whether :meth:`decode` is to be given trigger metadata."""
        return cls.binding.endswith("Trigger")

    @classmethod
    def has_implicit_output(cls) -> bool:
        """Whether the return value answers this binding without a ``$return`` binding."""
        return cls.implicit_output

    @classmethod
    def check_input_type_annotation(cls, pytype: object) -> bool:
        """Whether a parameter for this binding may carry this annotation."""
        return cls.accepts_any or fits(pytype, cls.accepts, cls.accepts_many, every=False)

    @classmethod
    def check_output_type_annotation(cls, pytype: object) -> bool:
        """Whether an output of this binding may carry this annotation, as a worker asks."""
        return cls.emits_annotation(pytype)

    @classmethod
    def emits_annotation(cls, pytype: object) -> bool:
        """Whether :meth:`encode` can send what this annotation promises."""
        return cls.emits_any or fits(pytype, cls.emits, cls.emits_many, every=True)

    @classmethod
    def decode(cls, data: DatumLike, *, trigger_metadata: TriggerMetadata | None = None) -> Any:
        """Turn a payload into the binding's value.

        Raises:
            UnsupportedPayloadError: the binding takes no such payload (a NotImplementedError).
            InvalidPayloadError: the payload's content is broken (a ValueError).
        """
        raise cls.unsupported_payload(data)

    @classmethod
    def encode(cls, obj: Any, *, expected_type: type | None = None) -> Datum:
        """Turn a value into a payload; the value is not changed.

        Raises:
            UnsupportedValueError: the binding cannot send it (a NotImplementedError).
        """
        raise cls.unsupported_value(obj)

    @classmethod
    def payload_type(cls, data: DatumLike | None) -> str | None:
        """Give the wire type of a payload that may be missing.

        Raises:
            UnsupportedPayloadError: that is no payload at all.
        """
        if data is None:
            return None
        try:
            return data.type
        except AttributeError:
            raise cls.unsupported_payload(data) from None

    @classmethod
    def text_payload(cls, text: str, kind: str = "string") -> Datum:
        """Send text, which travels as UTF-8.

        Raises:
            UnsupportedValueError: it has surrogates, which UTF-8 cannot hold.
        """
        if not text.isascii():
            try:
                text.encode()
            except UnicodeEncodeError:
                raise UnsupportedValueError.of(
                    cls.binding,
                    "value",
                    came=preview(text),
                    expected="text without lone surrogates, which UTF-8 cannot hold",
                    remedy="Decode what you read with errors='replace'",
                ) from None
        return Datum(text, kind)

    @classmethod
    def unsupported_payload(cls, data: DatumLike | None) -> UnsupportedPayloadError:
        """Build the error for a payload this binding never takes."""
        if data is not None and not hasattr(data, "type"):
            came = preview(data)
        elif data is None or data.type is None:
            came = "no payload"
        else:
            came = f"a payload of type {data.type!r}"
        return UnsupportedPayloadError.of(
            cls.binding, "body", came=came, expected=cls.takes or "no input at all"
        )

    @classmethod
    def unsupported_value(cls, obj: object) -> UnsupportedValueError:
        """Build the error for a value this binding cannot send."""
        return UnsupportedValueError.of(
            cls.binding, "value", came=preview(obj), expected=cls.sends or "no output at all"
        )


def body_bytes(data: DatumLike, binding: str) -> bytes:
    """Give the body of a ``string``, ``json`` or ``bytes`` payload as bytes; text as UTF-8.

    Raises:
        InvalidPayloadError: the value is neither text that UTF-8 can hold nor bytes.
    """
    value = data.value
    if type(value) is bytes:
        return value
    try:
        return value.encode() if type(value) is str else as_bytes(value)
    except (TypeError, UnicodeEncodeError):
        raise InvalidPayloadError.of(
            binding, "body", came=preview(value), expected="text or bytes"
        ) from None


def plain_value(data: DatumLike, binding: str) -> Any:
    """Give a payload of any kind as plain Python: JSON parsed, collections as lists.

    Raises:
        InvalidPayloadError: a JSON payload holds no JSON, or a collection no list.
    """
    try:
        return python_value(data)
    except ValueError as error:
        raise InvalidPayloadError.of(
            binding, "body", came=preview(data.value), expected=str(error)
        ) from None


class AnsweredTrigger(Codec):
    """A trigger whose payload is handed over as it came, and that the return value answers."""

    accepts: ClassVar[tuple[type, ...]] = (str, dict, bytes)
    emits_any = True
    implicit_output = True
    takes = "a payload"
    sends = "str, bytes, None or a JSON-able value"

    json_text = staticmethod(standard_json)
    """Writes an answer that is neither text nor bytes."""

    @classmethod
    def decode(cls, data: DatumLike, *, trigger_metadata: TriggerMetadata | None = None) -> Any:
        """Give text, JSON text and bytes as they came, collections as lists."""
        try:
            kind = data.type
        except AttributeError:  # None, or no datum at all
            raise cls.unsupported_payload(data) from None
        if kind == "json" or kind == "string" or kind == "bytes":  # faster than a tuple
            return data.value
        return plain_value(data, cls.binding)

    @classmethod
    def encode(cls, obj: Any, *, expected_type: type | None = None) -> Datum:
        """Send text and bytes as they are, None as empty text, anything else as JSON text."""
        if isinstance(obj, str):
            return cls.text_payload(obj)
        if obj is None:
            return Datum("", "string")
        if type(obj) is not dict and isinstance(obj, (bytes, bytearray, memoryview)):
            return Datum(bytes(obj), "bytes")
        try:
            return Datum(cls.json_text(obj), "string")
        except (TypeError, ValueError, RecursionError) as error:
            raise cls.unsupported_value(obj) from error


class ManyFormed(Codec):
    """An output that sends values of more forms than a worker lets an annotation name."""

    @classmethod
    def check_output_type_annotation(cls, pytype: object) -> bool:
        """Whether a worker may load the function: only ``emits`` and lists of ``emits_many``."""
        return fits(pytype, cls.emits, cls.emits_many, every=True)

    @classmethod
    def emits_annotation(cls, pytype: object) -> bool:
        """Whether :meth:`encode` can send what this annotation promises."""
        parts = annotated_types(pytype)
        return bool(parts) and all(map(cls._emits_part, parts))

    @classmethod
    def _emits_part(cls, part: object) -> bool:
        """Whether :meth:`encode` can send what one of the types of an annotation promises."""
        raise NotImplementedError


class MessageOutput(ManyFormed):
    """The one encoding rule of all outputs that carry messages.

    Text and bytes go as they are. A JSON-able value, a dataclass, a pydantic model or an object
    with ``to_dict`` goes as JSON. A list or other iterable of these goes as a batch, a JSON array
    in which each element is one message.
    """

    emits: ClassVar[tuple[type, ...]] = (str, bytes, bytearray, dict)
    emits_many: ClassVar[tuple[type, ...]] = (str, bytes, dict)
    sends = (
        "str, bytes, a JSON-able value, a dataclass, a pydantic model, an object with to_dict, "
        "or an iterable of these"
    )

    @classmethod
    def _emits_part(cls, part: object) -> bool:
        if fits(part, cls.emits, cls.emits_many, every=True):
            return True
        kind = typing.get_origin(part) or part
        if not isinstance(kind, type):
            return False
        if issubclass(kind, (int, float, collections.abc.Mapping)) or is_json_object(kind):
            return True
        return issubclass(kind, collections.abc.Iterable) and all(
            item is Ellipsis or cls.emits_annotation(item) for item in typing.get_args(part)
        )

    @classmethod
    def encode(cls, obj: Any, *, expected_type: type | None = None) -> Datum:
        """Turn a value into a payload; see the class."""
        if type(obj) is list:
            try:
                return Datum(dump_texts(obj), "json")
            except TypeError:
                pass  # not all of them are text
        form = obj if isinstance(obj, _TEXT_OR_BYTES) else cls._form_of(obj)
        if isinstance(form, str):
            return cls.text_payload(form)
        if isinstance(form, (bytes, bytearray, memoryview)):
            return Datum(bytes(form), "bytes")
        return Datum(cls.json_text(form), "json")

    @classmethod
    def _form_of(cls, obj: Any) -> Any:
        """Give the text, bytes or JSON value that a value goes as."""
        if obj is None:
            raise cls.unsupported_value(obj)
        if type(obj) is list and set(map(type, obj)) <= _PLAIN_MESSAGES:
            return obj
        form = cls.form(obj)
        if form is not obj or not _is_batch(obj):
            return form
        forms = list(map(cls.form, obj))
        if set(map(type, forms)) <= _PLAIN_MESSAGES:
            return forms
        return [cls._batch_item(form) for form in forms]

    @classmethod
    def form(cls, obj: Any) -> Any:
        """Give the text, bytes or dict that a value of the binding's own type goes as.

        Any other value is given back as it is.
        """
        return obj

    @classmethod
    def _batch_item(cls, form: Any) -> Any:
        """Give a message of a batch as what it is inside the JSON array."""
        if form is None:
            raise UnsupportedValueError.of(
                cls.binding, "value", came="a batch with None", expected=cls.sends
            )
        if isinstance(form, (bytes, bytearray, memoryview)):
            try:
                return bytes(form).decode()
            except UnicodeDecodeError:
                raise UnsupportedValueError.of(
                    cls.binding,
                    "value",
                    came=f"a batch with {preview(form)}",
                    expected="text or UTF-8 bytes, since a batch travels as JSON",
                    remedy="Send such a message by itself",
                ) from None
        return form

    @classmethod
    def refuse_lost(cls, message: object, names: Iterable[str], client: str) -> None:
        """Refuse a message with properties, for a binding whose host takes only the body.

        Args:
            message: what is to be sent.
            names: the attributes that a sender sets; those that only a broker sets do not count.
            client: the package with which properties can be sent.

        Raises:
            UnsupportedValueError: one of them is set and would be lost.
        """
        lost = [name for name in names if getattr(message, name)]
        if lost:
            raise UnsupportedValueError.of(
                cls.binding,
                ", ".join(lost),
                came=f"a {type(message).__name__} with this set",
                expected="a body alone: of a Python function's message the host sends nothing else",
                remedy=f"Send its get_body(), or send it with the package {client}",
            )

    @classmethod
    def json_text(cls, value: Any) -> str:
        """Write a value as JSON; what has no JSON form is refused by name."""
        try:
            return dump_json(value)
        except (TypeError, ValueError) as error:
            raise cls.unsupported_value(value) from error


_TEXT_OR_BYTES = (str, bytes, bytearray, memoryview)
_PLAIN_MESSAGES = {str, dict}
"""What stands in the JSON array of a batch as it is; a look at each takes as long as writing it."""


def _is_batch(obj: object) -> bool:
    """Whether a value is several messages: an iterable that is not itself a JSON object."""
    return (
        isinstance(obj, collections.abc.Iterable)
        and not isinstance(obj, collections.abc.Mapping)
        and not is_json_object(obj)
    )


def is_json_object(value: object) -> bool:
    """Whether a value, or the values of a class, are written as one JSON object."""
    return any(hasattr(value, name) for name in ("model_dump", "to_dict", "__dataclass_fields__"))


_UNIONS: tuple[Any, ...] = (typing.Union, types.UnionType)
_UNHELPFUL_ITERABLES = (str, bytes, bytearray, dict)


def annotated_types(annotation: object) -> list[object]:
    """List an annotation's alternatives: ``Optional`` and ``Union`` taken apart, None left out."""
    origin = typing.get_origin(annotation)
    if origin in _UNIONS:
        return [
            part
            for member in typing.get_args(annotation)
            if member is not type(None)
            for part in annotated_types(member)
        ]
    if origin is typing.Annotated:
        return annotated_types(typing.get_args(annotation)[0])
    return [annotation]


def fits(
    annotation: object, single: tuple[type, ...], many: tuple[type, ...], *, every: bool
) -> bool:
    """Whether an annotation names one of some types, or an iterable of some types.

    Args:
        annotation: a class, ``Optional``, ``Union``, ``Annotated``, or a generic alias such as
            ``list[str]`` or ``typing.List[str]``.
        single: the types that fit by themselves; their subclasses fit too.
        many: the types of which an iterable fits.
        every: for a union, whether all members must fit (a value that goes out may be any of
            them) or one is enough (a value that comes in is one of them).
    """
    return _matches(
        annotation,
        lambda part: _is_subclass(part, single) or item_fits(part, many, every=every),
        every=every,
    )


def _matches(annotation: object, test: Callable[[object], bool], *, every: bool) -> bool:
    parts = annotated_types(annotation)
    return bool(parts) and (all if every else any)(test(part) for part in parts)


def item_fits(annotation: object, many: tuple[type, ...], *, every: bool) -> bool:
    """Whether an annotation is a generic iterable whose items are of the given types."""
    origin = typing.get_origin(annotation)
    if not many or not isinstance(origin, type) or issubclass(origin, _UNHELPFUL_ITERABLES):
        return False
    if not issubclass(origin, collections.abc.Iterable) or issubclass(
        origin, collections.abc.Mapping
    ):
        return False
    args = typing.get_args(annotation)
    if origin is tuple:
        args = tuple(arg for arg in args if arg is not Ellipsis)
    elif len(args) != 1:
        return False
    return bool(args) and all(
        _matches(arg, lambda part: _is_subclass(part, many), every=every) for arg in args
    )


def _is_subclass(annotation: object, classes: tuple[type, ...]) -> bool:
    # A generic alias such as list[str] passes for a type in isinstance before Python 3.11.
    if not isinstance(annotation, type) or typing.get_origin(annotation) is not None:
        return False
    return issubclass(annotation, classes)
