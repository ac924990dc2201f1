"""Payloads of any other trigger."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...wire.datum import Datum
from ..recorded import RecordedPayload
from .common import json_datum, metadata_of


def generic(
    content: Any = "content", *, metadata: Mapping[str, Any] | None = None
) -> RecordedPayload:
    """Make the payload of any other trigger: text, bytes, or a value that is sent as JSON.

    Args:
        content: the content.
        metadata: trigger metadata by its wire names.
    """
    if isinstance(content, (bytes, str)):
        kind = "bytes" if isinstance(content, bytes) else "string"
        return RecordedPayload(Datum(content, kind), metadata_of(metadata), event="generic")
    return RecordedPayload(json_datum(content), metadata_of(metadata), event="generic")
