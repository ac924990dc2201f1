"""Which codec serves which binding type.

A codec's module is imported when the codec is first asked for.
"""

from __future__ import annotations

import importlib
from abc import ABCMeta, abstractmethod
from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ..errors import preview

if TYPE_CHECKING:
    from .datum import Datum, DatumLike, TriggerMetadata

__all__ = ["InConverter", "OutConverter", "Registry", "registry"]


class Registry:
    """Codecs by binding type, as ``get_binding_registry()`` gives them to a worker."""

    def __init__(self) -> None:
        self._codecs: dict[str, Any] = {}
        self._places: dict[str, tuple[str, str]] = {}
        self._unlisted: dict[str, tuple[str, str]] = {}
        self._generic: dict[str, Any] = {}
        self._durable: set[str] = set()

    def add_places(
        self,
        places: Mapping[str, tuple[str, str]],
        unlisted: Mapping[str, tuple[str, str]],
        durable: Collection[str] = (),
    ) -> None:
        """Say where the package's own codecs are: binding type -> (module, class).

        Args:
            places: what :meth:`get` finds.
            unlisted: what only :meth:`codec` finds: types for which the mirrored registry has no
                codec, so that a worker serves them by its own generic rule.
            durable: those for which :meth:`register` raises a RuntimeError when they are taken.
        """
        self._places.update(places)
        self._durable.update(durable)
        self._unlisted.update(unlisted)

    def get(self, binding: str) -> Any | None:
        """The codec class of a binding type, None for a type this library does not know."""
        found = self._codecs.get(binding)
        if found is None and binding in self._places:
            found = self._codecs[binding] = self._load(self._places[binding])
        return found

    def codec(self, binding: str) -> Any:
        """The codec for a binding type; for a type without one, the generic codec."""
        found = self.get(binding) or self._generic.get(binding)
        if found is None:
            place = self._unlisted.get(binding) or self._unlisted["generic"]
            found = self._load(place)
            if not found.binding:
                # The generic codec speaks for a type it does not know: name it in its errors.
                found = type(found.__name__, (found,), {"binding": binding, "__doc__": ""})
            self._generic[binding] = found
        return found

    @staticmethod
    def _load(place: tuple[str, str]) -> Any:
        return getattr(importlib.import_module(place[0]), place[1])

    def register(self, binding: str, converter: Any, *, overwrite: bool = False) -> None:
        """Let a converter serve a binding type.

        Args:
            binding: the binding type, such as ``"myQueueTrigger"``.
            converter: a class with ``decode`` or ``encode`` and the matching annotation check,
                usable without an instance, or an object with these methods.
            overwrite: whether to replace a converter that already serves the type.

        Raises:
            TypeError: the converter can neither decode nor encode, or the type's name is no text.
            RuntimeError, ValueError: the type is served already and ``overwrite`` is false
                (RuntimeError for the durable types, as in the mirrored library).
        """
        if not isinstance(binding, str):
            raise TypeError(
                f"register_converter: binding: got {preview(binding)}; expected a binding type, "
                "such as 'queueTrigger'. Pass the type's name first"
            )
        if not any(
            callable(getattr(converter, method, None)) and callable(getattr(converter, check, None))
            for method, check in (
                ("decode", "check_input_type_annotation"),
                ("encode", "check_output_type_annotation"),
            )
        ):
            raise TypeError(
                f"{binding}: converter: got {preview(converter)}; expected decode and "
                "check_input_type_annotation, or encode and check_output_type_annotation. "
                "Subclass meta.InConverter or meta.OutConverter"
            )
        if not overwrite and binding in self:
            kind = RuntimeError if binding in self._durable else ValueError
            raise kind(
                f"{binding}: converter: got {preview(converter)}; expected a binding type that no "
                "converter serves yet. Pass overwrite=True to replace the converter"
            )
        self._codecs[binding] = converter

    def __contains__(self, binding: object) -> bool:
        return binding in self._codecs or binding in self._places

    def __iter__(self) -> Iterator[str]:
        return iter({**self._places, **self._codecs})


registry = Registry()


class ConverterType(ABCMeta):
    """Registers a converter class under the binding types its class statement names."""

    _bindings = registry._codecs
    """The mirrored name of what has been registered; tests of converters put it back."""

    _binding: str | None
    _trigger: str | bool | None

    def __new__(
        cls,
        name: str,
        bases: tuple[type, ...],
        namespace: dict[str, Any],
        *,
        binding: str | None = None,
        trigger: str | bool | None = None,
    ) -> ConverterType:
        created = super().__new__(cls, name, bases, namespace)
        created._trigger = trigger
        if binding is not None:
            created._binding = binding
            names = [binding, trigger] if isinstance(trigger, str) else [binding]
            for key in names:
                if key in registry:
                    raise RuntimeError(f"{key}: converter: {name} cannot replace the one there is")
            for key in names:
                registry.register(key, created)
        return created

    def has_trigger_support(cls) -> bool:
        """Whether the converter is to be given trigger metadata."""
        return cls._trigger is not None


class InConverter(metaclass=ConverterType):
    """The base of a converter for a trigger or input binding.

    Name the binding type in the class statement: ``class Mine(InConverter, binding="mine",
    trigger="mineTrigger")``. With ``trigger`` the converter serves that type too, and is given
    trigger metadata.
    """

    @classmethod
    @abstractmethod
    def check_input_type_annotation(cls, pytype: type) -> bool:
        """Whether a parameter for this binding may carry this annotation."""

    @classmethod
    @abstractmethod
    def decode(cls, data: DatumLike, *, trigger_metadata: TriggerMetadata | None) -> Any:
        """Turn a payload into a value.

        Raises:
            NotImplementedError: the binding takes no such payload.
            ValueError: the payload's content is broken.
        """

    @classmethod
    def has_implicit_output(cls) -> bool:
        """Whether the return value answers this binding without a ``$return`` binding."""
        return False


class OutConverter(metaclass=ConverterType):
    """The base of a converter for an output binding; see :class:`InConverter`."""

    @classmethod
    @abstractmethod
    def check_output_type_annotation(cls, pytype: type) -> bool:
        """Whether an output of this binding may carry this annotation."""

    @classmethod
    @abstractmethod
    def encode(cls, obj: Any, *, expected_type: type | None) -> Datum | None:
        """Turn a value into a payload.

        Raises:
            NotImplementedError: the binding cannot send such a value.
        """
