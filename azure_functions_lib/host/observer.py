"""Who is told what a host does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..app.problem import Problem
    from ..delivery.call import Call, Outcome
    from .serving import Serving

__all__ = ["Observer"]


class Observer:
    """What a host tells whoever shows it; each method does nothing unless it is overridden."""

    def loaded(self, serving: Serving) -> None:
        """The app was loaded, for the first time or anew."""

    def checked(self, findings: list[Problem]) -> None:
        """The app that was loaded last has been checked, which takes longer than to load it."""

    def broken(self, reason: str, *, served: bool) -> None:
        """The app cannot be loaded; or not any more, and what was served before still is."""

    def ended(self, call: Call, outcome: Outcome) -> None:
        """An attempt of a function has ended."""

    def told(self, message: Any) -> None:
        """A child process has printed or logged: a message of :mod:`.messages`."""

    def noted(self, text: str) -> None:
        """Something that a person should know has happened."""
