"""Two Dimensional Tile Matrix Set and Tile Set Metadata 2.0 (17-083r4)."""

import json
import math

import pyproj
import pytest

import ogc_schemas
from requirement import requirement
from service import SHARED, link

TILING_SCHEME = "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme"
PUBLISHED = SHARED / "tiles" / "tms"


@pytest.fixture(scope="module")
def sets(api):
    """Name → tile matrix set."""
    return {each["id"]: api.json(link(each, "self")) for each in api.json("/tileMatrixSets")["tileMatrixSets"]}


@pytest.fixture(scope="module")
def tile_sets(api, spatial, sets):
    """Address → tile set, of the dataset and of every collection that has places."""
    bases = ["", *(f"/collections/{each['id']}" for each in spatial)]
    return {f"{base}/tiles/{name}": api.json(f"{base}/tiles/{name}") for base in bases for name in sets}


def is_json(answer):
    """An answer that is JSON by RFC 7159 and says so."""
    assert answer.headers["Content-Type"] == "application/json"
    return json.loads(answer.content.decode("utf-8", errors="strict"), parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))


class TestTileMatrixSets:
    @requirement("tms-2", "tilematrixset/model")
    def test_model(self, sets):
        """scales fall, pixels of 0.28 mm make the scale, the origin is that of the system; registered sets are as published"""
        for name, set_ in sets.items():
            scales = [each["scaleDenominator"] for each in set_["tileMatrices"]]
            assert scales == sorted(scales, reverse=True) and len({each["id"] for each in set_["tileMatrices"]}) == len(scales)
            axis = pyproj.CRS(set_["crs"]).axis_info[0]
            metres = axis.unit_conversion_factor if axis.unit_name == "metre" else math.radians(6_378_137)
            for matrix in set_["tileMatrices"]:
                assert math.isclose(matrix["cellSize"] * metres / 0.00028, matrix["scaleDenominator"], rel_tol=1e-9)
            if (file := PUBLISHED / f"{name}.json").exists():
                published = json.loads(file.read_text())
                assert published["crs"] == set_["crs"] and published["uri"] == set_["uri"]
                for ours, theirs in zip(set_["tileMatrices"], published["tileMatrices"], strict=True):
                    assert (ours["id"], ours["matrixWidth"], ours["matrixHeight"]) == (theirs["id"], theirs["matrixWidth"], theirs["matrixHeight"])
                    assert math.isclose(ours["cellSize"], theirs["cellSize"], rel_tol=1e-9)

    @requirement("tms-2", "json-tilematrixset/ietf")
    def test_ietf(self, api, sets):
        """tile matrix sets are JSON"""
        for name in sets:
            is_json(api.get(f"/tileMatrixSets/{name}"))

    @requirement("tms-2", "json-tilematrixset/media-type")
    def test_media_type(self, api, sets):
        """tile matrix sets are application/json"""
        for name in sets:
            assert api.get(f"/tileMatrixSets/{name}", headers={"Accept": "application/json"}).headers["Content-Type"] == "application/json"

    @requirement("tms-2", "json-tilematrixset/model")
    def test_json_model(self, sets):
        """every matrix has its own numbers, and the bounding box is that of its tiles"""
        for set_ in sets.values():
            for matrix in set_["tileMatrices"]:
                left, top = matrix["pointOfOrigin"]
                right = left + matrix["matrixWidth"] * matrix["tileWidth"] * matrix["cellSize"]
                bottom = top - matrix["matrixHeight"] * matrix["tileHeight"] * matrix["cellSize"]
                box = set_["boundingBox"]["lowerLeft"] + set_["boundingBox"]["upperRight"]
                assert all(math.isclose(a, b, abs_tol=1e-6) for a, b in zip(box, (left, bottom, right, top)))

    @requirement("tms-2", "json-tilematrixset/schema")
    def test_schema(self, sets):
        """tile matrix sets follow the schema"""
        for name, set_ in sets.items():
            assert ogc_schemas.problems(set_, "tileMatrixSet.yaml", ogc_schemas.TILES) == [], name


class TestLimits:
    @requirement("tms-2", "tilematrixsetlimits/model")
    def test_model(self, tile_sets):
        """every matrix is limited once"""
        for address, tile_set in tile_sets.items():
            names = [each["tileMatrix"] for each in tile_set["tileMatrixSetLimits"]]
            assert names and len(names) == len(set(names)), address

    @requirement("tms-2", "json-tilematrixsetlimits/ietf")
    def test_ietf(self, api):
        """limits are JSON"""
        assert is_json(api.get("/tiles/AdV_25832"))["tileMatrixSetLimits"]

    @requirement("tms-2", "json-tilematrixsetlimits/model")
    def test_json_model(self, sets, tile_sets):
        """limits name matrices of the set, the lesser before the greater, within the matrix"""
        for address, tile_set in tile_sets.items():
            matrices = {each["id"]: each for each in sets[address.rsplit("/", 1)[1]]["tileMatrices"]}
            for limit in tile_set["tileMatrixSetLimits"]:
                matrix = matrices[limit["tileMatrix"]]
                assert 0 <= limit["minTileRow"] <= limit["maxTileRow"] < matrix["matrixHeight"], address
                assert 0 <= limit["minTileCol"] <= limit["maxTileCol"] < matrix["matrixWidth"], address

    @requirement("tms-2", "json-tilematrixsetlimits/schema")
    def test_schema(self, tile_sets):
        """limits follow the schema"""
        for tile_set in tile_sets.values():
            for limit in tile_set["tileMatrixSetLimits"]:
                assert ogc_schemas.problems(limit, "tileMatrixLimits.yaml", ogc_schemas.TILES) == []


class TestTileSetMetadata:
    @requirement("tms-2", "tilesetmetadata/identifier")
    def test_identifier(self, tile_sets):
        """every tile set links the definition of its tile matrix set"""
        for address, tile_set in tile_sets.items():
            assert link(tile_set, TILING_SCHEME).endswith("/tileMatrixSets/" + address.rsplit("/", 1)[1])

    @requirement("tms-2", "tilesetmetadata/model")
    def test_model(self, tile_sets):
        """tile sets that cover a part of their tile matrix set tell its limits, their box and their layers"""
        for tile_set in tile_sets.values():
            assert tile_set["tileMatrixSetLimits"] and tile_set["boundingBox"]["crs"] == tile_set["crs"]
            assert tile_set["layers"] and all(each["dataType"] == "vector" for each in tile_set["layers"])

    @requirement("tms-2", "json-tilesetmetadata/ietf")
    def test_ietf(self, api, tile_sets):
        """tile sets are JSON"""
        for address in list(tile_sets)[:8]:
            is_json(api.get(address))

    @requirement("tms-2", "json-tilesetmetadata/media-type")
    def test_media_type(self, api, tile_sets):
        """tile sets are application/json"""
        for address in list(tile_sets)[:8]:
            assert api.get(address).headers["Content-Type"] == "application/json"

    @requirement("tms-2", "json-tilesetmetadata/model")
    def test_json_model(self, collections_document, tile_sets):
        """layers tell the attribution, the licence, the dimension and the properties of their collection"""
        known = {each["id"]: each for each in collections_document["collections"]}
        dimensions = {"Point": 0, "MultiPoint": 0, "LineString": 1, "MultiLineString": 1, "Polygon": 2, "MultiPolygon": 2}
        for tile_set in tile_sets.values():
            for layer in tile_set["layers"]:
                collection = known[layer["id"]]
                assert layer.get("attribution") == collection.get("attribution") and layer.get("license") == collection.get("license")
                assert layer.get("geometryDimension") == dimensions.get(collection["geometryType"])
                assert layer["propertiesSchema"]["properties"]["id"]["type"] in ("string", "integer")

    @requirement("tms-2", "json-tilesetmetadata/schema")
    def test_schema(self, tile_sets):
        """tile sets follow the schema"""
        for address, tile_set in tile_sets.items():
            assert ogc_schemas.problems(tile_set, "tileSet.yaml", ogc_schemas.TILES) == [], address
