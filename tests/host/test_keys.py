"""Access keys: asked for as the functions say, kept in files as Azure's host keeps them."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from azure_functions_lib.errors import AppError
from azure_functions_lib.host.keys import KeyFiles

from .served import hosted, write_app

APP = """
@app.route(auth_level="anonymous")
def anonymous(req: func.HttpRequest) -> str:
    return "ok"

@app.route(auth_level="function")
def own(req: func.HttpRequest) -> str:
    return "ok"

@app.route(auth_level="function")
def other(req: func.HttpRequest) -> str:
    return "ok"

@app.route(auth_level="admin")
def highest(req: func.HttpRequest) -> str:
    return "ok"

@app.event_grid_trigger("event")
def grid(event: func.EventGridEvent):
    pass
"""


def kept(folder: Path, name: str = "host") -> Any:
    return json.loads((folder / ".azfl" / "secrets" / f"{name}.json").read_text())


def value(folder: Path, group: str) -> str:
    entry = kept(folder)[group]
    key: str = (entry if isinstance(entry, dict) else entry[0])["value"]
    return key


@pytest.mark.parametrize(
    ("function", "key", "status"),
    [
        ("anonymous", None, 200),
        ("anonymous", "wrong", 200),
        ("own", None, 401),
        ("own", "wrong", 401),
        ("own", "functionKeys", 200),
        ("own", "systemKeys", 200),
        ("own", "masterKey", 200),
        ("highest", "functionKeys", 401),
        ("highest", "systemKeys", 401),
        ("highest", "masterKey", 200),
    ],
)
async def test_keys_open_what_their_level_reaches(
    tmp_path: Path, function: str, key: str | None, status: int
) -> None:
    async with hosted(write_app(tmp_path, APP), auth=True) as (_, client):
        if key in ("functionKeys", "systemKeys", "masterKey"):
            key = value(tmp_path, key)
        headers = {} if key is None else {"x-functions-key": key}
        response = await client.get(f"/api/{function}", headers=headers)
        assert response.status_code == status
        assert response.content == (b"ok" if status == 200 else b"")
        if key is not None:
            by_query = await client.get(f"/api/{function}", params={"code": key})
            assert by_query.status_code == status


async def test_without_auth_no_key_is_asked_for_or_made(tmp_path: Path) -> None:
    async with hosted(write_app(tmp_path, APP)) as (_, client):
        assert (await client.get("/api/highest")).status_code == 200
        assert (await client.get("/admin/host/keys")).status_code == 404
    assert not (tmp_path / ".azfl").exists()


async def test_keys_are_made_once_and_kept(tmp_path: Path) -> None:
    async with hosted(write_app(tmp_path, APP), auth=True):
        first = kept(tmp_path)
    async with hosted(tmp_path, auth=True):
        assert kept(tmp_path) == first
    assert first["masterKey"]["name"] == "master"
    assert [each["name"] for each in first["functionKeys"]] == ["default"]
    assert [each["name"] for each in first["systemKeys"]] == ["eventgrid_extension"]
    assert not first["masterKey"]["encrypted"]
    assert len(set(map(str, first.values()))) == 3
    assert (tmp_path / ".azfl" / ".gitignore").read_text() == "*\n"
    if os.name == "posix":
        folder = tmp_path / ".azfl" / "secrets"
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert stat.S_IMODE((folder / "host.json").stat().st_mode) == 0o600


async def test_the_folder_of_keys_is_a_setting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    keys = {"masterKey": {"name": "master", "value": "m", "encrypted": False}}
    (secrets / "host.json").write_text(json.dumps(keys))
    (secrets / "own.json").write_text('{"keys": [{"name": "default", "value": "o"}]}')
    monkeypatch.setenv("FUNCTIONS_SECRETS_PATH", str(secrets))
    async with hosted(write_app(tmp_path, APP), auth=True) as (_, client):
        for function, key, status in (
            ("own", "o", 200),
            ("other", "o", 401),
            ("highest", "m", 200),
            ("highest", "o", 401),
        ):
            response = await client.get(f"/api/{function}", headers={"x-functions-key": key})
            assert response.status_code == status


async def test_the_admin_api_asks_for_the_master_key(tmp_path: Path) -> None:
    async with hosted(write_app(tmp_path, APP), auth=True) as (_, client):
        assert (await client.get("/admin/host/ping")).status_code == 200
        for key in (None, "wrong", value(tmp_path, "functionKeys"), value(tmp_path, "systemKeys")):
            headers = {} if key is None else {"x-functions-key": key}
            refused = await client.get("/admin/host/status", headers=headers)
            assert (refused.status_code, refused.content) == (401, b"")
        headers = {"x-functions-key": value(tmp_path, "masterKey"), "host": "app.example"}
        assert (await client.get("/admin/host/status", headers=headers)).status_code == 200


async def test_a_webhook_asks_for_its_own_key_or_the_master_key(tmp_path: Path) -> None:
    url = "/runtime/webhooks/EventGrid?functionName=grid"
    async with hosted(write_app(tmp_path, APP), auth=True) as (_, client):
        for key, status in (
            ("wrong", 401),
            (value(tmp_path, "functionKeys"), 401),
            (value(tmp_path, "systemKeys"), 200),
            (value(tmp_path, "masterKey"), 200),
        ):
            assert (await client.options(f"{url}&code={key}")).status_code == status


async def test_the_key_api(tmp_path: Path) -> None:
    async with hosted(write_app(tmp_path, APP), auth=True) as (_, client):
        client.headers["x-functions-key"] = value(tmp_path, "masterKey")
        listed = (await client.get("/admin/host/keys")).json()
        assert listed["keys"] == [{"name": "default", "value": value(tmp_path, "functionKeys")}]
        url = "http://localhost:7071/admin/host/keys"
        assert listed["links"] == [{"rel": "self", "href": url}]
        assert (await client.get("/admin/host/functionkeys")).json()["keys"] == listed["keys"]
        system = (await client.get("/admin/host/systemkeys")).json()["keys"]
        assert [each["name"] for each in system] == ["_master", "eventgrid_extension"]

        made = await client.post("/admin/host/functionkeys/new")
        assert made.status_code == 201
        assert (await client.post("/admin/host/functionkeys/new")).status_code == 200
        put = await client.put("/admin/functions/OWN/keys/mine", json={"value": "own key"})
        assert (put.status_code, put.json()) == (201, {"name": "mine", "value": "own key"})
        assert kept(tmp_path, "own")["keys"][-1]["value"] == "own key"
        one = await client.get("/admin/functions/own/keys/mine")
        assert one.json()["value"] == "own key"
        own = {"x-functions-key": "own key"}
        assert (await client.get("/api/own", headers=own)).status_code == 200
        assert (await client.get("/api/other", headers=own)).status_code == 401

        assert (await client.delete("/admin/functions/own/keys/mine")).status_code == 204
        assert (await client.get("/api/own", headers=own)).status_code == 401
        for method, path, content, status in (
            ("DELETE", "/admin/functions/own/keys/mine", None, 404),
            ("GET", "/admin/functions/own/keys/mine", None, 404),
            ("GET", "/admin/functions/none/keys", None, 404),
            ("GET", "/admin/host/nonekeys", None, 404),
            ("PUT", "/admin/host/keys/x", {}, 400),
            ("DELETE", "/admin/host/systemkeys/_master", None, 400),
        ):
            response = await client.request(method, path, json=content)
            assert response.status_code == status, (method, path)

        defaults = (await client.get("/admin/functions/other/keys")).json()["keys"]
        assert [each["name"] for each in defaults] == ["default"]
        assert kept(tmp_path, "other")["keys"][0]["value"] == defaults[0]["value"]

        changed = await client.put("/admin/host/systemkeys/_master", json={"value": "new master"})
        assert changed.status_code == 200
        assert (await client.get("/admin/host/status")).status_code == 401
        client.headers["x-functions-key"] = "new master"
        assert (await client.get("/admin/host/status")).status_code == 200


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "it is no JSON"),
        ("[]", "it is no list of keys"),
        ('{"functionKeys": [{"name": "x"}]}', "it is no list of keys"),
        ('{"masterKey": {"value": "top secret", "encrypted": true}}', "they are encrypted"),
    ],
)
def test_a_file_that_cannot_be_read(tmp_path: Path, text: str, reason: str) -> None:
    (tmp_path / "host.json").write_text(text)
    with pytest.raises(AppError, match=reason) as raised:
        KeyFiles(tmp_path).load()
    assert str(tmp_path / "host.json") in str(raised.value)
    assert "top secret" not in str(raised.value)
    assert (tmp_path / "host.json").read_text() == text


def test_no_name_of_a_function_leads_out_of_the_folder(tmp_path: Path) -> None:
    keys = KeyFiles(tmp_path / "secrets")
    keys.load()
    for name in ("../x", "host", "a/b", ""):
        assert keys.group(name) == {}
        with pytest.raises(AppError):
            keys.put(name, "default")
    assert [path.name for path in tmp_path.iterdir()] == ["secrets"]
