"""Event Grid, Cosmos DB and SQL rows, Durable activities, connectors and warm-up."""

from __future__ import annotations

import datetime
import json
import math
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import azure_functions_lib

from . import Row, compare, measure, peer
from .bench_messages import _peak

EVENT = {
    "id": "831e1650-001e-001b-66ab-eeb76e069631",
    "topic": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/a",
    "subject": "/blobServices/default/containers/c/blobs/b.txt",
    "eventType": "Microsoft.Storage.BlobCreated",
    "eventTime": "2024-05-06T07:08:09.1234567Z",
    "data": {"api": "PutBlob", "contentLength": 524288},
    "dataVersion": "1.0",
    "metadataVersion": "1",
}
CLOUD_EVENT = {
    "specversion": "1.0",
    "id": "831e1650-001e-001b-66ab-eeb76e069631",
    "source": "/shop/orders",
    "type": "com.example.order.placed",
    "time": "2024-05-06T07:08:09Z",
    "subject": "order/17",
    "datacontenttype": "application/json",
    "data": {"order": 17},
    "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
}
EVENT_READ = "id topic subject event_type event_time data_version get_json()"
CLOUD_READ = (
    "id source type specversion time subject datacontenttype dataschema extension_attrs get_json()"
)


def documents(count: int) -> list[dict[str, Any]]:
    """Rows as a small table has them."""
    return [
        {"id": str(number), "name": f"item {number}", "price": 1.5 * number, "tags": ["a", "b"]}
        for number in range(count)
    ]


def decoding(
    library: Any, binding: str, text: str, kind: str = "json", read: str = ""
) -> Callable[[], object]:
    """Decode a payload by a library and read the given attributes of the value."""
    codec = library.get_binding_registry().get(binding)
    data = library.meta.Datum(text, kind)
    code = "".join(f"    value.{name}\n" for name in read.split())
    scope: dict[str, Any] = {"codec": codec, "data": data}
    # As a worker does it: the class is asked for its method at each call.
    exec(f"def run():\n    value = codec.decode(data, trigger_metadata=None)\n{code}", scope)
    run: Callable[[], object] = scope["run"]
    return run


def encoding(library: Any, binding: str, make: Callable[[Any], Any]) -> Callable[[], object]:
    """Encode a value that is made of a library's own classes."""
    encode = library.get_binding_registry().get(binding).encode
    value = make(library)
    return lambda: encode(value, expected_type=None)


def output_event(library: Any) -> Any:
    """An event to publish."""
    return library.EventGridOutputEvent(
        id="1",
        data={"order": 17},
        subject="order/17",
        event_type="order.placed",
        event_time=datetime.datetime(2024, 5, 6, 7, 8, 9, tzinfo=datetime.timezone.utc),
        data_version="1.0",
    )


def row_list(row: str, count: int) -> Callable[[Any], Any]:
    """A function that makes a list of rows."""

    def make(library: Any) -> Any:
        return getattr(library, f"{row}List")(map(getattr(library, row), documents(count)))

    return make


def _decodings() -> Iterator[tuple[str, float, tuple[str, ...]]]:
    yield (
        "Event Grid: decode, read all",
        18,
        ("eventGridTrigger", json.dumps(EVENT), "json", EVENT_READ),
    )
    yield (
        "CloudEvent: decode, read all",
        1,
        ("eventGridTrigger", json.dumps(CLOUD_EVENT), "json", CLOUD_READ),
    )
    thousand = json.dumps(documents(1000))
    for binding in ("cosmosDB", "sql", "mysql"):
        yield f"{binding}: decode 1,000", 2, (binding, thousand)
    yield "cosmosDB: decode 1", 1, ("cosmosDB", json.dumps(documents(1)))
    for text in ("hello", '"hello"'):
        yield f"activity: decode {text}", 7, ("activityTrigger", text, "string")
    yield "activity: decode dict", 1, ("activityTrigger", '{"order": 17}')
    for binding in ("orchestrationTrigger", "entityTrigger", "durableClient", "connectorTrigger"):
        yield f"{binding}: decode", 1, (binding, '{"history": []}', "string")
    yield "warmupTrigger: decode", 1, ("warmupTrigger", "", "string")


def _encodings() -> Iterator[tuple[str, float, str, Callable[[Any], Any]]]:
    yield "eventGrid: encode event", 1, "eventGrid", output_event
    yield (
        "eventGrid: encode 100 events",
        1,
        "eventGrid",
        lambda library: [output_event(library)] * 100,
    )
    yield "eventGrid: encode str", 1, "eventGrid", lambda _: "text"
    yield "cosmosDB: encode 1,000", 1.8, "cosmosDB", row_list("Document", 1000)
    yield "sql: encode 1,000", 1.8, "sql", row_list("SqlRow", 1000)
    yield "sql: encode 1", 1, "sql", row_list("SqlRow", 1)
    yield "activity: encode str", 1, "activityTrigger", lambda _: "hello"
    yield "activity: encode dict", 1, "activityTrigger", lambda _: {"order": 17}
    yield "orchestrationTrigger: encode", 1, "orchestrationTrigger", lambda _: "{}"
    yield "durableClient: encode dict", 1, "durableClient", lambda _: {"order": 17}
    yield "connectorTrigger: encode dict", 1, "connectorTrigger", lambda _: {"order": 17}


def rows() -> Iterable[Row]:
    """Measure the decoders, the encoders, and how cost grows with the number of rows."""
    for name, target, arguments in _decodings():
        yield compare(
            name,
            decoding(azure_functions_lib, *arguments),
            peer and decoding(peer, *arguments),
            target=target,
        )
    for name, target, binding, make in _encodings():
        yield compare(
            name,
            encoding(azure_functions_lib, binding, make),
            peer and encoding(peer, binding, make),
            target=target,
        )
    yield _growth("sql: decode 10,000", _decoding_rows)
    yield _growth(
        "sql: encode 10,000",
        lambda count: encoding(azure_functions_lib, "sql", row_list("SqlRow", count)),
    )


def _decoding_rows(count: int) -> Callable[[], object]:
    return decoding(azure_functions_lib, "sql", json.dumps(documents(count)))


def _growth(name: str, make: Callable[[int], Callable[[], object]]) -> Row:
    """Measure 10,000 rows, and by which power time and memory grow from 1,000 to them."""
    small, large = make(1000), make(10_000)
    times = measure(small, large)
    peaks = [_peak(small), _peak(large)]
    return Row(
        name,
        times[1],
        note=f"grows by n^{math.log10(times[1] / times[0]):.2f} in time, "
        f"n^{math.log10(peaks[1] / peaks[0]):.2f} in memory",
    )
