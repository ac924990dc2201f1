"""A small shop: an example of each kind of function that runs locally.

An order comes by HTTP and goes to a queue; what takes it from there writes a row of a table and
sends a receipt on its way, which becomes a blob, which another function notices. An order that
cannot be served ends in the poison queue. A timer reports each night, and an ASGI application
tells who looks what the shop is doing.
"""

from __future__ import annotations

import json
import logging
import uuid
from datetime import datetime, timezone

import azure_functions_lib as func
from live import live

# Azure tries routes in the order of function names, so what takes all paths comes last.
app = func.AsgiFunctionApp(live, http_auth_level=func.AuthLevel.ANONYMOUS, function_name="web")

STORAGE = "AzureWebJobsStorage"
PRICES = {"tea": 4, "cake": 6}


@app.route("orders", methods=["POST"])
@app.queue_output("order", queue_name="orders", connection=STORAGE)
def take_order(req: func.HttpRequest, order: func.Out[str]) -> func.HttpResponse:
    """Take an order such as ``{"item": "tea", "count": 2}``."""
    try:
        wanted = req.get_json()
        item, count = str(wanted["item"]), int(wanted.get("count", 1))
    except (AttributeError, KeyError, TypeError, ValueError):
        return func.HttpResponse('Send {"item": "tea", "count": 2}', status_code=400)
    number = uuid.uuid4().hex
    order.set(json.dumps({"id": number, "item": item, "count": count}))
    return func.HttpResponse(
        json.dumps({"id": number}), status_code=202, mimetype="application/json"
    )


@app.route("orders/{id}", methods=["GET"])
@app.table_input(
    "row", table_name="orders", partition_key="shop", row_key="{id}", connection=STORAGE
)
def show_order(req: func.HttpRequest, row: str) -> func.HttpResponse:
    """Tell what has become of an order."""
    if not row:
        return func.HttpResponse("There is no such order, or not yet.", status_code=404)
    return func.HttpResponse(row, mimetype="application/json")


@app.queue_trigger("msg", queue_name="orders", connection=STORAGE)
@app.table_output("row", table_name="orders", connection=STORAGE)
@app.queue_output("receipt", queue_name="receipts", connection=STORAGE)
def serve(msg: func.QueueMessage, row: func.Out[str], receipt: func.Out[str]) -> None:
    """Serve an order; what is not on the list is tried five times and ends as poison."""
    order = msg.get_json()
    total = PRICES[order["item"]] * order["count"]
    served = {**order, "total": total}
    row.set(json.dumps({"PartitionKey": "shop", "RowKey": order["id"], **served}))
    receipt.set(json.dumps(served))
    logging.info("served %s x %s for %s", order["count"], order["item"], total)


@app.queue_trigger("msg", queue_name="orders-poison", connection=STORAGE)
@app.table_output("row", table_name="orders", connection=STORAGE)
def refuse(msg: func.QueueMessage, row: func.Out[str]) -> None:
    """Note that an order cannot be served."""
    order = msg.get_json()
    row.set(json.dumps({"PartitionKey": "shop", "RowKey": order["id"], "refused": True, **order}))
    logging.warning("refused %s", order["item"])


@app.queue_trigger("msg", queue_name="receipts", connection=STORAGE)
@app.blob_output("paper", path="receipts/{id}.txt", connection=STORAGE)
def print_receipt(msg: func.QueueMessage, paper: func.Out[str]) -> None:
    """Write a receipt."""
    order = msg.get_json()
    paper.set(f"{order['count']} x {order['item']}: {order['total']}\n")


@app.blob_trigger("paper", path="receipts/{name}.txt", connection=STORAGE)
@app.blob_output("copy", path="archive/{name}.txt", connection=STORAGE)
def archive(paper: func.InputStream, copy: func.Out[bytes]) -> None:
    """Keep a copy of each receipt."""
    copy.set(paper.read())


@app.timer_trigger("timer", schedule="0 0 4 * * *")
@app.blob_output("report", path="reports/{DateTime:yyyy-MM-dd}.txt", connection=STORAGE)
def report(timer: func.TimerRequest, report: func.Out[str]) -> None:
    """Write the report of the night, at four."""
    late = "late" if timer.past_due else "in time"
    report.set(f"{datetime.now(timezone.utc):%H:%M}, {late}: {', '.join(PRICES)}\n")
