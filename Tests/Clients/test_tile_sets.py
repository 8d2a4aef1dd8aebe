"""Tiles of every tile matrix set, read by GDAL: fetched by the template of their tile set, opened by its MVT driver, placed by PROJ."""

import re
import subprocess

import pyproj
import pytest

from service import link

SETS = ["WebMercatorQuad", "AdV_25832", "AdV_25833", "WorldCRS84Quad"]
MVT = "application/vnd.mapbox-vector-tile"


def ogrinfo(*arguments):
    ended = subprocess.run(["ogrinfo", *map(str, arguments)], capture_output=True, text=True, timeout=120)
    assert ended.returncode == 0 and "ERROR" not in ended.stderr, ended.stdout + ended.stderr
    return ended.stdout


def fetch(api, name, file, level, place):
    """Stores the tile around a place in degrees, found by the documents of the service alone; returns its rectangle and width in cells."""
    tile_set = api.json(f"/collections/trees/tiles/{name}")
    set_ = api.json(link(tile_set, "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme"))
    matrix = next(each for each in set_["tileMatrices"] if each["id"] == level)
    x, y = pyproj.Transformer.from_crs("OGC:CRS84", set_["crs"], always_xy=True).transform(*place)
    left, top = matrix["pointOfOrigin"]
    width = matrix["cellSize"] * matrix["tileWidth"]
    column, row = int((x - left) // width), int((top - y) // width)
    address = link(tile_set, "item", MVT)
    for variable, value in (("tileMatrix", level), ("tileRow", row), ("tileCol", column)):
        address = address.replace(f"{{{variable}}}", str(value))
    answer = api.get(address, params={"thinning": "none"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, MVT)
    file.write_bytes(answer.content)
    return set_["crs"], left + column * width, top - row * width, width


@pytest.mark.parametrize("name", SETS)
def test_gdal_reads_a_tile_of_every_tile_matrix_set(api, trees, tmp_path, name):
    place = next(tree["geometry"]["coordinates"][:2] for tree in trees.values() if tree["geometry"])
    file = tmp_path / "tile.mvt"
    crs, left, top, width = fetch(api, name, file, "12", place)
    # Of a file that is not named after its place GDAL shows tile units, with y upwards.
    told = ogrinfo("-al", f"MVT:{file}", "trees")
    to_set = pyproj.Transformer.from_crs("OGC:CRS84", crs, always_xy=True)
    found = 0
    for feature in told.split("OGRFeature(trees)")[1:]:
        id_ = re.search(r"^  id \(String\) = (.+)$", feature, re.MULTILINE)[1]
        x, y = map(float, re.search(r"POINT \((\S+) (\S+)\)", feature).groups())
        expected = to_set.transform(*trees[id_]["geometry"]["coordinates"][:2])
        # Half a tile unit, and the seventh decimal of GeoJSON's degrees.
        assert abs(x - (expected[0] - left) / width * 4096) < 0.6, id_
        assert abs(4096 - y - (top - expected[1]) / width * 4096) < 0.6, id_
        found += 1
    assert found > 5


def test_gdal_reads_what_is_drawn_together(api, tmp_path):
    """Several collections are as many layers of one tile."""
    tile_set = api.json("/tiles/WebMercatorQuad", params={"collections": "districts,streets"})
    limit = next(each for each in tile_set["tileMatrixSetLimits"] if each["tileMatrix"] == "12")
    file = tmp_path / "tile.mvt"
    address = f"/tiles/WebMercatorQuad/12/{limit['minTileRow']}/{limit['minTileCol']}"
    file.write_bytes(api.get(address, params={"collections": "districts,streets"}).content)
    listed = ogrinfo(f"MVT:{file}")
    assert set(re.findall(r"^\d+: (\S+)", listed, re.MULTILINE)) <= {"districts", "streets"} and "districts" in listed
