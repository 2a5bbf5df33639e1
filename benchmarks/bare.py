"""The client that the program has, alone: ask for the URLs of a file, so many at once.

python benchmarks/bare.py FILE AT_ONCE
"""

import asyncio
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx


async def main(urls: Iterator[str], at_once: int) -> None:
    """Ask for all. Raises httpx.HTTPError where one does not answer."""
    headers = {"Authorization": f"Bearer {os.environ['TOKEN']}"}
    limits = httpx.Limits(max_keepalive_connections=at_once)

    async with httpx.AsyncClient(headers=headers, timeout=60, limits=limits) as client:

        async def ask(url: str) -> None:
            try:
                (await client.get(url)).raise_for_status()
            except httpx.TransportError:  # the program repeats a read as well
                await ask(url)

        async def worker() -> None:
            for url in urls:
                await ask(url)

        await asyncio.gather(*(worker() for _ in range(at_once)))


if __name__ == "__main__":
    asked = Path(sys.argv[1]).read_text(encoding="utf-8").split()
    asyncio.run(main(iter(asked), int(sys.argv[2])))
