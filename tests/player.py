"""Families who play whole talks over Telegram: they read what is on the screen and answer it."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field

from tests.telegram.ledger import Message
from tests.telegram.user import User

LANGUAGE = {"lv": "Latviešu", "ru": "Русский", "en": "English"}
NUMBER = re.compile(r"(?:Jūsu lietas numurs|Номер вашего обращения|Your case number): (\d+)")
STORY = re.compile(r"Pastāstiet|Расскажите|Tell ")
MOST_TURNS = 40


@dataclass
class Sample:
    """What a family says. ``answers``: a pattern of the bot's question -> what is typed, or
    tapped if it is in brackets; everything else gets the first button."""

    language: str
    region: str
    story: tuple[str, ...]
    answers: dict[str, str] = field(default_factory=dict)
    top: tuple[str, ...] = ()
    """Ids of the needs to pick; without, the first three offered."""


class Player:
    """One family."""

    def __init__(self, user: User, sample: Sample, patience: float = 30.0) -> None:
        self.user = user
        self.sample = sample
        self.patience = patience
        self.turns = 0
        self.number = 0

    async def play(self, source: str = "") -> int:
        """From /start to the case number; gives the number."""
        await self.begin(source)
        await self.tell()
        await self.to_review()
        await self.press(0)
        return self.number

    async def begin(self, source: str = "") -> None:
        """To the open story."""
        self.turns += 1
        await self.user.start(source)
        await self.prompt()
        await self.tap(LANGUAGE[self.sample.language])
        await self.press(0)
        assert STORY.search(self.user.last.text), self.user.screen()

    async def tell(self) -> None:
        """The story in a burst, and the button under the note of what was understood."""
        for piece in self.sample.story:
            self.turns += 1
            await self.user.send(piece)
        await self.prompt()
        await self.press(0)

    async def to_review(self) -> None:
        """Answer until everything is shown as the coordinator will see it."""
        while not self.at_review():
            assert self.turns < MOST_TURNS, f"no end:\n{self.user.screen()}"
            await self.answer()

    def at_review(self) -> bool:
        """Whether the review is open."""
        keys = self.user.last.buttons
        return bool(keys) and keys[0].data is not None and "|send|" in keys[0].data

    async def answer(self) -> None:
        """Answer the question at the bottom of the chat."""
        question = self.user.last
        for pattern, said in self.sample.answers.items():
            if re.search(pattern, question.text):
                if said.startswith("["):
                    await self.tap(said[1:-1])
                else:
                    await self.say(said)
                return
        done = [at for at, key in enumerate(question.buttons) if "|done|" in (key.data or "")]
        offered = [key.data or "" for key in question.buttons if "|+" in (key.data or "")]
        if any(key.text.startswith("✓") for key in question.buttons) and done:
            await self.press(done[0])
        elif offered:
            await self.say(" ".join(str(at) for at in self.picked(offered)))
        else:
            await self.press(0)

    def picked(self, offered: list[str]) -> list[int]:
        """The numbers of the needs to pick among the buttons offered."""
        if not self.sample.top:
            return list(range(1, min(3, len(offered)) + 1))
        found = [
            at
            for need in self.sample.top
            for at, data in enumerate(offered, 1)
            if f"|+{need}|" in data
        ]
        assert len(found) == len(self.sample.top), f"not offered:\n{self.user.screen()}"
        return found

    async def say(self, text: str) -> None:
        """Type."""
        self.turns += 1
        await self.user.send(text)
        await self.prompt()

    async def tap(self, label: str) -> None:
        """Tap a button of the last message by its label."""
        self.turns += 1
        await self.user.press(label)
        await self.prompt()

    async def press(self, place: int) -> None:
        """Tap a button of the last message by its place."""
        last = self.user.last
        assert last.buttons, f"nothing to tap:\n{self.user.screen()}"
        self.turns += 1
        self.user.tap(last.buttons[place].data or "", last)
        await self.prompt()

    async def prompt(self) -> None:
        """Wait until a new message with buttons, or the case number, stands at the bottom."""
        await self.user.wait(self._settled, self.patience)
        found = [NUMBER.search(message.text) for message in self.user.messages]
        numbers = [int(each[1]) for each in found if each]
        if numbers:
            self.number = numbers[-1]

    def _settled(self, fresh: list[Message]) -> bool:
        last = self.user.last
        sent = not self.number and NUMBER.search(last.text)
        return last in fresh and (bool(last.buttons) or bool(sent))


def read_card(text: str) -> int:
    """The number of the case on a coordinator's card; 0 if the text is no card."""
    found = re.search(r"^Lieta (\d+) · (?:saņemta|paņēmāt|paņemta)", text, re.MULTILINE)
    return int(found[1]) if found else 0


async def until(condition: object, seconds: float = 10.0) -> None:
    """Wait until a call gives something true."""
    assert callable(condition)
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - whatever it asks, nobody rings a bell
            await asyncio.sleep(0.02)
