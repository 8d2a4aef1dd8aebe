"""Archives of tiles: ours read by others (the `pmtiles` package, GDAL, SQLite), those of others read and served by ours.

The oracles are the database file, the live tiles over HTTP, and the other programs' own readers.
"""

import contextlib
import gzip
import json
import sqlite3
import subprocess

import mapbox_vector_tile
import numpy
import pmtiles.reader
import pmtiles.tile
import pmtiles.writer
import pyogrio
import pytest
import shapely

from service import SHARED, Api, ArchiveServer, lageplan

LAYERS = ["trees", "playgrounds", "districts"]
# The town is small: below these zooms it has a handful of tiles.
ZOOMS = ["--zooms", "0-17"]


@pytest.fixture(scope="module", params=["none", "auto"])
def thinning(request):
    return request.param


@pytest.fixture(scope="module")
def archive(database, tmp_path_factory, thinning):
    file = tmp_path_factory.mktemp("archive") / "town.pmtiles"
    lageplan(
        "tiles", "export", file, "--database", database, "--collections", ",".join(LAYERS), "--thinning", thinning, *ZOOMS)
    return file


@pytest.fixture(scope="module")
def everything(database, tmp_path_factory):
    """Every feature, in both containers."""
    folder = tmp_path_factory.mktemp("everything")
    for name in ["town.pmtiles", "town.mbtiles"]:
        lageplan(
            "tiles", "export", folder / name, "--database", database, "--collections", ",".join(LAYERS), "--thinning", "none",
            *ZOOMS)
    return folder


def tiles_of(file):
    """What the Python package reads: (z, x, y) and the bytes as they are stored."""
    with open(file, "rb") as opened:
        return dict(pmtiles.reader.all_tiles(pmtiles.reader.MmapSource(opened)))


@contextlib.contextmanager
def reader_of(file):
    with open(file, "rb") as opened:
        yield pmtiles.reader.Reader(pmtiles.reader.MmapSource(opened))


@contextlib.contextmanager
def served(file):
    running = ArchiveServer(file)
    try:
        yield Api(running.base)
    finally:
        assert running.stop() == 0, running.log[-2000:]


class TestPythonPackage:
    def test_every_tile_equals_the_live_one(self, archive, api, thinning):
        tiles = tiles_of(archive)
        assert len(tiles) > 100
        query = {"thinning": "none"} if thinning == "none" else {}
        for (z, x, y), packed in tiles.items():
            live = api.get(f"/tiles/{','.join(LAYERS)}/{z}/{x}/{y}.mvt", params=query)
            assert live.status_code == 200
            assert gzip.decompress(packed) == live.content, f"tile {z}/{x}/{y} differs"

    def test_a_tile_that_is_not_there_is_empty_live(self, archive, api, thinning):
        tiles = tiles_of(archive)
        query = {"thinning": "none"} if thinning == "none" else {}
        around = {(z, x + i, y + j) for z, x, y in tiles if z in (11, 13, 15) for i in (-1, 0, 1) for j in (-1, 0, 1)}
        absent = sorted(around - set(tiles))
        assert len(absent) > 20
        for z, x, y in absent:
            live = api.get(f"/tiles/{','.join(LAYERS)}/{z}/{x}/{y}.mvt", params=query)
            assert live.status_code == 204, f"tile {z}/{x}/{y} is missing in the archive"

    def test_header_tells_what_is_there(self, everything):
        file = everything / "town.pmtiles"
        tiles = tiles_of(file)
        with reader_of(file) as reader:
            header = reader.header()
        assert header["version"] == 3
        assert header["clustered"]
        assert header["tile_type"] == pmtiles.tile.TileType.MVT
        assert header["tile_compression"] == header["internal_compression"] == pmtiles.tile.Compression.GZIP
        assert header["addressed_tiles_count"] == len(tiles)
        assert header["tile_contents_count"] == len(set(tiles.values()))
        assert (header["min_zoom"], header["max_zoom"]) == (0, 17)
        assert header["root_offset"] + header["root_length"] <= 16_384
        assert header["tile_data_offset"] + header["tile_data_length"] == file.stat().st_size

    def test_bounds_are_around_every_tree(self, everything, trees):
        with reader_of(everything / "town.pmtiles") as reader:
            header = reader.header()
        longitudes, latitudes = numpy.array(
            [tree["geometry"]["coordinates"][:2] for tree in trees.values() if tree["geometry"]]
        ).T
        assert header["min_lon_e7"] <= longitudes.min() * 1e7 + 1 and longitudes.max() * 1e7 - 1 <= header["max_lon_e7"]
        assert header["min_lat_e7"] <= latitudes.min() * 1e7 + 1 and latitudes.max() * 1e7 - 1 <= header["max_lat_e7"]

    def test_metadata_name_the_layers_that_the_tiles_have(self, everything):
        file = everything / "town.pmtiles"
        with reader_of(file) as reader:
            metadata = reader.metadata()
        used = {}
        for packed in tiles_of(file).values():
            for name, layer in mapbox_vector_tile.decode(gzip.decompress(packed)).items():
                used.setdefault(name, set()).update(key for feature in layer["features"] for key in feature["properties"])
        assert metadata["thinning"] == "none"
        layers = {layer["id"]: layer for layer in metadata["vector_layers"]}
        assert set(layers) == set(LAYERS) == set(used)
        for name, layer in layers.items():
            assert set(layer["fields"].values()) <= {"String", "Number", "Boolean"}
            assert used[name] <= set(layer["fields"])

    def test_every_tree_is_in_some_tile_of_a_zoom(self, everything, rows):
        found = set()
        for (z, _, _), packed in tiles_of(everything / "town.pmtiles").items():
            if z == 15:
                layer = mapbox_vector_tile.decode(gzip.decompress(packed)).get("trees", {"features": []})
                found |= {feature["properties"]["id"] for feature in layer["features"]}
        assert found == {id_ for (id_,) in rows("SELECT id FROM trees WHERE geometry IS NOT NULL")}


class TestGdal:
    @pytest.mark.parametrize("name", ["town.pmtiles", "town.mbtiles"])
    def test_newer_gdal_reads_every_tree_where_it_stands(self, everything, trees, name):
        meta, _, geometry, fields = pyogrio.raw.read(everything / name, layer="trees", columns=["id"])
        found = dict(zip(fields[0], shapely.from_wkb(geometry)))
        places = {id_: tree["geometry"]["coordinates"] for id_, tree in trees.items() if tree["geometry"]}
        assert set(found) == set(places)
        for id_, place in places.items():
            # GDAL gives web Mercator metres; a unit of a z17 tile is 0.08 m there, and GDAL joins the tiles.
            mercator = numpy.radians(place[0]) * 6_378_137, numpy.arctanh(numpy.sin(numpy.radians(place[1]))) * 6_378_137
            assert numpy.allclose((found[id_].x, found[id_].y), mercator, atol=0.1)

    @pytest.mark.parametrize("name", ["town.pmtiles", "town.mbtiles"])
    def test_newer_gdal_lists_the_layers(self, everything, name):
        assert sorted(layer for layer, _ in pyogrio.list_layers(everything / name)) == sorted(LAYERS)

    def test_debian_gdal_reads_the_mbtiles(self, everything):
        told = subprocess.run(
            ["ogrinfo", "-so", everything / "town.mbtiles", "trees"], capture_output=True, text=True, timeout=120)
        assert told.returncode == 0 and "ERROR" not in told.stderr, told.stderr
        assert "species: String" in told.stdout and "Geometry" in told.stdout


class TestSQLite:
    @pytest.fixture()
    def opened(self, everything):
        with contextlib.closing(sqlite3.connect(f"file:{everything / 'town.mbtiles'}?mode=ro", uri=True)) as connection:
            yield connection

    def test_mbtiles_hold_the_tiles_of_the_pmtiles_with_rows_from_the_south(self, everything, opened):
        rows = opened.execute("SELECT zoom_level, tile_column, tile_row, tile_data FROM tiles").fetchall()
        assert {(z, x, (1 << z) - 1 - row): data for z, x, row, data in rows} == tiles_of(everything / "town.pmtiles")

    def test_metadata_are_those_of_the_specification(self, opened):
        metadata = dict(opened.execute("SELECT name, value FROM metadata"))
        assert metadata["format"] == "pbf" and metadata["scheme"] == "tms"
        assert (metadata["minzoom"], metadata["maxzoom"]) == ("0", "17")
        west, south, east, north = map(float, metadata["bounds"].split(","))
        assert -180 <= west < east <= 180 and -85.06 < south < north < 85.06
        assert {layer["id"] for layer in json.loads(metadata["json"])["vector_layers"]} == set(LAYERS)
        assert opened.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


@pytest.fixture(scope="module", params=["town.pmtiles", "town.mbtiles"])
def own(everything, request):
    with served(everything / request.param) as api:
        yield api


class TestServedArchive:
    def test_every_tile_is_served_packed_and_plain(self, everything, own):
        for (z, x, y), packed in list(tiles_of(everything / "town.pmtiles").items())[::5]:
            raw = own.get(f"/tiles/town/{z}/{x}/{y}.mvt", headers={"Accept-Encoding": "gzip"}, stream=True)
            assert raw.headers["Content-Encoding"] == "gzip"
            assert raw.raw.read(decode_content=False) == packed
            plain = own.get(f"/tiles/town/{z}/{x}/{y}", headers={"Accept-Encoding": "identity"})
            assert "Content-Encoding" not in plain.headers
            assert plain.content == gzip.decompress(packed)
            ogc = own.get(f"/tiles/WebMercatorQuad/{z}/{y}/{x}")
            assert ogc.content == plain.content
            assert ogc.headers["Content-Type"] == "application/vnd.mapbox-vector-tile"

    def test_tag_is_of_the_content_and_spares_the_second_sending(self, everything, own):
        address = "/tiles/town/{}/{}/{}.mvt".format(*min(tiles_of(everything / "town.pmtiles")))
        first = own.get(address)
        again = own.get(address, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.content) == (304, b"")

    def test_tile_that_is_not_there_is_204_and_one_that_cannot_be_404(self, own):
        assert own.get("/tiles/town/14/0/0.mvt").status_code == 204
        assert own.get("/tiles/town/20/0/0.mvt").status_code == 204
        assert own.get("/tiles/town/3/8/0.mvt").status_code == 404
        assert own.get("/tiles/other/0/0/0.mvt").status_code == 404
        assert own.get("/collections").status_code == 404

    def test_tilejson_leads_to_tiles_that_may_be_kept_for_ever(self, everything, own):
        document = own.json("/tiles/town.json")
        assert document["tilejson"] == "3.0.0"
        assert {layer["id"] for layer in document["vector_layers"]} == set(LAYERS)
        z, x, y = min(tiles_of(everything / "town.pmtiles"))
        answer = own.get(document["tiles"][0].format(z=z, x=x, y=y))
        assert answer.status_code == 200 and "immutable" in answer.headers["Cache-Control"]
        assert "immutable" not in own.get(f"/tiles/town/{z}/{x}/{y}.mvt").headers["Cache-Control"]

    def test_page_tells_people_what_it_is(self, own):
        page = own.get("/", headers={"Accept": "text/html"})
        assert page.status_code == 200 and "Archiv" in page.text and "/tiles/town.json" in page.text
        assert own.json("/health")["status"] == "ok"


@pytest.fixture(scope="module")
def foreign(tmp_path_factory, trees):
    """The same trees as GDAL writes them, and a hand-made archive of the Python package."""
    folder = tmp_path_factory.mktemp("foreign")
    found = [(id_, tree["geometry"]["coordinates"]) for id_, tree in trees.items() if tree["geometry"]]
    points = shapely.to_wkb(shapely.points([place[:2] for _, place in found]))
    ids = numpy.array([id_ for id_, _ in found], dtype=object)
    for name, driver in [("gdal.pmtiles", "PMTiles"), ("gdal.mbtiles", "MBTiles")]:
        pyogrio.raw.write(
            folder / name, points, [ids], ["id"], driver=driver, layer="trees", crs="EPSG:4326", geometry_type="Point",
            dataset_options={"MINZOOM": "0", "MAXZOOM": "10"})
    with open(folder / "python.pmtiles", "wb") as opened:
        writer = pmtiles.writer.Writer(opened)
        for place in range(0, 4**8, 3):
            writer.write_tile(pmtiles.tile.zxy_to_tileid(8, 0, 0) + place, gzip.compress(b"tile %d" % (place // 9), mtime=0))
        writer.finalize(
            {"tile_type": pmtiles.tile.TileType.MVT, "tile_compression": pmtiles.tile.Compression.GZIP, "min_zoom": 8,
             "max_zoom": 8, "min_lon_e7": 0, "min_lat_e7": 0, "max_lon_e7": 10, "max_lat_e7": 10, "center_zoom": 8,
             "center_lon_e7": 5, "center_lat_e7": 5}, {"name": "by hand", "vector_layers": []})
    return folder


class TestArchivesOfOthers:
    @pytest.mark.parametrize("name", ["gdal.pmtiles", "python.pmtiles"])
    def test_pmtiles_are_read_and_served(self, foreign, name):
        expected = tiles_of(foreign / name)
        told = json.loads(lageplan("tiles", "info", foreign / name, "--json"))
        assert sum(zoom["tiles"] for zoom in told["zooms"]) == len(expected)
        with served(foreign / name) as api:
            for (z, x, y), packed in list(expected.items())[:: max(1, len(expected) // 100)]:
                assert api.get(f"/tiles/{name.split('.')[0]}/{z}/{x}/{y}").content == gzip.decompress(packed)

    def test_mbtiles_are_read_and_served(self, foreign):
        with contextlib.closing(sqlite3.connect(foreign / "gdal.mbtiles")) as opened:
            rows = opened.execute("SELECT zoom_level, tile_column, tile_row, tile_data FROM tiles").fetchall()
        told = json.loads(lageplan("tiles", "info", foreign / "gdal.mbtiles", "--json"))
        assert sum(zoom["tiles"] for zoom in told["zooms"]) == len(rows)
        with served(foreign / "gdal.mbtiles") as api:
            for z, x, row, data in rows[:: max(1, len(rows) // 100)]:
                assert api.get(f"/tiles/gdal/{z}/{x}/{(1 << z) - 1 - row}.mvt").content == gzip.decompress(data)

    @pytest.mark.skipif(not SHARED.is_dir(), reason="no shared data")
    def test_images_are_served_as_they_are(self):
        file = SHARED / "tiles" / "pmtiles" / "usgs-mt-whitney-8-15-webp-512.pmtiles"
        with served(file) as api:
            for (z, x, y), image in list(tiles_of(file).items())[::7]:
                answer = api.get(f"/tiles/{file.stem}/{z}/{x}/{y}.webp")
                assert (answer.headers["Content-Type"], answer.content) == ("image/webp", image)
