from pathlib import Path

from azure_functions_lib.testing import TestClient, events

APP = Path(__file__).parents[1]


def test_my_function() -> None:
    batch = events.event_hub_batch(["tea", "milk"])
    with TestClient(APP) as client:
        result = client.invoke("my_function", batch)
    messages = [record.getMessage() for record in result.logs]
    assert messages == ["Event: tea", "Event: milk"]
