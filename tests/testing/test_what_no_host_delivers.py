"""The test client refuses what no host could deliver, naming the trigger and what came."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import azure_functions_lib as func
from azure_functions_lib.bindings import binding_type, binding_types
from azure_functions_lib.errors import InvocationError
from azure_functions_lib.testing import TestClient, events

CONNECTION = "CONNECTION"
BUILDERS = [*events.KINDS.values(), events.durable_client]
TRIGGERS = sorted(name for name in binding_types() if name.endswith("Trigger"))
BATCHES = {"event_hub", "kafka", "service_bus"}


@pytest.fixture
def app() -> func.FunctionApp:
    app = func.FunctionApp()

    @app.queue_trigger("msg", "orders", CONNECTION)
    def queue(msg: func.QueueMessage) -> None: ...

    @app.event_hub_message_trigger("event", CONNECTION, "hub", cardinality="one")
    def hub(event: func.EventHubEvent) -> None: ...

    @app.event_hub_message_trigger("events", CONNECTION, "hub", cardinality="many")
    def hubs(events: list[func.EventHubEvent]) -> None: ...

    @app.generic_trigger("task", "activityTrigger")
    def activity(task: Any) -> str:
        return repr(task)

    return app


@pytest.mark.parametrize(
    ("function", "value", "message"),
    [
        pytest.param(
            "queue",
            [func.QueueMessage("a"), func.QueueMessage("b")],
            "queueTrigger 'msg': got a list of 2; expected one QueueMessage, since the host gives "
            "it one at a time. Invoke the function once for each",
            id="a list to a trigger of one",
        ),
        pytest.param(
            "queue",
            func.ServiceBusMessage("z"),
            "queueTrigger 'msg': got ServiceBusMessage <.*; expected QueueMessage or a payload "
            "of events.queue",
            id="ServiceBusMessage to a queue trigger",
        ),
        pytest.param(
            "queue",
            None,
            "queueTrigger 'msg': got None; expected QueueMessage or a payload of events.queue",
            id="None to a queue trigger",
        ),
        pytest.param(
            "queue",
            events.event_hub("x"),
            "queueTrigger 'msg': got a payload of events.event_hub; expected events.queue",
            id="events.event_hub to a queue trigger",
        ),
        pytest.param(
            "hub",
            [func.EventHubEvent("x")],
            "eventHubTrigger 'event': got a list of 1; expected one message, since its cardinality "
            'is "one". Declare cardinality "many"',
            id="a list where cardinality is one",
        ),
        pytest.param(
            "hubs",
            events.event_hub("x"),
            "eventHubTrigger 'events': got a payload of events.event_hub; expected "
            'events.event_hub_batch, since its cardinality is "many"',
            id="a single event where cardinality is many",
        ),
        pytest.param(
            "hubs",
            [func.EventHubEvent("x"), func.KafkaEvent("y")],
            "eventHubTrigger 'events': got KafkaEvent",
            id="one of another service in a batch",
        ),
    ],
)
def test_what_the_test_client_delivers_although_no_host_could(
    app: func.FunctionApp, function: str, value: Any, message: str
) -> None:
    with TestClient(app) as client, pytest.raises(InvocationError, match=message):
        client.invoke(function, value)


def fits(trigger: str, cardinality: str) -> set[str]:
    event = binding_type(trigger).event
    if event == "event_grid":
        return {"event_grid", "cloud_event"}
    if event in BATCHES and cardinality == "many":
        return {f"{event}_batch"}
    return {event}


@pytest.mark.parametrize("cardinality", ["one", "many"])
@pytest.mark.parametrize("trigger", TRIGGERS)
def test_only_the_events_of_a_trigger_reach_it(trigger: str, cardinality: str) -> None:
    app = func.FunctionApp()
    name = binding_type(trigger).parameter or "it"
    namespace: dict[str, Any] = {}
    exec(f"def function({name}): ...", namespace)
    app.generic_trigger(name, trigger, cardinality=cardinality)(namespace["function"])
    with TestClient(app, validate=False) as client:
        for build in BUILDERS:
            if build.__name__ in fits(trigger, cardinality):
                assert client.invoke("function", build()).ok
                continue
            message = f"^{trigger} '{name}': got a payload of events.\\w+; expected "
            with pytest.raises(InvocationError, match=message):
                client.invoke("function", build())


VALUES: dict[str, Any] = {
    "queueTrigger": func.QueueMessage("x"),
    "blobTrigger": func.InputStream(data=b"x"),
    "timerTrigger": func.TimerRequest(),
    "serviceBusTrigger": func.ServiceBusMessage("x"),
    "eventHubTrigger": func.EventHubEvent("x"),
    "kafkaTrigger": func.KafkaEvent("x"),
    "cosmosDBTrigger": func.Document({"id": "1"}),
    "sqlTrigger": func.SqlRow({"a": 1}),
    "mysqlTrigger": func.MySqlRow({"a": 1}),
    "httpTrigger": func.HttpRequest("GET", "/api/x"),
}


@pytest.mark.parametrize("trigger", [name for name in TRIGGERS if name != "activityTrigger"])
def test_only_the_values_of_a_trigger_reach_it(trigger: str) -> None:
    app = func.FunctionApp()
    name = binding_type(trigger).parameter or "it"
    namespace: dict[str, Any] = {}
    exec(f"def function({name}): ...", namespace)
    app.generic_trigger(name, trigger)(namespace["function"])
    with TestClient(app, validate=False) as client:
        for own, value in VALUES.items():
            if own == trigger:
                assert client.invoke("function", value).ok
            else:
                with pytest.raises(InvocationError, match=re.escape(type(value).__name__)):
                    client.invoke("function", value)
        with pytest.raises(InvocationError, match=f"^{trigger} '{name}': got None; expected "):
            client.invoke("function", None)


def test_a_message_of_ones_own_class_is_one(app: func.FunctionApp) -> None:
    class Order(func.QueueMessage): ...

    with TestClient(app) as client:
        assert client.invoke("queue", Order("x")).ok


def test_a_list_may_be_a_body(app: func.FunctionApp) -> None:
    with TestClient(app) as client:
        assert client.invoke("queue", [1, 2]).ok
        assert client.invoke("activity", None).ok


def test_a_recorded_payload_knows_its_trigger(app: func.FunctionApp, tmp_path: Path) -> None:
    events.dump(events.timer(), tmp_path / "timer.json")
    refused = pytest.raises(InvocationError, match=r"events\.timer; expected events\.queue")
    with TestClient(app) as client, refused:
        client.invoke("queue", events.load(tmp_path / "timer.json"))
