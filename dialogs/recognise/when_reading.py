"""What a stretch of time comes to as the answer: planned, back already, as soon as possible, open.

Shared by the readers of an answer (:mod:`when`) and of a story (:mod:`when_story`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from dialogs.recognise.fold import Token
from dialogs.recognise.glance import Glance
from dialogs.recognise.reading import Span, WhenReading
from dialogs.recognise.when_counted import bare_amounts
from dialogs.recognise.when_marks import EARLIER, Months, TimeSpan, month_number, month_text

_NEGATIONS = frozenset(["ne", "nav", "not", "no", "ne", "net", "nekadas", "never"])

_HARDLY = frozenset((("vrjad", "li"), ("diez", "vai"), ("diezin", "vai"), ("maz", "ticams")))
_UNLIKELY = frozenset(("unlikely", "hardly", "vrjadli", "nepaspesim", "nepaspesu", "neuspeem"))
_UNTIL = frozenset(("lidz", "do", "until", "before", "by", "till"))

_UP_TO = _UNTIL | {"uz", "k", "pirms", "for", "pered"}

_SCHOOL_MONTHS = 8
"""Months from the first of a school year (September) to its last (May)."""

_MOST_SAYINGS = 40


class Sayings(Struct, frozen=True):
    """What kinds of sayings stand where: (first token, token after, kind)."""

    all: Sequence[tuple[int, int, str]]

    def of(self, *kinds: str) -> list[tuple[int, int, str]]:
        """Those of some kinds, in order; the first forty, which bounds the work."""
        return [saying for saying in self.all if saying[2] in kinds][:_MOST_SAYINGS]


def denied(words: Sequence[Token], index: int) -> bool:
    """Whether the words before say "not"; "nav steigas" has its own "not" inside."""
    parted = "," in words[index].before  # "šogad vairs ne, nākamgad"
    if not index or parted:
        return False
    return words[index - 1].folded in _NEGATIONS or unlikely(words, index - 2)


def unlikely(words: Sequence[Token], index: int) -> bool:
    """Whether "hardly" stands at a word or behind it: "diez vai", "вряд ли", "unlikely"."""
    if not 0 <= index < len(words) - 1:
        return False
    pair = words[index].folded, words[index + 1].folded
    return pair in _HARDLY or pair[1] in _UNLIKELY


def of_another(words: Sequence[Token], saying: tuple[int, int, str]) -> bool:
    """Whether a return is told of one of the family alone: "vīrs jau ir Latvijā, mēs vēl ne"."""
    first = index = saying[0]
    while index > 0 and first - index < _FEW and not _PARTED.search(words[index].before):
        index -= 1
    before = {word.folded for word in words[index:first]}
    return bool(before & _ANOTHER) and not before & _OURSELVES


_FEW = 5
_PARTED = re.compile(r"[,.;:!?\n()]")
_ANOTHER = frozenset((
    "virs", "sieva", "partneris", "partnere", "mamma", "vecaki", "brali", "bralis", "masa", "dels",
    "meita", "veirs", "muz", "zena", "mama", "roditeli", "brat", "sestra", "syn", "doc", "docka",
    "husband", "wife", "partner", "mum", "mother", "parents", "brother", "sister", "son",
    "daughter", "boyfriend", "girlfriend",
))  # fmt: skip
_OURSELVES = frozenset((
    "mes", "es", "ar", "my", "ja", "s", "we", "i", "and", "un", "with", "us", "mus",
))  # fmt: skip


def not_denied(words: Sequence[Token], spans: Sequence[TimeSpan]) -> list[TimeSpan]:
    """Without the times that are ruled out; "not this year" leaves the time after it."""
    kept: list[TimeSpan] = []
    for span in spans:
        floor = words[span.first].folded in EARLIER
        if floor or span.deadline or not denied(words, span.first):
            kept.append(span)
        elif span.precision == "year" and span.ahead is not None and span.ahead[1] is not None:
            kept.append(replace(span, ahead=(span.ahead[1] + 1, None), precision="range"))
    return kept


def has_ago(span: TimeSpan) -> bool:
    """Whether a time can only lie behind ("pirms mēneša")."""
    return span.ahead is None and span.behind is not None


def planned(spans: Sequence[TimeSpan], today: date) -> list[TimeSpan]:
    """Spans that can still lie ahead; "born 2015" cannot."""
    now = month_number(today)
    return [
        span for span in spans
        if span.ahead is not None and (span.ahead[1] or span.ahead[0] or now) >= now
    ]  # fmt: skip


def past(spans: Sequence[TimeSpan]) -> list[TimeSpan]:
    """Spans that can lie behind."""
    return [span for span in spans if span.behind is not None]


def for_so_long(
    words: Sequence[Token], seen: Glance, said: Sequence[tuple[int, int, str]], today: date
) -> list[TimeSpan]:
    """ "уже полгода как вернулись", "been back 3 months": how long ago that makes it."""
    return [
        span
        for span in bare_amounts(words, today, ahead=False, seen=seen)
        if any(_side_by_side(words, span.last, first) or _side_by_side(words, after - 1, span.first)
               or first <= span.last < after  # "два месяца как дома"
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


def choose(spans: Sequence[TimeSpan]) -> TimeSpan:
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


def ahead_reading(words: Sequence[Token], status: str, span: TimeSpan) -> WhenReading:
    """A time ahead, as "planned" or "thinking"."""
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


def plain_reading(words: Sequence[Token], status: str, saying: tuple[int, int, str]) -> WhenReading:
    """A saying without months: "asap", or else "thinking"."""
    where = Span(words[saying[0]].start, words[saying[1] - 1].end)
    if status == "asap":
        return WhenReading("asap", None, None, "none", where)
    return WhenReading("thinking", None, None, "none", where)


def back_reading(
    words: Sequence[Token],
    spans: Sequence[TimeSpan],
    said: Sequence[tuple[int, int, str]],
) -> WhenReading:
    """A return that lies behind, with its months where a time was named."""
    if spans:
        span = spans[0]
        for other in spans[1:]:
            if has_ago(other) and not has_ago(span):
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


def _leads_up(words: Sequence[Token], first: int) -> bool:
    """Whether "before", "by" and the like stand before a word, an article left aside."""
    at = first - 1
    if at >= 0 and words[at].folded in ("the", "a"):
        at -= 1
    return at >= 0 and words[at].folded in _UP_TO


def around_school(words: Sequence[Token], sayings: Sayings, today: date) -> WhenReading | None:
    """ "when school ends" is the coming summer; "before school" ends with the coming August.

    The Latvian school year runs from 1 September to the end of May (Education ministry's
    calendar; the exam classes end in June).
    """
    year = sayings.of("schoolyear")
    if year and not _leads_up(words, year[0][0]):
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


def _next_month(today: date, month: int) -> int:
    number = today.year * 12 + month - 1
    return number if number >= month_number(today) else number + 12
