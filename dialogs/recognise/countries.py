"""The country a family lives in now, from everyday names, parts of countries and cities.

Each name found counts for its country by the words around it: "dzīvojam Īrijā" counts more
than "agrāk Anglijā" or "vīrs no Brazīlijas". Below a clear margin the answer is not sure and
:func:`rank_countries` gives the candidates for buttons. A close spelling is never enough in a
running text; a direct answer is compared with everyday names, with a margin.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import compress, count

from msgspec import Struct
from rapidfuzz import fuzz, process

from dialogs.recognise.atlas import Atlas, CountryName, load_atlas
from dialogs.recognise.fold import Token, squash, tokens
from dialogs.recognise.reading import CountryFound, Span

__all__ = ["answer_country", "load_atlas", "rank_countries", "read_country"]

# Folded words; the ..._STEMS are beginnings of words.
_LIVE = frozenset((
    "dzivoju", "dzivojam", "dzivojas", "dzivojot", "dzivo", "dzeivojam", "dzeivoju", "zivu",
    "zivem", "prozivaem", "prozivaju", "nahodimsja", "live", "living", "lives", "based", "esam",
    "esmu", "asam", "asom", "asu", "stradaju", "stradajam", "rabotaju", "rabotaem", "pasreiz",
    "tagad", "dzeivojom",
    "sobrid", "sejcas", "currently", "now", "still", "zhivem", "zhivu", "joprojam", "atrodamies",
    "here", "seit", "tut", "zdes", "living", "staying",
))  # fmt: skip
_PREPOSITION = frozenset((
    "strada", "works", "rabotaet", "no", "nu", "iz", "from", "in", "v", "vo", "pie", "near",
    "around", "pod", "okolo", "at",
    "outside", "uz", "to", "na", "par", "pa", "ap", "eto", "k", "town", "city", "pilseta",
    "pilsetele", "gorod", "gorode", "close", "s", "so", "of", "the", "tas", "ir", "netalu",
))  # fmt: skip
_WANT_STEMS = (
    "grib", "plan", "domaj", "dumaem", "dumaju", "hoti", "hoce", "hocu", "want", "moving", "think",
    "atgriez", "parvac", "parcel", "brauks", "pereez", "perebr", "vozvras", "return", "going",
)  # fmt: skip
_MOVED = frozenset((
    "moved", "relocated", "parcelamies", "parcelos", "parvacamies", "parvacos", "parbraucam",
    "pereehali", "pereehal", "pereehala", "perebralis", "perebralsja", "perebralas",
))  # fmt: skip
_PAST = frozenset((
    "agrak", "pirms", "kadreiz", "savulaik", "ieprieks", "bija", "bijam", "ranse",
    "prezde", "do", "zil", "zili", "zila", "before", "previously", "used", "once", "formerly",
    "lived", "was", "were", "bijis", "bijusi", "pirmak",
))  # fmt: skip
_PAST_WRITTEN = frozenset(("dzīvojām", "strādājām", "dzīvoju", "жили", "жила", "жил"))
_OTHERS = frozenset((
    "virs", "sieva", "viram", "sievai", "partneris", "partnere", "draugs", "muz",
    "zena", "muza", "zeny", "muzu", "supruga", "suprug", "husband", "wife", "partner", "bralis",
    "masa", "brat", "sestra", "brother", "sister", "friend", "friends", "draugi", "boyfriend",
    "girlfriend", "radi", "masica", "kolege", "paps", "cousin", "znotj", "cilveks",
))  # fmt: skip
_BORN_STEMS = (
    "dzim",
    "piedzim",
    "rodil",
    "rozden",
    "born",
    "diplom",
    "grazdan",
    "citizen",
    "pilson",
)
_TIME_STEMS = ("gad", "god", "let", "year", "menes", "mesja", "month", "god")
_NOT = frozenset(("ne", "nedzivojam", "nedzivoju", "neesam", "not", "nav", "nevis"))
_CLAUSE_END = frozenset(".!?;\n,()")
_SENTENCE_END = frozenset(".!?;\n")
_WAR = ("RU", "BY", "UA")  # named for other reasons far more often than lived in
_MOST_MENTIONS = 30
_LONGEST_NAME = 4
_SURE = 1.2  # distance of scores below which the family is asked


_LIVED = 2.0
# "Germany, but my job is in Switzerland".
_WORKPLACE = frozenset(("job", "office", "darbs", "darbavieta", "rabota", "company", "firma"))


class _Mention(Struct, frozen=True):
    first: int
    last: int
    name: CountryName


def _key(word: Token) -> str:
    return word.lower.replace("ё", "е") if word.script == "cyrillic" else word.folded


def _ends(word: Token, marks: frozenset[str]) -> bool:
    return not marks.isdisjoint(word.before)


_ABBREVIATED = 4


def _known(words: Sequence[Token], at: int, atlas: Atlas) -> tuple[CountryName, int, str] | None:
    """The longest name that begins at a word, with the position of its last word."""
    key = _key(words[at])
    followers = atlas.heads.get(key)
    if followers is not None and at + 1 < len(words) and _key(words[at + 1]) in followers:
        for count in range(min(_LONGEST_NAME, len(words) - at), 1, -1):
            run = words[at : at + count]
            shortened = len(key) <= _ABBREVIATED  # "Сев. Ирландия", "Co. Cork"
            if any(_ends(word, _SENTENCE_END) for word in run[1 + shortened :]):
                continue
            phrase = " ".join(_key(word) for word in run)
            if phrase in atlas.names:
                return atlas.names[phrase], at + count - 1, phrase
    name = atlas.names.get(key)
    return None if name is None else (name, at, key)


def _believed(
    words: Sequence[Token], at: int, last: int, key: str, atlas: Atlas, *, answering: bool
) -> bool:
    """Whether the words there are a name and not ordinary words."""
    word = words[at]
    name = atlas.names[key]
    opens = at == 0 or _ends(word, _SENTENCE_END)
    before = "" if at == 0 or _ends(word, _CLAUSE_END) else words[at - 1].folded
    placed = before in _PREPOSITION or before in _LIVE
    if len(key) == 2 and at > 0 and words[at - 1].script == "digit":
        return False  # "4 GB"
    if key == "us":
        listed = at > 0 and word.before == ", " and words[at - 1].capital  # "Boston, US"
        return word.capital and (answering or listed or before in ("the", "in", "from", "to"))
    if answering and (len(words) <= 3 or (word.capital and len(words) <= 12)):
        return True
    if name.source == "everyday":
        if key in atlas.ordinary:
            return word.capital and not opens
        return len(key) > 3 or word.capital or placed
    if name.source == "cldr":
        return word.capital and not opens
    # A city: with a capital letter where a place is expected, or plainly a city's name.
    alone = at == 0 or _ends(word, _CLAUSE_END)
    alone = alone and (last + 1 >= len(words) or _ends(words[last + 1], _CLAUSE_END))
    if word.capital:
        return (
            placed
            or (alone and not (opens and key in atlas.ordinary))
            or (not opens and len(key) > 5 and key not in atlas.ordinary and name.weights[0] >= 60)
        )
    located = word.lower.endswith(("ā", "ē", "ī"))  # "pabeidzu bakalauru hamburgā"
    return (
        (placed or alone or answering or located)
        and len(key) >= 5
        and name.weights[0] >= 60
        and key not in atlas.ordinary
    )


def _context(words: Sequence[Token], mention: _Mention) -> float:
    """How much the words around a name speak for living there now; 0 when they say nothing."""
    near: list[Token] = []
    at = mention.first
    while at > 0 and len(near) < 8 and not _ends(words[at], _CLAUSE_END):
        at -= 1
        near.append(words[at])
    ahead: list[Token] = []
    at = mention.last + 1
    while at < len(words) and len(ahead) < 6 and not _ends(words[at], _CLAUSE_END):
        ahead.append(words[at])
        at += 1
    around = [word.folded for word in near + ahead]
    before = near[0].folded if near else ""
    score = 0.0
    wanted = any(word.startswith(_WANT_STEMS) for word in around)
    if any(word in _LIVE for word in around) and not wanted:
        score += 2.0
    if any(word.startswith(_TIME_STEMS) for word in around) or (
        mention.last + 2 < len(words) and words[mention.last + 2].folded.startswith(_TIME_STEMS)
    ):
        score += 1.0
    if before in ("no", "nu", "iz", "from", "in", "v", "vo", "pie", "pod", "near"):
        score += 0.5
    if any(word in _MOVED for word in around):
        second = words[mention.first - 2].folded if mention.first > 1 else ""
        target = {before, second} & {"uz", "to", "v", "vo"}
        score += 2.0 if target else -2.0
    elif wanted and before in ("uz", "to", "v", "vo", "na"):
        score -= 3.0
    elif before == "uz":
        score -= 1.5
    if any(word in _PAST for word in around) or any(word.lower in _PAST_WRITTEN for word in near):
        score -= 2.0
    if _another_lives(near, ahead) and not {"mes", "my", "we", "es", "ja", "i"} & set(around):
        works = any(word in ("strada", "rabotaet", "works") for word in around)
        score -= 2.0 if works else 4.0
    if any(word.startswith(_BORN_STEMS) for word in around):
        score -= 1.5
    if score < _LIVED and any(word.folded in _WORKPLACE for word in near):
        score -= 1.5
    if any(word in _NOT for word in around[:3]):
        score -= 4.0
    return score


def _another_lives(near: Sequence[Token], ahead: Sequence[Token]) -> bool:
    """Whether somebody else is named beside: "vīrs Norvēģijā", but not "Norvēģijā ar vīru".

    ``near`` are the words before the country, the nearest first, ``ahead`` those behind it.
    """
    line = [*reversed(near), *ahead]
    return any(
        word.folded in _OTHERS
        and not any(other.folded in _WITH for other in line[max(0, at - 3) : at])
        for at, word in enumerate(line)
    )


_RUSSIAN_IN = frozenset(("v", "vo", "iz", "pod"))
_WITH = frozenset(("with", "ar", "s", "so", "w", "and", "un", "i", "plus", "kopa", "vmeste"))
# Postal abbreviations of the states of the USA, without those that are words of ours.
_STATES = frozenset((
    "al", "ak", "az", "ar", "ca", "co", "ct", "fl", "ga", "ia", "id", "il", "ks", "ky", "ma", "md",
    "mi", "mn", "mo", "ms", "mt", "nc", "nd", "ne", "nh", "nj", "nm", "nv", "ny", "oh", "ri", "sc",
    "sd", "tn", "tx", "ut", "va", "vt", "wa", "wi", "wv", "wy",
))  # fmt: skip
_HOME_VERBS = frozenset((
    "dzivoju", "dzivojam", "esam", "esmu", "asam", "dzeivojam", "zivu", "zivem", "live", "living",
    "jau", "uze", "already",
))  # fmt: skip


def _at_home(words: Sequence[Token], at: int) -> bool:
    """Whether "we live" or "already" stands right before the name of the homeland."""
    return any(word.folded in _HOME_VERBS for word in words[max(0, at - 3) : at])


def _scores(words: Sequence[Token], atlas: Atlas, answering: bool) -> dict[str, tuple[float, Span]]:
    """For each country named its score and where it is named best."""
    found: list[_Mention] = []
    after = 0
    named_so = compress(count(), map(atlas.begins.__getitem__, [word.lower for word in words]))
    bent = [
        at for at, word in enumerate(words)
        if at and word.capital and words[at - 1].folded in _RUSSIAN_IN and word.script == "latin"
    ]  # fmt: skip
    for at in sorted({*named_so, *bent}) if bent else named_so:
        if at < after:
            continue
        known = _known(words, at, atlas)
        if known is None and bent:
            name = _otherwise_bent(_key(words[at]), atlas)  # "v Manchestere"
            if name is not None:
                found.append(_Mention(at, at, name))
            continue
        if known is not None and _believed(
            words, at, known[1], known[2], atlas, answering=answering
        ):
            found.append(_Mention(at, known[1], known[0]))
            after = known[1] + 1
            if len(found) == _MOST_MENTIONS:
                break
    named = {code for one in found if one.name.source == "everyday" for code in one.name.codes}
    totals: dict[str, float] = {}
    spans: dict[str, tuple[float, Span]] = {}
    for mention in found:
        name = mention.name
        span = Span(words[mention.first].start, words[mention.last].end)
        context = _context(words, mention)
        base = 3.0 if name.source == "everyday" else 2.5 if name.source == "city" else 2.0
        decided = name.source == "city" and not named.isdisjoint(name.codes)
        state = words[mention.last + 1 : mention.last + 2]
        if "US" in name.codes and state and state[0].capital and state[0].folded in _STATES:
            decided, named = True, named | {"US"}  # "Boston MA"
        for code, weight in zip(name.codes, name.weights, strict=True):
            likelihood = 1.0 if decided else weight / name.weights[0]
            if likelihood < 0.1 or (decided and code not in named):
                continue  # "Boston, UK": the country says which Boston
            score = base + context - 2.0 * (1.0 - likelihood)
            if code in _WAR and context <= 0 and not answering:
                score -= 3.5
            if code == "LV":
                # A homeland is named in every story; only "we live there" or an answer counts.
                home = _at_home(words, mention.first)
                if not answering and not home:
                    continue
                score = 3.0 if home else 0.5
            extra = 0.5 if code in totals else 0.3 if not totals else 0.0
            totals[code] = max(totals.get(code, -9.0), score) + extra
            if code not in spans or score > spans[code][0]:
                spans[code] = score, span
    return {code: (total, spans[code][1]) for code, total in totals.items() if total > 0}


def _best(scores: dict[str, tuple[float, Span]]) -> CountryFound | None:
    ranked = sorted(scores, key=lambda code: -scores[code][0])
    if not ranked:
        return None
    first = scores[ranked[0]]
    sure = len(ranked) == 1 or first[0] - scores[ranked[1]][0] >= _SURE
    return CountryFound(ranked[0], first[1], sure)


def read_country(
    text: str, atlas: Atlas, words: Sequence[Token] | None = None
) -> CountryFound | None:
    """The country a running text says the family lives in now, or None.

    For a family already back it is the country they came from, unless they say they live in
    Latvia. ``words`` are the text's tokens, if already at hand.
    """
    return _best(_scores(tokens(text) if words is None else words, atlas, answering=False))


# rapidfuzz's ratio, 0-100: one wrong letter in seven, and clearly better than any other country.
_SCORE = 85.0
_MARGIN = 5.0
_WORTH_OFFERING = 75.0
_SHORTEST_MISTYPED = 5


def _similar(words: Sequence[Token], atlas: Atlas) -> list[tuple[str, float, Span]]:
    """Countries whose everyday names look like a word of the answer, best first."""
    found: dict[str, tuple[float, Span]] = {}
    for word in words[:12]:
        key = _key(word)
        if word.script == "digit" or len(key) < _SHORTEST_MISTYPED:
            continue
        for name, score, _ in process.extract(
            key, atlas.everyday, scorer=fuzz.ratio, limit=8, score_cutoff=_WORTH_OFFERING
        ):
            code = atlas.names[name].codes[0]
            if code not in found or score > found[code][0]:
                found[code] = score, Span(word.start, word.end)
    ranked = sorted(found, key=lambda code: -found[code][0])
    return [(code, *found[code]) for code in ranked]


def _otherwise_bent(key: str, atlas: Atlas) -> CountryName | None:
    """The city meant by an ending of the wrong declension: "stavangerē" for "Stavangerā"."""
    stem = key.rstrip("aeious")
    if not (_SHORTEST_MISTYPED < len(key) < 24) or len(key) - len(stem) > 2:
        return None
    names = (atlas.names.get(stem + ending) for ending in ("", "a", "e", "s"))
    return next((name for name in names if name is not None and key not in atlas.ordinary), None)


def answer_country(
    text: str, atlas: Atlas, words: Sequence[Token] | None = None
) -> CountryFound | None:
    """The country in a direct answer to "In which country do you live?".

    As :func:`read_country`, and where no name is found mistyped words are compared with the
    everyday names; ``sure`` only with a clear margin. "Latvijā" gives LV.
    """
    words = tokens(text) if words is None else words
    found = _best(_scores(words, atlas, answering=True))
    if found is not None or len(words) > 12:
        return found
    for word in words:
        name = atlas.loose.get(squash(word.folded)) if 4 < len(word.folded) < 24 else None
        if name is not None:
            return CountryFound(name.codes[0], Span(word.start, word.end))
    for word in words:
        name = _otherwise_bent(_key(word), atlas)
        if name is not None:
            return CountryFound(name.codes[0], Span(word.start, word.end))
    similar = _similar(words, atlas)
    if not similar or similar[0][1] < _SCORE:
        return None
    code, score, span = similar[0]
    sure = len(similar) == 1 or score - similar[1][1] >= _MARGIN
    return CountryFound(code, span, sure)


def rank_countries(
    text: str, atlas: Atlas, words: Sequence[Token] | None = None
) -> tuple[str, ...]:
    """Up to four country codes the answer may mean, likeliest first, to offer as buttons."""
    words = tokens(text) if words is None else words
    scores = _scores(words, atlas, answering=True)
    ranked = sorted(scores, key=lambda code: -scores[code][0])
    if not ranked:
        ranked = [code for code, _, _ in _similar(words, atlas)]
    return tuple(ranked[:4])
