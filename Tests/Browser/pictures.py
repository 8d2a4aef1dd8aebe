"""The sample town drawn by MapLibre and by QGIS from the same style, side by side, for eyes.

    python Tests/Browser/pictures.py FOLDER [--base http://127.0.0.1:8080] [--zooms 8,11,14,17]

Without --base the binary serves a fresh sample town. One picture a zoom and variant: MapLibre on the left, QGIS on the right.
Not a test: nothing is asserted, somebody looks.
"""

import argparse
import json
import pathlib
import subprocess
import tempfile
import urllib.request

from conftest import BINARY, CHROMIUM, FLAGS, Server
from PIL import Image, ImageDraw
from playwright.sync_api import sync_playwright

VARIANTS = {"light": "", "dark": "-dark", "contrast": "-contrast"}
SIZE = (760, 620)

# Draws a style into an otherwise empty page of the server's own origin, and tells when nothing is left to load.
DRAW = """async ([style, zoom, center, script]) => {
  document.body.innerHTML = "<div id='whole'></div>";
  Object.assign(document.getElementById("whole").style, { position: "fixed", inset: "0" });
  const map = new maplibregl.Map({ container: "whole", style, zoom, center, attributionControl: false, fadeDuration: 0 });
  await new Promise((resolve) => map.once("idle", resolve));
}"""


def fetch(url):
    with urllib.request.urlopen(url, timeout=60) as answer:
        return json.load(answer)


def middle(base):
    """Of the town: where its depot is, else the middle of its districts."""
    features = fetch(f"{base}/collections/playgrounds/items?limit=200&f=json")["features"]
    places = sorted(each["geometry"]["coordinates"] for each in features if each["geometry"])
    return places[len(places) // 2]


def by_maplibre(base, views, folder):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for name, style, zoom, center in views:
            page = browser.new_page(viewport={"width": SIZE[0], "height": SIZE[1]})
            page.on("console", lambda message: print("maplibre:", message.text) if message.type in ("error", "warning") else None)
            page.goto(f"{base}/conformance?f=html")
            library = fetch(f"{base}/assets/maplibre.json")
            page.add_style_tag(url=f"{base}/assets/{library['style']}")
            page.add_script_tag(url=f"{base}/assets/{library['script']}")
            page.evaluate(DRAW, [f"{base}/styles/{style}", zoom, center, None])
            page.screenshot(path=folder / f"{name}-maplibre.png")
            page.close()
        browser.close()


def by_qgis(base, views, folder):
    job = {"base": base, "size": SIZE, "folder": str(folder), "views": views}
    script = pathlib.Path(__file__).with_name("qgis_picture.py")
    subprocess.run(["/usr/bin/python3", str(script), json.dumps(job)], check=True, timeout=600)


def side_by_side(views, folder):
    for name, _, zoom, _ in views:
        pair = [Image.open(folder / f"{name}-{program}.png").convert("RGB") for program in ("maplibre", "qgis")]
        sheet = Image.new("RGB", (2 * SIZE[0] + 12, SIZE[1] + 26), "white")
        for at, (picture, title) in enumerate(zip(pair, (f"MapLibre, zoom {zoom}", f"QGIS, zoom {zoom}"))):
            sheet.paste(picture, (at * (SIZE[0] + 12), 26))
            ImageDraw.Draw(sheet).text((at * (SIZE[0] + 12) + 6, 7), title, fill="black")
        sheet.save(folder / f"{name}.png")
        for program in ("maplibre", "qgis"):
            (folder / f"{name}-{program}.png").unlink()
        print(folder / f"{name}.png")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--base", help="a server that runs already")
    parser.add_argument("--zooms", default="8,11,14,17")
    parser.add_argument("--styles", default="lageplan", help="ids of styles without the end of a variant, separated by commas")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    server = None
    with tempfile.TemporaryDirectory() as temporary:
        if not options.base:
            town = pathlib.Path(temporary) / "town.sqlite"
            subprocess.run([str(BINARY), "demo", "--database", str(town)], check=True, capture_output=True)
            server = Server(town)
        base = options.base or server.base
        center = middle(base)
        views = [(f"{style}-z{zoom}-{variant}", style + end, int(zoom), center)
                 for style in options.styles.split(",") for zoom in options.zooms.split(",") for variant, end in VARIANTS.items()]
        by_maplibre(base, views, options.folder)
        by_qgis(base, views, options.folder)
        side_by_side(views, options.folder)
        if server:
            server.stop()


if __name__ == "__main__":
    main()
