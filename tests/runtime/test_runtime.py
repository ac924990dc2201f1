"""Invocations: what goes in, where it runs, what comes out."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import azure_functions_lib as func
from azure_functions_lib.app.loader import LoadedApp, LoadedFunction, load_app
from azure_functions_lib.enums import BindingDirection
from azure_functions_lib.errors import FunctionLoadError, InvalidPayloadError, InvocationError
from azure_functions_lib.runtime.runtime import Invocation, Payload, Runtime
from azure_functions_lib.wire.datum import Datum
from azure_functions_lib.wire.declaration import Binding

from ..folders import QUEUE_RETURN, QUEUE_TRIGGER, v1_app

IN, OUT = BindingDirection.IN, BindingDirection.OUT


def text(value: str) -> Datum:
    return Datum(value, "string")


def an_app(root: Path, **functions: tuple[Any, list[Binding]]) -> LoadedApp:
    """Make an app of functions and their bindings."""
    app = LoadedApp(root)
    for name, (code, bindings) in functions.items():
        app.add(LoadedFunction(name, code, bindings, directory=root))
    return app


@contextmanager
def opened(function: Any, *bindings: Binding, inline: bool = False) -> Iterator[Runtime]:
    with Runtime(an_app(Path(), f=(function, list(bindings))), inline=inline) as runtime:
        yield runtime


def invoke(function: Any, *bindings: Binding, **arguments: Any) -> Invocation:
    """Invoke a function, and see that it makes no difference where it runs."""
    results = []
    for inline in (False, True):
        with opened(function, *bindings, inline=inline) as runtime:
            results.append(runtime.run("f", **arguments))
    first, second = results
    assert first.outputs == second.outputs
    assert first.return_value == second.return_value
    assert repr(first.exception) == repr(second.exception)
    return second


TRIGGER = Binding("msg", IN, type="queueTrigger")
QUEUE = Binding("out", OUT, type="queue")
RETURN = Binding("$return", OUT, type="queue")


# -- What goes in


def test_the_trigger_gets_its_metadata_and_inputs_get_none() -> None:
    def function(msg: func.QueueMessage, blob: func.InputStream) -> None:
        seen.append((msg.id, msg.dequeue_count, msg.get_body(), blob.read(), blob.name))

    seen: list[Any] = []
    blob = Binding("blob", IN, type="blob")
    metadata = {"Id": text("7"), "DequeueCount": Datum("3", "json"), "BlobTrigger": text("no")}
    invocation = invoke(
        function,
        TRIGGER,
        blob,
        payloads=text("body"),
        inputs={"blob": Datum(b"content", "bytes")},
        metadata=metadata,
    )
    assert invocation.ok
    assert seen == [("7", 3, b"body", b"content", None)] * 2


def test_a_worker_s_streams_can_be_moved_in() -> None:
    def function(msg: Any, blob: func.InputStream) -> str:
        blob.seek(4)
        return blob.read().decode()

    inputs = {"blob": Datum(b"0123456", "bytes")}
    blob = Binding("blob", IN, type="blob")
    result = invoke(function, TRIGGER, blob, RETURN, payloads=text(""), inputs=inputs)
    assert result.return_value == text("456")


@pytest.mark.parametrize("kind", ["queueTrigger", "blobTrigger", "customTrigger", "table"])
@pytest.mark.parametrize("payload", [text("grün"), Datum("grün".encode(), "bytes")])
@pytest.mark.parametrize("annotation", [str, bytes, str | None])
def test_text_and_bytes_are_the_payload_whatever_it_is(
    kind: str, payload: Datum, annotation: Any
) -> None:
    def function(item, **_others):  # type: ignore[no-untyped-def]
        seen.append(item)

    function.__annotations__["item"] = annotation
    seen: list[Any] = []
    item = Binding("item", IN, type=kind)
    bindings = [item] if kind.endswith("Trigger") else [TRIGGER, item]
    inputs = {"item": payload, **({} if len(bindings) == 1 else {"msg": text("")})}
    assert invoke(function, *bindings, inputs=inputs).ok
    expected = "grün".encode() if annotation is bytes else "grün"
    assert seen == [expected] * 2


def test_bytes_that_are_no_text_name_the_parameter() -> None:
    def function(msg: str) -> None: ...

    error = invoke(function, TRIGGER, payloads=Datum(b"\xff", "bytes")).exception
    assert isinstance(error, InvalidPayloadError)
    assert "queueTrigger: msg" in str(error)
    assert "Annotate 'msg' with bytes" in str(error)


def test_a_payload_that_cannot_be_decoded_fails_the_invocation() -> None:
    def function(timer: func.TimerRequest) -> None: ...

    trigger = Binding("timer", IN, type="timerTrigger")
    invocation = invoke(function, trigger, payloads=text("x"))
    assert isinstance(invocation.exception, NotImplementedError)
    assert "timerTrigger" in str(invocation.exception)


def test_payloads_of_a_worker_s_own_class_are_taken() -> None:
    payload = SimpleNamespace(value="body", type="string")
    result = invoke(lambda msg: msg.get_body(), TRIGGER, RETURN, payloads={"msg": payload})
    assert result.return_value == Datum(b"body", "bytes")
    assert isinstance(Payload("x", "string"), Datum)


@pytest.mark.parametrize("kind", ["table", "sqlTrigger", "customTrigger"])
def test_a_type_without_a_converter_is_text_unless_more_is_asked_for(kind: str) -> None:
    seen: list[Any] = []
    item = Binding("item", IN, type=kind)
    bindings = [item] if kind.endswith("Trigger") else [TRIGGER, item]
    inputs = {"item": text("[1]"), **({} if len(bindings) == 1 else {"msg": text("")})}
    assert invoke(lambda item, msg=None: seen.append(item), *bindings, inputs=inputs).ok
    assert seen == ["[1]"] * 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "no payload for the binding 'msg'"),
        ({"payloads": {"other": text("")}}, "no payload for the binding 'msg'"),
        ({"payloads": text(""), "inputs": {"other": text("")}}, "payload for 'other'"),
    ],
)
def test_payloads_that_do_not_fit_the_bindings(arguments: Any, message: str) -> None:
    with (
        opened(lambda msg: None, TRIGGER) as runtime,
        pytest.raises(InvocationError, match=message),
    ):
        runtime.run("f", **arguments)


def test_an_unknown_function() -> None:
    with opened(lambda msg: None, TRIGGER) as runtime:
        with pytest.raises(InvocationError, match="has: f"):
            runtime.run("g", text(""))
        assert runtime.run("F", text("")).ok


def test_a_function_with_problems_is_refused_with_all_of_them() -> None:
    with (
        opened(lambda msg, extra, more: None, TRIGGER) as runtime,
        pytest.raises(FunctionLoadError) as caught,
    ):
        runtime.run("f", text(""))
    assert "f: extra:" in str(caught.value)
    assert "f: more:" in str(caught.value)


def test_the_healthy_function_of_a_broken_app_runs(tmp_path: Path) -> None:
    v1_app(tmp_path, "def main(msg): return 'fine'", QUEUE_TRIGGER, QUEUE_RETURN, name="healthy")
    v1_app(tmp_path, "import no_such_package", QUEUE_TRIGGER, name="broken")
    with Runtime(tmp_path) as runtime:
        assert runtime.run("healthy", text("")).return_value == text("fine")
        with pytest.raises(FunctionLoadError, match="no_such_package"):
            runtime.run("broken", text(""))


# -- What comes out


def test_G6_outputs_and_the_return_value() -> None:
    def function(msg: func.QueueMessage, out: func.Out[func.QueueMessage]) -> str:
        out.set("text")  # type: ignore[arg-type]
        return "result"

    invocation = invoke(function, TRIGGER, QUEUE, RETURN, payloads=text(""))
    assert invocation.outputs == {"out": text("text")}
    assert invocation.return_value == text("result")
    assert invocation.values == {"out": "text"}
    assert invocation.result == "result"


@pytest.mark.parametrize("value", [None, "unset"])
def test_an_output_that_is_not_set_is_not_sent(value: Any) -> None:
    def function(msg, out):  # type: ignore[no-untyped-def]
        if value is None:
            out.set(None)

    invocation = invoke(function, TRIGGER, QUEUE, payloads=text(""))
    assert invocation.outputs == {}
    assert invocation.return_value is None


def test_a_batch_of_added_items() -> None:
    def function(msg, out):  # type: ignore[no-untyped-def]
        out.add("one")
        out.add({"two": 2})

    datum = invoke(function, TRIGGER, QUEUE, payloads=text("")).outputs["out"]
    assert datum.type == "json"
    assert json.loads(datum.value) == ["one", {"two": 2}]


def test_text_goes_out_where_the_binding_s_codec_has_no_text() -> None:
    def function(msg, out: func.Out[str]) -> bytes:  # type: ignore[no-untyped-def]
        out.set('{"id": 1}')
        return b"x"

    bindings = [Binding("out", OUT, type="cosmosDB"), Binding("$return", OUT, type="cosmosDB")]
    invocation = invoke(function, TRIGGER, *bindings, payloads=text(""))
    assert invocation.outputs == {"out": text('{"id": 1}')}
    assert invocation.return_value == Datum(b"x", "bytes")


def test_a_value_that_cannot_be_sent_names_binding_and_type() -> None:
    def function(msg, out):  # type: ignore[no-untyped-def]
        out.set(3j)

    error = invoke(function, TRIGGER, QUEUE, payloads=text("")).exception
    assert isinstance(error, InvocationError)
    assert "'out' (queue)" in str(error)
    assert "complex 3j" in str(error)


def test_none_is_no_value_for_a_return_binding() -> None:
    error = invoke(lambda msg: None, TRIGGER, RETURN, payloads=text("")).exception
    assert isinstance(error, InvocationError)
    assert "'$return' (queue)" in str(error)


def test_R8_a_return_value_without_a_place_to_go() -> None:
    invocation = invoke(lambda msg: 3, TRIGGER, payloads=text(""))
    assert isinstance(invocation.exception, RuntimeError)
    assert "'f' returned int 3" in str(invocation.exception)
    assert "$return" in str(invocation.exception)


def test_R4_the_trigger_s_converter_sends_an_implicit_return_value() -> None:
    activity = Binding("name", IN, type="activityTrigger")
    table = Binding("rows", IN, type="table")
    for bindings in ([activity, table], [table, activity]):
        invocation = invoke(
            lambda name, rows: {"hello": name},
            *bindings,
            payloads={"name": Datum('"you"', "json"), "rows": Datum("[]", "json")},
        )
        assert invocation.return_value is not None
        assert invocation.return_value.type == "json"
        assert json.loads(invocation.return_value.value) == {"hello": "you"}


def test_an_implicit_output_without_a_value_sends_nothing() -> None:
    trigger = Binding("data", IN, type="customTrigger")
    invocation = invoke(lambda data: None, trigger, payloads=text("x"))
    assert invocation.ok
    assert invocation.return_value is None
    assert invoke(lambda data: data, trigger, payloads=text("x")).return_value == text("x")


def test_what_the_function_raises_is_in_the_invocation() -> None:
    def function(msg: Any) -> None:
        raise LookupError("its own")

    invocation = invoke(function, TRIGGER, payloads=text(""))
    assert not invocation.ok
    assert "LookupError" in repr(invocation)
    with pytest.raises(LookupError, match="its own"):
        invocation.raise_for_exception()


def test_a_function_that_raises_stop_iteration() -> None:
    invocation = invoke(lambda msg: next(iter(())), TRIGGER, payloads=text(""))
    assert repr(invocation.exception) == "RuntimeError('the function raised StopIteration')"
    assert isinstance(invocation.exception.__cause__, StopIteration)  # type: ignore[union-attr]


def test_what_ends_the_process_is_not_caught() -> None:
    def function(msg: Any) -> None:
        raise KeyboardInterrupt

    for inline in (False, True):
        with opened(function, TRIGGER, inline=inline) as runtime:
            with pytest.raises(KeyboardInterrupt):
                runtime.run("f", text(""))
            with pytest.raises(KeyboardInterrupt):
                runtime.run("f", text(""))


@pytest.mark.parametrize(
    ("annotation", "value"),
    [
        (dict, {"name": "tool"}),
        (dict[str, Any], {"name": "tool"}),
        (dict | None, {"name": "tool"}),
        (bytes, b'{"name": "tool"}'),
        (bytes | str, '{"name": "tool"}'),  # no one type is asked for
        (Any, '{"name": "tool"}'),
        (None, '{"name": "tool"}'),
    ],
)
def test_a_codec_of_several_types_gives_the_one_that_is_annotated(
    annotation: Any, value: Any
) -> None:
    def function(msg):  # type: ignore[no-untyped-def]
        seen.append(msg)

    if annotation is not None:
        function.__annotations__["msg"] = annotation
    seen: list[Any] = []
    trigger = Binding("msg", IN, type="mcpToolTrigger")
    assert invoke(function, trigger, payloads=text('{"name": "tool"}')).ok
    assert seen == [value] * 2


# -- Where it runs


def test_G9_plain_functions_run_in_threads_and_coroutine_functions_on_the_loop() -> None:
    def plain(msg: Any) -> str:
        return threading.current_thread().name

    async def coroutine(msg: Any) -> str:
        assert asyncio.get_running_loop() is not None
        return threading.current_thread().name

    class Callee:
        async def __call__(self, msg: Any) -> str:
            return threading.current_thread().name

    def returning_a_coroutine(msg: Any) -> Any:
        return coroutine(msg)

    here = threading.current_thread().name
    for function, place in (
        (plain, "ThreadPoolExecutor-0_0"),
        (coroutine, here),
        (Callee(), here),
        (returning_a_coroutine, here),
    ):
        with opened(function, TRIGGER, RETURN) as runtime:
            assert runtime.run("f", text("")).return_value == text(place)
        with opened(function, TRIGGER, RETURN, inline=True) as runtime:
            assert runtime.run("f", text("")).return_value == text(here)


def test_100_coroutine_invocations_wait_together() -> None:
    running = most = 0

    async def function(msg: Any, context: func.Context) -> str:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.05)
        running -= 1
        return context.invocation_id

    async def main() -> list[Invocation]:
        app = an_app(Path(), f=(function, [TRIGGER, RETURN]))
        async with Runtime(app) as runtime:
            return await asyncio.gather(*(runtime.invoke("f", text("")) for _ in range(100)))

    invocations = asyncio.run(main())
    assert most == 100
    assert all(each.return_value == text(each.invocation_id) for each in invocations)
    assert len({each.invocation_id for each in invocations}) == 100


@pytest.mark.parametrize("threads", [1, 3])
def test_plain_functions_run_as_many_at_once_as_there_are_threads(
    monkeypatch: pytest.MonkeyPatch, threads: int
) -> None:
    monkeypatch.setenv("PYTHON_THREADPOOL_THREAD_COUNT", str(threads))
    together = threading.Barrier(threads, timeout=30)
    lock = threading.Lock()
    running = most = 0

    def function(msg: Any) -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        together.wait()  # passes only when as many are running
        with lock:
            running -= 1

    async def main() -> list[Invocation]:
        async with Runtime(an_app(Path(), f=(function, [TRIGGER]))) as runtime:
            calls = (runtime.invoke("f", text("")) for _ in range(4 * threads))
            return await asyncio.gather(*calls)

    assert all(invocation.ok for invocation in asyncio.run(main()))
    assert most == threads


@pytest.mark.parametrize("value", ["0", "-1", "many"])
def test_a_thread_count_that_is_none_is_warned_of(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, value: str
) -> None:
    monkeypatch.setenv("PYTHON_THREADPOOL_THREAD_COUNT", value)
    with opened(lambda msg: None, TRIGGER) as runtime:
        assert runtime.run("f", text("")).ok
    assert "PYTHON_THREADPOOL_THREAD_COUNT" in caplog.text


def test_the_synchronous_facade_works_while_another_loop_runs() -> None:
    async def function(msg: Any) -> str:
        await asyncio.sleep(0)
        return "result"

    async def main() -> Datum | None:
        with opened(function, TRIGGER, RETURN) as runtime:
            return runtime.run("f", text("")).return_value

    assert asyncio.run(main()) == text("result")


def test_all_invocations_of_the_facade_share_one_loop_and_leave_nothing_behind() -> None:
    ended = []
    loops = []

    async def background() -> None:
        try:
            await asyncio.sleep(3600)
        finally:
            ended.append(True)

    async def numbers() -> AsyncIterator[int]:
        yield 1
        yield 2

    async def function(msg: Any) -> None:
        loops.append(asyncio.get_running_loop())
        kept.append(asyncio.ensure_future(background()))
        generator = numbers()
        kept.append(generator)
        await generator.__anext__()
        await asyncio.sleep(0)

    kept: list[Any] = []
    threads = threading.active_count()
    with opened(function, TRIGGER) as runtime:
        assert runtime.run("f", text("")).ok
        assert runtime.run("f", text("")).ok
    assert loops[0] is loops[1]
    assert loops[0].is_closed()
    assert ended == [True, True]
    assert threading.active_count() == threads


def test_a_runtime_must_be_open() -> None:
    app = an_app(Path(), f=(lambda msg: None, [TRIGGER]))
    runtime = Runtime(app)
    with pytest.raises(InvocationError, match="not open"):
        runtime.run("f", text(""))
    with pytest.raises(InvocationError, match="not open"):
        asyncio.run(runtime.invoke("f", text("")))
    with runtime, pytest.raises(InvocationError, match="open already"):
        asyncio.run(runtime.__aenter__())


def test_a_runtime_closes_the_app_that_it_loaded_and_no_other(tmp_path: Path) -> None:
    import sys

    v1_app(tmp_path, "def main(msg): return 'x'", QUEUE_TRIGGER, QUEUE_RETURN)
    with Runtime(tmp_path):
        assert str(tmp_path) in sys.path
    assert str(tmp_path) not in sys.path
    with load_app(tmp_path) as app:
        with Runtime(app):
            pass
        assert str(tmp_path) in sys.path
