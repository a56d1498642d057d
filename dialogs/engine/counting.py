"""How many questions the longest way still has.

Counted once in full, then with each answer only what hangs on it: a turn must not walk the whole
script. What was counted stays with the conversation in memory and is never written; a conversation
that was read again is counted anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from dialogs.edition import Edition
from dialogs.engine import agenda
from dialogs.engine.agenda import applies, asked_later, join, kind_of, paths_of, split
from dialogs.engine.work import Work


class Tally:
    """What was counted. Never changed once made.

    ``held`` has the agenda's conditional paths: whether they are asked, or the path on whose answer
    that hangs; ``yes`` counts those that are. ``hanging`` has, by such a path, what hangs on it,
    ``worth`` how many of these may be asked at most, ``most`` all these together.
    """

    __slots__ = ("edition", "hanging", "held", "left", "most", "today", "worth", "yes")

    def __init__(self, edition: Edition, today: date) -> None:
        self.edition = edition
        self.today = today
        self.held: dict[str, bool | str] = {}
        self.hanging: dict[str, frozenset[str]] = {}
        self.worth: dict[str, int] = {}
        self.yes = 0
        self.most = 0
        self.left = 0

    def same(self) -> Tally:
        """The same counts, for another length of the agenda."""
        other = Tally(self.edition, self.today)
        other.held, other.hanging = self.held, self.hanging
        other.worth, other.yes, other.most = self.worth, self.yes, self.most
        return other

    def following(self) -> Tally:
        """A copy to be changed."""
        copy = Tally(self.edition, self.today)
        copy.held, copy.hanging = self.held.copy(), self.hanging.copy()
        copy.worth, copy.yes, copy.most = self.worth.copy(), self.yes, self.most
        return copy


def questions_left(work: Work) -> int:
    """How many questions the longest way still has, the open one included.

    What hangs on an answer not given yet counts as under the answer that leaves the most, so
    that the number never rises while nothing is changed.
    """
    old, moved = work.tally, work.moved
    if (
        not isinstance(old, Tally)
        or moved is None
        or old.edition is not work.edition
        or old.today != work.today
    ):
        tally = _counted(work)
    elif moved:
        tally = _recounted(work, old, moved)
    else:
        return old.left
    tally.left = len(work.c.agenda) - len(tally.held) + tally.yes + tally.most
    work.tally, work.moved = tally, frozenset()
    return tally.left


def _counted(work: Work) -> Tally:
    """Everything, from the beginning."""
    tally = Tally(work.edition, work.today)
    changed: set[str] = set()
    for path in work.c.agenda:
        _place(work, tally, path, changed)
    _weigh(work, tally, changed)
    return tally


def _recounted(work: Work, old: Tally, moved: Iterable[str]) -> Tally:
    """What these paths' answers, or their coming and going, change."""
    edition = work.edition
    changed: set[str] = set()
    affected: set[str] = set()
    for path in moved:
        affected.add(path)
        changed.add(path)
        for question_id in edition.dependents.get(split(path)[0], ()):
            affected.update(paths_of(edition, work.c, question_id))
            changed.add(edition.questions[question_id].group)
    if not any(path in old.worth for path in changed) and not any(
        path in old.held or path in edition.members or _conditional(edition, path)
        for path in affected
    ):
        return old.same()
    tally = old.following()
    for path in affected:
        was = tally.held.pop(path, None)
        if was is True:
            tally.yes -= 1
        elif isinstance(was, str):
            tally.hanging[was] -= {path}
            changed.add(was)
        # Where nothing hangs on a path the long agenda need not be searched for it.
        if (path in edition.members or _conditional(edition, path)) and path in work.c.agenda:
            _place(work, tally, path, changed)
    _weigh(work, tally, changed)
    return tally


def _conditional(edition: Edition, path: str) -> bool:
    question = edition.questions.get(split(path)[0])
    return question is not None and (question.when is not None or question.question.kind == "note")


def _place(work: Work, tally: Tally, path: str, changed: set[str]) -> None:
    """Put a path of the agenda where it is counted; a note asks nothing and never counts."""
    if kind_of(work.edition, path) == "note":
        tally.held[path] = False
        return
    condition = work.edition.questions[split(path)[0]].when
    if condition is not None:
        held = applies(work, path)
        if held is None:
            sources = agenda.sources(work, condition.uses, split(path)[1])
            deciding = next(source for source in sources if source in work.c.agenda)
            tally.hanging[deciding] = tally.hanging.get(deciding, frozenset()) | {path}
            tally.held[path] = deciding
            changed.add(deciding)
        else:
            tally.held[path] = held
            tally.yes += held
    if path in work.edition.members:
        changed.add(path)


def _weigh(work: Work, tally: Tally, changed: Iterable[str]) -> None:
    """Look again at what hangs on these paths."""
    for deciding in changed:
        tally.most -= tally.worth.pop(deciding, 0)
        paths = tally.hanging.get(deciding, frozenset())
        group = deciding in work.edition.members and deciding not in work.c.answers
        if paths or (group and deciding in work.c.agenda):
            worth = max(
                (_under(work, deciding, value, paths) for value in _assumed(work, deciding)),
                default=len(paths),
            )
            tally.worth[deciding] = worth
            tally.most += worth
        else:
            tally.hanging.pop(deciding, None)


def _assumed(work: Work, path: str) -> tuple[object, ...]:
    """Answers that differ in what they lead to, as far as this can be told."""
    question = work.edition.spec(split(path)[0])
    if question.kind == "choice":
        return tuple(choice.id for choice in question.choices)
    if question.kind == "yes_no":
        return ("yes", "no", "unsure")
    if question.kind == "group":
        return [], [str(n + 1) for n in range(question.most or 1)]
    if question.kind == "place":
        first, *others = work.edition.programme.geography.municipalities
        region = work.edition.programme.geography.region_of
        other = next(code for code in others if region(code) != region(first))
        two = [{"iso": code, "name": "", "near": True, "region": ""} for code in (first, other)]
        return [], two
    return ()


def _under(work: Work, deciding: str, value: object, paths: Iterable[str]) -> int:
    """How many of these questions, and of a group's own, may be asked if that were answered."""
    assumed = Work(work.edition, work.c, work.turn)
    assumed.change(answers={**work.c.answers, deciding: assumed.answer(value, "", "typed")})
    wanted = list(paths)
    if isinstance(value, list) and deciding in work.edition.members:
        wanted += [
            join(question_id, str(item))
            for question_id in work.edition.members[deciding]
            if work.c.later or not asked_later(work.edition.questions[question_id])
            for item in value
        ]
    asked = (path for path in wanted if kind_of(work.edition, path) != "note")
    return sum(applies(assumed, path) is not False for path in asked)
