"""Uses the mocks of azure-functions-test; prints what functions see of them, as JSON."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any

import azure.functions as func
import azure_functions_test as mocks
import proof  # noqa: F401 - makes sure of the implementation

TIME = datetime(2026, 3, 4, 5, 6, 7, tzinfo=timezone.utc)

app = func.FunctionApp()


@app.queue_trigger(arg_name="msg", queue_name="in", connection="C")
@app.queue_output(arg_name="out", queue_name="out", connection="C")
def work(msg: func.QueueMessage, out: func.Out[str]) -> None:
    out.set(msg.get_body().decode())


class Captured(func.Out[str]):
    value: str | None = None

    def set(self, val: str) -> None:
        self.value = val

    def get(self) -> str | None:
        return self.value


def seen(value: Any) -> dict[str, str]:
    names = [name for name in dir(value) if not name.startswith("_")]
    found = {}
    for name in names:
        attribute = getattr(value, name)
        found[name] = "method" if callable(attribute) else repr(attribute)
    return found


context = mocks.FunctionTestContext()
captured = Captured()
message = mocks.mock_queue_message({"a": 1}, insertion_time=TIME)
work(message, context.out("out"))
work(message, captured)
print(
    json.dumps(
        {
            "outputs": context.outputs,
            "captured": [captured.get(), isinstance(captured, func.Out)],
            "queue": seen(message),
            "http": seen(mocks.mock_http_request({"a": 1}, params={"b": "2"})),
            "blob": mocks.mock_blob("text").read().decode(),
            "timer": mocks.mock_timer_request(past_due=True).past_due,
            "grid": seen(mocks.mock_event_grid_event({"a": 1}, event_time=TIME)),
            "bus": seen(mocks.mock_service_bus_message("x", enqueued_time_utc=TIME)),
            "output of a function": json.loads(str(app.get_functions()[0])),
        }
    )
)
