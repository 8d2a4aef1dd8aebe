"""Styles, letters, icons and the preview: as map libraries, other programs and people meet them."""

import io
import json
import math
import pathlib
import re
import subprocess
import urllib.error
import urllib.parse
import urllib.request

import freetype
import pytest
from PIL import Image, ImageChops, ImageStat

import glyphs
from conftest import BINARY, ROOT, Server
from test_access import violations

VARIANTS = ["", "-dark", "-contrast"]
NOTO = "/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf"
DEJAVU = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"
ICONS = sorted((ROOT / "Styles" / "icons").glob("*.svg"))


@pytest.fixture(scope="session")
def fetch(base):
    """Status, headers and body of a GET; a status of error is an answer too."""
    def get(path, headers={}):
        request = urllib.request.Request(path if path.startswith("http") else base + path, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read()

    return get


# Styles

def colours(value):
    if isinstance(value, str):
        return {value} if re.fullmatch("#[0-9a-f]{6}", value) else set()
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return set().union(*map(colours, inner))


def test_every_colour_of_the_style_has_one_in_each_variant():
    style = json.loads((ROOT / "Styles" / "lageplan.json").read_text())
    variants = style["metadata"].pop("lageplan:variants")
    used = colours(style)
    assert {name: set(table) ^ used for name, table in variants.items()} == {"dark": set(), "contrast": set()}


def test_every_colour_of_the_icons_has_one_in_each_variant():
    used = set().union(*(set(re.findall("#[0-9a-f]{6}", icon.read_text())) for icon in ICONS))
    table = json.loads((ROOT / "Styles" / "icons" / "colours.json").read_text())
    assert {name: used - set(each) for name, each in table.items()} == {"dark": set(), "contrast": set()}


def contrast(one, other):
    """WCAG 2.1, the definition of contrast ratio."""
    def luminance(colour):
        linear = [(int(colour[at:at + 2], 16) / 255) for at in (1, 3, 5)]
        linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in linear]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("variant", VARIANTS)
def test_labels_can_be_read_on_their_rim(api, variant):
    least = 7 if variant == "-contrast" else 4.5
    for layer in api(f"/styles/lageplan{variant}")["layers"]:
        if "text-color" in (paint := layer.get("paint", {})):
            assert contrast(paint["text-color"], paint["text-halo-color"]) >= least, layer["id"]


@pytest.mark.parametrize("variant", VARIANTS)
def test_what_a_style_names_is_there(api, fetch, base, variant):
    style = api(f"/styles/lageplan{variant}")
    icons = json.loads(fetch(style["sprite"] + ".json")[2])
    fonts = set(api("/fonts")["fonts"])
    for layer in style["layers"]:
        layout = layer.get("layout", {})
        assert layout.get("icon-image", "tree") in icons, layer["id"]
        assert set(layout.get("text-font", [])) <= fonts, layer["id"]
    for source in style["sources"].values():
        assert source["url"].startswith(base)
        assert fetch(source["url"])[0] == 200


def test_the_list_leads_to_every_style(api, fetch, base):
    document = api("/styles?f=json")
    assert document["default"] == "lageplan"
    for style in document["styles"]:
        links = {link["rel"]: link for link in style["links"]}
        status, headers, body = fetch(links["stylesheet"]["href"])
        assert status == 200 and headers["Content-Type"] == links["stylesheet"]["type"] == "application/vnd.mapbox.style+json"
        assert json.loads(body)["version"] == 8
        metadata = json.loads(fetch(links["describedby"]["href"])[2])
        assert metadata["id"] == style["id"] and metadata["layers"], style["id"]
    assert {"lageplan", "lageplan-dark", "lageplan-contrast", "trees"} <= {style["id"] for style in document["styles"]}


# Letters

@pytest.fixture(scope="session")
def faces():
    opened = {path: freetype.Face(path) for path in (NOTO, DEJAVU)}
    for face in opened.values():
        face.set_char_size(24 * 64)
    return opened


def test_glyphs_have_the_measures_that_freetype_tells(fetch, faces):
    name, range_, found = glyphs.read(fetch("/fonts/Noto%20Sans%20Regular/0-255.pbf")[2])
    assert (name, range_) == ("Noto Sans Regular", "0-255")
    face = faces[NOTO]
    assert set(found) == {scalar for scalar, _ in face.get_chars() if scalar < 256}
    ascender = face.size.ascender >> 6
    for scalar, glyph in found.items():
        face.load_char(chr(scalar), freetype.FT_LOAD_NO_HINTING | freetype.FT_LOAD_RENDER)
        slot = face.glyph
        assert glyph["advance"] == slot.metrics.horiAdvance >> 6
        assert (glyph["width"], glyph["height"]) == (slot.bitmap.width, slot.bitmap.rows)
        if glyph["width"]:
            assert (glyph["left"], glyph["top"]) == (slot.bitmap_left, slot.bitmap_top - ascender)
            assert len(glyph["field"]) == (glyph["width"] + 6) * (glyph["height"] + 6)


@pytest.mark.parametrize("letter", "Wß.É")
def test_the_field_tells_the_distance_to_the_outline(fetch, faces, letter):
    glyph = glyphs.read(fetch("/fonts/Noto%20Sans%20Regular/0-255.pbf")[2])[2][ord(letter)]
    face = faces[NOTO]
    face.load_char(letter, freetype.FT_LOAD_NO_HINTING | freetype.FT_LOAD_RENDER)
    width, height, pitch, covered = glyph["width"] + 6, glyph["height"] + 6, face.glyph.bitmap.pitch, face.glyph.bitmap.buffer

    def coverage(column, row):
        is_drawn = 3 <= column < width - 3 and 3 <= row < height - 3
        return covered[(row - 3) * pitch + column - 3] / 255 if is_drawn else 0

    pixels = [(column, row, coverage(column, row)) for row in range(height) for column in range(width)]
    # A pixel that the outline crosses lies half of what it does not cover from it.
    outer = [(x, y, max(0, 0.5 - share) ** 2 if share < 1 else 0) for x, y, share in pixels if share > 0]
    inner = [(x, y, max(0, share - 0.5) ** 2 if share > 0 else 0) for x, y, share in pixels if share < 1]
    for column, row, _ in pixels:
        # By brute force over all pixels, where the server walks along lines.
        to_outer, to_inner = (min((x - column) ** 2 + (y - row) ** 2 + more for x, y, more in side) for side in (outer, inner))
        expected = min(255, max(0, 255 - 255 * ((math.sqrt(to_outer) - math.sqrt(to_inner)) / 8 + 0.25)))
        assert abs(glyph["field"][row * width + column] - expected) <= 1, (column, row)


def test_every_range_of_a_font_can_be_read(fetch, faces):
    served = set()
    for first in range(0, 65536, 256):
        status, _, body = fetch(f"/fonts/Noto%20Sans%20Regular/{first}-{first + 255}.pbf")
        assert status == 200
        _, range_, found = glyphs.read(body)
        assert range_ == f"{first}-{first + 255}" and all(first <= scalar <= first + 255 for scalar in found)
        served |= set(found)
    known = {scalar for face in faces.values() for scalar, _ in face.get_chars() if scalar < 65536}
    assert known <= served


def test_the_first_font_of_a_stack_that_has_a_letter_draws_it(fetch):
    def letters(stack):
        return glyphs.read(fetch(f"/fonts/{urllib.parse.quote(stack)}/0-255.pbf")[2])

    name, _, mixed = letters("Noto Sans Bold,DejaVu Sans Book")
    assert name == "Noto Sans Bold,DejaVu Sans Book"
    bold, book = letters("Noto Sans Bold")[2], letters("DejaVu Sans Book")[2]
    assert mixed[65] == bold[65] != book[65]
    # Noto Sans has no arrows, DejaVu does: as the second of the stack, and as what stands behind every stack.
    arrow = glyphs.read(fetch("/fonts/DejaVu%20Sans%20Book/8448-8703.pbf")[2])[2][0x2192]
    assert glyphs.read(fetch("/fonts/Noto%20Sans%20Regular/8448-8703.pbf")[2])[2][0x2192] == arrow


@pytest.mark.parametrize("path, status", [
    ("/fonts/Comic%20Sans/0-255.pbf", 404), ("/fonts/Noto%20Sans%20Regular,Comic%20Sans/0-255.pbf", 404),
    ("/fonts/..%2F..%2F..%2Fetc%2Fpasswd/0-255.pbf", 404),
    ("/fonts/%2Fusr%2Fshare%2Ffonts%2Ftruetype%2Fnoto%2FNotoSans-Regular.ttf/0-255.pbf", 404),
    ("/fonts/Noto%20Sans%20Regular%00/0-255.pbf", 404), ("/fonts/,,/0-255.pbf", 400),
    ("/fonts/a,b,c,d,e/0-255.pbf", 400),
    ("/fonts/Noto%20Sans%20Regular/1-256.pbf", 400), ("/fonts/Noto%20Sans%20Regular/0-256.pbf", 400),
    ("/fonts/Noto%20Sans%20Regular/-256--1.pbf", 400), ("/fonts/Noto%20Sans%20Regular/65536-65791.pbf", 400),
    ("/fonts/Noto%20Sans%20Regular/0-255", 400), ("/fonts/Noto%20Sans%20Regular/9223372036854775807-0.pbf", 400),
    ("/sprites/..%2Ficons.png", 404), ("/sprites/icons.svg", 404), ("/sprites/other.png", 404), ("/sprites/icons@3x.png", 404),
    ("/styles/..%2F..%2FPackage", 404), ("/styles/nowhere", 404), ("/styles/nowhere/metadata", 404), ("/preview/nowhere", 404),
])
def test_what_is_not_there_is_refused_by_name(fetch, path, status):
    found, headers, body = fetch(path)
    assert found == status, body
    assert headers["Content-Type"] == "application/problem+json" and json.loads(body)["detail"]


# Icons

@pytest.fixture(scope="session")
def sheets(fetch):
    return {(end, ratio): (json.loads(fetch(f"/sprites/icons{end}{ratio}.json")[2]),
                           Image.open(io.BytesIO(fetch(f"/sprites/icons{end}{ratio}.png")[2])))
            for end in VARIANTS for ratio in ("", "@2x")}


def test_every_icon_lies_in_the_picture_and_shows_something(sheets):
    for (_, ratio), (index, picture) in sheets.items():
        assert picture.format == "PNG" and picture.mode == "RGBA"
        picture.load()
        assert set(index) == {icon.stem for icon in ICONS}
        for name, each in index.items():
            assert each["pixelRatio"] == (2 if ratio else 1)
            box = (each["x"], each["y"], each["x"] + each["width"], each["y"] + each["height"])
            assert box[2] <= picture.width and box[3] <= picture.height
            assert picture.crop(box).getchannel("A").getextrema()[1] > 200, name


def test_icons_do_not_overlap(sheets):
    for index, _ in sheets.values():
        boxes = [(each["x"], each["y"], each["x"] + each["width"], each["y"] + each["height"]) for each in index.values()]
        for at, a in enumerate(boxes):
            for b in boxes[at + 1:]:
                assert a[2] < b[0] or b[2] < a[0] or a[3] < b[1] or b[3] < a[1]


def test_chromium_draws_the_same_icons(sheets, browser):
    """The browser's own rasteriser of SVG as the measure of ours, icon by icon over grey."""
    index, sheet = sheets["", "@2x"]
    page = browser.new_page(viewport={"width": 100, "height": 100}, device_scale_factor=2)
    for icon in ICONS:
        each = index[icon.stem]
        page.set_content(f"<style>body {{ margin: 0; background: #808080 }} svg {{ display: block }}</style>{icon.read_text()}")
        shot = page.screenshot(clip={"x": 0, "y": 0, "width": each["width"] / 2, "height": each["height"] / 2})
        theirs = Image.open(io.BytesIO(shot)).convert("RGB")
        ours = Image.new("RGBA", theirs.size, "#808080")
        ours.alpha_composite(sheet.crop((each["x"], each["y"], each["x"] + each["width"], each["y"] + each["height"])))
        # Single pixels of an edge differ by a shade between any two rasterisers; over four by four that evens out.
        apart = ImageChops.difference(ours.convert("RGB").reduce(4), theirs.reduce(4)).getextrema()
        assert max(most for _, most in apart) < 20, f"{icon.stem}: {apart} of 255 apart"
    page.close()


def test_every_state_has_a_shape_of_its_own(sheets):
    """Told apart without colours: the outlines alone differ by a good part of their area."""
    index, sheet = sheets["", "@2x"]
    shapes = {}
    for name in ("ok", "soon", "due", "overdue", "suspended", "never"):
        each = index[f"status-{name}"]
        icon = sheet.crop((each["x"], each["y"], each["x"] + each["width"], each["y"] + each["height"])).convert("RGBA")
        paper = Image.new("RGBA", icon.size, "white")
        paper.alpha_composite(icon)
        shapes[name] = paper.convert("L").point(lambda value: 255 if value < 190 else 0)
    names = list(shapes)
    for at, one in enumerate(names):
        for other in names[at + 1:]:
            apart = ImageStat.Stat(ImageChops.difference(shapes[one], shapes[other])).mean[0] / 255
            assert apart > 0.06, f"{one} and {other} differ in {apart:.0%} of their pixels"


@pytest.mark.parametrize("path", ["/sprites/icons.png", "/sprites/icons@2x.json", "/fonts/Noto%20Sans%20Bold/0-255.pbf",
                                  "/styles/lageplan", "/styles/trees-dark"])
def test_what_has_not_changed_is_not_sent_again(fetch, path):
    _, headers, _ = fetch(path)
    assert fetch(path, {"If-None-Match": headers["ETag"]})[0] == 304


# The map and the preview

@pytest.fixture(scope="module")
def kiosks(database, tmp_path_factory):
    """The town with a collection that no style knows, as an operator's own import would come."""
    folder = tmp_path_factory.mktemp("kiosks")
    town = folder / "town.sqlite"
    town.write_bytes(database.read_bytes())
    server = Server(town)
    playgrounds = urllib.request.urlopen(f"{server.base}/collections/playgrounds/items?limit=1000&f=json", timeout=60).read()
    assert server.stop() == 0
    (folder / "kiosks.geojson").write_bytes(playgrounds)
    subprocess.run([str(BINARY), "import", "--database", str(town), "--collection", "kiosks", "--title", "Kioske",
                    str(folder / "kiosks.geojson")], check=True, capture_output=True, timeout=120)
    server = Server(town)
    yield server.base
    assert server.stop() == 0


def test_a_collection_unknown_to_the_style_is_drawn_too(visit, beside, kiosks):
    opened = visit(beside, at=kiosks)
    assert opened.rendered().get("kiosks", 0) > 0
    assert opened.page.locator("#legend-items li", has_text="Kioske").count() == 1
    assert opened.complaints == []


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_generated_style_draws_what_it_has(visit, kiosks, variant):
    opened = visit(at=kiosks, path="/preview/kiosks")
    opened.page.check(f"[name=variant][value='{variant}']")
    opened.page.wait_for_timeout(200)
    opened.settled()
    assert opened.rendered().get("kiosks", 0) > 0
    assert opened.complaints == []


def test_the_map_follows_the_wish_for_strong_contrast(visit, beside):
    opened = visit(beside, contrast="more")
    # While a style is being loaded there is none.
    background = "window.lageplan.map.getStyle()?.layers[0].paint['background-color']"
    opened.until(f"{background} === '#ffffff'")
    assert opened.complaints == []
    opened.screenshot("beside-contrast")
    opened.page.emulate_media(contrast="no-preference", color_scheme="dark")
    opened.until(f"{background} === '#12171a'")


def test_the_legend_shows_the_icons_of_the_map(visit):
    opened = visit()
    drawn = opened.page.evaluate("""[...document.querySelectorAll("#legend-items canvas")].map((canvas) =>
      canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.filter((value, at) => at % 4 === 3 && value > 0).length)""")
    assert len(drawn) >= 9 and min(drawn) > 50


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("collection", ["playgrounds", "streets", "green-areas"])
def test_the_preview_is_clean_and_draws(visit, collection, dark):
    opened = visit(path=f"/preview/{collection}", dark=dark)
    assert opened.rendered().get(collection, 0) > 0
    assert violations(opened.page) == []
    assert opened.complaints == []
    opened.screenshot(f"preview-{collection}-{'dark' if dark else 'light'}")


def test_the_preview_tells_what_the_tile_knows(visit, playground, beside):
    opened = visit(beside, path="/preview/playgrounds")
    box = opened.page.locator("#preview canvas").bounding_box()
    opened.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    table = opened.page.locator("#preview-attributes")
    table.get_by_text(playground["properties"]["name"]).first.wait_for()
    assert "Zoom 17" in opened.page.locator("#preview-zoom").inner_text()
    opened.page.check("#preview-borders")
    assert opened.page.evaluate("window.lageplan.map.showTileBoundaries")
    assert opened.complaints == []


def test_the_preview_works_by_keyboard_and_at_320_pixels(visit):
    opened = visit(path="/preview/trees", width=320)
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= 320
    opened.page.locator("[name=variant]").first.focus()
    opened.page.keyboard.press("ArrowDown")
    opened.page.wait_for_timeout(200)
    opened.settled()
    assert opened.page.evaluate("document.querySelector('[name=variant]:checked').value") == "-dark"
    assert opened.page.evaluate("window.lageplan.map.getStyle().layers[0].paint['background-color']") == "#12171a"
