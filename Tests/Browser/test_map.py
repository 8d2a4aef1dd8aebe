"""The map itself: drawn, complete, quiet, and asking nobody but its own server."""

import urllib.parse

import pytest

TOWN = {"districts", "streets", "playgrounds", "equipment", "trees", "green-areas", "signs", "sensors", "depots"}


def colours(visit):
    """How many different colours the map's rectangle shows; a blank canvas has one."""
    image = visit.page.locator("#map").screenshot()
    counted = visit.page.evaluate("""async (bytes) => {
      const bitmap = await createImageBitmap(new Blob([Uint8Array.from(bytes)], { type: "image/png" }));
      const pen = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
      pen.drawImage(bitmap, 0, 0);
      const { data } = pen.getImageData(0, 0, bitmap.width, bitmap.height);
      const seen = new Set();
      for (let at = 0; at < data.length; at += 4) seen.add((data[at] << 16) | (data[at + 1] << 8) | data[at + 2]);
      return seen.size;
    }""", list(image))
    return counted


def test_the_whole_town_is_drawn_at_the_start(visit):
    opened = visit()
    counts = opened.rendered()
    for collection in ("districts", "streets", "green-areas", "playgrounds", "depots"):
        assert counts.get(collection, 0) > 0, counts
    assert colours(opened) > 50
    opened.screenshot("town-light")


def test_every_collection_is_drawn_from_near(visit, beside):
    opened = visit(beside.replace("#17/", "#15.6/"))
    counts = opened.rendered()
    assert {"streets", "playgrounds", "equipment", "trees", "green-areas", "districts"} <= set(counts), counts
    opened.screenshot("near-light")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_layer_of_the_style_has_what_it_names(visit, beside, dark):
    opened = visit(beside, dark=dark)
    assert opened.page.evaluate("window.lageplan.map.getStyle().layers.length") > 30
    assert opened.complaints == []
    assert colours(opened) > 30
    opened.screenshot("beside-dark" if dark else "beside-light")


def test_the_style_draws_every_collection_of_the_sample_town(api):
    drawn = {layer.get("source") for layer in api("/styles/lageplan")["layers"]}
    assert TOWN <= drawn


def test_no_host_but_our_own_is_asked(visit, base, beside):
    opened = visit()
    opened.page.goto(base + "/map" + beside)
    opened.ready()
    hosts = {urllib.parse.urlsplit(url).netloc for url in opened.requests if url.startswith("http")}
    assert hosts == {urllib.parse.urlsplit(base).netloc}
    assert len([url for url in opened.requests if "/tiles/" in url]) > len(TOWN)


def test_the_console_stays_empty_while_people_use_the_page(visit, beside, playground):
    opened = visit(beside)
    opened.page.mouse.click(800, 420)
    opened.page.mouse.wheel(0, 400)
    opened.page.get_by_role("button", name="English").click()
    opened.page.wait_for_timeout(500)
    opened.settled()
    assert opened.complaints == []


def test_the_policy_forbids_inline_and_foreign_code(visit):
    opened = visit()
    policy = opened.page.evaluate("fetch('/map').then((answer) => answer.headers.get('content-security-policy'))")
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";") if rule.strip())
    assert rules["default-src"] == "'none'" and rules["script-src"] == "'self'" and rules["style-src"] == "'self'"
    assert rules["frame-ancestors"] == "'none'" and rules["base-uri"] == "'none'"
