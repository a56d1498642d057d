"""Acts of the office that reach the family through its own chat."""

from __future__ import annotations

import msgspec

from dialogs.conversation import Part, Ref, State
from dialogs.engine import reviewing
from dialogs.engine.work import Work


def acted(work: Work) -> None:
    """The coordinator took the case, wrote, moved it, closed it; or the promise was broken.

    ``turn.value`` says which; ``turn.text`` holds the coordinator's words, ``turn.extra`` the
    new region.
    """
    case, act = work.c.case, work.turn.value
    if case is None or work.c.state is State.WITHDRAWN:
        return
    number: Part = ("product:case_number", {"number": Ref("number")})
    if act == "words":
        work.close()
        work.stand(State.SENT)
        work.say(("product:coordinator_words", {"words": work.turn.text}), ("product:reply_here", {}), quiet=True)
    elif act == "taken" and not case.taken:
        work.change(case=msgspec.structs.replace(case, taken=True))
        work.say(("product:case_taken", {"number": Ref("number")}), *reviewing.case_parts(work), quiet=True)
    elif act == "moved":
        work.change(case=msgspec.structs.replace(case, region=work.turn.extra, taken=False))
        work.say(("product:case_moved", {}), *reviewing.case_parts(work), quiet=True)
    elif act == "late":
        work.say(("product:case_late", {}), number, quiet=True)
    elif act == "closed":
        work.change(case=msgspec.structs.replace(case, closed=True))
        work.say(("product:case_closed", {"number": Ref("number")}), quiet=True)
