from pathlib import Path

from azure_functions_lib.testing import TestClient, events

APP = Path(__file__).parents[1]


def test_my_function() -> None:
    with TestClient(APP) as client:
        call = events.mcp_tool({"city": "Oslo"}, name="my_function")
        result = client.invoke("my_function", call)
    assert "It is sunny in Oslo." in str(result.return_value)
