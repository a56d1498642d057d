"""What is said, as orders owed to an address: texts drawn, buttons signed, nights respected."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

import msgspec

from bot.buttons import Buttons
from bot.channels.channel import Key, Order
from bot.editions import Editions
from bot.mails import Mails
from dialogs.conversation import Amend, Conversation, Effect, Say
from dialogs.messages import Drawn, Speaker
from dialogs.programme.zones import is_quiet, zone
from storage.write import Address, Owed

encode = msgspec.json.Encoder().encode
BARE = encode(Order(kind="bare"))
NIGHT_ENDS = 8
"""The bot writes by itself from this hour of the family's time (conversation-style 15)."""
LATE = timedelta(minutes=1)
LATE_SECONDS = 30.0
"""A message taken so long after it was written waited through an outage, and more of the same
family may come: their common reply waits at least so many seconds for them."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Speech:
    """Draws effects of a conversation as owed messages."""

    def __init__(
        self, editions: Editions, buttons: Buttons, clock: Callable[[], datetime] = _utc_now
    ) -> None:
        self.editions = editions
        self.buttons = buttons
        self.clock = clock
        self.mails: Mails | None = None
        """Where the service can send mail."""

    def owed(
        self, to: Address, effects: Iterable[Effect], c: Conversation, now: datetime
    ) -> tuple[Owed, ...]:
        """The messages of a step, in order."""
        speaker = Speaker(self.editions.of(c.revision), c, now, channel=to.channel)
        found: list[Owed] = []
        for effect in effects:
            if isinstance(effect, Say):
                drawn = speaker.draw(effect)
                not_before = self._burst_over(now, effect.delay) if effect.delay else None
                if effect.quiet:
                    not_before = by_day(country_of(c), now)
                found.append(
                    Owed(
                        to=to,
                        order=self.order("send", drawn, c.id, effect.visit, to),
                        ref=f"{c.id}.v{effect.visit}" if effect.visit else "",
                        slot=f"{c.id}.{effect.slot}" if effect.slot else "",
                        not_before=not_before,
                        priority=2 if effect.quiet else 0,
                    )
                )
                if self.mails is not None:
                    found += self.mails.copies(c, effect, speaker)
            elif isinstance(effect, Amend):
                ref = f"{c.id}.v{effect.visit}"
                if effect.parts:
                    drawn = speaker.draw(effect)
                    order = self.order("edit", drawn, c.id, effect.visit, to)
                else:
                    order = BARE
                found.append(Owed(to=to, order=order, ref=ref))
        return tuple(found)

    def _burst_over(self, said: datetime, delay: float) -> datetime:
        """When a reply to a burst of messages may go: counted from when this one was taken."""
        taken = self.clock()
        late = taken - said > LATE
        return taken + timedelta(seconds=max(delay, LATE_SECONDS) if late else delay)

    def order(
        self, kind: str, drawn: Drawn, owner: str, visit: int, to: Address, *, silent: bool = False
    ) -> bytes:
        """A drawn message as an encoded order; its buttons belong to this owner and address."""
        values = [value for row in drawn.rows for _, value in row]
        tokens = iter(self.buttons.tokens(owner, visit, values, to.value) if values else ())
        rows = tuple([tuple([Key(label, next(tokens)) for label, _ in row]) for row in drawn.rows])
        return encode(Order(kind=kind, html=drawn.html, rows=rows, silent=silent))  # type: ignore[arg-type]


def country_of(c: Conversation) -> str:
    """Where the family lives (ISO 3166-1 alpha-2); "" if it has not said so."""
    answer = c.answers.get("country")
    return str(answer.value) if answer is not None and answer.value else ""


def by_day(country: str, now: datetime) -> datetime | None:
    """None if it is day in this country, else the moment its night ends."""
    if not is_quiet(now, country):
        return None
    local = now.astimezone(zone(country))
    morning = local.replace(hour=NIGHT_ENDS, minute=0, second=0, microsecond=0)
    if morning <= local:
        morning += timedelta(days=1)
    return morning.astimezone(now.tzinfo)
