"""A worker in miniature: ``python worker.py APP`` indexes an app, invokes it and prints what came.

It uses what real workers use of ``azure.functions``, and nothing of this library. The calls are in
the app's ``calls.json``: function, inputs, trigger metadata. Prints
``{"index": {function: ...}, "outcomes": [...]}`` as JSON.
"""

from __future__ import annotations

import asyncio
import contextvars
import importlib
import inspect
import json
import sys
import typing
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Generic, TypeVar

import azure.functions as func
from azure.functions.meta import Datum

T = TypeVar("T")
IN, OUT = 0, 1


class Out(Generic[T]):
    """A worker's own class: functions get it for their output parameters."""

    value: Any = None

    def set(self, val: T) -> None:
        self.value = val

    def get(self) -> T:
        return self.value


class PlainConverter:
    """How a worker serves a binding type that has no converter."""

    @staticmethod
    def has_trigger_support() -> bool:
        return False

    @staticmethod
    def decode(datum: Any, *, trigger_metadata: Any) -> Any:
        return datum.value

    @staticmethod
    def encode(value: Any, *, expected_type: Any) -> Any:
        return (
            None if value is None else Datum(value, "bytes" if type(value) is bytes else "string")
        )


def converter(binding: Any, hint: Any = None) -> Any:
    """Find what serves a binding; of a parameter that is plain text or bytes, the generic rule."""
    found = func.get_binding_registry().get(binding.type)
    is_plain = hint in (str, bytes, Out[str], Out[bytes])
    if found is None or (is_plain and not getattr(found, "has_implicit_output", bool)()):
        return PlainConverter
    return found


def datum(given: Any) -> Any:
    """Make what a worker is sent: ``[type, value]``, or an HTTP request."""
    if isinstance(given, dict):
        texts = {
            key: {name: Datum(value, "string") for name, value in given.get(key, {}).items()}
            for key in ("headers", "query", "params")
        }
        body = Datum(given.get("body", "").encode(), "bytes")
        request = {key: Datum(given[key], "string") for key in ("method", "url")}
        return Datum({**request, **texts, "body": body}, "http")
    kind, value = given
    if kind == "bytes":
        value = value.encode()
    elif kind == "collection_bytes":
        value = SimpleNamespace(bytes=[each.encode() for each in value])
    elif kind.startswith("collection_"):
        value = SimpleNamespace(**{kind.removeprefix("collection_"): value})
    return Datum(value, kind)


def plain(value: Any) -> Any:
    """Write down what a worker sends."""
    if isinstance(value, Datum):
        # The spaces in JSON text depend on whether orjson is installed.
        return [value.type, plain(json.loads(value.value) if value.type == "json" else value.value)]
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    if isinstance(value, bytes):
        return value.decode("latin-1")
    return value


async def invoke(function: Any, inputs: dict[str, Any], metadata: dict[str, Any]) -> Any:
    arguments: dict[str, Any] = {}
    outputs: dict[str, Any] = {}
    answer = None
    fields = {name: datum(given) for name, given in metadata.items()}
    code = function.get_user_function()
    hints = {
        name: Out[typing.get_args(hint)] if typing.get_origin(hint) is func.Out else hint
        for name, hint in typing.get_type_hints(code).items()
    }
    for binding in function.get_bindings():
        found = converter(binding, hints.get(binding.name))
        if binding.direction == OUT:
            if binding.name == "$return":
                answer = binding
            else:
                outputs[binding.name] = arguments[binding.name] = Out()
            continue
        if getattr(converter(binding), "has_implicit_output", bool)():
            answer = answer or binding
        arguments[binding.name] = found.decode(
            datum(inputs[binding.name]),
            trigger_metadata=fields if found.has_trigger_support() else {},
        )
    if "context" in inspect.signature(code).parameters and "context" not in arguments:
        arguments["context"] = SimpleNamespace(
            function_name=function.get_function_name(),
            invocation_id="i-1",
            thread_local_storage=SimpleNamespace(),
            **dict.fromkeys(("function_directory", "trace_context", "retry_context")),
        )
    if inspect.iscoroutinefunction(code):
        result = await code(**arguments)
    else:
        # As in the thread of a worker: without a running event loop.
        run = contextvars.copy_context().run
        result = await asyncio.get_running_loop().run_in_executor(
            None, lambda: run(lambda: code(**arguments))
        )
    bindings = {binding.name: binding for binding in function.get_bindings()}
    sent = {
        name: converter(bindings[name], hints.get(name)).encode(out.value, expected_type=None)
        for name, out in outputs.items()
        if out.value is not None
    }
    if answer is not None and not (result is None and answer.direction == IN):
        sent["$return"] = converter(answer).encode(result, expected_type=None)
    return {name: plain(each) for name, each in sent.items()}


def load(folder: Path) -> dict[str, Any]:
    """Import the app and list its functions."""
    sys.path.insert(0, str(folder))
    module = importlib.import_module("function_app")
    (app,) = (each for each in vars(module).values() if isinstance(each, func.FunctionRegister))
    return {function.get_function_name(): function for function in app.get_functions()}


async def main(folder: Path) -> dict[str, Any]:
    functions = load(folder)
    index = {
        name: {
            "bindings": [json.loads(each) for each in function.get_raw_bindings()],
            "retry": function.get_settings_dict("retry_policy"),
        }
        for name, function in functions.items()
    }
    outcomes = []
    for name, inputs, *metadata in json.loads((folder / "calls.json").read_text("utf-8")):
        outcomes.append([name, await invoke(functions[name], inputs, *(metadata or [{}]))])
    return {"index": index, "outcomes": outcomes}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(main(Path(sys.argv[1])))))
