"""VROOM beside us: the same documents go to VROOM itself (pyvroom) and to `POST /vroom`. Ours is never worse, and each finds the other's answer legal."""

import json
import random
import subprocess

import polyline
import pytest
import requests
import vroom

from service import BINARY, SHARED, Server, lageplan

EXTRACT = SHARED / "osm" / "herrenberg-minimal.osm.pbf"
PLACES = [[8.8655, 48.5945], [8.8705, 48.5962], [8.8622, 48.5985], [8.8745, 48.5931], [8.8690, 48.5920]]


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    file = tmp_path_factory.mktemp("vroom") / "town.sqlite"
    lageplan("demo", "--database", file, "--scale", "0.02")
    if EXTRACT.exists():
        lageplan("roads", "import", EXTRACT, "--database", file)
    running = Server(file)
    yield f"{running.base}/vroom"
    assert running.stop() == 0


def problem(seed, setup=False):
    """Up to seven tasks, every rule of VROOM's documents now and then."""
    draw = random.Random(seed)
    tasks, places = draw.randint(2, 7), 9
    points = [(draw.random() * 3000, draw.random() * 3000) for _ in range(places)]
    distances = [[int(((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2) ** 0.5) for b in points] for a in points]
    durations = [[length // 8 for length in row] for row in distances]
    measures = draw.randint(0, 2)
    rows = iter(draw.sample(range(2, places), places - 2))

    def amounts(most):
        return [draw.randint(0, most) for _ in range(measures)]

    def task(number):
        made = {"id": number, "location_index": next(rows), "service": draw.choice([0, 60, 300])}
        if draw.random() < 0.5:
            begin = draw.randint(0, 3000)
            made["time_windows"] = [[begin, begin + draw.randint(100, 1500)]]
            if draw.random() < 0.3:
                made["time_windows"].append([made["time_windows"][0][1] + 200, made["time_windows"][0][1] + 900])
        if setup and draw.random() < 0.5:
            made["setup"] = draw.choice([30, 120])
        if draw.random() < 0.2:
            made["service_per_type"] = {"a": 100}
        return made

    jobs, shipments, number = [], [], 0
    while len(jobs) + 2 * len(shipments) < tasks:
        number += 1
        rules = {}
        if draw.random() < 0.3:
            rules["priority"] = draw.randint(0, 100)
        if draw.random() < 0.2:
            rules["skills"] = [draw.randint(1, 2)]
        if draw.random() < 0.3 and len(jobs) + 2 * len(shipments) < tasks - 1:
            shipments.append({"pickup": task(number), "delivery": task(number), "amount": amounts(3), **rules})
        else:
            jobs.append({**task(number), "delivery": amounts(3), "pickup": amounts(2), **rules})
    vehicles = []
    for number in range(1, draw.randint(2, 4)):
        vehicle = {"id": number, "start_index": draw.randrange(2), "end_index": draw.randrange(2), "capacity": [draw.randint(2, 8) for _ in range(measures)]}
        if draw.random() < 0.2:
            del vehicle[draw.choice(["start_index", "end_index"])]
        if draw.random() < 0.7:
            begin = draw.randint(0, 800)
            vehicle["time_window"] = [begin, begin + draw.randint(800, 4000)]
        if draw.random() < 0.4:
            vehicle["skills"] = draw.sample([1, 2], draw.randint(1, 2))
        if draw.random() < 0.3:
            vehicle["type"] = "a"
        if draw.random() < 0.2:
            vehicle["max_tasks"] = draw.randint(1, 4)
        if draw.random() < 0.2:
            vehicle["max_travel_time"] = draw.randint(300, 1500)
        if draw.random() < 0.2:
            vehicle["max_distance"] = draw.randint(3000, 9000)
        if draw.random() < 0.4:
            vehicle["costs"] = {"fixed": draw.choice([0, 200]), "per_hour": draw.choice([3600, 1800]), "per_km": draw.choice([0, 100]), "per_task_hour": draw.choice([0, 1800])}
        if draw.random() < 0.3:
            begin, end = vehicle.get("time_window", [0, 4000])
            begin = draw.randint(begin, max(begin, end - 300))
            vehicle["breaks"] = [{"id": 1, "service": 100, "time_windows": [[begin, min(end, begin + 400)]]}]
        vehicles.append(vehicle)
    made = {"vehicles": vehicles, "jobs": jobs, "matrices": {"car": {"durations": durations, "distances": distances}}}
    return {**made, "shipments": shipments} if shipments else made


def theirs(document, tmp_path, plan=False):
    file = tmp_path / "problem.json"
    file.write_text(json.dumps(document))
    read = vroom.Input.from_json(str(file))
    return (read.check() if plan else read.solve(exploration_level=5, nb_threads=1)).to_dict()


def merit(answer):
    """What VROOM makes small, in its order."""
    summary = answer["summary"]
    return -summary["priority"], summary["unassigned"], summary["cost"]


def ours(town, document):
    answer = requests.post(town, json=document, timeout=120)
    assert answer.status_code == 200, answer.text
    assert answer.json()["code"] == 0
    return answer.json()


@pytest.mark.parametrize("seed", range(60))
def test_no_solution_is_worse_than_vrooms(town, tmp_path, seed):
    document = problem(seed, setup=seed % 3 == 0)
    mine, other = ours(town, document), theirs(document, tmp_path)
    # VROOM rounds the sum, we round each route.
    assert merit(mine)[:2] < merit(other)[:2] or (merit(mine)[:2] == merit(other)[:2] and merit(mine)[2] <= merit(other)[2] + len(document["vehicles"]))
    assert mine["summary"]["violations"] == []
    left = {(task["type"], task["id"]) for task in mine["unassigned"]}
    done = {(step["type"], step["id"]) for route in mine["routes"] for step in route["steps"] if step["type"] in ("job", "pickup", "delivery")}
    all_tasks = {("job", job["id"]) for job in document["jobs"]}
    all_tasks |= {(kind, shipment[kind]["id"]) for shipment in document.get("shipments", []) for kind in ("pickup", "delivery")}
    assert left | done == all_tasks and not left & done
    assert all(task["reason"] for task in mine["unassigned"])


def fixed(document, answer):
    """The document with the routes of an answer as the steps of its vehicles."""
    routes = {route["vehicle"]: route["steps"] for route in answer["routes"]}
    steps = {
        vehicle: [{key: step[key] for key in ("type", "id") if key in step} for step in each] for vehicle, each in routes.items()
    }
    return {**document, "vehicles": [{**vehicle, "steps": steps[vehicle["id"]]} if vehicle["id"] in steps else vehicle for vehicle in document["vehicles"]]}


@pytest.mark.parametrize("seed", range(0, 60, 3))
def test_vroom_finds_no_violation_in_our_routes(town, tmp_path, seed):
    document = problem(seed, setup=True)
    # The plan mode of VROOM lets a vehicle that is free at any time leave no sooner than the first window of its tour opens.
    for vehicle in document["vehicles"]:
        vehicle.setdefault("time_window", [0, 20_000])
    mine = ours(town, document)
    if not mine["routes"]:
        pytest.skip("nothing fits")
    checked = theirs(fixed(document, mine), tmp_path, plan=True)
    assert checked["summary"]["violations"] == []
    assert checked["summary"]["cost"] == pytest.approx(mine["summary"]["cost"], abs=len(mine["routes"]))


@pytest.mark.parametrize("seed", range(1, 60, 3))
def test_our_checker_finds_vrooms_routes_legal(tmp_path, seed):
    document = problem(seed, setup=True)
    answer = theirs(document, tmp_path)
    solution = tmp_path / "answer.json"
    solution.write_text(json.dumps(answer))
    ended = subprocess.run([BINARY, "tour", "check", tmp_path / "problem.json", solution], capture_output=True, text=True, timeout=120)
    report = json.loads(ended.stdout)
    assert ended.returncode == 0 and report["legal"], report["violations"]
    assert report["cost"] == pytest.approx(answer["summary"]["cost"], abs=len(document["vehicles"]))


@pytest.mark.parametrize("seed", range(30))
def test_steps_are_timed_no_worse_than_by_vroom(town, tmp_path, seed):
    """Plan mode: the tasks in the order of the document, all on the first vehicle."""
    document = problem(seed)
    steps = [{"type": "job", "id": job["id"]} for job in document["jobs"]]
    steps += [{"type": kind, "id": shipment[kind]["id"]} for shipment in document.get("shipments", []) for kind in ("pickup", "delivery")]
    pauses = [{"type": "break", "id": 1}] if "breaks" in document["vehicles"][0] else []
    document["vehicles"] = [{**document["vehicles"][0], "steps": [{"type": "start"}, *steps[:1], *pauses, *steps[1:], {"type": "end"}]}]
    mine, other = ours(town, {**document, "options": {"c": True}}), theirs(document, tmp_path, plan=True)

    def seconds(answer):
        return sum(violation.get("duration", 0) for violation in answer["summary"]["violations"])

    def causes(answer):
        return {violation["cause"] for violation in answer["summary"]["violations"]} - {"delay", "lead_time"}

    assert seconds(mine) <= seconds(other)
    assert causes(mine) == causes(other)
    assert [step["type"] for step in mine["routes"][0]["steps"]] == [step["type"] for step in other["routes"][0]["steps"]]


@pytest.mark.skipif(not EXTRACT.exists(), reason="skipped: no shared data")
def test_the_body_that_vrooms_front_end_sends_is_answered_on_our_roads(town):
    body = {
        "vehicles": [{"id": 0, "start": PLACES[0], "end": PLACES[0], "description": "Bauhof"}],
        "jobs": [{"id": number, "location": place, "description": f"Halt {number}"} for number, place in enumerate(PLACES[1:])],
        "options": {"g": True},
    }
    answer = ours(town, body)
    (route,) = answer["routes"]
    line = polyline.decode(route["geometry"], 5)
    assert len(line) > 10
    assert line[0] == pytest.approx(PLACES[0][::-1], abs=0.01)
    assert route["duration"] > 0 and route["distance"] > 0
    assert [step["arrival"] for step in route["steps"]] == sorted(step["arrival"] for step in route["steps"])
    assert answer["summary"]["computing_times"].keys() == {"loading", "solving", "routing"}
    assert [step["location"] for step in route["steps"]][0] == PLACES[0]


@pytest.mark.parametrize(
    ("body", "told"),
    [({}, "vehicles"), ({"vehicles": [{"id": 1}]}, "vehicles[0]"), ({"vehicles": [{"id": 1, "start_index": 4}], "matrices": {"car": {"durations": [[0]]}}}, "vehicles[0].start_index")],
)
def test_faults_are_told_in_vrooms_form(town, body, told):
    answer = requests.post(town, json=body, timeout=60)
    assert answer.status_code == 400
    assert answer.json()["code"] == 2
    assert told in answer.json()["error"]


def test_a_profile_without_roads_is_an_error_of_routing(town):
    answer = requests.post(town, json={"vehicles": [{"id": 1, "start": PLACES[0], "profile": "submarine"}], "jobs": [{"id": 1, "location": PLACES[1]}]}, timeout=60)
    assert answer.status_code == 400
    assert answer.json()["code"] == 3


def test_reasons_are_told_in_the_language_that_is_asked_for(town):
    body = {"vehicles": [{"id": 1, "start_index": 0}], "jobs": [{"id": 1, "location_index": 0, "skills": [7]}], "matrices": {"car": {"durations": [[0]]}}}
    english = requests.post(town, json=body, timeout=60).json()["unassigned"][0]["reason"]
    german = requests.post(town, json=body, timeout=60, headers={"Accept-Language": "de"}).json()["unassigned"][0]["reason"]
    assert "skills" in english and "Fähigkeiten" in german
