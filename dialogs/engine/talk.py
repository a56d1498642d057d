"""The talk between a family and its coordinator, in which the bot is silent.

It begins with the coordinator's first words and ends by the coordinator's button, with the case,
or after three silent days (conversation-style 16). Meanwhile a burst of the family's messages
gets one receipt, with the day by which they are answered; commands still work.
"""

from __future__ import annotations

from datetime import date

import msgspec

from dialogs.conversation import AddToCase, Button, Part, Ref
from dialogs.engine import agenda
from dialogs.engine.work import Work
from dialogs.programme.workdays import due_date

SILENT_DAYS = 3
"""Days without a word from either side after which the bot may speak again."""
BURST_SECONDS = 3.0
"""How long a receipt waits for more messages of the same burst (conversation-style 12)."""
GO_ON = Button("/continue", "product:answer_now", alone=True)


def coordinator_wrote(work: Work) -> None:
    """Words of the coordinator have reached the family: the promise is kept, people talk."""
    assert work.c.case is not None
    case = msgspec.structs.replace(work.c.case, answered=True, closed=False)
    work.change(case=case, talking=work.turn.at)


def family_wrote(work: Work, said: str) -> None:
    """Pass a message of the family on to its coordinator, and promise an answer."""
    promise(work)
    if work.c.talking is not None:
        work.change(talking=work.turn.at)
    work.effects.append(AddToCase("message", said))
    work.say(("product:passed_on", {}), *due_part(work), slot="receipt", delay=BURST_SECONDS)


def promise(work: Work) -> None:
    """An answer is owed again: by the day promised, or by a new one if that day is done with."""
    case = work.c.case
    if case is None:
        return
    if case.answered or date.fromisoformat(case.due) < work.today:
        days = work.edition.programme.rules.on(work.today).answer_working_days
        due = due_date(work.turn.at, days).isoformat()
        work.change(case=msgspec.structs.replace(case, due=due, answered=False))


def due_part(work: Work) -> tuple[Part, ...]:
    """By when an answer comes; nothing where none is owed or the day has passed."""
    case = work.c.case
    if case is None or case.answered or date.fromisoformat(case.due) < work.today:
        return ()
    return (("product:sent_due", {"day": Ref("day", case.due)}),)


def end(work: Work) -> None:
    """Nobody talks here any more; the family's next words still reach the coordinator."""
    work.change(talking=None)


def ended(work: Work, *, quiet: bool) -> None:
    """The coordinator ended the talk: no answer is owed; the way to what is open is shown."""
    talking = work.c.talking is not None
    end(work)
    if work.c.case is not None:
        work.change(case=msgspec.structs.replace(work.c.case, answered=True))
    if not talking:
        return  # it fell silent before, and the family knows nothing of an end
    buttons = (GO_ON,) if agenda.next_path(work) is not None else ()
    work.say(("product:talk_ended", {}), buttons=buttons, quiet=quiet)
