"""A small collection of our own for what CQL2's data set has not: lists, control characters, folding letters, lines of dates."""

import json

NAMES = ["Straße", "STRASSE", "Ärger", "arger", "it's", "tab\there", "line\nbreak", "bell\x07", "per%cent_", "back\\slash", "Ünal", None]
TAGS = [["a", "b"], ["b"], ["a", "b", "c"], [], None, ["c", "d"], ["b", "a"], ["ä"], ["a"], None, ["d"], ["a", "c"]]

MARKS = [
    {
        "id": f"M{number}", "name": NAMES[number], "tags": TAGS[number], "sizes": [number, number + 1, number % 3],
        "low": number * 1.5, "high": 12 - number, "open": number % 2 == 0 if number % 5 else None,
        "since": f"2026-01-{number + 1:02}", "until": f"2026-0{1 + number % 3}-20",
        "place": [10.77 + number * 0.001, 52.42] if number != 7 else None,
    }
    for number in range(len(NAMES))
]


def write(file):
    """The collection as GeoJSON."""
    features = [
        {
            "type": "Feature", "id": mark["id"],
            "geometry": mark["place"] and {"type": "Point", "coordinates": mark["place"]},
            "properties": {name: value for name, value in mark.items() if name not in ("id", "place")},
        }
        for mark in MARKS
    ]
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
