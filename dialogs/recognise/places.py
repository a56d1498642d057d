"""Places in Latvia in people's own words: where a family wants to live, or lives now.

A place is found by one lookup for a word; what it means follows from the few words around it
("uz Cēsīm", "no Rīgas", "galvenais lai nav Rīga", "под Елгавой", "Jelgavas novads"). Nothing
here is certain: the family confirms what was read.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import structs
from rapidfuzz import process
from rapidfuzz.distance import OSA

from dialogs.recognise.fold import Remembered, Token, fold, tokens
from dialogs.recognise.gazetteer import Gazetteer, Place, load_gazetteer
from dialogs.recognise.place_mentions import (
    CLAUSE_END,
    SENTENCE_END,
    Mention,
    Tier,
    any_stem,
    clause,
    ends,
    following,
    key_of,
    match,
    previous,
)
from dialogs.recognise.place_words import (
    AND,
    BORN,
    COMMUTE,
    FAR,
    FROM,
    INSTITUTION,
    LIVE,
    NEAR_AFTER,
    NOT_REALLY,
    OWNING,
    PROPERTY,
    RELATIVES,
    RETURNED,
    STAYS,
    SUBURB,
    TO,
    UNDECIDED,
    UNWANTED,
    WANT,
    WHERE,
)
from dialogs.recognise.reading import PlaceFound, PlaceReading, Span

__all__ = ["answer_place", "load_gazetteer", "read_both_places", "read_home", "read_places"]

_MOST_LOOSE = 40  # words compared in their looser form
_MOST_MENTIONS = 12  # a longer list of places is no answer; it bounds the work as well


def _joined(words: Sequence[Token], earlier: Mention, later: Mention) -> bool:
    """Whether only "and", "or", "maybe" and the like stand between two mentions."""
    between = range(earlier.last + 1, later.first)
    if len(between) > 4:
        return False
    stops = range(earlier.last + 1, later.first + 1)
    if any(ends(words[at].before, SENTENCE_END) for at in stops):
        return False
    return all(words[at].folded in AND for at in between)


def _ruled_out(before: list[str], after: list[str]) -> bool:
    """Whether the words around a mention say "not there"."""
    near = before[:4]
    if near and near[0] in NOT_REALLY:
        return near[1:2] not in (["ja"], ["esli"], ["if"])  # "ja ne Sabilē, tad Kandavā"
    for at, word in enumerate(near):
        if word in NOT_REALLY:
            # "nav Rīga", "ne uz Rīgu", "not in Riga"; but "nav tālu no Rīgas" is a distance.
            return all(one in TO or one in ("tikai", "tolko", "only", "to") for one in near[:at])
        if word == "but" and at + 1 < len(near) and near[at + 1] in ("anything", "anywhere"):
            return True
        if word.startswith(UNWANTED):
            return True
        if word in ("dont", "didnt") and any_stem(near[:at], ("want", "like")):
            return True
    close = after[:3]
    if any_stem(close[:2], UNWANTED):
        return True
    if close[:1] and close[0] in _TOO and any_stem(close[1:2], _TOO_MUCH):
        return True  # "Jūrmala par dārgu"
    if close[1:2] in (["ne"], ["net"], ["not"]) and (close[0] in _SURELY or len(after) == 2):
        return True  # "Rīga noteikti ne"
    return close[:1] == ["ne"] or close[:2] in (["nav", "variants"], ["is", "not"], ["is", "out"])


_TOO = frozenset(("par", "parak", "slishkom", "sliskom", "too", "is", "ir", "ocen", "loti"))
_TOO_MUCH = ("darg", "talu", "lielu", "liela", "dorog", "dalek", "expensiv", "far", "big")
_SURELY = frozenset(("noteikti", "tocno", "definitely", "pavisam", "tomer", "vse", "certainly"))


def _aside(words: Sequence[Token], mention: Mention, previous: str, around: list[str]) -> bool:
    """Whether the place is a distance, a way to work, or part of a name ("Rīgas dome")."""
    if previous in ("lidz", "do") or any_stem(around, COMMUTE):
        return True
    next_word = following(words, mention.last + 1, CLAUSE_END)
    if next_word.startswith(INSTITUTION):
        return True
    return mention.genitive and next_word != "" and next_word not in AND


def _of_relatives(before: list[str], after: list[str]) -> bool:
    """Whether relatives live there: "vecāki dzīvo Smiltenē", "родители в Риге"."""
    if before[1:2] and before[1] in RELATIVES and before[0] not in ("uz", "to", "k"):
        return True
    around = before + after
    return any(word in RELATIVES for word in around) and any(word in STAYS for word in around)


def _property(before: list[str], after: list[str]) -> bool:
    """Whether the family merely owns a home there: "mums ir dzīvoklis Rīgā"."""
    around = before + after
    return any(word in PROPERTY for word in around) and any(word in OWNING for word in around)


def _tier(words: Sequence[Token], mention: Mention) -> Mention:
    """The mention with its tier, from the words of its clause."""
    before, after = clause(words, mention.first, mention.last)
    near_word = previous(words, mention.first, 1)
    second_word = previous(words, mention.first, 2)
    wanted = any_stem(before, WANT) or any_stem(after, WANT)
    returned = any_stem(before, RETURNED) or any_stem(after[:3], RETURNED)
    lives = (any(w in LIVE for w in before[:6]) or any(w in LIVE for w in after[:3])) and not (
        before[:2] and "to" in before[:3] and "live" in before[:3]
    )
    tier = Tier.WANTED
    origin = near_word in FROM or (second_word in FROM and near_word not in TO)
    if near_word == "iz" or (second_word == "iz" and origin and near_word != "from"):
        # Latgalian "iz" is "to", Russian "iz" is "from": the Russian cases tell them apart.
        origin = words[mention.first].script == "cyrillic" or _russian(words)
    if near_word == "ar":
        origin = False
    far = origin and any(word in FAR for word in before[:2])
    if far or _ruled_out(before, after):
        tier = Tier.AWAY
    elif mention.near and _beside(following(words, mention.last + 1)):
        tier = Tier.BESIDE
    elif origin:
        tier = Tier.ORIGIN
    elif _aside(words, mention, near_word, before + after):
        tier = Tier.ASIDE
    elif any(word in BORN for word in before + after) and not wanted:
        tier = Tier.ORIGIN
    elif not wanted and (_of_relatives(before, after) or _property(before, after)):
        tier = Tier.RELATIVES
    elif lives and not wanted and near_word != "uz":
        tier = Tier.ORIGIN
    return structs.replace(mention, tier=tier, lives=lives and not wanted, returned=returned)


def _beside(behind: str) -> bool:
    """Whether "near" was said of another place: not by "pusē", "area" behind the name."""
    return not behind.startswith(NEAR_AFTER) or behind.startswith(SUBURB)


def _russian(words: Sequence[Token]) -> bool:
    """Whether a text in Latin letters looks like Russian rather than Latgalian."""
    hints = ("my", "hotim", "domoj", "rebenku", "let", "mne", "nas", "zivem", "zhivem", "deti")
    return any(word.folded in hints for word in words[:60])


def _mentions(words: Sequence[Token], gazetteer: Gazetteer, answering: bool) -> list[Mention]:
    """Every place of the text with its tier, in order."""
    found: list[Mention] = []
    after = loose = 0
    begins, resembles = gazetteer.begins, gazetteer.resembles
    telling = range(len(words)) if answering else [
        at for at, word in enumerate(words)
        if begins[word.lower] or word.capital or words[at - 1].folded in TO
    ]  # fmt: skip
    for at in telling:
        if at < after:
            continue
        word = words[at]
        if not begins[word.lower]:
            if loose == _MOST_LOOSE:
                continue
            loose += 1
            if not resembles[word.lower]:
                continue
        mention = None if word.script == "digit" else match(words, at, gazetteer, answering)
        if mention is None:
            continue
        mention = _tier(words, mention)
        if found and _joined(words, found[-1], mention):
            earlier = found[-1]
            if mention.unit and earlier.genitive and earlier.place.genitive in gazetteer.units:
                # "Smiltenes vai Valkas novads"
                unit = gazetteer.units[earlier.place.genitive]
                found[-1] = structs.replace(earlier, place=unit, unit=True, tier=mention.tier)
            elif mention.tier is Tier.WANTED and earlier.tier in (Tier.ORIGIN, Tier.AWAY):
                plain = previous(words, mention.first, 1) in ("un", "vai", "i", "ili", "or", "and")
                if plain:
                    mention = structs.replace(mention, tier=earlier.tier)
            elif mention.near and earlier.genitive and earlier.tier is Tier.ASIDE:
                found[-1] = structs.replace(earlier, near=True, genitive=False, tier=mention.tier)
        if found and found[-1].tier is Tier.BESIDE and _joined(words, found[-1], mention):
            between = {word.folded for word in words[found[-1].last + 1 : mention.first]}
            # "near Valmiera or in Smiltene"
            if between & {"vai", "ili", "or", "voi", "varbut", "mozet", "maybe"}:
                found[-1] = structs.replace(found[-1], tier=Tier.WANTED)
        if mention.near and mention.tier is Tier.BESIDE:
            linked = bool(found) and _joined(words, found[-1], mention)
            if linked and words[mention.first - 1].folded in ("vai", "ili", "or", "ari", "voi"):
                mention = structs.replace(mention, tier=Tier.WANTED)
        found.append(mention)
        if len(found) == _MOST_MENTIONS:
            break
        after = mention.last + 1
    return found


def _place_found(words: Sequence[Token], mention: Mention, gazetteer: Gazetteer) -> PlaceFound:
    place, codes = mention.place, mention.place.iso
    name = place.name
    if place.kind == "city" and codes:
        if mention.city:
            codes = codes[:1]
        elif mention.near:
            ring = gazetteer.around.get(codes[0])
            codes = (*codes[1:], codes[0]) if ring is None else (ring, codes[0])
    span = Span(words[mention.first].start, words[mention.last].end)
    return PlaceFound(iso=codes, name=name, kind=place.kind, span=span,
                      near=mention.near or mention.nearby)  # fmt: skip


def _settle(
    found: list[PlaceFound], beside: frozenset[str] = frozenset()
) -> tuple[PlaceFound, ...]:
    """Names each place once and lets one that is clear decide one that is not.

    "Rubene, Valmieras novads" decides which Rubene; "Jelgava ... Jelgavas novads" drops the
    city. ``beside`` are codes of places said to be near, which decide as well ("Salas pagastā
    pie Jēkabpils").
    """
    clear = {place.iso[0] for place in found if len(place.iso) == 1} | beside
    settled: list[PlaceFound] = []
    for named in found:
        place = named
        if len(place.iso) > 1:
            fits = tuple(code for code in place.iso if code in clear)
            units = {one.iso[0] for one in found if one.kind == "novads" and len(one.iso) == 1}
            if place.kind == "city" and any(code in units for code in fits):
                continue
            own = fits[:1] == place.iso[:1]  # "Daugavpilī, Grīvā": a part of the city itself
            if len(fits) == 1 and (place.kind != "city" or place.near or own):
                place = structs.replace(place, iso=fits)
        if any(one.name == place.name and one.iso == place.iso for one in settled):
            continue
        settled.append(place)
    return tuple(settled)


_OPENED: dict[str, tuple[str, ...]] = {
    opening: tuple(phrase for phrase in UNDECIDED if phrase.startswith(f" {opening} "))
    for opening in {phrase.split()[0] for phrase in UNDECIDED if " " in phrase[1:]}
}
_BEGINNINGS = tuple(phrase[1:] for phrase in UNDECIDED if " " not in phrase[1:])


def _openings(lower: str) -> tuple[str, ...]:
    """The phrases of not knowing yet that a word may open."""
    folded = fold(lower)
    opened = _OPENED.get(folded, ())
    if not folded.startswith(_BEGINNINGS):
        return opened
    return opened + tuple(f" {one}" for one in _BEGINNINGS if folded.startswith(one))


_OPENINGS: Remembered[tuple[str, ...]] = Remembered(_openings)


def _undecided(words: Sequence[Token]) -> bool:
    """Whether the text says that the place is not known yet."""
    opened = filter(None, map(_OPENINGS.__getitem__, {word.lower for word in words}))
    begun = {phrase for phrases in opened for phrase in phrases}
    if not begun:
        return False
    folded = [word.folded for word in words]
    joined = " " + " ".join(folded) + " "
    said = [phrase for phrase in begun if phrase in joined]
    if not said or len(words) <= 12:
        return bool(said)
    # In a long text "we do not know" may be about anything; the word "where" settles it.
    first = 0
    for at, word in enumerate(words):
        if word.before != " " and at and ends(word.before, SENTENCE_END):
            if _about_place(folded[first:at], said):
                return True
            first = at
    return _about_place(folded[first:], said)


def _about_place(sentence: list[str], undecided: Sequence[str]) -> bool:
    if len(sentence) > 4 and WHERE.isdisjoint(sentence):
        return False
    joined = " " + " ".join(sentence) + " "
    return any(phrase in joined for phrase in undecided)


def _ordinary(words: Sequence[Token], mention: Mention, gazetteer: Gazetteer) -> bool:
    """Whether a village's name is an ordinary word too, and written as one: "vecākiem", "more"."""
    word = words[mention.first]
    if word.capital or key_of(word) not in gazetteer.ordinary or mention.place.kind != "village":
        return False
    return previous(words, mention.first, 1) not in TO


def _reading(
    words: Sequence[Token], mentions: Sequence[Mention], gazetteer: Gazetteer
) -> PlaceReading:
    undecided = _undecided(words)
    lowest = Tier.ASIDE if undecided else Tier.ORIGIN
    named = [one for one in mentions if one.place.kind != "region"]
    certain = [one for one in named if not _ordinary(words, one, gazetteer)]
    named = certain or named
    best = max((one.tier for one in named), default=Tier.AWAY)
    regions = [one for one in mentions if one.place.kind == "region" and one.tier >= Tier.RELATIVES]
    if best < lowest:
        found = [_place_found(words, one, gazetteer) for one in regions]
        return PlaceReading(_settle(found), undecided or bool(found))
    chosen = [one for one in named if one.tier == best]
    found = [_place_found(words, one, gazetteer) for one in chosen]
    near = [one for one in named if one.tier in (Tier.BESIDE, Tier.ASIDE) and one not in chosen]
    beside = frozenset(one.place.iso[0] for one in near if one.place.iso)
    return PlaceReading(_settle(found, beside), False)


def read_places(
    text: str, gazetteer: Gazetteer, words: Sequence[Token] | None = None
) -> PlaceReading:
    """The places a running text names as where the family wants to live, in order.

    Places ruled out, places of origin and places beside the matter are left out when a better
    one is named. ``undecided`` is set when the text says so and names no municipality; a
    planning region may then still be among the places (kind "region", no codes). Ordinary
    words are never compared loosely here. ``words`` are the text's tokens, if already at hand.
    """
    words = tokens(text) if words is None else words
    return _reading(words, _mentions(words, gazetteer, answering=False), gazetteer)


def read_both_places(
    words: Sequence[Token], gazetteer: Gazetteer
) -> tuple[PlaceReading, PlaceReading]:
    """What :func:`read_places` and :func:`read_home` read in the tokens of one text."""
    mentions = _mentions(words, gazetteer, answering=False)
    return _reading(words, mentions, gazetteer), _home(words, mentions, gazetteer)


def read_home(
    text: str, gazetteer: Gazetteer, words: Sequence[Token] | None = None
) -> PlaceReading:
    """Where in Latvia the family lives now, as far as the text says.

    "Dzīvojam Talsos" before "no Rīgas" before "atgriezāmies Kuldīgā". It cannot tell whether
    somebody "from Liepāja" still lives there: ask only for families who live in Latvia.
    """
    words = tokens(text) if words is None else words
    return _home(words, _mentions(words, gazetteer, answering=False), gazetteer)


def _home(words: Sequence[Token], named: Sequence[Mention], gazetteer: Gazetteer) -> PlaceReading:
    mentions = [one for one in named if one.place.kind != "region"]
    groups = (
        [one for one in mentions if one.tier is Tier.ORIGIN and one.lives],
        [one for one in mentions if one.tier is Tier.ORIGIN],
        [one for one in mentions if one.tier is Tier.WANTED and one.returned],
    )
    for group in groups:
        if group:
            return PlaceReading(_settle([_place_found(words, one, gazetteer) for one in group]))
    return PlaceReading()


# Similarity by wrong, missing and swapped letters, 0-1. One letter of five may be wrong in the
# name of a town, one of seven in that of a village; any other place must be clearly further off.
_TOWN_LIKE = 0.8
_VILLAGE_LIKE = 0.85
_MARGIN = 0.08
_SHORTEST_MISTYPED = 5


def answer_place(
    text: str, gazetteer: Gazetteer, words: Sequence[Token] | None = None
) -> PlaceReading:
    """The places in a direct answer to "Where in Latvia?".

    As :func:`read_places`, but a name may be an ordinary word ("balvi"), and where no place is
    found mistyped words are compared with all names, taken only with a clear margin.
    """
    words = tokens(text) if words is None else words
    mentions = _mentions(words, gazetteer, answering=True)
    reading = _reading(words, mentions, gazetteer)
    if reading.places or reading.undecided or len(words) > 12:
        return reading
    found = []
    ruled_out = {at for one in mentions for at in range(one.first, one.last + 1)}
    for at, word in enumerate(words):
        place = None if at in ruled_out else _resembled(word, gazetteer)
        if place is not None:
            found.append(_place_found(words, Mention(at, at, place), gazetteer))
    # "Tikai ne Rīga": where not is said, where is not.
    away = bool(mentions) and all(one.tier is Tier.AWAY for one in mentions)
    return PlaceReading(_settle(found), undecided=away and not found)


def _resembled(word: Token, gazetteer: Gazetteer) -> Place | None:
    """The one place whose name a mistyped word resembles, or None."""
    if len(word.folded) < _SHORTEST_MISTYPED or word.script == "digit":
        return None
    index = gazetteer.cyrillic if word.script == "cyrillic" else gazetteer.latin
    best: Place | None = None
    best_score = 0.0
    for name, score, _ in process.extract(
        key_of(word),
        gazetteer.spellings,
        scorer=OSA.normalized_similarity,
        limit=8,
        score_cutoff=_TOWN_LIKE - _MARGIN,
    ):
        forms = index.get(name, ())
        if not forms:
            continue
        place = forms[0].place
        if best is None:
            if score < (_TOWN_LIKE if place.rank < 4 else _VILLAGE_LIKE):
                return None
            best, best_score = place, score
        elif place.iso != best.iso and best_score - score < _MARGIN:
            return None
    return best
