"""Log records carry the invocation that they belong to."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import azure_functions_lib as func
from azure_functions_lib.app import load_app
from azure_functions_lib.runtime.runtime import Invocation, Runtime
from azure_functions_lib.testing import AsyncTestClient, TestClient
from azure_functions_lib.wire.datum import Datum

from .test_runtime import TRIGGER, an_app, opened, text


@pytest.fixture(autouse=True)
def _default_level() -> Iterator[None]:
    before = logging.root.level
    logging.root.setLevel(logging.WARNING)
    yield
    logging.root.setLevel(before)


def messages(invocation: Invocation) -> list[str]:
    assert all(
        (record.invocation_id, record.function_name)  # type: ignore[attr-defined]
        == (invocation.invocation_id, invocation.function_name)
        for record in invocation.logs
    )
    return [record.getMessage() for record in invocation.logs]


def test_G7_all_levels_of_the_root_logger() -> None:
    def function(msg: Any) -> None:
        for level in ("debug", "info", "warning", "error", "critical"):
            getattr(logging, level)(level)

    with opened(function, TRIGGER) as runtime:
        found = messages(runtime.run("f", text("")))
    assert found == ["info", "warning", "error", "critical"]


def test_debug_records_on_demand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHON_ENABLE_DEBUG_LOGGING", "1")
    with opened(lambda msg: logging.debug("detail"), TRIGGER, inline=True) as runtime:
        assert messages(runtime.run("f", text(""))) == ["detail"]


def test_the_level_that_the_app_has_set_is_kept() -> None:
    logging.root.setLevel(logging.ERROR)
    with opened(lambda msg: logging.info("detail"), TRIGGER) as runtime:
        assert messages(runtime.run("f", text(""))) == []
    assert logging.root.level == logging.ERROR


def test_a_level_that_is_set_meanwhile_stays_until_the_app_is_closed() -> None:
    app = func.FunctionApp()

    @app.queue_trigger("msg", "q", "C")
    def quiet(msg: func.QueueMessage) -> None:
        logging.getLogger().setLevel(logging.ERROR)

    with load_app(app) as loaded:
        with Runtime(loaded) as runtime:
            runtime.run("quiet", text(""))
        assert logging.root.level == logging.ERROR
    assert logging.root.level == logging.WARNING


def test_logging_is_left_as_it_was() -> None:
    state = (logging.root.level, list(logging.root.handlers), logging.getLogRecordFactory())
    with opened(lambda msg: None, TRIGGER) as first, opened(lambda msg: None, TRIGGER) as second:
        assert logging.root.level == logging.INFO
        assert first.run("f", text("")).ok
        assert second.run("f", text("")).ok
    assert state == (
        logging.root.level,
        list(logging.root.handlers),
        logging.getLogRecordFactory(),
    )


@pytest.mark.parametrize("is_async", [True, False])
def test_concurrent_invocations_have_their_own_records(is_async: bool) -> None:
    count = 20
    together = threading.Barrier(4, timeout=30)

    async def coroutine(msg: func.QueueMessage) -> None:
        body = msg.get_body().decode()
        logging.info("begin %s", body)
        await asyncio.sleep(0)
        await asyncio.create_task(child(body))
        logging.info("end %s", body)

    async def child(body: str) -> None:
        logging.getLogger("app.child").info("child %s", body)

    def plain(msg: func.QueueMessage) -> None:
        body = msg.get_body().decode()
        logging.info("begin %s", body)
        together.wait()
        logging.getLogger("app.child").info("child %s", body)
        logging.info("end %s", body)

    async def main() -> list[Invocation]:
        app = an_app(Path(), f=(coroutine if is_async else plain, [TRIGGER]))
        async with Runtime(app) as runtime:
            calls = (runtime.invoke("f", text(str(index))) for index in range(count))
            return await asyncio.gather(*calls)

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHON_THREADPOOL_THREAD_COUNT", "4")
        invocations = asyncio.run(main())
    for index, invocation in enumerate(invocations):
        assert invocation.ok
        assert messages(invocation) == [f"begin {index}", f"child {index}", f"end {index}"]


def _bound_function(context: func.Context) -> None:
    thread = threading.Thread(target=context.bind(logging.info), args=("from a thread",))
    thread.start()
    thread.join()


def _bound_block(context: func.Context) -> None:
    def work() -> None:
        with context.bind():
            logging.info("from a thread")
        logging.info("after it")

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


def _thread_local(context: func.Context) -> None:
    def work() -> None:
        context.thread_local_storage.invocation_id = context.invocation_id
        logging.info("from a thread")

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


def _bound_map(context: func.Context) -> None:
    with ThreadPoolExecutor(1) as pool:
        list(pool.map(context.bind(logging.info), ["from a thread"]))


@pytest.mark.parametrize("way", [_bound_function, _bound_block, _thread_local, _bound_map])
@pytest.mark.parametrize("is_async", [True, False])
def test_threads_of_the_user_s_own(way: Any, is_async: bool) -> None:
    def plain(msg: Any, context: func.Context) -> None:
        way(context)

    async def coroutine(msg: Any, context: func.Context) -> None:
        await asyncio.sleep(0)
        way(context)

    with opened(coroutine if is_async else plain, TRIGGER) as runtime:
        assert messages(runtime.run("f", text(""))) == ["from a thread"]


def test_records_outside_of_invocations_belong_to_none() -> None:
    records: list[logging.LogRecord] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            records.append(record)

    handler = Keep()
    logging.root.addHandler(handler)
    try:
        with opened(lambda msg: logging.info("inside"), TRIGGER) as runtime:
            logging.info("before")
            runtime.run("f", text(""))
            logging.info("after")
    finally:
        logging.root.removeHandler(handler)
    ids = {record.getMessage(): record.invocation_id for record in records}  # type: ignore[attr-defined]
    assert ids["before"] is None
    assert ids["after"] is None
    assert ids["inside"]


def test_a_warning_about_a_payload_belongs_to_the_invocation() -> None:
    metadata = {"DequeueCount": Datum("many", "string")}
    with opened(lambda msg: msg.dequeue_count, TRIGGER) as runtime:
        (message,) = messages(runtime.run("f", text(""), metadata=metadata))
    assert "DequeueCount" in message


# -- How many are kept


@pytest.mark.parametrize("inline", [True, False])
def test_records_beyond_a_limit_are_counted_and_not_kept(inline: bool) -> None:
    def function(msg: func.QueueMessage) -> None:
        for number in range(int(msg.get_body())):
            logging.info("%d", number)

    app = an_app(Path(), f=(function, [TRIGGER]))
    with Runtime(app, inline=inline, log_limit=3) as runtime:
        assert messages(runtime.run("f", text("3"))) == ["0", "1", "2"]
        many = runtime.run("f", text("10"))
        assert messages(many)[:3] == ["0", "1", "2"]
        (last,) = many.logs[3:]
        assert last.levelname == "WARNING"
        assert last.getMessage().startswith("7 more log records are not kept")
        assert "log_limit" in last.getMessage()
        assert messages(runtime.run("f", text("1"))) == ["0"]


@pytest.mark.parametrize("client_type", [TestClient, AsyncTestClient])
def test_a_client_can_keep_more_or_fewer(client_type: Any) -> None:
    app = func.FunctionApp()

    @app.queue_trigger("msg", "q", "C")
    def function(msg: func.QueueMessage) -> None:
        for number in range(5):
            logging.warning("%d", number)

    async def invoke() -> list[logging.LogRecord]:
        async with AsyncTestClient(app, log_limit=2) as client:
            return (await client.invoke("function", "x")).logs

    if client_type is TestClient:
        with TestClient(app, log_limit=2) as client:
            logs = client.invoke("function", "x").logs
    else:
        logs = asyncio.run(invoke())
    assert [record.getMessage() for record in logs][:2] == ["0", "1"]
    assert [record.getMessage().partition(" ")[0] for record in logs][2:] == ["3"]


def test_a_runtime_keeps_10_000_records_of_an_invocation_by_default() -> None:
    def function(msg: Any) -> None:
        for _ in range(10_005):
            logging.info("record")

    with opened(function, TRIGGER, inline=True) as runtime:
        invocation = runtime.run("f", text(""))
    assert len(invocation.logs) == 10_001
    assert "5 more" in invocation.logs[-1].getMessage()


@pytest.mark.parametrize("inline", [True, False])
def test_records_that_come_after_the_end_are_not_kept(inline: bool) -> None:
    def function(msg: Any, context: func.Context) -> None:
        logging.info("during")
        later.append(context.bind(logging.info))

    later: list[Any] = []
    with opened(function, TRIGGER, inline=inline) as runtime:
        invocation = runtime.run("f", text(""))
        later[0]("after it")
        assert messages(invocation) == ["during"]
        assert runtime._logs is not None
        assert not runtime._logs._active  # an invocation that has ended is not remembered
