"""Every registered binding, and Table: builder, client, function, outputs."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

import azure_functions_lib as func
from azure_functions_lib.errors import InvalidValueError, InvocationError
from azure_functions_lib.meta import Datum
from azure_functions_lib.testing import Result, TestClient, events

CONNECTION = "CONNECTION"
TIME = datetime(2025, 1, 2, 3, 4, 5, tzinfo=timezone.utc)


@pytest.fixture
def app() -> func.FunctionApp:
    return func.FunctionApp()


def invoke(app: func.FunctionApp, *payload: Any, **values: Any) -> Result:
    """Invoke the app's only function."""
    with TestClient(app) as client:
        (name,) = client.app.functions
        return client.invoke(name, *payload, **values)


def test_all_registered_bindings_have_a_test() -> None:
    names = {name.removeprefix("test_") for name in globals() if name.startswith("test_")}
    assert len([*func.get_binding_registry()]) == 29
    assert {*func.get_binding_registry(), "table"} <= names


def test_httpTrigger(app: func.FunctionApp) -> None:
    @app.route("items/{id}", methods=["POST"])
    def function(req: func.HttpRequest) -> func.HttpResponse:
        return func.HttpResponse.from_json(
            [req.method, req.url, req.route_params["id"], req.params["x"], req.get_json()]
        )

    payload = events.http("POST", "/api/items/7?x=1", json={"a": 1}, route_params={"id": "7"})
    result = invoke(app, payload)
    url = "http://localhost:7071/api/items/7?x=1"
    assert result.return_value.json() == ["POST", url, "7", "1", {"a": 1}]


def test_http(app: func.FunctionApp) -> None:
    @app.route(binding_arg_name="answer")
    def function(req: func.HttpRequest, answer: func.Out[func.HttpResponse]) -> None:
        answer.set(func.HttpResponse("made", status_code=201, headers={"x-a": "1"}))

    with TestClient(app) as client:
        response = client.get("/api/function")
    assert (response.status_code, response.text, response.headers["X-A"]) == (201, "made", "1")
    assert response.wire["answer"].type == "http"
    assert response.outputs == {}


def test_queueTrigger(app: func.FunctionApp) -> None:
    @app.queue_trigger("msg", "q", CONNECTION)
    @app.queue_output("$return", "out", CONNECTION)
    def function(msg: func.QueueMessage) -> Any:
        return [msg.get_json(), msg.dequeue_count, msg.id, msg.insertion_time is not None]

    assert invoke(app, events.queue({"id": 1}, dequeue_count=3)).return_value == [
        {"id": 1}, 3, "8b3c43a5-7c4b-4d3f-8f5e-1b2a3c4d5e6f", True,
    ]  # fmt: skip
    message = func.QueueMessage({"id": 1}, id="m", dequeue_count=3)
    assert invoke(app, msg=message).return_value == [{"id": 1}, 3, "m", True]


def test_queue(app: func.FunctionApp) -> None:
    @app.queue_trigger("msg", "q", CONNECTION)
    @app.queue_output("texts", "a", CONNECTION)
    @app.queue_output("messages", "b", CONNECTION)
    def function(
        msg: str, texts: func.Out[list[str]], messages: func.Out[list[func.QueueMessage]]
    ) -> None:
        texts.set([msg, "more"])
        messages.add(func.QueueMessage("body", id="1"))

    result = invoke(app, "text")
    assert result.outputs == {"texts": ["text", "more"], "messages": [{"id": "1", "body": "body"}]}
    assert result.wire["texts"].type == "json"
    assert json.loads(result.wire["texts"].value) == ["text", "more"]
    assert result.return_value is None


def test_blobTrigger(app: func.FunctionApp) -> None:
    @app.blob_trigger("blob", "in/{name}", CONNECTION)
    @app.blob_output("$return", "out/{name}", CONNECTION)
    def function(blob: func.InputStream) -> str:
        return json.dumps([blob.read().decode(), blob.name, blob.uri, blob.length, blob.metadata])

    payload = events.blob("text", name="in/a.txt", blob_metadata={"owner": "zoe"})
    uri = "https://account.blob.core.windows.net/in/a.txt"
    expected = ["text", "in/a.txt", uri, 4, {"owner": "zoe"}]
    assert json.loads(invoke(app, payload).return_value) == expected
    stream = func.InputStream("text", name="in/a.txt", metadata={"owner": "zoe"})
    assert json.loads(invoke(app, stream).return_value) == expected


def test_blob(app: func.FunctionApp) -> None:
    @app.route("items/{id}")
    @app.blob_input("obj", "samples/{id}", CONNECTION)
    @app.blob_output("copy", "copies/{id}", CONNECTION)
    def function(req: func.HttpRequest, obj: func.InputStream, copy: func.Out[bytes]) -> str:
        data = obj.read() if obj is not None else b"none"
        copy.set(data[::-1])
        return data.decode()

    with TestClient(app) as client:
        response = client.get("/api/items/7", inputs={"obj": b"abc"})
        assert (response.text, response.outputs) == ("abc", {"copy": b"cba"})
        assert client.get("/api/items/7", inputs={"obj": func.InputStream("x")}).text == "x"
        assert client.get("/api/items/7", inputs={"obj": None}).text == "none"
        assert client.get("/api/items/7").text == "none"  # what storage has
        client.blob("samples/7").write("stored")
        assert client.get("/api/items/7").text == "stored"
        assert client.blob("copies/7").read() == b"derots"
        with pytest.raises(InvocationError, match="'other', which is none of its inputs"):
            client.get("/api/items/7", inputs={"obj": b"", "other": 1})


def test_timerTrigger(app: func.FunctionApp) -> None:
    @app.timer_trigger("timer", "0 */5 * * * *")
    @app.queue_output("$return", "out", CONNECTION)
    def function(timer: func.TimerRequest) -> Any:
        return [timer.past_due, timer.schedule, "Next" in timer.schedule_status]

    assert invoke(app).return_value == [False, {"AdjustForDST": True}, True]
    assert invoke(app, events.timer(past_due=True)).return_value[0] is True
    late = func.TimerRequest(past_due=True, schedule={"AdjustForDST": False})
    assert invoke(app, timer=late).return_value == [True, {"AdjustForDST": False}, True]


def test_warmupTrigger(app: func.FunctionApp) -> None:
    @app.warm_up_trigger("warmup")
    @app.queue_output("$return", "out", CONNECTION)
    def function(warmup: func.WarmUpContext) -> str:
        return type(warmup).__name__

    assert invoke(app).return_value == "WarmUpContext"
    assert invoke(app, events.warmup()).return_value == "WarmUpContext"


SERVICE_BUS: dict[str, Any] = {
    "application_properties": {"tenant": "contoso"},
    "content_type": "application/json",
    "correlation_id": "c",
    "dead_letter_error_description": "d",
    "dead_letter_reason": "r",
    "dead_letter_source": "s",
    "delivery_count": 2,
    "enqueued_sequence_number": 3,
    "enqueued_time_utc": TIME,
    "expires_at_utc": TIME + timedelta(days=1),
    "label": "subject",
    "locked_until": TIME + timedelta(minutes=1),
    "lock_token": "l",
    "message_id": "m",
    "partition_key": "p",
    "reply_to": "answers",
    "reply_to_session_id": "a",
    "scheduled_enqueue_time_utc": TIME,
    "sequence_number": 4,
    "session_id": "customer-7",
    "state": 1,
    "subject": "subject",
    "time_to_live": timedelta(days=14, hours=1, microseconds=5),
    "to": "t",
    "transaction_partition_key": "x",
    "user_properties": {"tenant": "contoso"},
}


def test_serviceBusTrigger(app: func.FunctionApp) -> None:
    came: list[func.ServiceBusMessage] = []

    @app.service_bus_queue_trigger("msg", CONNECTION, "q")
    def function(msg: func.ServiceBusMessage) -> None:
        came.append(msg)

    invoke(app, events.service_bus("body", **SERVICE_BUS))
    invoke(app, func.ServiceBusMessage("body", **SERVICE_BUS))
    invoke(app, events.service_bus("body"))
    sent = func.ServiceBusMessage("body", **SERVICE_BUS)
    assert came[:2] == [sent, sent]
    assert came[2].delivery_count == 1
    assert came[2].session_id is None
    assert came[2].enqueued_time_utc is not None


def test_serviceBusTrigger_batch(app: func.FunctionApp) -> None:
    came: list[func.ServiceBusMessage] = []

    @app.service_bus_topic_trigger("msgs", CONNECTION, "t", "s", cardinality="many")
    def function(msgs: list[func.ServiceBusMessage]) -> None:
        came.extend(msgs)

    first, second = (
        func.ServiceBusMessage(body, **{**SERVICE_BUS, "message_id": body})
        for body in ("first", "second")
    )
    invoke(app, events.service_bus_batch([first, second]))
    assert came == [first, second]
    came.clear()
    invoke(app, ["a", {"b": 1}])
    assert [came[0].get_body(), came[1].get_json()] == [b"a", {"b": 1}]
    assert came[0].message_id != came[1].message_id
    assert [message.sequence_number for message in came] == [1, 2]
    came.clear()
    invoke(app, b"\xff\x00")
    assert [message.get_body() for message in came] == [b"\xff\x00"]


def test_serviceBus(app: func.FunctionApp) -> None:
    @app.service_bus_queue_trigger("msg", CONNECTION, "q")
    @app.service_bus_topic_output("out", CONNECTION, "t")
    def function(msg: str, out: func.Out[list[str]]) -> None:
        out.set([msg, msg])

    assert invoke(app, msg="x").outputs == {"out": ["x", "x"]}


def test_eventHubTrigger(app: func.FunctionApp) -> None:
    came: list[Any] = []

    @app.event_hub_message_trigger("event", CONNECTION, "hub", cardinality="one")
    def function(event: func.EventHubEvent) -> None:
        came.append(event)

    fields: dict[str, Any] = {
        "partition_key": "p",
        "sequence_number": 47,
        "offset": "0:1:3696",
        "enqueued_time": TIME,
        "iothub_metadata": {"connection-device-id": "press-7"},
    }
    invoke(app, events.event_hub('{"bar": 3.2}', **fields))
    invoke(app, func.EventHubEvent('{"bar": 3.2}', **fields))
    assert came == [func.EventHubEvent('{"bar": 3.2}', **fields)] * 2
    with pytest.raises(InvocationError, match='cardinality is "one"'):
        invoke(app, ["a", "b"])


def test_eventHubTrigger_batch(app: func.FunctionApp) -> None:
    came: list[func.EventHubEvent] = []

    @app.event_hub_message_trigger("event", CONNECTION, "hub", cardinality="many")
    def function(event: list[func.EventHubEvent]) -> None:
        came.extend(event)

    payload = events.event_hub_batch(
        ["a", func.EventHubEvent("b", partition_key="p")], properties=[{"n": 1}, {}]
    )
    invoke(app, payload)
    assert [(event.get_body(), event.partition_key) for event in came] == [
        (b"a", None), (b"b", "p"),
    ]  # fmt: skip
    assert [event.sequence_number for event in came] == [1, 2]
    assert came[0].metadata is not None
    assert came[0].metadata["PropertiesArray"] == [{"n": 1}, {}]


def test_eventHub(app: func.FunctionApp) -> None:
    @app.event_hub_message_trigger("event", CONNECTION, "hub", cardinality="one")
    @app.event_hub_output("$return", CONNECTION, "out")
    def function(event: func.EventHubEvent) -> Any:
        return [event.get_body().decode()]

    assert invoke(app, "x").return_value == ["x"]


KAFKA: dict[str, Any] = {
    "key": "user-5",
    "partition": 1,
    "offset": 99,
    "topic": "clicks",
    "timestamp": "2025-01-02T03:04:05.000Z",
    "headers": [{"Key": "k", "Value": "dg=="}],
}


def test_kafkaTrigger(app: func.FunctionApp) -> None:
    came: list[Any] = []

    @app.kafka_trigger("event", "clicks", "BROKERS")
    def function(event: func.KafkaEvent) -> None:
        came.append(event)

    invoke(app, events.kafka("x", **KAFKA))
    invoke(app, func.KafkaEvent("x", **KAFKA))
    assert came == [func.KafkaEvent("x", **KAFKA)] * 2


def test_kafkaTrigger_batch(app: func.FunctionApp) -> None:
    came: list[func.KafkaEvent] = []

    @app.kafka_trigger("event", "clicks", "BROKERS", cardinality="many")
    def function(event: list[func.KafkaEvent]) -> None:
        came.extend(event)

    invoke(app, events.kafka_batch(["a", func.KafkaEvent("x", **KAFKA)]))
    assert came[1] == func.KafkaEvent("x", **KAFKA)
    assert (came[0].get_body(), came[0].key, came[0].offset) == (b"a", None, 1)


def test_kafka(app: func.FunctionApp) -> None:
    @app.kafka_trigger("event", "clicks", "BROKERS")
    @app.kafka_output("$return", "out", "BROKERS")
    def function(event: str) -> str:
        return event.upper()

    assert invoke(app, "x").return_value == "X"


def test_eventGridTrigger(app: func.FunctionApp) -> None:
    @app.event_grid_trigger("event")
    @app.queue_output("$return", "out", CONNECTION)
    def function(event: func.EventGridEvent) -> Any:
        assert isinstance(event.event_time, datetime)
        return [event.id, event.subject, event.event_type, event.event_time, event.get_json()]

    expected = ["1", "s", "T", "2025-01-02T03:04:05+00:00", {"a": 1}]
    payload = events.event_grid({"a": 1}, id="1", subject="s", event_type="T", event_time=TIME)
    assert invoke(app, payload).return_value == expected
    event = func.EventGridEvent(
        id="1", topic="t", subject="s", event_type="T", event_time=TIME, data={"a": 1},
        data_version="1",
    )  # fmt: skip
    assert invoke(app, event).return_value == expected


def test_eventGridTrigger_cloud_event(app: func.FunctionApp) -> None:
    @app.event_grid_trigger("event")
    @app.queue_output("$return", "out", CONNECTION)
    def function(event: func.CloudEvent) -> Any:
        return [event.source, event.type, event.subject, event.extension_attrs, str(event.data)]

    extension: dict[str, Any] = {"traceparent": "00"}
    payload = events.cloud_event(b"\x00", source="/s", type="t", subject="x", **extension)
    assert invoke(app, payload).return_value == ["/s", "t", "x", extension, "b'\\x00'"]
    event = func.CloudEvent(
        id="1", source="/s", type="t", specversion="1.0", data="d", subject="x", **extension
    )
    assert invoke(app, event).return_value == ["/s", "t", "x", extension, "d"]


def test_eventGrid(app: func.FunctionApp) -> None:
    @app.timer_trigger("timer", "0 * * * * *")
    @app.event_grid_output("$return", "URI", "KEY")
    def function(timer: func.TimerRequest) -> func.EventGridOutputEvent:
        return func.EventGridOutputEvent(
            id="1", data={"a": 1}, subject="s", event_type="T", event_time=TIME, data_version="1"
        )

    assert invoke(app).return_value["data"] == {"a": 1}


def test_cosmosDBTrigger(app: func.FunctionApp) -> None:
    @app.cosmos_db_trigger("documents", CONNECTION, "database", "container")
    @app.queue_output("$return", "out", CONNECTION)
    def function(documents: func.DocumentList) -> Any:
        return [[document["id"], "_ts" in document] for document in documents]

    assert invoke(app, [{"id": "1"}, {"id": "2"}]).return_value == [["1", True], ["2", True]]
    assert invoke(app, func.Document(id="1")).return_value == [["1", True]]


def test_cosmosDB(app: func.FunctionApp) -> None:
    @app.route()
    @app.cosmos_db_input("items", "database", "container", CONNECTION)
    @app.cosmos_db_output("changed", "database", "container", CONNECTION)
    def function(
        req: func.HttpRequest, items: func.DocumentList, changed: func.Out[func.Document]
    ) -> str:
        changed.set(func.Document({**items[0], "done": True}))
        return str(len(items))

    with TestClient(app) as client:
        response = client.get("/api/function", inputs={"items": [{"id": "1"}]})
    assert response.text == "1"
    assert response.outputs == {"changed": [{"id": "1", "done": True}]}


def test_mysqlTrigger(app: func.FunctionApp) -> None:
    @app.mysql_trigger("changes", "Products", CONNECTION)
    @app.queue_output("$return", "out", CONNECTION)
    def function(changes: func.MySqlRowList) -> Any:
        return [row["Id"] for row in changes]

    assert invoke(app, events.mysql([{"Id": 1}, {"Id": 2}])).return_value == [1, 2]
    assert invoke(app, {"Id": 3}).return_value == [3]


def test_mysql(app: func.FunctionApp) -> None:
    @app.route()
    @app.mysql_input("rows", "select 1", CONNECTION)
    @app.mysql_output("changed", "Products", CONNECTION)
    def function(
        req: func.HttpRequest, rows: func.MySqlRowList, changed: func.Out[func.MySqlRow]
    ) -> str:
        changed.set(func.MySqlRow(rows[0]))
        return "ok"

    with TestClient(app) as client:
        response = client.get("/api/function", inputs={"rows": [{"Id": 1}]})
    assert response.outputs == {"changed": [{"Id": 1}]}


def test_sql(app: func.FunctionApp) -> None:
    @app.route()
    @app.sql_input("rows", "select 1", CONNECTION)
    @app.sql_output("changed", "Products", CONNECTION)
    def function(
        req: func.HttpRequest, rows: func.SqlRowList, changed: func.Out[func.SqlRowList]
    ) -> str:
        changed.set(rows)
        return str(rows[0]["Id"])

    with TestClient(app) as client:
        response = client.get("/api/function", inputs={"rows": '[{"Id": 1}]'})
    assert (response.text, response.outputs) == ("1", {"changed": [{"Id": 1}]})


def test_sqlTrigger(app: func.FunctionApp) -> None:
    @app.sql_trigger("changes", "Products", CONNECTION)
    @app.queue_output("$return", "out", CONNECTION)
    def function(changes: str) -> str:
        return changes

    payload = events.sql([{"Id": 1}], operation=2)
    assert json.loads(invoke(app, payload).return_value) == [{"Operation": 2, "Item": {"Id": 1}}]
    change = {"Operation": 1, "Item": {"Id": 1}}
    assert json.loads(invoke(app, [change]).return_value) == [change]


def test_table(app: func.FunctionApp) -> None:
    @app.route()
    @app.table_input("entities", CONNECTION, "table")
    @app.table_output("made", CONNECTION, "table")
    def function(
        req: func.HttpRequest, entities: list[dict[str, Any]], made: func.Out[dict[str, Any]]
    ) -> str:
        made.set({**entities[0], "RowKey": "2"})
        return "ok"

    entity = {"PartitionKey": "p", "RowKey": "1"}
    with TestClient(app) as client:
        response = client.post("/api/function", inputs={"entities": [entity]})
    assert response.outputs == {"made": {"PartitionKey": "p", "RowKey": "2"}}


def test_orchestrationTrigger(app: func.FunctionApp) -> None:
    @app.generic_trigger("context", "orchestrationTrigger")
    def function(context: func.OrchestrationContext) -> str:
        document = json.loads(context.body)
        return json.dumps([document["input"], document["instanceId"], len(document["history"])])

    payload = events.orchestration(input=[7], instance_id="i")
    assert invoke(app, payload).return_value == ["[7]", "i", 2]
    body = '{"input": "1", "instanceId": "x", "history": []}'
    assert invoke(app, func.OrchestrationContext(body)).return_value == ["1", "x", 0]


def test_entityTrigger(app: func.FunctionApp) -> None:
    @app.generic_trigger("context", "entityTrigger")
    def function(context: func.EntityContext) -> str:
        document = json.loads(context.body)
        operation = document["batch"][0]
        return json.dumps(
            [document["state"], document["exists"], operation["name"], operation["input"]]
        )

    payload = events.entity(operation="add", input=1, state=5)
    assert invoke(app, payload).return_value == ["5", True, "add", '"1"']
    assert invoke(app, events.entity()).return_value == [None, False, "get", "null"]
    body = '{"state": null, "exists": false, "batch": [{"name": "get", "input": ""}]}'
    assert invoke(app, func.EntityContext(body)).return_value == [None, False, "get", ""]


class City:
    def __init__(self, name: str) -> None:
        self.name = name

    @staticmethod
    def to_json(city: City) -> str:
        return city.name

    @classmethod
    def from_json(cls, name: str) -> City:
        return cls(name)


def test_activityTrigger(app: func.FunctionApp) -> None:
    @app.generic_trigger("city", "activityTrigger")
    def function(city: Any) -> Any:
        return [type(city).__name__, city.name if isinstance(city, City) else city]

    assert invoke(app, events.activity("Tokyo")).return_value == ["str", "Tokyo"]
    assert invoke(app, city={"name": "Tokyo"}).return_value == ["dict", {"name": "Tokyo"}]
    assert invoke(app, City("Tokyo")).return_value == ["City", "Tokyo"]


def test_durableClient(app: func.FunctionApp) -> None:
    @app.route()
    @app.generic_input_binding("client", "durableClient")
    def function(req: func.HttpRequest, client: str) -> Any:
        return [json.loads(client)["taskHubName"]]

    with TestClient(app) as client:
        assert client.get("/api/function").json() == ["TestHub"]
        own = {"client": events.durable_client("Mine")}
        assert client.get("/api/function", inputs=own).json() == ["Mine"]


def test_connectorTrigger(app: func.FunctionApp) -> None:
    @app.connector_trigger("event")
    def function(event: str) -> Any:
        return {"subject": json.loads(event)["body"]["subject"]}

    payload = events.connector({"body": {"subject": "hello"}})
    assert json.loads(invoke(app, payload).return_value) == {"subject": "hello"}
    assert json.loads(invoke(app, {"body": {"subject": "x"}}).return_value) == {"subject": "x"}


def test_mcpToolTrigger(app: func.FunctionApp) -> None:
    @app.mcp_tool()
    def function(city: str, days: int = 1) -> str:
        return f"{days} days of sun in {city}"

    expected = "2 days of sun in Tokyo"
    for payload in (
        events.mcp_tool({"city": "Tokyo", "days": 2}),
        {"city": "Tokyo", "days": 2},
        {"name": "function", "arguments": {"city": "Tokyo", "days": 2}},
    ):
        assert expected in invoke(app, payload).return_value


def test_mcpPromptTrigger(app: func.FunctionApp) -> None:
    @app.mcp_prompt_trigger("prompt", "greet")
    def function(prompt: func.PromptInvocationContext) -> str:
        return f"{prompt.name}: {prompt.arguments['who']}"

    assert invoke(app, events.mcp_prompt({"who": "you"}, name="greet")).return_value == "greet: you"
    assert invoke(app, {"who": "me"}).return_value == "prompt: me"


def test_mcpResourceTrigger(app: func.FunctionApp) -> None:
    @app.mcp_resource_trigger("resource", "file://readme", "readme")
    def function(resource: str) -> str:
        return str(json.loads(resource)["uri"])

    assert invoke(app, events.mcp_resource("file://readme")).return_value == "file://readme"
    assert invoke(app, "file://readme").return_value == "file://readme"


def test_generic(app: func.FunctionApp) -> None:
    @app.generic_trigger("data", "signalRTrigger")
    @app.generic_output_binding("out", "sendGrid")
    def function(data: str, out: func.Out[str]) -> None:
        out.set(data.upper())

    assert invoke(app, "text").outputs == {"out": "TEXT"}
    assert invoke(app, events.generic("text")).outputs == {"out": "TEXT"}
    assert invoke(app, [7]).outputs == {"out": "[7]"}
    assert invoke(app, Datum("raw", "string")).outputs == {"out": "RAW"}


@pytest.mark.parametrize("data_type", ["string", "binary"])
def test_data_type(app: func.FunctionApp, data_type: str) -> None:
    kinds: list[str] = []

    @app.queue_trigger("msg", "q", CONNECTION, data_type=data_type)
    @app.queue_output("$return", "out", CONNECTION)
    def function(msg: bytes) -> bytes:
        kinds.append(type(msg).__name__)
        return msg

    assert invoke(app, "caf\u00e9").return_value == "caf\u00e9".encode()
    assert kinds == ["bytes"]


@pytest.mark.parametrize("kind", [
    func.QueueMessage, func.ServiceBusMessage, func.EventHubEvent, func.KafkaEvent,
])  # fmt: skip
def test_bodies_of_messages_may_be_json_values(kind: Any) -> None:
    assert kind({"id": 1}).get_json() == {"id": 1}
    assert kind([1, "\u00e9"]).get_json() == [1, "\u00e9"]
    with pytest.raises(InvalidValueError, match="body: got dict"):
        kind({"id": object()})
