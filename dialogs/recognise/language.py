"""Which of Latvian, Russian and English a text is written in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from dialogs.recognise.fold import Token, squash, tokens

# Words that stand in almost every sentence of one language and hardly in the other two.
_LATVIAN = frozenset(
    "un ir mes esam nav bet ka kur kad jau vai ja uz par lai man mums mani musu tas sis vins"
    " vina vini loti varbut tikai vel tur bus bija gribu gribam gribetu vajag pec pie ar bez"
    " es jo kas ko cik tad ari sveiki labdien paldies gadi gadu berni bernu berniem darbs darbu"
    " skola skolu dzivojam dzivoju latviju latvija latviski majas nezinu nezinam domajam voi"
    " asam bus nazynu dzeivojam bārni barni i kai tys".split()
) - {"i"}
_ENGLISH = frozenset(
    "the and is are we you to of in for with have has my our it but not do does can will would"
    " what how where when there that this from want need i im dont be at as if they he she or"
    " was were hi hello kids children back about been".split()
)
# Squashed Russian words that are neither Latvian nor English words.
_RUSSIAN = frozenset(
    form
    for word in (
        "my nas nam mne menja tebe chto kak gde kogda skolko nado nuzhno nuzhna nuzhen nuzhny"
        " mozhno esli ili ochen rebenok rebenku rebenka rebionok deti detej detjam detei rabota"
        " rabotu raboty hotim hochu hotelos zhivem zhivu zhivjom uzhe eshche escho esche dlja"
        " posle govorjat govorit shkola shkolu shkole sadik sadike domoj doma goda godu muzh"
        " muzha muzhu zhena zhene syn synu dochka dochke dochj navernoe potom tolko sejchas"
        " seichas kvartira kvartiru pereezd vernutsja vernutsa priehat pomogite pomoch znaju"
        " znaem boimsja bojus budet est net takzhe tozhe vse kakie kakoj kuda pochemu zdravstvujte"
        " zdrastvujte privet spasibo ego ego ej ejo dumaem planiruem poka u na ne v s po ja i"
        " za ot do iz no a k o latyshskij latyshskogo latyshski nikak voobshe voobsche voobshche"
    ).split()
    for form in (word, squash(word))
)
# Short words of Russian that are also words of the other languages: weak evidence only.
_WEAK = frozenset("u na ne v s po ja i za ot do iz no a k o my est vy ty".split())


def _russian_in_latin(found: Sequence[Token]) -> tuple[int, int]:
    """Strong and weak evidence for Russian in Latin letters."""
    strong = weak = 0
    for token in found:
        if token.script == "latin" and token.lower.isascii():
            if token.folded in _WEAK:
                weak += 1
            elif token.folded in _RUSSIAN and token.folded not in _ENGLISH:
                strong += 1
    return strong, weak


def is_transliterated(found: Sequence[Token]) -> bool:
    """Whether a text has Russian written in Latin letters (wholly or in good part)."""
    if sum(token.script == "cyrillic" for token in found) * 2 > len(found):
        return False
    strong, weak = _russian_in_latin(found)
    return strong >= 2 or (strong >= 1 and (strong + weak) * 4 >= len(found))


def read_language(text: str) -> Literal["lv", "ru", "en", ""]:
    """The language a text is written in, "" when that is unclear.

    Russian in Latin letters counts as Russian, Latgalian as Latvian. A mixture is given to the
    language with clearly more of the frequent words.
    """
    found = tokens(text)
    words = [token for token in found if token.script != "digit"]
    if not words:
        return ""
    cyrillic = sum(token.script == "cyrillic" for token in words)
    if cyrillic * 2 >= len(words):
        return "ru"
    strong, weak = _russian_in_latin(words)
    latvian = sum(token.folded in _LATVIAN for token in words)
    latvian += sum(not token.lower.isascii() for token in words if token.script == "latin")
    english = sum(token.folded in _ENGLISH for token in words)
    scores = {"lv": float(latvian), "en": float(english), "ru": strong * 1.5 + weak * 0.5}
    best: Literal["lv", "ru", "en"] = "lv"
    if scores["en"] > scores[best]:
        best = "en"
    if scores["ru"] > scores[best] and strong:
        best = "ru"
    others = max(score for name, score in scores.items() if name != best)
    if scores[best] == 0 or scores[best] < others + 0.5:
        return ""
    return best
