"""Cross-origin requests of browsers, as the local host lets them in (WHATWG Fetch, "CORS").

With origins set, preflight requests are answered before any function; an origin that is not among
them gets no CORS header, which makes its browser refuse the response.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

__all__ = ["Cors", "Headers"]

Headers = tuple[tuple[str, str], ...]


class Cors(NamedTuple):
    """Whose pages may call the app from a browser.

    Attributes:
        origins: the origins; ``"*"`` for all. Without any, CORS is off.
        credentials: whether such a page may send cookies and the like. The origin is then named
            even where all may call, since browsers refuse ``*`` together with credentials.
    """

    origins: frozenset[str] = frozenset()
    credentials: bool = False

    @classmethod
    def named(cls, text: str, *, credentials: bool = False) -> Cors:
        """Take origins with commas between them."""
        names = (name.strip().rstrip("/") for name in text.split(","))
        return cls(frozenset(filter(None, names)), credentials)

    def granted(self, headers: Mapping[str, str]) -> Headers:
        """Give what a response tells the browser; nothing for a request that is not cross-origin.

        Args:
            headers: those of the request, names in lower case.
        """
        origin = headers.get("origin")
        if origin is None or not self.origins:
            return ()
        if "*" in self.origins and not self.credentials:
            return (("Access-Control-Allow-Origin", "*"),)
        if not self.origins & {"*", origin}:
            return ()
        granted = (("Access-Control-Allow-Origin", origin), ("Vary", "Origin"))
        if self.credentials:
            return (*granted, ("Access-Control-Allow-Credentials", "true"))
        return granted

    def preflight(self, method: str, headers: Mapping[str, str]) -> Headers | None:
        """Give the headers that answer a preflight request; None for any other request."""
        asked = headers.get("access-control-request-method")
        if method != "OPTIONS" or asked is None or not self.origins:
            return None
        granted = self.granted(headers)
        if not granted:
            return ()
        answer = (*granted, ("Access-Control-Allow-Methods", asked))
        if "access-control-request-headers" not in headers:
            return answer
        wanted = headers["access-control-request-headers"]
        return (*answer, ("Access-Control-Allow-Headers", wanted))
