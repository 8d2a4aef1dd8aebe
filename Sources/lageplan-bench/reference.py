"""The reference of the benchmarks: the same questions as plain SQL, asked through Python's sqlite3 with SpatiaLite.

Reads from standard input {"database", "columns", "boxes": [[minx, miny, maxx, maxy]], "places": [[x, y]], "tile": [...]};
the collection is `trees`, in EPSG:25832. Prints {"box": [ms], "nearest": [ms], "tile": [ms]}.
"""
import json
import sqlite3
import sys
import time

task = json.load(sys.stdin)
connection = sqlite3.connect(f"file:{task['database']}?mode=ro", uri=True)
connection.enable_load_extension(True)
connection.load_extension("mod_spatialite")
connection.execute("PRAGMA mmap_size = 268435456")
columns = ", ".join('t."' + name.replace('"', '""') + '"' for name in task["columns"])

IN_BOX = """
FROM trees AS t
WHERE t.number IN (
  SELECT pkid FROM idx_trees_geometry
  WHERE xmax >= ? AND ymax >= ? AND xmin <= ? AND ymin <= ?)
"""
BOX = f"SELECT t.id, {columns}, AsGeoJSON(Transform(t.geometry, 4326), 7) {IN_BOX} LIMIT 1000"
TILE = f"SELECT t.number, t.id, {columns}, AsBinary(Transform(t.geometry, 3857)) {IN_BOX}"
NEAREST = """
SELECT fid, distance
FROM knn
WHERE f_table_name = 'trees' AND ref_geometry = MakePoint(?, ?, 25832) AND max_items = 10
"""


def times(statement, lists):
    """Milliseconds of each run; one run before the first is not counted."""
    connection.execute(statement, lists[0]).fetchall()
    result = []
    for arguments in lists:
        start = time.perf_counter()
        connection.execute(statement, arguments).fetchall()
        result.append((time.perf_counter() - start) * 1000)
    return result


json.dump(
    {"box": times(BOX, task["boxes"]), "nearest": times(NEAREST, task["places"]), "tile": times(TILE, [task["tile"]] * 5)},
    sys.stdout,
)
