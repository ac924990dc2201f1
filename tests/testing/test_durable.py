"""Orchestrations in the test client, through azure-functions-durable's own replay."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from azure_functions_lib.errors import InvalidValueError, InvocationError
from azure_functions_lib.testing import AsyncTestClient, TestClient

from ..clients.runs import needs

pytestmark = [
    needs("azure-functions-durable<2"),
    # It asks for no type when it reads what activities have returned.
    pytest.mark.filterwarnings("ignore:df_loads was called without expected_type"),
]

APP = Path(__file__).parent / "durable_app"
NOON = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)


@pytest.fixture
def client() -> Iterator[TestClient]:
    with TestClient(APP, now=NOON) as client:
        yield client


def kinds(orchestration: Any) -> list[str]:
    return [each["EventType"] for each in orchestration.history]


def test_chain(client: TestClient) -> None:
    run = client.run_orchestration("chain", "Ada", instance_id="chain-1")
    assert (run.id, run.name, run.status, run.ok) == ("chain-1", "chain", "Completed", True)
    assert run.output == "HELLO ADA"
    assert run.input == "Ada"
    assert run.custom_status == {"done": 1}
    assert run.exception is None
    tasks = [each for each in run.history if each["EventType"].startswith("Task")]
    assert [each["EventType"] for each in tasks] == ["TaskScheduled", "TaskCompleted"] * 2
    assert [each.get("Name") for each in tasks] == ["greet", None, "shout", None]
    assert kinds(run)[:2] == ["OrchestratorStarted", "ExecutionStarted"]
    assert kinds(run)[-1] == "ExecutionCompleted"


def test_fan_out_runs_all_tasks(client: TestClient) -> None:
    run = client.run_orchestration("fan_out", ["Ada", "Bob", "Cy"])
    assert run.output == ["HELLO ADA", "Hello Bob", "Hello Cy"]


def test_human_interaction_in_time(client: TestClient) -> None:
    run = client.start_orchestration("approval")
    assert (run.status, run.waiting_for) == ("Running", ["approved"])
    assert run.next_timer == NOON + timedelta(days=30)
    client.clock.advance(days=29)
    run.raise_event("APPROVED", {"by": "Ada"})
    assert (run.status, run.output) == ("Completed", {"by": "Ada"})
    assert run.next_timer is None
    assert client.clock.now() == NOON + timedelta(days=29)


def test_human_interaction_that_comes_too_late(client: TestClient) -> None:
    run = client.run_orchestration("approval")
    assert run.output == "escalated"
    assert client.clock.now() == NOON + timedelta(days=30)
    assert client.queue("notes").messages == ["late"]


def test_events_are_raised_before_time_passes(client: TestClient) -> None:
    assert client.run_orchestration("approval", events={"approved": True}).output is True
    run = client.run_orchestration("two_signatures", events=[("signed", "Ada"), ("signed", "Bob")])
    assert run.output == ["Ada", "Bob"]
    assert client.clock.now() == NOON


def test_event_waits_until_it_is_asked_for(client: TestClient) -> None:
    run = client.start_orchestration("two_signatures")
    run.suspend()
    run.raise_event("signed", 1)
    run.raise_event("other", 0)
    assert (run.status, run.waiting_for) == ("Suspended", ["signed"])
    run.resume()
    assert (run.status, run.waiting_for) == ("Running", ["signed"])
    run.raise_event("signed", 2)
    assert run.output == [1, 2]


def test_timer_of_a_suspended_orchestration_fires_when_it_goes_on(client: TestClient) -> None:
    run = client.start_orchestration("approval")
    run.suspend()
    client.clock.advance(days=40)
    assert run.status == "Suspended"
    run.resume()
    assert run.output == "escalated"


def test_sub_orchestrations(client: TestClient) -> None:
    run = client.run_orchestration("family", ["Ada", "Bob"])
    assert run.output == ["HELLO ADA", "HELLO BOB"]
    names = [each.name for each in client.orchestrations()]
    assert names == ["family", "chain", "chain"]


def test_failure_of_a_sub_orchestration_can_be_caught(client: TestClient) -> None:
    run = client.run_orchestration("caring")
    assert run.ok
    assert "Sub-orchestrator function 'unlucky' failed" in run.output
    assert "ValueError: attempt 1" in run.output


def test_retry_by_its_options(client: TestClient) -> None:
    run = client.run_orchestration("retrying", 2)
    assert run.output == ["Hello attempt 3", 120.0]
    assert kinds(run).count("TaskFailed") == 2
    assert client.clock.now() == NOON + timedelta(minutes=2)


def test_retry_that_is_given_up(client: TestClient) -> None:
    run = client.run_orchestration("retrying", 100)
    assert run.output == ["Hello given up", 120.0]
    assert kinds(run).count("TaskFailed") == 3
    assert client.run_orchestration("retrying_child").output == "given up"
    assert [each.status for each in client.orchestrations()].count("Failed") == 2


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("unlucky", "Activity function 'fail' failed: ValueError: attempt 1"),
        ("broken", "'broken'"),
        ("misspelt", "the app has no function 'gret' of the kind 'activity'"),
        ("calling_out", "it asks for an HTTP call, which the test client does not make"),
    ],
)
def test_failure(client: TestClient, name: str, reason: str) -> None:
    run = client.run_orchestration(name)
    assert (run.status, run.ok) == ("Failed", False)
    assert run.output.startswith(f"Orchestrator function {name!r} failed: {reason}")
    with pytest.raises(Exception, match=reason):
        run.raise_for_exception()


def test_exception_of_the_orchestrator_is_its_own(client: TestClient) -> None:
    assert repr(client.run_orchestration("broken").exception) == "KeyError('broken')"


def test_eternal_orchestration_moves_on_with_the_clock(client: TestClient) -> None:
    run = client.start_orchestration("hourly", 1)
    results = client.clock.advance(hours=3, minutes=30)
    assert (run.status, run.input) == ("Running", 4)
    assert client.queue("notes").messages == ["1", "2", "3", "4"]
    assert len(results) == 7  # the app's own timer, in between
    assert kinds(run).count("TimerFired") == 0  # each time the history begins anew
    run.terminate("enough")
    assert (run.status, run.output) == ("Terminated", "enough")
    client.clock.advance(hours=3)
    assert len(client.queue("notes").messages) == 4


@pytest.mark.slow
def test_orchestration_without_an_end_is_told(client: TestClient) -> None:
    with pytest.raises(InvocationError, match="is Running after 5 timers. One that goes on"):
        client.run_orchestration("hourly", 1, limit=5)
    with pytest.raises(InvocationError, match="It waits for the external event 'signed'"):
        client.run_orchestration("two_signatures")


def test_orchestration_that_never_waits_is_told(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("azure_functions_lib.testing.taskhub.MAX_STEPS", 20)
    with pytest.raises(InvocationError, match="have not come to rest after 20 steps"):
        client.start_orchestration("restless")


def test_entity_is_signalled_and_called(client: TestClient) -> None:
    assert client.run_orchestration("counting").output == [7, "cannot divide"]
    counter = client.entity("counter", "visits")
    assert (counter.exists, counter.state) == (True, 7)
    assert counter.call("add", 3) == 10
    with pytest.raises(InvocationError, match="'divide' of the entity 'counter' 'visits' failed"):
        counter.call("divide")
    counter.call("reset")
    assert (counter.exists, counter.state) == (False, None)
    with pytest.raises(InvocationError, match="no function 'conter' of the kind 'entity'"):
        client.entity("conter", "x").call("add")


def test_names_other_than_the_functions(client: TestClient) -> None:
    assert client.run_orchestration("othername").output == {"a": [1]}


def test_http_starter_and_its_management_urls(client: TestClient) -> None:
    response = client.post("/api/start/approval", json={"order": 1})
    assert response.status_code == 202
    urls = response.json()
    assert response.headers["Location"] == urls["statusQueryGetUri"]
    status = client.get(urls["statusQueryGetUri"])
    assert (status.status_code, status.json()["runtimeStatus"]) == (202, "Running")
    assert status.json()["input"] == {"order": 1}
    raising = urls["sendEventPostUri"].replace("{eventName}", "approved")
    assert client.post(raising, json="yes").status_code == 202
    assert client.post(raising, json="yes").status_code == 410
    done = client.get(urls["statusQueryGetUri"], params={"showHistory": "true"})
    assert (done.status_code, done.json()["output"]) == (200, "yes")
    assert done.json()["historyEvents"][1]["EventType"] == "ExecutionStarted"
    assert client.orchestration(urls["id"]).output == "yes"
    assert client.delete(urls["purgeHistoryDeleteUri"]).json() == {"instancesDeleted": 1}
    assert client.get(urls["statusQueryGetUri"]).status_code == 404


def test_starter_that_waits_lets_the_orchestration_go_on(client: TestClient) -> None:
    response = client.post("/api/wait/chain", json="Ada")
    assert (response.status_code, response.text) == (200, "HELLO ADA")


def test_starter_of_a_queue(client: TestClient) -> None:
    client.queue("orders").put("Ada")
    client.drain("orders")
    assert client.orchestration("by-queue").output == "HELLO ADA"


def test_client_manages_an_orchestration(client: TestClient) -> None:
    run = client.start_orchestration("approval", instance_id="i-1")
    asked = [["suspend", "x"], ["resume", "x"], ["raise_event", "nothing", 1], ["terminate", "why"]]
    response = client.post("/api/manage/i-1", json=asked)
    assert response.text == "Suspended,Running,Running,Terminated"
    assert run.output == "why"
    assert client.post("/api/manage/i-1", json=[["purge_instance_history"]]).text == "None"
    with pytest.raises(InvocationError, match="'i-1' has been purged"):
        _ = run.status


def test_client_signals_an_entity_and_reads_its_state(client: TestClient) -> None:
    assert client.post("/api/count/k", json=5).text == "False True 5"
    assert client.entity("Counter", "k").state == 5
    assert repr(client.entity("Counter", "k")) == "<DurableEntity 'Counter' 'k': 5>"


def test_orchestrations_are_started_by_url(client: TestClient) -> None:
    base = "/runtime/webhooks/durabletask"
    started = client.post(f"{base}/orchestrators/chain/i-2", json="Ada")
    assert (started.status_code, started.json()) == (202, {"id": "i-2"})
    assert client.orchestration("i-2").output == "HELLO ADA"
    assert client.post(f"{base}/orchestrators/nothing").status_code == 400
    assert client.post(f"{base}/orchestrators/chain", data="no json").status_code == 400
    client.post(f"{base}/orchestrators/approval/i-3")
    running = client.get(f"{base}/instances", params={"runtimeStatus": "Running,Pending"})
    assert [each["instanceId"] for each in running.json()] == ["i-3"]
    later = client.get(f"{base}/instances", params={"createdTimeFrom": "2026-03-02T00:00:00Z"})
    assert later.json() == []
    again = client.post(f"{base}/instances/i-2/restart").json()["id"]
    assert client.orchestration(again).output == "HELLO ADA"
    assert client.get(f"{base}/nothing").status_code == 404
    assert client.post(f"{base}/instances/i-3/nothing").status_code == 404
    purged = client.delete(f"{base}/instances", params={"createdTimeTo": "2026-03-02T00:00:00Z"})
    assert purged.json() == {"instancesDeleted": 2}  # i-2 and its restart
    assert [each.id for each in client.orchestrations()] == ["i-3"]


def test_what_cannot_be_is_told(client: TestClient) -> None:
    with pytest.raises(InvocationError, match="no function 'chian'.*It has: 'approval', "):
        client.run_orchestration("chian")
    with pytest.raises(InvalidValueError, match="expected a JSON-able value"):
        client.run_orchestration("chain", object())
    with pytest.raises(InvocationError, match="no orchestration with the id 'x'. There are: none"):
        client.orchestration("x")
    run = client.start_orchestration("approval", instance_id="i-1")
    with pytest.raises(InvocationError, match="'i-1' has not ended: it is Running"):
        client.start_orchestration("approval", instance_id="i-1")
    run.terminate()
    with pytest.raises(InvocationError, match="'i-1' of 'approval' has ended: it is Terminated"):
        run.raise_event("approved")
    assert client.start_orchestration("approval", instance_id="i-1").status == "Running"


def test_another_version_of_the_package_is_refused(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.metadata.version", lambda name: "2.0.0")
    with pytest.raises(InvocationError, match="durable 1; 2.0.0 is installed.*Install 'azure-fun"):
        client.run_orchestration("chain", "Ada")


def test_async_client() -> None:
    async def main() -> None:
        async with AsyncTestClient(APP, now=NOON) as client:
            run = await client.run_orchestration("family", ["Ada"])
            assert run.output == ["HELLO ADA"]
            assert repr(run) == f"<AsyncOrchestration {run.id!r} of 'family': Completed>"
            assert (await client.run_orchestration("approval")).output == "escalated"
            waiting = await client.start_orchestration("approval")
            await client.clock.advance(days=30)
            assert waiting.output == "escalated"
            signing = await client.start_orchestration("two_signatures")
            await signing.suspend()
            await signing.raise_event("signed", 1)
            await signing.resume()
            await signing.terminate("enough")
            assert signing.output == "enough"
            assert len(client.orchestrations()) == 5
            assert await client.entity("Counter", "k").call("add", 3) == 3
            response = await client.post("/api/wait/chain", json="Bob")
            assert response.text == "HELLO BOB"
            response = await client.post("/api/start/chain", json="Cy")
            status = await client.get(response.json()["statusQueryGetUri"])
            assert status.json()["output"] == "HELLO CY"

    asyncio.run(main())
