"""The one use case: an update comes in, a step is made, all it causes is committed together.

Only after the commit does the channel confirm the update. Conversations are kept in memory
under a version check, so an ordinary turn reads nothing.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime

import msgspec
import structlog
from sqlalchemy.exc import InterfaceError, OperationalError

from bot.buttons import Buttons
from bot.channels.channel import Incoming, NotNow
from bot.editions import Editions
from bot.flood import NOTICE, Flood, kept
from bot.handoff import Handoff
from bot.limits import Allowance
from bot.moving import Moving
from bot.speech import Speech
from bot.staff.desk import Desk
from bot.staff.notices import Notices
from bot.standstill import Standstill
from bot.tallies import Tallies
from dialogs.conversation import (
    AddToCase,
    Conversation,
    Erase,
    HandOff,
    Say,
    Schedule,
    State,
    Step,
    Turn,
)
from dialogs.edition import Edition
from dialogs.engine import start
from dialogs.migrate import take
from storage import conversations, staff
from storage.commit import Committer
from storage.conversations import Known
from storage.store import Store, new_id
from storage.write import Address, Mark, Rest, Seen, Stale, Talk, Timer, Unavailable, Write

log = structlog.get_logger("majup.turns")

KEPT = 10_000
"""Conversations kept in memory; the least recently used go first."""
TRIES = 8
"""How often a turn is made anew when what it was made from has changed meanwhile."""
TALK_TIMER = "talk"
GUESSES, GUESSES_IN, GUESSES_PAUSE = 5, 900.0, 3600.0
"""Wrong invitation codes a chat may try in so many seconds; then for how long none is looked at."""
UNTIMED = ("staff", "blocked", "unblocked")
"""Turns that leave a talk's timer as it is."""


class Turns:
    """Turns updates into committed writes."""

    def __init__(
        self,
        store: Store,
        committer: Committer,
        edition: Edition,
        buttons: Buttons,
        clock: Callable[[], datetime],
    ) -> None:
        self.store = store
        self.committer = committer
        self.editions = Editions(store, edition)
        self.buttons = buttons
        self.clock = clock
        self.speech = Speech(self.editions, buttons, clock)
        self.handoff = Handoff(store, self.speech)
        self.desk = Desk(store, committer, self.speech, self.handoff.cards, self)
        self.notices = Notices(store, committer, self.handoff, self)
        self.tallies = Tallies(store)
        self.standstill = Standstill(store, self.editions)
        self.moving: Moving | None = None
        """Links that carry a talk to another channel, where the service has a public page."""
        self.flood: Flood | None = None
        """How much one family may send, where rates hold."""
        self._guesses = Allowance(
            GUESSES, GUESSES_IN, lambda: clock().timestamp(), pause=GUESSES_PAUSE
        )
        self._known: OrderedDict[tuple[str, str], Known] = OrderedDict()

    async def accept(self, incoming: Incoming) -> None:
        """Take one update; returns when everything it caused is safely stored.

        Raises NotNow if the update should be offered again: nothing can be stored at present.
        """
        if incoming.turn is None:
            return
        if incoming.group:
            return  # a group gets notices; nothing said there is answered
        passed = incoming if self.moving is None else await self.moving.passed(incoming)
        if passed is None or passed.turn is None:
            return
        incoming = passed
        turn = passed.turn
        if turn.channel != passed.channel:
            turn = msgspec.structs.replace(turn, channel=passed.channel)
        key = (incoming.channel, incoming.address)
        many = self.flood is not None and self.flood.over(":".join(key), turn)
        known: Known | None = None
        for _ in range(TRIES):
            try:
                known = self._known.get(key) or await conversations.find(self.store, *key)
                await self._take(incoming, turn, known, many)
            except Seen:
                pass
            except Stale:
                self._known.pop(key, None)
                continue
            except (Unavailable, OperationalError, InterfaceError) as error:
                self._known.pop(key, None)
                self._hindered(error, incoming, known)
                raise NotNow from error
            except BaseException:
                self._known.pop(key, None)
                raise
            if self.standstill.failing:
                self.standstill.stored(key)
            return
        raise NotNow("a turn found no quiet moment")

    def _hindered(self, error: Exception, incoming: Incoming, known: Known | None) -> None:
        """Nothing can be stored: operators hear of it, and whoever waits too long."""
        why = self.standstill.why(error)
        if why is None or incoming.turn is None:
            return
        language = incoming.hint
        if known is not None and known.staff is not None:
            language = known.staff.language
        elif known is not None and known.conversation is not None:
            language = known.conversation.language
        offered = self.editions.current.languages.offered
        self.standstill.met(why)
        self.standstill.waits(
            (incoming.channel, incoming.address), language if language in offered else "lv",
            tap=incoming.turn.kind == "choice",
        )  # fmt: skip

    async def _take(
        self, incoming: Incoming, turn: Turn, known: Known | None, many: bool = False
    ) -> None:
        update = (incoming.channel, incoming.id)
        told = ""
        if turn.kind == "command" and turn.value == "start" and staff.is_code(turn.text):
            told = await self._redeemed(incoming, turn)
            if not told:
                return
            turn = msgspec.structs.replace(turn, text="")
            if known is not None and known.staff is not None:
                await self.desk.say(known, update, turn.at, told)
                return
        if known is not None and known.staff is not None:
            await self.desk.accept(incoming, turn, known)
            return
        if turn.kind == "blocked":
            if known is not None:
                await self.committer.mark(Mark(outcome="gone", address=known.address.id))
                self._known.pop(self._key(incoming), None)
                await self.notices.out_of_reach(known.family, turn.at)
            return
        if known is None:
            if turn.kind == "unblocked":
                return
            address = Address(new_id(), incoming.channel, incoming.address)
            known = Known(address=address)
        if known.conversation is None:
            made = start(self.editions.current, new_id(), turn)
        else:
            c = known.conversation
            if turn.kind == "choice":
                turn = self._tapped(incoming, turn, c)
            holds = await self.editions.holding(c)
            made = take(holds, c, turn, await self.editions.load(c.revision))
            if many and not told and not kept(c, made):
                await self._slow_down(known, c, turn, update)
                return
        if told:
            said = Say(parts=((f"staff:{told}", {}),))
            made = msgspec.structs.replace(made, effects=(said, *made.effects))
        await self.commit(known, made, turn, update)

    async def _slow_down(
        self, known: Known, c: Conversation, turn: Turn, update: tuple[str, str]
    ) -> None:
        """One update too many: the family is told so, now and then."""
        key = f"{known.address.channel}:{known.address.value}"
        if self.flood is not None and self.flood.tells(key, turn):
            owed = self.speech.owed(known.address, (NOTICE,), c, turn.at)
            await self.committer.commit(Write(update=update, family=known.family, owed=owed))

    async def _redeemed(self, incoming: Incoming, turn: Turn) -> str:
        """Welcome whoever has an invitation; else the name of what to say about the code."""
        # Counted before it is looked at, so that many at once are no more guesses than one by one.
        if not self._guesses.take(incoming.address):
            return "code_later"
        person = await staff.redeem(self.store, turn.text, *self._key(incoming))
        if person is None:
            return "code_bad"
        self._known.pop(self._key(incoming), None)
        await self.desk.welcome(person, (incoming.channel, incoming.id), turn.at)
        return ""

    @staticmethod
    def _key(incoming: Incoming) -> tuple[str, str]:
        return incoming.channel, incoming.address

    def _tapped(self, incoming: Incoming, turn: Turn, c: Conversation) -> Turn:
        """The tap with what its button carries; a forged or foreign one carries nothing."""
        read = self.buttons.read(incoming.token, incoming.address)
        if read is None or read[0] != c.id:
            return msgspec.structs.replace(turn, visit=0, value="")
        return msgspec.structs.replace(turn, visit=read[1], value=read[2])

    async def commit(
        self, known: Known, made: Step, turn: Turn, update: tuple[str, str]
    ) -> None:
        """Store a step with everything it causes, and keep the conversation in memory."""
        write, handed = await self._write(known, made, turn, update)
        done = await self.committer.commit(write)
        self.tallies.note(known.conversation, made, turn, self.editions.current.questions)
        key = (known.address.channel, known.address.value)
        if write.erase:
            self._known.pop(key, None)
            return
        final = made.conversation
        if handed is not None and final.case is not None:
            case = msgspec.structs.replace(final.case, number=done.number)
            final = msgspec.structs.replace(final, case=case)
            log.info("case.handed_over", case=done.number, region=case.region or "shared")
        self._known[key] = msgspec.structs.replace(
            known, family=write.family, conversation=final, version=done.version, blocked=False
        )
        self._known.move_to_end(key)
        while len(self._known) > KEPT:
            self._known.popitem(last=False)

    async def _write(
        self, known: Known, made: Step, turn: Turn, update: tuple[str, str]
    ) -> tuple[Write, HandOff | None]:
        """All that one step leaves behind."""
        c, now = made.conversation, turn.at
        fresh = not known.family
        family = known.family or new_id()
        timers: tuple[Timer, ...] = ()
        hand_off: HandOff | None = None
        erase = False
        added: list[AddToCase] = []
        for effect in made.effects:
            if isinstance(effect, Schedule):
                timers = (Timer(c.id, TALK_TIMER, effect.at),)
            elif isinstance(effect, HandOff):
                hand_off = effect
            elif isinstance(effect, AddToCase):
                added.append(effect)
            elif isinstance(effect, Erase):
                erase = True
        parts = await self.handoff.additions(c, added, now) if added else self.handoff.nothing
        before = known.conversation
        if erase and turn.kind == "due" and before is not None and before.case is not None:
            # The talk's time is over; the case is the office's record and stays.
            erase, c = False, _bare(before)
        talk = Talk(conversation=c, version=known.version, address=known.address.id)
        over = turn.kind not in UNTIMED and not timers
        base = Write(
            update=update,
            family=family,
            new_family=fresh,
            new_address=known.address if fresh else None,
            talk=talk,
            timers=timers,
            cancel=((c.id, TALK_TIMER),) if over else (),
            cases=parts.cases,
            events=parts.events,
            unblock=known.address.id if known.blocked else "",
            erase=erase,
        )
        if hand_off is None:
            owed = self.speech.owed(known.address, made.effects, c, now)
            return msgspec.structs.replace(base, owed=(*owed, *parts.owed)), None
        readers = await self.handoff.readers(c, now)

        def finish(number: int) -> Rest:
            assert c.case is not None
            final = msgspec.structs.replace(
                c, case=msgspec.structs.replace(c.case, number=number)
            )
            spoken = self.speech.owed(known.address, made.effects, final, now)
            case, cards, event = self.handoff.make(final, family, number, readers, now)
            return Rest(case=case, conversation=final, owed=(*spoken, *cards), events=(event,))

        return msgspec.structs.replace(base, finish=finish), hand_off

    async def act(self, conversation: str, turn: Turn, more: Write) -> bool:
        """An act of the office or of a timer on a family's talk; False if the talk is gone.

        ``more`` is what else is stored with it: the update's name, case changes, what is owed
        to staff. Raises Stale if the talk or a case has changed meanwhile.
        """
        known = await conversations.load(self.store, conversation)
        if known is None or known.conversation is None:
            return False
        c = known.conversation
        if c.state is State.WITHDRAWN and turn.kind != "due":
            return False
        holds = await self.editions.holding(c)
        made = take(holds, c, turn, await self.editions.load(c.revision))
        assert more.update is not None
        write, _ = await self._write(known, made, turn, more.update)
        write = msgspec.structs.replace(
            write,
            cases=(*write.cases, *more.cases),
            events=(*write.events, *more.events),
            owed=(*write.owed, *more.owed),
        )
        try:
            await self.committer.commit(write)
        except Seen:
            return True
        finally:
            self._known.pop((known.address.channel, known.address.value), None)
        self.tallies.note(c, made, turn, self.editions.current.questions)
        return True

    async def due(self, most: int = 100) -> int:
        """Carry out the timers that came due; gives how many were carried out."""
        now = self.clock()
        done = 0
        ready = await conversations.due(self.store, now, most)
        for timer in ready:
            turn = Turn(id=f"due-{timer.due_at.timestamp():.0f}", at=now, kind="due")
            update = ("timer", f"{timer.conversation}:{timer.due_at.timestamp():.0f}")
            try:
                done += await self.act(timer.conversation, turn, Write(update=update))
            except Stale:
                continue  # the family wrote just now, or the next look finds it again
        return done


def _bare(c: Conversation) -> Conversation:
    """A talk whose time is over: only what leads the family's next words to its case."""
    return Conversation(
        c.id, c.script, c.revision, State.SENT, c.language,
        started=c.started, last=c.last, notice=c.notice, case=c.case, second=c.second,
    )  # fmt: skip
