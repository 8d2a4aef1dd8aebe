"""What the benchmarks beside other servers share: programs that run as long as they are needed, a PostGIS of our own, the data.

Needs Debian's packages postgresql-15-postgis-3 and gdal-bin, and the shared data generator beside the checkout. All that is made lies
below one folder, which is kept.
"""

import contextlib
import http.client
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import time

GENERATOR = pathlib.Path(__file__).resolve().parents[3] / "shared" / "data" / "make_city.py"
POSTGRES = pathlib.Path("/usr/lib/postgresql/15/bin")
WORK = pathlib.Path("/tmp/lageplan-peers")


def run(*command, **options):
    ended = subprocess.run([str(each) for each in command], capture_output=True, text=True, **options)
    if ended.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\n{ended.stdout}{ended.stderr}")
    return ended.stdout


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def running(command, port, path, **options):
    """A server in a process group of its own, until the block ends."""
    process = subprocess.Popen([str(each) for each in command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True, **options)
    try:
        for _ in range(600):
            with contextlib.suppress(OSError, http.client.HTTPException):
                if get(port, path)[0] < 500:
                    break
            if process.poll() is not None:
                sys.exit(f"{command[0]} ended: {process.stderr.read().decode()[-2000:]}")
            time.sleep(0.1)
        else:
            sys.exit(f"{command[0]} does not answer")
        yield
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=30)


def get(port, path):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path, headers={"Accept": "application/geo+json"})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, body


class Cluster:
    """A PostGIS of our own below `folder`, over a socket there; run as the user postgres where we are root."""

    def __init__(self, folder):
        self.folder, self.port = folder, free_port()
        self.as_user = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        self.data = folder / "data"
        if not self.data.exists():
            folder.mkdir(parents=True, exist_ok=True)
            if os.getuid() == 0:
                shutil.chown(folder, "postgres")
            run(*self.as_user, POSTGRES / "initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "--locale=C.UTF-8", cwd=folder)

    def __enter__(self):
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 -c shared_buffers=512MB -c jit=off"
        run(*self.as_user, POSTGRES / "pg_ctl", "-D", self.data, "-o", options, "-l", self.folder / "log", "-w", "start", cwd=self.folder)
        return self

    def __exit__(self, *_):
        run(*self.as_user, POSTGRES / "pg_ctl", "-D", self.data, "-m", "fast", "-w", "stop", cwd=self.folder)

    def sql(self, text, database="city"):
        return run("psql", "-h", self.folder, "-p", self.port, "-U", "postgres", "-d", database, "-qAt", "-c", text)

    def load(self, geo_package):
        if "city" in self.sql("SELECT datname FROM pg_database", database="postgres").split():
            return
        self.sql("CREATE DATABASE city", database="postgres")
        self.sql("CREATE EXTENSION postgis")
        run("ogr2ogr", "-f", "PostgreSQL", f"PG:host={self.folder} port={self.port} user=postgres dbname=city", geo_package, "trees",
            "-lco", "GEOMETRY_NAME=geometry", "-lco", "FID=id", "-lco", "SPATIAL_INDEX=GIST", "--config", "PG_USE_COPY", "YES")
        self.sql("CLUSTER trees USING trees_geometry_geom_idx")
        self.sql("VACUUM ANALYZE trees")


def environment(work, packages, python=sys.executable):
    """A `python` environment below `work` with these packages and all that were asked for before; answers its folder of programs."""
    folder = work / "environment"
    if not folder.exists():
        run(python, "-m", "venv", folder)
    done = folder / "packages"
    known = set(done.read_text().split()) if done.exists() else set()
    if not known.issuperset(packages):
        run(folder / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check", *packages)
        done.write_text("\n".join(sorted(known | set(packages))))
    return folder / "bin"


def city(work, scale=1):
    """The GeoPackage of a drawn city; `scale` 10 has two million trees."""
    folder = work / ("city" if scale == 1 else f"city-{scale}")
    if not (folder / "city.json").exists():
        run(sys.executable, GENERATOR, folder, "--formats", "gpkg", "--scale", scale)
    return folder / "city.gpkg"
