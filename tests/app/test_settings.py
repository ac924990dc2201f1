"""``host.json`` and ``local.settings.json``."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from azure_functions_lib.app.loader import load_app
from azure_functions_lib.app.process import undone
from azure_functions_lib.app.settings import (
    is_true,
    parse_settings_json,
    read_host_settings,
    read_local_settings,
)
from azure_functions_lib.errors import AppError

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
    [
        ({}, "api"),
        ({"http": {"routePrefix": "v1"}}, "v1"),
        ({"HTTP": {"RoutePrefix": "v1"}}, "v1"),
        ({"http": {"routePrefix": ""}}, ""),
    ],
)
@pytest.mark.parametrize(
    "variable",
    [
        "AzureFunctionsJobHost__extensions__http__routePrefix",
        "AZUREFUNCTIONSJOBHOST__EXTENSIONS__HTTP__ROUTEPREFIX",
    ],
)
def test_route_prefix(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, extensions: Any, prefix: str, variable: str
) -> None:
    content = {"version": "2.0", "Extensions": extensions}
    settings = host(tmp_path, content)
    assert settings.route_prefix == prefix
    assert settings.problems == ()
    monkeypatch.setenv(variable, "/by-env/")
    assert host(tmp_path, content).route_prefix == "by-env"


@pytest.mark.parametrize(
    "content",
    [
        "{",
        b"\xff",
        '["2.0"]',
        {},
        {"version": "1.0"},
        {"version": "2.0", "extensions": {"http": {"routePrefix": 3}}},
        {"version": "2.0", "Extensions": {"HTTP": {"RoutePrefix": 3}}},
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
            "Host": {"LocalHttpPort": 7072, "LocalHttpAddress": "::1", "CORS": "http://a, http://b",
                     "CORSCredentials": true},
            "ConnectionStrings": {"db": "Server=x"}
        }
        """,
    )
    assert settings.problems == ()
    assert settings.values == {"TEXT": "a // b", "EMPTY": "", "NUMBER": "1.50", "FLAG": "true"}
    assert (settings.address, settings.port) == ("::1", 7072)
    assert settings.cors == ("http://a", "http://b")
    assert settings.cors_credentials is True
    assert settings.connection_strings == {"db": "Server=x"}


def test_null_and_nameless_values_are_skipped_with_a_warning(tmp_path: Path) -> None:
    values = {"NULL": None, "": "x", "KEPT": "y"}
    settings = local(tmp_path, {"IsEncrypted": False, "Values": values})
    assert settings.values == {"KEPT": "y"}
    assert [(each.severity, each.cause) for each in settings.problems] == [
        ("warning", "Values.NULL is null, so it is skipped"),
        ("warning", "a value of Values has no name, so it is skipped"),
    ]


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


@pytest.mark.parametrize(
    "port", ["x", 70000, 65536, -1, "9" * 5000, "\u0667", 7071.5, "", None, [1]]
)
def test_a_port_that_is_none(tmp_path: Path, port: Any) -> None:
    settings = local(tmp_path, {"Host": {"LocalHttpPort": port}})
    assert len(settings.problems) == 1
    assert settings.port == 7071


@pytest.mark.parametrize("address", ["x", "localhost", "127.0.0.256", "127.0.0.1:7071", 5, ["::1"]])
def test_an_address_that_is_none(tmp_path: Path, address: Any) -> None:
    settings = local(tmp_path, {"Host": {"LocalHttpAddress": address}})
    (problem,) = settings.problems
    assert problem.cause.startswith("Host.LocalHttpAddress is ")
    assert settings.address == "127.0.0.1"


@pytest.mark.parametrize("port", [0, 65535, "7072"])
def test_a_port(tmp_path: Path, port: Any) -> None:
    settings = local(tmp_path, {"Host": {"LocalHttpPort": port}})
    assert (settings.problems, settings.port) == ((), int(port))


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


def test_a_variable_that_is_set_to_the_same_is_nothing_to_warn_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("SET", "same")
    settings = local(tmp_path, {"IsEncrypted": False, "Values": {"SET": "same"}})
    assert settings.effective_values() == {}
    assert caplog.text == ""


# -- Hostile files


@pytest.mark.parametrize(
    ("content", "value"),
    [
        ('{"a": "x // y", /* c */ "b": [1, 2, /* , */ ], // end\n}', {"a": "x // y", "b": [1, 2]}),
        ('// first\n{"a": "\\"/*\\\\" , }', {"a": '"/*\\'}),
        ('{"a": ",}"}\r\n/**/', {"a": ",}"}),
        ("[1/**/,2,]//", [1, 2]),
        ('{"a": "//", "b": ",]", }', {"a": "//", "b": ",]"}),
    ],
)
def test_comments_and_trailing_commas_are_allowed_outside_of_texts(
    content: str, value: Any
) -> None:
    assert parse_settings_json(content.encode()) == value


@pytest.mark.parametrize(
    "content",
    [
        "[1/**/2]",
        "[1] /* never closed",
        '{"a": "never closed }',
        "[1,,]",
        "[,]x",
        "/",
        '"\\',
    ],
)
def test_what_is_no_json_even_with_comments(content: str) -> None:
    with pytest.raises(ValueError, match="."):
        parse_settings_json(content.encode())


@pytest.mark.slow
@pytest.mark.parametrize(
    "content",
    [
        b"{" + b'"\\' * 500_000,
        b"{" + b'"' * 1_000_001,
        b"[" + b"/*" * 500_000,
        b"[" + b"//" * 500_000,
        b"[" + b"/*/" * 300_000,
        b"[" + b", " * 500_000,
        b"[" + b"," + b" " * 1_000_000,
        b"[" + b',"\\"' * 300_000,
    ],
    ids=["escapes", "quotes", "comments", "slashes", "both", "commas", "spaces", "texts"],
)
def test_a_settings_file_is_read_in_linear_time(content: bytes) -> None:
    # In quadratic time each of these, of 1 MB, would take hours.
    with pytest.raises(ValueError, match="."):
        parse_settings_json(content)


@pytest.mark.parametrize("depth", [65, 5_000, 200_000])
def test_settings_that_nest_too_deeply(tmp_path: Path, depth: int) -> None:
    content = "[" * depth + "]" * depth
    for settings in (local(tmp_path, content), host(tmp_path, content)):
        (problem,) = settings.problems
        assert "nests deeper than 64 levels" in problem.cause
    with pytest.raises(ValueError, match="nests deeper"):
        parse_settings_json(b'{"a":' * depth + b"1" + b"}" * depth)
    assert parse_settings_json(b"[" * 64 + b"1" + b"]" * 64)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("NUL_IN_VALUE", "secret\0"),
        ("NUL\0", "secret"),
        ("WITH=SIGN", "secret"),
        ("SURROGATE", "secret\ud800"),
        ("SURROGATE\ud800", "secret"),
    ],
)
def test_a_value_that_no_variable_can_have_leaves_the_others(
    tmp_path: Path, name: str, value: str
) -> None:
    content = {"IsEncrypted": False, "Values": {name: value, "KEPT": "y"}}
    settings = local(tmp_path, content)
    (problem,) = settings.problems
    assert problem.parameter == "local.settings.json"
    assert "environment variable" in problem.cause
    assert "secret" not in str(problem)
    assert settings.values == {"KEPT": "y"}
    with undone(settings.effective_values()):
        assert os.environ["KEPT"] == "y"


@pytest.mark.parametrize("variables", [{"A": "x\0"}, {"A=B": "x"}, {"A": 3}, {"": "x"}])
def test_settings_that_are_given_and_cannot_be_variables(variables: Any) -> None:
    before = dict(os.environ)
    with pytest.raises(AppError, match="cannot be an environment variable"), undone(variables):
        pass
    assert dict(os.environ) == before


SECRET = "AccountKey=c2VjcmV0"


@pytest.mark.parametrize(
    "content",
    [
        {"IsEncrypted": False, "Values": {"": SECRET}},
        {"IsEncrypted": False, "Values": [SECRET]},
        {"IsEncrypted": False, "Values": SECRET},
        {"IsEncrypted": True, "Values": {"A": SECRET}},
        {"IsEncrypted": False, "Values": {"A": [SECRET]}},
        {"IsEncrypted": False, "Values": {"A": {"B": SECRET}}},
        {"IsEncrypted": False, "Values": {"A": SECRET + "\0"}},
        {"IsEncrypted": False, "Values": {"SET": SECRET}},
        {"IsEncrypted": False, "Values": {}, "ConnectionStrings": {"A": SECRET}},
        SECRET,
        f'"{SECRET}"',
        [SECRET],
    ],
)
def test_no_value_is_printed(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    content: Any,
) -> None:
    monkeypatch.setenv("SET", "outside")
    text = content if isinstance(content, str) else json.dumps(content)
    settings = local(tmp_path, text)
    settings.effective_values()
    assert SECRET not in "".join(map(str, settings.problems))
    assert SECRET not in caplog.text
    assert SECRET not in repr(settings)


# -- The environment


def test_the_environment_is_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHANGED", "before")
    monkeypatch.setenv("DELETED", "before")
    monkeypatch.delenv("ADDED", raising=False)
    before = dict(os.environ)
    with undone({"CHANGED": "one", "ADDED": "x"}, {"CHANGED": "two"}):
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


@pytest.mark.parametrize(
    ("name", "value", "disabled"),
    [
        ("AzureWebJobs.hello.Disabled", "true", True),
        ("AzureWebJobs.hello.Disabled", "1", True),
        ("AzureWebJobs_hello_Disabled", "True", True),
        ("AZUREWEBJOBS_HELLO_DISABLED", "true", True),
        ("AzureWebJobs.hello.Disabled", "false", False),
        ("AzureWebJobs.other.Disabled", "1", False),
    ],
)
def test_a_setting_disables_a_function(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, disabled: bool
) -> None:
    (tmp_path / "function_app.py").write_text(
        "import azure_functions_lib as func\n"
        "app = func.FunctionApp()\n"
        "@app.route()\n"
        "def hello(req: func.HttpRequest) -> str:\n"
        "    return ''\n"
    )
    monkeypatch.setenv(name, value)
    with load_app(tmp_path) as app:
        assert app.functions["hello"].disabled is disabled
