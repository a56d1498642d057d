"""What publishing a draft would mean to the families whose talks are under way. Pure.

Counts only: nothing of a family leaves this module.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime

from msgspec import Struct

from dialogs.conversation import Conversation, State, Turn
from dialogs.edition import Edition
from dialogs.engine.agenda import split
from dialogs.migrate import migrate


class Rehearsal(Struct, frozen=True):
    """Counts over talks.

    ``under_way`` families are in the middle of a talk, ``sent`` have handed theirs over already:
    nothing changes for these. ``unnoticed`` of those under way notice nothing. The rest, by
    question id, in families: asked it again, an answer of theirs to it no longer used, it comes
    as a new question, it stood open and is gone. ``more`` families are asked something more,
    ``lost`` is how many answers are no longer used.
    """

    under_way: int = 0
    sent: int = 0
    unnoticed: int = 0
    more: int = 0
    lost: int = 0
    again: dict[str, int] = {}
    unused: dict[str, int] = {}
    fresh: dict[str, int] = {}
    closed: dict[str, int] = {}

    def grew(self, shown: Rehearsal) -> bool:
        """Whether more happens to anybody than was shown: then the admin is asked once more."""
        return any(
            count > before.get(question, 0)
            for now, before in (
                (self.again, shown.again),
                (self.unused, shown.unused),
                (self.fresh, shown.fresh),
                (self.closed, shown.closed),
            )
            for question, count in now.items()
        )


def rehearse(
    talks: Iterable[Conversation],
    draft: Edition,
    old: Callable[[str], Edition | None],
    at: datetime,
    so_far: Rehearsal | None = None,
) -> Rehearsal:
    """Bring every talk to the draft, and count; ``so_far`` are the counts of earlier pages.

    ``old`` gives a revision by its id, None for one that cannot be had. ``at`` is aware UTC.
    """
    before = so_far or Rehearsal()
    again, unused, fresh, closed = map(
        Counter, (before.again, before.unused, before.fresh, before.closed)
    )
    under_way, sent, unnoticed = before.under_way, before.sent, before.unnoticed
    more, lost = before.more, before.lost
    turn = Turn("rehearsal", at, "command", value="continue")
    for talk in talks:
        if talk.state is State.WITHDRAWN:
            continue
        if talk.case is not None:
            sent += 1
            continue
        under_way += 1
        if talk.revision == draft.id:
            unnoticed += 1
            continue
        moved = migrate(draft, talk, turn, old(talk.revision))
        unnoticed += not moved.noticed
        more += bool(moved.again or moved.fresh)
        lost += len(moved.unused)
        again.update({split(path)[0] for path in moved.again})
        unused.update({split(path)[0] for path in moved.unused})
        fresh.update({split(path)[0] for path in moved.fresh})
        closed.update({moved.closed} if moved.closed else ())
    return Rehearsal(
        under_way, sent, unnoticed, more, lost,
        dict(again), dict(unused), dict(fresh), dict(closed),
    )  # fmt: skip
