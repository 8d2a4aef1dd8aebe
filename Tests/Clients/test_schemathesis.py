"""Schemathesis makes requests from the description of the API and looks at every answer: no 5xx, no status, type or header that the
description does not name, no body that breaks its schema, 405 with Allow for every method that is not described.
"""

import re
import subprocess
import sys

CHECKS = [
    "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance",
    "response_schema_conformance", "unsupported_method", "allow_header_conformance",
]
# All collections have the same operations: two stand for them, one of points, one of polygons. A stream of changes has no end.
PATHS = r"^/(?!.*stream)(collections/(trees|districts)(/.*)?|collections|conformance|api|health|functions|tours|changes|sources|tileMatrixSets(/.*)?|tiles(/.*)?|(routing|route|table|nearest|trip)/v1/.*|isochrone)?$"


def explore(base, folder, examples, *options):
    """Runs it with a fixed seed; returns how many requests it made and what it found wrong."""
    report = folder / "report.ndjson"
    ended = subprocess.run(
        [
            sys.executable, "-c", "from schemathesis.cli import schemathesis; schemathesis()", "run", f"{base}/api",
            "--checks", ",".join(CHECKS), "--phases", "examples,coverage,fuzzing", "--max-examples", str(examples), "--seed", "1",
            "--no-shrink", "--continue-on-failure", "--include-path-regex", PATHS, "--request-timeout", "30", "--warnings", "off",
            "--report", "ndjson", "--report-ndjson-path", str(report), *options,
        ],
        capture_output=True, text=True, timeout=280, cwd=folder)
    made = re.search(r"(\d+) generated", ended.stdout)
    assert made, ended.stdout[-4000:] + ended.stderr[-4000:]
    failures = ended.stdout.partition("FAILURES")[2]
    return int(made[1]), ended.returncode, failures or ended.stdout[-4000:]


def test_reading_breaks_nothing(base, tmp_path):
    made, status, failures = explore(base, tmp_path, 15)
    assert made > 1_000
    assert status == 0, failures[:12_000]


def test_writing_breaks_nothing(writable_server, token, tmp_path):
    made, status, failures = explore(
        writable_server.base, tmp_path, 10, "--header", f"Authorization: Bearer {token}",
        "--include-method", "POST", "--include-method", "PUT", "--include-method", "PATCH", "--include-method", "DELETE")
    assert made > 200
    assert status == 0, failures[:12_000]
    assert writable_server.process.poll() is None
