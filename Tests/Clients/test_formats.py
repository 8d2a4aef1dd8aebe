"""Whole collections as files, held against the standards' schemas and read by the newer GDAL of the pyogrio wheel."""

import json

import jsonschema
import pyogrio
import pytest

from service import OGC, epsg

FILES = {"csv": "csv", "kml": "kml", "gpx": "gpx", "gpkg": "gpkg", "flatgeobuf": "fgb", "geojsonseq": "geojsons", "ndjson": "geojsonl"}


@pytest.mark.skipif(not OGC.exists(), reason="no shared data")
@pytest.mark.parametrize("collection", ["trees", "playgrounds"])
@pytest.mark.parametrize("crs", [None, 25832, 4326])
def test_json_fg_is_valid(api, collection, crs):
    schema = json.loads((OGC / "jsonfg/schemas/jsonfg-root-object.min.json").read_text())
    params = {"f": "jsonfg", "limit": "40"} | ({"crs": epsg(crs)} if crs else {})
    document = api.json(f"/collections/{collection}/items", params=params)
    assert document["features"]
    jsonschema.Draft202012Validator(schema).validate(document)
    # The schema can fail.
    document["features"][0]["time"] = {"date": "yesterday"}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(schema).validate(document)


@pytest.mark.parametrize("name", FILES)
def test_newer_gdal_reads_every_feature(api, trees, tmp_path, name):
    answer = api.get("/collections/trees/items", params={"f": name})
    assert answer.status_code == 200, answer.text[:300]
    file = tmp_path / f"trees.{FILES[name]}"
    file.write_bytes(answer.content)
    layer = "waypoints" if name == "gpx" else None
    info = pyogrio.read_info(file, layer=layer, force_feature_count=True)
    placed = [tree for tree in trees.values() if tree["geometry"]]
    # GPX has no features without a place, nor has FlatGeobuf's index.
    assert info["features"] == len(placed if name in ("gpx", "flatgeobuf") else trees)
    west, east = (pick(tree["geometry"]["coordinates"][0] for tree in placed) for pick in (min, max))
    bounds = pyogrio.read_info(file, layer=layer, force_total_bounds=True)["total_bounds"]
    assert bounds[0] == pytest.approx(west, abs=1e-6) and bounds[2] == pytest.approx(east, abs=1e-6)


@pytest.mark.parametrize("name", ["csv", "gpkg", "flatgeobuf"])
def test_newer_gdal_reads_the_system(api, tmp_path, name):
    answer = api.get("/collections/trees/items", params={"f": name, "crs": epsg(25832), "limit": "5"})
    assert answer.headers["Content-Crs"] == f"<{epsg(25832)}>"
    file = tmp_path / f"trees.{FILES[name]}"
    file.write_bytes(answer.content)
    assert pyogrio.read_info(file)["crs"] == "EPSG:25832"
