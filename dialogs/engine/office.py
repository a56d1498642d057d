"""Acts of the office that reach the family through its own chat."""

from __future__ import annotations

import msgspec

from dialogs.conversation import Part, Ref, State
from dialogs.engine import reviewing, talk, timers
from dialogs.engine.work import Work

CAN_WAIT = ("", "call")
"""Alarms with which the office's words may wait for the family's morning."""


def acted(work: Work) -> None:
    """The coordinator took the case, wrote, ended the talk, moved the case, closed it; or the
    promise was broken.

    ``turn.value`` says which: taken, words, ended, moved, late, closed. ``turn.text`` holds the
    coordinator's words, ``turn.extra`` the region that has the case now ("" as before).
    """
    case, act = work.c.case, work.turn.value
    if case is None or work.c.state is State.WITHDRAWN:
        return
    by_day = work.c.alarm in CAN_WAIT
    number: Part = ("product:case_number", {"number": Ref("number")})
    region = work.turn.extra or case.region
    if act == "words":
        work.close()
        work.stand(State.SENT)
        talk.coordinator_wrote(work)
        work.say(
            ("product:coordinator_words", {"words": work.turn.text}),
            ("product:reply_here", {}),
            quiet=by_day,
        )
    elif act == "taken" and not case.taken:
        work.change(case=msgspec.structs.replace(case, taken=True, closed=False, region=region))
        work.say(
            ("product:case_taken", {"number": Ref("number")}),
            *reviewing.case_parts(work),
            quiet=by_day,
        )
    elif act == "ended":
        talk.ended(work, quiet=by_day)
    elif act == "moved":
        talk.end(work)
        work.change(case=msgspec.structs.replace(case, region=region, taken=False, closed=False))
        work.say(("product:case_moved", {}), *reviewing.case_parts(work), quiet=by_day)
    elif act == "late":
        work.say(("product:case_late", {}), number, quiet=by_day)
    elif act == "closed":
        talk.end(work)
        work.change(case=msgspec.structs.replace(case, closed=True))
        work.say(("product:case_closed", {"number": Ref("number")}), quiet=by_day)
    if act in ("words", "ended"):
        timers.set_next(work)
