"""Hooks that extensions run around functions: of the whole app, or of one function.

A subclass of :class:`AppExtensionBase` is registered by its class statement, an instance of a
subclass of :class:`FuncExtensionBase` when it is made. A worker asks :class:`ExtensionMeta` for the
hooks when ``PYTHON_ENABLE_WORKER_EXTENSIONS`` is set. Hooks run in the order of registration; one
that fails is logged and passed over.
"""

from __future__ import annotations

import json
import os
from abc import ABCMeta, abstractmethod
from collections.abc import Callable
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from .errors import AzureFunctionsError

if TYPE_CHECKING:
    from logging import Logger

__all__ = [
    "AppExtensionBase",
    "AppExtensionHooks",
    "ExtensionHookMeta",
    "ExtensionMeta",
    "ExtensionScope",
    "FuncExtensionBase",
    "FuncExtensionHooks",
    "FunctionExtensionException",
]


class FunctionExtensionException(AzureFunctionsError):
    """An extension that cannot be registered."""


class ExtensionScope(Enum):
    """What an extension's hooks run around."""

    UNKNOWN = 0
    APPLICATION = 1
    FUNCTION = 2


class ExtensionHookMeta(NamedTuple):
    """One hook: the name of the extension's class, and what to call."""

    ext_name: str
    ext_impl: Callable[..., Any]


class AppExtensionHooks(NamedTuple):
    """The hooks that run around every function of the app."""

    post_function_load_app_level: list[ExtensionHookMeta]
    pre_invocation_app_level: list[ExtensionHookMeta]
    post_invocation_app_level: list[ExtensionHookMeta]


class FuncExtensionHooks(NamedTuple):
    """The hooks that run around one function."""

    post_function_load: list[ExtensionHookMeta]
    pre_invocation: list[ExtensionHookMeta]
    post_invocation: list[ExtensionHookMeta]


# A class of one of these names is what extensions are derived from, and none itself.
_BASES = frozenset({"AppExtensionBase", "FuncExtensionBase"})


class ExtensionMeta(ABCMeta):
    """The type of extension classes: registers them and gives their hooks to a worker."""

    _app_exts: ClassVar[AppExtensionHooks | None] = None
    _func_exts: ClassVar[dict[str, FuncExtensionHooks]] = {}
    _info: ClassVar[dict[str, Any]] = {}

    def __init__(cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any]) -> None:
        super().__init__(name, bases, namespace)
        if (
            ExtensionMeta._get_extension_scope(cls) is ExtensionScope.APPLICATION
            and name not in _BASES
        ):
            extension: Any = cls
            extension.init()
            ExtensionMeta._register_application_extension(cls)

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        scope = ExtensionMeta._get_extension_scope(cls)
        if scope is ExtensionScope.APPLICATION:
            raise FunctionExtensionException(
                f"{cls.__name__} is an extension of the app and cannot be instantiated: its class "
                "statement registers it. Call its class methods, such as configure()"
            )
        if scope is not ExtensionScope.FUNCTION:
            raise FunctionExtensionException(
                f"{cls.__name__} is no extension. Derive it from AppExtensionBase or "
                "FuncExtensionBase"
            )
        extension = super().__call__(*args, **kwargs)
        if cls.__name__ not in _BASES:
            ExtensionMeta._register_function_extension(extension)
        return extension

    @classmethod
    def get_function_hooks(mcs, name: str) -> FuncExtensionHooks | None:
        """Give the hooks of the function of a name, in any letter case; None without any."""
        return mcs._func_exts.get(name.lower())

    @classmethod
    def get_application_hooks(mcs) -> AppExtensionHooks | None:
        """Give the hooks that run around every function; None without any."""
        return mcs._app_exts

    @classmethod
    def get_registered_extensions_json(mcs) -> str:
        """Give the names of all extensions as the text of a JSON object, for logs.

        ``{"AppExtension": [class], "FuncExtension": {function: [class]}}``, each key only where
        there are any.
        """
        return json.dumps(mcs._info)

    @classmethod
    def _get_extension_scope(mcs, extension: object) -> ExtensionScope:
        return getattr(extension, "_scope", ExtensionScope.UNKNOWN)

    @classmethod
    def _register_application_extension(mcs, extension: type) -> None:
        mcs._set_hooks_for_application(extension)
        mcs._info.setdefault("AppExtension", []).append(extension.__name__)

    @classmethod
    def _register_function_extension(mcs, extension: Any) -> None:
        trigger: str = extension._trigger_name
        mcs._set_hooks_for_function(trigger, extension)
        functions = mcs._info.setdefault("FuncExtension", {})
        functions.setdefault(trigger, []).append(type(extension).__name__)

    @classmethod
    def _set_hooks_for_application(mcs, ext: type) -> None:
        hooks = mcs._app_exts
        if hooks is None:
            hooks = ExtensionMeta._app_exts = AppExtensionHooks([], [], [])
        _add_hooks(hooks, ext.__name__, ext)

    @classmethod
    def _set_hooks_for_function(mcs, trigger_name: str, ext: object) -> None:
        hooks = mcs._func_exts.setdefault(trigger_name.lower(), FuncExtensionHooks([], [], []))
        _add_hooks(hooks, type(ext).__name__, ext)


def _add_hooks(hooks: AppExtensionHooks | FuncExtensionHooks, name: str, extension: object) -> None:
    """Add the hooks that an extension has: one without the base need not have each."""
    for hook in hooks._fields:
        if hasattr(extension, hook):
            getattr(hooks, hook).append(ExtensionHookMeta(name, getattr(extension, hook)))


class AppExtensionBase(metaclass=ExtensionMeta):
    """The base of extensions of the whole app; a subclass overrides the hooks it needs.

    The class statement of a subclass calls :meth:`init` and registers it. It is never instantiated.
    """

    _scope = ExtensionScope.APPLICATION

    @classmethod
    def init(cls) -> None:
        """Prepare the extension; called once, by the class statement."""

    @classmethod
    def configure(cls, *args: Any, **kwargs: Any) -> None:
        """Take settings from the app's code, which calls this where the extension has any."""

    @classmethod
    def post_function_load_app_level(
        cls, function_name: str, function_directory: str, *args: Any, **kwargs: Any
    ) -> None:
        """Run after a function has been loaded.

        Args:
            function_name: its name.
            function_directory: the folder of its code.
            args: for arguments of later versions.
            kwargs: the same.
        """

    @classmethod
    def pre_invocation_app_level(
        cls,
        logger: Logger,
        context: Any,
        func_args: dict[str, object] | None = None,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        """Run before each invocation.

        Args:
            logger: where the extension logs.
            context: the invocation's Context.
            func_args: the function's arguments by name.
            args: for arguments of later versions.
            kwargs: the same.
        """

    @classmethod
    def post_invocation_app_level(
        cls,
        logger: Logger,
        context: Any,
        func_args: dict[str, object] | None = None,
        func_ret: object | None = None,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        """Run after each invocation that did not fail.

        Args:
            logger: where the extension logs.
            context: the invocation's Context.
            func_args: the function's arguments by name.
            func_ret: what the function returned.
            args: for arguments of later versions.
            kwargs: the same.
        """


class FuncExtensionBase(metaclass=ExtensionMeta):
    """The base of extensions of one function, which is the one in whose folder it is made.

    A subclass has an ``__init__`` that calls this one and overrides the hooks it needs; making an
    instance registers it.

    Args:
        file_path: the function's file: pass ``__file__``. The first folder below the app's root
            (``AzureWebJobsScriptRoot``) is the function's name.

    Raises:
        FunctionExtensionException: the root is not set, or the file is in no function's folder.
    """

    _scope = ExtensionScope.FUNCTION

    @abstractmethod
    def __init__(self, file_path: str) -> None:
        root = os.environ.get("AzureWebJobsScriptRoot")  # noqa: SIM112 - the host's spelling
        if not root:
            raise FunctionExtensionException(
                "the setting AzureWebJobsScriptRoot is missing: expected the app's root folder. "
                "The host sets it; outside of the host set it yourself"
            )
        # relpath, as the file need not lie below the root, nor exist.
        folder = Path(os.path.relpath(file_path, root)).parts[:1] if file_path else ()
        if not folder or folder[0].startswith("."):
            raise FunctionExtensionException(
                f"{file_path!r} is in no function's folder below {root!r}. Make the extension in "
                "the function's file and pass __file__"
            )
        self._trigger_name = folder[0]

    def post_function_load(
        self, function_name: str, function_directory: str, *args: Any, **kwargs: Any
    ) -> None:
        """Run after the function has been loaded.

        Args:
            function_name: its name.
            function_directory: the folder of its code.
            args: for arguments of later versions.
            kwargs: the same.
        """

    def pre_invocation(
        self,
        logger: Logger,
        context: Any,
        func_args: dict[str, object] | None = None,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        """Run before each invocation of the function.

        Args:
            logger: where the extension logs.
            context: the invocation's Context.
            func_args: the function's arguments by name.
            args: for arguments of later versions.
            kwargs: the same.
        """

    def post_invocation(
        self,
        logger: Logger,
        context: Any,
        func_args: dict[str, object] | None = None,
        func_ret: object | None = None,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        """Run after each invocation of the function that did not fail.

        Args:
            logger: where the extension logs.
            context: the invocation's Context.
            func_args: the function's arguments by name.
            func_ret: what the function returned.
            args: for arguments of later versions.
            kwargs: the same.
        """
