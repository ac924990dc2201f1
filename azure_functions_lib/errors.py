"""Every exception this library raises for input that is not its own.

::

    AzureFunctionsError
    |-- BindingError                   a value does not fit a binding; has .binding and .field
    |   |-- UnsupportedPayloadError    also NotImplementedError: a kind of payload never taken
    |   |-- UnsupportedValueError      also NotImplementedError, TypeError: a value never sent
    |   |-- InvalidPayloadError        also ValueError: the right kind with wrong content
    |   |   `-- BatchLengthError       also AssertionError: arrays of one batch differ in length
    |   `-- InvalidValueError          also ValueError, TypeError: refused by the library's type
    |-- AppError                       also ValueError: an app that cannot be read or indexed
    |   |-- DeclarationError           a function, binding or setting is declared wrongly
    |   |   `-- UnknownNameError       also KeyError: no enum member has the given name
    |   `-- FunctionLoadError          also RuntimeError: what keeps an app from being served
    |-- InvocationError                also RuntimeError: a call or answer that does not fit
    |-- PackageError                   also RuntimeError: a package or app that cannot be made
    `-- NameTakenError                 also ImportError: azure.functions is another package

A worker catches the builtins: ``NotImplementedError`` means "this converter does not take that",
and ``ValueError`` "the payload is broken". That is why every class is one of them too.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing_extensions import Self


class AzureFunctionsError(Exception):
    """The root of all exceptions of this library."""


class BindingError(AzureFunctionsError):
    """A value that does not fit a binding.

    Attributes:
        binding: the binding type, such as ``"queueTrigger"``.
        field: the metadata field or part concerned, such as ``"DequeueCount"`` or ``"body"``.
    """

    def __init__(
        self,
        message: str,
        *,
        binding: str | None = None,
        field: str | None = None,
    ) -> None:
        super().__init__(message)
        self.binding = binding
        self.field = field

    @classmethod
    def of(
        cls, binding: str, field: str, *, came: str, expected: str, remedy: str | None = None
    ) -> Self:
        """Build the error from its four facts, and the remedy where there is one."""
        message = f"{binding}: {field}: got {came}; expected {expected}"
        if remedy:
            message = f"{message}. {remedy}"
        return cls(message, binding=binding, field=field)

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), self.args[0], self.__dict__)


def _rebuild(cls: type[BindingError], message: str, state: dict[str, object]) -> BindingError:
    error = cls(message)
    error.__dict__.update(state)
    return error


class UnsupportedPayloadError(BindingError, NotImplementedError):
    """A payload of a kind that the binding never takes."""


class UnsupportedValueError(BindingError, NotImplementedError, TypeError):
    """A Python value that the binding cannot send."""


class InvalidPayloadError(BindingError, ValueError):
    """A payload of the right kind whose content cannot be read."""


class BatchLengthError(InvalidPayloadError, AssertionError):
    """The arrays of one batch differ in length, so that no entry can be matched to its message."""


class InvalidValueError(BindingError, ValueError, TypeError):
    """A value that one of the library's own types refuses."""


class AppError(AzureFunctionsError, ValueError):
    """A function app that cannot be read or indexed."""


class DeclarationError(AppError):
    """A function, binding or setting that is declared wrongly.

    Attributes:
        cause: what is wrong.
        remedy: what to write instead; empty where the cause says it.
        place: the file and the line, from 1 on, of the decorator or function at fault; None where
            it is not known.
    """

    place: tuple[str, int] | None = None

    def __init__(self, cause: str, remedy: str = "") -> None:
        super().__init__(f"{cause}. {remedy}" if remedy else cause)
        self.cause = cause
        self.remedy = remedy


class UnknownNameError(DeclarationError, KeyError):
    """A name that no member of an enumeration has."""

    # A KeyError shows the repr of its message, as if that were the missing key.
    __str__ = Exception.__str__


class FunctionLoadError(AppError, RuntimeError):
    """Functions that cannot be loaded or served."""


class InvocationError(AzureFunctionsError, RuntimeError):
    """A call that the function cannot take, or an answer that cannot be sent."""


class PackageError(AzureFunctionsError, RuntimeError):
    """A package for publishing, or a new app, that cannot be made as it was asked for."""


class NameTakenError(AzureFunctionsError, ImportError):
    """Another package has been imported under the name that this one is to answer to."""


def preview(value: object, limit: int = 60) -> str:
    """Show what came, in an error: its type and the beginning of its repr."""
    try:
        # Of a long body not all is made into text, only to be cut.
        head = value[: limit + 1] if isinstance(value, (str, bytes, bytearray)) else value
        text = repr(head)
    except Exception:  # a broken __repr__ must not replace the error being reported
        text = "<unprintable>"
    if len(text) > limit:
        text = f"{text[:limit]}..."
    return f"{type(value).__name__} {text}"


def error_text(error: BaseException) -> str:
    """Give an exception's text; a broken ``__str__`` must not replace the error being reported."""
    try:
        return str(error)
    except Exception:
        return "<unprintable>"


def described(error: BaseException) -> str:
    """Show an exception in another's message: its type and its text."""
    return f"{type(error).__name__}: {error_text(error)}"
