#!/usr/bin/env python3
"""Our server beside TiPg, pygeoapi and PostGIS itself: 1,000 trees by bbox as GeoJSON, of the same 200,000 trees, in one run.

    python3 Sources/lageplan-bench/peers.py .build/release/lageplan

Needs Debian's packages postgresql-15-postgis-3, gdal-bin and wrk, and the shared data generator beside the checkout. TiPg and pygeoapi
are installed into an environment of their own below WORK (default /tmp/lageplan-peers), which is kept; the database cluster is made
there too and stopped at the end. Nothing of this is part of the gate.

All servers have two workers and answer the same 50 boxes over HTTP, one after another, to one client program (wrk) with four
connections; PostGIS answers the same question as one SQL statement to pgbench with as many clients. Before it is measured, each must give
as many features for the same box, and the same ones but for a tenth: TiPg takes the box around the box that the projection has turned.
Printed are answers a second, the median latency, and the ratio to ours.
"""

import argparse
import json
import os
import pathlib
import re
import sys
import textwrap

from peering import POSTGRES, WORK, Cluster, city, environment, free_port, get, run, running

PACKAGES = ["tipg==1.6.1", "uvicorn==0.54.0", "gunicorn==27.0.1", "pygeoapi==0.21.0", "SQLAlchemy==2.1.9", "psycopg2-binary==2.9.13",
            "GeoAlchemy2==0.20.0"]
WANTED, BOXES, CONNECTIONS, WORKERS = 1_000, 50, 4, 2

# The whole answer as PostGIS makes it: a feature collection of what meets the box, in degrees with seven digits.
QUESTION = f"""
SELECT json_build_object('type', 'FeatureCollection', 'features', coalesce(json_agg(feature), '[]'))
FROM (
  SELECT json_build_object(
    'type', 'Feature', 'id', id, 'geometry', ST_AsGeoJSON(ST_Transform(geometry, 4326), 7)::json,
    'properties', to_jsonb(t) - 'id' - 'geometry') AS feature
  FROM trees AS t
  WHERE geometry && ST_Transform(ST_MakeEnvelope({{box}}, 4326), 25832)
    AND ST_Intersects(geometry, ST_Transform(ST_MakeEnvelope({{box}}, 4326), 25832))
  LIMIT {WANTED}
) AS found
"""


def boxes(cluster):
    """Squares in degrees around drawn trees, each with about a thousand trees in it."""
    found = []
    places = cluster.sql(
        f"SELECT ST_X(p), ST_Y(p) FROM (SELECT ST_Transform(geometry, 4326) AS p FROM trees ORDER BY md5(id::text) LIMIT {BOXES}) AS drawn")
    for line in places.split():
        x, y = map(float, line.split("|"))
        low, high = 0.0, 0.2
        for _ in range(14):
            half = (low + high) / 2
            box = f"{x - half:.7f},{y - half / 2:.7f},{x + half:.7f},{y + half / 2:.7f}"
            count = int(cluster.sql(
                f"SELECT count(*) FROM trees WHERE ST_Intersects(geometry, ST_Transform(ST_MakeEnvelope({box}, 4326), 25832))"))
            low, high = (half, high) if count < WANTED else (low, half)
        box = f"{x - low:.7f},{y - low / 2:.7f},{x + low:.7f},{y + low / 2:.7f}"
        found.append(box)
    return found


def wrk(folder, port, paths, seconds):
    """(answers a second, median latency in milliseconds, megabytes a second) of the paths in turn."""
    script = folder / "paths.lua"
    listed = ",\n".join(json.dumps(path) for path in paths)
    script.write_text(f"""local paths = {{{listed}}}
local at = 0
request = function()
  at = at % #paths + 1
  return wrk.format("GET", paths[at], {{["Accept"] = "application/geo+json"}})
end
done = function(summary, latency)
  local bad = summary.errors.status + summary.errors.read + summary.errors.timeout + summary.errors.connect
  io.write(string.format("RESULT %d %d %f %d %d\\n", summary.requests, summary.duration, latency:percentile(50), bad, summary.bytes))
end
""")
    command = ["wrk", "-t", "1", "-c", str(CONNECTIONS), "-s", str(script), f"http://127.0.0.1:{port}"]
    run(*command, "-d", "3s")
    told = re.search(r"RESULT (\d+) (\d+) ([\d.]+) (\d+) (\d+)", run(*command, "-d", f"{seconds}s", "--timeout", "30s"))
    requests, microseconds, median, bad, size = (float(each) for each in told.groups())
    if bad:
        sys.exit(f"{bad:.0f} of {requests:.0f} answers of port {port} failed")
    return requests / microseconds * 1e6, median / 1000, size / microseconds


def pgbench(folder, cluster, all_boxes, seconds):
    """The same of PostGIS; each client asks the boxes in an order of its own."""
    cluster.sql("DROP TABLE IF EXISTS boxes; CREATE TABLE boxes (number integer PRIMARY KEY, west float8, south float8, east float8, north float8)")
    for number, box in enumerate(all_boxes):
        cluster.sql(f"INSERT INTO boxes VALUES ({number}, {box})")
    files = []
    for number, box in enumerate(all_boxes):
        file = folder / f"box-{number}.sql"
        file.write_text(QUESTION.format(box=box).replace("\n", " ").strip() + ";\n")
        files += ["-f", file]
    command = [POSTGRES / "pgbench", "-h", cluster.folder, "-p", cluster.port, "-U", "postgres", "-n", "-M", "prepared", "-c", CONNECTIONS, "-j", 1, *files]
    run(*command, "-T", "3", "city")
    log = folder / "pgbench"
    for old in folder.glob("pgbench.*"):
        old.unlink()
    told = run(*command, "-T", seconds, "-l", "--log-prefix", log, "city")
    latencies = sorted(int(line.split()[2]) for file in folder.glob("pgbench.*") for line in file.read_text().splitlines())
    answers = float(re.search(r"tps = ([\d.]+)", told)[1])
    size = len(cluster.sql(QUESTION.format(box=all_boxes[0])))
    return answers, latencies[len(latencies) // 2] / 1000, answers * size / 1e6


PYGEOAPI = """
server:
  bind: {{host: 127.0.0.1, port: {port}}}
  url: http://127.0.0.1:{port}
  mimetype: application/json; charset=UTF-8
  encoding: utf-8
  gzip: false
  languages: [en-US]
  cors: false
  pretty_print: false
  limits: {{default_items: 10, max_items: 10000}}
  map: {{url: "https://tile.example.org/{{z}}/{{x}}/{{y}}.png", attribution: none}}
logging: {{level: ERROR}}
metadata:
  identification: {{title: bench, description: bench, keywords: [bench], keywords_type: theme, terms_of_service: none, url: "http://localhost"}}
  license: {{name: none, url: "http://localhost"}}
  provider: {{name: none, url: "http://localhost"}}
  contact: {{name: none, position: none, address: none, city: none, stateorprovince: none, postalcode: none, country: none, phone: none, fax: none, email: none, url: "http://localhost", hours: none, instructions: none, role: none}}
resources:
  trees:
    type: collection
    title: trees
    description: trees
    keywords: [trees]
    links: []
    extents: {{spatial: {{bbox: [10, 52, 11, 53], crs: "http://www.opengis.net/def/crs/OGC/1.3/CRS84"}}}}
    providers:
      - type: feature
        name: PostgreSQL
        data: {{host: 127.0.0.1, port: {database_port}, dbname: city, user: postgres, password: none, search_path: [public]}}
        id_field: id
        table: trees
        geom_field: geometry
        storage_crs: http://www.opengis.net/def/crs/EPSG/0/25832
"""


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("lageplan", type=pathlib.Path, help="the release binary")
    arguments.add_argument("--work", type=pathlib.Path, default=WORK)
    arguments.add_argument("--seconds", type=int, default=10, help="how long each is measured")
    options = arguments.parse_args()
    work = options.work
    work.mkdir(parents=True, exist_ok=True)
    geo_package = city(work)
    programs = environment(work, PACKAGES)
    database = work / "trees.sqlite"
    if not database.exists():
        run(options.lageplan.resolve(), "import", geo_package, "--layer", "trees", "--collection", "trees", "--database", database)

    with Cluster(work / "postgres") as cluster:
        cluster.load(geo_package)
        kept = work / "boxes.json"
        if not kept.exists():
            kept.write_text(json.dumps(boxes(cluster)))
        all_boxes = json.loads(kept.read_text())
        box = all_boxes[0]
        expected = {each["id"] for each in json.loads(cluster.sql(QUESTION.format(box=box)))["features"]}
        results = {}

        def measure(name, command, port, path, first, **more):
            paths = [path.format(box=each) for each in all_boxes]
            with running(command, port, first, **more):
                status, body = get(port, paths[0])
                features = json.loads(body)["features"] if status == 200 else sys.exit(f"{name}: {status} {body[:500]}")
                ids = {int(each["id"]) for each in features}
                if len(ids ^ expected) > len(expected) / 10 or abs(len(features) - len(expected)) > len(expected) / 50:
                    sys.exit(f"{name}: {len(ids)} features in the first box, {len(expected)} expected, {len(ids ^ expected)} of them others")
                results[name] = wrk(work, port, paths, options.seconds)

        port = free_port()
        measure(
            "Lageplan", [options.lageplan.resolve(), "serve", "--database", database, "--port", port, "--readers", WORKERS, "--log-level", "error"],
            port, f"/collections/trees/items?bbox={{box}}&limit={WANTED}", "/health")
        results["PostGIS, one SQL statement"] = pgbench(work, cluster, all_boxes, options.seconds)
        port = free_port()
        measure(
            "TiPg 1.6.1", [programs / "uvicorn", "tipg.main:app", "--port", port, "--workers", WORKERS, "--log-level", "error"],
            port, f"/collections/public.trees/items?bbox={{box}}&limit={WANTED}&f=geojson", "/healthz",
            env={**os.environ, "DATABASE_URL": f"postgresql://postgres@127.0.0.1:{cluster.port}/city", "TIPG_MAX_FEATURES_PER_QUERY": "10000",
                 "TIPG_DB_SPATIAL_EXTENT": "true"})
        port = free_port()
        configuration, description = work / "pygeoapi.yml", work / "pygeoapi-openapi.yml"
        configuration.write_text(PYGEOAPI.format(port=port, database_port=cluster.port))
        settings = {**os.environ, "PYGEOAPI_CONFIG": str(configuration), "PYGEOAPI_OPENAPI": str(description)}
        run(programs / "pygeoapi", "openapi", "generate", configuration, "--output-file", description, env=settings)
        measure(
            "pygeoapi 0.21", [programs / "gunicorn", "--workers", WORKERS, "--bind", f"127.0.0.1:{port}", "--log-level", "error", "pygeoapi.flask_app:APP"],
            port, f"/collections/trees/items?bbox={{box}}&limit={WANTED}&f=json", "/", env=settings)

    ours = results["Lageplan"][0]
    print(textwrap.dedent(f"""
        {len(expected)} trees by bbox as GeoJSON, of 200,000 in EPSG:25832 (make_city.py, seed 38440); {BOXES} boxes in turn,
        {CONNECTIONS} connections, {WORKERS} workers each, {options.seconds} s, the client on the same machine
        """).strip())
    print(f"{'':34}{'answers/s':>12}{'median ms':>12}{'MB/s':>10}{'ours is':>10}")
    for name, (answers, median, megabytes) in results.items():
        print(f"{name:34}{answers:>12.1f}{median:>12.2f}{megabytes:>10.1f}{ours / answers:>9.1f}×")


main()
