"""Message types of storage bindings: typed constructors and read-only attributes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import azure_functions_lib as func

message = func.QueueMessage(
    b"body", id="i", dequeue_count=1, insertion_time=datetime(2024, 1, 1), pop_receipt=None
)
func.QueueMessage(body="text")
func.QueueMessage()
func.TimerRequest(past_due=True, schedule={"AdjustForDST": True})

identity: str | None = message.id
count: int | None = message.dequeue_count
time: datetime | None = message.insertion_time
body: bytes = message.get_body()
document: dict[str, Any] = message.to_dict()
text: str = message.to_json()
metadata: Mapping[str, Any] | None = message.metadata

func.QueueMessage(b"body", {})  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
func.QueueMessage(unheard_of=1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
func.QueueMessage(dequeue_count="1")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
func.TimerRequest(True)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
message.id = "x"  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
number: int = message.id  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]


class Derived(func.QueueMessage):
    """A user's own message."""

    def shout(self) -> str:
        return self.get_body().decode().upper()


shouted: str = Derived(b"body", id="i").shout()
Derived(unheard_of=1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]

stream = func.InputStream(b"data", name="n", uri="u", length=4, blob_properties={"ETag": "e"})
data: bytes = stream.read()
name: str | None = stream.name
length: int | None = stream.length
func.InputStream(5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
stream.name = "x"  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
