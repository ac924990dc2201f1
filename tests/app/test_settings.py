"""``host.json`` and ``local.settings.json``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from azure_functions_lib.app.settings import (
    environment,
    is_true,
    read_host_settings,
    read_local_settings,
)

from ..folders import write_app


def local(root: Path, content: Any) -> Any:
    return read_local_settings(write_app(root, **{"local.settings.json": content}))


def host(root: Path, content: Any) -> Any:
    return read_host_settings(write_app(root, **{"host.json": content}))


def test_files_that_are_not_there(tmp_path: Path) -> None:
    assert read_host_settings(tmp_path).route_prefix == "api"
    assert read_host_settings(tmp_path).problems == ()
    settings = read_local_settings(tmp_path)
    assert (settings.values, settings.port, settings.cors, settings.problems) == ({}, 7071, (), ())


@pytest.mark.parametrize(
    ("extensions", "prefix"),
    [({}, "api"), ({"http": {"routePrefix": "v1"}}, "v1"), ({"http": {"routePrefix": ""}}, "")],
)
def test_route_prefix(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, extensions: Any, prefix: str
) -> None:
    settings = host(tmp_path, {"version": "2.0", "extensions": extensions})
    assert settings.route_prefix == prefix
    assert settings.problems == ()
    monkeypatch.setenv("AzureFunctionsJobHost__extensions__http__routePrefix", "/by-env/")
    assert settings.route_prefix == "by-env"


@pytest.mark.parametrize(
    "content",
    [
        "{",
        b"\xff",
        '["2.0"]',
        {},
        {"version": "1.0"},
        {"version": "2.0", "extensions": {"http": {"routePrefix": 3}}},
    ],
)
def test_faults_of_host_json(tmp_path: Path, content: Any) -> None:
    settings = host(tmp_path, content)
    (problem,) = settings.problems
    assert problem.parameter == "host.json"
    assert settings.route_prefix == "api"


def test_G12_G17_local_settings(tmp_path: Path) -> None:
    settings = local(
        tmp_path,
        """\
        {
            // Not for source control.
            "IsEncrypted": false,
            "Values": {"TEXT": "a // b", "EMPTY": "", "NUMBER": 1.50, "FLAG": true},
            "Host": {"LocalHttpPort": 7072, "CORS": "http://a, http://b", "CORSCredentials": true},
            "ConnectionStrings": {"db": "Server=x"}
        }
        """,
    )
    assert settings.problems == ()
    assert settings.values == {"TEXT": "a // b", "EMPTY": "", "NUMBER": "1.50", "FLAG": "true"}
    assert settings.port == 7072
    assert settings.cors == ("http://a", "http://b")
    assert settings.cors_credentials is True
    assert settings.connection_strings == {"db": "Server=x"}


def test_null_and_nameless_values_are_skipped_with_a_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    values = {"NULL": None, "": "x", "KEPT": "y"}
    settings = local(tmp_path, {"IsEncrypted": False, "Values": values})
    assert settings.values == {"KEPT": "y"}
    assert settings.problems == ()
    assert len(caplog.records) == 2
    assert "NULL" in caplog.text


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        ({"Values": {"A": "x"}}, "IsEncrypted is missing"),
        ({"IsEncrypted": True, "Values": {"A": "x"}}, "encrypted"),
        ({"IsEncrypted": False, "Values": {"A": "x", "B": {"C": "y"}}}, "Values.B is nested"),
        ({"IsEncrypted": False, "Values": ["A"]}, "Values is list"),
        ("{", "cannot be read"),
        ("[1]", "not an object"),
    ],
)
def test_values_that_cannot_be_read(tmp_path: Path, content: Any, cause: str) -> None:
    settings = local(tmp_path, content)
    (problem,) = settings.problems
    assert cause in problem.cause
    assert problem.function is None
    assert settings.values == {}


def test_no_values_need_no_encryption(tmp_path: Path) -> None:
    assert local(tmp_path, {"Values": {}}).problems == ()


@pytest.mark.parametrize("port", ["x", 70000, -1])
def test_a_port_that_is_none(tmp_path: Path, port: Any) -> None:
    settings = local(tmp_path, {"Host": {"LocalHttpPort": port}})
    assert len(settings.problems) == 1
    assert settings.port == 7071


def test_a_variable_that_is_set_already_wins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("SET", "outside")
    monkeypatch.setenv("EMPTY", "")
    monkeypatch.delenv("NEW", raising=False)
    values = {"SET": "local", "EMPTY": "local", "NEW": "local"}
    settings = local(tmp_path, {"IsEncrypted": False, "Values": values})
    assert settings.effective_values() == {"EMPTY": "local", "NEW": "local"}
    assert "SET" in caplog.text


def test_the_environment_is_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHANGED", "before")
    monkeypatch.setenv("DELETED", "before")
    monkeypatch.delenv("ADDED", raising=False)
    before = dict(os.environ)
    with environment({"CHANGED": "one", "ADDED": "x"}, {"CHANGED": "two"}):
        assert (os.environ["CHANGED"], os.environ["ADDED"]) == ("two", "x")
        del os.environ["DELETED"]
        os.environ["BY_THE_APP"] = "x"
    assert dict(os.environ) == before


@pytest.mark.parametrize("value", ["1", "true", "T", " Yes ", "y"])
def test_true_settings(value: str) -> None:
    assert is_true(value)


@pytest.mark.parametrize("value", [None, "", "0", "false", "no", "on", "2"])
def test_other_settings(value: str | None) -> None:
    assert not is_true(value)
