from pathlib import Path

from azure_functions_lib.testing import TestClient

APP = Path(__file__).parents[1]


def test_hello() -> None:
    with TestClient(APP) as client:
        response = client.get("/api/hello/Ada")
    assert response.json() == {"message": "Hello, Ada!"}
