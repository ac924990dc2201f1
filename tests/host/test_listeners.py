"""Messages, events, blobs and ticks, as a host takes and delivers them."""

from __future__ import annotations

import asyncio
import json
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import httpx
import pytest

from azure_functions_lib.delivery.storage import UnavailableError
from azure_functions_lib.host import singleton
from azure_functions_lib.host.byhand import occasion_of
from azure_functions_lib.host.compose import Setup, compose
from azure_functions_lib.host.host import Host
from azure_functions_lib.host.listeners import blob as blob_listener
from azure_functions_lib.host.storage.embedded import EmbeddedStorage

from .served import Seen, until, write_app

HEAD = """
import asyncio, json, threading, time
import azure_functions_lib as func

app = func.FunctionApp(http_auth_level="anonymous")
STORAGE = "AzureWebJobsStorage"
happened = []
"""


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(singleton, "_SECONDS_BETWEEN_TRIES", 0.02)
    monkeypatch.setattr(blob_listener, "_BETWEEN_SCANS", 0.02)


class World:
    """A started host, what it has told, and what its functions did."""

    def __init__(self, host: Host, seen: Seen) -> None:
        self.host = host
        self.seen = seen
        self.queues = host.storage.queues
        self.blobs = host.storage.blobs

    @property
    def happened(self) -> list[Any]:
        """What the functions noted: the list ``happened`` of the app."""
        serving = self.host.serving
        assert serving is not None
        function = next(iter(serving.app.functions.values())).function
        assert function is not None
        found: list[Any] = function.__globals__["happened"]
        return found

    async def put(self, queue: str, text: str) -> None:
        await self.queues.create(queue)
        await self.queues.put(queue, b64encode(text.encode()).decode())

    async def settle(self) -> None:
        assert self.host.serving is not None
        await self.host.serving.settle()

    async def until(self, count: int) -> list[Any]:
        await until(lambda: len(self.happened) >= count)
        return self.happened


@asynccontextmanager
async def running(folder: Path, code: str, **setup: Any) -> AsyncIterator[World]:
    write_app(folder, HEAD + code, **setup.pop("files", {}))
    async with started(folder, **setup) as world:
        yield world


@asynccontextmanager
async def started(folder: Path, **setup: Any) -> AsyncIterator[World]:
    seen = Seen()
    setup = {"in_process": True, "memory": True, **setup}
    host = compose(Setup(folder, grace=2.0, **setup), seen)
    await host.start()
    try:
        yield World(host, seen)
    finally:
        await host.stop()


def host_json(**queues: Any) -> dict[str, str]:
    return {"host__json": json.dumps({"version": "2.0", "extensions": {"queues": queues}})}


# -- Queues

NOTES = """
@app.queue_trigger("msg", "teas", STORAGE)
def note(msg: func.QueueMessage):
    happened.append(msg.get_body().decode())
"""


async def test_a_message_is_delivered_and_deleted(tmp_path: Path) -> None:
    async with running(tmp_path, NOTES) as world:
        await world.put("teas", "tea")
        assert await world.until(1) == ["tea"]
        await world.settle()
        assert await world.queues.count("teas") == 0


async def test_a_queue_is_waited_for_until_it_is_there_and_not_made(tmp_path: Path) -> None:
    async with running(tmp_path, NOTES) as world:
        await world.settle()
        assert await world.queues.names() == []
        await world.put("teas", "tea")
        assert await world.until(1) == ["tea"]


async def test_what_is_there_at_the_start_is_delivered(tmp_path: Path) -> None:
    state = tmp_path / "state.db"
    async with EmbeddedStorage(state) as storage:
        await storage.queues.create("teas")
        await storage.queues.put("teas", b64encode(b"tea").decode())
    async with running(tmp_path, NOTES, memory=False, state=state) as world:
        assert await world.until(1) == ["tea"]


async def test_another_process_puts_a_message(tmp_path: Path) -> None:
    state = tmp_path / "state.db"
    async with running(tmp_path, NOTES, memory=False, state=state) as world:
        await world.settle()
        async with EmbeddedStorage(state) as other:
            await other.queues.create("teas")
            await other.queues.put("teas", b64encode(b"tea").decode())
        assert await world.until(1) == ["tea"]


CROWD = """
begun = running = most = 0

@app.queue_trigger("msg", "teas", STORAGE)
async def work(msg: func.QueueMessage):
    global begun, running, most
    begun += 1
    running += 1
    most = max(most, running)
    await asyncio.sleep(0.02 * (begun % 4))
    while running < ENOUGH and most < EXPECTED:  # on a busy machine the others come later
        await asyncio.sleep(0.001)
    running -= 1
    happened.append(most)
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"batchSize": 1}, 1),
        ({"batchSize": 1, "newBatchThreshold": 2}, 3),
        ({"batchSize": 4, "newBatchThreshold": 0}, 4),
        ({"batchSize": 4, "newBatchThreshold": 3}, 7),
    ],
)
async def test_how_many_messages_run_at_once(
    tmp_path: Path, options: dict[str, int], expected: int
) -> None:
    state = tmp_path / "state.db"
    async with EmbeddedStorage(state) as storage:
        await storage.queues.create("teas")
        for _ in range(30):
            await storage.queues.put("teas", "dGVh")
    enough = max(options["batchSize"], options.get("newBatchThreshold", 0) + 1)
    code = CROWD.replace("ENOUGH", str(enough)).replace("EXPECTED", str(expected))
    async with running(
        tmp_path, code, files=host_json(**options), memory=False, state=state
    ) as world:
        await world.until(30)
        assert max(world.happened) == expected


@pytest.mark.parametrize("degree", [1, 4])
async def test_no_more_blobs_are_worked_on_at_once_than_said(tmp_path: Path, degree: int) -> None:
    code = CROWD.replace('queue_trigger("msg", "teas"', 'blob_trigger("msg", "teas/{name}"')
    code = code.replace("func.QueueMessage", "func.InputStream")
    code = code.replace("ENOUGH", str(min(degree, 2))).replace("EXPECTED", str(min(degree, 2)))
    options = {"extensions": {"blobs": {"maxDegreeOfParallelism": degree}}}
    files = {"host__json": json.dumps({"version": "2.0", **options})}
    state = tmp_path / "state.db"
    async with EmbeddedStorage(state) as storage:
        await storage.blobs.create("teas")
        for number in range(10):
            await storage.blobs.write("teas", str(number), b"")
    async with running(tmp_path, code, files=files, memory=False, state=state) as world:
        most = max(await world.until(10))
    assert most == 1 if degree == 1 else 1 < most <= degree


FAILS = """
@app.queue_trigger("msg", "teas", STORAGE)
def fail(msg: func.QueueMessage):
    happened.append(msg.dequeue_count)
    raise ValueError(f"no {msg.get_body().decode()}")
"""


async def test_a_message_that_keeps_failing_is_poison_with_its_traceback(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with running(tmp_path, FAILS) as world:
        await world.put("teas", "tea")
        assert await world.until(5) == [1, 2, 3, 4, 5]
        await world.settle()
        assert await world.queues.count("teas") == 0
        (poison,) = await world.queues.peek("teas-poison")
        assert poison.text == "dGVh"
        assert "function_app.py" in str(poison.failure)
        assert str(poison.failure).endswith("ValueError: no tea\n")
        assert poison.cause == world.seen.outcomes[-1].invocation_id
    assert "of teas has been tried 5 times and goes to teas-poison" in caplog.text


async def test_a_failed_message_waits_as_host_json_says(tmp_path: Path) -> None:
    files = host_json(visibilityTimeout="00:00:30", maxDequeueCount=2)
    async with running(tmp_path, FAILS, files=files) as world:
        await world.put("teas", "tea")
        await world.until(1)
        await world.host.advance(timedelta(seconds=29))
        assert world.happened == [1]
        await world.host.advance(timedelta(seconds=2))
        assert world.happened == [1, 2]
        assert await world.queues.count("teas-poison") == 1


async def test_a_message_that_is_no_base64_runs_as_text_and_says_so(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with running(tmp_path, NOTES) as world:
        await world.queues.create("teas")
        await world.queues.put("teas", "a cup of tea!")
        assert await world.until(1) == ["a cup of tea!"]
    assert caplog.text.count("is no base64 and is taken as text") == 1


async def test_a_message_is_kept_while_its_function_runs(tmp_path: Path) -> None:
    code = """
released = asyncio.Event()

@app.queue_trigger("msg", "teas", STORAGE)
async def work(msg: func.QueueMessage):
    happened.append(msg.dequeue_count)
    await released.wait()
"""
    async with running(tmp_path, code) as world:
        await world.put("teas", "tea")
        await world.until(1)
        # The host's own settling waits for the function, so the clock is moved by hand.
        clock = world.host.clock
        for _ in range(12):
            await clock.advance(clock.now() + timedelta(minutes=2), lambda: asyncio.sleep(0.01))
        assert world.happened == [1]
        function = world.host.serving.app.functions["work"].function
        function.__globals__["released"].set()
        await world.settle()
        assert await world.queues.count("teas") == 0


async def test_a_store_that_is_out_of_order_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("azure_functions_lib.host.serving._FIRST_WAIT", 0.01)
    async with running(tmp_path, NOTES) as world:
        await world.settle()
        get, tries = world.queues.get, 0

        async def broken(*arguments: Any, **more: Any) -> Any:
            nonlocal tries
            tries += 1
            if tries < 3:
                raise UnavailableError("StorageFull", "the disk is full")
            return await get(*arguments, **more)

        monkeypatch.setattr(world.queues, "get", broken)
        await world.put("teas", "tea")
        assert await world.until(1) == ["tea"]
        assert "note: the store cannot be used: the disk is full" in world.seen.notes[0]


async def test_a_message_that_cannot_be_settled_comes_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("azure_functions_lib.host.listeners.queue._FIRST_WAIT", 0.01)
    async with running(tmp_path, NOTES) as world:
        delete, tries = world.queues.delete, 0

        async def broken(*arguments: Any) -> None:
            nonlocal tries
            tries += 1
            if tries == 1:
                raise UnavailableError("StorageFull", "the disk is full")
            await delete(*arguments)

        monkeypatch.setattr(world.queues, "delete", broken)
        await world.put("teas", "tea")
        assert await world.until(2) == ["tea", "tea"]
        await world.settle()
        assert await world.queues.count("teas") == 0


async def test_an_error_of_a_listener_does_not_end_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("azure_functions_lib.host.serving._FIRST_WAIT", 0.01)
    async with running(tmp_path, NOTES) as world:
        await world.settle()
        take = world.host.serving.dispatcher.take

        async def broken(*arguments: Any) -> Any:
            monkeypatch.setattr(world.host.serving.dispatcher, "take", take)
            raise KeyError("a bug")

        monkeypatch.setattr(world.host.serving.dispatcher, "take", broken)
        await world.put("teas", "tea")
        await world.put("teas", "cake")
        assert sorted(await world.until(2)) == ["cake", "tea"]
        assert "note: KeyError: 'a bug'. Tried again in" in world.seen.notes[0]


SLOW = """
@app.queue_trigger("msg", "teas", STORAGE)
async def work(msg: func.QueueMessage):
    happened.append("begun")
    await asyncio.sleep(0.1)
    happened.append("done")
"""


async def test_what_runs_when_the_host_stops_is_ended_and_deleted(tmp_path: Path) -> None:
    state = tmp_path / "state.db"
    async with running(tmp_path, SLOW, memory=False, state=state) as world:
        await world.put("teas", "tea")
        happened = await world.until(1)
    assert happened == ["begun", "done"]
    async with EmbeddedStorage(state) as storage:
        assert await storage.queues.count("teas") == 0


async def test_a_disabled_function_takes_no_message(tmp_path: Path) -> None:
    variables = {"AzureWebJobs.fail.Disabled": "1"}
    async with running(tmp_path, FAILS, variables=variables) as world:
        await world.put("teas", "tea")
        await world.settle()
        assert await world.queues.count("teas") == 1


# -- Service Bus and streams

BUS = """
@app.route("send")
@app.service_bus_queue_output("out", "Bus", "orders")
def send(req: func.HttpRequest, out: func.Out[str]) -> str:
    out.set("tea")
    return "sent"

@app.service_bus_queue_trigger("msg", "Bus", "orders")
def fail(msg: func.ServiceBusMessage):
    happened.append(msg.delivery_count)
    raise ValueError("no tea")
"""


async def status(world: World, path: str) -> int:
    transport = httpx.ASGITransport(world.host)
    async with httpx.AsyncClient(transport=transport, base_url=world.host.base_url) as client:
        return (await client.get(path)).status_code


async def call(world: World, path: str) -> None:
    assert await status(world, path) == 200


async def test_a_message_of_service_bus_is_tried_ten_times(tmp_path: Path) -> None:
    async with running(tmp_path, BUS) as world:
        await call(world, "/api/send")
        assert await world.until(10) == list(range(1, 11))
        await world.settle()
        bus = world.host.storage.bus
        (dead,) = await bus.peek("service-bus/orders/$deadletterqueue")
        assert str(dead.failure).endswith("ValueError: no tea\n")


STREAM = """
failing = True

@app.route("send")
@app.event_hub_output("out", event_hub_name="hub", connection="Hub")
def send(req: func.HttpRequest, out: func.Out[str]) -> str:
    out.set(json.dumps(["1", "2", "3"]))
    return "sent"

@app.event_hub_message_trigger("events", "Hub", "hub", cardinality="many")
def batch(events: list[func.EventHubEvent]):
    happened.append([event.get_body().decode() for event in events])
    if len(happened) < 4:
        raise ValueError("not yet")

@app.event_hub_message_trigger("event", "Hub", "hub", cardinality="one")
def each(event: func.EventHubEvent):
    happened.append(event.get_body().decode())
"""


async def test_events_come_in_order_and_again_until_they_succeed(tmp_path: Path) -> None:
    code = STREAM.split('@app.event_hub_message_trigger("event"')[0]
    async with running(tmp_path, code) as world:
        await call(world, "/api/send")
        await world.until(1)
        await world.host.advance(timedelta(seconds=10))
        assert world.happened == [["1", "2", "3"]] * 4
        position = await world.host.storage.streams.position("event-hubs/hub", "batch")
        assert position == 3


async def test_each_function_reads_a_stream_for_itself(tmp_path: Path) -> None:
    async with running(tmp_path, STREAM.replace("< 4", "< 0")) as world:
        await call(world, "/api/send")
        await world.until(4)
        await call(world, "/api/send")
        await world.until(8)
        assert [each for each in world.happened if isinstance(each, str)] == ["1", "2", "3"] * 2
        assert sum(len(each) for each in world.happened if isinstance(each, list)) == 6


async def test_an_event_that_fails_for_ever_does_not_hold_up_a_day(tmp_path: Path) -> None:
    code = STREAM.split('@app.event_hub_message_trigger("event"')[0].replace("< 4", "< 9999")
    async with running(tmp_path, code) as world:
        await call(world, "/api/send")
        await world.host.advance(timedelta(hours=1))
        assert 15 < len(world.happened) < 25


# -- Blobs

PAPERS = """
@app.blob_trigger("paper", "papers/{name}.txt", STORAGE)
def read(paper: func.InputStream):
    happened.append(paper.read().decode())

@app.route("write/{name}")
@app.blob_output("paper", "papers/{name}.txt", STORAGE)
def write(req: func.HttpRequest, paper: func.Out[str]) -> str:
    paper.set(req.route_params["name"])
    return "written"
"""


async def test_a_blob_that_this_host_writes_is_noticed(tmp_path: Path) -> None:
    async with running(tmp_path, PAPERS) as world:
        await call(world, "/api/write/a")
        assert await world.until(1) == ["a"]


async def test_blobs_of_other_processes_are_found_once(tmp_path: Path) -> None:
    state = tmp_path / "state.db"
    async with EmbeddedStorage(state) as other:
        async with running(tmp_path, PAPERS, memory=False, state=state) as world:
            await world.settle()  # the container is missing
            assert world.seen.notes == []
            await other.blobs.create("papers")
            await other.blobs.write("papers", "early.txt", b"early")
            assert await world.until(1) == ["early"]
        await other.blobs.write("papers", "old.txt", b"old")
        await other.blobs.write("papers", "old.csv", b"none")
        async with running(tmp_path, PAPERS, memory=False, state=state) as world:
            assert await world.until(1) == ["old"]
            await other.blobs.write("papers", "new.txt", b"new")
            assert await world.until(2) == ["old", "new"]
            await other.blobs.write("papers", "new.txt", b"newer")
            assert await world.until(3) == ["old", "new", "newer"]
        async with started(tmp_path, memory=False, state=state) as again:
            await call(again, "/api/write/a")
            await again.until(1)
            await again.settle()
            assert again.happened == ["a"]


async def test_a_poison_blob_is_kept_with_its_failure(tmp_path: Path) -> None:
    code = PAPERS.replace("happened.append(paper.read().decode())", "raise ValueError('no ink')")
    async with running(tmp_path, code) as world:
        await call(world, "/api/write/a")
        queues = world.queues
        await until(lambda: len(world.seen.outcomes) == 6)
        await world.settle()
        (poison,) = await queues.peek("webjobs-blobtrigger-poison")
        assert str(poison.failure).endswith("ValueError: no ink\n")


# -- Timers

HOURLY = """
@app.timer_trigger("timer", "0 0 * * * *")
def tick(timer: func.TimerRequest):
    status = timer.schedule_status
    happened.append((timer.past_due, status["Last"], status["Next"]))
"""


async def test_an_hourly_timer_in_a_simulated_day(tmp_path: Path) -> None:
    async with running(tmp_path, HOURLY) as world:
        began = world.host.clock.now()
        await world.host.advance(timedelta(days=1))
        assert len(world.happened) == 24
        assert {past_due for past_due, _, _ in world.happened} == {False}
        times = [datetime.fromisoformat(due) for _, _, due in world.happened]
        first = began.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        assert times == [first + timedelta(hours=hours) for hours in range(24)]
        lasts = [datetime.fromisoformat(last) for _, last, _ in world.happened[1:]]
        late = [last - due for last, due in zip(lasts, times, strict=False)]
        assert all(timedelta(0) <= each < timedelta(minutes=1) for each in late)
        stored = await world.blobs.read(
            "azure-webjobs-hosts", "timers/local/Host.Functions.tick/status"
        )
        status = json.loads(stored.content)
        assert list(status) == ["Last", "Next", "LastUpdated"]
        assert datetime.fromisoformat(status["Next"]) == times[-1] + timedelta(hours=1)


async def test_a_run_by_hand_knows_the_runs_of_the_timer_and_is_none(tmp_path: Path) -> None:
    async with running(tmp_path, HOURLY) as world:
        await world.host.advance(timedelta(hours=2))
        place = ("azure-webjobs-hosts", "timers/local/Host.Functions.tick/status")
        stored = (await world.blobs.read(*place)).content
        serving = world.host.serving
        tick = serving.functions["tick"]
        assert (await serving.occur(tick, await occasion_of(serving, tick, None))).ok
        status = json.loads(stored)
        assert world.happened[2:] == [(False, status["Last"], status["Next"])]
        assert (await world.blobs.read(*place)).content == stored


async def test_what_was_missed_is_made_up_for_once(tmp_path: Path) -> None:
    state = tmp_path / "state.db"
    async with running(tmp_path, HOURLY, memory=False, state=state) as world:
        await world.host.advance(timedelta(hours=1))
        assert len(world.happened) == 1
    async with EmbeddedStorage(state) as storage:
        offset = await storage.clock_offset()
        assert offset > timedelta(minutes=59)
        await storage.keep_clock_offset(offset + timedelta(hours=5))
    async with started(tmp_path, memory=False, state=state) as world:
        await world.until(1)
        await world.settle()
        assert [past_due for past_due, _, _ in world.happened] == [True]


async def test_a_timer_that_fails_goes_on(tmp_path: Path) -> None:
    code = HOURLY + "    raise ValueError('no tea')\n"
    async with running(tmp_path, code) as world:
        await world.host.advance(timedelta(hours=3))
        assert len(world.happened) == 3
        assert not any(each.ok for each in world.seen.outcomes)


async def test_a_timer_of_several_hosts_fires_in_one(tmp_path: Path) -> None:
    code = """
@app.timer_trigger("timer", "0 0 0 * * *")
def tick(timer: func.TimerRequest):
    import os
    open(FOLDER + "/log.txt", "a").write(os.environ["HOST"] + "\\n")
"""
    log, setup = tmp_path / "log.txt", {"in_process": False, "memory": False}
    setup["state"] = tmp_path / "state.db"
    write_app(tmp_path, HEAD + code.replace("FOLDER", repr(str(tmp_path))))
    day = timedelta(days=1)
    async with started(tmp_path, variables={"HOST": "one"}, **setup) as one:
        await one.settle()
        async with started(tmp_path, variables={"HOST": "other"}, **setup) as other:
            for host in (one.host, other.host):
                await host.advance(2 * day)
            assert log.read_text().split() == ["one"] * 2
            await one.host.stop()
            await other.host.advance(day)
            await until(lambda: "other" in log.read_text())


async def test_runs_at_the_start(tmp_path: Path) -> None:
    code = HOURLY.replace('"0 0 * * * *"', '"0 0 * * * *", run_on_startup=True')
    async with running(tmp_path, code) as world:
        await world.until(1)
        await world.settle()
        assert [past_due for past_due, _, _ in world.happened] == [False]


async def test_a_retry_waits_by_the_hosts_clock(tmp_path: Path) -> None:
    code = """
@app.timer_trigger("timer", "0 0 0 1 1 *", run_on_startup=True)
@app.retry("fixed_delay", max_retry_count=3, delay_interval="00:10:00")
def tick(timer: func.TimerRequest):
    happened.append(1)
    raise ValueError("no tea")
"""
    async with running(tmp_path, code) as world:
        await world.until(1)
        await world.host.advance(timedelta(minutes=21))
        assert len(world.happened) == 3
        await world.host.advance(timedelta(minutes=21))
        assert len(world.happened) == 4
        await world.host.journal.flush()
        entries = await world.host.journal.entries()
        assert [entry.attempt for entry in entries] == [1, 2, 3, 4]


async def test_a_request_and_a_call_by_hand_are_retried_too(tmp_path: Path) -> None:
    code = """
@app.route("brew")
@app.retry("fixed_delay", max_retry_count=2, delay_interval="00:00:00")
def brew(req: func.HttpRequest, context: func.Context) -> str:
    again(context)
    return "tea"

@app.queue_trigger("msg", "teas", STORAGE)
@app.retry("fixed_delay", max_retry_count=2, delay_interval="00:00:00")
def take(msg: func.QueueMessage, context: func.Context):
    again(context)

def again(context):
    happened.append((context.retry_context.retry_count, context.retry_context.max_retry_count))
    if len(happened) % 3:
        raise ValueError("no tea")
"""
    async with running(tmp_path, code) as world:
        await call(world, "/api/brew")
        function = world.host.serving.functions["take"]
        occasion = await occasion_of(world.host.serving, function, "tea")
        assert (await world.host.serving.occur(function, occasion)).ok
        assert world.happened == [(0, 2), (1, 2), (2, 2)] * 2
        assert len({each.invocation_id for each in world.seen.outcomes}) == 6


# -- The clock


async def test_a_day_in_which_nothing_is_due(tmp_path: Path) -> None:
    async with running(tmp_path, NOTES) as world:
        before = world.host.clock.now()
        await world.host.advance(timedelta(days=1))
        assert world.host.clock.now() - before >= timedelta(days=1)
        await world.host.at(before + timedelta(days=2))
        assert world.host.clock.now() >= before + timedelta(days=2)


async def test_messages_expire_as_time_passes(tmp_path: Path) -> None:
    async with running(tmp_path, NOTES) as world:
        await world.queues.create("other")
        await world.queues.put("other", "tea", ttl=timedelta(hours=1))
        await world.host.advance(timedelta(minutes=59))
        assert await world.queues.count("other") == 1
        await world.host.advance(timedelta(minutes=1))
        assert await world.queues.count("other") == 0


async def test_the_clock_stays_ahead_after_a_restart_until_it_is_reset(tmp_path: Path) -> None:
    state = tmp_path / "state.db"
    async with running(tmp_path, NOTES + HOURLY, memory=False, state=state) as world:
        await world.host.advance(timedelta(days=3))
    async with started(tmp_path, memory=False, state=state) as world:
        machine = datetime.now(timezone.utc)
        assert world.host.clock.now() - machine > timedelta(days=2)
        await world.queues.create("teas")
        await world.queues.put("teas", "dGVh", visibility=timedelta(hours=1))
        world.happened.clear()
        await world.host.reset()
        assert world.host.clock.now() - machine < timedelta(hours=1)
        await world.host.advance(timedelta(hours=1))
        assert "tea" in world.happened
        assert any(isinstance(each, tuple) for each in world.happened)
    async with EmbeddedStorage(state) as storage:
        assert await storage.clock_offset() > timedelta(minutes=59)


# -- What caused what

CHAIN = """
@app.route("begin")
@app.queue_output("out", "first", STORAGE)
def begin(req: func.HttpRequest, out: func.Out[str]) -> str:
    out.set("tea")
    return "begun"

@app.queue_trigger("msg", "first", STORAGE)
@app.blob_output("paper", "papers/{id}.txt", STORAGE)
def write(msg: func.QueueMessage, paper: func.Out[str]):
    paper.set(msg.get_body().decode())

@app.blob_trigger("paper", "papers/{name}", STORAGE)
@app.event_hub_output("out", event_hub_name="hub", connection="Hub")
def read(paper: func.InputStream, out: func.Out[str]):
    out.set("read")

@app.event_hub_message_trigger("event", "Hub", "hub")
def end(event: func.EventHubEvent):
    happened.append(event.get_body().decode())
"""


async def test_the_journal_tells_what_caused_each_invocation(tmp_path: Path) -> None:
    async with running(tmp_path, CHAIN) as world:
        await call(world, "/api/begin")
        assert await world.until(1) == ["read"]
        await world.settle()
        journal = world.host.journal
        assert journal is not None
        await journal.flush()
        entries = await journal.entries()
        assert [entry.function for entry in entries] == ["begin", "write", "read", "end"]
        assert [entry.cause for entry in entries] == [None, *(each.id for each in entries[:3])]
        assert [entry.attempt for entry in entries] == [1] * 4


# -- What is not reached

OUTSIDE = """
@app.route("store")
@app.queue_output("out", "teas", "Account")
def store(req: func.HttpRequest, out: func.Out[str]) -> str:
    out.set("tea")
    return "stored"

@app.queue_trigger("msg", "teas", "Account")
def remote(msg: func.QueueMessage):
    happened.append("remote")

@app.route("look")
@app.cosmos_db_input("docs", "db", "items", "Cosmos", id="1", partition_key="1")
def look(req: func.HttpRequest, docs: func.DocumentList) -> str:
    return "seen"

@app.cosmos_db_trigger("docs", "items", "db", "Cosmos")
def changed(docs: func.DocumentList): ...

@app.route("send")
@app.service_bus_topic_output("out", "Bus", "%TOPIC%")
def send(req: func.HttpRequest, out: func.Out[str]) -> str:
    out.set("tea")
    return "sent"

@app.service_bus_topic_trigger("msg", "Bus", "news", "all")
def read(msg: func.ServiceBusMessage):
    happened.append(msg.get_body().decode())

@app.queue_trigger("msg", "teas", STORAGE)
def local(msg: func.QueueMessage):
    happened.append("local")
"""


async def test_functions_of_other_accounts_say_so_and_the_others_run(tmp_path: Path) -> None:
    variables = {"Account": "AccountName=a;AccountKey=c2VjcmV0", "TOPIC": "news"}
    async with running(tmp_path, OUTSIDE, variables=variables) as world:
        assert await status(world, "/api/store") == 500
        failure = world.seen.outcomes[-1].exception
        assert failure is not None
        assert "Account names an account of Azure Storage" in failure.message
        await world.put("teas", "tea")
        await call(world, "/api/send")
        assert sorted(await world.until(2)) == ["local", "tea"]
        serving = world.host.serving
        assert serving is not None
        listing = dict(serving.listing())
        assert "c2VjcmV0" not in str(listing)
        assert {name: listing[name] for name in ("changed", "read", "local")} == {
            "changed": "cosmosDBTrigger, which is not reached: run it by azfl call changed",
            "read": "serviceBusTrigger, service-bus news: what is sent by send",
            "local": "queueTrigger, queues teas",
        }
        assert listing["remote"].startswith("not served: queueTrigger 'msg': Account names")


async def test_an_input_of_a_service_that_is_not_reached(tmp_path: Path) -> None:
    async with running(tmp_path, OUTSIDE, variables={"TOPIC": "news"}) as world:
        assert await status(world, "/api/look") == 500
        failure = world.seen.outcomes[-1].exception
        assert failure is not None
        assert "the service of cosmosDB is not reached here" in failure.message


async def test_a_trigger_that_nothing_can_make_run_says_why(tmp_path: Path) -> None:
    code = (
        NOTES
        + """
@app.queue_trigger("msg", "%MISSING%", STORAGE)
def missing(msg: func.QueueMessage): ...

@app.timer_trigger("timer", "every night")
def nightly(timer: func.TimerRequest): ...

@app.blob_trigger("paper", "{any}/papers", STORAGE)
def read(paper: func.InputStream): ...
"""
    )
    async with running(tmp_path, code) as world:
        listing = dict(world.host.serving.listing())
        await world.put("teas", "tea")
        assert await world.until(1) == ["tea"]
    assert {name for name, what in listing.items() if what.startswith("not served: ")} == {
        "missing",
        "nightly",
        "read",
    }
    assert "%MISSING% in '%MISSING%' does not resolve to a value" in listing["missing"]


# -- Reload and end


async def test_a_reload_ends_the_old_listeners_first(tmp_path: Path) -> None:
    code = """
@app.timer_trigger("timer", "* * * * * *")
def tick(timer: func.TimerRequest):
    open(FOLDER + "/log.txt", "a").write("OLD\\n")
"""
    code = code.replace("FOLDER", repr(str(tmp_path)))
    async with running(tmp_path, code, in_process=False) as world:
        log = tmp_path / "log.txt"
        await world.host.advance(timedelta(seconds=2))
        (tmp_path / "function_app.py").write_text(HEAD + code.replace("OLD", "NEW"))
        await world.host.reload()
        await until(lambda: "NEW" in log.read_text())
        lines = log.read_text().split()
        assert lines == sorted(lines, reverse=True)


@pytest.mark.slow
async def test_a_timer_that_runs_at_the_start_runs_at_each_reload(tmp_path: Path) -> None:
    code = """
@app.timer_trigger("timer", "0 0 0 1 1 *", run_on_startup=True)
def tick(timer: func.TimerRequest):
    open(FOLDER + "/log.txt", "a").write("run\\n")
"""
    code = code.replace("FOLDER", repr(str(tmp_path)))
    async with running(tmp_path, code, in_process=False) as world:
        log = tmp_path / "log.txt"
        await until(log.exists)
        await world.host.reload()
        await until(lambda: log.read_text().split() == ["run"] * 2)


async def test_a_reload_does_not_wait_for_retries_of_the_old_code(tmp_path: Path) -> None:
    code = """
@app.queue_trigger("msg", "teas", STORAGE)
@app.retry("fixed_delay", max_retry_count=-1, delay_interval="00:10:00")
def work(msg: func.QueueMessage):
    open(FOLDER + "/log.txt", "a").write("OLD\\n")
    raise ValueError("not yet")
"""
    code = code.replace("FOLDER", repr(str(tmp_path)))
    async with running(tmp_path, code, in_process=False) as world:
        log = tmp_path / "log.txt"
        await world.put("teas", "tea")
        await until(log.exists)
        await world.settle()
        (tmp_path / "function_app.py").write_text(HEAD + code.replace("OLD", "NEW"))
        await world.host.reload()
        await until(lambda: "NEW" in log.read_text())
    assert log.read_text().split() == ["OLD", "NEW"]
