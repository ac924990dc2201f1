"""The host's admin API: Azure's paths, and those of this host."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import httpx
import pytest

from azure_functions_lib.errors import AppError
from azure_functions_lib.host.compose import Setup, compose
from azure_functions_lib.wire.jsontext import dump_json

from .served import Seen, hosted, until, write_app

APP = """
import json

got = []

@app.route("Hello", methods=["GET"])
def hello(req: func.HttpRequest) -> str:
    return "hello"

@app.route("got")
def told(req: func.HttpRequest) -> str:
    return json.dumps(got)

@app.queue_trigger("msg", queue_name="orders", connection="AzureWebJobsStorage")
@app.queue_output("out", queue_name="done", connection="AzureWebJobsStorage")
def take(msg: func.QueueMessage, out: func.Out[str]) -> str:
    got.append(msg.get_body().decode())
    if "bad" in got[-1]:
        raise ValueError("no such order")
    out.set("done")

@app.blob_trigger("blob", path="papers/{name}.txt", connection="AzureWebJobsStorage")
def read(blob: func.InputStream, context: func.Context):
    got.append([blob.name, blob.read().decode()])

@app.timer_trigger("timer", schedule="0 0 4 * * *")
def night(timer: func.TimerRequest):
    got.append(["night", timer.past_due])

@app.event_hub_message_trigger("events", event_hub_name="hub", connection="HUB", cardinality="many")
def many(events: list[func.EventHubEvent]):
    got.append([event.get_body().decode() for event in events])

@app.service_bus_queue_trigger("msg", queue_name="bus", connection="BUS")
def bus(msg: func.ServiceBusMessage):
    got.append(msg.get_body().decode())

@app.cosmos_db_trigger("documents", database_name="d", container_name="c", connection="DB")
def changed(documents: func.DocumentList):
    got.append([document["id"] for document in documents])

@app.event_grid_trigger("event")
def grid(event: func.EventGridEvent):
    got.append([event.event_type, event.get_json()])
"""

EVENT = {
    "id": "1", "topic": "t", "subject": "s", "eventType": "Made", "data": {"a": 1},
    "eventTime": "2026-08-01T10:00:00Z", "dataVersion": "1",
}  # fmt: skip


async def got(client: httpx.AsyncClient) -> Any:
    return (await client.get("/api/got")).json()


# -- Running a function


@pytest.mark.parametrize(
    ("function", "text", "expected"),
    [
        ("take", "an order", "an order"),
        ("night", None, ["night", False]),
        ("night", "ignored", ["night", False]),
        ("many", '["a", {"b": 1}]', ["a", dump_json({"b": 1})]),
        ("many", "one", ["one"]),
        ("bus", "a message", "a message"),
        ("grid", json.dumps(EVENT), ["Made", {"a": 1}]),
        ("changed", '[{"id": "7"}, {"id": "8"}]', ["7", "8"]),
        ("changed", '{"id": "7"}', ["7"]),
        ("read", "papers/tea.dat", ["papers/tea.dat", "green"]),
    ],
)
@pytest.mark.parametrize("waits", [True, False], ids=["waiting", "as Azure does"])
async def test_a_function_is_run_with_an_input(
    tmp_path: Path, function: str, text: str | None, expected: Any, waits: bool
) -> None:
    seen = Seen()
    document = {} if text is None else {"input": text}
    async with hosted(write_app(tmp_path, APP), seen, functions=(function, "told")) as (
        host,
        client,
    ):
        await host.storage.blobs.create("papers")
        await host.storage.blobs.write("papers", "tea.dat", b"green")
        if waits:
            response = await client.post(f"/admin/azfl/invoke/{function}", json=document)
            assert response.status_code == 200
            assert response.json()["exception"] is None
        else:
            response = await client.post(f"/admin/functions/{function}", json=document)
            assert (response.status_code, response.content) == (202, b"")
        await until(lambda: seen.outcomes)
        assert await got(client) == [expected]


async def test_what_waits_is_told_outputs_logs_and_failures(tmp_path: Path) -> None:
    async with hosted(write_app(tmp_path, APP), functions=("take",)) as (host, client):
        good = (await client.post("/admin/azfl/invoke/TAKE", json={"input": "an order"})).json()
        bad = (await client.post("/admin/azfl/invoke/take", json={"input": "bad"})).json()
        await host.journal.flush()
        entries = await host.journal.entries()
    assert good["outputs"]["out"] == {"binding": "queue", "type": "string", "value": "done"}
    assert bad["exception"]["type"] == "ValueError"
    assert "no such order" in bad["exception"]["traceback"]
    assert [entry.id for entry in entries] == [good["invocation_id"], bad["invocation_id"]]


@pytest.mark.parametrize(
    ("function", "content", "status", "reason"),
    [
        ("hello", b"{}", 400, "is run by a request: GET http://localhost:7071/api/Hello"),
        ("none", b"{}", 404, "there is no function 'none'. There are: "),
        ("take", b"", 400, "The body is no JSON"),
        ("take", b"[]", 400, "The body is not an object"),
        ("take", b'{"input": 7}', 400, "input: expected text"),
        ("take", b"{}", 400, "its queueTrigger needs an input"),
        ("read", b'{"input": "papers"}', 400, "names no blob"),
        ("read", b'{"input": "papers/none"}', 400, "papers"),
        ("grid", b'{"input": "x"}', 202, ""),
    ],
)
async def test_a_run_that_is_refused(
    tmp_path: Path, function: str, content: bytes, status: int, reason: str
) -> None:
    async with hosted(write_app(tmp_path, APP)) as (_, client):
        response = await client.post(f"/admin/functions/{function}", content=content)
    assert response.status_code == status
    assert reason in response.text


@pytest.mark.parametrize(
    ("function", "text", "expected"),
    [
        ("bus", "x", "x"),
        ("night", None, ["night", False]),
        ("read", "papers/tea.txt", ["papers/tea.txt", "green"]),
    ],
)
async def test_a_disabled_function_can_be_run_by_hand(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    function: str,
    text: str | None,
    expected: Any,
) -> None:
    monkeypatch.setenv(f"AzureWebJobs.{function}.Disabled", "1")
    async with hosted(write_app(tmp_path, APP)) as (host, client):
        await host.storage.blobs.create("papers")
        await host.storage.blobs.write("papers", "tea.txt", b"green")
        described = (await client.get(f"/admin/functions/{function}")).json()
        document = {} if text is None else {"input": text}
        outcome = (await client.post(f"/admin/azfl/invoke/{function}", json=document)).json()
        assert await got(client) == [expected]
        if function == "read":  # with what its path captures
            journal = host.journal
            await journal.flush()
            entry = next(e for e in await journal.entries() if e.function == "read")
            record = await journal.find(entry.id)
            assert record.call.metadata["name"].value == "tea"
    assert described["isDisabled"] is True
    assert outcome["exception"] is None


async def test_a_recorded_payload_is_run(tmp_path: Path) -> None:
    properties = {"type": "json", "value": "{}"}
    data = {"type": "string", "value": "x"}
    payload = {"data": data, "metadata": {"UserProperties": properties}}
    async with hosted(write_app(tmp_path, APP)) as (_, client):
        good = await client.post("/admin/azfl/invoke/bus", json={"payload": payload})
        bad = await client.post("/admin/azfl/invoke/bus", json={"payload": {"x": 1}})
        assert await got(client) == ["x"]
    assert good.json()["exception"] is None
    assert bad.status_code == 400
    assert "recorded payload" in bad.text


async def test_an_invocation_is_replayed(tmp_path: Path) -> None:
    async with hosted(write_app(tmp_path, APP)) as (host, client):
        await client.get("/api/hello?name=x", headers={"x-own": "1"})
        await client.post("/admin/azfl/invoke/bus", json={"input": "again"})
        await host.journal.flush()
        entries = {entry.function: entry.id for entry in await host.journal.entries()}
        message = (await client.post(f"/admin/azfl/replay/{entries['bus']}")).json()
        request = (await client.post(f"/admin/azfl/replay/{entries['hello'][:8]}")).json()
        none = await client.post("/admin/azfl/replay/none")
        assert await got(client) == ["again", "again"]
    assert message["invocation_id"] != entries["bus"]
    assert request["outputs"]["$return"]["value"] == "hello"
    assert (none.status_code, "azfl log" in none.text) == (404, True)


# -- Functions


async def test_functions_are_listed(tmp_path: Path) -> None:
    async with hosted(write_app(tmp_path, APP)) as (_, client):
        listed = (await client.get("/admin/functions")).json()
        one = (await client.get("/Admin/Functions/HELLO")).json()
        none = await client.get("/admin/functions/none")
    assert {each["name"] for each in listed} >= {"hello", "take", "night"}
    assert one in listed
    assert one["invoke_url_template"] == "http://localhost:7071/api/hello", "in lower case"
    assert one["href"] == "http://localhost:7071/admin/functions/hello"
    assert one["language"] == "python"
    assert one["config"]["bindings"][0]["type"] == "httpTrigger"
    assert "invoke_url_template" not in next(each for each in listed if each["name"] == "take")
    assert none.status_code == 404


async def test_a_broken_function_tells_its_errors(tmp_path: Path) -> None:
    code = (
        APP + "\n@app.route('{a')\ndef broken(req: func.HttpRequest, other: str) -> str:\n    ...\n"
    )
    async with hosted(write_app(tmp_path, code)) as (_, client):
        good = await client.get("/admin/functions/hello/status")
        bad = await client.get("/admin/functions/broken/status")
        run = await client.post("/admin/functions/broken", json={})
        host = await client.get("/admin/host/status")
        assert (await client.get("/api/hello")).text == "hello"
    assert good.json() == {}
    assert bad.json()["errors"]
    assert run.status_code == 404
    assert "other" in host.json()["errors"][0]


# -- The host


async def test_the_host_tells_how_it_is(tmp_path: Path) -> None:
    async with hosted(write_app(tmp_path, APP)) as (_, client):
        for method in ("GET", "POST"):
            ping = await client.request(method, "/admin/host/ping")
            assert (ping.status_code, ping.content) == (200, b"")
            assert ping.headers["cache-control"] == "no-store"
        status = (await client.get("/admin/host/status")).json()
        config = (await client.get("/admin/host/config")).json()
        triggers = (await client.post("/admin/host/synctriggers")).json()
        wrong = await client.put("/admin/host/status")
        none = await client.get("/admin/none")
    assert status["state"] == "Running"
    assert status["processUptime"] >= 0
    assert config["queues"]["batch_size"] == 16
    assert triggers == {"status": "success"}
    assert (wrong.status_code, wrong.headers["allow"]) == (405, "GET")
    assert (none.status_code, none.text) == (404, "The host has no /admin/none")


async def test_a_host_whose_app_cannot_be_loaded_says_so(tmp_path: Path) -> None:
    host = compose(Setup(write_app(tmp_path, "app = 1 +\n"), in_process=True, memory=True))
    transport = httpx.ASGITransport(host)
    async with httpx.AsyncClient(transport=transport, base_url=host.base_url) as client:
        before = (await client.get("/admin/host/status")).json()
        with pytest.raises(AppError):
            await host.start()
        after = (await client.get("/admin/host/status")).json()
        refused = await client.get("/admin/functions")
    await host.stop()
    assert (before["state"], before.get("errors")) == ("Starting", None)
    assert after["state"] == "Error"
    assert "function_app.py" in after["errors"][0]
    assert (refused.status_code, refused.text) == (503, "Function host is not running.")


async def test_the_host_is_taken_offline_and_back(tmp_path: Path) -> None:
    async with hosted(write_app(tmp_path, APP)) as (_, client):
        for state, changed, running in (
            ("offline", 202, 503),
            ("Offline", 200, 503),
            ("running", 202, 200),
            ("running", 200, 200),
        ):
            response = await client.put("/admin/host/state", json=state)
            assert response.status_code == changed
            assert (await client.get("/api/hello")).status_code == running
            assert (tmp_path / "app_offline.htm").exists() == (running == 503)
        assert (await client.put("/admin/host/state", json="on")).status_code == 400
        assert (await client.put("/admin/host/state", json={})).status_code == 400


async def test_a_host_that_drains_takes_no_message_and_resumes(tmp_path: Path) -> None:
    seen, folder = Seen(), write_app(tmp_path, APP)
    async with hosted(folder, seen, functions=("take",)) as (host, client):
        assert (await client.get("/admin/host/drain/status")).json()["state"] == "Disabled"
        assert (await client.post("/admin/host/drain")).status_code == 202
        for _ in range(3):
            status = (await client.get("/admin/host/drain/status")).json()
        assert (status["state"], status["outstandingInvocations"]) == ("Completed", 0)
        await host.storage.queues.create("orders")
        await host.storage.queues.put("orders", "b3JkZXI=")
        await host.advance(timedelta(minutes=1))
        assert seen.outcomes == []
        assert (await client.post("/admin/host/resume")).json() == {"state": "Running"}
        await until(lambda: seen.outcomes)


async def test_what_runs_goes_on_while_the_host_drains(tmp_path: Path) -> None:
    code = """
import asyncio

begun, released = asyncio.Event(), asyncio.Event()

@app.queue_trigger("msg", queue_name="orders", connection="AzureWebJobsStorage")
async def take(msg: func.QueueMessage):
    begun.set()
    await released.wait()
"""
    seen = Seen()
    async with hosted(write_app(tmp_path, code), seen) as (host, client):
        await host.storage.queues.create("orders")
        await host.storage.queues.put("orders", "b3JkZXI=")
        names = host.serving.functions["take"].function.__globals__
        await names["begun"].wait()
        await client.post("/admin/host/drain")
        status = (await client.get("/admin/host/drain/status")).json()
        assert (status["state"], status["outstandingInvocations"]) == ("InProgress", 1)
        names["released"].set()
        await until(lambda: seen.outcomes)
        assert seen.outcomes[0].ok
        await until(lambda: not host.serving.running)
        assert (await client.get("/admin/host/drain/status")).json()["state"] == "Completed"


@pytest.mark.slow
async def test_the_host_restarts(tmp_path: Path) -> None:
    async with hosted(write_app(tmp_path, APP), in_process=False) as (host, client):
        before = host.serving
        (tmp_path / "function_app.py").write_text(
            (tmp_path / "function_app.py").read_text().replace('return "hello"', 'return "new"')
        )
        restarted = await client.post("/admin/host/restart")
        assert restarted.json()["scriptPath"] == str(tmp_path)
        await until(lambda: host.serving is not before)
        assert (await client.get("/api/hello")).text == "new"


@pytest.mark.slow
async def test_a_host_that_restarts_can_be_stopped(tmp_path: Path) -> None:
    async with hosted(write_app(tmp_path, APP), in_process=False) as (host, client):
        assert (await client.post("/admin/host/restart")).status_code == 200
    assert host.serving is None


async def test_log_records_are_shown(tmp_path: Path) -> None:
    told: list[Any] = []

    class Told(Seen):
        def told(self, message: Any) -> None:
            told.append((message.level, message.logger, message.text, message.function))

    entries = [
        {"level": "Error", "message": "m", "source": "s", "functionName": "f"},
        {"message": "n"},
    ]
    async with hosted(write_app(tmp_path, APP), Told()) as (_, client):
        assert (await client.post("/admin/host/log", json=entries)).status_code == 200
        assert (await client.post("/admin/host/log", json=[{}])).status_code == 400
    assert told == [(40, "s", "m", "f"), (20, "admin", "n", None)]


async def test_the_warmup_function_runs_once(tmp_path: Path) -> None:
    code = "@app.warm_up_trigger('warmup')\ndef warm(warmup: func.WarmUpContext):\n    pass\n"
    seen = Seen()
    async with hosted(write_app(tmp_path, code), seen) as (_, client):
        for _ in range(2):
            assert (await client.get("/admin/warmup")).status_code == 200
    assert len(seen.outcomes) == 1


# -- The clock


async def test_time_passes_and_what_is_due_happens(tmp_path: Path) -> None:
    async with hosted(write_app(tmp_path, APP), functions=("night", "told")) as (_, client):
        start = datetime.now(timezone.utc)
        moved = (await client.post("/admin/azfl/clock", json={"advance": "2d"})).json()
        assert await got(client) == [["night", False], ["night", False]]
        assert (
            timedelta(days=2) <= datetime.fromisoformat(moved["now"]) - start < timedelta(days=2.1)
        )
        at = (start + timedelta(days=4)).isoformat()
        assert (await client.post("/admin/azfl/clock", json={"at": at})).status_code == 200
        assert len(await got(client)) == 4
        right = (await client.post("/admin/azfl/clock", json={"now": True})).json()
        assert right["ahead"] == 0
        assert (await client.get("/admin/azfl/clock")).json()["ahead"] == 0


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ({}, "Expected"),
        ({"advance": "1d", "now": True}, "Expected"),
        ({"advance": "soon"}, "'soon' is no time span"),
        ({"advance": "7"}, "no time span"),
        ({"advance": "-1:00:00"}, "Time does not go back"),
        ({"advance": "99999999d"}, "year 10000"),
        ({"advance": 7}, "expected text"),
        ({"at": "yesterday"}, "no time such as"),
        ({"at": "2001-01-01"}, "Time does not go back"),
    ],
)
async def test_a_time_that_is_refused(tmp_path: Path, document: Any, reason: str) -> None:
    async with hosted(write_app(tmp_path, APP), functions=("told",)) as (_, client):
        response = await client.post("/admin/azfl/clock", json=document)
    assert response.status_code == 400
    assert reason in response.text


# -- Who may


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"origin": "http://localhost:7071"}, 200),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-origin"}, 200),
        ({"host": "evil.example:7071"}, 403),
        ({"host": "127.0.0.1:7071"}, 200),
        ({"host": "[::1]:7071"}, 200),
    ],
)
async def test_pages_of_other_sites_may_not_use_it(
    tmp_path: Path, headers: dict[str, str], status: int
) -> None:
    async with hosted(write_app(tmp_path, APP)) as (_, client):
        assert (await client.get("/admin/host/status", headers=headers)).status_code == status
