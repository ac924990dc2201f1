"""Drives azure-functions-runtime as a host does: ``python worker.py APP``.

Writes what it answers as JSON: ``{"indexed": {function: ...}, "answers": {call: ...}, "native":
{call: ...}}``, the last by the road that the platform's newest worker takes, without protobuf.
"""

from __future__ import annotations

import asyncio
import json
import sys
from importlib.util import find_spec
from types import SimpleNamespace
from typing import Any

import proof  # noqa: F401 - makes sure of the implementation
from google.protobuf.json_format import MessageToDict

import tests.protos as protos  # shipped by azure-functions-runtime-v1
import tests.protos.FunctionRpc_pb2 as rpc

sys.path.insert(0, sys.argv[1])

import azure_functions_runtime as runtime
from azure_functions_runtime import native_invocation
from azure_functions_runtime.bindings.datumdef import Datum

TIME = "2026-03-04T05:06:07.1234567Z"


def text(value: str) -> Any:
    return rpc.TypedData(string=value)


def js(value: Any) -> Any:
    return rpc.TypedData(json=json.dumps(value))


def call(function: str, inputs: dict[str, Any], metadata: dict[str, Any] | None = None) -> Any:
    return SimpleNamespace(function=function, inputs=inputs, metadata=metadata or {})


def http(method: str, url: str, body: bytes = b"", **params: str) -> Any:
    request = rpc.RpcHttp(method=method, url=url, params=params)
    request.headers["x-one"] = "1"
    request.headers["content-type"] = "application/json"
    request.query["color"] = "red"
    if body:
        request.body.bytes = body
    return rpc.TypedData(http=request)


def strings(*values: str) -> Any:
    return rpc.TypedData(collection_string=rpc.CollectionString(string=values))


def reference(source: str, content: bytes) -> Any:
    """What the host sends for a parameter that has a type of an SDK."""
    return rpc.TypedData(model_binding_data=_reference(source, content))


def references(source: str, *contents: bytes) -> Any:
    batch = rpc.CollectionModelBindingData(
        model_binding_data=[_reference(source, content) for content in contents]
    )
    return rpc.TypedData(collection_model_binding_data=batch)


def _reference(source: str, content: bytes) -> Any:
    return rpc.ModelBindingData(
        version="1.0", source=source, content_type="application/octet-stream", content=content
    )


# A message of AMQP 1.0: its properties (a list with the message id), and its data.
AMQP = b"\x00\x53\x73\xc0\x06\x01\xa1\x03m-1" + b"\x00\x53\x75\xa0\x04body"
LOCK = bytes(16)

QUEUE = {
    "Id": js("id-1"),
    "DequeueCount": js(2),
    "InsertionTime": js(TIME),
    "ExpirationTime": js(TIME),
    "NextVisibleTime": js(TIME),
    "PopReceipt": text("r-1"),
}
BUS = {
    "MessageId": text("m-1"),
    "DeliveryCount": js(3),
    "EnqueuedTimeUtc": js(TIME),
    "ApplicationProperties": js({"a": 1}),
    "UserProperties": js({"a": 1}),
    "ContentType": text("text/plain"),
}
DURABLE = {
    "history": [
        {
            "EventType": 12,
            "EventId": -1,
            "IsPlayed": False,
            "Timestamp": "2026-03-04T05:06:07.123456Z",
        },
        {
            "OrchestrationInstance": {"InstanceId": "i-1", "ExecutionId": "e-1"},
            "EventType": 0,
            "ParentInstance": None,
            "Name": "orchestrator",
            "Version": "",
            "Input": None,
            "Tags": None,
            "EventId": -1,
            "IsPlayed": False,
            "Timestamp": "2026-03-04T05:06:07.123456Z",
        },
    ],
    "input": None,
    "instanceId": "i-1",
    "isReplaying": False,
    "parentInstanceId": None,
    "upperSchemaVersion": 1,
}
CLIENT = {
    "taskHubName": "hub",
    "creationUrls": {},
    "managementUrls": {"id": "INSTANCEID"},
    "rpcBaseUrl": "http://127.0.0.1:17071/durabletask/",
}
GRID = {
    "id": "g-1",
    "topic": "/t",
    "subject": "s",
    "eventType": "e",
    "eventTime": "2026-03-04T05:06:07Z",
    "data": {"a": [1]},
    "dataVersion": "1",
}
TOOL = {"name": "tool", "arguments": {"word": "ab", "times": 3}}

CALLS = {
    "http": call(
        "hello", {"req": http("POST", "http://h/api/hello/x?color=red", b"[1]", name="x")}
    ),
    "http without body": call("hello", {"req": http("GET", "http://h/api/hello/x", name="x")}),
    "http, text answer": call("plain", {"req": http("GET", "http://h/api/plain")}),
    "queue": call("queue", {"msg": text("body")}, QUEUE),
    "queue, bytes": call("queue", {"msg": rpc.TypedData(bytes=b"body")}, QUEUE),
    "queue, no metadata field": call("queue", {"msg": text("body")}, {"Id": js("id-1")}),
    "queue as text": call("queuetext", {"msg": text("body")}, QUEUE),
    "queue to list": call("queuelist", {"msg": text("body")}, QUEUE),
    "blob": call(
        "blob",
        {"blob": rpc.TypedData(bytes=b"abcdef"), "other": rpc.TypedData(bytes=b"xyz")},
        {"BlobTrigger": text("in/a.txt"), "Uri": js("http://s/in/a.txt")},
    ),
    "service bus": call("busone", {"msg": rpc.TypedData(bytes=b"body")}, BUS),
    "service bus batch": call(
        "busmany",
        {"msgs": strings("one", "two")},
        {
            "MessageIdArray": strings("m-1", "m-2"),
            "DeliveryCountArray": js([1, 2]),
            "ApplicationPropertiesArray": js([{}, {"b": 2}]),
            "UserPropertiesArray": js([{}, {"b": 2}]),
        },
    ),
    "event hubs batch": call(
        "hubmany",
        {"events": strings('{"a": 1}', '{"a": 2}')},
        {
            "SystemPropertiesArray": js(
                [
                    {"SequenceNumber": 1, "PartitionKey": "p", "Offset": "1"},
                    {"SequenceNumber": 2, "PartitionKey": "p", "Offset": "2"},
                ]
            ),
            "PartitionKeyArray": js(["p", "p"]),
            "SequenceNumberArray": js([1, 2]),
            "OffsetArray": js(["1", "2"]),
            "EnqueuedTimeUtcArray": js([TIME, TIME]),
            "PropertiesArray": js([{}, {}]),
        },
    ),
    "timer": call("timer", {"timer": js({"IsPastDue": True, "ScheduleStatus": {"Last": TIME}})}),
    "generic": call("generic", {"payload": text("abc")}),
    "cosmos db": call("cosmos", {"docs": js([{"id": "d-1"}, {"id": "d-2"}])}),
    "event grid": call("grid", {"event": js(GRID)}),
    "orchestrator": call("orchestrator", {"context": text(json.dumps(DURABLE))}),
    "orchestrator, context of another name": call(
        "orchestrator", {"ctx": text(json.dumps(DURABLE))}
    ),
    "activity": call("activity", {"value": js({"n": 4})}),
    "durable client": call(
        "starter",
        {"req": http("GET", "http://h/api/start"), "client": text(json.dumps(CLIENT))},
    ),
    "mcp tool": call("tool", {"context": text(json.dumps(TOOL))}),
    "failing": call("raising", {"msg": text("x")}, QUEUE),
    "retried": call("retried", {"timer": js({"IsPastDue": False})}),
    "agent": call("ask", {"req": http("GET", "http://h/api/ask/x", name="x")}),
    "agent of a queue": call("on_asked", {"msg": text("body")}, QUEUE),
    "event data": call("one_event", {"event": reference("AzureEventHubsEventData", AMQP)}),
    "event data batch": call(
        "many_events", {"events": references("AzureEventHubsEventData", AMQP)}
    ),
    "received message": call(
        "one_message", {"message": reference("AzureServiceBusReceivedMessage", LOCK + AMQP)}
    ),
    "received messages": call(
        "many_messages", {"messages": references("AzureServiceBusReceivedMessage", LOCK + AMQP)}
    ),
    # What a worker cannot read is the worker's own failure.
    "int datum": call("queue", {"msg": rpc.TypedData(int=1)}, QUEUE),
    "queue with json body": call("queue", {"msg": js({"a": 1})}, QUEUE),
}

if find_spec("durabletask"):
    import durable_requests as durable

    for name, request in {
        "first turn": durable.orchestration("greet", '"Oslo"'),
        "second turn": durable.orchestration("greet", '"Oslo"', '"Hello Oslo"'),
        "last turn": durable.orchestration("greet", '"Oslo"', '"Hello Oslo"', '"Hello Tromsø"'),
    }.items():
        CALLS[f"durable 2, {name}"] = call("greet", {"_durable_input": text(request)})
    CITY = {"__class__": "City", "__module__": "function_app", "__data__": {"name": "Oslo"}}
    added = durable.entity("counter", "add", "3", "4")
    CALLS |= {
        "durable 2, entity": call("counter", {"_durable_input": text(added)}),
        "durable 2, activity": call("say", {"city": js("Oslo")}),
        "durable 2, activity with a class": call("found", {"city": js(CITY)}),
        "durable 2, client": call(
            "start",
            {
                "req": http("GET", "http://h/api/start/x", name="x"),
                "client": text(json.dumps(CLIENT)),
            },
        ),
    }


def wrapped(message: Any) -> Any:
    return SimpleNamespace(
        name="request", request=message, properties={"host": "h", "protos": protos}
    )


def plain(message: Any) -> Any:
    found = MessageToDict(message, preserving_proto_field_name=True)
    found.pop("request_id", None)
    return found


async def native_answer(call: Any, function_id: str, name: str) -> Any:
    """Invoke as the platform's worker in Rust does: it makes datums, and takes datums."""
    arguments: tuple[Any, ...] = (
        f"native-{name}",
        function_id,
        [(parameter, Datum.from_typed_data(data)) for parameter, data in call.inputs.items()],
        {key: Datum.from_typed_data(data) for key, data in call.metadata.items()},
    )
    handled, *answer = await asyncio.to_thread(native_invocation.run_invocation_sync, *arguments)
    if not handled:
        answer = list(await native_invocation.invocation_request_native(*arguments))
    answer.pop()  # the traceback
    return written(answer)


def written(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [written(each) for each in value]
    if isinstance(value, dict):
        return {key: written(each) for key, each in value.items()}
    if hasattr(value, "value") and hasattr(value, "type"):
        return [value.type, written(value.value)]
    return value if isinstance(value, (str, int, float, type(None))) else repr(value)


async def main() -> dict[str, Any]:
    runtime.start_threadpool_executor()
    init = rpc.StreamingMessage(
        worker_init_request=rpc.WorkerInitRequest(
            host_version="4.0", function_app_directory=sys.argv[1]
        )
    )
    started = await runtime.worker_init_request(wrapped(init))
    assert started.result.status == rpc.StatusResult.Success, started.result
    listed = await runtime.functions_metadata_request(
        wrapped(rpc.StreamingMessage(functions_metadata_request=rpc.FunctionsMetadataRequest()))
    )
    assert listed.result.status == rpc.StatusResult.Success, listed.result
    indexed = {each.name: plain(each) for each in listed.function_metadata_results}
    ids = {each.name: each.function_id for each in listed.function_metadata_results}
    parameters = {name: set(each.get("bindings", ())) for name, each in indexed.items()}
    answers, native = {}, {}
    for name, each in CALLS.items():
        if not each.inputs.keys() <= parameters.get(each.function, set()):
            continue
        invocation = rpc.InvocationRequest(
            invocation_id=f"i-{name}",
            function_id=ids[each.function],
            trace_context=rpc.RpcTraceContext(trace_parent="00-1-2-01", trace_state="s=1"),
        )
        for parameter, data in each.inputs.items():
            invocation.input_data.add(name=parameter, data=data)
        for key, data in each.metadata.items():
            invocation.trigger_metadata[key].CopyFrom(data)
        loaded = await runtime.function_load_request(
            wrapped(
                rpc.StreamingMessage(
                    function_load_request=rpc.FunctionLoadRequest(function_id=ids[each.function])
                )
            )
        )
        assert loaded.result.status == rpc.StatusResult.Success, loaded.result
        answer = plain(
            await runtime.invocation_request(
                wrapped(rpc.StreamingMessage(invocation_request=invocation))
            )
        )
        answer.get("result", {}).get("exception", {}).pop("stack_trace", None)
        if name == "durable 2, entity":
            sent = answer["return_value"]
            sent["string"] = durable.without_times(sent["string"])
        answers[name] = answer
        # The runtime has no datum for an int; an entity's answer tells the time.
        if name not in ("int datum", "durable 2, entity"):
            native[name] = await native_answer(each, ids[each.function], name)
    return {"indexed": indexed, "answers": answers, "native": native}


if __name__ == "__main__":
    document = asyncio.run(main())
    runtime.stop_threadpool_executor()
    with open("answers.json", "w") as file:  # noqa: PTH123 - the worker's own logs go to stdout
        json.dump(document, file, indent=1, sort_keys=True)
