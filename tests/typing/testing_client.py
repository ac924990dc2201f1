"""The test client."""

from __future__ import annotations

from typing import Any

from typing_extensions import assert_type

from azure_functions_lib import HttpResponse, Out
from azure_functions_lib.testing import (
    AsyncTestClient,
    ClientResponse,
    Result,
    TestClient,
    events,
)


def plain(client: TestClient) -> None:
    response = client.get("/api/items", params={"a": 1}, headers=[("a", "b")])
    assert_type(response, ClientResponse)
    as_sent: HttpResponse = response
    assert_type(as_sent.text, str)
    assert_type(client.post("/", json=[1], files={"a": b""}).outputs, dict[str, Any])
    assert_type(client.invoke("f", events.queue("x"), retry_count=1), Result)
    assert_type(client.drain("queue", limit=3), list[Result])
    client.get("/", jsn=1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    client.get("/", data=1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    client.drain("queue", 3)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


async def asynchronous(client: AsyncTestClient) -> None:
    assert_type(await client.get("/"), ClientResponse)
    assert_type(await client.invoke("f", msg="x"), Result)


def direct(out: Out[list[str]]) -> None:
    assert_type(out.get(), list[str])
