"""``azfl event``: a payload to edit for every kind of trigger."""

from __future__ import annotations

import pytest

from azure_functions_lib.bindings import get_binding_registry
from azure_functions_lib.delivery.events import KINDS
from azure_functions_lib.delivery.recorded import loads

from .conftest import Azfl

TRIGGERS = [name for name in get_binding_registry() if name.endswith("Trigger")]


def test_the_list_of_kinds(azfl: Azfl) -> None:
    assert azfl("event", "--list").stdout.split() == list(KINDS)


@pytest.mark.parametrize("kind", [*KINDS, "service_bus", *TRIGGERS, "daprTopicTrigger"])
def test_each_kind_and_each_type_of_trigger_has_a_payload(azfl: Azfl, kind: str) -> None:
    result = azfl("event", kind)
    assert result.exit_code == 0, result.stderr
    assert loads(result.stdout).data is not None


@pytest.mark.parametrize(
    ("kind", "listed"),
    [
        ("serviceBusTrigger", "service-bus"),
        ("cosmosDBTrigger", "cosmos-db"),
        ("x-Trigger", "generic"),
    ],
)
def test_the_kind_of_a_trigger(azfl: Azfl, kind: str, listed: str) -> None:
    assert azfl("event", kind).stdout == azfl("event", listed).stdout


@pytest.mark.parametrize("kind", [[], ["nothing"], ["queues"]])
def test_what_is_no_kind(azfl: Azfl, kind: list[str]) -> None:
    result = azfl("event", *kind)
    assert result.exit_code == 2
    assert "There are: activity, blob" in result.stderr
