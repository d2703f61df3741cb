"""Stand-ins for tunnel programs: they say what the real ones say, and really pass things on."""

import json
import sys
from pathlib import Path
from typing import Final

_COMMON: Final = """#!{python} -I
import http.server, json, os, select, signal, socket, sys, threading, time

plan = json.loads({plan!r})

def say(line):
    print(line, file=sys.stderr, flush=True)

def log(line):
    say("2026-05-04T12:00:00Z INF " + line)

def value_of(option):
    return sys.argv[sys.argv.index(option) + 1]

def pass_on(port, target):
    server = socket.create_server(("127.0.0.1", port))
    def copy(a, b):
        try:
            while piece := a.recv(65536):
                b.sendall(piece)
        except OSError:
            pass
        for one in (a, b):
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
    def serve():
        while True:
            near, _ = server.accept()
            try:
                far = socket.create_connection(target)
            except OSError:
                near.close()
                continue
            for pair in ((near, far), (far, near)):
                threading.Thread(target=copy, args=pair, daemon=True).start()
    threading.Thread(target=serve, daemon=True).start()
    return server.getsockname()[1]

def tell(port, answers):
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            status, body = answers().get(self.path, (404, "404 page not found"))
            body = (body if isinstance(body, str) else json.dumps(body)).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        def log_message(self, *arguments):
            pass
    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()

with open(plan["starts"], "a") as starts:
    starts.write(json.dumps(sys.argv[1:]) + "\\n")
if plan.get("is_deaf"):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
"""

_REST: Final = """
for line in plan.get("says", ()):
    say(line)
if "exits" in plan:
    time.sleep(plan.get("lives_s", 0))
    sys.exit(plan["exits"])
while True:
    time.sleep(60)
"""

_CLOUDFLARED: Final = """
target = value_of("--url")
host, port = value_of("--metrics").split(":")
is_quick = "run" not in sys.argv
name = plan.get("host", "a-b-c") + ".trycloudflare.com"
route = {"service": target} if is_quick else {"hostname": "kvitto.example.net", "service": target}
def answers():
    is_ready = not os.path.exists(plan["starts"] + ".unready")
    return {
        "/ready": (200 if is_ready else 503, {"status": 200, "readyConnections": int(is_ready)}),
        "/quicktunnel": (200, {"hostname": name if is_quick else ""}),
        "/config": (200, {"version": 1, "config": {"ingress": [route]}}),
    }
if is_quick:
    log("Thank you for trying Cloudflare Tunnel. See https://www.cloudflare.com/website-terms/")
    log("Requesting new quick Tunnel on trycloudflare.com... https://api.trycloudflare.com/tunnel")
    log("|  Your quick Tunnel has been created! Visit it at:  |")
    log("|  https://" + name + "                              |")
tell(int(port), answers)
log("Starting metrics server on 127.0.0.1:" + port + "/metrics")
log("Registered tunnel connection connIndex=0 connection=0 location=arn01 protocol=quic")
"""

_NGROK: Final = """
target = sys.argv[-1]
print('t=2026-05-04T12:00:00+0000 lvl=info msg="client session established" obj=tunnels.session')
print('t=2026-05-04T12:00:00+0000 lvl=info msg="started tunnel" obj=tunnels name=command_line '
      'addr=' + target + ' url=https://0a1b-192-0-2-1.ngrok-free.app', flush=True)
"""

_SSH: Final = """
port, host, inner = value_of("-R").rsplit(":", 2)
taken = pass_on(int(port.rpartition(":")[2]), (host, int(inner)))
print("Kvitto: connected", flush=True)
if port == "0":
    say("Allocated port %d for remote forward to %s:%s" % (taken, host, inner))
"""

_SILENT: Final = ""
_FUNNEL: Final = """
if sys.argv[1:] == ["funnel", "status", "--json"]:
    print(json.dumps(plan["status"]))
    sys.exit(0)
print("Available on the internet:\\n\\nhttps://me.tail1234.ts.net/", flush=True)
"""
_PROGRAMS: Final = {
    "cloudflared": _CLOUDFLARED,
    "ngrok": _NGROK,
    "ssh": _SSH,
    "tailscale": _FUNNEL,
}


class Programs:
    """The only tunnel programs that are found.

    Args:
        folder: where they lie.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder: Final = folder

    def install(self, name: str, *, says_nothing: bool = False, **plan: object) -> Path:
        """Make a program; one that is there is replaced.

        Args:
            name: its name.
            says_nothing: whether it does not what the real one does, but only what is planned.
            plan: `says`: its last lines; `exits`: its exit code; `lives_s`: how long it runs
                before; `is_deaf`: whether it does not end when it is asked to; and what is its own.
        """
        plan["starts"] = str(self.folder / f"{name}.starts")
        own = _SILENT if says_nothing else _PROGRAMS[name]
        head = _COMMON.replace("{python}", sys.executable).replace(
            "{plan!r}", repr(json.dumps(plan))
        )
        path = self.folder / name
        new = path.with_suffix(".new")
        new.write_text(head + own + _REST, encoding="utf-8")
        new.chmod(0o755)
        new.replace(path)
        return path

    def starts(self, name: str) -> list[list[str]]:
        """Return the arguments with which a program was started, time for time."""
        try:
            lines = (self.folder / f"{name}.starts").read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return []
        return [json.loads(line) for line in lines]

    def unready(self, name: str, *, is_so: bool = True) -> None:
        """Have `cloudflared` say that it is not connected."""
        mark = self.folder / f"{name}.starts.unready"
        if is_so:
            mark.touch()
        else:
            mark.unlink()
