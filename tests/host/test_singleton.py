from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from azure_functions_lib.host import singleton as module
from azure_functions_lib.host.singleton import singleton
from azure_functions_lib.host.storage.embedded import EmbeddedStorage


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_SECONDS_BETWEEN_TRIES", 0.01)


async def test_one_host_after_the_other_has_its_turn(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    happened = []

    async def take_turns(storage: EmbeddedStorage, name: str, what: str) -> None:
        for _ in range(3):
            async with singleton(storage.blobs, what):
                happened.append(f"{name} begins")
                await asyncio.sleep(0.01)
                happened.append(f"{name} ends")
            await asyncio.sleep(0.02)

    async with EmbeddedStorage(path) as one, EmbeddedStorage(path) as other:
        await asyncio.gather(take_turns(one, "one", "timer"), take_turns(other, "other", "timer"))
    assert len(happened) == 12
    for begins, ends in zip(happened[::2], happened[1::2], strict=True):
        assert begins.split()[0] == ends.split()[0]
        assert (begins.split()[1], ends.split()[1]) == ("begins", "ends")


async def test_other_names_are_others() -> None:
    async with (
        EmbeddedStorage() as storage,
        singleton(storage.blobs, "one"),
        singleton(storage.blobs, "other"),
    ):
        assert len([blob async for blob in storage.blobs.list("azure-webjobs-hosts")]) == 2


async def test_a_host_that_closes_makes_room(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    one = EmbeddedStorage(path)
    holding = singleton(one.blobs, "timer")
    await holding.__aenter__()
    async with EmbeddedStorage(path) as other:
        entering = asyncio.ensure_future(singleton(other.blobs, "timer").__aenter__())
        await asyncio.sleep(0.05)
        assert not entering.done()
        await one.close()
        await asyncio.wait_for(entering, 10)
    await holding.__aexit__(None, None, None)


async def test_what_fails_within_makes_room() -> None:
    async with EmbeddedStorage() as storage:
        for _ in range(2):
            with pytest.raises(ZeroDivisionError):
                async with singleton(storage.blobs, "timer"):
                    raise ZeroDivisionError
