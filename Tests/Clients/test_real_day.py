"""The walk-through RealDay.md, run as it stands in the article over the real extract; and the objects of the extract against osmium-tool, which
counts the same file, and GDAL, which puts the same areas together.
"""

import csv
import json
import os
import re
import subprocess

import gpxpy
import icalendar
import pypdf
import pytest
import shapely

from service import BINARY, ROOT, SHARED, lageplan

EXTRACT = SHARED / "osm" / "heidelberg.osm.pbf"
ARTICLE = ROOT / "Sources" / "lageplan" / "Documentation.docc" / "RealDay.md"
pytestmark = pytest.mark.skipif(not EXTRACT.exists(), reason="skipped: no shared data")


@pytest.fixture(scope="module")
def day(tmp_path_factory):
    """A folder after all commands of the article, in their order."""
    folder = tmp_path_factory.mktemp("day")
    (folder / "heidelberg.osm.pbf").symlink_to(EXTRACT)
    (folder / "bin").mkdir()
    # The binary finds what comes along by its own place: no link to it, but a script that calls it.
    script = folder / "bin" / "lageplan"
    script.write_text(f'#!/bin/sh\nexec "{BINARY}" "$@"\n')
    script.chmod(0o755)
    environment = dict(os.environ, PATH=f"{folder / 'bin'}:{os.environ['PATH']}")
    environment.pop("LAGEPLAN_DATABASE", None)
    blocks = re.findall(r"^```sh\n(.*?)^```$", ARTICLE.read_text(), re.MULTILINE | re.DOTALL)
    assert len(blocks) == 4
    for block in blocks:
        ended = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", block], cwd=folder, env=environment, capture_output=True, text=True, timeout=300)
        assert ended.returncode == 0, f"{block}\nended with {ended.returncode}:\n{ended.stderr}"
    return folder


@pytest.fixture(scope="module")
def stops(day):
    """The stops of the plan as GeoJSON tells them, by inspector and number."""
    features = json.loads((day / "tours.geojson").read_text())["features"]
    return [feature for feature in features if feature["properties"]["kind"] == "stop"]


def test_the_sheet_has_the_overview_every_tour_and_the_names_of_streets(day):
    document = pypdf.PdfReader(day / "tours.pdf")
    assert [float(side) for side in document.pages[0].mediabox[2:]] == pytest.approx([595.28, 841.89])
    texts = [page.extract_text() for page in document.pages]
    assert "Spielplätze Heidelberg" in texts[0] and "Dienstag, 1. Dezember 2026" in texts[0]
    for inspector in ["Anna", "Björn", "Çağla", "David"]:
        first = next(text for text in texts[1:] if f"Tour {inspector}\n" in text)
        assert "Abfahrt am Start" in first and "© OpenStreetMap contributors" in first
        assert re.search(r"nahe \S*(straße|weg|ring|Straße)", first), first
    for number, text in enumerate(texts, start=1):
        assert f"Seite {number} von {len(texts)}" in text
    titles = [entry.title for entry in document.outline]
    assert titles[0] == "Übersicht" and "Tour Çağla, Di 1.12." in titles
    assert document.metadata.title == "Spielplätze Heidelberg"


def test_the_sheet_tells_the_times_of_the_other_forms(day, stops):
    text = "".join(page.extract_text() for page in pypdf.PdfReader(day / "tours.pdf").pages)
    for stop in stops:
        assert stop["properties"]["begin"][11:16] in text


def test_every_font_of_the_sheet_is_embedded_and_small(day):
    document = pypdf.PdfReader(day / "tours.pdf")
    fonts = document.pages[0]["/Resources"]["/Font"]
    for font in fonts.values():
        descriptor = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        assert 0 < len(descriptor["/FontFile2"].get_data()) < 60_000
    assert (day / "tours.pdf").stat().st_size < 3_000_000


def test_gpxpy_reads_the_tour_of_one_inspector(day, stops):
    gpx = gpxpy.parse((day / "anna.gpx").read_text())
    anna = [stop for stop in stops if stop["properties"]["inspector"] == "Anna"]
    assert len(gpx.waypoints) == len(anna) > 0
    for waypoint, stop in zip(gpx.waypoints, anna):
        assert [waypoint.longitude, waypoint.latitude] == pytest.approx(stop["geometry"]["coordinates"], abs=1e-7)
        assert waypoint.name.startswith(f"Anna {stop['properties']['order']}")
        assert stop["properties"]["begin"] in waypoint.comment
    assert [track.name for track in gpx.tracks] == ["Anna"]


def test_the_calendar_has_an_event_for_each_stop(day, stops):
    calendar = icalendar.Calendar.from_ical((day / "anna.ics").read_bytes())
    events = [event for event in calendar.walk("VEVENT") if "geo" in event]
    anna = [stop for stop in stops if stop["properties"]["inspector"] == "Anna"]
    assert len(events) == len(anna)
    assert len({str(event["uid"]) for event in events}) == len(events)
    for event, stop in zip(events, anna):
        assert event.decoded("dtstart").isoformat() == shifted(stop["properties"]["arrival"])
        assert event.decoded("dtend").isoformat() == shifted(stop["properties"]["departure"])
        assert [event["geo"].longitude, event["geo"].latitude] == pytest.approx(stop["geometry"]["coordinates"], abs=1e-6)
    for line in (day / "anna.ics").read_bytes().split(b"\r\n"):
        assert len(line) <= 75
        line.decode("utf-8")


def shifted(local):
    """An instant of winter in UTC."""
    import datetime

    return datetime.datetime.fromisoformat(local).astimezone(datetime.timezone.utc).isoformat()


def test_the_table_has_a_row_for_each_visit_and_each_object_left_out(day, stops):
    with (day / "tours.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    visited = [feature for stop in stops for feature in stop["properties"]["features"]]
    assert [row["Objekt"] for row in rows if row["Halt"]] == visited
    features = json.loads((day / "tours.geojson").read_text())["features"]
    left = [feature["properties"]["feature"] for feature in features if feature["properties"]["kind"] == "unassigned"]
    assert [row["Objekt"] for row in rows if not row["Halt"]] == left


@pytest.mark.parametrize("tag", ["leisure=playground", "leisure", "amenity", "type=multipolygon"])
def test_objects_are_as_many_as_osmium_counts_and_areas_are_those_of_gdal(tag, tmp_path):
    database = tmp_path / "town.sqlite"
    printed = lageplan("import", EXTRACT, "--osm", tag, "--collection", "things", "--osm-key", "name", "--database", database, "--json")
    report = json.loads(printed)
    filtered = tmp_path / "filtered.osm.pbf"
    subprocess.run(["osmium", "tags-filter", str(EXTRACT), tag, "-R", "-o", str(filtered)], check=True, capture_output=True)
    lines = subprocess.run(["osmium", "cat", str(filtered), "-f", "opl"], check=True, capture_output=True, text=True).stdout
    assert report["read"] == len(lines.splitlines()) > 0

    out = tmp_path / "things.geojson"
    lageplan("export", "things", out, "--database", database)
    ours = {}
    for feature in json.loads(out.read_text())["features"]:
        shape = shapely.geometry.shape(feature["geometry"])
        assert shape.is_valid, feature["id"]
        ours[feature["id"]] = shape
    # GDAL reads closed ways and multipolygons as areas from the file with everything that they are made of.
    whole = tmp_path / "whole.osm.pbf"
    subprocess.run(["osmium", "tags-filter", str(EXTRACT), tag, "-o", str(whole)], check=True, capture_output=True)
    theirs = tmp_path / "areas.geojson"
    subprocess.run(["ogr2ogr", "-f", "GeoJSON", "-lco", "COORDINATE_PRECISION=12", str(theirs), str(whole), "multipolygons"],
                   check=True, capture_output=True)
    compared = 0
    for feature in json.loads(theirs.read_text())["features"]:
        properties = feature["properties"]
        id = f"way/{properties['osm_way_id']}" if properties.get("osm_way_id") else f"relation/{properties['osm_id']}"
        shape = shapely.geometry.shape(feature["geometry"])
        if id not in ours or not shape.is_valid or "Polygon" not in ours[id].geom_type:
            continue
        compared += 1
        assert ours[id].symmetric_difference(shape).area <= 1e-9 * max(shape.area, 1e-12) + 1e-12, id
    assert compared >= 8
