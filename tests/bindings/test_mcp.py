"""MCP tools, prompts and resources: the schema from hints, calls and results."""

from __future__ import annotations

import asyncio
import inspect
import json
import threading
import types
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import (  # noqa: UP035 - the older forms are what is tested
    Annotated,
    Any,
    Generic,
    List,
    Literal,
    Optional,
    TypedDict,
    TypeVar,
    Union,
)
from uuid import UUID

import pytest

import azure_functions_lib as func
from azure_functions_lib.errors import (
    DeclarationError,
    InvalidPayloadError,
    UnsupportedPayloadError,
    UnsupportedValueError,
)
from azure_functions_lib.meta import Datum
from azure_functions_lib.testing import TestClient, events

T = TypeVar("T")


class Color(Enum):
    RED = "red"
    BLUE = "blue"


@dataclass
class Point:
    x: int
    y: int = 0


@dataclass
class Segment:
    start: Point
    color: Color


class Doc:
    documentation = "from Doc"


class Options(TypedDict):
    a: int


class Model:
    """What a pydantic model looks like from outside."""

    model_fields: dict[str, Any] = {}  # noqa: RUF012

    def __init__(self, **values: Any) -> None:
        self.values = values

    @classmethod
    def model_validate(cls, values: dict[str, Any]) -> Model:
        return cls(**values)

    def model_dump(self, **options: Any) -> dict[str, Any]:
        return self.values


def tool(function: Any, *decorators: Any, **arguments: Any) -> func.Function[..., Any]:
    app = func.FunctionApp()
    for decorator in decorators:
        function = decorator(app)(function)
    return app.mcp_tool(**arguments)(function).build()


def record(function: func.Function[..., Any]) -> dict[str, Any]:
    trigger = function.get_trigger()
    assert trigger is not None
    return trigger.get_dict_repr()


def properties(function: Any, *decorators: Any) -> dict[str, tuple[str, bool, bool]]:
    """Property name -> (type, is array, is required)."""
    found = json.loads(record(tool(function, *decorators))["toolProperties"])
    return {
        each["propertyName"]: (each["propertyType"], each["isArray"], each["isRequired"])
        for each in found
    }


def call(function: func.Function[..., Any], /, **arguments: Any) -> str:
    handler = function.get_user_function()
    answer: str = asyncio.run(handler(context=json.dumps({"arguments": arguments})))
    return answer


def call_structured(result: Any) -> dict[str, Any]:
    built = tool(lambda_returning(result), use_result_schema=True)
    answer: dict[str, Any] = json.loads(call(built))
    return answer


def lambda_returning(result: Any) -> Any:
    def function() -> Any:
        return result

    return function


def test_schema_of_plain_types() -> None:
    def function(a: int, b: float, c: str, d: bool, e: object, f: datetime, g, h: dict) -> None: ...  # type: ignore

    assert properties(function) == {
        "a": ("integer", False, True),
        "b": ("number", False, True),
        "c": ("string", False, True),
        "d": ("boolean", False, True),
        "e": ("object", False, True),
        "f": ("string", False, True),
        "g": ("string", False, True),
        "h": ("string", False, True),
    }


def test_schema_of_composed_types() -> None:
    def function(
        a: List[int],  # noqa: UP006
        b: Optional[List[float]],  # noqa: UP006, UP045
        c: Literal[1, 2],
        d: Literal["x", 1],
        e: Color,
        f: Point,
        g: Options,
        h: Model,
        i: list,  # type: ignore[type-arg]
        j: Union[int, str],  # noqa: UP007
        k: tuple[int, ...],
        m: set[bool],
        n: Annotated[Optional[int], "a number"] = None,  # noqa: UP045
    ) -> None: ...

    assert properties(function) == {
        "a": ("integer", True, True),
        "b": ("number", True, False),
        "c": ("integer", False, True),
        "d": ("string", False, True),
        "e": ("string", False, True),
        "f": ("object", False, True),
        "g": ("object", False, True),
        "h": ("object", False, True),
        "i": ("string", False, True),
        "j": ("string", False, True),
        "k": ("integer", True, True),
        "m": ("boolean", True, True),
        "n": ("integer", False, False),
    }


def test_M1_pep_604_and_text_annotations() -> None:
    # This module's annotations are text, as of every module with the future import.
    def function(a: int | None, b: list[int] | None = None, c: Unknown = 1) -> None: ...  # type: ignore[name-defined]  # noqa: F821

    assert properties(function) == {
        "a": ("integer", False, False),
        "b": ("integer", True, False),
        "c": ("string", False, False),
    }


def test_M2_a_property_overrides_only_what_is_given() -> None:
    def function(e: Optional[List[int]] = None, f: int = 1) -> None: ...  # noqa: UP006, UP045

    assert properties(function, lambda app: app.mcp_tool_property("e", "D")) == {
        "e": ("integer", True, False),
        "f": ("integer", False, False),
    }
    assert properties(
        function,
        lambda app: app.mcp_tool_property("e", is_required=True, as_array=False),
        lambda app: app.mcp_tool_property(
            "f", property_type=func.McpPropertyType.BOOLEAN, as_array=True
        ),
        lambda app: app.mcp_tool_property("other", "ignored"),
    ) == {"e": ("integer", False, True), "f": ("boolean", True, False)}


def test_M3_results_are_json_text() -> None:
    for result, text in (
        (None, ""),
        ("as it is", "as it is"),
        (7, "7"),
        (True, "true"),
        ({"x": [True, None]}, '{"x": [true, null]}'),
        ([1, "a"], '[1, "a"]'),
        (Point(1), '{"x": 1, "y": 0}'),
        (Color.RED, '"red"'),
    ):
        assert call(tool(lambda_returning(result))) == text
        for kind in ("mcpToolTrigger", "mcpResourceTrigger", "mcpPromptTrigger"):
            codec = func.get_binding_registry().get(kind)
            assert codec.encode(result) == Datum(text, "string")


def test_M4_a_list_of_plain_values_is_kept() -> None:
    for result in ([], [1, 2], ["a"], [{"a": None}]):
        answer = call_structured(result)
        assert answer["type"] == "text"
        assert json.loads(answer["structuredContent"]) == result
        assert json.loads(json.loads(answer["content"])["text"]) == result


def test_M5_a_prompt_or_tool_is_given_as_the_annotated_type() -> None:
    text = '{"name": "p", "arguments": {"a": "b"}}'
    for kind in ("mcpPromptTrigger", "mcpToolTrigger", "mcpResourceTrigger"):
        codec = func.get_binding_registry().get(kind)
        for value, origin in ((text, "string"), (text.encode(), "bytes")):
            datum = Datum(value, origin)
            assert codec.decode_as(datum, str) == text
            assert codec.decode_as(datum, bytes) == text.encode()
            assert codec.decode_as(datum, dict) == json.loads(text)
    tools = func.get_binding_registry().get("mcpToolTrigger")
    assert type(tools.decode_as(Datum(text, "json"), func.MCPToolContext)) is func.MCPToolContext
    with pytest.raises(InvalidPayloadError, match="mcpToolTrigger"):
        tools.decode_as(Datum("[1", "string"), dict)
    prompts = func.get_binding_registry().get("mcpPromptTrigger")
    context = prompts.decode_as(Datum(text, "string"), func.PromptInvocationContext)
    assert context == func.PromptInvocationContext(text)


@pytest.mark.parametrize("datum", [Datum(5, "int"), Datum("[5]", "json"), Datum(None, None)])
def test_a_prompt_request_that_is_no_object_is_an_empty_one(datum: Datum) -> None:
    prompts = func.get_binding_registry().get("mcpPromptTrigger")
    assert prompts.decode(datum) == func.PromptInvocationContext("{}")


def test_M6_float_is_a_number_both_ways() -> None:
    def function(a: float, b: str) -> None: ...

    assert properties(
        function, lambda app: app.mcp_tool_property("b", property_type=func.McpPropertyType.FLOAT)
    ) == {"a": ("number", False, True), "b": ("number", False, True)}


def test_M7_docstrings_are_cleaned() -> None:
    def function() -> None:
        """First line.

        Second line,
            indented.
        """

    assert record(tool(function))["description"] == "First line.\n\nSecond line,\n    indented."


def test_descriptions() -> None:
    def function(
        a: Annotated[int, "from a text"],
        b: Annotated[int, Doc()],
        c: int,
        d: int,
        e: int,
        f: Annotated[str, func.McpPropertyType.INTEGER],
    ) -> None:
        """Do it.

        Args:
            c: from the
                docstring
            d (int): replaced

        :param e: from a field
        """

    built = tool(function, lambda app: app.mcp_tool_property("d", "given"))
    found = json.loads(record(built)["toolProperties"])
    assert {each["propertyName"]: each["description"] for each in found} == {
        "a": "from a text",
        "b": "from Doc",
        "c": "from the docstring",
        "d": "given",
        "e": "from a field",
        "f": "",
    }
    assert found[-1]["propertyType"] == "integer"


def test_record_of_a_tool() -> None:
    def function() -> None: ...

    assert record(tool(function, metadata="{}")) == {
        "direction": func.BindingDirection.IN,
        "type": "mcpToolTrigger",
        "name": "context",
        "toolName": "function",
        "description": "",
        "toolProperties": "[]",
        "metadata": "{}",
        "useResultSchema": False,
    }


def test_arguments_become_the_annotated_types() -> None:
    def function(
        a: Color,
        b: Point,
        c: list[Point],
        d: datetime,
        e: Model,
        f: Optional[Color] = None,  # noqa: UP045
    ) -> list[str]:
        assert isinstance(e, Model)
        return [type(value).__name__ for value in (a, b, c[0], d)] + [str(f)]

    answer = call(
        tool(function),
        a="red", b={"x": 1}, c=[{"x": 1, "y": 2}], d="2020-01-31T23:59:58Z", e={}, other=1,
    )  # fmt: skip
    assert json.loads(answer) == ["Color", "Point", "Point", "datetime", "None"]


def test_more_arguments_become_the_annotated_types() -> None:
    def function(
        a: Options,
        b: dict[str, int],
        c: set[int],
        d: tuple[Point, ...],
        e: Segment,
        f: date,
        g: UUID,
        h: Decimal,
        i: Literal["x"],
        j: Any,
    ) -> str:
        return repr((a, b, c, d, e, f, g, h, i, j))

    answer = call(
        tool(function),
        a={"a": 1}, b={"b": 2}, c=[1, 1], d=[{"x": 1}], e={"start": {"x": 1}, "color": "red"},
        f="2020-01-31", g="00000000-0000-0000-0000-000000000001", h="1.5", i="x", j=[None],
    )  # fmt: skip
    assert answer == repr(
        (
            {"a": 1}, {"b": 2}, {1}, (Point(1),), Segment(Point(1), Color.RED),
            date(2020, 1, 31), UUID(int=1), Decimal("1.5"), "x", [None],
        )
    )  # fmt: skip


def test_pydantic_models() -> None:
    pydantic = pytest.importorskip("pydantic", reason="it comes with the extra `frameworks`")
    model = pydantic.create_model("Person", name=(str, ...), age=(int, 1))

    def function(person: Any, note: Any = None) -> Any:
        assert isinstance(person, model)
        return person

    function.__annotations__ |= {
        "person": model,
        "note": Annotated[Optional[str], pydantic.Field(description="A note.")],  # noqa: UP045
    }
    built = tool(function)
    person, note = json.loads(record(built)["toolProperties"])
    assert (person["propertyType"], person["isRequired"]) == ("object", True)
    assert (note["propertyType"], note["isRequired"]) == ("string", False)
    assert note["description"] == "A note."
    assert json.loads(call(built, person={"name": "Ada"})) == {"name": "Ada", "age": 1}
    with pytest.raises(InvalidPayloadError, match=r"(?s)person: got dict.*age"):
        call(built, person={"name": "Ada", "age": "old"})


@pytest.mark.parametrize(
    ("annotation", "value", "message"),
    [
        (Color, "green", "mcpToolTrigger: a: got str 'green'; expected a form of Color"),
        (datetime, "soon", "mcpToolTrigger: a: got str 'soon'; expected a form of datetime"),
        (Point, {"z": 1}, r"mcpToolTrigger: a: got dict .*; expected a form of Point .*'z'"),
    ],
)
def test_an_argument_that_does_not_fit(annotation: Any, value: object, message: str) -> None:
    def function(a: Any) -> None: ...

    function.__annotations__["a"] = annotation
    with pytest.raises(InvalidPayloadError, match=message):
        call(tool(function), a=value)


@pytest.mark.parametrize(
    ("request_text", "field"),
    [("no JSON", "body"), ("[1]", "body"), ('{"arguments": [1]}', "arguments")],
)
def test_a_call_that_is_none(request_text: str, field: str) -> None:
    handler = tool(lambda_returning(1)).get_user_function()
    with pytest.raises(InvalidPayloadError, match="a JSON object") as caught:
        asyncio.run(handler(context=request_text))
    assert caught.value.field == field


@pytest.mark.parametrize("schema", [False, True])
def test_a_result_that_no_text_can_be_made_of(schema: bool) -> None:
    function = tool(lambda_returning(object()), use_result_schema=schema)
    with pytest.raises(UnsupportedValueError, match="mcpToolTrigger: value: got object"):
        call(function)


def test_descriptions_in_numpys_form() -> None:
    def function(a: int, b: str = "") -> str:
        """Do it.

        Parameters
        ----------
        a : int
            What a is,
            in two lines.
        b : str, optional
            What b is.

        Returns
        -------
        str
            c
        """
        return b * a

    found = json.loads(record(tool(function))["toolProperties"])
    assert [each["description"] for each in found] == ["What a is, in two lines.", "What b is."]


def test_positional_only_parameters() -> None:
    def function(a: int, /, b: int = 2) -> list[int]:
        return [a, b]

    assert call(tool(function), a=1, b=3) == "[1, 3]"
    assert call(tool(function), a=1) == "[1, 2]"


def test_a_property_above_the_tool() -> None:
    app = func.FunctionApp()
    function = app.mcp_tool()(lambda_returning(1))
    with pytest.raises(DeclarationError, match="'a' stands above mcp_tool: write it below"):
        app.mcp_tool_property("a", "text")(function)


def test_missing_argument() -> None:
    def function(a: int) -> int:
        return a

    with pytest.raises(InvalidPayloadError, match="a: got no value; expected a form of int"):
        call(tool(function))


def test_an_optional_argument_that_is_missing_is_none() -> None:
    def function(a: int | None, b: str | None, c: int = 5) -> Any:
        return [a, b, c]

    assert call(tool(function)) == "[null, null, 5]"


@dataclass
class Positive:
    number: int

    def __post_init__(self) -> None:
        if self.number < 0:
            raise KeyError(self.number)


@pytest.mark.parametrize(
    ("annotation", "value"),
    [
        *((int, value) for value in ("many", "", "1.5", 2.5, [1], {}, True, "9" * 5000)),
        *((float, value) for value in ("1.5", [1.5], False)),
        *((str, value) for value in (5, ["a"], {"a": 1}, True)),
        *((bool, value) for value in (0, 1, "true")),
        *((Decimal, value) for value in ("x", "")),
        *((list[int], value) for value in (5, "12", {"a": 1}, ["many"])),
        (UUID, "x"),
        (Positive, {"number": -1}),
        (Positive, {}),
        (Positive, {"other": 1}),
        (Positive, {"number": "many"}),
        (list[Positive], [{"number": 1}, {"number": -1}]),
        (Annotated[int, "how many"], "many"),
    ],
    ids=repr,
)
def test_an_argument_of_another_kind_fails_the_call_by_name(annotation: Any, value: Any) -> None:
    def function(days):  # type: ignore[no-untyped-def]
        raise AssertionError("not reached")

    function.__annotations__ = {"days": annotation}
    with pytest.raises(InvalidPayloadError, match="mcpToolTrigger: days: got ") as caught:
        call(tool(function), days=value)
    assert caught.value.field == "days"


@pytest.mark.parametrize(
    ("annotation", "value", "expected"),
    [(int, 2.0, 2), (int, "3", 3), (float, 2, 2), (float, 0.5, 0.5), (bool, True, True)],
)
def test_numbers_as_models_write_them(annotation: Any, value: Any, expected: Any) -> None:
    def function(days):  # type: ignore[no-untyped-def]
        assert type(days) is type(expected)
        return days

    function.__annotations__ = {"days": annotation}
    assert json.loads(call(tool(function), days=value)) == expected


@pytest.mark.parametrize(
    ("annotation", "kind"),
    [
        (func.McpPropertyType.BOOLEAN, "boolean"),
        (func.McpPropertyType.INTEGER, "integer"),
        (Annotated[str, func.McpPropertyType.OBJECT], "object"),
    ],
)
def test_a_property_type_itself_is_the_type(annotation: Any, kind: str) -> None:
    def function(value):  # type: ignore[no-untyped-def]
        return value

    function.__annotations__ = {"value": annotation}
    assert properties(function)["value"][0] == kind


def test_contexts_and_bound_parameters() -> None:
    def function(
        text: str, blob: str, first: func.MCPToolContext, second: func.MCPToolContext[Any]
    ) -> Any:
        assert type(first) is type(second) is func.MCPToolContext
        return [text, blob, first["sessionid"]]

    built = tool(function, lambda app: app.blob_input("blob", "p", "C"))
    handler = built.get_user_function()
    assert list(inspect.signature(handler).parameters) == ["blob", "context"]
    assert inspect.iscoroutinefunction(handler)
    assert handler.__name__ == "function"
    request = json.dumps({"arguments": {"text": "t"}, "sessionid": "s"})
    assert asyncio.run(handler(context=request, blob="b")) == '["t", "b", "s"]'
    assert [each["propertyName"] for each in json.loads(record(built)["toolProperties"])] == [
        "text"
    ]


def test_the_function_itself_is_called_as_before() -> None:
    @func.FunctionApp().mcp_tool()
    def add(a: int, b: int = 1) -> int:
        return a + b

    assert add(1, b=2) == 3
    assert not inspect.iscoroutinefunction(add)


def test_coroutines_and_plain_functions() -> None:
    async def coroutine() -> str:
        return threading.current_thread().name

    def plain() -> str:
        return threading.current_thread().name

    def gives_awaitable() -> Any:
        return coroutine()

    main = threading.current_thread().name
    assert call(tool(coroutine)) == call(tool(gives_awaitable)) == main
    assert call(tool(plain)) != main


def test_marked_classes_are_structured() -> None:
    @func.mcp_content
    class Marked:
        def __init__(self) -> None:
            self.y = "é"

    assert Marked.__mcp_content__ is True  # type: ignore[attr-defined]
    for annotation in (Marked, Optional[Marked], Union[Marked, str]):  # noqa: UP007, UP045

        def function() -> Any:
            return Marked()

        function.__annotations__["return"] = annotation
        built = tool(function)
        assert record(built)["useResultSchema"] is True
        answer = json.loads(call(built))
        assert answer["type"] == "text"
        assert json.loads(answer["structuredContent"]) == {"y": "é"}
        assert json.loads(answer["content"]) == {
            "type": "text",
            "text": answer["structuredContent"],
        }


def sdk() -> Any:
    """Make classes that look like those of the MCP SDK."""
    module = types.ModuleType("mcp.types")

    class Base:
        def __init__(self, **values: Any) -> None:
            self.__dict__.update(values)

        def model_dump(self, *, mode: str, by_alias: bool, exclude_none: bool) -> dict[str, Any]:
            assert (mode, by_alias, exclude_none) == ("json", True, True)
            return {key: value for key, value in self.__dict__.items() if value is not None}

    for name in ("CallToolResult", "TextContent"):
        kind = type(name, (Base,), {"__module__": "mcp.types"})
        setattr(module, name, kind)
    return module


def test_results_of_the_sdk() -> None:
    module = sdk()
    block = module.TextContent(type="text", text="t", annotations=None)
    answer = call_structured(block)
    assert answer["type"] == "text"
    assert json.loads(answer["content"]) == {"type": "text", "text": "t"}
    assert answer["structuredContent"] == answer["content"]

    answer = call_structured([block])
    assert answer["type"] == "call_tool_result"
    assert json.loads(answer["content"]) == {"content": [{"type": "text", "text": "t"}]}
    assert answer["structuredContent"] is None

    result = module.CallToolResult(structuredContent={"a": 1}, isError=False)
    answer = call_structured(result)
    assert answer["type"] == "call_tool_result"
    assert json.loads(answer["structuredContent"]) == {"a": 1}

    codec = func.get_binding_registry().get("mcpToolTrigger")
    assert json.loads(codec.encode(block).value) == {"type": "text", "text": "t"}

    for annotation in (module.TextContent, list[module.TextContent], Optional[module.TextContent]):  # noqa: UP045
        function = lambda_returning(block)
        function.__annotations__["return"] = annotation
        assert record(tool(function))["useResultSchema"] is True


def test_prompt_arguments() -> None:
    app = func.FunctionApp()
    arguments = [func.PromptArgument("a"), func.PromptArgument("b", "text", required=True)]

    @app.mcp_prompt_trigger("context", "p", prompt_arguments=arguments)
    def prompt(context: func.PromptInvocationContext) -> str:
        return ""

    assert record(app.functions[0])["promptArguments"] == (
        '[{"name":"a","description":null,"required":false},'
        '{"name":"b","description":"text","required":true}]'
    )
    assert arguments[0] == func.PromptArgument("a")
    assert arguments[0] != arguments[1]
    assert len({*arguments, func.PromptArgument("a")}) == 2
    assert "'a'" in repr(arguments[0])
    assert arguments[0] != "a"
    with pytest.raises(TypeError):
        func.PromptArgument.serializer(1)


def test_prompt_arguments_as_json_text() -> None:
    app = func.FunctionApp()
    app.mcp_prompt_trigger("context", "p", prompt_arguments='[{"name": "a"}]')(lambda_returning(""))
    assert record(app.functions[0])["promptArguments"] == '[{"name": "a"}]'


def test_prompt_without_arguments() -> None:
    app = func.FunctionApp()
    app.mcp_prompt_trigger("context", "p", prompt_arguments=[])(lambda_returning(""))
    assert "promptArguments" not in record(app.functions[0])


def test_prompt_context() -> None:
    context = func.PromptInvocationContext('{"sessionid": "s", "transport": {"name": "http"}}')
    assert (context.name, context.arguments, context.sessionid) == ("", {}, "s")
    assert context.transport == {"name": "http"}
    assert func.PromptInvocationContext("[]") == func.PromptInvocationContext({})
    with pytest.raises(ValueError, match=r"(?i)expect|JSON|unexpected"):
        func.PromptInvocationContext("{")


@pytest.mark.parametrize("kind", ["mcpToolTrigger", "mcpResourceTrigger", "mcpPromptTrigger"])
def test_no_payload(kind: str) -> None:
    codec = func.get_binding_registry().get(kind)
    assert codec.has_implicit_output()
    with pytest.raises(UnsupportedPayloadError, match=kind):
        codec.decode(None)


def test_a_value_that_no_text_can_be_made_of() -> None:
    codec = func.get_binding_registry().get("mcpToolTrigger")
    for value in (object(), func.HttpResponse("text")):
        with pytest.raises(NotImplementedError, match="mcpToolTrigger"):
            codec.encode(value)


def test_use_result_schema_of_the_plain_triggers() -> None:
    app = func.FunctionApp()
    app.mcp_resource_trigger("c", "file://x", "r", use_result_schema=True)(lambda_returning(""))
    assert record(app.functions[0])["useResultSchema"] is True
    app = func.FunctionApp()
    app.mcp_tool_trigger("c", "t")(lambda_returning(""))
    assert record(app.functions[0])["useResultSchema"] is False


def test_generic_context_is_a_dict() -> None:
    assert issubclass(func.MCPToolContext, dict)
    assert issubclass(func.MCPToolContext, Generic)  # type: ignore[arg-type]
    assert func.MCPToolContext[T] is not func.MCPToolContext
    assert func.MCPToolContext({"a": 1}) == {"a": 1}


def test_M5_a_function_is_given_the_annotated_type() -> None:
    from azure_functions_lib.runtime.runtime import Runtime

    app = func.FunctionApp()

    @app.mcp_prompt_trigger("context", "p")
    def as_dict(context: dict[str, Any]) -> str:
        return f"{type(context).__name__} {context['name']}"

    @app.mcp_tool_trigger("context", "t")
    def as_context(context: func.MCPToolContext[Any]) -> str:
        return f"{type(context).__name__} {context['name']}"

    @app.mcp_prompt_trigger("context", "q")
    def as_it_is(context) -> str:  # type: ignore[no-untyped-def]
        return f"{type(context).__name__} {context.name}"

    with Runtime(app) as runtime:
        texts = [
            runtime.run(name, Datum('{"name": "n"}', "json")).result
            for name in ("as_dict", "as_context", "as_it_is")
        ]
    assert texts == ["dict n", "MCPToolContext n", "PromptInvocationContext n"]


def test_null_is_no_value_unless_none_will_do() -> None:
    app = func.FunctionApp()

    @app.mcp_tool()
    def tool(days: int, city: str = "Oslo", far: float | None = 1.0, other: Any = 2) -> str:
        return f"{days} {city} {far} {other}"

    nulls = {"city": None, "far": None, "other": None}
    with TestClient(app) as client:
        result = client.invoke("tool", events.mcp_tool({"days": 3, **nulls}))
        assert result.return_value == "3 Oslo None None"
        with pytest.raises(InvalidPayloadError, match="days: got no value; expected a form of int"):
            client.invoke("tool", events.mcp_tool({"days": None}))
