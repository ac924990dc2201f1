"""Calls in child processes: the same outcomes as in this one, and what becomes of a child's end."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import subprocess
import sys
import textwrap
import weakref
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from azure_functions_lib.delivery.call import Call, Outcome
from azure_functions_lib.errors import AppError
from azure_functions_lib.host.child_process import ChildProcess
from azure_functions_lib.host.messages import Load, Logged, Printed
from azure_functions_lib.host.pool import Pool
from azure_functions_lib.host.spawn import spawn
from azure_functions_lib.host.worker import Worker, Workers
from azure_functions_lib.wire.datum import Datum
from tests.folders import write_app
from tests.host.started import alive

QUEUE = '@app.queue_trigger("msg", queue_name="in", connection="")'
WITH_OUTPUT = f'{QUEUE}\n@app.queue_output("$return", queue_name="out", connection="")'


class Seen:
    """What a pool has told."""

    def __init__(self) -> None:
        self.output: list[Printed | Logged] = []
        self.lost: list[str] = []

    def printed(self) -> list[tuple[str, str | None, str | None]]:
        return [
            (each.text, each.function, each.invocation_id)
            for each in self.output
            if isinstance(each, Printed)
        ]


def app_of(root: Path, code: str) -> Path:
    """Write an app; ``code`` stands below its imports and the app object."""
    head = "import azure_functions_lib as func\n\napp = func.FunctionApp()\n"
    write_app(root, **{"host.json": {"version": "2.0"}})
    (root / "function_app.py").write_text(head + textwrap.dedent(code), encoding="utf-8")
    return root


def function(name: str, *body: str, head: str = WITH_OUTPUT, kind: str = "def") -> str:
    lines = "\n".join(f"    {line}" for line in body)
    return f"\n{head}\n{kind} {name}(msg: func.QueueMessage) -> str:\n{lines}\n"


def call_of(name: str, text: str = "text", **given: Any) -> Call:
    return Call(name, {"msg": Datum(text, "string")}, **given)


@asynccontextmanager
async def pool_of(
    root: Path, seen: Seen | None = None, **options: Any
) -> AsyncIterator[tuple[Pool, Seen]]:
    seen = seen or Seen()
    options.setdefault("grace", 2.0)
    pool = Pool(Load(root), tell=seen.output.append, lost=seen.lost.append, **options)
    await pool.start()
    try:
        yield pool, seen
    finally:
        await pool.stop(1.0)


def child_of(root: Path) -> ChildProcess:
    return ChildProcess(spawn(Load(root), None), 0.5, tell=print, died=print)


async def until(condition: Callable[[], object]) -> None:
    for _ in range(1000):
        if condition():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it has never come to be")


FUNCTIONS = (
    function("plain", "return msg.get_body().decode() * 2")
    + function("coroutine", "return 'a'", kind="async def")
    + function("fails", "raise ValueError('no')")
    + function("logs", "import logging", "logging.warning('careful %s', 1)", "return 'b'")
)


@pytest.mark.parametrize("name", ["plain", "coroutine", "fails", "logs", "absent"])
async def test_a_call_has_the_same_outcome_in_a_child_as_in_this_process(
    tmp_path: Path, name: str
) -> None:
    root = app_of(tmp_path, FUNCTIONS)

    async def outcome(workers: Workers) -> tuple[Any, ...]:
        await workers.start()
        try:
            got = await workers.invoke(call_of(name, invocation_id="1234"))
        finally:
            await workers.stop(1.0)
        logs = [(log.level, log.message, log.invocation_id) for log in got.logs]
        failure = got.exception and (got.exception.type, got.exception.message)
        return got.function, got.invocation_id, got.return_value, got.outputs, failure, logs

    seen = Seen()
    pool = Pool(Load(root), tell=seen.output.append, lost=seen.lost.append)
    assert await outcome(pool) == await outcome(Worker(root))


@pytest.mark.parametrize(
    ("body", "how"),
    [
        ("import os; os._exit(3)", "ended with exit status 3"),
        ("import os; os.kill(os.getpid(), 9)", "ended by SIGKILL"),
        ("import ctypes; ctypes.string_at(0)", "ended by SIGSEGV"),
    ],
    ids=["exit", "kill", "fault"],
)
async def test_a_child_that_dies_fails_its_calls_and_is_replaced(
    tmp_path: Path, body: str, how: str
) -> None:
    root = app_of(
        tmp_path,
        function("dies", body)
        + function("waits", "import asyncio", "await asyncio.sleep(60)", kind="async def")
        + function("lives", "return 'alive'"),
    )
    async with pool_of(root) as (pool, seen):
        waiting = asyncio.ensure_future(pool.invoke(call_of("waits")))
        await asyncio.sleep(0)
        outcomes = [await pool.invoke(call_of("dies")), await waiting]
        for outcome in outcomes:
            assert outcome.exception is not None
            assert outcome.exception.type == "ChildLost"
            assert how in outcome.exception.message
        after = await pool.invoke(call_of("lives"))
        assert after.return_value == Datum("alive", "string")
        assert how in seen.lost[0]


@pytest.mark.slow
async def test_a_child_that_dies_again_is_replaced_ever_later(tmp_path: Path) -> None:
    root = app_of(tmp_path, function("dies", "import os; os._exit(3)"))
    async with pool_of(root) as (pool, seen):
        for _ in range(3):
            await pool.invoke(call_of("dies"))
        waits = [text.rpartition("started ")[2] for text in seen.lost]
        assert waits == ["at once", "in 0.25 s", "in 0.5 s"]


async def test_what_was_written_right_before_the_end_is_told(tmp_path: Path) -> None:
    body = ("print('last words')", "import os", "os.write(2, b'raw')", "os._exit(3)")
    async with pool_of(app_of(tmp_path, function("dies", *body))) as (pool, seen):
        await pool.invoke(call_of("dies", invocation_id="1"))
        assert seen.printed() == [("last words", "dies", "1"), ("raw", "dies", "1")]


async def test_a_child_ends_for_the_host_while_a_process_of_its_own_holds_its_pipes(
    tmp_path: Path,
) -> None:
    body = ("import os, subprocess", "subprocess.Popen(['sleep', '30'])", "os._exit(4)")
    async with pool_of(app_of(tmp_path, function("dies", *body))) as (pool, _):
        outcome = await asyncio.wait_for(pool.invoke(call_of("dies")), 25)
        assert outcome.exception is not None
        assert "exit status 4" in outcome.exception.message


async def test_what_is_printed_comes_whole_and_with_its_origin(tmp_path: Path) -> None:
    root = app_of(
        tmp_path,
        function(
            "prints",
            "import asyncio",
            "text = msg.get_body().decode()",
            "print('begin', end=' ')",
            "await asyncio.sleep(0.01)",
            "print(text)",
            "print('no end', end='')",
            "return ''",
            kind="async def",
        ),
    )
    async with pool_of(root) as (pool, seen):
        names = [f"call {number}" for number in range(5)]
        calls = [call_of("prints", name, invocation_id=name) for name in names]
        await asyncio.gather(*map(pool.invoke, calls))
    for name in names:
        lines = [line for line in seen.printed() if line[2] == name]
        assert lines == [(f"begin {name}", "prints", name), ("no end", "prints", name)]


async def test_standard_output_is_a_stream_like_any_other(tmp_path: Path) -> None:
    root = app_of(
        tmp_path,
        function(
            "prints",
            "import os, sys",
            "assert sys.stdout.writable()",
            "sys.stdout.buffer.write(b'bytes\\n')",
            "sys.stdout.buffer.flush()",
            "os.write(sys.stdout.fileno(), b'below\\n')",
            "print('x' * 70_000, end='')",
            "return ''",
        ),
    )
    async with pool_of(root) as (pool, seen):
        await pool.invoke(call_of("prints", invocation_id="1"))
        await until(lambda: len(seen.printed()) == 3)
    texts = {text for text, *origin in seen.printed() if origin == ["prints", "1"]}
    assert texts == {"bytes", "below", "x" * 70_000}


async def test_what_is_logged_comes_with_its_origin_and_traceback(tmp_path: Path) -> None:
    root = app_of(
        tmp_path,
        "import logging\nlogging.getLogger('early').info('imported')\n"
        + function(
            "logs",
            "try:",
            "    1 / 0",
            "except ZeroDivisionError:",
            "    logging.getLogger('mine').exception('caught %d', 'x')",
            "    logging.getLogger('mine').exception('caught')",
            "return ''",
        ),
    )
    async with pool_of(root) as (pool, seen):
        await pool.invoke(call_of("logs", invocation_id="1"))
    early, wrong, caught = [each for each in seen.output if isinstance(each, Logged)]
    assert (early.logger, early.text, early.function) == ("early", "imported", None)
    assert (caught.logger, caught.function, caught.invocation_id) == ("mine", "logs", "1")
    assert caught.text.startswith("caught\nTraceback")
    assert caught.text.endswith("ZeroDivisionError: division by zero")
    assert "'caught %d' % ('x',)" in wrong.text


async def test_what_a_process_of_the_app_writes_is_of_the_call_that_runs(tmp_path: Path) -> None:
    body = (
        "import os, subprocess, sys",
        "subprocess.run([sys.executable, '-c', 'print(1); print(2, end=str())'], check=True)",
        "if not os.fork():",
        "    print('forked', flush=True)",
        "    os._exit(0)",
        "os.wait()",
        "return ''",
    )
    async with pool_of(app_of(tmp_path, function("runs", *body))) as (pool, seen):
        await pool.invoke(call_of("runs", invocation_id="1"))
        await until(lambda: len(seen.printed()) == 2)
    assert seen.printed() == [("1", "runs", "1"), ("2forked", "runs", "1")]


async def test_a_destructor_may_print_at_any_time(tmp_path: Path) -> None:
    code = "\nclass Loud:\n    def __del__(self):\n        print('gone')\n"
    body = ("for _ in range(2000):", "    a = Loud(); a.self = a", "    print('here')", "return ''")
    async with pool_of(app_of(tmp_path, code + function("makes", *body))) as (pool, seen):
        outcome = await asyncio.wait_for(pool.invoke(call_of("makes")), 20)
        assert outcome.ok
    texts = [text for text, _, _ in seen.printed()]
    assert texts.count("here") == 2000
    assert set(texts) == {"here", "gone"}


async def test_a_hundred_calls_run_at_once_in_each_child(tmp_path: Path) -> None:
    root = app_of(
        tmp_path,
        "import asyncio, os\ncount = 0\nall_here = asyncio.Event()\n"
        + function(
            "meets",
            "global count",
            "count += 1",
            "if count == 50: all_here.set()",
            "await all_here.wait()",
            "return f'{os.getpid()}'",
            kind="async def",
        ),
    )
    async with pool_of(root, count=2) as (pool, _):
        calls = [pool.invoke(call_of("meets")) for _ in range(100)]
        outcomes = await asyncio.gather(*calls)
    values = [each.return_value.value for each in outcomes if each.return_value is not None]
    assert sorted(values.count(value) for value in set(values)) == [50, 50]


@pytest.mark.slow
async def test_large_payloads_pass_both_ways(tmp_path: Path) -> None:
    code = function("echo", "return msg.get_body().decode()")
    async with pool_of(app_of(tmp_path, code)) as (pool, _):
        text = "x" * 50_000_000
        outcome = await pool.invoke(call_of("echo", text))
        assert outcome.return_value is not None
        assert outcome.return_value.value == text


async def test_values_of_the_apps_own_types_arrive_as_plain_ones(tmp_path: Path) -> None:
    code = (
        "import enum\n\nclass Colour(str, enum.Enum):\n    RED = 'red'\n\nclass Text(str): pass\n"
        + function("enum", "return Colour.RED")
        + function("text", "return Text('mine')")
    )
    async with pool_of(app_of(tmp_path, code)) as (pool, _):
        for name, expected in (("enum", "red"), ("text", "mine")):
            outcome = await pool.invoke(call_of(name))
            assert outcome.return_value is not None
            assert outcome.return_value.value == expected
            assert type(outcome.return_value.value) is str


async def test_a_call_that_cannot_be_sent_fails_alone(tmp_path: Path) -> None:
    async with pool_of(app_of(tmp_path, FUNCTIONS)) as (pool, seen):
        outcome = await pool.invoke(call_of("plain", retry_exception=lambda: None))
        assert outcome.exception is not None
        assert "local object" in outcome.exception.message
        assert (await pool.invoke(call_of("plain"))).ok
        assert not seen.lost


async def test_startup_and_shutdown_hooks_run_in_the_child(tmp_path: Path) -> None:
    code = (
        "\n@app.on_startup\nasync def begin():\n    print('started')\n"
        "\n@app.on_shutdown\ndef end():\n    print('stopped')\n"
    )
    async with pool_of(app_of(tmp_path, code + FUNCTIONS)) as (_, seen):
        assert [text for text, _, _ in seen.printed()] == ["started"]
    assert [text for text, _, _ in seen.printed()] == ["started", "stopped"]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("def (:\n", "function_app.py, line 4"),
        ("import no_such_module\n", "Install 'no_such_module'"),
        ("import os; os._exit(7)\n", "the process that loads the app has ended with exit status 7"),
        ("", "the app declares no function"),
        (
            "@app.on_startup\ndef begin(): raise OSError('no database')\n" + FUNCTIONS,
            "a startup hook raised OSError: no database",
        ),
    ],
    ids=["syntax", "import", "exit", "empty", "hook"],
)
async def test_an_app_that_cannot_be_loaded_says_why(
    tmp_path: Path, code: str, expected: str
) -> None:
    pool = Pool(Load(app_of(tmp_path, code)), count=2, tell=print, lost=print)
    with pytest.raises(AppError) as raised:
        await pool.start()
    assert expected in str(raised.value)


@pytest.mark.slow
@pytest.mark.parametrize("turns", [1, 3])
async def test_who_gives_up_loading_an_app_leaves_nothing_behind(
    tmp_path: Path, turns: int
) -> None:
    unretrieved: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, what: unretrieved.append(what))
    child = child_of(app_of(tmp_path, FUNCTIONS))
    loading = asyncio.ensure_future(child.load())
    for _ in range(turns):
        await asyncio.sleep(0)
    loading.cancel()
    await asyncio.wait((loading,))
    assert loading.cancelled()
    await child.abort()
    kept = weakref.ref(child)
    del child, loading
    await until(lambda: gc.collect() >= 0 and kept() is None)
    assert not unretrieved


async def test_an_app_may_be_loaded_when_nobody_waits_for_that_any_more(tmp_path: Path) -> None:
    unretrieved: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, what: unretrieved.append(what))
    code = (
        "import pathlib, time\nhere = pathlib.Path(__file__).parent\n(here / 'begun').touch()\n"
        "while not (here / 'go').exists(): time.sleep(0.01)\n"
    )
    child = child_of(app_of(tmp_path, code + FUNCTIONS))
    loading = asyncio.ensure_future(child.load())
    await until((tmp_path / "begun").exists)
    loading.cancel()
    await asyncio.wait((loading,))
    (tmp_path / "go").touch()
    assert (await child.run(call_of("plain"), None).outcome).ok
    await child.stop(None)
    assert not unretrieved


async def test_the_environment_of_a_child_is_the_one_given(tmp_path: Path) -> None:
    code = "import os\n" + function("tells", "return os.environ.get('SETTING', 'none')")
    environment = {**os.environ, "SETTING": "mine"}
    async with pool_of(app_of(tmp_path, code), environment=environment) as (pool, _):
        outcome = await pool.invoke(call_of("tells"))
        assert outcome.return_value == Datum("mine", "string")


async def test_modules_of_the_current_folder_do_not_hide_pythons(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = app_of(tmp_path, FUNCTIONS)
    write_app(root, **{"queue.py": "raise ImportError('not this one')"})
    monkeypatch.chdir(root)
    async with pool_of(root) as (pool, _):
        assert (await pool.invoke(call_of("plain"))).ok


# -- Time-outs


async def timed_out(outcome: Outcome) -> None:
    assert outcome.exception is not None
    assert "longer than functionTimeout of host.json allows" in outcome.exception.message


BEGINS = "__import__('pathlib').Path(__file__).with_name('begun').touch()"


async def timed_out_once_begun(pool: Pool, root: Path) -> None:
    """Let ``hangs`` take too long; one that is cancelled before it has begun does not hang."""
    for _ in range(200):
        await timed_out(await pool.invoke(call_of("hangs"), timeout=0.05))
        if (root / "begun").exists():
            return
    raise AssertionError("it has never begun")


@pytest.mark.slow
@pytest.mark.parametrize("in_process", [True, False], ids=["in process", "in a child"])
async def test_a_coroutine_that_takes_too_long_is_cancelled(
    tmp_path: Path, in_process: bool
) -> None:
    code = "import asyncio\nseen = []\n" + function(
        "waits",
        "try:",
        "    await asyncio.sleep(60)",
        "finally:",
        "    seen.append(1)",
        kind="async def",
    )
    code += function("tells", "return str(len(seen))")
    root, seen = app_of(tmp_path, code), Seen()
    pool = Pool(Load(root), grace=0.2, tell=seen.output.append, lost=seen.lost.append)
    workers: Workers = Worker(root) if in_process else pool
    await workers.start()
    try:
        await timed_out(await workers.invoke(call_of("waits"), timeout=0.05))
        await asyncio.sleep(0.4)
        outcome = await workers.invoke(call_of("tells"))
        assert outcome.return_value == Datum("1", "string")
        assert not seen.lost  # the child is as good as before
    finally:
        await workers.stop(1.0)


@pytest.mark.slow
@pytest.mark.parametrize(
    "body",
    [
        ("import time", "while True: time.sleep(0.01)"),
        ("import asyncio", "while True:", "    try: await asyncio.sleep(9)", "    except: pass"),
        ("import time", "time.sleep(60)"),
        ("import subprocess, time", "subprocess.Popen(['sleep', '2'])", "time.sleep(60)"),
    ],
    ids=["thread", "deaf coroutine", "blocking coroutine", "with a process that it has begun"],
)
async def test_a_child_is_replaced_whose_call_does_not_end(
    tmp_path: Path, body: tuple[str, ...]
) -> None:
    kind = "def" if body[-1].startswith("while True: time") else "async def"
    code = "import os\n" + function("hangs", BEGINS, *body, kind=kind)
    code += function("tells", "return str(os.getpid())")
    async with pool_of(app_of(tmp_path, code), grace=0.1) as (pool, seen):
        first = await pool.invoke(call_of("tells"))
        await timed_out_once_begun(pool, tmp_path)
        await until(lambda: seen.lost)
        assert "hangs does not end" in seen.lost[0]
        await until(lambda: first.return_value is None or not alive(first.return_value.value))
        second = await pool.invoke(call_of("tells"))
        assert second.ok
        assert second.return_value != first.return_value


@pytest.mark.slow
async def test_a_pool_stops_while_it_waits_for_the_end_of_a_replaced_child(tmp_path: Path) -> None:
    code = "import os, subprocess, time\n" + function("tells", "return str(os.getpid())")
    # What is started holds the child's pipes open, so that the pool waits for the last output.
    hangs = (BEGINS, "subprocess.Popen(['sleep', '3'])", "time.sleep(60)")
    code += function("hangs", *hangs, kind="async def")
    async with pool_of(app_of(tmp_path, code), grace=0.1) as (pool, _):
        first = await pool.invoke(call_of("tells"))
        await timed_out_once_begun(pool, tmp_path)
        await until(lambda: first.return_value is None or not alive(first.return_value.value))
    assert not (await pool.invoke(call_of("tells"))).ok


@pytest.mark.slow
async def test_a_child_is_replaced_when_its_other_calls_have_ended(tmp_path: Path) -> None:
    code = (
        "import asyncio, os, pathlib, time\n"
        + function("hangs", BEGINS, "time.sleep(60)")
        + function(
            "other",
            "while not pathlib.Path(__file__).with_name('go').exists():",
            "    await asyncio.sleep(0.01)",
            "return str(os.getpid())",
            kind="async def",
        )
    )
    async with pool_of(app_of(tmp_path, code), grace=0.1) as (pool, seen):
        other = asyncio.ensure_future(pool.invoke(call_of("other")))
        await timed_out_once_begun(pool, tmp_path)
        await until(lambda: seen.lost)
        await asyncio.sleep(0.1)
        assert not other.done()
        (tmp_path / "go").touch()
        first = await other
        assert first.return_value is not None
        await until(lambda: first.return_value and not alive(first.return_value.value))
        assert (await pool.invoke(call_of("other"))).ok


async def test_a_call_that_is_cancelled_as_soon_as_it_is_sent_has_an_end(tmp_path: Path) -> None:
    code = "import asyncio\n" + function("waits", "await asyncio.sleep(60)", kind="async def")
    child = child_of(app_of(tmp_path, code))
    await child.load()
    running = child.run(call_of("waits"), None)
    child.cancel(running)
    outcome = await asyncio.wait_for(running.outcome, 20)
    assert not outcome.ok
    assert not child.running
    await child.stop(None)


async def test_who_gives_a_call_up_cancels_its_coroutine(tmp_path: Path) -> None:
    code = "import asyncio, pathlib\nhere = pathlib.Path(__file__).parent\n" + function(
        "waits",
        "(here / 'begun').touch()",
        "try:",
        "    await asyncio.sleep(60)",
        "finally:",
        "    (here / 'ended').touch()",
        kind="async def",
    )
    async with pool_of(app_of(tmp_path, code)) as (pool, _):
        running = asyncio.ensure_future(pool.invoke(call_of("waits")))
        await until((tmp_path / "begun").exists)
        running.cancel()
        await until((tmp_path / "ended").exists)
        with pytest.raises(asyncio.CancelledError):
            await running


@pytest.mark.slow
async def test_an_app_that_cannot_be_loaded_any_more_is_tried_again(tmp_path: Path) -> None:
    code = function("lives", "return 'alive'") + function("dies", "import os; os._exit(3)")
    async with pool_of(app_of(tmp_path, code)) as (pool, seen):
        app_of(tmp_path, "raise ValueError('no database')\n")
        await pool.invoke(call_of("dies"))
        await until(lambda: len(seen.lost) == 2)
        assert "the app cannot be loaded any more: " in seen.lost[1]
        assert "no database" in seen.lost[1]
        assert seen.lost[1].endswith("Tried again in 0.5 s")
        app_of(tmp_path, code)
        assert (await pool.invoke(call_of("lives"))).ok


# -- The end


async def test_stopping_lets_calls_end(tmp_path: Path) -> None:
    code = "import time\n" + function("works", "time.sleep(0.3)", "return 'done'")
    pool = Pool(Load(app_of(tmp_path, code)), tell=print, lost=print)
    await pool.start()
    running = asyncio.ensure_future(pool.invoke(call_of("works")))
    await asyncio.sleep(0)
    await pool.stop(5.0)
    assert (await running).return_value == Datum("done", "string")
    late = await pool.invoke(call_of("works"))
    assert late.exception is not None
    assert "the host has stopped" in late.exception.message


@pytest.mark.slow
async def test_stopping_does_not_wait_for_a_call_beyond_its_grace(tmp_path: Path) -> None:
    code = "import time\n" + function("hangs", "time.sleep(60)")
    pool = Pool(Load(app_of(tmp_path, code)), tell=print, lost=print)
    await pool.start()
    running = asyncio.ensure_future(pool.invoke(call_of("hangs")))
    await asyncio.sleep(0)
    await asyncio.wait_for(pool.stop(0.1), 5)
    assert not (await running).ok


HOST = """
import asyncio, pathlib, sys
from azure_functions_lib.delivery.call import Call
from azure_functions_lib.host.messages import Load
from azure_functions_lib.host.pool import Pool
from azure_functions_lib.wire.datum import Datum

async def main():
    pool = Pool(Load(pathlib.Path(sys.argv[1]), grace=0.2), tell=print, lost=print)
    await pool.start()
    call = lambda name: pool.invoke(Call(name, {"msg": Datum("", "string")}))
    print((await call("tells")).return_value.value, flush=True)
    await call("hangs")

asyncio.run(main())
"""


async def test_children_end_when_their_host_is_killed(tmp_path: Path) -> None:
    code = "import os, time\n" + function("tells", "return str(os.getpid())")
    code += function("hangs", "time.sleep(60)", kind="async def")
    host = subprocess.Popen(
        [sys.executable, "-c", HOST, str(app_of(tmp_path, code))], stdout=subprocess.PIPE
    )
    with host:
        assert host.stdout is not None
        child = host.stdout.readline().decode()
        assert alive(child)
        host.send_signal(signal.SIGKILL)
    await until(lambda: not alive(child))
