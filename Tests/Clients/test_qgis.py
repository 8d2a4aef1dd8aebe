"""Debian's QGIS, without a screen: it opens the service, reads every tree once, cuts out a box, filters and draws."""

import json
import os
import pathlib
import subprocess

import pytest

from service import ROOT

# QGIS is built for Debian's own interpreter, not for that of the test's environment.
INTERPRETER = "/usr/bin/python3"
PICTURE = ROOT / ".build" / "screenshots" / "qgis.png"


@pytest.fixture(scope="module")
def session(base, tmp_path_factory):
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    home = tmp_path_factory.mktemp("qgis")
    environment = {
        **os.environ, "QT_QPA_PLATFORM": "offscreen", "HOME": str(home), "XDG_RUNTIME_DIR": str(home), "PYTHONPATH": "",
        "QGIS_CUSTOM_CONFIG_PATH": str(home),
    }
    ended = subprocess.run(
        [INTERPRETER, str(pathlib.Path(__file__).with_name("qgis_session.py")), base, "trees", "genus = 'Tilia' AND height > 10", str(PICTURE)],
        capture_output=True, text=True, timeout=120, env=environment)
    assert ended.returncode == 0, f"{ended.stdout}\n{ended.stderr}"
    seen = json.loads(ended.stdout.strip().splitlines()[-1])
    assert seen["valid"], "QGIS refuses the layer\n" + ended.stderr
    return seen


def test_it_reads_every_feature_once(session, rows):
    assert session["ids"] == sorted(id_ for (id_,) in rows("SELECT id FROM trees"))
    assert session["count"] == len(session["ids"])


def test_it_knows_the_fields(session):
    assert session["fields"]["genus"].lower() == "string"
    assert session["fields"]["height"].lower() in ("double", "real")
    assert session["fields"]["plantingYear"].lower().startswith("int")
    assert session["fields"]["lastInspection"].lower() == "date"
    assert session["geometry"] == 0, "points"


def test_it_knows_the_extent(session, api):
    west, south, east, north = api.json("/collections/trees")["extent"]["spatial"]["bbox"][0]
    assert session["extent"] == pytest.approx([west, south, east, north], abs=1e-6)


def test_it_cuts_out_a_box(session, trees):
    west, south, east, north = session["box"]
    inside = sorted(
        id_ for id_, each in trees.items() if each["geometry"]
        and west <= each["geometry"]["coordinates"][0] <= east and south <= each["geometry"]["coordinates"][1] <= north)
    assert 0 < len(inside) < len(trees)
    assert session["inBox"] == inside


def test_it_filters(session, rows):
    assert session["selected"] == sorted(
        id_ for (id_,) in rows("SELECT id FROM trees WHERE genus = 'Tilia' AND height > 10"))


def test_it_draws_features_and_tiles(session):
    assert session["points"] > 500
    assert session["tilesValid"] and session["tilePoints"] > 500
