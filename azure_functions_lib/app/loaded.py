"""What loading gives: a function app and its functions, with everything that is wrong with them."""

from __future__ import annotations

import inspect
import linecache
import os
import re
import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from types import ModuleType, TracebackType
from typing import TYPE_CHECKING, Any

from ..errors import AppError, DeclarationError, described
from ..wire.declaration import RETURN, Binding
from . import rules
from .check import IN, check_function, check_functions, is_trigger
from .distributions import distribution_of
from .json_lines import place_in
from .problem import Problem, errors
from .process import PROCESS_LOCK
from .settings import HostSettings, LocalSettings
from .spelling import meant

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = ["LoadedApp", "LoadedFunction", "import_problem"]


class LoadedFunction:
    """A function that can be invoked, or what keeps it from being.

    Attributes:
        name: the name that the host knows.
        function: the user's code; None when it could not be loaded.
        bindings: its bindings, the trigger among them.
        directory: the folder of its code.
        script_file: the file of its code, where that is known.
        json_file: its function.json; None for one that decorators declare.
        retry: its retry policy by the names of ``@app.retry``'s parameters, None without one.
        http_type: what kind of code answers requests: ``function``, ``asgi`` or ``wsgi``.
        disabled: whether the host is told not to run it.
        error: what importing its code raised.
        json_positions: the index of each binding in its function.json, by the binding's name.
        load_problems: what was wrong while it was loaded; :attr:`problems` has these too.
        unreadable_bindings: the names of bindings that cannot be read; ``bindings`` or
            ``function.json`` stands for all of them.

    Pickled it goes without its code: another process can know it, but not run it.
    """

    def __init__(
        self,
        name: str,
        function: Callable[..., Any] | None = None,
        bindings: list[Binding] | None = None,
        *,
        directory: Path,
        script_file: Path | None = None,
        retry: Mapping[str, Any] | None = None,
        http_type: str = "function",
        disabled: bool = False,
    ) -> None:
        self.name = name
        self.function = function
        self.bindings = bindings if bindings is not None else []
        self.directory = directory
        self.script_file = script_file
        self.retry = retry
        self.http_type = http_type
        self.disabled = disabled
        self.error: BaseException | None = None
        self.json_file: Path | None = None
        self.json_positions: dict[str, int] = {}
        self.load_problems: list[Problem] = []
        self.unreadable_bindings: frozenset[str] = frozenset()

    @cached_property
    def trigger(self) -> Binding | None:
        """The binding that makes the function run."""
        for binding in self.bindings:
            if is_trigger(binding):
                return binding
        return None

    @cached_property
    def inputs(self) -> list[Binding]:
        """The input bindings besides the trigger."""
        trigger = self.trigger
        return [each for each in self.bindings if each.direction == IN and each is not trigger]

    @property
    def returns(self) -> Binding | None:
        """The binding ``$return``, which sends the return value."""
        for binding in self.bindings:
            if binding.name == RETURN:
                return binding
        return None

    @property
    def is_async(self) -> bool:
        """Whether the code is a coroutine function, which runs on the event loop."""
        code = self.function
        return inspect.iscoroutinefunction(code) or (
            not inspect.isroutine(code)
            and inspect.iscoroutinefunction(getattr(code, "__call__", None))  # noqa: B004
        )

    @cached_property
    def problems(self) -> list[Problem]:
        """Everything that is wrong with the function itself."""
        return [*self.load_problems, *check_function(self)]

    @property
    def ok(self) -> bool:
        """Whether the function can be served."""
        return not errors(self.problems)

    def place_in_json(self, parameter: str | None, key: str | None) -> tuple[str, int] | None:
        """Find where function.json says something: the file and the line, None without one.

        Args:
            parameter: the binding, or the part of the file.
            key: its key; None for the whole.
        """
        if self.json_file is None:
            return None
        path: list[str | int] = [] if parameter is None else [parameter]
        if parameter in self.json_positions:
            path = ["bindings", self.json_positions[parameter]]
        if key is not None:
            path.append(key)
        return place_in(self.json_file, path)

    def get_function_name(self) -> str:
        """The name that the host knows."""
        return self.name

    def get_user_function(self) -> Callable[..., Any] | None:
        """The user's code; None when it could not be loaded."""
        return self.function

    def get_bindings(self) -> list[Binding]:
        """All bindings, the trigger among them."""
        return self.bindings

    def get_settings_dict(self, setting_name: str) -> Mapping[str, Any] | None:
        """The retry policy under ``retry_policy``; nothing else is kept."""
        return self.retry if setting_name == "retry_policy" else None

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "function": None, "error": None, "problems": self.problems}

    def __repr__(self) -> str:
        return f"<LoadedFunction {self.name!r}>"


class LoadedApp:
    """An app whose functions can be invoked until it is closed.

    Closing puts back as they were: the search path, the imported modules, the environment, the
    current folder, and the levels and handlers of logging. Used as a context manager it closes
    itself.

    Attributes:
        root: the app's root folder.
        app: the app object of the decorator model; None for one of ``function.json`` files.
        functions: the functions by name, the broken ones too.
        app_problems: what is wrong with the app as a whole and its settings files.
        error: what importing ``function_app.py`` raised.
        host: what ``host.json`` says.
        local: what ``local.settings.json`` says.
        undo: what closing undoes.

    Pickled it goes without its code: another process can know it, but not run it.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.app: Any = None
        self.functions: dict[str, LoadedFunction] = {}
        self.app_problems: list[Problem] = []
        self.error: BaseException | None = None
        self.host = HostSettings()
        self.local = LocalSettings()
        self._clashes: list[LoadedFunction] = []
        self.undo = ExitStack()

    @property
    def startup_hooks(self) -> list[Callable[[], Any]]:
        """What to run before the first invocation."""
        return getattr(self.app, "startup_hooks", [])

    @property
    def shutdown_hooks(self) -> list[Callable[[], Any]]:
        """What to run when the app stops, the last one first."""
        return getattr(self.app, "shutdown_hooks", [])

    @property
    def middlewares(self) -> list[Callable[..., Any]]:
        """What to run around every invocation, the first one outermost."""
        return getattr(self.app, "middlewares", [])

    @cached_property
    def problems(self) -> list[Problem]:
        """What loading shows to be wrong: the app's own problems, then those of every function."""
        functions = [*self.functions.values(), *self._clashes]
        loading = [problem for function in functions for problem in function.load_problems]
        return [*self.app_problems, *loading, *check_functions(functions)]

    @cached_property
    def findings(self) -> list[Problem]:
        """Everything that the check finds: :attr:`problems`, and all that needs the host's rules.

        It is to be asked for first while the app is open.
        """
        from ..checking import check_app

        return check_app(self)

    def function(self, name: str) -> LoadedFunction:
        """Find a function by its name, in any letter case.

        Raises:
            AppError: there is none; the message names those that there are.
        """
        found = self.functions.get(name)
        if found is None:
            for known, function in self.functions.items():
                if known.lower() == name.lower():
                    return function
            names = ", ".join(sorted(self.functions)) or "none"
            raise AppError(f"no function is named {name!r}; {self.root} has: {names}")
        return found

    def close(self) -> None:
        """Put back what the app has changed in the process; a second time changes nothing."""
        with PROCESS_LOCK:
            self.undo.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __getstate__(self) -> dict[str, Any]:
        state = {**self.__dict__, "app": None, "error": None}
        state["problems"] = self.problems
        del state["undo"]
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state, undo=ExitStack())

    def __repr__(self) -> str:
        return f"<LoadedApp {str(self.root)!r}: {', '.join(self.functions)}>"

    def add(self, function: LoadedFunction) -> None:
        """Add a function; of several of one name the first is served."""
        if self.functions.setdefault(function.name, function) is not function:
            self._clashes.append(function)


def import_problem(function: str | None, root: Path, file: Path, error: BaseException) -> Problem:
    """Say why a file of an app cannot be imported, at which of its lines, and what would help."""
    place, line = str(file), None
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename.startswith(str(root)):
            place, line = trace.tb_frame.f_code.co_filename, trace.tb_lineno
        trace = trace.tb_next
    where = "" if line is None else f" ({place}:{line})"
    values: dict[str, Any] = {"file": place, "line": line, "error": _described(error)}
    rule = rules.IMPORT_FAILS
    if isinstance(error, SyntaxError) and error.filename and error.lineno:
        values.update(file=error.filename, line=error.lineno)
        where = f" ({error.filename}:{error.lineno})"
    elif isinstance(error, DeclarationError):
        rule = rules.DECLARATION
        place, line = error.place or (place, line)
        remedy = error.remedy or "Correct the code there"
        values.update(file=place, line=line, cause=error.cause, remedy=remedy)
    elif isinstance(error, ModuleNotFoundError) and isinstance(error.name, str) and error.name:
        parent = sys.modules.get(error.name.rpartition(".")[0])
        installed = getattr(parent, "__file__", None) is not None  # and no namespace of several
        rule = rules.PACKAGE_UNKNOWN if installed else rules.PACKAGE_MISSING
        values["package"] = distribution_of(_imported(error.name, values["file"], line))
    elif isinstance(error, SystemExit):
        rule = rules.IMPORT_ENDS
    elif (missing := _missing_setting(error)) is not None:
        rule = rules.SETTING_AT_IMPORT
        values["name"] = missing
    return rule(function, file.name, where=where, **values)


def _described(error: BaseException) -> str:
    """Show an exception, with the name of a module or class that a misspelt one may mean."""
    text = described(error)
    if isinstance(error, AttributeError) and isinstance(error.obj, (type, ModuleType)):
        found = meant(error.name or "", dir(error.obj))
        if found is not None:
            return f"{text}. Write {found!r}"
    return text


def _imported(module: str, file: str, line: int | None) -> str:
    """Give the whole name that the import on a line has; of a namespace only a part is missing."""
    found = re.match(r"\s*(?:from|import)\s+([\w.]+)", linecache.getline(file, line or 0))
    return found[1] if found is not None and found[1].startswith(f"{module}.") else module


def _missing_setting(error: BaseException) -> str | None:
    """Find which variable an app reads from ``os.environ`` that is not there."""
    if type(error) is not KeyError or not error.args or not isinstance(error.args[0], str):
        return None
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None or trace.tb_frame.f_code is not type(os.environ).__getitem__.__code__:
        return None
    return error.args[0]
