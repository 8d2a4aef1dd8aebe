"""A replay of what QGIS from 3.32 on sends, in its order and with its headers.

Debian's QGIS (3.22) neither filters on the server nor edits. The forms are those of the provider's requests and of its compiler of
expressions to CQL2 (src/providers/wfs/oapif in QGIS): bodies, media types, quoting and parentheses are as it writes them.
"""

import json
import urllib.parse

import pyproj
import pytest

from service import CRS84, epsg, link

ITEMS = "/collections/trees/items"
PLACE = [10.7712345, 52.4212345]
AGENT = {"User-Agent": "Mozilla/5.0 QGIS/33200/Linux"}


def utm(place):
    """Longitude and latitude as easting and northing of EPSG:25832, by PROJ."""
    return list(pyproj.Transformer.from_crs(4326, 25832, always_xy=True).transform(*place))


class Layer:
    """What QGIS knows of a layer after it has opened it."""

    def __init__(self, api, collection):
        headers = {**AGENT, "Accept": "application/json"}
        landing = api.json("/", headers=headers)
        description = link(landing, "service-desc", "application/vnd.oai.openapi+json")
        openapi = "application/vnd.oai.openapi+json;version=3.0, application/openapi+json;version=3.0, application/json"
        self.openapi = api.json(description, headers={**AGENT, "Accept": openapi})
        self.collections_url = link(landing, "data")
        self.url = f"{self.collections_url}/{collection}"
        self.description = api.json(self.url, headers=headers)
        self.classes = api.json(link(landing, "conformance"), headers=headers)["conformsTo"]
        self.queryables = api.json(f"{self.url}/queryables", headers={**AGENT, "Accept": "application/schema+json"})
        self.schema = api.json(
            link(self.description, "http://www.opengis.net/def/rel/ogc/1.0/schema", "application/schema+json"),
            headers={**AGENT, "Accept": "application/schema+json"})
        self.crs = self.description["storageCrs"]
        limit = self.openapi["components"]["parameters"]["limit"]["schema"]
        self.page_size = min(max(1000, limit["default"]), limit["maximum"])


@pytest.fixture(scope="module")
def layer(api):
    return Layer(api, "trees")


class TestOpening:
    def test_it_declares_what_makes_qgis_ask_for_filters_and_systems(self, layer):
        wanted = [
            "ogcapi-features-2/1.0/conf/crs", "ogcapi-features-3/1.0/conf/filter", "ogcapi-features-3/1.0/conf/features-filter",
            "ogcapi-features-5/1.0/conf/schemas", "cql2/1.0/conf/cql2-text", "cql2/1.0/conf/basic-cql2",
            "cql2/1.0/conf/advanced-comparison-operators", "cql2/1.0/conf/case-insensitive-comparison",
            "cql2/1.0/conf/basic-spatial-functions",
        ]
        assert [name for name in wanted if f"http://www.opengis.net/spec/{name}" not in layer.classes] == []

    def test_the_page_size_is_a_thousand(self, layer):
        assert layer.page_size == 1000

    def test_the_storage_system_is_one_of_those_offered(self, layer):
        assert layer.crs == epsg(25832)
        assert {layer.crs, CRS84, epsg(4326), epsg(25833), epsg(3857)} <= set(layer.description["crs"])

    def test_the_queryables_have_types_and_one_geometry(self, layer):
        properties = layer.queryables["properties"]
        assert properties["genus"]["type"] == "string"
        assert properties["height"]["type"] == "number"
        assert properties["lastInspection"]["format"] == "date"
        assert [name for name, each in properties.items() if each.get("format") == "geometry-point"] == ["geometry"]

    def test_the_schema_gives_field_types(self, layer):
        assert layer.schema["properties"]["plantingYear"]["type"] == "integer"
        assert layer.schema["properties"]["geometry"]["format"] == "geometry-point"

    def test_simple_queryables_are_parameters_written_out_for_the_collection(self, layer):
        operation = layer.openapi["paths"][f"{ITEMS}"]["get"]
        parameters = [
            layer.openapi["components"]["parameters"][each["$ref"].rsplit("/", 1)[1]] if "$ref" in each else each
            for each in operation["parameters"]]
        simple = {
            each["name"] for each in parameters
            if each["in"] == "query" and each.get("style") == "form" and each.get("explode") is False
            and each["schema"].get("type") in ("string", "number", "integer", "boolean")}
        assert {"genus", "height", "vitality", "street"} <= simple
        # Whatever stands in this form is taken for a property.
        assert simple - set(layer.queryables["properties"]) == set()

    def test_it_looks_at_ten_features_in_the_storage_system(self, api, layer):
        answer = api.get(f"{layer.url}/items?limit=10&crs={layer.crs}", headers={
            **AGENT, "Accept": "application/geo+json, application/json"})
        assert answer.headers["Content-Crs"] == f"<{layer.crs}>"
        page = answer.json()
        assert len(page["features"]) == 10
        assert all(each["geometry"]["coordinates"][0] > 100_000 for each in page["features"] if each["geometry"])


# Expressions as the compiler writes them, each with the same question to the database.
FILTERS = [
    ("""("genus" = 'Tilia')""", "genus = 'Tilia'"),
    ("""("genus" <> 'Tilia')""", "genus <> 'Tilia'"),
    ("""(("genus" = 'Tilia') AND ("height" >= 10))""", "genus = 'Tilia' AND height >= 10"),
    ("""(("height" < 5) OR ("height" > 15.5))""", "height < 5 OR height > 15.5"),
    ("""(NOT (("genus" = 'Tilia')))""", "NOT genus = 'Tilia'"),
    ("""("street" IS NULL)""", "street IS NULL"),
    ("""("street" IS NOT NULL)""", "street IS NOT NULL"),
    ("""("species" LIKE 'Acer%')""", "species LIKE 'Acer%'"),
    ("""("species" NOT LIKE '%a')""", "substr(species, -1) <> 'a'"),
    ("""(CASEI("genus") LIKE CASEI('tIL_A'))""", "genus = 'Tilia'"),
    ("""(CASEI("genus") NOT LIKE CASEI('TILIA'))""", "genus <> 'Tilia'"),
    (""""plantingYear" BETWEEN 1990 AND 2000""", "plantingYear BETWEEN 1990 AND 2000"),
    (""""plantingYear" NOT BETWEEN 1990 AND 2000""", "plantingYear NOT BETWEEN 1990 AND 2000"),
    (""""genus" IN ('Tilia','Acer','Ulmus')""", "genus IN ('Tilia', 'Acer', 'Ulmus')"),
    (""""genus" NOT IN ('Tilia','Acer')""", "genus NOT IN ('Tilia', 'Acer')"),
    ("""("lastInspection" >= DATE('2025-01-01'))""", "lastInspection >= '2025-01-01'"),
    ("""(("height" * 2) > 25)""", "height * 2 > 25"),
    ("""((("height" + "crown") - 1) <= 12.5)""", "height + crown - 1 <= 12.5"),
    ("""("street" = 'Am Wäldchen')""", "street = 'Am Wäldchen'"),
    ("""("street" = 'it''s')""", "street = 'it''s'"),
]


class TestFiltering:
    def ids(self, api, layer, text, **parameters):
        query = {"filter": text, "filter-lang": "cql2-text", "limit": layer.page_size, **parameters}
        address = f"{layer.url}/items?" + urllib.parse.urlencode(query, quote_via=urllib.parse.quote)
        return sorted(each["id"] for each in api.features(address, headers={**AGENT, "Accept": "application/geo+json, application/json"}))

    @pytest.mark.parametrize("text,condition", FILTERS, ids=[text for text, _ in FILTERS])
    def test_an_expression_finds_what_the_database_finds(self, api, layer, rows, text, condition):
        assert self.ids(api, layer, text) == sorted(id_ for (id_,) in rows(f"SELECT id FROM trees WHERE {condition}"))

    def test_a_box_in_degrees_and_one_in_metres_find_the_same(self, api, layer, trees):
        """The compiler writes the box in the layer's system and names that system as filter-crs."""
        placed = {id_: each["geometry"]["coordinates"] for id_, each in trees.items() if each["geometry"]}
        longitudes = sorted(x for x, *_ in placed.values())
        latitudes = sorted(y for _, y, *_ in placed.values())
        west, east = longitudes[len(longitudes) // 4], longitudes[len(longitudes) // 2]
        south, north = latitudes[len(latitudes) // 4], latitudes[len(latitudes) // 2]
        inside = sorted(id_ for id_, (x, y, *_) in placed.items() if west <= x <= east and south <= y <= north)
        assert len(inside) > 100
        assert self.ids(api, layer, f'S_INTERSECTS("geometry",BBOX({west},{south},{east},{north}))') == inside
        (left, bottom), (right, top) = utm([west, south]), utm([east, north])
        around = {"filter-crs": layer.crs, "crs": layer.crs}
        found = self.ids(api, layer, f'S_INTERSECTS("geometry",BBOX({left},{bottom},{right},{top}))', **around)
        # The two boxes are turned against each other by the convergence of the meridians: most, not all, lie in both.
        assert len(set(found) & set(inside)) > 0.9 * len(inside)

    def test_a_box_with_latitude_first(self, api, layer, trees):
        first = next(each for each in trees.values() if each["geometry"])
        x, y = first["geometry"]["coordinates"][:2]
        text = f'S_INTERSECTS("geometry",BBOX({y - 1e-5},{x - 1e-5},{y + 1e-5},{x + 1e-5}))'
        assert first["id"] in self.ids(api, layer, text, **{"filter-crs": epsg(4326)})

    def test_a_new_extent_asks_by_box_of_the_layers_system(self, api, layer, trees):
        (x, y) = utm(next(each for each in trees.values() if each["geometry"])["geometry"]["coordinates"][:2])
        query = f"bbox={x - 50},{y - 50},{x + 50},{y + 50}&bbox-crs={layer.crs}&crs={layer.crs}&limit={layer.page_size}"
        found = api.json(f"{layer.url}/items?{query}", headers=AGENT)
        assert found["features"]
        for each in found["features"]:
            east, north = each["geometry"]["coordinates"][:2]
            assert x - 50.001 <= east <= x + 50.001 and y - 50.001 <= north <= y + 50.001


@pytest.fixture
def made(writer):
    """A tree that a test may change; it is gone afterwards."""
    body = {"type": "Feature", "geometry": {"type": "Point", "coordinates": PLACE}, "properties": {"genus": "Tilia", "height": 5.5}}
    answer = writer.request("POST", ITEMS, data=json.dumps(body), headers={**AGENT, "Content-Type": "application/geo+json"})
    assert answer.status_code == 201, answer.text
    address = urllib.parse.urljoin(writer.base + ITEMS, answer.headers["Location"])
    yield address
    writer.request("DELETE", address)


class TestEditing:
    JSON = {**AGENT, "Accept": "application/geo+json, application/json"}

    def test_it_learns_what_it_may_do_from_options(self, writer, made):
        def allowed(path):
            answer = writer.request("OPTIONS", path, headers=AGENT)
            assert answer.status_code in (200, 204)
            return {name.strip() for name in answer.headers["Allow"].split(",")}

        assert {"GET", "HEAD", "POST"} <= allowed(ITEMS)
        assert {"GET", "HEAD", "PUT", "PATCH", "DELETE"} <= allowed(made)

    def test_without_writing_nothing_of_it_is_allowed(self, api):
        for path in (ITEMS, f"{ITEMS}/{api.json(ITEMS + '?limit=1')['features'][0]['id']}"):
            allowed = {name.strip() for name in api.request("OPTIONS", path).headers["Allow"].split(",")}
            assert not allowed & {"POST", "PUT", "PATCH", "DELETE"}

    def test_a_new_feature_is_found_under_its_location(self, writer, made):
        feature = writer.json(made, headers=self.JSON)
        assert f"/items/{feature['id']}" in urllib.parse.unquote(made)
        assert feature["properties"]["genus"] == "Tilia"
        assert feature["geometry"]["coordinates"][:2] == pytest.approx(PLACE, abs=2e-8)

    def test_a_new_feature_in_metres_names_their_system(self, writer):
        body = {"type": "Feature", "geometry": {"type": "Point", "coordinates": utm(PLACE)}, "properties": {"genus": "Acer"}}
        answer = writer.request("POST", ITEMS, data=json.dumps(body), headers={
            **AGENT, "Content-Type": "application/geo+json", "Content-Crs": f"<{epsg(25832)}>"})
        assert answer.status_code == 201, answer.text
        address = urllib.parse.urljoin(writer.base + ITEMS, answer.headers["Location"])
        assert writer.json(address)["geometry"]["coordinates"][:2] == pytest.approx(PLACE, abs=2e-8)
        metres = writer.json(f"{address}?crs={epsg(25832)}")
        assert metres["geometry"]["coordinates"][:2] == pytest.approx(utm(PLACE), abs=0.0011)
        assert writer.request("DELETE", address).status_code == 204

    def test_a_new_feature_with_latitude_first(self, writer):
        body = {"type": "Feature", "geometry": {"type": "Point", "coordinates": PLACE[::-1]}, "properties": {"genus": "Acer"}}
        answer = writer.request("POST", ITEMS, data=json.dumps(body), headers={
            **AGENT, "Content-Type": "application/geo+json", "Content-Crs": f"<{epsg(4326)}>"})
        assert answer.status_code == 201, answer.text
        address = urllib.parse.urljoin(writer.base + ITEMS, answer.headers["Location"])
        assert writer.json(address)["geometry"]["coordinates"][:2] == pytest.approx(PLACE, abs=2e-8)
        assert writer.request("DELETE", address).status_code == 204

    def test_moving_is_a_patch_of_the_geometry(self, writer, made):
        moved = [PLACE[0] + 0.001, PLACE[1] - 0.001]
        answer = writer.request("PATCH", made, data=json.dumps({"geometry": {"type": "Point", "coordinates": moved}}), headers={
            **AGENT, "Content-Type": "application/merge-patch+json", "Content-Crs": f"<{CRS84}>"})
        assert answer.status_code in (200, 204), answer.text
        feature = writer.json(made)
        assert feature["geometry"]["coordinates"][:2] == pytest.approx(moved, abs=2e-8)
        assert feature["properties"]["genus"] == "Tilia"

    def test_changing_is_a_patch_of_the_changed_properties(self, writer, made):
        answer = writer.request("PATCH", made, data=json.dumps({"properties": {"height": 7.25, "genus": None}}), headers={
            **AGENT, "Content-Type": "application/merge-patch+json"})
        assert answer.status_code in (200, 204), answer.text
        feature = writer.json(made)
        assert feature["properties"]["height"] == 7.25
        assert feature["properties"].get("genus") is None
        assert feature["geometry"]["coordinates"][:2] == pytest.approx(PLACE, abs=2e-8)

    def test_replacing_sends_the_whole_feature_with_its_id(self, writer, made):
        feature = writer.json(made, headers=self.JSON)
        whole = {
            "type": "Feature", "id": feature["id"], "geometry": feature["geometry"],
            "properties": {**feature["properties"], "genus": "Quercus"},
        }
        answer = writer.request("PUT", made, data=json.dumps(whole), headers={**AGENT, "Content-Type": "application/geo+json"})
        assert answer.status_code in (200, 204), answer.text
        after = writer.json(made)
        assert after["properties"]["genus"] == "Quercus"
        assert after["properties"]["height"] == 5.5

    def test_deleting_answers_without_a_body(self, writer, made):
        answer = writer.request("DELETE", made, headers=AGENT)
        assert answer.status_code == 204 and not answer.content
        assert writer.get(made).status_code == 404
        assert writer.request("DELETE", made).status_code == 404

    def test_an_edit_shows_at_once(self, writer, made):
        """The count, the list and the extent follow."""
        box = f"{PLACE[0] - 1e-6},{PLACE[1] - 1e-6},{PLACE[0] + 1e-6},{PLACE[1] + 1e-6}"
        before = writer.json(f"{ITEMS}?bbox={box}")["numberMatched"]
        writer.request("DELETE", made)
        assert writer.json(f"{ITEMS}?bbox={box}")["numberMatched"] == before - 1

    @pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
    def test_without_a_token_nothing_is_changed(self, stranger, writer, made, method):
        before = writer.json(made)
        body = {"type": "Feature", "geometry": None, "properties": {"genus": "Fagus"}}
        answer = stranger.request(
            method, ITEMS if method == "POST" else made, data=None if method == "DELETE" else json.dumps(body),
            headers={"Content-Type": "application/merge-patch+json" if method == "PATCH" else "application/geo+json"})
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        assert writer.json(made) == before
