"""Simulated people who play a scenario, each as soon as they are answered or at a given rate."""

from __future__ import annotations

import asyncio
import random
import re
import time
import tomllib
from array import array
from collections import Counter
from pathlib import Path
from typing import Any

from tests.benchmarks.rig.bot_api import BotApi, Message

FIRST_SEAT = 3_000
"""Four figures: of "Person 100000-10" the product would cut what looks like a personal code, and
the case would arrive without the name it is known by here."""
LOOK_EVERY = 0.25


class Step:
    """One act and the answer it waits for."""

    def __init__(self, table: dict[str, Any]) -> None:
        self.send: str = table.get("send", "")
        self.press = re.compile(table["press"]) if "press" in table else None
        self.expect = re.compile(table["expect"], re.S)
        self.name = self.send or str(table.get("press"))


class Scenario:
    """A TOML file: [[step]] tables with send or press, and expect; [handoff] with key and lines.

    send: text, {uid} and {conv} are filled in. press: regex, searched in labels and then callback
    data of the newest buttons in the chat. expect: regex searched in the answer's text and labels;
    the turn ends with the first answer that matches. Steps marked ``again`` are left out: they are
    for drivers whose people come back, ours is a new person each time. handoff.key: regex whose
    group names the conversation in the coordinator's message, which must contain all lines.
    """

    def __init__(self, file: Path) -> None:
        read = tomllib.loads(file.read_text("utf-8"))
        self.steps = [Step(table) for table in read["step"] if not table.get("again")]
        self.key = re.compile(read["handoff"]["key"])
        self.lines: list[str] = read["handoff"]["lines"]


class Person:
    """One person at a time on one seat: who has finished is followed by the next."""

    __slots__ = (
        "at", "chat", "conv", "deadline", "number", "people", "stop_at", "timer", "tries",
        "waiting", "written",
    )  # fmt: skip

    def __init__(self, people: People, number: int) -> None:
        self.people = people
        self.number = number
        self.chat = people.next_chat()
        self.at = self.conv = self.tries = 0
        self.waiting = False
        self.stop_at = -1
        self.timer: asyncio.TimerHandle | None = None
        self.written = self.deadline = 0.0

    def act(self, due: float = 0.0) -> None:
        """Do the next step. ``due`` is when it was to be done, if that was planned."""
        people = self.people
        self.timer = None
        if people.stopping:
            return
        if self.at == self.stop_at:
            people.stopped += 1
            return
        step = people.scenario.steps[self.at]
        update = self._press(step.press) if step.press else self._message(step.send)
        self.waiting = True
        if update is None:  # the button is not on the screen
            people.no_button[step.name] += 1
            self.deadline = 0.0
            return
        now = time.perf_counter()
        if not self.tries:
            self.written = due or now
        self.deadline = now + people.patience
        people.api.push(update)

    def _who(self) -> dict[str, Any]:
        return {"id": self.chat, "first_name": f"User{self.number}", "last_name": "Test",
                "username": f"user{self.number}"}  # fmt: skip

    def _message(self, send: str) -> dict[str, Any]:
        text = send.format(uid=self.number, conv=self.conv)
        message: dict[str, Any] = {
            "message_id": self.people.next_message(),
            "from": {**self._who(), "is_bot": False, "language_code": "en"},
            "chat": {**self._who(), "type": "private"},
            "date": int(time.time()),
            "text": text,
        }
        if text.startswith("/"):
            length = len(text.split()[0])
            message["entities"] = [{"offset": 0, "length": length, "type": "bot_command"}]
        return {"message": message}

    def _press(self, wanted: re.Pattern[str]) -> dict[str, Any] | None:
        for message in reversed(self.people.api.chats.get(self.chat, ())):
            for row in message.get("reply_markup", {}).get("inline_keyboard", ()):
                for button in row:
                    data = button.get("callback_data", "")
                    if wanted.search(button["text"]) or wanted.search(data):
                        query = {
                            "id": str(self.people.next_message()),
                            "from": {**self._who(), "is_bot": False, "language_code": "en"},
                            "message": message,
                            "chat_instance": str(self.chat),
                            "data": data,
                        }
                        return {"callback_query": query}
        return None

    def answered(self, message: Message) -> None:
        """Something is shown in the chat."""
        if not self.waiting:
            return
        people = self.people
        expect = people.scenario.steps[self.at].expect
        if not expect.search(message["text"]):
            rows = message.get("reply_markup", {}).get("inline_keyboard", ())
            if not expect.search("\n".join(key["text"] for row in rows for key in row)):
                return
        now = time.perf_counter()
        self.waiting = False
        self.tries = 0
        people.turns += 1
        people.answered.set()
        if people.measuring:
            people.waits.append(now - self.written)
        self.at += 1
        if self.at == len(people.scenario.steps):
            people.finished.add(f"{self.number}-{self.conv}")
            self._followed()
        if people.think:
            wait = random.random() * 2 * people.think
            self.timer = people.loop.call_later(wait, self.act, now + wait)
        else:
            people.loop.call_soon(self.act)

    def _followed(self) -> None:
        people = self.people
        del people.by_chat[self.chat]
        people.api.chats.pop(self.chat, None)
        self.at = self.tries = 0
        self.conv += 1
        self.chat = people.next_chat()
        people.by_chat[self.chat] = self

    def overdue(self) -> None:
        """No answer came: act again once, then give up for the next person."""
        people = self.people
        people.overdue[people.scenario.steps[self.at].name] += 1
        if self.tries:
            people.given_up += 1
            self._followed()
        else:
            self.tries = 1
        self.act()


class People:
    """All seats. ``turns`` counts answered acts, ``waits`` their seconds while ``measuring``."""

    def __init__(
        self, api: BotApi, scenario: Scenario, count: int, coordinator: int, patience: float
    ) -> None:
        self.api = api
        self.scenario = scenario
        self.loop = asyncio.get_running_loop()
        self.coordinator = coordinator
        self.patience = patience
        self.think = 0.0
        self.measuring = self.stopping = False
        self.stopped = self.turns = self.given_up = 0
        self.waits = array("d")
        self.no_button: Counter[str] = Counter()
        self.overdue: Counter[str] = Counter()
        self.finished: set[str] = set()
        self.handed_over: Counter[str] = Counter()
        self.wrong: list[str] = []
        self.answered = asyncio.Event()
        """Somebody was answered."""
        self._message = 1
        self._chat = random.randrange(10**8, 10**9)  # nobody whom a home used before knows
        self.seats = [Person(self, FIRST_SEAT + each) for each in range(count)]
        self.by_chat = {each.chat: each for each in self.seats}
        self._looking: asyncio.TimerHandle | None = None
        api.on_message = self._shown

    def next_message(self) -> int:
        """A fresh id."""
        self._message += 1
        return self._message

    def next_chat(self) -> int:
        """A chat nobody used before."""
        self._chat += 1
        return self._chat

    def _shown(self, chat: int, message: Message, edited: bool) -> None:
        person = self.by_chat.get(chat)
        if person is not None:
            person.answered(message)
        elif chat == self.coordinator and not edited:
            found = self.scenario.key.search(message["text"])
            if found:
                self.handed_over[found.group(1)] += 1
                if any(line not in message["text"] for line in self.scenario.lines):
                    self.wrong.append(message["text"])

    async def arrive(self, seconds: float, limit: float = 300.0) -> None:
        """Everybody begins and plays up to another step, so that a window sees the full mix."""
        count = len(self.seats)
        for n, person in enumerate(self.seats):
            person.stop_at = n % len(self.scenario.steps)
            self.loop.call_later(seconds * n / count, person.act)
        self._look()
        end = time.perf_counter() + limit
        while self.stopped < count and time.perf_counter() < end:  # noqa: ASYNC110 - or too late
            await asyncio.sleep(0.05)
        for person in self.seats:
            person.stop_at = -1

    def go_on(self, rate: float) -> None:
        """Offer ``rate`` turns a second (time to think: people / rate, uniform in 0..2x).

        0: everybody acts as soon as they are answered.
        """
        self.think = len(self.seats) / rate if rate else 0.0
        now = time.perf_counter()
        for person in self.seats:
            if person.timer is not None:
                person.timer.cancel()
                person.timer = None
            if not person.waiting:  # the rest of a thought under way: the rate is right at once
                wait = 2 * self.think * (1 - random.random() ** 0.5)
                person.timer = self.loop.call_later(wait, person.act, now + wait)

    def _look(self) -> None:
        now = time.perf_counter()
        for person in self.seats:
            if person.waiting and person.deadline < now and not self.stopping:
                person.overdue()
        self._looking = self.loop.call_later(LOOK_EVERY, self._look)

    async def leave(self, seconds: float) -> int:
        """Nobody acts any more; gives how many got no answer within ``seconds``."""
        self.stopping = True
        end = time.perf_counter() + seconds
        while time.perf_counter() < end and (  # noqa: ASYNC110 - or too late
            any(each.waiting for each in self.seats) or self.missing()
        ):
            await asyncio.sleep(0.05)
        if self._looking is not None:
            self._looking.cancel()
        return sum(each.waiting for each in self.seats)

    def missing(self) -> int:
        """Conversations finished of which the coordinator has no message."""
        return len(self.finished - self.handed_over.keys())
