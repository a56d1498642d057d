"""Personal codes, document and telephone numbers, amounts: what must not be stored, by shape.

A personal code is six digits and five, a document number letters and six to nine digits, an
amount a number beside a word of debt or pay.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from dialogs.recognise.fold import Token
from dialogs.recognise.lexicon import Lexicon
from dialogs.recognise.marks import Marks, has, within
from dialogs.recognise.numbers import NUMBERS

Piece: TypeAlias = tuple[str, int, int]
"""A find: its kind, and where it begins and ends in the text."""

_GLUE = frozenset((" ", "-", "", ".", " (", ") ", ")", "(", " - ", "–", "/", ". "))
_SIGNS = "€£$"
_CARD = 16
"""Figures of a bank card, written in fours."""
_LEAST_APART = 7
"""Figures that a number written with a space behind each has at least."""
_CODE_LENGTHS = (6, 11)
"""Figures that a personal code begins with, or has."""
_PRICED = ("DWELLING", "RENT", "KINDER", "QUEST", "BUY", "PRICE")


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


def _all_years(parts: Sequence[str]) -> bool:
    return all(map(_is_year, parts))


def _is_day(digits: str) -> bool:
    return len(digits) >= 4 and 1 <= int(digits[:2]) <= 31 and 1 <= int(digits[2:4]) <= 12


def numbers(marks: Marks, lexicon: Lexicon) -> Iterator[Piece]:
    """Personal codes, document numbers and telephone numbers."""
    tokens, text, groups = marks.tokens, marks.text, lexicon.groups
    for first, last in _runs(marks):
        parts = [token.folded for token in tokens[first : last + 1]]
        start, end = tokens[first].start, tokens[last].end
        coded = False
        for index, part in enumerate(parts):
            if len(part) not in _CODE_LENGTHS:
                continue
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
            and (
                text[before.start : before.end].isupper()
                or (
                    tokens[first].before == ""
                    and has(marks, groups["DOCMARK"], max(first - 5, 0), first - 1)
                )
            )
        )
        if (
            letters
            and before is not None
            and 6 <= len(parts[0]) <= 9
            and tokens[first].before in ("", " ")
        ):
            yield "document_number", before.start, _with_letter(marks, first)
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
            yield "document_number", before.start, _with_letter(marks, last)
            continue
        if len(digits) < 6 or _all_years(parts):
            continue
        marked = has(marks, groups["PHONEMARK"], max(first - 4, 0), last + 3)
        if not international and any(map(_is_year, parts)):
            # "2027 29112233": the year stays, the number beside it goes.
            while _is_year(parts[0]) and len("".join(parts[1:])) >= 7:
                parts, first = parts[1:], first + 1
            while _is_year(parts[-1]) and len("".join(parts[:-1])) >= 7:
                parts, last = parts[:-1], last - 1
            if any(map(_is_year, parts)) and not marked:
                continue
            digits = "".join(parts)
            start, end = tokens[first].start, tokens[last].end
        documented = has(marks, groups["DOCMARK"], max(first - 4, 0), first)
        round_sum = len(parts) > 1 and all(part == "000" for part in parts[1:])
        apart = len(parts) >= _LEAST_APART and all(len(part) == 1 for part in parts)
        grouped = len(digits) >= 8 and max(map(len, parts)) >= 3
        numbered = international or marked or apart or grouped
        if numbered and not round_sum and 7 <= len(digits) <= 15:
            if documented and not marked and not international:
                yield "document_number", start, _with_letter(marks, last)
            else:
                yield "phone", start - (1 if lead.endswith("+") else 0), end
            continue
        card = len(digits) >= _CARD and all(len(part) == 4 for part in parts)
        if (documented or card) and len(digits) >= 6 and not round_sum:
            yield "document_number", start, _with_letter(marks, last)


def _with_letter(marks: Marks, last: int) -> int:
    """Where a number ends that a letter may close: "AB123456C"."""
    if last + 1 < len(marks.tokens):
        after = marks.tokens[last + 1]
        alone = after.before == "" or marks.text[after.start].isupper()
        if alone and after.before in ("", " ") and len(after.folded) == 1:
            return after.end
    return marks.tokens[last].end


_LEAST_CODE, _LEAST_CODE_FIGURES = 8, 5
_BANK_CODE = 15
"""Characters of the shortest account number (Norway's)."""


def codes(marks: Marks, lexicon: Lexicon) -> Iterator[Piece]:
    """Account, licence and tax numbers: letters and figures written as one word, or an account
    number in groups of four ("LV80 HABA 0551 0000 ...")."""
    tokens, text = marks.tokens, marks.text
    money = lexicon.groups["CURRENCY"]
    after = 0
    for figure in marks.figures:
        if figure < after:
            continue
        first = last = figure
        while first and tokens[first].before == "" and _coded(marks, first - 1):
            first -= 1
        while last + 1 < len(tokens) and tokens[last + 1].before == "" and _coded(marks, last + 1):
            last += 1
        if first == figure - 1 and len(tokens[first].folded) == 2 == len(tokens[figure].folded):
            while (
                last + 1 < len(tokens)
                and tokens[last + 1].before in ("", " ")
                and len(tokens[last + 1].folded) <= 4
                and _coded(marks, last + 1)
            ):
                last += 1
        after = last + 1
        if first == last:
            continue
        whole = text[tokens[first].start : tokens[last].end].replace(" ", "")
        figures = sum(map(str.isdigit, whole))
        grouped = " " in text[tokens[first].start : tokens[last].end]
        least = _BANK_CODE if grouped else _LEAST_CODE
        if len(whole) < least or figures < _LEAST_CODE_FIGURES:
            continue
        if not whole.isupper() and (grouped or len(whole) < _BANK_CODE):
            continue
        if has(marks, money, first, first) or has(marks, money, last, last):
            continue
        yield "document_number", tokens[first].start, tokens[last].end


def _coded(marks: Marks, place: int) -> bool:
    """Whether a word may be part of a code: figures, or letters of the Latin alphabet."""
    token = marks.tokens[place]
    return token.script == "digit" or marks.text[token.start : token.end].isascii()


_PAUSES = frozenset(
    ("talak", "tad", "un", "svitra", "domuzime", "defise", "dash", "then", "and", "tire", "defis",
     "i", "dalse", "potom", "minus")
)  # fmt: skip
_LEAST_SPOKEN = 3
_LEAST_DIGITS = 6
_WHOLE_CODE = 11
_LEAST_PART, _CODE_NEAR = 5, 12


def spoken_codes(marks: Marks, lexicon: Lexicon) -> Iterator[Piece]:
    """A personal code in words, or in figures with gaps, behind the words that announce it."""
    tokens = marks.tokens
    item = lexicon.groups["CODEMARK"]
    for announced in marks.at.get(item, ()):
        place = marks.ends.get(item, {}).get(announced, announced) + 1
        stop = min(place + 3, len(tokens))
        while place < stop and not _said_number(tokens[place]):
            place += 1
        first = last = place
        words = digits = 0
        while (
            place < len(tokens)
            and marks.sentence[place] == marks.sentence[announced]
            and digits < _WHOLE_CODE
        ):
            if _said_number(tokens[place]):
                last = place
                if tokens[place].script == "digit":
                    digits += len(tokens[place].folded)
                else:
                    words += 1
            elif tokens[place].folded not in _PAUSES:
                break
            place += 1
        for further in range(last + 1, min(announced + _CODE_NEAR, len(tokens))):
            # "sākas ar 120389, beidzas ar 10511": each part of it
            if (
                tokens[further].script == "digit"
                and len(tokens[further].folded) >= _LEAST_PART
                and marks.sentence[further] == marks.sentence[announced]
                and (words or digits)
            ):
                yield "personal_code", tokens[further].start, tokens[further].end
        if words >= _LEAST_SPOKEN or digits + 2 * words >= _LEAST_DIGITS:
            yield "personal_code", tokens[first].start, tokens[last].end


def _said_number(token: Token) -> bool:
    return token.script == "digit" or NUMBERS.get(token) is not None


def birth_dates(marks: Marks, lexicon: Lexicon) -> Iterator[Piece]:
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


def amounts(marks: Marks, lexicon: Lexicon) -> Iterator[Piece]:
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
            len(digits) < 3 or _all_years([token.folded for token in tokens[first : last + 1]])
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
            unit = last + 1
            if unit + 1 < count and has(marks, money, unit + 1, unit + 1):
                unit += 1  # "7 tūkstošus eiro"
            end = tokens[unit].end
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
            first = place - 1
            while first and has(marks, groups["NUMBERWORD"], first - 1, first - 1):
                first -= 1  # "divdesmit piecus tūkstošus"
            last = place
            while last + 1 < count and has(marks, money, last + 1, last + 1):
                last += 1  # "nine thousand pounds"
            yield kind, tokens[first].start, tokens[last].end


def _amount_kind(marks: Marks, lexicon: Lexicon, first: int, last: int) -> str:
    """Which word decides about an amount: the nearest of debt and pay in its sentence."""
    best, kind = 8, ""
    for group, name in (("DEBT", "debt_amount"), ("PAY", "income")):
        for place in within(marks, lexicon.groups[group], first - best, last + best):
            away = first - place if place < first else place - last
            if marks.sentence[place] == marks.sentence[first] and 0 <= away < best:
                best, kind = away, name
    if kind == "debt_amount" and _is_wished(marks, lexicon, first, last):
        return ""
    if kind == "income" and _is_general(marks, lexicon, first, last):
        return ""
    if not kind and has(marks, lexicon.groups["PERMONTH"], last, last + 3):
        # So much a month is pay, unless it is the price of a home or a kindergarten.
        near = max(first - 8, 0), last + 8
        if not any(has(marks, lexicon.groups[one], *near) for one in _PRICED):
            kind = "income"
    return kind


def _is_wished(marks: Marks, lexicon: Lexicon, first: int, last: int) -> bool:
    """Whether the amount is a loan somebody would like to have: "vai banka dos 60000"."""
    groups, near = lexicon.groups, (max(first - 8, 0), last + 8)
    return has(marks, groups["LENDS"], *near) and not has(marks, groups["OWES"], *near)


def _is_general(marks: Marks, lexicon: Lexicon, first: int, last: int) -> bool:
    """Whether pay is asked about or told of a trade, not of somebody: "vidējā alga 1500"."""
    groups, near = lexicon.groups, (max(first - 8, 0), last + 8)
    if has(marks, groups["PAYHEARD"], *near) and not has(marks, groups["OURS"], *near):
        return True
    general = has(marks, groups["PAYGENERAL"], *near) or marks.sentence[first] in marks.asked
    return general and not has(marks, groups["PAYMINE"], *near)
