"""A page in headless Chromium: what it complains about, how wide it is, how it looks."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
LAYOUT = re.compile(r"<pre id=\"measured\">(.*?)</pre>", re.DOTALL)

_QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)
_MEASURE = """
const wide = [...document.querySelectorAll("body *")].filter((one) => {
  const box = one.getBoundingClientRect();
  return box.width > 0 && box.right > innerWidth + 1 && !one.closest("pre, .scrolls, .unseen, .skip");
});
const images = [...document.images];
parent.postMessage(JSON.stringify({
  width: innerWidth,
  scrolled: document.documentElement.scrollWidth,
  wide: wide.slice(0, 5).map((one) => one.outerHTML.slice(0, 80)),
  images: images.length,
  broken: images.filter((one) => !one.complete || one.naturalWidth === 0).length,
  unfolded: document.querySelectorAll("details[open]").length,
  buttons: [...document.querySelectorAll("button")].map((one) => one.textContent),
  hidden: document.querySelectorAll("details[hidden]").length,
  background: getComputedStyle(document.body).backgroundColor,
  also: ALSO,
}), "*");
"""
_TIME = """
document.body.getBoundingClientRect();
const measured = document.createElement("pre");
measured.id = "measured";
measured.textContent = performance.now();
document.body.append(measured);
"""
# A window of the browser itself cannot be as narrow as a phone, a frame can.
_FRAME = """<!doctype html>
<script>addEventListener("message", (told) => {
  const measured = document.createElement("pre");
  measured.id = "measured";
  measured.textContent = told.data;
  document.body.append(measured);
});</script>
<body><iframe src="measured.html#ANCHOR" style="width: WIDTHpx; height: 900px; border: 0"></iframe></body>
"""


def complaints(page: Path, profile: Path) -> list[str]:
    """Return what the browser's console says of a page."""
    ended = _run(page, profile, "--enable-logging=stderr", "--v=0", "--dump-dom")
    return [line for line in ended.stderr.splitlines() if "CONSOLE" in line]


def measure(
    page: Path,
    profile: Path,
    *,
    width: int = 1280,
    dark: bool = False,
    do: str = "",
    anchor: str = "",
    also: str = "null",
):
    """Return how a page is laid out, after a script has done something on it.

    What `also`, an expression of the script's language, is worth comes back beside it. The page's own policy lets no other script run, so a copy without the policy is looked at.
    """
    text = re.sub(r"<meta http-equiv.*?>", "", page.read_text("utf-8"))
    script = f"<script>addEventListener('load', () => {{ {do}\n{_MEASURE.replace('ALSO', also)} }});</script>"
    copy = page.with_name("measured.html")
    copy.write_text(text.replace("</body>", f"{script}</body>"), "utf-8")
    frame = page.with_name("frame.html")
    frame.write_text(_FRAME.replace("ANCHOR", anchor).replace("WIDTH", str(width)), "utf-8")
    ended = _run(
        frame, profile, "--window-size=1400,1000", *_scheme(dark), "--virtual-time-budget=4000", "--dump-dom"
    )
    found = LAYOUT.search(ended.stdout)
    assert found, ended.stderr[-2000:]
    return json.loads(found[1].replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))


def screenshot(
    page: Path, profile: Path, picture: Path, *, width: int, height: int, dark: bool = False
) -> None:
    """Write a PNG of how a page looks."""
    _run(page, profile, f"--window-size={width},{height}", *_scheme(dark), f"--screenshot={picture}")


def seconds_to_open(page: Path, profile: Path) -> float:
    """Return how long the browser takes from asking for a page until it is loaded and laid out, by its own clock."""
    text = re.sub(r"<meta http-equiv.*?>", "", page.read_text("utf-8"))
    script = f"<script>addEventListener('load', () => {{ {_TIME} }});</script>"
    copy = page.with_name("timed.html")
    copy.write_text(text.replace("</body>", f"{script}</body>"), "utf-8")
    ended = _run(copy, profile, "--window-size=1280,900", "--dump-dom")
    found = LAYOUT.search(ended.stdout)
    assert found, ended.stderr[-2000:]
    return float(found[1]) / 1000


def _scheme(dark: bool) -> tuple[str, ...]:
    return (f"--blink-settings=preferredColorScheme={0 if dark else 1}",)


def _run(page: Path, profile: Path, *flags: str) -> subprocess.CompletedProcess[str]:
    assert CHROMIUM is not None
    return subprocess.run(
        [CHROMIUM, *_QUIET, f"--user-data-dir={profile}", *flags, page.resolve().as_uri()],
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
