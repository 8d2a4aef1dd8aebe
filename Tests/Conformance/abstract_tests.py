"""The tables of CQL2's abstract test suite, read in place from the shared data: data source, predicate, expected number of items.

The suite writes tables in AsciiDoc: `|source |`predicate` |number`, some with a column of dependencies before; `\\<` and `\\(` stand
for `<` and `(`, which AsciiDoc would otherwise take for its own.
"""

import re

import pytest

from service import OGC

FOLDER = OGC / "cql2" / "ats"
COUNTED = re.compile(r"^\|(?:[^|`]*\|)?\s*(ne_110m_\w+)\s*\|`(.*)`\s*\|(\d+)\s*$")
COMBINED = re.compile(r"^" + r"\|`(.*?)`\s*" * 4 + r"\|(\d+)\s*$")


def lines(class_):
    file = FOLDER / f"annex_ats_{class_}.adoc"
    if not file.exists():
        pytest.skip(f"no shared data: {file} is absent")
    return [line.replace("\\<", "<").replace("\\((", "((").replace("\\(", "(") for line in file.read_text().splitlines()]


def counted(class_):
    """(collection, predicate, expected number) of a class."""
    found = [match.groups() for match in map(COUNTED.match, lines(class_)) if match]
    assert found, f"no table in the abstract tests of {class_}"
    return [(source, predicate, int(number)) for source, predicate, number in found]


def combined(class_):
    """(four predicates, expected number) of the combinations with AND, OR and NOT."""
    found = [match.groups() for match in map(COMBINED.match, lines(class_)) if match]
    assert found, f"no combinations in the abstract tests of {class_}"
    return [(predicates, int(number)) for *predicates, number in found]
