"""GDAL opens the service as an OGC API: Debian's GDAL by its programs, the newer one that comes inside pyogrio as a library.

Both read every feature exactly once, count, cut out a box and filter by an attribute. The oracle is the database file.
"""

import subprocess

import numpy
import pyogrio
import pyproj
import pytest
import shapely

LAYERS = ["trees", "streets", "districts", "playgrounds"]


def ogr(program, *arguments):
    ended = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True, timeout=120)
    assert ended.returncode == 0, f"{program} {' '.join(map(str, arguments))}:\n{ended.stdout}{ended.stderr}"
    assert "ERROR" not in ended.stderr, ended.stderr
    return ended.stdout


@pytest.fixture(scope="module")
def ids(rows):
    """The ids of a collection as the database has them, in order."""
    return lambda collection: sorted(id_ for (id_,) in rows(f'SELECT id FROM "{collection}"'))


@pytest.fixture(scope="module")
def middle(trees):
    """A box in degrees around the middle of the town, and the ids of the trees in it."""
    places = {id_: tree["geometry"]["coordinates"] for id_, tree in trees.items() if tree["geometry"]}
    longitudes, latitudes = numpy.array([place[:2] for place in places.values()]).T
    west, east = numpy.quantile(longitudes, [0.4, 0.6])
    south, north = numpy.quantile(latitudes, [0.4, 0.6])
    inside = sorted(id_ for id_, (x, y, *_) in places.items() if west <= x <= east and south <= y <= north)
    assert 50 < len(inside) < len(places)
    return (west, south, east, north), inside


class TestDebianGdal:
    """ogrinfo and ogr2ogr of the distribution (3.6): degrees only."""

    def test_lists_every_collection(self, base, rows):
        listed = ogr("ogrinfo", f"OAPIF:{base}").split()
        assert {id_ for (id_,) in rows("SELECT id FROM lageplan_collections")} <= set(listed)

    @pytest.mark.parametrize("layer", LAYERS)
    def test_reads_every_feature_once(self, base, ids, tmp_path, layer):
        copy = tmp_path / "copy.gpkg"
        ogr("ogr2ogr", "-f", "GPKG", copy, f"OAPIF:{base}", layer)
        assert sorted(pyogrio.raw.read(copy, columns=["id"], read_geometry=False)[3][0]) == ids(layer)

    def test_counts(self, base, ids):
        assert f"Feature Count: {len(ids('trees'))}\n" in ogr("ogrinfo", "-so", f"OAPIF:{base}", "trees")

    def test_cuts_out_a_box(self, base, middle):
        box, inside = middle
        told = ogr("ogrinfo", "-so", "-spat", *box, f"OAPIF:{base}", "trees")
        assert f"Feature Count: {len(inside)}\n" in told

    def test_filters_by_an_attribute(self, base, rows):
        told = ogr("ogrinfo", "-so", "-where", "genus='Tilia'", f"OAPIF:{base}", "trees")
        assert f"Feature Count: {rows('SELECT count(*) FROM trees WHERE genus = ?', 'Tilia')[0][0]}\n" in told


class TestNewerGdal:
    """The GDAL inside pyogrio (3.12): takes each collection in the system in which it is stored."""

    def read(self, base, layer, **options):
        """The ids and the geometries of what it reads."""
        meta, _, geometries, fields = pyogrio.raw.read(f"OAPIF:{base}", layer=layer, columns=["id"], **options)
        return sorted(fields[0]), shapely.from_wkb(geometries) if geometries is not None else None, meta

    def test_lists_every_collection(self, base, rows):
        listed = {name for name, _ in pyogrio.list_layers(f"OAPIF:{base}")}
        assert {id_ for (id_,) in rows("SELECT id FROM lageplan_collections")} <= listed

    @pytest.mark.parametrize("layer", LAYERS)
    def test_reads_every_feature_once(self, base, ids, layer):
        assert self.read(base, layer)[0] == ids(layer)

    def test_counts(self, base, ids):
        assert pyogrio.read_info(f"OAPIF:{base}", layer="trees", force_feature_count=True)["features"] == len(ids("trees"))

    def test_reads_metres_in_the_storage_system(self, base, trees):
        read, geometries, meta = self.read(base, "trees")
        assert meta["crs"] == "EPSG:25832"
        places = numpy.array([tree["geometry"]["coordinates"][:2] for tree in trees.values() if tree["geometry"]])
        east, north = pyproj.Transformer.from_crs(4326, 25832, always_xy=True).transform(*places.T)
        expected = (east.min(), north.min(), east.max(), north.max())
        assert shapely.total_bounds(geometries) == pytest.approx(expected, abs=0.02)

    def test_cuts_out_a_box_in_metres(self, base, trees):
        """The box is asked for in the storage system, where GDAL gave the extent."""
        box = (619_500, 5_808_500, 620_500, 5_810_000)
        to_metres = pyproj.Transformer.from_crs(4326, 25832, always_xy=True).transform
        places = {id_: to_metres(*tree["geometry"]["coordinates"][:2]) for id_, tree in trees.items() if tree["geometry"]}
        inside = sorted(id_ for id_, (x, y) in places.items() if box[0] <= x <= box[2] and box[1] <= y <= box[3])
        assert 50 < len(inside) < len(places)
        assert self.read(base, "trees", bbox=box)[0] == inside

    def test_cuts_out_a_box(self, base, middle):
        box, inside = middle
        assert self.read(base, "trees", bbox=box, CRS="OGC:CRS84")[0] == inside

    def test_filters_by_an_attribute(self, base, rows):
        found, _, _ = self.read(base, "trees", where="genus = 'Tilia' AND height > 10")
        assert found == sorted(
            id_ for (id_,) in rows("SELECT id FROM trees WHERE genus = 'Tilia' AND height > 10"))

    def test_reads_another_system(self, base, trees):
        read, geometries, meta = self.read(base, "trees", CRS="EPSG:3857")
        assert meta["crs"] == "EPSG:3857"
        assert read == sorted(trees)
        west = min(tree["geometry"]["coordinates"][0] for tree in trees.values() if tree["geometry"])
        assert shapely.total_bounds(geometries)[0] == pytest.approx(west * 20_037_508.342789244 / 180, abs=0.02)
