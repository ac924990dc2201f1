import logging

import azure_functions_lib as func

app = func.FunctionApp()
logger = logging.getLogger(__name__)


@app.service_bus_queue_trigger(
    "msg",
    connection="ServiceBusConnection",
    queue_name="my-function-items",
)
def my_function(msg: func.ServiceBusMessage) -> None:
    logger.info("Message %s: %s", msg.message_id, msg.get_body().decode())
