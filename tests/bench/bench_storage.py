"""Queue, blob and timer, and the generic codec: decode and encode, every attribute read."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from azure_functions_lib import get_binding_registry, meta

from . import Row, compare, peer

_TIME = '"2024-05-06T07:08:09+00:00"'
_QUEUE = {
    "Id": ("8b3c43a5-7c4b-4d3f-8f5e-1b2a3c4d5e6f", "string"),
    "DequeueCount": ("1", "json"),
    "ExpirationTime": (_TIME, "json"),
    "InsertionTime": (_TIME, "json"),
    "NextVisibleTime": (_TIME, "json"),
    "PopReceipt": ("AgAAAAMAAAAAAAAA", "string"),
}
_BLOB = {
    "BlobTrigger": ("images/a.png", "string"),
    "Uri": ('"https://shop.blob.core.windows.net/images/a.png"', "json"),
    "Properties": (json.dumps({"ContentLength": 8, "ETag": "e", "ContentType": "i"}), "json"),
    "Metadata": ('{"owner": "zoe"}', "json"),
}
_TIMER = json.dumps(
    {
        "Schedule": {"AdjustForDST": True},
        "ScheduleStatus": {"Last": "l", "Next": "n", "LastUpdated": "u"},
        "IsPastDue": False,
    }
)


def rows() -> Iterable[Row]:
    """Measure each operation on both sides."""
    ours = get_binding_registry().get, meta.Datum
    theirs = (peer.get_binding_registry().get, peer.meta.Datum) if peer else None

    def both(name: str, make: Any, target: float | None = 1) -> Row:
        return compare(name, make(*ours), make(*theirs) if theirs else None, target=target)

    yield both("queueTrigger decode", _decode("queueTrigger", ("body", "string"), _QUEUE), 100)
    yield both(
        "queueTrigger decode, body and all read",
        _decode(
            "queueTrigger",
            ("body", "string"),
            _QUEUE,
            "get_body() id dequeue_count expiration_time insertion_time time_next_visible "
            "pop_receipt",
        ),
        25,
    )
    yield both("queue encode str", _encode("queue", "text"))
    yield both("queue encode 100 str", _encode("queue", ["text"] * 100))
    yield both(
        "blobTrigger decode, all read",
        _decode(
            "blobTrigger", (b"x" * 8, "bytes"), _BLOB, "name uri length blob_properties metadata"
        ),
    )
    yield both("blobTrigger decode 1 MB", _decode("blobTrigger", (b"x" * 10**6, "bytes"), _BLOB))
    yield both("blob encode bytes", _encode("blob", b"x" * 1000))
    yield both(
        "timerTrigger decode, all read",
        _decode("timerTrigger", (_TIMER, "json"), None, "past_due schedule schedule_status"),
    )
    # The mirrored library has no generic codec: it is the worker's.
    codec = get_binding_registry().codec("sendGrid")
    yield compare("generic decode str", lambda: codec.decode(meta.Datum("text", "string")))
    yield compare("generic encode str", lambda: codec.encode("text"))


def _decode(binding: str, data: Any, metadata: Any, attributes: str = "") -> Any:
    names = attributes.split()

    def make(get: Any, datum: Any) -> Any:
        decode = get(binding).decode
        payload = datum(*data)
        entries = metadata and {name: datum(*entry) for name, entry in metadata.items()}

        # Written out, as a function would read them: a loop would be measured too.
        read = "".join(f"    value.{name}\n" for name in names)
        scope = {"decode": decode, "payload": payload, "entries": entries}
        exec(f"def run():\n    value = decode(payload, trigger_metadata=entries)\n{read}", scope)
        return scope["run"]

    return make


def _encode(binding: str, value: Any) -> Any:
    def make(get: Any, datum: Any) -> Any:
        encode = get(binding).encode
        return lambda: encode(value, expected_type=None)

    return make
