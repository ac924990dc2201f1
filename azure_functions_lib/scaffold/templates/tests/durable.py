from pathlib import Path

from azure_functions_lib.testing import TestClient

APP = Path(__file__).parents[1]


def test_my_function_activity() -> None:
    with TestClient(APP) as client:
        result = client.invoke("my_function_activity", city="Oslo")
    assert result.return_value == "Hello, Oslo!"
