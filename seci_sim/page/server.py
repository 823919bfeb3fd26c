"""The page's server: who may ask, what is answered, and how it is started.

Everything is answered from what is asked, so that nobody can read another's run: the server keeps
only the line of those who wait, and some films of shipped scenarios. A mistake is answered like on the command line, in one line each,
with HTTP 400 (wrong), 403 (from elsewhere), 404, 413 (too much) or 429 (come again).
"""

from __future__ import annotations

import gzip
import hashlib
import html
import ipaddress
import socket
from collections import OrderedDict
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import orjson
from flask import Flask, Response, request
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from werkzeug.exceptions import HTTPException

from seci_sim.page import work
from seci_sim.page.dash_page import add_page
from seci_sim.page.document import script, style
from seci_sim.page.request import Asked, asked, declared, sent_file
from seci_sim.page.workers import Line, Refused
from seci_sim.scenario import InputProblem

LARGEST_REQUEST = 1_300_000
"""Bytes: a scenario file of the largest size, and settings."""

WAIT = 2.0
"""Seconds that a request waits for its run before it is told its place in the line."""

SHORTEST_VISITOR = 16
MOST_KEPT = 32
"""Films that are kept, of a hundred kilobytes or so."""

MADE: dict[str, tuple[Callable[..., bytes], str, str]] = {
    "/film": (work.film_of, "application/json", "json"),
    "/table": (work.table_of, "text/csv", "csv"),
    "/workbook": (
        work.workbook_of,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "xlsx",
    ),
}
"""What a worker makes of a run, its type and the ending of its file."""

PATHS = (*MADE, "/", "/settings", "/scenario", "/player.js", "/player.css", "/_dash-layout",
         "/_dash-dependencies")  # fmt: skip
FOLDERS = ("/assets/", "/_dash-component-suites/")
"""What there is; callbacks of Dash are answered in the browser, so none is taken here."""


class SentFile(BaseModel):
    """A scenario file in a request."""

    model_config = ConfigDict(extra="forbid", strict=True)
    name: str = Field(max_length=300)
    text: str = Field(max_length=1_000_000)


class Body(BaseModel):
    """What the page sends."""

    model_config = ConfigDict(extra="forbid", strict=True)
    fields: dict[str, str] = Field(default_factory=dict, max_length=200)
    file: SentFile | None = None
    visitor: str = Field("", pattern="^[0-9a-zA-Z-]{0,64}$")


def new_server(line: Line) -> Flask:
    """The server, with the page on it."""
    server = Flask("seci_sim.page", static_folder=None)
    server.config["MAX_CONTENT_LENGTH"] = LARGEST_REQUEST
    server.before_request(_check_where_from)
    server.before_request(_check_address)
    server.register_error_handler(Exception, _problem)
    _add_routes(server, line)
    dash = add_page(server)
    scripts = " ".join(["'self'", *dash.csp_hashes()])
    server.after_request(partial(_guarded, scripts=scripts))
    return server


def _add_routes(server: Flask, line: Line) -> None:
    player = {
        "/player.js": (script("player"), "text/javascript"),
        "/player.css": (style(), "text/css"),
    }
    for path, (text, kind) in player.items():
        server.add_url_rule(path, path, partial(Response, text, mimetype=kind))
    server.add_url_rule("/settings", view_func=_settings, methods=["POST"])
    server.add_url_rule("/scenario", view_func=_scenario, methods=["POST"])
    kept: OrderedDict[str, bytes] = OrderedDict()
    for path in MADE:
        server.add_url_rule(path, path, partial(_run, line, kept, path), methods=["POST"])


# Who may ask -------------------------------------------------------------------------------------


def _check_where_from() -> Response | None:
    """Refuse pages of other sites, which could make a visitor's browser ask in their name."""
    host = request.headers.get("Host", "")
    if not is_ours(host):
        what = "this page is not called so; open it as http://127.0.0.1 with its port"
        return _lines(403, [what])
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != host:
        return _lines(403, ["asked by a page of another site"])
    return None


def is_ours(host: str) -> bool:
    """Whether a Host header names this machine by number or by its own name.

    A site that lets its name point here (DNS rebinding) is known by that name.

    Examples
    --------
    >>> is_ours("127.0.0.1:8050"), is_ours("[::1]:8050"), is_ours("evil.example")
    (True, True, False)
    """
    try:
        name = urlsplit(f"//{host}").hostname or ""
        ipaddress.ip_address(name)
    except ValueError:
        return host.partition(":")[0].lower() in {"localhost", socket.gethostname().lower()}
    return True


def _check_address() -> Response | None:
    """Refuse what is not there, and an address of the page that asks for what cannot be."""
    path = request.path
    if path not in PATHS and not path.startswith(FOLDERS):
        return _lines(404, ["there is no such page"])
    if path == "/" and request.args:
        asked(_fields_of_address()).scenarios()
    return None


def _fields_of_address() -> dict[str, str]:
    found = {}
    for name, values in request.args.lists():
        if len(values) > 1:
            raise InputProblem([f"{name[:60]!r}: given twice"])
        found[name] = values[0]
    return found


# What is answered --------------------------------------------------------------------------------


def _read() -> tuple[Asked, str]:
    """What is asked for, and by whom."""
    if request.mimetype != "application/json":
        raise InputProblem(["the request must be JSON"])
    try:
        body = Body.model_validate_json(request.get_data())
    except ValidationError as problem:
        first = problem.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise InputProblem([f"request: {where[:60]!r}: {first['msg']}"]) from None
    sent = sent_file(body.file.name, body.file.text) if body.file else None
    return asked(body.fields, sent), body.visitor


def _settings() -> Response:
    """What the page's sliders show for what is asked for."""
    found, _ = _read()
    *others, scenario = found.scenarios()
    values = {name: _value(scenario, name) for name in declared()}
    return _json({
        "fields": found.fields(),
        "name": scenario.name,
        "question": scenario.question,
        "compared": others[0].name if others else "",
        "values": values,
        "units": {name: declaration.unit for name, declaration in declared().items()},
    })  # fmt: skip


def _value(scenario: Any, name: str) -> Any:
    section, _, field = declared()[name].name.partition(".")
    return getattr(getattr(scenario, section), field)


def _scenario() -> Response:
    found, _ = _read()
    found.scenarios()
    return _file(found.yaml().encode(), "text/yaml", "yaml")


def _run(line: Line, kept: OrderedDict[str, bytes], path: str) -> Response:
    """Do what is asked for, or tell the place in the line."""
    found, visitor = _read()
    if len(visitor) < SHORTEST_VISITOR:
        raise InputProblem([f"visitor: must have {SHORTEST_VISITOR} letters or digits at least"])
    key = hashlib.sha256(repr((path, found)).encode()).hexdigest()
    make, mimetype, ending = MADE[path]
    task = partial(make, found.scenarios(), found.seed)
    if path == "/workbook":
        task = partial(task, command=f"seci-sim app, and open ?{found.address()}")
    done = kept.get(key) or line.ask(f"{visitor} {path}", key, task, WAIT)
    if isinstance(done, int):
        return _json({"place": done}, 202)
    if path != "/film":
        return _file(done, mimetype, ending)
    if found.sent is None:
        _keep(kept, key, done)
    return _compressed(done, mimetype)


def _keep(kept: OrderedDict[str, bytes], key: str, film: bytes) -> None:
    """Keep a film of shipped scenarios: a class that opens the page asks for the same one 30 times.

    Nobody's run can be read from it: a film is given only to who asks for all that it was made from.
    """
    kept[key] = film
    with suppress(KeyError):  # two requests may take out the oldest at once
        while len(kept) > MOST_KEPT:
            kept.popitem(last=False)


def _compressed(packed: bytes, mimetype: str) -> Response:
    if "gzip" not in request.headers.get("Accept-Encoding", ""):
        return Response(gzip.decompress(packed), mimetype=mimetype)
    return Response(packed, mimetype=mimetype, headers={"Content-Encoding": "gzip"})


def _file(content: bytes, mimetype: str, ending: str) -> Response:
    named = {"Content-Disposition": f'attachment; filename="seci-sim.{ending}"'}
    return Response(content, mimetype=mimetype, headers=named)


def _json(document: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(document), status, mimetype="application/json")


# What went wrong ---------------------------------------------------------------------------------


def _problem(problem: Exception) -> Response:
    """Say what is wrong."""
    match problem:
        case InputProblem():
            return _lines(400, problem.lines)
        case Refused():
            return _lines(problem.status, [str(problem)])
        case HTTPException():
            return _lines(problem.code or 400, [problem.name.lower()])
    if request.path.startswith("/_dash-"):  # Dash raises whatever comes where it knows no such file
        return _lines(404, ["there is no such file"])
    raise problem


def _lines(status: int, lines: Sequence[str]) -> Response:
    """The lines, for people or for the page."""
    if request.method == "POST":
        return _json({"problems": list(lines)}, status)
    text = "".join(f"<p>{html.escape(line)}</p>" for line in lines)
    head = '<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>seci_sim: refused</title>'
    return Response(f'{head}<h1>Refused</h1>{text}<p><a href="/">Start again</a></p>', status)


def _guarded(response: Response, scripts: str) -> Response:
    """Let a browser load nothing from anywhere else, and show the page in no other."""
    policy = (
        f"default-src 'self'; script-src {scripts}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
    )
    response.headers["Content-Security-Policy"] = policy
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers.setdefault("Cache-Control", "no-store")
    return response
