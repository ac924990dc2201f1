"""Every problem for which a host or worker would refuse a function, found at once."""

from __future__ import annotations

import difflib
import inspect
import re
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

from ..bindings import binding_types, get_binding_registry
from ..enums import BindingDirection, HttpMethod
from ..errors import DeclarationError, described, preview
from ..http import HTTP_TRIGGER
from ..wire.codec import annotated_types
from ..wire.declaration import (
    RETURN,
    Binding,
    check_binding_name,
    check_function_name,
    json_key,
)
from ..wire.scalars import timespan
from . import rules
from .function import place_of
from .problem import Problem
from .signature import (
    EMPTY,
    is_context,
    is_out,
    out_value,
    read_signature,
    serve_input,
    serve_output,
)
from .spelling import meant

if typing.TYPE_CHECKING:
    from .signature import Signature

__all__ = ["check_function", "check_functions", "index", "is_trigger", "located", "shown"]

IN, OUT, INOUT = (direction.value for direction in BindingDirection)


class Declared(Protocol):
    """A function with its declarations, of either programming model."""

    def get_function_name(self) -> str:
        """The name that the host knows."""
        ...

    def get_user_function(self) -> Callable[..., Any] | None:
        """The user's code; None when it could not be loaded."""

    def get_bindings(self) -> Sequence[Binding]:
        """All bindings, the trigger among them."""
        ...

    def get_settings_dict(self, setting_name: str) -> Mapping[str, Any] | None:
        """The values of a setting such as ``retry_policy``."""


def check_functions(functions: Iterable[Declared]) -> list[Problem]:
    """Find all problems of some functions, those of each and those between them.

    Returns:
        the problems in the order of the functions; an empty list when all can be served.
    """
    problems: list[Problem] = []
    seen: dict[str, str] = {}
    for function in functions:
        problems += check_function(function)
        name = function.get_function_name()
        key = str(name).lower()
        if key in seen:
            cause = "another function has the same name"
            if seen[key] != name:
                cause = f"function {seen[key]!r} has the same name to the host, which ignores case"
            problem = rules.DUPLICATE_NAME(name, cause=cause)
            problems.append(located(problem, function))
        seen[key] = name
    return list(_once(problems))


def _once(problems: Iterable[Problem]) -> Iterator[Problem]:
    """Tell of another library's types once, though each function has some."""
    told = False
    for problem in problems:
        if problem.rule != rules.OTHER_LIBRARY.id:
            yield problem
        elif not told:
            told = True
            yield replace(problem, function=None, parameter=None)


def check_function(function: Declared) -> list[Problem]:
    """Find all problems of one function: its name, bindings, signature and retry policy.

    Each says the file and the line of the decorator concerned, or else of the function; or of the
    key in function.json.
    """
    return [located(problem, function) for problem in _problems(function)]


def located(problem: Problem, function: Declared) -> Problem:
    """Give a problem of a function with the file and the line of what it is about."""
    if problem.file is not None:
        return problem
    place = place_of(function.get_user_function())
    place_in_json = getattr(function, "place_in_json", None)
    if place_in_json is not None and (problem.key is not None or place is None):
        place = place_in_json(problem.parameter, problem.key) or place
    for binding in function.get_bindings():
        if binding.name == problem.parameter:
            # The binding may be another library's.
            place = getattr(binding, "declared_at", None) or place
    if place is None:
        return problem
    return replace(problem, file=place[0], line=place[1])


def index(app: Any) -> tuple[list[Any], list[Problem]]:
    """List the functions of an app object, also when some of them cannot be built.

    Args:
        app: a ``FunctionRegister``, such as a ``FunctionApp``.

    Returns:
        the functions, one that cannot be built as it was declared so far, for
        :func:`check_functions` to say what it lacks; and the problems of the app itself.
    """
    functions = []
    builders = getattr(app, "_function_builders", None)
    if builders is None:
        try:
            return list(app.get_functions()), []
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # whatever another library raises about its app
            return [], [rules.GET_FUNCTIONS(None, error=described(error))]
    problems = []
    unique = dict.fromkeys(builders)
    if len(unique) < len(builders):
        problems.append(rules.BLUEPRINT_TWICE(None))
    for builder in unique:
        try:
            functions.append(builder.build(app.auth_level))
        except ValueError:
            functions.append(builder._function)
    return functions, problems


def _problems(function: Declared) -> Iterator[Problem]:
    name = function.get_function_name()
    bindings = function.get_bindings()
    unreadable: frozenset[str] = getattr(function, "unreadable_bindings", frozenset())
    yield from _name_problems(name)
    yield from _binding_problems(name, bindings, whole=not unreadable)
    retry = function.get_settings_dict("retry_policy")
    if retry is not None:
        yield from _retry_problems(name, retry)
    code = function.get_user_function()
    if code is not None:
        yield from _signature_problems(name, code, bindings, unreadable)


def _name_problems(name: str) -> Iterator[Problem]:
    try:
        check_function_name(name)
    except DeclarationError as error:
        yield rules.FUNCTION_NAME(str(name), cause=error.cause)


def _binding_problems(name: str, bindings: Sequence[Binding], *, whole: bool) -> Iterator[Problem]:
    triggers = [binding for binding in bindings if is_trigger(binding)]
    if not triggers and whole:
        yield rules.NO_TRIGGER(name)
    elif len(triggers) > 1:
        names = ", ".join(f"{binding.name!r} ({binding.type})" for binding in triggers)
        yield rules.MANY_TRIGGERS(name, triggers[1].name, names=names)
    seen = set()
    for binding in bindings:
        try:
            check_binding_name(binding.name)
        except DeclarationError as error:
            yield rules.BINDING_NAME(
                name, binding.name, key="name", cause=error.cause, remedy=error.remedy
            )
        key = str(binding.name).lower()
        if key in seen:
            yield rules.DUPLICATE_BINDING(name, binding.name, key="name")
        seen.add(key)
        yield from _direction_problems(name, binding)
        yield from _type_problems(name, binding)
        if binding.type == HTTP_TRIGGER:
            yield from _route_problems(name, binding)


def is_trigger(binding: Binding) -> bool:
    """Whether a binding makes its function run, which its type's name says."""
    return binding.type.lower().endswith("trigger")


def _direction_problems(name: str, binding: Binding) -> Iterator[Problem]:
    if binding.direction == INOUT:
        yield rules.INOUT(name, binding.name, key="direction")
    elif is_trigger(binding) and binding.direction != IN:
        yield rules.TRIGGER_DIRECTION(name, binding.name, key="direction", type=binding.type)
    elif binding.name == RETURN and binding.direction != OUT:
        yield rules.RETURN_DIRECTION(name, RETURN, key="direction", type=binding.type)


def _type_problems(name: str, binding: Binding) -> Iterator[Problem]:
    known = binding_types()
    if binding.type in known:
        return
    found = meant(binding.type, known) or _short_type(binding.type, known)
    if found is not None:
        # A type of other letters may be that of an extension.
        same = found.lower() == binding.type.lower()
        rule = rules.TYPE_CASE if same else rules.TYPE_MISSPELT
        yield rule(name, binding.name, key="type", type=binding.type, meant=found)


_SHORT, _ALIKE = 5, 0.8


def _short_type(name: str, known: Iterable[str]) -> str | None:
    """Find the binding type of few letters that another name is nearly."""
    if len(name) > _SHORT:
        return None
    short = [each for each in known if len(each) <= _SHORT]
    return next(iter(difflib.get_close_matches(name, short, n=1, cutoff=_ALIKE)), None)


def _route_problems(name: str, trigger: Binding) -> Iterator[Problem]:
    record = trigger.get_dict_repr()
    route, methods = record.get("route"), record.get("methods")
    if route is not None and not isinstance(route, str):
        yield rules.ROUTE_NO_TEXT(name, trigger.name, key="route", value=preview(route))
    if methods is not None and not (
        isinstance(methods, (list, tuple))
        and all(isinstance(each, (str, HttpMethod)) for each in methods)
    ):
        yield rules.METHODS_NO_LIST(name, trigger.name, key="methods", value=preview(methods))


_RETRY_INTERVALS = {
    "fixed_delay": ("delay_interval",),
    "exponential_backoff": ("minimum_interval", "maximum_interval"),
}


def _retry_problems(name: str, retry: Mapping[str, Any]) -> Iterator[Problem]:
    strategy = retry.get("strategy")
    count = retry.get("max_retry_count")
    if type(count) not in (int, str) or not re.fullmatch("-1|[0-9]+", str(count).strip()):
        yield rules.RETRY_COUNT(name, "retry", key="maxRetryCount", value=repr(count))
    if not isinstance(strategy, str) or strategy not in _RETRY_INTERVALS:
        yield rules.RETRY_STRATEGY(name, "retry", key="strategy", value=repr(strategy))
        return
    wrong = False
    for key in _RETRY_INTERVALS[strategy]:
        value = retry.get(key)
        if not _is_interval(value):
            wrong = True
            yield rules.RETRY_INTERVAL(
                name,
                "retry",
                key=json_key(key),
                name=key.replace("_", " "),
                value="missing" if value is None else repr(value),
            )
    if not wrong and "minimum_interval" in _RETRY_INTERVALS[strategy]:
        shortest, longest = (timespan(retry[key]) for key in _RETRY_INTERVALS[strategy])
        if shortest is not None and longest is not None and shortest > longest:
            yield rules.RETRY_ORDER(name, "retry", key="minimumInterval")
    (other,) = _RETRY_INTERVALS.keys() - {strategy}
    for key in _RETRY_INTERVALS[other]:
        if retry.get(key) is not None:
            words = key.replace("_", " ")
            yield rules.RETRY_UNUSED(
                name, "retry", key=json_key(key), name=words, strategy=strategy, other=other
            )


def _is_interval(value: Any) -> bool:
    try:
        if not isinstance(value, str) or ":" not in value or value.lstrip().startswith("-"):
            return False
        return timespan(value) is not None
    except ValueError:
        return False


def _signature_problems(
    name: str,
    code: Callable[..., Any],
    bindings: Sequence[Binding],
    unreadable: frozenset[str],
) -> Iterator[Problem]:
    try:
        signature = read_signature(code)
    except (TypeError, ValueError) as error:
        yield rules.SIGNATURE(name, error=error)
        return
    if inspect.isasyncgenfunction(code):
        yield rules.ASYNC_GENERATOR(name)
    bound = {binding.name: binding for binding in bindings}
    for parameter in signature.parameters.values():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            continue
        if parameter.name in bound:
            yield from _parameter_problems(name, parameter, signature, bound[parameter.name])
        elif parameter.name not in unreadable:
            yield from _unbound_problems(name, parameter, signature, bindings, unreadable)
    for binding in bound.values():
        missing = binding.name != RETURN and binding.name not in signature.parameters
        if missing and not signature.accepts(binding.name):
            yield rules.PARAMETER_MISSING(
                name, binding.name, key="name", name=binding.name, type=binding.type
            )
    if RETURN in bound and bound[RETURN].direction == OUT:
        yield from _return_problems(name, signature, bound[RETURN])


def _unbound_problems(
    name: str,
    parameter: inspect.Parameter,
    signature: Signature,
    bindings: Sequence[Binding],
    unreadable: frozenset[str],
) -> Iterator[Problem]:
    if parameter.name in signature.unresolved:
        yield _unresolved(name, parameter.name, signature)
        return
    hint = signature.hints.get(parameter.name, parameter.empty)
    if parameter.name == "context" or is_context(hint):
        if hint is not parameter.empty and not is_context(hint):
            yield rules.CONTEXT_ANNOTATION(name, parameter.name, shown=shown(hint))
    elif parameter.default is parameter.empty:
        for binding in bindings:
            if binding.type == HTTP_TRIGGER and _is_in_route(parameter.name, binding):
                yield rules.ROUTE_PARAMETER(
                    name, parameter.name, name=parameter.name, request=binding.name
                )
                return
        named = {each.name: each for each in bindings}
        alone = [each for each in named if each != RETURN and each not in signature.parameters]
        unbound = [
            each
            for each in signature.parameters.values()
            if each.name not in named and each.default is each.empty and each.name != "context"
        ]
        if len(alone) == len(unbound) == 1 and not unreadable:
            found = named[alone[0]]
            yield rules.PARAMETER_NAME(name, parameter.name, name=found.name, type=found.type)
        else:
            yield rules.PARAMETER_UNBOUND(name, parameter.name)


def _is_in_route(parameter: str, trigger: Binding) -> bool:
    route = trigger.get_dict_repr().get("route")
    names = re.findall(r"\{\**([^*/?{}:=()]+)", route) if isinstance(route, str) else []
    return parameter in names


def _unresolved(name: str, parameter: str, signature: Signature) -> Problem:
    where = RETURN if parameter == "return" else parameter
    return rules.ANNOTATION_UNRESOLVED(name, where, error=signature.unresolved[parameter])


def _parameter_problems(
    name: str, parameter: inspect.Parameter, signature: Signature, binding: Binding
) -> Iterator[Problem]:
    if parameter.kind is parameter.POSITIONAL_ONLY:
        yield rules.POSITIONAL_ONLY(name, parameter.name)
    if parameter.name in signature.unresolved:
        yield _unresolved(name, parameter.name, signature)
        return
    hint = signature.hints.get(parameter.name, parameter.empty)
    if hint is parameter.empty or binding.direction == INOUT:
        return
    if binding.direction == OUT and not is_out(hint):
        yield rules.OUTPUT_NOT_OUT(
            name, parameter.name, name=binding.name, type=binding.type, shown=shown(hint)
        )
    elif binding.direction == OUT:
        value = out_value(hint)
        if serve_output(binding.type, value) is None:
            yield _misfit(name, parameter.name, binding, value, "emits", "Out[{}]")
    elif is_out(hint):
        yield rules.INPUT_OUT(
            name, parameter.name, name=binding.name, type=binding.type, shown=shown(hint)
        )
    elif serve_input(binding.type, hint) is None:
        yield _misfit(name, parameter.name, binding, hint, "accepts", "{}")


def _return_problems(name: str, signature: Signature, binding: Binding) -> Iterator[Problem]:
    if "return" in signature.unresolved:
        yield _unresolved(name, "return", signature)
        return
    hint = signature.hints.get("return", EMPTY)
    if is_out(hint):
        yield rules.RESULT_OUT(name, RETURN, shown=shown(hint))
    elif serve_output(binding.type, hint) is None:
        yield _misfit(name, RETURN, binding, hint, "emits", "{}")


def _misfit(name: str, parameter: str, binding: Binding, hint: Any, way: str, form: str) -> Problem:
    """Say that a binding cannot serve an annotation, and which ones it can."""
    codec = get_binding_registry().codec(binding.type)
    served = [kind.__name__ for kind in getattr(codec, way, ())]
    served += [f"list[{kind.__name__}]" for kind in getattr(codec, f"{way}_many", ())]
    what = "takes no" if way == "accepts" else "cannot send"
    data_type = "" if not binding.data_type else f" with dataType {binding.data_type}"
    cause = f"{binding.type}{data_type} {what} {shown(hint)}"
    if not served:
        remedy = "Leave the annotation out, or annotate a type that its converter knows"
    else:
        choice = " or ".join(form.format(kind) for kind in dict.fromkeys(served))
        remedy = f"Annotate it with {choice}"
    if any(_is_foreign(part) for part in annotated_types(hint)):
        return rules.OTHER_LIBRARY(name, parameter)
    return rules.ANNOTATION(name, parameter, cause=cause, remedy=remedy)


def _is_foreign(annotation: Any) -> bool:
    return str(getattr(annotation, "__module__", "")).startswith("azure.functions")


def shown(annotation: Any) -> str:
    """Write an annotation as a person would."""
    if annotation is type(None):
        return "None"
    if isinstance(annotation, type) and typing.get_origin(annotation) is None:
        return annotation.__name__
    return repr(annotation).replace("typing.", "")
