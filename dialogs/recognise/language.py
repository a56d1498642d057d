"""Which of Latvian, Russian and English a text is written in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from dialogs.recognise.fold import Token, tokens

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
    "zhivjom", "zhivu", "zivem", "ziviom", "zivu", "znaem", "znaiu", "znaju",
))  # fmt: skip
# Short words of Russian that are also words of the other languages: weak evidence only.
_WEAK = frozenset((
    "a", "do", "est", "i", "iz", "ja", "k", "my", "na", "ne", "no", "o", "ot", "po", "s", "ty",
    "u", "v", "vy", "za",
))  # fmt: skip


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
    if strong < 2:
        return strong == 1 and (strong + weak) * 4 >= len(found)
    return strong * 12 >= len(found)


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
