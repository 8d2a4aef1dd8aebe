"""OGC API - Tiles - Part 1: Core (20-057)."""

import math
import re
import urllib.parse

import mapbox_vector_tile
import pyproj
import pytest

import ogc_schemas
from conftest import parameters_of
from requirement import requirement
from service import link

MVT = "application/vnd.mapbox-vector-tile"
MLT = "application/vnd.maplibre-tile"
REGISTERED = "http://www.opengis.net/def/tilematrixset/OGC/1.0/"
TILING_SCHEME = "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme"
VECTOR = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector"
SETS = ["WebMercatorQuad", "AdV_25832", "AdV_25833", "WorldCRS84Quad"]


def path(address):
    return urllib.parse.urlsplit(address).path


def decoded(content):
    """Layer → features, in tile units with y downwards, by a decoder that is not ours."""
    return mapbox_vector_tile.decode(content, default_options={"y_coord_down": True})


@pytest.fixture(scope="module")
def sets(api):
    """Name → tile matrix set."""
    return {name: api.json(f"/tileMatrixSets/{name}") for name in SETS}


@pytest.fixture(scope="module")
def tree(api):
    """A tree that has a place: its id and where it stands, in degrees."""
    feature = next(each for each in api.json("/collections/trees/items?limit=10")["features"] if each["geometry"])
    return feature["id"], feature["geometry"]["coordinates"][:2]


def locate(set_, place, level):
    """The row and column of a place in degrees, and where in the tile it lies in shares, by PROJ and the definition of the set."""
    x, y = pyproj.Transformer.from_crs("OGC:CRS84", set_["crs"], always_xy=True).transform(*place)
    matrix = next(each for each in set_["tileMatrices"] if each["id"] == level)
    left, top = matrix["pointOfOrigin"]
    column = (x - left) / (matrix["cellSize"] * matrix["tileWidth"])
    row = (top - y) / (matrix["cellSize"] * matrix["tileHeight"])
    return math.floor(row), math.floor(column), (column % 1, row % 1)


class TestCore:
    @requirement("tiles-1", "core/conformance-success")
    def test_conformance(self, api, declared):
        """the declaration names the classes of Tiles that are met"""
        assert ogc_schemas.problems(api.json("/conformance"), "confClasses.yaml", ogc_schemas.TILES) == []
        assert "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/core" in declared

    @requirement("tiles-1", "core/tc-op")
    def test_op(self, api, sets, tree):
        """a tree is in the tile that the template of its tile set leads to, in every tile matrix set"""
        id_, place = tree
        for name in SETS:
            template = link(api.json(f"/collections/trees/tiles/{name}"), "item", MVT)
            row, column, _ = locate(sets[name], place, "13")
            address = template.replace("{tileMatrix}", "13").replace("{tileRow}", str(row)).replace("{tileCol}", str(column))
            features = decoded(api.get(address, params={"thinning": "none"}).content)["trees"]["features"]
            assert id_ in [each["properties"]["id"] for each in features], name

    @staticmethod
    def parameter(openapi, name, type_):
        for template in openapi["paths"]:
            if template.endswith("/{tileMatrix}/{tileRow}/{tileCol}"):
                described = parameters_of(openapi, template)[name]
                assert described["in"] == "path" and described["required"] and described["schema"]["type"] == type_
                if type_ == "integer":
                    assert described["schema"]["minimum"] == 0

    @requirement("tiles-1", "core/tc-tilematrix-definition")
    def test_tile_matrix(self, openapi):
        """the description has the parameter tileMatrix, a text, at every address of tiles"""
        self.parameter(openapi, "tileMatrix", "string")

    @requirement("tiles-1", "core/tc-tilerow-definition")
    def test_tile_row(self, openapi):
        """the description has the parameter tileRow, a whole number, at every address of tiles"""
        self.parameter(openapi, "tileRow", "integer")

    @requirement("tiles-1", "core/tc-tilecol-definition")
    def test_tile_col(self, openapi):
        """the description has the parameter tileCol, a whole number, at every address of tiles"""
        self.parameter(openapi, "tileCol", "integer")

    @requirement("tiles-1", "core/tc-success")
    def test_success(self, api, sets, tree):
        """a tile with content is answered by 200 in the format asked for, and holds what lies within it"""
        row, column, _ = locate(sets["WebMercatorQuad"], tree[1], "15")
        for accept in (MVT, "*/*"):
            answer = api.get(f"/collections/trees/tiles/WebMercatorQuad/15/{row}/{column}", headers={"Accept": accept})
            assert (answer.status_code, answer.headers["Content-Type"]) == (200, MVT)
        layer = decoded(answer.content)["trees"]
        for feature in layer["features"]:
            x, y = feature["geometry"]["coordinates"]
            # Within the tile and the margin that it draws beyond its edges.
            assert -64 <= x <= layer["extent"] + 64 and -64 <= y <= layer["extent"] + 64

    @requirement("tiles-1", "core/tc-error")
    def test_error(self, api, sets):
        """outside of the matrix or of the limits is 404 or 400; an empty tile inside is 204"""
        for name in SETS:
            base = f"/collections/trees/tiles/{name}"
            limits = {each["tileMatrix"]: each for each in api.json(base)["tileMatrixSetLimits"]}
            level, limit = max(limits.items(), key=lambda each: int(each[0]))
            matrix = next(each for each in sets[name]["tileMatrices"] if each["id"] == level)
            outside = [
                (level, limit["minTileRow"], matrix["matrixWidth"]), (level, matrix["matrixHeight"], limit["minTileCol"]),
                (level, limit["maxTileRow"] + 2, limit["minTileCol"]), (level, limit["minTileRow"], limit["maxTileCol"] + 2),
                ("99", 0, 0), ("x", 0, 0), (level, -1, limit["minTileCol"]), (level, "x", limit["minTileCol"])]
            for place in outside:
                assert api.get("/".join([base, *map(str, place)])).status_code in (400, 404), (name, place)
            inside = {
                api.get(f"{base}/{level}/{row}/{column}").status_code
                for row in range(limit["minTileRow"], min(limit["minTileRow"] + 6, limit["maxTileRow"] + 1))
                for column in range(limit["minTileCol"], min(limit["minTileCol"] + 6, limit["maxTileCol"] + 1))}
            assert inside <= {200, 204}, name


class TestTileSet:
    @requirement("tiles-1", "tileset/description")
    def test_description(self, api, spatial):
        """tile sets follow the schema; they link the tile matrix set and a typed template, and name a registered set"""
        for base in ["", *(f"/collections/{each['id']}" for each in spatial)]:
            for name in SETS:
                answer = api.get(f"{base}/tiles/{name}", headers={"Accept": "application/json"})
                assert answer.headers["Content-Type"] == "application/json"
                tile_set = answer.json()
                assert ogc_schemas.problems(tile_set, "tileSet.yaml", ogc_schemas.TILES) == []
                assert tile_set.get("tileMatrixSetURI") == (None if name.startswith("AdV") else REGISTERED + name)
                assert path(link(tile_set, TILING_SCHEME, "application/json")) == f"/tileMatrixSets/{name}"
                items = [each for each in tile_set["links"] if each["rel"] == "item"]
                assert [each["type"] for each in items] == [MVT, MLT]
                limits = tile_set["tileMatrixSetLimits"][0]
                for item in items:
                    assert item["templated"] is True
                    filled = item["href"].replace("{tileMatrix}", limits["tileMatrix"])
                    filled = filled.replace("{tileRow}", str(limits["minTileRow"])).replace("{tileCol}", str(limits["minTileCol"]))
                    assert "{" not in filled
                    parts = urllib.parse.urlsplit(filled)
                    tile = api.get(f"{parts.path}?{parts.query}", headers={"Accept": "*/*"})
                    assert tile.status_code in (200, 204), filled
                    if tile.content:
                        assert tile.headers["Content-Type"] == item["type"], filled


class TestTileSetsList:
    @requirement("tiles-1", "tilesets-list/tileset-path")
    def test_path(self, api, ids):
        """.../tiles answers with a list of tile sets, for the dataset and for every collection"""
        for base in ["", *(f"/collections/{id_}" for id_ in ids)]:
            assert len(api.json(f"{base}/tiles")["tilesets"]) == len(SETS)

    @requirement("tiles-1", "tilesets-list/tileset-links")
    def test_links(self, api):
        """every entry has its type, its system, links to itself and to its tile matrix set, and the address ends in the set's name"""
        for base in ("/tiles", "/collections/trees/tiles"):
            for each in api.json(base, headers={"Accept": "application/json"})["tilesets"]:
                assert ogc_schemas.problems(each, "tileSet-item.yaml", ogc_schemas.TILES) == []
                own = link(each, "self", "application/json")
                name = own.rsplit("/", 1)[1]
                assert path(own) == f"{base}/{name}" and each["dataType"] == "vector"
                assert path(link(each, TILING_SCHEME)) == f"/tileMatrixSets/{name}"
                whole = api.json(own)
                assert whole["crs"] == each["crs"] and whole.get("tileMatrixSetURI") == each.get("tileMatrixSetURI")


class TestDatasetTileSets:
    @requirement("tiles-1", "dataset-tilesets/landingpage")
    def test_landing_page(self, landing):
        """the landing page links the tile sets of the dataset"""
        assert path(link(landing, VECTOR, "application/json")) == "/tiles"

    @requirement("tiles-1", "dataset-tilesets/operation")
    def test_operation(self, api):
        """/tiles has at least one tile set, and its tiles hold several collections"""
        tile_set = api.json(link(api.json("/tiles")["tilesets"][0], "self"))
        assert len(tile_set["layers"]) > 1
        centre, matrix = tile_set["centerPoint"], api.json(f"/tileMatrixSets/{SETS[0]}")
        level = next(each for each in matrix["tileMatrices"] if each["id"] == centre["tileMatrix"])
        width = level["cellSize"] * level["tileWidth"]
        column = int((centre["coordinates"][0] - level["pointOfOrigin"][0]) / width)
        row = int((level["pointOfOrigin"][1] - centre["coordinates"][1]) / width)
        answer = api.get(f"/tiles/{SETS[0]}/{level['id']}/{row}/{column}")
        assert answer.status_code == 200 and len(decoded(answer.content)) > 1


class TestGeoDataTileSets:
    @requirement("tiles-1", "geodata-tilesets/desc-links")
    def test_links(self, collections_document):
        """every collection links its tile sets"""
        for each in collections_document["collections"]:
            assert path(link(each, VECTOR, "application/json")) == f"/collections/{each['id']}/tiles"

    @requirement("tiles-1", "geodata-tilesets/operation")
    def test_operation(self, api, ids):
        """/collections/{id}/tiles has at least one tile set"""
        for id_ in ids:
            assert api.json(f"/collections/{id_}/tiles")["tilesets"]


class TestCollectionsSelection:
    @requirement("tiles-1", "collections-selection/query-collections")
    def test_query(self, api, openapi, tree, sets):
        """tile sets and tiles of the dataset take collections, a list of ids; an unknown one is refused"""
        row, column, _ = locate(sets["WebMercatorQuad"], tree[1], "14")
        addresses = ("/tiles/WebMercatorQuad", f"/tiles/WebMercatorQuad/14/{row}/{column}")
        for address in addresses:
            for list_ in ("trees", "trees,streets", "streets,districts,trees"):
                assert api.get(address, params={"collections": list_}).status_code == 200
            assert api.get(address, params={"collections": "trees,nothing"}).status_code == 404
        for template in ("/tiles/{tileMatrixSetId}", "/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}"):
            described = parameters_of(openapi, template)["collections"]
            assert (described["style"], described["explode"], described["required"]) == ("form", False, False)
            assert described["schema"] == {"type": "array", "items": {"type": "string"}}

    @requirement("tiles-1", "collections-selection/collections-response")
    def test_response(self, api, tree, sets):
        """only the collections named are answered, in the order in which they are named"""
        row, column, _ = locate(sets["WebMercatorQuad"], tree[1], "14")
        for list_ in (["trees"], ["streets", "trees"], ["trees", "streets"], ["districts", "trees", "streets"]):
            asked = {"collections": ",".join(list_)}
            assert [each["id"] for each in api.json("/tiles/WebMercatorQuad", params=asked)["layers"]] == list_
            layers = list(decoded(api.get(f"/tiles/WebMercatorQuad/14/{row}/{column}", params=asked).content))
            assert layers == [each for each in list_ if each in layers] and "trees" in layers


@pytest.fixture(scope="module")
def days(api, sets):
    """The ids in a tile over all marks, for a query."""
    row, column, _ = locate(sets["WebMercatorQuad"], (10.775, 52.42), "10")

    def ids(**asked):
        answer = api.get(f"/collections/marks/tiles/WebMercatorQuad/10/{row}/{column}", params={"thinning": "none", **asked})
        assert answer.status_code in (200, 204), answer.text
        layer = decoded(answer.content).get("marks", {"features": []}) if answer.content else {"features": []}
        return {each["properties"]["id"] for each in layer["features"]}

    assert len(ids()) > 5
    return ids


class TestDatetime:
    """The sample town's own marks have a day each, one a day from 1 January 2026."""

    @staticmethod
    def items(api, interval):
        """What the items of the same interval are, but for those without a place."""
        features = api.features("/collections/marks/items", params={"datetime": interval})
        return {each["id"] for each in features if each["geometry"]}

    @requirement("tiles-1", "datetime/rc-datetime-definition")
    def test_definition(self, api, openapi, days):
        """datetime is described, takes moments and intervals with open ends, and refuses what is neither"""
        for template in openapi["paths"]:
            if template.endswith("/{tileMatrix}/{tileRow}/{tileCol}"):
                assert parameters_of(openapi, template)["datetime"]["schema"]["type"] == "string"
        for value in ("2026-01-03T00:00:00Z", "2026-01-03T00:00:00Z/2026-01-05T00:00:00Z", "../2026-01-03T00:00:00Z", "2026-01-03T00:00:00Z/"):
            days(datetime=value)
        assert api.get("/collections/marks/tiles/WebMercatorQuad/10/336/542", params={"datetime": "yesterday"}).status_code == 400

    @requirement("tiles-1", "datetime/rc-datetime-response")
    def test_response(self, api, days):
        """a tile holds those features that the items of the same time are"""
        for interval in ("2026-01-03", "2026-01-03/2026-01-05", "../2026-01-04", "2026-01-09/.."):
            assert days(datetime=interval) == self.items(api, interval), interval

    @requirement("tiles-1", "datetime/axis")
    def test_axis(self, api, days):
        """subset takes the axis datetime"""
        assert days(subset='datetime("2026-01-03":"2026-01-05")') == self.items(api, "2026-01-03/2026-01-05")

    @requirement("tiles-1", "datetime/rc-subset-definition")
    def test_subset_definition(self, api, openapi):
        """subset is described; another axis and what is no interval are refused by 400"""
        for template in openapi["paths"]:
            if template.endswith("/{tileMatrix}/{tileRow}/{tileCol}"):
                assert "subset" in parameters_of(openapi, template)
        for value in ('Lat("1":"2")', "datetime(", 'datetime("2026-01-03"', "datetime(1)"):
            assert api.get("/collections/marks/tiles/WebMercatorQuad/10/336/542", params={"subset": value}).status_code == 400, value

    @requirement("tiles-1", "datetime/rc-subset-response")
    def test_subset_response(self, api, days):
        """an asterisk opens an end of the interval"""
        assert days(subset='datetime(*:"2026-01-04")') == self.items(api, "../2026-01-04")
        assert days(subset='datetime("2026-01-09":*)') == self.items(api, "2026-01-09/..")
        assert days(subset="datetime(*:*)") == days()


class TestOpenApi:
    @requirement("tiles-1", "oas30/completeness")
    def test_completeness(self, openapi, ids):
        """lists, tile sets and tiles of the dataset and of every collection are described, with their parameters"""
        for base in ["", *(f"/collections/{id_}" for id_ in ids)]:
            for template in ("/tiles", "/tiles/{tileMatrixSetId}", "/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}"):
                assert "get" in openapi["paths"][base + template]
            tile = parameters_of(openapi, base + "/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}")
            assert {"tileMatrixSetId", "tileMatrix", "tileRow", "tileCol", "datetime", "subset", "filter", "properties"} <= set(tile)
            assert tile["tileMatrixSetId"]["schema"]["enum"] == SETS

    @requirement("tiles-1", "oas30/operation-id")
    def test_operation_id(self, openapi):
        """the ids of the operations end in the suffixes by which they are recognised, and none is there twice"""
        ids = [each["operationId"] for path_ in openapi["paths"].values() for each in path_.values() if "operationId" in each]
        assert len(ids) == len(set(ids))
        for origin in ("dataset", "collection"):
            for operation in ("getTileSetsList", "getTileSet", "getTile"):
                assert any(re.fullmatch(rf".*\.{origin}\.vector\.{operation}", each) for each in ids)


class TestMvt:
    @requirement("tiles-1", "mvt/content")
    def test_content(self, api, sets, tree):
        """a foreign decoder reads every tile: a type and a geometry each, in a grid that is linear in the system of the tile set"""
        id_, place = tree
        for name in SETS:
            row, column, share = locate(sets[name], place, "12")
            answer = api.get(f"/tiles/{name}/12/{row}/{column}", params={"thinning": "none"})
            assert answer.headers["Content-Type"] == MVT
            layers = decoded(answer.content)
            for layer in layers.values():
                for feature in layer["features"]:
                    assert feature["geometry"]["coordinates"] and feature["geometry"]["type"] != "Unknown"
            own = next(each for each in layers["trees"]["features"] if each["properties"]["id"] == id_)
            x, y = own["geometry"]["coordinates"]
            assert abs(x - share[0] * 4096) <= 1 and abs(y - share[1] * 4096) <= 1, name
