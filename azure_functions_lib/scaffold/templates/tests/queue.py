from pathlib import Path

from azure_functions_lib.testing import TestClient

APP = Path(__file__).parents[1]


def test_my_function() -> None:
    with TestClient(APP) as client:
        client.queue("my-function-items").put("tea")
        (result,) = client.drain("my-function-items")
    assert result.logs[-1].getMessage().endswith(": tea")
