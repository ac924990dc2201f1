import logging

import azure_functions_lib as func

app = func.FunctionApp()
logger = logging.getLogger(__name__)


@app.event_hub_message_trigger(
    "events",
    connection="EventHubConnection",
    event_hub_name="my-function-items",
    cardinality="many",
)
def my_function(events: list[func.EventHubEvent]) -> None:
    for event in events:
        logger.info("Event: %s", event.get_body().decode())
