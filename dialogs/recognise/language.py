"""Which of Latvian, Russian and English a text is written in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

from dialogs.recognise.fold import FORMS, Remembered, tokens

# Words that stand in almost every sentence of one language and hardly in the other two,
# folded, with the spellings that people use.
_LATVIAN = frozenset((
    "ar", "ari", "asam", "barni", "berni", "berniem", "bernu", "bet", "bez", "bija", "bus",
    "bārni", "cik", "darbs", "darbu", "domajam", "dzeivojam", "dzivojam", "dzivoju", "es", "esam",
    "gadi", "gadu", "gribam", "gribetu", "gribu", "ir", "ja", "jau", "jo", "ka", "kad", "kai",
    "kas", "ko", "kur", "labdien", "lai", "latvija", "latviju", "latviski", "loti", "majas",
    "man", "mani", "mes", "mums", "musu", "nav", "nazynu", "nezinam", "nezinu", "paldies", "par",
    "pec", "pie", "sis", "skola", "skolu", "sveiki", "tad", "tas", "tikai", "tur", "tys", "un",
    "uz", "vai", "vajag", "varbut", "vel", "vina", "vini", "vins", "voi",
))  # fmt: skip
_ENGLISH = frozenset((
    "about", "and", "are", "as", "at", "back", "be", "been", "but", "can", "children", "do",
    "does", "dont", "for", "from", "has", "have", "he", "hello", "hi", "how", "i", "if", "im",
    "in", "is", "it", "kids", "my", "need", "not", "of", "or", "our", "she", "that", "the",
    "there", "they", "this", "to", "want", "was", "we", "were", "what", "when", "where", "will",
    "with", "would", "you",
))  # fmt: skip
# Russian words in Latin letters that are neither Latvian nor English words.
_RUSSIAN = frozenset((
    "boimsia", "boimsja", "boius", "bojus", "budet", "chto", "cto", "detei", "detej", "deti",
    "detiam", "detjam", "dlia", "dlja", "dochj", "dochka", "dochke", "doci", "docka", "docke",
    "doma", "domoi", "domoj", "dumaem", "ego", "ei", "eio", "ej", "ejo", "esce", "esche", "escho",
    "ese", "eshche", "esli", "eso", "gde", "goda", "godu", "govoriat", "govorit", "govorjat",
    "hochu", "hocu", "hotelos", "hotim", "ia", "ili", "kak", "kakie", "kakoi", "kakoj", "kogda",
    "kuda", "kvartira", "kvartiru", "latiski", "latiskogo", "latyshski", "latyshskij",
    "latyshskogo", "menia", "menja", "mi", "mne", "mozhno", "mozno", "muz", "muza", "muzh",
    "muzha", "muzhu", "muzu", "nado", "nam", "nas", "navernoe", "net", "nikak", "nuzen", "nuzhen",
    "nuzhna", "nuzhno", "nuzhny", "nuzna", "nuzni", "nuzno", "ocen", "ochen", "pereezd", "perezd",
    "planiruem", "pocemu", "pochemu", "poka", "pomoc", "pomoch", "pomogite", "posle", "potom",
    "priehat", "privet", "rabota", "raboti", "rabotu", "raboty", "rebenka", "rebenku", "rebenok",
    "rebionok", "sadik", "sadike", "seicas", "seichas", "sejchas", "shkola", "shkole", "shkolu",
    "sin", "sinu", "skola", "skole", "skolko", "skolu", "spasibo", "syn", "synu", "takze",
    "takzhe", "tebe", "tolko", "toze", "tozhe", "uze", "uzhe", "vernuca", "vernucia", "vernutsa",
    "vernutsja", "vobsce", "vobse", "voobsche", "voobshche", "voobshe", "vse", "zdrastvuite",
    "zdrastvujte", "zdravstvuite", "zdravstvujte", "zena", "zene", "zhena", "zhene", "zhivem",
    "bjet", "bjot", "bjyot", "deneg", "dengi", "dokumenti", "eto", "kazdij", "kazhdij", "kazhdyj",
    "bolse", "bolshe", "doch", "docheri", "etogo", "hochet", "kto", "menya", "moego", "moju",
    "mozhem", "negde", "nekuda", "otobral", "otobrali", "pasport", "pasporta", "platit",
    "platjat", "pomozhet", "sebe", "sebja", "sebya", "svoj", "svoju", "tut", "umeret", "vseh",
    "zabral", "zabrali", "zdes", "zhdem", "zhizn", "zizn",
    "moi", "moja", "nicego", "nichego", "nikto", "ona", "oni", "otchim", "pozalujsta",
    "pozhalujsta", "pomogi", "segodnja", "segodnya", "ubet", "ubit", "ubjet", "ugrozaet",
    "ugrozhaet", "vcera", "vchera", "vozmut", "zavtra", "zhit", "zit",
    "zhivjom", "zhivu", "zivem", "ziviom", "zivu", "znaem", "znaiu", "znaju",
))  # fmt: skip
# Short words of Russian that are also words of the other languages: weak evidence only.
_WEAK = frozenset((
    "a", "do", "est", "i", "iz", "ja", "k", "my", "na", "ne", "no", "o", "ot", "po", "s", "ty",
    "u", "v", "vy", "za",
))  # fmt: skip


class Evidence(NamedTuple):
    """How many words of a text speak for each language; figures say nothing."""

    words: int = 0
    cyrillic: int = 0
    strong: int = 0
    weak: int = 0
    latvian: int = 0
    english: int = 0


def _told(lower: str) -> int:
    """One word's evidence, or the sum of many, as one number (see :data:`_FIELD`)."""
    folded, _, script, _ = FORMS[lower]
    if script == "digit":
        return 0
    plain = lower.isascii() and script == "latin"
    strong = plain and folded not in _WEAK and folded in _RUSSIAN and folded not in _ENGLISH
    evidence = Evidence(
        words=1,
        cyrillic=script == "cyrillic",
        strong=strong,
        weak=plain and folded in _WEAK,
        latvian=(folded in _LATVIAN) + (script == "latin" and not plain),
        english=folded in _ENGLISH,
    )
    return sum(value << place * _FIELD for place, value in enumerate(evidence))


_FIELD = 32
"""Bits for each count, so that the evidence of all words is one sum."""
_TOLD: Remembered[int] = Remembered(_told)


def evidence_of(words: Iterable[str]) -> Evidence:
    """The evidence in the words and figures of a text, given in small letters."""
    total = sum(map(_TOLD.__getitem__, words))
    return Evidence(*(total >> place * _FIELD & (1 << _FIELD) - 1 for place in range(6)))


def is_transliterated(told: Evidence, count: int) -> bool:
    """Whether a text has Russian written in Latin letters (wholly or in good part).

    ``count`` is how many words and figures it has.
    """
    if told.cyrillic * 2 > count:
        return False
    if told.strong < 2:
        return told.strong == 1 and (told.strong + told.weak) * 4 >= count
    return told.strong * 12 >= count


def read_language(text: str) -> Literal["lv", "ru", "en", ""]:
    """The language a text is written in, "" when that is unclear.

    Russian in Latin letters counts as Russian, Latgalian as Latvian. A mixture is given to the
    language with clearly more of the frequent words.
    """
    return language_of(evidence_of(token.lower for token in tokens(text)))


def language_of(told: Evidence) -> Literal["lv", "ru", "en", ""]:
    """As :func:`read_language`, where the words of the text were weighed already."""
    if not told.words:
        return ""
    if told.cyrillic * 2 >= told.words:
        return "ru"
    scores = {
        "lv": float(told.latvian),
        "en": float(told.english),
        "ru": told.strong * 1.5 + told.weak * 0.5,
    }
    best: Literal["lv", "ru", "en"] = "lv"
    if scores["en"] > scores[best]:
        best = "en"
    if scores["ru"] > scores[best] and told.strong:
        best = "ru"
    others = max(score for name, score in scores.items() if name != best)
    if scores[best] == 0 or scores[best] < others + 0.5:
        return ""
    return best
