"""The test client."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from typing_extensions import assert_type

from azure_functions_lib import HttpResponse, Out
from azure_functions_lib.testing import (
    AsyncTestClient,
    ClientResponse,
    Orchestration,
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
    assert_type(client.drain(), list[Result])
    assert_type(client.queue("orders").messages, list[str | bytes])
    assert_type(client.blob("totals/may.csv").read(), bytes)
    assert_type(client.table("rows").rows, list[dict[str, Any]])
    assert_type(client.clock.advance(hours=8), list[Result])
    assert_type(client.clock.now(), datetime)
    assert_type(client.run_orchestration("o", [1], events={"e": 1}), Orchestration)
    assert_type(client.orchestrations(), list[Orchestration])
    assert_type(client.start_orchestration("o").history, list[dict[str, Any]])
    client.get("/", jsn=1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    client.get("/", data=1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    client.drain("queue", 3)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


async def asynchronous(client: AsyncTestClient) -> None:
    assert_type(await client.get("/"), ClientResponse)
    assert_type(await client.invoke("f", msg="x"), Result)
    assert_type(await client.drain("queue"), list[Result])
    assert_type(await client.clock.advance(timedelta(days=1)), list[Result])


def direct(out: Out[list[str]]) -> None:
    assert_type(out.get(), list[str] | None)
