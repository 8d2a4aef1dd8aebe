"""OGC API - Features - Part 3: Filtering (19-079r2)."""

import json
import urllib.parse

import jsonschema
import pyproj
import pytest

import ogc_schemas
from conftest import parameters_of
from requirement import requirement
from service import CRS84, epsg, link

ITEMS = "/collections/trees/items"
QUERYABLES = "http://www.opengis.net/def/rel/ogc/1.0/queryables"
GEOMETRIES = {
    f"geometry-{name}" for name in (
        "point", "multipoint", "linestring", "multilinestring", "polygon", "multipolygon", "geometrycollection", "any",
        "point-or-multipoint", "linestring-or-multilinestring", "polygon-or-multipolygon")}

KINDS = {"string", "number", "integer", "boolean", "object", "array", "null"}


def matched(api, filter_, **parameters):
    """How many trees match; the filter in whichever language the parameters name."""
    return api.json(ITEMS, params={"filter": filter_, "limit": 1, **parameters})["numberMatched"]


@pytest.fixture(scope="module")
def trees(api):
    return api.features(f"{ITEMS}?limit=1000")


@pytest.fixture(scope="module")
def queryables(api, ids):
    """The queryables of every collection."""
    return {id_: api.json(f"/collections/{id_}/queryables") for id_ in ids}


def polygon(box, order=1):
    west, south, east, north = box
    corners = [(west, south), (east, south), (east, north), (west, north), (west, south)]
    return "POLYGON((" + ", ".join("{} {}".format(*corner[::order]) for corner in corners) + "))"


class TestQueryables:
    @requirement("features-3", "queryables/queryables-link")
    def test_link(self, api, ids):
        """every filterable resource links its queryables"""
        for id_ in ids:
            assert urllib.parse.urlsplit(link(api.json(f"/collections/{id_}"), QUERYABLES)).path == f"/collections/{id_}/queryables"

    @requirement("features-3", "queryables/get-queryables-op")
    def test_op(self, api, ids):
        """the queryables are answered as application/schema+json"""
        for id_ in ids:
            answer = api.get(f"/collections/{id_}/queryables", headers={"Accept": "application/schema+json"})
            assert answer.headers["Content-Type"].split(";")[0] == "application/schema+json"

    @requirement("features-3", "queryables/get-queryables-response")
    def test_response(self, api, queryables):
        """they are a JSON schema: every property typed, every geometry by its format, times as text, $id the address"""
        for id_, document in queryables.items():
            assert document["$schema"] == "https://json-schema.org/draft/2020-12/schema"
            assert urllib.parse.urlsplit(document["$id"]).path == f"/collections/{id_}/queryables" and "?" not in document["$id"]
            assert document["type"] == "object"
            jsonschema.Draft202012Validator.check_schema(document)
            for name, property_ in document["properties"].items():
                if property_.get("format", "").startswith("geometry"):
                    assert property_["format"] in GEOMETRIES and not {"type", "$ref"} & set(property_), name
                else:
                    assert KINDS.issuperset([property_["type"]] if isinstance(property_["type"], str) else property_["type"]), name
                    if property_.get("format") in ("date", "date-time"):
                        assert property_["type"] == "string"
            assert document["additionalProperties"] is False

    @requirement("features-3", "queryables/expression-construction")
    def test_expression_construction(self, api, queryables):
        """every queryable can be filtered by, and nothing else: another name answers 400"""
        for id_, document in queryables.items():
            for name, property_ in document["properties"].items():
                answer = api.get(f"/collections/{id_}/items", params={"filter": f'"{name}" IS NULL', "limit": 1})
                assert answer.status_code == 200, (id_, name, answer.text)
            answer = api.get(f"/collections/{id_}/items", params={"filter": "noSuchProperty IS NULL"})
            assert answer.status_code == 400 and "noSuchProperty" in answer.text


class TestQueryableParameters:
    @requirement("features-3", "queryables-query-parameters/parameters")
    def test_parameters(self, api, openapi, queryables, trees):
        """every simple queryable is a parameter of the items with the same type, and selects by its value"""
        for id_, document in queryables.items():
            described = parameters_of(openapi, f"/collections/{id_}/items")
            for name, property_ in document["properties"].items():
                if property_.get("type") in ("string", "number", "integer", "boolean"):
                    assert described[name]["schema"]["type"] == property_["type"], (id_, name)
        expected = [each["id"] for each in trees if each["properties"].get("vitality") == "1" and each["properties"].get("height") == 8.2]
        found = api.features(f"{ITEMS}?vitality=1&height=8.2&limit=1000")
        assert [each["id"] for each in found] == expected


class TestFilter:
    @requirement("features-3", "filter/filter-param")
    def test_filter_param(self, openapi, ids):
        """filter is described: text"""
        for id_ in ids:
            filter_ = parameters_of(openapi, f"/collections/{id_}/items")["filter"]
            assert (filter_["in"], filter_.get("required", False), filter_["schema"]["type"]) == ("query", False, "string")

    @requirement("features-3", "filter/filter-lang-param")
    def test_filter_lang_param(self, api, openapi, ids):
        """filter-lang is described with its languages and its default, and both languages are understood"""
        for id_ in ids:
            schema = parameters_of(openapi, f"/collections/{id_}/items")["filter-lang"]["schema"]
            assert set(schema["enum"]) == {"cql2-text", "cql2-json"} and schema["default"] == "cql2-text"
        text = "vitality = '1'"
        tree = json.dumps({"op": "=", "args": [{"property": "vitality"}, "1"]})
        assert matched(api, text) == matched(api, text, **{"filter-lang": "cql2-text"}) > 0
        assert matched(api, text) == matched(api, tree, **{"filter-lang": "cql2-json"})

    @requirement("features-3", "filter/filter-crs-wgs84")
    def test_filter_crs_wgs84(self, api):
        """without filter-crs the geometries of a filter are in CRS84"""
        text = f"S_INTERSECTS(geometry, {polygon((10.76, 52.41, 10.78, 52.43))})"
        assert matched(api, text) == matched(api, text, **{"filter-crs": CRS84}) > 0

    @requirement("features-3", "filter/filter-crs-param")
    def test_filter_crs_param(self, api, openapi, ids, trees):
        """filter-crs is described; the geometries of a filter are read in it, in the order of its axes; a strange one is refused"""
        for id_ in ids:
            schema = parameters_of(openapi, f"/collections/{id_}/items")["filter-crs"]["schema"]
            assert (schema["type"], schema["format"]) == ("string", "uri")
        box = (10.76, 52.41, 10.78, 52.43)
        degrees = matched(api, f"S_INTERSECTS(geometry, {polygon(box)})")
        turned = matched(api, f"S_INTERSECTS(geometry, {polygon(box, order=-1)})", **{"filter-crs": epsg(4326)})
        assert degrees == turned > 0
        for code in (25832, 25833, 3857):
            # Around one tree, so that the curvature of the sides does not matter.
            tree = next(each for each in trees if each["geometry"])
            x, y = pyproj.Transformer.from_crs(4326, code, always_xy=True).transform(*tree["geometry"]["coordinates"][:2])
            text = f"S_INTERSECTS(geometry, {polygon((x - 1, y - 1, x + 1, y + 1))}) AND id = '{tree['id']}'"
            assert matched(api, text, **{"filter-crs": epsg(code)}) == 1, code
        assert api.get(ITEMS, params={"filter": "true", "filter-crs": epsg(999999)}).status_code == 400

    @requirement("features-3", "filter/get-functions-operation")
    def test_functions_operation(self, api, declared):
        """GET /functions is answered where own functions are declared"""
        expected = "http://www.opengis.net/spec/cql2/1.0/conf/functions" in declared
        assert (api.get("/functions").status_code == 200) == expected

    @requirement("features-3", "filter/get-functions-response-json")
    def test_functions_response(self, api, declared):
        """the list of functions names each with its arguments and what it returns, S_DWITHIN among them"""
        if "http://www.opengis.net/spec/cql2/1.0/conf/functions" not in declared:
            pytest.skip("the class Functions is not declared")
        functions = {each["name"].upper(): each for each in api.json("/functions")["functions"]}
        assert [argument["type"] for argument in functions["S_DWITHIN"]["arguments"]] == [["geometry"], ["geometry"], ["number"]]
        assert functions["S_DWITHIN"]["returns"] == ["boolean"]
        for each in functions.values():
            kinds = {kind for argument in each.get("arguments", []) for kind in argument["type"]} | set(each["returns"])
            assert kinds <= {"string", "number", "integer", "datetime", "geometry", "boolean"}

    @requirement("features-3", "filter/mixing-expressions")
    def test_mixing(self, api, trees):
        """filter, bbox, datetime and property parameters hold all at once"""
        west, south, east, north = box = (10.74, 52.40, 10.775, 52.425)
        query = {
            "filter": "height > 8", "bbox": ",".join(map(str, box)), "datetime": "2024-06-01T00:00:00Z/..", "vitality": "1", "limit": 1000}
        found = [each["id"] for each in api.json(ITEMS, params=query)["features"]]
        expected = [
            each["id"] for each in trees if each["geometry"] and (each["properties"].get("height") or 0) > 8
            and west <= each["geometry"]["coordinates"][0] <= east and south <= each["geometry"]["coordinates"][1] <= north
            and (each["properties"].get("lastInspection") or "") >= "2024-06-01" and each["properties"].get("vitality") == "1"]
        assert found == expected and expected

    @requirement("features-3", "filter/response")
    def test_response(self, api, trees):
        """what makes the filter true is given, what makes it false or unknown is not"""
        found = [each["id"] for each in api.features(ITEMS, params={"filter": "height > 12", "limit": 1000})]
        assert found == [each["id"] for each in trees if (each["properties"].get("height") or 0) > 12] and found
        inverse = [each["id"] for each in api.features(ITEMS, params={"filter": "NOT (height > 12)", "limit": 1000})]
        assert inverse == [each["id"] for each in trees if (each["properties"].get("height") or 99) <= 12] and inverse


class TestFeaturesFilter:
    @requirement("features-3", "features-filter/queryables-link")
    def test_link(self, api, collections_document):
        """the link to the queryables stands in the list of collections too"""
        for collection in collections_document["collections"]:
            assert link(collection, QUERYABLES)

    @requirement("features-3", "features-filter/get-queryables-op")
    def test_op(self, api, ids):
        """GET /collections/{id}/queryables is answered for every collection"""
        for id_ in ids:
            assert api.get(f"/collections/{id_}/queryables").status_code == 200

    @requirement("features-3", "features-filter/filter-param")
    def test_filter_param(self, api, ids):
        """every collection's items take filter"""
        for id_ in ids:
            assert api.json(f"/collections/{id_}/items?filter=false")["features"] == []
            assert api.get(f"/collections/{id_}/items?filter=true&limit=1").status_code == 200

    @requirement("features-3", "features-filter/filter-lang-param")
    def test_filter_lang_param(self, api, ids):
        """every collection's items take filter-lang"""
        for id_ in ids:
            for language, filter_ in (("cql2-text", "true"), ("cql2-json", "true")):
                assert api.get(f"/collections/{id_}/items?limit=1&filter={filter_}&filter-lang={language}").status_code == 200

    @requirement("features-3", "features-filter/filter-crs-param")
    def test_filter_crs_param(self, api, ids):
        """every collection's items take filter-crs"""
        for id_ in ids:
            assert api.get(f"/collections/{id_}/items", params={"limit": 1, "filter": "true", "filter-crs": CRS84}).status_code == 200

    @requirement("features-3", "features-filter/response")
    def test_response(self, api):
        """a filter, language or system that is not valid answers 400 with the place and what was expected"""
        for filter_ in ("height >", "height = = 3", "AND", "(height > 3", "height > 'tall'", "height LIKE 3", "genus = 'open",
                        "S_INTERSECTS(geometry, POINT(1))", "NO_SUCH_FUNCTION(height)", ""):
            answer = api.get(ITEMS, params={"filter": filter_})
            assert answer.status_code == 400, filter_
            assert answer.json()["parameter"] == "filter" and len(answer.json()["detail"]) > 20, filter_
        for parameter, value in (("filter-lang", "sql"), ("filter-crs", "mars")):
            problem = api.json(ITEMS, status=400, params={"filter": "true", parameter: value})
            assert problem["parameter"] == parameter
