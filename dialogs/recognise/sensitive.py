"""What must not be stored, found before storage and cut out of the text.

Words (health, pregnancy, origin, status, service) come from ``sensitive`` in ``words.yaml``.
Numbers, addresses and names are found by shape: a personal code is six digits and five, a
document number letters and six to nine digits, an amount a number beside a word of debt or pay.
What is useful and harmless stays: school years, birth years, ages, distances, prices.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, cast

from dialogs.recognise.lexicon import Lexicon, load_lexicon
from dialogs.recognise.marks import Marks, completed, has, mark
from dialogs.recognise.reading import SensitiveFound, Span

__all__ = ["CUT", "find_sensitive", "load_lexicon", "redact"]

CUT = "[…]"
Kind = Literal[
    "personal_code", "document_number", "health", "pregnancy", "debt_amount", "income",
    "child_name", "phone", "email", "address", "origin", "status", "military",
]  # fmt: skip

_GLUE = frozenset((" ", "-", "", ".", " (", ") ", ")", "(", " - ", "–", "/", ". "))
_MAIL = frozenset("abcdefghijklmnopqrstuvwxyz0123456789._%+-")
_SIGNS = "€£$"
# Locative and genitive endings of Latvian: "meita Anglijā" names a place, not the daughter.
_NOT_NAMES = ("ā", "ē", "ī", "ū", "ās", "ēs", "os", "as", "ijas")
_TAIL = 3
_MONTHS_ON = 40
_PRICED = ("DWELLING", "RENT", "KINDER", "QUEST", "BUY")

Piece = tuple[str, int, int]


def _plain(text: str, start: int, end: int) -> bool:
    return all(letter.lower() in _MAIL for letter in text[start:end])


def _mails(text: str) -> Iterator[Piece]:
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


def _runs(marks: Marks) -> Iterator[tuple[int, int]]:
    """Digit tokens that may belong to one number: positions of the first and the last."""
    tokens = marks.tokens
    first = last = -1
    for place in marks.figures:
        if first < 0:
            first = place
        elif place != last + 1 or tokens[place].before not in _GLUE:
            yield first, last
            first = place
        last = place
    if first >= 0:
        yield first, last


def _is_year(digits: str) -> bool:
    return len(digits) == 4 and "1940" <= digits <= "2045"


def _is_day(digits: str) -> bool:
    return len(digits) >= 4 and 1 <= int(digits[:2]) <= 31 and 1 <= int(digits[2:4]) <= 12


def _numbers(marks: Marks, lexicon: Lexicon) -> Iterator[Piece]:
    """Personal codes, document numbers and telephone numbers."""
    tokens, text, groups = marks.tokens, marks.text, lexicon.groups
    for first, last in _runs(marks):
        parts = [token.folded for token in tokens[first : last + 1]]
        start, end = tokens[first].start, tokens[last].end
        coded = False
        for index, part in enumerate(parts):
            here = first + index
            after = tokens[here + 1] if here + 1 < len(tokens) else None
            if len(part) == 11 and (_is_day(part) or part.startswith("32") or part == "0" * 11):
                yield "personal_code", tokens[here].start, tokens[here].end
                coded = True
            elif len(part) == 6 and after is not None and after.before.strip() in "-–":
                five = len(after.folded) == 5
                hidden = set(after.folded) <= set("x*h") and len(after.folded) <= 5
                joined = after.before != " " or _is_day(part) or part.startswith("32")
                if (five and (after.script == "digit" or hidden) and joined) or (
                    hidden and _is_day(part)
                ):
                    yield "personal_code", tokens[here].start, after.end
                    coded = True
        if coded:
            continue
        digits = "".join(parts)
        lead = text[max(start - 2, 0) : start]
        international = "+" in lead or digits.startswith("00")
        before = tokens[first - 1] if first else None
        letters = (
            before is not None
            and before.script != "digit"
            and len(before.folded) <= 3
            and text[before.start : before.end].isupper()
        )
        if (
            letters
            and before is not None
            and 6 <= len(parts[0]) <= 9
            and tokens[first].before in ("", " ")
        ):
            yield "document_number", before.start, tokens[first].end
            continue
        if (
            letters
            and before is not None
            and len(before.folded) <= 2
            and 6 <= len(digits) <= 8
            and len(parts) >= 3
            and not international
        ):
            # The British insurance number: two letters, three pairs, a letter.
            yield "document_number", before.start, end
            continue
        if len(digits) < 6 or all(_is_year(part) for part in parts):
            continue
        if any(_is_year(part) for part in parts) and not international:
            continue
        marked = has(marks, groups["PHONEMARK"], max(first - 4, 0), first)
        documented = has(marks, groups["DOCMARK"], max(first - 4, 0), first)
        round_sum = len(parts) > 1 and all(part == "000" for part in parts[1:])
        numbered = international or marked or (len(digits) >= 8 and max(map(len, parts)) >= 3)
        if numbered and not round_sum and 7 <= len(digits) <= 15:
            if documented and not marked and not international:
                yield "document_number", start, end
            else:
                yield "phone", start - (1 if lead.endswith("+") else 0), end
            continue
        if documented and len(digits) >= 6 and not round_sum:
            yield "document_number", start, end


def _birth_dates(marks: Marks, lexicon: Lexicon) -> Iterator[Piece]:
    """Day and month of an exact birth date; the year stays."""
    groups = lexicon.groups
    for first, last in _runs(marks):
        parts = [token.folded for token in marks.tokens[first : last + 1]]
        if len(parts) != 3 or not ("1930" <= parts[2] <= "2026" and len(parts[2]) == 4):
            continue
        if not (1 <= int(parts[0]) <= 31 and 1 <= int(parts[1]) <= 12):
            continue
        near = (max(first - 6, 0), last + 4)
        if has(marks, groups["BORN"], *near) or has(marks, groups["CHILD"], *near):
            yield "personal_code", marks.tokens[first].start, marks.tokens[first + 1].end


def _amounts(marks: Marks, lexicon: Lexicon) -> Iterator[Piece]:
    """Amounts of debt or income; prices and distances stay."""
    tokens, text, groups = marks.tokens, marks.text, lexicon.groups
    count = len(tokens)
    money = groups["CURRENCY"]
    for first, last in _runs(marks):
        digits = "".join(token.folded for token in tokens[first : last + 1])
        start, end = tokens[first].start, tokens[last].end
        signed = text[max(start - 2, 0) : start].strip()[-1:] in tuple(_SIGNS)
        signed = signed or text[end : end + 2].strip()[:1] in tuple(_SIGNS)
        named = last + 1 < count and has(marks, money, last + 1, last + 1)
        if not (signed or named) and (
            len(digits) < 3 or all(_is_year(token.folded) for token in tokens[first : last + 1])
        ):
            continue
        kind = _amount_kind(marks, lexicon, first, last)
        if not kind or (len(digits) > 8 and not (signed or named)):
            continue
        while first and tokens[first].before == "," and tokens[first - 1].script == "digit":
            first -= 1  # "3,200"
            start = tokens[first].start
        if signed and text[start - 1 : start] in tuple(_SIGNS):
            start -= 1
        if named:
            end = tokens[last + 1].end
        elif signed and text[end : end + 1] in tuple(_SIGNS):
            end += 1
        yield kind, start, end
    for place in marks.at.get(money, ()):
        if (
            place
            and len(tokens[place].folded) > 1
            and has(marks, groups["NUMBERWORD"], place - 1, place - 1)
            and (kind := _amount_kind(marks, lexicon, place - 1, place))
        ):
            yield kind, tokens[place - 1].start, tokens[place].end


def _within(marks: Marks, item: int, first: int, last: int) -> Sequence[int]:
    """Where an item was seen from ``first`` to ``last``, both inclusive."""
    places = marks.at.get(item, ())
    return places[bisect_left(places, first) : bisect_right(places, last)]


def _amount_kind(marks: Marks, lexicon: Lexicon, first: int, last: int) -> str:
    """Which word decides about an amount: the nearest of debt and pay in its sentence."""
    best, kind = 8, ""
    for group, name in (("DEBT", "debt_amount"), ("PAY", "income")):
        for place in _within(marks, lexicon.groups[group], first - best, last + best):
            away = first - place if place < first else place - last
            if marks.sentence[place] == marks.sentence[first] and 0 <= away < best:
                best, kind = away, name
    if not kind and has(marks, lexicon.groups["PERMONTH"], last, last + 3):
        # So much a month is pay, unless it is the price of a home or a kindergarten.
        near = max(first - 8, 0), last + 8
        if not any(has(marks, lexicon.groups[one], *near) for one in _PRICED):
            kind = "income"
    return kind


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


def _names(marks: Marks, lexicon: Lexicon) -> Iterator[Piece]:
    """Children's names, where they are marked as such."""
    tokens, groups = marks.tokens, lexicon.groups
    count = len(tokens)
    ordinary = [groups[name] for name in ("LATVIAN", "COUNTRY", "SCHOOL", "KINDER", "MONTH")]

    def unusual(place: int) -> bool:
        return not any(has(marks, item, place, place) for item in ordinary)

    for mark_at in marks.at.get(groups["NAMEMARK"], ()):
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
    children = marks.at.get(groups["CHILD"], ())
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
                and token.script == "latin"
                and not token.lower.endswith(_NOT_NAMES)
                and len(token.lower) > 2
                and unusual(place)
            )
            if (
                (capital and named)
                or bare
                or (named and place == child + 1 and token.folded in lexicon.names)
            ):
                yield "child_name", token.start, token.end
            elif token.folded not in ("un", "i", "and", "a", "are", "is", "ir"):
                break
            place += 1
            listed += 1
    for figure in marks.figures:
        place = figure - 1
        if (
            place >= 0
            and len(tokens[place + 1].folded) <= 2
            and _capital(marks, place)
            and tokens[place].folded in lexicon.names
            and unusual(place)
            and tokens[place + 1].before in (" ", " (", ", ", " - ", " – ", ": ")
        ):
            yield "child_name", tokens[place].start, tokens[place].end


def _addresses(marks: Marks, lexicon: Lexicon) -> Iterator[Piece]:
    tokens, text = marks.tokens, marks.text
    count = len(tokens)
    for street in marks.at.get(lexicon.groups["STREET"], ()):
        first = street
        while first > 0 and street - first < 3 and marks.clause[first - 1] == marks.clause[street]:
            before = tokens[first - 1]
            if before.script == "digit":
                first -= 1
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
        numbered = any(token.script == "digit" for token in tokens[first : last + 1])
        if numbered and (first < street or last > street):
            yield "address", tokens[first].start, tokens[last].end
    for figure in marks.figures:
        place = figure - 1
        if place < 0:
            continue
        token, after = tokens[place], tokens[figure]
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


def _lists(marks: Marks, lexicon: Lexicon) -> Iterator[Piece]:
    """What the word lists name; a pregnancy takes the month beside it along."""
    month_item = lexicon.groups["MONTH"]
    for hit in completed(marks, lexicon, "sensitive"):
        first, last = hit.first, hit.last
        if hit.line.owner == "pregnancy":
            for month in _within(marks, month_item, first - 3, last + _MONTHS_ON):
                if marks.sentence[month] == marks.sentence[hit.main]:
                    if last < month <= last + 4:
                        last = month
                    elif first - 3 <= month < first:
                        first = month
            if (
                first > 0
                and marks.tokens[first - 1].folded in ("v", "in")
                and has(marks, month_item, first, first)
            ):
                first -= 1
        yield hit.line.owner, marks.tokens[first].start, marks.tokens[last].end


def find_sensitive(text: str | Marks, lexicon: Lexicon) -> tuple[SensitiveFound, ...]:
    """What must not be stored, in the order of the text, overlapping finds merged."""
    marks = mark(text, lexicon) if isinstance(text, str) else text
    pieces: list[Piece] = []
    for reader in (_numbers, _birth_dates, _amounts, _names, _addresses, _lists):
        pieces.extend(reader(marks, lexicon))
    pieces.extend(_mails(marks.text))
    return tuple(_merged(sorted(pieces, key=lambda piece: (piece[1], -piece[2]))))


def _merged(pieces: Iterable[Piece]) -> Iterator[SensitiveFound]:
    current: Piece | None = None
    for kind, start, end in pieces:
        if current is not None and start < current[2]:
            current = current[0], current[1], max(current[2], end)
            continue
        if current is not None:
            yield SensitiveFound(cast(Kind, current[0]), Span(current[1], current[2]))
        current = kind, start, end
    if current is not None:
        yield SensitiveFound(cast(Kind, current[0]), Span(current[1], current[2]))


def redact(text: str, found: Sequence[SensitiveFound]) -> str:
    """The text with every found span replaced by ``[…]``; finds side by side give one mark."""
    parts: list[str] = []
    at = 0
    for one in sorted(found, key=lambda one: one.span.start):
        if one.span.start < at:
            at = max(at, one.span.end)
            continue
        between = text[at : one.span.start]
        if not (parts and not between.strip()):
            parts.extend((between, CUT))
        at = one.span.end
    parts.append(text[at:])
    return "".join(parts)
