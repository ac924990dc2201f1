"""Event Hubs and Kafka: one event, batches, and outputs."""

# ruff: noqa: UP006

import typing

import azure.functions as func
from streams import stream_blueprint

app = func.FunctionApp()
app.register_blueprint(stream_blueprint)


@app.event_hub_message_trigger(
    arg_name="device_events",
    event_hub_name="devices",
    connection="EventHubConnection",
    cardinality="many",
    consumer_group="$Default",
)
@app.event_hub_output(
    arg_name="alert_hub", event_hub_name="alerts", connection="EventHubConnection"
)
def read_devices(
    device_events: typing.List[func.EventHubEvent], alert_hub: func.Out[typing.List[str]]
) -> None:
    alert_hub.set(
        [
            f"{event.partition_key}/{event.sequence_number}: {event.get_body().decode()}"
            for event in device_events
        ]
    )


@app.event_hub_message_trigger("event", "single", "EventHubConnection", cardinality="one")
def read_one(event: func.EventHubEvent) -> None:
    seen = [event.get_body(), event.partition_key, event.offset, dict(event.iothub_metadata or {})]
    assert seen == [b"x", "p", "12", {"device": "d"}], seen
