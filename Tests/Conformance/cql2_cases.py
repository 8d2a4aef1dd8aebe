"""What CQL2's classes are asked, each with the number that must be found.

The numbers of four classes are those of the standard's abstract tests. For the other classes the same data set is asked questions of
our own, and the oracle is another program over the same file: GEOS by shapely for shapes, plain Python for times, numbers and sets.
"""

import datetime
import functools
import operator
import unicodedata

import pyogrio
import pyproj
import shapely

import abstract_tests
from marks import MARKS
from service import OGC

FILE = OGC / "cql2" / "data" / "ne110m4cql2.gpkg"
COUNTRIES, PLACES, RIVERS = "ne_110m_admin_0_countries", "ne_110m_populated_places_simple", "ne_110m_rivers_lake_centerlines"


@functools.cache
def shapes(layer):
    return shapely.from_wkb(pyogrio.raw.read(FILE, layer=layer, columns=[])[2])


@functools.cache
def column(name, layer=PLACES):
    """The values of a property; None where it has none."""
    meta, _, _, fields = pyogrio.raw.read(FILE, layer=layer, columns=[name], read_geometry=False, datetime_as_string=True)
    return [None if value is None or value != value or str(value) == "NaT" else value for value in fields[0].tolist()]


def box(west, south, east, north):
    return f"BBOX({west},{south},{east},{north})", shapely.box(west, south, east, north)


# Text of the literal, and the shape that it is; the outlines of Luxembourg touch its neighbours.
POLYGON = ("POLYGON((0 40,10 40,10 50,0 50,0 40))", shapely.box(0, 40, 10, 50))
HOLED = ("POLYGON((-180 -90,-90 -90,-90 90,-180 90,-180 -90),(-120 -50,-100 -50,-100 -40,-120 -40,-120 -50))",)
LITERALS = [
    box(0, 40, 10, 50), box(-180, -90, 0, 90), box(7, 50, 8, 51), POLYGON,
    ("LINESTRING(0 40,10 50)", shapely.LineString([(0, 40), (10, 50)])),
    ("LINESTRING(-60 -90,-60 90)", shapely.LineString([(-60, -90), (-60, 90)])),
    ("POINT(7.02 49.92)", shapely.Point(7.02, 49.92)), ("POINT(6.1300028 49.6116604)", shapely.Point(6.1300028, 49.6116604)),
    ("POINT(6.043073357781111 50.128051662794235)", shapely.Point(6.043073357781111, 50.128051662794235)),
]
MORE_LITERALS = [
    ("MULTIPOINT((7.02 49.92),(20 0))", shapely.MultiPoint([(7.02, 49.92), (20, 0)])),
    ("LINESTRING(-180 -45,0 -45)", shapely.LineString([(-180, -45), (0, -45)])),
    ("MULTILINESTRING((-180 -45,0 -45),(0 45,180 45))", shapely.MultiLineString([[(-180, -45), (0, -45)], [(0, 45), (180, 45)]])),
    (HOLED[0], shapely.from_wkt(HOLED[0])),
    ("MULTIPOLYGON(((0 0,10 0,10 10,0 10,0 0)),((100 20,120 20,120 40,100 40,100 20)))",
     shapely.MultiPolygon([shapely.box(0, 0, 10, 10), shapely.box(100, 20, 120, 40)])),
    ("GEOMETRYCOLLECTION(POINT(7.02 49.92),POLYGON((0 0,10 0,10 10,0 10,0 0)))",
     shapely.GeometryCollection([shapely.Point(7.02, 49.92), shapely.box(0, 0, 10, 10)])),
    ("POINT Z(7.02 49.92 100)", shapely.Point(7.02, 49.92)),
]
RELATIONS = {
    "S_INTERSECTS": shapely.intersects, "S_DISJOINT": shapely.disjoint, "S_EQUALS": shapely.equals, "S_TOUCHES": shapely.touches,
    "S_CROSSES": shapely.crosses, "S_WITHIN": shapely.within, "S_CONTAINS": shapely.contains, "S_OVERLAPS": shapely.overlaps,
}


def spatial(relations, literals):
    for name in relations:
        for layer in (COUNTRIES, PLACES, RIVERS):
            for text, shape in literals:
                yield layer, f"{name}(geom,{text})", int(RELATIONS[name](shapes(layer), shape).sum())


# MARK: time

TEMPORAL = {
    "T_AFTER": lambda a, b: a[0] > b[1], "T_BEFORE": lambda a, b: a[1] < b[0],
    "T_DISJOINT": lambda a, b: a[1] < b[0] or a[0] > b[1], "T_EQUALS": lambda a, b: a == b,
    "T_INTERSECTS": lambda a, b: a[0] <= b[1] and a[1] >= b[0], "T_CONTAINS": lambda a, b: a[0] < b[0] and a[1] > b[1],
    "T_DURING": lambda a, b: a[0] > b[0] and a[1] < b[1], "T_FINISHEDBY": lambda a, b: a[0] < b[0] and a[1] == b[1],
    "T_FINISHES": lambda a, b: a[0] > b[0] and a[1] == b[1], "T_MEETS": lambda a, b: a[1] == b[0], "T_METBY": lambda a, b: a[0] == b[1],
    "T_OVERLAPPEDBY": lambda a, b: b[0] < a[0] < b[1] and a[1] > b[1], "T_OVERLAPS": lambda a, b: a[0] < b[0] and b[0] < a[1] < b[1],
    "T_STARTEDBY": lambda a, b: a[0] == b[0] and a[1] > b[1], "T_STARTS": lambda a, b: a[0] == b[0] and a[1] < b[1],
}
# The five relations that hold of instants as well as of intervals.
OF_INSTANTS = ["T_AFTER", "T_BEFORE", "T_DISJOINT", "T_EQUALS", "T_INTERSECTS"]
INTERVALS = [("2026-01-03", "2026-01-20"), ("2026-01-05", "2026-02-20"), ("2026-01-01", "2026-03-20"), ("2026-01-20", "2026-03-01"),
             ("2025-01-01", "2026-01-04"), ("..", "2026-01-06"), ("2026-02-20", "..")]


def end(text, open_):
    return open_ if text == ".." else text


def temporal():
    for low, high in INTERVALS:
        literal = (end(low, "0"), end(high, "9"))
        for name, holds in TEMPORAL.items():
            expected = sum(holds((mark["since"], mark["until"]), literal) for mark in MARKS)
            yield "marks", f"{name}(INTERVAL(since,until),INTERVAL('{low}','{high}'))", expected
        for name in OF_INSTANTS:
            expected = sum(TEMPORAL[name]((mark["since"], mark["since"]), literal) for mark in MARKS)
            yield "marks", f"{name}(since,INTERVAL('{low}','{high}'))", expected
    for name in OF_INSTANTS:
        day = ("2026-01-05", "2026-01-05")
        yield "marks", f"{name}(since,DATE('2026-01-05'))", sum(TEMPORAL[name]((mark["since"],) * 2, day) for mark in MARKS)
        moment = datetime.datetime.fromisoformat("2022-04-16T10:13:19+00:00")
        starts = [datetime.datetime.fromisoformat(str(value).replace("Z", "+00:00")) for value in column("start") if value]
        starts = [start if start.tzinfo else start.replace(tzinfo=datetime.UTC) for start in starts]
        expected = sum(TEMPORAL[name]((start, start), (moment, moment)) for start in starts)
        yield PLACES, f"{name}(start,TIMESTAMP('2022-04-16T10:13:19Z'))", expected


# MARK: text, numbers, lists

def bare(text):
    return "".join(letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))


def accents():
    names = column("name")
    for wanted in ("Chișinău", "Chisinau", "Bogota", "Bogotá", "São Paulo", "Sao Paulo", "Kiev"):
        yield PLACES, f"ACCENTI(name)=ACCENTI('{wanted}')", sum(bare(name) == bare(wanted) for name in names)
        yield PLACES, f"ACCENTI(CASEI(name))=ACCENTI(CASEI('{wanted.upper()}'))", sum(
            bare(name).casefold() == bare(wanted).casefold() for name in names)
    yield PLACES, "ACCENTI(name) LIKE ACCENTI('Ch%')", sum(bare(name).startswith("Ch") for name in names)
    yield "marks", "ACCENTI(CASEI(name))=ACCENTI(CASEI('ARGER'))", 2


def folding():
    yield from abstract_tests.counted("case-insensitive-comparison")
    for wanted in ("straße", "STRASSE", "ärger", "ÄRGER", "IT''S"):
        plain = wanted.replace("''", "'").casefold()
        yield "marks", f"CASEI(name)=CASEI('{wanted}')", sum((mark["name"] or "").casefold() == plain for mark in MARKS)


def arithmetic():
    pairs = [(mark["low"], mark["high"]) for mark in MARKS]
    for text, compute in (
        ("low+high", lambda a, b: a + b), ("low-high", lambda a, b: a - b), ("low*high", lambda a, b: a * b),
        ("low/2", lambda a, b: a / 2), ("high div 5", lambda a, b: b // 5), ("high % 4", lambda a, b: b % 4),
        ("low^2", lambda a, b: a**2), ("2*(low+1)-high", lambda a, b: 2 * (a + 1) - b), ("low+high*2", lambda a, b: a + b * 2),
        ("-3+low", lambda a, b: a - 3),
    ):
        for sign, compare in ((">", operator.gt), ("=", operator.eq), ("<=", operator.le)):
            yield "marks", f"{text} {sign} 3", sum(compare(compute(*pair), 3) for pair in pairs)
    millions = [value for value in column("pop_other") if value is not None]
    yield PLACES, "pop_other/1000000 > 3", sum(value / 1_000_000 > 3 for value in millions)
    yield PLACES, "pop_other+1=1038289", sum(value + 1 == 1_038_289 for value in millions)


def lists():
    relations = {"A_EQUALS": set.__eq__, "A_CONTAINS": set.issuperset, "A_CONTAINEDBY": set.issubset, "A_OVERLAPS": lambda a, b: bool(a & b)}
    for name, holds in relations.items():
        for wanted in (["a", "b"], ["b", "a"], ["a"], ["c", "d", "x"], ["a", "b", "c", "d"], ["ä"]):
            text = ",".join(f"'{each}'" for each in wanted)
            yield "marks", f"{name}(tags,({text}))", sum(
                holds(set(mark["tags"]), set(wanted)) for mark in MARKS if mark["tags"] is not None)
        yield "marks", f"{name}(sizes,(1,2))", sum(holds(set(mark["sizes"]), {1, 2}) for mark in MARKS)


def turned():
    """Values on the left, properties on the right, properties on both sides."""
    yield PLACES, "'København'=name", 1
    yield PLACES, "1038288<pop_other", sum(value > 1_038_288 for value in column("pop_other"))
    yield PLACES, "pop_max>=pop_min", sum(high >= low for high, low in zip(column("pop_max"), column("pop_min")))
    yield PLACES, "pop_max=pop_min", sum(high == low for high, low in zip(column("pop_max"), column("pop_min")))
    yield PLACES, "name=nameascii", sum(a == b for a, b in zip(column("name"), column("nameascii")) if a is not None and b is not None)
    yield PLACES, "true=boolean", sum(value is True or value == 1 for value in column("boolean") if value is not None)
    yield PLACES, "DATE('2022-04-16')>=\"date\"", 2
    yield COUNTRIES, "S_INTERSECTS(POINT(7.02 49.92),geom)", 1
    yield COUNTRIES, f"S_CONTAINS({box(-180, -90, 0, 90)[0]},geom)", int(shapely.contains(shapely.box(-180, -90, 0, 90), shapes(COUNTRIES)).sum())
    yield "marks", "low < high", sum(mark["low"] < mark["high"] for mark in MARKS)
    yield "marks", "T_AFTER(until,since)", sum(mark["until"] > mark["since"] for mark in MARKS)
    yield "marks", "low BETWEEN 3 AND high", sum(3 <= mark["low"] <= mark["high"] for mark in MARKS)


def distances():
    """S_DWITHIN against geodesics by PROJ; no distance lies so near to a limit that a micrometre would matter."""
    ellipsoid = pyproj.Geod(ellps="WGS84")
    here = (10.7705, 52.4203)
    for metres in (50, 100, 250, 600):
        near = sum(ellipsoid.inv(*here, *mark["place"])[2] <= metres for mark in MARKS if mark["place"])
        yield "marks", f"S_DWITHIN(geometry,POINT({here[0]} {here[1]}),{metres})", near
        yield "marks", f"NOT S_DWITHIN(geometry,POINT({here[0]} {here[1]}),{metres})", sum(1 for mark in MARKS if mark["place"]) - near
    yield "marks", "S_DWITHIN(geometry,POINT(10.7705 52.4203),100) AND low > 0", sum(
        ellipsoid.inv(*here, *mark["place"])[2] <= 100 and mark["low"] > 0 for mark in MARKS if mark["place"])


CASES = {
    "basic-cql2": lambda: abstract_tests.counted("basic-cql2"),
    "advanced-comparison-operators": lambda: abstract_tests.counted("advanced-comparison-operators"),
    "case-insensitive-comparison": folding,
    "accent-insensitive-comparison": accents,
    "basic-spatial-functions": lambda: abstract_tests.counted("basic-spatial-functions"),
    "basic-spatial-functions-plus": lambda: spatial(["S_INTERSECTS"], MORE_LITERALS),
    "spatial-functions": lambda: spatial(RELATIONS, LITERALS),
    "temporal-functions": temporal,
    "array-functions": lists,
    "property-property": turned,
    "functions": distances,
    "arithmetic": arithmetic,
}
