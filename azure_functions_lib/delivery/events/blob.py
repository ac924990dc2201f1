"""Blobs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...bindings.blob import InputStream
from ...errors import InvalidValueError, preview
from ...wire.datum import Datum
from ..recorded import RecordedPayload
from .common import TIME, content_of, json_datum, metadata_of, with_offset

DEFAULT_NAME = "container/blob.txt"


def blob(
    content: InputStream | str | bytes | Any = b"content",
    *,
    name: str | None = None,
    uri: str | None = None,
    length: int | None = None,
    blob_properties: Mapping[str, Any] | None = None,
    blob_metadata: Mapping[str, Any] | None = None,
    metadata: Mapping[str, Any] | None = None,
) -> RecordedPayload:
    """Make a blob.

    Args:
        content: the content, or an InputStream with content and properties.
        name: its path, container first.
        uri: its address.
        length: its size, where it is not that of the content.
        blob_properties: further properties of the storage service.
        blob_metadata: the metadata that users gave it.
        metadata: further trigger metadata by its wire names, such as those of the path's pattern.

    Raises:
        InvalidValueError: the content is a number or None (a TypeError and ValueError).
    """
    if isinstance(content, InputStream):
        name = name or content.name
        uri = uri or content.uri
        length = content.length if length is None else length
        blob_properties = {**(content.blob_properties or {}), **(blob_properties or {})}
        blob_metadata = {**(content.metadata or {}), **(blob_metadata or {})}
        content = content.getvalue()
    if content is None or isinstance(content, (int, float)):
        raise InvalidValueError.of(
            "events.blob()",
            "content",
            came=preview(content),
            expected="text, bytes, an InputStream, or a document that is to be JSON",
        )
    content = content_of(content)
    data = content.encode() if isinstance(content, str) else content
    name = name or DEFAULT_NAME
    properties = {
        "LastModified": TIME,
        "ContentLength": len(data) if length is None else length,
        "ContentType": "application/octet-stream",
        "ETag": '"0x8DC6D9A1B2C3D4E"',
        "BlobType": 0,
        "LeaseState": 0,
        **(blob_properties or {}),
    }
    values = {
        "BlobTrigger": name,
        # A Uri is no text to the host.
        "Uri": json_datum(uri or f"https://account.blob.core.windows.net/{name}"),
        "Properties": json_datum({key: with_offset(value) for key, value in properties.items()}),
        "Metadata": json_datum(dict(blob_metadata or {})),
        **(metadata or {}),
    }
    return RecordedPayload(Datum(data, "bytes"), metadata_of(values), event="blob")
