"""Orders: by HTTP, and from the queue behind it."""

import json

import azure_functions_lib as func
from blueprints.stock import stock

orders = func.Blueprint()
orders.register_functions(stock)


@orders.route("orders", methods=["POST"])
@orders.queue_output("message", queue_name="orders", connection="Storage")
async def place_order(req: func.HttpRequest, message: func.Out[str]) -> func.HttpResponse:
    order = req.get_json()
    if not order.get("article"):
        return func.HttpResponse("An order needs an article.", status_code=400)
    message.set(json.dumps(order))
    return func.HttpResponse("Accepted", status_code=202)


@orders.route("orders/{id}", methods=["GET"])
@orders.cosmos_db_input(
    "documents", connection="Cosmos", database_name="shop", container_name="orders", id="{id}"
)
def get_order(req: func.HttpRequest, documents: func.DocumentList) -> func.HttpResponse:
    if not documents:
        return func.HttpResponse(status_code=404)
    return func.HttpResponse(documents[0].to_json(), mimetype="application/json")


@orders.queue_trigger("message", queue_name="orders", connection="Storage")
@orders.cosmos_db_output(
    "document", connection="Cosmos", database_name="shop", container_name="orders"
)
def store_order(message: func.QueueMessage, document: func.Out[func.Document]) -> None:
    document.set(func.Document.from_dict({"id": message.id, **message.get_json()}))


@orders.service_bus_queue_trigger("payment", connection="Bus", queue_name="payments")
@orders.event_grid_output("event", connection="Events")
async def confirm_payment(
    payment: func.ServiceBusMessage, event: func.Out[func.EventGridOutputEvent]
) -> None:
    order = json.loads(payment.get_body())
    event.set(
        func.EventGridOutputEvent(
            id=payment.message_id or "",
            data={"order": order["order"]},
            subject="orders",
            event_type="Shop.OrderPaid",
            event_time=payment.enqueued_time_utc,
            data_version="1.0",
        )
    )
