"""Messages: records with a body, by themselves or in a batch.

A message by itself reads its fields from the trigger metadata when one is first asked for. A batch
is read by columns: each ``<Name>Array`` of the metadata is parsed once for all messages.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from itertools import count, repeat
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from .._log import warn
from ..errors import BatchLengthError, InvalidPayloadError, preview
from .bulk import maker, unlocked
from .codec import MessageOutput, body_bytes
from .datum import DatumLike, TriggerMetadata, collection_items, python_value
from .fields import Field, Record, field, plain, warn_unreadable
from .jsontext import dump_json, parse_json
from .scalars import as_body, as_bytes

if TYPE_CHECKING:
    from dataclasses import InitVar

    from typing_extensions import Self

__all__ = ["Body", "EventCodec", "Message", "array", "bodies_of", "check_length", "receiver"]

Body = str | bytes | bytearray | memoryview | dict[str, Any] | list[Any] | None
"""What a message's body can be built from; text is encoded as UTF-8, dict and list as JSON."""

_M = TypeVar("_M", bound="Message")

_FEW = 3
"""A function that asks for more fields than these is given all: most of the time is for asking.

Of a Service Bus message to read all 26 takes 14 µs so, and 24 µs one by one.
"""


class Message(Record):
    """A record with a body, as queues, hubs and topics deliver it.

    A message by itself keeps its trigger metadata and reads a field when it is first asked for: a
    slot that is still empty falls through to ``__getattr__``, which fills it. A message of a batch
    has its fields, and keeps the metadata of the batch and its place in it.
    """

    __slots__ = ("_asked", "_place", "_source")

    _body: Body = field(None, as_body, default=bytes, kw_only=False, alias="body")
    _metadata: dict[str, Any] | None = field(
        None, dict, default=None, kw_only=True, alias="metadata"
    )

    _raw_metadata: ClassVar[bool] = False
    _init_only = ("trigger_metadata",)

    if TYPE_CHECKING:
        # Slots; a plain annotation would make them constructor parameters.
        _source: ClassVar[Any]  # the trigger metadata or the BatchMetadata that it came with
        _place: ClassVar[int]
        _asked: ClassVar[list[str] | None]  # the names of the fields that have been read
        trigger_metadata: InitVar[TriggerMetadata | None] = field(default=None, kw_only=True)
    else:

        def __init__(self, *body: Any, **values: Any) -> None:
            # What the mirrored constructors take: the metadata as it travels.
            sent = values.pop("trigger_metadata", None)
            if sent is not None:
                values["metadata"] = read_metadata(sent, raw=self._raw_metadata)
            super().__init__(*body, **values)

        def __getattr__(self, name: str) -> Any:
            # A slot that is still empty: its field is read now.
            spec = self._fields.get(name)
            if spec is None:
                if name == "_source":  # a message that has come from nowhere
                    return None
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
            sent = self._source
            if sent is None or spec.wire is None:
                value = self._read_unnamed(spec, sent)
            else:
                asked = self._asked
                if asked is None:
                    _set_asked(self, asked := [])
                asked.append(name)
                if _FEW < len(asked) < len(self._sent):
                    self._read_others(sent, asked)
                value = spec.from_datum(sent.get(spec.wire), self._binding)
            spec.store(self, value)
            return value

    def _read_others(self, sent: TriggerMetadata, asked: Iterable[str]) -> None:
        """Read all fields that travel by name but those that have been asked for."""
        get, binding = sent.get, self._binding
        others = self._sent.copy()
        for name in asked:
            others.pop(name, None)  # two threads may have asked for one
        for spec in others.values():
            spec.store(self, spec.from_datum(get(spec.wire), binding))

    def _read_unnamed(self, spec: Field, sent: TriggerMetadata | None) -> Any:
        """Read a field that does not travel by name, or one of a message without metadata."""
        if spec.name == "_metadata" and sent is not None:
            return read_metadata(sent, raw=self._raw_metadata)
        return spec.absent()

    def _state(self) -> dict[str, Any]:
        state = {**super()._state(), "_metadata": self.metadata}
        batch = self._source
        if isinstance(batch, BatchMetadata):
            state["_metadata"] = batch.of_one(self._place, state["_metadata"])
        return state

    def get_body(self) -> bytes:
        """The body as bytes; text is UTF-8."""
        return self._body  # type: ignore[return-value]  # pyright: ignore[reportReturnType]

    def get_json(self) -> Any:
        """Parse the body as JSON.

        Raises:
            ValueError: the body is not JSON.
        """
        return parse_json(self.get_body())

    @property
    def metadata(self) -> dict[str, Any] | None:
        """All trigger metadata by its wire names, read when first asked for; None without any.

        JSON is parsed, collections are lists. What is not JSON although it should be stays as it
        came. A message of a batch has the metadata of the batch, with a list ``<Name>Array`` of the
        values of all messages; when it is copied or pickled, these lists hold its own value alone.
        """
        values: Any = self._metadata
        if type(values) is BatchMetadata:  # not read yet
            values = values.copy()
            _set_metadata(self, values)
        return values  # type: ignore[no-any-return]

    @classmethod
    def _of_batch(
        cls,
        bodies: Sequence[bytes],
        metadata: TriggerMetadata,
        *,
        exact: Container[str] = (),
        column: Callable[[str], Sequence[Any] | None] | None = None,
        known: Mapping[str, Any] = MappingProxyType({}),
        **columns: Iterable[Any],
    ) -> list[Self]:
        """Make the messages of a batch, reading each ``<Name>Array`` of the metadata once.

        Args:
            bodies: the bodies, one for each message.
            metadata: the batch's trigger metadata.
            exact: the wire names whose array, when it comes, must have one entry per message. Of
                other arrays the entries that are missing are absent, with a warning: the host may
                have left out empty ones, which then belong to other messages.
            column: gives the values of a wire name for a binding that has them elsewhere.
            known: values of the metadata that have been read already.
            columns: the values of fields that do not travel by name.

        Raises:
            BatchLengthError: such an array has another length.
        """
        size = len(bodies)
        columns["_body"] = bodies
        for spec in cls._sent.values():
            wire = spec.wire
            values = column(wire) if column else array(metadata, wire, cls._binding)
            if values is None:
                columns[spec.name] = spec.absent_column(size)
                continue
            if len(values) != size:
                if wire in exact:
                    check_length(cls._binding, f"{wire}Array", len(values), size)
                if values:
                    _warn_length(cls._binding, f"{wire}Array", values, size)
                values = [*values[:size], *repeat(None, size - len(values))]
            columns[spec.name] = spec.from_column(values, cls._binding)
        batch = BatchMetadata(metadata, size, raw=cls._raw_metadata, known=known)
        columns["_metadata"] = repeat(batch)
        columns["_place"] = count()
        return list(map(maker(cls, tuple(columns)), repeat(batch), *columns.values()))

    def to_dict(self) -> dict[str, Any]:
        """Give body and fields as plain JSON values, bytes as text or base64."""
        values = {"body": plain(self.get_body())}
        for name in type(self)._fields:
            if not name.startswith("_"):
                values[name] = plain(getattr(self, name))
        return values


_set_asked = Message.__dict__["_asked"].__set__
_set_metadata = Message.__dict__["_metadata"].__set__


def receiver(cls: type[_M]) -> Callable[[DatumLike, TriggerMetadata | None], _M]:
    """Make a function that makes messages whose fields are read when they are asked for.

    It takes payload and metadata, and raises InvalidPayloadError for a body that is neither text
    that UTF-8 can hold nor bytes.
    """
    make = unlocked(cls)
    binding = cls._binding

    def receive(data: DatumLike, metadata: TriggerMetadata | None) -> _M:
        body = data.value
        message: Any = make()
        # The usual body first: of a queue message, whose decoding is nothing but this.
        ascii_text = type(body) is str and body.isascii()
        message._body = body.encode() if ascii_text else body_bytes(data, binding)
        message._source = metadata
        message._asked = None  # most functions ask for the body alone: no list for these
        message.__class__ = cls
        return message  # type: ignore[no-any-return]

    return receive


class EventCodec(MessageOutput):
    """Events sent; as an input, which no extension of the host has, with nothing but a body."""

    event: ClassVar[type[Message]]

    @classmethod
    def decode(cls, data: DatumLike, *, trigger_metadata: TriggerMetadata | None = None) -> Any:
        """Make the event or events."""
        kind = getattr(data, "type", None)
        if kind in ("string", "bytes", "json"):
            return maker(cls.event)(None, body_bytes(data, cls.binding))
        if kind in ("collection_string", "collection_bytes"):
            make = maker(cls.event)
            return [make(None, body) for body in bodies_of(data, cls.binding)]
        raise cls.unsupported_payload(data)


def check_length(binding: str, name: str, came: int, count: int) -> None:
    """Check that an array of a batch's metadata has one entry for each message.

    Raises:
        BatchLengthError: it has not.
    """
    if came != count:
        raise BatchLengthError.of(
            binding,
            name,
            came=f"{came} entries",
            expected=f"{count}, one for each message",
            remedy="The host leaves out empty messages and texts unless the worker declares the "
            "capability IncludeEmptyEntriesInMessagePayload",
        )


def _warn_length(binding: str, name: str, values: Sequence[Any], count: int) -> None:
    warn(
        "%s: metadata %s: got %d entries %s; expected %d, one for each message. "
        "Entries may stand with the wrong message; .metadata keeps what came.",
        binding,
        name,
        len(values),
        preview(values),
        count,
    )


def array(metadata: TriggerMetadata, wire: str, binding: str) -> list[Any] | None:
    """Read the array ``<wire>Array`` of a batch's metadata; None when there is none to read."""
    datum = metadata.get(f"{wire}Array")
    if datum is None:
        return None
    try:
        if datum.type is None or datum.value is None:
            return None
        if datum.type == "json":
            values = parse_json(datum.value)
            if values is None or isinstance(values, list):
                return values
        elif datum.type.startswith("collection_"):
            return collection_items(datum.value, datum.type)
    except (ValueError, AttributeError):  # AttributeError: that is no datum at all
        pass
    warn_unreadable(binding, f"{wire}Array", getattr(datum, "value", datum), "an array")
    return None


def bodies_of(datum: DatumLike, binding: str) -> list[bytes]:
    """List the bodies of a batch as bytes.

    The elements of a JSON array are written as JSON text again: the bytes that the sender wrote
    cannot be had from it (the host has parsed them).

    Raises:
        InvalidPayloadError: a JSON payload is not an array, or an element is not text or bytes.
    """
    try:
        if datum.type == "json":
            values = parse_json(datum.value)
            if isinstance(values, list):
                return [dump_json(value).encode() for value in values]
        else:
            bodies = collection_items(datum.value, datum.type or "")
            kinds = {type(body) for body in bodies}
            if kinds == {bytes}:
                return bodies
            if kinds == {str}:
                return list(map(str.encode, bodies))
            return [as_bytes(body) for body in bodies]
    except (ValueError, TypeError):
        pass
    raise InvalidPayloadError.of(
        binding, "body", came=preview(datum.value), expected="an array of messages"
    )


def read_metadata(
    sent: TriggerMetadata, *, raw: bool = False, known: Mapping[str, Any] = MappingProxyType({})
) -> dict[str, Any]:
    """Give trigger metadata as plain values by wire name.

    Args:
        sent: the metadata as it came.
        raw: whether to give the values as they travelled instead.
        known: the values of entries that have been read already.
    """
    return {
        name: known[name] if name in known else _entry_value(datum, raw)
        for name, datum in sent.items()
    }


def _entry_value(datum: Any, raw: bool) -> Any:
    """Give the plain value of a metadata entry; what cannot be read as it came."""
    try:
        return datum.value if raw else python_value(datum)
    except (ValueError, AttributeError):  # AttributeError: that is no datum at all
        return getattr(datum, "value", datum)


class BatchMetadata:
    """The trigger metadata that the messages of a batch share, read when first asked for.

    Args:
        sent: the metadata as it came.
        size: how many messages the batch has.
        raw: whether its values are given as they travelled.
        known: the values of entries that have been read already.
    """

    __slots__ = ("_arrays", "_known", "_raw", "_sent", "_size", "_values")

    def __init__(
        self, sent: TriggerMetadata, size: int, *, raw: bool, known: Mapping[str, Any]
    ) -> None:
        self._sent = sent
        self._size = size
        self._raw = raw
        self._known = known
        self._values: dict[str, Any] = {}
        self._arrays: dict[str, list[Any]] | None = None

    def copy(self) -> dict[str, Any]:
        """Give the metadata of the batch in a dict of the caller's own."""
        if not self._values:
            self._values = read_metadata(self._sent, raw=self._raw, known=self._known)
        return self._values.copy()

    def of_one(self, place: int, values: dict[str, Any]) -> dict[str, Any]:
        """Give a message's metadata without the entries of the other messages.

        Args:
            place: the message's place in the batch.
            values: what :meth:`copy` gave, and what a function has changed of it since.
        """
        if self._arrays is None:
            plain_values = read_metadata(self._sent) if self._raw else self._values
            self._arrays = {
                name: entries
                for name, entries in plain_values.items()
                if name.endswith("Array")
                and isinstance(entries, list)
                and len(entries) == self._size
            }
        own = values.copy()
        for name, entries in self._arrays.items():
            sent = self._values[name]
            if own.get(name) is sent:
                entry = [entries[place]]
                own[name] = dump_json(entry) if isinstance(sent, str) else entry
        return own
