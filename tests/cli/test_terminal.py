"""What comes from an app or a payload reaches the terminal as text, and never as a traceback."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from typing import Any

import pytest

from azure_functions_lib.cli.common import printable

from .conftest import HTTP, QUEUE, RESPONSE, App, Azfl

ESCAPES = "\x1b[2J\x9b31m\x07\r\x7f\u202e\u2066\u200f\ud800"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain\ttext\n", "plain\ttext\n"),
        ("grün 漢字 🙂", "grün 漢字 🙂"),
        ("line\r\nend", "line\nend"),
        ("over\rwritten", "over\\rwritten"),
        ("\x1b[2J\x9b\x00", "\\x1b[2J\\x9b\\x00"),
        ("\u202egnp.exe\u2069", "\\u202egnp.exe\\u2069"),
        ("\ud800", "\\ud800"),
        (5, "5"),
    ],
)
def test_text_as_a_terminal_can_show_it(text: object, shown: str) -> None:
    assert printable(text) == shown


def assert_harmless(*texts: str) -> None:
    for text in texts:
        assert text.replace("\n", "").isprintable(), repr(text)


@pytest.mark.parametrize("command", ["check", "list", "invoke"])
def test_a_name_from_function_json(azfl: Azfl, app: App, command: str) -> None:
    binding = {**QUEUE, "name": f"msg{ESCAPES}", "queueName": f"queue{ESCAPES}"}
    path = app({"f": ([binding], "def main(msg): pass")})
    result = azfl(command, path, *(["f"] if command == "invoke" else []))
    assert "\\x1b[2J" in result.output
    assert_harmless(result.stdout, result.stderr)


def test_the_name_of_a_folder(azfl: Azfl, app: App) -> None:
    path = app({"f\x1b[2J\u202e": ([QUEUE], "def main(msg): pass")})
    for command in ("check", "list"):
        result = azfl(command, path)
        assert "f\\x1b[2J\\u202e" in result.output
        assert_harmless(result.stdout, result.stderr)


SOURCE = f"""
    import logging
    TEXT = {ESCAPES!a}

    def main(req):
        import azure_functions_lib as func
        what = req.params["what"]
        if what == "log":
            logging.warning(TEXT)
        elif what == "bad log":
            logging.warning("%d", "x")
        elif what == "raise":
            raise ValueError(TEXT)
        elif what == "raise unprintable":
            raise Unprintable
        elif what == "header":
            return func.HttpResponse("body", headers={{"x-value": "a\\x9bb"}})
        return TEXT[:-1].encode() if what == "body" else "text"

    class Unprintable(Exception):
        def __str__(self):
            raise ValueError
"""


@pytest.mark.parametrize("output", ["text", "json"])
@pytest.mark.parametrize(
    ("what", "status"),
    [
        ("body", 0),
        ("header", 0),
        ("log", 0),
        ("bad log", 0),
        ("raise", 1),
        ("raise unprintable", 1),
    ],
)
def test_what_a_function_produces(
    azfl: Azfl, app: App, monkeypatch: pytest.MonkeyPatch, what: str, status: int, output: str
) -> None:
    monkeypatch.setattr(logging.root, "handlers", [])  # pytest's raise at a bad record
    path = app({"f": ([HTTP, RESPONSE], SOURCE)})
    result = azfl("invoke", path, "f", "--query", f"what={what}", "--output", output)
    assert result.exit_code == status
    assert_harmless(result.stdout)
    if what != "bad log":  # logging itself prints what it thinks of it
        assert_harmless(result.stderr)
    if output == "json":
        document = json.loads(result.stdout)
        assert (document["exception"] is not None) == (status == 1)
        if what == "bad log":
            assert [log["message"] for log in document["logs"]] == ["%d"]


def test_a_lone_surrogate_that_is_returned(azfl: Azfl, app: App) -> None:
    queue = {"type": "queue", "name": "$return", "direction": "out", "queueName": "q"}
    path = app({"f": ([QUEUE, queue], "def main(msg): return '\\ud800'")})
    for output in ("text", "json"):
        result = azfl("invoke", path, "f", "--data", "x", "--output", output)
        assert result.exit_code in (0, 1)
        assert "ud800" in result.output


@pytest.mark.parametrize(
    "arguments",
    [
        ("--url", "http://[/"),
        ("--url", "http://h:x/"),
        ("--url", "http://h/\udcff"),
        ("--query", "a=\udcff"),
        ("--route-param", "a=\udcff"),
        ("-H", "a:\udcff"),
    ],
)
def test_arguments_that_are_no_request(azfl: Azfl, app: App, arguments: tuple[str, ...]) -> None:
    path = app({"f": ([HTTP, RESPONSE], "def main(req): return 'x'")})
    result = azfl("invoke", path, "f", *arguments)
    assert result.exit_code == 2, result.output
    assert "Traceback" not in result.output


def test_data_may_be_any_bytes(azfl: Azfl, app: App) -> None:
    path = app({"f": ([HTTP, RESPONSE], "def main(req): return repr(req.get_body())")})
    result = azfl("invoke", path, "f", "--data", "\udcff")
    assert result.exit_code == 0
    assert "b'\\xff'" in result.stdout


@pytest.mark.parametrize(
    "fields", [{"route": 5}, {"methods": 5}, {"route": {"a": [1]}}, {"methods": [5]}]
)
@pytest.mark.parametrize("command", ["list", "check", "invoke"])
def test_routes_that_are_none(azfl: Azfl, app: App, command: str, fields: dict[str, Any]) -> None:
    good = ([HTTP, RESPONSE], "def main(req): return 'good'")
    path = app({"bad": ([{**HTTP, **fields}, RESPONSE], "def main(req): pass"), "good": good})
    result = azfl(command, path, *(["bad"] if command == "invoke" else []))
    assert result.exit_code == (0 if command == "list" else 2)
    assert ("its route is" if "route" in fields else "its methods are") in result.output or (
        command == "list" and "bad (see azfl check)" in result.output
    )
    assert "good" in azfl("invoke", path, "good").stdout


@pytest.mark.slow
def test_an_output_that_lacks_a_letter_shows_its_escape(app: App) -> None:
    path = app({"f": ([HTTP, RESPONSE], "def main(req): return '\\u6f22'")})
    done = subprocess.run(
        [sys.executable, "-m", "azure_functions_lib", "invoke", path, "f"],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "latin-1"},
        check=False,
    )
    assert b"\\u6f22" in done.stdout, done.stderr
