"""Event Grid, both ways."""

import datetime
import json
from typing import List  # noqa: UP035

import azure.functions as func

app = func.FunctionApp()


def event_of(subject: str, number: int) -> func.EventGridOutputEvent:
    return func.EventGridOutputEvent(
        id=f"id-{number}",
        data={"number": number},
        subject=subject,
        event_type="sample.made",
        event_time=datetime.datetime(2026, 3, 4, 5, 6, 7, tzinfo=datetime.timezone.utc),
        data_version="1.0",
    )


@app.function_name(name="on_event")
@app.event_grid_trigger(arg_name="grid_event")
@app.event_grid_output(
    arg_name="next_event", topic_endpoint_uri="TopicEndpoint", topic_key_setting="TopicKey"
)
def on_event(
    grid_event: func.EventGridEvent, next_event: func.Out[func.EventGridOutputEvent]
) -> None:
    seen = [grid_event.id, grid_event.topic, grid_event.event_type, grid_event.get_json()]
    next_event.set(event_of(json.dumps(seen), 1))


@app.route(route="publish", methods=["POST"])
@app.event_grid_output("new_events", "TopicEndpoint", "TopicKey")
def publish(
    req: func.HttpRequest,
    new_events: func.Out[List[func.EventGridOutputEvent]],  # noqa: UP006
) -> func.HttpResponse:
    new_events.set([event_of("s", number) for number in range(int(req.params["count"]))])
    return func.HttpResponse("published", status_code=200)
