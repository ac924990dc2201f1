"""The containers that users make: function apps and blueprints."""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from functools import wraps
from typing import TYPE_CHECKING, cast

from ..enums import AuthLevel, HttpMethod
from ..errors import DeclarationError, preview
from ..wire.declaration import member
from .decorators import BindingApi, DecoratorApi, SettingsApi, TriggerApi
from .function import place_of
from .spelling import unknown_keyword

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from typing_extensions import Never, TypeVar

    from ..enums import AuthLevelName
    from .around import Startup
    from .function import Function
    from .problem import Problem

    _Hook = TypeVar("_Hook", bound=Callable[[], Any])
    _Middleware = TypeVar("_Middleware", bound=Callable[[Any, Any], Any])
    _Method = TypeVar("_Method", bound=Callable[..., Any])

__all__ = [
    "AsgiFunctionApp",
    "Blueprint",
    "ExternalHttpFunctionApp",
    "FunctionApp",
    "FunctionRegister",
    "HttpFunctionsAuthLevelMixin",
    "WsgiFunctionApp",
]


def _bare(method: _Method) -> _Method:
    """Let a decorator that is written without parentheses say so when it was written with them."""
    name = method.__name__

    @wraps(method)
    def checked(app: Any, *hooks: Any, **named: Any) -> Any:
        if not hooks and not named:
            problem = "it was called without a function"
        elif hooks and not callable(hooks[0]):
            problem = f"got {preview(hooks[0])}; expected a function"
        else:
            return method(app, *hooks, **named)
        frame = sys._getframe(1)
        error = DeclarationError(
            f"app.{name}: {problem}", f"Write @app.{name}, without parentheses, above a 'def'"
        )
        error.place = frame.f_code.co_filename, frame.f_lineno
        raise error

    return cast("_Method", checked)


def _same_name(name: str, one: Function[..., Any], other: Function[..., Any]) -> DeclarationError:
    if one._func is other._func:
        error = DeclarationError(
            f"the function {name!r} is there twice: a blueprint is registered twice",
            "Register each blueprint once",
        )
    else:
        places = " and ".join(
            f"{each._func.__module__}.{each._func.__qualname__}" for each in (one, other)
        )
        error = DeclarationError(
            f"two functions are named {name!r}: {places}",
            "Rename one, or give it another name with @app.function_name",
        )
    error.place = place_of(other._func)
    return error


def _check_middleware(middleware: Callable[..., Any]) -> None:
    import inspect

    try:
        signature = inspect.signature(middleware)
    except (TypeError, ValueError):  # that of some builtins cannot be told
        return
    try:
        signature.bind("context", "call_next")
    except TypeError:
        name = getattr(middleware, "__name__", "middleware")
        error = DeclarationError(
            f"app.middleware: {name}{signature} cannot be called with the context and what comes "
            "next",
            f"Write it with two parameters: {name}(context, call_next)",
        )
        error.place = place_of(middleware)
        raise error from None


class HttpFunctionsAuthLevelMixin:
    """Holds the authorization level of HTTP functions that declare none.

    Args:
        auth_level: a level or its name, in any letter case.

    Raises:
        UnknownNameError: no level has that name (a KeyError and ValueError).
    """

    def __init__(self, auth_level: AuthLevel | str, *args: Any, **kwargs: Any) -> None:
        self._auth_level: Any = member(auth_level, AuthLevel)

    @property
    def auth_level(self) -> AuthLevel:
        """The level."""
        return self._auth_level  # type: ignore[no-any-return]


class FunctionRegister(DecoratorApi, HttpFunctionsAuthLevelMixin):
    """A container whose functions a worker indexes: the base of all function apps.

    Args:
        auth_level: the authorization level of HTTP functions that declare none.
    """

    _startup: Startup | None = None
    _require_auth_level: bool | None = None  # of the mirrored class: the answer of get_functions
    startup_hooks: list[Callable[[], Any]]
    """What runs before the first invocation, in this order."""
    shutdown_hooks: list[Callable[[], Any]]
    """What runs when the app stops, the last one first."""
    middlewares: list[Callable[..., Any]]
    """What runs around each invocation, the first one outermost."""

    def __init__(self, auth_level: AuthLevel | str, *args: Any, **kwargs: Any) -> None:
        DecoratorApi.__init__(self)
        HttpFunctionsAuthLevelMixin.__init__(self, auth_level)
        self.startup_hooks = []
        self.shutdown_hooks = []
        self.middlewares = []

    @property
    def functions(self) -> list[Function[..., Any]]:
        """The app's functions as the host would index them, in the order of their declaration.

        Asking changes nothing, and may be repeated; functions declared since are included.

        Raises:
            DeclarationError: a function lacks its trigger, or a name is refused or taken twice.
        """
        level = self.auth_level
        functions = [builder.build(level) for builder in self._function_builders]
        self.validate_function_names(functions)
        return functions

    def get_functions(self) -> list[Function[..., Any]]:
        """Give :attr:`functions` to a worker.

        A worker knows no startup hooks and middlewares. Where the app has any, the user function
        of each is a coroutine function that runs them around the user's own.

        Logs a warning when none of them is an HTTP function, as the app's authorization level
        then has no effect.

        Raises:
            DeclarationError: as for :attr:`functions`.
        """
        functions = self.functions
        self._require_auth_level = any(function.is_http_function() for function in functions)
        if not self._require_auth_level:
            import logging

            logging.getLogger().warning("auth level not applied: the app has no HTTP function")
        if not (self.startup_hooks or self.middlewares):
            return functions
        from .around import Startup, around

        if self._startup is None:
            self._startup = Startup(self.startup_hooks)
        return [
            function._with(trigger, around(function, self._startup, self.middlewares))
            for function in functions
            if (trigger := function.get_trigger())  # always: they have been built
        ]

    def validate_function_names(self, functions: Iterable[Function[..., Any]]) -> None:
        """Check that no two functions have the same name.

        Args:
            functions: the functions to look at.

        Raises:
            DeclarationError: two have; the message names both.
        """
        functions = list(functions)
        names = [function.get_function_name() for function in functions]
        if len(set(names)) == len(names):
            return
        seen: dict[str, Function[..., Any]] = {}
        for name, function in zip(names, functions, strict=True):
            if name in seen:
                raise _same_name(name, seen[name], function)
            seen[name] = function

    def validate(self) -> list[Problem]:
        """Find every problem that the host or a worker would find in the app, all at once.

        It looks at what the app declares. The files and settings beside it are for ``azfl check``.

        Returns:
            the problems, each with the function, the parameter, the cause, the remedy, the
            severity and the place; an empty list for an app that can be served.
        """
        from ..checking import check_declarations
        from .loader import declared

        return check_declarations(declared(self))

    @_bare
    def on_startup(self, hook: _Hook) -> _Hook:
        """Run a function once before the app's first invocation.

        Args:
            hook: a function or coroutine function without parameters.

        Raises:
            DeclarationError: it is not callable.
        """
        self.startup_hooks.append(hook)
        return hook

    @_bare
    def on_shutdown(self, hook: _Hook) -> _Hook:
        """Run a function once when the app stops; the last one registered runs first.

        Args:
            hook: a function or coroutine function without parameters.

        Raises:
            DeclarationError: it is not callable.
        """
        self.shutdown_hooks.append(hook)
        return hook


class FunctionApp(FunctionRegister, TriggerApi, BindingApi, SettingsApi):
    """A function app: the one object of ``function_app.py`` that declares its functions.

    Args:
        http_auth_level: who may call HTTP functions that do not say so themselves: a level or its
            name, in any letter case.

    Raises:
        UnknownNameError: no level has that name (a KeyError and ValueError).
        DeclarationError: there is another keyword, such as ``auth_level``.
    """

    def __init__(
        self,
        http_auth_level: AuthLevel | AuthLevelName = AuthLevel.FUNCTION,
        **others: Never,
    ) -> None:
        if others:
            raise unknown_keyword(type(self).__name__, others, ("http_auth_level",))
        super().__init__(auth_level=http_auth_level)

    @_bare
    def middleware(self, middleware: _Middleware) -> _Middleware:
        """Run a function around every invocation; the first one registered is the outermost.

        Args:
            middleware: ``async def middleware(context, call_next)``, or a plain function. It
                gets the invocation's :class:`Context` and a :class:`CallNext`, and answers with
                the function's result: ``return await call_next(context)``. A plain function cannot
                await; it returns what ``call_next(context)`` gave it, or a result of its own.

        Raises:
            DeclarationError: it is not callable, or does not take the two.
        """
        _check_middleware(middleware)
        self.middlewares.append(middleware)
        return middleware


class Blueprint(TriggerApi, BindingApi, SettingsApi):
    """Functions declared apart from the app, to be registered with it or with another blueprint.

    An HTTP function of a blueprint that declares no authorization level gets that of the app.
    """


class ExternalHttpFunctionApp(FunctionRegister, TriggerApi, SettingsApi, BindingApi, ABC):
    """A function app that hands HTTP requests to a web application.

    Further functions can be declared beside it. The web application gets all paths below the
    host's route prefix, which ``host.json`` sets (``extensions.http.routePrefix``, ``"api"`` by
    default; such an app mostly sets it to ``""``).

    Args:
        auth_level: the authorization level of the web application.
    """

    @abstractmethod
    def _add_http_app(self, http_middleware: Any, function_name: str = "http_app_func") -> None:
        """Declare the function that passes requests to the adapter."""

    def _add_handler(self, handler: Callable[..., Any], http_type: str, name: str) -> None:
        route = self.route("/{*route}", methods=list(HttpMethod), auth_level=self.auth_level)
        self.function_name(name)(self.http_type(http_type)(route(handler)))


def _check_adapter(adapter: object, kind: type) -> None:
    if not isinstance(adapter, kind):
        raise TypeError(f"_add_http_app: got {preview(adapter)}; expected an {kind.__name__}")


class AsgiFunctionApp(ExternalHttpFunctionApp):
    """A function app that serves an ASGI application, such as one of FastAPI or Starlette.

    Args:
        app: the ASGI application.
        http_auth_level: who may call it.
        function_name: the name of the one function that the host sees.
        root_path: the path below which the application lives, such as ``"/api"`` (the
            ``routePrefix`` of ``host.json``). By default it sees the whole path and no root.

    Attributes:
        middleware: the adapter, an :class:`AsgiMiddleware`. What shall run around every invocation
            is appended to ``middlewares`` instead.
        startup_task_done: whether the application has been started (its lifespan's startup).
    """

    def __init__(
        self,
        app: Any,
        http_auth_level: AuthLevel | AuthLevelName = AuthLevel.FUNCTION,
        function_name: str = "http_app_func",
        *,
        root_path: str = "",
    ) -> None:
        from ..middleware.asgi import AsgiMiddleware

        super().__init__(auth_level=http_auth_level)
        self.middleware = AsgiMiddleware(app, root_path=root_path)
        self.startup_task_done = False
        self.shutdown_hooks.append(self._shut_down)
        self._add_http_app(self.middleware, function_name)

    def _add_http_app(self, http_middleware: Any, function_name: str = "http_app_func") -> None:
        from ..middleware.asgi import AsgiMiddleware

        _check_adapter(http_middleware, AsgiMiddleware)

        # Without annotations: a worker resolves them, and takes no other types than its own.
        async def http_app_func(req, context):  # type: ignore[no-untyped-def]
            if not self.startup_task_done:
                if not await http_middleware.notify_startup():
                    raise RuntimeError(
                        "the ASGI application failed to start (lifespan.startup.failed)"
                    )
                self.startup_task_done = True
            return await http_middleware.handle_async(req, context)

        self._add_handler(http_app_func, "asgi", function_name)

    async def _shut_down(self) -> None:
        if self.startup_task_done:
            self.startup_task_done = False
            await self.middleware.notify_shutdown()


class WsgiFunctionApp(ExternalHttpFunctionApp):
    """A function app that serves a WSGI application, such as one of Flask or Django.

    Args:
        app: the WSGI application.
        http_auth_level: who may call it.
        function_name: the name of the one function that the host sees.
        root_path: the path below which the application lives, such as ``"/api"`` (the
            ``routePrefix`` of ``host.json``). It becomes ``SCRIPT_NAME``. By default the
            application sees the whole path.
    """

    def __init__(
        self,
        app: Any,
        http_auth_level: AuthLevel | AuthLevelName = AuthLevel.FUNCTION,
        function_name: str = "http_app_func",
        *,
        root_path: str = "",
    ) -> None:
        from ..middleware.wsgi import WsgiMiddleware

        super().__init__(auth_level=http_auth_level)
        self._add_http_app(WsgiMiddleware(app, root_path=root_path), function_name)

    def _add_http_app(self, http_middleware: Any, function_name: str = "http_app_func") -> None:
        from ..middleware.wsgi import WsgiMiddleware

        _check_adapter(http_middleware, WsgiMiddleware)

        # Without annotations, as for ASGI.
        def http_app_func(req, context):  # type: ignore[no-untyped-def]
            return http_middleware.handle(req, context)

        self._add_handler(http_app_func, "wsgi", function_name)
