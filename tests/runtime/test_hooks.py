"""What runs around an app and its functions: lifecycle, middlewares, worker extensions."""

from __future__ import annotations

import asyncio
import copy
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import azure_functions_lib as func
from azure_functions_lib.app.loader import load_app
from azure_functions_lib.runtime.runtime import Runtime
from azure_functions_lib.wire.datum import Datum

from ..folders import QUEUE_RETURN, QUEUE_TRIGGER, v1_app
from .test_runtime import text

EVENTS: list[Any] = []


@pytest.fixture(autouse=True)
def _no_events() -> Iterator[None]:
    EVENTS.clear()
    yield
    EVENTS.clear()


def an_app() -> func.FunctionApp:
    app = func.FunctionApp()

    @app.queue_trigger("msg", "q", "conn")
    @app.queue_output("$return", "q", "conn")
    async def coroutine(msg: func.QueueMessage) -> str:
        EVENTS.append("coroutine")
        return msg.get_body().decode()

    @app.queue_trigger("msg", "q", "conn")
    @app.queue_output("$return", "q", "conn")
    def plain(msg: func.QueueMessage) -> str:
        EVENTS.append("plain")
        return msg.get_body().decode()

    return app


def test_startup_and_shutdown_hooks() -> None:
    app = an_app()

    @app.on_startup
    def plain_start() -> None:
        EVENTS.append("start 1")

    @app.on_startup
    async def start() -> None:
        await asyncio.sleep(0)
        EVENTS.append("start 2")

    @app.on_shutdown
    async def stop() -> None:
        EVENTS.append("stop 1")

    @app.on_shutdown
    def plain_stop() -> None:
        EVENTS.append("stop 2")

    with Runtime(app) as runtime:
        assert EVENTS == ["start 1", "start 2"]
        assert runtime.run("plain", text("x")).ok
    assert EVENTS == ["start 1", "start 2", "plain", "stop 2", "stop 1"]


def test_a_startup_hook_that_fails_keeps_the_app_from_opening(tmp_path: Path) -> None:
    app = an_app()

    @app.on_startup
    def start() -> None:
        raise LookupError("at start")

    path = list(sys.path)
    with pytest.raises(LookupError, match="at start"):
        Runtime(app).__enter__()
    assert sys.path == path


def test_a_shutdown_hook_that_fails_keeps_no_other_from_running() -> None:
    app = an_app()

    @app.on_shutdown
    def first() -> None:
        EVENTS.append("stopped")

    @app.on_shutdown
    def second() -> None:
        raise LookupError("at the end")

    with pytest.raises(LookupError, match="at the end"), Runtime(app):
        pass
    assert EVENTS == ["stopped"]


@pytest.mark.parametrize("inline", [True, False])
def test_inline_decides_where_a_plain_function_runs_below_middlewares(inline: bool) -> None:
    app = func.FunctionApp()

    @app.middleware
    async def around(context: func.Context, call_next: Any) -> Any:
        return await call_next(context)

    @app.queue_trigger("msg", "q", "conn")
    def plain(msg: str) -> None:
        EVENTS.append(threading.current_thread() is threading.main_thread())

    with Runtime(app, inline=inline) as runtime:
        assert runtime.run("plain", text("x")).ok
    assert [inline] == EVENTS


@pytest.mark.parametrize("name", ["coroutine", "plain"])
@pytest.mark.parametrize("inline", [True, False])
def test_middlewares_run_around_every_invocation(name: str, inline: bool) -> None:
    app = an_app()

    @app.middleware
    async def outer(context: func.Context, call_next: Any) -> Any:
        EVENTS.append(f"outer before {context.function_name}")
        result = await call_next(context)
        EVENTS.append("outer after")
        return f"{result}!"

    @app.middleware
    def inner(context: func.Context, call_next: Any) -> Any:
        EVENTS.append("inner")
        return call_next()

    with Runtime(app, inline=inline) as runtime:
        assert runtime.run(name, text("x")).return_value == text("x!")
    assert [f"outer before {name}", "inner", name, "outer after"] == EVENTS


def test_a_middleware_may_answer_itself_and_sees_what_is_raised() -> None:
    app = an_app()

    @app.middleware
    async def guard(context: func.Context, call_next: Any) -> Any:
        try:
            await call_next(context)
        except ZeroDivisionError:
            return "caught"

    @app.middleware
    def never(context: func.Context, call_next: Any) -> Any:
        raise ZeroDivisionError

    with Runtime(app) as runtime:
        assert runtime.run("plain", text("x")).return_value == text("caught")
    assert EVENTS == []


@pytest.fixture
def forget_extensions() -> Iterator[Callable[[], None]]:
    """Give what makes the process forget extensions registered since: they stay for its life."""
    names = ("_func_exts", "_app_exts", "_info")
    before = {name: copy.deepcopy(getattr(func.ExtensionMeta, name)) for name in names}

    def forget() -> None:
        for name, value in before.items():
            setattr(func.ExtensionMeta, name, copy.deepcopy(value))

    yield forget
    forget()


def test_extension_hooks_run_in_order_when_they_are_switched_on(
    tmp_path: Path, forget_extensions: Callable[[], None]
) -> None:
    code = """
        import azure_functions_lib as func
        from azure_functions_lib.extension import AppExtensionBase, FuncExtensionBase

        EVENTS = []

        class OfApp(AppExtensionBase):
            @classmethod
            def post_function_load_app_level(cls, name, directory, *args, **kwargs):
                EVENTS.append(("app load", name))

            @classmethod
            def pre_invocation_app_level(cls, logger, context, func_args, *args, **kwargs):
                EVENTS.append(("app pre", sorted(func_args)))

            @classmethod
            def post_invocation_app_level(cls, logger, context, func_args, func_ret, *args, **kw):
                EVENTS.append(("app post", func_ret))
                raise LookupError("a fault of the extension")

        class OfFunction(FuncExtensionBase):
            def __init__(self, file_path):
                super().__init__(file_path)

            def post_function_load(self, name, directory, *args, **kwargs):
                EVENTS.append(("load", name))

            def pre_invocation(self, logger, context, func_args, *args, **kwargs):
                EVENTS.append(("pre", logger.name))

            def post_invocation(self, logger, context, func_args, func_ret, *args, **kwargs):
                EVENTS.append(("post", func_ret))

        OfFunction(__file__)

        MAIN
    """
    bodies = {
        "plain": "def main(msg): EVENTS.append(('call',)); return 'result'",
        "coro": "async def main(msg): EVENTS.append(('call',)); return 'result'",
    }
    expected = [
        ("app pre", ["msg"]),
        ("pre", "azure_functions_worker.extension.OfFunction"),
        ("call",),
        ("post", "result"),
        ("app post", "result"),
    ]
    for name, body in bodies.items():
        v1_app(tmp_path / name, code.replace("MAIN", body), QUEUE_TRIGGER, QUEUE_RETURN, name=name)
        for setting, wanted in (
            ("1", [("load", name), ("app load", name), *expected]),
            ("0", [("call",)]),
        ):
            settings = {"PYTHON_ENABLE_WORKER_EXTENSIONS": setting}
            with load_app(tmp_path / name, settings=settings) as app, Runtime(app) as runtime:
                invocation = runtime.run(name, text(""))
                assert invocation.return_value == Datum("result", "string")
                function = app.function(name).function
                assert function is not None
                assert function.__globals__["EVENTS"] == wanted
                assert len(invocation.logs) == (1 if setting == "1" else 0)
            forget_extensions()
