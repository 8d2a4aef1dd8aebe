"""OGC API - Features - Part 5: Schemas (23-058)."""

import urllib.parse

import jsonschema
import pytest

from requirement import requirement
from service import link

KINDS = ("schema", "queryables", "sortables")


@pytest.fixture(scope="module")
def schemas(api, ids):
    """(collection, kind) → the schema."""
    return {(id_, kind): api.json(f"/collections/{id_}/{kind}") for id_ in ids for kind in KINDS}


@pytest.fixture(scope="module")
def properties(schemas):
    """(collection, kind, name) → one property of a schema."""
    return {(*key, name): each for key, schema in schemas.items() for name, each in schema["properties"].items()}


def types(property_):
    """The types that a property may have, as a list; empty for a geometry."""
    type_ = property_.get("type", [])
    return [type_] if isinstance(type_, str) else type_


def linked(api, ids, kind):
    for id_ in ids:
        address = link(api.json(f"/collections/{id_}"), f"http://www.opengis.net/def/rel/ogc/1.0/{kind}")
        assert urllib.parse.urlsplit(address).path == f"/collections/{id_}/{kind}"


def answered(api, ids, kind):
    for id_ in ids:
        for accept in ("application/schema+json", "*/*"):
            answer = api.get(f"/collections/{id_}/{kind}", headers={"Accept": accept})
            assert (answer.status_code, answer.headers["Content-Type"].split(";")[0]) == (200, "application/schema+json")


class TestSchemas:
    @requirement("features-5", "schemas/json-schema")
    def test_json_schema(self, schemas):
        """every schema is a valid JSON schema of an object, with its dialect and its address"""
        for (id_, kind), schema in schemas.items():
            jsonschema.Draft202012Validator.check_schema(schema)
            assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema" and schema["type"] == "object"
            assert urllib.parse.urlsplit(schema["$id"]).path == f"/collections/{id_}/{kind}"

    @requirement("features-5", "schemas/properties")
    def test_properties(self, properties):
        """every property has a type, geometries a format instead, times the format of their grain"""
        for key, each in properties.items():
            if each.get("format", "").startswith("geometry-"):
                assert not {"type", "$ref"} & set(each), key
            else:
                assert {"string", "number", "integer", "boolean", "object", "array", "null"}.issuperset(types(each)), key

    @requirement("features-5", "schemas/additional-keywords")
    def test_additional_keywords(self, properties):
        """keywords beyond JSON Schema start with x-ogc-"""
        known = {
            "type", "format", "title", "description", "enum", "readOnly", "writeOnly", "minimum", "maximum", "minLength", "maxLength",
            "pattern", "items", "multipleOf", "default", "examples", "contentMediaType"}
        for key, each in properties.items():
            assert all(name in known or name.startswith("x-ogc-") for name in each), (key, each)

    @requirement("features-5", "schemas/role")
    def test_role(self, properties):
        """roles are text under x-ogc-role; the geometry is the primary one"""
        assert all(isinstance(each.get("x-ogc-role", ""), str) for each in properties.values())
        assert properties["trees", "schema", "geometry"]["x-ogc-role"] == "primary-geometry"

    @requirement("features-5", "schemas/role-id")
    def test_role_id(self, schemas):
        """a schema has one property of role id, text or a whole number; none where the register's own column of that name hides it"""
        for (id_, kind), schema in schemas.items():
            if kind == "schema":
                roles = [each for each in schema["properties"].values() if each.get("x-ogc-role") == "id"]
                assert len(roles) == (0 if id_ == "keys" else 1), id_
                assert all(each["type"] in ("string", "integer") for each in roles)

    @requirement("features-5", "schemas/property-seq")
    def test_property_seq(self, schemas):
        """the order of the properties is told by rising whole numbers"""
        for (id_, kind), schema in schemas.items():
            numbers = [each["x-ogc-propertySeq"] for each in schema["properties"].values() if "x-ogc-propertySeq" in each]
            assert numbers == sorted(set(numbers)) and all(isinstance(each, int) for each in numbers), (id_, kind)

    @requirement("features-5", "schemas/unit")
    def test_unit(self, properties):
        """units are text under x-ogc-unit: the height of a tree is in metres"""
        assert properties["trees", "schema", "height"]["x-ogc-unit"] == "m"
        assert all(isinstance(each.get("x-ogc-unit", ""), str) for each in properties.values())

    @requirement("features-5", "schemas/definition")
    def test_definition(self, properties):
        """definitions, where there are some, are URIs"""
        for each in properties.values():
            assert urllib.parse.urlsplit(each.get("x-ogc-definition", "http:")).scheme in ("http", "https", "urn")


class TestReturnables:
    @requirement("features-5", "returnables-and-receivables/link")
    def test_link(self, api, ids):
        """every collection links its schema"""
        linked(api, ids, "schema")

    @requirement("features-5", "returnables-and-receivables/op")
    def test_op(self, api, ids):
        """the schema is answered as application/schema+json"""
        answered(api, ids, "schema")

    @requirement("features-5", "returnables-and-receivables/response")
    def test_response(self, api, ids, schemas):
        """every feature has only properties of the schema, each of its type"""
        for id_ in ids:
            # What GeoJSON holds as members of the feature is no member of its properties; an absent value is null. The values of an
            # enumeration bind who writes: a register that was imported has strays among them, which its report counts.
            members = {
                name: {"type": sorted({*types(each), "null"})} for name, each in schemas[id_, "schema"]["properties"].items()
                if "type" in each and each.get("x-ogc-role") != "id"}
            validator = jsonschema.Draft202012Validator({"type": "object", "properties": members, "additionalProperties": False})
            for feature in api.json(f"/collections/{id_}/items?limit=50")["features"]:
                own = {name: value for name, value in feature["properties"].items() if name != "id"}
                assert not list(validator.iter_errors(own)), (id_, feature["id"])


class TestQueryables:
    @requirement("features-5", "queryables/link")
    def test_link(self, api, ids):
        """every collection links its queryables"""
        linked(api, ids, "queryables")

    @requirement("features-5", "queryables/op")
    def test_op(self, api, ids):
        """the queryables are answered as application/schema+json"""
        answered(api, ids, "queryables")

    @requirement("features-5", "queryables/response")
    def test_response(self, schemas):
        """the queryables are closed: a name that is not among them is refused"""
        for (id_, kind), schema in schemas.items():
            if kind == "queryables":
                assert schema["additionalProperties"] is False, id_
                assert set(schema["properties"]) <= set(schemas[id_, "schema"]["properties"]), id_


class TestSortables:
    @requirement("features-5", "sortables/link")
    def test_link(self, api, ids):
        """every collection links its sortables"""
        linked(api, ids, "sortables")

    @requirement("features-5", "sortables/op")
    def test_op(self, api, ids):
        """the sortables are answered as application/schema+json"""
        answered(api, ids, "sortables")

    @requirement("features-5", "sortables/response")
    def test_response(self, api, schemas):
        """every sortable sorts, in both directions; none is a geometry, an object or a list; another name is refused"""
        for (id_, kind), schema in schemas.items():
            if kind != "sortables":
                continue
            assert schema["additionalProperties"] is False
            for name, each in schema["properties"].items():
                assert not {"object", "array"} & set(types(each)) and not each.get("format", "").startswith("geometry"), (id_, name)
                for sign in ("", "-"):
                    page = api.json(f"/collections/{id_}/items", params={"sortby": sign + name, "limit": 100})
                    values = [feature["id"] if name == "id" else feature["properties"].get(name) for feature in page["features"]]
                    given = [value for value in values if value is not None]
                    assert given == sorted(given, reverse=bool(sign)), (id_, sign + name)
            assert api.get(f"/collections/{id_}/items?sortby=noSuchProperty").status_code == 400
            assert api.get(f"/collections/{id_}/items?sortby=geometry").status_code == 400
