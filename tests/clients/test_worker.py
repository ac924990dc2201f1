"""azure-functions-runtime, driven as a host does, answers alike with both implementations."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from .runs import OFFICIAL, OURS, needs, run

HERE = Path(__file__).parent

pytestmark = needs(
    "azure-functions-runtime",
    "azure-functions-runtime-v1",  # its wheel has the messages of the protocol
    "azure-functions-durable",
    "azurefunctions-extensions-bindings-blob",
    "azurefunctions-extensions-http-fastapi",
)


def driven(app: str, folder: Path, implementation: str) -> dict[str, Any]:
    result = run(
        [str(HERE / "worker.py"), str(HERE / "apps" / app)],
        folder,
        implementation,
        AzureWebJobsScriptRoot=str(HERE / "apps" / app),
        AzureWebJobsStorage="UseDevelopmentStorage=true",
    )
    answers = folder / "answers.json"
    assert answers.is_file(), result.stdout + result.stderr
    # The worker's own errors name the converter's class.
    text = re.sub(r"<class '[\w.]+'>", "<class>", answers.read_text())
    parsed: dict[str, Any] = json.loads(text)
    return parsed


@pytest.fixture(scope="module")
def official(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return driven("worker", tmp_path_factory.mktemp("official"), OFFICIAL)


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return driven("worker", tmp_path_factory.mktemp("ours"), OURS)


def test_functions_are_indexed_alike(official: dict[str, Any], ours: dict[str, Any]) -> None:
    assert len(official["indexed"]) == 19
    assert ours["indexed"] == official["indexed"]


def test_invocations_are_answered_alike(official: dict[str, Any], ours: dict[str, Any]) -> None:
    assert len(official["answers"]) == 24
    assert ours["answers"] == official["answers"]


def test_invocations_succeed_where_they_should(ours: dict[str, Any]) -> None:
    failed = {
        name
        for name, answer in ours["answers"].items()
        if answer["result"].get("status") != "Success"
    }
    assert failed == {"failing", "int datum", "queue with json body"}


@pytest.mark.parametrize(("app", "functions"), [("blob_client", 4), ("fastapi", 2)])
def test_app_of_an_extension_is_indexed_alike(app: str, functions: int, tmp_path: Path) -> None:
    official = driven(app, tmp_path / "official", OFFICIAL)
    assert len(official["indexed"]) == functions
    assert driven(app, tmp_path / "ours", OURS) == official


def test_X1_context_of_any_name(ours: dict[str, Any], tmp_path: Path) -> None:
    found = driven("durable_names", tmp_path, OURS)
    assert set(found["indexed"]) == {"orchestrator", "counter"}
    answer = found["answers"]["orchestrator, context of another name"]
    assert answer["return_value"] == ours["answers"]["orchestrator"]["return_value"]
    assert answer["result"] == {"status": "Success"}
