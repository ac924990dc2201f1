"""Apps of decorated functions: where they are found, and what is wrong when they are not."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest

import azure_functions_lib as func
from azure_functions_lib.app.loader import load_app

from ..folders import write_app

APP = """
    import azure_functions_lib as func
    import helper_of_v2

    app = func.FunctionApp()

    @app.queue_trigger("msg", "in", "conn")
    @app.retry("fixed_delay", "3", delay_interval="00:00:10")
    def one(msg: func.QueueMessage) -> None:
        return helper_of_v2.NAME
"""


def v2_app(root: Path, code: str = APP, name: str = "function_app.py") -> Path:
    return write_app(root, **{name: code, "helper_of_v2.py": f"NAME = {root.name!r}"})


@pytest.mark.parametrize("given", [".", "function_app.py"])
def test_a_folder_with_a_function_app(tmp_path: Path, given: str) -> None:
    before = set(sys.modules)
    with load_app(v2_app(tmp_path) / given) as app:
        assert app.problems == []
        assert isinstance(app.app, func.FunctionApp)
        function = app.function("one")
        assert function.directory == tmp_path
        assert function.script_file == tmp_path / "function_app.py"
        assert function.retry is not None
        assert function.retry["max_retry_count"] == "3"
        assert function.function is not None
        assert function.function(None) == tmp_path.name
    assert {name for name in set(sys.modules) - before if not name.startswith("azure_")} == set()


def test_two_function_apps_do_not_see_each_other(tmp_path: Path) -> None:
    for name in ("a", "b"):
        with load_app(v2_app(tmp_path / name)) as app:
            function = app.function("one").function
            assert function is not None
            assert function(None) == name


def test_the_script_file_name_is_a_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    v2_app(tmp_path, name="main-app.py")
    settings = {"PYTHON_SCRIPT_FILE_NAME": "main-app.py"}
    with load_app(tmp_path, settings=settings) as app:
        assert list(app.functions) == ["one"]
    write_app(tmp_path, **{"local.settings.json": {"IsEncrypted": False, "Values": settings}})
    monkeypatch.delenv("PYTHON_SCRIPT_FILE_NAME", raising=False)
    with load_app(tmp_path) as app:
        assert list(app.functions) == ["one"]
    with load_app(tmp_path, settings={"PYTHON_SCRIPT_FILE_NAME": "../main.py"}) as app:
        (problem,) = app.problems
        assert problem.parameter == "PYTHON_SCRIPT_FILE_NAME"


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        ("import azure_functions_lib", "no function app"),
        ("import azure_functions_lib as func\nbp = func.Blueprint()", "no function app"),
        (
            "import azure_functions_lib as func\na = func.FunctionApp()\nb = func.FunctionApp()",
            "2 function apps",
        ),
        ("import azure_functions_lib as func\napp = func.FunctionApp()", "declares no function"),
        ("import no_such_package", "ModuleNotFoundError"),
        ("def broken(:", "SyntaxError"),
    ],
)
def test_what_is_wrong_with_a_function_app(tmp_path: Path, code: str, cause: str) -> None:
    with load_app(v2_app(tmp_path, code)) as app:
        (problem,) = app.problems
        assert problem.function is None
        assert cause in problem.cause
        assert problem.remedy
        assert app.functions == {}


def test_an_app_under_two_names_is_one_app(tmp_path: Path) -> None:
    with load_app(v2_app(tmp_path, APP + "\n    main = application = app\n")) as app:
        assert app.problems == []


def test_a_broken_function_leaves_the_others(tmp_path: Path) -> None:
    code = (
        APP
        + """
    @app.queue_output("out", "q", "conn")
    def without_trigger(out: func.Out[str]) -> None: ...

    @app.queue_trigger("msg", "in", "conn")
    def wrong(msg: int) -> None: ...
"""
    )
    with load_app(v2_app(tmp_path, code)) as app:
        assert [(each.function, each.parameter) for each in app.problems] == [
            ("without_trigger", None),
            ("wrong", "msg"),
        ]
        assert app.function("one").ok


def test_functions_of_one_name_are_a_problem() -> None:
    app = func.FunctionApp()
    for name in ("same", "Same"):

        @app.function_name(name)
        @app.queue_trigger("msg", "in", "conn")
        def function(msg: func.QueueMessage) -> None: ...

    with load_app(app) as loaded:
        (problem,) = loaded.problems
        assert problem.function == "Same"
        assert "'same'" in problem.cause


def test_an_app_object_and_a_module() -> None:
    app = func.FunctionApp()

    @app.queue_trigger("msg", "in", "conn")
    def one(msg: func.QueueMessage) -> None: ...

    module = ModuleType("some_module")
    module.app = app  # type: ignore[attr-defined]
    for given in (app, module):
        with load_app(given) as loaded:
            assert loaded.problems == []
            assert loaded.function("one").function is not None
    with load_app(app) as loaded:
        assert loaded.root == Path(__file__).parent


def test_an_app_that_serves_a_web_application(tmp_path: Path) -> None:
    code = """
        import azure_functions_lib as func

        def application(environ, start_response): ...

        app = func.WsgiFunctionApp(application)
    """
    with load_app(v2_app(tmp_path, code)) as app:
        assert app.problems == []
        assert app.function("http_app_func").directory == tmp_path


@pytest.mark.parametrize("error", ["SystemExit(3)", "KeyError('x')", "BaseException('x')"])
def test_what_get_functions_raises_is_a_problem(tmp_path: Path, error: str) -> None:
    code = f"""
        class FunctionRegister:
            def get_functions(self):
                raise {error}
        app = FunctionRegister()
    """
    with load_app(v2_app(tmp_path, code)) as app:
        (problem,) = app.problems
        assert f"get_functions() raised {error.partition('(')[0]}" in problem.cause


def test_a_wrong_declaration_is_a_problem_at_its_line(tmp_path: Path) -> None:
    code = APP.replace('"conn")', '"conn", dat_type="string")')
    with load_app(v2_app(tmp_path, code)) as app:
        (problem,) = app.problems
    assert "queue_trigger has no keyword 'dat_type'" in problem.cause
    assert problem.remedy == "Write 'data_type'"
    lines = (tmp_path / "function_app.py").read_text().splitlines()
    assert problem.file == str(tmp_path / "function_app.py")
    assert problem.line == 1 + next(n for n, line in enumerate(lines) if "dat_type" in line)
