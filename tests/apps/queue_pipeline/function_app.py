"""Orders through queues, with everything imported by its name alone."""

# ruff: noqa: F403, F405, UP006, UP035, UP045

import json
from typing import List, Optional

from azure.functions import HttpRequest, HttpResponse, Out, QueueMessage
from azure.functions.decorators import *

app = FunctionApp()


def split_order(text: str) -> List[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def customer_of(message: QueueMessage, default: Optional[str] = None) -> Optional[str]:
    return message.id or default


@app.function_name(name="split_orders")
@app.queue_trigger(arg_name="order_message", queue_name="orders", connection="OrderStorage")
@app.queue_output(arg_name="line_items", queue_name="lines", connection="OrderStorage")
def split_orders(order_message: QueueMessage, line_items: Out[List[str]]) -> None:
    line_items.set(split_order(order_message.get_body().decode("utf-8")))


@app.queue_trigger(
    arg_name="raw_text",
    queue_name="%AuditQueue%",
    connection="OrderStorage",
    data_type=DataType.STRING,
    batch_size=8,
    visibility_timeout="00:00:30",
)
@app.queue_output(arg_name="$return", queue_name="audited", connection="OrderStorage")
def audit(raw_text: str) -> str:
    return raw_text.upper()


@app.route(route="orders", auth_level="anonymous")
@app.queue_output("new_order", "orders", "OrderStorage")
def new_order_api(req: HttpRequest, new_order: Out[QueueMessage]) -> HttpResponse:
    body = req.get_json()
    new_order.set(QueueMessage(id=body["customer"], body=json.dumps(body["items"])))
    return HttpResponse(status_code=202)


@app.queue_trigger(arg_name="poisoned", queue_name="orders-poison", connection="OrderStorage")
def on_poison(poisoned: QueueMessage) -> None:
    assert poisoned.dequeue_count == 5, poisoned.dequeue_count
    assert poisoned.pop_receipt == "r-1"
    assert customer_of(poisoned) == "m-1"
