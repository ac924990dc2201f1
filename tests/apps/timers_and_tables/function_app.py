"""Timers with retries, a warmup, and tables."""

# ruff: noqa: UP007, UP045

import json
from typing import Any, Optional, Union

import azure.functions as func

app = func.FunctionApp()


class Report:
    """Collects what a night's run has to say."""

    def __init__(self, late: bool, last: "Optional[str]" = None) -> None:
        self.late = late
        self.last = last

    def lines(self) -> "list[str]":
        return ["late" if self.late else "in time", f"last: {self.last}"]


@app.function_name(name="NightlyReport")
@app.timer_trigger(
    schedule="0 30 2 * * *", arg_name="nightly_timer", run_on_startup=False, use_monitor=True
)
@app.queue_output(arg_name="report_queue", queue_name="reports", connection="AzureWebJobsStorage")
@app.retry(strategy="fixed_delay", max_retry_count="3", delay_interval="00:00:10")
def nightly_report(nightly_timer: func.TimerRequest, report_queue: func.Out[str]) -> None:
    report = Report(nightly_timer.past_due, nightly_timer.schedule_status["Last"])
    report_queue.set("\n".join(report.lines()))


@app.schedule(arg_name="timer", schedule="%Cleanup%")
@app.retry(
    strategy="exponential_backoff",
    max_retry_count="5",
    minimum_interval="00:00:01",
    maximum_interval="00:01:00",
)
def cleanup(timer) -> None:
    assert not timer.past_due


@app.warm_up_trigger("warmup_context")
def warmup(warmup_context) -> None:
    pass


@app.route(route="people/{id}", methods=["GET"])
@app.table_input(
    arg_name="person_row",
    connection="AzureWebJobsStorage",
    table_name="People",
    partition_key="people",
    row_key="{id}",
)
def get_person(req: func.HttpRequest, person_row: str) -> func.HttpResponse:
    person: Union[dict, Any] = json.loads(person_row)
    return func.HttpResponse(person["Name"])


@app.route(route="people", methods=["POST"])
@app.table_output(
    arg_name="new_person", connection="AzureWebJobsStorage", table_name="People", partition_key="p"
)
def add_person(req: func.HttpRequest, new_person: func.Out[str]) -> func.HttpResponse:
    new_person.set(json.dumps({"PartitionKey": "people", "RowKey": "1", **req.get_json()}))
    return func.HttpResponse(status_code=201)
