"""Behind a proxy that serves us under a path of its own, as a town's web server does."""

import http.server
import threading
import urllib.error
import urllib.request

import pytest

from conftest import Server


class Proxy(http.server.BaseHTTPRequestHandler):
    """Passes /lageplan/… on without the prefix; everything else belongs to somebody else."""

    target = None

    def do_GET(self):
        prefix, _, path = self.path.lstrip("/").partition("/")
        if prefix != "lageplan":
            self.send_error(404)
            return
        try:
            answer = urllib.request.urlopen(f"{self.target}/{path}", timeout=30)
        except urllib.error.HTTPError as problem:
            answer = problem
        body = answer.read()
        self.send_response(answer.status)
        for name in ("Content-Type", "Content-Security-Policy"):
            if value := answer.headers.get(name):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def proxied(request):
    proxy = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    public = f"http://127.0.0.1:{proxy.server_port}/lageplan"
    server = Server(request.getfixturevalue("database"), "--public-url", public)
    Proxy.target = server.base
    threading.Thread(target=proxy.serve_forever, daemon=True).start()
    yield public
    proxy.shutdown()
    server.stop()


def test_the_page_works_under_a_path(visit, proxied):
    opened = visit("#10.5/52.42/10.78&list=depots", at=proxied)
    assert opened.rendered().get("districts", 0) > 0
    assert opened.page.locator("#list-items li").count() > 0
    opened.page.locator("#list-items button").first.click()
    opened.page.locator("#panel").wait_for(state="visible")
    assert all(url.startswith(proxied) for url in opened.requests if url.startswith("http"))
    assert opened.complaints == []
