"""A pytest plugin: fixtures for the app that the ini option ``azfl_app`` names.

``azfl_app`` is the app's folder or ``function_app.py``, relative to the ini file, or a module, or
``module:app``. The folder that the app's modules are imported from is on the search path: that of
the app, or that of the ini file, where it has a host.json or functions. ``azfl_alias = true`` gives
this library the name ``azure.functions``. Unless it does, nothing else of this package is imported
before a fixture is used.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable, Generator, Iterator
from functools import partial
from importlib import import_module
from itertools import dropwhile
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from ..app.loaded import LoadedApp
    from ..runtime.invocation import Invocation
    from .client import TestClient
    from .live_host import LiveHost

_CLIENT = f"{__package__}.base"
_OWN = f"{Path(__file__).parent.parent}{os.sep}"
_STDLIB = (f"{Path(os.__file__).parent}{os.sep}", "<frozen ")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the ini options."""
    parser.addini("azfl_app", "the function app under test: a folder, a file, or module:app")
    parser.addini(
        "azfl_alias",
        "whether azure.functions is this library, in conftest.py and all tests",
        type="bool",
        default=False,
    )


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Prepare imports before the first conftest.py: the app's folder, and ``azure.functions``."""
    folder = _import_folder(early_config)
    if folder is not None and folder not in sys.path:
        sys.path.insert(0, folder)
        early_config.add_cleanup(lambda: sys.path.remove(folder))
    if early_config.getini("azfl_alias"):
        from ..compat import install_as_azure_functions
        from ..errors import NameTakenError

        try:
            install_as_azure_functions()
        except NameTakenError as error:
            raise pytest.UsageError(f"azfl_alias: {error}") from None


def _import_folder(config: pytest.Config) -> str | None:
    """Give the folder that an app's modules are imported from, as on the platform."""
    name = config.getini("azfl_app")
    base = _base(config)
    if name and (path := base / name).exists():
        return str(path if path.is_dir() else path.parent)
    marks = ("host.json", "function_app.py", "*/function.json")
    is_app = name or any(True for mark in marks for _ in base.glob(mark))
    return str(base) if is_app else None


def _base(config: pytest.Config) -> Path:
    return config.rootpath if config.inipath is None else config.inipath.parent


@pytest.fixture
def azfl_settings() -> dict[str, str]:
    """Application settings for ``function_app``; override it to give some."""
    return {}


@pytest.fixture
def function_app(pytestconfig: pytest.Config, azfl_settings: dict[str, str]) -> Iterator[LoadedApp]:
    """The app that the ini option ``azfl_app`` names, loaded for this test; override it at will."""
    from ..app.loader import load_app
    from .alias import azure_functions

    with azure_functions(), load_app(_app(pytestconfig), settings=azfl_settings) as app:
        yield app


@pytest.fixture
def azfl_client(function_app: Any, azfl_settings: dict[str, str]) -> Iterator[TestClient]:
    """A test client of ``function_app``, with ``azfl_settings``."""
    from .client import TestClient

    with TestClient(function_app, settings=azfl_settings) as client:
        yield client


@pytest.fixture
def azfl_host(function_app: Any, azfl_settings: dict[str, str]) -> Iterator[LiveHost]:
    """A real host of ``function_app`` on a free port, with ``azfl_settings``; see ``live``."""
    from .live_host import live

    with live(function_app, settings=azfl_settings) as host:
        yield host


def _app(config: pytest.Config) -> Any:
    name = config.getini("azfl_app")
    if not name:
        raise pytest.UsageError(
            "the fixture function_app needs the ini option azfl_app: the app's folder, or "
            "module:app. Or define a fixture function_app of your own"
        )
    base = _base(config)
    if (base / name).exists():
        return base / name
    module, _, attribute = name.partition(":")
    try:
        found = import_module(module)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{module}.".startswith(f"{error.name}."):
            raise
        raise pytest.UsageError(
            f"azfl_app: {name!r} is neither a path below {base} nor a module"
        ) from error
    return getattr(found, attribute) if attribute else found


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Forget what failed in the tests before."""
    client = sys.modules.get(_CLIENT)
    if client is not None:
        client.failures.clear()


# The older form of wrapper, for pytest 7 too: the plugin is there wherever this package is.
@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, Any, None]:
    """Show a failing test's failed invocations, and no frames of this package."""
    sections: list[tuple[str, str]] = []
    client = sys.modules.get(_CLIENT)
    if client is not None and call.when == "call" and call.excinfo is not None:
        for invocation in client.failures:
            title = f"invocation of {invocation.function_name!r} failed"
            sections.append((title, _description(invocation)))
    if call.excinfo is not None and not item.config.getoption("fulltrace"):
        _hide_own_frames(call.excinfo.value)
        call.excinfo = pytest.ExceptionInfo.from_exception(call.excinfo.value)
    outcome = yield
    report = outcome.get_result()
    if report.failed:
        report.sections += sections


def _description(invocation: Invocation) -> str:
    """Give traceback, outputs and logs, without the frames of this package."""
    error = invocation.exception
    assert error is not None
    lines = [_shown(lambda: _traceback(error))]
    lines += [
        f"output {name} = {_shown(partial(repr, value))}"
        for name, value in invocation.values.items()
    ]
    lines += [
        f"{record.levelname} {record.name}: {_shown(record.getMessage)}"
        for record in invocation.logs
    ]
    return "\n".join(lines)


def _shown(show: Callable[[], str]) -> str:
    """Give a text that code of the app makes; were that to raise here, it would end all tests."""
    try:
        return show()
    except Exception as error:
        return f"<unprintable: {type(error).__name__}>"


def _traceback(error: BaseException) -> str:
    trace = traceback.TracebackException.from_exception(error)
    # Before the first of them are those of the test and of what runs it.
    frames = dropwhile(lambda frame: not _is_own(frame.filename), trace.stack)
    users = [frame for frame in frames if not _is_own(frame.filename)]
    trace.stack = traceback.StackSummary.from_list(users)
    return "".join(trace.format()).rstrip()


def _hide_own_frames(error: BaseException) -> None:
    """Take the frames of this package out of the tracebacks of an exception and of its causes."""
    seen: set[int] = set()
    chain: list[BaseException | None] = [error]
    while chain:
        each = chain.pop()
        if each is not None and id(each) not in seen:
            seen.add(id(each))
            # A frozen dataclass lets none of its attributes be set.
            BaseException.with_traceback(each, _without_own_frames(each.__traceback__))
            chain += (each.__cause__, each.__context__)


def _without_own_frames(trace: TracebackType | None) -> TracebackType | None:
    """Give a traceback without the frames of this package, and of what they call in Python's own.

    One that has no others stays as it is.
    """
    kept: list[TracebackType] = []
    entry, is_ours = trace, False
    while entry is not None:
        file = entry.tb_frame.f_code.co_filename
        is_ours = _is_own(file) or (is_ours and _is_stdlib(file))
        if not is_ours:
            kept.append(entry)
        entry = entry.tb_next
    shown: TracebackType | None = None
    for each in reversed(kept):
        shown = TracebackType(shown, each.tb_frame, each.tb_lasti, each.tb_lineno)
    return shown or trace


def _is_own(file: str) -> bool:
    return file.startswith(_OWN)


def _is_stdlib(file: str) -> bool:
    return file.startswith(_STDLIB) and "site-packages" not in file
