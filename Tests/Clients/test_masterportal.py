"""A replay of what Masterportal 3 sends for a layer of type OAF, over 10,000 features.

The forms are those of its `getOAFFeature.js`: parameters joined into the address unencoded as a browser then sends them, `limit=400`,
`crs` and `bbox-crs` in EPSG:25832, pages followed only along links typed `application/geo+json`, everything from another origin.
"""

import json
import urllib.parse

import pytest
import shapely

from service import Api, Server, epsg, lageplan

COUNT = 10_000
ORIGIN = "https://portal.example.org"
UTM32 = epsg(25832)
# A square grid of lamps in EPSG:25832, ten metres apart, the first at the south-west corner.
SIDE, STEP, EAST, NORTH = 100, 10, 618_000, 5_808_000
KINDS = ["LED", "Natriumdampf", "Quecksilberdampf", "Leuchtstoff"]


def place(number):
    return EAST + STEP * (number % SIDE), NORTH + STEP * (number // SIDE)


@pytest.fixture(scope="module")
def portal(tmp_path_factory):
    """The service over a collection of 10,000 lamps, as the portal's pages reach it."""
    folder = tmp_path_factory.mktemp("lamps")
    features = [
        {
            "type": "Feature", "id": f"L{number}", "geometry": {"type": "Point", "coordinates": place(number)},
            "properties": {
                "kind": KINDS[number % len(KINDS)], "power": 20 + number % 80, "street": f"Straße {number % SIDE}",
                "erected": f"{1990 + number % 30}-05-01",
            },
        }
        for number in range(COUNT)
    ]
    file = folder / "lamps.geojson"
    file.write_text(json.dumps({
        "type": "FeatureCollection", "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::25832"}}, "features": features}))
    database = folder / "lamps.sqlite"
    lageplan("import", file, "--collection", "lamps", "--database", database, "--title", "Leuchten")
    server = Server(database)
    api = Api(server.base)
    api.session.headers.update({"Accept": "application/geo+json", "Origin": ORIGIN})
    yield api
    assert server.stop() == 0


def as_browser(address):
    """The address as a browser sends it when it was joined without encoding."""
    return urllib.parse.quote(address, safe="/:?&=,()'<>*+;@!$%~-._")


def get_features(portal, limit=400, **parameters):
    """Every feature, page by page, as `oafRecursionHelper` collects them; also the number of pages."""
    address = f"/collections/lamps/items?limit={limit}"
    for name, value in parameters.items():
        address += f"&{name.replace('_', '-')}={value}"
    result, pages, address = [], 0, as_browser(address)
    while address:
        answer = portal.get(address)
        assert answer.status_code == 200, answer.text[:500]
        assert answer.headers["Content-Type"].split(";")[0] == "application/geo+json"
        assert answer.headers["Access-Control-Allow-Origin"] in ("*", ORIGIN)
        if "crs" in parameters:
            assert answer.headers["Content-Crs"] == f"<{parameters['crs']}>"
        page = answer.json()
        result += page["features"]
        pages += 1
        address = next(
            (each["href"] for each in page["links"] if each["rel"] == "next" and each.get("type") == "application/geo+json"), None)
    return result, pages


def numbers(features):
    return sorted(int(feature["id"].removeprefix("L")) for feature in features)


def test_it_loads_all_features_in_metres(portal):
    features, pages = get_features(portal, crs=UTM32)
    assert numbers(features) == list(range(COUNT))
    assert pages == COUNT // 400
    for feature in features:
        assert feature["geometry"]["coordinates"][:2] == pytest.approx(place(int(feature["id"][1:])), abs=0.001)


def test_it_loads_the_map_extent(portal):
    """Twenty by ten lamps lie within, those on the border too."""
    west, south = place(30 + 40 * SIDE)
    east, north = place(49 + 49 * SIDE)
    features, _ = get_features(portal, bbox=f"{west},{south},{east},{north}", bbox_crs=UTM32, crs=UTM32)
    assert numbers(features) == sorted(column + row * SIDE for column in range(30, 50) for row in range(40, 50))


@pytest.mark.parametrize("geometry", ["geom", "geometry"])
@pytest.mark.parametrize("operation,relation", [("S_INTERSECTS", shapely.intersects), ("S_WITHIN", shapely.within)])
def test_it_filters_by_a_drawn_polygon(portal, geometry, operation, relation):
    """Six lamps stand on the border: they meet the polygon and are not within it."""
    ring = [(618_105, 5_808_105), (618_395, 5_808_155), (618_255, 5_808_495), (618_105, 5_808_105)]
    text = ", ".join(f"{x} {y}" for x, y in ring)
    features, _ = get_features(
        portal, filter=f"{operation}({geometry}, POLYGON(({text})))", filter_crs=UTM32, crs=UTM32)
    drawn = shapely.Polygon(ring)
    expected = [number for number in range(COUNT) if relation(shapely.Point(place(number)), drawn)]
    assert len(expected) > 100
    assert numbers(features) == expected


def test_it_asks_which_lamp_stands_at_a_point(portal):
    x, y = place(1234)
    features, _ = get_features(portal, filter=f"S_INTERSECTS(geom, POINT({x} {y}))", filter_crs=UTM32)
    assert numbers(features) == [1234]


def test_it_filters_by_properties(portal):
    """The filter tool joins its rules in this form."""
    features, _ = get_features(portal, filter="(kind = 'LED' AND power >= 30 AND power <= 60)", filter_crs=UTM32, crs=UTM32)
    assert numbers(features) == [
        number for number in range(COUNT) if number % 4 == 0 and 30 <= 20 + number % 80 <= 60]


def test_it_filters_dates_as_literals(portal):
    features, _ = get_features(
        portal, limit=1000, filter="power = 25 AND erected >= DATE('2000-01-01') AND erected <= DATE('2010-12-31')", filter_crs=UTM32)
    assert numbers(features) == [
        number for number in range(COUNT) if number % 80 == 5 and 2000 <= 1990 + number % 30 <= 2010]


def test_it_loads_single_properties_without_geometry(portal):
    features, _ = get_features(portal, limit=10000, properties="kind,street", skipGeometry="true")
    assert len(features) == COUNT
    assert all(set(feature["properties"]) == {"kind", "street"} and feature["geometry"] is None for feature in features)
    assert {feature["properties"]["kind"] for feature in features} == set(KINDS)


def test_it_leaves_properties_out(portal):
    features, _ = get_features(portal, limit=10, exclude_properties="street,erected", bbox=f"{EAST},{NORTH},{EAST+1},{NORTH+1}", bbox_crs=UTM32)
    assert [set(feature["properties"]) for feature in features] == [{"kind", "power"}]


def test_it_filters_by_time(portal):
    features, _ = get_features(portal, datetime="2019-01-01T00:00:00Z/..")
    assert numbers(features) == [number for number in range(COUNT) if 1990 + number % 30 >= 2019]


def test_it_reads_the_temporal_extent(portal):
    extent = portal.json("/collections/lamps?f=json", headers={"Accept": "application/json"})["extent"]["temporal"]["interval"]
    assert [each[:10] for each in extent[0]] == ["1990-05-01", "2019-05-01"]


@pytest.mark.parametrize("query", ["", "?f=json"])
def test_it_reads_the_schema_for_its_filter(portal, query):
    answer = portal.get(f"/collections/lamps/schema{query}", headers={"Accept": "application/schema+json"})
    assert answer.headers["Content-Type"].split(";")[0] == "application/schema+json"
    assert {"kind", "power", "street", "erected"} <= set(answer.json()["properties"])


def test_the_browser_may_read_the_headers(portal):
    """Without these the page of another origin sees neither where it may go on nor in which system the coordinates are."""
    exposed = portal.get("/collections/lamps/items?limit=1").headers["Access-Control-Expose-Headers"].lower()
    assert {"content-crs", "link", "etag", "location"} <= {name.strip() for name in exposed.split(",")}


def test_the_browser_may_ask_first(portal):
    answer = portal.request(
        "OPTIONS", "/collections/lamps/items",
        headers={"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "authorization"})
    assert answer.status_code in (200, 204)
    assert "GET" in answer.headers["Access-Control-Allow-Methods"]
    assert "authorization" in answer.headers["Access-Control-Allow-Headers"].lower()


def test_its_vector_tile_layer_finds_style_and_tiles(portal):
    """A VectorTile layer takes a tile address and a MapLibre style with layers, sources and version."""
    tiles = portal.json("/tiles/lamps.json", headers={"Accept": "*/*"})
    assert tiles["tiles"] and tiles["vector_layers"][0]["id"] == "lamps"
