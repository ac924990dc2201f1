import logging

import azure_functions_lib as func

app = func.FunctionApp()
logger = logging.getLogger(__name__)


@app.kafka_trigger(
    "event",
    topic="my-function-items",
    broker_list="%KafkaBrokers%",
    consumer_group="my-group",
)
def my_function(event: func.KafkaEvent) -> None:
    logger.info("Event %s: %s", event.key, event.get_body().decode())
