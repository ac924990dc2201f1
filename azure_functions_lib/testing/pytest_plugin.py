"""A pytest plugin: fixtures for the app that the ini option ``azfl_app`` names.

``azfl_app`` is the app's folder or ``function_app.py``, relative to the ini file, or a module, or
``module:app``. Nothing else of this package is imported before a fixture is used.
"""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from ..app.loaded import LoadedApp
    from ..runtime.invocation import Invocation
    from .client import TestClient
    from .live_host import LiveHost

_CLIENT = f"{__package__}.client"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the ini option."""
    parser.addini("azfl_app", "the function app under test: a folder, a file, or module:app")


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
    base = config.rootpath if config.inipath is None else config.inipath.parent
    if (base / name).exists():
        return base / name
    from importlib import import_module

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
def pytest_runtest_makereport(call: pytest.CallInfo[None]) -> Generator[None, Any, None]:
    """Show a failing test's failed invocations."""
    outcome = yield
    report = outcome.get_result()
    client = sys.modules.get(_CLIENT)
    if client is not None and call.when == "call" and report.failed:
        for invocation in client.failures:
            title = f"invocation of {invocation.function_name!r} failed"
            report.sections.append((title, _description(invocation)))


def _description(invocation: Invocation) -> str:
    """Give traceback, outputs and logs, without the frames of this package."""
    import traceback
    from itertools import dropwhile
    from pathlib import Path

    assert invocation.exception is not None
    own = Path(__file__).parent.parent
    trace = traceback.TracebackException.from_exception(invocation.exception)
    # Before the first of them are those of the test and of what runs it.
    frames = dropwhile(lambda frame: own not in Path(frame.filename).parents, trace.stack)
    users = [frame for frame in frames if own not in Path(frame.filename).parents]
    trace.stack = traceback.StackSummary.from_list(users)
    lines = ["".join(trace.format()).rstrip()]
    lines += [f"output {name} = {value!r}" for name, value in invocation.values.items()]
    lines += [
        f"{record.levelname} {record.name}: {record.getMessage()}" for record in invocation.logs
    ]
    return "\n".join(lines)
