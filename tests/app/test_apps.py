"""Function apps and blueprints: which functions they have, and what a worker gets of them."""

from __future__ import annotations

import asyncio
import inspect
import logging
from typing import Any

import pytest

import azure_functions_lib as func
from azure_functions_lib.bindings.timer import timer_trigger
from azure_functions_lib.errors import DeclarationError


def declare(container: Any, *names: str) -> None:
    """Declare queue functions of those names."""
    for name in names:

        def function(msg: str) -> None: ...

        container.function_name(name)(container.queue_trigger("msg", "q", "C")(function))


def names(app: func.FunctionRegister) -> list[str]:
    return [function.get_function_name() for function in app.functions]


def test_D1_functions_can_be_asked_for_again() -> None:
    app = func.FunctionApp()
    app.route()(lambda_function())
    first, second = app.get_functions(), app.get_functions()
    assert [str(f) for f in first] == [str(f) for f in second] == [str(f) for f in app.functions]
    declare(app, "later")
    assert len(app.get_functions()) == 2


def lambda_function() -> Any:
    def function(req: object) -> str:
        return ""

    return function


def test_blueprints_nest_and_stay_connected() -> None:
    app, outer, inner = func.FunctionApp(), func.Blueprint(), func.Blueprint()
    declare(app, "first")
    declare(outer, "outer")
    outer.register_functions(inner)
    app.register_blueprint(outer)
    declare(app, "last")
    declare(inner, "inner")
    assert names(app) == ["first", "outer", "inner", "last"]


def test_a_blueprint_takes_the_level_of_the_app() -> None:
    blueprint = func.Blueprint()
    blueprint.route()(lambda_function())
    for level in func.AuthLevel:
        app = func.FunctionApp(level)
        app.register_functions(blueprint)
        trigger = app.functions[0].get_trigger()
        assert trigger is not None
        assert trigger.auth_level is level


def test_a_function_of_an_app_has_its_level() -> None:
    builder = func.FunctionApp(func.AuthLevel.ADMIN).route()(lambda_function())
    built = builder.build(func.AuthLevel.ANONYMOUS)
    for trigger in (builder._function.get_trigger(), built.get_trigger()):
        assert trigger is not None
        assert trigger.auth_level is func.AuthLevel.ADMIN


def test_a_blueprint_registered_twice() -> None:
    app, blueprint = func.FunctionApp(), func.Blueprint()
    declare(blueprint, "one")
    app.register_functions(blueprint)
    app.register_functions(blueprint)
    (problem,) = app.validate()
    assert "a blueprint is registered twice" in problem.cause
    with pytest.raises(DeclarationError, match="'one'.*a blueprint is registered twice"):
        app.get_functions()


@pytest.mark.parametrize("other", [func.FunctionApp(), object()], ids=["app", "object"])
def test_what_cannot_be_registered(other: Any) -> None:
    with pytest.raises(TypeError, match="expected a Blueprint"):
        func.FunctionApp().register_functions(other)


def test_a_blueprint_cannot_contain_itself() -> None:
    outer, inner = func.Blueprint(), func.Blueprint()
    outer.register_functions(inner)
    with pytest.raises(DeclarationError, match="cannot contain itself"):
        inner.register_functions(outer)


def test_two_functions_of_one_name_are_both_named() -> None:
    app = func.FunctionApp()
    app.route()(lambda_function())
    app.route("x")(lambda_function())
    with pytest.raises(DeclarationError, match=r"'function': .*test_apps.* and .*test_apps"):
        app.get_functions()


def test_a_blueprint_is_no_app() -> None:
    assert not hasattr(func.Blueprint(), "get_functions")
    assert not isinstance(func.Blueprint(), func.FunctionRegister)
    assert func.Blueprint().app_script_file == "function_app.py"


def test_warning_without_http_functions(caplog: pytest.LogCaptureFixture) -> None:
    app = func.FunctionApp()
    declare(app, "one")
    with caplog.at_level(logging.WARNING):
        assert len(app.functions) == 1
        assert not caplog.records
        app.get_functions()
    assert [record.name for record in caplog.records] == ["root"]
    app.route()(lambda_function())
    caplog.clear()
    app.get_functions()
    assert not caplog.records


def test_validate_finds_everything_at_once() -> None:
    app = func.FunctionApp()

    @app.queue_output("out", "q", "C")
    def no_trigger(out: func.Out[str]) -> None: ...

    @app.queue_trigger("msg", "q", "C")
    def missing(other: str) -> None: ...

    @app.route()
    def fine(req: func.HttpRequest) -> str:
        return ""

    problems = app.validate()
    assert {problem.function for problem in problems} == {"no_trigger", "missing"}
    assert {problem.parameter for problem in problems if problem.function == "missing"} == {
        "msg", "other",
    }  # fmt: skip
    assert all(problem.cause and problem.remedy for problem in problems)


def test_validate_of_a_good_app() -> None:
    app = func.FunctionApp()
    declare(app, "one")
    assert app.validate() == []


def test_hooks_are_kept_in_order() -> None:
    app = func.FunctionApp()

    @app.on_startup
    def start() -> None: ...

    @app.on_shutdown
    async def stop() -> None: ...

    @app.middleware
    async def around(context: func.Context, call_next: Any) -> Any:
        return await call_next(context)

    assert (app.startup_hooks, app.shutdown_hooks, app.middlewares) == ([start], [stop], [around])


@pytest.mark.parametrize("name", ["on_startup", "on_shutdown", "middleware"])
def test_a_hook_that_is_no_function(name: str) -> None:
    with pytest.raises(DeclarationError, match=f"Write @app.{name}, without parentheses"):
        getattr(func.FunctionApp(), name)(None)


@pytest.mark.parametrize("name", ["on_startup", "on_shutdown", "middleware"])
def test_a_hook_with_parentheses(name: str) -> None:
    app = func.FunctionApp()
    with pytest.raises(DeclarationError, match=f"Write @app.{name}, without") as caught:

        @getattr(app, name)()
        def hook() -> None: ...

    assert caught.value.place == (__file__, line_of(test_a_hook_with_parentheses, "getattr(app"))


def line_of(test: Any, text: str) -> int:
    """The line of a test that holds a text."""
    lines, first = inspect.getsourcelines(test)
    return first + next(number for number, line in enumerate(lines) if text in line)


def test_a_middleware_of_one_parameter() -> None:
    app = func.FunctionApp()

    def logged(context: func.Context) -> None: ...

    with pytest.raises(DeclarationError, match=r"logged\(context, call_next\)") as caught:
        app.middleware(logged)  # type: ignore[type-var]
    place = (__file__, line_of(test_a_middleware_of_one_parameter, "def logged"))
    assert caught.value.place == place
    assert app.middlewares == []


def test_names_that_differ_in_letter_case_only() -> None:
    app = func.FunctionApp()
    declare(app, "one", "One")

    @app.queue_output("Msg", "q", "C")
    @app.queue_trigger("msg", "q", "C")
    def two(msg: str, Msg: func.Out[str]) -> None: ...

    found = {(problem.function, problem.parameter) for problem in app.validate()}
    assert found == {("One", None), ("two", "Msg")}


class Adapter:
    """An ASGI application that counts its starts and ends."""

    def __init__(self, *, fails: bool = False) -> None:
        self.events: list[str] = []
        self.fails = fails

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            while True:
                kind = (await receive())["type"]
                self.events.append(kind)
                outcome = "failed" if self.fails else "complete"
                await send({"type": f"{kind}.{outcome}"})
                if kind == "lifespan.shutdown" or self.fails:
                    return
        else:
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": scope["path"].encode()})


def test_asgi_app_starts_once_and_shuts_down() -> None:
    application = Adapter()
    app = func.AsgiFunctionApp(application)
    assert isinstance(app.middleware, func.AsgiMiddleware)
    (function,) = app.functions
    assert (function.get_function_name(), function.http_type) == ("http_app_func", "asgi")

    async def serve() -> list[bytes]:
        handler = function.get_user_function()
        requests = [func.HttpRequest("GET", f"http://h/{i}", body=b"") for i in range(20)]
        responses = await asyncio.gather(*(handler(req=r, context=None) for r in requests))
        assert app.startup_task_done
        for hook in app.shutdown_hooks:
            await hook()
        return [response.get_body() for response in responses]

    assert asyncio.run(serve()) == [f"/{i}".encode() for i in range(20)]
    assert application.events == ["lifespan.startup", "lifespan.shutdown"]
    assert not app.startup_task_done


def test_asgi_app_that_fails_to_start() -> None:
    (function,) = func.AsgiFunctionApp(Adapter(fails=True)).functions
    request = func.HttpRequest("GET", "http://h/", body=b"")
    with pytest.raises(RuntimeError, match="failed to start"):
        asyncio.run(function.get_user_function()(req=request, context=None))


def test_wsgi_app_with_another_function() -> None:
    def application(environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [])
        return [environ["PATH_INFO"].encode()]

    app = func.WsgiFunctionApp(application, "anonymous", function_name="web")
    declare(app, "beside")
    assert names(app) == ["web", "beside"]
    function = app.functions[0]
    trigger = function.get_trigger()
    assert trigger is not None
    assert function.http_type == "wsgi"
    assert trigger.route == "/{*route}"
    assert trigger.auth_level is func.AuthLevel.ANONYMOUS
    assert trigger.methods == list(func.HttpMethod)
    response = function.get_user_function()(
        req=func.HttpRequest("GET", "http://h/x", body=b""), context=None
    )
    assert response.get_body() == b"/x"


def test_an_external_app_is_abstract() -> None:
    with pytest.raises(TypeError, match="_add_http_app"):
        func.ExternalHttpFunctionApp(auth_level="admin")  # type: ignore[abstract]


def test_blueprints_of_other_libraries_may_pass_an_auth_level() -> None:
    class Blueprint(func.TriggerApi, func.BindingApi, func.SettingsApi):
        def __init__(self, http_auth_level: str) -> None:
            super().__init__(auth_level=http_auth_level)

    class App(Blueprint, func.FunctionRegister):
        pass

    blueprint, app = Blueprint("admin"), App("admin")
    declare(blueprint, "one")
    app.register_functions(blueprint)
    assert names(app) == ["one"]
    assert app.auth_level is func.AuthLevel.ADMIN


def test_other_libraries_may_add_decorators() -> None:
    class Api(func.TriggerApi):
        def special(self, name: str) -> Any:
            @self._configure_function_builder
            def wrap(builder: Any) -> Any:
                return builder.add_trigger(timer_trigger(name, "0 * * * * *"))

            return wrap

    class App(Api, func.FunctionRegister):
        def __init__(self) -> None:
            super().__init__(auth_level=func.AuthLevel.FUNCTION)

    app = App()
    builder = app.special("t")(lambda_function())
    assert isinstance(builder, func.FunctionBuilder)
    assert names(app) == ["function"]


def test_whether_the_level_is_of_use_is_known_once_functions_are_asked_for() -> None:
    app = func.FunctionApp()
    assert app._require_auth_level is None
    app.timer_trigger("x", "0 * * * * *")(lambda_function())
    app.get_functions()
    assert app._require_auth_level is False
    app.function_name("two")(app.route("x")(lambda_function()))
    app.get_functions()
    assert app._require_auth_level is True
