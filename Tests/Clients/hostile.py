"""A thousand requests that mean harm, the same in every run: (kind, method, address, body, media type).

Every one is wrong by what the API describes, so that each must be answered 4xx. `MARK` stands in what would be dangerous as SQL.
"""

import itertools
import json
import random
import urllib.parse

MARK = "zq7injected"
ITEMS = "/collections/trees/items"
COUNT = 1_000

HUGE = ["9" * 400, "-" + "9" * 400, "1e400", "-1e400", "NaN", "Infinity", "0x7fffffffffffffff", "1e", "٣٤", "1" * 20_000, "18446744073709551616e999",
        "--1", "1,,2", "\x00", "1\x00"]
SQL = [
    f"'; DROP TABLE trees; -- {MARK}", f'"; DROP TABLE trees; -- {MARK}', f"1 OR 1=1 -- {MARK}", f"1; ATTACH DATABASE '/tmp/x' AS {MARK}",
    f"x' UNION SELECT sql FROM sqlite_master -- {MARK}", f") OR ({MARK}) IN (SELECT 1", f"trees\" JOIN sqlite_master AS {MARK} ON 1 --",
    f"load_extension('{MARK}')", f"\\'; VACUUM INTO '{MARK}'; --", f"rowid {MARK}", f"[{MARK}]", f"`{MARK}`", f"height) FROM trees {MARK} --",
    f"' || (SELECT token FROM lageplan_tokens) || '{MARK}", f"1/**/OR/**/{MARK}", f"{MARK}\x00' OR '1'='1",
]


def quoted(text):
    return urllib.parse.quote(text, safe="")


def of_items(kind, **parameters):
    query = "&".join(f"{quoted(name)}={quoted(str(value))}" for name, value in parameters.items())
    return kind, "GET", f"{ITEMS}?{query}", None, None


def filter_(kind, text, language="cql2-text"):
    return of_items(kind, **{"filter": text, "filter-lang": language})


def numbers():
    for value in HUGE:
        for name in ("limit", "bbox", "bbox-crs", "crs", "datetime", "near", "radius", "after", "height", "plantingYear", "sortby", "asOf", "f"):
            yield of_items("huge number", **{name: value})
        for box in (f"{value},1,2,3", f"1,2,3,{value}", ",".join([value[:400]] * 4), ",".join(["1"] * 5_000)):
            yield of_items("huge number", bbox=box)
        yield filter_("huge number", f"height > {value}")
        yield filter_("huge number", f"S_INTERSECTS(geometry, POINT({value} {value}))")
        yield filter_("huge number", f"S_DWITHIN(geometry, POINT(10 52), {value})")
        yield "huge number", "GET", f"/collections/trees/tiles/WebMercatorQuad/{quoted(value)}/0/0", None, None
        yield "huge number", "GET", f"/tiles/trees/0/{quoted(value)}/0", None, None


def nesting():
    for depth in (200, 1_000, 5_000, 20_000):
        yield filter_("deep nesting", "(" * depth + "height > 1" + ")" * depth)
        yield filter_("deep nesting", "NOT " * depth + "height > 1")
        yield filter_("deep nesting", "height > " + "-" * depth + "1")
        yield filter_("deep nesting", "height > " + "(" * depth)
        yield filter_("deep nesting", "CASEI(" * depth + "genus" + ")" * depth + " = 'x'")
        yield filter_("deep nesting", "height > " + "1+(" * depth + "1" + ")" * depth)
        yield filter_("deep nesting", "S_INTERSECTS(geometry, " + "GEOMETRYCOLLECTION(" * depth + "POINT(1 1)" + ")" * depth + ")")
        yield filter_("deep nesting", '{"op":"not","args":[' * depth + "true" + "]}" * depth, "cql2-json")
        yield filter_("deep nesting", "[" * depth, "cql2-json")
        yield filter_("deep nesting", '{"a":' * depth, "cql2-json")
        for address in ("/collections/trees/search", "/tours"):
            for text in ("[" * depth, '{"a":' * depth, '{"type":"Polygon","coordinates":' + "[" * depth + "]" * depth + "}",
                         '{"type":"GeometryCollection","geometries":[' * depth + "]}" * depth):
                yield "deep nesting", "POST", address, text.encode(), "application/json"


def terms():
    for count in (10_000, 12_000, 30_000):
        for term in ("1=1", "height=1", "height>0", "true", "genus='a'", "height IS NULL"):
            for word in (" OR ", " AND ", " or not "):
                yield filter_("many terms", word.join([term] * count))
        yield filter_("many terms", f"height IN ({','.join(['1'] * count)})")
        yield filter_("many terms", f"genus IN ({','.join(['1'] * count)})")
        yield filter_("many terms", "height > " + "+".join(["1"] * count))
        yield filter_("many terms", f"S_INTERSECTS(geometry, LINESTRING({','.join(['1 1'] * (count + 1))}))")
        yield filter_("many terms", json.dumps({"op": "or", "args": [{"op": "=", "args": [{"property": "height"}, 1]}] * count}), "cql2-json")
        yield filter_("many terms", json.dumps({"op": "in", "args": [{"property": "height"}, [1] * count]}), "cql2-json")
        yield of_items("many terms", properties=",".join(f"p{number}" for number in range(count)))
        yield of_items("many terms", sortby=",".join(["genus"] * count))
        yield "many terms", "GET", f"{ITEMS}?" + "&".join(f"p{number}=1" for number in range(count)), None, None


def patterns():
    # A pattern may have a thousand bytes; shorter ones are answered, in time that does not depend on their wildcards.
    for count in (1_500, 5_000, 10_000):
        for piece in ("%a", "%_", "_%", "%%", "%a_", "\\%%"):
            for negation in ("", "NOT "):
                yield filter_("quadratic pattern", f"genus {negation}LIKE '{piece * count}'")
                yield filter_("quadratic pattern", f"CASEI(genus) {negation}LIKE CASEI('{piece * count}b')")
        yield filter_("quadratic pattern", " OR ".join(["genus LIKE '%a%a%a%a%a%a%b'"] * (count * 2)))
        yield of_items("quadratic pattern", q="a" * count * 10)
        yield of_items("quadratic pattern", q=",".join(["a b c"] * count * 4))


def injections():
    for text in SQL:
        for name in ("limit", "bbox", "bbox-crs", "crs", "datetime", "near", "radius", "height", "plantingYear", "lastInspection", "sortby",
                     "properties", "exclude-properties", "f", "skipGeometry", "asOf", "after", "filter-crs", "filter-lang"):
            yield of_items("SQL", **({"filter": "true"} if name.startswith("filter-") else {}), **{name: text})
        # As the name of a parameter, of a property, of a function, of an operator; as collection, feature, tile, style, asset.
        yield of_items("SQL", **{text: "1"})
        yield filter_("SQL", f'"{text}" = 1')
        yield filter_("SQL", text)
        yield filter_("SQL", f"{text}(height) = 1")
        yield filter_("SQL", f"height = {text}")
        yield filter_("SQL", f"height {text} 1")
        yield filter_("SQL", f"height > '{text}'")
        yield filter_("SQL", f"S_INTERSECTS({text}, POINT(1 1))")
        yield filter_("SQL", f"A_CONTAINS(genus, ({text}))")
        yield filter_("SQL", f"T_AFTER(lastInspection, DATE('{text}'))")
        for document in (
            {"op": text, "args": [{"property": "height"}, 1]}, {"op": "=", "args": [{"property": text}, 1]},
            {"op": "=", "args": [{"op": text, "args": []}, 1]}, {"op": "=", "args": [{"property": "height"}, text]},
            {"op": "=", "args": [{"property": "lastInspection"}, {"date": text}]}, {text: 1}, text,
            {"op": "s_intersects", "args": [{"property": "geometry"}, {"type": text, "coordinates": [1, 1]}]},
        ):
            yield filter_("SQL", json.dumps(document), "cql2-json")
        for path in ("/collections/{}", "/collections/{}/items", "/collections/{}/schema", "/collections/{}/queryables",
                     "/collections/trees/items/{}", "/collections/trees/tiles/{}/1/1/1", "/tiles/{}/1/1/1", "/styles/{}", "/assets/{}"):
            yield "SQL", "GET", path.format(quoted(text)), None, None
        yield "SQL", "POST", f"/collections/{quoted(text)}/search", b'{"type":"Point","coordinates":[1,1]}', "application/json"
        yield "SQL", "POST", "/collections/trees/search", json.dumps({"type": text, "coordinates": [1, 1]}).encode(), "application/json"
        yield "SQL", "POST", "/tours", json.dumps({"collections": [text]}).encode(), "application/json"


def paths():
    for path in ("..", "../..", "..%2f..%2fetc%2fpasswd", "%2e%2e/%2e%2e/etc/passwd", "%00", "%ff%fe", "%", "%zz", "a" * 3_000, "%0d%0aSet-Cookie:x",
                 "con", "....//", "/etc/passwd", "file:///etc/passwd", "%c0%ae%c0%ae", "💣" * 50):
        for below in ("/assets/{}", "/styles/{}", "/collections/{}/items", "/collections/trees/items/{}", "/tiles/{}/1/1/1"):
            encoded = path if path.isascii() else quoted(path)
            yield "strange path", "GET", below.format(encoded), None, None
    for method in ("TRACE", "PROPFIND", "PUT", "PATCH", "DELETE", "POST", "LOCK"):
        for address in ("/", "/collections", "/collections/trees", ITEMS, "/collections/trees/items/1"):
            yield "strange method", method, address, None, None


def requests():
    """Exactly `COUNT`, taken evenly from all kinds by a fixed seed."""
    draw = random.Random(3)
    result = []
    for kind, wanted in ((numbers, 150), (nesting, 72), (terms, 70), (patterns, 70), (injections, 520), (paths, 118)):
        found = list(kind())
        draw.shuffle(found)
        result += list(itertools.islice(itertools.cycle(found), wanted))
    assert len(result) == COUNT
    return result
