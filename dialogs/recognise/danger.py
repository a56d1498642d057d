"""What cannot wait: danger, no roof, a child without a school place, or words that may mean it.

A line of ``alarm`` in ``alarms.yaml`` counts only where it is said as happening. Fear of what
may come, a negation, and figures of speech start nothing.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import Literal, cast

from dialogs.recognise.lexicon import Lexicon, load_lexicon
from dialogs.recognise.lines import Hit, completed
from dialogs.recognise.marks import Marks, has, mark, within
from dialogs.recognise.reading import Alarm, Span

__all__ = ["load_lexicon", "read_alarm"]


# Most pressing first. Grave are threats to life by somebody near, which are feared for a reason.
# An emergency ("the house is on fire") is a danger that may also merely be
# supposed ("is there a hospital in case of a heart attack"); violence is never merely supposed.
_ORDER = ("danger", "grave", "weary", "emergency", "homeless", "out_of_school", "unclear")
_AS_DANGER = frozenset(("grave", "weary", "emergency"))
# "... kills me, haha": how many words away the laugh may stand.
_JOKING = 12
_UNLESS_SUPPOSED = frozenset(("emergency", "homeless", "out_of_school"))
_UNLESS_FEARED = frozenset(("homeless", "out_of_school"))


_SO: tuple[list[str], ...] = ([], ["i"], ["we"], ["please"], ["help"])


def _merely_feared(marks: Marks, lexicon: Lexicon, hit: Hit) -> bool:
    """Whether the words tell of something feared, asked, denied or long past."""
    first = hit.first
    while (
        first > 0
        and hit.first - first < 5
        and marks.sentence[first - 1] == marks.sentence[hit.first]
    ):
        first -= 1
    groups = lexicon.groups
    weary = has(marks, groups["LIFEWEARY"], hit.main, hit.main) or (
        hit.line.owner == "unclear" and has(marks, groups["GIVEUP"], hit.main, hit.main)
    )
    if weary and _goes_on(marks, lexicon, hit.last):
        return True
    if hit.line.owner == "weary":
        lives = within(marks, groups["LIVEVERB"], hit.first, hit.last)
        if _goes_on(marks, lexicon, lives[-1] if lives else hit.last):
            return True
    around = max(hit.first - _JOKING, 0), hit.last + _JOKING
    laughs = has(marks, groups["LAUGH"], *around)
    if laughs and not has(marks, groups["HITS"], hit.first, hit.last):
        return True
    if _long_past(marks, lexicon, hit):
        return True
    if has(marks, groups["DANGERWORD"], hit.first, hit.last) and (
        laughs or has(marks, groups["JOKE"], *around)
    ):
        return True
    if hit.line.owner != "grave" and has(marks, groups["UNREAL"], first, hit.last):
        return True
    if hit.line.owner in _UNLESS_FEARED and has(marks, groups["FEAR"], first, hit.first):
        return True
    if hit.line.owner == "homeless" and _is_address(marks, hit.last):
        return True
    supposed = has(marks, groups["HYPO"], first, hit.first)
    if hit.line.owner in _UNLESS_SUPPOSED and supposed:
        # "Nav kur gulēt" tells, though "kur" may ask.
        return not has(marks, groups["NOWHERE"], first, hit.first)
    before = hit.first
    while before > max(hit.first - 2, 0) and marks.clause[before - 1] == marks.clause[hit.first]:
        before -= 1
    return has(marks, groups["FIGURE"], max(hit.first - 4, 0), hit.last + 4) or any(
        marks.words[place] != "no" or marks.language != "lv"  # in Latvian it means "from"
        for place in within(marks, groups["NEGALARM"], before, hit.first - 1)
    )


_STREETS = ("iel", "ulic", "street")


def _is_address(marks: Marks, last: int) -> bool:
    """Whether "on the street" names one: "живу на улице Бривибас 45"."""
    following = marks.tokens[last + 1 : last + 4]
    return (
        bool(following)
        and marks.tokens[last].folded.startswith(_STREETS)
        and following[0].capital
        and any(token.script == "digit" for token in following)
    )


def _long_past(marks: Marks, lexicon: Lexicon, hit: Hit) -> bool:
    """Whether the sentence tells of what is over, and nothing in it says that it goes on."""
    bounds, groups = marks.sentence, lexicon.groups
    first = bisect_left(bounds, bounds[hit.first])
    last = bisect_right(bounds, bounds[hit.last]) - 1
    over = has(marks, groups["OVER"], first, last) or has(marks, groups["PASTYEARS"], first, last)
    if not over or has(marks, groups["STILLNOW"], first, last):
        return False
    start = bisect_left(marks.clause, marks.clause[hit.first])
    end = bisect_right(marks.clause, marks.clause[hit.last]) - 1
    return not has(marks, groups["ACUTE"], start, end)


def _goes_on(marks: Marks, lexicon: Lexicon, last: int) -> bool:
    """Whether more is said than "I do not want to live": "... in England", "... abroad"."""
    place = last + 1
    if marks.words[place : place + 1] == ["so"] and marks.words[place + 1 : place + 2] not in _SO:
        return True  # "... so far from friends"; "... so please help" asks for help.
    while place < len(marks.tokens) and marks.clause[place] == marks.clause[last]:
        if has(marks, lexicon.groups["LIFEWHY"], place, place):
            return False
        if not has(marks, lexicon.groups["LIFETAIL"], place, place):
            return True
        place += 1
    return False


def read_alarm(text: str | Marks, lexicon: Lexicon) -> Alarm | None:
    """The most pressing thing in a text that cannot wait; None where there is none."""
    marks = mark(text, lexicon) if isinstance(text, str) else text
    best: Hit | None = None
    for hit in completed(marks, lexicon, "alarm"):
        if best is not None and _ORDER.index(hit.line.owner) >= _ORDER.index(best.line.owner):
            continue
        if not _merely_feared(marks, lexicon, hit):
            best = hit
    if best is None:
        return None
    owner = "danger" if best.line.owner in _AS_DANGER else best.line.owner
    kind = cast(Literal["danger", "homeless", "out_of_school", "unclear"], owner)
    return Alarm(kind, Span(marks.tokens[best.first].start, marks.tokens[best.last].end))
