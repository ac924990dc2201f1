"""Messages: records with a body, by themselves or in a batch.

A message by itself reads its fields from the trigger metadata when one is first asked for. A batch
is read by columns: each ``<Name>Array`` of the metadata is parsed once for all messages.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from itertools import repeat
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from ..errors import BatchLengthError, InvalidPayloadError, preview
from .codec import body_bytes
from .datum import DatumLike, TriggerMetadata, collection_items, python_value
from .fields import Field, Record, batch_maker, field, maker, plain, unlocked, warn_unreadable
from .jsontext import dump_json, parse_array, parse_json, scan_json
from .quick import UNUSUAL, quick_reader
from .scalars import as_body, as_bytes

if TYPE_CHECKING:
    from dataclasses import InitVar

    from typing_extensions import Self

__all__ = ["Body", "Message", "Metadata", "array", "bodies_of", "check_length", "receiver"]

Body = str | bytes | bytearray | memoryview | dict[str, Any] | list[Any] | None
"""What a message's body can be built from; text is encoded as UTF-8, dict and list as JSON."""

_M = TypeVar("_M", bound="Message")

_READS_BEFORE_QUICK = 20


class Message(Record):
    """A record with a body, as queues, hubs and topics deliver it."""

    __slots__ = ()

    _body: Body = field(None, as_body, default=bytes, kw_only=False, alias="body")
    _metadata: Mapping[str, Any] | None = field(
        None, None, default=None, kw_only=True, alias="metadata"
    )

    _raw_metadata: ClassVar[bool] = False
    _reads: ClassVar[int] = 0
    _quick_reader: ClassVar[Callable[[Record, TriggerMetadata], None] | None] = None
    _init_only = ("trigger_metadata",)

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        cls._reads, cls._quick_reader = 0, None  # not those of the class it is derived from

    if TYPE_CHECKING:
        trigger_metadata: InitVar[TriggerMetadata | None] = field(default=None, kw_only=True)
    else:

        def __init__(self, *body: Any, **values: Any) -> None:
            # What the mirrored constructors take: the metadata as it travels.
            sent = values.pop("trigger_metadata", None)
            if sent is not None:
                values["metadata"] = Metadata(sent, raw=self._raw_metadata)
            super().__init__(*body, **values)

    def _fill(self, row: Field) -> None:
        body, metadata = self._source or (b"", None)
        if row.name == "_body":
            row.store(self, as_bytes(body))
        elif metadata is None:
            row.store(self, row.absent())
        elif row.name == "_metadata":
            row.store(self, Metadata(metadata, raw=self._raw_metadata))
        else:
            self._read_sent(metadata)

    def _read_sent(self, metadata: TriggerMetadata) -> None:
        """Read all fields that travel by name, which costs less than to read a few one by one."""
        cls: Any = type(self)._locked
        quick = cls._quick_reader
        if quick is None:
            self._read_each(metadata)
            cls._reads += 1
            if cls._reads == _READS_BEFORE_QUICK:
                cls._quick_reader = quick_reader(cls)
            return
        try:
            quick(self, metadata)
        except UNUSUAL:
            self._read_each(metadata)

    def _read_each(self, metadata: TriggerMetadata) -> None:
        get = metadata.get
        binding = self._binding
        for row in self._sent:
            datum = get(row.wire)
            if datum is None:
                row.store(self, row.absent() if row.unsent is not None else None)
                continue
            try:
                kind, value = datum.type, datum.value
                if kind != "string":
                    if kind != "json":
                        raise ValueError
                    size = len(value)
                    value, end = scan_json(value, 0)
                    if end != size:
                        raise ValueError
                if type(value) is not row.kind:
                    value = row.absent() if value is None else row.read(value)
            except (ValueError, TypeError, AttributeError, StopIteration, RecursionError):
                value = row.from_datum(datum, binding)  # all but the usual, and the warnings
            row.store(self, value)

    def get_body(self) -> bytes:
        """The body as bytes; text is UTF-8."""
        source = self._source
        if source is None:
            return self._body  # type: ignore[return-value]  # pyright: ignore[reportReturnType]
        body: str | bytes = source[0]
        return body if type(body) is bytes else as_bytes(body)

    def get_json(self) -> Any:
        """Parse the body as JSON.

        Raises:
            ValueError: the body is not JSON.
        """
        return parse_json(self.get_body())

    @property
    def metadata(self) -> Mapping[str, Any] | None:
        """All trigger metadata as the host sent it, by its wire names; None if there was none.

        Values are converted when they are read: JSON parsed, collections as lists. What is not
        JSON although it should be stays as it came. The messages of a batch share one mapping.
        """
        return self._metadata

    @classmethod
    def _of_body(cls, body: bytes) -> Self:
        """Make a message with nothing but a body."""
        message: Self = maker(cls)(body)
        return message

    @classmethod
    def _from_batch(
        cls,
        bodies: Sequence[bytes],
        metadata: TriggerMetadata,
        *,
        exact: Container[str] = (),
        column: Callable[[str], Sequence[Any] | None] | None = None,
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
            columns: the values of fields that do not travel by name.

        Raises:
            BatchLengthError: such an array has another length.
        """
        count = len(bodies)
        columns["_body"] = bodies
        columns["_metadata"] = repeat(Metadata(metadata, raw=cls._raw_metadata))
        for row in cls._sent:
            wire = row.wire
            values = column(wire) if column else array(metadata, wire, cls._binding)
            if values is None:
                columns[row.name] = row.absent_column(count)
                continue
            if len(values) != count:
                if wire in exact:
                    check_length(cls._binding, f"{wire}Array", len(values), count)
                if values:
                    _warn_length(cls._binding, f"{wire}Array", values, count)
                values = [*values[:count], *repeat(None, count - len(values))]
            columns[row.name] = row.from_column(values, cls._binding)
        return batch_maker(cls)([columns[name] for name in cls._fields])

    def to_dict(self) -> dict[str, Any]:
        """Give body and fields as plain JSON values, bytes as text or base64."""
        values = {"body": plain(self.get_body())}
        for name in type(self)._fields:
            if not name.startswith("_"):
                values[name] = plain(getattr(self, name))
        return values


def receiver(cls: type[_M]) -> Callable[[DatumLike, TriggerMetadata | None], _M]:
    """Make a function that makes messages whose body and fields are read when they are asked for.

    It takes payload and metadata, and raises InvalidPayloadError for a body that is neither text
    that UTF-8 can hold nor bytes.
    """
    make = unlocked(cls)
    binding = cls._binding

    def receive(data: DatumLike, metadata: TriggerMetadata | None) -> _M:
        body = data.value
        if not (type(body) is str and body.isascii()):  # ASCII text can always be encoded
            body = body_bytes(data, binding)
        message: Any = make()
        message._source = (body, metadata)
        message.__class__ = cls
        return message  # type: ignore[no-any-return]

    return receive


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
    import logging

    logging.getLogger("azure_functions_lib").warning(
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
            values = parse_array(datum.value)
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


class Metadata(Mapping[str, Any]):
    """Trigger metadata by wire name, each value converted when it is first read."""

    __slots__ = ("_read", "_source")

    def __init__(self, source: TriggerMetadata, *, raw: bool = False) -> None:
        self._source = source
        self._read: dict[str, Any] = {}
        if raw:
            self._read = {key: getattr(item, "value", item) for key, item in source.items()}

    def __getitem__(self, name: str) -> Any:
        try:
            return self._read[name]
        except KeyError:
            datum = self._source[name]
        try:
            value = python_value(datum)
        except (ValueError, AttributeError):  # AttributeError: that is no datum at all
            value = getattr(datum, "value", datum)
        self._read[name] = value
        return value

    def __iter__(self) -> Iterator[str]:
        return iter(self._source)

    def __len__(self) -> int:
        return len(self._source)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(map(repr, self))})"

    def __reduce__(self) -> tuple[Any, ...]:
        return dict, (dict(self),)
