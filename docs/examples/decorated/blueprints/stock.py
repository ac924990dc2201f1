"""The stock: deliveries, sensors and the nightly report."""

import csv
import io
import json

import azure_functions_lib as func
from blueprints.assistant import assistant

stock = func.Blueprint()
stock.register_functions(assistant)


@stock.blob_trigger("delivery", path="deliveries/{name}.csv", connection="Storage")
@stock.table_output("rows", connection="Storage", table_name="stock")
def book_delivery(delivery: func.InputStream, rows: func.Out[str]) -> None:
    lines = csv.DictReader(io.StringIO(delivery.read().decode()))
    entities = [{"PartitionKey": "stock", "RowKey": line["article"], **line} for line in lines]
    rows.set(json.dumps(entities))


@stock.route("stock/{article}", methods=[func.HttpMethod.GET], auth_level="anonymous")
@stock.table_input("row", connection="Storage", table_name="stock", row_key="{article}")
def get_stock(req: func.HttpRequest, row: str) -> str:
    return json.loads(row)["amount"]


@stock.event_hub_message_trigger(
    "readings", connection="Hub", event_hub_name="scales", cardinality="many"
)
@stock.queue_output("$return", queue_name="refill", connection="Storage")
def watch_scales(readings: list[func.EventHubEvent]) -> str:
    weights = [json.loads(reading.get_body())["weight"] for reading in readings]
    return f"lightest: {min(weights)}"


@stock.function_name("NightlyReport")
@stock.retry("fixed_delay", max_retry_count="3", delay_interval="00:00:10")
@stock.timer_trigger("timer", schedule="0 0 2 * * *")
@stock.blob_output("report", path="reports/latest.txt", connection="Storage")
async def nightly_report(timer: func.TimerRequest, report: func.Out[str]) -> None:
    report.set("late" if timer.past_due else "in time")


@stock.event_grid_trigger("event")
@stock.service_bus_topic_output("$return", connection="Bus", topic_name="news")
def announce(event: func.EventGridEvent) -> str:
    return f"{event.event_type}: {event.get_json()['order']}"
