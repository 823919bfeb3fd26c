"""A page that runs cases in a real browser and posts what they come to: no driver, only the browser itself."""

from __future__ import annotations

import base64
import json
import os
import queue
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from engine_cases import Case

from seci_sim.browser.files import CATALOGUE, MODULE, bundle

RUNNING = """
const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
const told = { module: bytes(DATA.module), catalogue: DATA.catalogue };

/** The measures of the last week, from a worker that is the bundle and nothing else. */
const inWorker = (asked) =>
  new Promise((done, failed) => {
    const worker = new Worker(URL.createObjectURL(new Blob([DATA.bundle], { type: "text/javascript" })));
    let last;
    worker.onerror = (problem) => failed(new Error(problem.message));
    worker.onmessage = ({ data }) => {
      if (data.type === "opened") worker.postMessage({ type: "start", id: 1, ...asked, to: asked.weeks });
      if (data.type === "week") last = data.row.needs_met;
      if (data.type === "error") failed(new Error(data.message));
      if (data.type === "done") done([last, data.series.needs_met.at(-1), data.week]);
    };
    worker.postMessage({ type: "open", ...told });
  });

(async () => {
  const engine = await seci.openEngine(told.module, told.catalogue);
  const here = answers(engine, DATA.cases);
  return { browser: navigator.userAgent, answers: here, worker: await inWorker(DATA.cases[0]) };
})()
  .catch((problem) => ({ problem: String(problem.stack ?? problem) }))
  .then((found) => fetch("/answer", { method: "POST", body: JSON.stringify(found) }));
"""


def page(cases: Sequence[Case]) -> str:
    """One file that holds everything."""
    data = {
        "module": base64.b64encode(MODULE.read_bytes()).decode(),
        "catalogue": json.loads(CATALOGUE.read_text("utf-8")),
        "bundle": bundle(),
        "cases": list(cases),
    }
    answering = Path(__file__).with_name("engine_answers.js").read_text("utf-8")
    scripts = (
        f"const DATA = {json.dumps(data)};".replace("</", r"<\/"),
        bundle(),
        answering.replace("export function", "function"),
        RUNNING,
    )
    inside = "\n".join(f"<script>{script}</script>" for script in scripts)
    return f"<!doctype html><meta charset='utf-8'><title>Engine</title>{inside}"


@contextmanager
def _served(text: str) -> Iterator[tuple[str, queue.Queue[Any]]]:
    """An address of the page, and where its answer arrives."""
    found: queue.Queue[Any] = queue.Queue()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = text.encode()
            self.send_response(200 if self.path == "/" else 404)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            found.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/", found
    finally:
        server.shutdown()
        server.server_close()


def seen_by(program: Sequence[str], cases: Sequence[Case]) -> dict[str, Any]:
    """What a browser makes of cases; its command ends with the address, and may name ``{folder}``."""
    with _served(page(cases)) as (address, found), tempfile.TemporaryDirectory() as folder:
        command = [part.format(folder=folder) for part in program]
        quiet = subprocess.DEVNULL
        browser = subprocess.Popen(
            [*command, address], stdout=quiet, stderr=quiet, start_new_session=True
        )
        try:
            answer: dict[str, Any] = found.get(timeout=900)
        finally:
            os.killpg(browser.pid, signal.SIGTERM)  # a browser is many programs
            browser.wait(30)
    assert "problem" not in answer, answer["problem"]
    return answer
