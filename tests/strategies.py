"""Hypothesis strategies and hand-picked values for payloads, shared by all tests."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timezone
from types import SimpleNamespace
from typing import Any

from hypothesis import strategies as st

from azure_functions_lib.meta import Datum
from azure_functions_lib.wire.jsontext import dump_json

WIRE_TYPES = (
    "string",
    "bytes",
    "json",
    "int",
    "double",
    "http",
    "stream",
    "collection_string",
    "collection_bytes",
    "collection_sint64",
    "collection_double",
    "model_binding_data",
    "collection_model_binding_data",
    "unheard_of",
)

FIELDS = (
    "Id DequeueCount ExpirationTime InsertionTime NextVisibleTime PopReceipt BlobTrigger Uri "
    "Properties Metadata SystemProperties EnqueuedTimeUtc PartitionKey SequenceNumber Offset "
    "iothub-connection-device-id Timestamp Key Partition Topic Headers ApplicationProperties "
    "ContentType CorrelationId DeadLetterErrorDescription DeadLetterReason DeadLetterSource Label "
    "LockToken MessageId ReplyTo ReplyToSessionId SessionId Subject To TransactionPartitionKey "
    "DeliveryCount EnqueuedSequenceNumber State ExpiresAtUtc LockedUntil ScheduledEnqueueTimeUtc "
    "TimeToLive UserProperties"
).split()
"""Every metadata field that the host sends to some binding."""

KEYS = (
    "id topic subject eventType eventTime data dataVersion specversion type source time "
    "datacontenttype dataschema data_base64 self IsPastDue Schedule ScheduleStatus ContentLength "
    "Length __class__ __module__ __data__ name arguments sessionid transport Operation Item"
).split()
"""Every key that some binding reads from a JSON payload."""

ARRAYS = tuple(f"{name}Array" for name in FIELDS)


def collection(kind: str, items: Any) -> Datum:
    """Make a ``collection_<kind>`` datum as a worker does, of a message with one list."""
    return Datum(SimpleNamespace(**{kind: items}), f"collection_{kind}")


def bomb(depth: int = 100_000) -> str:
    """Make JSON text that nests deeper than any parser goes."""
    return "[" * depth + "]" * depth


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=10),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=6), inner)
    ),
    max_leaves=8,
)
"""What JSON can hold, and read back unchanged."""

_objects = st.dictionaries(st.sampled_from((*FIELDS, *KEYS)), json_values, max_size=6)

json_texts = (
    (json_values | _objects | st.lists(_objects | json_values, max_size=4)).map(dump_json)
    | st.text(max_size=20)
    | st.just(bomb())
)
"""JSON text, or text that is not."""

bodies = st.binary(max_size=40) | st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
"""What a message can be built of."""

timestamps = st.datetimes(timezones=st.just(timezone.utc))
"""Aware points in time."""

_times = st.datetimes().map(lambda time: time.isoformat() + "Z")
_scalars = (
    st.text(max_size=20)
    | _times
    | st.text("0123456789TWZ:+-./, ", max_size=34)
    | st.sampled_from(
        ["", "0", "-1", "9" * 5000, "00:00:30", "1.02:03:04", "null", "\ud800", "NaN"]
    )
)


@st.composite
def datums(draw: st.DrawFn) -> Datum | None:
    """Draw any payload: of each wire type, with a value of the right kind or not."""
    kind = draw(st.sampled_from((None, *WIRE_TYPES)))
    values = {
        "string": _scalars,
        "json": json_texts,
        "bytes": st.binary(max_size=40),
        "int": st.integers(),
        "double": st.floats(),
        "http": requests(),
    }
    if kind is None:
        return draw(st.none() | st.just(Datum(None, None)))
    if draw(st.integers(0, 9)) == 0:
        return Datum(draw(_scalars | json_values | st.binary(max_size=9)), kind)
    if kind.startswith("collection_"):
        items = draw(st.lists(_scalars | st.binary(max_size=9) | st.integers(), max_size=4))
        return collection(kind.removeprefix("collection_"), items)
    return Datum(draw(values.get(kind, _scalars)), kind)


def requests() -> st.SearchStrategy[dict[str, Any]]:
    """Draw the value of an ``http`` payload."""
    text = _scalars.map(lambda value: Datum(value, "string"))
    texts = st.dictionaries(st.text(max_size=8), text, max_size=3)
    content_types = st.sampled_from(
        [
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=b",
            "multipart/form-data",
            "application/json; charset=nonsense",
            "text/plain; charset=utf-16",
        ]
    ).map(lambda value: {"content-type": Datum(value, "string")})
    return st.fixed_dictionaries(
        {},
        optional={
            "method": text,
            "url": text,
            "headers": texts | content_types,
            "query": texts,
            "params": texts,
            "body": (st.binary(max_size=80).map(lambda value: Datum(value, "bytes"))) | text,
        },
    )


def metadata() -> st.SearchStrategy[Mapping[str, Datum | None] | None]:
    """Draw trigger metadata with entries of any kind."""
    return st.none() | st.dictionaries(st.sampled_from((*FIELDS, *ARRAYS)), datums(), max_size=6)
