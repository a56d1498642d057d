"""A family and a coordinator who play a whole case by what stands on their screens.

What they do depends on the screen alone, never on whether the service was killed meanwhile.
A family looks at its screen when that is final (``quiet``): a message that a kill repeats may
come long after the first copy, and who taps both is another person than who taps one.
"""

from __future__ import annotations

import asyncio
import re

from tests.crash.judge import NUMBER, not_kept
from tests.crash.quiet import Quiet
from tests.telegram.ledger import Button, Message
from tests.telegram.user import User

STORY = (
    "Hello! We live in Bergen, Norway, and would like to move to Valmiera or somewhere near.",
    "Our son is 9 and our daughter is 4.",
    "I am a nurse, my husband looks for work as an electrician.",
    "We need a school place, a kindergarten and a flat to rent.",
)
TYPED = {
    "which country": "Norway",
    "Where in Latvia do you want": "Valmiera, Liepāja",
    "How many children": "2",
    "How many adults": "2",
    "In which year was": "2016",
    "When do you want to move": "June 2027",
    "what trade or work": "electrician",
    "How many rooms": "3",
    "business idea": "A bakery",
    "which profession": "nurse",
    "Whom have you asked": "Nobody yet.",
}
"""What is written to which question; every other question is answered with a button."""
WORDS = "Good day! Please send the school report of your son."
END = "Everything is added to your case"
MOST_ACTS = 60
PATIENCE = 240.0
"""Seconds until a wait is given up. On an idle machine the longest takes about fifteen (leases
of a dead worker run out), on one with ten times as much to do as it has cores, some hundred."""


def value(button: Button) -> str:
    """What a button sets."""
    return (button.data or "||").split("|")[2]


class Family:
    """A family that tells its story, or (not ``told``) lets itself be asked everything.

    ``patience``: seconds within which the service must have done all that an act asks of it.
    """

    def __init__(self, user: User, quiet: Quiet, *, told: bool, patience: float = PATIENCE) -> None:
        self.user = user
        self.quiet = quiet
        self.told = told
        self.patience = patience
        self.number = 0
        self.acts = 0

    async def play(self) -> int:
        """From /start to the answer to the last question offered; gives the case number."""
        await self.user.start()
        await self._answered()
        await self._tap("English")
        await self._tap("")
        if self.told:
            for piece in STORY:
                await self.user.send(piece)
            await self._answered()
        else:
            await self._tap("ask me")
        while END not in self._last().text:
            self.acts += 1
            assert self.acts < MOST_ACTS, f"no end:\n{self.user.screen()}"
            await self._answer(self._last())
        return self.number

    def _last(self) -> Message:
        """What the family goes on with: word that nothing can be stored may come after it."""
        said = self.user.chat.from_bot
        return next((each for each in reversed(said) if not not_kept(each.text)), said[-1])

    async def _answer(self, question: Message) -> None:
        for pattern, said in TYPED.items():
            if re.search(pattern, question.text):
                await self.user.send(said)
                await self._answered()
                return
        buttons = question.buttons
        values = [value(button) for button in buttons]
        chosen = any(each.startswith("-") for each in values) and "done" in values
        place = values.index("done") if chosen else 0
        self.user.tap(buttons[place].data or "", question)
        await self._answered()

    async def _tap(self, label: str) -> None:
        await self.user.press(label)
        await self._answered()

    async def _answered(self) -> None:
        """Wait until all is said, then look: something new must stand there, and ask for more."""
        try:
            await self.quiet.of(self.user.id, self.patience)
        except TimeoutError:
            raise AssertionError(f"no quiet in {self.patience} s:\n{self._seen()}") from None
        assert self.user.new(), f"an act was not answered:\n{self._seen()}"
        await self.user.wait()
        last = self._last()
        assert last.buttons or END in last.text, f"nothing to go on with:\n{self._seen()}"
        for message in self.user.messages:
            found = NUMBER.search(message.text)
            if found:
                self.number = int(found[1])

    def _seen(self) -> str:
        return f"{self.user.screen()}\nlast calls:\n{self.user.server.recent()}"


class Coordinator:
    """Somebody who takes every case that comes, writes to the family and closes it."""

    def __init__(self, user: User, quiet: Quiet, patience: float = PATIENCE) -> None:
        self.user = user
        self.quiet = quiet
        self.patience = patience
        self._one_at_a_time = asyncio.Lock()

    async def work(self, number: int) -> None:
        """One case from its card to its end; a menu of one case ends that of another."""
        async with self._one_at_a_time:
            await self._work(number)

    async def _work(self, number: int) -> None:
        await self._tap(number, "take")
        await self._tap(number, "answer")
        await self._until(lambda: self._asked_for(number))
        await self.user.send(WORDS)
        await self._tap(number, "send")
        await self._tap(number, "finish")
        await self._tap(number, "finish:", partly=True)
        await self._until(lambda: not self._found(number, "finish", False))

    def _asked_for(self, number: int) -> bool:
        return any(f"Uzrakstiet atbildi ģimenei {number}" in m.text for m in self.user.messages)

    def _found(self, number: int, act: str, partly: bool) -> tuple[Message, Button] | None:
        for message in reversed(self.user.messages):
            for button in message.buttons:
                owner = (button.data or "").split("|")[0]
                fits = value(button).startswith(act) if partly else value(button) == act
                if fits and owner == f"c{number}":
                    return message, button
        return None

    async def _tap(self, number: int, act: str, *, partly: bool = False) -> None:
        await self._until(lambda: self._found(number, act, partly))
        await self.quiet.of(self.user.id, self.patience)
        found = self._found(number, act, partly)
        assert found is not None
        self.user.tap(found[1].data or "", found[0])

    async def _until(self, condition: object) -> None:
        assert callable(condition)
        end = asyncio.get_running_loop().time() + self.patience
        while not condition():
            left = end - asyncio.get_running_loop().time()
            assert left > 0, f"the coordinator waited in vain:\n{self.user.screen()}"
            await self.user.server.stirred(self.user.chat.id, min(left, 0.5))


async def case(user: User, desk: Coordinator, told: bool, patience: float = PATIENCE) -> None:
    """A whole case, from /start to the family's reading that it was closed."""
    number = await Family(user, desk.quiet, told=told, patience=patience).play()
    await desk.work(number)
    await until_told(user, "has closed the case", patience)


async def until_told(user: User, words: str, patience: float) -> None:
    """Wait until a message with these words stands in the person's chat."""
    async with asyncio.timeout(patience):
        while not any(words in message.text for message in user.messages):
            await user.server.stirred(user.id, 0.5)
