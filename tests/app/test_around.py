"""Startup hooks and middlewares in the functions that a worker is given, which knows neither."""

from __future__ import annotations

import asyncio
import inspect
import threading
import typing
from types import SimpleNamespace
from typing import Any

import pytest

import azure_functions_lib as func

EVENTS: list[Any] = []


def context(name: str = "") -> Any:
    """A context as a worker has it: of a class of its own."""
    return SimpleNamespace(
        invocation_id="id", function_name=name, thread_local_storage=threading.local()
    )


@pytest.fixture
def app() -> func.FunctionApp:
    """An app with a function of each kind, a startup hook and a middleware."""
    EVENTS.clear()
    app = func.FunctionApp()

    @app.on_startup
    async def start() -> None:
        await asyncio.sleep(0.001)
        EVENTS.append("start")

    @app.middleware
    async def around(context: Any, call_next: Any) -> Any:
        EVENTS.append(f"before {context.function_name}")
        return f"<{await call_next(context)}>"

    @app.queue_trigger("msg", "q", "C")
    def plain(msg: str) -> str:
        """Repeat."""
        EVENTS.append(threading.current_thread() is threading.main_thread())
        return msg

    @app.queue_trigger("msg", "q", "C")
    async def coroutine(msg: str) -> str:
        return msg

    @app.queue_trigger("msg", "q", "C")
    def with_context(msg: str, context: func.Context) -> str:
        return f"{msg} {context.invocation_id} {context.thread_local_storage.invocation_id}"

    @app.mcp_tool()
    def tool(a: int) -> int:
        return a

    return app


def handlers(app: func.FunctionRegister) -> dict[str, Any]:
    return {each.get_function_name(): each.get_user_function() for each in app.get_functions()}


def test_a_worker_gets_coroutine_functions_with_a_context(app: func.FunctionApp) -> None:
    found = handlers(app)
    assert all(inspect.iscoroutinefunction(handler) for handler in found.values())
    assert {name: list(inspect.signature(each).parameters) for name, each in found.items()} == {
        "plain": ["msg", "context"],
        "coroutine": ["msg", "context"],
        "with_context": ["msg", "context"],
        "tool": ["context"],
    }
    plain = found["plain"]
    assert (plain.__name__, plain.__doc__) == ("plain", "Repeat.")
    assert typing.get_type_hints(plain) == {"msg": str, "return": str}
    assert inspect.getfile(plain) == __file__  # whose folder is the context's function_directory


def test_a_worker_runs_hooks_once_and_middlewares_each_time(app: func.FunctionApp) -> None:
    found = handlers(app)
    again = handlers(app)

    async def work() -> list[Any]:
        return [
            *await asyncio.gather(
                found["plain"](msg="a", context=context("plain")),
                again["coroutine"](msg="b", context=context("coroutine")),
                found["with_context"](msg="c", context=context("with_context")),
            ),
            await found["tool"](context='{"arguments": {"a": 1}}'),
            await found["plain"]("d"),
        ]

    assert asyncio.run(work()) == ["<a>", "<b>", "<c id id>", "<1>", "<d>"]
    assert EVENTS[0] == "start"
    assert EVENTS.count("start") == 1
    assert EVENTS.count(False) == 2  # plain functions run in a thread
    assert [event for event in EVENTS if str(event).startswith("before")][-2:] == [
        "before tool",
        "before plain",
    ]


def test_a_startup_that_fails_is_tried_again() -> None:
    app = func.FunctionApp()
    faults = [LookupError("no database")]

    @app.on_startup
    def start() -> None:
        if faults:
            raise faults.pop()

    @app.queue_trigger("msg", "q", "C")
    def function(msg: str) -> str:
        return msg

    handler = handlers(app)["function"]

    async def work() -> list[Any]:
        first = await asyncio.gather(handler("a"), handler("b"), return_exceptions=True)
        return [*map(str, first), await handler("c")]

    assert asyncio.run(work()) == ["no database", "no database", "c"]


def test_what_a_function_raises_passes_through_the_middlewares() -> None:
    app = func.FunctionApp()
    seen = []

    @app.middleware
    async def around(context: Any, call_next: Any) -> Any:
        try:
            return await call_next(context)
        except Exception as error:
            seen.append(error)
            raise

    @app.queue_trigger("msg", "q", "C")
    def function(msg: str) -> str:
        raise StopIteration(msg)

    with pytest.raises(RuntimeError, match="StopIteration"):
        asyncio.run(handlers(app)["function"]("a"))
    assert len(seen) == 1


def test_a_function_keeps_its_own_code_without_hooks_and_for_its_builder(
    app: func.FunctionApp,
) -> None:
    assert not inspect.iscoroutinefunction(app.functions[0].get_user_function())
    assert [str(each) for each in app.functions] == [str(each) for each in app.get_functions()]
    assert app.validate() == []
    bare = func.FunctionApp()

    @bare.queue_trigger("msg", "q", "C")
    def plain(msg: str) -> str:
        return msg

    assert bare.get_functions()[0].get_user_function() is plain.__wrapped__
