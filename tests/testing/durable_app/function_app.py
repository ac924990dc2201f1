"""An app of Durable Functions, with one orchestrator for each of the usual patterns."""

import asyncio
from datetime import timedelta

import azure.durable_functions as df
import azure.functions as func

app = df.DFApp(http_auth_level=func.AuthLevel.ANONYMOUS)


@app.orchestration_trigger(context_name="context")
def chain(context):
    greeting = yield context.call_activity("greet", context.get_input())
    context.set_custom_status({"done": 1})
    shouted = yield context.call_activity("shout", greeting)
    return shouted


@app.orchestration_trigger(context_name="context")
def fan_out(context):
    tasks = [context.call_activity("greet", name) for name in context.get_input()]
    greetings = yield context.task_all(tasks)
    first = yield context.call_activity("shout", greetings[0])
    return [first, *greetings[1:]]


@app.orchestration_trigger(context_name="context")
def approval(context):
    late = context.create_timer(context.current_utc_datetime + timedelta(days=30))
    approved = context.wait_for_external_event("approved")
    if (yield context.task_any([approved, late])) is late:
        yield context.call_activity("note", "late")
        return "escalated"
    late.cancel()
    return approved.result


@app.orchestration_trigger(context_name="context")
def two_signatures(context):
    first = yield context.wait_for_external_event("signed")
    second = yield context.wait_for_external_event("signed")
    return [first, second]


@app.orchestration_trigger(context_name="context")
def family(context):
    children = [context.call_sub_orchestrator("chain", name) for name in context.get_input()]
    return (yield context.task_all(children))


@app.orchestration_trigger(context_name="context")
def caring(context):
    try:
        yield context.call_sub_orchestrator("unlucky", None)
    except Exception as error:
        return str(error).strip()


@app.orchestration_trigger(context_name="context")
def unlucky(context):
    yield context.call_activity("fail", 100)


@app.orchestration_trigger(context_name="context")
def broken(context):
    raise KeyError("broken")
    yield


@app.orchestration_trigger(context_name="context")
def misspelt(context):
    yield context.call_activity("gret", "x")


@app.orchestration_trigger(context_name="context")
def calling_out(context):
    yield context.call_http("GET", "https://example.com")


@app.orchestration_trigger(context_name="context")
def retrying(context):
    options = df.RetryOptions(first_retry_interval_in_milliseconds=60_000, max_number_of_attempts=3)
    begun = context.current_utc_datetime
    try:
        result = yield context.call_activity_with_retry("fail", options, context.get_input())
    except Exception:
        result = "given up"
    greeting = yield context.call_activity("greet", result)
    return [greeting, (context.current_utc_datetime - begun).total_seconds()]


@app.orchestration_trigger(context_name="context")
def retrying_child(context):
    options = df.RetryOptions(first_retry_interval_in_milliseconds=1000, max_number_of_attempts=2)
    try:
        yield context.call_sub_orchestrator_with_retry("unlucky", options, None)
    except Exception:
        return "given up"


@app.orchestration_trigger(context_name="context")
def hourly(context):
    yield context.call_activity("note", context.get_input())
    yield context.create_timer(context.current_utc_datetime + timedelta(hours=1))
    context.continue_as_new(context.get_input() + 1)


@app.orchestration_trigger(context_name="context")
def restless(context):
    context.continue_as_new(None)
    yield context.call_activity("greet", "x")


@app.orchestration_trigger(context_name="context")
def counting(context):
    counter = df.EntityId("Counter", "visits")
    context.signal_entity(counter, "add", 5)
    total = yield context.call_entity(counter, "add", 2)
    try:
        yield context.call_entity(counter, "divide", 0)
    except Exception as error:
        return [total, str(error)]


@app.orchestration_trigger(context_name="context", orchestration="OtherName")
def renamed(context):
    return (yield context.call_activity("OtherActivity", {"a": [1]}))


@app.activity_trigger(input_name="value", activity="OtherActivity")
def renamed_activity(value):
    return value


@app.entity_trigger(context_name="context", entity_name="Counter")
def counter(context):
    value = context.get_state(lambda: 0)
    if context.operation_name == "add":
        value += context.get_input()
        context.set_state(value)
    elif context.operation_name == "reset":
        context.destruct_on_exit()
        return
    else:
        raise ValueError(f"cannot {context.operation_name}")
    context.set_result(value)


noted = []
tries = []


@app.activity_trigger(input_name="name")
def greet(name: str) -> str:
    return f"Hello {name}"


@app.activity_trigger(input_name="text")
async def shout(text: str) -> str:
    await asyncio.sleep(0)
    return text.upper()


@app.activity_trigger(input_name="what")
@app.queue_output(arg_name="notes", queue_name="notes", connection="AzureWebJobsStorage")
def note(what, notes: func.Out[str]) -> None:
    notes.set(str(what))


@app.activity_trigger(input_name="times")
def fail(times: int) -> str:
    tries.append(times)
    if len(tries) <= times:
        raise ValueError(f"attempt {len(tries)}")
    return f"attempt {len(tries)}"


@app.timer_trigger(arg_name="timer", schedule="0 */30 * * * *")
def tick(timer: func.TimerRequest) -> None:
    pass


@app.queue_trigger(arg_name="msg", queue_name="orders", connection="AzureWebJobsStorage")
@app.durable_client_input(client_name="client")
async def start_by_queue(msg: func.QueueMessage, client: df.DurableOrchestrationClient) -> None:
    await client.start_new("chain", "by-queue", msg.get_body().decode())


@app.route(route="start/{name}", methods=["POST"])
@app.durable_client_input(client_name="client")
async def start(req: func.HttpRequest, client: df.DurableOrchestrationClient) -> func.HttpResponse:
    body = req.get_json() if req.get_body() else None
    instance_id = await client.start_new(req.route_params["name"], client_input=body)
    return client.create_check_status_response(req, instance_id)


@app.route(route="wait/{name}", methods=["POST"])
@app.durable_client_input(client_name="client")
async def wait(req: func.HttpRequest, client: df.DurableOrchestrationClient) -> func.HttpResponse:
    instance_id = await client.start_new(req.route_params["name"], client_input=req.get_json())
    return await client.wait_for_completion_or_create_check_status_response(req, instance_id)


@app.route(route="manage/{id}", methods=["POST"])
@app.durable_client_input(client_name="client")
async def manage(req: func.HttpRequest, client: df.DurableOrchestrationClient) -> func.HttpResponse:
    """Do what the body names, in order; answer with the status after each."""
    instance_id, statuses = req.route_params["id"], []
    for name, *arguments in req.get_json():
        await getattr(client, name)(instance_id, *arguments)
        status = await client.get_status(instance_id)
        statuses.append(status.runtime_status and status.runtime_status.name)
    return func.HttpResponse(",".join(str(each) for each in statuses))


@app.route(route="count/{key}", methods=["POST"])
@app.durable_client_input(client_name="client")
async def count(req: func.HttpRequest, client: df.DurableOrchestrationClient) -> func.HttpResponse:
    entity = df.EntityId("Counter", req.route_params["key"])
    before = await client.read_entity_state(entity)
    await client.signal_entity(entity, "add", req.get_json())
    after = await client.read_entity_state(entity)
    return func.HttpResponse(f"{before.entity_exists} {after.entity_exists} {after.entity_state}")
