"""Servers for the tests of this folder: one that is only read, one that may be written to."""

import contextlib
import sqlite3

import pytest

from service import Api, Server, lageplan, new_token

# The part of the sample town that every test here knows: 3,000 trees and eight more collections.
SCALE = "0.05"


@pytest.fixture(scope="session")
def database(tmp_path_factory):
    file = tmp_path_factory.mktemp("town") / "town.sqlite"
    lageplan("demo", "--database", file, "--scale", SCALE)
    return file


@pytest.fixture(scope="session")
def server(database):
    running = Server(database)
    yield running
    assert running.stop() == 0, "SIGTERM must end the server cleanly:\n" + running.log[-2000:]


@pytest.fixture(scope="session")
def base(server):
    return server.base


@pytest.fixture(scope="session")
def api(base):
    return Api(base)


@pytest.fixture(scope="session")
def rows(database):
    """Asks the database file itself, past the server: the oracle of counts."""
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        yield lambda statement, *values: connection.execute(statement, values).fetchall()


@pytest.fixture(scope="session")
def writable_database(tmp_path_factory):
    file = tmp_path_factory.mktemp("writable") / "village.sqlite"
    lageplan("demo", "--database", file, "--scale", "0.02")
    return file


@pytest.fixture(scope="session")
def token(writable_database):
    return new_token(writable_database, "tests")


@pytest.fixture(scope="session")
def writable_server(writable_database, token):
    running = Server(writable_database, "--writable")
    yield running
    assert running.stop() == 0, "SIGTERM must end the server cleanly:\n" + running.log[-2000:]


@pytest.fixture(scope="session")
def writer(writable_server, token):
    """Requests of one who may write."""
    return Api(writable_server.base, token)


@pytest.fixture(scope="session")
def stranger(writable_server):
    """Requests to the same server without a token."""
    return Api(writable_server.base)


@pytest.fixture(scope="session")
def trees(api):
    """Every tree of the town as the server gives it in degrees, by id."""
    return {feature["id"]: feature for feature in api.features("/collections/trees/items", params={"limit": 1000})}
