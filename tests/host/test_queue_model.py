"""A queue beside the simplest thing that is one: a list that is searched and sorted."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from azure_functions_lib.delivery.storage import InvalidRequestError, Message, NotFoundError
from azure_functions_lib.host.storage.embedded import EmbeddedStorage

from .conftest import HandClock

T = TypeVar("T")


def seconds(least: int, most: int = 20) -> st.SearchStrategy[timedelta]:
    return st.integers(least, most).map(lambda number: timedelta(seconds=number))


@dataclass
class Expected:
    text: str
    expires: datetime
    visible: datetime
    taken: int = 0


class QueueBesideAList(RuleBasedStateMachine):
    receipts = Bundle("receipts")

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.clock = HandClock()
        self.storage = EmbeddedStorage(now=self.clock.now)
        self.queue = self.storage.queues
        self.messages: dict[str, Expected] = {}
        self.receipt_of: dict[str, str] = {}
        self.run(self.queue.create("orders"))

    def run(self, call: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(call)

    def teardown(self) -> None:
        self.run(self.storage.close())
        self.loop.close()

    def visible(self, count: int) -> list[str]:
        now = self.clock.now()
        here = [key for key, message in self.messages.items() if message.visible <= now]
        return sorted(here, key=lambda key: self.messages[key].visible)[:count]

    @rule(target=receipts, text=st.text("ab", max_size=3), wait=seconds(0), life=seconds(1))
    def put(self, text: str, wait: timedelta, life: timedelta) -> tuple[str, str]:
        life += wait
        put = self.run(self.queue.put("orders", text, visibility=wait, ttl=life))
        now = self.clock.now()
        self.messages[put.id] = Expected(text, now + life, now + wait)
        self.receipt_of[put.id] = put.pop_receipt
        return put.id, put.pop_receipt

    @rule(target=receipts, count=st.integers(1, 3), visibility=seconds(1))
    def get(self, count: int, visibility: timedelta) -> tuple[str, str]:
        expected = self.visible(count)
        got = self.run(self.queue.get("orders", count=count, visibility=visibility))
        for key in expected:
            self.messages[key].taken += 1
            self.messages[key].visible = self.clock.now() + visibility
        assert [message.id for message in got] == expected
        for message in got:
            self.agrees(message)
            assert message.pop_receipt != self.receipt_of[message.id]
            self.receipt_of[message.id] = message.pop_receipt
        return (got[-1].id, got[-1].pop_receipt) if got else ("none", "none")

    @rule(target=receipts, receipt=receipts, wait=seconds(0), text=st.none() | st.text("cd"))
    def update(
        self, receipt: tuple[str, str], wait: timedelta, text: str | None
    ) -> tuple[str, str]:
        call = self.queue.update("orders", *receipt, visibility=wait, text=text)
        if not self.serves(receipt, call):
            return receipt
        message = self.run(call)
        expected = self.messages[message.id]
        expected.visible = self.clock.now() + wait
        expected.text = expected.text if text is None else text
        self.agrees(message)
        self.receipt_of[message.id] = message.pop_receipt
        return message.id, message.pop_receipt

    @rule(receipt=receipts)
    def delete(self, receipt: tuple[str, str]) -> None:
        call = self.queue.delete("orders", *receipt)
        if self.serves(receipt, call):
            self.run(call)
            del self.messages[receipt[0]]

    def serves(self, receipt: tuple[str, str], call: Coroutine[Any, Any, Any]) -> bool:
        """Whether a receipt is the message's; if it is not, the call must say so."""
        key, pop_receipt = receipt
        if key not in self.messages:
            with pytest.raises(NotFoundError):
                self.run(call)
            return False
        if self.receipt_of[key] != pop_receipt:
            with pytest.raises(InvalidRequestError):
                self.run(call)
            return False
        return True

    @rule(span=seconds(1))
    def wait(self, span: timedelta) -> None:
        self.clock.time += span
        now = self.clock.now()
        self.messages = {key: m for key, m in self.messages.items() if m.expires > now}

    @rule()
    def clear(self) -> None:
        self.run(self.queue.clear("orders"))
        self.messages.clear()

    @invariant()
    def shows_what_is_visible(self) -> None:
        seen = self.run(self.queue.peek("orders", count=32))
        assert [message.id for message in seen] == self.visible(32)
        for message in seen:
            self.agrees(message)

    def agrees(self, message: Message) -> None:
        expected = self.messages[message.id]
        assert (message.text, message.dequeue_count) == (expected.text, expected.taken)
        assert message.expires_on == expected.expires
        assert message.next_visible_on == expected.visible


TestQueueBesideAList = QueueBesideAList.TestCase
TestQueueBesideAList.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
