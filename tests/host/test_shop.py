"""The shop of the examples, served by a host: every kind of function that runs locally."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from azure_functions_lib.host.compose import Setup, compose
from azure_functions_lib.host.host import Host

SHOP = Path(__file__).parents[2] / "docs" / "examples" / "shop"


@asynccontextmanager
async def served(setup: Setup) -> AsyncIterator[tuple[Host, httpx.AsyncClient]]:
    host = compose(setup)
    await host.start()
    try:
        transport = httpx.ASGITransport(host)
        async with httpx.AsyncClient(transport=transport, base_url=setup.base_url) as client:
            yield host, client
    finally:
        await host.stop()


async def until_served(client: httpx.AsyncClient, number: str) -> httpx.Response:
    for _ in range(200):
        response = await client.get(f"/api/orders/{number}")
        if response.status_code == 200:
            return response
        await asyncio.sleep(0.02)
    raise AssertionError(f"order {number} was never served")


@pytest.mark.parametrize("in_process", [True, False], ids=["in process", "in a child"])
def test_an_order_goes_all_the_way(in_process: bool) -> None:
    async def main() -> None:
        async with served(Setup(SHOP, memory=True, in_process=in_process)) as (host, client):
            taken = await client.post("/api/orders", json={"item": "tea", "count": 2})
            assert taken.status_code == 202
            number = taken.json()["id"]
            row = (await until_served(client, number)).json()
            assert (row["item"], row["total"]) == ("tea", 8)
            refused = (await client.post("/api/orders", json={"item": "gold"})).json()["id"]
            assert (await until_served(client, refused)).json()["refused"] is True
            assert host.serving is not None
            await host.serving.settle()
            blob = await host.storage.blobs.read("archive", f"{number}.txt")
            assert blob.content == b"2 x tea: 8\n"
            live = await client.get("/api/live")
            assert live.text.count("data: ") == 3

    asyncio.run(main())
