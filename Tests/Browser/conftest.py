"""A served sample town and a real browser for every test of this folder.

LAGEPLAN_BINARY names the binary (default: the debug build); LAGEPLAN_BASE names a server that already runs instead.
"""

import os
import pathlib
import re
import shutil
import signal
import subprocess
import threading

import pytest
from playwright.sync_api import sync_playwright

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BINARY = pathlib.Path(os.environ.get("LAGEPLAN_BINARY", ROOT / ".build" / "debug" / "lageplan"))
SCREENSHOTS = ROOT / ".build" / "screenshots"
CHROMIUM = os.environ.get("LAGEPLAN_CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
# Software WebGL, so that a machine without a graphics card draws the same map.
FLAGS = ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist", "--disable-dev-shm-usage"]
START_SECONDS = 60


class Server:
    """The binary serving a database on a free port, until `stop`."""

    def __init__(self, database, *options):
        command = [str(BINARY), "serve", "--database", str(database), "--host", "127.0.0.1", "--port", "0", *options]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.lines = []
        self.base = None
        self.printed = threading.Event()
        threading.Thread(target=self._read, daemon=True).start()
        assert self.printed.wait(START_SECONDS) and self.base, "the server printed no address:\n" + "".join(self.lines)

    def _read(self):
        for line in self.process.stdout:
            self.lines.append(line)
            if not self.base and (address := re.search(r"http://127\.0\.0\.1:[1-9]\d*", line)):
                self.base = address[0]
                self.printed.set()
        self.printed.set()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=30)


@pytest.fixture(scope="session")
def database(tmp_path_factory):
    file = tmp_path_factory.mktemp("town") / "town.sqlite"
    subprocess.run([str(BINARY), "demo", "--database", str(file), "--scale", "0.05"], check=True, capture_output=True, timeout=300)
    return file


@pytest.fixture(scope="session")
def base(request):
    if running := os.environ.get("LAGEPLAN_BASE"):
        yield running
        return
    server = Server(request.getfixturevalue("database"))
    yield server.base
    assert server.stop() == 0, "SIGTERM must end the server cleanly:\n" + "".join(server.lines[-20:])


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


class Visit:
    """One open page, with what it asked for and what it complained about."""

    def __init__(self, context, base, hash_, path="/map"):
        self.base = base
        self.page = context.new_page()
        self.requests = []
        self.complaints = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda message: self.complaints.append(message.text) if message.type in ("error", "warning") else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(base + path + hash_)
        self.ready()

    def ready(self):
        self.page.evaluate("window.lageplan.ready.then(() => true)")
        self.settled()

    def settled(self):
        """The map has drawn everything that it knows."""
        self.page.evaluate("""new Promise((resolve) => {
          const { map } = window.lageplan;
          if (!map || (map.loaded() && !map.isMoving())) resolve(true);
          else map.once("idle", () => resolve(true));
        })""")

    def until(self, expression, seconds=15):
        """Waits until the expression is true; under the page's policy Playwright's own waiting for a string is refused."""
        for _ in range(int(seconds * 20)):
            if value := self.page.evaluate(expression):
                return value
            self.page.wait_for_timeout(50)
        raise AssertionError(f"never true: {expression}")

    def rendered(self):
        """How many features of each collection the map shows now."""
        return self.page.evaluate("""(() => {
          const counts = {};
          for (const feature of window.lageplan.map.queryRenderedFeatures())
            if (feature.source !== "selected") counts[feature.source] = (counts[feature.source] || 0) + 1;
          return counts;
        })()""")

    def screenshot(self, name):
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"{name}.png")


@pytest.fixture
def visit(browser, base):
    """Opens the map page; everything opened is closed at the end of the test."""
    contexts = []

    def open_(hash_="", width=1280, height=800, dark=False, reduced=True, at=base, path="/map", before=None,
              contrast="no-preference"):
        context = browser.new_context(
            viewport={"width": width, "height": height}, locale="de-DE", color_scheme="dark" if dark else "light",
            reduced_motion="reduce" if reduced else "no-preference", contrast=contrast)
        contexts.append(context)
        if before:
            before(context)
        return Visit(context, at, hash_, path)

    yield open_
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def api(base):
    """JSON from the server as a plain client gets it."""
    import json
    import urllib.request

    def get(path):
        with urllib.request.urlopen(urllib.request.Request(base + path, headers={"Accept": "application/json"}), timeout=60) as answer:
            return json.load(answer)

    return get


@pytest.fixture(scope="session")
def collections(api):
    return {each["id"]: each for each in api("/collections?f=json")["collections"]}


@pytest.fixture(scope="session")
def playground(api):
    """A playground that has a place and equipment."""
    for feature in api("/collections/playgrounds/items?limit=200&f=json")["features"]:
        if not feature["geometry"]:
            continue
        equipment = api(f"/collections/equipment/items?playground={feature['id']}&limit=100&f=json")
        if len(equipment["features"]) > 1:
            feature["equipment"] = [each["id"] for each in equipment["features"]]
            return feature
    raise AssertionError("the sample town has no playground with equipment")


@pytest.fixture(scope="session")
def beside(playground):
    """The address part that shows the playground from near."""
    longitude, latitude = playground["geometry"]["coordinates"]
    return f"#17/{latitude:.6f}/{longitude:.6f}"
