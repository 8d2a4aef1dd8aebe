"""Common Query Language (CQL2), OGC 21-065r2: every class in both spellings.

The JSON spelling of a predicate is made by a foreign program, the parser `cql2` of Development Seed.
"""

import json

import cql2
import pytest

import abstract_tests
from conftest import LAYERS
from cql2_cases import CASES, COUNTRIES, PLACES
from marks import MARKS
from requirement import requirement

pytestmark = pytest.mark.usefixtures("natural_earth")


def found(api, collection, predicate, language="cql2-text"):
    """How many match, or the problem where there is one."""
    if language == "cql2-json":
        predicate = json.dumps(cql2.parse_text(predicate).to_json())
    answer = api.get(f"/collections/{collection}/items", params={"filter": predicate, "filter-lang": language, "limit": 1})
    return answer.json()["numberMatched"] if answer.status_code == 200 else f"{answer.status_code} {answer.json().get('detail')}"


def all_found(api, class_, language="cql2-text"):
    """Every case of a class finds its number."""
    cases = list(CASES[class_]())
    wrong = [
        f"{collection}: {predicate}: {number} expected, {got} found"
        for collection, predicate, number in cases if (got := found(api, collection, predicate, language)) != number]
    assert not wrong, f"{len(wrong)} of {len(cases)} wrong:\n" + "\n".join(wrong[:20])


def refused(api, collection, predicate):
    return api.get(f"/collections/{collection}/items", params={"filter": predicate}).status_code == 400


@pytest.fixture(scope="module")
def queryables(api):
    return {layer: api.json(f"/collections/{layer}/queryables")["properties"] for layer in [*LAYERS, "marks", "trees"]}


SAMPLES = {
    "string": "'foo'", "boolean": "true", "number": "3.14", "integer": "1", "date": "DATE('2022-04-14')",
    "date-time": "TIMESTAMP('2022-04-14T14:48:46Z')",
}


def kind(property_):
    """What a value is compared with; None where no comparison is defined."""
    name = property_["format"] if property_.get("format") in SAMPLES else property_.get("type")
    return name if isinstance(name, str) and name in SAMPLES else None


class TestBasic:
    @requirement("cql2", "basic-cql2/cql2-filter")
    def test_filter(self, api):
        """true, false, and the combinations with AND, OR and NOT of the abstract tests find their numbers"""
        assert (found(api, PLACES, "true"), found(api, PLACES, "false")) == (243, 0)
        wrong = []
        for (p1, p2, p3, p4), number in abstract_tests.combined("basic-cql2"):
            text = f"(NOT ({p2}) AND {p1}) OR ({p3} and {p4}) or not ({p1} OR {p4})"
            if (got := found(api, PLACES, text)) != number:
                wrong.append((text, number, got))
        assert wrong == []

    @requirement("cql2", "basic-cql2/property")
    def test_property(self, api, queryables):
        """every queryable stands in a filter, quoted or not, and is null where it is not set"""
        for collection, properties in queryables.items():
            for name in properties:
                without, with_ = found(api, collection, f'"{name}" IS NULL'), found(api, collection, f'"{name}" is not null')
                assert without + with_ == found(api, collection, "true"), (collection, name)
        assert found(api, "marks", "name IS NULL") == 1

    @requirement("cql2", "basic-cql2/binary-comparison-predicate")
    def test_comparison(self, api, queryables):
        """each comparison and its opposite have nothing in common and share out what is not null; other types are refused"""
        for collection, properties in queryables.items():
            for name, property_ in properties.items():
                if not kind(property_):
                    continue
                value = SAMPLES[kind(property_)]
                present = found(api, collection, f'"{name}" IS NOT NULL')
                for operation, opposite in (("=", "<>"), (">", "<="), ("<", ">=")):
                    parts = [found(api, collection, f'"{name}" {each} {value}') for each in (operation, opposite)]
                    assert sum(parts) == present, (collection, name, operation)
        assert refused(api, PLACES, "pop_other = 'many'") and refused(api, PLACES, "name > 3") and refused(api, PLACES, "boolean = 'yes'")

    @requirement("cql2", "basic-cql2/null-predicate")
    def test_null(self, api):
        """the opposite of what is unknown is unknown"""
        assert found(api, PLACES, '"date" IS NULL') == 240
        assert found(api, PLACES, 'NOT "date" IS NULL') == 3
        assert found(api, PLACES, "\"date\" > DATE('2000-01-01') OR NOT (\"date\" > DATE('2000-01-01'))") == 3


class TestComparison:
    @requirement("cql2", "advanced-comparison-operators/like-predicate")
    def test_like(self, api):
        """% is any text, _ any letter, the backslash takes their meaning away; null is like nothing"""
        named = sum(mark["name"] is not None for mark in MARKS)
        expected = {
            "%": named, "%%": named, "_%": named, "": 0, "Str%": 1, "STR%": 1, "_rger": 2, "%\\%%": 1, "%\\_": 1, "Stra_e": 1, "%\\\\\\\\%": 1,
            "____": 2, "it''s": 1}
        assert {pattern: found(api, "marks", f"name LIKE '{pattern}'") for pattern in expected} == expected
        assert found(api, "marks", "name NOT LIKE 'Str%'") == named - 1

    @requirement("cql2", "advanced-comparison-operators/between-predicate")
    def test_between(self, api):
        """both ends belong to it; the wrong way round it is empty"""
        inside = sum(3 <= mark["low"] <= 9 for mark in MARKS)
        assert found(api, "marks", "low BETWEEN 3 AND 9") == inside > 1
        assert found(api, "marks", "low NOT BETWEEN 3 AND 9") == len(MARKS) - inside
        assert found(api, "marks", "low between 100.0 and 1.0") == 0

    @requirement("cql2", "advanced-comparison-operators/in-predicate")
    def test_in(self, api):
        """equal to one of the list; the items are of the value's type"""
        assert found(api, "marks", "high IN (1, 2, 30)") == sum(mark["high"] in (1, 2, 30) for mark in MARKS)
        assert found(api, "marks", "name IN ('Ärger', 'Ünal', 'foo')") == 2
        assert found(api, "marks", "open in (true)") == sum(mark["open"] is True for mark in MARKS)
        assert found(api, PLACES, "start in (TIMESTAMP('2022-04-16T10:13:19Z'))") == 1
        assert refused(api, "marks", "high IN ('one', 'two')")

    @requirement("cql2", "case-insensitive-comparison/casei-function")
    def test_casei(self, api):
        """case is folded in full, ß with ss; null stays null"""
        assert found(api, "marks", "CASEI(name) = CASEI('strasse')") == 2
        assert found(api, "marks", "CASEI(name) <> CASEI('foo')") == sum(mark["name"] is not None for mark in MARKS)
        assert found(api, "marks", "CASEI(name) LIKE CASEI('STRA%')") == 2

    @requirement("cql2", "accent-insensitive-comparison/accenti-function")
    def test_accenti(self, api):
        """accents are taken away; null stays null"""
        assert found(api, "marks", "ACCENTI(name) = ACCENTI('Arger')") == 1
        assert found(api, "marks", "ACCENTI(name) = ACCENTI('Unal')") == 1
        assert found(api, "marks", "ACCENTI(name) IS NULL") == 1


class TestSpatial:
    @requirement("cql2", "basic-spatial-functions/spatial-predicate")
    def test_predicate(self, api):
        """true, false, or unknown where there is no geometry; coordinates that do not exist are refused"""
        near = "S_INTERSECTS(geometry,BBOX(10.7,52.4,10.9,52.5))"
        assert (found(api, "marks", near), found(api, "marks", f"NOT {near}")) == (len(MARKS) - 1, 0)
        assert refused(api, PLACES, "S_INTERSECTS(geom,POINT(90 180))")

    @requirement("cql2", "basic-spatial-functions/spatial-functions")
    def test_intersects(self, api):
        """S_INTERSECTS with points and boxes finds the numbers of the abstract tests, across the antimeridian too"""
        all_found(api, "basic-spatial-functions")

    @requirement("cql2", "basic-spatial-functions-plus/spatial-data-types")
    def test_literals(self, api):
        """literals of every kind are read, with and without heights, in WKT and in GeoJSON"""
        all_found(api, "basic-spatial-functions-plus")
        assert refused(api, COUNTRIES, "S_INTERSECTS(geom,MULTIPOINT(7.02 49.92, 90 180))")

    @requirement("cql2", "spatial-functions/spatial-functions")
    def test_functions(self, api):
        """all eight relations find what GEOS finds"""
        all_found(api, "spatial-functions")


class TestTemporal:
    @requirement("cql2", "temporal-functions/temporal-predicates")
    def test_predicate(self, api):
        """true, false, or unknown where there is no time"""
        after = "T_AFTER(\"date\",DATE('2022-04-16'))"
        assert (found(api, PLACES, after), found(api, PLACES, f"NOT {after}")) == (1, 2)

    @requirement("cql2", "temporal-functions/temporal-functions")
    def test_functions(self, api):
        """all fifteen relations of instants and intervals hold as defined, with open ends too"""
        all_found(api, "temporal-functions")


class TestMore:
    @requirement("cql2", "array-functions/array-predicates")
    def test_arrays(self, api):
        """lists are compared as sets: equal, superset, subset, with something in common"""
        all_found(api, "array-functions")

    @requirement("cql2", "property-property/withdraw-permissions")
    def test_property_property(self, api):
        """values may stand left and properties right, or properties on both sides"""
        all_found(api, "property-property")

    @requirement("cql2", "functions/functions")
    def test_functions(self, api, declared):
        """S_DWITHIN finds by geodesic distance in metres; an unknown function is refused by name"""
        if "http://www.opengis.net/spec/cql2/1.0/conf/functions" not in declared:
            pytest.skip("the class Functions is not declared")
        all_found(api, "functions")
        assert refused(api, "marks", "noSuchFunction(name) = 'x'")

    @requirement("cql2", "functions/get-functions-operation")
    def test_functions_operation(self, api, declared):
        """GET /functions is answered where own functions are declared"""
        expected = "http://www.opengis.net/spec/cql2/1.0/conf/functions" in declared
        assert (api.get("/functions").status_code == 200) == expected

    @requirement("cql2", "functions/get-functions-response-json")
    def test_functions_response(self, api, declared):
        """every listed function works in a filter"""
        if "http://www.opengis.net/spec/cql2/1.0/conf/functions" not in declared:
            pytest.skip("the class Functions is not declared")
        samples = {"string": "name", "number": "100", "integer": "1", "datetime": "since", "geometry": "geometry", "boolean": "open"}
        for function in api.json("/functions")["functions"]:
            kinds = [each["type"][0] for each in function["arguments"]]
            # Of two geometries the second is a literal.
            arguments = ",".join(
                "POINT(10.77 52.42)" if kind == "geometry" and "geometry" in kinds[:at] else samples[kind] for at, kind in enumerate(kinds))
            call = f"{function['name']}({arguments})"
            text = call if function["returns"] == ["boolean"] else f"{call} IS NOT NULL"
            assert isinstance(found(api, "marks", text), int), text

    @requirement("cql2", "arithmetic/arithmetic")
    def test_arithmetic(self, api):
        """+ - * / % div ^ with their precedence; with null the result is null"""
        all_found(api, "arithmetic")
        assert found(api, "marks", "1 + 2 * 3 = 7 AND (1 + 2) * 3 = 9 AND 7 div 2 = 3 AND 7 % 4 = 3 AND 2 ^ 3 = 8") == len(MARKS)


class TestText:
    @requirement("cql2", "cql2-text/escaping")
    def test_escaping(self, api):
        """quotes are doubled or escaped, control characters written by backslash"""
        for text in ("it''s", "it\\'s", "tab\\there", "line\\nbreak", "bell\\a", "back\\\\slash"):
            assert found(api, "marks", f"name = '{text}'") == 1, text


def check(class_, language, name, purpose):
    """A check that every case of a class finds its number in one spelling."""

    def test(api, declared):
        if f"http://www.opengis.net/spec/cql2/1.0/conf/{class_}" not in declared:
            pytest.skip(f"the class {class_} is not declared")
        all_found(api, class_, language)

    test.__doc__ = purpose
    return requirement("cql2", f"{language}/{name}")(test)


for each in CASES:
    short = {"array-functions": "arrays"}.get(each, each)
    identifier = short.replace("-", "_")
    globals()[f"test_text_{identifier}"] = check(each, "cql2-text", short, "every case of the class, as text")
    globals()[f"test_json_{identifier}"] = check(each, "cql2-json", short, "every case of the class, as JSON")
