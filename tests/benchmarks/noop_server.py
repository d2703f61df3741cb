"""The yardstick: an aiohttp application that reads what is posted and answers 200."""

import asyncio

from aiohttp import web


async def receive(request: web.Request) -> web.Response:
    """Answer one request."""
    await request.read()
    return web.Response()


async def main() -> None:
    """Serve on a free port, and print the URL first."""
    application = web.Application()
    application.router.add_post("/reports", receive)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(f"http://127.0.0.1:{runner.addresses[0][1]}/reports", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
