#!/usr/bin/env python3
"""Vector tiles of the same drawn city by us, PostGIS, MapServer and nginx, in one run: CPU milliseconds a request, and more.

    make bench-tiles        (or: python3 Sources/lageplan-bench/tiles.py .build/release/lageplan)

Needs Debian's packages postgresql-15-postgis-3, gdal-bin, cgi-mapserver, nginx-light and wrk, and the shared data generator beside the
checkout. Everything is made below WORK (default /tmp/lageplan-peers), kept there, and stopped at the end. Not part of the gate.

Cold tiles are drawn by drawing a tree, so that crowded ones come often. Each server has its cache off (ours: `--tile-cache 0`; the others
have none), is asked for every tile once before, and then in turn over one connection; what counts is the CPU time of the server's
processes, and of the database's session where there is one. PostGIS answers ST_AsMVT over a connection of its own, without HTTP, from a
geometry kept in web Mercator, tuned (random_page_cost 1.1, no JIT, no parallel workers). Before anything is measured, one tile of ours is
decoded and compared with PostGIS's: the same ids, the same properties, positions within one unit.
"""

import argparse
import contextlib
import http.client
import json
import os
import pathlib
import re
import socket
import statistics
import subprocess
import sys
import textwrap
import time
import urllib.parse

from peering import WORK, Cluster, city, environment, free_port, run, running

PACKAGES = ["psycopg2-binary==2.9.13", "mapbox-vector-tile==2.2.0", "freestiler==0.3.0"]
COLUMNS = ["number", "species", "planted", "height_m", "crown_m", "district", "vitality", "inspected"]
# Zoom: how many tiles are drawn.
DRAWN = {16: 60, 14: 30, 12: 8}
HALF_WORLD = 20037508.342789244


def cpu_seconds(pids):
    """The time that the threads of these processes have run until now, as the scheduler counts it: to the nanosecond, not by ticks."""
    tasks = (task for pid in pids for task in pathlib.Path(f"/proc/{pid}/task").iterdir())
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9


def resident_megabytes(pid):
    return int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{pid}/status").read_text())[1]) / 1000


class Asking:
    """One connection that stays open."""

    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)

    def get(self, path, **headers):
        self.connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = self.connection.getresponse()
        body = answer.read()
        if answer.status not in (200, 204):
            sys.exit(f"{path}: {answer.status} {body[:500]}")
        return body, answer.headers


def timed(pids, question, questions):
    """(CPU milliseconds a question, median wall milliseconds); each is asked once before, long enough to be more than a few ticks."""
    for each in questions:
        question(each)
    walls, before, started = [], cpu_seconds(pids), time.perf_counter()
    rounds = 0
    while rounds == 0 or time.perf_counter() - started < 3:
        for each in questions:
            start = time.perf_counter()
            question(each)
            walls.append((time.perf_counter() - start) * 1000)
        rounds += 1
    return (cpu_seconds(pids) - before) * 1000 / (rounds * len(questions)), statistics.median(walls)


def drawn_tiles(cluster):
    """By zoom, the tiles (zoom, column, row) of trees drawn at random: the same each time."""
    places = [tuple(map(float, line.split("|"))) for line in cluster.sql(
        "SELECT ST_X(mercator), ST_Y(mercator) FROM trees ORDER BY md5(id::text) LIMIT 400").split()]
    found = {}
    for zoom, count in DRAWN.items():
        size = 2 * HALF_WORLD / 2**zoom
        found[zoom] = [(zoom, int((x + HALF_WORLD) // size), int((HALF_WORLD - y) // size)) for x, y in places[:count]]
    return found


# MARK: PostGIS

class PostGis:
    """One session that answers tiles by a prepared statement."""

    STATEMENT = f"""
    PREPARE tile (integer, integer, integer) AS
    SELECT ST_AsMVT(q, 'trees', 4096, 'geometry', 'id')
    FROM (
      SELECT id, {", ".join(COLUMNS)}, ST_AsMVTGeom(mercator, ST_TileEnvelope($1, $2, $3), 4096, 64) AS geometry
      FROM trees
      WHERE mercator && ST_TileEnvelope($1, $2, $3, margin => 64.0 / 4096)
    ) AS q
    WHERE geometry IS NOT NULL
    """

    def __init__(self, cluster):
        import psycopg2
        connection = psycopg2.connect(host=str(cluster.folder), port=cluster.port, user="postgres", dbname="city")
        connection.autocommit = True
        self.cursor = connection.cursor()
        for setting in ("random_page_cost = 1.1", "jit = off", "max_parallel_workers_per_gather = 0"):
            self.cursor.execute(f"SET {setting}")
        self.cursor.execute(self.STATEMENT)
        self.pids = [connection.info.backend_pid]

    def tile(self, tile):
        self.cursor.execute("EXECUTE tile (%s, %s, %s)", tile)
        return bytes(self.cursor.fetchone()[0])


# MARK: Web servers

MAP_FILE = """
MAP
  NAME "city"
  EXTENT 600000 5790000 640000 5830000
  PROJECTION "init=epsg:25832" END
  WEB METADATA "ows_enable_request" "*" "ows_title" "city" "ows_srs" "EPSG:3857 EPSG:25832" END END
  OUTPUTFORMAT
    NAME "mvt" DRIVER MVT MIMETYPE "application/vnd.mapbox-vector-tile" EXTENSION "mvt"
    FORMATOPTION "EXTENT=4096" FORMATOPTION "EDGE_BUFFER=4"
  END
  LAYER
    NAME "trees" TYPE POINT STATUS ON
    CONNECTIONTYPE OGR
    CONNECTION "{database}"
    DATA "SELECT * FROM trees"
    PROJECTION "init=epsg:25832" END
    METADATA "gml_include_items" "all" "ows_title" "trees" END
    CLASS STYLE COLOR 0 0 0 END END
  END
END
"""

NGINX = """
worker_processes 2;
error_log {folder}/nginx.log;
pid {folder}/nginx.pid;
events {{ worker_connections 512; }}
http {{
  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 1000000;
  open_file_cache max=100;
  client_body_temp_path {folder}/body;
  fastcgi_temp_path {folder}/fastcgi;
  proxy_temp_path {folder}/proxy;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  types {{ application/vnd.mapbox-vector-tile mvt; }}
  server {{
    listen 127.0.0.1:{port};
    root {folder}/files;
    location ~ [.]packed[.]mvt$ {{ add_header Content-Encoding gzip; }}
    location = /mapserv {{
      fastcgi_pass unix:{folder}/mapserv.sock;
      fastcgi_keep_conn on;
      fastcgi_buffers 64 64k;
      fastcgi_param QUERY_STRING $query_string;
      fastcgi_param REQUEST_METHOD $request_method;
      fastcgi_param SCRIPT_NAME /mapserv;
      fastcgi_param SERVER_NAME localhost;
      fastcgi_param SERVER_PORT {port};
    }}
  }}
}}
"""


@contextlib.contextmanager
def map_server(folder, database):
    """MapServer as one FastCGI process on a socket in `folder`; gives its process id and the query of a tile."""
    configuration, map_file, address = folder / "mapserver.conf", folder / "city.map", folder / "mapserv.sock"
    configuration.write_text('CONFIG\n ENV\n  MS_MAP_PATTERN "."\n END\nEND\n')
    map_file.write_text(MAP_FILE.format(database=database))
    address.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(address))
        address.chmod(0o777)
        listening.listen(16)
        process = subprocess.Popen(
            ["/usr/lib/cgi-bin/mapserv"], stdin=listening, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env={**os.environ, "MAPSERVER_CONFIG_FILE": str(configuration)})
        try:
            yield process.pid, lambda tile: "/mapserv?" + urllib.parse.urlencode(
                {"map": map_file, "mode": "tile", "tilemode": "gmap", "layers": "trees", "map.imagetype": "mvt",
                 "tile": f"{tile[1]} {tile[2]} {tile[0]}"})
        finally:
            # It waits for its next request, and does not hear SIGTERM meanwhile.
            process.kill()
            process.wait()


@contextlib.contextmanager
def nginx(folder, port):
    files = folder / "files"
    files.mkdir(parents=True, exist_ok=True)
    for each in [folder, *folder.parents[:-2], files]:
        each.chmod(0o755)
    configuration = folder / "nginx.conf"
    configuration.write_text(NGINX.format(folder=folder, port=port))
    with running(["nginx", "-c", configuration, "-p", folder, "-g", "daemon off;"], port, "/"):
        yield files


def lageplan(binary, database, port, *more):
    return [binary, "serve", "--database", database, "--port", port, "--readers", 2, "--log-level", "error", *more]


@contextlib.contextmanager
def serving(binary, database, *more):
    """Our server, once its collections are resident; gives port, process id, and the seconds from its start until then."""
    port = free_port()
    started = time.perf_counter()
    with running(lageplan(binary, database, port, *more), port, "/health"):
        asking = Asking(port)
        while "--resident" not in more:
            health = json.loads(asking.get("/health")[0])
            states = health.get("resident", {}).get("collections", [])
            if states and all(each.get("isResident") for each in states):
                break
            if time.perf_counter() - started > 120:
                sys.exit(f"collections do not become resident: {json.dumps(health)[:2000]}")
            time.sleep(0.01)
        ready = time.perf_counter() - started
        pid = int(run("pgrep", "-f", f"serve.*--port {port} ").split()[0])
        yield port, pid, ready


def wrk(port, path, connections, *headers, seconds=6):
    """Answers a second."""
    command = ["wrk", "-t", "2", "-c", str(connections), *[part for each in headers for part in ("-H", each)], f"http://127.0.0.1:{port}{path}"]
    run(*command, "-d", "2s")
    told = run(*command, "-d", f"{seconds}s")
    if "Non-2xx" in told or "Socket errors" in told:
        sys.exit(told)
    return float(re.search(r"Requests/sec:\s+([\d.]+)", told)[1])


# MARK: The same tile

def same_tile(ours, theirs):
    """Both decoded by a program that neither of us wrote; stops with the first difference."""
    import mapbox_vector_tile
    features, others = (mapbox_vector_tile.decode(tile)["trees"]["features"] for tile in (ours, theirs))
    # Our numbers are the order of the file; the register's own id is a property.
    first, second = {int(each["properties"]["id"]): each for each in features}, {each["id"]: each for each in others}
    for number in first.keys() ^ second.keys():
        # At the very rim of the buffer, 64 units around the tile, PostGIS rounds before it cuts and we after.
        x, y = (first.get(number) or second[number])["geometry"]["coordinates"]
        if all(abs(each - 2048) < 2048 + 63 for each in (x, y)):
            sys.exit(f"our tile has {len(first)} features, PostGIS's {len(second)}; {number} at {x}, {y} is in one only")
    for number in first.keys() & second.keys():
        feature = first[number]
        other = second[number]
        away = max(abs(a - b) for a, b in zip(feature["geometry"]["coordinates"], other["geometry"]["coordinates"]))
        if away > 1:
            sys.exit(f"feature {number} stands {away} units apart")
        own = {name: value for name, value in feature["properties"].items() if name != "id"}
        if own != other["properties"]:
            sys.exit(f"feature {number} differs: {own} and {other['properties']}")
    return len(first)


# MARK: The run

def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("lageplan", type=pathlib.Path, help="the release binary")
    arguments.add_argument("--work", type=pathlib.Path, default=WORK)
    arguments.add_argument("--large", action="store_true", help="also two million trees (the drawing takes some minutes, once)")
    options = arguments.parse_args()
    sys.stdout.reconfigure(line_buffering=True)
    binary, work = options.lageplan.resolve(), options.work
    work.mkdir(parents=True, exist_ok=True)
    geo_package = city(work)
    programs = environment(work, PACKAGES)
    if pathlib.Path(sys.prefix) != programs.parent:
        os.execv(programs / "python", [programs / "python", *sys.argv])
    database = work / "tiles.sqlite"
    if not database.exists():
        for layer in ("trees", "green_areas", "playgrounds", "equipment"):
            run(binary, "import", geo_package, "--layer", layer, "--collection", layer.replace("_", "-"), "--database", database)

    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; trees of make_city.py (seed 38440): 200,000 points, 8 attributes each\n")
    with Cluster(work / "postgres") as cluster:
        cluster.load(geo_package)
        if not cluster.sql("SELECT 1 FROM information_schema.columns WHERE table_name = 'trees' AND column_name = 'mercator'").strip():
            cluster.sql("ALTER TABLE trees ADD COLUMN mercator geometry(Point, 3857)")
            cluster.sql("UPDATE trees SET mercator = ST_Transform(geometry, 3857)")
            cluster.sql("CREATE INDEX trees_mercator ON trees USING gist (mercator)")
            cluster.sql("CLUSTER trees USING trees_mercator")
            cluster.sql("VACUUM ANALYZE trees")
        tiles = drawn_tiles(cluster)
        cold(binary, work, database, cluster, tiles)
        place = cluster.sql("SELECT ST_X(p), ST_Y(p) FROM (SELECT ST_Transform(geometry, 4326) AS p FROM trees ORDER BY md5(id::text) LIMIT 200) AS drawn")
        questions(binary, work, database, [tuple(map(float, line.split("|"))) for line in place.split()])
    warm(binary, work, database, tiles)
    export(binary, work, database, geo_package)
    if options.large:
        large(binary, work)


def cold(binary, work, database, cluster, tiles):
    folder = work / "web"
    folder.mkdir(exist_ok=True)
    results = {}
    post_gis = PostGis(cluster)
    with serving(binary, database, "--tile-cache", "0") as (port, pid, _), serving(binary, database, "--tile-cache", "0", "--resident", "0") as (
            plain_port, plain_pid, _):
        asking, plain = Asking(port), Asking(plain_port)

        def path(tile, thinning="none"):
            return f"/tiles/trees/{tile[0]}/{tile[1]}/{tile[2]}.mvt?thinning={thinning}"

        for zoom in tiles:
            count = same_tile(asking.get(path(tiles[zoom][0]))[0], post_gis.tile(tiles[zoom][0]))
            if asking.get(path(tiles[zoom][0]))[0] != plain.get(path(tiles[zoom][0]))[0]:
                sys.exit("the resident tile and the one from SQL differ")
            print(f"z{zoom}: the first tile, {count} features, is the same by PostGIS, to the unit")
        for zoom, drawn in tiles.items():
            results["PostGIS ST_AsMVT, no HTTP", zoom] = timed(post_gis.pids, post_gis.tile, drawn)
            results["Lageplan, resident", zoom] = timed([pid], lambda tile: asking.get(path(tile)), drawn)
            results["Lageplan, resident, gzip", zoom] = timed([pid], lambda tile: asking.get(path(tile), Accept_Encoding="gzip"), drawn)
            results["Lageplan, from SQL", zoom] = timed([plain_pid], lambda tile: plain.get(path(tile)), drawn)
        web_port = free_port()
        with map_server(folder, database) as (map_pid, query), nginx(folder, web_port):
            web = Asking(web_port)
            for zoom in (16, 14):
                results["MapServer on SpatiaLite", zoom] = timed([map_pid], lambda tile: web.get(query(tile)), tiles[zoom])
        print(f"\n{'cold tile, all features: CPU ms (wall)':42}" + "".join(f"{'z' + str(zoom):>20}" for zoom in tiles))
        for name in dict.fromkeys(name for name, _ in results):
            cells = [results.get((name, zoom)) for zoom in tiles]
            print(f"{name:42}" + "".join(f"{f'{cell[0]:.2f} ({cell[1]:.2f})' if cell else '-':>20}" for cell in cells))
        ratios = [results["PostGIS ST_AsMVT, no HTTP", zoom][0] / max(results["Lageplan, resident", zoom][0], 1e-6) for zoom in tiles]
        print(f"{'PostGIS / ours':42}" + "".join(f"{ratio:>19.0f}×" for ratio in ratios))

        low = list(dict.fromkeys((10, x >> 2, y >> 2) for _, x, y in tiles[12]))
        sizes = [len(asking.get(path(tile, "auto"))[0]) for tile in low]
        spent = timed([pid], lambda tile: asking.get(path(tile, "auto")), low)
        print(f"\nz10 with thinning: {max(sizes) / 1000:.0f} KB at most, {spent[0]:.2f} CPU ms ({spent[1]:.2f} wall)")


def questions(binary, work, database, places):
    with serving(binary, database) as (port, pid, ready):
        asking = Asking(port)
        near = [f"/collections/trees/items?near={x:.6f},{y:.6f}&limit=10" for x, y in places]
        spent = timed([pid], asking.get, near)
        print(f"\n10 nearest of 200,000 over HTTP: {spent[0]:.3f} CPU ms ({spent[1]:.3f} wall)")
        half = 0.00295, 0.0018  # 400 m
        boxes = [f"/collections/trees/items?bbox={x - half[0]:.6f},{y - half[1]:.6f},{x + half[0]:.6f},{y + half[1]:.6f}&limit=10000" for x, y in places[:60]]
        counts = [json.loads(asking.get(box)[0])["numberReturned"] for box in boxes]
        spent = timed([pid], asking.get, boxes)
        print(f"400 m box as GeoJSON over HTTP: {statistics.mean(counts):.0f} trees on average, {spent[0]:.2f} CPU ms ({spent[1]:.2f} wall)")
        print(f"four collections resident {ready:.2f} s after the start, {resident_megabytes(pid):.0f} MB")


def warm(binary, work, database, tiles):
    folder = work / "web"
    web_port = free_port()
    print(f"\n{'warm tile, answers/s':42}{'nginx':>12}{'ours':>12}{'ours/nginx':>12}")
    with serving(binary, database) as (port, pid, _), nginx(folder, web_port) as files:
        asking = Asking(port)
        for zoom in (16, 14):
            tile = tiles[zoom][0]
            path = f"/tiles/trees/{tile[0]}/{tile[1]}/{tile[2]}.mvt"
            for coding in ("identity", "gzip"):
                body, headers = asking.get(path, Accept_Encoding=coding)
                name = f"{zoom}{'.packed' if coding == 'gzip' else ''}.mvt"
                (files / name).write_bytes(body)
                for connections in (2, 64):
                    theirs = wrk(web_port, "/" + name, connections, f"Accept-Encoding: {coding}")
                    ours = wrk(port, path, connections, f"Accept-Encoding: {coding}")
                    label = f"z{zoom}, {coding}, {len(body) / 1000:.0f} KB, {connections} connections"
                    print(f"{label:42}{theirs:>12.0f}{ours:>12.0f}{ours / theirs:>12.2f}")


def export(binary, work, database, geo_package):
    """CPU seconds of the whole pyramid of four layers, every feature, beside a bulk tiler on the same GeoPackage."""
    def children():
        times = os.times()
        return times.children_user + times.children_system

    print(f"\n{'all tiles z0-14, four layers':42}{'CPU s':>12}{'wall s':>12}{'MB':>12}")
    target = work / "city.pmtiles"
    before, start = children(), time.perf_counter()
    run(binary, "tiles", "export", target, "--database", database, "--zooms", "0-14", "--thinning", "none", "--force")
    print(f"{'Lageplan, every feature':42}{children() - before:>12.1f}{time.perf_counter() - start:>12.1f}{target.stat().st_size / 1e6:>12.1f}")
    before, start = children(), time.perf_counter()
    run(binary, "tiles", "export", target, "--database", database, "--zooms", "0-14", "--thinning", "auto", "--force")
    print(f"{'Lageplan, thinned':42}{children() - before:>12.1f}{time.perf_counter() - start:>12.1f}{target.stat().st_size / 1e6:>12.1f}")
    other = work / "freestiler.pmtiles"
    # Its time begins when the layers are read, so that it pays for tiles only.
    told = run(sys.executable, "-c", textwrap.dedent(f"""
        import os, time, geopandas, freestiler
        names = ["trees", "green_areas", "playgrounds", "equipment"]
        layers = {{name: geopandas.read_file({str(geo_package)!r}, layer=name).to_crs(4326) for name in names}}
        before, start = sum(os.times()[:2]), time.perf_counter()
        freestiler.freestile(layers, {str(other)!r}, min_zoom=0, max_zoom=14, simplification=False, quiet=True)
        print("SPENT", sum(os.times()[:2]) - before, time.perf_counter() - start)
        """))
    spent, wall = map(float, re.search(r"SPENT (\S+) (\S+)", told).groups())
    print(f"{'freestiler 0.3.0, every feature':42}{spent:>12.1f}{wall:>12.1f}{other.stat().st_size / 1e6:>12.1f}")


def large(binary, work):
    geo_package, database = city(work, 10), work / "large.sqlite"
    if not database.exists():
        run(binary, "import", geo_package, "--layer", "trees", "--collection", "trees", "--database", database)
    for _ in range(2):  # the first reads the file into memory
        with serving(binary, database) as (_, pid, ready):
            told = f"2,000,000 trees: resident {ready:.2f} s after the start, {resident_megabytes(pid):.0f} MB"
    print("\n" + told)


main()
