"""Show the page in a browser and load it anew when it has changed.

A page that is opened as a file can only reload by the clock (meta refresh): it would flash every second, fold what was
unfolded, and still be late. So the page is served, with a frame around it that is told when there is a new one, and
that puts back what was unfolded and how far it was scrolled. The page itself is the same file to the last byte.

What is served is a student's work and the answers on it, and any site that is open in the browser, and any user of the
machine, could ask for it. So the server is bound to the loopback, answers only where the address holds a random word
that nobody can guess, only to its own name (a site that points its own name at 127.0.0.1 is refused), keeps others from
framing it, and tells no address to anybody.
"""

from __future__ import annotations

import secrets
import socketserver
import threading
from html import escape
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from string import Template
from types import TracebackType

from grader.language import phrase, spoken

_FRAME = Path(__file__).with_name("frame.html")
_WAIT_SECONDS = 20.0  # a browser asks anew after this long without news
_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "frame-ancestors 'self'",
}


class PageServer:
    """Serves the latest page to one's own browser.

    Use as a context. `url` is where the browser finds it.
    """

    def __init__(self) -> None:
        self._token = secrets.token_urlsafe(24)
        self._news = threading.Condition()
        self._frame = _frame()
        self._page = b""
        self._number = 0
        self._ended = False
        shown = self

        class Handler(_Handler):
            pages = shown

        self._server = _Server(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self._server.server_address[1]}"
        self.url = f"http://{self.host}/{self._token}/"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.1,), daemon=True)

    def show(self, page: bytes) -> None:
        """Serve another page from now on, and let browsers know."""
        with self._news:
            self._page = page
            self._number += 1
            self._news.notify_all()

    def answer(self, host: str | None, path: str) -> tuple[HTTPStatus, str, bytes]:
        """Return status, type and body of the answer to a request.

        Args:
            host: that the browser thinks it talks to.
            path: with the query.
        """
        word, _, rest = path.removeprefix("/").partition("/")
        if host != self.host or not secrets.compare_digest(word.encode(), self._token.encode()):
            return HTTPStatus.NOT_FOUND, "text/plain", b""
        name, _, query = rest.partition("?")
        if name == "":
            return HTTPStatus.OK, "text/html; charset=utf-8", self._frame
        if name == "result.html":
            return HTTPStatus.OK, "text/html; charset=utf-8", self._page
        if name == "number":
            return HTTPStatus.OK, "text/plain", str(self._wait(query)).encode()
        return HTTPStatus.NOT_FOUND, "text/plain", b""

    def _wait(self, seen: str) -> int:
        """Return the number of the latest page, once it is another than the browser has seen."""
        with self._news:
            self._news.wait_for(lambda: self._ended or str(self._number) != seen, _WAIT_SECONDS)
            return self._number

    def __enter__(self) -> PageServer:
        self._thread.start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        with self._news:
            self._ended = True
            self._news.notify_all()
        self._server.shutdown()
        self._server.server_close()


def _frame() -> bytes:
    """Return the frame around the page, in the language spoken."""
    return (
        Template(_FRAME.read_text("utf-8"))
        .substitute(
            language=spoken(),
            name=escape(phrase("Grader")),
            results=escape(phrase("Results")),
            stopped=escape(phrase("The grader has stopped; this page is as it left it.")),
        )
        .encode()
    )


class _Server(
    socketserver.ThreadingMixIn, socketserver.TCPServer
):  # HTTPServer would look up its own name first
    daemon_threads = True
    block_on_close = False  # a browser may keep its connection


class _Handler(BaseHTTPRequestHandler):
    """Answers GET, and nothing else."""

    pages: PageServer
    protocol_version = "HTTP/1.1"
    timeout = 60

    def do_GET(self) -> None:
        """Answer one request."""
        status, kind, body = self.pages.answer(self.headers.get("Host"), self.path)
        self.send_response(status)
        for name, value in {**_HEADERS, "Content-Type": kind, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def handle(self) -> None:
        """Answer until the browser goes away, which is nothing to complain about."""
        try:
            super().handle()
        except (ConnectionError, TimeoutError):
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Say nothing: the terminal is for results."""

    def version_string(self) -> str:
        """Return a name that tells nothing of the machine."""
        return "grader"
