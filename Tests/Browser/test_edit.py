"""Editing on the map, against a server that takes changes: signing in, drawing, changing, faults, conflicts, what others do."""

import json
import subprocess
import urllib.request

import pytest

from conftest import BINARY, Server
from test_access import violations


@pytest.fixture(scope="module")
def writable(tmp_path_factory):
    file = tmp_path_factory.mktemp("editing") / "town.sqlite"
    subprocess.run([str(BINARY), "demo", "--database", str(file), "--scale", "0.05"], check=True, capture_output=True, timeout=300)
    made = subprocess.run(
        [str(BINARY), "token", "add", "erika", "--database", str(file), "--scope", "write"], check=True, capture_output=True, text=True)
    server = Server(file, "--writable")
    server.token = made.stdout.strip().split()[-1]
    yield server
    assert server.stop() == 0, "SIGTERM must end the server although maps listen:\n" + "".join(server.lines[-20:])


@pytest.fixture
def somebody(writable):
    """Somebody else changes a feature, by the interface."""

    def change(path, properties):
        request = urllib.request.Request(
            f"{writable.base}{path}", method="PATCH", data=json.dumps({"properties": properties}).encode(),
            headers={"Authorization": f"Bearer {writable.token}", "Content-Type": "application/merge-patch+json"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status

    return change


@pytest.fixture
def ask(writable):
    def get(path):
        with urllib.request.urlopen(writable.base + path, timeout=30) as answer:
            return json.load(answer)

    return get


@pytest.fixture
def editing(visit, writable):
    """The map page of the writable server, signed in."""

    def open_(hash_, **options):
        return visit(hash_, at=writable.base, before=lambda context: context.add_init_script(
            f"sessionStorage.setItem('lageplan.token', '{writable.token}')"), **options)

    return open_


@pytest.fixture
def place(ask):
    feature = ask("/collections/playgrounds/items?limit=1&f=json")["features"][0]
    longitude, latitude = feature["geometry"]["coordinates"]
    return feature, f"#17/{latitude:.6f}/{longitude:.6f}&list=playgrounds&item=playgrounds/{feature['id']}"


def form(opened):
    opened.page.locator("#edit-feature").click()
    opened.page.locator("#editor").wait_for()
    return opened.page


def save(opened):
    opened.page.get_by_role("button", name="Speichern").click()


def test_a_server_that_takes_no_changes_offers_no_editing(visit):
    opened = visit()
    assert opened.page.locator("#edit-toggle").is_hidden()
    assert opened.page.locator("#editing").is_hidden()


def test_one_signs_in_with_a_token_that_the_server_knows(visit, writable):
    opened = visit(at=writable.base)
    page = opened.page
    page.get_by_role("button", name="Bearbeiten").click()
    assert violations(page) == []
    page.get_by_label("Zugangsschlüssel").fill("falsch")
    page.get_by_role("button", name="Anmelden").click()
    opened.until("document.querySelector('#sign-in-fault').textContent.includes('kennt der Server nicht')")
    page.get_by_label("Zugangsschlüssel").fill(writable.token)
    with page.expect_navigation():
        page.get_by_role("button", name="Anmelden").click()
    opened.ready()
    assert page.locator("#editing").is_visible()
    with page.expect_navigation():
        page.get_by_role("button", name="Abmelden").click()
    opened.ready()
    assert page.locator("#editing").is_hidden()


def test_a_change_by_form_and_by_arrow_keys_is_kept(editing, place, ask):
    feature, address = place
    opened = editing(address)
    page = form(opened)
    assert violations(page) == []
    page.get_by_label("Name", exact=True).fill("Platz am Markt")
    page.get_by_role("button", name="Stützpunkt 1 von 1").focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    save(opened)
    opened.until("document.querySelector('#panel-title').textContent === 'Platz am Markt'")
    now = ask(f"/collections/playgrounds/items/{feature['id']}?f=json")
    assert now["properties"]["name"] == "Platz am Markt"
    assert now["geometry"]["coordinates"][0] > feature["geometry"]["coordinates"][0]
    assert {**now["properties"], "name": feature["properties"]["name"]} == feature["properties"]
    opened.screenshot("edit-saved")


def test_a_place_is_changed_by_numbers_alone(editing, place, ask):
    feature, address = place
    opened = editing(address)
    page = form(opened)
    page.get_by_label("Länge des Stützpunkts 1 von 1").fill("10,75")
    page.get_by_label("Breite des Stützpunkts 1 von 1").fill("52.42")
    page.keyboard.press("Tab")
    save(opened)
    opened.until("!document.querySelector('#editor')")
    assert ask(f"/collections/playgrounds/items/{feature['id']}?f=json")["geometry"]["coordinates"] == pytest.approx([10.75, 52.42], abs=1e-6)


def test_faults_are_told_at_their_fields(editing, place):
    opened = editing(place[1])
    page = form(opened)
    page.get_by_role("textbox", name="Fläche (m²)").fill("viel")
    save(opened)
    assert page.get_by_role("textbox", name="Fläche (m²)").get_attribute("aria-invalid") == "true"
    assert "ganze Zahl" in page.locator("#fault-area").inner_text()
    assert page.evaluate("document.activeElement.id") == "property-area"
    assert violations(page) == []


def test_whoever_comes_second_sees_the_change_and_overwrites_nothing(editing, place, somebody, ask):
    feature, address = place
    path = f"/collections/playgrounds/items/{feature['id']}"
    opened = editing(address)
    page = form(opened)
    page.get_by_label("Name", exact=True).fill("Meiner")
    assert somebody(path, {"name": "Ihrer", "minutes": 55}) == 204
    save(opened)
    opened.until("document.querySelector('#panel .fault-summary').textContent.includes('inzwischen geändert')")
    shown = page.locator("#panel .fault-summary").inner_text()
    assert "Ihrer" in shown and "55" in shown
    assert ask(f"{path}?f=json")["properties"]["name"] == "Ihrer"
    assert violations(page) == []
    opened.screenshot("edit-conflict")
    page.get_by_role("button", name="Neuen Stand übernehmen").click()
    assert page.get_by_label("Name", exact=True).input_value() == "Ihrer"
    page.get_by_label("Name", exact=True).fill("Unserer")
    save(opened)
    opened.until("document.querySelector('#panel-title').textContent === 'Unserer'")
    assert ask(f"{path}?f=json")["properties"]["minutes"] == 55


def test_whoever_saves_a_feature_that_was_deleted_meanwhile_is_told(editing, writable, place):
    feature, address = place
    opened = editing(address)
    page = form(opened)
    page.get_by_label("Name", exact=True).fill("Zu spät")
    request = urllib.request.Request(
        f"{writable.base}/collections/playgrounds/items/{feature['id']}", method="DELETE",
        headers={"Authorization": f"Bearer {writable.token}"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert answer.status == 204
    save(opened)
    opened.until("document.querySelector('#panel .fault-summary').textContent.includes('inzwischen gelöscht')")


def test_what_changed_while_nobody_listened_is_shown_later(visit, writable, place, somebody):
    feature, address = place
    asked = []

    def end_the_first(route):
        asked.append(route.request.url)
        if len(asked) == 1:
            route.fulfill(status=200, content_type="text/event-stream", body="")
        else:
            route.continue_()

    opened = visit(address, at=writable.base, before=lambda context: context.route("**/changes/stream*", end_the_first))
    opened.page.wait_for_timeout(300)
    assert len(asked) == 1
    somebody(f"/collections/playgrounds/items/{feature['id']}", {"name": "Unbemerkt"})
    opened.until("document.querySelector('#panel-title').textContent === 'Unbemerkt'", seconds=30)


def test_what_others_change_is_shown_as_it_happens(visit, writable, place, somebody):
    feature, address = place
    opened = visit(address, at=writable.base)
    opened.page.wait_for_timeout(300)  # the stream of changes begins when all is drawn
    somebody(f"/collections/playgrounds/items/{feature['id']}", {"name": "Von anderer Stelle"})
    opened.until("document.querySelector('#panel-title').textContent === 'Von anderer Stelle'")
    opened.until("document.querySelector('#list-items').textContent.includes('Von anderer Stelle')")


def test_an_area_is_drawn_its_corner_dragged_and_the_feature_deleted(editing, ask):
    before = ask("/collections/green-areas/items?limit=1&f=json")["numberMatched"]
    opened = editing("#16/52.43/10.74&list=green-areas")
    page = opened.page
    page.get_by_role("button", name="neue Fläche").click()
    page.locator("#editor").wait_for()
    box = page.locator("#map").bounding_box()
    for x, y in ((150, 200), (300, 210), (290, 340)):
        page.mouse.click(box["x"] + x, box["y"] + y)
        page.wait_for_timeout(350)  # two clicks at once are a double click, which zooms
    assert violations(page) == []
    page.get_by_role("button", name="Fertig gezeichnet").click()
    page.get_by_role("button", name="Stützpunkt hier einfügen").first.click()
    assert page.get_by_role("button", name="von 4").count() == 4
    corner = page.get_by_role("button", name="Stützpunkt 1 von 4").bounding_box()
    middle = (corner["x"] + corner["width"] / 2, corner["y"] + corner["height"] / 2)
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(middle[0] - 40, middle[1] - 30, steps=4)
    page.mouse.up()
    page.get_by_label("Name", exact=True).fill("Neue Wiese")
    opened.screenshot("edit-area")
    save(opened)
    opened.until("document.querySelector('#panel-title').textContent === 'Neue Wiese'")
    made = ask("/collections/green-areas/items?name=Neue%20Wiese&f=json")["features"]
    assert len(made) == 1 and len(made[0]["geometry"]["coordinates"][0]) == 5
    page.locator("#delete-feature").click()
    page.locator("#confirm-yes").click()
    opened.until("document.querySelector('#panel').hidden")
    assert ask("/collections/green-areas/items?limit=1&f=json")["numberMatched"] == before


def test_leaving_with_changes_asks_first(editing, place):
    opened = editing(place[1])
    page = form(opened)
    page.get_by_label("Name", exact=True).fill("Halb fertig")
    page.get_by_role("button", name="Schließen").click()
    assert page.locator("#confirm").is_visible()
    page.locator("#confirm").get_by_role("button", name="Abbrechen").click()
    assert page.get_by_label("Name", exact=True).input_value() == "Halb fertig"


def test_editing_fits_on_a_phone(editing, place):
    opened = editing(place[1], width=320, height=640)
    page = form(opened)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    opened.screenshot("edit-narrow")
