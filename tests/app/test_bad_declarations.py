"""Whatever a decorator is given, nothing comes out but the library's own exceptions."""

from __future__ import annotations

import contextlib
import inspect
from datetime import datetime
from typing import Any

import pytest

import azure_functions_lib as func
from azure_functions_lib.errors import AzureFunctionsError, DeclarationError

VALUES: list[Any] = [
    *(None, True, 7, 1.5, float("nan"), 10**400, 1j, "", "s", "é", "\ud800", b"x", ...),
    *([], ["a"], [None], [[1]], ("a",), {"a"}, {}, {"a": 1}, {1: 2}, object(), int, datetime.max),
    *(func.AuthLevel.ADMIN, func.HttpMethod.GET, func.DataType.BINARY, [func.HttpMethod.GET, 5]),
]
OTHERS = ["my_field", "type", "name", "é", "_"]


def decorators() -> dict[str, inspect.Signature]:
    apis = (func.TriggerApi, func.BindingApi, func.SettingsApi, func.DecoratorApi)
    methods = {
        name: inspect.signature(method)
        for api in apis
        for name, method in inspect.getmembers(api, inspect.isfunction)
        if not name.startswith("_")
    }
    return {name: each for name, each in methods.items() if not name.startswith("register_")}


DECORATORS = decorators()


def use(decorator: str, arguments: dict[str, Any]) -> None:
    """Declare a function with a decorator, and do with the app what a worker and azfl do."""

    def function(x: Any, req: Any = None, msg: Any = None) -> None: ...

    app = func.FunctionApp()
    decorated = getattr(app, decorator)(**arguments)(function)
    if decorated._function.get_trigger() is None:
        app.route(route="r")(decorated)
    for each in app.get_functions():
        assert repr(each)
        assert each.get_function_json()
        assert each.get_bindings_dict()
        assert all(binding.init_params for binding in each.get_bindings())
    app.validate()


@pytest.mark.parametrize("decorator", DECORATORS)
def test_only_the_librarys_exceptions(decorator: str) -> None:
    parameters = [*DECORATORS[decorator].parameters.values()][1:]
    required = {each.name: "x" for each in parameters if each.default is each.empty}
    names = [each.name for each in parameters if each.kind is not each.VAR_KEYWORD]
    if len(names) < len(parameters):
        required.pop(parameters[-1].name)
        names += OTHERS
    for name in names:
        for value in VALUES:
            with contextlib.suppress(AzureFunctionsError):
                use(decorator, {**required, name: value})


def test_one_method_may_stand_for_itself() -> None:
    trigger = func.FunctionApp().route("r", methods=func.HttpMethod.GET)(lambda_function())
    assert trigger._function.get_bindings()[0].methods == [func.HttpMethod.GET]


def lambda_function() -> Any:
    def function(req: func.HttpRequest) -> str:
        return ""

    return function


@pytest.mark.parametrize("kind", ["float", "FLOAT", func.McpPropertyType.FLOAT])
def test_property_type_by_its_name(kind: Any) -> None:
    app = func.FunctionApp()

    def tool(price: str) -> None: ...

    app.mcp_tool()(app.mcp_tool_property("price", property_type=kind)(tool))
    (declared,) = app.get_functions()[0].get_bindings()
    assert '\\"propertyType\\": \\"number\\"' in declared.json_text()


def test_errors_name_what_came() -> None:
    app = func.FunctionApp()
    with pytest.raises(DeclarationError, match="HttpMethod: got int 5; expected a list of GET"):
        app.route("r", methods=5)  # type: ignore[arg-type]
    with pytest.raises(DeclarationError, match="mcp_tool_property: arg_name: got int 5"):
        app.mcp_tool_property(5)  # type: ignore[arg-type]
    with pytest.raises(DeclarationError, match="of 'price': property_type: got int 5; expected a"):
        app.mcp_tool_property("price", property_type=5)  # type: ignore[arg-type]
    with pytest.raises(DeclarationError, match="prompt_arguments: expected a PromptArgument, got"):
        app.mcp_prompt_trigger("c", "p", prompt_arguments=[5])(lambda_function())  # type: ignore[list-item]
    with pytest.raises(DeclarationError, match="retry_policy: setting_extra_fields: got list"):
        app.retry("fixed_delay", "1", "00:00:01", setting_extra_fields=["x"])  # type: ignore[arg-type]
    with pytest.raises(DeclarationError, match="'x': type: got int 5; expected a binding type"):
        app.generic_trigger("x", 5)  # type: ignore[arg-type]
