"""Changes of Cosmos DB."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..recorded import RecordedPayload
from .common import TIME, as_list, rows_event


def cosmos_db(
    documents: Mapping[str, Any] | Iterable[Mapping[str, Any]] = ({"id": "1"},),
) -> RecordedPayload:
    """Make changed documents, with the properties that Cosmos DB gives them.

    Args:
        documents: one document or several.
    """
    given = {"_rid": "AAAAAA==", "_etag": '"00000000-0000-0000-0000-000000000000"'}
    return rows_event(
        [{**given, "_ts": int(TIME.timestamp()), **each} for each in as_list(documents)],
        "cosmos_db",
    )
