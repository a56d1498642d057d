"""The live chat: the draft as families would meet it, played at once, nothing kept.

Each admin has one talk. It begins at the welcome or at a question, in any language, with answers
counted as given before ("what if").
"""

from __future__ import annotations

from collections import OrderedDict
from functools import partial
from typing import TYPE_CHECKING, Any

from markupsafe import Markup
from msgspec import Struct
from starlette.responses import Response
from starlette.routing import Route

from bot.web.markup import page_html
from bot.web.pages import LANGUAGES
from bot.web.studio import what_if
from bot.web.studio.names import Names, tongue
from bot.web.studio.workshop import Head
from dialogs.edition import Edition
from dialogs.play import Talk
from dialogs.preview import PreviewFault, playable, preview
from dialogs.transcript import Line

if TYPE_CHECKING:
    from bot.web.studio.sitting import Sitting
    from bot.web.studio.studio import Studio

KEPT = 50
"""Admins whose talks are remembered."""
LONGEST = 4000


class Key(Struct, frozen=True):
    """A button: its label and which of the shown ones it is."""

    label: str
    token: str


class Bubble(Struct, frozen=True):
    """One message of the talk."""

    own: bool
    html: Markup
    rows: tuple[tuple[Key, ...], ...] = ()


class Played(Struct):
    """An admin's talk: what it plays, and what the family wrote, by the number of messages.

    ``wanted`` is the language picked for it and ``rows`` the answers given before (question,
    answer; "" for one that is not picked yet); both count from the next beginning on.
    """

    mark: str
    edition: Edition
    wanted: str
    question: str
    rows: list[tuple[str, str]]
    talk: Talk | None
    own: list[tuple[int, str]]
    problem: str = ""
    open: bool = False


class LiveChat:
    """The talks of all admins."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio
        self._played: OrderedDict[str, Played] = OrderedDict()

    def routes(self) -> list[Route]:
        """Where the chat is drawn and written to."""
        return [
            self.studio.route("/studio/chat", self.shown),
            self.studio.route("/studio/chat", self.act, "POST"),
        ]

    async def view(self, sit: Sitting, head: Head, question: str = "") -> dict[str, Any]:
        """What the chat's part of a page shows; begins anew if the draft changed.

        ``question`` is the one whose form is open: a talk begins there unless told otherwise.
        """
        compiled = await self.studio.workshop.soon(head, 0.1)
        played = self._played.get(sit.who)
        edition = compiled.edition if compiled is not None else None
        if edition is not None and (
            played is None or played.mark != head.mark
            or (question and question != played.question)
        ):
            played = self._again(sit, head, edition, question)
        if compiled is None or edition is None or played is None:
            return {"bubbles": (), "chat_language": sit.language, "chat_at": question,
                    "languages": [(code, tongue(code, sit.language)) for code in LANGUAGES],
                    "given": [], "chat_problem": "", "chat_waiting": compiled is None,
                    "answerable": [], "municipalities": (), "open": False}  # fmt: skip
        say = partial(self.studio.say, sit.language)
        names = Names(compiled.script, edition.texts, sit.language, say)
        places = edition.programme.geography.municipalities.values()
        return {
            "bubbles": self._bubbles(sit, played), "chat_language": played.wanted,
            "languages": self._languages(sit, edition), "chat_at": played.question,
            "given": what_if.rows(names, played.rows), "chat_problem": played.problem,
            "chat_waiting": False, "answerable": what_if.answerable(names),
            "municipalities": [each.names.of(sit.language) for each in places],
            "open": played.open,
        }  # fmt: skip

    def _languages(self, sit: Sitting, edition: Edition) -> list[tuple[str, str]]:
        """What the talk can be in: also languages that families do not see yet."""
        found = []
        for code in playable(edition.languages):
            name, listed = tongue(code, sit.language), edition.languages.get(code)
            if listed is not None and listed.state == "draft":
                name = self.studio.say(sit.language, "chat_draft", name=name)
            found.append((code, name))
        return found

    def _again(self, sit: Sitting, head: Head, edition: Edition, question: str) -> Played:
        """A talk as the last one was begun, or from the question that is open now."""
        was = self._played.get(sit.who)
        if was is None:
            return self._begin(sit, head, edition, sit.language, question, [])
        return self._begin(
            sit, head, edition, was.wanted, question or was.question, was.rows
        )

    def _begin(
        self, sit: Sitting, head: Head, edition: Edition, language: str, question: str,
        rows: list[tuple[str, str]],
    ) -> Played:  # fmt: skip
        at = self.studio.office.clock()
        problem, talk = "", None
        rows = [(name, value) for name, value in rows if name in edition.questions]
        asked = question if question in edition.questions else ""
        try:
            talk = preview(edition, at, language, asked, {k: v for k, v in rows if v})
        except PreviewFault as fault:
            problem = edition.texts.say(sit.language, f"script:preview.{fault.name}", **fault.given)
        except Exception as error:  # noqa: BLE001 - a draft may break what plays it
            problem = self.studio.say(sit.language, "chat_broken", problem=type(error).__name__)
        played = Played(head.mark, edition, language, asked, rows, talk, [], problem)
        self._played[sit.who] = played
        self._played.move_to_end(sit.who)
        while len(self._played) > KEPT:
            self._played.popitem(last=False)
        return played

    def _bubbles(self, sit: Sitting, played: Played) -> list[Bubble]:
        found: list[Bubble] = []
        talk = played.talk
        if talk is None:
            return found
        talk.chat.due(None)
        more = self.studio.pages.say(sit.language, "more")
        own = list(played.own)
        for n, message in enumerate(talk.chat.messages):
            while own and own[0][0] <= n:
                found.append(Bubble(True, page_html(_escaped(own.pop(0)[1]))))
            if message.drawn is None or message.sends_at is not None:
                continue
            if message.slot == "" and not message.alive and not message.drawn.html:
                continue
            rows: tuple[tuple[Key, ...], ...] = ()
            if message.alive:
                rows = tuple(
                    tuple(Key(label, f"{n}:{r}:{k}") for k, (label, _) in enumerate(row))
                    for r, row in enumerate(message.rows)
                )
            found.append(Bubble(False, page_html(message.drawn.html, more=more), rows))
        found += [Bubble(True, page_html(_escaped(text))) for _, text in own]
        return found

    async def shown(self, sit: Sitting) -> Response:
        """The chat alone: what the page's script puts in place of the old one."""
        return await self._part(sit, sit.ask.query("at", 60))

    async def _part(self, sit: Sitting, question: str = "") -> Response:
        head = await self.studio.workshop.head()
        await self.studio.workshop.soon(head, 3.0)
        view = await self.view(sit, head, question)
        return self.studio.pages.page(
            "studio/chat.html", sit.language, token=sit.token, version=head.number,
            s=partial(self.studio.say, sit.language), **view,
        )  # fmt: skip

    async def act(self, sit: Sitting) -> Response:
        """A tap, a message, or another beginning."""
        head = await self.studio.workshop.head()
        compiled = await self.studio.workshop.compiled(head)
        if compiled.edition is not None:
            self._do(sit, head, compiled.edition)
        if sit.ask.field("part") == "chat":
            return await self._part(sit)
        return self.studio.pages.go(self.studio.pages.inside(sit.ask, "/studio") + "#chat")

    def _do(self, sit: Sitting, head: Head, edition: Edition) -> None:
        ask = sit.ask
        played = self._played.get(sit.who)
        if ask.field("begin") or played is None or played.mark != head.mark:
            wanted = ask.field("language", 5)
            language = wanted if wanted in playable(edition.languages) else sit.language
            if ask.field("begin") == "set" and played is not None and played.mark == head.mark:
                played.wanted, played.rows, played.open = language, what_if.sent(ask), True
                return
            played = self._begin(
                sit, head, edition, language, ask.field("at", 60), what_if.sent(ask)
            )
            if ask.field("begin"):
                return
        talk = played.talk
        if talk is None:
            return
        before = len(talk.chat.messages)
        token, text = ask.field("press", 20), ask.field("say", LONGEST).strip()
        line: Line | None = None
        if token:
            label = _label(talk, token)
            if label is not None:
                line = Line("tap", label)
        elif text.startswith("/") and text[1:].isidentifier():
            line = Line("command", name=text[1:])
        elif text:
            line = Line("text", text)
        if line is None:
            return
        talk.out.clear()
        try:
            talk.act(line)
        except Exception as error:  # noqa: BLE001 - told, and the talk goes on as it was
            played.problem = self.studio.say(
                sit.language, "chat_broken", problem=type(error).__name__
            )
            return
        played.own.append((before, line.text or f"/{line.name}"))


def _label(talk: Talk, token: str) -> str | None:
    """The label of the button that was pressed; None if it is not shown any more."""
    parts = token.split(":")
    if len(parts) != 3 or not all(part.isdecimal() and part.isascii() for part in parts):
        return None
    message, row, key = map(int, parts)
    try:
        found = talk.chat.messages[message]
        return found.rows[row][key][0] if found.alive else None
    except IndexError:
        return None


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

