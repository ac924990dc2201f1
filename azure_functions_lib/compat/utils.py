"""The helpers of the mirrored decorators, for libraries that declare bindings of their own."""

from __future__ import annotations

import functools
import inspect
import json
import re
from abc import ABCMeta
from enum import Enum
from typing import TYPE_CHECKING, Any

from ..wire.declaration import json_key, member, members

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import TypeVar

    E = TypeVar("E", bound=Enum)


class StringifyEnumJsonEncoder(json.JSONEncoder):
    """Writes enum members by name."""

    def default(self, o: Any) -> Any:
        """Give the JSON form of what json does not know."""
        return o.name if isinstance(o, Enum) else super().default(o)


class BuildDictMeta(type):
    """The mirrored type of bindings and settings; what it does here is done by their classes."""

    @staticmethod
    def add_to_dict(func: Callable[..., Any]) -> Callable[..., Any]:
        """Let a constructor note its parameters in ``init_params``, extra ones as attributes."""
        own = [*inspect.signature(func).parameters]

        @functools.wraps(func)
        def noting(self: Any, *args: Any, **kwargs: Any) -> None:
            func(self, *args, **kwargs)
            extra = {name: value for name, value in kwargs.items() if name not in own}
            vars(self).update(extra)
            self.init_params = [*own, *extra]

        return noting

    @staticmethod
    def skip_none(func: Callable[..., Any]) -> Callable[..., Any]:
        """Let a function that gives a dict leave out what is None."""

        @functools.wraps(func)
        def skipping(*args: Any, **kwargs: Any) -> Any:
            return BuildDictMeta.clean_nones(func(*args, **kwargs))

        return skipping

    @staticmethod
    def clean_nones(value: Any) -> Any:
        """Leave None out of dicts and lists, however deep."""
        if isinstance(value, dict):
            return {
                key: BuildDictMeta.clean_nones(item)
                for key, item in value.items()
                if item is not None
            }
        if isinstance(value, list):
            return [BuildDictMeta.clean_nones(item) for item in value if item is not None]
        return value


class ABCBuildDictMeta(ABCMeta, BuildDictMeta):
    """The same for classes with abstract methods."""


def is_word(input_string: str) -> bool:
    """Whether text is an ASCII letter, then letters and digits."""
    return re.fullmatch("[A-Za-z][A-Za-z0-9]*", input_string) is not None


def is_snake_case(input_string: str) -> bool:
    """Whether text is words of ASCII letters and digits, joined by single underscores."""
    return (
        re.fullmatch("_?[A-Za-z][A-Za-z0-9]*(_[A-Za-z0-9]+)+|_[A-Za-z][A-Za-z0-9]*", input_string)
        is not None
    )


def to_camel_case(snake_case_str: str) -> str:
    """Give the JSON key of a Python parameter: ``queue_name`` becomes ``queueName``.

    Raises:
        DeclarationError: the name is not made of ASCII letters, digits and underscores (a
            ValueError).
    """
    return json_key(snake_case_str)


def parse_singular_param_to_enum(param: E | str | None, class_name: type[E]) -> E | None:
    """Find an enum member by its name, in any letter case; all but text is passed through.

    Raises:
        UnknownNameError: no member has that name (a KeyError and ValueError).
    """
    return member(param, class_name)


def parse_iterable_param_to_enums(
    param_values: Iterable[E | str] | None, class_name: type[E]
) -> list[E | None] | None:
    """Find several enum members; see :func:`parse_singular_param_to_enum`."""
    return members(param_values, class_name)
