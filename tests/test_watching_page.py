"""The server of the page under --watch: for one's own browser, and nobody else."""

from __future__ import annotations

import http.client
import subprocess
import threading
import time

import pytest

from grader.language import speaking
from grader.watching.page_server import PageServer
from tests.browser import CHROMIUM

PATIENCE = 60  # seconds for what takes one or two on an idle machine


@pytest.fixture
def server():
    with PageServer() as served:
        served.show(b"<title>first</title>")
        yield served


def ask(server, path, method="GET", **headers):
    """Return status, headers and body of an answer."""
    connection = http.client.HTTPConnection(
        "127.0.0.1", int(server.host.rpartition(":")[2]), timeout=PATIENCE
    )
    connection.request(method, path, headers=headers)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, answer.headers, body


def path_of(server, name=""):
    return server.url.partition(server.host)[2] + name


def test_it_serves_the_latest_page(server):
    """Whole, as it was written, and never from a cache."""
    assert ask(server, path_of(server, "result.html"))[2] == b"<title>first</title>"
    server.show(b"<title>second</title>")
    status, headers, body = ask(server, path_of(server, "result.html"))

    assert (status, body) == (200, b"<title>second</title>")
    assert headers["Cache-Control"] == "no-store"
    assert headers["Content-Security-Policy"] == "frame-ancestors 'self'"


def test_the_frame_is_in_the_language_spoken():
    """Of the grader, whatever the browser's."""
    with speaking("ko"), PageServer() as server:
        korean = ask(server, path_of(server))[2].decode()
    with PageServer() as server:
        english = ask(server, path_of(server))[2].decode()

    assert '<html lang="ko">' in korean
    assert "채점기가 멈췄습니다" in korean
    assert '<html lang="en">' in english
    assert "The grader has stopped; this page is as it left it." in english
    assert english.count("\n") == korean.count("\n")
    assert "${" not in korean + english


def test_it_listens_on_the_loopback_only(server):
    assert server.host.startswith("127.0.0.1:")
    assert server._server.socket.getsockname()[0] == "127.0.0.1"


@pytest.mark.parametrize(
    "path", ["/", "/result.html", "/wrong/", "/wrong/result.html", "//result.html", "/%2e/"]
)
def test_without_the_word_nothing_is_told(server, path):
    """Another user of the machine, or a site that guesses the port."""
    status, _, body = ask(server, path)
    assert (status, body) == (404, b"")


@pytest.mark.parametrize("name", ["../result.html", "frame.html", "result.html/..", "number/"])
def test_there_are_three_addresses_and_no_files(server, name):
    assert ask(server, path_of(server, name))[0] == 404


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example:80", "localhost", "127.0.0.1"])
def test_a_site_that_points_its_own_name_here_is_refused(server, host):
    """Its scripts would count as of the same origin as the page."""
    status, _, body = ask(server, path_of(server, "result.html"), Host=host)
    assert (status, body) == (404, b"")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_nothing_can_be_sent_to_it(server, method):
    assert ask(server, path_of(server), method)[0] == 501


def test_news_come_at_once(server):
    """A browser that waits is told when there is another page, not before."""
    told = []
    waiting = threading.Thread(target=lambda: told.append(ask(server, path_of(server, "number?1"))[2]))
    waiting.start()
    time.sleep(0.2)
    assert told == []
    server.show(b"second")
    waiting.join(PATIENCE)
    assert told == [b"2"]


def test_each_server_has_a_word_of_its_own():
    with PageServer() as one, PageServer() as other:
        assert (
            one.url.rpartition("/")[0].rpartition("/")[2] != other.url.rpartition("/")[0].rpartition("/")[2]
        )


@pytest.mark.skipif(CHROMIUM is None, reason="needs chromium, which is not on this machine")
def test_a_browser_loads_the_new_page_and_keeps_what_was_unfolded(server, tmp_path, monkeypatch):
    """Told by the page itself, which asks for an address that does not exist."""
    asked = []
    answer = server.answer
    monkeypatch.setattr(
        server, "answer", lambda host, path: asked.append(path.rpartition("/")[2]) or answer(host, path)
    )
    server.show(b"<details id=a></details><details id=b></details><script>a.open = true</script>")
    flags = ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--remote-debugging-port=0")
    command = [CHROMIUM, *flags, f"--user-data-dir={tmp_path / 'profile'}", server.url]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as browser:
        try:
            wait_until(lambda: "number?2" in asked)  # it has the page and waits for another
            time.sleep(0.5)
            report = "setTimeout(() => fetch(`is?${a.open}${b.open}`), 500)"
            server.show(f"<details id=a></details><details id=b></details><script>{report}</script>".encode())
            wait_until(lambda: any(path.startswith("is?") for path in asked))
        finally:
            browser.terminate()

    assert [path for path in asked if path.startswith("is?")] == ["is?truefalse"]
    assert asked.count("result.html") == 2


def wait_until(condition):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)
