"""Calls of a host in this process: plain data in, plain data out."""

from __future__ import annotations

import asyncio
import logging
import pickle

import pytest

import azure_functions_lib as func
from azure_functions_lib.delivery.call import Call, Failure, Invoker, Outcome
from azure_functions_lib.errors import InvocationError
from azure_functions_lib.runtime.invoker import LocalInvoker
from azure_functions_lib.runtime.runtime import Runtime
from azure_functions_lib.wire.datum import Datum

app = func.FunctionApp()


@app.queue_trigger("msg", "in", "Storage")
@app.queue_output("copy", "out", "Storage")
def work(msg: func.QueueMessage, copy: func.Out[str], context: func.Context) -> None:
    body = msg.get_body().decode()
    logging.getLogger("shop").warning("got %s", body)
    if body == "bad":
        raise KeyError(body)
    retry = context.retry_context
    copy.set(f"{body} {msg.dequeue_count} {context.trace_context.trace_state} {retry.retry_count}")


def outcome_of(call: Call) -> Outcome:
    async def run() -> Outcome:
        async with Runtime(app) as runtime:
            invoker: Invoker = LocalInvoker(runtime)
            return await invoker.invoke(call)

    return asyncio.run(run())


def test_a_call_brings_all_that_the_function_is_given() -> None:
    call = Call(
        "work",
        {"msg": Datum("text", "string")},
        {"DequeueCount": Datum("3", "json")},
        "4f2f0c5b-1c5e-4f0f-9d1c-2b3a4d5e6f70",
        trace_state="a=1",
        retry_count=2,
        max_retry_count=5,
        retry_exception=Failure("KeyError", "gone"),
    )
    outcome = outcome_of(call)
    assert outcome.ok
    assert (outcome.function, outcome.invocation_id) == ("work", call.invocation_id)
    assert outcome.outputs == {"copy": Datum("text 3 a=1 2", "string")}
    assert outcome.return_value is None
    assert outcome.duration > 0
    (entry,) = outcome.logs
    assert (entry.level, entry.logger, entry.message) == ("WARNING", "shop", "got text")
    assert entry.invocation_id == call.invocation_id
    assert pickle.loads(pickle.dumps(outcome)) == outcome


def test_what_a_function_raises_is_in_the_outcome_from_the_users_code_on() -> None:
    outcome = outcome_of(Call("work", {"msg": Datum("bad", "string")}))
    assert not outcome.ok
    assert outcome.exception is not None
    assert (outcome.exception.type, outcome.exception.message) == ("KeyError", "'bad'")
    assert "in work" in outcome.exception.traceback
    assert "runtime.py" not in outcome.exception.traceback
    assert [entry.message for entry in outcome.logs] == ["got bad"]


def test_a_call_that_cannot_be_made_raises() -> None:
    with pytest.raises(InvocationError, match="nothing"):
        outcome_of(Call("nothing", {}))


def test_a_log_record_whose_arguments_do_not_fit_is_kept() -> None:
    other = func.FunctionApp()

    @other.route()
    def careless(req: func.HttpRequest) -> str:
        try:
            raise ValueError("inner")
        except ValueError:
            logging.getLogger("shop").warning("%d", "x", exc_info=True)
        return ""

    with Runtime(other) as runtime:
        logging.raiseExceptions = False
        try:
            request = {"method": Datum("GET", "string"), "url": Datum("/", "string")}
            parts = {"headers": {}, "query": {}, "params": {}, "body": Datum(b"", "bytes")}
            datum = Datum({**request, **parts}, "http")
            (entry,) = runtime.run("careless", datum).outcome().logs
        finally:
            logging.raiseExceptions = True
    assert entry.message == "%d"
    assert entry.exception is not None
    assert entry.exception.type == "ValueError"
