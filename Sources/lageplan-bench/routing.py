#!/usr/bin/env python3
"""Measures roads beside OSRM and RoutingKit: CPU seconds of one thread, in one run, on the extracts beside the checkout.

    routing.py LAGEPLAN LAGEPLAN_BENCH [--extracts heidelberg porto] [--joined] [--python PYTHON]

`--joined` adds six copies of porto side by side (1.6 million nodes). osrm-bindings has wheels for Python 3.12 and newer only: with an
older one, name another by `--python`. Peers run in this process, ours in its own: neither pays for HTTP.
"""

import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import time

from peering import WORK, environment, free_port, get, run, running

REGISTER = pathlib.Path(__file__).resolve().parents[2] / "Data" / "playgrounds.geojson"
EXTRACTS = pathlib.Path(__file__).resolve().parents[3] / "shared" / "data" / "osm"
PACKAGES = ["osrm-bindings==26.10.0", "routingkit-cch==0.1.4", "osmium==4.2.0", "numpy"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lageplan")
    parser.add_argument("bench")
    parser.add_argument("--extracts", nargs="+", default=["heidelberg", "porto"])
    parser.add_argument("--joined", action="store_true")
    parser.add_argument("--python", help="a Python of version 3.12 or newer")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if not EXTRACTS.exists():
        sys.exit(f"no extracts at {EXTRACTS}")
    work = WORK / "routing"
    work.mkdir(parents=True, exist_ok=True)
    if not options.inside:
        python = options.python or next(filter(None, map(shutil.which, ["python3.14", "python3.13", "python3.12"])), None)
        if python is None:
            sys.exit("osrm-bindings needs Python 3.12 or newer; name one by --python")
        programs = environment(work, PACKAGES, python)
        os.execv(programs / "python", [str(programs / "python"), *sys.argv, "--inside"])
    load = os.getloadavg()[0]
    print(f"{os.cpu_count()} cores, load {load:.1f}; CPU seconds of all threads together, medians")
    for name in options.extracts:
        measure(options, work, name, EXTRACTS / f"{name}.osm.pbf", EXTRACTS / f"{name}.points.json")
    if options.joined:
        measure(options, work, "porto, six copies", joined(work), None)


def measure(options, work, name, extract, points_file):
    points = json.loads(points_file.read_text())["points"] if points_file else None
    print(f"\n{name}: {extract.stat().st_size / 1e6:.2f} MB\n{'':52}{'CPU s':>10}{'peak MB':>10}{'file MB':>10}")
    database = work / f"{extract.name}.sqlite"
    for file in work.glob(f"{database.name}*"):
        file.unlink()
    ours = spent([options.lageplan, "roads", "import", extract, "--database", database])
    row("Lageplan, import for car, bicycle, foot", *ours, size([pathlib.Path(f"{database}.roads")]))
    if points is not None:
        for algorithm in ("ch", "mld"):
            row(f"OSRM, {algorithm.upper()}, car", *prepared(work, extract, algorithm), size(work.glob(f"{algorithm}/{extract.name.split('.')[0]}.osrm*")))
    mine = json.loads(run(options.bench, "routing", extract, "--json", *(["--points", points_file] if points_file else [])))
    theirs = peers(work, extract, points) if points is not None else {}
    print(f"\n{'':52}{'Lageplan':>12}{'OSRM CH':>12}{'OSRM MLD':>12}{'RoutingKit':>12}")
    for key, title, scale, unit in [
        ("customise", "customise again", 1, "s"), ("snap", "snap one place", 1e6, "µs"),
        ("route", "route with both snaps, no line", 1e6, "µs"), ("routeLine", "route with its line", 1e6, "µs"),
        ("table100", "table 100 × 100", 1, "s"), ("table500", "table 500 × 500", 1, "s"), ("table1000", "table 1000 × 1000", 1, "s"),
    ]:
        cells = [mine.get(key), *(theirs.get(peer, {}).get(key) for peer in ("ch", "mld", "routingkit"))]
        told = "".join(f"{'–' if cell is None else format(cell * scale, '.4g'):>12}" for cell in cells)
        print(f"{title + ', ' + unit:52}{told}")
    if points is not None:
        plausible(options, work, extract, database, points)


def row(title, seconds, peak, megabytes):
    print(f"{title:52}{seconds:>10.2f}{peak:>10.0f}{megabytes:>10.1f}")


def size(files):
    return sum(file.stat().st_size for file in files if file.exists()) / 1e6


def spent(command):
    """CPU seconds and peak memory in MB of a program run to its end."""
    process = subprocess.Popen([str(each) for each in command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    told = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\n{told.decode()[-2000:]}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1e3


def osrm_folder():
    import osrm

    return pathlib.Path(osrm.__file__).parent


def prepared(work, extract, algorithm):
    """CPU seconds and peak memory of OSRM's own preparation with its own car profile, one thread."""
    folder = work / algorithm
    folder.mkdir(exist_ok=True)
    copy = folder / extract.name
    shutil.copyfile(extract, copy)
    base = folder / (extract.name.split(".")[0] + ".osrm")
    steps = [["osrm-extract", "-t", "1", "-p", osrm_folder() / "share/profiles/car.lua", copy]]
    steps += [["osrm-contract", "-t", "1", base]] if algorithm == "ch" else [["osrm-partition", "-t", "1", base], ["osrm-customize", "-t", "1", base]]
    figures = [spent([osrm_folder() / "bin" / step[0], *step[1:]]) for step in steps]
    copy.unlink()
    return sum(each[0] for each in figures), max(each[1] for each in figures)


def cpu(body, times=1):
    start = time.process_time()
    for _ in range(times):
        body()
    return (time.process_time() - start) / times


def pairs(points, count):
    """The pairs that the notes on the extracts name."""
    return [(points[k * 7919 % len(points)], points[(k * 104729 + 13) % len(points)]) for k in range(count)]


def peers(work, extract, points):
    import osrm

    found = {}
    for algorithm in ("ch", "mld"):
        base = work / algorithm / (extract.name.split(".")[0] + ".osrm")
        engine = osrm.OSRM(algorithm=algorithm.upper(), storage_config=str(base), use_shared_memory=False, max_locations_distance_table=2000)
        figures = found[algorithm] = {}
        if algorithm == "mld":
            figures["customise"] = spent([osrm_folder() / "bin" / "osrm-customize", "-t", "1", base])[0]
        trips = pairs(points, 300)
        figures["snap"] = statistics.median(cpu(lambda p=p: engine.Nearest(osrm.NearestParameters(coordinates=[tuple(p)]))) for p in points[:300])
        plain = [osrm.RouteParameters(coordinates=[tuple(a), tuple(b)], overview="false", steps=False, generate_hints=False) for a, b in trips]
        drawn = [osrm.RouteParameters(coordinates=[tuple(a), tuple(b)], overview="full", geometries="polyline", steps=False, generate_hints=False) for a, b in trips]
        figures["route"] = statistics.median(cpu(lambda p=p: engine.Route(p)) for p in plain)
        figures["routeLine"] = statistics.median(cpu(lambda p=p: engine.Route(p)) for p in drawn)
        for count in (100, 500, 1000):
            asked = osrm.TableParameters(coordinates=[tuple(p) for p in points[:count]], annotations=["duration", "distance"], generate_hints=False)
            figures[f"table{count}"] = statistics.median(cpu(lambda: engine.Table(asked)) for _ in range(3))
    found["routingkit"] = routingkit(extract, points)
    return found


def routingkit(extract, points):
    """Nodes and arcs without turns, by length over a speed: what RoutingKit is given to do is less than what the others do."""
    import numpy
    import osmium
    import routingkit_cch

    speeds = {"motorway": 110, "trunk": 90, "primary": 70, "secondary": 60, "tertiary": 50, "unclassified": 40, "residential": 30, "living_street": 10, "service": 15}
    speeds |= {f"{name}_link": 40 for name in ("motorway", "trunk", "primary", "secondary", "tertiary")}
    index, places, tails, heads, weights = {}, [], [], [], []

    def node(reference):
        if reference.ref not in index:
            index[reference.ref] = len(places)
            places.append((reference.lon, reference.lat))
        return index[reference.ref]

    for way in osmium.FileProcessor(str(extract)).with_locations():
        if not way.is_way() or way.tags.get("highway") not in speeds:
            continue
        metres_per_second = speeds[way.tags["highway"]] / 3.6
        known = [reference for reference in way.nodes if reference.location.valid()]
        for a, b in zip(known, known[1:]):
            seconds = osmium.geom.haversine_distance(a.location, b.location) / metres_per_second
            cost = max(1, round(seconds * 10))
            for one, other in [(a, b)] if way.tags.get("oneway") == "yes" else [(a, b), (b, a)]:
                tails.append(node(one))
                heads.append(node(other))
                weights.append(cost)
    longitudes, latitudes = ([float(each[axis]) for each in places] for axis in (0, 1))
    order = routingkit_cch.compute_order_inertial(len(places), tails, heads, latitudes, longitudes)
    hierarchy = routingkit_cch.CCH(order, tails, heads, False)
    metric = routingkit_cch.CCHMetric(hierarchy, weights)
    figures = {"customise": min(cpu(lambda: metric.reset(weights)) for _ in range(3))}
    grid = numpy.array(places)
    scale = numpy.cos(numpy.radians(grid[:, 1].mean()))
    nearest = [int(numpy.argmin(((grid - p) * [scale, 1]) ** 2 @ [1, 1])) for p in numpy.array(points[:1000])]
    for count in (100, 500, 1000):
        def table(targets=nearest[:count]):
            rows = routingkit_cch.CCHOneToMany(metric, targets)
            for source in targets:
                rows.distances_from(source)
        figures[f"table{count}"] = cpu(table)
    query = routingkit_cch.CCHQuery(metric)
    figures["route"] = statistics.median(cpu(lambda a=a, b=b: query.run(a, b).distance) for a, b in zip(nearest, reversed(nearest)))
    return figures


def plausible(options, work, extract, database, points):
    """The same thousand trips asked of both by the same interface: where they begin and end on the streets, and how long they take."""
    import osrm

    base = work / "ch" / (extract.name.split(".")[0] + ".osrm")
    engine = osrm.OSRM(algorithm="CH", storage_config=str(base), use_shared_memory=False)
    port, apart, ratios, missing = free_port(), [], [], 0
    run(options.lageplan, "import", REGISTER, "--collection", "playgrounds", "--database", database)  # a server needs a database
    with running([options.lageplan, "serve", "--database", database, "--port", port, "--log-level", "error"], port, "/health"):
        for a, b in pairs(points, 1000):
            path = f"/route/v1/driving/{a[0]},{a[1]};{b[0]},{b[1]}?overview=false"
            ours = json.loads(get(port, path)[1])
            theirs = engine.Route(osrm.RouteParameters(coordinates=[tuple(a), tuple(b)], overview="false"))
            if ours["code"] != "Ok":
                missing += 1
                continue
            apart += [abs(x["distance"] - y["distance"]) for x, y in zip(ours["waypoints"], theirs["waypoints"])]
            ratios.append((ours["routes"][0]["duration"] / theirs["routes"][0]["duration"], path))
    ratios.sort()
    spread = ", ".join(f"{share} % {ratios[min(len(ratios) - 1, len(ratios) * share // 100)][0]:.2f}" for share in (1, 10, 50, 90, 99))
    close = sum(each <= 0.5 for each in apart) / len(apart)
    print(f"\n1,000 trips by car beside OSRM: {missing} without a way; {close:.1%} of the ends are as far from the street, to half a metre")
    print(f"duration, ours of theirs: {spread}\n  least {ratios[0][0]:.2f} {ratios[0][1]}\n  most  {ratios[-1][0]:.2f} {ratios[-1][1]}")


def joined(work):
    """Porto three by two: longitudes and latitudes shifted, identities renumbered."""
    import osmium

    target = work / "porto6.osm.pbf"
    if target.exists():
        return target
    source = EXTRACTS / "porto.osm.pbf"
    partial = work / "partial.osm.pbf"
    partial.unlink(missing_ok=True)
    with osmium.SimpleWriter(str(partial)) as writer:
        for kind in (osmium.osm.NODE, osmium.osm.WAY, osmium.osm.RELATION):
            for copy in range(6):
                east, north, apart = (copy % 3) * 0.5, (copy // 3) * 0.5, copy * 20_000_000_000
                for each in osmium.FileProcessor(str(source), kind):
                    if each.is_node():
                        writer.add_node(each.replace(id=each.id + apart, location=(each.location.lon + east, each.location.lat + north)))
                    elif each.is_way():
                        writer.add_way(each.replace(id=each.id + apart, nodes=[reference.ref + apart for reference in each.nodes]))
                    else:
                        writer.add_relation(each.replace(id=each.id + apart, members=[(member.type, member.ref + apart, member.role) for member in each.members]))
    partial.rename(target)
    return target


main()
