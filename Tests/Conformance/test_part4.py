"""OGC API - Features - Part 4: Create, Replace, Update and Delete (20-002)."""

import json
import urllib.parse

import pyproj
import pytest

from requirement import requirement
from service import CRS84, epsg

ITEMS = "/collections/trees/items"
PLACE = [10.7712345, 52.4212345]
GEOJSON = {"Content-Type": "application/geo+json"}
MERGE = {"Content-Type": "application/merge-patch+json"}


def tree(place=PLACE, **properties):
    return {"type": "Feature", "geometry": {"type": "Point", "coordinates": place}, "properties": {"genus": "Tilia", **properties}}


def send(client, method, address, body, headers=GEOJSON, **more):
    return client.request(method, address, data=json.dumps(body).encode(), headers={**headers, **more})


def located(client, answer):
    return urllib.parse.urljoin(client.base + ITEMS, answer.headers["Location"])


def allowed(client, address):
    return {name.strip() for name in client.request("OPTIONS", address).headers["Allow"].split(",")}


@pytest.fixture
def make(writer):
    """Makes trees; they are gone after the test."""
    made = []

    def one(body=None, **headers):
        answer = send(writer, "POST", ITEMS, body or tree(), **headers)
        assert answer.status_code == 201, answer.text
        made.append(located(writer, answer))
        return made[-1]

    yield one
    for address in made:
        writer.request("DELETE", address)


@pytest.fixture
def made(make):
    return make()


class TestCreateReplaceDelete:
    @requirement("features-4", "create-replace-delete/methods")
    def test_methods(self, writer, made):
        """OPTIONS names the methods that change a resource"""
        assert "POST" in allowed(writer, ITEMS)
        assert {"PUT", "DELETE"} <= allowed(writer, made)

    @requirement("features-4", "create-replace-delete/post-op")
    def test_post_op(self, writer):
        """POST to the items is taken"""
        answer = send(writer, "POST", ITEMS, tree())
        assert answer.status_code == 201, answer.text
        assert writer.request("DELETE", located(writer, answer)).status_code in (200, 204)

    @requirement("features-4", "create-replace-delete/post-body")
    def test_post_body(self, writer, make):
        """the new feature is the one of the body; without a body, or with another thing in it, the answer is 4xx"""
        feature = writer.json(make(tree(height=7.5, species="Tilia cordata")))
        assert (feature["properties"]["height"], feature["properties"]["species"]) == (7.5, "Tilia cordata")
        for body in (b"", b"{", b"[]", b'{"type":"Point","coordinates":[10,52]}', b'{"type":"Feature"}'):
            assert writer.request("POST", ITEMS, data=body, headers=GEOJSON).status_code in (400, 422), body

    @requirement("features-4", "create-replace-delete/post-content-type")
    def test_post_content_type(self, writer):
        """a body of another media type, or of none, answers 415"""
        for kind in ("text/xml", "application/gml+xml", None):
            body = json.dumps(tree()).encode()
            assert writer.request("POST", ITEMS, data=body, headers={"Content-Type": kind} if kind else {}).status_code == 415, kind

    @requirement("features-4", "create-replace-delete/post-response")
    def test_post_response(self, writer, make):
        """201 with the Location of the new feature"""
        assert urllib.parse.urlsplit(make()).path.startswith(f"{ITEMS}/")

    @requirement("features-4", "create-replace-delete/post-response-rid")
    def test_post_response_rid(self, writer, make):
        """each new feature gets an id that no other has"""
        addresses = {make() for _ in range(5)}
        ids = {writer.json(address)["id"] for address in addresses}
        assert len(addresses) == len(ids) == 5

    @requirement("features-4", "create-replace-delete/put-op")
    def test_put_op(self, writer, made):
        """PUT to a feature is taken"""
        assert send(writer, "PUT", made, tree()).status_code in (200, 204)

    @requirement("features-4", "create-replace-delete/put-body")
    def test_put_body(self, writer, make):
        """the feature is the body afterwards: what the body does not name is gone"""
        address = make(tree(height=7.5, species="Tilia cordata"))
        assert send(writer, "PUT", address, tree(height=9.5)).status_code in (200, 204)
        properties = writer.json(address)["properties"]
        assert properties["height"] == 9.5 and properties.get("species") is None

    @requirement("features-4", "create-replace-delete/put-content-type")
    def test_put_content_type(self, writer, made):
        """a body of another media type answers 415 and changes nothing"""
        before = writer.json(made)
        assert send(writer, "PUT", made, tree(height=1.5), headers={"Content-Type": "text/plain"}).status_code == 415
        assert writer.json(made) == before

    @requirement("features-4", "create-replace-delete/put-rid")
    def test_put_rid(self, writer, made):
        """an id in the body does not move the feature"""
        own = writer.json(made)["id"]
        assert send(writer, "PUT", made, {**tree(height=4.5), "id": "another-id"}).status_code in (200, 204, 400, 409, 422)
        assert writer.json(made)["id"] == own
        assert writer.get(f"{ITEMS}/another-id").status_code == 404

    @requirement("features-4", "create-replace-delete/put-response")
    def test_put_response(self, writer, made):
        """200 or 204"""
        assert send(writer, "PUT", made, tree()).status_code in (200, 204)

    @requirement("features-4", "create-replace-delete/put-rid-exception")
    def test_put_rid_exception(self, writer):
        """PUT to a feature that is not there answers 404, with If-Match 412, and makes none"""
        address = f"{ITEMS}/not-there"
        assert send(writer, "PUT", address, tree()).status_code == 404
        assert send(writer, "PUT", address, tree(), **{"If-Match": '"1"'}).status_code == 412
        assert writer.get(address).status_code == 404

    @requirement("features-4", "create-replace-delete/delete-op")
    def test_delete_op(self, writer, made):
        """DELETE takes a feature away"""
        writer.request("DELETE", made)
        assert writer.get(made).status_code == 404

    @requirement("features-4", "create-replace-delete/delete-response")
    def test_delete_response(self, writer, made):
        """200 or 204; 404 where there is nothing any more"""
        assert writer.request("DELETE", made).status_code in (200, 204)
        assert writer.request("DELETE", made).status_code == 404

    @requirement("features-4", "create-replace-delete/options-op")
    def test_options_op(self, writer, made):
        """OPTIONS is answered by the items and by a feature"""
        for address in (ITEMS, made):
            assert writer.request("OPTIONS", address).status_code < 300

    @requirement("features-4", "create-replace-delete/options-response")
    def test_options_response(self, writer, made):
        """200 with Allow: what may be done to the resource"""
        for address in (ITEMS, made):
            answer = writer.request("OPTIONS", address)
            assert answer.status_code == 200 and "GET" in answer.headers["Allow"]


class TestUpdate:
    @requirement("features-4", "update/methods")
    def test_methods(self, writer, made):
        """OPTIONS names PATCH"""
        assert "PATCH" in allowed(writer, made)

    @requirement("features-4", "update/update-patch-op")
    def test_op(self, writer, made):
        """PATCH of a feature is taken"""
        assert send(writer, "PATCH", made, {"properties": {"height": 6.5}}, headers=MERGE).status_code in (200, 204)

    @requirement("features-4", "update/update-patch-body")
    def test_body(self, writer, make):
        """what the body names is changed, nothing else"""
        address = make(tree(height=7.5, species="Tilia cordata"))
        before = writer.json(address)
        send(writer, "PATCH", address, {"properties": {"height": 6.5}}, headers=MERGE)
        after = writer.json(address)
        assert after["properties"] == {**before["properties"], "height": 6.5}
        assert after["geometry"] == before["geometry"]

    @requirement("features-4", "update/rid")
    def test_rid(self, writer, made):
        """an id in the body does not move the feature"""
        own = writer.json(made)["id"]
        answer = send(writer, "PATCH", made, {"id": "another-id", "properties": {"height": 6.5}}, headers=MERGE)
        assert answer.status_code in (200, 204, 400, 409, 422)
        assert writer.json(made)["id"] == own and writer.get(f"{ITEMS}/another-id").status_code == 404

    @requirement("features-4", "update/update-patch-response")
    def test_response(self, writer, made):
        """200 or 204"""
        assert send(writer, "PATCH", made, {}, headers=MERGE).status_code in (200, 204)


class TestOptimisticLocking:
    """A tag may tell more than the feature's state, such as the links of its document; what counts is what If-Match makes of it."""

    def taller(self, writer, address, height, tag):
        """The status of a change that is bound to a tag."""
        body = {"properties": {"height": height}}
        return send(writer, "PATCH", address, body, headers=MERGE, **{"If-Match": tag}).status_code

    def told(self, writer, address, answer):
        """The tag of the answer stands for the state after it, and for none that comes later."""
        tag = answer.headers["ETag"]
        assert self.taller(writer, address, 4.5, tag) in (200, 204)
        assert self.taller(writer, address, 5.5, tag) == 412

    @requirement("features-4", "optimistic-locking-etags/get-etag-response")
    def test_get(self, writer, made):
        """GET tells an ETag that holds until the feature is changed, whatever happens to others"""
        answer = writer.get(made)
        other = send(writer, "POST", ITEMS, tree())
        writer.request("DELETE", located(writer, other))
        self.told(writer, made, answer)
        assert writer.get(made).headers["ETag"] != answer.headers["ETag"]

    @requirement("features-4", "optimistic-locking-etags/put-etag-response")
    def test_put(self, writer, made):
        """PUT tells an ETag of the new state"""
        self.told(writer, made, send(writer, "PUT", made, tree(height=3.5)))

    @requirement("features-4", "optimistic-locking-etags/patch-etag-response")
    def test_patch(self, writer, made):
        """PATCH tells an ETag of the new state"""
        self.told(writer, made, send(writer, "PATCH", made, {"properties": {"height": 3.5}}, headers=MERGE))

    def evaluate(self, writer, made, method, body, headers):
        first = writer.get(made).headers["ETag"]
        assert send(writer, method, made, body(2.5), headers=headers, **{"If-Match": first}).status_code in (200, 204)
        now = writer.json(made)
        assert now["properties"]["height"] == 2.5
        assert send(writer, method, made, body(3.5), headers=headers, **{"If-Match": first}).status_code == 412
        assert writer.json(made) == now
        assert send(writer, method, made, body(4.5), headers=headers, **{"If-Match": f'"strange", {writer.get(made).headers["ETag"]}'}).status_code in (200, 204)
        assert send(writer, method, made, body(5.5), headers=headers, **{"If-Match": "*"}).status_code in (200, 204)
        assert writer.json(made)["properties"]["height"] == 5.5

    @requirement("features-4", "optimistic-locking-etags/ifmatch-put-eval")
    def test_put_evaluates(self, writer, made):
        """PUT with an old If-Match answers 412 and changes nothing; one of a list, and *, are evaluated"""
        self.evaluate(writer, made, "PUT", lambda height: tree(height=height), GEOJSON)

    @requirement("features-4", "optimistic-locking-etags/ifmatch-patch-eval")
    def test_patch_evaluates(self, writer, made):
        """PATCH with an old If-Match answers 412 and changes nothing; one of a list, and *, are evaluated"""
        self.evaluate(writer, made, "PATCH", lambda height: {"properties": {"height": height}}, MERGE)


class TestFeatures:
    @requirement("features-4", "features/resources-endpoint")
    def test_resources_endpoint(self, writer, ids):
        """every collection's items are where new features are sent"""
        for id_ in ids:
            assert "POST" in allowed(writer, f"/collections/{id_}/items")

    @requirement("features-4", "features/resource-endpoint")
    def test_resource_endpoint(self, writer, ids):
        """every feature's own address is where it is changed"""
        for id_ in ids:
            feature = writer.json(f"/collections/{id_}/items?limit=1")["features"][0]["id"]
            address = f"/collections/{id_}/items/{urllib.parse.quote(feature, safe='')}"
            assert {"PUT", "PATCH", "DELETE"} <= allowed(writer, address)

    @requirement("features-4", "features/collection-endpoint")
    def test_collection_endpoint(self, writer, collections_document):
        """collections say that PUT makes features if, and only if, it does"""
        creates = send(writer, "PUT", f"{ITEMS}/made-by-put", tree()).status_code == 201
        writer.request("DELETE", f"{ITEMS}/made-by-put")
        trees = next(each for each in collections_document["collections"] if each["id"] == "trees")
        assert trees.get("supportsNonAutogeneratedResourceIds", False) == creates

    @requirement("features-4", "features/schema")
    def test_schema(self, writer, make):
        """what meets the schema is taken; a property that the schema does not have is refused as the schema says"""
        schema = writer.json("/collections/trees/schema")
        sample = {"string": "x", "number": 1.5, "integer": 2, "boolean": True}
        properties = {
            name: each["enum"][0] if "enum" in each else "2026-01-31" if each.get("format") == "date" else sample[each["type"]]
            for name, each in schema["properties"].items() if "type" in each and each.get("x-ogc-role") not in ("id", "reference")}
        feature = writer.json(make({**tree(), "properties": properties}))
        assert {name: feature["properties"][name] for name in properties} == properties
        refused = send(writer, "POST", ITEMS, tree(noSuchProperty=1)).status_code in (400, 422)
        assert refused == (schema.get("additionalProperties") is False)

    @requirement("features-4", "features/geojson-create-replace")
    def test_geojson(self, writer, made):
        """the member geometry is the feature's primary geometry; without one it has none"""
        assert writer.json(made)["geometry"]["coordinates"][:2] == pytest.approx(PLACE, abs=2e-8)
        assert send(writer, "PUT", made, {**tree(), "geometry": None}).status_code in (200, 204)
        assert writer.json(made)["geometry"] is None

    @requirement("features-4", "features/update-json-merge-patch")
    def test_merge_patch(self, writer, make):
        """PATCH is RFC 7396: null takes a property away, a geometry is GeoJSON, and the id cannot be changed"""
        address = make(tree(height=7.5, species="Tilia cordata"))
        moved = [PLACE[0] + 0.001, PLACE[1]]
        body = {"geometry": {"type": "Point", "coordinates": moved}, "properties": {"species": None}}
        assert send(writer, "PATCH", address, body, headers=MERGE).status_code in (200, 204)
        after = writer.json(address)
        assert after["geometry"]["coordinates"][:2] == pytest.approx(moved, abs=2e-8)
        assert after["properties"].get("species") is None and after["properties"]["height"] == 7.5
        assert send(writer, "PATCH", address, {"properties": {"id": "another-id"}}, headers=MERGE).status_code in (400, 409, 422)
        assert writer.json(address)["id"] == after["id"]

    @requirement("features-4", "features/default-crs")
    def test_default_crs(self, writer, made):
        """without Content-Crs coordinates are longitude and latitude"""
        assert writer.json(made)["geometry"]["coordinates"][:2] == pytest.approx(PLACE, abs=2e-8)

    @requirement("features-4", "features/content-crs-header")
    def test_content_crs(self, writer, make):
        """Content-Crs is heeded by POST, PUT and PATCH, with and without angle brackets, in the order of the axes"""
        north, metres = PLACE[::-1], list(pyproj.Transformer.from_crs(4326, 25833, always_xy=True).transform(*PLACE))
        address = make(tree(north), **{"Content-Crs": f"<{epsg(4326)}>"})
        assert writer.json(address)["geometry"]["coordinates"][:2] == pytest.approx(PLACE, abs=2e-8)
        far = {"geometry": {"type": "Point", "coordinates": [10.7, 52.4]}}
        for method, body, headers in (("PUT", tree(metres), GEOJSON), ("PATCH", {"geometry": tree(metres)["geometry"]}, MERGE)):
            assert send(writer, "PATCH", address, far, headers=MERGE).status_code in (200, 204)
            assert send(writer, method, address, body, headers=headers, **{"Content-Crs": epsg(25833)}).status_code in (200, 204)
            assert writer.json(address)["geometry"]["coordinates"][:2] == pytest.approx(PLACE, abs=3e-8), method

    @requirement("features-4", "features/crs-other-crs")
    def test_other_crs(self, writer, collections_document):
        """every offered system is taken on the way in, another answers 4xx and makes nothing"""
        trees = next(each for each in collections_document["collections"] if each["id"] == "trees")
        for uri in trees["crs"] + [trees["storageCrs"]]:
            name = "OGC:CRS84" if uri == CRS84 else "EPSG:" + uri.rsplit("/", 1)[1]
            place = list(pyproj.Transformer.from_crs("OGC:CRS84", name, always_xy=True).transform(*PLACE))
            turned = pyproj.CRS(name).axis_info[0].direction == "north"
            answer = send(writer, "POST", ITEMS, tree(place[::-1] if turned else place), **{"Content-Crs": f"<{uri}>"})
            assert answer.status_code == 201, (uri, answer.text)
            assert writer.json(located(writer, answer))["geometry"]["coordinates"][:2] == pytest.approx(PLACE, abs=3e-8), uri
            writer.request("DELETE", located(writer, answer))
        before = writer.json(f"{ITEMS}?limit=1")["numberMatched"]
        for uri in (f"<{epsg(999999)}>", "<mars>", "<"):
            assert send(writer, "POST", ITEMS, tree(), **{"Content-Crs": uri}).status_code in (400, 422), uri
        assert writer.json(f"{ITEMS}?limit=1")["numberMatched"] == before
