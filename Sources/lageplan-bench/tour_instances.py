"""The tour problems of the shared data, and a checker that shares nothing with any solver."""

import json
import math
import pathlib

VRP = pathlib.Path(__file__).resolve().parents[3] / "shared" / "data" / "vrp"

# The rows of the table: title, kind, instances, seconds of computing.
GROUPS = {
    "Solomon 100": ["C101", "C104", "C204", "R101", "R104", "R112", "R203", "R211", "RC101", "RC108", "RC201", "RC208"],
    "X 100–500": ["X-n101-k25", "X-n200-k36", "X-n331-k15", "X-n502-k39"],
    "Gehring-Homberger 1000": ["R1_10_1", "C2_10_4", "RC2_10_6"],
    "TSPLIB up to 800": ["berlin52", "kroA100", "a280", "rat783"],
}
INSPECTIONS = {"inspection day": "heidelberg_d1", "inspection week": "heidelberg_d7"}


class Broken(Exception):
    """A solution that breaks a rule."""


class Instance:
    """A benchmark instance: node 0 is the depot; lengths and times are whole numbers, `scale` of them to one of the file's."""

    def __init__(self, name):
        about = json.loads((VRP / "bks.json").read_text())[name]
        self.name, self.kind, self.best = name, about["kind"], about["bks"]
        self.file = VRP / about["file"]
        self.convention = {"dimacs-trunc1": "tenths", "nint": "nint"}[about["convention"]]
        self.scale = 10 if self.convention == "tenths" else 1
        self.fleet, self.capacity, self.nodes = None, None, []
        lines = [line.replace(":", " : ").split() for line in self.file.read_text().splitlines()]
        lines = [line for line in lines if line]
        (self._solomon if ["CUSTOMER"] in lines else self._sections)(lines)
        self.matrix = [[self._length(a, b) for b in self.nodes] for a in self.nodes]

    def _solomon(self, lines):
        rows = [[float(word) for word in line] for line in lines if line[0][0].isdigit()]
        self.fleet, self.capacity = int(rows[0][0]), int(rows[0][1])
        self.nodes = [
            {"x": x, "y": y, "demand": int(demand), "window": (int(ready) * 10, int(due) * 10), "service": int(service) * 10}
            for _, x, y, demand, ready, due, service in rows[1:]
        ]

    def _sections(self, lines):
        section, common = "", 0
        for line in lines:
            if not line[0][0].isdigit() and line[0] != "-1":
                section, value = line[0], line[-1]
                if section == "CAPACITY":
                    self.capacity = int(value)
                elif section == "VEHICLES":
                    self.fleet = int(value)
                elif section == "SERVICE_TIME":
                    common = int(value)
            elif section == "NODE_COORD_SECTION":
                service = common * self.scale if self.nodes else 0
                self.nodes.append({"x": float(line[1]), "y": float(line[2]), "demand": 0, "window": None, "service": service})
            elif section == "DEMAND_SECTION":
                self.nodes[int(line[0]) - 1]["demand"] = int(line[1])
            elif section == "TIME_WINDOW_SECTION":
                self.nodes[int(line[0]) - 1]["window"] = tuple(int(word) * self.scale for word in line[1:3])

    def _length(self, a, b):
        length = math.hypot(a["x"] - b["x"], a["y"] - b["y"])
        return math.floor(10 * length) if self.scale == 10 else math.floor(length + 0.5)

    @property
    def vehicles(self):
        """As many as the file allows; where it is silent, a tenth more than the load needs, and two."""
        if self.kind == "tsp":
            return 1
        return self.fleet or 2 + sum(node["demand"] for node in self.nodes) * 11 // (10 * self.capacity)

    def cost(self, routes):
        """The length of these routes in the file's unit; raises ``Broken``."""
        visited = [customer for route in routes for customer in route]
        if sorted(visited) != list(range(1, len(self.nodes))):
            raise Broken("a customer is missing or visited twice")
        if len(routes) > self.vehicles and (self.fleet or self.kind == "tsp"):
            raise Broken("too many routes")
        total = 0
        for route in routes:
            if self.capacity and sum(self.nodes[customer]["demand"] for customer in route) > self.capacity:
                raise Broken("overloaded")
            place, now = 0, (self.nodes[0]["window"] or (0, 0))[0]
            for customer in [*route, 0]:
                total += self.matrix[place][customer]
                now += self.matrix[place][customer]
                window = self.nodes[customer]["window"]
                if window:
                    if now > window[1]:
                        raise Broken(f"late at {customer}")
                    now = max(now, window[0])
                now += self.nodes[customer]["service"]
                place = customer
        return total / self.scale

    def gap(self, routes):
        """Above the best known, in percent."""
        return 100 * (self.cost(routes) / self.best - 1)


class Inspection:
    """Four inspectors, 300 playgrounds, skills, windows, a break a shift; point 0 is the depot."""

    def __init__(self, row):
        self.name = INSPECTIONS[row]
        self.file = VRP / "inspection" / f"{self.name}.vroom.json"
        data = json.loads((VRP / "inspection" / f"{self.name}.json").read_text())
        self.matrix, self.vehicles = data["durations"], data["vehicles"]
        self.jobs = {job["id"]: job for job in data["jobs"]}

    def may(self, vehicle, job):
        return set(self.jobs[job]["skills"]) <= set(vehicle["skills"])

    def is_legal(self, vehicle, route):
        """Drives the route, with the break before each stop where it may begin; knows the earliest clock with and without it."""
        opens, closes = vehicle["brk"]["tw"]
        before, after, place = vehicle["tw"][0], math.inf, 0
        for job in [*route, None]:
            at = self.jobs[job] if job else {"index": 0, "service": 0}
            way = self.matrix[place][at["index"]]
            first, last = at.get("tw") or (0, math.inf)

            def done(ready):
                return max(ready, first) + at["service"] if ready <= last else math.inf

            paused = done(max(before + way, opens) + vehicle["brk"]["service"]) if before <= closes else math.inf
            after = min(done(after + way), paused)
            before, place = done(before + way), at["index"]
        return after <= vehicle["tw"][1] and all(self.may(vehicle, job) for job in route)

    def figures(self, routes):
        """`routes`: one list of job ids per vehicle. Sum of priorities, jobs done, windows met, seconds of travel; raises ``Broken``."""
        done = [job for route in routes for job in route]
        if len(set(done)) != len(done):
            raise Broken("a job is visited twice")
        for vehicle, route in zip(self.vehicles, routes):
            if route and not self.is_legal(vehicle, route):
                raise Broken(f"the tour of inspector {vehicle['id']} has no legal times")
        places = [[0, *(self.jobs[job]["index"] for job in route), 0] for route in routes if route]
        return {
            "priority": sum(self.jobs[job]["priority"] for job in done), "done": len(done),
            "windows": sum("tw" in self.jobs[job] for job in done),
            "travel": sum(self.matrix[a][b] for route in places for a, b in zip(route, route[1:])),
        }

    def made_legal(self, routes):
        """Where a tour has no place for its break, its least important job that makes one goes. Answers also how many went."""
        mended, dropped = [], 0
        for vehicle, route in zip(self.vehicles, routes):
            while route and not self.is_legal(vehicle, route):
                shorter = ([other for other in route if other != job] for job in sorted(route, key=lambda job: self.jobs[job]["priority"]))
                route = next((each for each in shorter if self.is_legal(vehicle, each)), route[:-1])
                dropped += 1
            mended.append(route)
        return mended, dropped
