"""For everybody: keyboard, screen reader, small and zoomed screens, no WebGL, no map library."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}


def violations(page):
    return [f"{each['id']}: {node['html']}" for each in Axe().run(page, options=WCAG).response["violations"] for node in each["nodes"]]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390], ids=["desk", "phone"])
def test_axe_finds_nothing_at_level_aa(visit, beside, playground, dark, width):
    opened = visit(f"{beside}&item=playgrounds/{playground['id']}", width=width, height=844, dark=dark)
    opened.screenshot(f"panel-{'dark' if dark else 'light'}-{width}")
    assert violations(opened.page) == []


def test_axe_would_find_an_unlabelled_field(visit):
    opened = visit()
    opened.page.evaluate("document.querySelector('main').append(document.createElement('input'))")
    assert any(each.startswith("label:") for each in violations(opened.page))


def test_everything_is_reached_and_done_by_keyboard(visit, playground):
    opened = visit("#10/52.42/10.78&off=trees&list=playgrounds")
    keyboard = opened.page.keyboard

    def focused():
        return opened.page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()")

    keyboard.press("Tab")
    assert focused() == "Zur Liste springen"
    keyboard.press("Enter")
    opened.until("document.activeElement.id === 'list'")
    assert "off=trees" in opened.page.url
    keyboard.press("Tab")
    assert focused() == "list-collection"
    keyboard.press("Tab")
    name = opened.page.evaluate("document.activeElement.querySelector('.name').textContent")
    keyboard.press("Enter")
    opened.until("!document.querySelector('#panel').hidden")
    opened.until("document.activeElement.id === 'panel-title'")
    assert opened.page.locator("#panel-title").inner_text() == name
    assert name in opened.page.locator("#status").inner_text()
    keyboard.press("Escape")
    opened.until("document.querySelector('#panel').hidden")
    assert opened.page.evaluate("document.activeElement !== document.body")


def test_focus_is_always_on_something_visible(visit):
    opened = visit()
    seen = []
    for _ in range(40):
        opened.page.keyboard.press("Tab")
        opened.page.wait_for_timeout(150 if len(seen) == 0 else 0)
        seen.append(opened.page.evaluate("""(() => {
          const element = document.activeElement;
          const { width, height } = element.getBoundingClientRect();
          return [element.tagName, element.id, width > 0 && height > 0];
        })()"""))
    assert all(visible for _, _, visible in seen), seen
    assert len({tuple(each) for each in seen}) > 3


@pytest.mark.parametrize("hash_", ["", "panel"], ids=["start", "panel"])
def test_nothing_is_cut_off_at_320_pixels(visit, beside, playground, hash_):
    opened = visit(f"{beside}&item=playgrounds/{playground['id']}" if hash_ else "", width=320, height=640)
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= 320
    opened.screenshot(f"narrow-{hash_ or 'start'}")


def test_targets_on_a_phone_are_large_enough(visit):
    opened = visit(width=390, height=844)
    small = opened.page.evaluate("""[...document.querySelectorAll("button, select, input:not([type=checkbox]), #legend-items label, summary")]
      .filter((element) => element.offsetParent && element.getBoundingClientRect().height < 24)
      .map((element) => element.outerHTML)""")
    assert small == []


def test_without_the_map_library_the_list_works_and_the_page_says_what_to_do(visit):
    opened = visit("#&list=playgrounds", before=lambda context: context.route(
        "**/assets/maplibre*", lambda route: route.fulfill(status=404, body="")))
    notice = opened.page.locator("#notice").inner_text()
    assert "make assets" in notice and "LAGEPLAN_ASSETS" in notice
    assert opened.page.locator("#list-items li").count() > 0
    opened.page.locator("#list-items button").first.click()
    opened.page.locator("#panel").wait_for(state="visible")
    assert violations(opened.page) == []
    opened.screenshot("no-library")


def test_without_webgl_the_list_works_and_the_page_says_so(visit):
    opened = visit(before=lambda context: context.add_init_script(
        "HTMLCanvasElement.prototype.getContext = ((original) => function (kind, ...rest) {"
        " return kind.startsWith('webgl') ? null : original.call(this, kind, ...rest); })(HTMLCanvasElement.prototype.getContext)"))
    assert "WebGL" in opened.page.locator("#notice").inner_text()
    assert opened.page.locator("#list-items li").count() > 0


def test_a_server_that_fails_is_told_in_words(visit):
    opened = visit(before=lambda context: context.route(
        re.compile(r"/items\?limit"), lambda route: route.fulfill(status=503, json={"title": "Überlastet", "detail": "Die Datenbank ist beschäftigt."})))
    assert "Die Datenbank ist beschäftigt." in opened.page.locator("#notice").inner_text()
    assert "Die Datenbank ist beschäftigt." in opened.page.locator("#status").inner_text()


def test_with_reduced_motion_the_map_jumps(visit):
    opened = visit("#10/52.42/10.78&list=depots", reduced=True)
    opened.page.locator("#list-items button").first.click()
    opened.until("!document.querySelector('#panel').hidden", seconds=5)
    opened.until("window.lageplan.map.getZoom() > 15", seconds=1)
