"""The JSON schemas of OGC API Features, read in place from the shared data."""

import functools

import jsonschema
import pytest
import referencing
import yaml

from service import OGC

FOLDER = OGC / "features" / "openapi" / "schemas"


def _with_null(schema):
    """The schemas write the type null without quotes, which YAML reads as no value."""
    if isinstance(schema, dict):
        return {key: "null" if key == "type" and value is None else _with_null(value) for key, value in schema.items()}
    if isinstance(schema, list):
        return ["null" if value is None else _with_null(value) for value in schema]
    return schema


@functools.cache
def _load(name):
    return _with_null(yaml.safe_load((FOLDER / name).read_text()))


def _retrieve(uri):
    """Schemas name each other by file name, with or without the address at which OGC publishes them."""
    return referencing.Resource.from_contents(
        _load(uri.rsplit("/", 1)[1]), default_specification=referencing.jsonschema.DRAFT202012)


def problems(document, name):
    """What is wrong with a document by the schema of this file name; empty where nothing is."""
    if not FOLDER.exists():
        pytest.skip(f"no shared data: {FOLDER} is absent")
    registry = referencing.Registry(retrieve=_retrieve)
    validator = jsonschema.Draft202012Validator({"$ref": f"https://schemas.opengis.net/ogcapi/features/part1/1.0/openapi/schemas/{name}"}, registry=registry)
    return [f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(document)]
