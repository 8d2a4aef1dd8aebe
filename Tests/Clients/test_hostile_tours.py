"""Requests for tours that mean harm: each is answered 4xx with the place of every fault, none by silence, and the server is as well afterwards."""

import contextlib
import copy
import csv
import gzip
import http.client
import io
import json
import random
import re
import sqlite3
import string
import unicodedata
import urllib.parse

import gpxpy
import icalendar
import lxml.etree
import lxml.html
import pypdf
import pytest

import hostile
from service import Api, Server, lageplan, new_token

YARD = [10.78, 52.42]
UNKNOWN = "0123456789abcdef0123456789abcdef"
# Long enough for the slowest build; a request that nobody answers would hang.
PATIENCE = 120
# What is wrong may be as large as it likes, what is told of it not.
LARGEST_ANSWER = 400_000


def inspector(identity="A", **members):
    return {"id": identity, "start": YARD, "end": YARD, "shift": ["07:00", "15:00"], **members}


def request(**members):
    return {"collections": ["playgrounds"], "serviceMinutes": 20, "day": "2026-12-01", "iterations": 20, "inspectors": [inspector()], **members}


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    file = tmp_path_factory.mktemp("tours") / "village.sqlite"
    lageplan("demo", "--database", file, "--scale", "0.02")
    return file


@pytest.fixture(scope="module")
def target(file):
    running = Server(file, "--writable")
    yield running
    assert running.stop() == 0, running.log[-2000:]


@pytest.fixture(scope="module")
def owner(target, file):
    return Api(target.base, new_token(file, "owner"))


@pytest.fixture(scope="module")
def api(target):
    return Api(target.base)


@pytest.fixture(scope="module")
def plan(api):
    """The id of a plan in memory, and its features in the order of their visits."""
    made = api.request("POST", "/tours", json=request())
    assert made.status_code == 200, made.text
    return made.json()["id"], [feature for route in made.json()["routes"] for stop in route["stops"] for feature in stop["features"]]


@pytest.fixture(scope="module")
def stored(owner):
    made = owner.request("POST", "/tours", json=request(store=True))
    assert made.status_code == 200, made.text
    return made.json()["id"]


def content(file):
    """The tables, and what stands in those that nobody here may change."""
    with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        return tables, [
            connection.execute(f'SELECT count(*), sum(length(id)) FROM "{name}"').fetchone()
            for name in ("trees", "streets", "districts", "signs", "playgrounds")]


def wrong(answer, statuses=range(400, 500), places=(), exactly=False):
    """What is wrong with an answer to a wrong request, in words; nothing where all is as it should be."""
    if answer.status_code not in statuses:
        return f"{answer.status_code}: {answer.text[:300]}"
    if len(answer.content) > LARGEST_ANSWER:
        return f"{len(answer.content)} bytes"
    if answer.headers["Content-Type"] != "application/problem+json":
        return answer.headers["Content-Type"]
    document = answer.json()
    if document["status"] != answer.status_code or not document["code"] or len(document["detail"]) < 10:
        return document
    faults = document.get("faults", [])
    if any(not (fault["code"] and fault["path"].startswith("$") and len(fault["remedy"]) > 5) for fault in faults):
        return faults
    told = {fault["path"] for fault in faults}
    if exactly and told != set(places):
        return f"told {sorted(told)}"
    missing = [place for place in places if not any(each == place or each.startswith((place + ".", place + "[")) for each in told)]
    return f"not told: {missing}, but {sorted(told)}" if missing else None


def check(asked):
    """`asked` gives (what it is, answer, how it should be)."""
    found, count = [], 0
    for name, answer, *expected in asked:
        count += 1
        if problem := wrong(answer, *expected):
            found.append(f"{name}: {problem}")
    assert count, "nothing was asked"
    assert not found, f"{len(found)} of {count}:\n" + "\n".join(found[:40])


def post(api, path, body, **options):
    """A body as bytes goes out as it is, anything else as JSON."""
    if isinstance(body, bytes):
        return api.request("POST", path, data=body, headers={"Content-Type": "application/json"}, timeout=PATIENCE, **options)
    return api.request("POST", path, json=body, timeout=PATIENCE, **options)


# What is no JSON at all

BROKEN = [
    b"", b" ", b"{", b"}", b"{]", b"[}", b'{"day":}', b'{"day"}', b"{'day':1}", b"{day:1}", b'{"day":1,}', b"[1,]", b'{"day":1 "days":2}',
    b'{"kmh":NaN}', b'{"kmh":Infinity}', b'{"kmh":-Infinity}', b'{"kmh":nan}', b'{"kmh":1e999}', b'{"kmh":-1e999}', b'{"kmh":0x10}', b'{"kmh":01}',
    b'{"kmh":+1}', b'{"kmh":.5}', b'{"kmh":5.}', b'{"kmh":1e}', b'{"kmh":--1}', b'{"day":"\xff\xfe"}', b'{"day":"\\ud800"}', b'{"day":"\\x41"}',
    b'{"day":"a\nb"}', b'{"day":"\x00"}', b"\x00", b"// none\n{}", b"/* none */{}", b"{} {}", b'{"day":1,"day":2}', b"True", b"undefined", b"<xml/>",
    "{}".encode("utf-16"), gzip.compress(b"{}"), b"\x89PNG\r\n", b"day=2026-12-01", b'{"a":"' + b"x" * 100_000,
]
DEEP = [piece * depth for depth in (65, 600, 100_000) for piece in (b"[", b'{"a":', b'{"filter":{"op":"not","args":[')]
DEEP += [b"[" * depth + b"]" * depth for depth in (65, 600, 100_000)]


@pytest.mark.parametrize("body", ["broken", "deep"])
def test_what_is_no_json_is_refused_with_its_place(api, plan, body):
    bodies = BROKEN if body == "broken" else DEEP
    check((f"{path} {each[:40]}", post(api, path, each), [400]) for path in ("/tours", f"/tours/{plan[0]}/replan") for each in bodies)
    for each in bodies:
        if each:
            detail = post(api, "/tours", each).json()["detail"]
            assert re.search(r"line \d+, column \d+", detail), detail


@pytest.mark.parametrize("body", [b"[]", b"7", b"null", b'"tour"', b"true", b"{}"])
def test_json_of_another_kind_names_what_is_missing(api, body):
    expected = ["$.collections", "$.serviceMinutes", "$.day", "$.inspectors"] if body == b"{}" else ["$"]
    check([(body, post(api, "/tours", body), [400], expected, True)])


# Every member with values of another kind

JUNK = [True, -7, 1e300, 0.5, "", "nonsense", [], {}, [[]], {"nonsense": 1}, ["nonsense", 7], [None], "x" * 5_000]
EMPTY_LISTS = ("pins", "preferences", "cancelled", "urgent", "done", "delays", "absent", "present", "locks", "unlocks", "moves")
LEGAL = {
    "title": ["nonsense"], "name": ["nonsense"], "id": ["nonsense"], "type": ["nonsense"], "filter": [{}], "nightOnly": [True], "requires": [{}],
    "load": [{}, {"nonsense": 1}], "capacity": [{}, {"nonsense": 1}], "background": [True], "store": [True], "mergeMetres": [0.5],
    "serviceMinutes": [0.5], "setUpMinutes": [0.5], "maxTravelMinutes": [0.5], "maxWorkMinutes": [0.5], "seconds": [0.5], "promiseMinutes": [0.5],
    **{name: [[]] for name in EMPTY_LISTS},
}
REQUEST = [
    "title", "collections", "filter", "bbox", "polygon", "near", "along", "ids", "due", "priority", "name", "serviceMinutes", "setUpMinutes", "windows",
    "nightOnly", "night", "requires", "independentOf", "people", "load", "mergeMetres", "walk", "day", "days", "inspectors", "pins", "preferences",
    "balance", "profile", "detourFactor", "kmh", "seed", "seconds", "iterations", "background", "store",
]
INSPECTOR = [
    "id", "name", "start", "end", "shift", "days", "weekdays", "breaks", "maxTravelMinutes", "maxWorkMinutes", "capacity", "qualifications", "type",
]
CHANGE = [
    "at", "cancelled", "urgent", "done", "delays", "absent", "present", "locks", "unlocks", "moves", "mostChanges", "promiseMinutes", "seconds", "seed",
]


def junk(member):
    # True is no 1: Python takes the two for the same.
    legal = [(type(value), value) for value in LEGAL.get(member, [])]
    return [value for value in JUNK if (type(value), value) not in legal]


@pytest.mark.parametrize("member", REQUEST)
def test_a_member_of_another_kind_is_named(api, member):
    # The name of a feature is told by a property, that of an inspector is a text.
    values = JUNK if member == "name" else junk(member)
    check((value, post(api, "/tours", request(**{member: value})), [400], [f"$.{member}"]) for value in values)


@pytest.mark.parametrize("member", INSPECTOR)
def test_a_member_of_an_inspector_of_another_kind_is_named(api, member):
    check(
        (value, post(api, "/tours", request(inspectors=[inspector() | {member: value}])), [400], [f"$.inspectors[0].{member}"]) for value in junk(member))


@pytest.mark.parametrize("member", CHANGE)
def test_a_member_of_a_change_of_another_kind_is_named(api, plan, member):
    check((value, post(api, f"/tours/{plan[0]}/replan", {member: value}), [400], [f"$.{member}"]) for value in junk(member))


# What has the right kind but makes no sense

SENSELESS = [
    ("windows that end where they begin are whole days, hours beyond the day are none", {"windows": [["25:00", "26:00"]]}, ["$.windows[0][0]", "$.windows[0][1]"]),
    ("negative times", {"windows": [["-1:00", "12:00"]]}, ["$.windows[0][0]"]),
    ("minutes beyond the hour", {"night": ["22:60", "05:00"]}, ["$.night[0]"]),
    ("three ends", {"night": ["22:00", "05:00", "06:00"]}, ["$.night"]),
    ("25 windows", {"windows": [["08:00", "12:00"]] * 25}, ["$.windows"]),
    ("negative service", {"serviceMinutes": -1}, ["$.serviceMinutes"]),
    ("more than a day of service", {"serviceMinutes": 1440.5}, ["$.serviceMinutes"]),
    ("negative set-up", {"setUpMinutes": -0.1}, ["$.setUpMinutes"]),
    ("no such day", {"day": "2026-02-30"}, ["$.day"]),
    ("a day long ago", {"day": "0001-01-01"}, ["$.day"]),
    ("a day in the far future", {"day": "9999-12-31"}, ["$.day"]),
    ("no days", {"days": 0}, ["$.days"]), ("32 days", {"days": 32}, ["$.days"]), ("half a day", {"days": 1.5}, ["$.days"]),
    ("days beyond 64 bits", {"days": 2**64}, ["$.days"]),
    ("no inspectors", {"inspectors": []}, ["$.inspectors"]),
    ("100,000 inspectors", {"inspectors": [inspector(str(number)) for number in range(100_000)]}, ["$.inspectors"]),
    ("one inspector twice", {"inspectors": [inspector(), inspector()]}, ["$.inspectors[1].id"]),
    ("a start beyond the earth", {"inspectors": [inspector(start=[181, 91])]}, ["$.inspectors[0].start[0]", "$.inspectors[0].start[1]"]),
    ("a start in space", {"inspectors": [inspector(start=[10, 52, 400_000])]}, ["$.inspectors[0].start"]),
    ("four breaks", {"inspectors": [inspector(breaks=[{"minutes": 5, "withinHours": 2}] * 4)]}, ["$.inspectors[0].breaks"]),
    ("a break of negative length", {"inspectors": [inspector(breaks=[{"minutes": -5, "withinHours": -2}])]},
     ["$.inspectors[0].breaks[0].minutes", "$.inspectors[0].breaks[0].withinHours"]),
    ("a box from east to west", {"bbox": [11, 52, 10, 53]}, ["$.bbox"]), ("a box of three", {"bbox": [10, 52, 11]}, ["$.bbox"]),
    ("a box beyond the earth", {"bbox": [-1e9, -1e9, 1e9, 1e9]}, [f"$.bbox[{number}]" for number in range(4)]),
    ("a ring that is open", {"polygon": {"type": "Polygon", "coordinates": [[[10, 52], [11, 52], [11, 53], [10, 53]]]}}, ["$.polygon"]),
    ("a polygon of words", {"polygon": {"type": "Polygon", "coordinates": "everywhere"}}, ["$.polygon"]),
    ("a point for a polygon", {"polygon": {"type": "Point", "coordinates": [10, 52]}}, ["$.polygon"]),
    ("a polygon of 100,001 corners", {"polygon": {"type": "Polygon", "coordinates": [[[10, 52]] * 100_001]}}, ["$.polygon"]),
    ("a negative radius", {"near": {"lon": 10, "lat": 52, "radius": -1}}, ["$.near.radius"]),
    ("nowhere near", {"near": {"lon": 1000, "lat": -1000, "radius": 1e12}}, ["$.near.lon", "$.near.lat", "$.near.radius"]),
    ("along a point", {"along": {"line": {"type": "LineString", "coordinates": [[10, 52]]}, "distance": 1}}, ["$.along.line"]),
    ("100,000 ids", {"ids": [f"playgrounds/{number}" for number in range(100_000)]}, ["$.ids"]),
    ("ids of others", {"ids": ["trees/1", "playgrounds", "/", "playgrounds/"]}, [f"$.ids[{number}]" for number in range(4)]),
    ("an id that nobody has", {"ids": ["playgrounds/" + "9" * 150]}, ["$.ids[0]"]),
    ("two selections", {"ids": ["playgrounds/1"], "bbox": [10, 52, 11, 53]}, ["$.ids"]),
    ("a collection that is not there", {"collections": ["playgrounds", "secrets"]}, ["$.collections[1]"]),
    ("a collection twice", {"collections": ["playgrounds", "playgrounds"]}, ["$.collections[1]"]),
    ("21 collections", {"collections": [f"c{number}" for number in range(21)]}, ["$.collections"]),
    ("inspectors of a collection that is not there", {"inspectors": {"collection": "secrets"}}, ["$.inspectors.collection"]),
    ("inspectors of trees", {"inspectors": {"collection": "trees"}}, ["$.inspectors"]),
    ("properties that nobody has", {
        "serviceMinutes": {"property": "secret"}, "due": {"property": "secret"}, "priority": {"property": "secret"}, "name": {"property": "secret"},
        "setUpMinutes": {"property": "secret"}, "windows": {"property": "secret"}, "requires": {"property": "secret"}, "people": {"property": "secret"},
        "nightOnly": {"property": "secret"}, "independentOf": {"property": "secret"}, "load": {"water": {"property": "secret"}}},
     ["$.serviceMinutes.property", "$.due.property", "$.priority.property", "$.name.property", "$.setUpMinutes.property", "$.windows.property",
      "$.requires.property", "$.people.property", "$.nightOnly.property", "$.independentOf.property", "$.load.water.property"]),
    ("too many people", {"people": 5}, ["$.people"]), ("nobody at a visit", {"people": 0}, ["$.people"]),
    ("five measures", {"load": {name: 1 for name in "abcde"}}, ["$.load"]), ("a negative load", {"load": {"water": -1}}, ["$.load.water"]),
    ("a load beyond bounds", {"load": {"water": 2**62}}, ["$.load.water"]),
    ("65 qualifications", {"requires": {"playgrounds": [str(number) for number in range(65)]}}, ["$.requires.playgrounds"]),
    ("work for others", {"requires": {"trees": ["saw"]}}, ["$.requires.trees"]),
    ("walking to the next town", {"walk": {"metres": 20_000}}, ["$.walk.metres"]), ("merging a district", {"mergeMetres": 5_000}, ["$.mergeMetres"]),
    ("a pin for nobody", {"pins": [{"feature": "playgrounds/1", "inspector": "Z", "day": "2020-01-01"}]}, ["$.pins[0].inspector", "$.pins[0].day"]),
    ("one thing pinned twice", {"pins": [{"feature": "playgrounds/1", "inspector": "A"}] * 2}, ["$.pins[1]"]),
    ("2,001 pins", {"pins": [{"feature": f"playgrounds/{number}", "inspector": "A"} for number in range(2_001)]}, ["$.pins"]),
    ("2,000 filters", {"preferences": [{"filter": "name = 'x'", "inspector": "A", "minutes": 5}] * 2_000}, ["$.preferences"]),
    ("a preference of negative worth", {"preferences": [{"feature": "playgrounds/1", "inspector": "A", "minutes": -5}]}, ["$.preferences[0].minutes"]),
    ("balance beyond all", {"balance": {"percent": 101}}, ["$.balance.percent"]),
    ("a road that nobody knows", {"profile": "submarine"}, ["$.profile"]),
    ("roads as the crow flies", {"profile": "car", "kmh": 30, "detourFactor": 2}, ["$.kmh", "$.detourFactor"]),
    ("standing still", {"kmh": 0}, ["$.kmh"]), ("faster than sound", {"kmh": 1_300}, ["$.kmh"]), ("shorter than straight", {"detourFactor": 0.9}, ["$.detourFactor"]),
    ("a negative seed", {"seed": -1}, ["$.seed"]), ("a seed beyond 64 bits", {"seed": 2**64}, ["$.seed"]),
    ("an hour of searching", {"seconds": 3_600}, ["$.seconds"]), ("an hour in the background", {"seconds": 3_600, "background": True}, ["$.seconds"]),
    ("no time at all", {"seconds": 0}, ["$.seconds"]), ("rounds without end", {"iterations": 10**12}, ["$.iterations"]),
    ("a filter that is none", {"filter": "name = "}, ["$.filter"]), ("a filter on nothing", {"filter": "secret > 3"}, ["$.filter"]),
    ("a filter of 20,000 terms", {"filter": " OR ".join(["name = 'x'"] * 20_000)}, ["$.filter"]),
    ("a filter of brackets", {"filter": "(" * 5_000 + "true" + ")" * 5_000}, ["$.filter"]),
    ("10,000 unknown members", {f"secret{number}": 1 for number in range(10_000)}, ["$"]),
]


@pytest.mark.parametrize(("members", "places"), [case[1:] for case in SENSELESS], ids=[case[0] for case in SENSELESS])
def test_what_makes_no_sense_is_named(api, members, places):
    check([(places, post(api, "/tours", request(**members)), [400], places)])


def test_more_work_than_a_plan_takes_is_refused(server):
    check([("3,000 trees", post(Api(server.base), "/tours", request(collections=["trees"])), [400], ["$.collections"])])


def test_all_faults_of_a_request_are_told_at_once(api):
    body = {
        "collections": [], "serviceMinutes": "long", "day": "today", "days": -1, "filter": 7, "people": 9, "kmh": "fast", "seed": 0.5, "secret": 1,
        "inspectors": [{"id": "", "start": [500, 52], "end": 7, "shift": ["9", "17"], "breaks": [{}]}, 7],
    }
    places = [
        "$.collections", "$.serviceMinutes", "$.day", "$.days", "$.filter", "$.people", "$.kmh", "$.seed", "$.secret", "$.inspectors[0].id",
        "$.inspectors[0].start[0]", "$.inspectors[0].end", "$.inspectors[0].shift[0]", "$.inspectors[0].shift[1]", "$.inspectors[0].breaks[0].minutes",
        "$.inspectors[0].breaks[0].window", "$.inspectors[1]",
    ]
    check([("all", post(api, "/tours", body), [400], places, True)])


def many(count):
    return [f"playgrounds/none{number}" for number in range(count)]


CHANGES = [
    ("a time of no calendar", {"at": "2026-02-30T10:00"}, ["$.at"]), ("a time that is a word", {"at": "now"}, ["$.at"]),
    ("a time without end", {"at": "9999-12-31T23:59:59Z"}, ["$.at"]), ("a time after 2038", {"at": "2039-01-01T00:00"}, ["$.at"]),
    ("a year of five digits", {"at": "+99999-01-01T00:00:00Z"}, ["$.at"]),
    ("a time beyond 64 bits", {"at": "292277026596-12-04T15:30:08Z"}, ["$.at"]),
    ("features that are not in the plan", {"cancelled": ["trees/1"], "done": ["secret/1"], "locks": ["playgrounds/x"], "unlocks": ["playgrounds/y"]},
     ["$.cancelled[0]", "$.done[0]", "$.locks[0]", "$.unlocks[0]"]),
    ("names that are none", {"cancelled": ["playgrounds", "/1", "playgrounds/", "a" * 401]}, [f"$.cancelled[{number}]" for number in range(4)]),
    ("urgent work of nobody", {"urgent": ["secret/1"]}, ["$.urgent"]),
    ("urgent work that is not there", {"urgent": ["playgrounds/none"]}, ["$.urgent[0]"]),
    ("urgent beyond urgency", {"urgent": [{"feature": "playgrounds/1", "level": "now", "serviceMinutes": -1, "windows": [["9", "8"]]}]},
     ["$.urgent[0].level", "$.urgent[0].serviceMinutes", "$.urgent[0].windows[0][0]"]),
    ("a delay of nobody", {"delays": [{"inspector": "Z", "minutes": 5}]}, ["$.delays[0].inspector"]),
    ("a negative delay", {"delays": [{"inspector": "A", "minutes": -5}]}, ["$.delays[0].minutes"]),
    ("a delay on no day", {"delays": [{"inspector": "A", "minutes": 5, "day": "2031-01-01"}]}, ["$.delays[0]"]),
    ("thirteen years of delay", {"delays": [{"inspector": "A", "minutes": 1440}] * 5_000}, ["$.delays[0].minutes"]),
    ("an absence of nobody", {"absent": ["Z"]}, ["$.absent[0].inspector"]),
    ("an absence on no day of the plan", {"absent": [{"inspector": "A", "day": "2031-01-01"}]}, ["$.absent[0].day"]),
    ("back who was never absent", {"present": ["A", "Z"]}, ["$.present[0]", "$.present[1].inspector"]),
    ("absent and present", {"absent": ["A"], "present": ["A"]}, ["$.present"]),
    ("a move to nobody", {"moves": [{"feature": "playgrounds/none", "inspector": "Z"}]}, ["$.moves[0].feature", "$.moves[0].inspector"]),
    ("a move before the first", {"moves": [{"feature": "playgrounds/none", "inspector": "A", "position": 0}]}, ["$.moves[0].position"]),
    ("a move beyond 64 bits", {"moves": [{"feature": "playgrounds/none", "inspector": "A", "position": 2**70}]}, ["$.moves[0].position"]),
    ("changes below none", {"mostChanges": -1, "promiseMinutes": -1, "seconds": -1, "seed": -1}, ["$.mostChanges", "$.promiseMinutes", "$.seconds", "$.seed"]),
    ("an hour of searching", {"seconds": 3_600}, ["$.seconds"]),
    ("5,001 cancelled", {"cancelled": many(5_001)}, ["$.cancelled"]), ("5,000 unknown", {"cancelled": many(5_000)}, ["$.cancelled[99]", "$"]),
    ("5,000 unknown in every list", {
        "cancelled": many(5_000), "delays": [{"inspector": "Z", "minutes": 5}] * 5_000, "absent": ["Z"] * 5_000, "locks": many(5_000)}, ["$.cancelled", "$"]),
    ("5,000 moves beside 5,000 absences", {
        "moves": [{"feature": each, "inspector": "A"} for each in many(5_000)], "absent": [{"inspector": "A", "day": "2031-01-01"}] * 5_000}, ["$.moves[99]", "$"]),
    ("10,000 unknown members", {f"secret{number}": 1 for number in range(10_000)}, ["$.secret0", "$"]),
]


@pytest.mark.parametrize(("change", "places"), [case[1:] for case in CHANGES], ids=[case[0] for case in CHANGES])
def test_a_change_that_makes_no_sense_is_named(api, plan, change, places):
    check([(places, post(api, f"/tours/{plan[0]}/replan", change), [400], places)])


def test_a_change_that_contradicts_itself_is_named(api, plan):
    identity, features = plan
    change = {"cancelled": [features[0]] * 2, "urgent": [features[0]], "locks": [features[1]], "unlocks": [features[1]]}
    check([(change, post(api, f"/tours/{identity}/replan", change), [400], ["$.cancelled", "$.urgent", "$.unlocks"])])
    begun = {"at": "2026-12-01T23:00", "cancelled": [features[0]], "moves": [{"feature": features[1], "inspector": "A"}]}
    check([(begun, post(api, f"/tours/{identity}/replan", begun), [400], ["$.cancelled[0]", "$.moves[0]"])])
    assert len(api.json(f"/tours/{identity}/versions")["versions"]) == 1, "no wrong change makes a version"


# VROOM

MATRIX = {"car": {"durations": [[0, 60], [60, 0]]}}


def vroom(**members):
    return {"vehicles": [{"id": 1, "start_index": 0}], "jobs": [{"id": 1, "location_index": 1}], "matrices": MATRIX, **members}


def vehicle(**members):
    return vroom(vehicles=[{"id": 1, "start_index": 0, **members}])


def job(**members):
    return vroom(jobs=[{"id": 1, "location_index": 1, **members}])


VROOM = [
    ("nothing", {}, ["vehicles"]), ("no vehicles", vroom(vehicles=[]), ["vehicles"]), ("vehicles of numbers", vroom(vehicles=[7]), ["vehicles[0]"]),
    ("100,000 jobs", vroom(jobs=[{"id": number, "location_index": 1} for number in range(100_000)]), ["jobs"]),
    ("100,000 vehicles", vroom(vehicles=[{"id": number, "start_index": 0} for number in range(100_000)]), ["vehicles"]),
    ("a huge matrix for 100,000 jobs", vroom(
        jobs=[{"id": number, "location_index": number} for number in range(100_000)], matrices={"car": {"durations": [[0] * 700] * 700}}), ["jobs"]),
    ("20,000 places", {
        "vehicles": [{"id": 1, "start": YARD}], "jobs": [{"id": number, "location": [10 + number / 1e6, 52]} for number in range(20_001)]}, ["places"]),
    ("a row too few", vroom(matrices={"car": {"durations": [[0, 60]]}}), ["matrices.car.durations[0]", "jobs[0]"]),
    ("rows of unlike length", vroom(matrices={"car": {"durations": [[0, 60], [60]]}}), ["matrices.car.durations[1]"]),
    ("a row that is a word", vroom(matrices={"car": {"durations": [[0, 60], "far"]}}), ["matrices.car.durations[1]"]),
    ("cells that are words", vroom(matrices={"car": {"durations": [[0, "far"], [None, 0]]}}), ["matrices.car.durations[0]", "matrices.car.durations[1]"]),
    ("negative times", vroom(matrices={"car": {"durations": [[0, -60], [60, 0]]}}), ["matrices.car.durations[0]"]),
    ("two matrices of unlike size", vroom(matrices={**MATRIX, "bike": {"durations": [[0]]}}), ["matrices.bike.durations"]),
    ("distances of another size", vroom(matrices={"car": {**MATRIX["car"], "distances": [[0, 1, 2]] * 3}}), ["matrices.car.distances"]),
    ("a matrix without times", vroom(matrices={"car": {}}), ["matrices.car.durations"]),
    ("a matrix of rows alone", vroom(matrices={"car": [[0]]}), ["matrices.car"]), ("no matrices but a list", vroom(matrices=[]), ["matrices"]),
    ("an index beyond the matrix", vroom(jobs=[{"id": 1, "location_index": 2}]), ["jobs[0].location_index"]),
    ("an index beyond 64 bits", vroom(jobs=[{"id": 1, "location_index": 2**70}]), ["jobs[0].location_index"]),
    ("a negative index", vroom(jobs=[{"id": 1, "location_index": -1}]), ["jobs[0].location_index"]),
    ("a window that ends before it starts", job(time_windows=[[9, 3]]), ["jobs[0].time_windows[0]"]),
    ("windows in disorder", job(time_windows=[[100, 200], [0, 50]]), ["jobs[0].time_windows[1]"]), ("negative windows", job(time_windows=[[-5, 5]]), ["time_windows[0]"]),
    ("windows that are words", job(time_windows=["morning"]), ["time_windows[0]"]), ("windows that are none", job(time_windows={}), ["time_windows"]),
    ("a shift that ends before it starts", vehicle(time_window=[9, 3]), ["vehicles[0].time_window"]),
    ("negative service", job(service=-1), ["jobs[0].service"]), ("service beyond years", job(service=10**12), ["jobs[0].service"]),
    ("service that is a word", job(service="long"), ["jobs[0].service"]), ("set-up of a half", job(setup=0.5), ["jobs[0].setup"]),
    ("service per list", job(service_per_type=[1]), ["jobs[0].service_per_type"]), ("set-up per number", job(setup_per_type=7), ["jobs[0].setup_per_type"]),
    ("priority beyond 100", job(priority=101), ["jobs[0].priority"]), ("an id that is a word", job(id="x"), ["jobs[0].id"]), ("a negative id", job(id=-1), ["jobs[0].id"]),
    ("an id beyond 64 bits", job(id=2**64), ["jobs[0].id"]), ("one id twice", vroom(jobs=[{"id": 1, "location_index": 1}] * 2), ["job 1"]),
    ("five measures", job(delivery=[1] * 5), ["jobs[0].delivery"]), ("a negative amount", job(delivery=[-1]), ["jobs[0].delivery"]),
    ("measures of unlike number", vroom(vehicles=[{"id": 1, "start_index": 0, "capacity": [1]}], jobs=[{"id": 1, "location_index": 1, "delivery": [1, 2]}]), ["1 and 2"]),
    ("skills that are words", job(skills=["saw"]), ["jobs[0].skills"]), ("half a shipment", vroom(shipments=[{"pickup": {"id": 1}}]), ["shipments[0]"]),
    ("four breaks", vehicle(breaks=[{"id": number} for number in range(4)]), ["vehicles[0].breaks"]),
    ("a speed of none", vehicle(speed_factor=0), ["vehicles[0].speed_factor"]), ("a speed of words", vehicle(speed_factor="fast"), ["vehicles[0].speed_factor"]),
    ("costs that are a number", vehicle(costs=7), ["vehicles[0].costs"]), ("costs below none", vehicle(costs={"fixed": -1}), ["vehicles[0].costs.fixed"]),
    ("steps to nowhere", vehicle(steps=[{"type": "job", "id": 99}, {"type": "dance"}]), ["vehicles[0].steps[0]", "vehicles[0].steps[1]"]),
    ("places beyond the earth", {"vehicles": [{"id": 1, "start": [999, 99]}]}, ["vehicles[0].start"]),
    ("places that are words", {"vehicles": [{"id": 1, "start": ["east", "north"]}]}, ["vehicles[0].start"]),
    ("options that are none", vroom(options=7), ["options"]), ("options of another kind", vroom(options={"g": "yes", "c": 1, "l": -1, "x": "deep"}),
                                                              ["options.g", "options.c", "options.l", "options.x"]),
    ("a profile without roads", {"vehicles": [{"id": 1, "start": YARD, "profile": "submarine"}]}, ["submarine"]),
    ("a thousand faults", vroom(jobs=[{"id": "x"}] * 1_000), ["jobs[0].id", "jobs[50].id", "more"]),
]


def check_vroom(name, answer, places):
    assert 400 <= answer.status_code < 500, f"{name}: {answer.status_code} {answer.text[:300]}"
    document = answer.json()
    assert document["code"] in (2, 3, 4) and len(answer.content) < LARGEST_ANSWER
    assert [place for place in places if place not in document["error"]] == [], f"{name}: {document['error'][:600]}"
    assert document["error"] == "; ".join(document["faults"])


@pytest.mark.parametrize(("body", "places"), [case[1:] for case in VROOM], ids=[case[0] for case in VROOM])
def test_vroom_is_refused_with_the_places(api, body, places):
    check_vroom(body if len(str(body)) < 200 else "", post(api, "/vroom", body), places)


def test_what_is_no_json_is_refused_in_vrooms_form(api):
    for body in BROKEN + DEEP:
        answer = post(api, "/vroom", body)
        assert (answer.status_code, answer.json()["code"]) == (400, 2), body[:40]
        assert re.search(r"line \d+, column \d+", answer.json()["error"]), answer.text[:200]


def test_bodies_beyond_all_bounds_are_refused(api, plan):
    for path in ("/tours", f"/tours/{plan[0]}/replan", "/vroom"):
        body = b'{"vehicles":[{"id":1,"start_index":0}],"matrices":{"car":{"durations":[[' + b"0," * 6_000_000 + b"0]]}}}"
        place = urllib.parse.urlsplit(api.base)
        connection = http.client.HTTPConnection(place.hostname, place.port, timeout=PATIENCE)
        # The server may answer before it has read all of it; then the rest is not taken.
        with contextlib.suppress(OSError):
            connection.request("POST", path, body, {"Content-Type": "application/json"})
        with contextlib.suppress(ConnectionError):
            assert connection.getresponse().status == 413, path
        connection.close()
        declared = http.client.HTTPConnection(place.hostname, place.port, timeout=PATIENCE)
        declared.putrequest("POST", path)
        declared.putheader("Content-Type", "application/json")
        declared.putheader("Content-Length", "99999999999")
        declared.endheaders(b"{")
        assert declared.getresponse().status == 413, path
        declared.close()


# Addresses, methods, media types, tokens

RESOURCES = {
    "/tours": ["GET", "POST"], "/tours/{}": ["GET", "DELETE"], "/tours/{}/events": ["GET"], "/tours/{}/request": ["GET"], "/tours/{}/versions": ["GET"],
    "/tours/{}/compare": ["GET"], "/tours/{}/replan": ["POST"], "/tours/{}/store": ["POST"], "/tours/{}/release": ["POST"], "/vroom": ["POST"],
}
IDS = [UNKNOWN, UNKNOWN.upper(), "0", "a" * 3_000, "..%2F..%2Fetc%2Fpasswd", "%00", "%0D%0ASet-Cookie:%20x=y", "%3Cscript%3E", "'%20OR%201=1%20--", "%F0%9F%92%A3", "%ff", "*", "1;2"]


@pytest.mark.parametrize("resource", [each for each in RESOURCES if "{}" in each])
def test_unknown_plans_are_not_found(api, owner, resource):
    def asked():
        for identity in IDS:
            for method in RESOURCES[resource]:
                # Who may not store is told so before anything is looked for.
                who = owner if resource.endswith(("store", "release")) else api
                options = {"json": {}} if resource.endswith("replan") else {}
                yield f"{method} {identity}", who.request(method, resource.format(identity), timeout=PATIENCE, **options), [400, 404]

    check(asked())


@pytest.mark.parametrize("resource", RESOURCES)
def test_other_methods_are_named(api, plan, resource):
    for method in ("PUT", "PATCH", "TRACE", "LOCK", "PROPFIND", "GET", "POST", "DELETE"):
        if method in RESOURCES[resource]:
            continue
        answer = api.request(method, resource.format(plan[0]), timeout=PATIENCE)
        assert wrong(answer, [405]) is None, f"{method}: {answer.status_code} {answer.text}"
        assert set(RESOURCES[resource]) <= set(re.split(r", *", answer.headers["Allow"])), method


@pytest.mark.parametrize("path", ["/tours", "/tours/{}/replan", "/vroom"])
@pytest.mark.parametrize("media_type", [None, "", "text/plain", "text/html", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/xml", "nonsense", "application/jsonp"])
def test_other_media_types_are_refused(api, plan, path, media_type):
    headers = {} if media_type is None else {"Content-Type": media_type}
    answer = api.request("POST", path.format(plan[0]), data=json.dumps(request()).encode(), headers=headers, timeout=PATIENCE)
    assert wrong(answer, [415]) is None, answer.text
    assert "application/json" in answer.json()["detail"]


@pytest.mark.parametrize("step", ["store", "release"])
@pytest.mark.parametrize("body", [b"[]", b"7", b"{", b'{"title":7}', b'{"title":""}', b'{"title":"' + b"x" * 201 + b'"}', b'{"titel":"x"}', b'"x"', b"x" * 20_000])
def test_a_title_that_is_none_is_refused(owner, plan, step, body):
    answer = post(owner, f"/tours/{plan[0]}/{step}", body)
    assert wrong(answer, [400, 413]) is None, answer.text
    assert owner.request("POST", f"/tours/{plan[0]}/{step}", data=b"x", headers={"Content-Type": "text/plain"}).status_code == 415


QUERIES = [
    ("/tours", ["limit=0", "limit=-1", "limit=x", "limit=1e3", "before=0", "before=x", "before=99999999999999999999", "status=nonsense", "day=2026-02-30",
                "day=tomorrow", "f=gpx", "f=", "secret=1", "limit=1&limit=2"]),
    ("/tours/{}", ["f=nonsense", "f=", "f=JSON", "version=0", "version=-1", "version=1.5", "version=x", "version=99999999999999999999", "version=99", "day=x",
                   "day=2026-12-02", "inspector=Z", "inspector=%27%20OR%201=1", "inspector=A&day=1999-01-01", "secret=1", "f=pdf&inspector=Z", "version=1&version=1"]),
    ("/tours/{}/versions", ["f=gpx", "version=1", "secret=1"]), ("/tours/{}/request", ["f=json", "secret=1"]), ("/tours/{}/events", ["f=json", "secret=1"]),
    ("/tours/{}/compare", ["from=0", "from=x", "to=99", "from=99", "from=1&to=x", "secret=1", "f=pdf", ""]),
]


@pytest.mark.parametrize(("path", "queries"), QUERIES, ids=[path for path, _ in QUERIES])
def test_parameters_that_make_no_sense_are_refused(api, plan, path, queries):
    # A plan of one version has nothing to be compared with: 409.
    check((query, api.get(f"{path.format(plan[0])}?{query}", timeout=PATIENCE), [400, 404, 409]) for query in queries)


def test_parameters_of_what_is_sent_are_refused(api, owner, plan):
    def asked():
        for query in ("f=html", "f=nonsense", "secret=1", "day=x", "version=1"):
            yield f"POST /tours?{query}", post(api, f"/tours?{query}", request()), [400]
        for query in ("version=0", "version=x", "version=99", "f=gpx", "secret=1"):
            yield f"replan?{query}", post(api, f"/tours/{plan[0]}/replan?{query}", {}), [400, 404]
            yield f"release?{query}", owner.request("POST", f"/tours/{plan[0]}/release?{query}"), [400, 404]
        for query in ("version=1", "secret=1"):
            yield f"store?{query}", owner.request("POST", f"/tours/{plan[0]}/store?{query}"), [400]
            yield f"DELETE?{query}", api.request("DELETE", f"/tours/{plan[0]}?{query}"), [400]
        yield "POST for a tour that is not there", post(api, "/tours?inspector=Z", request()), [404]

    check(asked())
    answer = post(api, "/vroom?secret=1", vroom())
    assert answer.status_code == 400, answer.text


@pytest.mark.parametrize("accept", ["image/png", "application/gpx+xml", "text/html;q=0, application/json;q=0", "text/calendar, application/pdf"])
def test_what_a_client_does_not_take_is_not_sent(api, plan, accept):
    for path in ("/tours", f"/tours/{plan[0]}"):
        answer = api.get(path, headers={"Accept": accept})
        assert wrong(answer, [406]) is None, f"{answer.status_code} {answer.text[:200]}"


@pytest.fixture(scope="module")
def strangers(target, file, tmp_path_factory):
    """By what they carry: (client, the status that it deserves)."""
    other = tmp_path_factory.mktemp("other") / "other.sqlite"
    lageplan("demo", "--database", other, "--scale", "0.02")
    clients = {name: Api(target.base) for name in ("nothing", "a password", "an empty token", "two words")}
    for name, header in (("a password", "Basic YWRtaW46YWRtaW4="), ("an empty token", "Bearer "), ("two words", "Bearer let me in")):
        clients[name].session.headers["Authorization"] = header
    clients["an invented token"] = Api(target.base, "lageplan_" + "x" * 43)
    clients["SQL"] = Api(target.base, "' OR '1'='1")
    clients["a huge token"] = Api(target.base, "x" * 5_000)
    clients["a token of another town"] = Api(target.base, new_token(other, "other"))
    reader = Api(target.base, new_token(file, "reader", "read"))
    forester = Api(target.base, new_token(file, "forester", "write", "--collections", "trees"))
    return {name: (client, [401]) for name, client in clients.items()} | {"a reader": (reader, [403]), "a forester": (forester, [403])}


STRANGERS = [
    "nothing", "a password", "an empty token", "two words", "an invented token", "SQL", "a huge token", "a token of another town", "a reader", "a forester",
]


@pytest.mark.parametrize("name", STRANGERS)
def test_strangers_neither_keep_nor_change_what_is_kept(strangers, plan, stored, owner, name):
    client, statuses = strangers[name]
    # Who may not see a stored plan is not told that it is there.
    hidden = [*statuses, 404]
    check([
        ("store", client.request("POST", f"/tours/{plan[0]}/store"), statuses),
        ("release", client.request("POST", f"/tours/{plan[0]}/release"), statuses),
        ("release of a stored plan", client.request("POST", f"/tours/{stored}/release"), statuses),
        ("POST with store", post(client, "/tours", request(store=True)), statuses),
        ("replan", post(client, f"/tours/{stored}/replan", {}), hidden),
        ("DELETE", client.request("DELETE", f"/tours/{stored}"), hidden),
    ])
    kept = owner.json(f"/tours/{stored}/versions")["versions"]
    assert [version["status"] for version in kept] == ["draft"]


def test_a_server_that_only_reads_keeps_nothing(server, plan):
    reader = Api(server.base)
    made = post(reader, "/tours", request())
    assert made.status_code == 200, made.text
    path = f"/tours/{made.json()['id']}"
    check([
        ("store", reader.request("POST", f"{path}/store"), [403]), ("release", reader.request("POST", f"{path}/release"), [403]),
        ("POST with store", post(reader, "/tours", request(store=True)), [403]),
    ])


# SQL and other languages

@pytest.mark.parametrize("text", hostile.SQL, ids=range(len(hostile.SQL)))
def test_sql_is_refused_where_names_stand_and_is_text_elsewhere(api, text):
    def asked():
        for members in (
            {"filter": text}, {"filter": f"name = {text}"}, {"filter": {text: 1}}, {"filter": {"op": text, "args": [{"property": "name"}, 1]}},
            {"filter": {"op": "=", "args": [{"property": text}, 1]}}, {"collections": [text]}, {"collections": ["playgrounds", text]},
            {"serviceMinutes": {"property": text}}, {"due": {"property": text}}, {"priority": {"property": text}}, {"name": {"property": text}},
            {"load": {"water": {"property": text}}}, {"inspectors": {"collection": text}}, {"ids": [f"playgrounds/{text}"]}, {"ids": [text]},
            {"requires": {text: ["x"]}}, {"day": text}, {"profile": text}, {"preferences": [{"filter": text, "inspector": "A", "minutes": 1}]},
        ):
            yield members, post(api, "/tours", request(**members)), [400]

    check(asked())
    if "\x00" not in text:
        found = post(api, "/tours", request(filter={"name": text}))
        assert found.status_code == 200, found.text
        assert [route for route in found.json()["routes"] if route["stops"]] == []


NASTY = [
    "A\r\nSet-Cookie: stolen=1\r\n\r\n<html>", "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "]]></name><name>&#0;&xxe;", "\u0001\u0008\u000b\u001f\u007f",
    "END:VEVENT\nBEGIN:VALARM;a=b,c\\n", "=HYPERLINK(\"http://x\",\"y\")", "../../etc/passwd", "a,\"b\"\n;c", "\u202eevil\u2028\u2029\u200b", "💣🇩🇪", ") Tj ET Q /JS (", "%s%n{{7*7}}${7*7}",
]


@pytest.mark.parametrize("name", NASTY, ids=range(len(NASTY)))
def test_what_names_hold_is_only_text(api, owner, name):
    # Ids stand in addresses: control characters are refused there.
    person = "".join(character for character in name if unicodedata.category(character) != "Cc") or "A"
    if person != name:
        refused = post(api, "/tours", request(inspectors=[inspector(name, name=name)]))
        check([("a control character in id and name", refused, [400], ["$.inspectors[0].id", "$.inspectors[0].name"])])
    made = post(api, "/tours", request(title=name, inspectors=[inspector(person, name=person, qualifications=[name])], iterations=5))
    assert made.status_code == 200, made.text
    document = made.json()
    assert document["title"] == name and {route["inspector"] for route in document["routes"]} == {person}
    visits = [feature for route in document["routes"] for stop in route["stops"] for feature in stop["features"]]
    path = f"/tours/{document['id']}"
    files = {form: api.get(path, params={"f": form, "inspector": person}) for form in ("geojson", "gpx", "csv", "ics", "pdf", "html")}
    for form, answer in files.items():
        assert answer.status_code == 200, f"{form}: {answer.text[:300]}"
        assert "Set-Cookie" not in answer.headers and "\n" not in str(answer.headers.get("Content-Disposition"))
    stops = [feature for feature in files["geojson"].json()["features"] if feature["properties"]["kind"] == "stop"]
    assert {stop["properties"]["inspector"] for stop in stops} == {person}
    lxml.etree.fromstring(files["gpx"].content)
    assert len(gpxpy.parse(files["gpx"].text).waypoints) == len(stops)
    rows = list(csv.reader(io.StringIO(files["csv"].content.decode(), newline="")))
    assert [row[1] for row in rows[1:]] == [person] * len(visits) and {len(row) for row in rows} == {len(rows[0])}
    events = icalendar.Calendar.from_ical(files["ics"].content).walk("VEVENT")
    assert len(events) == len(stops) and all(not event.subcomponents for event in events)
    for line in re.sub(rb"\r\n[ \t]", b"", files["ics"].content).split(b"\r\n"):
        assert line == b"" or re.match(rb"[A-Z-]+(;[^:]*)?:", line), line
    sheet = pypdf.PdfReader(io.BytesIO(files["pdf"].content))
    assert sheet.pages and "/OpenAction" not in sheet.trailer["/Root"] and "/AA" not in sheet.trailer["/Root"]
    page = lxml.html.document_fromstring(files["html"].content)
    assert not page.xpath("//img[@onerror]") and not [script for script in page.xpath("//script") if "alert(1)" in script.text_content()]
    # As a feature of ordinary collections, and back.
    released = owner.request("POST", f"{path}/release", json={"title": name})
    assert released.status_code == 200, released.text
    tours = [tour for tour in owner.features("/collections/tours/items") if tour["properties"]["plan"] == document["id"]]
    assert [tour["properties"]["title"] for tour in tours] == [name]
    again = owner.json(f"/collections/tours/items/{urllib.parse.quote(tours[0]['id'], safe='')}")
    assert again["properties"]["inspector"] == person
    assert owner.request("DELETE", path).status_code == 204


def test_noise_is_refused(api, plan):
    """Valid requests with something of them turned into something else, at random by a fixed seed: whatever comes, it is an answer, and no 5xx."""
    draw = random.Random(7)
    whole = request(
        filter="name IS NOT NULL", bbox=[10, 52, 11, 53], due={"property": "inspectionDue", "earlyDays": 3}, windows=[["08:00", "12:00"]], people=1, days=2,
        load={"water": 1}, walk={"metres": 100}, balance={"percent": 5}, seed=1, pins=[{"feature": "playgrounds/1", "inspector": "A"}],
        inspectors=[inspector(breaks=[{"minutes": 30, "window": ["11:00", "13:00"]}], capacity={"water": 9}, weekdays="Mo-Fr", maxWorkMinutes=400)])
    change = {
        "at": "2026-12-01T10:30", "cancelled": [plan[1][0]], "urgent": [{"feature": plan[1][1], "windows": [["08:00", "12:00"]]}], "mostChanges": 3, "seconds": 0.1,
        "delays": [{"inspector": "A", "minutes": 20}], "absent": [{"inspector": "A"}], "present": [{"inspector": "B"}], "moves": [{"feature": plan[1][2], "inspector": "A", "position": 2}]}
    problem = vroom(options={"l": 0.1, "g": True})
    problem["vehicles"][0] |= {"time_window": [0, 900], "capacity": [4], "skills": [1], "breaks": [{"id": 1, "time_windows": [[0, 400]]}]}
    problem["jobs"][0] |= {"delivery": [1], "skills": [1], "time_windows": [[0, 500]], "priority": 3}

    def places(value, path=()):
        yield path
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
            yield from places(inner, (*path, key))

    def turned(document):
        document = copy.deepcopy(document)
        for _ in range(draw.randint(1, 3)):
            path = draw.choice([each for each in places(document) if each])
            holder = document
            for key in path[:-1]:
                holder = holder[key]
            word = "".join(draw.choices(string.printable, k=draw.randint(0, 30)))
            holder[path[-1]] = draw.choice([None, True, draw.randint(-10, 10), draw.uniform(-1e3, 1e3), 10**draw.randint(0, 30), 1e308, word, [], {}, [word], {word: word}])
        return document

    statuses = {}
    for path, document in [("/tours", whole), (f"/tours/{plan[0]}/replan", change), ("/vroom", problem)]:
        for _ in range(60):
            body = turned(document)
            answer = post(api, path, body)
            assert answer.status_code < 500, f"{path} {json.dumps(body)}: {answer.text[:400]}"
            statuses.setdefault(path, set()).add(answer.status_code)
    assert all(400 in told for told in statuses.values()), statuses


def test_after_all_that_it_serves_as_before(api, target, file, tmp_path_factory):
    """The last of this module: whatever was asked before has left no trace."""
    assert target.process.poll() is None
    assert api.json("/health")["status"] == "ok"
    assert "error lageplan" not in target.log, [line for line in target.lines if "error lageplan" in line][:5]
    made = post(api, "/tours", request())
    assert made.status_code == 200 and made.json()["figures"]["leftOut"] == 0
    fresh = tmp_path_factory.mktemp("fresh") / "village.sqlite"
    lageplan("demo", "--database", fresh, "--scale", "0.02")
    (tables, rows), (before, expected) = content(file), content(fresh)
    assert rows == expected
    # What releases make, and nothing else.
    assert {name for name in tables if name not in before and not re.search(r"tours|stops", name)} == set()
