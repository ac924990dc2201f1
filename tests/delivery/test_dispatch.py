"""The way of an occasion: inputs, call, retries, outputs, and what becomes of the message."""

from __future__ import annotations

import json
import logging
from base64 import b64decode
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

import azure_functions_lib as func
from azure_functions_lib.app.loaded import LoadedApp
from azure_functions_lib.app.loader import load_app
from azure_functions_lib.delivery.call import Call, Failure, Outcome
from azure_functions_lib.delivery.channels import encoded
from azure_functions_lib.delivery.dispatch import Dispatcher, Source
from azure_functions_lib.delivery.events import queue
from azure_functions_lib.delivery.options import HostOptions, QueueOptions
from azure_functions_lib.delivery.retries import RetryPolicy
from azure_functions_lib.delivery.schedule import parse_schedule
from azure_functions_lib.delivery.storage import Entity, UnavailableError
from azure_functions_lib.delivery.timers import Timer
from azure_functions_lib.testing.clock import JumpingClock
from azure_functions_lib.testing.memory import MemoryStorage
from azure_functions_lib.testing.waitless import now
from azure_functions_lib.wire.datum import Datum, python_value

START = datetime(2026, 11, 27, 22, tzinfo=timezone.utc)
CONNECTION = "CONNECTION"
FAILURE = Failure("ValueError", "bad", "Traceback ... bad")


OPENED: list[LoadedApp] = []


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    while OPENED:
        OPENED.pop().close()


class World:
    """An app, its storage, and somebody who answers its calls."""

    def __init__(self, app: func.FunctionApp, **options: Any) -> None:
        self.clock = JumpingClock(START)
        self.storage = MemoryStorage(self.clock)
        self.loaded = load_app(app)
        OPENED.append(self.loaded)
        self.calls: list[Call] = []
        self.times: list[datetime] = []
        self.answer: Callable[[Call], Any] = lambda call: None
        self.seen: list[tuple[Call, Outcome, Exception | None]] = []
        self.dispatcher = Dispatcher(
            self.loaded,
            self,
            self.storage,
            self.clock,
            options=HostOptions(**options),
            settings={"NAME": "orders"},
            observe=lambda *attempt: self.seen.append(attempt),
        )

    async def invoke(self, call: Call) -> Outcome:
        self.calls.append(call)
        self.times.append(self.clock.now())
        answer = self.answer(call)
        if isinstance(answer, Failure):
            return Outcome(call.function, call.invocation_id or "", exception=answer)
        outputs = answer if isinstance(answer, dict) else {}
        value = None if isinstance(answer, dict) else answer
        return Outcome(call.function, call.invocation_id or "", outputs, value)

    @property
    def bodies(self) -> list[Any]:
        return [python_value(next(iter(call.payloads.values()))) for call in self.calls]

    def source(self, name: str) -> Source:
        return next(each for each in self.dispatcher.sources if each.function.name == name)

    def put(self, name: str, text: str, *, raw: bool = False) -> None:
        now(self.storage.queues.create(name))
        now(self.storage.queues.put(name, text if raw else encoded(text, is_base64=True)))

    def step(self, name: str) -> Outcome | None:
        """Deliver what a function's source has next."""
        source = self.source(name)
        taken = now(self.dispatcher.take(source))
        assert taken
        return now(self.dispatcher.deliver(source, taken))

    def texts(self, name: str) -> list[str]:
        return [each.text for each in self.storage.queues.all(name)]


@pytest.fixture
def app() -> func.FunctionApp:
    app = func.FunctionApp()

    @app.queue_trigger("msg", "%NAME%", CONNECTION)
    @app.queue_output("out", "{target}-out", CONNECTION)
    def work(msg: func.QueueMessage, out: func.Out[str]) -> None: ...

    @app.queue_trigger("msg", "in", CONNECTION)
    @app.blob_input("old", "stock/{key}.json", CONNECTION)
    @app.table_input("row", CONNECTION, "rows", "{key}", "p")
    @app.table_input("rows", CONNECTION, "rows", partition_key="p", filter="Price gt 1", take=2)
    @app.blob_output("new", "totals/{key}-{DateTime:yyyy}.json", CONNECTION)
    @app.table_output("added", CONNECTION, "made", partition_key="{key}")
    def store(
        msg: func.QueueMessage,
        old: bytes,
        row: str,
        rows: str,
        new: func.Out[str],
        added: func.Out[str],
    ) -> None: ...

    @app.blob_trigger("blob", "totals/{name}.json", CONNECTION)
    def total(blob: func.InputStream) -> None: ...

    @app.service_bus_queue_trigger("msg", CONNECTION, "Bus")
    def ride(msg: func.ServiceBusMessage) -> None: ...

    @app.service_bus_topic_trigger("msgs", CONNECTION, "news", "all", cardinality="many")
    def read_all(msgs: list[func.ServiceBusMessage]) -> None: ...

    @app.service_bus_topic_trigger("msg", CONNECTION, "news", "each")
    @app.service_bus_queue_output("$return", CONNECTION, "bus")
    def read_each(msg: func.ServiceBusMessage) -> str:
        return ""

    @app.event_hub_message_trigger("events", CONNECTION, "hub", cardinality="many")
    @app.service_bus_topic_output("$return", CONNECTION, "news")
    def hear(events: list[func.EventHubEvent]) -> str:
        return ""

    @app.timer_trigger("timer", "0 0 4 * * *")
    @app.event_hub_output("$return", CONNECTION, "hub")
    def nightly(timer: func.TimerRequest) -> str:
        return ""

    @app.queue_trigger("msg", "again", CONNECTION)
    @app.retry("exponential_backoff", "3", minimum_interval="00:01:00", maximum_interval="01:00:00")
    def again(msg: func.QueueMessage) -> None: ...

    return app


@pytest.fixture
def world(app: func.FunctionApp) -> World:
    return World(app)


# -- Queues


def test_a_message_is_run_and_deleted(world: World) -> None:
    world.put("orders", '{"target": "x", "n": 1}')
    outcome = world.step("work")
    assert outcome is not None
    assert outcome.ok
    assert world.bodies == ['{"target": "x", "n": 1}']
    metadata = world.calls[0].metadata
    assert python_value(metadata["DequeueCount"]) == 1
    assert python_value(metadata["InsertionTime"]) == "2026-11-27T22:00:00+00:00"
    assert world.texts("orders") == []


def test_outputs_are_stored_before_the_message_is_deleted(world: World) -> None:
    world.put("orders", '{"target": "X"}')
    world.answer = lambda call: {"out": Datum("done", "string")}
    order: list[str] = []
    queues = world.storage.queues
    put, delete = queues.put, queues.delete

    async def noted_put(*args: Any, **options: Any) -> Any:
        order.append("put")
        return await put(*args, **options)

    async def noted_delete(*args: Any) -> None:
        order.append("delete")
        await delete(*args)

    queues.put, queues.delete = noted_put, noted_delete  # type: ignore[method-assign,assignment]
    world.step("work")
    assert order == ["put", "put", "delete"]  # the first one finds no queue
    assert world.texts("x-out") == [encoded("done", is_base64=True)]


def test_what_an_invocation_sends_tells_of_it(world: World) -> None:
    world.put("in", '{"key": 7}')
    world.answer = lambda call: {"new": Datum("5", "string")} if call.function == "store" else None
    world.step("store")
    world.step("total")
    first, second = world.calls
    assert (first.cause, second.cause) == (None, first.invocation_id)


def test_a_message_tells_why_it_failed_last(world: World) -> None:
    world.put("orders", '{"target": "x"}')
    world.answer = lambda call: FAILURE
    world.step("work")
    (message,) = world.storage.queues.all("orders")
    assert message.failure == FAILURE.traceback


def test_a_message_whose_tries_never_ended_is_poison_and_says_so(world: World) -> None:
    world.put("orders", '{"target": "x"}')
    killed(world, "work", 5)
    assert world.step("work") is None
    (message,) = world.storage.queues.all("orders-poison")
    assert "No try has come to an end" in str(message.failure)


def killed(world: World, name: str, times: int) -> None:
    """Take what a source has next, as a host does that is killed each time."""
    for _ in range(times):
        (taken,) = now(world.dispatcher.take(world.source(name)))
        now(world.dispatcher.release(world.source(name), taken))


def test_a_blob_whose_tries_never_ended_is_poison(world: World) -> None:
    now(world.dispatcher.write_blob("totals", "a.json", b"1"))
    killed(world, "total", 5)
    assert world.step("total") is None
    (message,) = world.storage.queues.all("webjobs-blobtrigger-poison")
    assert "No try has come to an end" in str(message.failure)


def test_a_message_of_service_bus_whose_tries_never_ended_is_a_dead_letter(world: World) -> None:
    send(world, "ride", "tea")
    killed(world, "ride", 10)
    assert world.step("ride") is None
    (message,) = world.storage.bus.all("service-bus/bus/$deadletterqueue")
    assert "No try has come to an end" in str(message.failure)


def test_a_renewed_message_is_settled_by_its_new_receipt(world: World) -> None:
    world.put("orders", '{"target": "x"}')
    source = world.source("work")
    taken = now(world.dispatcher.take(source))

    def renew(call: Call) -> None:
        world.clock.jump(world.clock.now() + timedelta(minutes=9))
        taken[0] = now(world.dispatcher.renew(source, taken[0]))
        world.clock.jump(world.clock.now() + timedelta(minutes=9))
        assert now(world.dispatcher.take(source)) == []

    world.answer = renew
    now(world.dispatcher.deliver(source, taken))
    assert world.texts("orders") == []


def test_five_failures_and_a_poison_message(world: World) -> None:
    world.put("orders", '{"target": "x"}')
    world.answer = lambda call: FAILURE
    for count in range(1, 6):
        assert len(world.texts("orders")) == 1
        world.step("work")
        assert python_value(world.calls[-1].metadata["DequeueCount"]) == count
    assert world.texts("orders") == []
    (message,) = world.storage.queues.all("orders-poison")
    assert message.text == encoded('{"target": "x"}', is_base64=True)
    assert message.failure == FAILURE.traceback


def test_a_message_that_has_been_taken_too_often_is_not_run(app: func.FunctionApp) -> None:
    world = World(app, queues=QueueOptions(max_dequeue_count=1))
    world.put("orders", "x")
    now(world.dispatcher.take(world.source("work")))
    world.clock.jump(START + timedelta(minutes=11))
    assert world.step("work") is None
    assert world.calls == []
    assert len(world.texts("orders-poison")) == 1


def test_a_message_without_a_poison_queue_waits_for_its_lease_and_is_not_run_for_ever() -> None:
    app = func.FunctionApp()

    @app.queue_trigger("msg", "in-poison", CONNECTION)
    def last(msg: func.QueueMessage) -> None: ...

    world = World(app, queues=QueueOptions(max_dequeue_count=2))
    world.put("in-poison", "x")
    world.answer = lambda call: FAILURE
    for runs in (1, 2, 2, 2):
        world.step("last")
        assert len(world.calls) == runs
        world.clock.jump(world.clock.now() + timedelta(minutes=9))
        assert now(world.dispatcher.take(world.source("last"))) == []
        world.clock.jump(world.clock.now() + timedelta(minutes=1))
    assert len(world.texts("in-poison")) == 1


def test_a_function_that_fails_sends_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.put("orders", '{"target": "x"}')

    async def fails(call: Call) -> Outcome:
        outputs = {"out": Datum("sent", "string")}
        return Outcome(call.function, call.invocation_id or "", outputs, exception=FAILURE)

    monkeypatch.setattr(world, "invoke", fails)
    world.step("work")
    assert "x-out" not in now(world.storage.queues.names())


def test_a_failed_message_is_invisible_for_a_while(app: func.FunctionApp) -> None:
    wait = timedelta(seconds=30)
    world = World(app, queues=QueueOptions(visibility_timeout=wait))
    world.put("orders", "x")
    world.answer = lambda call: FAILURE
    world.step("work")
    assert now(world.dispatcher.take(world.source("work"))) == []
    world.clock.jump(START + wait)
    assert len(now(world.dispatcher.take(world.source("work")))) == 1


def test_text_that_is_no_base64_runs_and_is_told(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.put("orders", "no base64!", raw=True)
    with caplog.at_level(logging.WARNING):
        world.step("work")
    assert world.bodies == ["no base64!"]
    assert "is no base64 and is taken as text. Azure moves it to the poison queue" in caplog.text


def typed(data_type: str) -> World:
    app = func.FunctionApp()

    @app.queue_trigger("msg", "orders", CONNECTION, data_type=data_type)
    def work(msg: func.QueueMessage) -> None: ...

    return World(app)


@pytest.mark.parametrize(
    ("data_type", "sent", "given"),
    [("binary", "tea", Datum(b"tea", "bytes")), ("string", "tea", Datum("tea", "string"))],
)
def test_the_data_type_decides_the_form_of_a_message(
    data_type: str, sent: str, given: Datum
) -> None:
    world = typed(data_type)
    world.put("orders", sent)
    world.step("work")
    assert world.calls[0].payloads["msg"] == given


def test_a_message_that_cannot_be_given_to_its_function_has_failed() -> None:
    world = typed("string")
    world.put("orders", encoded(b"\xff", is_base64=True), raw=True)
    for _ in range(5):
        world.step("work")
    assert world.calls == []
    assert [outcome.ok for _, outcome, _ in world.seen] == [False] * 5
    (message,) = world.storage.queues.all("orders-poison")
    assert "expected UTF-8 text" in str(message.failure)


def test_messages_without_encoding(app: func.FunctionApp) -> None:
    world = World(app, queues=QueueOptions(is_base64=False))
    world.put("orders", '{"target": "x"}', raw=True)
    world.answer = lambda call: {"out": Datum("plain", "string")}
    world.step("work")
    assert world.texts("x-out") == ["plain"]


def test_an_output_that_cannot_be_stored_fails_the_invocation(world: World) -> None:
    world.put("orders", '{"no": "target"}')
    world.answer = lambda call: {"out": Datum("x", "string")}
    outcome = world.step("work")
    assert outcome is not None
    assert outcome.exception is not None
    assert "there is no value 'target'. The trigger gives: " in outcome.exception.message
    assert "File" not in outcome.exception.traceback, "no frame of it is the app's"
    assert outcome.exception.message in outcome.exception.traceback
    assert len(world.texts("orders")) == 1
    (_, seen, error) = world.seen[0]
    assert seen == outcome
    assert str(error) == outcome.exception.message


def test_a_message_that_somebody_else_has_taken_meanwhile_stays_theirs(world: World) -> None:
    world.put("orders", "x")
    taken = now(world.dispatcher.take(world.source("work")))
    world.clock.jump(START + timedelta(minutes=11))
    assert len(now(world.dispatcher.take(world.source("work")))) == 1
    now(world.dispatcher.deliver(world.source("work"), taken))
    assert len(world.texts("orders")) == 1


# -- Inputs and outputs of storage


def test_inputs_are_read_and_outputs_written(world: World) -> None:
    storage = world.storage
    now(storage.blobs.create("stock"))
    now(storage.blobs.write("stock", "7.json", b"[7]"))
    now(storage.tables.create("rows"))
    for key, price in (("7", 1), ("8", 2), ("9", 3), ("91", 4)):
        now(storage.tables.upsert("rows", Entity("p", key, {"Price": price})))
    world.put("in", '{"key": 7}')
    world.answer = lambda call: {
        "new": Datum("total", "string"),
        "added": Datum('[{"RowKey": "a"}, {"RowKey": "b", "N": 1}]', "json"),
    }
    outcome = world.step("store")
    assert outcome is not None
    assert outcome.ok
    payloads = {name: python_value(each) for name, each in world.calls[0].payloads.items()}
    assert payloads["old"] == b"[7]"
    assert payloads["row"] == {"PartitionKey": "p", "RowKey": "7", "Price": 1}
    assert [row["RowKey"] for row in payloads["rows"]] == ["8", "9"]
    blob = now(storage.blobs.read("totals", "7-2026.json"))
    assert blob.content == b"total"
    assert now(storage.tables.get("made", "7", "b")).properties == {"N": 1}


@pytest.mark.parametrize(
    ("content", "data_type", "warns"),
    [(b"\xff\x00", None, True), (b"\xff\x00", "binary", False), (b"caf\xc3\xa9", None, False)],
)
def test_a_blob_that_is_no_text_comes_as_it_is_and_is_told(
    caplog: pytest.LogCaptureFixture, content: bytes, data_type: str | None, warns: bool
) -> None:
    app = func.FunctionApp()

    @app.queue_trigger("msg", "in", CONNECTION)
    @app.blob_input("image", "images/{key}", CONNECTION, data_type=data_type)
    def show(msg: func.QueueMessage, image: bytes) -> None: ...

    world = World(app)
    now(world.storage.blobs.create("images"))
    now(world.storage.blobs.write("images", "7", content))
    world.put("in", '{"key": 7}')
    with caplog.at_level(logging.WARNING):
        world.step("show")
    assert python_value(world.calls[0].payloads["image"]) == content
    told = "blob 'image': the blob images/7 is no UTF-8 and is given as it is. Azure puts U+FFFD"
    assert (told in caplog.text) is warns


def test_a_take_that_is_no_number_fails_the_invocation() -> None:
    app = func.FunctionApp()

    @app.queue_trigger("msg", "in", CONNECTION)
    @app.generic_input_binding("rows", "table", tableName="rows", take="{key}")
    def read(msg: func.QueueMessage, rows: str) -> None: ...

    world = World(app)
    world.put("in", '{"key": "many"}')
    outcome = world.step("read")
    assert outcome is not None
    assert outcome.exception is not None
    assert "take: got 'many'; expected a whole number" in outcome.exception.message


def test_a_retry_policy_that_cannot_be_is_none() -> None:
    app = func.FunctionApp()

    @app.queue_trigger("msg", "in", CONNECTION)
    @app.retry("fixed_delay", "3", delay_interval="soon")
    def work(msg: func.QueueMessage) -> None: ...

    world = World(app)
    world.put("in", "x")
    world.answer = lambda call: FAILURE
    world.step("work")
    assert len(world.calls) == 1


def test_what_is_not_there_has_no_value(world: World) -> None:
    world.put("in", '{"key": 7}')
    world.step("store")
    payloads = world.calls[0].payloads
    assert [payloads[name].type for name in ("old", "row", "rows")] == [None, None, None]


def test_an_input_that_cannot_be_named_fails_before_the_call(world: World) -> None:
    world.put("in", "no key")
    outcome = world.step("store")
    assert outcome is not None
    assert outcome.exception is not None
    assert "there is no value 'key'" in outcome.exception.message
    assert world.calls == []


def test_given_inputs_win(world: World) -> None:
    given = {"old": Datum(b"mine", "bytes")}
    occasion = queue('{"key": 7}')._replace(inputs=given)
    now(world.dispatcher.occur(world.loaded.function("store"), occasion))
    assert world.calls[0].payloads["old"] == Datum(b"mine", "bytes")
    assert world.calls[0].payloads["row"] == Datum(None, None)


# -- Blobs


def test_a_blob_output_triggers_another_function_once(world: World) -> None:
    world.put("in", '{"key": 7}')
    world.answer = lambda call: {"new": Datum("5", "string")} if call.function == "store" else None
    world.step("store")
    world.step("total")
    call = world.calls[-1]
    assert python_value(call.payloads["blob"]) == b"5"
    assert python_value(call.metadata["BlobTrigger"]) == "totals/7-2026.json"
    assert python_value(call.metadata["name"]) == "7-2026"
    assert now(world.dispatcher.take(world.source("total"))) == []


def test_a_blob_that_does_not_fit_triggers_nothing(world: World) -> None:
    now(world.dispatcher.write_blob("totals", "a.csv", b""))
    now(world.dispatcher.write_blob("other", "a.json", b""))
    assert now(world.dispatcher.take(world.source("total"))) == []


def test_a_blob_that_has_changed_is_delivered_as_it_is_now(world: World) -> None:
    for content in (b"1", b"2"):
        now(world.dispatcher.write_blob("totals", "a.json", content))
    assert world.step("total") is None
    world.step("total")
    assert world.bodies == [b"2"]


def test_metadata_of_a_blob_outlive_an_output_and_no_other_write(world: World) -> None:
    blobs = world.storage.blobs
    now(blobs.create("totals"))
    now(blobs.write("totals", "a.json", b"1", metadata={"author": "ann"}))
    now(world.dispatcher.write_blob("totals", "a.json", b"2"))
    assert now(blobs.read("totals", "a.json")).content == b"2"
    assert now(blobs.properties("totals", "a.json")).metadata == {"author": "ann"}
    now(blobs.write("totals", "a.json", b"3"))  # as Put Blob
    assert now(blobs.properties("totals", "a.json")).metadata == {}


def test_a_blob_that_is_gone_is_dropped(world: World) -> None:
    now(world.dispatcher.write_blob("totals", "a.json", b"1"))
    now(world.storage.blobs.delete("totals", "a.json"))
    assert world.step("total") is None
    assert world.calls == []


def test_a_blob_is_queued_once_however_often_it_is_noticed(world: World) -> None:
    now(world.dispatcher.write_blob("totals", "a.json", b"1"))
    blob = now(world.storage.blobs.properties("totals", "a.json"))
    for _ in range(2):
        now(world.dispatcher.notice_blob(blob))
    assert len(world.storage.bus.all("blobs/total")) == 1
    world.step("total")
    now(world.dispatcher.notice_blob(blob))
    assert world.storage.bus.all("blobs/total") == []


def test_a_blob_whose_queueing_was_cut_short_is_queued_later(world: World) -> None:
    put, world.storage.bus.put = world.storage.bus.put, broken  # type: ignore[method-assign]
    with pytest.raises(UnavailableError):
        now(world.dispatcher.write_blob("totals", "a.json", b"1"))
    world.storage.bus.put = put  # type: ignore[method-assign]
    blob = now(world.storage.blobs.properties("totals", "a.json"))
    now(world.dispatcher.notice_blob(blob))
    assert world.storage.bus.all("blobs/total") == []  # whoever began may still be at it
    world.clock.jump(world.clock.now() + timedelta(seconds=30))
    now(world.dispatcher.notice_blob(blob))
    assert len(world.storage.bus.all("blobs/total")) == 1


async def broken(*arguments: Any, **more: Any) -> Any:
    raise UnavailableError("StorageFull", "the disk is full")


def test_a_poison_blob(world: World) -> None:
    now(world.dispatcher.write_blob("totals", "a.json", b"1"))
    world.answer = lambda call: FAILURE
    for _ in range(5):
        world.step("total")
    assert now(world.dispatcher.take(world.source("total"))) == []
    (message,) = world.storage.queues.all("webjobs-blobtrigger-poison")
    document = json.loads(b64decode(message.text))
    assert document["ContainerName"] == "totals"
    assert document["FunctionId"] == "Host.Functions.total"
    assert message.failure


# -- Services that are not reached


def send(world: World, name: str, *bodies: str | bytes) -> None:
    place = world.source(name).place
    now(world.dispatcher.send(place, bodies))


def test_a_message_of_service_bus(world: World) -> None:
    send(world, "ride", "a", b"\xff")
    world.step("ride")
    assert world.bodies == ["a"]
    metadata = world.calls[0].metadata
    assert python_value(metadata["DeliveryCount"]) == 1
    world.step("ride")
    assert world.bodies[1] == b"\xff"
    assert now(world.dispatcher.take(world.source("ride"))) == []


def test_ten_failures_and_a_dead_letter(world: World) -> None:
    send(world, "ride", "a")
    world.answer = lambda call: FAILURE
    for count in range(1, 11):
        world.step("ride")
        assert python_value(world.calls[-1].metadata["DeliveryCount"]) == count
    assert now(world.dispatcher.take(world.source("ride"))) == []
    (message,) = world.storage.bus.all("service-bus/bus/$deadletterqueue")
    assert message.text == '{"text": "a"}'


def test_each_subscription_gets_every_message(world: World) -> None:
    world.answer = lambda call: Datum("for the bus", "string")
    send(world, "read_each", "a", "b")
    world.step("read_all")
    assert world.bodies == [["a", "b"]]
    world.step("read_each")
    world.step("read_each")
    assert world.bodies[1:] == ["a", "b"]
    assert len(now(world.storage.bus.peek("service-bus/bus", count=9))) == 2


def test_a_batch_that_fails_comes_again(world: World) -> None:
    send(world, "read_all", "a", "b")
    world.answer = lambda call: FAILURE
    world.step("read_all")
    world.answer = lambda call: None
    world.step("read_all")
    assert world.bodies == [["a", "b"], ["a", "b"]]


def test_events_stay_until_their_batch_succeeds(world: World) -> None:
    source = world.source("hear")
    send(world, "hear", *(f"{number}" for number in range(150)))
    world.answer = lambda call: FAILURE
    now(world.dispatcher.deliver_events(source))
    send(world, "hear", "later")
    world.answer = lambda call: None
    for _ in range(3):
        now(world.dispatcher.deliver_events(source))
    assert [len(each) for each in world.bodies] == [100, 100, 51]
    assert world.bodies[0] == world.bodies[1]
    assert world.bodies[2][-1] == "later"
    assert now(world.dispatcher.deliver_events(source)) is None


# -- Timers


def test_a_tick(world: World) -> None:
    timer = Timer(parse_schedule("0 0 4 * * *"))
    tick = timer.start(None, START)
    world.answer = lambda call: Datum('["a", "b"]', "string")
    outcome = now(world.dispatcher.deliver_tick(world.loaded.function("nightly"), timer, tick))
    assert outcome.ok
    fired = python_value(world.calls[0].metadata["TimerTrigger"])
    assert fired == "11/28/2026 04:00:00"
    assert world.bodies == [
        {
            "Schedule": {"AdjustForDST": True},
            "ScheduleStatus": {
                "Last": "0001-01-01T00:00:00+00:00",
                "Next": "2026-11-28T04:00:00+00:00",
                "LastUpdated": "2026-11-27T22:00:00+00:00",
            },
            "IsPastDue": False,
        }
    ]
    assert [each.text for each in now(world.storage.streams.read("event-hubs/hub"))] == [
        '{"text": "a"}',
        '{"text": "b"}',
    ]


def test_a_tick_without_a_monitor(world: World) -> None:
    timer = Timer(parse_schedule("00:00:10"))
    now(
        world.dispatcher.deliver_tick(
            world.loaded.function("nightly"), timer, timer.start(None, START)
        )
    )
    assert world.bodies[0]["ScheduleStatus"] is None
    assert world.bodies[0]["Schedule"] == {"AdjustForDST": False}


# -- Retries


def test_a_retry_policy_runs_by_its_schedule(world: World) -> None:
    world.put("again", "x")
    answers = iter([FAILURE, FAILURE, None])
    world.answer = lambda call: next(answers)
    outcome = world.step("again")
    assert outcome is not None
    assert outcome.ok
    assert [call.retry_count for call in world.calls] == [0, 1, 2]
    assert [call.max_retry_count for call in world.calls] == [3, 3, 3]
    assert [call.retry_exception for call in world.calls] == [None, FAILURE, FAILURE]
    assert len({call.invocation_id for call in world.calls}) == 3
    assert world.times[1] - world.times[0] == timedelta(minutes=1)
    assert timedelta(seconds=108) <= world.times[2] - world.times[1] <= timedelta(seconds=132)
    assert world.texts("again") == []


def test_a_policy_that_is_used_up_leaves_the_message_to_the_queue(world: World) -> None:
    world.put("again", "x")
    world.answer = lambda call: FAILURE
    outcome = world.step("again")
    assert outcome is not None
    assert outcome.exception == FAILURE
    assert len(world.calls) == 4
    assert len(world.texts("again")) == 1


def test_host_json_has_a_policy_for_those_without(app: func.FunctionApp) -> None:
    policy = RetryPolicy(1, timedelta(seconds=5), timedelta(seconds=5))
    world = World(app, retry=policy)
    world.put("orders", "x")
    world.answer = lambda call: FAILURE
    world.step("work")
    assert [call.retry_count for call in world.calls] == [0, 1]


# -- Sources


def test_functions_that_cannot_be_reached_are_no_sources() -> None:
    app = func.FunctionApp()

    @app.queue_trigger("msg", "%MISSING%", CONNECTION)
    def missing(msg: func.QueueMessage) -> None: ...

    @app.route()
    def page(req: func.HttpRequest) -> str:
        return ""

    @app.blob_trigger("blob", "{container}/x", CONNECTION)
    def bad_path(blob: func.InputStream) -> None: ...

    @app.queue_trigger("msg", "fine", CONNECTION)
    def fine(msg: func.QueueMessage) -> None: ...

    dispatcher = World(app).dispatcher
    assert [source.function.name for source in dispatcher.sources] == ["fine"]
    assert dispatcher.faults.keys() == {"missing", "bad_path"}
    assert "%MISSING% in '%MISSING%' does not resolve" in dispatcher.faults["missing"]


def test_timers_are_read_with_their_settings_and_zone() -> None:
    app = func.FunctionApp()

    @app.timer_trigger("timer", "%WHEN%")
    def nightly(timer: func.TimerRequest) -> None: ...

    @app.timer_trigger("timer", "0 */5 * * * *", run_on_startup=True, use_monitor=False)
    def often(timer: func.TimerRequest) -> None: ...

    @app.timer_trigger("timer", "every night")
    def broken(timer: func.TimerRequest) -> None: ...

    world = World(app)
    world.dispatcher.settings = {"WHEN": "0 0 4 * * *", "TZ": "Europe/Berlin"}
    timers = world.dispatcher.timers
    assert set(timers) == {"nightly", "often"}
    assert set(world.dispatcher.faults) == {"broken"}
    assert (timers["nightly"].run_on_startup, timers["nightly"].use_monitor) == (False, None)
    assert (timers["often"].run_on_startup, timers["often"].use_monitor) == (True, False)
    due = timers["nightly"].start(None, START).due
    assert due is not None
    assert (due.hour, str(timers["nightly"].zone)) == (4, "Europe/Berlin")


def test_several_deliveries_can_be_taken_at_once(world: World) -> None:
    for text in "abc":
        world.put("orders", text)
    source = world.source("work")
    assert len(now(world.dispatcher.take(source))) == 1
    assert len(now(world.dispatcher.take(source, 100))) == 2
