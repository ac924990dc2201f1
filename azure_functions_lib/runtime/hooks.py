"""The hooks of worker extensions, which run around functions where a setting switches them on."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from ..app.around import completed
from ..extension import ExtensionMeta

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..app.loaded import LoadedApp
    from ..context import Context
    from .plan import Plan

__all__ = ["ExtensionHooks"]


class ExtensionHooks:
    """Calls the hooks of worker extensions; one that fails is logged and skipped."""

    def __init__(self, app: LoadedApp) -> None:
        self._meta = ExtensionMeta
        for function in app.functions.values():
            place = (function.name, str(function.directory))
            self._run(self._of(function.name), "post_function_load", *place)
            self._run(self._of_app(), "post_function_load_app_level", *place)

    def around(self, plan: Plan, context: Context) -> Callable[..., Any]:
        """Give the function with the hooks before and after it."""
        function = plan.function

        def before(arguments: dict[str, Any]) -> None:
            self._run_logged(self._of_app(), "pre_invocation_app_level", context, arguments)
            self._run_logged(self._of(plan.name), "pre_invocation", context, arguments)

        def after(arguments: dict[str, Any], result: Any) -> None:
            self._run_logged(self._of(plan.name), "post_invocation", context, arguments, result)
            self._run_logged(
                self._of_app(), "post_invocation_app_level", context, arguments, result
            )

        async def call_async(**arguments: Any) -> Any:
            before(arguments)
            result = await completed(function(**arguments))
            after(arguments, result)
            return result

        def call(**arguments: Any) -> Any:
            before(arguments)
            result = function(**arguments)
            after(arguments, result)
            return result

        return call_async if plan.is_async else call

    def _of(self, name: str) -> Any:
        return self._meta.get_function_hooks(name)

    def _of_app(self) -> Any:
        return self._meta.get_application_hooks()

    def _run(self, hooks: Any, kind: str, *arguments: Any) -> None:
        for hook in getattr(hooks, kind, None) or ():
            self._call(hook, kind, arguments)

    def _run_logged(self, hooks: Any, kind: str, *arguments: Any) -> None:
        for hook in getattr(hooks, kind, None) or ():
            logger = logging.getLogger(f"azure_functions_worker.extension.{hook.ext_name}")
            self._call(hook, kind, (logger, *arguments))

    @staticmethod
    def _call(hook: Any, kind: str, arguments: tuple[Any, ...]) -> None:
        try:
            hook.ext_impl(*arguments)
        except Exception:  # as on the platform, an extension's fault is not the function's
            logging.getLogger("azure_functions_lib").exception(
                "the hook %s of the extension %s failed", kind, hook.ext_name
            )
