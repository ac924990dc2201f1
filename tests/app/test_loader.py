"""Apps of function.json files: layouts, imports, script files, what stays apart."""

from __future__ import annotations

import importlib
import logging
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

import azure_functions_lib
from azure_functions_lib.app.loader import LoadedApp, load_app
from azure_functions_lib.errors import AppError
from azure_functions_lib.runtime.runtime import Runtime
from azure_functions_lib.wire.datum import Datum

from ..folders import QUEUE_OUT, QUEUE_RETURN, QUEUE_TRIGGER, v1_app, write_app


def call(app: LoadedApp, name: str = "one", *args: Any) -> Any:
    function = app.function(name).function
    assert function is not None, app.problems
    return function(*args)


LAYOUT: dict[str, Any] = {
    "host.json": {"version": "2.0"},
    "first/function.json": [QUEUE_TRIGGER],
    "first/example.py": "NAME = 'example of first'",
    "shared_code/__init__.py": "",
    "shared_code/helper.py": "NAME = 'helper'",
}


@pytest.mark.parametrize(
    ("statement", "result"),
    [
        ("from shared_code import helper", "helper.NAME"),
        ("import shared_code.helper", "shared_code.helper.NAME"),
        ("from . import example as helper", "helper.NAME"),
        ("from .example import NAME", "NAME"),
    ],
)
def test_G3_imports_of_the_2020_layout(tmp_path: Path, statement: str, result: str) -> None:
    code = f"{statement}\ndef main(msg): return {result}"
    write_app(tmp_path, **LAYOUT, **{"first/__init__.py": code})
    with load_app(tmp_path) as app:
        assert app.problems == []
        assert call(app, "first", "m") in ("helper", "example of first")


@pytest.mark.parametrize(
    ("statement", "result"),
    [
        ("from . import example as helper", "helper.NAME"),
        ("from ..shared_code import helper", "helper.NAME"),
        ("from __app__ import shared_code\nfrom __app__.shared_code import helper", "helper.NAME"),
        ("import __app__.shared_code.helper", "__app__.shared_code.helper.NAME"),
        ("from __app__.shared_code import helper", "helper.NAME"),
        ("from __app__.first.example import NAME", "NAME"),
    ],
)
@pytest.mark.parametrize("given", ["__app__", "."])
def test_G4_imports_of_the_2019_layout(
    tmp_path: Path, statement: str, result: str, given: str
) -> None:
    code = f"{statement}\ndef main(msg): return {result}"
    write_app(tmp_path / "__app__", **LAYOUT, **{"first/__init__.py": code})
    with load_app(tmp_path / given) as app:
        assert app.root == tmp_path / "__app__"
        assert app.problems == []
        assert call(app, "first", "m") in ("helper", "example of first")


def test_G4_a_test_imports_a_function_of_the_2019_layout(tmp_path: Path) -> None:
    code = "def main(msg): return 'result'"
    write_app(tmp_path / "__app__", **LAYOUT, **{"first/__init__.py": code})
    with load_app(tmp_path):
        from __app__.first import main  # type: ignore[import-not-found]

        assert main("m") == "result"


def test_G2_script_file_and_entry_point(tmp_path: Path) -> None:
    write_app(
        tmp_path,
        **{
            "one/function.json": {
                "scriptFile": "main.py",
                "entryPoint": "customentry",
                "bindings": [QUEUE_TRIGGER],
            },
            "one/main.py": "def customentry(msg): return 'custom'",
        },
    )
    with load_app(tmp_path) as app:
        assert call(app, "one", "m") == "custom"
        assert app.function("one").script_file == tmp_path / "one" / "main.py"


def test_G11_module_state_is_kept_between_calls(tmp_path: Path) -> None:
    v1_app(tmp_path, "DATA = []\ndef main(msg): DATA.append(msg); return len(DATA)", QUEUE_TRIGGER)
    with load_app(tmp_path) as app:
        assert [call(app, "one", "m") for _ in range(3)] == [1, 2, 3]


@pytest.mark.parametrize(
    ("files", "script", "chosen"),
    [
        (["code.py"], None, "code.py"),
        (["__init__.py", "other.py"], None, "__init__.py"),
        (["run.py", "__init__.py"], None, "run.py"),
        (["sub/deep.py", "__init__.py"], "sub/deep.py", "sub/deep.py"),
        (["__init__.py", "../shared/code.py"], "../shared/code.py", "../shared/code.py"),
    ],
)
def test_script_file_is_found(
    tmp_path: Path, files: list[str], script: str | None, chosen: str
) -> None:
    record = {"bindings": [QUEUE_TRIGGER], **({"scriptFile": script} if script else {})}
    write_app(tmp_path, **{"one/function.json": record})
    write_app(tmp_path, **{f"one/{file}": f"def main(msg): return {file!r}" for file in files})
    with load_app(tmp_path) as app:
        assert call(app, "one", "m") == chosen


@pytest.mark.parametrize(
    ("record", "code", "parameter", "cause"),
    [
        ({"scriptFile": "none.py"}, "", "scriptFile", "no file 'none.py'"),
        ({"scriptFile": "../../x.py"}, "", "scriptFile", "outside the app's folder"),
        ({"scriptFile": "data.txt"}, "", "scriptFile", "no Python file"),
        ({"scriptFile": 7}, "", "scriptFile", "7"),
        ({}, "def mian(msg): pass", "entryPoint", "no function 'main'"),
        ({}, "main = 3", "entryPoint", "cannot be called"),
        ({"entryPoint": "f"}, "def main(msg): pass", "entryPoint", "no function 'f'"),
        ({}, "import no_such_package", "__init__.py", "ModuleNotFoundError"),
        ({}, "def main(:", "__init__.py", "SyntaxError"),
        ({}, "raise RuntimeError('at import')", "__init__.py", "at import"),
        ({}, "import sys; sys.exit(3)", "__init__.py", "SystemExit"),
        ({}, "import asyncio; raise asyncio.CancelledError", "__init__.py", "CancelledError"),
        ({}, "class Stop(BaseException): pass\nraise Stop('x')", "__init__.py", "Stop: x"),
        (
            {},
            "class E(Exception):\n    def __str__(self): return 1 / 0\nraise E",
            "__init__.py",
            "E: <unprintable>",
        ),
        ({"scriptFile": "x" * 5000}, "", "scriptFile", "no file 'xxx"),
        ({"scriptFile": "\0.py"}, "", "scriptFile", "no file"),
        ({"scriptFile": "\ud800.py"}, "", "scriptFile", "no file"),
        ({"entryPoint": "x" * 5000}, "def main(msg): pass", "entryPoint", "no function 'xxx"),
        ({"bindings": []}, "def main(): pass", "bindings", "[]"),
        ({"bindings": None}, "def main(): pass", "bindings", "missing"),
        ({"bindings": [3]}, "def main(): pass", "bindings[0]", "not an object"),
        ({"bindings": [{"type": "t"}]}, "def main(): pass", "bindings[0]", "its name is None"),
        ({"bindings": [{"name": "m"}]}, "def main(m): pass", "m", "binding type is None"),
        (
            {"bindings": [{**QUEUE_TRIGGER, "direction": "inn"}]},
            "def main(msg): pass",
            "msg",
            "direction is 'inn'",
        ),
        (
            {"bindings": [{**QUEUE_TRIGGER, "direction": None}]},
            "def main(msg): pass",
            "msg",
            "direction is missing",
        ),
        (
            {"bindings": [{**QUEUE_TRIGGER, "dataType": "text"}]},
            "def main(msg): pass",
            "msg",
            "dataType is 'text'",
        ),
        ({"entrypoint": "main"}, "def main(msg): pass", "entrypoint", "does not know this key"),
        ({"retry": 3}, "def main(msg): pass", "retry", "not an object"),
    ],
)
def test_a_fault_is_a_problem_of_its_function_only(
    tmp_path: Path, record: dict[str, Any], code: str, parameter: str, cause: str
) -> None:
    app_root = tmp_path / "app"
    (tmp_path / "x.py").write_text("def main(msg): pass")
    v1_app(app_root, "def main(msg): return 'fine'", QUEUE_TRIGGER, name="healthy")
    record = {"bindings": [QUEUE_TRIGGER], **record}
    write_app(
        app_root,
        **{"bad/function.json": record, "bad/__init__.py": code, "bad/data.txt": "data"},
    )
    with load_app(app_root) as app:
        assert call(app, "healthy", "m") == "fine"
        (problem,) = app.problems
        assert (problem.function, problem.parameter) == ("bad", parameter)
        assert cause in problem.cause
        assert problem.remedy
        assert len(problem.cause) < 500
        assert not app.function("bad").ok


def test_an_import_error_says_where_and_what_to_install(tmp_path: Path) -> None:
    v1_app(tmp_path, "\n\nimport no_such_package.part", QUEUE_TRIGGER)
    with load_app(tmp_path) as app:
        (problem,) = app.problems
        assert f"{tmp_path / 'one' / '__init__.py'}:3" in problem.cause
        assert "'no_such_package'" in problem.remedy
        assert isinstance(app.function("one").error, ModuleNotFoundError)


@pytest.mark.parametrize("content", [b"{", b"\xff", b"[1]", b'"text"', b"[" * 5000, b'{"\\' * 9999])
def test_a_broken_function_json_is_a_problem_of_its_function_only(
    tmp_path: Path, content: bytes
) -> None:
    v1_app(tmp_path, "def main(msg): return 'fine'", QUEUE_TRIGGER, name="healthy")
    write_app(tmp_path, **{"bad/function.json": content, "bad/__init__.py": "def main(): pass"})
    with load_app(tmp_path) as app:
        assert [problem.function for problem in app.problems] == ["bad"]
        assert call(app, "healthy", "m") == "fine"


def test_function_json_may_hold_comments_and_any_letter_case_of_directions(tmp_path: Path) -> None:
    text = """\
    // A comment, and a URL in a text: "//"
    {"bindings": [
        {"type": "queueTrigger", "name": "msg", "direction": "IN", "queueName": "a//b",
         "dataType": "Binary"},
        {"type": "queue", "name": "$return", "direction": "Out"}, /* the result */
    ],}
    """
    content = ("\ufeff" + text).encode()
    write_app(tmp_path, **{"one/function.json": content, "one/__init__.py": "def main(msg): pass"})
    with load_app(tmp_path) as app:
        assert app.problems == []
        trigger, result = app.function("one").bindings
        assert (trigger.direction, trigger.data_type, result.direction) == (0, 2, 1)
        assert trigger.get_dict_repr()["queueName"] == "a//b"
        assert app.function("one").trigger is trigger
        assert app.function("one").returns is result


def test_what_is_read_of_a_function(tmp_path: Path) -> None:
    record = {
        "bindings": [QUEUE_TRIGGER, QUEUE_OUT],
        "disabled": True,
        "retry": {"strategy": "fixedDelay", "maxRetryCount": 3, "delayInterval": "00:00:10"},
    }
    code = "async def main(msg, out): pass"
    write_app(tmp_path, **{"one/function.json": record, "one/__init__.py": code, "two/x.py": ""})
    with load_app(tmp_path) as app:
        assert list(app.functions) == ["one"]
        function = app.function("ONE")
        assert function.is_async
        assert function.disabled
        assert function.ok
        assert function.directory == tmp_path / "one"
        assert function.retry == {
            "strategy": "fixed_delay",
            "max_retry_count": 3,
            "delay_interval": "00:00:10",
        }


def test_two_apps_one_after_the_other_do_not_see_each_other(tmp_path: Path) -> None:
    code = "import shared_code\nfrom . import own\ndef main(msg): return shared_code.NAME, own.NAME"
    for name in ("a", "b"):
        v1_app(tmp_path / name, code, QUEUE_TRIGGER)
        write_app(
            tmp_path / name,
            **{"shared_code.py": f"NAME = {name!r}", "one/own.py": f"NAME = 'own of {name}'"},
        )
    path, modules, environ = list(sys.path), set(sys.modules), dict(os.environ)
    for name in ("a", "b"):
        with load_app(tmp_path / name) as app:
            assert call(app, "one", "m") == (name, f"own of {name}")
        assert sys.path == path
        assert set(sys.modules) == modules
        assert dict(os.environ) == environ


def test_two_apps_at_a_time_do_not_see_each_other(tmp_path: Path) -> None:
    code = "def main(msg):\n    import lazily\n    return lazily.NAME"
    for name in ("a", "b"):
        v1_app(tmp_path / name, code, QUEUE_TRIGGER)
        write_app(tmp_path / name, **{"lazily.py": f"NAME = {name!r}"})
    with load_app(tmp_path / "a") as first:
        assert call(first, "one", "m") == "a"
        with load_app(tmp_path / "b") as second:
            assert call(second, "one", "m") == "b"
        assert call(first, "one", "m") == "a"
        assert "lazily" in sys.modules
    assert "lazily" not in sys.modules


def test_a_module_of_the_same_name_from_elsewhere_is_put_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_app(tmp_path / "other", **{"helper_code.py": "NAME = 'other'"})
    monkeypatch.syspath_prepend(tmp_path / "other")
    import helper_code  # type: ignore[import-not-found]

    v1_app(tmp_path / "app", "from . import helper_code\ndef main(msg): pass", QUEUE_TRIGGER)
    write_app(tmp_path / "app", **{"helper_code/__init__.py": "", "one/helper_code.py": ""})
    with load_app(tmp_path / "app") as app:
        assert app.problems == []
        assert sys.modules.get("helper_code") is not helper_code
    assert sys.modules["helper_code"] is helper_code
    del sys.modules["helper_code"]


def test_a_function_folder_does_not_hide_a_standard_module(tmp_path: Path) -> None:
    code = "import sched\ndef main(msg): return sched.scheduler.__name__"
    sys.modules.pop("sched", None)
    v1_app(tmp_path, code, QUEUE_TRIGGER, name="sched")
    with load_app(tmp_path) as app:
        assert call(app, "sched", "m") == "scheduler"


def test_G14_packages_deployed_with_the_app_are_found(tmp_path: Path) -> None:
    v1_app(tmp_path, "import vendored\ndef main(msg): return vendored.NAME", QUEUE_TRIGGER)
    place = ".python_packages/lib/site-packages/vendored.py"
    write_app(tmp_path, **{place: "NAME = 'vendored'"})
    with load_app(tmp_path) as app:
        assert call(app, "one", "m") == "vendored"
    assert "vendored" not in sys.modules


def test_G12_settings_are_in_the_environment_while_the_app_is_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SET_BEFORE", "outside")
    monkeypatch.setenv("EMPTY_BEFORE", "")
    code = "import os\nAT_IMPORT = os.environ['myAppSetting']\ndef main(msg): return AT_IMPORT"
    v1_app(tmp_path, code, QUEUE_TRIGGER)
    values = {
        "myAppSetting": "local",
        "SET_BEFORE": "outside",
        "EMPTY_BEFORE": "local",
        "EMPTY": "",
        "BOTH": "x",
    }
    write_app(tmp_path, **{"local.settings.json": {"IsEncrypted": False, "Values": values}})
    with load_app(tmp_path, settings={"BOTH": "given"}) as app:
        assert call(app, "one", "m") == "local"
        assert os.environ["SET_BEFORE"] == "outside"
        assert os.environ["EMPTY_BEFORE"] == "local"
        assert os.environ["EMPTY"] == ""
        assert os.environ["BOTH"] == "given"
        assert os.environ["AzureWebJobsScriptRoot"] == str(tmp_path)  # noqa: SIM112
    assert "myAppSetting" not in os.environ
    assert os.environ["EMPTY_BEFORE"] == ""
    with load_app(tmp_path, settings={"myAppSetting": "given"}, local_settings=False) as app:
        assert call(app, "one", "m") == "given"
        assert "BOTH" not in os.environ


def test_there_must_be_something_to_load(tmp_path: Path) -> None:
    for path in ("none", "x" * 5000, "\0"):
        with pytest.raises(AppError, match="no such folder"):
            load_app(tmp_path / path)
    with pytest.raises(AppError, match="expected the path of an app's folder"):
        load_app(3)
    with load_app(tmp_path) as app:
        (problem,) = app.problems
        assert problem.function is None
        assert "function.json" in problem.cause


def test_an_unknown_function_is_answered_with_the_known_ones(tmp_path: Path) -> None:
    v1_app(tmp_path, "def main(msg): pass", QUEUE_TRIGGER)
    with load_app(tmp_path) as app, pytest.raises(AppError, match="has: one"):
        app.function("two")


def test_seven_faults_in_four_functions_are_all_reported(tmp_path: Path) -> None:
    healthy = "import azure_functions_lib as func\ndef main(msg: func.QueueMessage) -> str: ..."
    v1_app(tmp_path, healthy, QUEUE_TRIGGER, QUEUE_RETURN, name="healthy")
    v1_app(  # no parameter for a binding; a parameter without binding
        tmp_path, "def main(msg, extra): pass", QUEUE_TRIGGER, QUEUE_OUT, name="unbound"
    )
    v1_app(  # wrong input annotation; output not annotated with Out
        tmp_path,
        "def main(msg: int, out: str): pass",
        QUEUE_TRIGGER,
        QUEUE_OUT,
        name="annotated",
    )
    v1_app(  # no trigger; wrong $return annotation
        tmp_path, "class X: pass\ndef main() -> X: pass", QUEUE_RETURN, name="aimless"
    )
    v1_app(tmp_path, "import no_such_package", QUEUE_TRIGGER, name="broken")
    with load_app(tmp_path) as app:
        found = {(problem.function, problem.parameter) for problem in app.problems}
        assert found == {
            ("unbound", "out"),
            ("unbound", "extra"),
            ("annotated", "msg"),
            ("annotated", "out"),
            ("aimless", None),
            ("aimless", "$return"),
            ("broken", "__init__.py"),
        }
        assert len(app.problems) == 7
        assert all(problem.cause and problem.remedy for problem in app.problems)
        assert app.function("healthy").ok


# -- What an app may do to the process


LEAVING = """
    import logging, os, sys
    sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "beside"))
    sys.path.remove(REMOVED)
    import module_beside
    logging.getLogger().addHandler(logging.StreamHandler())
    logging.getLogger().setLevel(logging.CRITICAL)
    logging.getLogger("known.before").setLevel(logging.ERROR)
    logging.getLogger("known.before").disabled = True
    logging.getLogger("made_by_the_app").addHandler(logging.NullHandler())
    logging.getLogger("made_by_the_app").setLevel(logging.ERROR)
    logging.disable(logging.ERROR)
    os.chdir(os.path.dirname(__file__))
    def main(msg):
        for handler in list(logging.getLogger().handlers):
            if type(handler) is logging.NullHandler:
                logging.getLogger().removeHandler(handler)
        sys.path.append("/added/by/a/call")
        return module_beside.NAME
"""


def _of_the_process() -> dict[str, Any]:
    loggers = [logging.getLogger(name) for name in ("", "known.before")]
    return {
        "path": list(sys.path),
        "modules": set(sys.modules),
        "folder": Path.cwd(),
        "disabled": logging.root.manager.disable,
        "loggers": [(each.level, each.disabled, list(each.handlers)) for each in loggers],
    }


def test_closing_puts_back_what_the_app_has_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "path", [*sys.path, "/removed/by/the/app"])
    write_app(tmp_path, **{"beside/module_beside.py": "NAME = 'beside'"})
    code = LEAVING.replace("REMOVED", repr("/removed/by/the/app"))
    v1_app(tmp_path / "app", code, QUEUE_TRIGGER)
    handler = logging.NullHandler()
    logging.root.addHandler(handler)
    before = _of_the_process()
    try:
        for _ in range(2):
            with load_app(tmp_path / "app") as app:
                assert call(app, "one", "m") == "beside"
                during = _of_the_process()
                assert all(during[name] != value for name, value in before.items())
            assert _of_the_process() == before
            made = logging.getLogger("made_by_the_app")
            assert (made.level, made.handlers) == (logging.NOTSET, [])
    finally:
        logging.root.removeHandler(handler)


def test_closing_leaves_the_handlers_of_a_runtime_that_is_open(tmp_path: Path) -> None:
    code = "import logging\ndef main(msg): logging.error('kept')"
    for name in ("a", "b"):
        v1_app(tmp_path / name, code, QUEUE_TRIGGER)
    with load_app(tmp_path / "a") as first:
        second = load_app(tmp_path / "b")
        with Runtime(first) as runtime:
            second.close()
            logs = runtime.run("one", Datum("x", "string")).logs
    assert [record.getMessage() for record in logs] == ["kept"]


def test_apps_that_are_closed_in_another_order_leave_the_process_as_it_was(tmp_path: Path) -> None:
    for name in ("a", "b"):
        code = "import os, sys\nsys.path.append(__file__)\nos.chdir(os.path.dirname(__file__))"
        v1_app(tmp_path / name, f"{code}\ndef main(msg): pass", QUEUE_TRIGGER)
    before = _of_the_process()
    first, second = load_app(tmp_path / "a"), load_app(tmp_path / "b")
    first.close()
    assert Path.cwd() == tmp_path / "b" / "one"
    second.close()
    assert _of_the_process() == before


def test_an_app_that_was_displaced_has_its_own_package_again(tmp_path: Path) -> None:
    code = "import __app__\n__app__.state = 'kept'\ndef main(msg):\n    import __app__"
    for name in ("a", "b"):
        v1_app(tmp_path / name, f"{code}; return __app__.state", QUEUE_TRIGGER)
    with load_app(tmp_path / "a") as first:
        with load_app(tmp_path / "b"):
            pass
        assert call(first, "one", "m") == "kept"


def test_what_is_installed_in_the_app_s_folder_stays_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = tmp_path / ".venv"
    installed = environment / "lib" / "site-packages"
    v1_app(tmp_path, "import installed_there\ndef main(msg): pass", QUEUE_TRIGGER)
    write_app(installed, **{"installed_there.py": ""})
    monkeypatch.setattr(sys, "prefix", str(environment))
    monkeypatch.syspath_prepend(installed)
    with load_app(tmp_path) as app:
        assert app.problems == []
    assert sys.modules.pop("installed_there").__file__ == str(installed / "installed_there.py")


def test_a_copy_of_this_library_in_the_app_s_folder_displaces_nothing(tmp_path: Path) -> None:
    import azure_functions_lib

    code = "import azure_functions_lib\ndef main(msg): return azure_functions_lib.__version__"
    v1_app(tmp_path, code, QUEUE_TRIGGER)
    write_app(tmp_path, **{"azure_functions_lib/__init__.py": "__version__ = 'a copy'"})
    with load_app(tmp_path) as app:
        assert app.problems == []
        assert call(app, "one", "m") == azure_functions_lib.__version__
        assert sys.modules["azure_functions_lib"] is azure_functions_lib


def test_threads_that_load_apps_at_once_never_mix_them(tmp_path: Path) -> None:
    code = "import helper\ndef main(msg): return helper.NAME"
    for number in range(4):
        v1_app(tmp_path / str(number), code, QUEUE_TRIGGER)
        write_app(tmp_path / str(number), **{"helper.py": f"NAME = {number}"})
    answers, refusals = [], []

    def work(number: int) -> None:
        for _ in range(10):
            try:
                with load_app(tmp_path / str(number)) as app:
                    answers.append((number, call(app, "one", "m")))
            except AppError as error:
                refusals.append(str(error))

    before = _of_the_process()
    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) + len(refusals) == 40
    assert answers
    assert all(number == answer for number, answer in answers)
    assert all("is open in another thread" in refusal for refusal in refusals)
    assert _of_the_process() == before


def test_another_app_is_refused_while_one_is_open_in_another_thread(tmp_path: Path) -> None:
    for name in ("a", "b"):
        v1_app(tmp_path / name, "def main(msg): pass", QUEUE_TRIGGER)
    results: list[Any] = []

    def work(name: str) -> None:
        try:
            load_app(tmp_path / name).close()
        except AppError as error:
            results.append(str(error))
        else:
            results.append("loaded")

    with load_app(tmp_path / "a"):
        for name in ("a", "b"):
            thread = threading.Thread(target=work, args=(name,))
            thread.start()
            thread.join()
    assert results[0] == "loaded"
    assert str(tmp_path / "a") in results[1]
    assert "process of its own" in results[1]


@pytest.mark.parametrize("kind", ["stdin", "exec of a notebook's cell"])
def test_an_app_of_a_prompt_has_the_current_folder_for_its_root(tmp_path: Path, kind: str) -> None:
    write_app(tmp_path, **{"module_here.py": "NAME = 'here'", "host.json": {"version": "2.0"}})
    program = """
import os, sys
import azure_functions_lib as func
import module_here
from azure_functions_lib.app.loader import load_app

app = func.FunctionApp()

@app.queue_trigger("msg", "q", "C")
def one(msg: func.QueueMessage) -> None: ...

with load_app(app) as loaded:
    assert loaded.problems == [], loaded.problems
    assert str(loaded.root) == os.getcwd(), loaded.root
    assert str(loaded.function("one").directory) == os.getcwd()
    assert sys.modules["module_here"] is module_here
assert sys.modules["module_here"] is module_here
print("fine")
"""
    if kind != "stdin":
        name = "/tmp/ipykernel_1/2.py"
        program = f"exec(compile({program!r}, {name!r}, 'exec'), globals())"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-"],
        input=program,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
    )
    assert done.stdout == "fine\n", done.stderr


def test_files_written_since_an_earlier_load_are_found(tmp_path: Path) -> None:
    v1_app(tmp_path, "def main(msg): pass", QUEUE_TRIGGER)
    with load_app(tmp_path) as app:
        assert app.problems == []
        write_app(tmp_path, **{"late.py": "NAME = 'late'"})
    v1_app(tmp_path, "import late\ndef main(msg): return late.NAME", QUEUE_TRIGGER)
    os.utime(tmp_path / "one" / "__init__.py", (1, 1))
    with load_app(tmp_path) as app:
        assert call(app, "one", "m") == "late"


def test_modules_of_this_package_stay_also_where_it_lies_in_the_app(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    name = "azure_functions_lib.app.distributions"
    monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.chdir(Path(azure_functions_lib.__file__).parents[1])
    with load_app(azure_functions_lib.FunctionApp()):
        module = importlib.import_module(name)
    assert sys.modules[name] is module
