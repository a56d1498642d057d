"""A flood of updates from one family: what is still taken, and who is told to wait.

30 updates a minute are more than a person needs. Beyond that the words of a story and messages
for the coordinator are still kept, for their replies fall together into one; so is whatever
cannot wait. The rest is left alone, and the family is told so once a minute.
"""

from __future__ import annotations

from bot.limits import Allowance
from dialogs.conversation import AddToCase, Conversation, HandOff, Say, Step, Turn

UPDATES, UPDATES_IN = 30, 60.0
"""So many updates a family may send in so many seconds."""
NOTICES_IN = 60.0
"""Seconds between two notices."""
NOTICE = Say(parts=(("product:too_fast", {}),))
_UNCOUNTED = ("blocked", "unblocked")


class Flood:
    """Counts by the moments of the turns: what waited through an outage was not sent at once."""

    def __init__(self) -> None:
        self._now = 0.0
        self._updates = Allowance(UPDATES, UPDATES_IN, lambda: self._now)
        self._notices = Allowance(1, NOTICES_IN, lambda: self._now)

    def over(self, who: str, turn: Turn) -> bool:
        """Count an update; whether it is one too many."""
        if turn.kind in _UNCOUNTED:
            return False
        self._now = turn.at.timestamp()
        return not self._updates.take(who)

    def tells(self, who: str, turn: Turn) -> bool:
        """Whether it is time for a notice; then it counts as given."""
        self._now = turn.at.timestamp()
        return self._notices.take(who)


def kept(before: Conversation, made: Step) -> bool:
    """Whether a step is taken even in a flood."""
    if made.conversation.alarm != before.alarm:
        return True
    if any(isinstance(effect, AddToCase | HandOff) for effect in made.effects):
        return True
    return all(effect.slot for effect in made.effects if isinstance(effect, Say))
