"""What stands beside the map: legend, list, panel, search, permalink and the two languages."""

import urllib.parse


def place_on_screen(visit, feature):
    return visit.page.evaluate("""([longitude, latitude]) => {
      const { x, y } = window.lageplan.map.project([longitude, latitude]);
      const box = document.querySelector("#map").getBoundingClientRect();
      return [x + box.left, y + box.top];
    }""", feature["geometry"]["coordinates"])


def test_the_legend_names_every_collection_with_its_count(visit, collections):
    opened = visit()
    items = opened.page.locator("#legend-items li")
    assert items.count() == len(collections)
    text = opened.page.locator("#legend-items").inner_text()
    for each in collections.values():
        assert each["title"] in text
        assert f"{each['featureCount']:,}".replace(",", ".") in text


def test_each_symbol_of_the_legend_is_told_apart_without_colour(visit):
    """The outline alone: every two point symbols differ in which pixels they cover."""
    opened = visit()
    outlines = opened.page.evaluate("""[...document.querySelectorAll("#legend-items canvas")].map((canvas) => {
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      return [...data].filter((_, index) => index % 4 === 3).map((alpha) => (alpha > 127 ? 1 : 0)).join("");
    })""")
    # Green areas and districts are both areas: they differ in fill and rim, and on the map by their names.
    assert len(set(outlines)) >= len(outlines) - 1


def test_a_box_of_the_legend_switches_its_collection_off_and_on(visit, beside):
    opened = visit(beside)
    box = opened.page.get_by_role("checkbox", name="Spielplätze")
    assert opened.rendered().get("playgrounds", 0) > 0
    box.uncheck()
    opened.settled()
    assert "playgrounds" not in opened.rendered()
    assert "off=playgrounds" in opened.page.url
    box.check()
    opened.settled()
    assert opened.rendered().get("playgrounds", 0) > 0


def test_the_legend_says_what_shows_only_from_near(visit):
    opened = visit("#9/52.42/10.78")
    assert "näher heranzoomen" in opened.page.locator("#legend-items li", has_text="Spielgeräte").inner_text()


def test_a_click_on_a_symbol_opens_its_panel(visit, beside, playground):
    opened = visit(beside)
    opened.page.mouse.click(*place_on_screen(opened, playground))
    opened.page.locator("#panel").wait_for(state="visible")
    opened.until("!document.querySelector('#panel').hidden")
    panel = opened.page.locator("#panel").inner_text()
    assert playground["properties"]["name"] in panel
    assert str(playground["id"]) in panel
    assert f"item=playgrounds/{urllib.parse.quote(str(playground['id']), safe='')}" in opened.page.url
    opened.screenshot("panel-light")


def test_the_panel_uses_the_titles_of_the_schema(visit, api, beside, playground):
    opened = visit(f"{beside}&item=playgrounds/{playground['id']}")
    shown = opened.page.locator("#panel dt").all_inner_texts()
    titles = [each["title"] for name, each in api("/collections/playgrounds/schema")["properties"].items()
              if name in playground["properties"] and name != "id" and "title" in each]
    assert titles and set(titles) <= set(shown), shown


def test_the_panel_lists_what_belongs_to_it_and_leads_there_and_back(visit, beside, playground):
    opened = visit(f"{beside}&item=playgrounds/{playground['id']}")
    belonging = opened.page.locator('#panel [data-belonging="equipment"] button')
    assert belonging.count() == min(25, len(playground["equipment"]))
    belonging.first.click()
    opened.until("document.querySelector('#panel-kind').textContent.includes('Spielgeräte')")
    opened.page.locator("#panel .link", has_text=str(playground["id"])).click()
    opened.until("document.querySelector('#panel-kind').textContent.includes('Spielplätze')")
    assert opened.page.locator("#panel-title").inner_text() == playground["properties"]["name"]


def test_the_list_shows_what_is_in_view(visit, api, beside, playground):
    opened = visit(f"{beside}&list=playgrounds")
    names = opened.page.locator("#list-items .name").all_inner_texts()
    assert playground["properties"]["name"] in names
    whole = api("/collections/playgrounds/items?limit=1&f=json")["numberMatched"]
    assert len(names) < whole
    opened.page.evaluate("window.lageplan.map.jumpTo({ center: [0, 0], zoom: 12 })")
    opened.until("document.querySelectorAll('#list-items li').length === 0")
    assert "nichts" in opened.page.locator("#list-count").inner_text()


def test_the_list_goes_on_to_the_next_page(visit):
    opened = visit("#9/52.42/10.78&list=streets")
    assert opened.page.locator("#list-items li").count() == 50
    opened.page.get_by_role("button", name="Weitere anzeigen").click()
    opened.until("document.querySelectorAll('#list-items li').length > 50")
    ids = opened.page.locator("#list-items li .muted").all_inner_texts()
    assert len(set(ids)) == len(ids)


def test_choosing_from_the_list_flies_there_and_opens_the_panel(visit):
    opened = visit("#11/52.42/10.78&list=depots")
    name = opened.page.locator("#list-items .name").first.inner_text()
    opened.page.locator("#list-items button").first.click()
    opened.until("window.lageplan.map.getZoom() > 15")
    assert opened.page.locator("#panel-title").inner_text() == name
    assert opened.page.evaluate("window.lageplan.map.getSource('selected')._data !== undefined")


def test_the_search_finds_by_exact_name_and_by_identifier(visit, playground):
    opened = visit("#10/52.42/10.78&list=playgrounds")
    for text in (playground["properties"]["name"], str(playground["id"])):
        opened.page.get_by_role("searchbox").fill(text)
        opened.page.get_by_role("button", name="Suchen").click()
        opened.until("!document.querySelector('#found').hidden && document.querySelectorAll('#found-items li').length > 0")
        assert playground["properties"]["name"] in opened.page.locator("#found-items .name").all_inner_texts()


def test_the_address_brings_everything_back(visit, beside, playground):
    first = visit(f"{beside}&off=trees,signs&list=equipment&item=playgrounds/{playground['id']}&lang=en")
    address = urllib.parse.urlsplit(first.page.url).fragment
    second = visit("#" + address)
    assert urllib.parse.urlsplit(second.page.url).fragment == address
    assert second.page.locator("#list-collection").input_value() == "equipment"
    assert not second.page.get_by_role("checkbox", name="Bäume").is_checked()
    assert second.page.locator("#panel-title").inner_text() == playground["properties"]["name"]
    assert second.page.locator("html").get_attribute("lang") == "en"
    assert "trees" not in second.rendered()


def test_a_damaged_address_still_opens_the_town(visit):
    opened = visit("#x/NaN/999&off=%zz,nothing&list=%&item=&lang=tlh")
    assert opened.rendered().get("districts", 0) > 0
    assert opened.page.locator("html").get_attribute("lang") == "de"
    assert opened.complaints == []


def test_the_page_speaks_german_and_english(visit, beside, playground):
    opened = visit(f"{beside}&item=playgrounds/{playground['id']}")
    assert opened.page.locator("html").get_attribute("lang") == "de"
    german = opened.page.locator("body").inner_text()
    opened.page.get_by_role("button", name="English").click()
    opened.until("document.documentElement.lang === 'en'")
    opened.until("document.querySelector('#panel-body dt').textContent === 'Identifier'")
    english = opened.page.locator("body").inner_text()
    for word, other in (("Legende", "Legend"), ("Liste", "List"), ("Dazu gehören", "What belongs to it"), ("Kennung", "Identifier")):
        assert word.lower() in german.lower() and other.lower() in english.lower()
    assert "Legende" not in english and "Lizenzen" not in english
    assert opened.page.locator(".maplibregl-ctrl-zoom-in").get_attribute("aria-label") == "Zoom in"


def test_every_sentence_exists_in_both_languages(visit):
    opened = visit()
    missing = opened.page.evaluate("""import("/assets/i18n.js").then(({ languages, setLanguage, t }) => {
      const keys = [...document.querySelectorAll("[data-i18n],[data-i18n-label],[data-i18n-placeholder]")].map((element) =>
        element.dataset.i18n || element.dataset.i18nLabel || element.dataset.i18nPlaceholder);
      return languages.flatMap((language) => {
        setLanguage(language);
        return keys.filter((key) => key && !t(key)).map((key) => `${language}: ${key}`);
      });
    })""")
    assert missing == []


def test_the_open_feature_is_marked_in_the_list(visit, beside, playground):
    opened = visit(f"{beside}&list=playgrounds&item=playgrounds/{playground['id']}")
    marked = opened.page.locator("#list-items [aria-current=true]")
    assert marked.locator(".name").inner_text() == playground["properties"]["name"]
    opened.page.keyboard.press("Escape")
    opened.until("!document.querySelector('#list-items [aria-current]')")
