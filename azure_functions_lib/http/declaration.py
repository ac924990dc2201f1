"""The declaration of HTTP functions; apart from the types, so that declaring does not load them."""

from __future__ import annotations

from ..enums import AuthLevel, HttpMethod
from ..wire.declaration import OutputBinding, Trigger, member, members

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from ..enums import AuthLevelName, HttpMethodName


def route(
    route: str | None = None,
    trigger_arg_name: str = "req",
    binding_arg_name: str = "$return",
    methods: Iterable[HttpMethod | HttpMethodName] | HttpMethod | HttpMethodName | None = None,
    auth_level: AuthLevel | AuthLevelName | None = None,
    trigger_extra_fields: dict[str, Any] | None = None,
    binding_extra_fields: dict[str, Any] | None = None,
) -> tuple[Trigger, OutputBinding]:
    """Run the function for HTTP requests; its result is the response.

    Args:
        route: the path below the host's route prefix (``/api`` by default), as an ASP.NET route
            template: ``items/{id}``, ``items/{id:int?}``, ``{*rest}``. The values are the
            request's ``route_params``. None takes the function's name.
        trigger_arg_name: the parameter that is given the HttpRequest.
        binding_arg_name: the ``Out`` parameter to set with the response, or ``"$return"`` for
            the return value: an HttpResponse or what becomes the body of one.
        methods: the request method or methods to answer, in any letter case; None answers all.
        auth_level: who may call: a member of AuthLevel or its name in any letter case:
            ``"anonymous"`` (all), ``"function"`` (holders of a function or host key) or
            ``"admin"`` (holders of the master key). None takes the app's level.
        trigger_extra_fields: further keys of the trigger, in snake case.
        binding_extra_fields: further keys of the output, in snake case.

    Raises:
        UnknownNameError: a method or level of that name does not exist (a KeyError and
            ValueError).
        DeclarationError: the methods are no list.
    """
    trigger = Trigger(
        trigger_arg_name,
        None,
        "httpTrigger",
        {
            "methods": members(methods, HttpMethod),
            "authLevel": member(auth_level, AuthLevel),
            "route": route,
        },
        trigger_extra_fields,
    )
    return trigger, OutputBinding(binding_arg_name, None, "http", None, binding_extra_fields)
