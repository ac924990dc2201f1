"""An app that real workers index and run; it says what it was given."""

# Workers take typing.List only.
# ruff: noqa: UP006, UP035

import json
import logging
from typing import List

import azure.durable_functions as df
import azure.functions as func

app = df.DFApp(http_auth_level=func.AuthLevel.ANONYMOUS)


@app.route(route="hello/{name}", methods=["GET", "POST"])
def hello(req: func.HttpRequest, context: func.Context) -> func.HttpResponse:
    logging.info("hello")
    seen = {
        "method": req.method,
        "url": req.url,
        "name": req.route_params["name"],
        "color": req.params.get("color"),
        "header": req.headers.get("X-One"),
        "body": req.get_body().decode(),
        "json": req.get_json() if req.get_body() else None,
        "function": context.function_name,
        "invocation": context.invocation_id,
        "trace": context.trace_context.trace_parent,
    }
    headers = {"X-Answer": "yes"}
    return func.HttpResponse(
        json.dumps(seen), status_code=201, mimetype="application/json", headers=headers
    )


@app.route(route="plain")
async def plain(req: func.HttpRequest) -> str:
    return f"plain {req.method}"


@app.queue_trigger(arg_name="msg", queue_name="in", connection="C")
@app.queue_output(arg_name="out", queue_name="out", connection="C")
def queue(msg: func.QueueMessage, out: func.Out[str]) -> None:
    inserted = msg.insertion_time
    out.set(
        json.dumps(
            [
                msg.get_body().decode(),
                msg.id,
                msg.dequeue_count,
                inserted.isoformat() if inserted else None,
                msg.pop_receipt,
            ]
        )
    )


@app.queue_trigger(arg_name="msg", queue_name="in", connection="C")
@app.queue_output(arg_name="$return", queue_name="out", connection="C")
def queuetext(msg: str) -> str:
    return msg.upper()


@app.queue_trigger(arg_name="msg", queue_name="in", connection="C")
@app.queue_output(arg_name="out", queue_name="out", connection="C")
def queuelist(msg: func.QueueMessage, out: func.Out[List[str]]) -> None:
    out.set([msg.get_body().decode(), "second"])


@app.blob_trigger(arg_name="blob", path="in/{name}", connection="C")
@app.blob_input(arg_name="other", path="other/{name}", connection="C", data_type="binary")
@app.blob_output(arg_name="out", path="out/{name}", connection="C")
def blob(blob: func.InputStream, other: bytes, out: func.Out[bytes]) -> None:
    out.set(blob.read(3) + b"|" + blob.read() + b"|" + other + f"|{blob.name}|{blob.uri}".encode())


@app.service_bus_queue_trigger(arg_name="msg", queue_name="q", connection="C")
@app.service_bus_queue_output(arg_name="$return", queue_name="out", connection="C")
def busone(msg: func.ServiceBusMessage) -> str:
    return json.dumps(
        [
            msg.get_body().decode(),
            msg.message_id,
            msg.delivery_count,
            msg.enqueued_time_utc.isoformat(),
            msg.application_properties,
            msg.content_type,
        ]
    )


@app.service_bus_queue_trigger(arg_name="msgs", queue_name="q", connection="C", cardinality="many")
@app.service_bus_queue_output(arg_name="$return", queue_name="out", connection="C")
def busmany(msgs: List[func.ServiceBusMessage]) -> str:
    return json.dumps([[m.get_body().decode(), m.message_id, m.delivery_count] for m in msgs])


@app.event_hub_message_trigger(
    arg_name="events", event_hub_name="h", connection="C", cardinality="many"
)
@app.event_hub_output(arg_name="$return", event_hub_name="o", connection="C")
def hubmany(events: List[func.EventHubEvent]) -> str:
    return json.dumps([[e.get_body().decode(), e.sequence_number, e.partition_key] for e in events])


@app.timer_trigger(arg_name="timer", schedule="0 * * * * *")
@app.queue_output(arg_name="$return", queue_name="out", connection="C")
def timer(timer: func.TimerRequest) -> str:
    return json.dumps([timer.past_due, timer.schedule_status])


@app.generic_trigger(arg_name="payload", type="somethingTrigger", extra_key=1)
@app.generic_output_binding(arg_name="out", type="something", data_type="string")
def generic(payload: str, out: func.Out[str]) -> None:
    out.set(payload[::-1])


@app.cosmos_db_trigger(arg_name="docs", connection="C", database_name="d", container_name="c")
@app.cosmos_db_output(arg_name="out", connection="C", database_name="d", container_name="o")
def cosmos(docs: func.DocumentList, out: func.Out[func.Document]) -> None:
    out.set(func.Document.from_dict({"id": docs[0]["id"], "count": len(docs)}))


@app.event_grid_trigger(arg_name="event")
@app.event_grid_output(arg_name="out", connection="C")
def grid(event: func.EventGridEvent, out: func.Out[func.EventGridOutputEvent]) -> None:
    out.set(
        func.EventGridOutputEvent(
            id=event.id,
            data=event.get_json(),
            subject=event.subject,
            event_type="Answer",
            event_time=event.event_time,
            data_version="1.0",
        )
    )


@app.orchestration_trigger(context_name="context")
def orchestrator(context: df.DurableOrchestrationContext):
    found = yield context.call_activity("activity", {"n": 1})
    return found


@app.activity_trigger(input_name="value")
def activity(value: dict) -> dict:
    return {"n": value["n"] + 1}


@app.route(route="start")
@app.durable_client_input(client_name="client")
async def starter(req: func.HttpRequest, client: df.DurableOrchestrationClient) -> str:
    return type(client).__name__


@app.mcp_tool()
@app.mcp_tool_property(arg_name="word", description="A word.")
def tool(word: str, times: int = 2) -> str:
    """Repeat a word."""
    return word * times


@app.queue_trigger(arg_name="msg", queue_name="bad", connection="C")
@app.queue_output(arg_name="$return", queue_name="out", connection="C")
def raising(msg: func.QueueMessage) -> str:
    raise ValueError("no such luck")


@app.function_name("retried")
@app.retry(strategy="fixed_delay", max_retry_count="3", delay_interval="00:00:10")
@app.timer_trigger(arg_name="timer", schedule="0 * * * * *")
def retrying(timer: func.TimerRequest, context: func.Context) -> None:
    logging.info("again")
