from __future__ import annotations

import json
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from azure_functions_lib.delivery.recorded_calls import outcome_from_json, outcome_to_json
from azure_functions_lib.wire.datum import Datum
from azure_functions_lib.wire.jsontext import dump_json

from .conftest import HTTP, QUEUE, RESPONSE, App, Azfl

BLOB = {"type": "blob", "direction": "in", "name": "obj", "path": "a/b", "connection": "C"}
TIMER = {"type": "timerTrigger", "direction": "in", "name": "timer", "schedule": "0 * * * * *"}
RESULT = {"type": "queue", "direction": "out", "name": "$return", "queueName": "q"}


def values(document: dict[str, Any]) -> dict[str, Any]:
    return {name: output["value"] for name, output in document["outputs"].items()}


def invoke_json(azfl: Azfl, *arguments: object) -> dict[str, Any]:
    result = azfl("invoke", *arguments, "--output", "json")
    document: dict[str, Any] = json.loads(result.stdout)
    return document


SHOW = """
    import azure_functions_lib as func

    def main(msg: func.QueueMessage) -> str:
        return f"{msg.get_body()!r} {msg.id!r} {msg.dequeue_count!r} {msg.insertion_time}"
"""


def test_queue_message_with_metadata(azfl: Azfl, app: App) -> None:
    result = azfl(
        "invoke", app({"show": ([QUEUE, RESULT], SHOW)}), "show", "--data", "hello",
        "--metadata", "Id=007", "--metadata", "DequeueCount=3",
        "--metadata", "InsertionTime=2020-01-31T23:59:58Z",
    )  # fmt: skip
    assert result.exit_code == 0
    assert result.stdout == ("$return -> queue q\nb'hello' '007' 3 2020-01-31 23:59:58+00:00\n")


def test_recorded_payload_and_what_is_laid_over_it(azfl: Azfl, app: App, tmp_path: Path) -> None:
    path = app({"show": ([QUEUE, RESULT], SHOW)})
    recorded = tmp_path / "message.json"
    recorded.write_text(
        json.dumps(
            {
                "data": {"type": "bytes", "value": {"$bytes": "AP8="}},
                "metadata": {
                    "Id": {"type": "string", "value": "from file"},
                    "DequeueCount": {"type": "json", "value": 1},
                },
            }
        )
    )
    document = invoke_json(
        azfl, path, "show", "--payload", recorded, "--metadata", "DequeueCount=9"
    )
    assert values(document) == {"$return": r"b'\x00\xff' 'from file' 9 None"}


def test_a_recorded_payload_of_another_trigger_is_refused(
    azfl: Azfl, app: App, tmp_path: Path
) -> None:
    recorded = tmp_path / "event.json"
    event = azfl("event", "service_bus", "--data", "text")
    assert event.exit_code == 0
    recorded.write_text(event.stdout)
    result = azfl("invoke", app({"show": ([QUEUE, RESULT], SHOW)}), "show", "--payload", recorded)
    assert result.exit_code == 2
    assert (
        "queueTrigger 'msg': got a payload of events.service_bus; expected events.queue"
        in result.stderr
    )


def test_timer_needs_no_data(azfl: Azfl, app: App) -> None:
    source = """
        import azure_functions_lib as func

        def main(timer: func.TimerRequest) -> str:
            return f"{timer.past_due} {timer.schedule}"
    """
    document = invoke_json(azfl, app({"tick": ([TIMER, RESULT], source)}), "tick")
    assert values(document) == {"$return": "False {'AdjustForDST': True}"}


def test_timer_with_data(azfl: Azfl, app: App) -> None:
    source = "def main(timer):\n    return str(timer.past_due)\n"
    document = invoke_json(
        azfl, app({"tick": ([TIMER, RESULT], source)}), "tick", "-d", '{"IsPastDue": true}'
    )
    assert values(document) == {"$return": "True"}


def test_input_bindings(azfl: Azfl, app: App, tmp_path: Path) -> None:
    source = """
        def main(msg, obj, other):
            return f"{obj.read()!r} {other}"
    """
    bindings = [QUEUE, BLOB, {**BLOB, "name": "other"}, RESULT]
    content = tmp_path / "content.bin"
    content.write_bytes(b"\xff")
    path = app({"read": (bindings, source)})
    document = invoke_json(azfl, path, "read", "--data", "x", "--input", f"obj=@{content}")
    assert values(document) == {"$return": "b'\\xff' None"}


def test_several_outputs(azfl: Azfl, app: App) -> None:
    source = """
        import azure_functions_lib as func

        def main(req, first: func.Out[str], second: func.Out[bytes], unset: func.Out[str]):
            first.set("text")
            second.set(b"bytes")
            return "done"
    """
    outs = [
        {"type": "queue", "direction": "out", "name": name, "queueName": name}
        for name in ("first", "second", "unset")
    ]
    path = app({"many": ([HTTP, *outs, RESPONSE], source)})
    result = azfl("invoke", path, "many")
    assert result.stdout == (
        "HTTP 200 OK\ncontent-type: text/plain; charset=utf-8\n\ndone\n\n"
        "first -> queue first\ntext\n\nsecond -> queue second\nbytes\n"
    )
    outputs = invoke_json(azfl, path, "many")["outputs"]
    assert outputs["second"] == {
        "binding": "queue",
        "type": "bytes",
        "value": {"$bytes": "Ynl0ZXM="},
    }
    assert "unset" not in outputs


RAISING = """
    import json
    import logging

    def main(msg):
        logging.getLogger("orders").warning("about to fail")
        print("printed")
        try:
            json.loads("{")
        except ValueError as error:
            raise RuntimeError("no order") from error
"""


def test_a_function_that_raises_gives_1_and_its_own_frames(azfl: Azfl, app: App) -> None:
    path = app({"fails": ([QUEUE], RAISING)})
    result = azfl("invoke", path, "fails", "--data", "x")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "WARNING orders: about to fail" in result.stderr
    assert "RuntimeError: no order" in result.stderr
    assert "json.decoder.JSONDecodeError" in result.stderr
    files = {line for line in result.stderr.splitlines() if line.startswith("  File ")}
    assert files
    assert all(f'"{path}' in line for line in files), result.stderr


def test_the_json_document_is_the_recorded_form_of_an_outcome(azfl: Azfl, app: App) -> None:
    path = app({"echo": ([QUEUE, RESULT], "def main(msg: str):\n    return msg")})
    document = invoke_json(azfl, path, "echo", "--data", "text")
    outcome = outcome_from_json(document)
    assert outcome.function == "echo"
    assert outcome.return_value == Datum("text", "string")
    assert outcome_to_json(outcome, {"$return": "queue"}) == document


def test_a_function_that_raises_in_json(azfl: Azfl, app: App) -> None:
    document = invoke_json(azfl, app({"fails": ([QUEUE], RAISING)}), "fails", "--data", "x")
    assert document["exception"]["type"] == "RuntimeError"
    assert document["exception"]["message"] == "no order"
    assert "in main" in document["exception"]["traceback"]
    (log,) = (log for log in document["logs"] if log["logger"] == "orders")
    assert log["level"] == "WARNING"
    assert log["invocation_id"] == document["invocation_id"]


@pytest.mark.parametrize("prefix", ["", "async "])
def test_a_function_that_exits_gives_1(azfl: Azfl, app: App, prefix: str) -> None:
    source = f"import sys\n\n{prefix}def main(msg):\n    sys.exit(7)\n"
    result = azfl("invoke", app({"exits": ([QUEUE], source)}), "exits", "-d", "x")
    assert result.exit_code == 1
    assert "SystemExit: 7" in result.stderr


def test_what_an_app_prints_stays_out_of_the_result(azfl: Azfl, app: App) -> None:
    source = "print('loading')\n\ndef main(msg):\n    print('running')\n"
    result = azfl(
        "invoke", app({"prints": ([QUEUE], source)}), "prints", "-d", "x", "--output", "json"
    )
    assert json.loads(result.stdout)["outputs"] == {}
    assert "loading" in result.stderr
    assert "running" in result.stderr


def test_local_settings_reach_the_function(azfl: Azfl, app: App) -> None:
    source = "import os\n\ndef main(msg):\n    return os.environ['mySetting']\n"
    path = app({"setting": ([QUEUE, RESULT], source)})
    Path(path, "local.settings.json").write_text(
        '{"IsEncrypted": false, "Values": {"mySetting": "7"}}'
    )
    assert values(invoke_json(azfl, path, "setting", "-d", "x")) == {"$return": "7"}


def test_unreadable_settings_are_told_and_the_function_runs(azfl: Azfl, app: App) -> None:
    path = app({"fine": ([QUEUE, RESULT], "def main(msg):\n    return 'fine'\n")})
    Path(path, "local.settings.json").write_text("{")
    result = azfl("invoke", path, "fine", "-d", "x")
    assert (result.exit_code, result.stdout) == (0, "$return -> queue q\nfine\n")
    assert "warning: " in result.stderr
    assert "local.settings.json" in result.stderr
    assert azfl("check", path).exit_code == 2


def test_a_broken_neighbour_does_not_matter(azfl: Azfl, app: App) -> None:
    healthy = "def main(msg):\n    return 'fine'\n"
    path = app({"healthy": ([QUEUE, RESULT], healthy), "broken": ([QUEUE], "import no_such\n")})
    assert values(invoke_json(azfl, path, "healthy", "-d", "x")) == {"$return": "fine"}
    broken = azfl("invoke", path, "broken", "-d", "x")
    assert broken.exit_code == 2
    assert "no_such" in broken.stderr


def test_an_app_without_functions_is_told_what_keeps_it_from_having_some(
    azfl: Azfl, tmp_path: Path
) -> None:
    (tmp_path / "host.json").write_text('{"version": "2.0"}')
    (tmp_path / "function_app.py").write_text("import no_such\n")
    result = azfl("invoke", tmp_path, "show", "-d", "x")
    assert result.exit_code == 2
    assert "no_such" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "cause"),
    [
        (["nothing"], "nothing"),
        (["show"], "--data"),
        (["show", "-d", "x", "--query", "a=1"], "--query cannot be given"),
        (["show", "-d", "x", "--route-param", "a=1"], "--route-param cannot be given"),
        (["show", "-d", "x", "--input", "obj=1"], "--input obj"),
    ],
)
def test_wrong_calls_give_2(azfl: Azfl, app: App, arguments: list[str], cause: str) -> None:
    path = app({"show": ([QUEUE, RESULT], SHOW)})
    result = azfl("invoke", path, *arguments)
    assert result.exit_code == 2
    assert cause in result.stderr
    document = json.loads(azfl("invoke", path, *arguments, "--output", "json").stdout)
    assert cause in document["problems"][0]["cause"]


@pytest.mark.parametrize("content", ["{", '{"data": "x"}'])
def test_wrong_recorded_payload(azfl: Azfl, app: App, tmp_path: Path, content: str) -> None:
    recorded = tmp_path / "message.json"
    recorded.write_text(content)
    path = app({"show": ([QUEUE, RESULT], SHOW)})
    result = azfl("invoke", path, "show", "--payload", recorded)
    assert result.exit_code == 2
    assert "recorded payload" in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("invoke", "no-such-folder", "f"),
        ("invoke", "."),
        ("invoke", ".", "f", "--query", "a"),
        ("invoke", ".", "f", "-H", "a"),
        ("invoke", ".", "f", "-d", "@no-such-file"),
        ("nonsense",),
        ("list", ".", "--output", "xml"),
    ],
)
def test_wrong_command_lines_give_2(azfl: Azfl, arguments: tuple[str, ...]) -> None:
    result = azfl(*arguments)
    assert result.exit_code == 2
    assert "Error: " in result.stderr


def test_a_startup_hook_that_raises_gives_1(azfl: Azfl, tmp_path: Path) -> None:
    (tmp_path / "function_app.py").write_text(
        dedent("""
            import azure_functions_lib as func

            app = func.FunctionApp()

            @app.on_startup
            def connect():
                raise ConnectionError("no database")

            @app.route("hello")
            def hello(req):
                return ""
        """)
    )
    result = azfl("invoke", tmp_path, "hello")
    assert result.exit_code == 1
    assert "in connect" in result.stderr
    assert "ConnectionError: no database" in result.stderr
    document = json.loads(azfl("invoke", tmp_path, "hello", "--output", "json").stdout)
    assert document["exception"]["type"] == "ConnectionError"


TRIGGERS: dict[str, tuple[dict[str, Any], str]] = {
    "hub": ({"type": "eventHubTrigger"}, "[msg.get_body(), msg.partition_key]"),
    "hubs": (
        {"type": "eventHubTrigger", "cardinality": "many"},
        "[each.get_body() for each in msg]",
    ),
    "bus": ({"type": "serviceBusTrigger"}, "[msg.get_body(), msg.session_id]"),
    "buses": (
        {"type": "serviceBusTrigger", "cardinality": "MANY"},
        "[each.get_body() for each in msg]",
    ),
    "kafka": ({"type": "kafkaTrigger"}, "[msg.get_body(), msg.key]"),
    "grid": ({"type": "eventGridTrigger"}, "[msg.id, msg.get_json()]"),
    "cosmos": ({"type": "cosmosDBTrigger"}, "[each['id'] for each in msg]"),
    "other": ({"type": "myOwnTrigger"}, "msg"),
}


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("hub", ["-d", "x", "--metadata", "PartitionKey=p"], [b"x", "p"]),
        ("hubs", ["-d", '["a", 7]'], [b"a", b"7"]),
        ("hubs", ["-d", "just one"], [b"just one"]),
        ("bus", ["-d", "x", "--metadata", "SessionId=s"], [b"x", "s"]),
        ("buses", ["-d", '["a", "b"]'], [b"a", b"b"]),
        ("kafka", ["-d", "x", "--metadata", "Key=k"], [b"x", "k"]),
        ("grid", ["-d", '{"id": "1", "data": {"a": 2}}'], ["1", {"a": 2}]),
        ("cosmos", ["-d", '[{"id": "1"}, {"id": "2"}]'], ["1", "2"]),
        ("other", ["-d", "text"], "text"),
    ],
)
def test_triggers(azfl: Azfl, app: App, name: str, arguments: list[str], expected: object) -> None:
    trigger, expression = TRIGGERS[name]
    record = {"direction": "in", "name": "msg", **trigger}
    path = app({name: ([record, RESULT], f"def main(msg):\n    return repr({expression})\n")})
    assert values(invoke_json(azfl, path, name, *arguments)) == {"$return": repr(expected)}


def test_a_payload_that_cannot_be_decoded_shows_no_frames(azfl: Azfl, app: App) -> None:
    record = {"type": "cosmosDBTrigger", "direction": "in", "name": "msg"}
    path = app({"cosmos": ([record], "def main(msg): ...\n")})
    result = azfl("invoke", path, "cosmos", "-d", "5")
    assert result.exit_code == 1
    assert "cosmosDBTrigger" in result.stderr
    assert "  File " not in result.stderr


def test_the_current_folder_is_the_app(
    azfl: Azfl, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = Path(app({"show": ([QUEUE, RESULT], SHOW)}))
    (path / "nothing").mkdir()
    monkeypatch.chdir(path)
    assert "b'hello'" in azfl("invoke", "show", "--data", "hello").stdout
    assert "show" in azfl("list").stdout
    assert azfl("check").exit_code == 0
    assert list(json.loads(azfl("export").stdout)) == ["show"]
    for arguments in ((), (path,), (".",), ("nothing/",)):
        result = azfl("invoke", *arguments)
        assert (result.exit_code, "Missing argument 'FUNCTION'" in result.stderr) == (2, True)
    assert "'nowhere' does not exist" in azfl("invoke", "nowhere", "show").stderr
    assert "extra argument (more)" in azfl("invoke", path, "show", "more").stderr
    assert "no function is named 'nothing'" in azfl("invoke", "nothing").stderr


FIELDS = {
    "queueTrigger": "[msg.id, msg.dequeue_count, msg.pop_receipt]",
    "serviceBusTrigger": "[msg.message_id, msg.delivery_count, msg.lock_token]",
    "eventHubTrigger": "[msg.sequence_number, msg.offset, msg.enqueued_time]",
    "kafkaTrigger": "[msg.offset, msg.partition, msg.topic]",
    "blobTrigger": "[msg.name, msg.uri, msg.length]",
}


@pytest.mark.parametrize("kind", FIELDS)
def test_data_comes_with_the_metadata_that_the_host_sends(azfl: Azfl, app: App, kind: str) -> None:
    record = {"direction": "in", "name": "msg", "type": kind, "path": "stock/{id}.csv"}
    path = app({"f": ([record, RESULT], f"def main(msg):\n    return {FIELDS[kind]}\n")})
    document = invoke_json(azfl, path, "f", "-d", "text")
    fields = json.loads(document["outputs"]["$return"]["value"])
    assert len(fields) == 3
    assert None not in fields


def test_batch_comes_with_the_metadata_that_the_host_sends(azfl: Azfl, app: App) -> None:
    record = {"direction": "in", "name": "msgs", "type": "serviceBusTrigger", "cardinality": "many"}
    source = "def main(msgs):\n    return [each.message_id[-2:] for each in msgs]\n"
    document = invoke_json(azfl, app({"f": ([record, RESULT], source)}), "f", "-d", '["a", {}]')
    assert json.loads(document["outputs"]["$return"]["value"]) == ["00", "01"]


def test_metadata_wins_and_gives_the_captures_of_a_blob_path(azfl: Azfl, app: App) -> None:
    record = {"direction": "in", "name": "msg", "type": "blobTrigger", "path": "stock/{id}.csv"}
    result = {"type": "blob", "direction": "out", "name": "$return", "path": "done/{id}.txt"}
    path = app({"f": ([record, result], "def main(msg):\n    return msg.name\n")})
    shown = azfl("invoke", path, "f", "-d", "x", "--metadata", "BlobTrigger=stock/7.csv")
    assert shown.stdout == "$return -> blob done/7.txt\nstock/7.csv\n"


def test_an_output_whose_place_cannot_be_told_is_shown_by_its_type(azfl: Azfl, app: App) -> None:
    out = {"type": "queue", "direction": "out", "name": "$return", "queueName": "%NOT_SET%"}
    path = app({"f": ([QUEUE, out], "def main(msg):\n    return 'x'\n")})
    assert azfl("invoke", path, "f", "-d", "x").stdout == "$return (queue, string)\nx\n"


@pytest.mark.parametrize(
    ("level", "shown"),
    [
        (None, {"INFO", "WARNING"}),
        ("debug", {"DEBUG", "INFO", "WARNING"}),
        ("WARNING", {"WARNING"}),
        ("critical", set()),
    ],
)
def test_log_level(azfl: Azfl, app: App, level: str | None, shown: set[str]) -> None:
    source = """
        import logging

        def main(msg):
            log = logging.getLogger("own")
            log.debug("1")
            log.info("2")
            log.warning("3")
    """
    options = [] if level is None else ["--log-level", level]
    result = azfl("invoke", app({"f": ([QUEUE], source)}), "f", "-d", "x", *options)
    assert result.exit_code == 0
    assert {line.split()[0] for line in result.stderr.splitlines() if "own" in line} == shown


@pytest.mark.parametrize(
    ("bindings", "returned", "written"),
    [
        ([HTTP, RESPONSE], r"b'\xff\x00'", b"\xff\x00"),
        ([HTTP, RESPONSE], "'text'", b"text"),
        ([QUEUE, RESULT], r"b'\xff'", b"\xff"),
        ([QUEUE, RESULT], "{'a': 1}", dump_json({"a": 1}).encode()),
    ],
)
def test_output_file_has_the_bytes(
    azfl: Azfl, app: App, tmp_path: Path, bindings: Any, returned: str, written: bytes
) -> None:
    file = tmp_path / "written"
    path = app({"f": (bindings, f"def main({bindings[0]['name']}):\n    return {returned}\n")})
    data = [] if bindings[0] is HTTP else ["-d", "x"]
    result = azfl("invoke", path, "f", *data, "--output-file", file)
    assert result.exit_code == 0
    assert file.read_bytes() == written
    assert f"$return: {len(written)} bytes -> " in result.stderr


def test_output_file_that_cannot_be_written(azfl: Azfl, app: App, tmp_path: Path) -> None:
    path = app({"f": ([HTTP, RESPONSE], "def main(req):\n    return 'x'\n")})
    result = azfl("invoke", path, "f", "--output-file", tmp_path / "no" / "folder")
    assert result.exit_code == 1
    assert "No such file or directory" in result.stderr


def test_a_value_that_cannot_be_sent_is_one_error_with_the_place_of_the_function(
    azfl: Azfl, app: App
) -> None:
    path = app({"f": ([QUEUE, RESULT], "def main(msg):\n    return object()\n")})
    result = azfl("invoke", path, "f", "-d", "x")
    assert result.exit_code == 1
    assert f"the output '$return' (queue) of {path}/f/__init__.py:1 cannot be" in result.stderr
    assert "direct cause" not in result.stderr
