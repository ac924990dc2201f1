"""The commands that talk to a running host: call, replay, time."""

from __future__ import annotations

import json
import socket
import threading
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from azure_functions_lib.cli.app import cli
from azure_functions_lib.host.running import announced, running_url

from ..host.served import started, write_app

APP = """
import logging

@app.route("hello", auth_level="function")
def hello(req: func.HttpRequest) -> str:
    return "hello " + req.params["name"]

@app.service_bus_queue_trigger("msg", queue_name="bus", connection="BUS")
@app.queue_output("out", queue_name="done", connection="AzureWebJobsStorage")
def take(msg: func.ServiceBusMessage, out: func.Out[str]):
    text = msg.get_body().decode()
    logging.warning("taking %s", text)
    if text == "bad":
        raise ValueError("no such order")
    out.set(text.upper())

@app.timer_trigger("timer", schedule="0 0 4 * * *")
def night(timer: func.TimerRequest):
    pass
"""


def azfl(*arguments: Any, env: dict[str, str] | None = None) -> Result:
    return CliRunner(env={"AZFL_URL": None, **(env or {})}).invoke(cli, [*map(str, arguments)])


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = write_app(tmp_path_factory.mktemp("app"), APP)
    with started(folder, memory=False, auth=True):
        yield folder


def test_call_tells_what_came_of_it(app: Path) -> None:
    result = azfl("call", "take", "--data", "an order", "--wait", app)
    assert result.exit_code == 0, result.output
    assert result.stdout == "out (queue, string)\nAN ORDER\n"
    assert "WARNING root: taking an order" in result.stderr
    document = json.loads(azfl("call", "take", "-d", "x", "--wait", app, "--output", "json").stdout)
    assert document["outputs"]["out"]["value"] == "X"


def test_call_tells_a_failure(app: Path) -> None:
    result = azfl("call", "take", "--data", "bad", "--wait", app)
    assert result.exit_code == 1
    assert "ValueError: no such order" in result.stderr
    assert result.stdout == ""


def test_call_need_not_wait(app: Path) -> None:
    result = azfl("call", "night", app)
    assert (result.exit_code, result.output) == (0, "accepted; azfl log shows what comes of it\n")


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("call", "none"), "there is no function 'none'"),
        (("call", "hello", "--wait"), "is run by a request: GET"),
        (("call", "take"), "needs an input"),
        (("call", "take", "-d", b"\xff".decode("utf-8", "surrogateescape")), "is no UTF-8 text"),
        (("replay", "none"), "there is no invocation 'none'"),
        (("time", "advance", "soon"), "'soon' is no time span"),
        (("time", "at", "2001-01-01"), "Time does not go back"),
    ],
)
def test_what_the_host_refuses(app: Path, arguments: tuple[str, ...], reason: str) -> None:
    result = azfl(*arguments, app)
    assert result.exit_code == 2
    assert reason in result.output


def test_an_invocation_is_replayed(app: Path) -> None:
    azfl("call", "take", "--data", "twice", "--wait", app)
    entry = json.loads(azfl("log", app, "--function", "take", "--output", "json").stdout)[-1]
    result = azfl("replay", entry["id"][:12], app)
    assert result.exit_code == 0, result.output
    assert "TWICE" in result.stdout
    again = json.loads(azfl("log", app, "--function", "take", "--output", "json").stdout)[-1]
    assert again["id"] != entry["id"]


def test_time_passes(app: Path) -> None:
    before = len(json.loads(azfl("log", app, "--function", "night", "--output", "json").stdout))
    result = azfl("time", "advance", "2d", app)
    assert result.exit_code == 0, result.output
    assert "2 days, 0:00:00 ahead of the machine's clock" in result.stdout
    clock = json.loads(azfl("time", "now", app, "--output", "json").stdout)
    assert clock["ahead"] == 0
    after = json.loads(azfl("log", app, "--function", "night", "--output", "json").stdout)
    assert len(after) >= before + 2


def test_a_host_is_named_by_its_url(app: Path, tmp_path: Path) -> None:
    url = running_url(app)
    refused = azfl("call", "night", "--url", url, tmp_path)
    assert refused.exit_code == 2
    assert "the host asks for its master key" in refused.output
    assert azfl("call", "night", app, env={"AZFL_URL": str(url)}).exit_code == 0


def test_no_host_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = azfl("call", "night")
    assert result.exit_code == 2
    assert f"no host serves {tmp_path}. Start it with azfl start" in result.output.replace(
        "\n", " "
    )
    with announced(tmp_path, "http://127.0.0.1:9"):  # of a host that was killed
        result = azfl("call", "night", tmp_path)
        assert result.exit_code == 2
        assert "no host answers at http://127.0.0.1:9" in result.output
    for url in ("http://me:SECRET@127.0.0.1:9/?%63ode=SECRET", "http://me:SECRET@h:x/?sig=SECRET"):
        result = azfl("call", "night", tmp_path, "--url", url)
        assert result.exit_code == 2
        assert "http://...@" in result.output
        assert "SECRET" not in result.output


def test_what_answers_is_no_host(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(b"220 mail.example\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        result = azfl("call", "night", "--url", url, tmp_path)
        thread.join()
    assert result.exit_code == 2
    assert f"the host at {url} does not answer" in result.output


def test_the_note_is_that_of_the_last_host(tmp_path: Path) -> None:
    with announced(tmp_path, "http://first"):
        with announced(tmp_path, "http://second"):
            assert running_url(tmp_path) == "http://second"
        assert running_url(tmp_path) is None
    with announced(tmp_path, "http://first"):
        (tmp_path / ".azfl" / "host.json").write_text('{"url": "http://other", "pid": 1}')
    assert running_url(tmp_path) == "http://other"
    (tmp_path / ".azfl" / "host.json").write_text("{")
    assert running_url(tmp_path) is None
