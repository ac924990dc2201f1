"""Access keys: who may call which HTTP function.

A key is presented in the header ``x-functions-key`` or, without that, in the query parameter
``code``. What it grants must reach what the function's ``authLevel`` asks: the master key grants
``admin``, a system key ``system``, a host key or the function's own key ``function``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from hmac import compare_digest

__all__ = ["LEVELS", "MASTER_KEY", "Keys"]

LEVELS = ("anonymous", "user", "function", "system", "admin")
"""The authorization levels, each of which grants what those before it do."""

MASTER_KEY = "_master"
"""The name of the master key, as Azure names it."""


@dataclass(frozen=True)
class Keys:
    """The access keys of an app.

    Attributes:
        master: the master key; None for none.
        system: the keys of extensions.
        host: the keys that open every function of level ``function``.
        functions: the keys of single functions, by the function's name in lower case.
    """

    master: str | None = None
    system: Collection[str] = ()
    host: Collection[str] = ()
    functions: Mapping[str, Collection[str]] = field(default_factory=dict)

    @classmethod
    def named(cls, keys: Mapping[str, str], functions: Iterable[str]) -> Keys:
        """Sort keys by their names: that of a function, ``"_master"``, or any other for the host.

        Args:
            keys: the keys by name.
            functions: the names of all functions.
        """
        own = {name.lower() for name in functions}
        return cls(
            keys.get(MASTER_KEY),
            host=[key for name, key in keys.items() if name.lower() not in {*own, MASTER_KEY}],
            functions={name.lower(): [key] for name, key in keys.items() if name.lower() in own},
        )

    def allow(self, function: str, level: str, presented: str | None) -> bool:
        """Whether a request may call a function.

        Args:
            function: the function's name.
            level: the level that it asks for; one that is not known is taken for ``admin``.
            presented: the key of the request; None for none.
        """
        wanted = LEVELS.index(level) if level in LEVELS else len(LEVELS) - 1
        if not wanted:
            return True
        return presented is not None and self._granted(function, presented) >= wanted

    def _granted(self, function: str, presented: str) -> int:
        """The level that a key grants; compared in a time that tells nothing of the keys."""
        given = presented.encode("utf-8", "surrogatepass")
        own = self.functions.get(function.lower(), ())
        masters = () if self.master is None else (self.master,)
        granted = 0
        for level, keys in ((2, (*self.host, *own)), (3, self.system), (4, masters)):
            for key in keys:
                if compare_digest(given, key.encode("utf-8", "surrogatepass")):
                    granted = level
        return granted
