from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from azure_functions_lib.host.storage import state_file
from azure_functions_lib.host.storage.embedded import EmbeddedStorage

from .conftest import Azfl


@pytest.fixture
def app(tmp_path: Path) -> Path:
    (tmp_path / "host.json").write_text('{"version": "2.0"}')
    return tmp_path


class TestQueue:
    def test_a_put_message_is_base64_and_shown_as_text(self, azfl: Azfl, app: Path) -> None:
        put = azfl("queue", "put", "orders", '{"tea": "größe"}', app)
        assert put.exit_code == 0
        (seen,) = json.loads(azfl("queue", "peek", "orders", app, "--output", "json").stdout)
        assert seen["text"] == '{"tea": "größe"}'
        assert seen["id"] == put.stdout.strip()
        assert (seen["dequeue_count"], seen["failure"]) == (0, None)
        assert kept(app, "orders") == ["eyJ0ZWEiOiAiZ3LDtsOfZSJ9"]

    @pytest.mark.parametrize("said_by", ["option", "host.json", "local.settings.json"])
    def test_a_message_may_be_kept_as_it_is(self, azfl: Azfl, app: Path, said_by: str) -> None:
        raw = said_by == "option"
        if said_by == "host.json":
            (app / said_by).write_text(
                '{"version": "2.0", "extensions": {"queues": {"messageEncoding": "none"}}}'
            )
        elif not raw:
            name = "AzureFunctionsJobHost__extensions__queues__messageEncoding"
            values = {"IsEncrypted": False, "Values": {name: "none"}}
            (app / said_by).write_text(json.dumps(values))
        azfl("queue", "put", "orders", "tea", app, *["--raw"] * raw)
        assert kept(app, "orders") == ["tea"]
        assert "tea" in azfl("queue", "peek", "orders", app).stdout.splitlines()
        refused = azfl("queue", "put", "orders", "-", app, *["--raw"] * raw, input=b"\xff")
        assert refused.exit_code == 2
        assert "no UTF-8 text" in refused.stderr

    def test_queues_are_listed(self, azfl: Azfl, app: Path) -> None:
        for queue in ("orders", "orders", "bills"):
            azfl("queue", "put", queue, "tea", app)
        lines = [line.split() for line in azfl("queue", "list", app).stdout.splitlines()]
        assert lines == [["queue", "messages"], ["bills", "1"], ["orders", "2"]]
        assert json.loads(azfl("queue", "list", app, "--output", "json").stdout) == [
            {"queue": "bills", "messages": 1},
            {"queue": "orders", "messages": 2},
        ]

    def test_a_cleared_queue_is_empty(self, azfl: Azfl, app: Path) -> None:
        azfl("queue", "put", "orders", "tea", app)
        assert azfl("queue", "clear", "orders", app).exit_code == 0
        assert azfl("queue", "peek", "orders", app).stdout == ""

    @pytest.mark.parametrize("name", ["orders", "orders-poison"])
    def test_poison_is_shown_with_its_reason_and_put_back(
        self, azfl: Azfl, app: Path, name: str
    ) -> None:
        async def poison() -> None:
            async with EmbeddedStorage(state_file(app)) as storage:
                await storage.queues.create("orders-poison")
                for _ in range(40):
                    await storage.queues.put("orders-poison", "dGVh", failure="ValueError: tea")

        asyncio.run(poison())
        shown = azfl("queue", "peek", "orders-poison", app, "--count", 32).stdout
        assert shown.count("\ntea\n") == 32
        azfl("queue", "requeue-poison", name, app)
        assert kept(app, "orders") == ["dGVh"] * 32
        lines = azfl("queue", "list", app).stdout.splitlines()
        assert [line.split() for line in lines[1:]] == [["orders", "40"], ["orders-poison", "0"]]

    def test_the_reason_of_poison_does_not_steer_the_terminal(self, azfl: Azfl, app: Path) -> None:
        async def poison() -> None:
            async with EmbeddedStorage(state_file(app)) as storage:
                await storage.queues.create("orders-poison")
                failure = "Traceback\n  in main\nValueError: \x1b[31m"
                await storage.queues.put("orders-poison", "dGVh", failure=failure)

        asyncio.run(poison())
        shown = azfl("queue", "peek", "orders-poison", app).stdout.splitlines()
        assert shown[1:] == ["tea", "Traceback", "  in main", "ValueError: \\x1b[31m"]


class TestBlob:
    def test_a_blob_is_given_as_it_was_put(self, azfl: Azfl, app: Path) -> None:
        (app / "a.png").write_bytes(b"\x00\xff\n")
        put = azfl(
            "blob", "put", "images/2026/a.png", f"@{app}/a.png", app, "--content-type", "image/png"
        )
        assert put.exit_code == 0
        assert azfl("blob", "get", "images/2026/a.png", app).stdout_bytes == b"\x00\xff\n"
        (listed,) = json.loads(azfl("blob", "list", app, "--output", "json").stdout)
        assert listed["path"] == "images/2026/a.png"
        assert (listed["size"], listed["content_type"]) == (3, "image/png")
        assert azfl("blob", "rm", "images/2026/a.png", app).exit_code == 0
        gone = azfl("blob", "get", "images/2026/a.png", app)
        assert gone.exit_code == 2
        assert "BlobNotFound" in gone.stderr

    @pytest.mark.parametrize(
        ("prefix", "expected"),
        [
            ("", "images/a images/b/c images2/a other/a"),
            ("images", "images/a images/b/c images2/a"),
            ("images/", "images/a images/b/c"),
            ("images/b", "images/b/c"),
            ("im/a", ""),
        ],
    )
    def test_blobs_are_listed_by_the_beginning_of_their_paths(
        self, azfl: Azfl, app: Path, prefix: str, expected: str
    ) -> None:
        for path in ("images/a", "images/b/c", "images2/a", "other/a"):
            azfl("blob", "put", path, "x", app)
        lines = azfl("blob", "list", app, "--prefix", prefix).stdout.splitlines()
        assert [line.split()[0] for line in lines[1:]] == expected.split()

    @pytest.mark.parametrize("path", ["images", "images/"])
    def test_a_path_has_container_and_name(self, azfl: Azfl, app: Path, path: str) -> None:
        result = azfl("blob", "get", path, app)
        assert result.exit_code == 2
        assert "is not CONTAINER/NAME" in result.stderr


class TestTable:
    def test_rows_are_given_as_they_were_put(self, azfl: Azfl, app: Path) -> None:
        rows = [
            {"PartitionKey": "drinks", "RowKey": "tea", "Price": 3, "Hot": True},
            {"PartitionKey": "drinks", "RowKey": "water", "Price": 1},
        ]
        assert azfl("table", "put", "Products", json.dumps(rows), app).exit_code == 0
        assert json.loads(azfl("table", "get", "Products", app, "--output", "json").stdout) == rows
        picked = azfl("table", "get", "Products", app, "--filter", "Price gt 1", "--take", 5)
        assert [json.loads(line) for line in picked.stdout.splitlines()] == rows[:1]
        lines = azfl("table", "list", app).stdout.splitlines()
        assert [line.split() for line in lines] == [["table", "rows"], ["Products", "2"]]
        assert json.loads(azfl("table", "list", app, "--output", "json").stdout) == [
            {"table": "Products", "rows": 2}
        ]

    def test_a_row_is_replaced_or_merged(self, azfl: Azfl, app: Path) -> None:
        keys = {"PartitionKey": "a", "RowKey": "b"}
        azfl("table", "put", "Products", json.dumps({**keys, "Price": 3}), app)
        azfl("table", "put", "Products", json.dumps({**keys, "Hot": True}), app, "--merge")
        assert json.loads(azfl("table", "get", "Products", app).stdout) == {
            **keys,
            "Price": 3,
            "Hot": True,
        }
        azfl("table", "put", "Products", json.dumps({**keys, "Hot": False}), app)
        assert json.loads(azfl("table", "get", "Products", app).stdout) == {**keys, "Hot": False}

    @pytest.mark.parametrize(
        "text", ["{", "7", "null", '{"PartitionKey": "a"}', '{"PartitionKey": 1, "RowKey": "b"}']
    )
    def test_what_is_no_row_is_refused(self, azfl: Azfl, app: Path, text: str) -> None:
        result = azfl("table", "put", "Products", text, app)
        assert result.exit_code == 2
        assert "is no row" in result.stderr


def test_without_a_state_file_there_is_nothing_to_look_at(azfl: Azfl, app: Path) -> None:
    for arguments in (("queue", "list"), ("blob", "list"), ("table", "list")):
        result = azfl(*arguments, app, "--output", "json")
        assert result.exit_code == 2
        (problem,) = json.loads(result.stdout)["problems"]
        assert f"there is no state file {app}" in problem["cause"]
    assert not (app / ".azfl").exists()


def test_a_state_file_may_be_named(azfl: Azfl, app: Path) -> None:
    file = app / "other.db"
    azfl("queue", "put", "orders", "tea", app, "--state", file)
    assert "tea" in azfl("queue", "peek", "orders", app, "--state", file).stdout
    assert not (app / ".azfl").exists()


def test_the_time_is_that_of_the_host(azfl: Azfl, app: Path) -> None:
    async def put() -> None:
        ahead = timedelta(days=1)
        async with EmbeddedStorage(
            state_file(app), now=lambda: datetime.now(timezone.utc) + ahead
        ) as storage:
            await storage.keep_clock_offset(ahead)
            await storage.queues.create("orders")
            await storage.queues.put("orders", "tea")

    asyncio.run(put())
    assert "tea" in azfl("queue", "peek", "orders", app).stdout.splitlines()


def test_version_control_ignores_the_state(azfl: Azfl, app: Path) -> None:
    azfl("queue", "put", "orders", "tea", app)
    assert (app / ".azfl" / ".gitignore").read_text() == "*\n"


def test_what_the_store_refuses_is_a_problem(azfl: Azfl, app: Path) -> None:
    result = azfl("queue", "put", "No", "tea", app)
    assert result.exit_code == 2
    assert "InvalidResourceName: queue 'No': a name is 3 to 63" in result.stderr


def test_the_commands_import_no_server_and_no_function_app() -> None:
    code = (
        "import sys; from azure_functions_lib.cli import queue, blob, table; "
        "print({'sqlite3', 'azure_functions_lib.app', 'uvicorn'} & sys.modules.keys())"
    )
    # A measured process has imported what coverage needs, which is sqlite3, too.
    unmeasured = {name: value for name, value in os.environ.items() if "COVERAGE" not in name}
    out = subprocess.run(
        [sys.executable, "-c", code], env=unmeasured, capture_output=True, text=True, check=True
    )
    assert out.stdout == "set()\n"


def kept(app: Path, queue: str) -> list[str]:
    async def peek() -> list[str]:
        async with EmbeddedStorage(state_file(app)) as storage:
            return [message.text for message in await storage.queues.peek(queue, count=32)]

    return asyncio.run(peek())
