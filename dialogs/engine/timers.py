"""Timers: one reminder next day, one before deletion, and the deletion itself.

A conversation has one timer at a time; every act of the family sets it anew.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

from dialogs.conversation import Button, Erase, Schedule, State
from dialogs.engine import agenda, reviewing, talk
from dialogs.engine.work import Work
from dialogs.programme.zones import zone

BEFORE_NOTICE_HOURS = 48
"""How long a talk is kept whose notice was not read (law of the house)."""
WARN_DAYS = 3
"""The last reminder comes so many days before deletion (conversation-style 15)."""
DAY = (10, 19)
"""Reminders come between these hours of the family's time (conversation-style 15)."""
UNFINISHED = frozenset({State.TELLING, State.ASKING, State.AMENDING, State.REVIEWING, State.HUMAN})


def by_day(work: Work, moment: datetime) -> datetime:
    """The moment, moved into the family's daytime of the same day."""
    country = work.c.answers.get("country")
    local = moment.astimezone(zone(country.value if country and country.value else ""))
    if local.hour < DAY[0]:
        local = datetime.combine(local.date(), time(DAY[0]), local.tzinfo)
    elif local.hour >= DAY[1]:
        local = datetime.combine(local.date(), time(DAY[1] - 1), local.tzinfo)
    return local.astimezone(work.turn.at.tzinfo)


def set_next(work: Work) -> None:
    """Set the timer that follows this act."""
    now = work.turn.at
    if work.c.state is State.WITHDRAWN:
        return
    if work.c.notice is None:
        schedule("expire", work, now + timedelta(hours=BEFORE_NOTICE_HOURS))
    elif work.c.case is None:
        if work.c.quiet:
            rules = work.edition.programme.rules.on(work.today)
            schedule("expire", work, now + timedelta(days=rules.draft_days))
        else:
            schedule("nudge", work, by_day(work, now + timedelta(days=1)))
    elif work.c.talking is not None:
        schedule("silence", work, by_day(work, work.c.talking + timedelta(days=talk.SILENT_DAYS)))
    elif "offer" in work.c.reminded and work.c.agenda:
        schedule("offer", work, by_day(work, now + timedelta(days=1)))
    else:
        rules = work.edition.programme.rules.on(work.today)
        schedule("expire", work, now + timedelta(days=rules.sent_days))


def schedule(kind: str, work: Work, at: datetime) -> None:
    """Make this the conversation's one timer."""
    if work.c.due != kind:
        work.change(due=kind)
    work.effects.append(Schedule(kind, at))


def due(work: Work) -> None:
    """The timer came due."""
    kind = work.c.due
    rules = work.edition.programme.rules.on(work.today)
    last = work.c.last or work.turn.at
    if kind == "expire":
        work.effects.append(Erase())
        work.change(state=State.WITHDRAWN, prompt=None)
    elif kind == "silence":
        talk.end(work)
        if "offer" in work.c.reminded and agenda.next_path(work) is not None:
            _offer_again(work)
        schedule("expire", work, last + timedelta(days=rules.sent_days))
    elif kind == "offer" and work.c.case is not None:
        _offer_again(work)
        schedule("expire", work, last + timedelta(days=rules.sent_days))
    elif kind in ("nudge", "warn") and work.c.state in UNFINISHED and work.c.case is None:
        if kind not in work.c.reminded and not work.c.quiet:
            work.change(reminded=(*work.c.reminded, kind))
            work.say(
                (f"product:{kind}", {"n": WARN_DAYS}),
                buttons=(
                    Button("/continue", "product:go_on", alone=True),
                    Button("/delete_me", "product:end_delete", alone=True),
                    Button("/no_reminders", "product:no_reminders", alone=True),
                ),
            )
        end = last + timedelta(days=rules.draft_days)
        if kind == "nudge" and not work.c.quiet:
            schedule("warn", work, by_day(work, end - timedelta(days=WARN_DAYS)))
        else:
            schedule("expire", work, end)


def _offer_again(work: Work) -> None:
    """Offer what is left once more, as the family wished."""
    work.change(reminded=tuple(each for each in work.c.reminded if each != "offer"))
    if agenda.next_path(work) is not None:
        reviewing.offer(work, (("product:offer_again", {}),))
