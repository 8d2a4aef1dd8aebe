"""Programs that others wrote for OSRM and Valhalla ask this server, over a real extract: routingpy's clients, VROOM itself with this server
as its router, and the polyline library as the decoder of our lines.
"""

import itertools
import math

import polyline
import pytest
import requests
import routingpy
import vroom

from service import SHARED, Server, lageplan

EXTRACT = SHARED / "osm" / "herrenberg-minimal.osm.pbf"
pytestmark = pytest.mark.skipif(not EXTRACT.exists(), reason="skipped: no shared data")

# Places in the streets of Herrenberg.
PLACES = [[8.8655, 48.5945], [8.8705, 48.5962], [8.8622, 48.5985], [8.8745, 48.5931], [8.8690, 48.5920]]


@pytest.fixture(scope="module")
def roads(tmp_path_factory):
    """The address of a server over a small town with the roads of Herrenberg."""
    file = tmp_path_factory.mktemp("roads") / "town.sqlite"
    lageplan("demo", "--database", file, "--scale", "0.02")
    lageplan("roads", "import", EXTRACT, "--database", file)
    running = Server(file)
    yield running.base
    assert running.stop() == 0


@pytest.fixture(scope="module")
def osrm(roads):
    return routingpy.OSRM(base_url=roads, timeout=60)


def metres(a, b):
    """As the crow flies, on a sphere."""
    (west, south), (east, north) = a, b
    x = math.radians(east - west) * math.cos(math.radians((south + north) / 2))
    return 6_371_000 * math.hypot(x, math.radians(north - south))


@pytest.mark.parametrize("profile", ["driving", "cycling", "walking"])
def test_routingpys_osrm_client_gets_routes(osrm, profile):
    route = osrm.directions(locations=PLACES[:3], profile=profile, steps=True, annotations=True, overview="full")
    assert route.duration > 0
    length = sum(metres(a, b) for a, b in itertools.pairwise(route.geometry))
    assert length == pytest.approx(route.distance, rel=0.02)
    legs = route.raw["routes"][0]["legs"]
    assert len(legs) == 2
    for leg in legs:
        assert leg["steps"][0]["maneuver"]["type"] == "depart"
        assert leg["steps"][-1]["maneuver"]["type"] == "arrive"
        assert sum(step["distance"] for step in leg["steps"]) == pytest.approx(leg["distance"], abs=0.2 * len(leg["steps"]))
        assert sum(leg["annotation"]["distance"]) == pytest.approx(leg["distance"], rel=0.02, abs=2)
    assert [len(waypoint["location"]) for waypoint in route.raw["waypoints"]] == [2, 2, 2]


def test_the_lines_are_those_that_the_polyline_library_reads(roads):
    address = f"{roads}/route/v1/driving/" + ";".join(f"{x},{y}" for x, y in PLACES[:2])
    geojson = requests.get(address, params={"overview": "full", "geometries": "geojson"}, timeout=60).json()
    line = geojson["routes"][0]["geometry"]["coordinates"]
    for geometries, decimals in [("polyline", 5), ("polyline6", 6)]:
        answer = requests.get(address, params={"overview": "full", "geometries": geometries}, timeout=60).json()
        decoded = polyline.decode(answer["routes"][0]["geometry"], decimals, geojson=True)
        assert len(decoded) == len(line)
        for got, expected in zip(decoded, line):
            assert got == pytest.approx(expected, abs=0.6 * 10**-decimals + 1e-6)


def test_a_path_of_polyline_is_the_path_of_its_places(roads):
    pairs = ";".join(f"{x},{y}" for x, y in PLACES)
    encoded = requests.utils.quote(polyline.encode(PLACES, 5, geojson=True), safe="")
    tables = [
        requests.get(f"{roads}/table/v1/driving/{path}", timeout=60).json()["durations"]
        for path in [pairs, f"polyline({encoded})"]
    ]
    assert tables[0] == tables[1]


def test_routingpys_matrix_agrees_with_its_routes(osrm):
    matrix = osrm.matrix(locations=PLACES, profile="driving", annotations=["duration", "distance"])
    for origin, target in itertools.permutations(range(len(PLACES)), 2):
        route = osrm.directions(locations=[PLACES[origin], PLACES[target]], profile="driving", continue_straight=False)
        whole = route.raw["routes"][0]
        assert matrix.durations[origin][target] == pytest.approx(whole["duration"], abs=0.11)
        assert matrix.distances[origin][target] == pytest.approx(whole["distance"], abs=0.11)


def test_a_posted_table_is_the_table_of_the_address(roads):
    pairs = ";".join(f"{x},{y}" for x, y in PLACES)
    options = {"sources": "0;2", "destinations": "1;3;4", "annotations": "duration,distance"}
    got = requests.get(f"{roads}/table/v1/driving/{pairs}", params=options, timeout=60).json()
    body = {"coordinates": PLACES, "sources": [0, 2], "destinations": [1, 3, 4], "annotations": ["duration", "distance"]}
    posted = requests.post(f"{roads}/table/v1/driving", json=body, timeout=60).json()
    assert got == posted
    assert [len(got["durations"]), len(got["durations"][0])] == [2, 3]


def test_vroom_plans_with_this_server_as_its_router(roads):
    """VROOM asks /table for its costs and /route for its lines; its plan must cost what our own table says."""
    host, port = roads.removeprefix("http://").split(":")
    problem = vroom.Input(servers={"driving": f"{host}:{port}"}, router=vroom._vroom.ROUTER.OSRM)
    problem.add_vehicle(vroom.Vehicle(1, start=PLACES[0], end=PLACES[0], profile="driving"))
    problem.add_job([vroom.Job(index, location=place) for index, place in enumerate(PLACES[1:], start=1)])
    solution = problem.solve(exploration_level=5, nb_threads=1)
    pairs = ";".join(f"{x},{y}" for x, y in PLACES)
    durations = requests.get(f"{roads}/table/v1/driving/{pairs}", timeout=60).json()["durations"]
    best = min(
        sum(round(durations[a][b]) for a, b in itertools.pairwise((0, *order, 0)))
        for order in itertools.permutations(range(1, len(PLACES))))
    assert len(solution.unassigned) == 0
    assert solution.summary.duration == pytest.approx(best, abs=3)


def test_a_trip_is_as_short_as_the_shortest_order(roads):
    pairs = ";".join(f"{x},{y}" for x, y in PLACES)
    trip = requests.get(f"{roads}/trip/v1/driving/{pairs}", params={"source": "first"}, timeout=60).json()
    durations = requests.get(f"{roads}/table/v1/driving/{pairs}", timeout=60).json()["durations"]
    costs = {
        order: sum(durations[a][b] for a, b in itertools.pairwise((0, *order, 0)))
        for order in itertools.permutations(range(1, len(PLACES)))
    }
    places = sorted(range(len(PLACES)), key=lambda index: trip["waypoints"][index]["waypoint_index"])
    assert places[0] == 0
    assert costs[tuple(places[1:])] == pytest.approx(min(costs.values()), abs=0.5)


def test_faults_carry_osrms_codes(roads):
    cases = {
        "route/v1/driving/8.8655": "InvalidQuery",
        "route/v1/driving/8.8655,48.5945": "InvalidOptions",
        "route/v1/driving/8.8655,48.5945;8.87,48.59?bearings=1,2": "InvalidOptions",
        "route/v1/driving/8.8655,48.5945;8.87,48.59?exclude=motorway": "InvalidValue",
        "route/v1/flying/8.8655,48.5945;8.87,48.59": "InvalidValue",
        "nearest/v1/driving/3.0,20.0": "NoSegment",
        "table/v1/driving/8.8655,48.5945;8.87,48.59?sources=7": "InvalidOptions",
    }
    for path, code in cases.items():
        answer = requests.get(f"{roads}/{path}", timeout=60)
        assert (answer.status_code, answer.json()["code"]) == (400, code), path
        assert answer.json()["message"]


def test_routingpys_valhalla_client_draws_areas(roads):
    client = routingpy.Valhalla(base_url=roads, timeout=60)
    areas = client.isochrones(
        locations=PLACES[0], profile="pedestrian", intervals=[300, 600], polygons=True, generalize=5)
    assert len(areas) == 2
    small, large = sorted(areas, key=lambda area: len(area.geometry[0]))
    for area in (small, large):
        ring = area.geometry[0]
        assert ring[0] == ring[-1]
        assert all(metres(PLACES[0], place) < 1_500 for place in ring)
