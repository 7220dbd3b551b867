"""Stands in for FlowMaster's backend: the paths, ports and habits that its servers rely on, and switches to misbehave."""

import asyncio
import hashlib
import os
import time
from pathlib import Path

from fastapi import FastAPI, Request, Response, WebSocket, WebSocketDisconnect
from fastapi.responses import StreamingResponse

VERSION = os.environ.get("APP_VERSION", "unknown")
# "now", "never", or the seconds until it says that it is healthy. ("crash" ends it earlier, in __main__.)
STARTUP = os.environ.get("STAND_IN_STARTUP", "now")
STARTED = time.monotonic()
# All worker processes look at this file, so that one request switches all of them.
UNHEALTHY = Path("/tmp/unhealthy")

app = FastAPI(title="FlowMaster stand-in", docs_url=None, redoc_url=None, openapi_url=None)


def is_healthy() -> bool:
    if STARTUP == "never" or UNHEALTHY.exists():
        return False
    return STARTUP == "now" or time.monotonic() - STARTED >= float(STARTUP)


@app.get("/api/health")
def health(response: Response) -> dict:
    if is_healthy():
        return {"status": "ok", "version": VERSION}
    response.status_code = 503
    return {"status": "unhealthy", "version": VERSION}


@app.get("/api/version")
def version() -> dict:
    """Names of variables only: what they hold is nobody's business."""
    return {"version": VERSION, "variables": sorted(os.environ)}


@app.api_route("/api/echo", methods=["GET", "POST", "PUT", "DELETE"])
async def echo(request: Request) -> dict:
    return {
        "version": VERSION,
        "method": request.method,
        "query": dict(request.query_params),
        "headers": dict(request.headers),
        "body": (await request.body()).decode("utf-8", "replace"),
    }


@app.get("/api/slow")
async def slow(seconds: float = 5) -> dict:
    """One answer after a while, nothing before it."""
    await asyncio.sleep(seconds)
    return {"version": VERSION, "seconds": seconds}


@app.get("/api/stream")
async def stream(seconds: float = 65, every: float = 1) -> StreamingResponse:
    """A line at each step, as long answers of a language model come."""

    async def lines():
        began = time.monotonic()
        while (elapsed := time.monotonic() - began) < seconds:
            yield f"{elapsed:.1f}\n"
            await asyncio.sleep(every)
        yield "end\n"

    return StreamingResponse(lines(), media_type="text/plain")


@app.post("/api/upload")
async def upload(request: Request) -> dict:
    size, digest = 0, hashlib.sha256()
    async for chunk in request.stream():
        size += len(chunk)
        digest.update(chunk)
    return {"version": VERSION, "bytes": size, "sha256": digest.hexdigest()}


@app.post("/api/switch/unhealthy")
def switch_unhealthy() -> dict:
    UNHEALTHY.touch()
    return {"healthy": is_healthy()}


@app.post("/api/switch/healthy")
def switch_healthy() -> dict:
    UNHEALTHY.unlink(missing_ok=True)
    return {"healthy": is_healthy()}


@app.websocket("/ws/echo")
async def echo_socket(socket: WebSocket) -> None:
    await socket.accept()
    try:
        while True:
            await socket.send_text(await socket.receive_text())
    except WebSocketDisconnect:
        pass
