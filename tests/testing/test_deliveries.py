"""The test client as a host in memory: messages, poison, retries, time, and places."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

import azure_functions_lib as func
from azure_functions_lib.delivery.storage import NotFoundError
from azure_functions_lib.errors import DeclarationError, InvocationError
from azure_functions_lib.testing import AsyncTestClient, TestClient

CONNECTION = "CONNECTION"
EVENING = datetime(2026, 11, 27, 22, tzinfo=timezone.utc)


@pytest.fixture
def app() -> func.FunctionApp:
    return func.FunctionApp(http_auth_level="anonymous")


@pytest.fixture
def images(app: func.FunctionApp) -> func.FunctionApp:
    """Fails for "bad", and tells how often each was tried."""

    @app.queue_trigger("msg", "images", CONNECTION)
    @app.queue_output("$return", "done", CONNECTION)
    def resize(msg: func.QueueMessage) -> str:
        if msg.get_body() == b"bad":
            raise ValueError(f"bad image, try {msg.dequeue_count}")
        return msg.get_body().decode()

    @app.queue_trigger("msg", "images-poison", CONNECTION)
    @app.queue_output("$return", "mails", CONNECTION)
    def tell(msg: func.QueueMessage) -> str:
        return f"lost: {msg.get_body().decode()}"

    return app


# -- Queues


def test_five_failures_and_a_poison_message(images: func.FunctionApp) -> None:
    with TestClient(images, raise_exceptions=False) as client:
        client.queue("images").put("bad")
        results = client.drain("images")
        assert [str(result.exception) for result in results] == [
            f"bad image, try {count}" for count in range(1, 6)
        ]
        assert client.queue("images").messages == []
        assert client.queue("Images-Poison").messages == ["bad"]
        (failure,) = client.queue("images-poison").failures
        assert failure is not None
        assert "ValueError: bad image, try 5" in failure
        (told,) = client.drain("images-poison")
        assert told.return_value == "lost: bad"
        assert client.queue("images-poison").messages == []
        assert client.queue("mails").messages == ["lost: bad"]


def test_a_failure_is_raised_and_its_message_stays(images: func.FunctionApp) -> None:
    with TestClient(images) as client:
        for body in ("a", "bad", "c"):
            client.queue("images").put(body)
        with pytest.raises(ValueError, match="try 1"):
            client.drain("images")
        assert client.queue("images").messages == ["c", "bad"]
        for count in range(2, 6):
            with pytest.raises(ValueError, match=f"try {count}"):
                client.drain("images")
        assert client.drain("images") == []
        assert client.queue("done").messages == ["a", "c"]
        assert client.queue("images-poison").messages == ["bad"]


def test_host_json_says_how_often_and_after_how_long(tmp_path: Path) -> None:
    (tmp_path / "host.json").write_text(
        '{"version": "2.0", "extensions": {"queues": '
        '{"maxDequeueCount": 2, "visibilityTimeout": "00:00:30"}}}'
    )
    (tmp_path / "function_app.py").write_text(
        "import azure_functions_lib as func\n"
        "app = func.FunctionApp()\n"
        '@app.queue_trigger("msg", "q", "C")\n'
        "def work(msg: func.QueueMessage) -> None:\n"
        "    raise ValueError\n"
    )
    with TestClient(tmp_path, raise_exceptions=False, now=EVENING) as client:
        client.queue("q").put("x")
        assert len(client.drain("q")) == 2
        assert client.clock.now() == EVENING + timedelta(seconds=30)
        assert client.queue("q-poison").messages == ["x"]


def test_a_function_that_sends_to_itself_is_bounded(app: func.FunctionApp) -> None:
    @app.queue_trigger("msg", "loop", CONNECTION)
    @app.queue_output("$return", "loop", CONNECTION)
    def loop(msg: func.QueueMessage) -> str:
        return "again"

    with TestClient(app) as client:
        client.invoke("loop", "x")
        with pytest.raises(InvocationError, match="'loop' still has messages after 5 deliveries"):
            client.drain("loop", limit=5)
        assert client.queue("loop").messages == ["again"]


def test_everything_is_drained_by_no_name(images: func.FunctionApp) -> None:
    with TestClient(images, raise_exceptions=False) as client:
        client.queue("images").put("bad")
        client.queue("IMAGES").put("b")
        assert len(client.drain()) == 7
        assert client.queue("mails").messages == ["lost: bad"]


def test_an_output_that_cannot_be_stored_fails(app: func.FunctionApp) -> None:
    @app.route()
    @app.queue_output("msg", "{target}", CONNECTION)
    def send(req: func.HttpRequest, msg: func.Out[str]) -> str:
        msg.set("x")
        return "sent"

    with TestClient(app) as client:
        assert client.get("/api/send?target=orders").text == "sent"
        assert client.queue("orders").messages == ["x"]
        with pytest.raises(InvocationError, match="there is no value 'target'. The trigger gives"):
            client.get("/api/send")
    with TestClient(app, raise_exceptions=False) as client:
        assert client.get("/api/send").status_code == 500


def test_an_input_that_cannot_be_named_fails_the_delivery(app: func.FunctionApp) -> None:
    @app.queue_trigger("msg", "work", CONNECTION)
    @app.blob_input("old", "stock/{key}", CONNECTION)
    def work(msg: func.QueueMessage, old: str) -> None: ...

    with TestClient(app, raise_exceptions=False) as client:
        client.queue("work").put("no key")
        results = client.drain("work")
        assert len(results) == 5
        assert all("there is no value 'key'" in str(result.exception) for result in results)
        assert client.queue("work-poison").messages == ["no key"]


# -- Other services


@pytest.fixture
def bus(app: func.FunctionApp) -> func.FunctionApp:
    @app.service_bus_queue_trigger("msg", CONNECTION, "bills")
    def bill(msg: func.ServiceBusMessage) -> None:
        raise ValueError(f"delivery {msg.delivery_count}")

    @app.service_bus_topic_trigger("msg", CONNECTION, "news", "one")
    def one(msg: func.ServiceBusMessage) -> None: ...

    @app.service_bus_topic_trigger("msgs", CONNECTION, "news", "two", cardinality="many")
    def two(msgs: list[func.ServiceBusMessage]) -> None:
        if len(msgs) > 2:
            raise ValueError("too many")

    @app.event_hub_message_trigger("events", CONNECTION, "hub", cardinality="many")
    def hear(events: list[func.EventHubEvent]) -> None:
        if events[0].get_body() == b"stop":
            raise ValueError("stop")

    return app


def test_a_dead_letter(bus: func.FunctionApp) -> None:
    with TestClient(bus, raise_exceptions=False) as client:
        client.queue("bills").put({"number": 1})
        results = client.drain("bills")
        assert [str(result.exception) for result in results] == [
            f"delivery {count}" for count in range(1, 11)
        ]
        assert client.queue("bills").messages == []
        dead = client.queue("bills/$deadletterqueue")
        assert [json.loads(message) for message in dead.messages] == [{"number": 1}]
        assert "delivery 10" in str(dead.failures[0])


def test_a_dead_letter_of_a_subscription(bus: func.FunctionApp) -> None:
    with TestClient(bus, raise_exceptions=False) as client:
        for body in "abc":
            client.queue("news").put(body)
        assert client.queue("news").messages == ["a", "b", "c"] * 2
        names = [result.invocation.function_name for result in client.drain("news")]
        assert names == ["one"] * 3 + ["two"] * 10
        dead = client.queue("news/subscriptions/two/$deadletterqueue")
        assert dead.messages == ["a", "b", "c"]
        assert client.queue("news").messages == []


def test_events_stay_until_they_succeed(bus: func.FunctionApp) -> None:
    with TestClient(bus) as client:
        client.queue("hub").put("a")
        assert len(client.drain("hub")) == 1
        assert client.queue("hub").messages == []
        client.queue("hub").put("stop")
        client.queue("hub").put("b")
        for _ in range(2):
            with pytest.raises(ValueError, match="stop"):
                client.drain("hub")
        assert client.queue("hub").messages == ["stop", "b"]
    with TestClient(bus, raise_exceptions=False) as client:
        client.queue("hub").put("stop")
        with pytest.raises(InvocationError, match="'hub' still has messages after 7 deliveries"):
            client.drain("hub", limit=7)


# -- Retries


@pytest.fixture
def flaky(app: func.FunctionApp) -> func.FunctionApp:
    app.seen = []  # type: ignore[attr-defined]

    def attempt(name: str, context: func.Context) -> None:
        retry = context.retry_context
        app.seen.append(  # type: ignore[attr-defined]
            (name, retry.retry_count, retry.max_retry_count, str(retry.exception))
        )
        if retry.retry_count < 2:
            raise ValueError(f"attempt {retry.retry_count}")

    @app.queue_trigger("msg", "work", CONNECTION)
    @app.queue_output("$return", "done", CONNECTION)
    @app.retry("fixed_delay", "3", delay_interval="00:10:00")
    def work(msg: func.QueueMessage, context: func.Context) -> str:
        attempt("work", context)
        return "done"

    @app.route()
    @app.retry("exponential_backoff", "1", minimum_interval="00:00:05", maximum_interval="01:00:00")
    def page(req: func.HttpRequest, context: func.Context) -> str:
        attempt("page", context)
        return "done"

    @app.queue_trigger("msg", "ever", CONNECTION)
    @app.retry("fixed_delay", "-1", delay_interval="00:00:01")
    def ever(msg: func.QueueMessage) -> None:
        raise ValueError("never")

    return app


def test_a_retry_policy_with_its_delays_on_the_jumping_clock(flaky: func.FunctionApp) -> None:
    with TestClient(flaky, now=EVENING) as client:
        client.queue("work").put("x")
        (result,) = client.drain("work")
        assert result.return_value == "done"
        assert len(result.attempts) == 3
        assert len({each.invocation_id for each in result.attempts}) == 3
        assert result.attempts[-1] is result.invocation
        assert client.clock.now() == EVENING + timedelta(minutes=20)
        assert client.queue("done").messages == ["done"]
    (_, count, most, no_exception), (*_, first), (*_, second) = flaky.seen  # type: ignore[attr-defined]
    assert (count, most, no_exception) == (0, 3, "None")
    assert "attempt 0" in first
    assert "attempt 1" in second


def test_a_direct_call_is_retried_too_and_stores_once(flaky: func.FunctionApp) -> None:
    with TestClient(flaky, now=EVENING) as client:
        result = client.invoke("work", "x", invocation_id="first")
        assert [each.ok for each in result.attempts] == [False, False, True]
        assert result.attempts[0].invocation_id == "first"
        assert client.queue("done").messages == ["done"]
        with pytest.raises(ValueError, match="attempt 1"):
            client.get("/api/page")
        assert client.clock.now() == EVENING + timedelta(minutes=20, seconds=5)


def test_a_test_that_says_which_attempt_it_is_makes_one(flaky: func.FunctionApp) -> None:
    with TestClient(flaky) as client:
        with pytest.raises(ValueError, match="attempt 1"):
            client.invoke("work", "x", retry_count=1, max_retry_count=3)
        assert len(flaky.seen) == 1  # type: ignore[attr-defined]


def test_a_policy_for_ever_ends_with_an_error(flaky: func.FunctionApp) -> None:
    with (
        TestClient(flaky) as client,
        pytest.raises(InvocationError, match="'ever' still fails after 100 retries") as raised,
    ):
        client.invoke("ever", "x")
    assert str(raised.value.__cause__) == "never"


# -- Time


@pytest.fixture
def timers(app: func.FunctionApp) -> func.FunctionApp:
    app.seen = []  # type: ignore[attr-defined]

    def note(name: str, timer: func.TimerRequest) -> None:
        status = timer.schedule_status or {}
        app.seen.append((name, timer.past_due, status.get("Last"), status.get("Next")))  # type: ignore[attr-defined]

    @app.timer_trigger("timer", "0 0 * * * *")
    @app.queue_output("$return", "ticks", CONNECTION)
    def hourly(timer: func.TimerRequest) -> str:
        note("hourly", timer)
        return "tick"

    @app.timer_trigger("timer", "%NIGHT%", run_on_startup=True)
    def nightly(timer: func.TimerRequest) -> None:
        note("nightly", timer)

    return app


def test_a_night_of_a_timer_in_one_call(timers: func.FunctionApp) -> None:
    with TestClient(timers, settings={"NIGHT": "0 30 2 * * *"}, now=EVENING) as client:
        assert client.clock.now() == EVENING
        results = client.clock.advance(hours=8)
        names = [result.invocation.function_name for result in results]
        assert names == ["hourly"] * 4 + ["nightly"] + ["hourly"] * 4
        assert client.clock.now() == EVENING + timedelta(hours=8)
        assert client.queue("ticks").messages == ["tick"] * 8
        assert client.clock.advance(timedelta(minutes=59)) == []
    seen = timers.seen  # type: ignore[attr-defined]
    assert seen[0] == ("hourly", False, "0001-01-01T00:00:00+00:00", "2026-11-27T23:00:00+00:00")
    assert seen[1] == ("hourly", False, "2026-11-27T23:00:00+00:00", "2026-11-28T00:00:00+00:00")
    assert seen[4][3] == "2026-11-28T02:30:00+00:00"


@pytest.mark.slow
def test_a_year_of_a_daily_timer(timers: func.FunctionApp) -> None:
    settings = {"NIGHT": "0 30 2 * * *", "WEBSITE_TIME_ZONE": "Europe/Berlin"}
    with TestClient(timers, settings=settings, now=EVENING) as client:
        client.clock.advance(days=365)
    nights = [each for each in timers.seen if each[0] == "nightly"]  # type: ignore[attr-defined]
    assert len(nights) == 365
    spring, autumn = "2027-03-28T03:30:00+02:00", "2027-10-31T02:30:00+02:00"
    assert {spring, autumn} <= {night[3] for night in nights}


def test_time_zones_of_the_settings(timers: func.FunctionApp) -> None:
    settings = {"NIGHT": "0 30 2 * * *", "WEBSITE_TIME_ZONE": "Tokyo Standard Time"}
    with TestClient(timers, settings=settings, now=EVENING) as client:
        client.clock.move_to(datetime(2026, 11, 28, 17, 45, tzinfo=timezone.utc))
    assert [each for each in timers.seen if each[0] == "nightly"] == [  # type: ignore[attr-defined]
        ("nightly", False, "0001-01-01T00:00:00+00:00", "2026-11-29T02:30:00+09:00")
    ]


def test_a_timer_that_fails_goes_on(app: func.FunctionApp) -> None:
    @app.timer_trigger("timer", "0 0 * * * *")
    def hourly(timer: func.TimerRequest) -> None:
        raise ValueError("tock")

    with TestClient(app, now=EVENING) as client:
        with pytest.raises(ValueError, match="tock"):
            client.clock.advance(hours=3)
        assert client.clock.now() == EVENING + timedelta(hours=1)
    with TestClient(app, now=EVENING, raise_exceptions=False) as client:
        assert [result.ok for result in client.clock.advance(hours=3)] == [False] * 3


def test_a_disabled_function_gets_nothing(tmp_path: Path) -> None:
    code = "ran = []\ndef main(item):\n    ran.append(item)\n"
    for name, trigger in (
        ("tick", {"type": "timerTrigger", "schedule": "0 0 * * * *"}),
        ("work", {"type": "queueTrigger", "queueName": "q"}),
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text(code)
        bindings = [{**trigger, "name": "item", "direction": "in"}]
        document = {"bindings": bindings, "disabled": True}
        (tmp_path / name / "function.json").write_text(json.dumps(document))
    with TestClient(tmp_path, now=EVENING) as client:
        assert client.clock.advance(hours=3) == []
        client.queue("q").put("x")
        assert client.drain() == []


def test_a_clock_does_not_go_back(timers: func.FunctionApp) -> None:
    with TestClient(timers, settings={"NIGHT": "0 30 2 * * *"}, now=EVENING) as client:
        with pytest.raises(InvocationError, match="It only goes on"):
            client.clock.advance(hours=-1)
        with pytest.raises(InvocationError, match="It only goes on"):
            client.clock.move_to(EVENING - timedelta(seconds=1))


def test_a_message_that_expires(images: func.FunctionApp) -> None:
    with TestClient(images) as client:
        client.queue("images").put("x")
        client.clock.advance(days=8)
        assert client.drain("images") == []


# -- Places


@pytest.fixture
def stock(app: func.FunctionApp) -> func.FunctionApp:
    @app.blob_trigger("file", "uploads/{name}.csv", CONNECTION)
    @app.blob_input("old", "totals/{name}.txt", CONNECTION)
    @app.blob_output("new", "totals/{name}.txt", CONNECTION)
    @app.table_output("row", CONNECTION, "rows", partition_key="{name}")
    def total(file: func.InputStream, old: str, new: func.Out[str], row: func.Out[str]) -> None:
        text = file.read().decode()
        new.set(f"{old or ''}{text};")
        row.set(json.dumps({"RowKey": text, "Size": len(text)}))

    @app.blob_trigger("file", "totals/{name}", CONNECTION)
    @app.queue_output("$return", "told", CONNECTION)
    def tell(file: func.InputStream) -> str:
        return f"{file.name}: {file.read().decode()}"

    @app.route("rows/{key}/{row?}")
    @app.table_input("rows", CONNECTION, "rows", partition_key="{key}")
    def rows(req: func.HttpRequest, rows: Any) -> str:
        return json.dumps([row["RowKey"] for row in json.loads(rows or "[]")])

    return app


def test_a_blob_output_triggers_another_function(stock: func.FunctionApp) -> None:
    with TestClient(stock) as client:
        client.blob("uploads/may.csv").write(b"7")
        client.blob("uploads/readme.md").write("not this")
        assert len(client.drain("uploads")) == 1
        assert client.blob("totals/may.txt").read() == b"7;"
        (told,) = client.drain("totals")
        assert told.return_value == "totals/may.txt: 7;"
        client.blob("uploads/may.csv").write("8")
        assert len(client.drain()) == 2
        assert client.blob("totals/may.txt").text() == "7;8;"
        assert client.queue("told").messages[-1] == "totals/may.txt: 7;8;"
        assert client.table("rows").rows == [
            {"PartitionKey": "may", "RowKey": "7", "Size": 1},
            {"PartitionKey": "may", "RowKey": "8", "Size": 1},
        ]


def test_tables_are_read_by_requests_each_time(stock: func.FunctionApp) -> None:
    with TestClient(stock) as client:
        assert client.get("/api/rows/may").json() == []
        client.table("rows").put({"PartitionKey": "may", "RowKey": "1"})
        assert client.get("/api/rows/may").json() == ["1"]
        assert client.get("/api/rows/may", inputs={"rows": '[{"RowKey": "mine"}]'}).json() == [
            "mine"
        ]
        assert client.get("/api/rows/june").json() == []
        with pytest.raises(InvocationError, match="has no RowKey"):
            client.table("rows").put({"PartitionKey": "may"})


def test_given_inputs_win_over_storage(stock: func.FunctionApp) -> None:
    with TestClient(stock) as client:
        client.blob("totals/may.txt").write("stored")
        event = func.InputStream(b"1", name="uploads/may.csv")
        client.invoke("total", event, old="given")
        assert client.blob("totals/may.txt").text() == "given1;"
        client.invoke("total", event)
        assert client.blob("totals/may.txt").text() == "given1;1;"


def test_a_blob_without_a_name_has_one_that_fits(stock: func.FunctionApp) -> None:
    with TestClient(stock) as client:
        result = client.invoke("total", b"1")
        assert result.ok
        assert client.blob("totals/name.txt").text() == "1;"
        with pytest.raises(InvocationError, match="there is no value 'name'"):
            client.invoke("total", func.InputStream(b"1", name="elsewhere/may.csv"))
        assert client.invoke("tell", b"x").return_value == "totals/name: x"


def test_places_that_are_not_there(stock: func.FunctionApp) -> None:
    with TestClient(stock) as client:
        blob = client.blob("totals/none.txt")
        assert not blob.exists
        with pytest.raises(NotFoundError, match="there is no container 'totals'"):
            blob.read()
        blob.write(b"")
        assert client.blob("totals/none.txt").exists
        blob.delete()
        with pytest.raises(NotFoundError, match="has no blob 'none.txt'"):
            blob.delete()
        with pytest.raises(DeclarationError, match="names no blob. Write container/name"):
            client.blob("totals")
        assert client.table("none").rows == []
        assert client.queue("none").messages == []
        assert client.queue("none").failures == []
        for place in (blob, client.table("rows"), client.queue("told")):
            assert place.__class__.__name__[:4].lower() in repr(place).lower()


def test_what_was_stored_is_gone_with_the_client(stock: func.FunctionApp) -> None:
    with TestClient(stock) as client:
        client.blob("uploads/may.csv").write(b"7")
    with TestClient(stock) as client:
        assert not client.blob("uploads/may.csv").exists
        assert client.drain() == []


# -- The asynchronous client


def test_the_async_client_follows_the_same_rules(
    images: func.FunctionApp, flaky: func.FunctionApp, timers: func.FunctionApp
) -> None:
    settings = {"NIGHT": "0 30 2 * * *"}

    async def main() -> None:
        async with AsyncTestClient(
            images, raise_exceptions=False, settings=settings, now=EVENING
        ) as client:
            client.queue("images").put("bad")
            assert len(await client.drain("images")) == 5
            assert client.queue("images-poison").messages == ["bad"]
            result = await client.invoke("work", "x")
            assert len(result.attempts) == 3
            assert client.clock.now() == EVENING + timedelta(minutes=20)
            assert len(await client.clock.advance(hours=8)) == 9
            assert len(await client.clock.move_to(client.clock.now() + timedelta(hours=1))) == 1
            client.queue("work").put("a")
            client.queue("work").put("b")
            both = await asyncio.gather(client.drain("work"), client.drain("work"))
            assert sorted(len(results) for results in both) in ([0, 2], [1, 1])

    asyncio.run(main())
