import logging

import azure_functions_lib as func

app = func.FunctionApp()
logger = logging.getLogger(__name__)


@app.event_grid_trigger("event")
def my_function(event: func.EventGridEvent) -> None:
    logger.info("Event %s: %s", event.event_type, event.subject)
