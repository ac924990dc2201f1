"""Tests an app of Durable Functions with the testing kit; prints what comes of it, as JSON."""

from __future__ import annotations

import json
from typing import Any

import azure.durable_functions as df
import azure.functions as func
import proof  # noqa: F401 - makes sure of the implementation

from azure_functions_lib.testing import TestClient, events

app = df.DFApp(http_auth_level=func.AuthLevel.ANONYMOUS)


@app.orchestration_trigger(context_name="context")
def greet(context: Any) -> Any:
    greeting = yield context.call_activity("say", context.get_input())
    return greeting


@app.activity_trigger(input_name="city")
def say(city: str) -> str:
    return f"Hello {city}"


@app.entity_trigger(context_name="context")
def counter(context: Any) -> None:
    value = context.get_state(lambda: 0)
    if context.operation_name == "add":
        value += context.get_input()
    context.set_state(value)
    context.set_result(value)


@app.route(route="start")
@app.durable_client_input(client_name="client")
async def start(req: func.HttpRequest, client: Any) -> func.HttpResponse:
    response: func.HttpResponse = client.create_check_status_response(req, "abc")
    return response


DONE = [
    {"EventType": 4, "EventId": 0, "Name": "say"},
    {"EventType": 13, "EventId": -1},
    {"EventType": 12, "EventId": -1},
    {"EventType": 5, "EventId": -1, "TaskScheduledId": 0, "Result": '"Hello Oslo"'},
]
for event in DONE:
    event.update(IsPlayed=False, Timestamp="2024-05-06T07:08:09.1234567Z")

with TestClient(app) as client:
    first = client.invoke("greet", events.orchestration(input="Oslo")).return_value
    last = client.invoke("greet", events.orchestration(input="Oslo", history=DONE)).return_value
    made = client.invoke("counter", events.entity()).return_value
    added = client.invoke("counter", events.entity(operation="add", input=3, state=4)).return_value
    print(
        json.dumps(
            {
                "activity": client.invoke("say", city="Oslo").return_value,
                "calls": [action["functionName"] for action in first["actions"][0]],
                "output": [first["isDone"], last["isDone"], last["output"]],
                "entity": [made["entityState"], added["entityState"]],
                "errors": [made["results"][0]["isError"], added["results"][0]["isError"]],
                "client": client.get("/api/start").json()["id"],
            }
        )
    )
