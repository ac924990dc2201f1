"""How much of a request is read: limits that hold by default, and that an app may move."""

from __future__ import annotations

from ..errors import InvalidPayloadError, InvalidValueError, preview

__all__ = ["HttpLimits", "beyond", "http_limits"]


class HttpLimits:
    """How much of a request is read for all functions of this process.

    Setting an attribute moves a limit, deleting it gives it its default again::

        func.http_limits.field_size = 20_000_000

    What is beyond a limit raises InvalidPayloadError where it is read. The defaults are far above
    what browsers and the Functions host let through, or what people type into a form.

    Attributes:
        header_count: how many headers.
        header_size: how many characters all names and values of the headers have.
        cookie_count: how many cookies the ``cookie`` header holds.
        form_size: how many bytes all fields of a form have: the body of a URL-encoded one, and of
            a multipart one what is not in files.
        field_size: how many bytes one field of a form has, as it is sent.
        form_parts: how many fields and files a form has.
        form_files: how many files a form has.
    """

    header_count: int = 256
    header_size: int = 131_072
    cookie_count: int = 256
    form_size: int = 20_000_000
    field_size: int = 5_000_000
    form_parts: int = 10_000
    form_files: int = 1_000

    def __setattr__(self, name: str, value: int) -> None:
        if name not in HttpLimits.__annotations__:
            raise AttributeError(
                f"http_limits has no {name!r}; it has {', '.join(HttpLimits.__annotations__)}"
            )
        if type(value) is not int or value < 0:
            raise InvalidValueError.of(
                "httpTrigger",
                f"http_limits.{name}",
                came=preview(value),
                expected="a whole number, 0 or more",
            )
        super().__setattr__(name, value)

    def __repr__(self) -> str:
        values = (f"{name}={getattr(self, name)}" for name in HttpLimits.__annotations__)
        return f"{type(self).__name__}({', '.join(values)})"


http_limits = HttpLimits()
"""The limits of this process."""


def beyond(
    limit: str, field: str, came: str, unit: str, *, most: int | None = None, argument: str = ""
) -> InvalidPayloadError:
    """Make the error for what is beyond a limit.

    Args:
        limit: the limit's name in :class:`HttpLimits`.
        field: what is limited, such as ``"headers"``.
        came: what came.
        unit: what the limit counts.
        most: the limit that a caller has set in place of that of ``http_limits``.
        argument: the argument of ``parse_form`` by which a caller may set it.
    """
    here = f" or call request.parse_form({argument}=...) first" if argument else ""
    return InvalidPayloadError.of(
        "httpTrigger",
        field,
        came=came,
        expected=f"at most {getattr(http_limits, limit) if most is None else most} {unit}",
        remedy=f"To take more, set azure_functions_lib.http_limits.{limit}{here}",
    )
