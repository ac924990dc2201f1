from pathlib import Path

from azure_functions_lib.testing import TestClient

APP = Path(__file__).parents[1]


def test_my_function() -> None:
    with TestClient(APP) as client:
        client.blob("my-function-items/menu.txt").write("tea")
        (result,) = client.drain()
    assert result.logs[-1].getMessage() == "Blob my-function-items/menu.txt: 3 bytes"
