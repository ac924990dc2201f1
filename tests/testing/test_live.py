"""The real host in a test."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import httpx
import pytest

import azure_functions_lib as func
from azure_functions_lib.errors import (
    AppError,
    FunctionLoadError,
    InvalidValueError,
    InvocationError,
)
from azure_functions_lib.testing import live
from azure_functions_lib.testing.live_host import LiveHost

SHOP = Path(__file__).parents[2] / "docs" / "examples" / "shop"
STORAGE = "AzureWebJobsStorage"


def small_app() -> func.FunctionApp:
    app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)

    @app.route("hello/{name}")
    @app.queue_output("out", "greeted", STORAGE)
    @app.table_output("row", STORAGE, "people", partition_key="all", row_key="{name}")
    def hello(req: func.HttpRequest, out: func.Out[str], row: func.Out[str]) -> str:
        name = req.route_params["name"]
        out.set(name)
        row.set(json.dumps({"Length": len(name)}))
        return f"Hello {name}"

    @app.queue_trigger("msg", "greeted", STORAGE)
    @app.blob_output("paper", "papers/{id}.txt", STORAGE)
    def write(msg: func.QueueMessage, paper: func.Out[str]) -> None:
        if msg.get_body() == b"Nobody":
            raise ValueError("nobody is there")
        paper.set(msg.get_body().decode())

    @app.blob_trigger("paper", "papers/{name}", STORAGE)
    @app.blob_output("copy", "copies/{name}", STORAGE)
    def copy(paper: func.InputStream, copy: func.Out[bytes]) -> None:
        copy.set(paper.read())

    @app.timer_trigger("timer", "0 0 4 * * *")
    @app.queue_output("out", "nights", STORAGE)
    def night(timer: func.TimerRequest, out: func.Out[str]) -> None:
        out.set("late" if timer.past_due else "in time")

    return app


@pytest.fixture(scope="module")
def host() -> Iterator[LiveHost]:
    with live(small_app()) as host:
        yield host


def test_a_request_and_what_follows_from_it(host: LiveHost) -> None:
    assert httpx.get(f"{host.url}/api/hello/Ada").text == "Hello Ada"
    host.settle()
    assert {"PartitionKey": "all", "RowKey": "Ada", "Length": 3} in host.table("people").rows
    first, second, third = host.invocations[-3:]
    assert (second.cause, third.cause) == (first.id, second.id)
    assert not host.blob("papers/none.txt").exists


def test_a_message_that_fails_is_poison(host: LiveHost) -> None:
    host.queue("greeted").put("Nobody")
    host.settle()
    assert host.queue("greeted").messages == []
    assert host.queue("greeted-poison").messages == ["Nobody"]
    (failure,) = host.queue("greeted-poison").failures
    assert "ValueError: nobody is there" in str(failure)


def test_none_is_no_message(host: LiveHost) -> None:
    with pytest.raises(InvalidValueError, match="queue 'greeted': message: got NoneType None"):
        host.queue("greeted").put(None)
    assert host.queue("greeted").messages == []


def test_blobs_and_tables_by_hand(host: LiveHost) -> None:
    host.blob("papers/new.txt").write("ink")
    host.settle()
    assert host.blob("copies/new.txt").text() == "ink"
    host.blob("copies/new.txt").delete()
    assert not host.blob("copies/new.txt").exists
    host.table("stock").put({"PartitionKey": "a", "RowKey": "b", "Count": 2})
    assert host.table("stock").rows == [{"PartitionKey": "a", "RowKey": "b", "Count": 2}]
    assert host.table("none").rows == []


def test_nights_pass(host: LiveHost) -> None:
    before = host.clock.now()
    host.clock.advance(days=3)
    assert host.queue("nights").messages == ["in time"] * 3
    assert host.clock.now() - before >= timedelta(days=3)
    host.clock.move_to(before + timedelta(days=4))
    assert len(host.queue("nights").messages) == 4
    with pytest.raises(InvalidValueError, match="Time does not go back"):
        host.clock.advance(hours=-1)


def test_the_shop_beside_an_async_client() -> None:
    async def main() -> None:
        begin = datetime(2030, 1, 1, 3, 59, tzinfo=timezone.utc)
        async with live(SHOP, now=begin) as host, httpx.AsyncClient() as client:
            response = await client.post(f"{host.url}/api/orders", json={"item": "tea"})
            host.settle()
            order = await client.get(f"{host.url}/api/orders/{response.json()['id']}")
            assert order.json()["total"] == 4
            host.clock.advance(minutes=1)
            assert host.blob("reports/2030-01-01.txt").text().endswith("in time: tea, cake\n")

    asyncio.run(main())


def test_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)

    @app.route("place")
    def place(req: func.HttpRequest) -> str:
        import os

        return os.environ["PLACE"]

    with live(app, settings={"PLACE": "here"}) as host:
        assert httpx.get(f"{host.url}/api/place").text == "here"
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{host.url}/api/place")


def test_a_host_that_does_not_run() -> None:
    with pytest.raises(InvocationError, match="does not run"):
        live(small_app()).settle()
    with live(small_app()) as host, pytest.raises(InvocationError, match="runs already"):
        host.__enter__()
    with pytest.raises(InvocationError, match="does not run"):
        host.clock.now()


def test_an_app_that_cannot_run() -> None:
    with pytest.raises(AppError, match="expected the path"), live(7):
        pass
    app = func.FunctionApp()
    app.route("a")(lambda wrong: "")
    with pytest.raises(FunctionLoadError, match="the app has problems"), live(app):
        pass
