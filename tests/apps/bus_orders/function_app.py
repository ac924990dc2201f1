"""Service Bus queues and topics, one message and batches, in a class-based service."""

# ruff: noqa: UP006, UP035

import json
from typing import Dict, List

import azure.functions as func

app = func.FunctionApp()


class OrderService:
    """Counts what came, by customer."""

    @staticmethod
    def totals(messages: List[func.ServiceBusMessage]) -> Dict[str, int]:
        found: Dict[str, int] = {}
        for message in messages:
            customer = message.application_properties.get("customer", "?")
            found[customer] = found.get(customer, 0) + message.delivery_count
        return found


@app.function_name("process_order")
@app.service_bus_queue_trigger(
    arg_name="order_msg",
    queue_name="orders",
    connection="ServiceBusConnection",
    is_sessions_enabled=True,
)
@app.service_bus_topic_output(
    arg_name="shipped_topic", connection="ServiceBusConnection", topic_name="shipped"
)
def process_order(order_msg: func.ServiceBusMessage, shipped_topic: func.Out[str]) -> None:
    shipped_topic.set(
        json.dumps(
            {
                "body": order_msg.get_body().decode(),
                "id": order_msg.message_id,
                "type": order_msg.content_type,
                "session": order_msg.session_id,
                "properties": order_msg.application_properties,
                "sequence": order_msg.sequence_number,
                "enqueued": order_msg.enqueued_time_utc.isoformat(),
            },
            sort_keys=True,
        )
    )


@app.service_bus_topic_trigger(
    arg_name="audit_batch",
    topic_name="orders",
    subscription_name="audit",
    connection="ServiceBusConnection",
    cardinality=func.Cardinality.MANY,
    access_rights="manage",
    auto_complete_messages=False,
)
@app.service_bus_queue_output(
    arg_name="$return", queue_name="totals", connection="ServiceBusConnection"
)
def audit(audit_batch: List[func.ServiceBusMessage]) -> str:
    return json.dumps(OrderService.totals(audit_batch), sort_keys=True)
