"""The one check of an app: all that the host, a worker or Azure would not take as it was meant.

``azfl check``, ``azfl list`` and ``azfl start``, the test client and ``app.validate()`` ask here.
What is wrong with a function itself is found in :mod:`..app.check`; here is what needs the host's
rules, the other functions, or the files beside them. Each rule is one function of a table.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from ..app import rules
from ..app.check import located
from ..app.problem import errors
from ..errors import described
from . import around, bindings, blueprints, http, places, requirements, settings, together

if TYPE_CHECKING:
    from ..app.loaded import LoadedApp, LoadedFunction
    from ..app.problem import Problem

__all__ = ["Subject", "check_app", "check_declarations"]


class Subject(NamedTuple):
    """What is checked.

    Attributes:
        app: the app; while it is open, for its modules.
        settings: the application settings: the environment, and those of local.settings.json.
    """

    app: LoadedApp
    settings: Mapping[str, str]


OF_A_FUNCTION: tuple[Callable[[LoadedFunction], Iterator[Problem]], ...] = (
    bindings.required_keys,
    bindings.misspelt_keys,
    bindings.flags,
    bindings.cardinality,
    bindings.results,
    bindings.connections,
    http.methods,
    http.level,
    http.route,
    http.result,
    http.web_application,
    places.expressions,
    places.names,
    places.own_output,
)
"""The rules that look at one function."""

OF_FUNCTIONS: tuple[Callable[[LoadedApp], Iterator[Problem]], ...] = (
    together.routes,
    together.competing,
    together.warmups,
    around.hooks,
    around.middlewares,
)
"""The rules that look at all functions."""

OF_AN_APP: tuple[Callable[[Subject], Iterator[Problem]], ...] = (
    settings.schedules,
    settings.host_options,
    settings.cors,
)
"""The rules that look at the app with its files and settings, and find what is not served."""

AROUND_AN_APP: tuple[Callable[[Subject], Iterator[Problem]], ...] = (
    settings.missing,
    settings.runtime,
    settings.host_keys,
    settings.log_levels,
    settings.listed_functions,
    settings.local_keys,
    blueprints.unregistered,
    blueprints.ignored_folders,
    requirements.worker,
    requirements.missing,
    settings.host_json,
    # What Azure does differently with this app; no problem of it.
    together.shadowed_routes,
    together.bodies,
    together.base64,
    together.disabled,
)
"""The rules that look at the app with its files and settings, and only warn or tell."""


def check_app(app: LoadedApp, *, warnings: bool = True) -> list[Problem]:
    """Find everything that is wrong with a loaded app, and what Azure does differently with it.

    Args:
        app: the app, while it is open.
        warnings: whether to apply the rules that find no errors, too.

    Returns:
        the problems: those of severity ``error`` keep something from being served, a ``warning``
        may be meant, and a ``note`` tells what Azure does differently.
    """
    subject = Subject(app, {**app.local.values, **os.environ})
    found = [*app.problems, *_declared(app)]
    for rule in (*OF_AN_APP, *(AROUND_AN_APP if warnings else ())):
        found += _applied(rule, subject)
    return _telling(found)


def check_declarations(app: LoadedApp) -> list[Problem]:
    """Find what keeps functions from being served, by their declarations alone."""
    declared = [*_declared(app), *_applied(settings.schedules, Subject(app, {}))]
    return _telling([*app.problems, *errors(declared)])


def _telling(problems: list[Problem]) -> list[Problem]:
    """Leave out what only follows from the app's being of another library's types."""
    return [each for each in problems if each.rule == rules.OTHER_LIBRARY.id] or problems


def _declared(app: LoadedApp) -> Iterator[Problem]:
    for function in app.functions.values():
        for rule in OF_A_FUNCTION:
            for problem in _applied(rule, function):
                yield located(problem, function)
    for each in OF_FUNCTIONS:
        yield from _applied(each, app)


def _applied(rule: Callable[..., Iterator[Problem]], subject: object) -> list[Problem]:
    """Apply a rule; its own fault hides none of the others."""
    try:
        return list(rule(subject))
    except Exception as error:
        name = getattr(subject, "name", None)
        return [rules.CHECK_FAILS(name, rule=rule.__name__, error=described(error))]
