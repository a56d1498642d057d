"""The cases of place and country names, by rule: Latvian, Latgalian, Russian.

Every function takes a name in the nominative and gives its forms in small letters, as they
are written, so that a text is compared with one dictionary lookup for a word. The rules give
a few forms that do not exist; that costs nothing, since nobody writes them.
"""

from __future__ import annotations

# Consonants before the genitive of the second and the plural of the fifth declension.
_SOFTENED = {
    "d": "ž", "t": "š", "s": "š", "z": "ž", "c": "č", "l": "ļ", "n": "ņ",
    "b": "bj", "p": "pj", "m": "mj", "v": "vj",
}  # fmt: skip

# Ending of the nominative, ending of the genitive, further endings.
_LATVIAN_ENDINGS = (
    ("us", "us", ("u", "um", "ū")),
    ("as", "u", ("ām", "ās")),
    ("a", "as", ("ai", "u", "ā")),
    ("e", "es", ("ei", "i", "ē")),
    ("i", "u", ("iem", "us", "os")),
)
_PLURAL_OF_THE_SIXTH = ("cēsis",)


def _soft(stem: str) -> str:
    return stem[:-1] + _SOFTENED.get(stem[-1:], stem[-1:])


def latvian_forms(name: str) -> tuple[str, frozenset[str]]:
    """The genitive and all case forms of a one-word Latvian name, the nominative included.

    "Smiltene" gives "smiltenes" and smiltene, smiltenes, smiltenei, smilteni, smiltenē.
    """
    word = name.lower()
    if word.endswith("pils"):
        return word, frozenset(word[:-1] + end for end in ("s", "ij", "i", "ī", "ē"))
    if word in _PLURAL_OF_THE_SIXTH:
        return word[:-2] + "u", frozenset(word[:-2] + end for end in ("is", "u", "īm", "īs"))
    for ending, genitive, others in _LATVIAN_ENDINGS:
        if word.endswith(ending):
            stem = word.removesuffix(ending)
            return stem + genitive, frozenset(
                (word, stem + genitive, *(stem + other for other in others))
            )
    stem, soft = word[:-2], _soft(word[:-2])
    if word.endswith("is"):
        return soft + "a", frozenset((word, soft + "a", stem + "im", stem + "i", stem + "ī"))
    if word.endswith("es"):
        forms = (word, soft + "u", stem + "u", stem + "ēm", stem + "ēs")
        return soft + "u", frozenset(forms)
    if word.endswith("s"):
        stem = word[:-1]
        return stem + "a", frozenset(stem + end for end in ("s", "a", "am", "u", "ā"))
    return word, frozenset((word,))


_LATGALIAN_ENDINGS = (
    ("pils", ("pilī", "piļs", "pilei", "pilie")),
    ("a", ("ys", "uos", "ai", "yn", "om")),
    ("e", ("is", "ī", "ie", "ei", "em")),
    ("i", ("im", "om", "ūs", "uos")),
)


def latgalian_forms(name: str) -> frozenset[str]:
    """Forms heard in Latgale beside the Latvian ones ("Preilim", "Ludzys")."""
    word = name.lower()
    for ending, others in _LATGALIAN_ENDINGS:
        if word.endswith(ending):
            stem = word.removesuffix(ending)
            return frozenset(stem + other for other in others)
    return frozenset()


_RUSSIAN_ENDINGS = (
    ("ия", ("ия", "ии", "ию", "ией", "иею")),
    ("ая", ("ая", "аи", "ае", "аю", "аей", "ой", "ую")),
    ("я", ("я", "и", "е", "ю", "ей", "ею")),
    ("а", ("а", "ы", "и", "е", "у", "ой", "ою", "ей")),
    ("ое", ("ое", "ого", "ому", "ом", "ым")),
    ("о", ("о", "а", "у", "ом", "е")),
    ("е", ("е", "ы", "и", "у", "ю", "ой", "ей", "а", "я")),
    ("и", ("и", "ы", "ов", "ев", "", "ах", "ях", "ам", "ям", "ами", "ями")),
    ("ы", ("ы", "и", "ов", "", "ах", "ам", "ами")),
    ("ь", ("ь", "и", "я", "ю", "е", "ью", "ем")),
    ("й", ("й", "я", "ю", "е", "ем")),
)


def russian_forms(name: str) -> frozenset[str]:
    """All case forms of a one-word Russian name, in small letters, "ё" as "е".

    Names that do not bend in good Russian ("Огре") get the endings people use anyway.
    """
    lower = name.lower().replace("ё", "е")
    for ending, others in _RUSSIAN_ENDINGS:
        if lower.endswith(ending):
            stem = lower.removesuffix(ending)
            # A bare stem of two or three letters would be an ordinary word.
            forms = (stem + other for other in others if other or len(stem) > 3)
            return frozenset(forms)
    if lower.endswith(("у", "ю", "э")):
        return frozenset((lower,))
    return frozenset(lower + end for end in ("", "а", "у", "ом", "е", "ы", "ов", "ах"))


_ADJECTIVE_FEMININE = ("ая", "ой", "ую")
_ADJECTIVE = ("ий", "ого", "ому", "им", "ом", "ая", "ой", "ую", "ое", "ие")


def russian_adjective_forms(name: str, whole: bool = True) -> frozenset[str]:
    """The adjectives Russian makes of a name ("смилтенский", "смилтенском").

    Without ``whole`` only the feminine ones, as before "волость". Several stems are given,
    since usage differs: Лудзенский, Бауский, Тукумский, Добельский.
    """
    lower = name.lower().replace("ё", "е")
    stem = lower.rstrip("аеёиоуыэюяьй") if lower[-1] in "аеёиоуыэюяьй" else lower
    endings = _ADJECTIVE if whole else _ADJECTIVE_FEMININE
    stems = {stem + "ск", stem + "нск", stem + "енск", stem + "инск", stem + "ьск"}
    if stem.endswith(("с", "к")):
        stems.add(stem[:-1] + "ск")
    if stem.endswith("к"):
        stems.add(stem[:-1] + "цк")
    if stem.endswith("г"):
        stems.add(stem[:-1] + "жск")
    return frozenset(one + end for one in stems for end in endings)
