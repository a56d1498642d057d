"""What else is said of children: their Latvian, school or kindergarten, who stays."""

from __future__ import annotations

from dialogs.recognise.child_scan import (
    WINDOW,
    Child,
    Latvian,
    Scan,
    Stage,
    Words,
)
from dialogs.recognise.people_words import stays_behind

_LANGUAGE_WINDOW = 10


_MOST_TONGUES = 20


_SCHOOL_AGE = 7
"""Grade 1 begins on 1 September of the year a child turns seven (Education Law, Latvia)."""


NEWBORN = ("newborn", "jaundzimus", "novorozden", "zidain", "grudnic", "mladenec")
_NEW = 2
"""Months into a year in which a newborn child may be from the year before."""
FIRST_GRADERS = ("pirmklasn", "pervoklas")
_PUPIL = ("pirmklasn", "pervoklassni", "pervoklask")
"""Those that name the child itself, which "first class" does not."""


def read_remark(scan: Scan, words: Words, index: int) -> None:
    """Take what one word says of the child spoken of, beside its age."""
    hint = words.hint[index]
    token = words.tokens[index]
    if token.folded.startswith(NEWBORN) and scan.current is not None:
        if scan.current.years is None:
            this = words.today.year
            scan.current.years = (this - (words.today.month <= _NEW), this)
        return
    if token.folded.startswith(FIRST_GRADERS) and (
        scan.current is not None or token.folded.startswith(_PUPIL)
    ):
        if scan.current is None or (
            scan.current.years is not None and token.folded.startswith(_PUPIL)
        ):
            # "pirmklasnieks un pusaudze, 15": a child of its own, unless its age is told as well.
            scan.current = Child()
            scan.children.append(scan.current)
            scan.subject = "child"
        if scan.current.years is None:
            began = words.today.year - (words.today.month < 9)
            born = began - _SCHOOL_AGE
            scan.current.years, scan.current.certain = (born, born), False
        return
    if words.language.get(index) == "latvian":
        _read_latvian(scan, words, index)
        return
    current = scan.current
    if current is None or scan.subject != "child":
        if scan.subject == "children" and hint in ("school", "kinder"):
            _read_stage(scan, words, index, hint)
        elif scan.subject == "children" and hint == "grown" and not (scan.children or scan.count):
            scan.grown = True
        return
    if hint == "grown" or stays_behind(words.tokens, index):
        if current.years is not None and _another(words, index):
            scan.children.append(Child(gone=True))  # "one is 14, the other is grown up"
        else:
            current.gone = True
    elif hint == "born" and current.years is None:
        year = _told_year(words, index)
        if year is not None:
            current.years = (year, year)
    elif hint in ("school", "grade"):
        _read_school(scan, words, index, current)
    elif hint == "kinder":
        _read_stage(scan, words, index, hint)


_OTHER = (
    "otr", "otra", "cit", "vtor", "drug", "other", "another", "second", "ostaln", "parej", "rest",
)  # fmt: skip


def _another(words: Words, index: int) -> bool:
    """Whether the clause up to a word is about a further child: "вторая взрослая"."""
    return any(
        words.tokens[at].folded.startswith(_OTHER) for at in words.around(index) if at < index
    )


_THIS_YEAR = (
    "tikko", "nesen", "just", "recently", "nedavno", "tolko cto", "sogad", "sogod", "this year",
    "v etom godu", "etogo goda",
)  # fmt: skip
_LAST_YEAR = ("pern", "pagajusaja gada", "pagajusogad", "last year", "v proslom godu")


def _told_year(words: Words, index: int) -> int | None:
    """The year of birth in "dzimusi šogad", "born last year"."""
    said = " " + " ".join(words.tokens[at].folded for at in words.around(index)) + " "
    if any(f" {one} " in said for one in _THIS_YEAR):
        return words.today.year
    if any(f" {one} " in said for one in _LAST_YEAR):
        return words.today.year - 1
    return None


def _read_school(scan: Scan, words: Words, index: int, child: Child) -> None:
    """ "nakamgad japiet skola 1 klase": grade 1 on a coming 1 September."""
    hints = words.hints_in_clause(index)
    first = words.hint[index] == "grade" and _says_first(words, index)
    begins = "start" in hints or "started" in hints
    if words.hint[index] == "grade" and not first:
        _read_stage(scan, words, index, "school")
        return
    if not (first or begins) or child.years is not None:
        _read_stage(scan, words, index, "school")
        return
    today = words.today
    coming = today.year if today.month < 9 else today.year + 1
    if "start" not in hints and ("started" in hints or (first and "goes" in hints)):
        coming -= 1
    else:
        spans = [s for s in words.spans_in_clause(index) if s.ahead is not None]
        told = spans[0].ahead if spans else None
        if told is not None and told[0] is not None:
            coming = told[0] // 12 if told[0] % 12 < 11 else told[0] // 12 + 1
        elif not first and not spans and not _plainly_starts(words, index):
            return
    child.years, child.certain = (coming - _SCHOOL_AGE, coming - _SCHOOL_AGE), False


def _says_first(words: Words, index: int) -> bool:
    for at in (index - 1, index + 1):
        if 0 <= at < len(words.tokens):
            number = words.number[at]
            if number is not None and number[0] == 1:
                return True
    return False


_STARTS = ("sak", "jasak", "jaiet", "japiet", "uzsak", "pojdet", "start", "begin", "pora", "jalaiz")


def _plainly_starts(words: Words, index: int) -> bool:
    """Without a time, only "must start school" counts, not "goes to school"."""
    near = range(max(0, index - 6), min(len(words.tokens), index + 7))
    return any(
        words.same_clause(index, at) and words.tokens[at].folded.startswith(_STARTS) for at in near
    )


def _read_stage(scan: Scan, words: Words, index: int, what: str) -> None:
    """Where a child is now: only plain statements ("iet dārziņā", "учится в школе")."""
    hints = words.hints_in_clause(index)
    spoken = [words.tokens[at].folded for at in words.around(index)]
    if not ("goes" in hints or "iet" in spoken) or any(
        w.startswith(("neiet", "jaiet", "japiet")) for w in spoken
    ):
        return
    if {"ne", "not", "dont", "doesnt", "vajag", "vajadzes", "nado", "nuzen", "need", "kak", "ka",
        "how", "jasak"} & set(spoken):  # fmt: skip
        return
    stage: Stage = "kindergarten" if what == "kinder" else "school"
    if scan.subject == "child" and scan.current is not None:
        scan.current.stage = scan.current.stage or stage
    elif scan.subject == "children":
        for child in scan.children:
            child.stage = child.stage or stage


def _read_latvian(scan: Scan, words: Words, index: int) -> None:
    """How much Latvian: verbs of the sentence that stand nearest to "Latvian"."""
    scan.tongues += 1
    if scan.subject == "adult" or scan.tongues > _MOST_TONGUES:
        return
    sentence = words.sentence[index]
    low, high = index, index + 1
    while low > max(0, index - WINDOW) and words.sentence[low - 1] == sentence:
        low -= 1
    while high < min(len(words.tokens), index + WINDOW) and words.sentence[high] == sentence:
        high += 1
    kinds = {at: words.language.get(at) for at in range(low, high)}
    tongues = [at for at, kind in kinds.items() if kind in ("latvian", "other")]
    said: set[str] = set()
    denied: set[str] = set()
    for at, kind in kinds.items():
        if kind is None or abs(at - index) > _LANGUAGE_WINDOW:
            continue
        nearest = min(tongues, key=lambda other: (abs(other - at), other))
        if kind in ("understand", "speak", "write"):
            if kinds[nearest] != "latvian":
                continue
            negative = any(kinds.get(at - step) == "not" for step in (1, 2))
            weak = any(kinds.get(at + step) == "weak" for step in (-2, -1, 1, 2))
            kind = "understand" if weak and kind == "speak" else kind
            (denied if negative else said).add(kind)
        elif kind in ("nounderstand", "nospeak", "nowrite") and kinds[nearest] == "latvian":
            denied.add(kind[2:])
        elif (kind == "zero" and abs(at - index) <= 5) or (kind == "not" and at in (index - 1,)):
            denied.add("zero")
    level: Latvian = ""
    if "write" in said:
        level = "writes"
    elif "speak" in said:
        level = "speaks"
    elif "understand" in said:
        level = "understands"
    elif denied:
        level = "none"
    if not level:
        return
    everyone = scan.subject == "children" or any(
        words.person[at] is not None and words.person[at][0] in ("they", "children")  # type: ignore[index]
        for at in range(low, high)
    )
    if everyone or (scan.current is None and scan.children):
        for child in scan.children:
            child.latvian = child.latvian or level
        scan.plural = True
    elif scan.current is not None:
        scan.current.latvian = level
