from pathlib import Path

from azure_functions_lib.testing import TestClient

APP = Path(__file__).parents[1]


def test_my_function() -> None:
    with TestClient(APP) as client:
        response = client.get("/api/my_function", params={"name": "Ada"})
    assert (response.status_code, response.text) == (200, "Hello, Ada!")
