"""A thousand requests that mean harm are answered 4xx within a second each, and nothing of them becomes SQL text."""

import collections
import http.client
import re
import sqlite3
import time
import urllib.parse

import pytest

import hostile
from service import Api, Server, lageplan

LONGEST_SECONDS = 1.0


@pytest.fixture(scope="module")
def target(tmp_path_factory):
    """A server of its own, whose memory holds nothing but what this module asked."""
    file = tmp_path_factory.mktemp("hostile") / "village.sqlite"
    lageplan("demo", "--database", file, "--scale", "0.02")
    server = Server(file)
    yield server, file
    assert server.stop() == 0, server.log[-2000:]


def content(file):
    """Every table's rows, to see whether one was changed."""
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        return {
            name: connection.execute(f'SELECT count(*), sum(length(id)) FROM "{name}"').fetchone()
            for name in tables if name in ("trees", "streets", "districts", "signs", "playgrounds")} | {"tables": tables}


def ask(connection, method, address, body, media_type):
    """The status and the seconds until the whole answer was there."""
    start = time.perf_counter()
    connection.putrequest(method, address, skip_accept_encoding=True)
    if media_type:
        connection.putheader("Content-Type", media_type)
    if body is not None or method in ("POST", "PUT", "PATCH"):
        connection.putheader("Content-Length", str(len(body or b"")))
    connection.endheaders(body)
    answer = connection.getresponse()
    answer.read()
    return answer.status, time.perf_counter() - start


@pytest.fixture(scope="module")
def answers(target):
    """(request, status, seconds) of all; a connection that was closed without an answer has the status None."""
    server, _ = target
    place = urllib.parse.urlsplit(server.base)
    # The first request of a process opens files and prepares statements; it is not what is measured.
    assert Api(server.base).get("/collections/trees/items?limit=10&genus=Tilia").status_code == 200
    result, connection = [], http.client.HTTPConnection(place.hostname, place.port, timeout=30)
    for request in hostile.requests():
        try:
            status, seconds = ask(connection, *request[1:])
        except (OSError, http.client.HTTPException) as problem:
            status, seconds = f"no answer: {problem!r}", 0.0
            connection.close()
        result.append((request, status, seconds))
    connection.close()
    return result


def shown(request):
    kind, method, address, body, _ = request
    return f"{kind}: {method} {address[:160]}{'…' if len(address) > 160 else ''}" + (f" with {len(body)} bytes" if body else "")


def test_all_are_refused(answers):
    wrong = [f"{status} to {shown(request)}" for request, status, _ in answers if not (isinstance(status, int) and 400 <= status < 500)]
    assert len(answers) == hostile.COUNT
    assert not wrong, f"{len(wrong)} of {len(answers)}:\n" + "\n".join(wrong[:60])


def test_none_takes_longer_than_a_second(answers):
    slow = sorted(((seconds, shown(request)) for request, _, seconds in answers if seconds > LONGEST_SECONDS), reverse=True)
    assert not slow, "\n".join(f"{seconds:.2f} s for {text}" for seconds, text in slow[:30])


def test_every_kind_is_among_them(answers):
    kinds = collections.Counter(request[0] for request, _, _ in answers)
    assert set(kinds) == {"huge number", "deep nesting", "many terms", "quadratic pattern", "SQL", "strange path", "strange method"}


def memory(pid):
    """What the process can write to: its heap, where SQLite keeps the text of prepared statements."""
    with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb", 0) as bytes_:
        for line in maps:
            span, rights, *_, = line.split()
            if not rights.startswith("rw") or "[v" in line:
                continue
            low, high = (int(each, 16) for each in span.split("-"))
            try:
                bytes_.seek(low)
                yield bytes_.read(high - low)
            except (OSError, ValueError, OverflowError):
                continue


def test_none_reaches_sql_text(answers, target):
    """SQLite keeps the text of its statements in memory: one that reads trees and bears the mark of a hostile request is not there.

    That statements are found this way at all, an honest one proves: it names the property that was filtered by.
    """
    server, _ = target
    statement = rb'FROM\s+"?trees"?(?:(?!\0)[\x09-\xff]){0,2000}?'
    honest, injected = re.compile(statement + rb'"genus"'), re.compile(statement + hostile.MARK.encode())
    found = {"honest": 0, "injected": []}
    for piece in memory(server.process.pid):
        found["honest"] += len(honest.findall(piece))
        found["injected"] += [match[:300] for match in injected.findall(piece)]
    assert found["honest"] > 0, "the search finds not even an honest statement"
    # The requests themselves lie in memory too; those that say FROM trees on their own are known.
    own = [text.encode() for text in hostile.SQL]
    assert [text for text in found["injected"] if not any(text in each or each.endswith(text) for each in own)] == []


def test_the_data_are_as_they_were(answers, target, tmp_path_factory):
    _, file = target
    fresh = tmp_path_factory.mktemp("fresh") / "village.sqlite"
    lageplan("demo", "--database", fresh, "--scale", "0.02")
    assert content(file) == content(fresh)


# A text with a zero byte is refused, see above.
@pytest.mark.parametrize("text", [text for text in hostile.SQL if "\x00" not in text])
def test_sql_as_a_text_value_is_only_a_value(answers, target, text):
    """A text may hold anything; it is compared, and equals no tree's genus."""
    api = Api(target[0].base)
    assert api.json("/collections/trees/items", params={"genus": text})["numberMatched"] == 0
    literal = text.replace("\\", "\\\\").replace("'", "''")
    assert api.json("/collections/trees/items", params={"filter": f"genus = '{literal}'"})["numberMatched"] == 0
    assert api.json("/collections/trees/items", params={"filter": f"genus LIKE '{literal}'"})["numberMatched"] == 0


def test_it_still_serves(answers, target):
    assert Api(target[0].base).json("/health")["status"] == "ok"
