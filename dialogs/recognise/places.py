"""Places in Latvia in people's own words: where a family wants to live, or lives now.

A place is found by one lookup for a word; what it means follows from the few words around it
("uz Cēsīm", "no Rīgas", "galvenais lai nav Rīga", "под Елгавой", "Jelgavas novads"). Nothing
here is certain: the family confirms what was read.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum

from msgspec import Struct, structs
from rapidfuzz import fuzz, process

from dialogs.recognise.fold import Token, squash, tokens
from dialogs.recognise.gazetteer import Form, Gazetteer, Place, load_gazetteer
from dialogs.recognise.reading import PlaceFound, PlaceReading, Span

__all__ = ["answer_place", "load_gazetteer", "read_home", "read_places"]

# All words below are folded; those in _stems tuples are beginnings of words.
_NOVADS = ("novad", "nov", "kraj", "krae", "kraja", "municipal", "samoupravlen", "county")
_NOVADS_EXACT = frozenset(("nov", "district", "rajons", "rajona", "rajonu"))
_RAION = ("rajon",)
_PARISH = ("pagast", "volost", "parish")
_CITY = ("pilset", "gorod", "city", "town")
_VILLAGE = ("ciem", "posel", "derevn", "village", "selo", "sele", "mesteck", "miestin")
_NEAR_AFTER = (
    "pus", "apkart", "apkaim", "tuvum", "apvid", "okrest", "storon", "rajon", "area", "side",
    "surround", "region", "tyvum", "okolic", "vicinity", "neighbourhood",
)  # fmt: skip
_NEAR_BEFORE = frozenset((
    "pie", "ap", "tuvu", "tuvak", "blakus", "netalu", "apkart", "pod", "okolo", "vozle",
    "rjadom", "nedaleko", "blize", "vblizi", "bliz", "near", "around", "outside", "close",
    "by", "nearby", "k", "pi", "arpus", "tyvu", "za",
))  # fmt: skip
_FAR = frozenset(("talu", "talak", "podalse", "dalse", "daleko", "far", "away", "tuoli", "prom"))
_FROM = frozenset(("no", "nu", "iz", "ot", "from", "left", "ar"))
_TO = frozenset((
    "uz", "iz", "v", "vo", "na", "to", "in", "at", "into", "around", "near", "pie", "no", "nu",
    "from", "ot", "pod", "ap", "pro", "about", "par", "ili", "vai", "or", "un", "i", "and", "s",
))  # fmt: skip
_AND = frozenset((
    "un", "vai", "i", "ili", "or", "and", "varbut", "ari", "possibly", "maybe", "mozet", "byt",
    "mozet", "libo", "voi", "also", "takze", "a", "bet", "otraja", "vieta", "ja", "ne", "tad",
    "uz", "iz", "v", "to", "in", "nu", "either", "even", "even", "pat",
))  # fmt: skip
_NOT_BEFORE = frozenset((
    "ne", "nav", "nevis", "iznemot", "krome", "ni", "not", "except", "but", "negribam", "negribu",
    "nevelamies", "negribetu", "never", "bez", "nikak", "dont", "neesam", "nikada", "tolko",
))  # fmt: skip
_NOT_REALLY = frozenset(("nav", "ne", "not", "ni", "nevis", "iznemot", "krome", "except", "never"))
_UNWANTED = (
    "negrib", "nevela", "nederes", "nepatik", "neder", "neinteres", "nepodhod", "nevariant",
)  # fmt: skip
_WANT = (
    "grib", "vela", "plan", "domaj", "dumaj", "duma", "hot", "hoc", "mect", "want", "would",
    "move", "moving", "think", "hop", "going", "consider", "atgriez", "atbrauk", "atbrauc",
    "parvac", "parcel", "braukt", "brauks", "vernu", "priehal", "pereehal", "perebr", "pereez",
    "vozvras", "edem", "poedem", "return", "back", "came", "meklej", "ise", "looking", "dzivosim",
    "budem", "will", "settle", "nakt", "vert", "majas", "domoj", "sobir", "atsagrizt", "grybim",
    "grybu", "gryb", "dumoj",
)  # fmt: skip
_LIVE = frozenset((
    "dzivoju", "dzivojam", "dzivojas", "dzeivojam", "dzeivoju", "zivu", "zivem", "prozivaem",
    "prozivaju", "live", "living", "based", "esam", "esmu", "asam", "asu", "stradaju", "stradajam",
    "rabotaju", "rabotaem", "irejam", "snimaem", "pasreiz", "tagad", "sejcas", "currently",
))  # fmt: skip
_BORN = frozenset((
    "dzimis", "dzimusi", "dzimusas", "dzimu", "piedzimu", "uzaugu", "uzaugusi", "uzaudzis",
    "uzaugam", "rodilsja", "rodilas", "rodilis", "rodom", "vyros", "vyrosla", "vyrosli", "born",
    "grew", "raised", "originally",
))  # fmt: skip
_RELATIVES = frozenset((
    "vecaki", "mamma", "mama", "tevs", "omite", "ome", "vecmamma", "vectevs", "opis", "radi",
    "radinieki", "bralis", "masa", "draugi", "roditeli", "babuska", "deduska", "brat", "sestra",
    "rodstvenniki", "rodnja", "druzja", "parents", "mother", "mum", "mom", "dad", "father",
    "grandmother", "granny", "grandparents", "brother", "sister", "relatives", "friends", "laws",
    "svekrov", "tesca", "virs", "sieva",
))  # fmt: skip
_STAYS = frozenset((
    "dzivo", "ir", "palika", "palikusi", "palikusi", "zivut", "zivet", "ostalis", "ostalas", "live",
    "lives", "is", "are", "strada", "rabotaet", "works", "dzeivoj",
))  # fmt: skip
_COMMUTE = ("braukat", "svarst", "commut", "ezdit", "lidost", "aeroport", "airport")
_RETURNED = (
    "atgriez", "atbrauc", "vernul", "priehal", "pereehal", "returned", "came", "moved", "parvac",
    "parcel", "atsagrieze",
)  # fmt: skip
_UNDECIDED = tuple(f" {phrase}" for phrase in (
    "nezin", "nazyn", "nazin", "neesam izlem", "neesam izdom", "neesam nolem", "vel domaj",
    "vel skat", "vienalga", "jebkur", "nav svarigi", "grut pateikt", "gruti pateikt", "nav skaid",
    "nav ne jausm", "nav izlem", "kur bus darbs", "kur ir darbs", "vel izvel", "svarstam", "neizlem",
    "ne znaj", "ne znae", "neznaj", "neznae", "ne opredeli", "ne resil", "ne resen", "vse ravno",
    "gde ugodno", "kuda ugodno", "bez raznic", "ne vybra", "ne uveren", "esce duma", "escje duma",
    "dumaem esce", "nevazno gde", "ne vazno gde", "ne znau", "poka ne ",
    "dont know", "do not know", "dunno", "not sure", "no idea", "undecided", "not decided",
    "havent decided", "anywhere", "dont mind", "dont care", "open to", "wherever", "unsure",
    "doesnt matter", "still thinking", "any place", "idk",
))  # fmt: skip
_WHERE = frozenset((
    "kur", "uz", "kura", "kuru", "gde", "kuda", "kakoj", "kakom", "where", "which", "place",
    "vieta", "vietu", "kaidu", "pilsetu", "novadu", "gorod", "mesto", "region", "regionu", "town",
))  # fmt: skip
_JOINTS = frozenset(("and", "but", "un", "bet", "и", "но", "а"))  # as written
_SENTENCE_END = frozenset(".!?;\n")
_CLAUSE_END = frozenset(".!?;\n,()")
_LONGEST_WORD = 24
_MOST_LOOSE = 40  # words compared in their looser form
_MOST_MENTIONS = 12  # a longer list of places is no answer; it bounds the work as well


class _Tier(IntEnum):
    """How likely a mention is the place somebody wants to move to."""

    AWAY = 0  # ruled out
    ORIGIN = 1  # where they come from or live now
    ASIDE = 2  # part of another name: "Rīgas uzņēmums"
    RELATIVES = 3
    BESIDE = 4  # "Ogre, netālu no Rīgas"
    WANTED = 5


class _Mention(Struct, frozen=True):
    first: int
    last: int
    place: Place
    unit: bool  # named as a municipality or parish, so it is not the city
    city: bool
    near: bool
    genitive: bool
    tier: _Tier
    lives: bool = False
    returned: bool = False


def _ends(before: str, marks: frozenset[str]) -> bool:
    return not marks.isdisjoint(before)


def _next(words: Sequence[Token], at: int, marks: frozenset[str] = _SENTENCE_END) -> str:
    """The folded word at a position, or "" where the text or the sentence ends before it."""
    if at >= len(words) or _ends(words[at].before, marks):
        return ""
    return words[at].folded


def _previous(words: Sequence[Token], at: int, back: int) -> str:
    """The folded word ``back`` words before, or "" if a clause begins in between."""
    for step in range(back):
        if at - step < 1 or _ends(words[at - step].before, _CLAUSE_END):
            return ""
    return words[at - back].folded


def _clause(words: Sequence[Token], first: int, last: int) -> tuple[list[str], list[str]]:
    """The words of the clause before and after a mention, nearest first, a few each."""
    before: list[str] = []
    at = first
    while at > 0 and len(before) < 8 and not _ends(words[at].before, _CLAUSE_END):
        at -= 1
        if words[at].lower in _JOINTS and not words[at - 1].folded.startswith("any"):
            break
        before.append(words[at].folded)
    after: list[str] = []
    at = last + 1
    while at < len(words) and len(after) < 6 and not _ends(words[at].before, _CLAUSE_END):
        if words[at].lower in _JOINTS:
            break
        after.append(words[at].folded)
        at += 1
    return before, after


def _any_stem(some: Sequence[str], stems: tuple[str, ...]) -> bool:
    return any(word.startswith(stems) for word in some)


def _lookup(
    words: Sequence[Token], at: int, gazetteer: Gazetteer, loosely: bool
) -> tuple[tuple[Form, ...], int]:
    """The forms at a word and the position of their last word."""
    word = words[at]
    cyrillic = word.script == "cyrillic"
    index = gazetteer.cyrillic if cyrillic else gazetteer.latin
    key = word.lower.replace("ё", "е") if cyrillic else word.folded
    if key in gazetteer.pair_heads and at + 1 < len(words) and len(words[at + 1].before) <= 2:
        pair = key + " " + (words[at + 1].lower if cyrillic else words[at + 1].folded)
        if pair in index:
            return index[pair], at + 1
    if key in index:
        return index[key], at
    if loosely and 4 < len(word.folded) < _LONGEST_WORD:
        found = gazetteer.loose.get(squash(word.folded), ())
        return tuple(form for form in found if form.place.rank < 4), at
    return (), at


def _match(
    words: Sequence[Token], at: int, gazetteer: Gazetteer, answering: bool
) -> _Mention | None:
    """The place named at a word, without its tier; None for an ordinary word."""
    word = words[at]
    if word.folded in _TO or word.folded in _AND:
        return None
    before = _previous(words, at, 1)
    loosely = answering or before in _TO or (word.capital and before != "")
    forms, last = _lookup(words, at, gazetteer, loosely)
    if not forms:
        return None
    before2 = _previous(words, at, 2)
    after = _next(words, last + 1)
    parish_word = after.startswith(_PARISH)
    novads_word = after.startswith(_NOVADS) or after in _NOVADS_EXACT
    raion = after.startswith(_RAION)
    near_word = after.startswith(_NEAR_AFTER)
    place_before = before.startswith(_CITY + _VILLAGE) or before2.startswith(_CITY + _VILLAGE)
    beside = parish_word or novads_word or raion or near_word or place_before
    beside = beside or after.startswith(_CITY + _VILLAGE)

    adjectives = [form for form in forms if form.role == "adjective"]
    if parish_word or novads_word or raion:
        # "Priekuļu novads" is no form of Priekule, though letters alone would allow it.
        for form in sorted(forms, key=lambda one: one.place.genitive != word.folded):
            genitive = form.place.genitive
            unit = gazetteer.parishes.get(genitive) if parish_word else None
            unit = unit or gazetteer.units.get(genitive)
            if unit is not None:
                return _Mention(at, last + 1, unit, True, False, False, False, _Tier.WANTED)
    if len(adjectives) == len(forms) and not near_word:
        return None
    forms = tuple(form for form in forms if form.role != "parish")
    if not forms:
        return None
    if not word.lower.isascii() and word.script == "latin":
        exact = tuple(form for form in forms if word.lower in form.written)
        forms = exact or tuple(form for form in forms if word.folded not in gazetteer.ordinary)
        if not forms:
            return None
    best = forms[0].place.rank
    chosen = [form for form in forms if form.place.rank == best]
    key = word.lower.replace("ё", "е") if word.script == "cyrillic" else word.folded
    place = chosen[0].place
    ordinary = key in gazetteer.ordinary or (best >= 4 and len(key) <= 4)
    if ordinary and not (beside and (word.capital or answering)):
        opens = at == 0 or _ends(word.before, _SENTENCE_END)
        if answering:
            allowed = len(words) <= 4 or before in _TO or (word.capital and not opens)
        else:
            capital = word.capital and not opens
            short = len(key) <= 3 and not word.lower.endswith(("ā", "ē"))
            allowed = capital and (not short or before in _TO)
            allowed = allowed or (best < 4 and before in _TO and not short)
        if not allowed:
            return None
    for form in chosen[1:]:
        codes = tuple(code for code in form.place.iso if code not in place.iso)
        place = structs.replace(place, iso=place.iso + codes)
    city = after.startswith(_CITY) or before.startswith(_CITY) or before in ("pasa", "samoj")
    if not city and best == 1:
        later = (after, _next(words, last + 2), _next(words, last + 3))
        said_city = any(one.startswith(_CITY) for one in later)
        said_unit = any(one.startswith(_NOVADS) for one in later)
        city = said_city and not said_unit
        if said_unit and not said_city and place.genitive in gazetteer.units:
            unit = gazetteer.units[place.genitive]
            return _Mention(at, last, unit, True, False, False, False, _Tier.WANTED)
    near = near_word or before in _NEAR_BEFORE
    if before in ("no", "ot", "to", "ar", "s", "from", "nu", "of"):
        near = before2 in _NEAR_BEFORE or before2.startswith(("km", "kilom", "min"))
    bent = all(form.role == "genitive" for form in chosen) and not near_word
    return _Mention(at, last, place, False, city, near, bent, _Tier.WANTED)


def _joined(words: Sequence[Token], earlier: _Mention, later: _Mention) -> bool:
    """Whether only "and", "or", "maybe" and the like stand between two mentions."""
    between = range(earlier.last + 1, later.first)
    if len(between) > 4:
        return False
    stops = range(earlier.last + 1, later.first + 1)
    if any(_ends(words[at].before, _SENTENCE_END) for at in stops):
        return False
    return all(words[at].folded in _AND for at in between)


def _ruled_out(before: list[str], after: list[str]) -> bool:
    """Whether the words around a mention say "not there"."""
    near = before[:4]
    if near and near[0] in _NOT_REALLY:
        return True
    for at, word in enumerate(near):
        if word in _NOT_REALLY:
            # "nav Rīga", "ne uz Rīgu", "not in Riga"; but "nav tālu no Rīgas" is a distance.
            return all(one in _TO or one in ("tikai", "tolko", "only", "to") for one in near[:at])
        if word == "but" and at + 1 < len(near) and near[at + 1] in ("anything", "anywhere"):
            return True
        if word.startswith(_UNWANTED):
            return True
        if word in ("dont", "didnt") and _any_stem(near[:at], ("want", "like")):
            return True
    close = after[:3]
    if _any_stem(close[:2], _UNWANTED):
        return True
    return close[:1] == ["ne"] or close[:2] in (["nav", "variants"], ["is", "not"], ["is", "out"])


def _aside(words: Sequence[Token], mention: _Mention, previous: str, around: list[str]) -> bool:
    """Whether the place is a distance, a way to work, or part of a name ("Rīgas dome")."""
    if previous in ("lidz", "do") or _any_stem(around, _COMMUTE):
        return True
    following = _next(words, mention.last + 1, _CLAUSE_END)
    return mention.genitive and following != "" and following not in _AND


def _of_relatives(before: list[str], after: list[str]) -> bool:
    """Whether relatives live there: "vecāki dzīvo Smiltenē", "родители в Риге"."""
    if before[1:2] and before[1] in _RELATIVES and before[0] not in ("uz", "to", "k"):
        return True
    around = before + after
    return any(word in _RELATIVES for word in around) and any(word in _STAYS for word in around)


def _tier(words: Sequence[Token], mention: _Mention) -> _Mention:
    """The mention with its tier, from the words of its clause."""
    before, after = _clause(words, mention.first, mention.last)
    previous = _previous(words, mention.first, 1)
    previous2 = _previous(words, mention.first, 2)
    wanted = _any_stem(before, _WANT) or _any_stem(after, _WANT)
    returned = _any_stem(before, _RETURNED) or _any_stem(after[:3], _RETURNED)
    lives = (any(w in _LIVE for w in before[:6]) or any(w in _LIVE for w in after[:3])) and not (
        before[:2] and "to" in before[:3] and "live" in before[:3]
    )
    tier = _Tier.WANTED
    origin = previous in _FROM or (previous2 in _FROM and previous not in _TO)
    if previous == "iz" or (previous2 == "iz" and origin and previous != "from"):
        # Latgalian "iz" is "to", Russian "iz" is "from": the Russian cases tell them apart.
        origin = words[mention.first].script == "cyrillic" or _russian(words)
    if previous == "ar":
        origin = False
    far = origin and any(word in _FAR for word in before[:2])
    if far or _ruled_out(before, after):
        tier = _Tier.AWAY
    elif mention.near and not _next(words, mention.last + 1).startswith(_NEAR_AFTER):
        tier = _Tier.BESIDE
    elif origin:
        tier = _Tier.ORIGIN
    elif _aside(words, mention, previous, before + after):
        tier = _Tier.ASIDE
    elif any(word in _BORN for word in before + after) and not wanted:
        tier = _Tier.ORIGIN
    elif not wanted and _of_relatives(before, after):
        tier = _Tier.RELATIVES
    elif lives and not wanted and previous != "uz":
        tier = _Tier.ORIGIN
    return structs.replace(mention, tier=tier, lives=lives and not wanted, returned=returned)


def _russian(words: Sequence[Token]) -> bool:
    """Whether a text in Latin letters looks like Russian rather than Latgalian."""
    hints = ("my", "hotim", "domoj", "rebenku", "let", "mne", "nas", "zivem", "zhivem", "deti")
    return any(word.folded in hints for word in words[:60])


def _mentions(words: Sequence[Token], gazetteer: Gazetteer, answering: bool) -> list[_Mention]:
    """Every place of the text with its tier, in order."""
    found: list[_Mention] = []
    at = loose = 0
    latin, cyrillic, heads = gazetteer.latin, gazetteer.cyrillic, gazetteer.pair_heads
    while at < len(words) and len(found) < _MOST_MENTIONS:
        word = words[at]
        if word.script == "cyrillic":
            known = word.lower in cyrillic or "ё" in word.lower
        else:
            known = word.folded in latin or word.folded in heads
        if not known:
            plain = not answering and not word.capital and words[at - 1].folded not in _TO
            if plain or loose == _MOST_LOOSE:
                at += 1
                continue
            loose += 1
        mention = None if word.script == "digit" else _match(words, at, gazetteer, answering)
        if mention is None:
            at += 1
            continue
        mention = _tier(words, mention)
        if found and _joined(words, found[-1], mention):
            earlier = found[-1]
            if mention.unit and earlier.genitive and earlier.place.genitive in gazetteer.units:
                # "Smiltenes vai Valkas novads"
                unit = gazetteer.units[earlier.place.genitive]
                found[-1] = structs.replace(earlier, place=unit, unit=True, tier=mention.tier)
            elif mention.tier is _Tier.WANTED and earlier.tier in (_Tier.ORIGIN, _Tier.AWAY):
                plain = _previous(words, mention.first, 1) in ("un", "vai", "i", "ili", "or", "and")
                if plain:
                    mention = structs.replace(mention, tier=earlier.tier)
            elif mention.near and earlier.genitive and earlier.tier is _Tier.ASIDE:
                found[-1] = structs.replace(earlier, near=True, genitive=False, tier=mention.tier)
        if mention.near and mention.tier is _Tier.BESIDE:
            linked = bool(found) and _joined(words, found[-1], mention)
            if linked and words[mention.first - 1].folded in ("vai", "ili", "or", "ari", "voi"):
                mention = structs.replace(mention, tier=_Tier.WANTED)
        found.append(mention)
        at = mention.last + 1
    return found


def _place_found(words: Sequence[Token], mention: _Mention, gazetteer: Gazetteer) -> PlaceFound:
    place, codes = mention.place, mention.place.iso
    name = place.name
    if place.kind == "city" and codes:
        if mention.city:
            codes = codes[:1]
        elif mention.near:
            ring = gazetteer.around.get(codes[0])
            codes = (*codes[1:], codes[0]) if ring is None else (ring, codes[0])
    span = Span(words[mention.first].start, words[mention.last].end)
    return PlaceFound(iso=codes, name=name, kind=place.kind, span=span, near=mention.near)


def _settle(found: list[PlaceFound]) -> tuple[PlaceFound, ...]:
    """Names each place once and lets one that is clear decide one that is not.

    "Rubene, Valmieras novads" decides which Rubene; "Jelgava ... Jelgavas novads" drops the
    city; a municipality followed by a place in it is left to that place.
    """
    clear = {place.iso[0] for place in found if len(place.iso) == 1}
    settled: list[PlaceFound] = []
    for place in found:
        if len(place.iso) > 1:
            fits = tuple(code for code in place.iso if code in clear)
            units = {one.iso[0] for one in found if one.kind == "novads" and len(one.iso) == 1}
            if place.kind == "city" and any(code in units for code in fits):
                continue
            if len(fits) == 1 and (place.kind != "city" or place.near):
                place = structs.replace(place, iso=fits)
        if any(one.name == place.name and one.iso == place.iso for one in settled):
            continue
        settled.append(place)
    return tuple(settled)


def _undecided(words: Sequence[Token]) -> bool:
    """Whether the text says that the place is not known yet."""
    joined = " " + " ".join(word.folded for word in words) + " "
    if not any(phrase in joined for phrase in _UNDECIDED):
        return False
    if len(words) <= 12:
        return True
    # In a long text "we do not know" may be about anything; the word "where" settles it.
    sentence: list[str] = []
    for word in words:
        if sentence and _ends(word.before, _SENTENCE_END):
            if _about_place(sentence):
                return True
            sentence = []
        sentence.append(word.folded)
    return _about_place(sentence)


def _about_place(sentence: list[str]) -> bool:
    joined = " " + " ".join(sentence) + " "
    said = any(phrase in joined for phrase in _UNDECIDED)
    return said and (len(sentence) <= 4 or any(word in _WHERE for word in sentence))


def _reading(words: Sequence[Token], gazetteer: Gazetteer, answering: bool) -> PlaceReading:
    mentions = _mentions(words, gazetteer, answering)
    undecided = _undecided(words)
    lowest = _Tier.ASIDE if undecided else _Tier.ORIGIN
    named = [one for one in mentions if one.place.kind != "region"]
    best = max((one.tier for one in named), default=_Tier.AWAY)
    regions = [
        one for one in mentions if one.place.kind == "region" and one.tier >= _Tier.RELATIVES
    ]
    if best < lowest:
        found = [_place_found(words, one, gazetteer) for one in regions]
        return PlaceReading(_settle(found), undecided or bool(found))
    chosen = [one for one in named if one.tier == best]
    found = [_place_found(words, one, gazetteer) for one in chosen]
    return PlaceReading(_settle(found), False)


def read_places(
    text: str, gazetteer: Gazetteer, words: Sequence[Token] | None = None
) -> PlaceReading:
    """The places a running text names as where the family wants to live, in order.

    Places ruled out, places of origin and places beside the matter are left out when a better
    one is named. ``undecided`` is set when the text says so and names no municipality; a
    planning region may then still be among the places (kind "region", no codes). Ordinary
    words are never compared loosely here. ``words`` are the text's tokens, if already at hand.
    """
    return _reading(tokens(text) if words is None else words, gazetteer, answering=False)


def read_home(
    text: str, gazetteer: Gazetteer, words: Sequence[Token] | None = None
) -> PlaceReading:
    """Where in Latvia the family lives now, as far as the text says.

    "Dzīvojam Talsos" before "no Rīgas" before "atgriezāmies Kuldīgā". It cannot tell whether
    somebody "from Liepāja" still lives there: ask only for families who live in Latvia.
    """
    words = tokens(text) if words is None else words
    mentions = [one for one in _mentions(words, gazetteer, False) if one.place.kind != "region"]
    groups = (
        [one for one in mentions if one.tier is _Tier.ORIGIN and one.lives],
        [one for one in mentions if one.tier is _Tier.ORIGIN],
        [one for one in mentions if one.tier is _Tier.WANTED and one.returned],
    )
    for group in groups:
        if group:
            return PlaceReading(_settle([_place_found(words, one, gazetteer) for one in group]))
    return PlaceReading()


# Scores of rapidfuzz's ratio, 0-100. 84 allows one wrong letter in six; the second-best name
# must be clearly worse, else nothing is taken and the family is asked again.
_SCORE = 84.0
_MARGIN = 6.0
_SHORTEST_MISTYPED = 5


def answer_place(
    text: str, gazetteer: Gazetteer, words: Sequence[Token] | None = None
) -> PlaceReading:
    """The places in a direct answer to "Where in Latvia?".

    As :func:`read_places`, but a name may be an ordinary word ("balvi"), and where no place is
    found mistyped words are compared with all names, taken only with a clear margin.
    """
    words = tokens(text) if words is None else words
    reading = _reading(words, gazetteer, answering=True)
    if reading.places or reading.undecided or len(words) > 12:
        return reading
    found = []
    for at, word in enumerate(words):
        if len(word.folded) < _SHORTEST_MISTYPED or word.script == "digit":
            continue
        best = process.extract(
            word.lower if word.script == "cyrillic" else word.folded,
            gazetteer.nominatives,
            scorer=fuzz.ratio,
            limit=2,
            score_cutoff=_SCORE - _MARGIN,
        )
        if not best or best[0][1] < _SCORE:
            continue
        if len(best) > 1 and best[0][1] - best[1][1] < _MARGIN:
            continue
        index = gazetteer.cyrillic if word.script == "cyrillic" else gazetteer.latin
        forms = index.get(best[0][0], ())
        if forms:
            mention = _Mention(at, at, forms[0].place, False, False, False, False, _Tier.WANTED)
            found.append(_place_found(words, mention, gazetteer))
    return PlaceReading(_settle(found))
