import json
from typing import Any

import azure.functions as func

stream_blueprint = func.Blueprint()


@stream_blueprint.kafka_trigger(
    arg_name="kafka_event",
    topic="devices",
    broker_list="%BrokerList%",
    consumer_group="g",
    event_hub_connection_string=None,
    protocol="saslssl",
)
@stream_blueprint.event_hub_output("$return", "from-kafka", "EventHubConnection")
def from_kafka(kafka_event: func.KafkaEvent) -> str:
    value: Any = json.loads(kafka_event.get_body().decode("utf-8"))
    return json.dumps([value["Value"], kafka_event.topic, kafka_event.offset], sort_keys=True)
