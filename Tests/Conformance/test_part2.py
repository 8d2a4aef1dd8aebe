"""OGC API - Features - Part 2: Coordinate Reference Systems by Reference (18-058r1)."""

import urllib.parse

import pyproj
import pytest
import shapely
import shapely.geometry

from conftest import parameters_of
from requirement import requirement
from service import CRS84, epsg

# Every system that the service promises, with PROJ's name of it and whether its first axis points north.
SYSTEMS = {
    CRS84: ("OGC:CRS84", False), epsg(4326): ("EPSG:4326", True), epsg(25832): ("EPSG:25832", False),
    epsg(25833): ("EPSG:25833", False), epsg(3857): ("EPSG:3857", False),
}
# No system, one that exists but is not offered, and two that are misspelt.
STRANGE = ["25832", epsg(999999), epsg(2056), "http://www.opengis.net/def/crs/EPSG/0/", "<" + CRS84 + ">", ""]
ITEMS = "/collections/trees/items"


def encoded(uri):
    return urllib.parse.quote(uri, safe="")


def coordinates(feature):
    return feature["geometry"]["coordinates"][:2]


def tolerance(name):
    """A centimetre, in the unit of the system; coordinates in degrees are written with seven decimals."""
    return 2e-7 if pyproj.CRS(name).is_geographic else 0.01


@pytest.fixture(scope="module")
def placed(api):
    """Trees with a place, in degrees, by id."""
    return {each["id"]: coordinates(each) for each in api.features(f"{ITEMS}?limit=1000") if each["geometry"]}


class TestDiscovery:
    @requirement("features-2", "crs/crs-uri")
    def test_crs_uri(self, collections_document):
        """every system is named by a URI"""
        for collection in collections_document["collections"]:
            for uri in collection["crs"]:
                assert uri.startswith("http://www.opengis.net/def/crs/") or uri == "#/crs"

    @requirement("features-2", "crs/fc-md-crs-list")
    def test_fc_md_crs_list(self, spatial, collections_document):
        """every spatial collection lists its systems, CRS84 among them, and all that the service promises"""
        for collection in spatial:
            offered = set(collection["crs"])
            if "#/crs" in offered:
                offered |= set(collections_document["crs"])
            assert CRS84 in offered
            if collection["storageCrs"] == epsg(25832):
                assert set(SYSTEMS) <= offered

    @requirement("features-2", "crs/fc-md-crs-list-global")
    def test_fc_md_crs_list_global(self, api, spatial, collections_document):
        """where a collection points to the global list, every system of that list works for it"""
        for collection in spatial:
            if "#/crs" in collection["crs"]:
                for uri in collections_document["crs"]:
                    assert api.get(f"/collections/{collection['id']}/items?limit=1&crs={encoded(uri)}").status_code == 200

    @requirement("features-2", "crs/fc-md-storageCrs")
    def test_fc_md_storage_crs(self, spatial):
        """every spatial collection names the system in which it is stored"""
        for collection in spatial:
            assert collection["storageCrs"].startswith("http://www.opengis.net/def/crs/")

    @requirement("features-2", "crs/fc-md-storageCrs-valid-value")
    def test_fc_md_storage_crs_valid_value(self, spatial, collections_document):
        """the storage system is one of those offered"""
        for collection in spatial:
            assert collection["storageCrs"] in collection["crs"] + collections_document.get("crs", [])


class TestBox:
    @requirement("features-2", "crs/fc-bbox-crs-definition")
    def test_definition(self, openapi, ids):
        """bbox-crs is described: text, a URI"""
        for id_ in ids:
            parameter = parameters_of(openapi, f"/collections/{id_}/items")["bbox-crs"]
            assert (parameter["in"], parameter.get("required", False)) == ("query", False)
            assert (parameter["schema"]["type"], parameter["schema"]["format"]) == ("string", "uri")

    @requirement("features-2", "crs/fc-bbox-crs-valid-value")
    def test_valid_value(self, api):
        """a system that the collection does not offer answers 400"""
        for uri in STRANGE:
            assert api.get(f"{ITEMS}?bbox=1,2,3,4&bbox-crs={encoded(uri)}").status_code == 400, uri

    @requirement("features-2", "crs/fc-bbox-crs-default-value")
    def test_default_value(self, api):
        """without bbox-crs the box is in CRS84"""
        box = "bbox=10.76,52.41,10.78,52.43"
        named = api.json(f"{ITEMS}?{box}&bbox-crs={encoded(CRS84)}&limit=1")["numberMatched"]
        assert named == api.json(f"{ITEMS}?{box}&limit=1")["numberMatched"] > 0

    @requirement("features-2", "crs/fc-bbox-crs-action")
    def test_action(self, api, placed):
        """the box is read in the named system, in the order of its axes"""
        id_ = sorted(placed)[len(placed) // 2]
        for uri, (name, north_first) in SYSTEMS.items():
            x, y = pyproj.Transformer.from_crs("OGC:CRS84", name, always_xy=True).transform(*placed[id_])
            reach = 0.0001 if pyproj.CRS(name).is_geographic else 5
            low, high = (x - reach, y - reach), (x + reach, y + reach)
            numbers = (*low[::-1], *high[::-1]) if north_first else (*low, *high)
            found = api.json(f"{ITEMS}?bbox={','.join(map(str, numbers))}&bbox-crs={encoded(uri)}")["features"]
            assert id_ in [each["id"] for each in found], uri
            for each in found:
                at = pyproj.Transformer.from_crs("OGC:CRS84", name, always_xy=True).transform(*coordinates(each))
                assert all(abs(a - b) <= reach + tolerance(name) for a, b in zip(at, (x, y))), uri

    @requirement("features-2", "crs/bbox-crs-exception")
    def test_exception(self, api):
        """the refusal names the parameter and its value"""
        problem = api.json(f"{ITEMS}?bbox=1,2,3,4&bbox-crs={encoded(epsg(999999))}", status=400)
        assert problem["parameter"] == "bbox-crs" and "999999" in problem["value"]


class TestAnswer:
    @requirement("features-2", "crs/fc-crs-definition")
    def test_definition(self, openapi, ids):
        """crs is described for features and for a feature"""
        for template in [f"/collections/{id_}/items{end}" for id_ in ids for end in ("", "/{featureId}")]:
            parameter = parameters_of(openapi, template)["crs"]
            assert (parameter["schema"]["type"], parameter["schema"]["format"]) == ("string", "uri")

    @requirement("features-2", "crs/fc-crs-valid-value")
    def test_valid_value(self, api, placed):
        """a system that the collection does not offer answers 400, for features and for a feature"""
        for uri in STRANGE:
            for path in (ITEMS, f"{ITEMS}/{next(iter(placed))}"):
                assert api.get(f"{path}?crs={encoded(uri)}").status_code == 400, uri

    @requirement("features-2", "crs/fc-crs-default-value")
    def test_default_value(self, api, placed):
        """without crs the answer is in CRS84 and says so"""
        answer = api.get(f"{ITEMS}?limit=5")
        assert answer.headers["Content-Crs"] == f"<{CRS84}>"
        assert answer.json()["features"] == api.json(f"{ITEMS}?limit=5&crs={encoded(CRS84)}")["features"]

    @requirement("features-2", "crs/fc-crs-action")
    def test_action(self, api, placed, spatial):
        """geometries come in the named system as PROJ places them, in the order of its axes, for every collection's own system too"""
        for uri, (name, north_first) in SYSTEMS.items():
            transform = pyproj.Transformer.from_crs("OGC:CRS84", name, always_xy=True).transform
            for each in api.json(f"{ITEMS}?limit=1000&crs={encoded(uri)}")["features"]:
                if not each["geometry"]:
                    continue
                expected = transform(*placed[each["id"]])
                # Degrees are written to a centimetre, so that is how well they tell where a point is.
                assert coordinates(each)[:: -1 if north_first else 1] == pytest.approx(expected, abs=max(0.02, tolerance(name)) if not pyproj.CRS(name).is_geographic else 3e-7), uri
        for collection in spatial:
            uri = collection["storageCrs"]
            crs = pyproj.CRS.from_user_input("OGC:CRS84" if uri == CRS84 else "EPSG:" + uri.rsplit("/", 1)[1])
            turned = crs.axis_info[0].direction == "north"
            back = pyproj.Transformer.from_crs(crs, "OGC:CRS84", always_xy=True).transform
            path = f"/collections/{collection['id']}/items?limit=3"
            for stored, degrees in zip(api.json(f"{path}&crs={encoded(uri)}")["features"], api.json(path)["features"]):
                if stored["geometry"]:
                    first = shapely.get_coordinates(shapely.geometry.shape(stored["geometry"]))[0]
                    expected = shapely.get_coordinates(shapely.geometry.shape(degrees["geometry"]))[0]
                    assert back(*(first[::-1] if turned else first)) == pytest.approx(tuple(expected), abs=3e-7), uri

    @requirement("features-2", "crs/crs-exception")
    def test_exception(self, api):
        """the refusal names the parameter and its value"""
        problem = api.json(f"{ITEMS}?crs={encoded(epsg(999999))}", status=400)
        assert problem["parameter"] == "crs" and "999999" in problem["value"]

    @requirement("features-2", "crs/geojson")
    def test_geojson(self, api):
        """GeoJSON in another system is given only to who asks for it by name, and says which it is"""
        answer = api.get(f"{ITEMS}?limit=1&crs={encoded(epsg(25832))}")
        assert answer.headers["Content-Type"].split(";")[0] == "application/geo+json"
        assert answer.headers["Content-Crs"] == f"<{epsg(25832)}>"

    @requirement("features-2", "crs/ogc-crs-header")
    def test_ogc_crs_header(self, api, placed):
        """every answer with coordinates has the header Content-Crs"""
        for path in (f"{ITEMS}?limit=1", f"{ITEMS}/{next(iter(placed))}"):
            assert "Content-Crs" in api.get(path).headers
            assert "Content-Crs" in api.request("HEAD", path).headers

    @requirement("features-2", "crs/ogc-crs-header-value")
    def test_ogc_crs_header_value(self, api, placed):
        """its value is the system's URI in angle brackets"""
        for uri in SYSTEMS:
            for path in (f"{ITEMS}?limit=1", f"{ITEMS}/{next(iter(placed))}"):
                separator = "&" if "?" in path else "?"
                assert api.get(f"{path}{separator}crs={encoded(uri)}").headers["Content-Crs"] == f"<{uri}>"
