"""The whole service against its laws: any acts of families, coordinators and the operator.

Dice play people on the stand-in for Telegram: families write, tap new and old buttons, edit,
send what is no text, block, erase; coordinators take, ask, answer, move, finish; the service is
restarted and days pass. After every act the laws of the house are checked on the database and on
every screen. One service serves all plays; each has families of its own. What fails names its
seed and everything done in that play.
"""

from __future__ import annotations

import asyncio
import itertools
import random
import re
import tempfile
from collections.abc import Awaitable, Callable, Coroutine
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import msgspec
import pytest

from dialogs.conversation import Conversation, State
from storage import cases, conversations, outbox
from storage.store import Store
from tests.harness import MONDAY, House
from tests.player import read_card
from tests.telegram.clock import Clock
from tests.telegram.ledger import Button, Message
from tests.telegram.server import TelegramServer
from tests.telegram.user import User
from tests.test_engine_properties import SAID

T = TypeVar("T")

REGIONS = ("vidzeme", "latgale")
PATIENCE = 20.0
NUMBER = re.compile(r"(?:lietas numurs|case number|Номер вашего обращения): (\d+)")
COMMANDS = (
    "/start", "/start fb-latgale", "/back", "/skip", "/change", "/language", "/pause", "/restart",
    "/human", "/privacy", "/my_data", "/delete_me", "/help", "/continue", "/language ru",
)  # fmt: skip
STORIES = (
    "Dzīvojam Anglijā, gribam uz Smilteni nākamvasar. Bērni 6 un 3 gadi, vajag bērnudārzu.",
    "Живём в Ирландии, хотим в Даугавпилс. Двое детей, 12 и 8 лет. Нужна школа.",
    "We came back to Valmiera in September and need a flat to rent. No children.",
)
OFFICE = ("take", "ask", "answer", "q:month", "send", "end", "move", "move:", "finish", "finish:")
TEXTS = [each for each in (*SAID, *STORIES) if each.strip()]
NO_TEXT = ("voice", "photo", "sticker", "location", "contact", "forward")
STEPS = 40


class Ground:
    """The one service all examples play on, with its own event loop."""

    def __init__(self) -> None:
        self.runner = asyncio.Runner()
        self.numbers = itertools.count(1000)
        self.folder = tempfile.TemporaryDirectory(prefix="majup-model-")
        self.run(self._open())

    def run(self, act: Coroutine[Any, Any, T]) -> T:
        """Let something happen; gives what it gives."""
        return self.runner.run(asyncio.wait_for(act, PATIENCE * 6))

    async def _open(self) -> None:
        self.server = TelegramServer(clock=Clock(MONDAY))
        await self.server.__aenter__()
        self.house = House(self.server, Path(self.folder.name))
        await self.house.start()
        self.desks: dict[str, User] = {}
        for number, region in enumerate(REGIONS, 501):
            self.desks[region] = self.server.user(number, "Koordinators")
            await self.house.coordinator(self.desks[region], region)
        settings_ = self.house.settings
        self.store = await Store.open(
            settings_.database_url, settings_.key_path, self.server.clock.now
        )

    async def settled(self) -> None:
        """Until every update is confirmed and all that is due has been sent."""
        async with asyncio.timeout(PATIENCE):
            while True:
                await self.server.updates.emptied()
                now = self.server.clock.now()
                rows = await outbox.waiting(self.store)
                due = [r for r in rows if r.owed.not_before is None or r.owed.not_before <= now]
                if not due and not self.server.updates.waiting:
                    return
                await asyncio.sleep(0.01)

    async def restart(self) -> None:
        """Stop as SIGTERM does, and start again."""
        await self.house.stop()
        await self.house.start()

    def close(self) -> None:
        """Stop everything."""
        self.run(self._close())
        self.runner.close()
        self.folder.cleanup()

    async def _close(self) -> None:
        await self.store.close()
        await self.house.stop()
        await self.server.__aexit__(None, None, None)


class Family:
    """One family as the model knows it: what was stored of it and which cases it was told of."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.talk: Conversation | None = None
        self.blocked = False
        self.back = False
        """Let the bot in again and has done nothing since: what it was told meanwhile is gone."""
        self.sent: list[Message] = []

    def told(self) -> set[int]:
        """The case numbers it was told."""
        shown = (NUMBER.search(m.text) for m in self.user.chat.history if m.from_bot)
        return {int(found[1]) for found in shown if found}


class Play:
    """One play: families, what dice make everybody do, and the laws."""

    def __init__(self, ground: Ground, seed: int) -> None:
        self.ground = ground
        self.dice = random.Random(seed)
        self.families: list[Family] = []
        self.numbers: dict[int, Family] = {}
        self.done: list[str] = []

    async def play(self) -> None:
        """Arrive, then do whatever the dice say; the laws hold after every act."""
        await self.arrive()
        acts = [act for act, weight in self.WEIGHTS.items() for _ in range(weight)]
        for _ in range(STEPS):
            act = self.dice.choice(acts)
            self.done.append(act)
            await getattr(self, act)()
            await self.ground.settled()
            await self.laws()

    WEIGHTS: ClassVar[dict[str, int]] = {
        "write": 5, "tell": 3, "tap": 4, "first_button": 8, "tap_any": 3, "foreign_button": 1,
        "command": 3, "edit": 2, "no_text": 2, "block": 1, "office": 5, "office_writes": 1,
        "time_passes": 1, "service_restarts": 1,
    }  # fmt: skip

    def family(self) -> Family:
        """Whose turn it is."""
        return self.dice.choice(self.families)

    # -- families ---------------------------------------------------------------------------------

    async def arrive(self) -> None:
        """Some families come; most have read the notice."""
        for _ in range(2):
            user = self.ground.server.user(next(self.ground.numbers))
            family = Family(user)
            self.families.append(family)
            await user.start()
            await self.ground.settled()
            for place in (self.dice.randrange(3), 0)[: self.dice.choice((1, 2, 2, 2))]:
                await self._tap(family, place, newest=True)
                await self.ground.settled()

    async def write(self) -> None:
        """Whatever people write."""
        await self._write(self.family(), self.dice.choice(TEXTS))

    async def tell(self) -> None:
        """A burst of a story."""
        family = self.family()
        for _ in range(self.dice.randint(1, 3)):
            await self._write(family, self.dice.choice(STORIES))

    async def _write(self, family: Family, said: str) -> None:
        if not family.blocked:
            self.done.append(f"{family.user.id}: {said[:60]!r}")
            family.back = False
            family.sent.append(await family.user.send(said))

    async def tap(self) -> None:
        """A button of the newest message that has some."""
        await self._tap(self.family(), self.dice.randrange(13), newest=True)

    async def first_button(self) -> None:
        """The way on."""
        await self._tap(self.family(), 0, newest=True)

    async def tap_any(self) -> None:
        """Any button this chat ever showed, old ones too, perhaps sent twice by the app."""
        copies = self.dice.randint(1, 3)
        await self._tap(self.family(), self.dice.randrange(200), newest=False, copies=copies)

    async def _tap(self, family: Family, place: int, *, newest: bool, copies: int = 1) -> None:
        user = family.user
        shown = [m for m in (user.messages if newest else user.chat.history) if m.buttons]
        pairs = [(m, b) for m in (shown[-1:] if newest else shown) for b in m.buttons]
        if pairs and not family.blocked:
            message, button = pairs[place % len(pairs)]
            self.done.append(f"{user.id}: [{button.text}] x{copies}")
            family.back = False
            first = user.tap(button.data or "", message)
            for _ in range(copies - 1):
                user.press_again(first)

    async def foreign_button(self) -> None:
        """A button copied from another family's chat."""
        thief, owner = self.families
        shown = [m for m in owner.user.messages if m.buttons]
        if shown and not thief.blocked:
            thief.user.tap(shown[-1].buttons[0].data or "", shown[-1])

    async def command(self) -> None:
        """A command of the menu."""
        await self._write(self.family(), self.dice.choice(COMMANDS))

    async def edit(self) -> None:
        """An own message is edited."""
        family = self.family()
        if family.sent and not family.blocked:
            await family.user.edit(self.dice.choice(family.sent), self.dice.choice(TEXTS))

    async def no_text(self) -> None:
        """What is not a text of one's own."""
        family = self.family()
        user, kind = family.user, self.dice.choice(NO_TEXT)
        acts: dict[str, Callable[[], Awaitable[Message]]] = {
            "voice": user.send_voice, "photo": user.send_photo, "sticker": user.send_sticker,
            "location": user.send_location, "contact": user.send_contact,
        }  # fmt: skip
        if not family.blocked:
            await (acts[kind]() if kind in acts else user.forward("Somebody else's words"))

    async def block(self) -> None:
        """The bot is blocked, or let in again."""
        family = self.family()
        await (family.user.unblock() if family.blocked else family.user.block())
        family.blocked = not family.blocked
        family.back = not family.blocked

    # -- the office -------------------------------------------------------------------------------

    async def office(self) -> None:
        """A coordinator presses one of the newest buttons of some act."""
        desk = self.ground.desks[self.dice.choice(REGIONS)]
        act = self.dice.choice(OFFICE)
        found = [
            (message, button)
            for message in reversed(desk.messages)
            for button in message.buttons
            if _value(button).startswith(act)
        ]
        if found:
            message, button = self.dice.choice(found[:6])
            self.done.append(f"{desk.id}: [{button.text}] {button.data}")
            desk.tap(button.data or "", message)

    async def office_writes(self) -> None:
        """A coordinator types."""
        said = self.dice.choice(("Labdien!", "/cases", "/case 1001"))
        await self.ground.desks[self.dice.choice(REGIONS)].send(said)

    # -- the service ------------------------------------------------------------------------------

    async def time_passes(self) -> None:
        """Hours or days go by while the service is down: its own waits run on the real clock."""
        hours = self.dice.choice((1, 9, 30, 80, 400))
        self.done.append(f"{hours} hours")
        await self.ground.house.stop()
        self.ground.server.clock.advance(timedelta(hours=hours))
        await self.ground.house.start()

    async def service_restarts(self) -> None:
        """The service is stopped and started, now and then."""
        if self.dice.random() < 0.3:
            await self.ground.restart()

    # -- the laws ---------------------------------------------------------------------------------

    async def laws(self) -> None:
        """What must hold whatever people do."""
        store = self.ground.store
        assert await conversations.parked_updates(store) == []
        assert all(each.reason == "gone" for each in await outbox.failed(store))
        for family in self.families:
            await self._family(store, family)
        for region, desk in self.ground.desks.items():
            for message in desk.messages:
                number = read_card(message.text)
                if number and not message.text.startswith("Kopija"):
                    case = await cases.by_number(store, number)
                    assert case is not None and case.region in (region, ""), f"{number} at {region}"
                    assert not (case.closed_at and message.buttons), f"{number} is closed"

    async def _family(self, store: Store, family: Family) -> None:
        known = await conversations.find(store, "telegram", str(family.user.id))
        talk = known.conversation if known is not None else None
        for number in family.told():
            owner = self.numbers.setdefault(number, family)
            assert owner is family, f"case {number} was told to two families"
        if talk is None or known is None:
            family.talk = None
            return
        again = msgspec.json.decode(msgspec.json.encode(talk), type=Conversation)
        assert again == talk
        if talk.notice is None:
            assert not (talk.answers or talk.story or talk.needs or talk.questions)
        if talk.case is not None:
            case = await cases.by_number(store, talk.case.number)
            assert case is not None and case.conversation == talk.id
            assert case.family == known.family
            if talk.state is State.SENT and not (family.blocked or known.blocked or family.back):
                assert talk.case.number in family.told(), f"{talk.case.number} was never told"
            assert talk.case.region == case.region
        self._nothing_lost(family, talk)
        if talk.prompt is not None and not (family.blocked or known.blocked or family.back):
            await self._prompt_is_shown(store, family, talk)
        family.talk = talk

    @staticmethod
    def _nothing_lost(family: Family, talk: Conversation) -> None:
        """Every answer and every message of the story is still there, or among the earlier ones."""
        before = family.talk
        if before is None or before.started != talk.started or talk.state is State.WITHDRAWN:
            return
        if not talk.story and not talk.answers and not talk.needs:
            return  # started over, or the talk's time is over and the case is the record
        kept = [*talk.answers.items(), *((each.path, each.answer) for each in talk.earlier)]
        for path, answer in before.answers.items():
            if answer.how in ("typed", "tapped") and path != "story" and answer.sure:
                still = any(path == at and answer.value == each.value for at, each in kept)
                assert still, f"{path} is lost: {answer}"
        assert len(talk.story) >= len(before.story)

    async def _prompt_is_shown(self, store: Store, family: Family, talk: Conversation) -> None:
        """The open question stands on the screen with its buttons, or is on its way."""
        assert talk.prompt is not None
        visit = f"|{talk.prompt.visit}|"
        shown = any(visit in (b.data or "") for m in family.user.messages for b in m.buttons)
        if not shown and not await outbox.waiting(store):
            raise AssertionError(f"no buttons of {talk.prompt.path}:\n{family.user.screen()}")


def _value(button: Button) -> str:
    return (button.data or "||").split("|")[2]


@pytest.mark.timeout(3600)
def test_whatever_people_do_the_laws_hold(request: pytest.FixtureRequest) -> None:
    """Some plays in the gate; many by ``--model-plays 2000``."""
    ground = Ground()
    try:
        for seed in range(int(request.config.getoption("--model-plays"))):
            play = Play(ground, seed)
            try:
                ground.run(play.play())
            except (AssertionError, TimeoutError) as error:
                done = "\n".join(play.done)
                raise AssertionError(f"seed {seed}: {error}\n{done}") from error
    finally:
        ground.close()
