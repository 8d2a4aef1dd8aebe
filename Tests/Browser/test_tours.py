"""Tours on the page: planned from a form, drawn and listed, changed by hand and planned anew, compared, kept and released."""

import datetime
import json
import math
import random
import re
import subprocess
import urllib.request

import pytest

from conftest import BINARY, Server
from test_access import violations
from test_routing import ask

TOWN = "#12.2/52.4264/10.78&list=playgrounds"


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """A writable town of its own, so that what is released here is seen nowhere else."""
    file = tmp_path_factory.mktemp("tours") / "town.sqlite"
    subprocess.run([str(BINARY), "demo", "--database", str(file), "--scale", "0.05"], check=True, capture_output=True, timeout=300)
    made = subprocess.run(
        [str(BINARY), "token", "add", "erika", "--database", str(file), "--scope", "write"], check=True, capture_output=True, text=True)
    server = Server(file, "--writable")
    server.token = made.stdout.strip().split()[-1]
    yield server
    assert server.stop() == 0, "".join(server.lines[-20:])


def open_form(visit, town, hash_=TOWN, **options):
    opened = visit(hash_, at=town.base, **options)
    opened.page.locator("#tours-toggle").click()
    opened.page.locator("#tour-form > details summary").last.click()
    opened.page.locator("#tour-seconds").select_option("2")
    return opened


def start(opened):
    """Plans with what the form says, and gives the plan that the server keeps."""
    opened.page.locator("#tour-plan").click()
    return planned(opened)


def planned(opened, seconds=60):
    opened.until("!document.querySelector('#tour-view').hidden && document.querySelector('#tour-progress').hidden "
                 "|| document.querySelector('#tour-fault').textContent !== ''", seconds)
    assert opened.page.locator("#tour-fault").inner_text() == ""
    opened.settled()
    return plan_of(opened)


def plan_of(opened, version=None):
    identity = re.search(r"tour=([0-9a-f]+)", opened.page.url)[1]
    return ask(opened.base, f"/tours/{identity}?f=json" + (f"&version={version}" if version else ""))


def plan(visit, town, **options):
    opened = open_form(visit, town, **options)
    return opened, start(opened)


def drawn(opened, layer):
    opened.settled()
    return opened.page.evaluate(
        "(layer) => window.lageplan.map.queryRenderedFeatures({ layers: [layer] }).map(({ geometry, properties }) => ({ geometry, properties }))",
        layer)


def listed(opened):
    """What the lists show: for each tour the names of its stops in their order."""
    return opened.page.evaluate("""[...document.querySelectorAll("[data-route]")].map((tour) => ({
      name: tour.querySelector("h3").textContent, stops: [...tour.querySelectorAll("[data-stop]")].map((stop) => ({
        key: stop.dataset.stop, name: stop.querySelector(".name").textContent, details: stop.querySelector(".words .muted").textContent,
        marks: [...stop.querySelectorAll(".mark")].map((each) => each.textContent),
        locked: stop.querySelector(".lock").getAttribute("aria-pressed") === "true" })) }))""")


def features(document):
    return {feature for route in document["routes"] for stop in route["stops"] for feature in stop["features"]}


def route_of(document, feature):
    return next(route for route in document["routes"] if any(feature in stop["features"] for stop in route["stops"]))


def test_the_lists_tell_what_the_plan_says(visit, town):
    opened, document = plan(visit, town)
    tours = listed(opened)
    assert [each["name"] for each in tours] == [each["inspector"] for each in document["routes"]]
    assert sum(len(each["stops"]) for each in tours) > 3
    for shown, route in zip(tours, document["routes"]):
        assert len(shown["stops"]) == len(route["stops"])
        for line, stop in zip(shown["stops"], route["stops"]):
            names = [each["name"] for each in stop["visits"]]
            assert line["name"] == (", ".join(names) if len(names) <= 3 else f"{names[0]}, {names[1]} und {len(names) - 2} weitere")
            assert line["details"].startswith(f"{stop['begin'][11:16]}–{stop['departure'][11:16]}")
    assert opened.complaints == []
    opened.screenshot("tours-plan")


def test_each_playground_in_view_is_in_one_stop_or_left_out(visit, town):
    opened, document = plan(visit, town)
    west, south, east, north = opened.page.evaluate("window.lageplan.map.getBounds().toArray().flat()")
    within = ask(opened.base, f"/collections/playgrounds/items?bbox={west},{south},{east},{north}&limit=1000&f=json")["features"]
    left = {each["feature"] for each in document["unassigned"]}
    assert {f"playgrounds/{each['id']}" for each in within} == features(document) | left
    assert not features(document) & left


def test_stops_are_drawn_where_their_features_lie(visit, town):
    opened, document = plan(visit, town)
    places = {}
    for route_index, route in enumerate(document["routes"]):
        for index, stop in enumerate(route["stops"]):
            item = ask(opened.base, f"/collections/playgrounds/items/{stop['features'][0].split('/')[1]}?f=json")
            places[f"{'ABCDEF'[route_index]}{index + 1}"] = item["geometry"]["coordinates"]
    shown = {each["properties"]["label"]: each["geometry"]["coordinates"] for each in drawn(opened, "tours-stop")}
    assert set(shown) == set(places)
    for label, (longitude, latitude) in places.items():
        east = (shown[label][0] - longitude) * 111_320 * math.cos(math.radians(latitude))
        north = (shown[label][1] - latitude) * 111_320
        assert math.hypot(east, north) < 300, label


def test_a_tour_runs_on_its_streets(visit, town):
    opened, document = plan(visit, town)
    stops = sum(len(route["stops"]) for route in document["routes"])
    ways = [each for layer in ("tours-way-0", "tours-way-1", "tours-way-2") for each in drawn(opened, layer)]
    lines = [line for each in ways for line in
             (each["geometry"]["coordinates"] if each["geometry"]["type"] == "MultiLineString" else [each["geometry"]["coordinates"]])]
    # A street has more vertices than halts.
    assert sum(len(each) for each in lines) > 3 * stops


def test_the_search_is_followed_and_can_be_ended(visit, town):
    opened = open_form(visit, town)
    opened.page.locator("#tour-seconds").select_option("60")
    opened.page.locator("#tour-plan").click()
    opened.until("!document.querySelector('#tour-progress').hidden && document.querySelector('#tour-bar').value > 0")
    assert re.search(r"\d+ nicht untergebracht", opened.page.locator("#tour-best").inner_text())
    opened.screenshot("tours-search")
    before = datetime.datetime.now()
    opened.page.locator("#tour-cancel").click()
    document = planned(opened, 20)
    assert datetime.datetime.now() - before < datetime.timedelta(seconds=20)
    assert document["status"] == "draft" and features(document)
    assert opened.complaints == []


def test_the_depot_is_where_somebody_clicks(visit, town):
    opened = open_form(visit, town)
    depot = opened.page.locator("#tour-inspectors li").first.get_by_label("Bauhof")
    depot.select_option("map")
    place = opened.page.evaluate("window.lageplan.map.getCenter().toArray()")
    box = opened.page.locator("#map").bounding_box()
    opened.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert opened.page.get_by_role("button", name="Bauhof von Tour 1", exact=True).count() == 1
    document = start(opened)
    assert document["routes"][0]["start"] == pytest.approx(place, abs=1e-4)
    assert document["routes"][1]["start"] != pytest.approx(place, abs=1e-4)


def test_the_depot_is_set_without_a_mouse(visit, town):
    opened = open_form(visit, town)
    opened.page.locator("#tour-inspectors li").first.get_by_label("Bauhof").select_option("map")
    middle = opened.page.locator("#tour-place-here")
    middle.focus()
    opened.page.keyboard.press("Enter")
    place = opened.page.evaluate("window.lageplan.map.getCenter().toArray()")
    assert start(opened)["routes"][0]["start"] == pytest.approx(place, abs=1e-4)


def test_a_form_that_cannot_be_planned_says_why(visit, town):
    opened = open_form(visit, town)
    for box in opened.page.locator("#tour-collections input:checked").all():
        box.uncheck()
    opened.page.locator("#tour-plan").click()
    assert "mindestens eine Objektart" in opened.page.locator("#tour-fault").inner_text()
    opened.page.locator("#tour-of-playgrounds").check()
    opened.page.locator("#tour-form details summary").first.click()
    opened.page.locator("#tour-filter").fill("nowhere = 1")
    opened.page.locator("#tour-plan").click()
    opened.until("document.querySelector('#tour-fault').textContent.includes('nowhere')")
    assert opened.page.locator("#tour-plan").is_visible()


def busiest(opened):
    """The tour with the most stops: its index and its stops."""
    tours = listed(opened)
    index = max(range(len(tours)), key=lambda each: len(tours[each]["stops"]))
    return index, tours[index]["stops"]


def stop_button(opened, key):
    return opened.page.locator(f"[data-focus='stop {key}']")


def replan(opened):
    version = plan_of(opened)["version"]
    opened.page.locator("[data-focus=replan]").click()
    opened.until(f"(document.querySelector('#tour-version')?.value === '{version + 1}' && document.querySelector('.comparison') !== null)"
                 " || document.querySelector('#tour-fault-plan').textContent !== ''", 60)
    assert opened.page.locator("#tour-fault-plan").inner_text() == ""
    opened.settled()
    document = plan_of(opened)
    assert document["version"] == version + 1
    return document


def test_a_stop_is_moved_and_locked_by_keys_and_planned_anew(visit, town):
    opened, _ = plan(visit, town)
    index, stops = busiest(opened)
    moved, locked = stops[0], stops[-1]
    stop_button(opened, moved["key"]).focus()
    opened.page.keyboard.press("Alt+ArrowDown")
    after = listed(opened)[index]["stops"]
    assert [each["key"] for each in after[:2]] == [stops[1]["key"], moved["key"]]
    assert opened.page.evaluate("document.activeElement.dataset.focus") == f"stop {moved['key']}"
    assert "Halt 2" in opened.page.locator("#status").inner_text()
    stop_button(opened, locked["key"]).focus()
    opened.page.keyboard.press("l")
    assert listed(opened)[index]["stops"][-1]["locked"]
    assert "2 Änderungen" in opened.page.locator(".replan .changes").inner_text()
    opened.screenshot("tours-moved")
    document = replan(opened)
    order = [feature for stop in document["routes"][index]["stops"] for feature in stop["features"]]
    assert order.index(stops[1]["key"].split(" ")[-1]) < order.index(moved["key"].split(" ")[-1])
    kept = next(stop for route in document["routes"] for stop in route["stops"] if locked["key"].split(" ")[-1] in stop["features"])
    assert kept["fixed"] is True
    assert opened.complaints == []
    opened.screenshot("tours-compared")


def test_a_stop_is_dragged_to_another_inspector(visit, town):
    opened, document = plan(visit, town)
    index, stops = busiest(opened)
    other = 1 - index
    feature = stops[0]["key"].split(" ")[-1]
    opened.page.locator(f"[data-stop='{stops[0]['key']}'] .grip").scroll_into_view_if_needed()
    grip = opened.page.locator(f"[data-stop='{stops[0]['key']}'] .grip").bounding_box()
    opened.page.mouse.move(grip["x"] + 8, grip["y"] + 12)
    opened.page.mouse.down()
    for _ in range(200):
        target = opened.page.locator("[data-route]").nth(other).locator("summary").first.bounding_box()
        side = opened.page.locator(".side").bounding_box()
        low, high = side["y"] + 60, side["y"] + side["height"] - 60
        aim = target["y"] + target["height"] / 2
        opened.page.mouse.move(target["x"] + 90, min(max(aim, side["y"] + 20), side["y"] + side["height"] - 20))
        if low < aim < high:
            break
    opened.page.mouse.move(target["x"] + 92, aim)
    opened.page.mouse.up()
    assert any(each["key"] == stops[0]["key"] and each["marks"] == ["verschoben"] for each in listed(opened)[other]["stops"])
    again = replan(opened)
    assert route_of(again, feature)["inspector"] == document["routes"][other]["inspector"]


def test_a_stop_is_given_to_another_by_a_list(visit, town):
    opened, document = plan(visit, town)
    index, stops = busiest(opened)
    other = document["routes"][1 - index]["inspector"]
    stop_button(opened, stops[0]["key"]).click()
    opened.page.locator(".stop-tools").get_by_label("Wer").select_option(label=other)
    again = replan(opened)
    assert route_of(again, stops[0]["key"].split(" ")[-1])["inspector"] == other


def test_the_comparison_tells_and_shows_what_has_changed(visit, town):
    opened, first = plan(visit, town)
    _, stops = busiest(opened)
    feature = stops[0]["key"].split(" ")[-1]
    stop_button(opened, stops[0]["key"]).click()
    opened.page.locator(".stop-tools").get_by_role("button", name="Entfällt").click()
    second = replan(opened)
    assert feature not in features(second)
    assert "Fassung 2 gegen 1" in opened.page.locator(".comparison").inner_text()
    opened.page.locator(".comparison summary").click()
    assert stops[0]["name"].split(", ")[0] in opened.page.locator(".comparison li").all_inner_texts()[0]
    hints = opened.page.locator(".figures .hint").all_inner_texts()
    assert any(f"vorher {sum(len(route['stops']) for route in first['routes'])}" == each for each in hints)
    marked = {each["properties"]["stop"] for each in drawn(opened, "tours-stop") if ":changed:" in each["properties"]["picture"]}
    assert marked == {stop["key"] for tour in listed(opened) for stop in tour["stops"] if stop["marks"]}


def test_an_earlier_version_comes_back(visit, town):
    opened, first = plan(visit, town)
    before = listed(opened)
    _, stops = busiest(opened)
    stop_button(opened, stops[0]["key"]).click()
    opened.page.locator(".stop-tools").get_by_role("button", name="Entfällt").click()
    replan(opened)
    assert listed(opened) != before
    opened.page.get_by_role("button", name="Zurück zu Fassung 1").click()
    opened.until("document.querySelector('#tour-version').value === '1'")
    assert listed(opened) == before
    assert "frühere Fassung" in opened.page.locator(".plan-head").inner_text()
    # Planned anew from there, nothing is missing that the later version had lost.
    opened.page.locator("[data-focus=replan]").click()
    opened.until("document.querySelector('#tour-version').value === '3'", 60)
    assert features(plan_of(opened)) == features(first)


def test_an_address_that_names_nothing_but_the_plan_opens_it(visit, town):
    _, document = plan(visit, town)
    opened = visit(f"#tour={document['id']}", at=town.base)
    opened.until("document.querySelectorAll('[data-stop]').length > 0", 30)
    assert opened.page.locator("[data-stop]").count() == sum(len(route["stops"]) for route in document["routes"])


def test_what_somebody_else_has_changed_is_not_taken_back_unseen(visit, town):
    opened, first = plan(visit, town)
    _, stops = busiest(opened)
    mine, theirs = (stop["key"].split(" ")[-1] for stop in stops[:2])
    stop_button(opened, stops[0]["key"]).click()
    opened.page.locator(".stop-tools").get_by_role("button", name="Entfällt").click()
    change = urllib.request.Request(
        f"{opened.base}/tours/{first['id']}/replan", data=json.dumps({"cancelled": [theirs]}).encode(), headers={"Content-Type": "application/json"})
    with urllib.request.urlopen(change, timeout=60) as answer:
        assert json.load(answer)["version"] == 2
    opened.page.locator("[data-focus=replan]").click()
    opened.until("document.querySelector('#tour-fault-plan').textContent.includes('neue Fassung')", 60)
    assert plan_of(opened)["version"] == 2
    assert opened.page.locator("#tour-version option").evaluate_all("each => each.map((option) => option.value)").count("2") == 1
    # Who plans once more means it.
    opened.page.locator("[data-focus=replan]").click()
    opened.until("document.querySelector('#tour-version').value === '3'", 60)
    third = features(plan_of(opened))
    assert mine not in third and theirs in third


def test_what_is_left_out_says_why_and_can_be_made_urgent(visit, town):
    opened = open_form(visit, town)
    opened.page.locator("#tour-minutes").fill("100")
    for field in opened.page.get_by_label(re.compile("Ende der Schicht")).all():
        field.fill("10:30")
    document = start(opened)
    assert document["unassigned"]
    lines = opened.page.locator(".left-item")
    assert lines.count() == len(document["unassigned"])
    for line, entry in zip(lines.all(), document["unassigned"]):
        assert line.locator(".why").inner_text() == entry["messages"]["de"]
        assert line.locator(".obstacles[open]").count() == 0
    obstacles = lines.first.locator(".obstacles li")
    assert obstacles.count() == len(document["unassigned"][0]["obstacles"])
    opened.screenshot("tours-left")
    urgent = document["unassigned"][0]["feature"]
    lines.first.get_by_role("button", name="Dringend einplanen").click()
    opened.page.locator("#tour-most").select_option("")
    again = replan(opened)
    assert urgent in features(again) or urgent in {each["feature"] for each in again["unassigned"]}
    assert opened.complaints == []


def test_an_absent_inspector_has_no_stops_and_the_others_keep_their_letters(visit, town):
    opened, document = plan(visit, town)
    index, _ = busiest(opened)
    tour = opened.page.locator("[data-route]").nth(index)
    tour.locator(".route-tools summary").click()
    tour.get_by_role("button", name="Fällt aus").click()
    again = replan(opened)
    absent = document["routes"][index]["inspector"]
    assert absent not in [route["inspector"] for route in again["routes"]]
    assert {each["properties"]["label"][0] for each in drawn(opened, "tours-stop")} == {"BA"[index]}
    # In the next version too, until somebody says otherwise.
    third = replan(opened)
    assert absent not in [route["inspector"] for route in third["routes"]]
    opened.page.locator(".away").scroll_into_view_if_needed()
    opened.screenshot("tours-away")
    opened.page.locator(".away-item").get_by_role("button", name="kommt doch").click()
    assert opened.page.locator(".away-item button").get_attribute("aria-pressed") == "true"
    fourth = replan(opened)
    assert [route["inspector"] for route in fourth["routes"]] == [route["inspector"] for route in document["routes"]]
    assert opened.page.locator(".away").count() == 0
    assert opened.complaints == []


def test_whoever_is_absent_is_called_by_name_on_every_day(visit, town):
    opened = visit(TOWN, at=town.base)
    days, absent, words, away = opened.page.evaluate("""() => Promise.all([
      import("/assets/tourplan.js"), import("/assets/tourcompare.js"), import("/assets/tourdraft.js")]).then(([plans, compares, drafts]) => {
      const at = (day) => `${day}T07:00:00+01:00`;
      const route = (inspector, day) => ({ inspector, day, departure: at(day), arrival: at(day), start: [10, 52], end: [10, 52], metres: 0, seconds: 0,
        stops: [{ visits: [{ feature: `p/${day}`, service: 60 }], location: [10, 52], arrival: at(day), departure: at(day) }] });
      const plan = plans.read({
        id: "1", version: 2, day: "2026-12-01", routes: [route("4711", "2026-12-01"), route("4711", "2026-12-03")], unassigned: [],
        names: { 4711: "Anna", 4712: "Bert" }, absent: [{ inspector: "4712" }, { inspector: "4711", day: "2026-12-02" }],
      }, new Map(), new Map());
      const change = { feature: "p/2026-12-01", kind: "moved", from: { inspector: "4712", day: "2026-12-01", begin: at("2026-12-01") },
        to: { inspector: "4711", day: "2026-12-01", begin: at("2026-12-01") }, breaksPromise: true };
      const { lines } = compares.readComparison({ changes: [change], brokenPromises: [], before: {} }, 1, plan);
      const coming = drafts.toggle(drafts.nothing(), "present", plan.absent[1].key);
      const away = [drafts.nothing(), coming].map((draft) => ["4711", "4712"].map((inspector) =>
        ["2026-12-01", "2026-12-02"].map((day) => drafts.isAway(plan, draft, { inspector, day }))));
      return [plan.days, plan.absent.map(({ name, day }) => [name, day]), lines.map(({ word }) => word), away];
    })""")
    # Also the day on which nobody works can be chosen: there those are listed who come all the same.
    assert days == ["2026-12-01", "2026-12-02", "2026-12-03"]
    assert absent == [["Bert", None], ["Anna", "2026-12-02"]]
    assert away == [[[False, True], [True, True]], [[False, False], [True, True]]]
    assert len(words) == 1 and "Bert" in words[0] and "4712" not in words[0]


def test_what_has_begun_stays_when_an_inspector_is_late(visit, town):
    now = "2026-12-01T08:00:00+01:00"
    opened = open_form(visit, town, before=lambda context: context.clock.set_fixed_time(datetime.datetime.fromisoformat(now)))
    opened.page.locator("#tour-day").fill("2026-12-01")
    first = start(opened)
    assert opened.page.get_by_label("Was bis 08:00 Uhr begonnen hat, bleibt").is_checked()
    index, _ = busiest(opened)
    tour = opened.page.locator("[data-route]").nth(index)
    tour.locator(".route-tools summary").click()
    tour.get_by_label("Verspätung (Minuten)").fill("45")
    tour.get_by_label("Verspätung (Minuten)").press("Tab")
    second = replan(opened)

    def begun(document):
        return [(stop["features"], stop["begin"]) for stop in document["routes"][index]["stops"] if stop["begin"] < now]

    assert begun(first) and begun(second)[:len(begun(first))] == begun(first)
    later = [stop for stop in second["routes"][index]["stops"] if stop["begin"] >= now]
    assert all(stop["begin"] >= "2026-12-01T08:30" for stop in later)


def test_several_days_are_shown_one_at_a_time(visit, town):
    opened = open_form(visit, town)
    opened.page.locator("#tour-days").fill("2")
    opened.page.locator("#tour-day").fill("2026-12-01")
    opened.page.locator("#tour-minutes").fill("120")
    document = start(opened)
    days = sorted({route["day"] for route in document["routes"]})
    assert days == ["2026-12-01", "2026-12-02"]
    for day in days:
        opened.page.locator("#tour-shown-day").select_option(day)
        stops = [stop for route in document["routes"] if route["day"] == day for stop in route["stops"]]
        assert sum(len(each["stops"]) for each in listed(opened)) == len(stops)
        assert len(drawn(opened, "tours-stop")) == len(stops)
    opened.page.locator("#tour-shown-day").select_option("")
    assert sum(len(each["stops"]) for each in listed(opened)) == sum(len(route["stops"]) for route in document["routes"])


@pytest.mark.parametrize("name, format_, begin", [
    ("GPX", "gpx", b"<?xml"), ("Kalender", "ics", b"BEGIN:VCALENDAR"), ("Tourblatt (PDF)", "pdf", b"%PDF-"), ("Tabelle (CSV)", "csv", b"")])
def test_plans_are_downloaded(visit, town, name, format_, begin):
    opened, document = plan(visit, town)
    opened.page.locator(".downloads summary").click()
    with opened.page.expect_download() as download:
        opened.page.locator(".downloads").get_by_role("button", name=name, exact=True).click()
    assert download.value.suggested_filename == f"tour-{document['day']}.{format_}"
    content = download.value.path().read_bytes()
    assert content.startswith(begin) and len(content) > 200


def test_one_tour_is_downloaded_alone(visit, town):
    opened, document = plan(visit, town)
    index, stops = busiest(opened)
    tour = opened.page.locator("[data-route]").nth(index)
    tour.locator(".route-tools summary").click()
    with opened.page.expect_download() as download:
        tour.get_by_role("button", name="GPX").click()
    assert download.value.path().read_bytes().count(b"<wpt") >= len(stops)


def test_the_address_keeps_the_plan(visit, town):
    opened, document = plan(visit, town)
    before = listed(opened)
    other = visit("#" + opened.page.url.split("#")[1], at=town.base)
    other.until("document.querySelector('#tour-result') !== null", 30)
    assert listed(other) == before
    assert drawn(other, "tours-stop")


def test_a_plan_that_is_gone_is_told(visit, town):
    opened = visit(f"{TOWN}&tour={'0' * 32}", at=town.base)
    opened.until("document.querySelector('#tour-fault').textContent.includes('no plan')")
    assert opened.page.locator("#tour-plan").is_visible()


def test_a_plan_is_released_and_becomes_collections(visit, town):
    def signed_in(context):
        context.add_init_script(f"sessionStorage.setItem('lageplan.token', {json.dumps(town.token)})")

    opened, document = plan(visit, town, before=signed_in)
    opened.page.locator("[data-focus=release]").click()
    opened.page.locator("#confirm-yes").click()
    opened.until("document.querySelector('.status').textContent === 'freigegeben'", 30)
    assert opened.complaints == []
    opened.screenshot("tours-released")
    stops = ask(town.base, "/collections/stops/items?limit=1000&f=json", None, Authorization=f"Bearer {town.token}")
    assert stops["numberMatched"] == sum(len(route["stops"]) for route in document["routes"])
    # A new visit finds the plan among those that are kept.
    again = visit(TOWN, at=town.base, before=signed_in)
    again.page.locator("#tours-toggle").click()
    again.page.locator("#tour-kept-plans button").first.click()
    again.until("document.querySelector('#tour-result') !== null", 30)
    assert listed(again) == listed(opened)


def test_releasing_asks_for_a_token(visit, town):
    opened, _ = plan(visit, town)
    opened.page.locator("[data-focus=release]").click()
    opened.until("document.querySelector('#sign-in').open")


def test_a_click_on_a_stop_finds_it_in_the_list(visit, town):
    opened, _ = plan(visit, town)
    first = drawn(opened, "tours-stop")[0]
    point = opened.page.evaluate("([x, y]) => window.lageplan.map.project([x, y])", first["geometry"]["coordinates"])
    box = opened.page.locator("#map").bounding_box()
    opened.page.mouse.click(box["x"] + point["x"], box["y"] + point["y"])
    opened.until("document.activeElement.getAttribute('aria-expanded') === 'true'")
    assert opened.page.evaluate("document.activeElement.closest('[data-stop]') !== null")


def test_the_tool_speaks_english(visit, town):
    opened, document = plan(visit, town)
    opened.page.get_by_role("button", name="English").click()
    text = opened.page.locator("#tour-view").inner_text()
    assert "draft" in text and "Plan anew" in text and not re.search(r"\{\w+\}|undefined", text)
    stop = next(stop for route in document["routes"] for stop in route["stops"] if "messages" in stop)
    index = next(index for index, route in enumerate(document["routes"]) if stop in route["stops"])
    opened.page.locator("[data-route]").nth(index).locator("button.stop").nth(document["routes"][index]["stops"].index(stop)).click()
    assert stop["messages"]["en"] in opened.page.locator(".stop-tools").text_content()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 400], ids=["desk", "phone"])
def test_tours_have_no_barriers(visit, town, width, dark):
    opened = open_form(visit, town, width=width, height=844, dark=dark)
    name = f"tours-{'phone' if width < 500 else 'desk'}-{'dark' if dark else 'light'}"
    opened.screenshot(f"{name}-form")
    assert violations(opened.page) == []
    start(opened)
    _, stops = busiest(opened)
    stop_button(opened, stops[0]["key"]).click()
    opened.page.keyboard.press("Alt+ArrowDown")
    opened.screenshot(f"{name}-plan")
    assert violations(opened.page) == []
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= width
    small = opened.page.evaluate("""[...document.querySelectorAll("#tours button, #tours select, #tours summary")]
      .filter((each) => each.offsetParent && each.getBoundingClientRect().height < 24).map((each) => each.outerHTML)""")
    assert small == []


def test_nothing_is_cut_off_at_320_pixels(visit, town):
    opened = open_form(visit, town, width=320, height=640)
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= 320
    start(opened)
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= 320


def luminance(colour):
    channels = [int(colour[at:at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_white_numbers_are_readable_on_every_colour_and_letters_tell_tours_apart(visit, town):
    opened = visit(TOWN, at=town.base)
    looks = opened.page.evaluate("""import("/assets/tourmarks.js").then(({ look }) => Array.from({ length: 60 }, (_, index) => look(index)))""")
    assert all(1.05 / (luminance(each["colour"]) + 0.05) >= 4.5 for each in looks)
    assert len({each["letter"] for each in looks}) == len(looks)


@pytest.mark.parametrize("seed", range(5))
def test_moves_by_hand_lose_no_stop_and_double_none(visit, town, seed):
    opened = visit(TOWN, at=town.base)
    choose = random.Random(seed)
    routes = [{"key": f"r{route}", "inspector": f"i{route}", "day": "2026-12-01",
               "stops": [{"key": f"s{route}-{index}", "features": [f"p/{route}-{index}"]} for index in range(choose.randint(0, 6))]} for route in range(4)]
    keys = [stop["key"] for route in routes for stop in route["stops"]]
    # The oracle: plain lists.
    lists = {route["key"]: [stop["key"] for stop in route["stops"]] for route in routes}
    moves = []
    for _ in range(30 if keys else 0):
        stop, route = choose.choice(keys), choose.choice(list(lists))
        index = choose.randint(0, 6)
        moves.append([stop, route, index])
        for each in lists.values():
            if stop in each:
                each.remove(stop)
        lists[route].insert(min(index, len(lists[route])), stop)
    got = opened.page.evaluate("""([plan, moves]) => import("/assets/tourdraft.js").then((drafts) => {
      const draft = moves.reduce((each, [stop, route, index]) => drafts.move(plan, each, stop, route, index), drafts.nothing());
      return drafts.arranged(plan, draft).map((each) => [each.key, each.stops.map((stop) => stop.key)]);
    })""", [{"routes": routes, "left": [], "absent": []}, moves])
    assert dict(map(tuple, got)) == lists
