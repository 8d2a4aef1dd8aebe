"""An edit shows on an open map by itself, and only the tiles that it touched are asked for again."""

import json
import re
import subprocess
import urllib.request

import pytest

from conftest import BINARY, Server

TILE = re.compile(r"/tiles/playgrounds/(\d+)/(\d+)/(\d+)\.mvt")


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    file = tmp_path_factory.mktemp("live") / "town.sqlite"
    subprocess.run([str(BINARY), "demo", "--database", str(file), "--scale", "0.05"], check=True, capture_output=True, timeout=300)
    made = subprocess.run(
        [str(BINARY), "token", "add", "erika", "--database", str(file), "--scope", "write"], check=True, capture_output=True, text=True)
    server = Server(file, "--writable")
    server.token = made.stdout.strip().split()[-1]
    server.file = file
    yield server
    assert server.stop() == 0, "".join(server.lines[-20:])


@pytest.fixture
def playground(town):
    with urllib.request.urlopen(f"{town.base}/collections/playgrounds/items?limit=1&f=json", timeout=30) as answer:
        return json.load(answer)["features"][0]


def by_interface(town, feature, name):
    request = urllib.request.Request(
        f"{town.base}/collections/playgrounds/items/{feature['id']}", method="PATCH",
        data=json.dumps({"properties": {"name": name}}).encode(),
        headers={"Authorization": f"Bearer {town.token}", "Content-Type": "application/merge-patch+json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert answer.status in (200, 204)


def in_the_file(town, feature, name):
    update = f"UPDATE playgrounds SET name = '{name}' WHERE id = '{feature['id']}';"
    subprocess.run(
        ["sqlite3", "-bail", "-cmd", ".load mod_spatialite", "-cmd", ".timeout 30000", str(town.file), update], check=True,
        capture_output=True, timeout=60)


def touched(town, since):
    """The tiles that the feed names."""
    with urllib.request.urlopen(f"{town.base}/changes?since={since}", timeout=30) as answer:
        changes = json.load(answer)["changes"]
    return {
        (zoom, x, y) for change in changes for zoom, left, top, right, bottom in change["tiles"]
        for x in range(left, right + 1) for y in range(top, bottom + 1)}


@pytest.mark.parametrize("edit", [by_interface, in_the_file], ids=["by the interface", "with sqlite3 in the file"])
def test_an_edit_shows_by_itself_and_only_touched_tiles_are_asked_for(visit, town, playground, edit):
    longitude, latitude = playground["geometry"]["coordinates"]
    opened = visit(f"#14/{latitude:.6f}/{longitude:.6f}&list=playgrounds", at=town.base)
    with urllib.request.urlopen(f"{town.base}/changes", timeout=30) as answer:
        cursor = json.load(answer)["cursor"]
    opened.page.wait_for_timeout(1000)  # the stream of changes is open
    asked = len(opened.requests)
    name = f"Neuer Name {edit.__name__}"
    edit(town, playground, name)
    opened.until(f"""window.lageplan.map.queryRenderedFeatures()
      .some((each) => each.source === "playgrounds" && each.properties.id === {json.dumps(playground['id'])} && each.properties.name === {json.dumps(name)})""")
    opened.settled()
    tiles = [tuple(map(int, found.groups())) for url in opened.requests[asked:] if (found := TILE.search(url))]
    assert tiles
    assert set(tiles) <= touched(town, cursor)
    assert not any("/tiles/" in url and not TILE.search(url) for url in opened.requests[asked:])
    assert opened.complaints == []
