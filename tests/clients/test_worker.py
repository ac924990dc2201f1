"""azure-functions-runtime, driven as a host does, answers alike with both implementations."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from .runs import OFFICIAL, OURS, needs, run

HERE = Path(__file__).parent

RUNTIME = (
    "azure-functions-runtime",
    "azure-functions-runtime-v1",  # its wheel has the messages of the protocol
)
EXTENSIONS = ("azurefunctions-extensions-bindings-blob", "azurefunctions-extensions-http-fastapi")

with_durable = needs(*RUNTIME, "azure-functions-durable<2")
with_extensions = needs(*RUNTIME, *EXTENSIONS)
with_sdk_types = needs(
    *RUNTIME,
    "azurefunctions-extensions-bindings-cosmosdb",
    "azurefunctions-extensions-bindings-eventhub",
    "azurefunctions-extensions-bindings-servicebus",
    "azurefunctions-extensions-connectors",
)
with_durable_2 = needs(*RUNTIME, "azure-functions-durable>=2.0.0rc3")
with_agents = needs(
    *RUNTIME, "azure-functions-durable>=2.0.0rc3", "azurefunctions-agents-extensions-base"
)


def driven(app: str, folder: Path, implementation: str) -> dict[str, Any]:
    result = run(
        # What the host starts a worker with; message actions call it there.
        [str(HERE / "worker.py"), str(HERE / "apps" / app), "--host", "127.0.0.1", "--port", "1",
         "--functions-grpc-max-message-length", "4096"],
        folder,
        implementation,
        AzureWebJobsScriptRoot=str(HERE / "apps" / app),
        AzureWebJobsStorage="UseDevelopmentStorage=true",
    )  # fmt: skip
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


@with_durable
def test_functions_are_indexed_alike(official: dict[str, Any], ours: dict[str, Any]) -> None:
    assert len(official["indexed"]) == 19
    assert ours["indexed"] == official["indexed"]


@with_durable
def test_invocations_are_answered_alike(official: dict[str, Any], ours: dict[str, Any]) -> None:
    assert len(official["answers"]) == 24
    assert ours["answers"] == official["answers"]


@with_durable
def test_invocations_without_protobuf_are_answered_alike(
    official: dict[str, Any], ours: dict[str, Any]
) -> None:
    assert len(official["native"]) == 23
    for document in (official, ours):
        # What the converter raises is in this library's own words.
        document["native"]["queue with json body"].pop()
    assert ours["native"] == official["native"]
    succeeded = {name for name, (ok, *_) in ours["native"].items() if ok}
    assert len(succeeded) >= 20


@with_durable
def test_invocations_succeed_where_they_should(ours: dict[str, Any]) -> None:
    failed = {
        name
        for name, answer in ours["answers"].items()
        if answer["result"].get("status") != "Success"
    }
    assert failed == {"failing", "int datum", "queue with json body"}


@pytest.mark.parametrize(
    ("app", "functions", "answers"),
    [
        pytest.param("blob_client", 4, 0, marks=with_extensions),
        pytest.param("fastapi", 2, 0, marks=with_extensions),
        pytest.param("sdk_types", 8, 4, marks=with_sdk_types),
        pytest.param("durable2", 7, 7, marks=with_durable_2),
        pytest.param("agents", 6, 5, marks=with_agents),
    ],
)
def test_app_of_an_extension_is_indexed_and_answers_alike(
    app: str, functions: int, answers: int, tmp_path: Path
) -> None:
    official = driven(app, tmp_path / "official", OFFICIAL)
    assert len(official["indexed"]) == functions
    succeeded = [each for each in official["answers"].values() if each["result"].get("status")]
    assert len(succeeded) == answers
    assert driven(app, tmp_path / "ours", OURS) == official


@with_durable
def test_X1_context_of_any_name(ours: dict[str, Any], tmp_path: Path) -> None:
    found = driven("durable_names", tmp_path, OURS)
    assert set(found["indexed"]) == {"orchestrator", "counter"}
    answer = found["answers"]["orchestrator, context of another name"]
    assert answer["return_value"] == ours["answers"]["orchestrator"]["return_value"]
    assert answer["result"] == {"status": "Success"}
