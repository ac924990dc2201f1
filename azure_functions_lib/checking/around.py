"""What is wrong with an app's hooks and middlewares."""

from __future__ import annotations

import dis
import inspect
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from ..app import rules
from ..app.function import place_of

if TYPE_CHECKING:
    from ..app.loaded import LoadedApp
    from ..app.problem import Problem

__all__ = ["hooks", "middlewares"]


def hooks(app: LoadedApp) -> Iterator[Problem]:
    """Find hooks that cannot be called without arguments."""
    for hook in (*app.startup_hooks, *app.shutdown_hooks):
        try:
            parameters = inspect.signature(hook).parameters.values()
        except (TypeError, ValueError):  # that of some builtins cannot be told
            continue
        optional = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
        needed = [
            each.name
            for each in parameters
            if each.default is each.empty and each.kind not in optional
        ]
        if needed:
            names = ", ".join(map(repr, needed))
            yield _at(rules.HOOK_PARAMETERS, hook, parameters=names)


def middlewares(app: LoadedApp) -> Iterator[Problem]:
    """Find middlewares that lose the result of what they call, or never call it."""
    for middleware in app.middlewares:
        code = getattr(middleware, "__code__", None)
        if code is None or not inspect.iscoroutinefunction(middleware):
            continue
        steps = list(dis.get_instructions(code))
        if not any(each.opname in ("GET_AWAITABLE", "END_SEND") for each in steps):
            # It may hand on the invocation of another function, but not one of its own parameters.
            if _calls_parameter(code, steps):
                yield _at(rules.MIDDLEWARE_AWAIT, middleware)
        elif not any(_returns_value(steps, index) for index in range(len(steps))):
            yield _at(rules.MIDDLEWARE_RESULT, middleware)


def _calls_parameter(code: Any, steps: list[Any]) -> bool:
    name = code.co_varnames[1] if code.co_argcount > 1 else ""
    return any(
        each.opname.startswith("LOAD_FAST") and name and name in str(each.argval) for each in steps
    )


def _returns_value(steps: list[Any], index: int) -> bool:
    """Whether an instruction returns, or raises, something else than None."""
    step = steps[index]
    if step.opname == "RETURN_CONST":
        return step.argval is not None
    if step.opname != "RETURN_VALUE":
        return False
    before = steps[index - 1]
    return not (before.opname == "LOAD_CONST" and before.argval is None)


def _at(rule: rules.Rule, function: Callable[..., Any], **values: Any) -> Problem:
    file, line = place_of(function) or (None, None)
    name = getattr(function, "__name__", repr(function))
    return rule(None, name, file=file, line=line, name=name, **values)
