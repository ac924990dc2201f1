"""What is a problem of a function, and what is not."""

# ruff: noqa: UP006, UP007, UP035, UP045 - the old spellings of annotations are the subject
from __future__ import annotations

import functools
import pickle
from collections.abc import Callable, Coroutine, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Generic, List, Optional, TypeVar, Union

import pytest

import azure_functions_lib as func
from azure_functions_lib.app.check import check_function, check_functions
from azure_functions_lib.app.loader import LoadedFunction
from azure_functions_lib.app.problem import Problem
from azure_functions_lib.bindings._table import ROWS
from azure_functions_lib.enums import BindingDirection
from azure_functions_lib.errors import DeclarationError
from azure_functions_lib.wire.declaration import Binding

if TYPE_CHECKING:
    from decimal import Decimal

T = TypeVar("T")

IN, OUT, INOUT = BindingDirection.IN, BindingDirection.OUT, BindingDirection.INOUT

TRIGGER = Binding("msg", IN, type="queueTrigger")
QUEUE = Binding("out", OUT, type="queue")
RETURN = Binding("$return", OUT, type="queue")


def problems(function: Any, *bindings: Binding, name: str = "f") -> list[Problem]:
    loaded = LoadedFunction(name, function, list(bindings), directory=Path())
    return check_function(loaded)


def only(function: Any, *bindings: Binding, name: str = "f") -> Problem:
    (problem,) = problems(function, *bindings, name=name)
    assert problem.cause
    assert problem.remedy
    return problem


def _define(code: str, namespace: dict[str, Any]) -> None:
    exec(compile(code, "<test>", "exec", dont_inherit=True), namespace)  # annotations evaluated


def taking(annotation: Any, name: str = "msg") -> Callable[..., None]:
    namespace: dict[str, Any] = {"annotation": annotation}
    _define(f"def function({name}: annotation): pass", namespace)
    made: Callable[..., None] = namespace["function"]
    return made


def giving(annotation: Any) -> Callable[..., Any]:
    def function(msg): ...  # type: ignore[no-untyped-def]

    function.__annotations__["return"] = annotation
    return function


# -- Inputs


@pytest.mark.parametrize(
    "annotation",
    [
        func.QueueMessage,
        Optional[func.QueueMessage],
        func.QueueMessage | None,
        Union[func.QueueMessage, str],
        Annotated[func.QueueMessage, "note"],
        "func.QueueMessage",
        "func.QueueMessage | None",
        str,
        bytes,
        Optional[str],
        str | bytes,
        Any,
        object,
    ],
)
def test_input_annotations_that_are_served(annotation: Any) -> None:
    function = taking(annotation)
    function.__globals__["func"] = func
    assert problems(function, TRIGGER) == []


@pytest.mark.parametrize(
    "annotation", [int, List[func.QueueMessage], func.TimerRequest, 7, Optional[int], None]
)
def test_input_annotations_that_are_not_served(annotation: Any) -> None:
    problem = only(taking(annotation), TRIGGER)
    assert (problem.function, problem.parameter) == ("f", "msg")
    assert "queueTrigger takes no" in problem.cause
    assert "QueueMessage" in problem.remedy


def test_http_requests_are_not_text() -> None:
    trigger = Binding("req", IN, type="httpTrigger")
    assert "httpTrigger takes no str" in only(taking(str, "req"), trigger).cause


@pytest.mark.parametrize("annotation", ["NoSuchName", "Decimal", "func.NoSuch", "list["])
def test_annotations_that_cannot_be_resolved(annotation: str) -> None:
    function = taking(annotation)
    function.__globals__["func"] = func
    problem = only(function, TRIGGER)
    assert problem.parameter == "msg"
    assert "cannot be resolved" in problem.cause


def test_one_unresolvable_annotation_hides_no_other_problem() -> None:
    def function(msg: NoSuchName, out: int, extra: Decimal): ...  # type: ignore # noqa: F821

    found = problems(function, TRIGGER, QUEUE)
    assert [problem.parameter for problem in found] == ["msg", "out", "extra"]


def test_input_annotated_out() -> None:
    assert "Out[str]" in only(taking(func.Out[str]), TRIGGER).cause


# -- Outputs


class Out(Generic[T]):
    """An Out of another library."""


@pytest.mark.parametrize(
    "annotation",
    [
        func.Out,
        func.Out[str],
        func.Out[bytes],
        func.Out[func.QueueMessage],
        func.Out[Optional[str]],
        func.Out[List[str]],
        func.Out[list[func.QueueMessage]],
        func.Out["str | None"],
        func.Out[Any],
        Annotated[func.Out[str], "note"],
        Optional[func.Out[str]],
        Out[str],
        Out,
    ],
)
def test_output_annotations_that_are_served(annotation: Any) -> None:
    namespace: dict[str, Any] = {"annotation": annotation}
    _define("def function(msg, out: annotation): pass", namespace)
    assert problems(namespace["function"], TRIGGER, QUEUE) == []


@pytest.mark.parametrize("value", [complex, type, list[complex]])
def test_output_annotations_that_are_not_served(value: Any) -> None:
    def function(msg, out): ...  # type: ignore[no-untyped-def]

    function.__annotations__["out"] = func.Out[value]
    problem = only(function, TRIGGER, QUEUE)
    assert problem.parameter == "out"
    assert "queue cannot send" in problem.cause
    assert "Out[str]" in problem.remedy


def test_output_not_annotated_out() -> None:
    def function(msg, out: str): ...  # type: ignore[no-untyped-def]

    assert "Out[str]" in only(function, TRIGGER, QUEUE).remedy


@pytest.mark.parametrize("kind", ["cosmosDB", "http", "queue"])
def test_R7_text_and_bytes_outputs_are_sent_by_the_generic_rule(kind: str) -> None:
    for annotation in (str, bytes, Optional[str]):
        assert problems(giving(annotation), TRIGGER, Binding("$return", OUT, type=kind)) == []


@pytest.mark.parametrize(
    "annotation",
    [str, Optional[str], List[str], func.QueueMessage, Any, Coroutine[Any, Any, str]],
)
def test_return_annotations_that_are_served(annotation: Any) -> None:
    assert problems(giving(annotation), TRIGGER, RETURN) == []


@pytest.mark.parametrize("annotation", [complex, None, func.Out[str], "NoSuch"])
def test_return_annotations_that_are_not_served(annotation: Any) -> None:
    assert only(giving(annotation), TRIGGER, RETURN).parameter == "$return"


def test_the_return_annotation_counts_for_a_return_binding_only() -> None:
    assert problems(giving(int), TRIGGER) == []


# -- Parameters


def test_every_binding_has_its_parameter_and_every_parameter_its_binding() -> None:
    def function(msg, extra, optional=None, *args, other=1, **kwargs): ...  # type: ignore

    problem = only(function, TRIGGER, QUEUE)
    assert problem.parameter == "extra"

    def narrow(msg): ...  # type: ignore[no-untyped-def]

    problem = only(narrow, TRIGGER, QUEUE)
    assert problem.parameter == "out"
    assert "has no parameter" in problem.cause


def test_positional_only_parameters() -> None:
    def function(msg, /): ...  # type: ignore[no-untyped-def]

    problem = only(function, TRIGGER)
    assert "positional-only" in problem.cause
    assert "'/'" in problem.remedy


class Context:
    """A context of another library."""


@pytest.mark.parametrize("annotation", [func.Context, Context, Optional[func.Context]])
@pytest.mark.parametrize("name", ["context", "ctx"])
def test_the_context_needs_no_binding(annotation: Any, name: str) -> None:
    namespace: dict[str, Any] = {"annotation": annotation}
    _define(f"def function(msg, {name}: annotation): pass", namespace)
    assert problems(namespace["function"], TRIGGER) == []
    assert problems(lambda msg, context: None, TRIGGER) == []


def test_the_context_annotated_otherwise() -> None:
    def function(msg, context: str): ...  # type: ignore[no-untyped-def]

    assert "Context" in only(function, TRIGGER).remedy
    assert problems(function, TRIGGER, Binding("context", IN, type="table")) == []


class Callee:
    def __call__(self, msg: func.QueueMessage) -> None: ...

    def method(self, msg: func.QueueMessage) -> None: ...


def test_callables_of_all_kinds() -> None:
    def two(extra: int, msg: func.QueueMessage) -> None: ...

    @functools.wraps(two)
    def wrapped(*args: Any, **kwargs: Any) -> None: ...

    for function in (Callee(), Callee().method, functools.partial(two, 1)):
        assert problems(function, TRIGGER) == []
    assert only(wrapped, TRIGGER).parameter == "extra"


def test_a_builtin_whose_signature_cannot_be_told() -> None:
    assert "its signature cannot be read" in only(max, TRIGGER).cause


def test_async_generators() -> None:
    async def function(msg):  # type: ignore[no-untyped-def]
        yield 1

    assert "async generator" in only(function, TRIGGER).cause


# -- Bindings


@pytest.mark.parametrize("name", ["1st", "two__underscores", "ä", "x" * 129, "$ret"])
def test_binding_names_the_host_refuses(name: str) -> None:
    problem = only(lambda msg, **kwargs: None, TRIGGER, Binding(name, IN, type="table"))
    assert problem.parameter == name
    assert "the host accepts" in problem.cause


@pytest.mark.parametrize("name", ["", "1st", "_f", "host", "Host", "a b", "x" * 129])
def test_function_names_the_host_refuses(name: str) -> None:
    problem = only(lambda msg: None, TRIGGER, name=name)
    assert problem.function == name
    assert problem.parameter is None


def test_triggers() -> None:
    assert "no trigger" in only(lambda out: None, QUEUE).cause
    second = Binding("timer", IN, type="timerTrigger")
    assert only(lambda msg, timer: None, TRIGGER, second).parameter == "timer"
    assert "'out'" in only(lambda msg: None, Binding("msg", OUT, type="queueTrigger")).cause


def test_directions() -> None:
    problem = only(lambda msg, both: None, TRIGGER, Binding("both", INOUT, type="blob"))
    assert "inout" in problem.cause
    problem = only(lambda msg: None, TRIGGER, Binding("$return", IN, type="blob"))
    assert problem.parameter == "$return"


def test_two_bindings_of_one_name() -> None:
    problem = only(lambda msg, out: None, TRIGGER, QUEUE, QUEUE)
    assert problem.parameter == "out"


def test_binding_types_in_wrong_letter_case() -> None:
    problem = only(lambda msg: None, Binding("msg", IN, type="queuetrigger"))
    assert problem.remedy == "Write 'queueTrigger'"


# -- Retry policies


def retry_problems(**retry: Any) -> list[str]:
    loaded = LoadedFunction("f", lambda msg: None, [TRIGGER], directory=Path(), retry=retry)
    found = check_function(loaded)
    assert {problem.parameter for problem in found} <= {"retry"}
    return [problem.cause for problem in found]


@pytest.mark.parametrize("count", [3, "3", -1, "-1", 0])
def test_retry_policies(count: Any) -> None:
    fixed = {"strategy": "fixed_delay", "delay_interval": "00:00:10"}
    assert retry_problems(max_retry_count=count, **fixed) == []
    backoff = {"minimum_interval": "00:00:10", "maximum_interval": "01:00:00"}
    assert retry_problems(strategy="exponential_backoff", max_retry_count=count, **backoff) == []


@pytest.mark.parametrize(
    ("retry", "causes"),
    [
        ({}, 2),
        ({"strategy": "sometimes", "max_retry_count": 1}, 1),
        ({"strategy": "fixed_delay", "max_retry_count": "x"}, 2),
        ({"strategy": "fixed_delay", "max_retry_count": -2, "delay_interval": "00:00:01"}, 1),
        ({"strategy": "fixed_delay", "max_retry_count": 1, "delay_interval": "10"}, 1),
        ({"strategy": "fixed_delay", "max_retry_count": 1, "delay_interval": "99:00:00"}, 1),
        ({"strategy": "exponential_backoff", "max_retry_count": True}, 3),
    ],
)
def test_retry_policies_with_faults(retry: dict[str, Any], causes: int) -> None:
    assert len(retry_problems(**retry)) == causes


# -- Problems


def test_a_declaration_error_keeps_cause_and_remedy_apart_even_where_both_have_sentences() -> None:
    error = DeclarationError("v1. is no name", "Write v. 1, or none. See the manual")
    assert str(error) == "v1. is no name. Write v. 1, or none. See the manual"
    copy = pickle.loads(pickle.dumps(error))
    assert (copy.cause, copy.remedy, str(copy)) == (error.cause, error.remedy, str(error))


def test_a_problem_reads_as_one_sentence_with_its_remedy() -> None:
    problem = Problem("f", "msg", "it is wrong", "Write it right")
    assert str(problem) == "f: msg: it is wrong. Write it right"
    assert str(Problem(None, None, "a", "B")) == "app: a. B"
    assert str(Problem("f", None, "a", "B")) == "f: a. B"


def test_all_problems_of_several_functions_at_once() -> None:
    functions = [
        LoadedFunction("f", lambda wrong: None, [TRIGGER], directory=Path()),
        LoadedFunction("g", lambda msg: None, [TRIGGER], directory=Path()),
        LoadedFunction("f", lambda msg: None, [TRIGGER], directory=Path()),
    ]
    found = check_functions(functions)
    assert [(each.function, each.parameter) for each in found] == [
        ("f", "wrong"),
        ("f", "msg"),
        ("f", None),
    ]
    assert check_functions(iter(functions[1:])) == []


def test_functions_of_the_decorator_model_are_checked_alike() -> None:
    app = func.FunctionApp()

    @app.queue_trigger("msg", "q", "conn")
    @app.queue_output("out", "q", "conn")
    def function(msg: Iterable[int], out: func.Out[str]) -> None: ...

    assert [problem.parameter for problem in check_functions(app.functions)] == ["msg"]


def test_a_result_that_is_none_is_no_value_for_its_binding() -> None:
    def function(msg: Any) -> None: ...

    problem = only(function, TRIGGER, RETURN)
    assert (problem.parameter, problem.cause) == ("$return", "queue cannot send None")


@pytest.mark.parametrize("route", [5, ["a"], {"a": 1}, True])
def test_a_route_that_is_no_text(route: Any) -> None:
    trigger = Binding("req", IN, type="httpTrigger", fields={"route": route})
    problem = only(lambda req: None, trigger)
    assert problem.parameter == "req"
    assert "its route is" in problem.cause


@pytest.mark.parametrize("methods", [5, "get", {"GET": 1}, [5], [None], ["GET", ["POST"]]])
def test_methods_that_are_no_list_of_texts(methods: Any) -> None:
    trigger = Binding("req", IN, type="httpTrigger", fields={"methods": methods})
    problem = only(lambda req: None, trigger)
    assert problem.parameter == "req"
    assert "its methods are" in problem.cause


def test_routes_and_methods_that_are_right() -> None:
    for fields in ({}, {"route": "", "methods": []}, {"route": "a", "methods": ["get", "POST"]}):
        trigger = Binding("req", IN, type="httpTrigger", fields=fields)
        assert problems(lambda req: None, trigger) == []


def unknown_types(kind: str) -> list[Problem]:
    function = Binding("x", IN, type=kind)
    found = problems(lambda msg, x: None, TRIGGER, function)
    return [each for each in found if "no converter is registered" in each.cause]


def test_binding_type_that_is_misspelt() -> None:
    (problem,) = unknown_types("queueTriger")
    assert "'queueTriger'" in problem.cause
    assert problem.remedy == "Write 'queueTrigger'"
    assert problem.severity == "warning"


EXTENSIONS = [
    "mqttTrigger",
    "redisListTrigger",
    "webPubSubTrigger",
    "rabbitMQ",
    "redisPubSubTrigger",
]


@pytest.mark.parametrize("kind", [*EXTENSIONS, *(name for row in ROWS for name in row.types)])
def test_binding_types_that_are_not_misspelt(kind: str) -> None:
    assert unknown_types(kind) == []
