from pathlib import Path

from azure_functions_lib.testing import TestClient, events

APP = Path(__file__).parents[1]


def test_my_function() -> None:
    changes = events.cosmos_db([{"id": "7", "item": "tea"}])
    with TestClient(APP) as client:
        result = client.invoke("my_function", changes)
    assert result.logs[-1].getMessage() == "Document 7"
