from pathlib import Path

from azure_functions_lib.testing import TestClient, events

APP = Path(__file__).parents[1]


def test_my_function() -> None:
    event = events.event_grid(event_type="order.placed", subject="orders/7")
    with TestClient(APP) as client:
        result = client.invoke("my_function", event)
    assert result.logs[-1].getMessage() == "Event order.placed: orders/7"
