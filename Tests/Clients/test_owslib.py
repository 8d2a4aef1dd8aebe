"""OWSLib, the Python client of catalogues and portals: it sends `Accept: */*` and trusts links and paths."""

import json

import owslib.ogcapi.features
import pytest


@pytest.fixture(scope="module")
def features(base):
    return owslib.ogcapi.features.Features(base + "/")


def test_it_finds_the_service(features):
    assert features.conformance()["conformsTo"]
    assert features.api()["openapi"].startswith("3.")
    assert features.links


def test_it_lists_the_collections(features, rows):
    every = {id_ for (id_,) in rows("SELECT id FROM lageplan_collections")}
    assert set(features.feature_collections()) == every
    assert {each["id"] for each in features.collections()["collections"]} == every


def test_it_reads_one_collection(features):
    trees = features.collection("trees")
    assert trees["id"] == "trees"
    assert trees["extent"]["spatial"]["bbox"][0][0] < trees["extent"]["spatial"]["bbox"][0][2]


def test_it_reads_schema_and_queryables(features):
    assert "genus" in features.collection_schema("trees")["properties"]
    assert "genus" in features.collection_queryables("trees")["properties"]


def test_it_reads_items_by_limit_box_and_property(features, rows):
    page = features.collection_items("trees", limit=3)
    assert len(page["features"]) == page["numberReturned"] == 3
    box = features.collection("trees")["extent"]["spatial"]["bbox"][0]
    placed = rows("SELECT count(*) FROM trees WHERE geometry IS NOT NULL")[0][0]
    assert features.collection_items("trees", bbox=box, limit=1)["numberMatched"] == placed
    limes = features.collection_items("trees", genus="Tilia", limit=1)
    assert limes["numberMatched"] == rows("SELECT count(*) FROM trees WHERE genus = 'Tilia'")[0][0]


def test_it_filters_with_cql2_text(features, rows):
    found = features.collection_items("trees", filter="genus = 'Tilia' AND height > 10", limit=1)
    assert found["numberMatched"] == rows("SELECT count(*) FROM trees WHERE genus = 'Tilia' AND height > 10")[0][0]


def test_it_filters_with_cql2_json(features, rows):
    query = {"op": ">", "args": [{"property": "height"}, 10]}
    found = features.collection_items("trees", filter=json.dumps(query), **{"filter-lang": "cql2-json"}, limit=1)
    assert found["numberMatched"] == rows("SELECT count(*) FROM trees WHERE height > 10")[0][0]


def test_it_reads_one_feature(features):
    first = features.collection_items("trees", limit=1)["features"][0]
    assert features.collection_item("trees", first["id"])["properties"] == first["properties"]


class TestEditing:
    @pytest.fixture(scope="class")
    def editor(self, writable_server, token):
        return owslib.ogcapi.features.Features(writable_server.base + "/", headers={"Authorization": f"Bearer {token}"})

    def test_a_body_of_its_default_type_is_refused_clearly(self, editor):
        """Without headers of the caller's it posts text as text/xml."""
        with pytest.raises(RuntimeError, match="415|Unsupported|application/geo"):
            editor.collection_item_create("trees", json.dumps({"type": "Feature", "geometry": None, "properties": {}}))

    def test_it_creates_and_deletes(self, writable_server, token):
        editor = owslib.ogcapi.features.Features(
            writable_server.base + "/", headers={"Authorization": f"Bearer {token}", "Content-Type": "application/geo+json"})
        made = {
            "type": "Feature", "geometry": {"type": "Point", "coordinates": [10.77, 52.42]},
            "properties": {"genus": "Tilia", "height": 3.5},
        }
        before = editor.collection_items("trees", genus="Tilia", limit=1)["numberMatched"]
        assert editor.collection_item_create("trees", json.dumps(made))
        found = editor.collection_items("trees", bbox=[10.769999, 52.419999, 10.770001, 52.420001])["features"]
        mine = [each for each in found if each["properties"]["height"] == 3.5]
        assert len(mine) == 1
        assert editor.collection_items("trees", genus="Tilia", limit=1)["numberMatched"] == before + 1
        assert editor.collection_item_delete("trees", mine[0]["id"])
        assert editor.collection_items("trees", genus="Tilia", limit=1)["numberMatched"] == before
