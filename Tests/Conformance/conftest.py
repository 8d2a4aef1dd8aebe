"""The service under test, and the table of what was found.

A check is a test with `@requirement(standard, name)`; its first line of documentation says what it asserts and stands in the table.
"""

import collections

import pytest

import catalogue
import marks
from service import OGC, Api, Server, lageplan, new_token

# The data set of the abstract tests of CQL2.
NATURAL_EARTH = OGC / "cql2" / "data" / "ne110m4cql2.gpkg"
LAYERS = ["ne_110m_admin_0_countries", "ne_110m_populated_places_simple", "ne_110m_rivers_lake_centerlines"]


@pytest.fixture(scope="session")
def database(tmp_path_factory):
    """The sample town at a fiftieth, a table without places, our own marks, and the data of CQL2's abstract tests where they are at hand."""
    folder = tmp_path_factory.mktemp("conformance")
    file = folder / "town.sqlite"
    lageplan("demo", "--database", file, "--scale", "0.02")
    keys = folder / "keys.csv"
    keys.write_text("id;door;remark\n" + "".join(f"K{number};Tür {number};{'' if number % 3 else 'alt'}\n" for number in range(9)))
    lageplan("import", keys, "--collection", "keys", "--database", file)
    marks.write(folder / "marks.geojson")
    lageplan("import", folder / "marks.geojson", "--collection", "marks", "--database", file)
    if NATURAL_EARTH.exists():
        for layer in LAYERS:
            # Its times are written without a zone and meant in UTC.
            lageplan("import", NATURAL_EARTH, "--layer", layer, "--collection", layer, "--database", file, "--time-zone", "UTC")
    return file


@pytest.fixture(scope="session")
def token(database):
    return new_token(database, "conformance")


@pytest.fixture(scope="session")
def server(database, token):
    running = Server(database, "--writable")
    yield running
    assert running.stop() == 0, "SIGTERM must end the server cleanly:\n" + running.log[-2000:]


@pytest.fixture(scope="session")
def api(server):
    return Api(server.base)


@pytest.fixture(scope="session")
def writer(server, token):
    return Api(server.base, token)


@pytest.fixture(scope="session")
def landing(api):
    return api.json("/")


@pytest.fixture(scope="session")
def openapi(api):
    return api.json("/api")


@pytest.fixture(scope="session")
def declared(api):
    return set(api.json("/conformance")["conformsTo"])


@pytest.fixture(scope="session")
def collections_document(api):
    return api.json("/collections")


@pytest.fixture(scope="session")
def ids(collections_document):
    """The ids of all collections."""
    return [each["id"] for each in collections_document["collections"]]


@pytest.fixture(scope="session")
def spatial(collections_document):
    """The collections that have places."""
    return [each for each in collections_document["collections"] if "spatial" in each.get("extent", {})]


@pytest.fixture(scope="session")
def natural_earth():
    if not NATURAL_EARTH.exists():
        pytest.skip(f"no shared data: {NATURAL_EARTH} is absent")


def parameters_of(openapi, path, method="get"):
    """The parameters of an operation by name, references followed."""
    result = {}
    for each in openapi["paths"][path][method].get("parameters", []):
        if "$ref" in each:
            each = openapi["components"]["parameters"][each["$ref"].rsplit("/", 1)[1]]
        result[each["name"]] = each
    return result


# MARK: the table

_found = {}


def requirement(item):
    marker = item.get_closest_marker("requirement")
    return marker.args if marker else None


def pytest_collection_modifyitems(config, items):
    """Every requirement has exactly one check, or a reason why it has none."""
    if config.getoption("keyword") or any(".py" in argument for argument in config.args):
        return  # a part of the suite was asked for
    counted = collections.Counter(filter(None, map(requirement, items)))
    known = set(catalogue.every())
    problems = [f"{name}: no check and no reason why" for name in known - set(counted) - set(catalogue.NOT_APPLICABLE)]
    problems += [f"{name}: {number} checks" for name, number in counted.items() if number > 1]
    problems += [f"{name}: checked, but not in the catalogue" for name in set(counted) - known]
    problems += [f"{name}: checked, though the catalogue says it does not apply" for name in set(counted) & set(catalogue.NOT_APPLICABLE)]
    if problems:
        raise pytest.UsageError("the catalogue of requirements and the checks differ:\n" + "\n".join(sorted(map(str, problems))))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if name := requirement(item):
        purpose = (item.function.__doc__ or "").strip().splitlines()[0] if item.function.__doc__ else ""
        if report.failed:
            reason = report.longrepr.reprcrash.message.splitlines()[0] if hasattr(report.longrepr, "reprcrash") else "see above"
            _found[name] = ("FAILED", f"{purpose} -- {reason[:160]}")
        elif report.skipped:
            _found[name] = ("skipped", report.longrepr[2].removeprefix("Skipped: "))
        elif report.when == "call":
            _found.setdefault(name, ("passed", purpose))
    return report


def pytest_terminal_summary(terminalreporter):
    if not _found:
        return
    write = terminalreporter.write_line
    counts = collections.Counter()
    standard = None
    for name in catalogue.every():
        if name[0] != standard:
            standard = name[0]
            write("")
            write(catalogue.TITLES[standard], bold=True)
        reason = catalogue.NOT_APPLICABLE.get(name)
        outcome, text = ("n/a", reason) if reason else _found.get(name, ("not run", "left out by the selection of this run"))
        counts[outcome] += 1
        colour = {"FAILED": {"red": True}, "passed": {"green": True}}.get(outcome, {"yellow": True})
        write(f"  {outcome:8} /req/{name[1]:58} {text}", **colour)
    write("")
    write("requirements: " + ", ".join(f"{number} {outcome}" for outcome, number in sorted(counts.items())))
