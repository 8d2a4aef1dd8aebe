"""A planner's day by foreign clients: a plan is made, watched, taken along in every form, changed, kept, released and found again, each read by somebody else's
program; and what becomes of searches when clients leave, queues are full and servers stop.
"""

import csv
import datetime
import io
import json
import math
import os
import socket
import time
import urllib.parse
import zoneinfo

import gpxpy
import httpx
import httpx_sse
import icalendar
import mapbox_vector_tile
import owslib.ogcapi.features
import pyogrio
import pypdf
import pytest
import shapely

from service import Api, Server, lageplan, link, new_token

BERLIN = zoneinfo.ZoneInfo("Europe/Berlin")
YARD = [10.7865, 52.4227]
# So long a search would last that nobody ends.
LONG = 600
# A client's patience, no measure: what hangs fails.
PATIENCE = 120
# So many degrees the middle of a playground may lie beside the street on which people come.
OFF_THE_STREET = 0.005


def inspector(identity, **members):
    return {"id": identity, "start": YARD, "end": YARD, "shift": ["07:00", "12:00"], **members}


def request(**members):
    """About as much work as two mornings hold. The rounds are few: it is not the search that is tested here."""
    search = {} if "seconds" in members else {"iterations": 300}
    return {
        "collections": ["playgrounds"], "serviceMinutes": 35, "day": "2026-12-01",
        "inspectors": [inspector("Änne"), inspector("Bo", breaks=[{"minutes": 30, "window": ["09:00", "10:00"]}])], **search, **members}


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    file = tmp_path_factory.mktemp("day") / "town.sqlite"
    lageplan("demo", "--database", file, "--scale", "0.05")
    return file


@pytest.fixture(scope="module")
def secret(file):
    return new_token(file, "erika")


@pytest.fixture(scope="module")
def town(file):
    running = Server(file, "--writable")
    yield running
    assert running.stop() == 0, running.log[-2000:]


@pytest.fixture(scope="module")
def planner(town, secret):
    return Api(town.base, secret)


@pytest.fixture(scope="module")
def anyone(town):
    return Api(town.base)


def made(api, status=200, **members):
    answer = api.request("POST", "/tours", json=request(**members), timeout=PATIENCE)
    assert answer.status_code == status, answer.text
    return answer.json()


def visits(plan):
    """Of each feature: who comes, on which day, when."""
    return {
        feature: (route["inspector"], route["day"], datetime.datetime.fromisoformat(stop["begin"]))
        for route in plan["routes"] for stop in route["stops"] for feature in stop["features"]}


def stops(plan):
    return [(route, stop) for route in plan["routes"] for stop in route["stops"]]


def moment(text):
    """Times without an offset are on the clock of the town."""
    read = datetime.datetime.fromisoformat(text)
    return read if read.tzinfo else read.replace(tzinfo=BERLIN)


@pytest.fixture(scope="module")
def plan(anyone):
    return made(anyone)


def test_the_plan_visits_every_playground_once_or_tells_why_not(plan, anyone):
    playgrounds = {f"playgrounds/{each['id']}" for each in anyone.features("/collections/playgrounds/items")}
    visited = [feature for _, stop in stops(plan) for feature in stop["features"]]
    left = [each["feature"] for each in plan["unassigned"]]
    assert sorted(visited + left) == sorted(playgrounds)
    assert plan["status"] == "draft" and all(each["messages"] if "messages" in each else each["message"] for each in plan["unassigned"])
    for route in plan["routes"]:
        clock = [moment(route["departure"])]
        for stop in route["stops"]:
            clock += [moment(stop["arrival"]), moment(stop["begin"]), moment(stop["departure"])]
        clock.append(moment(route["arrival"]))
        assert clock == sorted(clock)
        assert clock[0].astimezone(BERLIN).time() >= datetime.time(7) and clock[-1].astimezone(BERLIN).time() <= datetime.time(12)


def test_the_address_of_a_plan_answers_it_again(anyone):
    answer = anyone.request("POST", "/tours", json=request(seed=4), timeout=PATIENCE)
    assert anyone.json(answer.headers["Location"])["routes"] == answer.json()["routes"]
    asked = anyone.json(f"{answer.headers['Location']}/request")
    assert asked == request(seed=4)


# In the background, watched by a foreign client of server-sent events


def heard(base, identity, seconds=PATIENCE):
    with httpx.Client(timeout=seconds) as client, httpx_sse.connect_sse(client, "GET", f"{base}/tours/{identity}/events") as source:
        # How long to wait before the next try is told without data; programs hear of what has some.
        yield from (event for event in source.iter_sse() if event.data)


def test_a_plan_in_the_background_is_watched_to_its_end(town, anyone):
    begun = made(anyone, 202, background=True, seconds=2, title="Zeile\u2028und\r\nZeile")
    assert begun["status"] == "planning"
    events = list(heard(town.base, begun["id"]))
    names = [event.event for event in events]
    assert names[-1] == "done" and names.count("done") == 1 and set(names) <= {"progress", "plan", "done"}
    figures = [event.json() for event in events if event.event == "progress"]
    spent = [each["spent"] for each in figures]
    assert figures and spent == sorted(spent) and 0 <= spent[0] and spent[-1] <= 1
    merits = [(each["leftOut"], each["cost"]) for each in figures if each["leftOut"] is not None]
    assert merits == sorted(merits, reverse=True), "a best plan never becomes worse"
    last = events[-1].json()
    assert last["title"] == "Zeile\u2028und\r\nZeile"
    now = anyone.json(f"/tours/{begun['id']}")
    assert (now["status"], now["routes"]) == ("draft", last["routes"])
    assert [event.event for event in heard(town.base, begun["id"])] == ["done"], "who comes late hears the end at once"


def test_ending_a_search_keeps_its_best_plan(town, anyone):
    begun = made(anyone, 202, background=True, seconds=LONG)
    path, best = f"/tours/{begun['id']}", None
    assert anyone.json(path, params={"f": "json"})["status"] == "planning"
    for event in heard(town.base, begun["id"]):
        if event.event == "plan" and best is None:
            best = event.json()
            assert anyone.request("DELETE", path).status_code == 204
    assert event.event == "done"
    kept = anyone.json(path)
    assert kept["status"] == "draft" and kept["routes"] == event.json()["routes"]
    assert kept["figures"]["leftOut"] <= len(best["unassigned"])
    # The second ends the plan itself.
    assert anyone.request("DELETE", path).status_code == 204
    assert anyone.get(path).status_code == 404


# Taken along


def test_navigation_devices_get_every_stop(plan, anyone):
    gpx = gpxpy.parse(anyone.get(f"/tours/{plan['id']}?f=gpx").text)
    assert len(gpx.waypoints) == len(stops(plan)) > 0
    for waypoint, (route, stop) in zip(gpx.waypoints, stops(plan)):
        assert waypoint.time == moment(stop["arrival"]).astimezone(datetime.timezone.utc)
        assert waypoint.name.startswith(route["inspector"])
    tours = [route for route in plan["routes"] if route["stops"]]
    assert [track.name for track in gpx.tracks] == [route["inspector"] for route in tours]
    for track, route in zip(gpx.tracks, tours):
        times = [point.time for segment in track.segments for point in segment.points if point.time]
        assert times == sorted(times) and len(times) == len(route["stops"]) + 2
    one = gpxpy.parse(anyone.get(f"/tours/{plan['id']}", params={"f": "gpx", "inspector": "Änne"}).text)
    assert [track.name for track in one.tracks] == ["Änne"]


def test_calendars_get_every_stop_and_break_on_their_own_clock(plan, anyone):
    read = icalendar.Calendar.from_ical(anyone.get(f"/tours/{plan['id']}?f=ics").content)
    events = read.walk("VEVENT")
    visiting = [event for event in events if "geo" in event]
    assert [(event.start, event.end) for event in visiting] == [(moment(stop["arrival"]), moment(stop["departure"])) for _, stop in stops(plan)]
    assert len({str(event["uid"]) for event in events}) == len(events)
    breaks = [pause for route in plan["routes"] if route["stops"] for pause in route.get("breaks", [])]
    assert len(events) - len(visiting) == len(breaks)


def test_spreadsheets_get_a_row_for_each_visit(plan, anyone):
    answer = anyone.get(f"/tours/{plan['id']}?f=csv", headers={"Accept-Language": "en"})
    assert "attachment" in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.content.decode(), newline="")))
    assert [row["feature"] for row in rows if row["stop"]] == [feature for _, stop in stops(plan) for feature in stop["features"]]
    assert [row["feature"] for row in rows if not row["stop"]] == [each["feature"] for each in plan["unassigned"]]
    german = next(csv.reader(io.StringIO(anyone.get(f"/tours/{plan['id']}?f=csv").content.decode(), newline="")))
    assert german[:5] == ["Tag", "Kontrolleur", "Name des Kontrolleurs", "Halt", "Objekt"]


def test_gdal_reads_stops_and_ways(plan, anyone, tmp_path):
    file = tmp_path / "plan.geojson"
    file.write_bytes(anyone.get(f"/tours/{plan['id']}?f=geojson").content)
    meta, _, geometries, fields = pyogrio.raw.read(file)
    columns = dict(zip(meta["fields"], fields))
    kinds = list(columns["kind"])
    shapes = shapely.from_wkb(geometries)
    assert kinds.count("stop") == len(stops(plan)) and kinds.count("unassigned") == len(plan["unassigned"])
    assert kinds.count("route") == len([route for route in plan["routes"] if route["stops"]])
    by_inspector = {}
    for kind, who, shape in zip(kinds, columns["inspector"], shapes):
        if kind == "route":
            by_inspector[who] = shape
    for kind, who, shape in zip(kinds, columns["inspector"], shapes):
        if kind == "stop":
            assert shape.distance(by_inspector[who]) < OFF_THE_STREET, "a tour passes its stops"


def test_the_sheet_to_print_names_every_stop(plan, anyone):
    answer = anyone.get(f"/tours/{plan['id']}?f=pdf")
    assert answer.headers["Content-Type"] == "application/pdf"
    sheet = pypdf.PdfReader(io.BytesIO(answer.content))
    text = "\n".join(page.extract_text() for page in sheet.pages)
    for route, stop in stops(plan):
        assert moment(stop["arrival"]).astimezone(BERLIN).strftime("%H:%M") in text, stop
    assert "Änne" in text and "Dienstag, 1. Dezember 2026" in text
    assert len(pypdf.PdfReader(io.BytesIO(anyone.get(f"/tours/{plan['id']}", params={"f": "pdf", "inspector": "Bo"}).content)).pages) < len(sheet.pages)


# Changed, compared


def broken(old, new, cancelled, minutes=30):
    """The promises of stops that a plan breaks, counted by what the two plans say and nothing else."""
    before, after = visits(old), visits(new)
    count = 0
    for _, stop in stops(old):
        count += any(
            feature not in cancelled and (
                feature not in after or after[feature][:2] != before[feature][:2]
                or abs((after[feature][2] - before[feature][2]).total_seconds()) > minutes * 60)
            for feature in stop["features"])
    return count


def changed(api, path, **change):
    answer = api.request("POST", f"{path}/replan", json={"seconds": 0.5, **change}, timeout=PATIENCE)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize("most", [0, 1, 3])
def test_a_cancelled_stop_breaks_no_more_promises_than_allowed(anyone, most):
    old = made(anyone, seed=most)
    path = f"/tours/{old['id']}"
    gone = next(route for route in old["routes"] if len(route["stops"]) > 2)["stops"][1]["features"]
    new = changed(anyone, path, cancelled=gone, mostChanges=most)
    assert new["version"] == 2
    assert broken(old, new, gone) <= most
    assert not set(gone) & set(visits(new))
    assert {each["feature"]: each["reason"] for each in new["unassigned"] if each["feature"] in gone} == dict.fromkeys(gone, "cancelled")
    compared = anyone.json(f"{path}/compare", params={"from": 1, "to": 2})
    assert len(compared["brokenPromises"]) == broken(old, new, gone)
    moved = {feature for feature, place in visits(old).items() if feature in visits(new) and visits(new)[feature][:2] != place[:2]}
    assert {each["feature"] for each in compared["changes"] if each["kind"] == "moved"} == moved
    # The version before is what it was, and a step is taken back by starting from it.
    assert visits(anyone.json(path, params={"version": 1})) == visits(old)
    back = anyone.request("POST", f"{path}/replan?version=1", json={"seconds": 0.1, "mostChanges": 0}, timeout=PATIENCE).json()
    assert back["version"] == 3 and broken(old, back, []) == 0
    assert [each["version"] for each in anyone.json(f"{path}/versions")["versions"]] == [3, 2, 1]


def test_what_has_begun_stays_while_the_rest_of_the_day_is_changed(anyone):
    old = made(anyone)
    route = max(old["routes"], key=lambda route: len(route["stops"]))
    at = moment(route["stops"][1]["begin"]) + datetime.timedelta(minutes=1)
    new = changed(anyone, f"/tours/{old['id']}", at=at.isoformat(), absent=[route["inspector"]])
    for other in old["routes"]:
        begun = [stop for stop in other["stops"] if moment(stop["begin"]) < at]
        again = next((each["stops"] for each in new["routes"] if each["inspector"] == other["inspector"]), [])
        assert [(stop["features"], stop["begin"]) for stop in again[: len(begun)]] == [(stop["features"], stop["begin"]) for stop in begun]
    # Who goes home takes on no more than where somebody is.
    left = next(each for each in new["routes"] if each["inspector"] == route["inspector"])
    assert all(moment(stop["begin"]) < at for stop in left["stops"])


def test_a_calendar_moves_its_events_instead_of_doubling_them(anyone):
    old = made(anyone)
    path = f"/tours/{old['id']}"
    changed(anyone, path, delays=[{"inspector": "Bo", "minutes": 10}])
    calendars = [icalendar.Calendar.from_ical(anyone.get(f"{path}?f=ics&version={version}").content).walk("VEVENT") for version in (1, 2)]
    first, second = ({str(event["uid"]): event for event in events} for events in calendars)
    assert set(first) & set(second)
    assert all(second[uid]["sequence"] > first[uid]["sequence"] for uid in set(first) & set(second))


# Kept, released, found again


@pytest.fixture(scope="module")
def released(planner):
    plan = made(planner)
    path = f"/tours/{plan['id']}"
    kept = planner.request("POST", f"{path}/store", json={"title": "Winterkontrolle Nord"})
    assert kept.status_code == 200 and kept.json()["stored"] is True, kept.text
    out = planner.request("POST", f"{path}/release")
    assert out.status_code == 200 and out.json()["status"] == "released", out.text
    return plan


def test_a_stored_plan_is_seen_by_those_alone_who_may(released, planner, anyone):
    assert [tour["id"] for tour in planner.json("/tours")["tours"]] == [released["id"]]
    assert anyone.json("/tours")["tours"] == []
    assert anyone.get(f"/tours/{released['id']}").status_code == 404
    assert planner.json(f"/tours/{released['id']}")["title"] == "Winterkontrolle Nord"


def test_owslib_finds_the_stops_of_one_inspector_in_their_order(released, town, secret):
    service = owslib.ogcapi.features.Features(town.base + "/", headers={"Authorization": f"Bearer {secret}"})
    assert {"tours", "stops"} <= set(service.feature_collections())
    for route in released["routes"]:
        page = service.collection_items("stops", filter=f"inspector = '{route['inspector']}'", sortby="number", limit=100)
        assert [each["properties"]["features"].split(", ") for each in page["features"]] == [stop["features"] for stop in route["stops"]]
        assert [each["properties"]["number"] for each in page["features"]] == list(range(1, len(route["stops"]) + 1))
        for feature, stop in zip(page["features"], route["stops"]):
            assert moment(feature["properties"]["begin"]) == moment(stop["begin"])


def test_gdal_reads_released_tours_and_stops(released, town, secret):
    connection = f"OAPIF:{town.base}"
    pyogrio.set_gdal_config_options({"GDAL_HTTP_AUTH": "BEARER", "GDAL_HTTP_BEARER": secret})
    try:
        meta, _, geometries, fields = pyogrio.raw.read(connection, layer="stops")
        columns = dict(zip(meta["fields"], fields))
        _, _, lines, _ = pyogrio.raw.read(connection, layer="tours")
    finally:
        pyogrio.set_gdal_config_options({"GDAL_HTTP_AUTH": None, "GDAL_HTTP_BEARER": None})
    assert sorted(zip(columns["inspector"], columns["number"])) == sorted(
        (route["inspector"], number) for route in released["routes"] for number in range(1, len(route["stops"]) + 1))
    ways = shapely.union_all(shapely.from_wkb(lines))
    assert all(shape.distance(ways) < OFF_THE_STREET for shape in shapely.from_wkb(geometries))


def tile_of(place, level):
    x = (place[0] + 180) / 360 * 2**level
    y = (1 - math.asinh(math.tan(math.radians(place[1]))) / math.pi) / 2 * 2**level
    return int(x), int(y)


def test_a_tile_shows_the_stops_to_those_who_may(released, planner, anyone):
    place = planner.features("/collections/stops/items")[0]["geometry"]["coordinates"]
    column, row = tile_of(place, 12)
    path = f"/collections/stops/tiles/WebMercatorQuad/12/{row}/{column}"
    drawn = mapbox_vector_tile.decode(planner.get(path, params={"f": "mvt", "thinning": "none"}).content)
    expected = {
        (route["inspector"], number) for route in released["routes"] for number in range(1, len(route["stops"]) + 1)}
    shown = {(each["properties"]["inspector"], each["properties"]["number"]) for each in drawn["stops"]["features"]}
    assert shown and shown <= expected
    assert anyone.get(path).status_code in (401, 403, 404)


def test_a_newer_release_takes_the_place_of_the_older(planner):
    plan = made(planner)
    path = f"/tours/{plan['id']}"
    assert planner.request("POST", f"{path}/release").status_code == 200

    def own(collection):
        return planner.features(f"/collections/{collection}/items", params={"filter": f"plan = '{plan['id']}'"})

    gone = plan["routes"][0]["stops"][0]["features"]
    new = changed(planner, path, cancelled=gone)
    assert {each["properties"]["version"] for each in own("stops")} == {1}, "a draft is nobody's order"
    assert planner.request("POST", f"{path}/release").status_code == 200
    assert [each["status"] for each in planner.json(f"{path}/versions")["versions"]] == ["released", "superseded"]
    assert {each["properties"]["version"] for each in own("stops")} == {2} and len(own("stops")) == len(stops(new))
    assert not any(gone[0] in each["properties"]["features"].split(", ") for each in own("stops"))
    assert planner.request("DELETE", path).status_code == 204
    assert own("stops") == own("tours") == []


def test_what_is_stored_outlives_the_server(tmp_path):
    file = tmp_path / "town.sqlite"
    lageplan("demo", "--database", file, "--scale", "0.02")
    secret = new_token(file, "erika")
    first = Server(file, "--writable")
    planner = Api(first.base, secret)
    kept, forgotten = made(planner, store=True, title="Bleibt"), made(planner)
    changed(planner, f"/tours/{kept['id']}", cancelled=kept["routes"][0]["stops"][0]["features"])
    versions = {number: planner.json(f"/tours/{kept['id']}?version={number}") for number in (1, 2)}
    assert first.stop() == 0, first.log[-2000:]
    second = Server(file, "--writable")
    try:
        again = Api(second.base, secret)
        for number, version in versions.items():
            read = again.json(f"/tours/{kept['id']}?version={number}")
            assert {key: read[key] for key in ("title", "status", "routes", "unassigned")} == {key: version[key] for key in ("title", "status", "routes", "unassigned")}
        assert again.get(f"/tours/{forgotten['id']}").status_code == 404
        assert changed(again, f"/tours/{kept['id']}", mostChanges=0)["version"] == 3
        assert len(gpxpy.parse(again.get(f"/tours/{kept['id']}?f=gpx&version=1").text).waypoints) == len(stops(versions[1]))
    finally:
        assert second.stop() == 0, second.log[-2000:]


# Clients that leave, queues that are full, servers that stop


@pytest.fixture
def own_server(file):
    """One whose searches disturb nobody else's."""
    running = Server(file)
    yield running
    if running.process.poll() is None:
        assert running.stop() == 0, running.log[-2000:]


def processor_seconds(process):
    fields = open(f"/proc/{process.pid}/stat").read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def until(is_so, what):
    """Waits for what must come; how long it takes is not what is tested."""
    end = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < end, f"in vain waited: {what}"
        time.sleep(0.1)


def rests(process):
    """Whether the process leaves the processor alone for a while."""
    before = processor_seconds(process)
    time.sleep(1)
    return processor_seconds(process) - before < 0.2


def send_and_leave(server, path, body):
    """Asks, waits until the search is at work, and hangs up."""
    place = urllib.parse.urlsplit(server.base)
    data = json.dumps(body).encode()
    began = processor_seconds(server.process)
    with socket.create_connection((place.hostname, place.port), timeout=PATIENCE) as connection:
        connection.sendall(
            f"POST {path} HTTP/1.1\r\nHost: town\r\nContent-Type: application/json\r\nContent-Length: {len(data)}\r\n\r\n".encode() + data)
        until(lambda: processor_seconds(server.process) > began + 1, "that the search is at work")
        connection.setblocking(False)
        with pytest.raises(BlockingIOError):
            connection.recv(1)


@pytest.mark.parametrize("kind", ["tours", "replan", "vroom"])
def test_a_client_that_leaves_ends_its_search(own_server, kind):
    api = Api(own_server.base)
    if kind == "tours":
        send_and_leave(own_server, "/tours", request(seconds=60))
    elif kind == "replan":
        known = made(api)
        send_and_leave(own_server, f"/tours/{known['id']}/replan", {"cancelled": known["routes"][0]["stops"][0]["features"], "seconds": 60})
        assert len(api.json(f"/tours/{known['id']}/versions")["versions"]) == 1
    else:
        jobs = [{"id": number, "location_index": number} for number in range(1, 60)]
        matrix = [[abs(row - column) * 37 % 101 for column in range(60)] for row in range(60)]
        send_and_leave(own_server, "/vroom", {
            "vehicles": [{"id": 1, "start_index": 0}], "jobs": jobs, "matrices": {"car": {"durations": matrix}}, "options": {"l": 60}})
    until(lambda: rests(own_server.process), "that the server rests")
    # The next is served, which would wait for a search that goes on.
    assert made(api)["status"] == "draft"
    assert api.json("/health")["status"] == "ok"


def test_a_listener_that_leaves_ends_nothing(own_server):
    api = Api(own_server.base)
    begun = made(api, 202, background=True, seconds=LONG)
    path = f"/tours/{begun['id']}"
    for _ in heard(own_server.base, begun["id"]):
        break
    assert api.json(path, params={"f": "json"})["status"] == "planning"
    events = heard(own_server.base, begun["id"])
    assert next(events).event == "progress"
    assert api.request("DELETE", path).status_code == 204
    assert list(events)[-1].event == "done"


def test_a_full_queue_says_when_to_come_again_and_a_cancelled_plan_makes_room(own_server, file):
    """One at work, twenty wait, of whom five have no token."""
    anybody, api = Api(own_server.base), Api(own_server.base, new_token(file, "queue"))
    begun = [made(anybody, 202, background=True, seconds=LONG)["id"] for _ in range(6)]
    assert anybody.request("POST", "/tours", json=request(background=True, seconds=LONG)).status_code == 503
    begun += [made(api, 202, background=True, seconds=LONG)["id"] for _ in range(15)]
    body = request(background=True, seconds=LONG)
    refused = api.request("POST", "/tours", json=body)
    assert (refused.status_code, refused.headers["Content-Type"]) == (503, "application/problem+json")
    assert int(refused.headers["Retry-After"]) > 0 and "wait" in refused.json()["detail"]
    # Those whose answer is waited for have a queue of their own, and those who only read none.
    assert made(api)["status"] == "draft"
    assert api.json("/collections/trees/items", params={"limit": 1})["features"]
    assert api.request("DELETE", f"/tours/{begun[13]}").status_code == 204
    assert api.request("POST", "/tours", json=body).status_code == 202
    assert api.request("POST", "/tours", json=body).status_code == 503


def test_a_server_that_is_told_to_stop_ends_all_searches(file, tmp_path):
    """Those who listen hear the end; what was to be stored is found as cancelled or with its best plan, never as being made."""
    secret = new_token(file, "stopping")
    server = Server(file, "--writable")
    planner = Api(server.base, secret)
    first = made(planner, 202, background=True, seconds=LONG, store=True)
    second = made(planner, 202, background=True, seconds=LONG, store=True)
    with httpx.Client(timeout=PATIENCE, headers={"Authorization": f"Bearer {secret}"}) as client:
        with httpx_sse.connect_sse(client, "GET", f"{server.base}/tours/{first['id']}/events") as source:
            events = source.iter_sse()
            while next(events).event != "progress":
                pass
            # `stop` waits for the end, which is no end of 600 seconds.
            assert server.stop() == 0, server.log[-2000:]
            assert list(events)[-1].event == "done"
    assert "error lageplan" not in server.log, server.log[-2000:]
    again = Server(file, "--writable")
    try:
        planner = Api(again.base, secret)
        states = [planner.json(f"/tours/{each['id']}")["status"] for each in (first, second)]
        assert states[0] in ("draft", "cancelled") and states[1] == "cancelled"
        for each in (first, second):
            assert planner.request("DELETE", f"/tours/{each['id']}").status_code == 204
    finally:
        assert again.stop() == 0, again.log[-2000:]
