"""The request class of the mirrored ``http`` module."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..errors import InvalidPayloadError, preview
from ..http import request


class HttpRequest(request.HttpRequest):
    """An HTTP request as a worker makes it.

    Args:
        method: the HTTP method.
        url: the URL.
        headers: the headers.
        params: the query parameters.
        route_params: what the route's template matched.
        body_type: the payload's type; the body itself tells text from bytes.
        body: the body.
    """

    def __init__(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        params: Mapping[str, str],
        route_params: Mapping[str, str],
        body_type: str,
        body: str | bytes,
    ) -> None:
        super().__init__(
            method, url, headers=headers, params=params, route_params=route_params, body=body
        )

    def get_json(self) -> Any:
        """The body, read as JSON.

        Raises:
            InvalidPayloadError: the body is not JSON (a ValueError).
        """
        try:
            return super().get_json()
        except ValueError as error:
            raise InvalidPayloadError(
                f"httpTrigger: body: got {preview(self.get_body())}, which does not contain valid "
                f"JSON ({error})",
                binding="httpTrigger",
                field="body",
            ) from error
