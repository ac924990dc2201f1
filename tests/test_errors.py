"""The library's exceptions, wherever they are raised and read."""

from __future__ import annotations

import pickle

import pytest

from azure_functions_lib import errors
from azure_functions_lib.delivery import storage


def those_of(module: object, root: type[Exception]) -> list[type[Exception]]:
    return [
        each
        for each in vars(module).values()
        if isinstance(each, type) and issubclass(each, root) and each.__module__ == module.__name__  # type: ignore[attr-defined]
    ]


@pytest.mark.parametrize("kind", those_of(errors, errors.BindingError))
def test_an_error_of_a_binding_says_the_same_in_another_process(kind: type[Exception]) -> None:
    error = kind.of("queue", "Id", came="int 5", expected="text", remedy="Send text")  # type: ignore[attr-defined]
    other = pickle.loads(pickle.dumps(error))
    assert type(other) is kind
    assert str(other) == "queue: Id: got int 5; expected text. Send text"
    assert (other.binding, other.field) == ("queue", "Id")


@pytest.mark.parametrize("kind", those_of(storage, storage.StorageError))
def test_an_error_of_a_store_says_the_same_in_another_process(kind: type[Exception]) -> None:
    other = pickle.loads(pickle.dumps(kind("QueueNotFound", "there is no queue 'a'")))
    assert type(other) is kind
    assert (str(other), other.code) == ("there is no queue 'a'", "QueueNotFound")
