"""When the family moves or moved, as it answers "when?".

A story is read by :mod:`dialogs.recognise.when_story`.

Nothing is made more exact than it was said: "vasarā" stays a season, "pēc gada" a range of one
month ("about then"), "no dates yet" has no months at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from dialogs.recognise.fold import Token, tokens
from dialogs.recognise.glance import Glance, glance
from dialogs.recognise.reading import WhenReading
from dialogs.recognise.when_counted import bare_amounts
from dialogs.recognise.when_marks import TimeSpan, month_number
from dialogs.recognise.when_reading import (
    Sayings,
    ahead_reading,
    around_school,
    back_reading,
    choose,
    denied,
    for_so_long,
    has_ago,
    not_denied,
    of_another,
    past,
    plain_reading,
    planned,
    unlikely,
)
from dialogs.recognise.when_spans import time_spans

_ANSWER_WORDS = 40


def answer_when(text: str, today: date) -> WhenReading | None:
    """The time a direct answer to "when?" gives, or None where none is understood.

    "nezinām", "just looking" give status "thinking" without months.
    """
    words = tokens(text)[:_ANSWER_WORDS]
    if not words:
        return None
    seen = glance(words)
    sayings = Sayings(seen.sayings)
    spans = time_spans(words, today, seen=seen) or time_spans(words, today, typos=True, seen=seen)
    said = sayings.of("returned", "moved", "here", "schoolend", "schoolstart")
    if not spans and not said:
        spans = _alone(words, seen, today)
    short = len(words) <= 3 or any(span.ahead is None for span in spans)
    returned = sayings.of("returned", "moved") or [
        saying
        for saying in sayings.of("here")
        if (short or saying[1] - saying[0] > 1) and not _still_ahead(words, saying, spans, today)
    ]
    returned = [
        saying
        for saying in returned
        if not denied(words, saying[0])
        and not of_another(words, saying)
        and not any(word.folded in _WILL_BE for word in words[saying[0] : saying[1]])
    ]
    if returned and not _is_future(words, spans):
        return back_reading(
            words, past(spans) or for_so_long(words, seen, returned, today), returned
        )
    behind = past(spans)
    if not spans and _lives_at_home(words, seen):
        spent = bare_amounts(words, today, ahead=False, seen=seen)
        if spent:
            return back_reading(words, spent, [])
    spans = planned(_possible(words, not_denied(words, spans)), today)
    if len(spans) == 1 and spans[0].precision == "year" and spans[0].ahead is not None:
        # "start of the school year 2027"
        named = date((spans[0].ahead[0] or month_number(today)) // 12, 1, 1)
        schooled = around_school(words, sayings, max(named, today))
        if schooled is not None:
            return schooled
    if spans and not (sayings.of("asap") and spans[0].precision == "day"):
        status = "thinking" if sayings.of("thinking") else "planned"
        return ahead_reading(words, status, choose(spans))
    if any(has_ago(span) for span in behind):
        return back_reading(words, behind, [])
    schooled = around_school(words, sayings, today)
    if schooled is not None:
        return schooled
    for kind, status in (("asap", "asap"), ("thinking", "thinking"), ("someday", "thinking"),
        ("unknown", "thinking"),
                         ("soon", "asap")):  # fmt: skip
        said = [
            saying
            for saying in sayings.of(kind)
            if not denied(words, saying[0]) and not _as_soon_as(words, saying)
        ]
        if said:
            return plain_reading(words, status, said[0])
        if kind == "soon" and sayings.of(kind):
            return plain_reading(words, "thinking", sayings.of(kind)[0])
    if len(words) > 2 and any(word.folded in _IF for word in words[:2]):
        # "kad atradīšu darbu", "как только продадим дом": it hangs on something.
        return plain_reading(words, "thinking", (0, 1, "unknown"))
    return None


def _alone(words: Sequence[Token], seen: Glance, today: date) -> list[TimeSpan]:
    """Amounts of time that stand alone, so that they count from today: "6 months", "no rush,
    a year or two"."""
    amounts = bare_amounts(words, today, ahead=True, seen=seen)
    if len(words) <= _SHORT:
        return [span for span in amounts if span.first <= 1]
    if seen.living:
        return []
    return [
        span
        for span in amounts
        if (not span.first or "," in words[span.first].before)
        and (span.last + 1 == len(words) or "," in words[span.last + 1].before)
    ]


_SHORT = 4
_IF = frozenset((
    "kad", "ja", "tiklidz", "kolidz", "kogda", "kak", "esli", "when", "if", "once", "as", "pec",
    "posle", "after", "snacala", "vispirms", "first",
))  # fmt: skip


def _still_ahead(
    words: Sequence[Token], saying: tuple[int, int, str], spans: Sequence[TimeSpan], today: date
) -> bool:
    """Whether "already" is a wish or a going: "gribētu jau būt mājās", "jau braucam", or stands
    before a time that is nearer ahead than behind ("jau janvārī", said in November)."""
    if any(word.folded.startswith(_AHEAD) for word in words):
        return True
    if saying[1] - saying[0] > 1 or not spans or spans[0].first not in (saying[1], saying[1] + 1):
        return False
    ahead, behind, now = spans[0].ahead, spans[0].behind, month_number(today)
    if ahead is None or behind is None or ahead[0] is None or behind[1] is None:
        return False
    return ahead[0] - now < now - behind[1]


_WILL_BE = frozenset(("busu", "busim", "bus", "budu", "budem", "will"))
_AHEAD = (
    "varbut", "mozet", "maybe", "naverno", "varet", "iespejam", "vozmozn", "gribet", "gribam",
    "gribu", "velet", *_WILL_BE, "hoti", "hocu", "want", "brauca", "edem", "poedem",
)  # fmt: skip


def _as_soon_as(words: Sequence[Token], saying: tuple[int, int, str]) -> bool:
    """ "as soon as we sell the house" is a condition, not a hurry."""
    after = saying[1]
    return saying[2] == "soon" and after < len(words) and words[after].folded == "as"


_CANNOT = frozenset(
    (
        "nevaram",
        "nevaresim",
        "nevaru",
        "nevaresu",
        "nesanak",
        "nesanaks",
        "nebus",
        "nevar",
        "cant",
        "cannot",
        "wont",
        "impossible",
        "nepolucitsja",
        "nesmozem",
    )
)

_CAN = frozenset(("mozem", "mogu", "smozem", "smogu", "polucitsja", "polucaetsja", "vyjdet"))


def _possible(words: Sequence[Token], spans: list[TimeSpan]) -> list[TimeSpan]:
    """Without the times that do not suit ("vasarā nevaram, tad rudenī"), if others are left."""
    left = [span for span in spans if not _ruled_out(words, span.last + 1)]
    return left or spans


def _ruled_out(words: Sequence[Token], after: int) -> bool:
    behind: list[str] = []
    if any(unlikely(words, place) for place in range(after - 1, after + 2)):
        return True
    for word in words[after : after + 3]:
        if "," in word.before or "." in word.before:
            break
        behind.append(word.folded)
    if not _CANNOT.isdisjoint(behind) or behind[-1:] in (["ne"], ["not"], ["net"], ["nav"]):
        return True
    return any(
        one in ("ne", "not", "wont")
        and (not _CAN.isdisjoint(behind) or other in ("possible", "poluchitsya"))
        for one, other in pairwise(behind)
    )


def _lives_at_home(words: Sequence[Token], seen: Glance) -> bool:
    """ "jau trīs mēnešus dzīvojam Latvijā": so long, and living in Latvia."""
    return bool(seen.living) and any(
        word.folded in _HOMELAND or word.folded.startswith(_TOWNS) for word in words
    )


# The larger towns, by which "so long at home" is said as often as by the country.
_TOWNS = (
    "rig",
    "daugavpil",
    "liepaj",
    "jelgav",
    "jurmal",
    "ventspil",
    "rezekn",
    "valmier",
    "cesi",
    "ogre",
    "jekabpil",
    "tukum",
    "saldu",
    "kuldig",
    "tals",
    "siguld",
    "madon",
    "gulben",
    "aluksn",
    "bausk",
    "dobel",
    "limbaz",
    "balv",
    "ludz",
    "prei",
    "kraslav",
)
_HOMELAND = frozenset(("latvija", "latvii", "latvia", "latveja"))


def _is_future(words: Sequence[Token], spans: Sequence[TimeSpan]) -> bool:
    """Whether a time that can only lie ahead was named ("nākamvasar", "через год")."""
    return any(span.behind is None and span.ahead is not None for span in spans)
