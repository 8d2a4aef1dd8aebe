"""Ways on the map: a route between two clicks, what is reached, closures that take effect at once."""

import json
import re
import subprocess
import urllib.parse
import urllib.request

import pytest

from conftest import BINARY, Server
from test_access import violations


def ask(base, path, body=None, **headers):
    request = urllib.request.Request(
        base + path, data=None if body is None else json.dumps(body).encode(), headers={"Content-Type": "application/json", **headers})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


@pytest.fixture(scope="session")
def ends(api):
    """Two depots: places that every car reaches."""
    depots = [each["geometry"]["coordinates"] for each in api("/collections/depots/items?limit=10&f=json")["features"]]
    return depots[0], depots[1]


def around(ends, zoom=13.2):
    longitude, latitude = [(a + b) / 2 for a, b in zip(*ends)]
    return f"#{zoom}/{latitude:.6f}/{longitude:.6f}"


def click(opened, place):
    point = opened.page.evaluate("([x, y]) => window.lageplan.map.project([x, y])", place)
    box = opened.page.locator("#map").bounding_box()
    opened.page.mouse.click(box["x"] + point["x"], box["y"] + point["y"])


def tool(opened, name):
    opened.page.locator("#ways").get_by_role("button", name=name, exact=True).click()


def drawn(opened, layer):
    """The shapes that a layer of the drawing shows."""
    opened.settled()
    return opened.page.evaluate(
        "(layer) => window.lageplan.map.queryRenderedFeatures({ layers: [layer] }).map(({ geometry, properties }) => ({ geometry, properties }))",
        layer)


def answered(opened, seconds=30):
    opened.page.locator("#ways-answer .result, #ways-answer .fault-text").first.wait_for(timeout=seconds * 1000)
    opened.settled()
    return opened.page.locator("#ways-answer").inner_text()


def test_a_route_between_two_clicks_is_drawn_and_described(visit, api, ends):
    opened = visit(around(ends))
    tool(opened, "Route")
    for place in ends:
        click(opened, place)
    text = answered(opened)
    assert re.search(r"\d+ min, [\d,]+ k?m", text), text
    asked = [url for url in opened.requests if "/routing/v1/route" in url]
    assert len(asked) == 1
    route = api(asked[0].removeprefix(opened.base))
    assert f"{round(route['properties']['duration'] / 60)} min" in text
    named = {step["name"] for leg in route["properties"]["legs"] for step in leg["steps"]} - {""}
    assert len(named) > 1 and all(name in text for name in named)
    assert drawn(opened, "ways-line")
    assert opened.complaints == []
    opened.screenshot("ways-route")


def test_the_route_on_foot_takes_longer_than_by_car(visit, ends):
    opened = visit(around(ends))
    tool(opened, "Route")
    for place in ends:
        click(opened, place)
    by_car = answered(opened)
    opened.page.locator("#ways-profile").select_option("foot")
    opened.until(f"document.querySelector('#ways-answer .result') && document.querySelector('#ways-answer').innerText !== {json.dumps(by_car)}")

    def minutes(text):
        if found := re.search(r"(\d+):(\d\d) h", text):
            return 60 * int(found[1]) + int(found[2])
        return int(re.search(r"(\d+) min", text)[1])

    assert minutes(answered(opened)) > 2 * minutes(by_car)


def test_a_dragged_mark_and_the_arrow_keys_ask_anew(visit, ends):
    opened = visit(around(ends))
    tool(opened, "Route")
    for place in ends:
        click(opened, place)
    answered(opened)
    asked = len([url for url in opened.requests if "/routing/v1/route" in url])
    mark = opened.page.get_by_role("button", name="Ziel", exact=True)
    mark.focus()
    opened.page.keyboard.press("ArrowLeft")
    opened.until("document.querySelector('#ways-answer .result')")
    assert len([url for url in opened.requests if "/routing/v1/route" in url]) == asked + 1
    assert opened.complaints == []


def test_ways_are_found_without_a_mouse(visit, ends):
    opened = visit(around(ends))
    button = opened.page.locator("#ways").get_by_role("button", name="Route", exact=True)
    button.focus()
    opened.page.keyboard.press("Enter")
    assert button.get_attribute("aria-pressed") == "true"
    middle = opened.page.locator("#ways-middle")
    for place in ends:
        opened.page.evaluate("([lng, lat]) => window.lageplan.map.jumpTo({ center: [lng, lat] })", place)
        middle.focus()
        opened.page.keyboard.press("Enter")
    assert " min" in answered(opened)
    opened.page.keyboard.press("Escape")
    assert button.get_attribute("aria-pressed") == "false"
    assert drawn(opened, "ways-line") == []


def test_what_is_reached_is_an_area_and_counts_what_is_listed(visit, ends):
    opened = visit(around(ends) + "&list=playgrounds")
    tool(opened, "Erreichbar")
    opened.page.locator("#reach-minutes").select_option("3")
    click(opened, ends[0])
    text = answered(opened)
    assert "In 3 Minuten erreichbar" in text
    assert re.search(r"Spielplätze: \d+ im Bereich", text), text
    assert drawn(opened, "ways-area")
    opened.screenshot("ways-reach")
    opened.page.locator("#reach-reverse").check()
    opened.until("document.querySelector('#ways-answer').innerText.includes('am gewählten Ort')")
    assert opened.complaints == []


def test_a_place_without_a_road_is_told(visit):
    opened = visit("#13/54.9/7.5")
    tool(opened, "Route")
    for _ in range(2):
        opened.page.locator("#ways-middle").click()
    assert answered(opened).startswith("Das geht nicht:")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("name", ["Route", "Erreichbar"])
def test_the_tools_have_no_barriers(visit, ends, name, dark):
    opened = visit(around(ends) + "&list=playgrounds", dark=dark)
    tool(opened, name)
    click(opened, ends[0])
    if name == "Route":
        click(opened, ends[1])
    answered(opened)
    assert violations(opened.page) == []
    opened.screenshot(f"ways-{name.lower()}-{'dark' if dark else 'light'}")


def test_the_tools_speak_english(visit, ends):
    opened = visit(around(ends) + "&lang=en")
    opened.page.get_by_role("button", name="English").click()
    tool(opened, "Route")
    for place in ends:
        click(opened, place)
    answered(opened)
    assert opened.page.locator("#ways-help").inner_text().startswith("Click on start")
    assert "Destination" in opened.page.locator("#ways-answer").inner_text()


@pytest.fixture(scope="module")
def closing(tmp_path_factory):
    """A writable town with a collection of closures, of which one is far away."""
    folder = tmp_path_factory.mktemp("closing")
    file = folder / "town.sqlite"
    subprocess.run([str(BINARY), "demo", "--database", str(file), "--scale", "0.05"], check=True, capture_output=True, timeout=300)
    far = {"type": "Feature", "id": "1", "properties": {"kind": "closed", "kmh": 10, "profiles": "car", "validFrom": "2020-01-01", "validTo": "2020-01-02"},
           "geometry": {"type": "Polygon", "coordinates": [[[9, 50], [9.001, 50], [9.001, 50.001], [9, 50.001], [9, 50]]]}}
    (folder / "closures.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [far]}))
    subprocess.run(
        [str(BINARY), "import", str(folder / "closures.geojson"), "--collection", "closures", "--title", "Sperrungen", "--database", str(file)],
        check=True, capture_output=True, timeout=60)
    made = subprocess.run(
        [str(BINARY), "token", "add", "erika", "--database", str(file), "--scope", "write"], check=True, capture_output=True, text=True)
    server = Server(file, "--writable")
    server.token = made.stdout.strip().split()[-1]
    yield server
    assert server.stop() == 0, "".join(server.lines[-20:])


def test_a_closure_is_drawn_and_the_open_route_goes_around_it(visit, closing):
    depots = ask(closing.base, "/collections/depots/items?limit=10&f=json")["features"]
    ends = [each["geometry"]["coordinates"] for each in depots[:2]]
    opened = visit(around(ends), at=closing.base)
    tool(opened, "Route")
    for place in ends:
        click(opened, place)
    before = answered(opened)
    places = urllib.parse.quote(";".join(",".join(map(str, each)) for each in ends))
    line = ask(closing.base, f"/routing/v1/route?places={places}&profile=car")["geometry"]["coordinates"]
    longitude, latitude = line[len(line) // 2]
    across = [[longitude - 0.0004, latitude - 0.0003], [longitude + 0.0004, latitude - 0.0003], [longitude + 0.0004, latitude + 0.0003],
              [longitude - 0.0004, latitude + 0.0003], [longitude - 0.0004, latitude - 0.0003]]
    closure = {"type": "Feature", "properties": {"kind": "closed"}, "geometry": {"type": "Polygon", "coordinates": [across]}}
    request = urllib.request.Request(
        f"{closing.base}/collections/closures/items", data=json.dumps(closure).encode(),
        headers={"Authorization": f"Bearer {closing.token}", "Content-Type": "application/geo+json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert answer.status == 201
    opened.until(f"document.querySelector('#ways-answer .result') && document.querySelector('#ways-answer').innerText !== {json.dumps(before)}")
    opened.settled()
    opened.until("window.lageplan.map.queryRenderedFeatures({ layers: ['closed-line'] }).length > 0")
    assert opened.complaints == []
    opened.screenshot("ways-closure")
