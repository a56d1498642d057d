"""When the family moves or moved, read from its own words.

Two entrances: ``answer_when`` for a text that answers "when?", ``read_when`` for a story, where
most times belong to something else (school, contracts, birthdays, years lived abroad). A story's
time counts only where its clause speaks of going home or names nothing else.

Nothing is made more exact than it was said: "vasarā" stays a season, "pēc gada" a range of one
month ("about then"), "no dates yet" has no months at all.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

from dialogs.recognise.clauses import Cuts, cut
from dialogs.recognise.fold import Token, tokens
from dialogs.recognise.glance import Glance, glance
from dialogs.recognise.reading import Span, WhenReading
from dialogs.recognise.when_counted import bare_amounts
from dialogs.recognise.when_marks import EARLIER, Months, TimeSpan, month_number, month_text
from dialogs.recognise.when_spans import time_spans

_ANSWER_WORDS = 40
_NEGATIONS = frozenset(["ne", "nav", "not", "no", "ne", "net", "nekadas", "never"])
_HOME = frozenset(
    [
        "latvija",
        "latviju",
        "latvijas",
        "latvii",
        "latviju",
        "latvia",
        "majas",
        "domoj",
        "home",
        "atpakal",
    ]
)
_UNTIL = frozenset(("lidz", "do", "until", "before", "by", "till"))
_UP_TO = _UNTIL | {"uz", "k", "pirms", "for", "pered"}
_SCHOOL_MONTHS = 8
"""Months from the first of a school year (September) to its last (May)."""
_SHORT_CLAUSE = 6
_WINDOW = 15
"""Words to each side that are asked what a time belongs to."""
_MOST_SPANS = 40
_MOST_SAYINGS = 40


class _Clause(Struct, frozen=True):
    """A stretch of words between commas or stops: token indices [first, after)."""

    first: int
    after: int
    sentence: int


class _Clauses(Struct, frozen=True):
    """The clauses in order, and for each token the place of its own among them."""

    all: list[_Clause]
    of: list[int]


class _Sayings(Struct, frozen=True):
    """What kinds of sayings stand where: (first token, token after, kind)."""

    all: Sequence[tuple[int, int, str]]

    def of(self, *kinds: str) -> list[tuple[int, int, str]]:
        return [saying for saying in self.all if saying[2] in kinds][:_MOST_SAYINGS]


def answer_when(text: str, today: date) -> WhenReading | None:
    """The time a direct answer to "when?" gives, or None where none is understood.

    "nezinām", "just looking" give status "thinking" without months.
    """
    words = tokens(text)[:_ANSWER_WORDS]
    if not words:
        return None
    seen = glance(words)
    sayings = _Sayings(seen.sayings)
    spans = time_spans(words, today, seen=seen) or time_spans(words, today, typos=True, seen=seen)
    said = sayings.of("returned", "moved", "here", "schoolend", "schoolstart")
    if not spans and len(words) <= 4 and not said:
        spans = [
            span for span in bare_amounts(words, today, ahead=True, seen=seen) if span.first <= 1
        ]
    short = len(words) <= 3 or any(span.ahead is None for span in spans)
    returned = sayings.of("returned", "moved") or [
        saying
        for saying in sayings.of("here")
        if (short or saying[1] - saying[0] > 1) and not _still_ahead(words, saying, spans, today)
    ]
    returned = [saying for saying in returned if not _denied(words, saying[0])]
    if returned and not _is_future(words, spans):
        return _back(words, _past(spans) or _for_so_long(words, seen, returned, today), returned)
    past = _past(spans)
    if not spans and _lives_at_home(words, seen):
        spent = bare_amounts(words, today, ahead=False, seen=seen)
        if spent:
            return _back(words, spent, [])
    spans = _planned(_possible(words, _not_denied(words, spans)), today)
    if len(spans) == 1 and spans[0].precision == "year" and spans[0].ahead is not None:
        # "start of the school year 2027"
        named = date((spans[0].ahead[0] or month_number(today)) // 12, 1, 1)
        schooled = _around_school(words, sayings, max(named, today))
        if schooled is not None:
            return schooled
    if spans and not (sayings.of("asap") and spans[0].precision == "day"):
        status = "thinking" if sayings.of("thinking") else "planned"
        return _reading(words, status, _choose(spans))
    if any(_has_ago(span) for span in past):
        return _back(words, past, [])
    schooled = _around_school(words, sayings, today)
    if schooled is not None:
        return schooled
    for kind, status in (("asap", "asap"), ("thinking", "thinking"), ("someday", "thinking"),
        ("unknown", "thinking"),
                         ("soon", "asap")):  # fmt: skip
        said = [
            saying
            for saying in sayings.of(kind)
            if not _denied(words, saying[0]) and not _as_soon_as(words, saying)
        ]
        if said:
            return _plain(words, status, said[0])
        if kind == "soon" and sayings.of(kind):
            return _plain(words, "thinking", sayings.of(kind)[0])
    if len(words) > 2 and any(word.folded in _IF for word in words[:2]):
        # "kad atradīšu darbu", "как только продадим дом": it hangs on something.
        return _plain(words, "thinking", (0, 1, "unknown"))
    return None


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


_AHEAD = (
    "varbut", "mozet", "maybe", "naverno", "varet", "iespejam", "vozmozn", "gribet", "gribam",
    "gribu", "velet", "hoti", "hocu", "want", "brauca", "edem", "poedem",
)  # fmt: skip


def read_when(
    text: str,
    today: date,
    *,
    latvian: Sequence[Span] = (),
) -> WhenReading | None:
    """The time of the move told in a story, or None where the story does not say it.

    ``latvian`` are the places in Latvia that were found in the text: "pārcēlāmies uz Cēsīm" is a
    return, "pārcēlāmies uz Londonu" is not.
    """
    return when_in(tokens(text), today, latvian=latvian)


def when_in(
    words: Sequence[Token],
    today: date,
    *,
    latvian: Sequence[Span] = (),
    spans: Sequence[TimeSpan] | None = None,
    cuts: Cuts | None = None,
    seen: Glance | None = None,
) -> WhenReading | None:
    """As :func:`read_when`, for tokens; ``spans``, ``cuts`` and ``seen`` are theirs, if at hand."""
    if not words:
        return None
    seen = glance(words) if seen is None else seen
    sayings = _Sayings(seen.sayings)
    spans = time_spans(words, today, seen=seen) if spans is None else spans
    clauses = _clauses(cut(words) if cuts is None else cuts)
    returned = _returned_in_story(words, seen, sayings, spans, clauses, latvian=latvian)
    if returned is not None:
        sentence = _clause_of(clauses, returned[0]).sentence
        near = [s for s in spans if _clause_of(clauses, s.first).sentence == sentence]
        return _back(words, _past(near) or _for_so_long(words, seen, [returned], today), [returned])
    good = [
        (score, span)
        for span in _planned(_not_denied(words, spans), today)[:_MOST_SPANS]
        if (score := _score(seen, span, clauses)) > 0
    ]
    thinking = [s for s in sayings.of("thinking") if not _denied(words, s[0])]
    vague = thinking + [s for s in sayings.of("someday") if _concerns_move(seen, s, clauses)]
    if good:
        best = max(score for score, _ in good)
        chosen = _choose([span for score, span in good if score == best])
        if chosen.precision == "day" and chosen.about and sayings.of("asap"):
            return _plain(words, "asap", sayings.of("asap")[0])  # "kaut vai rīt"
        unsure = any(_about_the_move(seen, saying, clauses) for saying in thinking)
        return _reading(words, "thinking" if unsure else "planned", chosen)
    ahead = _planned(_not_denied(words, spans), today)[:_MOST_SPANS]
    schooled = _by_school_in_story(words, seen, sayings, ahead, clauses, today)
    if schooled is not None:
        return schooled
    asap = [
        saying for saying in sayings.of("asap")
        if not _denied(words, saying[0]) and _concerns_move(seen, saying, clauses)
    ]  # fmt: skip
    if asap:
        return _plain(words, "asap", asap[0])
    return _plain(words, "thinking", vague[0]) if vague else None


def _clauses(cuts: Cuts) -> _Clauses:
    """The clauses in order, with a place for each token to find its own."""
    found: list[_Clause] = []
    first = 0
    count = len(cuts.clause)
    while first < count:
        after = bisect_right(cuts.clause, cuts.clause[first], first)
        found.append(_Clause(first, after, cuts.sentence[first]))
        first = after
    return _Clauses(found, cuts.clause)


def _clause_of(clauses: _Clauses, index: int) -> _Clause:
    return clauses.all[clauses.of[index]]


def _denied(words: Sequence[Token], index: int) -> bool:
    """Whether the words before say "not"; "nav steigas" has its own "not" inside."""
    parted = "," in words[index].before  # "šogad vairs ne, nākamgad"
    return index > 0 and not parted and words[index - 1].folded in _NEGATIONS


def _as_soon_as(words: Sequence[Token], saying: tuple[int, int, str]) -> bool:
    """ "as soon as we sell the house" is a condition, not a hurry."""
    after = saying[1]
    return saying[2] == "soon" and after < len(words) and words[after].folded == "as"


def _not_denied(words: Sequence[Token], spans: Sequence[TimeSpan]) -> list[TimeSpan]:
    """Without the times that are ruled out; "not this year" leaves the time after it."""
    kept: list[TimeSpan] = []
    for span in spans:
        floor = words[span.first].folded in EARLIER
        if floor or span.deadline or not _denied(words, span.first):
            kept.append(span)
        elif span.precision == "year" and span.ahead is not None and span.ahead[1] is not None:
            kept.append(replace(span, ahead=(span.ahead[1] + 1, None), precision="range"))
    return kept


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
    return bool(seen.living) and any(word.folded in _HOMELAND for word in words)


_HOMELAND = frozenset(("latvija", "latvii", "latvia", "latveja"))


def _is_future(words: Sequence[Token], spans: Sequence[TimeSpan]) -> bool:
    """Whether a time that can only lie ahead was named ("nākamvasar", "через год")."""
    return any(span.behind is None and span.ahead is not None for span in spans)


def _has_ago(span: TimeSpan) -> bool:
    return span.ahead is None and span.behind is not None


def _planned(spans: Sequence[TimeSpan], today: date) -> list[TimeSpan]:
    """Spans that can still lie ahead; "born 2015" cannot."""
    now = month_number(today)
    return [
        span for span in spans
        if span.ahead is not None and (span.ahead[1] or span.ahead[0] or now) >= now
    ]  # fmt: skip


def _past(spans: Sequence[TimeSpan]) -> list[TimeSpan]:
    return [span for span in spans if span.behind is not None]


def _for_so_long(
    words: Sequence[Token], seen: Glance, said: Sequence[tuple[int, int, str]], today: date
) -> list[TimeSpan]:
    """ "уже полгода как вернулись", "been back 3 months": how long ago that makes it."""
    return [
        span
        for span in bare_amounts(words, today, ahead=False, seen=seen)
        if any(_side_by_side(words, span.last, first) or _side_by_side(words, after - 1, span.first)
               for first, after, _ in said)
    ]  # fmt: skip


_SLIGHT = frozenset((
    "for", "a", "an", "the", "about", "now", "already", "uze", "kak", "primerno", "jau", "ka",
    "nu", "jo", "over", "almost", "pocti", "gandriz", "okolo", "apmeram", "just",
))  # fmt: skip
_SLIGHT_WORDS = 3


def _side_by_side(words: Sequence[Token], earlier: int, later: int) -> bool:
    """Whether at most one word, or a few slight ones, stand between two."""
    if not 0 < later - earlier <= _SLIGHT_WORDS + 1:
        return False
    between = words[earlier + 1 : later]
    return len(between) < 2 or all(word.folded in _SLIGHT for word in between)


def _width(months: Months) -> int:
    low, high = months
    return 1000 if low is None or high is None else high - low


def _choose(spans: Sequence[TimeSpan]) -> TimeSpan:
    """The narrowest span within the first one; a deadline and a season keep both."""
    first = spans[0]
    chosen = first
    for span in spans[1:]:
        if span.ahead is None or chosen.ahead is None:
            continue
        if _overlap(chosen.ahead, span.ahead) and _width(span.ahead) < _width(chosen.ahead):
            chosen = span
    return chosen


def _overlap(one: Months, other: Months) -> bool:
    low = max(one[0] or 0, other[0] or 0)
    high = min(one[1] or 10**6, other[1] or 10**6)
    return low <= high


def _text_of(number: int | None) -> str | None:
    return None if number is None else month_text(number)


def _reading(words: Sequence[Token], status: str, span: TimeSpan) -> WhenReading:
    low, high = span.ahead or (None, None)
    precision = span.precision
    if precision == "none":
        precision = "month" if low == high else "range"
    if status == "thinking":
        return WhenReading(
            "thinking", _text_of(low), _text_of(high), precision, _span_of(words, span)
        )
    return WhenReading("planned", _text_of(low), _text_of(high), precision, _span_of(words, span))


def _span_of(words: Sequence[Token], span: TimeSpan) -> Span:
    return Span(words[span.first].start, words[span.last].end)


def _plain(words: Sequence[Token], status: str, saying: tuple[int, int, str]) -> WhenReading:
    where = Span(words[saying[0]].start, words[saying[1] - 1].end)
    if status == "asap":
        return WhenReading("asap", None, None, "none", where)
    return WhenReading("thinking", None, None, "none", where)


def _back(
    words: Sequence[Token],
    spans: Sequence[TimeSpan],
    said: Sequence[tuple[int, int, str]],
) -> WhenReading:
    if spans:
        span = spans[0]
        for other in spans[1:]:
            if _has_ago(other) and not _has_ago(span):
                span = other
            elif _within(other.behind, span.behind):
                span = other  # "šovasar, jūlijā"
        low, high = span.behind or (None, None)
        precision = "month" if span.precision == "none" else span.precision
        where = _span_of(words, span)
        return WhenReading("already_back", _text_of(low), _text_of(high), precision, where)
    saying = said[0]
    where = Span(words[saying[0]].start, words[saying[1] - 1].end)
    return WhenReading("already_back", None, None, "none", where)


def _within(inner: Months | None, outer: Months | None) -> bool:
    """Whether a stretch lies within another and is shorter."""
    if inner is None or outer is None or None in (*inner, *outer):
        return False
    return _overlap(inner, outer) and _width(inner) < _width(outer)


def _around_school(words: Sequence[Token], sayings: _Sayings, today: date) -> WhenReading | None:
    """ "when school ends" is the coming summer; "before school" ends with the coming August.

    The Latvian school year runs from 1 September to the end of May (Education ministry's
    calendar; the exam classes end in June).
    """
    year = sayings.of("schoolyear")
    if year and not (year[0][0] and words[year[0][0] - 1].folded in _UP_TO):
        september = _next_month(today, 9)
        where = Span(words[year[0][0]].start, words[year[0][1] - 1].end)
        until = month_text(september + _SCHOOL_MONTHS)
        return WhenReading("planned", month_text(september), until, "range", where)
    ends = sayings.of("schoolend")
    starts = sayings.of("schoolstart") or year
    if ends:
        summer = _next_month(today, 6)
        where = Span(words[ends[0][0]].start, words[ends[0][1] - 1].end)
        if ends[0][0] and words[ends[0][0] - 1].folded in _UNTIL:
            return WhenReading("planned", None, month_text(summer), "range", where)
        return WhenReading("planned", month_text(summer), month_text(summer + 2), "season", where)
    if starts:
        august = _next_month(today, 8)
        where = Span(words[starts[0][0]].start, words[starts[0][1] - 1].end)
        return WhenReading("planned", None, month_text(august), "range", where)
    return None


def _by_school_in_story(
    words: Sequence[Token], seen: Glance, sayings: _Sayings, spans: Sequence[TimeSpan],
    clauses: _Clauses, today: date,
) -> WhenReading | None:  # fmt: skip
    """School's end or start as the time of the move: only in a sentence that speaks of it."""
    near: list[tuple[int, int, str]] = []
    told: list[TimeSpan] = []
    for saying in sayings.of("schoolend", "schoolstart", "schoolyear"):
        low, high = _sentence(clauses, _clause_of(clauses, saying[0]))
        low, high = max(low, saying[0] - 2 * _WINDOW), min(high, saying[1] + 2 * _WINDOW)
        if {"move", "wish"} & _kinds(seen, low, high):
            near.append(saying)
            clause = _clause_of(clauses, saying[0])
            told += [
                span for span in spans
                if clause.first <= span.first < clause.after and span.precision in ("month", "day")
            ]  # fmt: skip
    if told:  # "right after school ends in June"
        return _reading(words, "planned", told[0])
    return _around_school(words, _Sayings(tuple(near)), today) if near else None


def _next_month(today: date, month: int) -> int:
    number = today.year * 12 + month - 1
    return number if number >= month_number(today) else number + 12


# -- in a story --------------------------------------------------------------------------


def _kinds(seen: Glance, first: int, after: int) -> set[str]:
    context = seen.context
    return {context[place] for place in range(first, after) if place in context}


def _clause_kinds(seen: Glance, clause: _Clause, first: int, after: int) -> set[str]:
    """Kinds of the words of a clause around ``[first, after)``, not farther than they can bear."""
    low = max(clause.first, first - _WINDOW)
    high = min(clause.after, after + _WINDOW)
    return _kinds(seen, low, first) | _kinds(seen, after, high)


def _score(seen: Glance, span: TimeSpan, clauses: _Clauses) -> int:
    """How surely a time is that of the move: 0 or less means it is not."""
    clause = _clause_of(clauses, span.first)
    inside = _clause_kinds(seen, clause, span.first, span.last + 1)
    if "other" in inside and "move" not in inside:
        return 0
    if "move" in inside:
        return 4
    low, high = _sentence(clauses, clause)
    low, high = max(low, span.first - 2 * _WINDOW), min(high, span.last + 2 * _WINDOW)
    around = _kinds(seen, low, high)
    if "wish" in inside:
        return 3
    if "contract" in inside:
        # "the contract ends in March, then we go"
        return 2 if "move" in around else 0
    others = clause.after - clause.first - (span.last - span.first + 1)
    if "move" in around and others <= _SHORT_CLAUSE:
        return 3
    if "wish" in around and others <= _SHORT_CLAUSE:
        return 2
    if others <= _SHORT_CLAUSE and span.ahead != (None, None):
        return 1
    return 0


def _sentence(clauses: _Clauses, clause: _Clause) -> tuple[int, int]:
    """First token of a clause's sentence and the token after its last."""
    at = clauses.of[clause.first]
    low = high = at
    while low and clauses.all[low - 1].sentence == clause.sentence:
        low -= 1
    while high + 1 < len(clauses.all) and clauses.all[high + 1].sentence == clause.sentence:
        high += 1
    return clauses.all[low].first, clauses.all[high].after


def _about_the_move(seen: Glance, saying: tuple[int, int, str], clauses: _Clauses) -> bool:
    clause = _clause_of(clauses, saying[0])
    return not ({"other", "contract"} & _clause_kinds(seen, clause, *saying[:2]))


def _concerns_move(seen: Glance, saying: tuple[int, int, str], clauses: _Clauses) -> bool:
    clause = _clause_of(clauses, saying[0])
    kinds = _clause_kinds(seen, clause, *saying[:2])
    others = clause.after - clause.first - (saying[1] - saying[0])
    return "move" in kinds or (not {"other", "contract"} & kinds and others <= _SHORT_CLAUSE)


def _returned_in_story(
    words: Sequence[Token],
    seen: Glance,
    sayings: _Sayings,
    spans: Sequence[TimeSpan],
    clauses: _Clauses,
    *,
    latvian: Sequence[Span],
) -> tuple[int, int, str] | None:
    """The words that say the family is back already, or None."""
    for saying in sayings.of("returned", "moved"):
        first, _, kind = saying
        if _denied(words, first):
            continue
        clause = _clause_of(clauses, first)
        inside = _kinds(seen, max(clause.first, first - _WINDOW), first)
        if "wish" in inside or any(
            words[i].folded in ("ja", "esli", "if", "kad", "kogda", "when")
            for i in range(clause.first, first)
        ):
            continue
        sentence = [s for s in spans if _clause_of(clauses, s.first).sentence == clause.sentence]
        if any(s.behind is None for s in sentence):
            continue
        if kind == "moved":
            # "приехали 3 недели назад, сейчас в Вентспилсе": the place may stand further on.
            ago = any(_has_ago(s) and clause.first <= s.first < clause.after for s in sentence)
            low, high = _sentence(clauses, clause) if ago else (clause.first, clause.after)
            if not _homeward(words, low, high, latvian):
                continue
        lower = words[first].lower
        if lower.startswith(("atgriež", "pārceļ")):
            continue
        return saying
    return None


def _homeward(words: Sequence[Token], first: int, after: int, latvian: Sequence[Span]) -> bool:
    if any(words[i].folded in _HOME for i in range(first, after)):
        return True
    low, high = words[first].start, words[after - 1].end
    return any(low <= span.start < high for span in latvian)
