"""Nothing hangs: calls from within, leaving while a function runs, cancelling, forked children."""

from __future__ import annotations

import asyncio
import contextvars
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import azure_functions_lib as func
from azure_functions_lib.errors import InvocationError
from azure_functions_lib.runtime.runtime import Runtime
from azure_functions_lib.testing import AsyncTestClient, TestClient
from azure_functions_lib.wire.datum import Datum

from .test_runtime import RETURN, TRIGGER, an_app, opened, text

# -- Calls from within a function


def test_a_function_that_runs_another_of_its_own_runtime_is_refused() -> None:
    def outer(msg: Any) -> None:
        runtime.run("inner", text(""))

    app = an_app(Path(), outer=(outer, [TRIGGER]), inner=(lambda msg: None, [TRIGGER]))
    with Runtime(app) as runtime:
        for _ in range(2):
            error = runtime.run("outer", text("")).exception
            assert isinstance(error, InvocationError)
            assert "'outer'" in str(error)
        assert runtime.run("inner", text("")).ok


def client_app(client: list[TestClient]) -> func.FunctionApp:
    app = func.FunctionApp()

    @app.route()
    async def outer(req: func.HttpRequest) -> str:
        return client[0].get(f"/api/{req.params['inner']}").text

    @app.route()
    async def coroutine(req: func.HttpRequest) -> str:
        return "coroutine"

    @app.route()
    def plain(req: func.HttpRequest) -> str:
        return "plain"

    @app.route()
    def plain_outer(req: func.HttpRequest) -> str:
        return client[0].get(f"/api/{req.params['inner']}").text

    return app


def test_a_coroutine_function_that_calls_another_by_its_own_client_is_refused() -> None:
    clients: list[TestClient] = []
    with TestClient(client_app(clients)) as client:
        clients.append(client)
        with pytest.raises(InvocationError, match="'outer' calls the runtime"):
            client.get("/api/outer?inner=coroutine")
        assert client.get("/api/outer?inner=plain").text == "plain"
        assert client.get("/api/plain_outer?inner=plain").text == "plain"
        assert client.get("/api/plain_outer?inner=coroutine").text == "coroutine"


def test_a_function_may_call_the_client_of_another_app() -> None:
    clients: list[TestClient] = []
    with (
        TestClient(client_app([])) as inner,
        TestClient(client_app(clients)) as outer,
    ):
        clients.append(inner)
        assert outer.get("/api/outer?inner=coroutine").text == "coroutine"


def test_two_clients_that_call_each_other_are_refused_too() -> None:
    clients: list[TestClient] = []
    between: list[TestClient] = []
    app = client_app(between)

    @app.route()
    async def first(req: func.HttpRequest) -> str:
        return clients[0].get("/api/outer?inner=coroutine").text

    with TestClient(app) as outer, TestClient(client_app(between)) as inner:
        clients.append(inner)
        between.append(outer)
        with pytest.raises(InvocationError, match="'outer' calls the runtime"):
            outer.get("/api/first")
        assert outer.get("/api/coroutine").text == "coroutine"


def test_threads_wait_for_each_other_s_calls() -> None:
    async def function(msg: func.QueueMessage) -> bytes:
        await asyncio.sleep(0.001)
        return msg.get_body()

    def work(number: int) -> None:
        for _ in range(5):
            answers.append((number, runtime.run("f", text(str(number))).return_value))

    answers: list[Any] = []
    with opened(function, TRIGGER, RETURN) as runtime:
        threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(answers) == 20
    assert all(answer == Datum(str(number).encode(), "bytes") for number, answer in answers)


# -- Leaving


def test_leaving_lets_a_thread_that_waits_for_the_loop_go_on() -> None:
    async def answer() -> str:
        await asyncio.sleep(0.01)
        return "answer"

    def function(msg: Any) -> None:
        begun.set()
        release.wait()
        answers.append(asyncio.run_coroutine_threadsafe(answer(), loops[0]).result())

    async def main() -> None:
        loops.append(asyncio.get_running_loop())
        async with Runtime(an_app(Path(), f=(function, [TRIGGER]))) as runtime:
            call = asyncio.ensure_future(runtime.invoke("f", text("")))
            await asyncio.to_thread(begun.wait)
            call.cancel()
            with pytest.raises(asyncio.CancelledError):
                await call
            release.set()

    answers: list[str] = []
    loops: list[asyncio.AbstractEventLoop] = []
    begun, release = threading.Event(), threading.Event()
    asyncio.run(main())
    assert answers == ["answer"]


@pytest.fixture
def stuck() -> Iterator[threading.Event]:
    """Give what a function waits for, until the test has ended."""
    event = threading.Event()
    yield event
    event.set()


def test_leaving_does_not_wait_for_ever_and_names_the_function(
    stuck: threading.Event, caplog: pytest.LogCaptureFixture
) -> None:
    async def main() -> None:
        app = an_app(Path(), f=(lambda msg: stuck.wait(), [TRIGGER]))
        async with Runtime(app, shutdown_timeout=0.05) as runtime:
            invocation = await runtime.invoke("f", text(""), timeout=0.05)
            assert "'f' did not end within 0.05 seconds" in str(invocation.exception)

    asyncio.run(main())
    assert [record.getMessage() for record in caplog.records] == [
        "left the runtime while a thread still runs the function 'f'"
    ]


def test_leaving_by_with_does_not_wait_for_ever_either(
    stuck: threading.Event, caplog: pytest.LogCaptureFixture
) -> None:
    async def endless() -> None:
        while not stuck.is_set():
            try:
                await asyncio.sleep(3600)
            except asyncio.CancelledError:
                continue

    async def function(msg: Any) -> None:
        tasks.append(asyncio.ensure_future(endless()))
        tasks.append(asyncio.get_running_loop().run_in_executor(None, stuck.wait))
        tasks[0].set_name("of the app")
        await asyncio.sleep(0)

    tasks: list[Any] = []
    app = an_app(Path(), f=(function, [TRIGGER]))
    with Runtime(app, shutdown_timeout=0.05) as runtime:
        assert runtime.run("f", text("")).ok
    assert "the task of the app of the app still runs" in caplog.text
    assert "asyncio.to_thread still runs" in caplog.text
    tasks[0]._log_destroy_pending = False


def test_no_thread_is_left_behind() -> None:
    before = set(threading.enumerate())  # what other tests have left may have the same name
    with opened(lambda msg: None, TRIGGER) as runtime:
        assert runtime.run("f", text("")).ok
        mine = [each for each in threading.enumerate() if each.name == "ThreadPoolExecutor-0_0"]
        (mine_alone,) = set(mine) - before
    assert not mine_alone.is_alive()


def test_leaving_waits_for_what_ends_in_time(caplog: pytest.LogCaptureFixture) -> None:
    def function(msg: Any) -> None:
        begun.set()
        release.wait()
        ended.append(stopped.copy())

    async def main() -> None:
        app = an_app(Path(), f=(function, [TRIGGER]))
        app.app = func.FunctionApp()
        app.app.on_shutdown(lambda: stopped.append("hook"))
        async with Runtime(app) as runtime:
            call = asyncio.ensure_future(runtime.invoke("f", text("")))
            await asyncio.to_thread(begun.wait)
            call.cancel()
            asyncio.get_running_loop().call_later(0.02, release.set)

    ended: list[Any] = []
    stopped: list[str] = []
    begun, release = threading.Event(), threading.Event()
    asyncio.run(main())
    assert ended == [[]]  # before the shutdown hooks, which close what functions use
    assert stopped == ["hook"]
    assert not caplog.records


def test_a_shutdown_hook_that_is_interrupted_keeps_no_other_from_running() -> None:
    app = func.FunctionApp()
    ran: list[str] = []
    app.on_shutdown(lambda: ran.append("first"))

    @app.on_shutdown
    def second() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), Runtime(app):
        pass
    assert ran == ["first"]


# -- Cancelling


def test_who_cancels_the_waiting_task_cancels_the_function() -> None:
    async def function(msg: Any) -> None:
        try:
            await asyncio.sleep(3600)
        finally:
            await asyncio.sleep(0)
            ended.append("cleaned up")

    async def main() -> None:
        async with Runtime(an_app(Path(), f=(function, [TRIGGER]))) as runtime:
            call = asyncio.ensure_future(runtime.invoke("f", text("")))
            await asyncio.sleep(0.01)
            call.cancel()
            with pytest.raises(asyncio.CancelledError):
                await call
            assert ended == ["cleaned up"]
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(runtime.invoke("f", text("")), 0.01)
            assert len(ended) == 2

    ended: list[str] = []
    asyncio.run(main())


def test_a_function_that_takes_too_long_is_cancelled_and_fails() -> None:
    async def slow(msg: Any, context: func.Context) -> None:
        try:
            logging.warning("before")
            await asyncio.sleep(3600)
        finally:
            ended.append(True)

    async def quick(msg: Any) -> str:
        return "result"

    async def main() -> None:
        app = an_app(Path(), slow=(slow, [TRIGGER]), quick=(quick, [TRIGGER, RETURN]))
        async with Runtime(app) as runtime:
            invocation = await runtime.invoke("slow", text(""), timeout=0.01)
            assert isinstance(invocation.exception, InvocationError)
            assert "'slow' did not end within 0.01 seconds" in str(invocation.exception)
            assert [record.getMessage() for record in invocation.logs] == ["before"]
            assert ended == [True]
            assert (await runtime.invoke("quick", text(""), timeout=60)).result == "result"

    ended: list[bool] = []
    asyncio.run(main())


@pytest.mark.parametrize("inline", [True, False])
def test_a_function_that_is_cancelled_from_within_fails_and_nothing_else(inline: bool) -> None:
    async def coroutine(msg: Any) -> None:
        future = asyncio.get_running_loop().create_future()
        future.cancel()
        await future

    def plain(msg: Any) -> None:
        raise asyncio.CancelledError

    async def main(runtime: Runtime) -> Any:
        return await runtime.invoke("coroutine", text(""))

    app = an_app(Path(), coroutine=(coroutine, [TRIGGER]), plain=(plain, [TRIGGER]))

    async def asynchronous() -> Any:
        async with Runtime(app, inline=inline) as runtime:
            return [await runtime.invoke(name, text("")) for name in ("coroutine", "plain")]

    with Runtime(app, inline=inline) as runtime:
        invocations = [runtime.run(name, text("")) for name in ("coroutine", "plain")]
    for invocation in [*invocations, *asyncio.run(asynchronous())]:
        assert isinstance(invocation.exception, InvocationError)
        assert f"{invocation.function_name!r} was cancelled" in str(invocation.exception)
        assert isinstance(invocation.exception.__cause__, asyncio.CancelledError)


# -- Context variables

COUNT: contextvars.ContextVar[int] = contextvars.ContextVar("count", default=0)


def counting_app() -> func.FunctionApp:
    app = func.FunctionApp()

    def count() -> str:
        COUNT.set(COUNT.get() + 1)
        return str(COUNT.get())

    @app.route()
    async def coroutine(req: func.HttpRequest) -> str:
        return count()

    @app.route()
    def plain(req: func.HttpRequest) -> str:
        return count()

    return app


@pytest.mark.parametrize("name", ["coroutine", "plain"])
def test_context_variables_of_an_invocation_stay_in_it(name: str) -> None:
    async def main() -> list[str]:
        async with AsyncTestClient(counting_app()) as client:
            answers = [(await client.get(f"/api/{name}")).text for _ in range(3)]
        assert COUNT.get() == 0
        return answers

    assert asyncio.run(main()) == ["1", "1", "1"]
    with TestClient(counting_app()) as client:
        assert [client.get(f"/api/{name}").text for _ in range(3)] == ["1", "1", "1"]
    assert COUNT.get() == 0


def test_a_function_sees_the_context_variables_of_who_awaits_it() -> None:
    async def function(msg: Any) -> str:
        return str(COUNT.get())

    async def main() -> Any:
        COUNT.set(7)
        async with Runtime(an_app(Path(), f=(function, [TRIGGER, RETURN]))) as runtime:
            return (await runtime.invoke("f", text(""))).return_value

    assert asyncio.run(main()) == text("7")


# -- Forked children

FORK = """
import os, sys
import azure_functions_lib as func
from azure_functions_lib.errors import InvocationError
from azure_functions_lib.runtime.runtime import Runtime
from azure_functions_lib.wire.datum import Datum

app = func.FunctionApp()

@app.queue_trigger("msg", "q", "C")
def plain(msg: func.QueueMessage) -> None: ...

@app.on_shutdown
def stop() -> None:
    print("stopped in", "child" if child == 0 else "parent", flush=True)

with Runtime(app) as runtime:
    assert runtime.run("plain", Datum("", "string")).ok
    child = os.fork()
    if child == 0:
        try:
            runtime.run("plain", Datum("", "string"))
        except InvocationError as error:
            print("refused" if "forked" in str(error) else error, flush=True)
        sys.exit()
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert runtime.run("plain", Datum("", "string")).ok
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_forked_child_is_told_to_open_a_runtime_of_its_own() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-W", "ignore::DeprecationWarning", "-c", FORK],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.stdout.splitlines() == ["refused", "stopped in parent"], done.stderr
