"""A browser without scripts: pages, their forms and buttons, cookies."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import httpx
from starlette.applications import Starlette


class Form:
    """A form: where it goes, its fields, its buttons by label with what they add."""

    def __init__(self, action: str, method: str) -> None:
        self.action = action
        self.method = method
        self.fields: dict[str, str] = {}
        self.buttons: list[tuple[str, dict[str, str]]] = []


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.words: list[str] = []
        self._form: Form | None = None
        self._button: dict[str, str] | None = None
        self._label = ""
        self._area = ""
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            assert self._form is None, "a form inside a form"
            self._form = Form(given.get("action", ""), given.get("method", "get"))
            self.forms.append(self._form)
        elif tag == "input" and self._form is not None:
            ticked = given.get("type") not in ("radio", "checkbox") or "checked" in given
            if given.get("type") != "file" and ticked:
                self._form.fields[given["name"]] = given.get("value", "")
        elif tag == "select" and self._form is not None:
            self._select = given["name"]
        elif tag == "option" and self._form is not None and self._select:
            first = self._select not in self._form.fields
            if first or "selected" in given:
                self._form.fields[self._select] = given.get("value", "")
        elif tag == "textarea" and self._form is not None:
            self._area = given["name"]
            self._form.fields[self._area] = ""
        elif tag == "button":
            self._button = {given["name"]: given.get("value", "")} if "name" in given else {}
            self._label = given.get("aria-label", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "textarea":
            self._area = ""
        elif tag == "select":
            self._select = ""
        elif tag == "button" and self._button is not None and self._form is not None:
            self._form.buttons.append((self._label.strip(), self._button))
            self._button = None

    def handle_data(self, data: str) -> None:
        if self._button is not None:
            self._label += data
        if self._area and self._form is not None:
            self._form.fields[self._area] += data
        self.words.append(data)


class Browser:
    """One visitor of an app, or of the server at ``url``."""

    def __init__(self, app: Starlette | None, url: str = "http://office.test") -> None:
        self.url = url
        transport = httpx.ASGITransport(app) if app is not None else None
        self.client = httpx.AsyncClient(
            transport=transport, base_url=url, follow_redirects=True, timeout=30
        )
        self.answer: httpx.Response | None = None

    @property
    def page(self) -> httpx.Response:
        """The page shown."""
        assert self.answer is not None
        return self.answer

    @property
    def read(self) -> _Reader:
        """The page taken apart."""
        reader = _Reader()
        reader.feed(self.page.text)
        return reader

    @property
    def words(self) -> str:
        """The page's words."""
        return " ".join(" ".join(self.read.words).split())

    async def open(self, path: str) -> httpx.Response:
        """Open a page."""
        headers = {"accept-language": "lv", "sec-fetch-site": "none"}
        self.answer = await self.client.get(path, headers=headers)
        return self.answer

    async def post(self, path: str, data: dict[str, str], **headers: str) -> httpx.Response:
        """Send fields as a form of our own page does."""
        headers.setdefault("sec_fetch_site", "same-origin")
        headers.setdefault("accept_language", "lv")
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answer = await self.client.post(path, data=data, headers=sent)
        return self.answer

    async def press(self, label: str, **fields: Any) -> httpx.Response:
        """Press the last button whose label begins so."""
        for form in reversed(self.read.forms):
            for name, own in reversed(form.buttons):
                if name.startswith(label):
                    here = self.page.url.path
                    return await self.post(
                        form.action or here, {**form.fields, **fields, **own}
                    )
        raise LookupError(label)

    def offered(self) -> list[str]:
        """The buttons of the newest message that has any."""
        own = [
            [label for label, adds in form.buttons if "token" in adds] for form in self.read.forms
        ]
        return [each for each in own if each][-1]

    def labels(self) -> list[str]:
        """All buttons of the page."""
        return [label for form in self.read.forms for label, _ in form.buttons]
