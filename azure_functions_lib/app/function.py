"""A function as an app declares it: the user's code with its trigger, bindings and settings."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Generic, TypeVar

from ..errors import DeclarationError, preview
from ..http import HTTP_TRIGGER
from ..wire.declaration import (
    Binding,
    Setting,
    Trigger,
    check_function_name,
    write_json,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from typing_extensions import ParamSpec, Self

    from ..enums import AuthLevel

    P = ParamSpec("P")
else:
    # A plain type variable will do at run time, and on Python 3.10 too.
    P = TypeVar("P")

R = TypeVar("R")

__all__ = ["SCRIPT_FILE_NAME", "Function", "FunctionBuilder", "place_of"]

SCRIPT_FILE_NAME = "function_app.py"
"""The file that a worker imports to find the app."""


def place_of(code: Any) -> tuple[str, int] | None:
    """Give the file and the line where a function begins, its decorators included.

    None for what has no source, such as a builtin function.
    """
    while hasattr(code, "__wrapped__"):
        code = code.__wrapped__
    source = getattr(code, "__code__", None)
    return None if source is None else (source.co_filename, source.co_firstlineno)


class Function(Generic[P, R]):
    """A function with its declarations, as a worker indexes it.

    Args:
        func: the user's function.
        script_file: the file that declares it.

    Attributes:
        function_script_file: as above.
        http_type: what kind of code answers requests: ``function``, ``asgi`` or ``wsgi``.
    """

    _trigger: Trigger | None = None
    _settings: tuple[Setting, ...] = ()
    http_type: str = "function"

    def __init__(self, func: Callable[P, R], script_file: str) -> None:
        self._func = func
        self._name: str = func.__name__
        self._bindings: list[Binding] = []
        self.function_script_file = script_file

    def add_binding(self, binding: Binding) -> None:
        """Add an input or output; whether the host accepts its name, ``app.validate()`` tells."""
        self._bindings.append(binding)

    def add_trigger(self, trigger: Trigger) -> None:
        """Set the trigger.

        Raises:
            DeclarationError: there is one already.
        """
        if self._trigger is not None:
            raise DeclarationError(
                f"function {self.get_function_name()!r} has two triggers: "
                f"{self._trigger.type} {self._trigger.name!r} and {trigger.type} {trigger.name!r}",
                "Keep one; write a function for each of the others",
            )
        self._bindings.append(trigger)
        self._trigger = trigger

    def add_setting(self, setting: Setting) -> None:
        """Add a setting; of several of one name the first counts."""
        self._settings = (*self._settings, setting)

    def set_http_type(self, http_type: str) -> None:
        """Say what kind of code answers requests: ``function``, ``asgi`` or ``wsgi``."""
        self.http_type = http_type

    def is_http_function(self) -> bool:
        """Whether an HTTP request triggers it."""
        return self._trigger is not None and self._trigger.type == HTTP_TRIGGER

    def get_trigger(self) -> Trigger | None:
        """The trigger, None before one is declared."""
        return self._trigger

    def get_bindings(self) -> list[Binding]:
        """All bindings with the trigger, in the order in which they were declared."""
        return self._bindings

    def get_raw_bindings(self) -> list[str]:
        """The JSON text of each binding, as the host is sent it.

        Raises:
            InvalidValueError: a value given to a decorator has no JSON form.
        """
        return [binding.json_text() for binding in self._bindings]

    def get_bindings_dict(self) -> dict[str, list[dict[str, Any]]]:
        """The bindings by their JSON keys; enums stay members."""
        return {"bindings": [binding.get_dict_repr() for binding in self._bindings]}

    def get_dict_repr(self) -> dict[str, Any]:
        """What ``function.json`` would hold; enums stay members."""
        return {"scriptFile": self.function_script_file, **self.get_bindings_dict()}

    def get_function_json(self) -> str:
        """The text of ``function.json``.

        Raises:
            InvalidValueError: a value given to a decorator has no JSON form.
        """
        try:
            return write_json(self.get_dict_repr())
        except (TypeError, ValueError):
            self.get_raw_bindings()  # tells which value has no JSON form
            raise

    def get_setting(self, setting_name: str) -> Setting | None:
        """The setting of a name, None without it."""
        for setting in self._settings:
            if setting.setting_name == setting_name:
                return setting
        return None

    def get_settings_dict(self, setting_name: str) -> dict[str, Any] | None:
        """The values of a setting, None without it."""
        setting = self.get_setting(setting_name)
        return None if setting is None else setting.get_dict_repr()

    def get_function_name(self) -> str:
        """The name that the host knows: from ``function_name``, or else that of the code."""
        if not self._settings:
            return self._name
        setting = self.get_setting("function_name")
        return self._name if setting is None else setting.get_settings_value("function_name")

    def get_user_function(self) -> Callable[P, R]:
        """The user's own function."""
        return self._func

    def _with(self, trigger: Trigger, func: Callable[..., Any]) -> Self:
        """Give a copy with another trigger in the place of this one's, and with other code."""
        copy: Self = object.__new__(type(self))
        bindings = [trigger if each is self._trigger else each for each in self._bindings]
        copy.__dict__.update(self.__dict__, _func=func, _trigger=trigger, _bindings=bindings)
        return copy

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        return self._func(*args, **kwargs)

    def __str__(self) -> str:
        return self.get_function_json()

    def __repr__(self) -> str:
        return f"<Function {self.get_function_name()!r}>"


class FunctionBuilder(Generic[P, R]):
    """What a decorated name becomes: still the user's function, and its declarations.

    Calls go to the function, and so does whatever is asked of a function: name, docstring,
    signature, annotations, whether it is a coroutine function.

    Args:
        func: the user's function.
        function_script_file: the file that declares it.

    Raises:
        DeclarationError: ``func`` is not callable or has no ``__name__`` (a partial, an
            instance of a class with ``__call__``).
    """

    def __init__(self, func: Callable[P, R], function_script_file: str) -> None:
        if not callable(func) or not hasattr(func, "__name__"):
            raise DeclarationError(
                f"a decorator of a function app was applied to {preview(func)}; expected a "
                "function. Define one with 'def' or 'async def' that calls it"
            )
        # What functools.update_wrapper copies; all else is read from the function when asked for.
        self.__wrapped__ = func
        self.__module__ = func.__module__
        self.__doc__ = func.__doc__
        self._function = Function(func, function_script_file)

    def __getattr__(self, name: str) -> Any:
        # With name, annotations, defaults and code, inspect and typing see the function itself.
        if name == "__wrapped__":  # the constructor has raised
            raise AttributeError(name)
        return getattr(self.__wrapped__, name)

    if TYPE_CHECKING:

        def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R: ...

    else:
        # The function itself, so that what looks at ``__call__``, as mock's autospec does, sees its
        # parameters. Not the function's ``_func``: that may be a handler for the host.
        __call__ = property(attrgetter("__wrapped__"))

    def __reduce__(self) -> str:
        # As functions are: pickled by name, copied as themselves.
        return self.__qualname__  # type: ignore[no-any-return]

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self.__wrapped__!r}>"

    def _wrapped_by(self, func: Callable[P, R]) -> FunctionBuilder[P, R]:
        """Let a decorator's wrapper around this builder be the code of the function."""
        builder = FunctionBuilder(func, self._function.function_script_file)
        builder._function = self._function
        builder._function._func = func
        return builder

    def add_trigger(self, trigger: Trigger) -> Self:
        """Set the trigger; see :meth:`Function.add_trigger`."""
        self._function.add_trigger(trigger)
        return self

    def add_binding(self, binding: Binding) -> Self:
        """Add an input or output; see :meth:`Function.add_binding`."""
        self._function.add_binding(binding)
        return self

    def add_setting(self, setting: Setting) -> Self:
        """Add a setting; see :meth:`Function.add_setting`."""
        self._function.add_setting(setting)
        return self

    def configure_http_type(self, http_type: str) -> Self:
        """Say what kind of code answers requests: ``function``, ``asgi`` or ``wsgi``."""
        self._function.set_http_type(http_type)
        return self

    def build(self, auth_level: AuthLevel | None = None) -> Function[P, R]:
        """Check the function and complete what it left to the app.

        An HTTP trigger without a route gets the function's name as route; one without an
        authorization level gets the app's. The builder itself stays as it is, so the same function
        may be built for several apps.

        Args:
            auth_level: the app's authorization level.

        Raises:
            DeclarationError: there is no trigger, or the host would refuse the function's name.
        """
        try:
            trigger = self._checked_trigger()
        except DeclarationError as error:
            error.place = place_of(self.__wrapped__)
            raise
        function = self._function
        name = function.get_function_name()
        if trigger.type == HTTP_TRIGGER:
            completed = trigger.completed({"authLevel": auth_level, "route": name})
            return function if completed is trigger else function._with(completed, function._func)
        from ..bindings import binding_type

        if binding_type(trigger.type).parameter not in ("", trigger.name):
            # One made by the decorators of azure-functions-durable itself.
            from ..bindings.durable import handler_for

            return function._with(trigger, handler_for(function._func, trigger.name))
        return function

    def _checked_trigger(self) -> Trigger:
        function = self._function
        name = function.get_function_name()
        trigger = function._trigger
        if trigger is None:
            raise DeclarationError(
                f"function {name!r} has no trigger",
                "Put one trigger decorator above it, such as @app.route() or "
                "@app.queue_trigger(...)",
            )
        check_function_name(name)
        if trigger not in function._bindings:
            raise DeclarationError(
                f"function {name!r}: its trigger {trigger!r} is not among its bindings",
                "Add it with add_trigger",
            )
        return trigger
