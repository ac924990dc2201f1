from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest

from azure_functions_lib.delivery.call import Call, Failure, LogEntry, Outcome
from azure_functions_lib.host.journal import Journal
from azure_functions_lib.host.storage import state_file
from azure_functions_lib.host.storage.embedded import EmbeddedStorage
from azure_functions_lib.wire.datum import Datum

from .conftest import HTTP, QUEUE, RESPONSE, App, Azfl

START = datetime(2026, 8, 1, 10, tzinfo=timezone.utc)
ID = "c0ffee00-0000-4000-8000-00000000000"

ORDERS = (
    [
        QUEUE,
        {"type": "queue", "direction": "out", "name": "$return", "queueName": "q"},
        {"type": "queue", "direction": "out", "name": "bill", "queueName": "bills"},
    ],
    """
    def main(msg, bill):
        text = msg.get_body().decode()
        if text == "coffee":
            raise ValueError("no coffee")
        bill.set("one " + text)
        return {"text": text, "count": msg.dequeue_count}
    """,
)
ITEMS = (
    [HTTP, RESPONSE],
    """
    import azure.functions as func

    def main(req):
        return func.HttpResponse(req.params["name"], status_code=201)
    """,
)


def tea(number: int = 1, **more: Any) -> tuple[Call, Outcome]:
    call = Call(
        "orders",
        {"msg": Datum("tea", "string")},
        {"DequeueCount": Datum("2", "json")},
        f"{ID}{number}",
        cause=f"{ID}0",
        **more,
    )
    value = Datum('{"text": "tea", "count": 2}', "json")
    logs = [LogEntry("WARNING", "shop", "hot \x1b[31m")]
    outputs = {"bill": Datum("one tea", "string")}
    return call, Outcome("orders", f"{ID}{number}", outputs, value, None, logs, 0.012)


def coffee(number: int = 2) -> tuple[Call, Outcome]:
    call = Call("orders", {"msg": Datum("coffee", "string")}, {}, f"{ID}{number}", cause=f"{ID}0")
    failure = Failure("ValueError", "no coffee", "Traceback\n  in main\nValueError: no coffee\n")
    return call, Outcome("orders", f"{ID}{number}", exception=failure)


def request(number: int = 3) -> tuple[Call, Outcome]:
    def texts(**values: str) -> dict[str, Datum]:
        return {name: Datum(value, "string") for name, value in values.items()}

    value = {
        **texts(method="GET", url="http://localhost/api/items?name=tea&code=s3cret"),
        "headers": {**texts(accept="*/*", authorization="Bearer s3cret", cookie="a=s3cret")},
        "query": texts(name="tea", code="s3cret"),
        "params": {},
        "body": Datum(b"", "bytes"),
    }
    answer = {
        "status_code": Datum("201", "string"),
        "headers": texts(**{"x-key": "s3cret"}),
        "body": Datum(b"tea", "bytes"),
        "cookies": [SimpleCookie("session=s3cret")],
    }
    call = Call(
        "items",
        {"req": Datum(value, "http")},
        {"Headers": Datum('{"authorization": "Bearer s3cret"}', "json")},
        f"{ID}{number}",
    )
    return call, Outcome("items", f"{ID}{number}", return_value=Datum(answer, "http"))


def happened(app: str, *what: tuple[Call, Outcome]) -> None:
    async def write() -> None:
        async with EmbeddedStorage(state_file(Path(app))) as storage:
            journal = Journal(storage.database)
            for minutes, (call, outcome) in enumerate(what):
                journal.add(
                    call,
                    outcome,
                    trigger=next(iter(call.payloads), "msg"),
                    started=START + timedelta(minutes=minutes),
                )
            await journal.flush()

    asyncio.run(write())


def test_the_log_shows_a_line_for_each_invocation(azfl: Azfl, app: App) -> None:
    path = app({"orders": ORDERS})
    happened(path, tea(retry_count=1), coffee())
    lines = azfl("log", path).stdout.splitlines()
    assert lines == [
        f"2026-08-01 10:00:00.000  {ID}1  orders  12 ms, attempt 2  ok",
        f"2026-08-01 10:01:00.000  {ID}2  orders  0 ms  ValueError: no coffee",
    ]
    first, second = json.loads(azfl("log", path, "--output", "json").stdout)
    assert first == {
        "id": f"{ID}1",
        "function": "orders",
        "started": "2026-08-01T10:00:00+00:00",
        "duration": 0.012,
        "failure": None,
        "attempt": 2,
        "cause": f"{ID}0",
    }
    assert second["failure"] == "ValueError: no coffee"


def test_the_log_picks(azfl: Azfl, app: App) -> None:
    path = app({"orders": ORDERS, "items": ITEMS})
    happened(path, tea(), coffee(), request())

    def ids(*options: object) -> str:
        found = json.loads(azfl("log", path, "--output", "json", *options).stdout)
        return "".join(entry["id"][-1] for entry in found)

    assert ids() == "123"
    assert ids("--failed") == "2"
    assert ids("--function", "items") == "3"
    assert ids("--count", 2) == "23"


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no Ctrl-C for one process there")
def test_the_log_is_followed_until_ctrl_c(app: App) -> None:
    path = app({"orders": ORDERS})
    happened(path, tea(1))
    command = ["-m", "azure_functions_lib", "log", path, "--follow", "--output", "json"]
    with subprocess.Popen([sys.executable, *command], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["id"] == f"{ID}1"
        happened(path, tea(2))
        assert json.loads(process.stdout.readline())["id"] == f"{ID}2"
        process.send_signal(signal.SIGINT)
        assert process.wait() == 0


def test_names_of_a_journal_reach_the_terminal_without_controls(azfl: Azfl, app: App) -> None:
    path = app({"orders": ORDERS})
    call = Call(
        "f\x1b[31m", {"in\x1b[31m": Datum("tea", "string")}, {"\x1b[2J": Datum("x", "string")}, ID
    )
    happened(path, (call, Outcome("f\x1b[31m", ID, outputs={"\x9b": Datum("tea", "string")})))
    for command in (("log", path), ("show", ID, path)):
        shown = azfl(*command).stdout
        assert "f\\x1b[31m" in shown
        assert shown.replace("\n", "").isprintable()


def test_an_invocation_is_shown_whole(azfl: Azfl, app: App) -> None:
    path = app({"orders": ORDERS})
    happened(path, tea(), coffee())
    assert azfl("show", f"{ID}1", path).stdout.splitlines() == [
        f"2026-08-01 10:00:00.000  {ID}1  orders  12 ms  ok",
        f"caused by {ID}0",
        "trigger msg: tea",
        "metadata DequeueCount: 2",
        "log WARNING shop: hot \\x1b[31m",
        'output $return: {"text": "tea", "count": 2}',
        "output bill: one tea",
    ]
    assert azfl("show", f"{ID}2", path).stdout.splitlines()[2:] == [
        "trigger msg: coffee",
        "Traceback",
        "  in main",
        "ValueError: no coffee",
    ]
    shown = json.loads(azfl("show", f"{ID}1", path, "--output", "json").stdout)
    assert shown["payloads"] == {"msg": {"type": "string", "value": "tea"}}
    assert shown["metadata"] == {"DequeueCount": {"type": "json", "value": "2"}}
    assert list(shown["outputs"]) == ["$return", "bill"]
    assert shown["logs"][0]["level"] == "WARNING"
    failed = json.loads(azfl("show", f"{ID}2", path, "--output", "json").stdout)
    assert failed["exception"]["message"] == "no coffee"


def test_the_beginning_of_an_id_is_enough_and_another_one_is_wrong(azfl: Azfl, app: App) -> None:
    path = app({"orders": ORDERS})
    happened(path, tea(1), tea(2))
    assert f"{ID}2" in azfl("show", "c0ff", path).stdout
    result = azfl("show", "bad", path)
    assert result.exit_code == 2
    assert "there is no invocation 'bad'" in result.stderr


@pytest.mark.parametrize("output", ["text", "json"])
def test_no_credential_is_shown(azfl: Azfl, app: App, output: str) -> None:
    path = app({"items": ITEMS})
    happened(path, request())
    shown = azfl("show", f"{ID}3", path, "--output", output)
    assert shown.exit_code == 0
    assert "name=tea&code=..." in shown.stdout
    assert "session" in shown.stdout
    assert "*/*" in shown.stdout
    assert "s3cret" not in shown.output


def test_a_saved_payload_runs_again(azfl: Azfl, app: App, tmp_path: Path) -> None:
    path = app({"orders": ORDERS})
    happened(path, tea())
    assert azfl("save", ID, tmp_path / "tea.json", path).exit_code == 0
    result = azfl("invoke", path, "orders", "--payload", tmp_path / "tea.json")
    assert json.loads(result.stdout.splitlines()[1]) == {"text": "tea", "count": 2}


@pytest.mark.slow
def test_a_saved_test_passes_and_notices_a_change(azfl: Azfl, app: App, tmp_path: Path) -> None:
    path = app({"orders": ORDERS, "items": ITEMS})
    happened(path, tea(), coffee(), request())
    (tmp_path / "tests").mkdir()
    for number in (1, 2, 3):
        file = tmp_path / "tests" / f"test_{number}.py"
        assert azfl("save", f"{ID}{number}", file, path, "--as-test").exit_code == 0
    assert "3 passed" in run_tests(tmp_path)
    source = tmp_path / "orders" / "__init__.py"
    source.write_text(source.read_text().replace("coffee", "cocoa"))
    (tmp_path / "items" / "__init__.py").write_text("def main(req):\n    return 'tea'\n")
    assert "2 failed, 1 passed" in run_tests(tmp_path)


def run_tests(folder: Path) -> str:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"]
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False
    ).stdout.splitlines()[-1]


def test_a_file_that_cannot_be_written_is_a_problem(azfl: Azfl, app: App, tmp_path: Path) -> None:
    path = app({"orders": ORDERS})
    happened(path, tea(), (Call("orders", {}), Outcome("orders", "large")))
    result = azfl("save", ID, tmp_path / "missing" / "tea.json", path)
    assert result.exit_code == 2
    assert "No such file or directory" in result.stderr
    result = azfl("save", "large", tmp_path / "tea.json", path)
    assert result.exit_code == 2
    assert "too large to be kept" in result.stderr
    assert "too large to be kept" in azfl("show", "large", path).stdout


def test_a_record_that_cannot_be_read_is_a_problem(azfl: Azfl, app: App) -> None:
    path = app({"orders": ORDERS})
    happened(path, (Call("orders", {"msg": Datum("", "http")}), Outcome("orders", ID)))
    result = azfl("show", ID, path)
    assert result.exit_code == 2
    assert "recorded payload: call.payloads.msg.value" in result.stderr
