"""The binary as its users run it: a database is made by its commands, a server is started on a free port and stopped again.

LAGEPLAN_BINARY names the binary (default: the debug build). Shared data of other projects are read in place, below `SHARED`;
what needs them is skipped with a reason where they are absent.
"""

import os
import pathlib
import re
import signal
import subprocess
import threading

import requests

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BINARY = pathlib.Path(os.environ.get("LAGEPLAN_BINARY", ROOT / ".build" / "debug" / "lageplan"))
SHARED = pathlib.Path(os.environ.get("LAGEPLAN_SHARED_DATA") or ROOT.parent / "shared" / "data")
OGC = SHARED / "ogc"
START_SECONDS = 60

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"


def epsg(code):
    return f"http://www.opengis.net/def/crs/EPSG/0/{code}"


def lageplan(*arguments):
    """Runs one command of the binary to its end and returns what it printed."""
    ended = subprocess.run([str(BINARY), *map(str, arguments)], capture_output=True, text=True, timeout=300)
    assert ended.returncode == 0, f"lageplan {' '.join(map(str, arguments))} ended with {ended.returncode}:\n{ended.stderr}"
    return ended.stdout


class Server:
    """The binary serving a database on a free port, until `stop`."""

    def __init__(self, database, *options):
        self._start("--database", str(database), *options)

    def _start(self, *options):
        command = [str(BINARY), "serve", "--host", "127.0.0.1", "--port", "0", *options]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.lines = []
        self.base = None
        self._told = threading.Event()
        threading.Thread(target=self._read, daemon=True).start()
        assert self._told.wait(START_SECONDS) and self.base, "the server printed no address:\n" + "".join(self.lines)

    def _read(self):
        for line in self.process.stdout:
            self.lines.append(line)
            if not self.base and (address := re.search(r"http://127\.0\.0\.1:[1-9]\d*", line)):
                self.base = address[0]
                self._told.set()
        self._told.set()

    @property
    def log(self):
        return "".join(self.lines)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=30)


class ArchiveServer(Server):
    """The binary serving an archive of tiles alone."""

    def __init__(self, archive):
        self._start(str(archive))


class Api:
    """Requests to one server, below its address, by a client that sends what a test says and nothing of its own."""

    def __init__(self, base, token=None):
        self.base = base
        self.session = requests.Session()
        self.session.headers["Accept"] = "*/*"
        if token:
            self.session.headers["Authorization"] = f"Bearer {token}"

    def request(self, method, path, **options):
        options.setdefault("timeout", 60)
        options.setdefault("allow_redirects", False)
        url = path if path.startswith("http") else self.base + path
        return self.session.request(method, url, **options)

    def get(self, path, **options):
        return self.request("GET", path, **options)

    def json(self, path, status=200, **options):
        """The JSON of an answer that has the status."""
        answer = self.get(path, **options)
        assert answer.status_code == status, f"{answer.status_code} from {answer.url}: {answer.text[:400]}"
        return answer.json()

    def pages(self, path, **options):
        """Every page from `path` on, along the links `next`."""
        while path:
            page = self.json(path, **options)
            yield page
            path = link(page, "next")
            options.pop("params", None)

    def features(self, path, **options):
        return [feature for page in self.pages(path, **options) for feature in page["features"]]


def link(document, relation, media_type=None):
    """The address of the first link of a relation, and of a media type where one is named; None without one."""
    for each in document.get("links", []):
        if each["rel"] == relation and (media_type is None or each.get("type", "").split(";")[0] == media_type):
            return each["href"]
    return None


def new_token(database, name, scope="write", *options):
    """A fresh token of the database, as the command prints it."""
    printed = lageplan("token", "add", name, "--scope", scope, "--database", database, *options)
    found = re.search(r"[A-Za-z0-9_-]{40,}", printed)
    assert found, f"no token in what the command printed:\n{printed}"
    return found[0]
