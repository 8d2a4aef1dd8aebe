"""Our vector tiles, read by a foreign decoder (mapbox-vector-tile), judged by a foreign geometry library (shapely) and
compared with the same features as GeoJSON: valid, typed, complete, nothing lost at an edge."""

import math
import urllib.error
import urllib.parse
import urllib.request
from collections import defaultdict

import mapbox_vector_tile
import pytest
import shapely
import shapely.geometry

EXTENT = 4096
DEEPEST = 16
# From here on a tile must hold every feature; above it the renderer may leave out what is smaller than a pixel.
COMPLETE = 14


def unit(longitude, latitude):
    """Web Mercator on the unit square, north up at 0."""
    y = (1 - math.asinh(math.tan(math.radians(latitude))) / math.pi) / 2
    return longitude / 360 + 0.5, y


def to_unit(geometry):
    return shapely.transform(shapely.geometry.shape(geometry), lambda points: [unit(*point[:2]) for point in points])


@pytest.fixture(scope="module")
def features(tiled, api):
    """collection → id → geometry on the unit square; features without a place are in no tile."""
    all_ = {}
    for collection in tiled:
        path, found = f"/collections/{collection}/items?limit=10000&f=json", {}
        while path:
            page = api(path)
            found.update({str(each["id"]): to_unit(each["geometry"]) for each in page["features"] if each["geometry"]})
            following = next((link["href"] for link in page["links"] if link["rel"] == "next"), None)
            path = following and urllib.parse.urlsplit(following)._replace(scheme="", netloc="").geturl()
        all_[collection] = found
    return all_


@pytest.fixture(scope="module")
def tiled(collections):
    return sorted(each["id"] for each in collections.values() if each["featureCount"])


@pytest.fixture(scope="module")
def tiles(base, collections, tiled):
    """Every tile of the town from zoom 0 to 16 with every feature in it."""
    return decoded(base, collections, tiled, range(DEEPEST + 1), "none")


@pytest.fixture(scope="module")
def thinned(base, collections, tiled):
    """The tiles as a map asks for them, where features are crowded."""
    return decoded(base, collections, tiled, (9, 11, 13), "auto")


def decoded(base, collections, tiled, zooms, thinning):
    """(zoom, column, row) → decoded layers, all collections in one request."""
    boxes = [collections[each]["extent"]["spatial"]["bbox"][0] for each in tiled]
    west, south = min(box[0] for box in boxes), min(box[1] for box in boxes)
    east, north = max(box[2] for box in boxes), max(box[3] for box in boxes)
    found = {}
    for zoom in zooms:
        (left, top), (right, bottom) = unit(west, north), unit(east, south)
        count = 2**zoom
        for column in range(int(left * count), int(right * count) + 1):
            for row in range(int(top * count), int(bottom * count) + 1):
                address = f"{base}/tiles/{','.join(tiled)}/{zoom}/{column}/{row}.mvt?thinning={thinning}"
                with urllib.request.urlopen(address, timeout=60) as answer:
                    data = answer.read()
                    assert (answer.status == 204) == (data == b""), address
                    if data:
                        found[zoom, column, row] = mapbox_vector_tile.decode(data, default_options={"y_coord_down": True})
    assert len(found) > (100 if thinning == "none" else 5)
    return found


def each_feature(tiles):
    for key, layers in tiles.items():
        for name, layer in layers.items():
            for feature in layer["features"]:
                yield key, name, layer, feature


def test_every_tile_is_of_version_2_with_extent_4096(tiles):
    assert {(layer["version"], layer["extent"]) for layers in tiles.values() for layer in layers.values()} == {(2, EXTENT)}


def test_every_feature_has_a_number_and_its_id(tiles, features):
    known = {}
    for _, name, _, feature in each_feature(tiles):
        assert feature["id"] > 0
        text = str(feature["properties"]["id"])
        assert text in features[name]
        # One number stands for one feature in every tile.
        assert known.setdefault((name, feature["id"]), text) == text


def test_properties_keep_their_types(tiles, api, tiled):
    types = {"string": str, "integer": int, "number": (int, float), "boolean": bool}
    schemas = {each: api(f"/collections/{each}/schema")["properties"] for each in tiled}
    checked = 0
    for _, name, _, feature in each_feature(tiles):
        for key, value in feature["properties"].items():
            wanted = types.get(schemas[name].get(key, {}).get("type"))
            if wanted and key != "id":
                assert isinstance(value, wanted) and (wanted is bool or not isinstance(value, bool)), (name, key, value)
                checked += 1
    assert checked > 1000


def fault_of(polygon):
    """What is wrong with a polygon of a tile, or None."""
    if polygon.is_empty or polygon.area == 0:
        return "covers nothing"
    return None if polygon.is_valid else shapely.is_valid_reason(polygon)


def test_no_polygon_is_invalid(tiles):
    wrong, seen = [], 0
    for key, name, _, feature in each_feature(tiles):
        geometry = shapely.geometry.shape(feature["geometry"])
        if "Polygon" in geometry.geom_type:
            seen += 1
            if fault := fault_of(geometry):
                wrong.append((key, name, feature["properties"]["id"], fault))
    assert seen > 100
    assert wrong == []


def test_nothing_reaches_far_beyond_its_tile(tiles):
    for key, name, _, feature in each_feature(tiles):
        left, top, right, bottom = shapely.geometry.shape(feature["geometry"]).bounds
        assert min(left, top) >= -256 and max(right, bottom) <= EXTENT + 256, (key, name, feature["properties"]["id"])


def expected_in(geometry, zoom, margin):
    """The tiles in which the geometry shows with more than `margin` tile units, with that part in tile units."""
    scale = 2**zoom
    left, top, right, bottom = (value * scale for value in geometry.bounds)
    for column in range(int(left), int(right) + 1):
        for row in range(int(top), int(bottom) + 1):
            local = shapely.transform(geometry, lambda points: (points * scale - [column, row]) * EXTENT)
            part = shapely.clip_by_rect(local, margin, margin, EXTENT - margin, EXTENT - margin)
            if not part.is_empty:
                yield (zoom, column, row), local, part


@pytest.mark.parametrize("zoom", range(COMPLETE, DEEPEST + 1))
def test_no_feature_is_lost_at_a_tile_edge(tiles, features, collections, zoom):
    held = ids_held(tiles, zoom)
    lost, expected = [], 0
    for name, found in features.items():
        if not collections[name]["minZoom"] <= zoom <= collections[name]["maxZoom"]:
            continue
        for id_, geometry in found.items():
            if geometry.is_empty or not geometry.is_valid:
                continue
            for key, _, part in expected_in(geometry, zoom, margin=2):
                # What covers less than four square units may round to nothing.
                if "Polygon" in part.geom_type and part.area < 4:
                    continue
                expected += 1
                if id_ not in held[key, name]:
                    lost.append((key, name, id_))
    assert expected > 500
    assert lost == []


def ids_held(tiles, zoom):
    held = defaultdict(set)
    for key, name, _, feature in each_feature(tiles):
        if key[0] == zoom:
            held[key, name].add(str(feature["properties"]["id"]))
    return held


def test_points_stand_within_one_tile_unit_of_their_place(tiles, features):
    worst, seen = 0.0, 0
    for (zoom, column, row), name, _, feature in each_feature(tiles):
        if feature["geometry"]["type"] != "Point":
            continue
        place = features[name][str(feature["properties"]["id"])]
        scale = 2**zoom
        x, y = (place.x * scale - column) * EXTENT, (place.y * scale - row) * EXTENT
        worst = max(worst, abs(x - feature["geometry"]["coordinates"][0]), abs(y - feature["geometry"]["coordinates"][1]))
        seen += 1
    assert seen > 1000
    # Half a unit of rounding, and what seven decimals of a degree in the GeoJSON leave (0.08 units at zoom 16).
    assert worst <= 0.6


def test_thinned_tiles_stand_for_every_point_in_them(thinned, features, collections):
    compared = {zoom: told_of(zoom, thinned, features, collections) for zoom in (9, 11, 13)}
    assert compared[9] > 0 and compared[13] > 500, compared


def told_of(zoom, thinned, features, collections):
    """How many points the tiles of a zoom stand for, each of them in the tile that it lies in."""
    compared = 0
    for name, found in features.items():
        places = {id_: (place.x * 2**zoom, place.y * 2**zoom) for id_, place in found.items() if place.geom_type == "Point"}
        if len(places) < len(found) or not collections[name]["minZoom"] <= zoom <= collections[name]["maxZoom"]:
            continue
        wanted, told = defaultdict(int), defaultdict(int)
        for x, y in places.values():
            wanted[zoom, int(x), int(y)] += 1
        for key, layer, _, feature in each_feature(thinned):
            if key[0] == zoom and layer == name:
                if id_ := feature["properties"].get("id"):
                    inside = (zoom, *map(int, places[str(id_)])) == key
                else:  # a cluster stands in the middle of its members, which are all of one tile
                    inside = all(0 <= each < EXTENT for each in feature["geometry"]["coordinates"])
                if inside:
                    told[key] += feature["properties"].get("point_count", 1)
        assert told == wanted, (zoom, name)
        compared += sum(wanted.values())
    return compared


def test_a_polygon_cut_into_tiles_keeps_its_area(tiles, features, collections):
    """At zoom 16 the parts inside the tiles add up to the whole polygon."""
    parts = areas_inside(tiles)
    compared = 0
    for name, found in features.items():
        if not collections[name]["minZoom"] <= DEEPEST <= collections[name]["maxZoom"]:
            continue
        for id_, geometry in found.items():
            if "Polygon" not in geometry.geom_type or not geometry.is_valid:
                continue
            whole = geometry.area * (2**DEEPEST * EXTENT) ** 2
            rounding = 2 * geometry.length * 2**DEEPEST * EXTENT + 100
            assert abs(parts[name, id_] - whole) <= rounding, (name, id_)
            compared += 1
    assert compared > 50


def areas_inside(tiles):
    parts = defaultdict(float)
    tile = shapely.box(0, 0, EXTENT, EXTENT)
    for key, name, _, feature in each_feature(tiles):
        if key[0] == DEEPEST and "Polygon" in feature["geometry"]["type"]:
            geometry = shapely.geometry.shape(feature["geometry"])
            if geometry.is_valid:
                parts[name, str(feature["properties"]["id"])] += geometry.intersection(tile).area
    return parts


@pytest.mark.parametrize("ring, sound", [
    ([(0, 0), (100, 0), (100, 100), (0, 100)], True),
    ([(0, 0), (100, 0), (100, 100), (50, -50)], False),   # crosses itself
    ([(0, 0), (100, 100), (100, 0), (0, 100)], False),    # a bow tie: no area at all
])
def test_the_judge_refuses_a_broken_polygon(ring, sound):
    """Written byte by byte, since an encoder would repair it."""
    def field(number, content):
        return bytes([number << 3 | 2, len(content)]) + content

    def zigzag(value):
        return 2 * value if value >= 0 else -2 * value - 1

    steps = [[b - a for a, b in zip(*pair)] for pair in zip([(0, 0)] + ring, ring)]
    numbers = [zigzag(value) for step in steps for value in step]
    varints = [9, *numbers[:2], (len(ring) - 1) << 3 | 2, *numbers[2:], 15]
    commands = b"".join(bytes([value]) if value < 128 else bytes([value & 127 | 128, value >> 7]) for value in varints)
    feature = b"\x08\x01" + b"\x18\x03" + field(4, commands)
    layer = field(1, b"ring") + field(2, feature) + b"\x28\x80\x20" + b"\x78\x02"
    decoded = mapbox_vector_tile.decode(field(3, layer), default_options={"y_coord_down": True})
    judged = fault_of(shapely.geometry.shape(decoded["ring"]["features"][0]["geometry"]))
    assert (judged is None) == sound, judged


@pytest.mark.parametrize("path", ["/tiles/trees/3/8/0.mvt", "/tiles/trees/3/0/8.mvt", "/tiles/trees/31/0/0.mvt", "/tiles/nothing/3/0/0.mvt"])
def test_a_tile_outside_the_matrix_is_a_problem(base, path):
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(base + path, timeout=30)
    assert refused.value.code == 404
    assert refused.value.headers["Content-Type"].startswith("application/problem+json")
