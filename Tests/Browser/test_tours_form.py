"""The form of a plan: what its folded parts ask for reaches the plan, who stands in the register goes, and whatever is wrong is told in German at
its field."""

import json
import re
import subprocess

import pytest

from conftest import BINARY, ROOT, Server
from test_access import violations
from test_routing import ask
from test_tours import TOWN, drawn, features, open_form, planned, start, town  # noqa: F401

SKILL = "DIN EN 1176"


def unfold(opened):
    """Opens every part of the form that is folded."""
    opened.page.evaluate("document.querySelectorAll('#tour-form details').forEach((each) => { each.open = true; })")


def of(opened, number, name):
    """The field of one inspector's card."""
    return opened.page.locator(".inspector").nth(number).locator(f"[id^='tour-{name}-']")


def fill(field, value):
    field.fill(value)
    field.press("Tab")


def request_of(opened):
    identity = opened.page.url.split("tour=")[1].split("&")[0]
    return ask(opened.base, f"/tours/{identity}/request")


def stops_of(document):
    return [stop for route in document["routes"] for stop in route["stops"]]


def invalid(opened):
    return opened.page.evaluate("[...document.querySelectorAll('#tour-form [aria-invalid=true]')].map((each) => each.id)")


def fault(opened):
    return opened.page.locator("#tour-fault").inner_text()


def refused(opened, faults, status=400, **more):
    """Lets the server answer the next plan with these faults."""
    problem = {"title": "Bad Request", "status": status, "detail": "The request has faults.", "faults": faults, **more}
    opened.page.route("**/tours?f=json", lambda route: route.fulfill(
        status=status, content_type="application/problem+json", body=json.dumps(problem)) if route.request.method == "POST" else route.continue_())
    opened.page.locator("#tour-plan").click()
    opened.until("document.querySelector('#tour-fault').textContent !== ''")


def test_the_form_is_small_until_somebody_asks_for_more(visit, town):
    opened = visit(TOWN, at=town.base)
    opened.page.locator("#tours-toggle").click()
    fields = opened.page.locator("#tour-form input:visible, #tour-form select:visible")
    # Nine kinds of features, where, minutes, two fields for the days, and five for each of two inspectors.
    assert fields.count() <= 9 + 2 + 2 + 2 * 5
    opened.page.locator("#tour-plan").click()
    planned(opened)
    asked = {name for name, value in request_of(opened).items() if value is not None}
    assert asked <= {"title", "collections", "bbox", "day", "days", "seconds", "serviceMinutes", "profile", "inspectors", "background"}


def test_what_the_folded_parts_say_is_what_the_server_hears(visit, town):
    opened = open_form(visit, town)
    unfold(opened)
    page = opened.page
    for name, value in [("day", "2026-12-01"), ("requires", SKILL), ("open-from", "08:00"), ("open-to", "12:00"), ("reopen-from", "13:00"), ("reopen-to", "14:30"),
                        ("people", "1"), ("set-up", "3")]:
        fill(page.locator(f"#tour-{name}"), value)
    fill(of(opened, 0, "skills"), f"{SKILL}, ZTV")
    fill(of(opened, 1, "skills"), SKILL)
    fill(of(opened, 0, "type"), "erfahren")
    fill(page.get_by_label("Minuten je Besuch (erfahren)"), "12")
    of(opened, 0, "rule").select_option("window")
    fill(of(opened, 0, "pauseFrom"), "10:30")
    fill(of(opened, 0, "pauseTo"), "11:15")
    of(opened, 1, "rule").select_option("within")
    fill(of(opened, 1, "pauseHours"), "4.5")
    fill(of(opened, 0, "travel"), "90")
    fill(of(opened, 1, "work"), "400")
    of(opened, 1, "end").select_option("1")
    of(opened, 1, "works-Mo").uncheck()
    of(opened, 1, "works-Sa").check()
    of(opened, 1, "prefers").select_option("district")
    of(opened, 1, "preferred").select_option("1")
    fill(of(opened, 1, "worth"), "25")
    start(opened)
    heard = request_of(opened)
    assert heard["requires"] == {"playgrounds": [SKILL]}
    assert heard["windows"] == [["08:00", "12:00"], ["13:00", "14:30"]]
    assert heard["setUpMinutes"] == 3 and "people" not in heard and "nightOnly" not in heard
    assert heard["serviceMinutes"] == {"default": 20, "byType": {"erfahren": 12}}
    first, second = heard["inspectors"]
    assert first["qualifications"] == [SKILL, "ZTV"] and second["qualifications"] == [SKILL]
    assert first["type"] == "erfahren" and "type" not in second
    assert first["breaks"] == [{"minutes": 30, "window": ["10:30", "11:15"]}]
    assert second["breaks"] == [{"minutes": 30, "withinHours": 4.5}]
    assert first["maxTravelMinutes"] == 90 and "maxWorkMinutes" not in first
    assert second["maxWorkMinutes"] == 400 and "maxTravelMinutes" not in second
    depots = [each["geometry"]["coordinates"] for each in ask(opened.base, "/collections/depots/items?f=json")["features"]]
    assert first["end"] == first["start"] == depots[0] and second["end"] == depots[1]
    assert "weekdays" not in first and second["weekdays"] == "Tu,We,Th,Fr,Sa"
    assert heard["preferences"] == [{"filter": {"district": "1"}, "inspector": "Tour 2", "minutes": 25}]
    assert opened.complaints == []


def test_breaks_and_opening_times_hold_in_the_plan(visit, town):
    opened = open_form(visit, town)
    unfold(opened)
    fill(opened.page.locator("#tour-open-from"), "09:00")
    fill(opened.page.locator("#tour-open-to"), "11:00")
    of(opened, 0, "rule").select_option("window")
    fill(of(opened, 0, "pauseFrom"), "10:00")
    fill(of(opened, 0, "pauseTo"), "10:10")
    document = start(opened)
    assert all("09:00" <= stop["begin"][11:16] <= "11:00" for stop in stops_of(document)) and stops_of(document)
    breaks = [each for route in document["routes"] if route["inspector"] == "Tour 1" for each in route["breaks"]]
    assert all("10:00" <= each["begin"][11:16] <= "10:10" for each in breaks)


def test_whoever_works_on_some_days_goes_on_these(visit, town):
    opened = open_form(visit, town)
    unfold(opened)
    fill(opened.page.locator("#tour-day"), "2026-12-04")
    fill(opened.page.locator("#tour-days"), "4")
    fill(opened.page.locator("#tour-minutes"), "100")
    for day in ["Mo", "Di", "Mi", "Do", "Fr"]:
        opened.page.locator(".inspector").nth(1).get_by_label(day, exact=True).uncheck()
    opened.page.locator("#tour-plan").click()
    opened.until("document.querySelector('#tour-fault').textContent !== ''")
    assert "an welchen Tagen Tour 2 arbeitet" in fault(opened) and len(invalid(opened)) == 1
    opened.page.locator(".inspector").nth(1).get_by_label("Sa", exact=True).check()
    assert invalid(opened) == []
    opened.screenshot("tours-weekdays")
    document = start(opened)
    # From Friday to Monday.
    days = {name: {route["day"] for route in document["routes"] if route["inspector"] == name} for name in ["Tour 1", "Tour 2"]}
    assert days == {"Tour 1": {"2026-12-04", "2026-12-07"}, "Tour 2": {"2026-12-05"}}


def test_whoever_prefers_a_district_goes_there(visit, town):
    opened = open_form(visit, town)
    unfold(opened)
    of(opened, 1, "prefers").select_option("district")
    assert "Innenstadt" in of(opened, 1, "preferred").inner_text()
    of(opened, 1, "preferred").select_option("1")
    fill(of(opened, 1, "worth"), "240")
    document = start(opened)
    playgrounds = ask(opened.base, "/collections/playgrounds/items?limit=1000&f=json")["features"]
    district = {f"playgrounds/{each['id']}" for each in playgrounds if str(each["properties"]["district"]) == "1"}
    visited = {route["inspector"]: {each for stop in route["stops"] for each in stop["features"]} for route in document["routes"]}
    assert district & features(document)
    assert visited["Tour 2"] >= district & features(document)
    assert not visited.get("Tour 1", set()) & district


def test_work_of_the_night_is_done_at_night(visit, town):
    opened = open_form(visit, town)
    unfold(opened)
    opened.page.locator("#tour-night").check()
    for number in range(2):
        fill(of(opened, number, "from"), "21:00")
        fill(of(opened, number, "to"), "05:00")
    document = start(opened)
    assert stops_of(document)
    for stop in stops_of(document):
        assert stop["begin"][11:16] >= "22:00" or stop["departure"][11:16] <= "05:00"


def test_two_people_are_sent_where_the_work_takes_two(visit, town):
    opened = open_form(visit, town)
    unfold(opened)
    fill(opened.page.locator("#tour-people"), "2")
    document = start(opened)
    assert stops_of(document) and all(len(stop["companions"]) == 1 for stop in stops_of(document))


def test_what_the_page_finds_wrong_is_told_at_once_and_in_german(visit, town):
    opened = open_form(visit, town)
    page = opened.page
    fill(page.locator("#tour-day"), "2026-12-05")
    fill(page.locator("#tour-days"), "2")
    unfold(opened)
    fill(page.locator("#tour-requires"), SKILL)
    fill(page.locator("#tour-open-from"), "08:00")
    page.locator("#tour-night").check()
    fill(of(opened, 0, "pause"), "60")
    fill(of(opened, 0, "to"), "07:45")
    of(opened, 1, "rule").select_option("window")
    fill(of(opened, 1, "pauseFrom"), "16:00")
    fill(of(opened, 1, "pauseTo"), "17:00")
    of(opened, 1, "prefers").select_option("district")
    page.evaluate("document.querySelectorAll('#tour-form details').forEach((each) => { each.open = false; })")
    page.locator("#tour-plan").click()
    told = fault(opened)
    for words in ["Beginn und Ende", "Pause von Tour 1 passt nicht", "Pause von Tour 2 liegt außerhalb", "Tour 2 bevorzugt", "arbeitet niemand",
                  f"Sachkunde „{SKILL}“", "Keine Schicht liegt in der Nacht"]:
        assert words in told
    marked = invalid(opened)
    assert {"tour-open-to", "tour-night", "tour-day", of(opened, 0, "pause").get_attribute("id"), of(opened, 1, "pauseFrom").get_attribute("id")} <= set(marked)
    assert len(marked) == len(told.splitlines())
    # The first of them is unfolded and has the keyboard's place; what is mended is wrong no more.
    assert page.evaluate("document.activeElement.id") == "tour-open-to"
    assert "Beginn und Ende" in page.locator("#fault-at-tour-open-to").inner_text() and page.locator("#fault-at-tour-open-to").is_visible()
    opened.screenshot("tours-faults")
    fill(page.locator("#tour-open-to"), "12:00")
    assert "tour-open-to" not in invalid(opened) and page.locator("#fault-at-tour-open-to").count() == 0


def test_what_the_server_finds_wrong_stands_at_its_field_in_german(visit, town):
    opened = open_form(visit, town)
    opened.page.locator("#tour-filter").evaluate("(each) => { each.value = 'nowhere = 1'; }")
    opened.page.locator("#tour-plan").click()
    opened.until("document.querySelector('#tour-fault').textContent !== ''")
    assert "Nur Objekte mit (CQL2)" in fault(opened) and "nennt ein Merkmal, das es nicht gibt" in fault(opened)
    # What the server wrote stands below, marked as English.
    assert "nowhere" in opened.page.locator("#tour-fault [lang=en]").inner_text()
    assert invalid(opened) == ["tour-filter"]
    assert opened.page.evaluate("document.activeElement.id") == "tour-filter"
    opened.page.get_by_role("button", name="English").click()
    opened.page.locator("#tour-plan").click()
    opened.until("document.querySelector('#tour-fault').textContent.includes('One entry')")
    assert "has no property" in fault(opened) and opened.page.locator("#tour-fault [lang=en]").count() == 0


def test_each_place_of_a_request_has_its_field(visit, town):
    opened = open_form(visit, town)
    unfold(opened)
    of(opened, 1, "prefers").select_option("district")
    of(opened, 1, "preferred").select_option("1")
    card = [opened.page.locator(".inspector").nth(number).locator("[id^='tour-name-']").get_attribute("id").split("-")[-1] for number in range(2)]
    fields = {
        "$.collections[0]": "tour-of-playgrounds", "$.bbox[1]": "tour-area", "$.serviceMinutes": "tour-minutes", "$.serviceMinutes.property": "tour-minutes-property",
        "$.due.property": "tour-due", "$.days": "tour-days", "$.day": "tour-day", "$.requires.playgrounds": "tour-requires", "$.windows[0][1]": "tour-open-from",
        "$.people": "tour-people", "$.setUpMinutes": "tour-set-up", "$.profile": "tour-profile", "$.inspectors[0].id": f"tour-name-{card[0]}",
        "$.inspectors[1].shift[0]": f"tour-from-{card[1]}", "$.inspectors[1].shift[1]": f"tour-to-{card[1]}", "$.inspectors[0].start[1]": f"tour-depot-{card[0]}",
        "$.inspectors[1].end": f"tour-end-{card[1]}", "$.inspectors[0].breaks[0].minutes": f"tour-pause-{card[0]}",
        "$.inspectors[0].maxTravelMinutes": f"tour-travel-{card[0]}", "$.preferences[0].filter": f"tour-prefers-{card[1]}",
        "$.preferences[0].minutes": f"tour-worth-{card[1]}",
    }
    refused(opened, [{"code": "outOfRange", "path": path, "remedy": "send another"} for path in fields])
    assert set(invalid(opened)) == set(fields.values())
    lines = opened.page.locator("#tour-fault li").all_inner_texts()
    assert len(lines) == len(fields) and not any("$" in each or "undefined" in each for each in lines)
    assert any(each.startswith("Tour 2: Tour endet:") for each in lines)


def test_every_code_of_a_fault_has_its_sentence(visit, town):
    source = (ROOT / "Sources" / "LageplanPlanner" / "TourRequestFault.swift").read_text()
    codes = re.findall(r"`(\w+)`", source[source.index("A word for machines"):source.index("public var code")])
    assert len(codes) > 10
    opened = open_form(visit, town)
    refused(opened, [{"code": code, "path": "$", "remedy": f"mend {code}"} for code in [*codes, "aCodeOfTomorrow"]])
    lines = opened.page.locator("#tour-fault li").all_inner_texts()
    german = [each.split("\n")[0] for each in lines[:-1]]
    assert len(set(german)) == len(codes) and not any("mend" in each or "undefined" in each for each in german)
    assert all(f"mend {code}" in line for code, line in zip(codes, lines))
    # Of a code that the page does not know it tells what the server wrote.
    assert "mend aCodeOfTomorrow" in lines[-1]


def test_a_busy_server_and_one_that_is_gone_are_told(visit, town):
    opened = open_form(visit, town)
    refused(opened, [], 503, code="busy")
    assert "rechnet schon an anderen Plänen" in fault(opened)
    opened.page.unroute("**/tours?f=json")
    opened.page.route("**/tours?f=json", lambda route: route.abort())
    opened.page.locator("#tour-plan").click()
    opened.until("document.querySelector('#tour-fault').textContent.includes('nicht zu erreichen')")


def test_the_map_shows_the_tours_and_they_fill_it(visit, town):
    opened = open_form(visit, town, hash_="#9.5/52.4264/10.78&list=playgrounds", width=1400, height=900)
    start(opened)
    box = opened.page.locator("#map").bounding_box()
    places = opened.page.evaluate("""[...new Set(window.lageplan.map.querySourceFeatures("tours", { filter: ["==", ["get", "kind"], "stop"] })
      .map(({ geometry }) => geometry.coordinates))].map((each) => window.lageplan.map.project(each)).map(({ x, y }) => [x, y])""")
    assert len(places) > 3 and all(0 < x < box["width"] and 0 < y < box["height"] for x, y in places)
    across, down = [max(axis) - min(axis) for axis in zip(*places)]
    assert across > box["width"] * 0.4 or down > box["height"] * 0.4


def test_names_of_the_map_make_way_for_stops(visit, town):
    opened = open_form(visit, town)
    start(opened)
    assert drawn(opened, "tours-stop")
    ignoring = opened.page.evaluate("""["tours-stop", "tours-depot", "tours-left"].filter((each) =>
      window.lageplan.map.getLayoutProperty(each, "icon-ignore-placement"))""")
    assert ignoring == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 400], ids=["desk", "phone"])
def test_the_whole_form_has_no_barriers(visit, town, width, dark):
    opened = open_form(visit, town, width=width, height=844, dark=dark)
    unfold(opened)
    fill(opened.page.locator("#tour-open-from"), "08:00")
    opened.page.locator("#tour-night").check()
    fill(of(opened, 0, "type"), "erfahren")
    of(opened, 0, "rule").select_option("window")
    of(opened, 0, "prefers").select_option("district")
    for box in opened.page.locator("#tour-collections input:checked").all():
        box.uncheck()
    opened.page.locator("#tour-plan").click()
    assert fault(opened)
    assert violations(opened.page) == []
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= width


def test_german_and_english_say_the_same(visit, town):
    opened = visit(TOWN, at=town.base)
    sentences = opened.page.evaluate("""Promise.all([import("/assets/tourformwords.js"), import("/assets/tourwords.js")])
      .then(([one, other]) => ["de", "en"].map((each) => ({ ...one.tourFormSentences[each], ...other.tourSentences[each] })))""")
    german, english = [{key: sorted(part.split("}")[0] for part in words.split("{")[1:]) for key, words in each.items()
                        if not key.startswith(("tourFault_", "tourProblem_"))} for each in sentences]
    assert german == english


# The register

INSPECTORS = [
    {"kennung": "A", "name": "Amira Blum", "bauhof": "Bauhof Mitte", "schichtbeginn": "06:30", "schichtende": "14:30", "typ": "erfahren", "tage": "Mo-Fr"},
    {"kennung": "B", "name": "Bert Carstens", "bauhof": "Bauhof Nord", "schichtbeginn": "08:00", "schichtende": "16:00", "pause_minuten": 30},
    {"kennung": "C", "name": "Cem Demir", "bauhof": "Bauhof Mitte", "schichtbeginn": "07:00", "schichtende": "15:00"},
]


def served(folder, inspectors):
    """A town with these inspectors in its register."""
    database = folder / "town.sqlite"
    subprocess.run([str(BINARY), "demo", "--database", str(database), "--scale", "0.05"], check=True, capture_output=True, timeout=300)
    rows = folder / "inspectors.geojson"
    rows.write_text(json.dumps({"type": "FeatureCollection", "features": [
        {"type": "Feature", "id": str(index + 1), "geometry": {"type": "Point", "coordinates": [10.78, 52.43]}, "properties": properties}
        for index, properties in enumerate(inspectors)]}))
    subprocess.run([str(BINARY), "import", str(rows), "--collection", "inspectors", "--database", str(database)], check=True, capture_output=True, timeout=120)
    return Server(database)


@pytest.fixture(scope="module")
def staffed(tmp_path_factory):
    server = served(tmp_path_factory.mktemp("staffed"), INSPECTORS)
    yield server
    assert server.stop() == 0, "".join(server.lines[-20:])


def test_those_of_the_register_go_in_their_shifts(visit, staffed):
    opened = open_form(visit, staffed)
    page = opened.page
    assert page.locator("#tour-source").input_value() == "register" and not page.locator("#tour-who").is_visible()
    assert page.locator("#tour-staff label").all_inner_texts() == ["Amira Blum", "Bert Carstens", "Cem Demir"]
    page.get_by_label("Cem Demir").uncheck()
    fill(page.get_by_label("Minuten je Besuch (erfahren)"), "15")
    fill(page.locator("#tour-day"), "2026-12-01")
    fill(page.locator("#tour-minutes"), "60")
    document = start(opened)
    assert request_of(opened)["inspectors"] == {"collection": "inspectors", "ids": ["A", "B"]}
    routes = {route["inspector"]: route for route in document["routes"]}
    assert set(routes) == {"A", "B"}
    minutes = {"A": 15 * 60, "B": 60 * 60}
    shifts = {"A": ("06:30", "14:30"), "B": ("08:00", "16:00")}
    for name, route in routes.items():
        for stop in route["stops"]:
            assert {each["service"] for each in stop["visits"]} == {minutes[name]}
        if route["stops"]:
            assert shifts[name][0] <= route["departure"][11:16] and route["arrival"][11:16] <= shifts[name][1]
    names = {each["kennung"]: each["name"] for each in INSPECTORS}
    assert page.locator("[data-route] h3").all_inner_texts() == [names[each["inspector"]] for each in document["routes"]]
    assert opened.complaints == []
    opened.screenshot("tours-register")


def test_somebody_of_the_register_must_go(visit, staffed):
    opened = open_form(visit, staffed)
    for box in opened.page.locator("#tour-staff input").all():
        box.uncheck()
    opened.page.locator("#tour-plan").click()
    assert "mindestens eine Person" in fault(opened) and invalid(opened) == ["tour-staff-0"]


def test_a_form_of_ones_own_is_there_beside_the_register(visit, staffed):
    opened = open_form(visit, staffed)
    opened.page.locator("#tour-source").select_option("here")
    assert not opened.page.locator("#tour-staff").is_visible()
    assert [each["inspector"] for each in start(opened)["routes"]] == ["Tour 1", "Tour 2"]


def test_what_is_wrong_in_the_register_is_told(visit, tmp_path):
    server = served(tmp_path, [{**INSPECTORS[0], "bauhof": "Bauhof Nirgends"}, {**INSPECTORS[1], "schichtbeginn": "halb acht"}])
    try:
        opened = open_form(visit, server)
        opened.page.locator("#tour-plan").click()
        opened.until("document.querySelector('#tour-fault').textContent !== ''")
        assert "2 Angaben stimmen nicht" in fault(opened) and "In den Daten steht etwas" in fault(opened)
        assert "Bauhof Nirgends" in fault(opened) and "halb acht" in fault(opened)
        assert invalid(opened) == ["tour-source"]
    finally:
        assert server.stop() == 0
