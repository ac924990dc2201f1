"""Every decorator: what it declares, what it refuses, and that its text is up to date."""

from __future__ import annotations

import inspect
import json
import pydoc
import subprocess
import sys
import types
from datetime import datetime, time, timezone
from pathlib import Path
from typing import Any

import pytest

import azure_functions_lib as func
from azure_functions_lib.enums import StringifyEnum
from azure_functions_lib.errors import DeclarationError, InvalidValueError, UnknownNameError
from azure_functions_lib.wire.declaration import InputBinding, Trigger, json_key

DECORATORS = [
    name
    for api in (func.TriggerApi, func.BindingApi)
    for name in vars(api)
    if not name.startswith("_")
]
SETTINGS = ["function_name", "http_type", "retry"]
CONTAINER = [
    "get_functions",
    "register_blueprint",
    "register_functions",
    "validate_function_names",
]
ROOT = Path(__file__).parent.parent.parent


def written(app: func.FunctionApp) -> list[dict[str, Any]]:
    """The bindings of an app's only function, as its JSON text has them."""
    (function,) = app.functions
    bindings: list[dict[str, Any]] = json.loads(function.get_function_json())["bindings"]
    assert bindings == [json.loads(text) for text in function.get_raw_bindings()]
    return bindings


def declared(name: str, **arguments: Any) -> dict[str, Any]:
    """The one binding of a function with that trigger."""
    app = func.FunctionApp()
    getattr(app, name)(**arguments)(lambda_function())
    (binding,) = written(app)
    return binding


def lambda_function(name: str = "function") -> Any:
    def function(x: object) -> None: ...

    function.__name__ = name
    return function


@pytest.mark.slow
def test_generated_text_is_up_to_date() -> None:
    command = [sys.executable, str(ROOT / "tests" / "generate.py"), "--check"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("name", [*DECORATORS, *SETTINGS, *CONTAINER])
def test_docstring_describes_every_parameter(name: str) -> None:
    method = getattr(func.FunctionApp, name)
    text = inspect.getdoc(method) or ""
    summary, _, rest = text.partition("\n\n")
    assert summary.endswith(".")
    parameters = list(inspect.signature(method).parameters)[1:]
    arguments = rest.partition("Args:\n")[2].partition("\nRaises:")[0]
    found = [
        line.partition(":")[0].strip()
        for line in arguments.splitlines()
        if line.startswith("    ") and not line.startswith("     ")
    ]
    assert found == parameters


@pytest.mark.parametrize("name", DECORATORS)
def test_help_shows_signature_and_docstring(name: str) -> None:
    for method in (getattr(func.FunctionApp, name), getattr(func.FunctionApp(), name)):
        text = pydoc.render_doc(method, renderer=pydoc.plaintext)
        for parameter in inspect.signature(method).parameters.values():
            assert str(parameter) in text
        assert (inspect.getdoc(method) or "").splitlines()[0] in text


def test_seventy_methods() -> None:
    methods = {*DECORATORS, *SETTINGS, *CONTAINER}
    assert len(methods) == 70
    assert all(callable(getattr(func.FunctionApp, name)) for name in methods)


@pytest.mark.parametrize("name", DECORATORS)
def test_decorators_are_on_every_container(name: str) -> None:
    api = func.TriggerApi if hasattr(func.TriggerApi, name) else func.BindingApi
    for container in (func.FunctionApp, func.Blueprint, func.AsgiFunctionApp):
        assert getattr(container, name) is getattr(api, name)


def test_order_is_from_the_function_outwards() -> None:
    app = func.FunctionApp()

    @app.queue_output(arg_name="out", queue_name="q", connection="C")
    @app.queue_trigger(arg_name="msg", queue_name="q", connection="C")
    def function(msg: str, out: func.Out[str]) -> None: ...

    assert [binding["name"] for binding in written(app)] == ["msg", "out"]


def test_keys_of_a_binding_come_in_order() -> None:
    binding = declared(
        "queue_trigger", arg_name="x", queue_name="q", connection="C", data_type="binary", more=1
    )
    assert list(binding) == [
        "direction", "dataType", "type", "name", "queueName", "connection", "more",
    ]  # fmt: skip


def test_none_false_and_empty_values() -> None:
    binding = declared(
        "queue_trigger",
        arg_name="x", queue_name="q", connection="C", a=None, b=False, c=0, d="", e=[],
    )  # fmt: skip
    assert "a" not in binding
    assert [binding[key] for key in "bcde"] == [False, 0, "", []]


@pytest.mark.parametrize(
    ("text", "expected"), [("string", "STRING"), ("Binary", "BINARY"), ("STREAM", "STREAM")]
)
def test_data_type_in_any_letter_case(text: str, expected: str) -> None:
    assert declared("warm_up_trigger", arg_name="x", data_type=text)["dataType"] == expected


def test_unknown_enum_name_names_the_known_ones() -> None:
    app = func.FunctionApp()
    with pytest.raises(UnknownNameError, match=r"'nope'.*STRING, BINARY") as caught:
        app.queue_trigger("x", "q", "C", data_type="nope")
    assert isinstance(caught.value, KeyError)
    assert isinstance(caught.value, ValueError)


def test_data_type_of_another_type() -> None:
    with pytest.raises(DeclarationError, match="data_type: got int 1"):
        func.FunctionApp().queue_trigger("x", "q", "C", data_type=1)  # type: ignore[arg-type]


def test_missing_argument() -> None:
    with pytest.raises(TypeError, match="connection"):
        func.FunctionApp().queue_trigger("x", "q")  # type: ignore[call-arg]


def test_enums_are_members_in_python_and_names_in_json() -> None:
    app = func.FunctionApp()

    @app.service_bus_queue_trigger("msg", "C", "q", cardinality="many", access_rights="listen")
    def function(msg: str) -> None: ...

    record = app.functions[0].get_bindings()[0].get_dict_repr()
    assert record["cardinality"] is func.Cardinality.MANY
    assert record["direction"] is func.BindingDirection.IN
    assert written(app)[0]["cardinality"] == "MANY"
    assert written(app)[0]["accessRights"] == "LISTEN"


def test_two_enums_are_written_by_value() -> None:
    blob = declared(
        "blob_trigger",
        arg_name="x", path="p", connection="C", source=func.BlobSource.EVENT_GRID,
    )  # fmt: skip
    assert blob["source"] == "EventGrid"
    mode = func.CosmosDBChangeFeedMode.LATEST_VERSION
    cosmos = declared(
        "cosmos_db_trigger",
        arg_name="x", connection="C", database_name="d", container_name="c", change_feed_mode=mode,
    )  # fmt: skip
    assert cosmos["changeFeedMode"] == "LatestVersion"


def test_extra_value_that_is_an_enum_of_the_user() -> None:
    class Level(StringifyEnum):
        LOW = 1

    assert declared("warm_up_trigger", arg_name="x", level=[Level.LOW])["level"] == ["LOW"]


def test_extra_value_without_a_json_form() -> None:
    app = func.FunctionApp()
    app.queue_trigger("x", "q", "C", odd=object())(lambda_function())
    with pytest.raises(InvalidValueError, match=r"queueTrigger 'x': odd: got object <object"):
        app.functions[0].get_function_json()


def test_extra_value_that_contains_itself() -> None:
    loop: list[Any] = []
    loop.append(loop)
    app = func.FunctionApp()
    app.queue_trigger("x", "q", "C", odd=loop)(lambda_function())
    with pytest.raises(InvalidValueError, match="odd"):
        app.functions[0].get_raw_bindings()


@pytest.mark.parametrize("key", ["é", "1a", "a-b"])
def test_extra_key_that_is_no_word(key: str) -> None:
    with pytest.raises(DeclarationError, match="cannot become a JSON key"):
        func.FunctionApp().queue_trigger("x", "q", "C", **{key: 1})


def test_extra_key_that_is_given_already() -> None:
    with pytest.raises(DeclarationError, match="'queueName' would replace 'queueName'"):
        func.FunctionApp().queue_trigger("x", "q", "C", queueName="p")


def test_extra_key_that_says_the_same_again() -> None:
    app = func.FunctionApp()
    app.event_grid_trigger("event", type="eventGridTrigger", name="event")(lambda_function())
    plain = func.FunctionApp()
    plain.event_grid_trigger("event")(lambda_function())
    assert app.functions[0].get_function_json() == plain.functions[0].get_function_json()


@pytest.mark.parametrize("name", ["my_msg", "_hidden", "a_", "_", "X1", "x" * 128])
def test_binding_name_that_the_host_takes(name: str) -> None:
    app = func.FunctionApp()
    exec(f"def function({name}): ...", namespace := {})
    app.queue_trigger(name, "q", "C")(namespace["function"])
    assert app.validate() == []
    assert written(app)[0]["name"] == name


HOST_REFUSES = ["my__msg", "__x", "x__", "my-msg", "1x", "", "x" * 129, "$other", "x\n", "é"]


@pytest.mark.parametrize("name", [*HOST_REFUSES, 5, ["x"], {"x": 1}])
def test_binding_name_that_the_host_refuses(name: Any) -> None:
    app = func.FunctionApp()
    with pytest.raises(DeclarationError, match="binding name"):
        app.queue_trigger(name, "q", "C")(lambda_function())


@pytest.mark.parametrize("name", HOST_REFUSES)
def test_such_a_name_from_another_library_is_a_problem(name: str) -> None:
    app = func.FunctionApp()

    def work(**messages: object) -> None: ...

    builder = app.function_name("work")(work)
    builder.add_trigger(Trigger(name, None, "queueTrigger"))  # as azure-functions-durable does
    assert len(app.get_functions()) == 1
    problems = [each for each in app.validate() if "the host accepts" in each.cause]
    assert [each.parameter for each in problems] == [name]


def test_one_method_as_text() -> None:
    app = func.FunctionApp()
    app.route(methods="get")(lambda_function())
    assert written(app)[0]["methods"] == ["GET"]


@pytest.mark.parametrize("name", ["_private", "1x", "host", "HOST", "a b", "x" * 129])
def test_function_name_that_the_host_refuses(name: str) -> None:
    with pytest.raises(DeclarationError, match="function name"):
        func.FunctionApp().function_name(name)


def test_name_in_the_code_that_the_host_refuses() -> None:
    app = func.FunctionApp()

    @app.queue_trigger("x", "q", "C")
    def _hidden(x: str) -> None: ...

    with pytest.raises(DeclarationError, match=r"'_hidden'.*@app.function_name"):
        app.functions  # noqa: B018 - the property raises
    app.function_name("shown")(_hidden)
    assert [function.get_function_name() for function in app.functions] == ["shown"]


def test_second_trigger() -> None:
    app = func.FunctionApp()
    with pytest.raises(
        DeclarationError, match=r"two triggers: queueTrigger 'x' and timerTrigger 't'. Keep one;"
    ):

        @app.timer_trigger("t", "0 * * * * *")
        @app.queue_trigger("x", "q", "C")
        def function(x: str, t: str) -> None: ...


def line_of(test: Any, text: str) -> int:
    """The line of a test that holds a text."""
    lines, first = inspect.getsourcelines(test)
    return first + next(number for number, line in enumerate(lines) if text in line)


def test_errors_say_where_the_decorator_is() -> None:
    app = func.FunctionApp()

    def place(wrong: Any) -> tuple[str, int] | None:
        with pytest.raises(DeclarationError) as caught:
            wrong()
        return caught.value.place

    def misspelt() -> None:
        app.blob_trigger("x", "p", "C", sorce=1)

    def unknown_name() -> None:
        app.blob_trigger("x", "p", "C", data_type="texts")

    def binding_name() -> None:
        app.blob_trigger("a-b", "p", "C")(lambda_function())

    def no_function() -> None:
        app.blob_trigger("x", "p", "C")(5)

    for wrong in (misspelt, unknown_name, binding_name, no_function):
        assert place(wrong) == (__file__, line_of(wrong, "app.blob_trigger"))

    def forgotten(x: str) -> None: ...

    other = func.FunctionApp()
    other.queue_output("$return", "q", "C")(forgotten)
    assert place(other.get_functions) == (__file__, line_of(forgotten, "def forgotten"))


def test_problems_say_where_the_decorator_or_the_function_is() -> None:
    app = func.FunctionApp()

    @app.queue_output(
        "out",
        queue_name="q",
        connection="C",
    )
    @app.queue_trigger("msg", queue_name="q", connection="C")
    def function(msg: int, more: str) -> None: ...

    places = {each.parameter: (each.file, each.line) for each in app.validate()}
    test = test_problems_say_where_the_decorator_or_the_function_is
    assert places == {
        "msg": (__file__, line_of(test, "app.queue_trigger(")),
        "more": (__file__, line_of(test, "app.queue_output(")),
        "out": (__file__, line_of(test, "app.queue_output(")),
    }


def test_route() -> None:
    app = func.FunctionApp()

    @app.route("items/{id}", methods=["get", func.HttpMethod.POST], auth_level="Anonymous")
    def function(req: func.HttpRequest) -> str:
        return ""

    assert written(app) == [
        {
            "direction": "IN",
            "type": "httpTrigger",
            "name": "req",
            "methods": ["GET", "POST"],
            "authLevel": "ANONYMOUS",
            "route": "items/{id}",
        },
        {"direction": "OUT", "type": "http", "name": "$return"},
    ]


@pytest.mark.parametrize("name", [*DECORATORS, "function_name", "http_type"])
def test_decorators_without_parentheses(name: str) -> None:
    with pytest.raises(DeclarationError, match=rf"Write @app.{name}\(\.\.\.\)"):
        getattr(func.FunctionApp(), name)(lambda_function())


def test_route_of_extra_fields() -> None:
    app = func.FunctionApp()
    app.route(trigger_extra_fields={"web_hook": 1}, binding_extra_fields={"more": 2})(
        lambda_function()
    )
    trigger, output = written(app)
    assert trigger["webHook"] == 1
    assert output["more"] == 2


def test_route_left_out_is_the_function_name_and_an_empty_one_stays() -> None:
    app = func.FunctionApp()
    app.route()(lambda_function())
    assert written(app)[0]["route"] == "function"
    app = func.FunctionApp()
    app.route("")(lambda_function())
    assert written(app)[0]["route"] == ""


def test_generic_http_trigger_is_completed_too() -> None:
    app = func.FunctionApp(func.AuthLevel.ADMIN)
    app.generic_trigger("req", "httpTrigger")(lambda_function())
    (function,) = app.functions
    assert function.is_http_function()
    assert written(app)[0] == {
        "direction": "IN",
        "type": "httpTrigger",
        "name": "req",
        "authLevel": "ADMIN",
        "route": "function",
    }


def test_retry() -> None:
    app = func.FunctionApp()

    @app.retry("fixed_delay", "3", delay_interval="00:00:10", setting_extra_fields={"a_b": 1})
    @app.timer_trigger("t", "0 * * * * *")
    def function(t: str) -> None: ...

    assert app.functions[0].get_settings_dict("retry_policy") == {
        "setting_name": "retry_policy",
        "strategy": "fixed_delay",
        "max_retry_count": "3",
        "delay_interval": "00:00:10",
        "a_b": 1,
    }


def test_innermost_function_name_counts() -> None:
    app = func.FunctionApp()

    @app.function_name("outer")
    @app.function_name("inner")
    @app.timer_trigger("t", "0 * * * * *")
    def function(t: str) -> None: ...

    (built,) = app.functions
    assert built.get_function_name() == "inner"
    setting = built.get_setting("function_name")
    assert setting is not None
    assert setting.get_settings_value("function_name") == "inner"
    assert built.get_setting("other") is None
    assert built.get_settings_dict("other") is None


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"topic_endpoint_uri": "u"},
        {"topic_key_setting": "k"},
        {"connection": "C", "topic_endpoint_uri": "u", "topic_key_setting": "k"},
        {"connection": "C", "topic_endpoint_uri": "u"},
    ],
)
def test_event_grid_output_takes_one_way_to_connect(arguments: dict[str, str]) -> None:
    with pytest.raises(DeclarationError, match="either connection, or both"):
        func.FunctionApp().event_grid_output("x", **arguments)  # type: ignore[arg-type]


def test_dapr_route_is_the_topic() -> None:
    app = func.FunctionApp()
    app.dapr_topic_trigger("x", "pubsub", "orders")(lambda_function())
    assert written(app)[0]["route"] == "orders"


def test_D2_a_decorator_changes_the_function_it_is_applied_to() -> None:
    app = func.FunctionApp()

    @app.queue_trigger("x", "q", "C")
    def first(x: str) -> None: ...

    @app.queue_trigger("x", "q", "C")
    def second(x: str) -> None: ...

    app.queue_output("out", "q2", "C")(first)
    assert [len(function.get_bindings()) for function in app.functions] == [2, 1]


def test_D3_a_decorator_of_another_container_changes_the_function_too() -> None:
    app, blueprint = func.FunctionApp(), func.Blueprint()

    @blueprint.queue_output("out", "q2", "C")
    @app.queue_trigger("x", "q", "C")
    def function(x: str, out: func.Out[str]) -> None: ...

    app.register_functions(blueprint)
    assert [binding["name"] for binding in written(app)] == ["x", "out"]


def test_D4_the_default_models_are_written_by_name_as_recorded_and_hold_their_ids() -> None:
    # Five recordings hold the names; docs/differences.md says how to pass an id instead.
    app = func.FunctionApp()

    @app.timer_trigger("t", "0 * * * * *")
    @app.text_completion_input("x", "prompt")
    def function(t: str, x: str) -> None: ...

    record = app.functions[0].get_bindings()[0].get_dict_repr()
    assert record["chatModel"].value == "gpt-3.5-turbo"
    assert written(app)[0]["chatModel"] == "DefaultChatModel"
    app = func.FunctionApp()
    given = app.text_completion_input("x", "p", chat_model=record["chatModel"].value)
    app.timer_trigger("t", "0 * * * * *")(given(lambda_function()))
    assert written(app)[0]["chatModel"] == "gpt-3.5-turbo"


@pytest.mark.parametrize("level", ["anonymous", "Anonymous", "ANONYMOUS"])
def test_D5_the_level_of_an_app_in_any_letter_case(level: str) -> None:
    assert func.FunctionApp(level).auth_level is func.AuthLevel.ANONYMOUS
    with pytest.raises(UnknownNameError):
        func.FunctionApp("nope")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (time(1, 2, 3), "01:02:03"),
        (datetime(2021, 2, 16, 14, 19, tzinfo=timezone.utc), "2021-02-16T14:19:00+00:00"),
        ("2021-02-16T14:19:29Z", "2021-02-16T14:19:29Z"),
    ],
)
def test_D6_start_from_time(given: object, expected: str) -> None:
    binding = declared(
        "cosmos_db_trigger",
        arg_name="x", connection="C", database_name="d", container_name="c", start_from_time=given,
    )  # fmt: skip
    assert binding["startFromTime"] == expected


def test_D7_only_first_letters_become_capitals() -> None:
    binding = declared("warm_up_trigger", arg_name="x", my_URL_value=1, a1_b2c=2, alreadyCamel=3)
    assert [binding[key] for key in ("myURLValue", "a1B2c", "alreadyCamel")] == [1, 2, 3]


def test_D8_none_inside_a_value_stays() -> None:
    binding = declared("warm_up_trigger", arg_name="x", items=[1, None], table={"a": None})
    assert binding["items"] == [1, None]
    assert binding["table"] == {"a": None}


def test_D9_what_is_no_function() -> None:
    from functools import partial

    app = func.FunctionApp()
    for odd in (5, partial(print, 1)):
        with pytest.raises(DeclarationError, match="expected a function"):
            app.route()(odd)  # type: ignore[arg-type]
    assert app.functions == []


def test_durable_decorators_say_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "azure.durable_functions", None)
    app = func.FunctionApp()
    for declare in (
        lambda: app.orchestration_trigger("context"),
        lambda: app.entity_trigger("context"),
        lambda: app.activity_trigger("input"),
        lambda: app.durable_client_input("client"),
    ):
        with pytest.raises(DeclarationError, match="pip install azure-functions-durable"):
            declare()


class FakeTrigger(Trigger):
    @staticmethod
    def get_binding_name() -> str:
        return "orchestrationTrigger"

    def __init__(self, name: str, orchestration: str | None = None) -> None:
        self.orchestration = orchestration
        super().__init__(name)


class FakeBlueprint(func.TriggerApi, func.BindingApi):
    """Decorates as azure-functions-durable does: the handler's parameter is called context."""

    def orchestration_trigger(self, context_name: str, orchestration: str | None = None) -> Any:
        @self._configure_function_builder
        def wrap(builder: Any) -> Any:
            user_function = builder._function._func

            def handle(context: object) -> str:
                return f"handled {user_function(context)}"

            handle.orchestrator_function = user_function  # type: ignore[attr-defined]
            builder._function._func = handle
            return builder.add_trigger(trigger=FakeTrigger(context_name, orchestration))

        return wrap

    def durable_client_input(self, client_name: str, *options: str | None) -> Any:
        @self._configure_function_builder
        def wrap(builder: Any) -> Any:
            record = InputBinding(client_name, None, "durableClient", {"taskHub": options[0]})
            return builder.add_binding(binding=record)

        return wrap


def test_decorators_of_a_library_that_asks_for_the_builder() -> None:
    class Api(func.TriggerApi):
        def tagged(self, tag: str) -> Any:
            def decorator(code: Any) -> Any:
                builder = self._validate_type(code)
                return builder.add_trigger(Trigger("input", None, "tagTrigger", {"tag": tag}))

            return decorator

    class App(func.FunctionApp, Api): ...

    app = App()

    @app.queue_output("$return", "q", "C")
    @app.tagged("green")
    def function(input: str) -> str: ...

    assert [each["type"] for each in written(app)] == ["tagTrigger", "queue"]


def test_functions_that_another_library_takes_out() -> None:
    app, blueprint = func.FunctionApp(), func.Blueprint()
    for container, name in ((app, "first"), (blueprint, "second")):
        container.timer_trigger("t", "0 * * * * *")(lambda_function(name))
    app.register_functions(blueprint)
    app._function_builders = [each for each in app._function_builders if each.__name__ != "first"]
    assert [each.get_function_name() for each in app.functions] == ["second"]
    app.timer_trigger("t", "0 * * * * *")(lambda_function("third"))
    assert [each.get_function_name() for each in app.functions] == ["second", "third"]


def test_X1_durable_decorators_are_delegated(monkeypatch: pytest.MonkeyPatch) -> None:
    module = types.ModuleType("azure.durable_functions")
    module.Blueprint = FakeBlueprint  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "azure", types.ModuleType("azure"))
    monkeypatch.setitem(sys.modules, "azure.durable_functions", module)
    app = func.FunctionApp()

    @app.orchestration_trigger("any", orchestration="name")
    @app.durable_client_input("client", task_hub="hub")
    def function(any: object) -> str:
        return f"user {any}"

    assert written(app) == [
        {"direction": "IN", "type": "durableClient", "name": "client", "taskHub": "hub"},
        {
            "direction": "IN",
            "type": "orchestrationTrigger",
            "name": "any",
            "orchestration": "name",
        },
    ]
    handler: Any = app.functions[0].get_user_function()
    assert list(inspect.signature(handler).parameters) == ["any"]
    assert handler(any=1) == "handled user 1"
    assert handler.orchestrator_function is function.__wrapped__
    assert function(1) == "user 1"


def test_import_of_the_app_loads_no_binding() -> None:
    code = """
import sys
import azure_functions_lib as func
app = func.FunctionApp()
@app.route()
def function(req): ...
app.get_functions()[0].get_function_json()
print([name for name in sys.modules if name.startswith("azure_functions_lib.bindings.")])
"""
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("decorator", "misspelt", "meant"),
    [
        ("timer_trigger", "run_on_strtup", "run_on_startup"),
        ("timer_trigger", "shedule", "schedule"),
        ("timer_trigger", "runOnStatup", "run_on_startup"),
        ("blob_trigger", "sorce", "source"),
        ("service_bus_queue_trigger", "session_enabled", "is_sessions_enabled"),
        ("service_bus_queue_trigger", "sessions_enabled", "is_sessions_enabled"),
        ("queue_trigger", "dat_type", "data_type"),
        ("queue_trigger", "arg_nme", "arg_name"),
        ("queue_output", "conection", "connection"),
        ("event_hub_message_trigger", "cardinalty", "cardinality"),
        ("cosmos_db_trigger_v3", "lease_colection_name", "lease_collection_name"),
        ("table_input", "partion_key", "partition_key"),
        ("route", "methds", "methods"),
        ("route", "auth_lvel", "auth_level"),
        ("generic_trigger", "data_typ", "data_type"),
    ],
)
def test_misspelt_keyword(decorator: str, misspelt: str, meant: str) -> None:
    with pytest.raises(DeclarationError, match=f"{decorator} .*'{misspelt}'.*'{meant}'"):
        getattr(func.FunctionApp(), decorator)(**{misspelt: "x"})


@pytest.mark.parametrize(
    ("decorator", "own"),
    [("route", "route"), ("table_input", "table_name"), ("activity_trigger", "activity")],
)
def test_a_keyword_where_no_key_of_an_extension_can_be(decorator: str, own: str) -> None:
    message = f"{decorator} has no keyword 'path'. It has .*'{own}'"
    with pytest.raises(DeclarationError, match=message):
        getattr(func.FunctionApp(), decorator)(path="x")


@pytest.mark.parametrize("app", [func.FunctionApp, type("Own", (func.FunctionApp,), {})])
def test_a_keyword_that_a_function_app_does_not_have(app: Any) -> None:
    message = f"^{app.__name__} has no keyword 'auth_level'. It has 'http_auth_level'$"
    with pytest.raises(DeclarationError, match=message):
        app(auth_level="anonymous")


def test_misspelt_keyword_of_a_blueprint() -> None:
    with pytest.raises(DeclarationError, match="'http_auth_lvel'.*Write 'http_auth_level'"):
        func.Blueprint(http_auth_lvel="anonymous")


# Keys that extensions of the host have, and this library no parameters for.
HOST_KEYS = {
    "service_bus_queue_trigger": (
        "entity_type is_batched auto_complete queue_or_topic_name max_concurrent_calls "
        "max_message_batch_size min_message_batch_size max_batch_wait_time accessRights "
        "isSessionsEnabled session_idle_timeout prefetch_count max_auto_lock_renewal_duration"
    ),
    "event_hub_message_trigger": (
        "max_event_batch_size min_event_batch_size max_wait_time batch_checkpoint_frequency "
        "prefetch_count consumerGroup initial_offset_options"
    ),
    "cosmos_db_trigger": (
        "container_throughput use_default_json_serialization connection_mode "
        "user_agent_suffix partition_key use_multiple_write_locations maxItemsPerInvocation"
    ),
    "cosmos_db_input": "sql_query_parameters preferredLocations container_throughput",
    "kafka_output": "key_data_type linger_ms compression_type acks enable_auto_commit",
    "queue_trigger": "batch_size new_batch_size visibility_timeout max_dequeue_count id",
    "blob_trigger": "access use_event_grid poison_blob_threshold blob_path",
    "sql_trigger": "max_batch_size polling_interval_ms app_lock_retries",
    "generic_trigger": "topic host data channel tags event hub_name category queue",
}


@pytest.mark.parametrize(
    ("decorator", "key"),
    [(decorator, key) for decorator, keys in HOST_KEYS.items() for key in keys.split()],
)
def test_keys_of_extensions_are_no_misspellings(decorator: str, key: str) -> None:
    parameters = list(inspect.signature(getattr(func.FunctionApp(), decorator)).parameters.values())
    arguments = {
        each.name: "x"
        for each in parameters
        if each.default is each.empty and each.kind is not each.VAR_KEYWORD
    }
    builder = getattr(func.FunctionApp(), decorator)(**arguments, **{key: 5})(lambda_function())
    (binding,) = builder._function.get_bindings()
    assert binding.get_dict_repr()[json_key(key)] == 5


def test_camel_case_of_a_keyword_that_is_not_given() -> None:
    binding = declared(
        "service_bus_queue_trigger",
        arg_name="x", connection="C", queue_name="q", accessRights="Listen",
    )  # fmt: skip
    assert binding["accessRights"] == "Listen"


@pytest.mark.parametrize(
    ("name", "meant"),
    [("queue_triger", "queue_trigger"), ("rout", None), ("on_start_up", "on_startup")],
)
def test_misspelt_decorator(name: str, meant: str | None) -> None:
    with pytest.raises(AttributeError, match=f"no attribute '{name}'") as caught:
        getattr(func.FunctionApp(), name)
    assert str(caught.value).endswith(f". Write {meant!r}") == bool(meant)
    assert not hasattr(func.Blueprint(), name)
