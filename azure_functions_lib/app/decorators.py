"""The decorators of a function app, one for each declaration function of the bindings.

What type checkers and editors see of them is ``decorators.pyi``, which tests/generate.py writes.
"""

from __future__ import annotations

import sys
from functools import cached_property
from importlib import import_module
from types import MethodType
from typing import TYPE_CHECKING, Any

from ..errors import DeclarationError
from .container import DecoratorApi, SettingsApi, check_parentheses
from .spelling import check_keywords, unknown_keyword

if TYPE_CHECKING:
    from inspect import Signature
    from types import FunctionType

    from .container import FunctionDecorator

__all__ = ["BindingApi", "DecoratorApi", "SettingsApi", "TriggerApi"]


class _Decorator:
    """A method that makes a decorator of what a declaration function of the same name returns.

    It has the signature and the docstring of that function, whose module is imported when the
    decorator is first used: an app loads the bindings that it declares.

    Args:
        module: where the declaration function is, below the package.
    """

    def __init__(self, module: str) -> None:
        self.module = module

    def __set_name__(self, owner: type, name: str) -> None:
        self.__name__ = name
        self.__qualname__ = f"{owner.__name__}.{name}"
        self.__module__ = owner.__module__

    def __get__(self, container: DecoratorApi | None, owner: type | None = None) -> Any:
        return self if container is None else MethodType(self, container)

    def __call__(self, container: DecoratorApi, /, *args: Any, **kwargs: Any) -> FunctionDecorator:
        frame = sys._getframe(1)
        place = frame.f_code.co_filename, frame.f_lineno
        try:
            if len(args) == 1 and not kwargs:
                check_parentheses(self.__name__, args[0])
            if not self.parameters.issuperset(kwargs):
                check_keywords(self.__name__, kwargs, self.parameters)
                if not self.takes_others:
                    raise unknown_keyword(self.__name__, kwargs, self.parameters)
            declared = self.declare(*args, **kwargs)
        except DeclarationError as error:
            error.place = place
            raise
        return container._declare(declared, place)

    @cached_property
    def declare(self) -> FunctionType:
        """The declaration function."""
        declare: FunctionType = getattr(
            import_module(f"..{self.module}", __package__), self.__name__
        )
        return declare

    @cached_property
    def parameters(self) -> frozenset[str]:
        """The keywords that the declaration function has names for."""
        code = self.declare.__code__
        return frozenset(code.co_varnames[: code.co_argcount])

    @property
    def takes_others(self) -> bool:
        """Whether further keywords are keys of the binding."""
        from inspect import CO_VARKEYWORDS

        return bool(self.declare.__code__.co_flags & CO_VARKEYWORDS)

    __doc__: Any = property(lambda self: self.declare.__doc__)

    @property
    def __signature__(self) -> Signature:
        from inspect import Parameter, signature

        declared = signature(self.declare)
        container = Parameter("self", Parameter.POSITIONAL_OR_KEYWORD)
        return declared.replace(
            parameters=[container, *declared.parameters.values()],
            return_annotation="FunctionDecorator",
        )


class TriggerApi(DecoratorApi):
    """The decorators that say what makes a function run."""

    queue_trigger = _Decorator("bindings.queue")
    blob_trigger = _Decorator("bindings.blob")
    timer_trigger = _Decorator("bindings.timer")
    schedule = _Decorator("bindings.timer")
    service_bus_queue_trigger = _Decorator("bindings.service_bus")
    service_bus_topic_trigger = _Decorator("bindings.service_bus")
    event_hub_message_trigger = _Decorator("bindings.event_hub")
    kafka_trigger = _Decorator("bindings.kafka")
    event_grid_trigger = _Decorator("bindings.event_grid")
    cosmos_db_trigger = _Decorator("bindings.cosmos_db")
    cosmos_db_trigger_v3 = _Decorator("bindings.cosmos_db")
    sql_trigger = _Decorator("bindings.sql")
    mysql_trigger = _Decorator("bindings.sql")
    connector_trigger = _Decorator("bindings.connectors")
    warm_up_trigger = _Decorator("bindings.warmup")
    orchestration_trigger = _Decorator("bindings.durable")
    entity_trigger = _Decorator("bindings.durable")
    activity_trigger = _Decorator("bindings.durable")
    mcp_tool_trigger = _Decorator("bindings.mcp")
    mcp_tool = _Decorator("bindings.mcp")
    mcp_tool_property = _Decorator("bindings.mcp")
    mcp_prompt_trigger = _Decorator("bindings.mcp")
    mcp_resource_trigger = _Decorator("bindings.mcp")
    dapr_binding_trigger = _Decorator("bindings.dapr")
    dapr_service_invocation_trigger = _Decorator("bindings.dapr")
    dapr_topic_trigger = _Decorator("bindings.dapr")
    assistant_skill_trigger = _Decorator("bindings.openai")
    route = _Decorator("http.declaration")
    generic_trigger = _Decorator("bindings.generic")


class BindingApi(DecoratorApi):
    """The decorators that give a function data besides its trigger, or take its results."""

    queue_output = _Decorator("bindings.queue")
    blob_input = _Decorator("bindings.blob")
    blob_output = _Decorator("bindings.blob")
    service_bus_queue_output = _Decorator("bindings.service_bus")
    service_bus_topic_output = _Decorator("bindings.service_bus")
    event_hub_output = _Decorator("bindings.event_hub")
    kafka_output = _Decorator("bindings.kafka")
    event_grid_output = _Decorator("bindings.event_grid")
    cosmos_db_input = _Decorator("bindings.cosmos_db")
    cosmos_db_input_v3 = _Decorator("bindings.cosmos_db")
    cosmos_db_output = _Decorator("bindings.cosmos_db")
    cosmos_db_output_v3 = _Decorator("bindings.cosmos_db")
    sql_input = _Decorator("bindings.sql")
    sql_output = _Decorator("bindings.sql")
    mysql_input = _Decorator("bindings.sql")
    mysql_output = _Decorator("bindings.sql")
    table_input = _Decorator("bindings.table")
    table_output = _Decorator("bindings.table")
    durable_client_input = _Decorator("bindings.durable")
    dapr_state_input = _Decorator("bindings.dapr")
    dapr_secret_input = _Decorator("bindings.dapr")
    dapr_state_output = _Decorator("bindings.dapr")
    dapr_binding_output = _Decorator("bindings.dapr")
    dapr_invoke_output = _Decorator("bindings.dapr")
    dapr_publish_output = _Decorator("bindings.dapr")
    assistant_query_input = _Decorator("bindings.openai")
    assistant_post_input = _Decorator("bindings.openai")
    text_completion_input = _Decorator("bindings.openai")
    embeddings_input = _Decorator("bindings.openai")
    semantic_search_input = _Decorator("bindings.openai")
    assistant_create_output = _Decorator("bindings.openai")
    embeddings_store_output = _Decorator("bindings.openai")
    generic_input_binding = _Decorator("bindings.generic")
    generic_output_binding = _Decorator("bindings.generic")
