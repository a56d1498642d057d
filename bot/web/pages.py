"""What all pages share: templates, static files, forms, guards and headers.

Pages are plain forms that work without scripts. No response may be framed, cached or indexed
unless it says so; nothing is loaded from elsewhere.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jinja2
import structlog
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.responses import (
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
)
from starlette.routing import Route

from bot.editions import Editions
from bot.web.body import read_body, read_form
from dialogs.texts import Texts

log = structlog.get_logger("majup.web")

HERE = Path(__file__).parent
BODY_LIMIT = 64_000
"""Bytes of a form: sixteen times the longest message, as %-escapes treble Cyrillic twice."""
FIELDS = 60
LANGUAGES = ("lv", "ru", "en")
STATIC = {
    "looks.css": "text/css; charset=utf-8",
    "web.css": "text/css; charset=utf-8",
    "chat.js": "text/javascript; charset=utf-8",
    "embed.js": "text/javascript; charset=utf-8",
    "studio.css": "text/css; charset=utf-8",
    "studio.js": "text/javascript; charset=utf-8",
    "home.svg": "image/svg+xml",
}

HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
    "x-robots-tag": "noindex, nofollow",
    "cache-control": "no-store",
}
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors "
)


class Ask:
    """One request of a page: the form it sent and the language to answer in."""

    def __init__(
        self,
        request: Request,
        pairs: Sequence[tuple[str, str]] = (),
        files: Mapping[str, bytes] | None = None,
    ) -> None:
        self.request = request
        self.form = dict(pairs)
        self.pairs = tuple(pairs)
        self.files = files or {}
        self.language = accepted(request.headers.get("accept-language", ""))

    def field(self, name: str, most: int = 4096) -> str:
        """A field of the form, at most so many characters; "" if it was not sent."""
        return self.form.get(name, "")[:most]

    def fields(self, name: str, most: int = 4096) -> tuple[str, ...]:
        """All values sent under one name, in order."""
        return tuple(value[:most] for key, value in self.pairs if key == name)

    def query(self, name: str, most: int = 100) -> str:
        """A value of the address's query; "" if there is none."""
        return self.request.query_params.get(name, "")[:most]

    def part(self, name: str) -> str:
        """A part of the path."""
        return str(self.request.path_params.get(name, ""))

    def cookie(self, name: str) -> str:
        """A cookie's value."""
        return self.request.cookies.get(name, "")[:100]

    @property
    def scripted(self) -> bool:
        """Whether the page's own script asks."""
        return "application/json" in self.request.headers.get("accept", "")

    @property
    def client(self) -> str:
        """Whose limits this counts for: the client's address."""
        return self.request.client.host if self.request.client else ""


Handler = Callable[[Ask], Awaitable[Response]]


class Pages:
    """Draws pages in three languages and guards what they send back."""

    def __init__(self, editions: Editions, public_url: str) -> None:
        self.editions = editions
        self.public_url = public_url.rstrip("/")
        self.secure = public_url.startswith("https://")
        self._files = {name: (HERE / "page" / name).read_bytes() for name in STATIC}
        self._marks = {
            name: hashlib.sha256(content).hexdigest()[:12]
            for name, content in self._files.items()
        }
        self._jinja = jinja2.Environment(
            loader=jinja2.FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._jinja.globals["static"] = self.static

    @property
    def texts(self) -> Texts:
        """The texts of the revision that holds: published ones show with the next page."""
        return self.editions.current.texts

    def static(self, name: str) -> str:
        """The address of a static file; it changes with its content."""
        return f"/static/{name}?{self._marks[name]}"

    def say(self, language: str, name: str, /, **args: object) -> str:
        """A text of the pages."""
        return self.texts.say(language, f"web:{name}", **args)

    def drawn(self, template: str, language: str, **values: Any) -> str:
        """A page or a part of one as HTML."""

        def text(name: str, /, **args: object) -> str:
            return self.say(language, name, **args)

        return self._jinja.get_template(template).render(t=text, language=language, **values)

    def page(
        self,
        template: str,
        language: str,
        status: int = 200,
        frames: str = "'none'",
        **values: Any,
    ) -> Response:
        """A whole page. ``frames``: which sites may show it inside theirs."""
        response = HTMLResponse(self.drawn(template, language, **values), status)
        self.allow_frames(response, frames)
        return response

    @staticmethod
    def allow_frames(response: Response, frames: str) -> None:
        """Let these sites show the response inside theirs."""
        response.headers["content-security-policy"] = _POLICY + frames

    def message(
        self,
        language: str,
        name: str,
        status: int = 200,
        frames: str = "'none'",
        way: tuple[str, str] = ("", ""),
        **args: object,
    ) -> Response:
        """A page that only says something: heading ``NAME`` and text ``NAME_text``.

        ``way`` is where to go from there: an address and the name of its label.
        """
        return self.page(
            "message.html",
            language,
            status,
            frames,
            heading=self.say(language, name),
            text=self.say(language, f"{name}_text", **args),
            where=way[0],
            label=self.say(language, way[1]) if way[1] else "",
        )

    def refused(self, ask: Ask, name: str, status: int) -> Response:
        """What cannot be done, in the person's language; a script gets the status alone."""
        if ask.scripted:
            return JSONResponse({}, status)
        return self.message(ask.language, name, status)

    def nowhere(self) -> Route:
        """The last of the routes: there is no such page."""

        async def nothing(ask: Ask) -> Response:
            return self.message(ask.language, "nowhere", 404, way=("/chat", "chat_go"))

        return self.route("/{anything:path}", nothing)

    @staticmethod
    def go(where: str) -> Response:
        """Go on with a GET, so that reloading sends nothing twice."""
        return RedirectResponse(where, 303)

    def inside(self, ask: Ask, otherwise: str) -> str:
        """The path of our own page from which a form was sent; ``otherwise`` if it is unknown."""
        came = urlsplit(ask.request.headers.get("referer", ""))
        own = {urlsplit(self.public_url).netloc, ask.request.headers.get("host", "")}
        if came.netloc not in own or not came.path.startswith("/") or came.path[1:2] == "/":
            return otherwise
        return came.path + (f"?{came.query}" if came.query else "")

    def files(self) -> Route:
        """The route of the static files."""

        async def file(ask: Ask) -> Response:
            name = ask.part("name")
            if name not in STATIC:
                return PlainTextResponse("not found", 404)
            response = self.file(name)
            if ask.request.url.query == self._marks[name]:
                response.headers["cache-control"] = "public, max-age=31536000, immutable"
            return response

        return self.route("/static/{name}", file)

    def file(self, name: str) -> Response:
        """One static file."""
        response = Response(self._files[name], media_type=STATIC[name])
        response.headers["cache-control"] = "public, max-age=300"
        return response

    def route(
        self,
        path: str,
        handler: Handler,
        *methods: str,
        most: int = BODY_LIMIT,
        fields: int = FIELDS,
    ) -> Route:
        """A route whose posts are guarded and whose answers have all headers.

        ``most`` bytes and ``fields`` are what a post may have; an upload is a form with files.
        """

        async def endpoint(request: Request) -> Response:
            ask = Ask(request)
            if request.method == "POST":
                if not self._from_here(request):
                    return self._dressed(self.refused(ask, "not_from_here", 403))
                body = await read_body(request, most)
                if body is None:
                    return self._dressed(self.refused(ask, "too_long", 413))
                try:
                    pairs, files = await read_form(request.headers, body, most, fields)
                except (ValueError, MultiPartException):
                    return self._dressed(self.refused(ask, "too_long", 413))
                ask = Ask(request, pairs, files)
            try:
                response = await handler(ask)
            except Exception as error:  # noqa: BLE001 - nobody sees a traceback
                log.error("web.failed", page=path, error=type(error).__name__)
                response = self.refused(ask, "no_connection_to_office", 500)
            return self._dressed(response)

        return Route(path, endpoint, methods=list(methods or ("GET",)))

    def _dressed(self, response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("content-security-policy", _POLICY + "'none'")
        if self.secure:
            response.headers.setdefault("strict-transport-security", "max-age=31536000")
        return response

    def _from_here(self, request: Request) -> bool:
        """Whether a form was sent from our own pages: as the browser says, or by its origin."""
        site = request.headers.get("sec-fetch-site")
        if site is not None:
            return site == "same-origin"
        origin = request.headers.get("origin")
        if origin is None:
            return False
        own = {urlsplit(self.public_url).netloc, request.headers.get("host", "")}
        return urlsplit(origin).netloc in own

    # -- cookies --------------------------------------------------------------------------------

    def set_cookie(
        self, response: Response, name: str, value: str, *, framed: bool = False
    ) -> None:
        """Keep a key in the browser until it is closed, out of reach of scripts.

        ``framed``: also inside another site's page, apart for each such site.
        """
        kept = f"{self.cookie_name(name)}={value}{self._kept(framed)}"
        response.headers.append("set-cookie", kept)

    def drop_cookie(self, response: Response, name: str, *, framed: bool = False) -> None:
        """Take a key out of the browser."""
        gone = f"{self.cookie_name(name)}=; Max-Age=0{self._kept(framed)}"
        response.headers.append("set-cookie", gone)

    def _kept(self, framed: bool) -> str:
        if not self.secure:
            return "; Path=/; HttpOnly; SameSite=Lax"
        same = "None; Partitioned" if framed else "Lax"
        return f"; Path=/; HttpOnly; Secure; SameSite={same}"

    def cookie_name(self, name: str) -> str:
        """A name that browsers accept from this host and over TLS alone."""
        return f"__Host-{name}" if self.secure else name


def accepted(header: str) -> str:
    """The first of our languages a browser asks for; Latvian if none."""
    for part in header.split(","):
        code = part.split(";")[0].strip().lower().partition("-")[0]
        if code in LANGUAGES:
            return code
    return "lv"


__all__ = ["LANGUAGES", "Ask", "Pages", "accepted"]
