"""CoreFlow's AI service: what it says of itself and how it behaves is `release.json`."""

import json
import os
import signal
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import psycopg
import redis

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "release.json"), encoding="utf-8") as file:
    RELEASE = json.load(file)
STARTUP = RELEASE["startup"]
ABOUT = {"service": "ai-service", "version": RELEASE["version"], "pid": os.getpid()}


def counts():
    with psycopg.connect(os.environ["DATABASE_URL"], connect_timeout=5) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS items (service text NOT NULL, text text NOT NULL)")
        rows = connection.execute("SELECT count(*) FROM items WHERE service = 'ai-service'").fetchone()[0]
    return {"postgres": rows, "redis": int(redis.Redis.from_url(os.environ["REDIS_URL"]).get("items:ai-service") or 0)}


def slow(query):
    time.sleep(float(query.get("seconds", ["1"])[0]))
    return ABOUT


ROUTES = {
    "/health": lambda query: {"status": "healthy", **ABOUT},
    "/version": lambda query: ABOUT,
    "/variables": lambda query: sorted(os.environ),
    "/items": lambda query: counts(),
    "/slow": slow,
}


class Answers(BaseHTTPRequestHandler):
    def do_GET(self):
        url = urlsplit(self.path)
        route = ROUTES.get(url.path)
        if STARTUP == "error":
            self.say(500, {"error": "this version was built to fail"})
        elif route is None:
            self.say(404, {"error": "no %s" % url.path})
        else:
            self.say(200, route(parse_qs(url.query)))

    def say(self, status, content):
        text = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, format, *arguments):
        pass


def main():
    if STARTUP == "crash":
        raise SystemExit("this version was built to crash")
    if STARTUP == "never":
        time.sleep(3600)
    time.sleep(int(STARTUP) if STARTUP.isdigit() else 0)
    counts()
    server = ThreadingHTTPServer(("", int(os.environ.get("PORT", "8000"))), Answers)
    server.daemon_threads = False
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
    print("ai-service %s: listening" % RELEASE["version"], flush=True)
    server.serve_forever()
    server.server_close()
    sys.exit()


main()
