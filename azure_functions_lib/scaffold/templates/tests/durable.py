from pathlib import Path

from azure_functions_lib.testing import TestClient

APP = Path(__file__).parents[1]


def test_my_function_orchestrator() -> None:
    with TestClient(APP) as client:
        run = client.run_orchestration("my_function_orchestrator")
    assert run.output == ["Hello, Oslo!", "Hello, Lima!"]
