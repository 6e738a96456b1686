"""The HTTP server: the bots' side, the files, and the page."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import BodyPartReader, web
from aiohttp.typedefs import Handler

from sandbox import dispatch, methods, people
from sandbox.api import ApiError, Json, Upload, bad_request
from sandbox.dispatch import ConnectionLost
from sandbox.world import World

LARGEST_BODY = 60 * 1024 * 1024
HERE = ("127.0.0.1", "localhost", "[::1]", "::1")
JSON = {"Content-Type": "application/json"}
PAGE = Path(__file__).parent / "page"
WORLD: web.AppKey[World] = web.AppKey("world", World)
# Never kept by a browser: the page is being worked on.
FRESH = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


def make_app(world: World) -> web.Application:
    """The application of a world."""
    assert methods.METHODS
    app = web.Application(client_max_size=LARGEST_BODY, middlewares=[only_local])
    app[WORLD] = world
    app.router.add_get("/", page)
    app.router.add_get("/page/{name}", page)
    app.router.add_get("/file/bot{token}/{path:.+}", download)
    people.add_routes(app, world)
    app.router.add_route("*", "/bot{token}/{method}", bot_call)
    app.on_shutdown.append(_stop_webhooks)
    return app


@asynccontextmanager
async def running(world: World, port: int = 0) -> AsyncIterator[str]:
    """Serves a world on this machine only; the address, such as http://127.0.0.1:8081."""
    runner = web.AppRunner(make_app(world), access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def _stop_webhooks(app: web.Application) -> None:
    for bot in app[WORLD].bots.values():
        if bot.webhook and bot.webhook.task:
            bot.webhook.task.cancel()
        bot.poll += 1
        bot.arrived.beat()


@web.middleware
async def only_local(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Pages of other sites must not reach the sandbox, not even through a host name that resolves to this machine."""
    origin = request.headers.get("Origin")
    if _name(request.headers.get("Host", "")) not in HERE or (origin and urlsplit(origin).hostname not in HERE):
        return web.json_response(
            {"ok": False, "error_code": 403, "description": "Forbidden: not from here"}, status=403
        )
    return await handler(request)


def _name(host: str) -> str:
    return host if host in HERE else host.rpartition(":")[0]


async def bot_call(request: web.Request) -> web.Response:
    """One call of the Bot API."""
    world = request.app[WORLD]
    info = request.match_info
    try:
        bot = world.bot_for(info["token"])
        result = await dispatch.answer(world, bot, info["method"], await parameters(request))
    except ApiError as error:
        return web.Response(body=json.dumps(error.body()).encode(), status=error.code, headers=_headers(error))
    except ConnectionLost:
        if request.transport:
            request.transport.abort()
        return web.Response()
    return web.Response(body=b'{"ok":true,"result":%b}' % json.dumps(result).encode(), headers=JSON)


def _headers(error: ApiError) -> dict[str, str]:
    wait = error.parameters.get("retry_after")
    return {**JSON, "Retry-After": str(wait)} if wait else JSON


async def parameters(request: web.Request) -> Json:
    """The parameters, in whichever of the four ways they came."""
    params: Json = dict(request.query) if request.query_string else {}
    if not request.can_read_body:
        return params
    kind = request.content_type
    if kind == "application/json":
        body = await request.read()
        given = dispatch.parse_json(body) if body else {}
        return params | given if params else given
    if kind == "application/x-www-form-urlencoded":
        return params | dict(await request.post())
    if kind == "multipart/form-data":
        return params | await _parts(request)
    raise bad_request(f"unsupported content type {kind}")


async def _parts(request: web.Request) -> Json:
    """The parts of a multipart body; a part with a file name is an upload."""
    params: Json = {}
    reader = await request.multipart()
    while True:
        part = await reader.next()
        if part is None:
            return params
        if not isinstance(part, BodyPartReader) or part.name is None:
            continue
        data = bytes(await part.read())
        if part.filename is None:
            params[part.name] = data.decode("utf-8", "replace")
        else:
            params[part.name] = Upload(part.filename, data, part.headers.get("Content-Type", ""))


async def download(request: web.Request) -> web.Response:
    """A file, by the path that getFile said."""
    stored = request.app[WORLD].files.by_path.get(request.match_info["path"])
    if stored is None:
        raise web.HTTPNotFound
    return web.Response(body=stored.data, content_type="application/octet-stream")


async def page(request: web.Request) -> web.FileResponse:
    """The page and its parts."""
    name = request.match_info.get("name", "index.html")
    path = PAGE / name
    if path.parent != PAGE or not path.is_file():
        raise web.HTTPNotFound(text="There is no such file in sandbox/page.")
    return web.FileResponse(path, headers=FRESH)
