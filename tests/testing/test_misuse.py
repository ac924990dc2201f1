"""What a test gives the client by mistake is refused by an error that says what to do."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

import azure_functions_lib as func
from azure_functions_lib.errors import AzureFunctionsError, InvalidValueError, InvocationError
from azure_functions_lib.testing import AsyncTestClient, TestClient, events

SETTINGS = {"STORAGE": "UseDevelopmentStorage=true", "BUS": "UseDevelopmentStorage=true"}
SECRET = "c2VjcmV0"
NAMES = "a mapping of names to values"
DATETIME = "expected an aware datetime, such as datetime(2026, 1, 1, tzinfo=timezone.utc)"


@pytest.fixture
def app() -> func.FunctionApp:
    app = func.FunctionApp(http_auth_level="anonymous")

    @app.route("items/{id}")
    def items(req: func.HttpRequest) -> str:
        return req.route_params["id"]

    @app.queue_trigger("msg", "orders", "STORAGE")
    def orders(msg: func.QueueMessage) -> None: ...

    @app.service_bus_queue_trigger("msg", "BUS", "jobs")
    def jobs(msg: func.ServiceBusMessage) -> None: ...

    @app.blob_trigger("blob", "stock/{name}", "STORAGE")
    def blobs(blob: func.InputStream) -> None: ...

    return app


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"settings": [f"STORAGE={SECRET}"]}, f"TestClient: settings: got list; expected {NAMES}"),
        ({"keys": SECRET}, f"TestClient: keys: got str; expected {NAMES}"),
        ({"keys": [SECRET]}, f"TestClient: keys: got list; expected {NAMES}"),
        ({"keys": {"default": 5}}, "TestClient: keys['default']: got int; expected text"),
        ({"keys": {"orders": None}}, "TestClient: keys['orders']: got NoneType; expected text"),
        ({"keys": {"_master": ""}}, "TestClient: keys['_master']: got ''; expected text"),
        ({"cookies": f"a={SECRET}"}, f"TestClient: cookies: got str; expected {NAMES}"),
        ({"base_url": 5}, "TestClient: base_url: got int 5; expected scheme and host, such as"),
        ({"base_url": "localhost"}, "TestClient: base_url: got str 'localhost'; expected scheme"),
        (
            {"base_url": "http://localhost:7071/api"},
            "expected scheme and host, such as 'http://localhost:7071'. The path of a request "
            "begins with the route prefix",
        ),
        ({"now": "2024"}, f"TestClient: now: got str '2024'; {DATETIME}"),
        (
            {"now": date(2024, 1, 1)},
            f"TestClient: now: got date datetime.date(2024, 1, 1); {DATETIME}",
        ),
        ({"now": datetime(2024, 1, 1)}, DATETIME),
        (
            {"log_limit": "5"},
            "TestClient: log_limit: got str '5'; expected a whole number from 0 on",
        ),
        ({"log_limit": -1}, "TestClient: log_limit: got int -1; expected a whole number from 0 on"),
        ({"validate": "no"}, "TestClient: validate: got str 'no'; expected True or False"),
        (
            {"setting": {"STORAGE": SECRET}},
            "TestClient: setting: got dict; expected one of its keywords: settings, "
            "local_settings, validate, raise_exceptions, keys, base_url, headers, cookies, "
            "log_limit, now. Did you mean 'settings'?",
        ),
        ({"raise_server_exceptions": False}, "now. Here it is raise_exceptions"),
        ({"follow_redirects": True}, "now. The client follows no redirect"),
    ],
)
def test_a_client_made_wrongly(
    app: func.FunctionApp, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(InvalidValueError, match=re.escape(message)) as raised:
        TestClient(app, **options)
    assert SECRET not in str(raised.value)


def test_the_asynchronous_client_names_itself(app: func.FunctionApp) -> None:
    options: Any = {"setting": {}}
    with pytest.raises(TypeError, match=r"^AsyncTestClient: setting: got dict; expected one of"):
        AsyncTestClient(app, **options)


@pytest.mark.parametrize("client", [TestClient, AsyncTestClient])
def test_settings_without_their_keyword(app: func.FunctionApp, client: Any) -> None:
    message = ": a second argument: got dict; expected keywords after the app, such as settings={"
    with pytest.raises(TypeError, match=f"^{client.__name__}{message}") as raised:
        client(app, {"STORAGE": SECRET})
    assert SECRET not in str(raised.value)


def test_a_client_opened_as_the_other_one_is(app: func.FunctionApp) -> None:
    plain: Any = TestClient(app)
    asynchronous: Any = AsyncTestClient(app)
    with (
        pytest.raises(InvocationError, match="'async with AsyncTestClient"),
        asynchronous,
    ):
        pass

    async def opened() -> None:
        async with plain:
            pass

    with pytest.raises(InvocationError, match="'with TestClient.*take AsyncTestClient"):
        asyncio.run(opened())


Use = Callable[[Any], object]


@pytest.mark.parametrize(
    ("use", "message"),
    [
        (lambda client: client.get(5), "request: method and url: got str and int; expected text"),
        (lambda client: client.get(b"/x"), "request: method and url: got str and bytes; expected"),
        (lambda client: client.get(["x"]), "method and url: got str and list; expected text"),
        (lambda client: client.request(5, "/"), "method and url: got int and str; expected text"),
        (
            lambda client: client.get("/", cookies=f"a={SECRET}"),
            f"request: cookies: got str; expected {NAMES}",
        ),
        (lambda client: client.get("/", inputs=5), "request: inputs: got int; expected a mapping"),
        (
            lambda client: client.get("/api/items/7", trace_context="abc"),
            "request: trace_context: got str 'abc'; expected a TraceContext, such as",
        ),
        (
            lambda client: client.get("/api/items/7", invocation_id=5),
            "request: invocation_id: got int 5; expected text",
        ),
        (
            lambda client: client.get("/", param={}),
            "expected one of its keywords: params, headers, content, json, data, files, cookies, "
            "inputs, invocation_id, trace_context. Did you mean 'params'?",
        ),
        (
            lambda client: client.invoke("orders", "x", metadata=5),
            f"client.invoke(): metadata: got int; expected {NAMES}",
        ),
        (
            lambda client: client.invoke("orders", "x", inputs="row"),
            f"client.invoke(): inputs: got str; expected {NAMES}",
        ),
        (
            lambda client: client.invoke("orders", "x", trace_context="abc"),
            "client.invoke(): trace_context: got str 'abc'; expected a TraceContext",
        ),
        (
            lambda client: client.invoke("orders", "x", retry_count="two"),
            "client.invoke(): retry_count: got str 'two'; expected a whole number from 0 on",
        ),
        (
            lambda client: client.invoke("orders", "x", max_retry_count=-2),
            "client.invoke(): max_retry_count: got int -2; expected a whole number from -1 on",
        ),
        (
            lambda client: client.invoke("orders", "x", invocation_id=5),
            "client.invoke(): invocation_id: got int 5; expected text",
        ),
        (
            lambda client: client.invoke("blobs", 5),
            "events.blob(): content: got int 5; expected text, bytes, an InputStream, or",
        ),
        (lambda client: client.drain(5), "client.drain(): name: got int 5; expected text"),
        (
            lambda client: client.drain("orders", limit="5"),
            "client.drain(): limit: got str '5'; expected a whole number from 0 on",
        ),
        (lambda client: client.queue(5), "client.queue(): name: got int 5; expected text"),
        (lambda client: client.queue(""), "client.queue(): name: got str ''; expected text"),
        (lambda client: client.blob(5), "client.blob(): path: got int 5; expected text"),
        (lambda client: client.table(5), "client.table(): name: got int 5; expected text"),
        (
            lambda client: client.queue("orders").put(func.ServiceBusMessage("x")),
            "queue 'orders': message: got ServiceBusMessage <",
        ),
        (
            lambda client: client.queue("jobs").put(func.QueueMessage("x")),
            "expected a message of service-bus, since it is one of these",
        ),
        (
            lambda client: client.queue("new").put(func.EventHubEvent("x")),
            "expected a message of queues, since it is one of these",
        ),
        (
            lambda client: client.queue("orders").put(None),
            "queue 'orders': message: got NoneType None; expected a message. An output",
        ),
        (
            lambda client: client.queue("orders").put([func.QueueMessage("x")]),
            "expected one message. Call put for each of several",
        ),
        (
            lambda client: client.queue("orders").put(events.queue("x")),
            "queue 'orders': message: got RecordedPayload",
        ),
        (
            lambda client: client.table("rows").put(5),
            f"table 'rows': row: got int; expected {NAMES}",
        ),
        (
            lambda client: client.table("rows").put({"a": object()}),
            "table 'rows': row: got dict {'a': <object object",
        ),
        (
            lambda client: client.clock.advance(days=10**10),
            "a clock was to be advanced by days; expected a timedelta, or days, hours",
        ),
        (
            lambda client: client.start_orchestration(5),
            "an orchestration: name: got int 5; expected text",
        ),
        (
            lambda client: client.run_orchestration("x", events=5),
            "an orchestration: events: got int 5; expected a mapping of names to values, or pairs",
        ),
        (lambda client: client.entity(5, "a"), "an entity: name: got int 5; expected text"),
    ],
)
def test_a_client_used_wrongly(app: func.FunctionApp, use: Use, message: str) -> None:
    with TestClient(app, settings=SETTINGS) as client:
        with pytest.raises(AzureFunctionsError, match=re.escape(message)) as raised:
            use(client)
        assert SECRET not in str(raised.value)
        # Nothing has been sent, and the client goes on.
        assert client.queue("orders").messages == client.queue("jobs").messages == []
        assert client.get("/api/items/7").text == "7"


def test_the_client_s_own_cookies_do_not_hide_wrong_ones(app: func.FunctionApp) -> None:
    with TestClient(app, settings=SETTINGS, cookies={"b": "1"}) as client:
        cookies: Any = "a=b"
        with pytest.raises(
            InvalidValueError, match="request: cookies: got str; expected a mapping"
        ):
            client.get("/api/items/7", cookies=cookies)


def test_a_message_of_the_queue_s_own_kind_is_sent_by_its_body(app: func.FunctionApp) -> None:
    with TestClient(app, settings=SETTINGS) as client:
        client.queue("orders").put(func.QueueMessage("a"))
        client.queue("jobs").put(func.ServiceBusMessage("b"))
        assert client.queue("orders").messages == ["a"]
        assert client.queue("jobs").messages == [b"b"]
        assert len(client.drain()) == 2
