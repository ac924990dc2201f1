"""``azfl start`` as people use it: a process that serves an app until it is told to stop."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing, suppress
from functools import partial
from pathlib import Path

import httpx
import pytest

from tests.host.served import write_app
from tests.host.started import AZFL, LONGEST, alive, start, started

DOCS = Path(__file__).parents[2] / "docs"

HELLO = """
@app.route("hello")
def hello(req: func.HttpRequest) -> str:
    return "hello"
"""
FETCH = """python -c "
import os, sys, urllib.request
sys.stdout.write(urllib.request.urlopen(os.environ['AZFL_URL'] + sys.argv[1]).read().decode())
" """


def test_exec_runs_a_command_and_keeps_its_status_and_output(tmp_path: Path) -> None:
    app = write_app(tmp_path, HELLO)
    ended = start(app, "--exec", f"{FETCH} /api/hello; exit 3")
    assert (ended.returncode, ended.stdout) == (3, "hello")
    assert "  hello  [any method] http://localhost:" in ended.stderr
    assert "hello" in ended.stderr.splitlines()[-1]


@pytest.mark.slow
def test_ctrl_c_ends_the_command_of_exec(tmp_path: Path) -> None:
    app = write_app(tmp_path, HELLO)
    # Once the host has answered it knows that the command has begun.
    wait = "echo begun; while :; do sleep 0.1; done"
    command = f"trap 'echo told; exit' TERM; {FETCH} /api/hello; {wait}"
    with started(app, "--exec", command, wait=False, as_json=False) as running:
        running.wait_for_line("begun")
        running.process.send_signal(signal.SIGINT)
        running.wait_for_line("told")
        assert running.process.wait(LONGEST) == 0


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="its browser is found by xdg-open")
def test_the_app_is_opened_in_a_browser(tmp_path: Path) -> None:
    opened = tmp_path / "opened"
    browser = tmp_path / "xdg-open"
    browser.write_text(f"#!/bin/sh\necho $1 > '{opened}'\n")
    browser.chmod(0o700)
    wait = f"until test -s '{opened}'; do sleep 0.1; done; echo $AZFL_URL"
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    app = tmp_path / "app"
    app.mkdir()
    ended = start(write_app(app, HELLO), "--open", "--exec", wait, env={"PATH": path})
    assert ended.stdout == opened.read_text()
    assert ended.stdout.startswith("http://localhost:")


@pytest.mark.slow
def test_exec_tells_of_a_signal_as_a_shell_does(tmp_path: Path) -> None:
    ended = start(write_app(tmp_path, HELLO), "--exec", "kill -9 $$")
    assert ended.returncode == 128 + signal.SIGKILL


@pytest.mark.slow
def test_the_banner_says_what_waits_for_what(tmp_path: Path) -> None:
    code = f"""
{HELLO}
@app.timer_trigger("timer", schedule="0 0 4 * * *")
def nightly(timer: func.TimerRequest) -> None: ...

@app.queue_trigger("msg", queue_name="orders", connection="")
def serve(msg: func.QueueMessage) -> None: ...

@app.route("broken")
def broken(wrong: func.HttpRequest) -> str: ...
"""
    ended = start(
        write_app(tmp_path, code, host__json='{"version": "2.0", "functionTimeout": "soon"}'),
        *("--exec", "true"),
        env={"TZ": "UTC"},
    )
    assert ended.returncode == 0
    lines = ended.stderr
    assert lines.startswith(f"{tmp_path.name} at http://localhost:")
    assert "\nstate: in memory\n" in lines
    assert "  nightly  timer, next at " in lines
    assert "04:00:00 UTC\n" in lines
    assert "  serve    queueTrigger, queues orders" in lines
    assert "problem: broken: " in lines
    assert "  broken " not in lines
    assert "host.json: functionTimeout" in lines


@pytest.mark.slow
@pytest.mark.parametrize("option", ["--no-reload", "--exec=true"])
def test_an_app_that_cannot_be_loaded_ends_with_1(tmp_path: Path, option: str) -> None:
    ended = start(write_app(tmp_path, "app = func.FunctionApp(\n"), option)
    assert ended.returncode == 1
    assert "function_app.py" in ended.stderr
    assert "line 1" in ended.stderr or ":1" in ended.stderr


@pytest.mark.slow
def test_a_state_file_of_another_program_ends_with_1_and_leaves_no_process(tmp_path: Path) -> None:
    app = write_app(tmp_path, HELLO)
    state = tmp_path / "other.db"
    with closing(sqlite3.connect(state)) as database:
        database.execute("CREATE TABLE theirs (name)")
    warned = (sys.executable, "-W", "default::ResourceWarning")
    command = (*warned, *AZFL[1:], "start", str(app), "--port", "0")
    run = subprocess.run(
        [*command, "--state", str(state)],
        capture_output=True,
        text=True,
        timeout=LONGEST,
        check=False,
    )
    assert (run.returncode, run.stdout) == (1, "")
    # A process or pipe that is left would be warned of.
    assert run.stderr == f"Error: {state} is no state file of azfl\n"


@pytest.mark.slow
def test_an_app_that_cannot_be_loaded_is_waited_for(tmp_path: Path) -> None:
    app = write_app(tmp_path, "app = func.FunctionApp(\n")
    with started(app, wait=False) as running:
        broken = running.wait_for("broken")
        assert "function_app.py" in broken["reason"]
        assert broken["served"] is False
        write_app(tmp_path, HELLO)
        url = running.wait_for("loaded")["url"]
        assert httpx.get(f"{url}/api/hello").text == "hello"


@pytest.mark.slow
def test_people_are_shown_what_becomes_of_a_saved_file(tmp_path: Path) -> None:
    app = write_app(tmp_path, HELLO)
    with started(app, "--auth", wait=False, as_json=False) as running:
        running.wait_for_line("access keys are asked for; they are in ")
        running.wait_for_line("Ctrl-C ends it.")
        write_app(tmp_path, "app = func.FunctionApp(\n")
        running.wait_for_line("the app cannot be loaded: ")
        running.wait_for_line("what was loaded before is still served")
        write_app(tmp_path, HELLO)
        running.wait_for_line("the app was loaded anew")


@pytest.mark.slow
def test_people_are_shown_that_a_broken_app_is_waited_for(tmp_path: Path) -> None:
    app = write_app(tmp_path, "app = func.FunctionApp(\n")
    with started(app, wait=False, as_json=False) as running:
        running.wait_for_line("the app cannot be loaded: ")
        running.wait_for_line("it is tried again as soon as a file changes")


def test_a_taken_port_names_who_holds_it(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = start(write_app(tmp_path, HELLO), "--port", str(port), "--exec", "true")
    assert ended.returncode == 1
    assert f"port {port} of 127.0.0.1, which process {os.getpid()} (" in ended.stderr


def test_the_port_is_that_of_the_settings_by_default(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        settings = json.dumps({"IsEncrypted": False, "Host": {"LocalHttpPort": port}})
        app = write_app(tmp_path, HELLO, local__settings__json=settings)
        (tmp_path / "local.settings.json").write_text(settings)
        from click.testing import CliRunner

        from azure_functions_lib.cli.app import cli

        ended = CliRunner().invoke(cli, ["start", str(app), "--memory", "--exec", "true"])
    assert ended.exit_code == 1
    assert f"port {port} " in ended.output


@pytest.mark.slow
def test_the_address_is_that_of_the_settings_by_default(tmp_path: Path) -> None:
    nowhere = "198.51.100.1"  # for documentation (RFC 5737), so that no machine has it
    settings = json.dumps({"IsEncrypted": False, "Host": {"LocalHttpAddress": nowhere}})
    app = write_app(tmp_path, HELLO)
    (tmp_path / "local.settings.json").write_text(settings)
    refused = start(app, "--port", "0", "--exec", "true")
    assert refused.returncode == 1
    assert f"port 0 of {nowhere} cannot be opened" in refused.stderr
    assert "Give an address of this machine by --address" in refused.stderr
    assert start(app, "--port", "0", "--address", "127.0.0.1", "--exec", "true").returncode == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("127.0.0.1", "localhost"),
        ("0.0.0.0", "localhost"),
        pytest.param(
            *("127.0.0.2", "127.0.0.2"),
            marks=pytest.mark.skipif(sys.platform == "darwin", reason="macOS has only 127.0.0.1"),
        ),
    ],
)
def test_the_url_is_one_that_this_machine_reaches(tmp_path: Path, address: str, name: str) -> None:
    ask = "import httpx, os; print(httpx.get(os.environ['AZFL_URL'] + '/api/hello').text)"
    command = f'echo $AZFL_URL && "{sys.executable}" -c "{ask}"'
    app = write_app(tmp_path, HELLO)
    ended = start(app, "--port", "0", "--address", address, "--exec", command)
    url, answer = ended.stdout.split()
    assert (url.rpartition(":")[0], answer) == (f"http://{name}", "hello")


@pytest.mark.slow
@pytest.mark.parametrize("in_process", [True, False], ids=["in process", "in a child"])
def test_settings_are_the_apps_environment(tmp_path: Path, in_process: bool) -> None:
    code = """
import json, os

@app.route("settings")
def tell(req: func.HttpRequest) -> str:
    return json.dumps(dict(os.environ))

@app.queue_trigger("msg", queue_name="%QUEUE%", connection="")
def serve(msg: func.QueueMessage) -> None: ...
"""
    values = {"QUEUE": "orders", "SHELL_WINS": "no", "FILE_WINS": "no", "EMPTY": "full"}
    write_app(tmp_path, code)
    (tmp_path / "local.settings.json").write_text(
        json.dumps(
            {
                "IsEncrypted": False,
                "Values": {**values, "AZURE_FUNCTIONS_ENVIRONMENT": "Staging"},
                "ConnectionStrings": {"db": {"ConnectionString": "here"}},
            }
        )
    )
    more = tmp_path / "more.env"
    more.write_text("# more\nFILE_WINS=yes\nexport QUOTED='a b'\nSHELL_WINS=no\n\n")
    ended = start(
        tmp_path,
        *("--env-file", str(more), "--exec", f"{FETCH} /api/settings"),
        *(["--in-process"] if in_process else []),
        env={"SHELL_WINS": "yes", "EMPTY": ""},
    )
    assert ended.returncode == 0, ended.stderr
    assert "queueTrigger, queues orders" in ended.stderr
    told = json.loads(ended.stdout)
    expected = {
        "SHELL_WINS": "yes",
        "FILE_WINS": "yes",
        "EMPTY": "full",
        "QUOTED": "a b",
        "ConnectionStrings:db": "here",
        "AZURE_FUNCTIONS_ENVIRONMENT": "Development",
        "FUNCTIONS_CORETOOLS_ENVIRONMENT": "true",
        "FUNCTIONS_WORKER_RUNTIME": "python",
        "PYTHON_THREADPOOL_THREAD_COUNT": "1000",
        "AzureWebJobsScriptRoot": str(tmp_path),
    }
    assert {name: told.get(name) for name in expected} == expected
    assert told["WEBSITE_HOSTNAME"].startswith("localhost:")


def test_a_file_of_settings_that_is_none_says_where(tmp_path: Path) -> None:
    file = tmp_path / "more.env"
    file.write_text("A=1\nsecret\n")
    ended = start(write_app(tmp_path, HELLO), "--env-file", str(file), "--exec", "true")
    assert ended.returncode == 1
    assert f"{file}, line 2: it is not NAME=VALUE" in ended.stderr
    assert "secret" not in ended.stderr


def test_a_file_of_settings_that_is_no_text_says_so(tmp_path: Path) -> None:
    file = tmp_path / "more.env"
    file.write_bytes(b"A=\xff\n")
    ended = start(write_app(tmp_path, HELLO), "--env-file", str(file), "--exec", "true")
    assert ended.returncode == 1
    assert f"{file}: it cannot be read: " in ended.stderr


@pytest.mark.slow
def test_only_the_functions_asked_for_are_loaded(tmp_path: Path) -> None:
    code = "".join(HELLO.replace("hello", name) for name in ("one", "two", "three"))
    app = write_app(tmp_path, code)
    for options, settings in (
        (("--functions", "One", "two"), {}),
        (("--functions", "one,two"), {}),
        (
            (),
            {
                "AzureFunctionsJobHost__functions__0": "one",
            },
        ),
    ):
        ended = start(app, *options, "--exec", "true", env=settings)
        assert "  one " in ended.stderr
        assert ("  two " in ended.stderr) is bool(options)
        assert "  three " not in ended.stderr
    ended = start(app, "--functions", "four", "--exec", "true")
    assert ended.returncode == 1
    assert "none of its functions is asked for. It has: one, two, three" in ended.stderr


def test_an_apps_folder_after_functions_is_no_name(tmp_path: Path) -> None:
    from click.testing import CliRunner

    from azure_functions_lib.cli.app import cli

    app = str(write_app(tmp_path, HELLO))
    arguments = ["start", "--memory", "--port", "0", "--exec", "true", "--functions", "hello", app]
    ended = CliRunner().invoke(cli, arguments)
    assert ended.exit_code == 0, ended.output


@pytest.mark.slow
def test_output_is_plain_without_a_terminal(tmp_path: Path) -> None:
    ended = start(write_app(tmp_path, HELLO), "--exec", f"{FETCH} /api/hello")
    assert "\x1b" not in ended.stderr


@pytest.mark.slow
def test_a_secret_that_is_put_in_for_a_name_is_not_shown(tmp_path: Path) -> None:
    code = """
import azure.functions as func
app = func.FunctionApp(http_auth_level="anonymous")

@app.queue_trigger("msg", "%SECRET%", "AzureWebJobsStorage")
def queue(msg: func.QueueMessage) -> None:
    pass

@app.blob_trigger("data", "%SECRET%/{name}", "AzureWebJobsStorage")
def blob(data: func.InputStream) -> None:
    pass

@app.service_bus_queue_trigger("msg", queue_name="%SECRET%", connection="BUS")
def bus(msg: func.ServiceBusMessage) -> None:
    pass

@app.route("fail")
@app.table_input("rows", "AzureWebJobsStorage", "%SECRET%")
def fail(req: func.HttpRequest, rows: str) -> str:
    return rows
"""
    secret = "Endpoint=sb://x;AccountKey=C2VjcmV0"
    ended = start(write_app(tmp_path, code), "--exec", f"{FETCH} /api/fail", env={"SECRET": secret})
    assert "  queue  queueTrigger, queues %SECRET%" in ended.stderr
    assert "table '...': a name is 3 to 63 letters and digits" in ended.stderr
    assert "c2vjcmv0" not in (ended.stdout + ended.stderr).lower()


@pytest.mark.slow
def test_names_and_what_the_app_prints_reach_the_terminal_without_controls(tmp_path: Path) -> None:
    code = """
import sys
print("\\x1b[31mimported")
import azure.functions as func
app = func.FunctionApp(http_auth_level="anonymous")

@app.route("hello")
def hello(req: func.HttpRequest) -> str:
    print("\\x1b]0;title\\x07", file=sys.stderr)
    return "hello"
"""
    folder = tmp_path / "app\x1b[31m"
    folder.mkdir()
    ended = start(write_app(folder, code), "--exec", f"{FETCH} /api/hello")
    assert ended.returncode == 0, ended.stderr
    for shown in ("app\\x1b[31m at http", "\\x1b[31mimported", "\\x1b]0;title\\x07"):
        assert shown in ended.stderr
    assert "\x1b" not in ended.stderr
    broken = start(folder, "--functions", "no\x1b[31mne", "--exec", "true")
    assert broken.returncode == 1
    assert "\x1b" not in broken.stderr


@pytest.mark.slow
@pytest.mark.parametrize(("value", "coloured"), [("", True), ("1", False)])
def test_no_color_is_honoured_on_a_terminal(tmp_path: Path, value: str, coloured: bool) -> None:
    import pty
    import subprocess

    from tests.host.started import AZFL

    app = write_app(tmp_path, HELLO)
    ours, theirs = pty.openpty()
    with os.fdopen(ours, "rb", buffering=0) as terminal:
        command = [*AZFL, "start", str(app), "--port", "0", "--memory", "--exec", "true"]
        environment = {**os.environ, "NO_COLOR": value, "TERM": "xterm"}
        with subprocess.Popen(command, stderr=theirs, env=environment) as process:
            os.close(theirs)
            shown = b""
            try:
                while chunk := terminal.read(65536):
                    shown += chunk
            except OSError:  # the other end is closed
                pass
        assert process.returncode == 0
    assert (b"\x1b[" in shown) is coloured


@pytest.mark.slow
@pytest.mark.parametrize("shown", [True, False])
@pytest.mark.parametrize("in_process", [True, False], ids=["in process", "in a child"])
def test_the_log_level_says_what_is_shown(tmp_path: Path, in_process: bool, shown: bool) -> None:
    code = """
import logging

@app.route("hello")
def hello(req: func.HttpRequest) -> str:
    logging.getLogger("mine").debug("a trifle")
    logging.getLogger("mine").warning("take care")
    return "hello"
"""
    ended = start(
        write_app(tmp_path, code),
        *("--log-level", "debug" if shown else "warning", "--exec", f"{FETCH} /api/hello"),
        *(["--in-process"] if in_process else []),
    )
    assert ("a trifle" in ended.stderr) is shown
    assert ("succeeded in" in ended.stderr) is shown
    assert ended.stderr.count("take care") == 1


@pytest.mark.slow
def test_json_is_an_object_a_line(tmp_path: Path) -> None:
    code = f"{HELLO}\n@app.route('fail')\ndef fail(req: func.HttpRequest) -> str:\n    print(1)\n"
    with started(write_app(tmp_path, code + "    raise OSError('no')\n")) as running:
        assert running.events[0]["functions"]["hello"].endswith("/api/hello")
        assert httpx.get(f"{running.url}/api/fail").status_code == 500
        printed = running.wait_for("printed")
        ended = running.wait_for("ended")
    assert (printed["text"], printed["function"]) == ("1", "fail")
    assert ended["invocation_id"] == printed["invocation_id"]
    assert (ended["ok"], ended["exception"]["message"]) == (False, "no")


# -- The end


SLOW = """
import time

@app.route("slow/{seconds}")
def slow(req: func.HttpRequest) -> str:
    print("begun")
    time.sleep(float(req.route_params["seconds"]))
    return "done"
"""


@pytest.mark.slow
@pytest.mark.parametrize("in_process", [True, False], ids=["in process", "in a child"])
def test_ctrl_c_lets_what_runs_end(tmp_path: Path, in_process: bool) -> None:
    options = ["--in-process"] if in_process else []
    with started(write_app(tmp_path, SLOW), *options) as running:
        answers: list[httpx.Response] = []
        url = f"{running.url}/api/slow/1"
        ask = partial(httpx.get, url, timeout=LONGEST)
        asking = threading.Thread(target=lambda: answers.append(ask()))
        asking.start()
        running.wait_for("printed")
        running.process.send_signal(signal.SIGINT)
        assert running.process.wait(LONGEST) == 0
        asking.join()
        assert [each.text for each in answers] == ["done"]


@pytest.mark.slow
def test_ctrl_c_waits_no_longer_than_its_grace(tmp_path: Path) -> None:
    with started(write_app(tmp_path, SLOW), "--grace", "0.2") as running:
        asking = threading.Thread(target=_ask, args=(f"{running.url}/api/slow/60",))
        asking.start()
        running.wait_for("printed")
        running.process.send_signal(signal.SIGINT)
        assert running.process.wait(LONGEST) == 0
        asking.join()


@pytest.mark.slow
def test_a_second_ctrl_c_ends_at_once(tmp_path: Path) -> None:
    app = SLOW.replace("import time", "import os, time").replace('"begun"', "os.getpid()")
    with started(write_app(tmp_path, app), "--grace", "60") as running:
        asking = threading.Thread(target=_ask, args=(f"{running.url}/api/slow/60",))
        asking.start()
        child = int(running.wait_for("printed")["text"])
        running.process.send_signal(signal.SIGINT)
        # Two that come before the host has seen the first are one for it.
        give_up = time.monotonic() + LONGEST
        while running.process.poll() is None and time.monotonic() < give_up:
            time.sleep(0.2)
            running.process.send_signal(signal.SIGINT)
        assert running.process.poll() == 0
        while alive(child) and time.monotonic() < give_up:
            time.sleep(0.05)
        assert not alive(child)
        asking.join()


@pytest.mark.slow
def test_a_thread_that_does_not_end_keeps_no_host_in_process(tmp_path: Path) -> None:
    with started(write_app(tmp_path, SLOW), "--grace", "0.2", "--in-process") as running:
        asking = threading.Thread(target=_ask, args=(f"{running.url}/api/slow/60",))
        asking.start()
        running.wait_for("printed")
        running.process.send_signal(signal.SIGTERM)
        assert running.process.wait(LONGEST) == 0
        asking.join()


def _ask(url: str) -> None:
    with suppress(httpx.TransportError):
        httpx.get(url, timeout=30)


@pytest.mark.slow
@pytest.mark.parametrize("in_process", [True, False], ids=["in process", "in a child"])
def test_a_function_that_takes_too_long_is_answered_by_500(
    tmp_path: Path, in_process: bool
) -> None:
    app = write_app(tmp_path, SLOW, host__json='{"version": "2.0", "functionTimeout": "00:00:01"}')
    options = ["--in-process"] if in_process else []
    with started(app, *options, "--grace", "0.2") as running:
        assert httpx.get(f"{running.url}/api/slow/60").status_code == 500
        failure = running.wait_for("ended")["exception"]
    assert "longer than functionTimeout of host.json allows (1 s)" in failure["message"]


# -- Apps of all kinds


@pytest.mark.slow
@pytest.mark.parametrize(
    ("app", "path", "expected"),
    [
        ("layout_2020", "/api/greet?name=Ada", "Ada"),
        ("layout_2019", "/api/HttpTrigger", ""),
    ],
)
def test_the_guides_apps_run_unchanged(app: str, path: str, expected: str) -> None:
    ended = start(DOCS / "examples" / "guide" / app, "--exec", f"{FETCH} '{path}'")
    assert ended.returncode == 0, ended.stderr
    assert expected in ended.stdout
    assert "problem" not in ended.stderr


@pytest.mark.slow
def test_an_app_that_imports_azure_functions_runs_unchanged(tmp_path: Path) -> None:
    (tmp_path / "function_app.py").write_text(
        "import azure.functions as func\n"
        "from azure.functions.decorators.core import DataType\n\n"
        "app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)\n\n"
        '@app.route("hello")\n'
        "def hello(req: func.HttpRequest) -> func.HttpResponse:\n"
        "    return func.HttpResponse(f\"hello {req.params['name']}\")\n"
    )
    ended = start(tmp_path, "--exec", f"{FETCH} '/api/hello?name=Ada'")
    assert (ended.returncode, ended.stdout) == (0, "hello Ada"), ended.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    ("listen", "status", "shown"),
    [
        ("pass", 0, "Waiting for a debugger to attach to port 5678."),
        ("raise RuntimeError('it is taken')", 1, "debugpy cannot listen at port 5678: it is taken"),
    ],
)
def test_debugging_waits_for_a_debugger(
    tmp_path: Path, listen: str, status: int, shown: str
) -> None:
    attached = tmp_path / "attached"
    (tmp_path / "debugpy.py").write_text(
        f"def listen(address):\n    {listen}\n\n\n"
        f"def wait_for_client():\n    open({str(attached)!r}, 'w').close()\n"
    )
    app = tmp_path / "app"
    app.mkdir()
    ended = start(
        write_app(app, HELLO), "--debug", "--exec", "true", env={"PYTHONPATH": str(tmp_path)}
    )
    assert ended.returncode == status
    assert shown in ended.stderr
    assert attached.exists() == (status == 0)


def test_debugging_without_debugpy_says_what_to_install(
    tmp_path: Path,
) -> None:
    (tmp_path / "debugpy.py").write_text("raise ImportError('not here')\n")
    app = tmp_path / "app"
    app.mkdir()
    ended = start(
        write_app(app, HELLO), "--debug", "--exec", "true", env={"PYTHONPATH": str(tmp_path)}
    )
    assert ended.returncode == 1
    assert "--debug needs the package debugpy: pip install debugpy" in ended.stderr
