#!/usr/bin/env python3
"""Measures tours beside PyVRP, VROOM and OR-Tools, in one run: one thread each, CPU seconds, medians over seeds.

    tours.py LAGEPLAN LAGEPLAN_BENCH [--quick] [--seeds N] [--only ROW…] [--peers PEER…] [--jobs N] [--python PYTHON]

Every answer, ours and theirs, goes through a checker of its own (`tour_instances.py`) that knows the convention of each instance. VROOM and
OR-Tools know no seeds: they run once. VROOM stops when it is done: it is left out where that takes minutes, and measured at its lowest
exploration level, with a 1 in brackets, where its default level does. `--quick`: one seed, a fifth of the time; its figures say little but that
all is well.
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys

from peering import WORK, environment, run
from tour_instances import GROUPS, INSPECTIONS, VRP, Broken, Inspection, Instance

PEERS = ["pyvrp", "vroom", "ortools"]
NAMES = {"ours": "Lageplan", "pyvrp": "PyVRP", "vroom": "VROOM", "ortools": "OR-Tools"}
PACKAGES = ["pyvroom==1.15.2", "pyvrp==0.14.1", "ortools==9.15.6755"]
WITHOUT_VROOM = {"rat783", *GROUPS["Gehring-Homberger 1000"]}
BRIEF_VROOM = {"X-n331-k15", "X-n502-k39", "inspection week"}
SECONDS = {"inspection day": 5}
STANDARD_SECONDS = 10


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lageplan")
    parser.add_argument("bench")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--only", nargs="+", metavar="ROW", help="rows or instances by a part of their name")
    parser.add_argument("--peers", nargs="*", default=PEERS, choices=PEERS)
    parser.add_argument("--jobs", type=int, default=max(1, (os.cpu_count() or 1) // 2), help="so many programs at once")
    parser.add_argument("--python", help="a Python of version 3.11 or newer")
    options = parser.parse_args()
    if not VRP.exists():
        sys.exit(f"no instances at {VRP}")
    bench = Bench(options)
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; one thread each, CPU seconds, medians of {bench.seeds} seeds", flush=True)
    for row, names in GROUPS.items():
        bench.instances(row, names)
    bench.day("inspection day")
    bench.week("inspection week")
    bench.in_process()
    bench.tell_goals()


class Bench:
    def __init__(self, options):
        self.options = options
        self.seeds = 1 if options.quick else options.seeds
        self.goals = []
        self.pool = concurrent.futures.ThreadPoolExecutor(options.jobs)
        work = WORK / "tours"
        work.mkdir(parents=True, exist_ok=True)
        self.python = environment(work, PACKAGES, options.python or newest_python()) / "python" if options.peers else None

    def is_wanted(self, *names):
        return not self.options.only or any(part.lower() in name.lower() for part in self.options.only for name in names)

    def seconds(self, row):
        seconds = SECONDS.get(row, STANDARD_SECONDS)
        return seconds / 5 if self.options.quick else seconds

    # One answer

    def answers(self, who, name, problem, seconds):
        """Futures of (routes, CPU seconds), one for each seed."""
        if who == "vroom" and (name in WITHOUT_VROOM or self.options.quick and name in BRIEF_VROOM):
            return []
        seeds = range(1, 1 + (self.seeds if who in ("ours", "pyvrp") else 1))
        if who == "ours":
            return [self.pool.submit(self.own, problem, seconds, seed) for seed in seeds]
        limit = 1 if who == "vroom" and (name in BRIEF_VROOM or self.options.quick) else max(seconds, 1.5)
        return [self.pool.submit(self.peer, who, name, limit, seed) for seed in seeds]

    def own(self, problem, seconds, seed):
        convention = [] if isinstance(problem, Inspection) else ["--convention", problem.convention]
        command = [self.options.lageplan, "tour", "solve", problem.file, "--format", "json", "--seconds", seconds, "--seed", seed, *convention]
        answer, spent = timed(command)
        return routes_of(problem, json.loads(answer)), spent

    def peer(self, who, name, seconds, seed):
        script = pathlib.Path(__file__).with_name("tour_peers.py")
        ended = subprocess.run([self.python, script, who, name, str(seconds), str(seed)], capture_output=True, text=True)
        if ended.returncode != 0:
            sys.exit(f"{who} on {name}:\n{ended.stderr[-2000:]}")
        answer = json.loads(ended.stdout.splitlines()[-1])
        return answer["routes"], answer["seconds"]

    # Rows

    def instances(self, row, names):
        names = [name for name in names if self.is_wanted(row, name)]
        if not names:
            return
        programs = ["ours", *self.options.peers]
        problems = {name: Instance(name) for name in names}
        asked = {(who, name): self.answers(who, name, problems[name], self.seconds(row)) for name in names for who in programs}
        print(f"\n{row}, {self.seconds(row):g} s: gap to the best known in %\n{'':28}" + "".join(f"{NAMES[who]:>20}" for who in programs))
        gaps = {who: {} for who in programs}
        for name in names:
            cells = []
            for who in programs:
                found = [future.result() for future in asked[who, name]]
                try:
                    measured = [problems[name].gap(routes) for routes, _ in found if routes is not None]
                except Broken as broken:
                    cells.append(f"illegal: {broken}"[:19])
                    gaps[who][name] = float("inf")
                    continue
                if not measured:
                    cells.append("–")
                    continue
                gaps[who][name] = statistics.median(measured)
                brief = " (1)" if who == "vroom" and name in BRIEF_VROOM else ""
                cells.append(f"{gaps[who][name]:.2f}  {statistics.median(spent for _, spent in found):6.1f} s{brief}")
            print(f"  {name:26}" + "".join(f"{cell:>20}" for cell in cells), flush=True)
        means = {who: statistics.mean(gaps[who].values()) for who in programs if gaps[who]}
        print(f"  {'mean':26}" + "".join(f"{format(means[who], '.2f') + '           ' if who in means else '–':>20}" for who in programs), flush=True)
        most = {"Solomon 100": 0.35, "X 100–500": 0.9, "Gehring-Homberger 1000": 4.5, "TSPLIB up to 800": 1.0}[row]
        self.goal(f"{row}, mean gap in %", means["ours"], most)
        if row == "Solomon 100":
            self.goal(f"{row}, worst gap in %", max(gaps["ours"].values()), 1.2)

    def inspection(self, row):
        """Per program the medians of the figures by order of merit, as told by the checker."""
        if not self.is_wanted(row):
            return {}
        problem, rows = Inspection(row), {}
        programs = ["ours", *self.options.peers]
        asked = {who: self.answers(who, row, problem, self.seconds(row)) for who in programs}
        print(f"\n{row}, {self.seconds(row):g} s{'':24}{'priority':>10}{'done':>8}{'windows':>9}{'travel s':>10}{'CPU s':>8}")
        for who in programs:
            found = []
            for future in asked[who]:
                routes, spent = future.result()
                if routes is None:
                    continue
                dropped = 0
                if who != "ours":
                    routes, dropped = problem.made_legal(routes)
                found.append((problem.figures(routes), spent, dropped))
            if not found:
                continue
            found.sort(key=lambda each: (-each[0]["priority"], -each[0]["done"], each[0]["travel"]))
            figures, spent, dropped = rows[who] = found[len(found) // 2]
            print(
                f"  {NAMES[who]:40}{figures['priority']:>10}{figures['done']:>8}{figures['windows']:>9}{figures['travel']:>10}{spent:>8.1f}"
                + (f"  made legal: {dropped} dropped" if dropped else ""), flush=True)
        return {who: figures for who, (figures, _, _) in rows.items()}

    def day(self, row):
        rows = self.inspection(row)
        if rows:
            self.goal(f"{row}, sum of priorities", rows["ours"]["priority"], 531, at_least=True)

    def week(self, row):
        rows = self.inspection(row)
        if rows:
            self.goal(f"{row}, jobs done", rows["ours"]["done"], 300, at_least=True)
            self.goal(f"{row}, seconds of travel", rows["ours"]["travel"], 101_000)

    def in_process(self):
        """The first plan, re-plans and the oracle, which lageplan-bench measures without the start of a program."""
        for name, arguments in [("first plan", ["--first"]), ("re-plan", ["--replan"]), ("oracle", ["--oracle"])]:
            if self.is_wanted(name):
                print(f"\n{name}", flush=True)
                quick = ["--quick"] if self.options.quick else []
                for line in run(self.options.bench, "tours", *arguments, *quick, "--json").splitlines():
                    told = json.loads(line)
                    print(f"  {told['title']:60}{told['value']:>12.4g} {told['unit']}", flush=True)
                    if "most" in told:
                        self.goal(told["title"], told["value"], told["most"])

    # Goals

    def goal(self, title, value, bound, at_least=False):
        self.goals.append((title, value, bound, value >= bound if at_least else value <= bound, at_least))

    def tell_goals(self):
        print(f"\n{'goals':58}{'reached':>12}{'goal':>14}")
        for title, value, bound, is_met, at_least in self.goals:
            print(f"  {title:56}{value:>12.6g}{('≥ ' if at_least else '≤ ') + format(bound, 'g'):>14}  {'met' if is_met else 'MISSED'}")
        if any(not is_met for *_, is_met, _ in self.goals) and not self.options.quick:
            sys.exit(1)


def newest_python():
    """The wheels of the peers ask for 3.11 at least."""
    return next(filter(None, map(shutil.which, ["python3.13", "python3.12", "python3.11", "python3"])))


def timed(command):
    """What a program writes, and its CPU seconds."""
    process = subprocess.Popen([str(each) for each in command], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    answer = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} failed")
    return answer, usage.ru_utime + usage.ru_stime


def routes_of(problem, answer):
    """Of an inspection one list of jobs a vehicle, else one a route."""
    if not isinstance(problem, Inspection):
        return [route["jobs"] for route in answer["routes"]]
    routes = [[] for _ in problem.vehicles]
    for route in answer["routes"]:
        routes[route["shift"]] = route["jobs"]
    return routes


if __name__ == "__main__":
    main()
