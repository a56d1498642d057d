"""Finding place names in a text: which words are a name, and of what.

What the name means for the family (wanted, left, ruled out) is decided in ``places``.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from itertools import pairwise

from msgspec import Struct, structs

from dialogs.recognise.fold import Token, squash
from dialogs.recognise.gazetteer import Form, Gazetteer, Place
from dialogs.recognise.place_words import (
    AND,
    CITY,
    JOINTS,
    NEAR_AFTER,
    NEAR_BEFORE,
    NEARBY,
    NOT_BEFORE,
    NOVADS,
    NOVADS_EXACT,
    OR_NEAR,
    PARISH,
    PARTS_OF_CITY,
    RAION,
    TO,
    VILLAGE,
)

SENTENCE_END = frozenset(".!?;\n")
CLAUSE_END = frozenset(".!?;\n,()")
_LONGEST_WORD = 24
_VILLAGE_RANK = 4
_SHORT_VILLAGE = 4
_SHORT_ANSWER = 4


class Tier(IntEnum):
    """How likely a mention is the place somebody wants to move to."""

    AWAY = 0  # ruled out
    ORIGIN = 1  # where they come from or live now
    ASIDE = 2  # part of another name: "Rīgas uzņēmums"
    RELATIVES = 3
    BESIDE = 4  # "Ogre, netālu no Rīgas"
    WANTED = 5


class Mention(Struct, frozen=True):
    """A place named in a text, by the positions of its first and last word."""

    first: int
    last: int
    place: Place
    unit: bool = False  # named as a municipality or parish, so it is not the city
    city: bool = False
    near: bool = False
    nearby: bool = False
    genitive: bool = False
    tier: Tier = Tier.WANTED
    lives: bool = False
    returned: bool = False


def ends(before: str, marks: frozenset[str]) -> bool:
    """Whether the characters before a word hold one of the marks."""
    return not marks.isdisjoint(before)


def following(words: Sequence[Token], at: int, marks: frozenset[str] = SENTENCE_END) -> str:
    """The folded word at a position, or "" where the text or the sentence ends before it."""
    if at >= len(words) or ends(words[at].before, marks):
        return ""
    return words[at].folded


def previous(words: Sequence[Token], at: int, back: int) -> str:
    """The folded word ``back`` words before, or "" if a clause begins in between."""
    for step in range(back):
        if at - step < 1 or ends(words[at - step].before, CLAUSE_END):
            return ""
    return words[at - back].folded


def clause(words: Sequence[Token], first: int, last: int) -> tuple[list[str], list[str]]:
    """The words of the clause before and after a mention, nearest first, a few each."""
    before: list[str] = []
    at = first
    while at > 0 and len(before) < 8 and not ends(words[at].before, CLAUSE_END):
        at -= 1
        if words[at].lower in JOINTS and not words[at - 1].folded.startswith("any"):
            break
        before.append(words[at].folded)
    after: list[str] = []
    at = last + 1
    while at < len(words) and len(after) < 6 and not ends(words[at].before, CLAUSE_END):
        if words[at].lower in JOINTS:
            break
        after.append(words[at].folded)
        at += 1
    return before, after


def any_stem(some: Sequence[str], stems: tuple[str, ...]) -> bool:
    """Whether a word begins with one of the stems."""
    return any(word.startswith(stems) for word in some)


def key_of(word: Token) -> str:
    """What the word is looked up by: folded, or as written if it is Cyrillic."""
    return word.lower.replace("ё", "е") if word.script == "cyrillic" else word.folded


def _lookup(
    words: Sequence[Token], at: int, gazetteer: Gazetteer, loosely: bool
) -> tuple[tuple[Form, ...], int]:
    """The forms at a word and the position of their last word."""
    word = words[at]
    cyrillic = word.script == "cyrillic"
    index = gazetteer.cyrillic if cyrillic else gazetteer.latin
    key = key_of(word)
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


def match(words: Sequence[Token], at: int, gazetteer: Gazetteer, answering: bool) -> Mention | None:
    """The place named at a word, not yet weighed; None for an ordinary word."""
    word = words[at]
    if word.folded in TO or word.folded in AND:
        return None
    before = previous(words, at, 1)
    loosely = answering or before in TO or (word.capital and before != "")
    forms, last = _lookup(words, at, gazetteer, loosely)
    if not forms:
        return None
    unit = _unit_beside(words, at, last, forms, gazetteer)
    if unit is not None:
        return unit
    near_word = following(words, last + 1).startswith(NEAR_AFTER)
    if not near_word and all(form.role == "adjective" for form in forms):
        return None
    forms = _spelled(word, forms, gazetteer)
    if not forms:
        return None
    chosen = [form for form in forms if form.place.rank == forms[0].place.rank]
    if not _is_name(words, at, last, chosen[0].place, gazetteer, answering=answering):
        return None
    place = chosen[0].place
    for form in chosen[1:]:
        codes = tuple(code for code in form.place.iso if code not in place.iso)
        place = structs.replace(place, iso=place.iso + codes)
    bent = all(form.role == "genitive" for form in chosen) and not near_word
    near = near_word or _near_before(words, at)
    plain = Mention(at, last, place, near=near, genitive=bent, nearby=_or_near(words, last))
    return _city_or_around(words, plain, gazetteer) if place.kind == "city" else plain


def _unit_beside(
    words: Sequence[Token], at: int, last: int, forms: tuple[Form, ...], gazetteer: Gazetteer
) -> Mention | None:
    """The municipality or parish where "novads", "край" or "pagasts" follows the name."""
    after = following(words, last + 1)
    parish = after.startswith(PARISH)
    if not parish and not after.startswith(NOVADS + RAION) and after not in NOVADS_EXACT:
        return None
    # "Priekuļu novads" is no form of Priekule, though letters alone would allow it.
    for form in sorted(forms, key=lambda one: one.place.genitive != words[at].folded):
        genitive = form.place.genitive
        unit = gazetteer.parishes.get(genitive) if parish else None
        unit = unit or gazetteer.units.get(genitive)
        if unit is not None:
            return Mention(at, last + 1, unit, unit=True)
    return None


def _spelled(word: Token, forms: tuple[Form, ...], gazetteer: Gazetteer) -> tuple[Form, ...]:
    """The forms that the diacritics of the word allow, without those that need a word beside."""
    forms = tuple(form for form in forms if form.role != "parish")
    if word.lower.isascii() or word.script == "cyrillic":
        return forms
    exact = tuple(form for form in forms if word.lower in form.written)
    return exact or (() if word.folded in gazetteer.ordinary else forms)


def _is_name(
    words: Sequence[Token], at: int, last: int, place: Place, gazetteer: Gazetteer, *,
    answering: bool,
) -> bool:  # fmt: skip
    """Whether a word that may also be an ordinary one stands for the place."""
    word = words[at]
    key = key_of(word)
    village = place.rank >= _VILLAGE_RANK
    if key not in gazetteer.ordinary and not (village and len(key) <= _SHORT_VILLAGE):
        return True
    before, after = previous(words, at, 1), following(words, last + 1)
    kinds = CITY + VILLAGE
    beside = after.startswith(PARISH + NOVADS + RAION + NEAR_AFTER + kinds)
    beside = beside or before.startswith(kinds) or previous(words, at, 2).startswith(kinds)
    if beside and (word.capital or answering):
        return True
    opens = at == 0 or ends(word.before, SENTENCE_END)
    capital = word.capital and not opens
    if answering:
        return len(words) <= _SHORT_ANSWER or before in TO or capital
    # "Ape" and "API": three letters without a long vowel want a preposition as well.
    short = len(key) <= 3 and not word.lower.endswith(("ā", "ē"))
    if short:
        return capital and before in TO
    if village:  # "More" and "Code" stand with a capital letter in any English heading
        return capital and (before in TO or word.lower.endswith(("ā", "ē", "ī", "os", "ās")))
    return capital or before in TO


def _near_before(words: Sequence[Token], at: int) -> bool:
    """Whether "near", "pie", "недалеко от" or a distance stands before the name."""
    before, before2 = previous(words, at, 1), previous(words, at, 2)
    if before in ("no", "ot", "to", "ar", "s", "from", "nu", "of"):
        return before2 in NEAR_BEFORE or before2.startswith(("km", "kilom", "min"))
    return before in NEAR_BEFORE or before.startswith(("storon", "napravl", "virzien", "rajon"))


def _or_near(words: Sequence[Token], last: int) -> bool:
    """Whether "vai kaut kur tur tuvumā", "или где-то рядом", "or somewhere near" follows."""
    if following(words, last + 1) not in OR_NEAR:
        return False
    for word in (following(words, last + step) for step in range(2, 6)):
        if not word:
            return False
        if word.startswith(NEARBY):
            return True
    return False


_DENIED = frozenset(("ne", "nav", "nevis", "not"))


def _city_or_around(words: Sequence[Token], found: Mention, gazetteer: Gazetteer) -> Mention:
    """A city with what the words near it say: the city itself, or the municipality around."""
    last = found.last
    before, after = previous(words, found.first, 1), following(words, last + 1)
    if after.startswith(CITY) or before.startswith(CITY) or before in ("pasa", "samoj"):
        return structs.replace(found, city=True)
    later = (after, following(words, last + 2), following(words, last + 3))
    said_city = any(one.startswith(CITY + PARTS_OF_CITY) for one in later)
    if said_city and _DENIED.intersection(later[:2]) and not later[0].startswith((*CITY, "pas")):
        said_city = False  # "pie Ventspils, ne pašā pilsētā"
    said_unit = any(one.startswith(NOVADS) for one in later)
    if any(one in NOT_BEFORE and two.startswith(NOVADS) for one, two in pairwise(later)):
        return structs.replace(found, city=True)  # "Ventspils, nevis novads"
    if said_unit and not said_city and found.place.genitive in gazetteer.units:
        return Mention(found.first, last, gazetteer.units[found.place.genitive], unit=True)
    return structs.replace(found, city=said_city and not said_unit)
