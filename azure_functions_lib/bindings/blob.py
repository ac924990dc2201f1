"""Azure Storage blobs: a stream as trigger or input, text, bytes or a file as output."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, get_origin

from ..enums import BlobSource, DataType
from ..errors import InvalidPayloadError, InvalidValueError, preview
from ..wire.codec import Codec, annotated_types, body_bytes, fits
from ..wire.datum import Datum, DatumLike, TriggerMetadata
from ..wire.declaration import InputBinding, OutputBinding, Trigger
from ..wire.fields import Field, json_text, plain
from ..wire.scalars import integer, mapping, text

if TYPE_CHECKING:
    from typing_extensions import Buffer

__all__ = ["InputStream"]


_NAME = Field("BlobTrigger", text)
_URI = Field("Uri", text)
_PROPERTIES = Field("Properties", mapping)
_METADATA = Field("Metadata", mapping)
_LENGTH = Field("Properties.ContentLength", integer)


class InputStream(io.BytesIO):
    """The content of a blob as a binary stream that can be read and moved in, but not written.

    Args:
        data: the content; text is encoded as UTF-8.
        name: the blob's path, container first.
        uri: the blob's primary address.
        length: its size in bytes as the storage service gave it; None when that is not known.
        blob_properties: the storage service's properties, such as ``ETag``.
        metadata: the metadata that users gave the blob.

    Raises:
        InvalidValueError: ``data`` is neither text nor bytes (a TypeError and ValueError).
    """

    # A BytesIO shares the bytes object it is made of until one of them is written to.

    def __init__(
        self,
        data: str | bytes | bytearray | memoryview | None = None,
        *,
        name: str | None = None,
        uri: str | None = None,
        length: int | None = None,
        blob_properties: Mapping[str, Any] | None = None,
        metadata: Mapping[str, Any] | None = None,
    ) -> None:
        if isinstance(data, str):
            data = data.encode()
        try:
            super().__init__(b"" if data is None else data)
        except TypeError:
            raise InvalidValueError.of(
                "InputStream", "data", came=preview(data), expected="bytes or text"
            ) from None
        self._name = name
        self._uri = uri
        self._length = length
        self._blob_properties = blob_properties
        self._metadata = metadata
        self._forward_only = False

    @property
    def name(self) -> str | None:
        """The blob's path, container first."""
        return self._name

    @property
    def uri(self) -> str | None:
        """The blob's primary address."""
        return self._uri

    @property
    def length(self) -> int | None:
        """The blob's size in bytes as the storage service gave it."""
        return self._length

    @property
    def blob_properties(self) -> Mapping[str, Any] | None:
        """The storage service's properties of the blob."""
        return self._blob_properties

    @property
    def metadata(self) -> Mapping[str, Any] | None:
        """The metadata that users gave the blob."""
        return self._metadata

    def read(self, size: int | None = -1) -> bytes:
        """Read bytes, at most ``size`` of them; all that are left for None or a negative number."""
        return super().read(size)

    def read1(self, size: int | None = -1) -> bytes:
        """Read bytes as :meth:`read` does."""
        return super().read1(size)

    def seekable(self) -> bool:
        """Whether the stream can be moved in."""
        return not self._forward_only

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Move in the stream, as files do."""
        if self._forward_only:
            raise io.UnsupportedOperation("this stream is read forward only")
        return super().seek(offset, whence)

    def writable(self) -> bool:
        """Whether the stream can be written to: it cannot."""
        return False

    def write(self, data: Buffer, /) -> int:
        """Refuse to write."""
        raise io.UnsupportedOperation("an InputStream cannot be written to")

    def writelines(self, lines: Any, /) -> None:
        """Refuse to write."""
        raise io.UnsupportedOperation("an InputStream cannot be written to")

    def truncate(self, size: int | None = None, /) -> int:
        """Refuse to cut the content."""
        raise io.UnsupportedOperation("an InputStream cannot be written to")

    def to_dict(self) -> dict[str, Any]:
        """Give name, uri, length, properties and metadata as plain JSON values, not the content."""
        return {
            "name": self._name,
            "uri": self._uri,
            "length": self._length,
            "blob_properties": plain(self._blob_properties),
            "metadata": plain(self._metadata),
        }

    def to_json(self) -> str:
        """Give :meth:`to_dict` as JSON text."""
        return json_text(self.to_dict())

    def __repr__(self) -> str:
        return f"<azure.InputStream name={self._name} length={self._length} at 0x{id(self):x}>"


class BlobCodec(Codec):
    """A blob as input, or written as output."""

    binding = "blob"
    accepts = (InputStream, bytes, str)
    emits = (str, bytes, bytearray, InputStream)
    takes = "a payload of type 'string' or 'bytes'"
    sends = "str, bytes, bytearray, memoryview, or an object with read()"

    @classmethod
    def emits_annotation(cls, pytype: object) -> bool:
        """Whether an output may carry this annotation: also any class whose objects have read."""
        parts = annotated_types(pytype)
        return bool(parts) and all(
            fits(part, cls.emits, cls.emits_many, every=True) or _reads(part) for part in parts
        )

    @classmethod
    def decode(
        cls, data: DatumLike, *, trigger_metadata: TriggerMetadata | None = None
    ) -> InputStream | None:
        """Make the stream; None for a blob that does not exist."""
        kind = cls.payload_type(data)
        if kind is None:
            return None
        if kind not in ("string", "bytes"):
            raise InvalidPayloadError.of(
                cls.binding, "body", came=f"a payload of type {kind!r}", expected=cls.takes
            )
        stream = InputStream(body_bytes(data, cls.binding))
        # A Datum made by hand is decoded as the mirrored library does it, which has no seek. What
        # a worker or this library's runtime hands over comes in a class of its own.
        stream._forward_only = type(data) is Datum
        if trigger_metadata:
            cls._describe(stream, trigger_metadata)
        return stream

    @classmethod
    def _describe(cls, stream: InputStream, metadata: TriggerMetadata) -> None:
        stream._name = _NAME.from_datum(metadata.get("BlobTrigger"), cls.binding)
        stream._uri = _URI.from_datum(metadata.get("Uri"), cls.binding)
        stream._metadata = _METADATA.from_datum(metadata.get("Metadata"), cls.binding)
        properties = _PROPERTIES.from_datum(metadata.get("Properties"), cls.binding)
        if properties:
            length = properties.get("ContentLength")
            if length is None:
                length = properties.get("Length")
            stream._length = _LENGTH.from_value(length, cls.binding)
            stream._blob_properties = properties

    @classmethod
    def encode(cls, obj: Any, *, expected_type: type | None = None) -> Datum:
        """Send text or bytes, read from the object if it has ``read``."""
        if type(obj) is bytes:
            return Datum(obj, "bytes")
        if callable(getattr(obj, "read", None)) and not isinstance(obj, type):
            obj = obj.read()
        if isinstance(obj, str):
            return cls.text_payload(obj)
        if isinstance(obj, (bytes, bytearray, memoryview)):
            return Datum(bytes(obj), "bytes")
        raise cls.unsupported_value(obj)


def _reads(annotation: object) -> bool:
    kind = get_origin(annotation) or annotation  # IO of IO[bytes]
    return isinstance(kind, type) and callable(getattr(kind, "read", None))


class BlobTriggerCodec(BlobCodec):
    """The blob that triggers a function."""

    binding = "blobTrigger"


# -- Declarations --


def blob_trigger(
    arg_name: str,
    path: str,
    connection: str,
    source: BlobSource | str | None = None,
    data_type: DataType | str | None = None,
    **kwargs: Any,
) -> Trigger:
    """Run the function for each new or changed blob.

    Args:
        arg_name: the parameter that is given the blob: an InputStream, str or bytes.
        path: container and name pattern, such as ``samples/{name}.csv``; ``{name}`` is then a
            value that other bindings can use.
        connection: the app setting, or the common prefix of app settings, that holds the
            connection.
        source: how the host learns of blobs: a member of BlobSource or its value,
            ``"EventGrid"`` (events, at once) or ``"LogsAndContainerScan"`` (polling); None
            means polling.
        data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
            ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
            binding.
        kwargs: further keys of the binding, in snake case.

    Raises:
        UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
    """
    if isinstance(source, BlobSource):
        source = source.value
    return Trigger.of_parameters("blobTrigger", locals())


def blob_input(
    arg_name: str,
    path: str,
    connection: str,
    data_type: DataType | str | None = None,
    **kwargs: Any,
) -> InputBinding:
    """Read a blob when the function starts.

    Args:
        arg_name: the parameter that is given the blob: an InputStream, str or bytes.
        path: container and blob name; ``{property}`` stands for a value of the trigger.
        connection: the app setting, or the common prefix of app settings, that holds the
            connection.
        data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
            ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
            binding.
        kwargs: further keys of the binding, in snake case.

    Raises:
        UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
    """
    return InputBinding.of_parameters("blob", locals())


def blob_output(
    arg_name: str,
    path: str,
    connection: str,
    data_type: DataType | str | None = None,
    **kwargs: Any,
) -> OutputBinding:
    """Write a blob.

    Args:
        arg_name: the ``Out`` parameter to set, or ``"$return"`` for the return value.
        path: container and blob name; ``{property}`` stands for a value of the trigger,
            ``{rand-guid}`` for a new id.
        connection: the app setting, or the common prefix of app settings, that holds the
            connection.
        data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
            ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
            binding.
        kwargs: further keys of the binding, in snake case.

    Raises:
        UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
    """
    return OutputBinding.of_parameters("blob", locals())
