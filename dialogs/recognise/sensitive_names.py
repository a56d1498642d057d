"""Children's names, postal and mail addresses: what must not be stored, by where it stands."""

from __future__ import annotations

from collections.abc import Iterator

from dialogs.recognise.lexicon import Lexicon
from dialogs.recognise.marks import Marks, has
from dialogs.recognise.numbers import NUMBERS
from dialogs.recognise.sensitive_numbers import Piece

_MAIL = frozenset("abcdefghijklmnopqrstuvwxyz0123456789._%+-")
# Locative and genitive endings of Latvian: "meita Anglijā" names a place, not the daughter.
_NOT_NAMES = ("ā", "ē", "ī", "ū", "ās", "ēs", "os", "as", "ijas")
_TAIL = 3
# Streets abroad whose name ends so: "Hauptstraße 12", "Kongensgade 4".
_STREETS = ("strasse", "gatan", "gata", "vagen", "veien", "gade", "straat", "laan", "allee", "katu")
# "Paulai 6", "Соне 5": an age is told of somebody in the dative.
_AND = frozenset(("un", "i", "and"))
_TURNS = frozenset(("skoro", "ispolnitsja", "ispolnilos", "uze", "budet", "ir", "bus", "paliks",
                    "palika", "jau", "driz", "is", "turns", "turned", "will"))  # fmt: skip
"""Between a name and an age."""
_TO_WHOM = ("ai", "ei", "am", "im", "um", "е", "у", "ю", "и")


def _plain(text: str, start: int, end: int) -> bool:
    return all(letter.lower() in _MAIL for letter in text[start:end])


def mails(text: str) -> Iterator[Piece]:
    """Mail addresses and names after an @."""
    at = text.find("@")
    while at != -1:
        start, end = at, at + 1
        while start > 0 and at - start < 64 and text[start - 1].lower() in _MAIL:
            start -= 1
        while end < len(text) and end - at < 128 and text[end].lower() in _MAIL:
            end += 1
        while end > at and text[end - 1] in ".-":
            end -= 1
        if (start < at and "." in text[at:end]) or (start == at and end - at > 3):
            yield "email", start, end
        at = text.find("@", end if end > at else at + 1)


def _capital(marks: Marks, place: int) -> bool:
    token = marks.tokens[place]
    word = marks.text[token.start : token.end]
    return token.script != "digit" and word[0].isupper() and not (len(word) > 1 and word.isupper())


def _known_name(folded: str, lexicon: Lexicon) -> bool:
    """Whether a word is a common first name in some case ("Annai", "Маше")."""
    if folded in lexicon.names:
        return True
    return any(
        folded[:cut] + ending in lexicon.names
        for cut in range(max(3, len(folded) - _TAIL), len(folded))
        for ending in ("", "a", "e", "s", "is", "us", "ja", "j")
    )


def names(marks: Marks, lexicon: Lexicon) -> Iterator[Piece]:
    """Children's names, where they are marked as such."""
    tokens, groups = marks.tokens, lexicon.groups
    count = len(tokens)
    ordinary = [groups[name] for name in _ORDINARY]

    def unusual(place: int) -> bool:
        found = [item for item in ordinary if has(marks, item, place, place)]
        return not found or (
            # "our baby Marta": a month only in Latvian, and there in small letters
            found == [groups["MONTH"]] and _capital(marks, place)
            and tokens[place].folded in lexicon.names
        )  # fmt: skip

    for mark_at in marks.at.get(groups["NAMEMARK"], ()):
        if has(marks, groups["STREET"], max(mark_at - 2, 0), mark_at):
            continue
        place = marks.ends.get(groups["NAMEMARK"], {}).get(mark_at, mark_at) + 1
        steps = 0
        while place < count and steps < 6 and marks.sentence[place] == marks.sentence[mark_at]:
            named = _capital(marks, place) or tokens[place].folded in lexicon.names
            if named and unusual(place):
                yield "child_name", tokens[place].start, tokens[place].end
            elif tokens[place].folded not in (
                "un",
                "i",
                "and",
                "ir",
                "is",
                "a",
                "ego",
                "ee",
                "vinu",
                "vina",
            ):
                break
            place += 1
            steps += 1
        if (
            mark_at
            and _capital(marks, mark_at - 1)
            and _known_name(tokens[mark_at - 1].folded, lexicon)
        ):
            yield "child_name", tokens[mark_at - 1].start, tokens[mark_at - 1].end
    children = sorted({*marks.at.get(groups["CHILD"], ()), *marks.at.get(groups["SMALL"], ())})
    for child in children:
        place = child + 1
        listed = 0
        while place < count and listed < 5 and marks.sentence[place] == marks.sentence[child]:
            token = tokens[place]
            capital = _capital(marks, place)
            named = _known_name(token.folded, lexicon) and unusual(place)
            bare = (
                capital
                and token.before == " "
                and place == child + 1
                and (token.script == "cyrillic" or not token.lower.endswith(_NOT_NAMES))
                and len(token.lower) > 2
                and unusual(place)
            )
            aged = (
                capital
                and unusual(place)
                and place + 1 < count
                and tokens[place + 1].before == " ("
                and tokens[place + 1].script == "digit"
            )
            joined = listed and capital and unusual(place) and tokens[place - 1].folded in _AND
            if (
                (capital and named)
                or joined
                or bare
                or aged
                or (named and place == child + 1 and token.folded in lexicon.names)
            ):
                yield "child_name", token.start, token.end
            elif token.script != "digit" and token.folded not in (
                "un", "i", "and", "a", "are", "is", "ir",
            ):  # fmt: skip
                break
            place += 1
            listed += 1
    for ours in marks.at.get(groups["OURS"], ()):
        # "нашей Есении скоро шесть": a name told by the age behind it
        place = ours + 1
        if (
            place + 1 < count
            and marks.clause[place] == marks.clause[ours]
            and _capital(marks, place)
            and unusual(place)
            and tokens[place + 1].folded in _TURNS
            and any(NUMBERS.get(word) or word.script == "digit"
                    for word in tokens[place + 2 : place + 4])
        ):  # fmt: skip
            yield "child_name", tokens[place].start, tokens[place].end
    listed_in: set[int] = set()
    for figure in marks.figures:
        place = figure - 1
        if (
            place >= 0
            and (len(tokens[place + 1].folded) <= 2 or _birth_year(marks, place, lexicon))
            and _capital(marks, place)
            and (
                marks.sentence[place] in listed_in
                or tokens[place].folded in lexicon.names
                or (
                    tokens[place].lower.endswith(_TO_WHOM)
                    and _known_name(tokens[place].folded, lexicon)
                )
            )
            and (unusual(place) or tokens[place + 1].before == " (")
            and tokens[place + 1].before in (" ", " (", ", ", " - ", " – ", ": ")
        ):
            listed_in.add(marks.sentence[place])
            yield "child_name", tokens[place].start, tokens[place].end


_ORDINARY = ("LATVIAN", "COUNTRY", "SCHOOL", "KINDER", "MONTH", "NOTNAME")


def _birth_year(marks: Marks, place: int, lexicon: Lexicon) -> bool:
    """Whether a name that is in the list stands before a child's year of birth: "Liene 2014"."""
    year = marks.tokens[place + 1].folded
    known = marks.tokens[place].folded in lexicon.names
    return known and len(year) == _YEAR and _FIRST_BORN <= year <= _LAST_BORN


_YEAR, _FIRST_BORN, _LAST_BORN = 4, "2006", "2027"


def addresses(marks: Marks, lexicon: Lexicon) -> Iterator[Piece]:
    """Streets with a house number, and postcodes."""
    tokens, text = marks.tokens, marks.text
    count = len(tokens)
    for street in marks.at.get(lexicon.groups["STREET"], ()):
        first = street
        while first > 0 and street - first < 3 and marks.clause[first - 1] == marks.clause[street]:
            before = tokens[first - 1]
            if before.script == "digit":
                first -= 1
                break
            if first > 1 and before.before == "" and len(before.folded) == 1:
                first -= 2  # "22a Kings Road"
                break
            if not text[before.start].isupper():
                break
            first -= 1
        last = street
        for place in range(street + 1, min(street + 4, count)):
            if marks.sentence[place] != marks.sentence[street]:
                break
            if tokens[place].script == "digit":
                last = place
                while (
                    last + 1 < count
                    and tokens[last + 1].before in ("-", "/", "")
                    and (tokens[last + 1].script == "digit" or len(tokens[last + 1].folded) == 1)
                ):
                    last += 1
                break
        if has(marks, lexicon.groups["STREETNAMED"], street, street) and not (
            street > first
            and text[tokens[street].start].isupper()
            and text[tokens[street - 1].start].isupper()
            and tokens[first].script == "digit"
        ):
            continue  # "2 close friends", "drive 30 km"
        numbered = any(token.script == "digit" for token in tokens[first : last + 1])
        if numbered and (first < street or last > street):
            yield "address", tokens[first].start, tokens[last].end
    yield from _marked_addresses(marks, lexicon)
    for figure in marks.figures:
        place = figure - 1
        if place < 0:
            continue
        token, after = tokens[place], tokens[figure]
        if token.folded.endswith(_STREETS) and after.before == " " and len(after.folded) <= 4:
            yield "address", token.start, after.end
            continue
        word = text[token.start : token.end]
        if word in ("LV", "lv", "Lv") and after.before == "-" and len(after.folded) == 4:
            yield "address", token.start, after.end
        elif word.isupper() and len(word) <= 2 and after.before == "":
            # A British postcode: "PE1 2AB", "SW1A 1AA".
            rest = place + 2
            if (
                rest < count
                and len(tokens[rest].folded) == 1
                and tokens[rest].before == ""
                and tokens[rest].script != "digit"
            ):
                rest += 1
            if (
                rest + 1 < count
                and tokens[rest].script == "digit"
                and len(tokens[rest].folded) == 1
                and tokens[rest].before == " "
                and len(tokens[rest + 1].folded) == 2
                and tokens[rest + 1].before == ""
            ):
                yield "address", token.start, tokens[rest + 1].end


_ADDRESS_NEAR = 5


def _marked_addresses(marks: Marks, lexicon: Lexicon) -> Iterator[Piece]:
    """A name and a house number behind "adrese", "прописан на": "Кр. Барона 15-4"."""
    tokens, item = marks.tokens, lexicon.groups["ADDRESSMARK"]
    for announced in marks.at.get(item, ()):
        start = marks.ends.get(item, {}).get(announced, announced) + 1
        for figure in range(start + 1, min(start + _ADDRESS_NEAR, len(tokens))):
            token = tokens[figure]
            if token.script != "digit" or len(token.folded) > 3 or not _capital(marks, figure - 1):
                continue
            first, last = figure - 1, figure
            while first > start and _capital(marks, first - 1) and figure - first < 3:
                first -= 1
            while last + 1 < len(tokens) and tokens[last + 1].before in ("-", "/", ""):
                last += 1
            yield "address", tokens[first].start, tokens[last].end
            break
