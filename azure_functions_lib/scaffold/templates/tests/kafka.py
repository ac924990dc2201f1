from pathlib import Path

from azure_functions_lib.testing import TestClient, events

APP = Path(__file__).parents[1]


def test_my_function() -> None:
    with TestClient(APP) as client:
        result = client.invoke("my_function", events.kafka("tea", key="7"))
    assert result.logs[-1].getMessage() == "Event 7: tea"
