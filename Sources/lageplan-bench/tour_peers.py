"""One problem by one peer: `tour_peers.py PEER PROBLEM SECONDS SEED` prints its routes and the CPU seconds that it took.

Peers run on one thread. PyVRP and OR-Tools stop after SECONDS of computing; VROOM knows no such limit and takes what its exploration level takes:
5, its default and highest, or 1 where SECONDS is 1.
"""

import json
import resource
import sys
import tempfile
import time

from tour_instances import INSPECTIONS, Inspection, Instance

LARGE = 10_000_000


class CpuLimit:
    def __init__(self, seconds):
        self.end = time.process_time() + seconds

    def __call__(self, *_):
        return time.process_time() > self.end


# PyVRP


def pyvrp(problem, seconds, seed):
    import numpy
    import pyvrp

    def solved(clients, types, matrices):
        places = [pyvrp.Location(x=0, y=0) for _ in range(len(matrices[0]))]
        data = pyvrp.ProblemData(places, clients, [pyvrp.Depot(location=0)], types, matrices, matrices)
        result = pyvrp.solve(data, stop=CpuLimit(seconds), seed=seed, collect_stats=False)
        return [
            (route.vehicle_type(), [activity.idx for activity in route if activity.is_client()]) for route in result.best.routes()
        ]

    if isinstance(problem, Inspection):
        # No breaks: shifts are shorter by them. A skill that is missing is a way that is too long.
        jobs = list(problem.jobs.values())
        kinds = sorted({tuple(vehicle["skills"]) for vehicle in problem.vehicles})
        matrices = []
        for kind in kinds:
            matrix = numpy.array(problem.matrix)
            for job in jobs:
                if not set(job["skills"]) <= set(kind):
                    matrix[:, job["index"]] = matrix[job["index"], :] = 1_000_000
                    matrix[job["index"], job["index"]] = 0
            matrices.append(matrix)
        must = len(problem.vehicles) > 4
        clients = [
            pyvrp.Client(
                location=job["index"], service_duration=job["service"], prize=0 if must else job["priority"] * 100_000, required=must,
                **({"tw_early": job["tw"][0], "tw_late": job["tw"][1]} if "tw" in job else {}))
            for job in jobs
        ]
        types = [
            pyvrp.VehicleType(profile=kinds.index(tuple(each["skills"])), tw_early=each["tw"][0], tw_late=each["tw"][1] - each["brk"]["service"])
            for each in problem.vehicles
        ]
        routes = [[] for _ in problem.vehicles]
        for vehicle, visits in solved(clients, types, matrices):
            routes[vehicle] = [jobs[visit]["id"] for visit in visits]
        return routes
    clients = [
        pyvrp.Client(
            location=index, delivery=[node["demand"]] if problem.capacity else [], service_duration=node["service"],
            **({"tw_early": node["window"][0], "tw_late": node["window"][1]} if node["window"] else {}))
        for index, node in enumerate(problem.nodes) if index
    ]
    depot = problem.nodes[0]["window"]
    vehicles = pyvrp.VehicleType(
        num_available=problem.vehicles, capacity=[problem.capacity] if problem.capacity else [],
        **({"tw_early": depot[0], "tw_late": depot[1]} if depot else {}))
    return [[visit + 1 for visit in visits] for _, visits in solved(clients, [vehicles], [numpy.array(problem.matrix)])]


# VROOM


def vroom(problem, seconds, _):
    import vroom as library

    file = problem.file if isinstance(problem, Inspection) else vroom_file(problem)
    solution = library.Input.from_json(str(file)).solve(exploration_level=1 if seconds <= 1 else 5, nb_threads=1)
    visits = {}
    for route in solution.to_dict()["routes"]:
        visits[route["vehicle"]] = [step["id"] for step in route["steps"] if step["type"] == "job"]
    if isinstance(problem, Inspection):
        return [visits.get(vehicle["id"], []) for vehicle in problem.vehicles]
    return list(visits.values())


def vroom_file(problem):
    depot = problem.nodes[0]["window"]
    vehicle = {"start_index": 0, "end_index": 0}
    if problem.capacity:
        vehicle["capacity"] = [problem.capacity]
    if depot:
        vehicle["time_window"] = depot
    jobs = []
    for index, node in enumerate(problem.nodes):
        if index:
            job = {"id": index, "location_index": index, "service": node["service"]}
            if problem.capacity:
                job["delivery"] = [node["demand"]]
            if node["window"]:
                job["time_windows"] = [node["window"]]
            jobs.append(job)
    with tempfile.NamedTemporaryFile("w", suffix=".json", delete=False) as file:
        json.dump(
            {
                "vehicles": [{"id": number + 1, **vehicle} for number in range(problem.vehicles)], "jobs": jobs,
                "matrices": {"car": {"durations": problem.matrix}},
            }, file)
    return file.name


# OR-Tools


def ortools(problem, seconds, _):
    from ortools.constraint_solver import pywrapcp, routing_enums_pb2

    is_inspection = isinstance(problem, Inspection)
    count = len(problem.matrix)
    fleet = problem.vehicles if is_inspection else [{}] * problem.vehicles
    manager = pywrapcp.RoutingIndexManager(count, len(fleet), 0)
    routing = pywrapcp.RoutingModel(manager)
    job = {job["index"]: job for job in problem.jobs.values()} if is_inspection else {}
    service = [job.get(node, {}).get("service", 0) for node in range(count)] if is_inspection else [node["service"] for node in problem.nodes]
    way = routing.RegisterTransitMatrix(problem.matrix)
    routing.SetArcCostEvaluatorOfAllVehicles(way)
    spent = routing.RegisterTransitMatrix([[cell + service[row] for cell in cells] for row, cells in enumerate(problem.matrix)])
    routing.AddDimension(spent, LARGE, LARGE, False, "time")
    time_of = routing.GetDimensionOrDie("time")
    for node in range(1, count):
        window = job[node].get("tw") if is_inspection else problem.nodes[node]["window"]
        index = manager.NodeToIndex(node)
        if window:
            time_of.CumulVar(index).SetRange(*window)
        if is_inspection:
            for at, each in enumerate(fleet):
                if not problem.may(each, job[node]["id"]):
                    routing.VehicleVar(index).RemoveValue(at)
            routing.AddDisjunction([index], job[node]["priority"] * 100_000)
    for at, each in enumerate(fleet):
        span = each["tw"] if is_inspection else problem.nodes[0]["window"]
        if span:
            time_of.CumulVar(routing.Start(at)).SetRange(*span)
            time_of.CumulVar(routing.End(at)).SetRange(*span)
        if is_inspection:
            pause = routing.solver().FixedDurationIntervalVar(*each["brk"]["tw"], each["brk"]["service"], False, f"break {at}")
            visits = [service[manager.IndexToNode(index)] for index in range(routing.Size())]
            time_of.SetBreakIntervalsOfVehicle([pause], at, visits)
    if not is_inspection and problem.capacity:
        demand = routing.RegisterUnaryTransitVector([node["demand"] for node in problem.nodes])
        routing.AddDimension(demand, 0, problem.capacity, True, "load")
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    parameters.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    parameters.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    parameters.time_limit.FromSeconds(int(10 * seconds))
    limit = CpuLimit(seconds)
    routing.AddSearchMonitor(routing.solver().CustomLimit(limit))
    found = routing.SolveWithParameters(parameters)
    if found is None:
        return None
    routes = []
    for at in range(len(fleet)):
        visits, index = [], found.Value(routing.NextVar(routing.Start(at)))
        while not routing.IsEnd(index):
            node = manager.IndexToNode(index)
            visits.append(job[node]["id"] if is_inspection else node)
            index = found.Value(routing.NextVar(index))
        routes.append(visits)
    return routes if is_inspection else [route for route in routes if route]


def main():
    peer, name, seconds, seed = sys.argv[1], sys.argv[2], float(sys.argv[3]), int(sys.argv[4])
    problem = Inspection(name) if name in INSPECTIONS else Instance(name)
    solve = {"pyvrp": pyvrp, "vroom": vroom, "ortools": ortools}[peer]
    begin = time.process_time()
    routes = solve(problem, seconds, seed)
    spent = time.process_time() - begin
    print(json.dumps({"routes": routes, "seconds": spent, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}))


if __name__ == "__main__":
    main()
