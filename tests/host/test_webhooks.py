"""The webhook of Event Grid: both handshakes, both schemas, and events posted by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from azure_functions_lib.delivery.call import Call, Outcome

from .served import Seen, hosted, write_app

APP = """
import json

got = []

@app.event_grid_trigger("event")
def grid(event: func.EventGridEvent):
    if event.event_type == "Bad":
        raise ValueError(f"refused {event.id}")
    got.append([event.id, event.get_json()])

@app.event_grid_trigger("event")
def cloud(event: func.CloudEvent):
    got.append([event.id, event.type, event.data])

@app.route("got")
def told(req: func.HttpRequest) -> str:
    return json.dumps(sorted(got))
"""

HOOK = "/runtime/webhooks/EventGrid"
URL = f"{HOOK}?functionName=grid"


def event(id: str, kind: str = "Made", data: Any = None) -> dict[str, Any]:
    return {
        "id": id,
        "topic": "t",
        "subject": "s",
        "eventType": kind,
        "data": data or {"n": 1},
        "eventTime": "2026-08-01T10:00:00Z",
        "dataVersion": "1",
    }


NOTIFICATION = {"aeg-event-type": "Notification"}


@pytest.mark.parametrize("headers", [NOTIFICATION, {}], ids=["as Event Grid", "by hand"])
@pytest.mark.parametrize("alone", [True, False], ids=["one", "several"])
async def test_one_invocation_for_each_event(
    tmp_path: Path, headers: dict[str, str], alone: bool
) -> None:
    seen = Seen()
    document = event("1") if alone else [event("1"), event("2")]
    async with hosted(write_app(tmp_path, APP), seen) as (_, client):
        response = await client.post(URL, json=document, headers=headers)
        got = (await client.get("/api/got")).json()
    assert (response.status_code, response.content) == (202, b"")
    assert got == [["1", {"n": 1}], ["2", {"n": 1}]][: 1 if alone else 2]


async def test_the_payload_of_an_event(tmp_path: Path) -> None:
    class Calls(Seen):
        def ended(self, call: Call, outcome: Outcome) -> None:
            self.calls = call

    seen = Calls()
    async with hosted(write_app(tmp_path, APP), seen) as (_, client):
        await client.post(URL, json=event("1"), headers=NOTIFICATION)
    text = seen.calls.payloads["event"].value
    assert text == json.dumps(event("1"), indent=2)
    assert json.loads(seen.calls.metadata["data"].value) == {"n": 1}


async def test_cloud_events(tmp_path: Path) -> None:
    document = {"specversion": "1.0", "id": "7", "source": "/s", "type": "made", "data": {"n": 1}}
    async with hosted(write_app(tmp_path, APP)) as (_, client):
        response = await client.post(
            "/runtime/webhooks/eventgrid?functionName=cloud",
            json=document,
            headers={"content-type": "application/cloudevents+json"},
        )
        assert (await client.get("/api/got")).json() == [["7", "made", {"n": 1}]]
    assert response.status_code == 202


async def test_a_failure_is_told_so_that_it_is_sent_again(tmp_path: Path) -> None:
    async with hosted(write_app(tmp_path, APP)) as (_, client):
        documents = [event("1"), event("2", "Bad")]
        response = await client.post(URL, json=documents, headers=NOTIFICATION)
        assert (await client.get("/api/got")).json() == [["1", {"n": 1}]]
    assert (response.status_code, response.text) == (500, "refused 2")


VALIDATION = "Microsoft.EventGrid.SubscriptionValidationEvent"


HANDSHAKE = {"aeg-event-type": "SubscriptionValidation"}


@pytest.mark.parametrize(
    ("document", "headers"),
    [
        ([event("1", VALIDATION, {"validationCode": "c0de"})], HANDSHAKE),
        (event("1", VALIDATION, '{"validationCode": "c0de"}'), HANDSHAKE),
        ([event("1", VALIDATION, {"validationCode": "c0de"})], {}),
    ],
)
async def test_the_handshake_of_event_grid(
    tmp_path: Path, document: Any, headers: dict[str, str]
) -> None:
    async with hosted(write_app(tmp_path, APP)) as (_, client):
        response = await client.post(URL, json=document, headers=headers)
        assert (await client.get("/api/got")).json() == []
    assert (response.status_code, response.json()) == (200, {"validationResponse": "c0de"})


@pytest.mark.parametrize(
    ("asked", "allowed"),
    [
        ("eventgrid.azure.net", "eventgrid.azure.net"),
        ("eventgrid.azure.us", "eventgrid.azure.us"),
        ("evil.example", "eventgrid.azure.net"),
        (None, "eventgrid.azure.net"),
    ],
)
async def test_the_handshake_of_cloud_events(
    tmp_path: Path, asked: str | None, allowed: str
) -> None:
    headers = {} if asked is None else {"webhook-request-origin": asked}
    async with hosted(write_app(tmp_path, APP)) as (_, client):
        response = await client.options(URL, headers=headers)
    assert response.status_code == 200
    assert response.headers["webhook-allowed-origin"] == allowed


@pytest.mark.parametrize(
    ("url", "content", "status", "text"),
    [
        (f"{HOOK}?functionName=none", b"[]", 404, "cannot find function: 'none'"),
        (f"{HOOK}?functionName=told", b"[]", 404, "cannot find function: 'told'"),
        (f"{HOOK}?functionName=GRID", b"[]", 404, "cannot find function: 'GRID'"),
        (HOOK, b"[]", 404, "cannot find function: ''"),
        (URL, b"x", 400, "The body is no JSON"),
        (URL, b"7", 400, "The body is not an object or an array"),
        (URL, b"[7]", 400, "Expected an event"),
        (URL, f'{{"eventType": "{VALIDATION}"}}'.encode(), 400, "no data.validationCode"),
        (URL, f'{{"eventType": "{VALIDATION}", "data": "x"}}'.encode(), 400, "no data.validation"),
        ("/runtime/webhooks/mcp", b"{}", 404, "This host has no webhook 'mcp'"),
        ("/runtime/webhooks/durabletask/instances", b"{}", 404, "no webhook 'durabletask'"),
    ],
)  # fmt: skip
async def test_what_is_no_event(
    tmp_path: Path, url: str, content: bytes, status: int, text: str
) -> None:
    async with hosted(write_app(tmp_path, APP)) as (_, client):
        response = await client.post(url, content=content)
    assert response.status_code == status
    assert text in response.text


async def test_a_subscription_that_ends(tmp_path: Path) -> None:
    headers = {"aeg-event-type": "Unsubscribe"}
    async with hosted(write_app(tmp_path, APP)) as (_, client):
        response = await client.post(URL, json=[event("1")], headers=headers)
        assert (await client.get("/api/got")).json() == []
    assert response.status_code == 202
