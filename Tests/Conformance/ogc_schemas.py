"""The JSON schemas of OGC API Features and OGC API Tiles, read in place from the shared data."""

import functools

import jsonschema
import pytest
import referencing
import yaml

from service import OGC

FEATURES = OGC / "features" / "openapi" / "schemas"
TILES = OGC / "tiles" / "schemas"


def _with_null(schema):
    """The schemas write the type null without quotes, which YAML reads as no value."""
    if isinstance(schema, dict):
        return {key: "null" if key == "type" and value is None else _with_null(value) for key, value in schema.items()}
    if isinstance(schema, list):
        return ["null" if value is None else _with_null(value) for value in schema]
    return schema


@functools.cache
def _load(folder, name):
    # The schemas of tiles lie in folders by their subject; no name is there twice.
    return _with_null(yaml.safe_load(next(folder.rglob(name)).read_text()))


def problems(document, name, folder=FEATURES):
    """What is wrong with a document by the schema of this file name; empty where nothing is."""
    if not folder.exists():
        pytest.skip(f"no shared data: {folder} is absent")

    def retrieve(uri):
        """Schemas name each other by file name, with or without the address at which OGC publishes them."""
        return referencing.Resource.from_contents(
            _load(folder, uri.rsplit("/", 1)[1]), default_specification=referencing.jsonschema.DRAFT202012)

    registry = referencing.Registry(retrieve=retrieve)
    validator = jsonschema.Draft202012Validator({"$ref": f"https://schemas.opengis.net/ogcapi/features/part1/1.0/openapi/schemas/{name}"}, registry=registry)
    return [f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(document)]
