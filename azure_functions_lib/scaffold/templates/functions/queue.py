import logging

import azure_functions_lib as func

app = func.FunctionApp()
logger = logging.getLogger(__name__)


@app.queue_trigger(
    "msg",
    queue_name="my-function-items",
    connection="AzureWebJobsStorage",
)
def my_function(msg: func.QueueMessage) -> None:
    logger.info("Message %s: %s", msg.id, msg.get_body().decode())
