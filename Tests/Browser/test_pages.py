"""The pages of the service for people: with and without scripts, at every width, in the dark."""

import re

import pytest

from test_access import violations

PAGES = ["/", "/collections", "/collections/playgrounds", "/collections/streets/items?limit=20", "/collections/playgrounds/schema",
         "/styles", "/collections/playgrounds/queryables", "/collections/playgrounds/sortables", "/conformance", "/api", "/nowhere",
         "/collections/trees/items?height=viel"]


@pytest.fixture
def read(browser, base):
    """Opens a page of the service; gives it with what it asked for and complained about."""
    contexts = []

    def open_(path, width=1280, dark=False, scripts=True):
        context = browser.new_context(
            viewport={"width": width, "height": 800}, locale="de-DE", color_scheme="dark" if dark else "light",
            reduced_motion="reduce", java_script_enabled=scripts)
        contexts.append(context)
        page = context.new_page()
        page.asked = []
        page.complaints = []
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("console", lambda message: page.complaints.append(message.text) if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.goto(base + path)
        if scripts:
            page.evaluate("window.lageplan && window.lageplan.ready && window.lageplan.ready.then(() => true)")
        return page

    yield open_
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def pages(playground):
    return [*PAGES, f"/collections/playgrounds/items/{playground['id']}", f"/collections/playgrounds/items/{playground['id']}/versions"]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_on_any_page(read, pages, dark):
    found = {}
    for path in pages:
        page = read(path, dark=dark)
        page.evaluate("for (const part of [...document.querySelectorAll('details')].slice(0, 6)) part.open = true")
        found[path] = violations(page)
    assert {path: each for path, each in found.items() if each} == {}


def test_nothing_is_cut_off_at_320_pixels(read, pages):
    wide = {}
    for path in pages:
        page = read(path, width=320)
        page.evaluate("for (const part of [...document.querySelectorAll('details')].slice(0, 6)) part.open = true")
        wide[path] = page.evaluate("document.documentElement.scrollWidth")
    assert {path: width for path, width in wide.items() if width > 320} == {}


def test_no_page_asks_another_host_and_none_breaks_its_own_policy(read, pages, base):
    for path in pages:
        page = read(path)
        elsewhere = [url for url in page.asked if not url.startswith((base, "blob:", "data:"))]
        assert elsewhere == [], path
        # A page that itself is an error is reported by the browser as one.
        assert [each for each in page.complaints if not each.startswith("Failed to load resource")] == [], path


def test_every_link_of_the_landing_page_leads_somewhere(read, base):
    page = read("/")
    for address in page.locator("a[href]").evaluate_all("links => links.map(link => link.href)"):
        assert page.request.get(address).status == 200, address


def test_without_scripts_the_form_filters_and_the_address_stays_clean(read, api):
    page = read("/collections/trees/items", scripts=False)
    page.get_by_text("Filtern, sortieren, Bezugssystem").click()
    page.get_by_label("Standort").select_option(index=1)
    with page.expect_navigation():
        page.get_by_role("button", name="Anwenden").click()
    assert re.search(r"/items\?site=[^&=]+&limit=50$", page.url), page.url
    matched = api("/collections/trees/items?" + page.url.split("?")[1])["numberMatched"]
    assert f"{matched:,}".replace(",", ".") in page.locator(".count").inner_text()
    with page.expect_navigation():
        page.get_by_role("link", name="Filter Standort entfernen").click()
    assert page.url.endswith("/items?limit=50")


def test_without_scripts_the_pages_lead_through_all_features(read, api):
    ids = []
    page = read("/collections/signs/items?limit=100", scripts=False)
    while True:
        ids += page.locator("tbody th").all_inner_texts()
        onwards = page.get_by_role("link", name="Nächste Seite")
        if onwards.count() == 0:
            break
        with page.expect_navigation():
            onwards.click()
    assert len(ids) == len(set(ids)) == api("/collections/signs/items?limit=1")["numberMatched"]


def test_without_scripts_features_are_drawn(read):
    page = read("/collections/trees/items?limit=20", scripts=False)
    assert page.locator("figure svg circle.dot").count() == 20
    assert page.locator("figure svg").get_attribute("role") == "img"


def test_a_heading_orders_the_table_and_turns_the_order_round(read):
    page = read("/collections/trees/items?limit=20")

    def heights():
        at = page.locator("thead th").all_inner_texts().index(next(
            each for each in page.locator("thead th").all_inner_texts() if each.startswith("Höhe")))
        cells = page.locator(f"tbody tr > *:nth-child({at + 1})").all_inner_texts()
        return [float(each.replace(".", "").replace(",", ".")) for each in cells]

    with page.expect_navigation():
        page.get_by_role("link", name="Höhe").click()
    assert heights() == sorted(heights())
    assert page.locator("th[aria-sort=ascending]").count() == 1
    with page.expect_navigation():
        page.get_by_role("link", name="Höhe").click()
    assert heights() == sorted(heights(), reverse=True)


def test_a_wrong_condition_is_told_at_its_field(read):
    page = read("/collections/trees/items?filter=height%20%3E%3E%205", scripts=False)
    field = page.get_by_label("Bedingung")
    assert field.input_value() == "height >> 5"
    assert field.get_attribute("aria-invalid") == "true"
    assert page.locator(f"#{field.get_attribute('aria-describedby')}").inner_text() != ""


def test_coordinates_are_written_in_the_chosen_system(read):
    page = read("/collections/depots/items?limit=20")
    page.get_by_text("Filtern, sortieren, Bezugssystem").click()
    page.get_by_label("Bezugssystem der Koordinaten").select_option(label="UTM Zone 32 (EPSG:25832)")
    with page.expect_navigation():
        page.get_by_role("button", name="Anwenden").click()
    assert re.search(r"\d{3}\.\d{3},\d\d 5\.\d{3}\.\d{3},\d\d", page.locator("tbody tr").first.inner_text())


def test_the_map_of_a_page_leads_to_the_features(read):
    page = read("/collections/depots/items")
    assert page.evaluate("""(() => { const { map } = window.lageplan;
      return map.queryRenderedFeatures({ layers: ["selected-ring"] }).length; })()""") > 0
    bounds = page.locator("figure button", has_text="Nur was im Ausschnitt liegt")
    bounds.click()
    page.wait_for_url(re.compile("bbox="))


def test_the_page_of_a_feature_shows_the_same_as_its_document(read, playground):
    page = read(f"/collections/playgrounds/items/{playground['id']}")
    assert page.locator("h1").inner_text() == playground["properties"]["name"]
    shown = page.locator("dl.facts").inner_text()
    assert playground["properties"]["street"] in shown
    with page.expect_navigation():
        page.get_by_role("link", name="Spielgeräte").click()
    assert page.locator("tbody tr").count() == len(playground["equipment"])
