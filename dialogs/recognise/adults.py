"""Adults told of in a text: how many will move, and the trade of the writer and the partner.

Nothing is concluded from "we": it may be a couple or a parent with children. A husband, wife or
partner who moves along makes two; "viena ar bērnu" and a writer who gives only the own age, one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from dialogs.recognise.clauses import Cuts
from dialogs.recognise.fold import Token
from dialogs.recognise.glance import Glance
from dialogs.recognise.people_words import ADULTS, stays_behind
from dialogs.recognise.reading import AdultFound

LONGEST_TRADE = 40
"""Characters a trade may have; longer ones are cut at a word."""
_MOST_ADULTS = 9
_MOST_TELLING = 400
"""Words that are asked for adults; it bounds the work on a text made of figures."""
_YOUNGEST, _OLDEST = 16, 99
_TRADE_WORDS = 3

Who = Literal["writer", "partner"]
Plan = Literal["job", "remote", "business", "study", "pension", "none", ""]
_FORMER = frozenset(
    [
        "bijusais",
        "bijusa",
        "bijusajai",
        "bijusajam",
        "byvsij",
        "byvsaja",
        "byvsego",
        "byvsemu",
        "byvsej",
        "ex",
        "former",
        "skirta",
        "skirusies",
        "skiries",
        "razvedena",
        "razveden",
        "vdova",
        "divorced",
    ]
)
_NO_PARTNER = frozenset(["bez", "bez", "without", "nav", "net", "no"])
_QUALIFIER = frozenset(
    [
        "ce",
        "c",
        "d",
        "ce",
        "medicinas",
        "medicinska",
        "sociala",
        "socialais",
        "kravas",
        "truck",
        "lorry",
        "hgv",
        "bus",
        "forklift",
        "care",
        "delivery",
        "van",
        "senior",
        "junior",
        "hotel",
        "restaurant",
        "kitchen",
        "school",
        "kravu",
        "tal",
        "talbraucejs",
        "auto",
        "it",
        "web",
        "software",
        "civil",
        "mechanical",
        "diplomeets",
        "diplometa",
        "pamatskolas",
        "sakumskolas",
        "muzikas",
        "angly",
        "anglu",
    ]
)
_BREAK = frozenset(
    [
        "un",
        "bet",
        "ar",
        "no",
        "kas",
        "kura",
        "kurs",
        "lai",
        "vai",
        "i",
        "a",
        "no",
        "s",
        "v",
        "na",
        "iz",
        "kotoryj",
        "kotoraja",
        "and",
        "but",
        "with",
        "from",
        "in",
        "at",
        "who",
        "that",
        "so",
        "here",
        "te",
        "seit",
        "tut",
        "zdes",
        "by",
        "ir",
        "is",
        "are",
        "am",
        "now",
        "tagad",
        "nu",
        "jo",
        "es",
        "vins",
        "vina",
        "on",
        "ona",
        "he",
        "she",
        "ja",
        "gribu",
        "grib",
        "hocu",
        "hocet",
        "tolko",
    ]
)


_SOUGHT = (
    "atrast", "najti", "nait", "find", "vajag", "nuz", "need", "visit", "nav", "pagaid", "mekle",
    "ises", "isu", "look", "zapis",
)  # fmt: skip
_TO = frozenset(("to", "k", "pie"))


class _Adults:
    """What was read about adults so far."""

    def __init__(self) -> None:
        self.partner = False
        self.partner_gone = False
        self.count: int | None = None
        self.total: int | None = None
        self.alone = False
        self.we = False
        self.age: int | None = None
        self.trades: dict[Who, str] = {}
        self.plans: dict[Who, Plan] = {}
        self.at_work: set[Who] = set()


def adults_in(
    tokens: Sequence[Token], text: str, cuts: Cuts, children: int | None, seen: Glance
) -> tuple[int | None, tuple[AdultFound, ...]]:
    """How many adults will move (None: not said) and what is said of writer and partner.

    ``children`` is how many children were read, for "mēs esam četri"; None where unknown. ``seen``
    is what is known of the words.
    """
    read = _Adults()
    person: list[str | None] = [None] * len(tokens)
    for at, meant in seen.person.items():
        person[at] = _person_of(tokens[at], meant)
    clause = cuts.clause
    who: Who | None = None
    before = 0
    # No other word changes what is known.
    telling = sorted({*seen.person, *seen.number, *seen.alone, *seen.trade})
    for at in telling[:_MOST_TELLING]:
        if cuts.sentence[at] != cuts.sentence[before]:
            who = None
        before = at
        kind = person[at]
        if kind == "partner":
            if not _no_partner(tokens, at, clause):
                read.partner, who = True, "partner"
                read.partner_gone = read.partner_gone or _stays(tokens, at, clause)
            else:
                who = None
        elif kind == "writer":
            who = "writer"
        elif kind == "we":
            read.we = True
        elif kind in ("child", "children", "rank", "kin", "twins"):
            who = None
        elif kind == "it" and who is None and read.partner:
            who = "partner"
        if at in seen.number or at in seen.alone:
            _counts(read, tokens, at, clause, person, seen=seen)
        if kind == "writer":
            _age(read, tokens, at, seen)
        if at in seen.trade:
            _work(read, tokens, text, at, who, clause=clause, seen=seen)
    return _sum_up(read, children)


def _person_of(token: Token, meant: tuple[str, str]) -> str | None:
    if token.folded == "i" and token.script != "latin":
        return None
    if meant[0] == "writer" and token.folded == "ja" and token.script == "latin":
        # "ja" is "if" in Latvian and "I" in transliterated Russian: too little to go by.
        return None
    return meant[0]


def _no_partner(tokens: Sequence[Token], at: int, clause: Sequence[int]) -> bool:
    earlier = [tokens[i].folded for i in range(max(0, at - 2), at) if clause[i] == clause[at]]
    later = [tokens[i].folded for i in range(at + 1, min(len(tokens), at + 2))]
    return bool(_FORMER & set(earlier) or _NO_PARTNER & set(earlier) or {"nav", "net"} & set(later))


def _stays(tokens: Sequence[Token], at: int, clause: Sequence[int]) -> bool:
    """ "vīrs paliek Anglijā", "муж остаётся": said right behind the partner."""
    for i in range(at + 1, min(len(tokens), at + 4)):
        if clause[i] != clause[at]:
            return False
        if stays_behind(tokens, i):
            return True
    return False


def _counts(
    read: _Adults, tokens: Sequence[Token], at: int, clause: Sequence[int],
    person: Sequence[str | None], *, seen: Glance,
) -> None:  # fmt: skip
    token = tokens[at]
    number = seen.number.get(at)
    if number is not None and 0 < number[0] <= _MOST_ADULTS and number[1] != "rank":
        value, kind, after = number
        following = tokens[after] if after < len(tokens) and clause[after] == clause[at] else None
        if following is not None and ADULTS.get(following):
            if following.folded.startswith(("pieaug", "vzrosl", "adult")):
                read.count = value
            elif value > 1:
                read.total = value
            return
        beside = person[at - 1] if at else None
        if (
            (kind == "group"
            and beside == "we")
            or (at and tokens[at - 1].folded in ("esam", "byusim", "busim") and value > 1)
        ):
            read.total = value
            return
        family = at >= 2 and tokens[at - 2].folded in ("gimene", "family", "semja")
        if family and following is None and tokens[at - 1].folded in ("no", "of", "iz"):
            read.total = value
            return
    several = seen.alone.get(at)
    if several is None:
        return
    if several == 1:
        if _alone(tokens, at, clause, person):
            read.alone = True
        return
    if token.folded in ("pari", "paris", "couple", "abi") and not (
        at and tokens[at - 1].folded in ("esam", "are", "married", "we")
    ):
        return
    with_child = any(
        person[i] in ("child", "children", "rank")
        for i in range(at + 1, min(len(tokens), at + 4))
        if clause[i] == clause[at]
    )
    if with_child and several == 2:
        read.alone = True
    elif not with_child:
        read.total = several


def _alone(
    tokens: Sequence[Token],
    at: int,
    clause: Sequence[int],
    person: Sequence[str | None],
) -> bool:
    """ "viena ar diviem bērniem", "одна с дочкой", "single mum", not "viena meita"."""
    folded = tokens[at].folded
    following = [i for i in range(at + 1, min(len(tokens), at + 5)) if clause[i] == clause[at]]
    if folded == "single":
        return any(person[i] == "kin" or tokens[i].folded in ("parent", "mum", "mom", "dad")
                   for i in following[:1])  # fmt: skip
    if following and tokens[following[0]].folded in ("ar", "s", "with", "bez"):
        return any(person[i] in ("child", "children", "rank", "twins") for i in following[:4])
    beside = tokens[at - 1].folded if at else ""
    if folded in ("odin", "odna", "viens", "viena", "alone", "odna"):
        moves = beside in ("esmu", "braucu", "parcelos", "edu", "zivu", "dzivoju", "am", "im",
                           "ja", "es", "come", "coming", "moving", "live")  # fmt: skip
        return moves and (not following or person[following[0]] not in ("child", "children"))
    return False


def _age(read: _Adults, tokens: Sequence[Token], at: int, seen: Glance) -> None:
    """The writer's own age: "man 23", "мне 40 лет", "I am 25", "I'm a 22 year old"."""
    for i in range(at + 1, min(len(tokens), at + 4)):
        number = seen.number.get(i)
        if number is None:
            if seen.hint.get(i) not in ("is", "willbe") and tokens[i].folded not in (
                "am", "ir", "tagad", "sobrid", "m", "just", "only",
            ):  # fmt: skip
                return
            continue
        value, _, after = number
        if not _YOUNGEST <= value <= _OLDEST:
            return
        following = tokens[after] if after < len(tokens) else None
        unit = following is not None and seen.hint.get(after) == "age"
        ends = following is None or following.before.strip() != "" or following.folded in (
            "un", "i", "and", "old", "bet", "a",
        )  # fmt: skip
        how = tokens[at].folded in ("man", "mne", "i", "im", "ja", "mani", "es")
        if how and (unit or ends) and (following is None or following.folded != "gadus"):
            read.age = value
        return


def _work(
    read: _Adults, tokens: Sequence[Token], text: str, at: int, who: Who | None,
    *, clause: Sequence[int], seen: Glance,
) -> None:  # fmt: skip
    kind = seen.trade[at]
    speaker = who or _speaker(tokens, at, clause)
    if speaker is None:
        return
    if kind == "remote":
        read.plans.setdefault(speaker, "remote")
        return
    known = speaker in read.trades and not (speaker in read.at_work and kind == "trade")
    if known or not _is_own(tokens, at, clause):
        return
    if tokens[at].folded == "masa" and not (at and tokens[at - 1].folded.startswith("medic")):
        return
    first = at
    while first and clause[first - 1] == clause[at] and tokens[first - 1].folded in _QUALIFIER:
        first -= 1
    last = at
    for i in range(at + 1, min(len(tokens), first + _TRADE_WORDS)):
        if clause[i] != clause[at] or tokens[i].folded in _BREAK:
            break
        if tokens[i].folded not in _QUALIFIER and seen.trade.get(i) != "trade":
            break
        last = i
    trade = text[tokens[first].start : tokens[last].end]
    if len(trade) > LONGEST_TRADE:
        trade = text[tokens[at].start : tokens[at].end][:LONGEST_TRADE]
    read.trades[speaker] = trade
    # A trade said later is worth more than a workplace ("slimnīcā par māsiņu").
    (read.at_work.add if kind == "workplace" else read.at_work.discard)(speaker)


def _speaker(tokens: Sequence[Token], at: int, clause: Sequence[int]) -> Who | None:
    """The writer, where a verb in the first person stands in the clause ("strādāju par ...")."""
    for i in range(max(0, at - 5), at):
        if clause[i] == clause[at] and tokens[i].folded in (
            "esmu", "stradaju", "rabotaju", "rabotau", "im", "am", "work", "rabotal", "rabotala",
            "stradaja", "profesija", "professija", "pec", "macijos", "zarabatyvaju", "izmacijos",
        ):  # fmt: skip
            return "writer"
    return None


def _is_own(tokens: Sequence[Token], at: int, clause: Sequence[int]) -> bool:
    """Not a teacher or doctor who is looked for ("kā atrast ārstu", "nav skolotāju")."""
    earlier = [tokens[i].folded for i in range(max(0, at - 4), at) if clause[i] == clause[at]]
    return not any(word in _TO or word.startswith(_SOUGHT) for word in earlier)


def _sum_up(read: _Adults, children: int | None) -> tuple[int | None, tuple[AdultFound, ...]]:
    partner = read.partner and not read.partner_gone
    adults: int | None = None
    if read.count is not None:
        adults = read.count
    elif partner:
        adults = 2
    elif read.alone:
        adults = 1
    elif read.total is not None and children is not None and read.total > children:
        adults = read.total - children
    elif read.partner_gone or (read.age is not None and not read.we):
        adults = 1
    people: list[AdultFound] = []
    writer_trade, writer_plan = (
        read.trades.get("writer", ""),
        read.plans.get("writer", ""),
    )
    if writer_trade or writer_plan or read.age is not None:
        people.append(AdultFound("writer", writer_trade, read.age, writer_plan))
    if partner:
        people.append(
            AdultFound("partner", read.trades.get("partner", ""), None,
                       read.plans.get("partner", ""))
        )  # fmt: skip
    return adults, tuple(people)
