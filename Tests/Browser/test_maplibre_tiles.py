"""The tiles in their second spelling, MapLibre Tile, read by the program that they are made for, hold what those in the first one hold."""

import math
import urllib.request

# Adds a source with both spellings, waits until the map has read its tiles, and gives what it found in each.
READ = """async ([base, collection, style]) => {
  const { map } = window.lageplan;
  const found = {};
  for (const encoding of ["mvt", "mlt"]) {
    const source = `${collection}-${encoding}`;
    map.addSource(source, {
      type: "vector", encoding, minzoom: 0, maxzoom: 22,
      tiles: [`${base}/tiles/${collection}/{z}/{x}/{y}.mvt?thinning=none&f=${encoding}`],
    });
    map.addLayer({ id: source, source, "source-layer": collection, type: style, layout: {}, paint: {} });
  }
  for (let turn = 0; turn < 300 && !["mvt", "mlt"].every((each) => map.isSourceLoaded(`${collection}-${each}`)); turn += 1)
    await new Promise((resolve) => setTimeout(resolve, 50));
  for (const encoding of ["mvt", "mlt"])
    found[encoding] = map.querySourceFeatures(`${collection}-${encoding}`, { sourceLayer: collection }).map((feature) => ({
      id: feature.id, properties: feature.properties, geometry: feature.geometry,
    }));
  return found;
}"""


def test_both_spellings_hold_the_same_features(visit):
    opened = visit()
    for collection, style in (("trees", "circle"), ("green-areas", "fill"), ("streets", "line"), ("playgrounds", "circle")):
        found = opened.page.evaluate(READ, [opened.base, collection, style])
        # The numbers of a feature are the same in every tile; one on an edge comes once for each of them.
        key = lambda each: (each["id"], str(each["geometry"]))
        plain, columns = (sorted(found[encoding], key=key) for encoding in ("mvt", "mlt"))
        assert len(plain) > 0, collection
        assert len(columns) == len(plain), collection
        for one, other in zip(plain, columns):
            assert other["id"] == one["id"]
            assert other["properties"] == one["properties"], (collection, one["id"])
            assert other["geometry"] == one["geometry"], (collection, one["id"])


def ask(address, **headers):
    with urllib.request.urlopen(urllib.request.Request(address, headers=headers)) as answer:
        assert answer.status == 200, address
        return answer.headers["Content-Type"], answer.read()


def test_a_client_that_names_it_gets_it(base, api):
    longitude, latitude = api("/tiles/trees.json")["center"][:2]
    count = 2**12
    column = int((longitude + 180) / 360 * count)
    row = int((1 - math.asinh(math.tan(math.radians(latitude))) / math.pi) / 2 * count)
    address = f"{base}/tiles/trees/12/{column}/{row}.mvt"
    mvt, mlt = "application/vnd.mapbox-vector-tile", "application/vnd.maplibre-tile"
    for _ in range(2):  # the second answers are kept ones
        assert ask(address)[0] == mvt
        assert ask(address, Accept="*/*")[0] == mvt
        assert ask(address, Accept=mlt)[0] == mlt
        assert ask(address, Accept=f"{mvt}, {mlt};q=0.5")[0] == mvt
        assert ask(address + "?f=mlt", Accept=mvt)[0] == mlt
    assert ask(address, Accept=mlt)[1] == ask(address + "?f=mlt")[1] != ask(address)[1]
