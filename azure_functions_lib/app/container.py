"""What holds declared functions: the base of function apps and blueprints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..enums import HttpMethod
from ..errors import DeclarationError, preview
from ..http import HTTP_TRIGGER
from ..wire.declaration import (
    Binding,
    Setting,
    Trigger,
    check_binding_name,
    check_function_name,
)
from .function import SCRIPT_FILE_NAME, FunctionBuilder
from .spelling import check_keywords, meant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any, Protocol, TypeAlias

    from typing_extensions import ParamSpec, TypeVar

    from ..enums import AuthLevel
    from ..wire.declaration import Edit

    Declaration: TypeAlias = Binding | Edit
    P = ParamSpec("P")
    R = TypeVar("R")

    class FunctionDecorator(Protocol):
        """Takes a function, or one that is decorated already, and keeps its signature."""

        def __call__(
            self, func: Callable[P, R] | FunctionBuilder[P, R], /
        ) -> FunctionBuilder[P, R]: ...


__all__ = ["DecoratorApi", "SettingsApi"]


def check_parentheses(decorator: str, argument: object) -> None:
    """Refuse the function that is given to a decorator written without parentheses.

    Raises:
        DeclarationError: the argument is a function.
    """
    if callable(argument) and not isinstance(argument, type):
        raise DeclarationError(
            f"@app.{decorator} needs parentheses",
            f"Write @app.{decorator}(...), with its arguments",
        )


class DecoratorApi:
    """A container of declared functions: a function app or a blueprint.

    Args:
        args: ignored, as the containers of other libraries hand on their own.
        kwargs: the same: azure-functions-durable passes the ``auth_level`` of its blueprints.

    Raises:
        DeclarationError: a keyword is nearly ``auth_level`` or ``http_auth_level``.
    """

    _auth_level: AuthLevel | None = None
    """That of the app; None in a blueprint, whose functions get it where they are registered."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if kwargs:
            check_keywords(type(self).__name__, kwargs, ("auth_level", "http_auth_level"))
        self._contents: list[FunctionBuilder[..., Any] | DecoratorApi] = []

    if not TYPE_CHECKING:  # a checker knows which names there are

        def __getattr__(self, name: str) -> Any:
            found = None if name.startswith("_") else meant(name, dir(self))
            advice = f". Write {found!r}" if found else ""
            if name.upper() in HttpMethod.__members__:
                advice = f'. Write route(..., methods=["{name.upper()}"])'
            raise AttributeError(
                f"{type(self).__name__!r} object has no attribute {name!r}{advice}"
            )

    @property
    def app_script_file(self) -> str:
        """The file that a worker imports to find the functions."""
        return SCRIPT_FILE_NAME

    @property
    def _function_builders(self) -> list[FunctionBuilder[..., Any]]:
        """All functions; those of registered containers come where these were registered."""
        builders: list[FunctionBuilder[..., Any]] = []
        for item in self._contents:
            if isinstance(item, FunctionBuilder):
                builders.append(item)
            else:
                builders.extend(item._function_builders)
        return builders

    @_function_builders.setter
    def _function_builders(self, builders: Iterable[FunctionBuilder[..., Any]]) -> None:
        # Libraries that add decorators take functions out by this name, or put others in.
        self._contents = list(builders)

    def register_functions(self, function_container: DecoratorApi) -> None:
        """Take over the functions of a blueprint.

        They come where this call stands among the own functions. The blueprint stays connected:
        functions and blueprints added to it later are included too.

        Args:
            function_container: the blueprint, which may have blueprints registered in turn.

        Raises:
            TypeError: it is a function app, or no container of functions.
            DeclarationError: it contains this container itself.
        """
        if not isinstance(function_container, DecoratorApi) or hasattr(
            function_container, "get_functions"
        ):
            raise TypeError(
                f"register_functions: got {type(function_container).__name__}; expected a "
                "Blueprint. A function app cannot be part of another container"
            )
        if any(each is self for each in function_container._containers()):
            raise DeclarationError("register_functions: a blueprint cannot contain itself")
        self._contents.append(function_container)

    register_blueprint = register_functions

    def _containers(self) -> Iterator[DecoratorApi]:
        yield self
        for item in self._contents:
            if isinstance(item, DecoratorApi):
                yield from item._containers()

    def _builder(self, func: Callable[P, R] | FunctionBuilder[P, R]) -> FunctionBuilder[P, R]:
        """Give the builder of a function; a new one is registered here."""
        if isinstance(func, FunctionBuilder):
            return func
        wrapped = getattr(func, "__wrapped__", None)
        while wrapped is not None:  # another decorator stands between two of ours
            if isinstance(wrapped, FunctionBuilder):
                return wrapped._wrapped_by(func)
            wrapped = getattr(wrapped, "__wrapped__", None)
        builder = FunctionBuilder(func, self.app_script_file)
        self._contents.append(builder)
        return builder

    _validate_type = _builder
    """The name by which libraries that add decorators ask for a function's builder."""

    def _configure_function_builder(
        self, wrap: Callable[[FunctionBuilder[..., Any]], Any]
    ) -> Callable[..., Any]:
        """Make a decorator of a function on builders, for libraries that add decorators."""

        def decorator(func: Callable[..., Any]) -> Any:
            return wrap(self._builder(func))

        return decorator

    def _declare(
        self, declared: Declaration | tuple[Declaration, ...], place: tuple[str, int]
    ) -> FunctionDecorator:
        """Make the decorator that adds bindings, or lets edits change the function.

        Args:
            declared: what a declaration function returned.
            place: the file and the line of the decorator.
        """
        declarations = declared if isinstance(declared, tuple) else (declared,)
        trigger = declarations[0]
        if isinstance(trigger, Trigger) and trigger.type == HTTP_TRIGGER:
            trigger.complete({"authLevel": self._auth_level})

        def decorator(func: Callable[P, R] | FunctionBuilder[P, R]) -> FunctionBuilder[P, R]:
            try:
                builder = self._builder(func)
                function = builder._function
                before = len(function._bindings)
                for declaration in declarations:
                    if not isinstance(declaration, Binding):
                        declaration(function)
                        continue
                    if declaration.name is not None:
                        check_binding_name(declaration.name)
                    if isinstance(declaration, Trigger):
                        function.add_trigger(declaration)
                    else:
                        function.add_binding(declaration)
            except DeclarationError as error:
                error.place = place
                raise
            for binding in function._bindings[before:]:
                binding.declared_at = place
            return builder

        return decorator

    def _set(
        self, name: str, fields: dict[str, Any], extra: dict[str, Any] | None
    ) -> FunctionDecorator:
        if extra is not None and not hasattr(extra, "items"):
            raise DeclarationError(
                f"{name}: setting_extra_fields: got {preview(extra)}; expected a dict"
            )
        setting = Setting(name, {**fields, **(extra or {})})

        def decorator(func: Callable[P, R] | FunctionBuilder[P, R]) -> FunctionBuilder[P, R]:
            return self._builder(func).add_setting(setting)

        return decorator

    def function_name(
        self, name: str, setting_extra_fields: dict[str, Any] | None = None
    ) -> FunctionDecorator:
        """Name the function for the host; without it the name in the code counts.

        The name appears in the portal, in logs and, unless a route says otherwise, in the URL of
        an HTTP function. It must be unique in the app.

        Args:
            name: a letter, followed by up to 127 letters, digits, ``_`` and ``-``; not ``host``.
            setting_extra_fields: further values to keep with the setting.

        Raises:
            DeclarationError: the host would refuse the name.
        """
        check_parentheses("function_name", name)
        check_function_name(name)
        return self._set("function_name", {"function_name": name}, setting_extra_fields)

    def http_type(self, http_type: str) -> FunctionDecorator:
        """Say what kind of code answers the requests of an HTTP function.

        Args:
            http_type: ``"function"`` (the default for every function), ``"asgi"`` or ``"wsgi"``.

        Raises:
            DeclarationError: it is applied to a function without parentheses.
        """
        check_parentheses("http_type", http_type)

        def decorator(func: Callable[P, R] | FunctionBuilder[P, R]) -> FunctionBuilder[P, R]:
            return self._builder(func).configure_http_type(http_type)

        return decorator


class SettingsApi(DecoratorApi):
    """The decorators that set something about a function as a whole."""

    def retry(
        self,
        strategy: str,
        max_retry_count: str,
        delay_interval: str | None = None,
        minimum_interval: str | None = None,
        maximum_interval: str | None = None,
        setting_extra_fields: dict[str, Any] | None = None,
    ) -> FunctionDecorator:
        """Let the host repeat an invocation that fails.

        Retries are kept for timer, Kafka, Event Hubs and Cosmos DB triggers; queues and Service
        Bus have delivery counts of their own.

        Args:
            strategy: ``"fixed_delay"`` waits the same time before each retry,
                ``"exponential_backoff"`` longer each time.
            max_retry_count: how often at most, as text; ``"-1"`` means for ever.
            delay_interval: the wait of ``fixed_delay``, as ``HH:MM:SS``; required for it.
            minimum_interval: the first wait of ``exponential_backoff``, as ``HH:MM:SS``.
            maximum_interval: its longest wait, as ``HH:MM:SS``.
            setting_extra_fields: further values to keep with the setting.
        """
        return self._set(
            "retry_policy",
            {
                "strategy": strategy,
                "max_retry_count": max_retry_count,
                "delay_interval": delay_interval,
                "minimum_interval": minimum_interval,
                "maximum_interval": maximum_interval,
            },
            setting_extra_fields,
        )
