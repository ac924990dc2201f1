"""The classes and helpers of azure.functions.decorators."""

from __future__ import annotations

import inspect
import json
from typing import Any, Optional

import pytest

import azure_functions_lib as func
from azure_functions_lib.compat._table import BINDINGS
from azure_functions_lib.errors import DeclarationError, UnknownNameError

decorators: Any = func.decorators  # type: ignore[attr-defined]


def class_of(module: str, name: str) -> Any:
    return getattr(getattr(decorators, module.removeprefix("decorators.")), name)


CLASSES = {
    name: (class_of(module, name), place.partition(":")[2])
    for module, classes in BINDINGS.items()
    for name, (place, _) in classes.items()
}


def arguments_of(decorator: Any) -> dict[str, Any]:
    arguments = {
        each.name: "x"
        for each in inspect.signature(decorator).parameters.values()
        if each.default is each.empty and each.kind is each.POSITIONAL_OR_KEYWORD
    }
    if decorator.__name__ == "event_grid_output":
        arguments["connection"] = "x"
    return arguments


def records(app: func.Blueprint, decorator: str) -> tuple[list[Any], dict[str, Any]]:
    """What a decorator declares, and the arguments it was given."""
    if decorator in ("http_trigger", "http_output"):

        @app.route()
        def main(req: object) -> None: ...

        arguments = {"name": "req" if decorator == "http_trigger" else "$return"}
    else:
        method = getattr(app, decorator)
        arguments = arguments_of(method)

        @method(**arguments)
        def main(x: object) -> None: ...

        arguments["name"] = arguments.pop("arg_name")
    return main._function.get_bindings(), arguments


@pytest.mark.parametrize("name", CLASSES)
def test_class_of_a_binding(name: str) -> None:
    kind, decorator = CLASSES[name]
    found, arguments = records(func.Blueprint(), decorator)
    (record,) = (each for each in found if isinstance(each, kind))
    others = {other for other, (each, _) in CLASSES.items() if isinstance(record, each)}
    assert others == {name}
    made = kind(**arguments)
    assert isinstance(made, kind)
    assert made.get_dict_repr().items() >= record.get_dict_repr().items()
    assert list(made.get_dict_repr()) == list(record.get_dict_repr()) or "mcp" in made.type.lower()
    assert kind.get_binding_name() in (record.type, None)
    assert "name" in inspect.signature(kind).parameters
    assert kind.__name__ == name
    assert kind.__module__.startswith("azure.functions.decorators.")


def test_class_takes_arguments_by_position() -> None:
    trigger = decorators.queue.QueueTrigger("m", "q", "c", "binary", batch_size=2)
    assert json.loads(trigger.json_text()) == {
        "direction": "IN",
        "dataType": "BINARY",
        "type": "queueTrigger",
        "name": "m",
        "queueName": "q",
        "connection": "c",
        "batchSize": 2,
    }
    assert (trigger.queue_name, trigger.direction, trigger.data_type) == ("q", 0, 2)
    assert {"name", "queue_name", "connection", "data_type"} <= set(trigger.init_params)


def test_arguments_are_checked_as_those_of_the_decorator() -> None:
    with pytest.raises(UnknownNameError, match="DataType"):
        decorators.queue.QueueTrigger("m", "q", "c", data_type="no")
    with pytest.raises(TypeError):
        decorators.queue.QueueTrigger("m", "q")
    trigger = decorators.http.HttpTrigger("req", methods=["get"], auth_level="admin")
    assert trigger.methods == [func.HttpMethod.GET]
    assert trigger.auth_level is func.AuthLevel.ADMIN


def test_class_can_be_derived_from() -> None:
    class Special(decorators.queue.QueueTrigger):  # type: ignore[misc]
        def __init__(self, name: str, special: str) -> None:
            self.special = special
            super().__init__(name, "queue", "C")

    record = Special("m", special="s")
    assert record.get_dict_repr()["special"] == "s"
    assert record.get_dict_repr()["queueName"] == "queue"
    assert isinstance(record, decorators.queue.QueueTrigger)
    assert not isinstance(decorators.queue.QueueTrigger("m", "q", "c"), Special)


def test_made_bindings_can_be_added_to_a_function() -> None:
    app = func.FunctionApp()
    builder = app._configure_function_builder(lambda fb: fb)(lambda_function())
    builder.add_trigger(trigger=decorators.timer.TimerTrigger("timer", schedule="* * * * * *"))
    builder.add_binding(binding=decorators.queue.QueueOutput("out", "q", "c"))
    (function,) = app.get_functions()
    assert [each["type"] for each in map(json.loads, function.get_raw_bindings())] == [
        "timerTrigger",
        "queue",
    ]


def lambda_function() -> Any:
    def work(timer: object, out: object) -> None: ...

    return work


def test_settings() -> None:
    app = func.FunctionApp()

    @app.retry("fixed_delay", "3", delay_interval="00:00:01")
    @app.function_name("named")
    @app.timer_trigger("timer", "* * * * * *")
    def work(timer: object) -> None: ...

    settings = {
        name: work._function.get_setting(name) for name in ("retry_policy", "function_name")
    }
    RetryPolicy = decorators.retry_policy.RetryPolicy
    FunctionName = decorators.function_name.FunctionName
    assert isinstance(settings["retry_policy"], RetryPolicy)
    assert isinstance(settings["function_name"], FunctionName)
    assert not isinstance(settings["function_name"], RetryPolicy)
    policy = RetryPolicy("fixed_delay", "3", delay_interval="00:00:01")
    assert policy.get_dict_repr() == settings["retry_policy"].get_dict_repr()
    assert FunctionName("named", x=1).get_dict_repr() == {
        "setting_name": "function_name",
        "function_name": "named",
        "x": 1,
    }


def test_constants_are_the_binding_types() -> None:
    constants = decorators.constants
    types = {getattr(constants, name) for name in constants.__all__}
    assert types >= set(func.get_binding_registry())
    assert constants.COSMOS_DB == "cosmosDB"
    assert constants.HTTP_OUTPUT == "http"
    assert decorators.queue.QUEUE_TRIGGER == "queueTrigger"


@pytest.mark.parametrize(
    ("text", "word", "snake"),
    [
        ("aB", True, False),
        ("a_b", False, True),
        ("_a_b", False, True),
        ("A_B", False, True),
        ("a1", True, False),
        ("1a", False, False),
        ("", False, False),
        ("a__b", False, False),
        ("a b", False, False),
        ("\N{LATIN SMALL LETTER E WITH ACUTE}", False, False),
    ],
)
def test_is_word_and_is_snake_case(text: str, word: bool, snake: bool) -> None:
    assert decorators.utils.is_word(text) is word
    assert decorators.utils.is_snake_case(text) is snake


def test_to_camel_case() -> None:
    assert decorators.utils.to_camel_case("queue_name") == "queueName"
    with pytest.raises(DeclarationError, match="JSON key"):
        decorators.utils.to_camel_case("a b")


def test_parsing_enums() -> None:
    utils = decorators.utils
    assert utils.parse_singular_param_to_enum("get", func.HttpMethod) is func.HttpMethod.GET
    assert utils.parse_iterable_param_to_enums(["put"], func.HttpMethod) == [func.HttpMethod.PUT]
    assert utils.parse_iterable_param_to_enums(None, func.HttpMethod) is None
    with pytest.raises(KeyError, match="HttpMethod"):
        utils.parse_singular_param_to_enum("xx", func.HttpMethod)


def test_enum_json_encoder() -> None:
    encoded = json.dumps({"a": func.HttpMethod.GET}, cls=decorators.utils.StringifyEnumJsonEncoder)
    assert encoded == '{"a": "GET"}'
    with pytest.raises(TypeError):
        json.dumps(object(), cls=decorators.utils.StringifyEnumJsonEncoder)


def test_build_dict_meta() -> None:
    meta = decorators.utils.BuildDictMeta

    class Thing:
        init_params: list[str]
        extra: int

        @meta.add_to_dict  # type: ignore[untyped-decorator]
        def __init__(self, a: int, b: int = 2, **kwargs: int) -> None:
            self.a = a

        @meta.skip_none  # type: ignore[untyped-decorator]
        def record(self) -> dict[str, Any]:
            return {"a": self.a, "none": None, "deep": [None, {"x": None}]}

    thing = Thing(1, extra=3)
    assert thing.init_params == ["self", "a", "b", "kwargs", "extra"]
    assert thing.extra == 3
    assert thing.record() == {"a": 1, "deep": [{}]}


def tool(a: int, b: str = "x", c: Optional[list[int]] = None, d: list[float] = []) -> None:  # noqa: B006, UP045
    ...


def test_properties_of_a_tool() -> None:
    mcp = decorators.mcp
    signature = inspect.signature(tool, eval_str=True)
    found = mcp.build_property_metadata(signature, ["b"], {"a": {"description": "A."}})
    assert found == [
        {
            "propertyName": "a",
            "propertyType": "integer",
            "description": "A.",
            "isArray": False,
            "isRequired": True,
        },
        {
            "propertyName": "c",
            "propertyType": "integer",
            "description": "",
            "isArray": True,
            "isRequired": False,
        },
        {
            "propertyName": "d",
            "propertyType": "number",
            "description": "",
            "isArray": True,
            "isRequired": False,
        },
    ]
    assert mcp.unwrap_optional(Optional[int]) is int  # noqa: UP045
    assert mcp.unwrap_optional(str) is str


def test_marked_content_of_a_tool() -> None:
    @func.mcp_content
    class Marked: ...

    mcp = decorators.mcp
    assert mcp.has_mcp_content_marker(Marked)
    assert mcp.should_create_structured_content(Marked())
    assert not mcp.should_create_structured_content(1)


@pytest.mark.parametrize("name", ["blob", "kafka", "queue", "warmup", "durable_functions"])
def test_mirrored_module_is_an_attribute_of_the_package(name: str) -> None:
    module = getattr(func, name)
    assert module.__name__ == f"azure.functions.{name}"
    assert name in dir(func)
    assert all(hasattr(module, each) for each in module.__all__)


def test_unknown_name_of_a_mirrored_module() -> None:
    with pytest.raises(AttributeError, match=r"'azure\.functions\.queue' has no attribute 'nope'"):
        _ = func.queue.nope  # type: ignore[attr-defined]
