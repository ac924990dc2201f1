"""The shop's own tests, as its author runs them: ``pytest`` in the shop's folder."""

from azure_functions_lib.testing import TestClient


def test_an_order_is_taken():
    with TestClient(".") as client:
        response = client.post("/api/orders", json={"item": "tea", "count": 2})
    assert response.status_code == 202
    assert '"item": "tea", "count": 2' in response.outputs["order"]


def test_an_order_without_an_item_is_refused():
    with TestClient(".") as client:
        assert client.post("/api/orders", json={"count": 2}).status_code == 400
