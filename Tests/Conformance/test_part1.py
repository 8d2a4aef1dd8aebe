"""OGC API - Features - Part 1: Core (17-069r4), classes Core, HTML, GeoJSON and OpenAPI 3.0."""

import contextlib
import datetime
import itertools
import sqlite3
import urllib.parse

import lxml.html
import pytest
import shapely
import shapely.geometry

import ogc_schemas
from conftest import parameters_of
from requirement import requirement
from service import CRS84, link

# A resource of each kind, below the landing page.
RESOURCES = ["/", "/conformance", "/api", "/collections", "/collections/trees", "/collections/trees/items?limit=3"]


def links(document, relation):
    return [each for each in document["links"] if each["rel"] == relation]


def path(address):
    """The path of an address, which is how it is asked for whatever host it names."""
    return urllib.parse.urlsplit(address).path


@pytest.fixture(scope="module")
def first(api):
    """A tree as the server gives it alone."""
    id_ = api.json("/collections/trees/items?limit=1")["features"][0]["id"]
    return api.json(f"/collections/trees/items/{id_}")


class TestCore:
    @requirement("features-1", "core/root-op")
    def test_root_op(self, api):
        """GET / is answered"""
        assert api.get("/").status_code != 405

    @requirement("features-1", "core/root-success")
    def test_root_success(self, landing):
        """the landing page links description, conformance and data, and is valid by its schema"""
        assert links(landing, "service-desc") and links(landing, "service-doc")
        assert path(link(landing, "conformance")) == "/conformance"
        assert path(link(landing, "data")) == "/collections"
        assert ogc_schemas.problems(landing, "landingPage.yaml") == []

    @requirement("features-1", "core/api-definition-op")
    def test_api_definition_op(self, api, landing):
        """every linked description of the API is answered"""
        for each in links(landing, "service-desc") + links(landing, "service-doc"):
            assert api.get(each["href"]).status_code == 200

    @requirement("features-1", "core/api-definition-success")
    def test_api_definition_success(self, api, landing):
        """each description comes in the media type that its link names"""
        for each in links(landing, "service-desc") + links(landing, "service-doc"):
            answer = api.get(each["href"], headers={"Accept": each["type"]})
            assert answer.status_code == 200
            assert answer.headers["Content-Type"].split(";")[0] == each["type"].split(";")[0]

    @requirement("features-1", "core/conformance-op")
    def test_conformance_op(self, api):
        """GET /conformance is answered"""
        assert api.get("/conformance").status_code != 405

    @requirement("features-1", "core/conformance-success")
    def test_conformance_success(self, api, declared):
        """the declaration is valid by its schema and names the core"""
        assert ogc_schemas.problems(api.json("/conformance"), "confClasses.yaml") == []
        for class_ in ("core", "geojson", "html", "oas30"):
            assert f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{class_}" in declared

    @requirement("features-1", "core/http")
    def test_http(self, api):
        """HEAD is GET without a body, an unknown method 405 with Allow, an unknown path 404, an unacceptable type 406"""
        for resource in RESOURCES:
            get, head = api.get(resource), api.request("HEAD", resource)
            assert (head.status_code, head.content) == (get.status_code, b"")
            assert head.headers["Content-Type"] == get.headers["Content-Type"]
            refused = api.request("TRACE", resource)
            assert refused.status_code == 405 and "GET" in refused.headers["Allow"]
            assert api.get(resource, headers={"Accept": "image/png"}).status_code == 406
        assert api.get("/collections/trees/nothing").status_code == 404

    @requirement("features-1", "core/query-param-unknown")
    def test_query_param_unknown(self, api, first):
        """a parameter that no resource has answers 400 everywhere"""
        for resource in RESOURCES + [f"/collections/trees/items/{first['id']}", "/collections/trees/schema"]:
            separator = "&" if "?" in resource else "?"
            assert api.get(f"{resource}{separator}unspecified=1").status_code == 400, resource

    @requirement("features-1", "core/query-param-invalid")
    def test_query_param_invalid(self, api):
        """a value that a parameter cannot have answers 400"""
        for query in ["limit=none", "limit=0", "limit=-1", "limit=1.5", "bbox=1,2,3", "bbox=a,b,c,d", "bbox=0,91,1,92", "bbox=10,53,11,52",
                      "datetime=yesterday", "datetime=2026-13-01", "datetime=2026-01-02/2026-01-01", "f=docx", "height=tall"]:
            assert api.get(f"/collections/trees/items?{query}").status_code == 400, query

    @requirement("features-1", "core/crs84")
    def test_crs84(self, api, spatial):
        """coordinates are longitude and latitude unless asked for otherwise"""
        for collection in spatial:
            west, south, east, north = collection["extent"]["spatial"]["bbox"][0]
            for feature in api.json(f"/collections/{collection['id']}/items?limit=20")["features"]:
                if feature["geometry"]:
                    box = shapely.geometry.shape(feature["geometry"]).bounds
                    assert west - 1e-6 <= box[0] and south - 1e-6 <= box[1] and box[2] <= east + 1e-6 and box[3] <= north + 1e-6

    @requirement("features-1", "core/fc-md-op")
    def test_fc_md_op(self, api):
        """GET /collections is answered"""
        assert api.get("/collections").status_code != 405

    @requirement("features-1", "core/fc-md-success")
    def test_fc_md_success(self, collections_document):
        """the list of collections is valid by its schema"""
        assert ogc_schemas.problems(collections_document, "collections.yaml") == []

    @requirement("features-1", "core/fc-md-links")
    def test_fc_md_links(self, api, collections_document):
        """the list links itself and its page, each with its type"""
        self_, alternates = links(collections_document, "self"), links(collections_document, "alternate")
        assert [each["type"] for each in self_] == ["application/json"]
        assert "text/html" in [each["type"] for each in alternates]
        for each in self_ + alternates:
            assert api.get(each["href"], headers={"Accept": each["type"]}).status_code == 200

    @requirement("features-1", "core/fc-md-items")
    def test_fc_md_items(self, ids, database):
        """every collection of the database is in the list"""
        with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
            assert sorted(ids) == sorted(id_ for (id_,) in connection.execute("SELECT id FROM lageplan_collections"))

    @requirement("features-1", "core/fc-md-items-links")
    def test_fc_md_items_links(self, api, collections_document):
        """every collection links its features in every encoding, and each link leads there"""
        for collection in collections_document["collections"]:
            items = links(collection, "items")
            assert {"application/geo+json", "text/html"} <= {each["type"].split(";")[0] for each in items}
            for each in items:
                address = each["href"] + ("&" if "?" in each["href"] else "?") + "limit=1"
                answer = api.get(address, headers={"Accept": each["type"]})
                assert answer.status_code == 200, each
                assert answer.headers["Content-Type"].split(";")[0] == each["type"].split(";")[0]

    @requirement("features-1", "core/fc-md-extent")
    def test_fc_md_extent(self, api, spatial):
        """the extent in space and time holds every feature"""
        for collection in spatial:
            west, south, east, north = collection["extent"]["spatial"]["bbox"][0]
            features = api.features(f"/collections/{collection['id']}/items?limit=1000")
            bounds = shapely.total_bounds(
                [shapely.geometry.shape(feature["geometry"]) for feature in features if feature["geometry"]])
            assert west - 1e-6 <= bounds[0] and south - 1e-6 <= bounds[1]
            assert bounds[2] <= east + 1e-6 and bounds[3] <= north + 1e-6
            for start, end in collection["extent"].get("temporal", {}).get("interval", []):
                schema = api.json(f"/collections/{collection['id']}/schema")["properties"]
                for feature, (name, property_) in itertools.product(features, schema.items()):
                    value = feature["properties"].get(name)
                    if value and property_.get("format") in ("date", "date-time"):
                        assert (start is None or start[:10] <= value[:10]) and (end is None or value[:10] <= end[:10]), (name, value)

    @requirement("features-1", "core/fc-md-extent-multi")
    def test_fc_md_extent_multi(self, spatial):
        """the first box and the first interval are the whole; no others are given that could contradict them"""
        for collection in spatial:
            assert len(collection["extent"]["spatial"]["bbox"]) == 1
            assert len(collection["extent"].get("temporal", {}).get("interval", [None])) == 1

    @requirement("features-1", "core/sfc-md-op")
    def test_sfc_md_op(self, api, ids):
        """GET /collections/{id} is answered for every collection"""
        for id_ in ids:
            assert api.get(f"/collections/{id_}").status_code != 405

    @requirement("features-1", "core/sfc-md-success")
    def test_sfc_md_success(self, api, collections_document):
        """a collection says alone what the list says of it, valid by its schema"""
        for collection in collections_document["collections"]:
            alone = api.json(f"/collections/{collection['id']}")
            for member in ("id", "title", "description", "extent", "itemType"):
                assert alone.get(member) == collection.get(member)
            assert all(each in alone["links"] for each in collection["links"])
            assert ogc_schemas.problems(alone, "collection.yaml") == []

    @requirement("features-1", "core/fc-op")
    def test_fc_op(self, api, ids):
        """GET /collections/{id}/items is answered for every collection"""
        for id_ in ids:
            assert api.get(f"/collections/{id_}/items?limit=1").status_code == 200

    @requirement("features-1", "core/fc-limit-definition")
    def test_fc_limit_definition(self, openapi, ids):
        """limit is described: a whole number from 1, with maximum and default, in form style, not exploded"""
        for id_ in ids:
            limit = parameters_of(openapi, f"/collections/{id_}/items")["limit"]
            schema = limit["schema"]
            assert (limit["in"], limit.get("required", False)) == ("query", False)
            assert (schema["type"], schema["minimum"]) == ("integer", 1)
            assert schema["minimum"] <= schema["default"] <= schema["maximum"]
            assert limit.get("style", "form") == "form"

    @requirement("features-1", "core/fc-limit-response-1")
    def test_fc_limit_response(self, api, openapi):
        """no answer has more features than limit; beyond the maximum, limit is the maximum and no fault"""
        for limit in (1, 2, 17):
            assert len(api.json(f"/collections/trees/items?limit={limit}")["features"]) == limit
        most = parameters_of(openapi, "/collections/trees/items")["limit"]["schema"]["maximum"]
        assert len(api.json(f"/collections/trees/items?limit={most + 1}")["features"]) <= most
        assert api.get("/collections/trees/items?limit=999999999").status_code == 200

    @requirement("features-1", "core/fc-bbox-definition")
    def test_fc_bbox_definition(self, openapi, ids, api):
        """bbox is described as four or six numbers, and both are taken"""
        for id_ in ids:
            bbox = parameters_of(openapi, f"/collections/{id_}/items")["bbox"]
            assert (bbox["in"], bbox["style"], bbox["explode"]) == ("query", "form", False)
            assert (bbox["schema"]["type"], bbox["schema"]["items"]["type"]) == ("array", "number")
        flat = api.json("/collections/trees/items?bbox=10,52,11,53&limit=1")["numberMatched"]
        assert flat == api.json("/collections/trees/items?bbox=10,52,-100,11,53,4000&limit=1")["numberMatched"] > 0

    @requirement("features-1", "core/fc-bbox-response")
    def test_fc_bbox_response(self, api):
        """exactly the features that meet the box are given, also across the antimeridian; a table without places is given whole"""
        for collection in ("trees", "streets", "districts"):
            features = api.features(f"/collections/{collection}/items?limit=1000")
            shapes = {each["id"]: shapely.geometry.shape(each["geometry"]) for each in features if each["geometry"]}
            west, south, east, north = shapely.total_bounds(list(shapes.values()))
            box = (west + (east - west) * 0.31, south + (north - south) * 0.37, east - (east - west) * 0.23, north - (north - south) * 0.29)
            found = {each["id"] for each in api.features(f"/collections/{collection}/items?limit=1000&bbox={','.join(map(str, box))}")}
            # What touches the border within a millimetre may fall on either side: the geometry is stored in another system.
            inner, outer = shapely.box(*box).buffer(-1e-8), shapely.box(*box).buffer(1e-8)
            assert {id_ for id_, shape in shapes.items() if shape.intersects(inner)} <= found
            assert found <= {id_ for id_, shape in shapes.items() if shape.intersects(outer)}
        around = api.json("/collections/trees/items?bbox=10,50,-170,55&limit=1")["numberMatched"]
        assert around == api.json("/collections/trees/items?bbox=10,50,180,55&limit=1")["numberMatched"] > 0
        assert api.json("/collections/keys/items?bbox=0,0,1,1")["numberMatched"] == 9

    @requirement("features-1", "core/fc-time-definition")
    def test_fc_time_definition(self, api, openapi, ids):
        """datetime is described as text; instants, intervals and both half-open forms are taken"""
        for id_ in ids:
            time = parameters_of(openapi, f"/collections/{id_}/items")["datetime"]
            assert (time["in"], time["schema"]["type"]) == ("query", "string")
        for value in ("2025-06-01T12:00:00Z", "2025-06-01T12:00:00.5%2B02:00", "2025-01-01T00:00:00Z/2025-12-31T23:59:59Z",
                      "2025-01-01T00:00:00Z/..", "2025-01-01T00:00:00Z/", "../2025-01-01T00:00:00Z", "/2025-01-01T00:00:00Z"):
            assert api.get(f"/collections/trees/items?limit=1&datetime={value}").status_code == 200, value

    @requirement("features-1", "core/fc-time-response")
    def test_fc_time_response(self, api):
        """exactly the features of that time are given; a collection without time is given whole"""
        every = api.features("/collections/trees/items?limit=1000")
        found = api.features("/collections/trees/items?limit=1000&datetime=2025-01-01T00:00:00Z/2025-06-30T23:59:59Z")
        expected = [each["id"] for each in every if "2025-01-01" <= (each["properties"].get("lastInspection") or "") <= "2025-06-30"]
        assert 0 < len(expected) < len(every)
        assert [each["id"] for each in found] == expected
        half = api.json("/collections/trees/items?limit=1&datetime=../2024-12-31T23:59:59Z")["numberMatched"]
        assert half == sum((each["properties"].get("lastInspection") or "9999") < "2025" for each in every)
        assert api.json("/collections/keys/items?datetime=1900-01-01T00:00:00Z")["numberMatched"] == 9

    @requirement("features-1", "core/fc-response")
    def test_fc_response(self, api):
        """200, and no feature that was not asked for"""
        for feature in api.features("/collections/trees/items?limit=1000&vitality=1"):
            assert feature["properties"]["vitality"] == "1"

    @requirement("features-1", "core/fc-links")
    def test_fc_links(self, api, ids):
        """features link themselves and their page"""
        for id_ in ids:
            page = api.json(f"/collections/{id_}/items?limit=1")
            assert path(link(page, "self")) == f"/collections/{id_}/items"
            assert "text/html" in [each["type"] for each in links(page, "alternate")]
            assert api.json(link(page, "self"))["features"] == page["features"]

    @requirement("features-1", "core/fc-rel-type")
    def test_fc_rel_type(self, api):
        """every link self, alternate, next and prev has a type"""
        page = api.json("/collections/trees/items?limit=2")
        page = api.json(link(page, "next"))
        assert all("type" in each for each in page["links"] if each["rel"] in ("self", "alternate", "next", "prev"))
        assert link(page, "next", "application/geo+json")

    @requirement("features-1", "core/fc-timeStamp")
    def test_fc_time_stamp(self, api):
        """timeStamp, where it is given, is the time of the answer"""
        page = api.json("/collections/trees/items?limit=1")
        if "timeStamp" in page:
            told = datetime.datetime.fromisoformat(page["timeStamp"].replace("Z", "+00:00"))
            assert abs((datetime.datetime.now(datetime.UTC) - told).total_seconds()) < 60

    @requirement("features-1", "core/fc-numberMatched")
    def test_fc_number_matched(self, api):
        """numberMatched is how many features there are over all pages"""
        for query in ("", "&vitality=1", "&bbox=10.76,52.41,10.78,52.43", "&datetime=2025-01-01T00:00:00Z/.."):
            pages = list(api.pages(f"/collections/trees/items?limit=200{query}"))
            assert {page["numberMatched"] for page in pages} == {sum(len(page["features"]) for page in pages)}

    @requirement("features-1", "core/fc-numberReturned")
    def test_fc_number_returned(self, api):
        """numberReturned is how many features the page has"""
        for page in api.pages("/collections/trees/items?limit=333"):
            assert page["numberReturned"] == len(page["features"])

    @requirement("features-1", "core/f-op")
    def test_f_op(self, api, ids):
        """every feature that a page lists is answered alone"""
        for id_ in ids:
            for feature in api.json(f"/collections/{id_}/items?limit=5")["features"]:
                assert api.get(f"/collections/{id_}/items/{urllib.parse.quote(feature['id'], safe='')}").status_code == 200

    @requirement("features-1", "core/f-success")
    def test_f_success(self, api):
        """a feature alone is the one of the page"""
        listed = api.json("/collections/trees/items?limit=3")["features"][2]
        alone = api.json(f"/collections/trees/items/{listed['id']}")
        assert (alone["geometry"], alone["properties"]) == (listed["geometry"], listed["properties"])

    @requirement("features-1", "core/f-links")
    def test_f_links(self, first):
        """a feature links itself, its page and its collection, each with its type"""
        for relation in ("self", "alternate", "collection"):
            assert links(first, relation) and all("type" in each for each in links(first, relation))
        assert path(link(first, "self")) == f"/collections/trees/items/{first['id']}"
        assert path(link(first, "collection")) == "/collections/trees"


class TestHtml:
    @requirement("features-1", "html/definition")
    def test_definition(self, api, first):
        """every resource has a page"""
        for resource in RESOURCES + [f"/collections/trees/items/{first['id']}"]:
            answer = api.get(resource, headers={"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"})
            assert answer.status_code == 200
            assert answer.headers["Content-Type"].split(";")[0] == "text/html", resource

    @requirement("features-1", "html/content")
    def test_content(self, api, first):
        """the pages are HTML 5, say in words what the documents say, and link where those link"""
        def page(resource):
            text = api.get(resource, headers={"Accept": "text/html"}).text
            assert text.lower().startswith("<!doctype html>")
            body = lxml.html.fromstring(text).find("body")
            anchors = {path(urllib.parse.urljoin(api.base + resource, each.get("href"))) for each in body.iter("a") if each.get("href")}
            return " ".join(body.text_content().split()), anchors

        for resource in ("/", "/collections", "/collections/trees", f"/collections/trees/items/{first['id']}"):
            text, anchors = page(resource)
            document = api.json(resource)
            wanted = {path(each["href"]) for each in document["links"] if each["rel"] in (
                "conformance", "data", "service-doc", "items", "collection", "http://www.opengis.net/def/rel/ogc/1.0/queryables")}
            assert wanted - anchors == set(), resource
        text, anchors = page("/collections")
        for collection in api.json("/collections")["collections"]:
            assert collection["title"] in text and f"/collections/{collection['id']}" in anchors
        text, _ = page(f"/collections/trees/items/{first['id']}")
        for value in first["properties"].values():
            if isinstance(value, str) and not value[:4].isdigit():
                assert value in text
        _, anchors = page("/collections/trees/items?limit=3")
        for feature in api.json("/collections/trees/items?limit=3")["features"]:
            assert f"/collections/trees/items/{feature['id']}" in anchors


class TestGeoJson:
    @requirement("features-1", "geojson/definition")
    def test_definition(self, api, first):
        """features come as application/geo+json, everything else as application/json"""
        for resource in ("/", "/conformance", "/collections", "/collections/trees"):
            assert api.get(resource).headers["Content-Type"].split(";")[0] == "application/json"
        for resource in ("/collections/trees/items?limit=1", f"/collections/trees/items/{first['id']}"):
            assert api.get(resource).headers["Content-Type"].split(";")[0] == "application/geo+json"

    @requirement("features-1", "geojson/content")
    def test_content(self, api, ids):
        """features are GeoJSON by its schema, with their id and their links"""
        for id_ in ids:
            page = api.json(f"/collections/{id_}/items?limit=20")
            assert ogc_schemas.problems(page, "featureCollectionGeoJSON.yaml") == []
            alone = api.json(f"/collections/{id_}/items/{urllib.parse.quote(page['features'][0]['id'], safe='')}")
            assert ogc_schemas.problems(alone, "featureGeoJSON.yaml") == []
            assert alone["id"] == page["features"][0]["id"]
            assert "links" in page and "links" in alone


class TestOpenApi:
    @requirement("features-1", "oas30/oas-definition-1")
    def test_definition_1(self, landing):
        """the landing page links the description as OpenAPI 3.0 and as a page"""
        assert "application/vnd.oai.openapi+json;version=3.0" in [each["type"] for each in links(landing, "service-desc")]
        assert "text/html" in [each["type"] for each in links(landing, "service-doc")]

    @requirement("features-1", "oas30/oas-definition-2")
    def test_definition_2(self, openapi):
        """the description is OpenAPI 3.0, whole in itself"""
        assert openapi["openapi"].startswith("3.0.")

        def references(value):
            if isinstance(value, dict):
                if isinstance(value.get("$ref"), str):
                    yield value["$ref"]
                for each in value.values():
                    yield from references(each)
            elif isinstance(value, list):
                for each in value:
                    yield from references(each)

        for reference in set(references(openapi)):
            assert reference.startswith("#/"), reference
            place = openapi
            for step in reference[2:].split("/"):
                place = place[step.replace("~1", "/").replace("~0", "~")]

    @requirement("features-1", "oas30/oas-impl")
    def test_oas_impl(self, api, openapi, first):
        """every described GET is answered, and with a type that the description names"""
        known = {"{featureId}": first["id"], "{tileMatrix}": "10", "{tileRow}": "336", "{tileCol}": "542"}
        tried = 0
        for template, operations in openapi["paths"].items():
            if "get" not in operations or "/tiles/" in template:
                continue
            if "{featureId}" in template and "/trees/" not in template:
                continue
            address = template
            for name, value in known.items():
                address = address.replace(name, value)
            if "{" in address or "stream" in address:
                continue
            answer = api.get(address)
            described = operations["get"]["responses"]
            assert str(answer.status_code) in described, f"{answer.status_code} of {address}"
            if answer.status_code == 200:
                types = {each.split(";")[0] for each in described["200"].get("content", {})}
                assert answer.headers["Content-Type"].split(";")[0] in types, address
            tried += 1
        assert tried > 20

    @requirement("features-1", "oas30/completeness")
    def test_completeness(self, openapi):
        """every operation describes its success and its failure"""
        for template, operations in openapi["paths"].items():
            for method, operation in operations.items():
                if method in ("get", "post", "put", "patch", "delete"):
                    codes = set(operation["responses"])
                    assert any(code.startswith("2") for code in codes), (method, template)
                    assert "400" in codes, (method, template)

    @requirement("features-1", "oas30/exceptions-codes")
    def test_exceptions_codes(self, api, openapi):
        """the failures that a client can cause are described, and answered as problem documents"""
        for resource, template, status in (
            ("/collections/trees/items?limit=x", "/collections/trees/items", 400),
            ("/collections/trees/items/none-of-this-id", "/collections/trees/items/{featureId}", 404),
        ):
            answer = api.get(resource)
            assert answer.status_code == status
            assert answer.headers["Content-Type"].split(";")[0] == "application/problem+json"
            assert str(status) in openapi["paths"][template]["get"]["responses"]

    @requirement("features-1", "oas30/security")
    def test_security(self, openapi):
        """operations that need a token say so"""
        schemes = openapi["components"]["securitySchemes"]
        assert any(each["type"] == "http" and each["scheme"] == "bearer" for each in schemes.values())
        for method, template in (("post", "/collections/trees/items"), ("delete", "/collections/trees/items/{featureId}")):
            operation = openapi["paths"][template][method]
            assert any(set(each) & set(schemes) for each in operation["security"])
            assert "401" in operation["responses"]
