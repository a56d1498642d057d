"""Precision and recall of recognition on labelled sayings, per kind and language.

A saying has ``id``, ``language``, ``kind`` (place, country, when, children, needs, story,
sensitive, questions, alarm, worry), ``text`` and ``expect``; every key of ``expect`` is judged,
"story" sayings under each kind they label.
``also_ok`` holds further values that count as right, ``acceptable`` needs that are not asked for
but do no harm, ``must_not_store`` words that the sensitive reading has to cover, ``must_keep``
words that it may not touch, ``questions`` what has to be kept word for word, ``alarm`` what
cannot wait (danger, homeless, out_of_school, unclear). A saying without ``alarm`` must start
nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Literal

from msgspec import Struct

from dialogs.recognise.countries import answer_country
from dialogs.recognise.danger import read_alarm
from dialogs.recognise.needs import read_needs
from dialogs.recognise.people import answer_children
from dialogs.recognise.places import answer_place
from dialogs.recognise.questions import read_questions
from dialogs.recognise.reading import ChildFound, PlaceReading, WhenReading
from dialogs.recognise.sensitive import find_sensitive
from dialogs.recognise.story import RecogniserData, understand
from dialogs.recognise.when import answer_when

Kind = Literal[
    "place", "country", "when", "children", "needs", "sensitive", "questions", "alarm", "exact"
]
KINDS: tuple[Kind, ...] = (
    "place", "country", "when", "children", "needs", "sensitive", "questions", "alarm",
)  # fmt: skip
ALL = "all"
"""The language under which the counts of every language are added up."""

# What a planning region is called by its id.
_REGIONS = {
    "riga": "Rīgas", "vidzeme": "Vidzeme", "kurzeme": "Kurzeme", "zemgale": "Zemgale",
    "latgale": "Latgale",
}  # fmt: skip


class Count(Struct):
    """Counts of one kind in one language. ``sayings`` were judged, ``exact`` of them right.

    ``hits`` are values found and expected, ``found`` all values found that were not merely
    tolerated, ``expected`` all values expected.
    """

    sayings: int = 0
    exact: int = 0
    hits: int = 0
    found: int = 0
    expected: int = 0

    @property
    def precision(self) -> float:
        """Share of what was found that was right; 1.0 where nothing was found."""
        return self.hits / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """Share of what was expected that was found; 1.0 where nothing was expected."""
        return self.hits / self.expected if self.expected else 1.0

    @property
    def exactness(self) -> float:
        """Share of the sayings that were right as a whole."""
        return self.exact / self.sayings if self.sayings else 1.0


class Miss(Struct, frozen=True):
    """One saying that was not read as labelled: what was expected and what was read."""

    id: str
    language: str
    kind: str
    text: str
    expected: str
    found: str


class Report(Struct, frozen=True):
    """Counts by kind and language, and every miss in the order of the file."""

    counts: dict[str, dict[str, Count]]
    misses: tuple[Miss, ...]


class _Judged(Struct, frozen=True):
    """One kind of one saying: values found and expected, and whether all was right."""

    found: frozenset[str]
    expected: frozenset[str]
    right: bool
    said: str = ""
    wanted: str = ""


_KEYS = {
    "place": "municipalities", "country": "country", "when": "status", "children": "birth_years",
    "needs": "needs", "questions": "questions", "alarm": "alarm",
}  # fmt: skip
"""What a saying of a kind has to expect."""
_SHAPES: dict[str, type] = {
    "municipalities": list, "ambiguous_with": list, "undecided": bool, "birth_years": list,
    "needs": list, "acceptable": list, "questions": list, "also_ok": dict, "status": str,
}  # fmt: skip


def checked(sayings: object) -> list[Mapping[str, Any]]:
    """The sayings of a labelled file, once they all have the shape that is judged.

    Raises :class:`ValueError` naming the first saying at fault and what it wants.
    """
    if not isinstance(sayings, list):
        raise ValueError("a list of sayings is needed, or an object with one under `sayings`")
    for number, saying in enumerate(sayings, 1):
        if not isinstance(saying, Mapping):
            raise ValueError(f"saying {number}: an object with kind, text and expect is needed")
        name = f"saying {number} ({saying['id']})" if saying.get("id") else f"saying {number}"
        wants = _wanting(saying)
        if wants:
            raise ValueError(f"{name}: {wants}")
    return sayings


def _wanting(saying: Mapping[str, Any]) -> str:
    """What a saying lacks, or "" where it can be judged."""
    for key in ("kind", "text"):
        if not isinstance(saying.get(key), str):
            return f"`{key}` has to be a text"
    expect = saying.get("expect")
    if not isinstance(expect, Mapping):
        return "`expect` has to be an object"
    kind = saying["kind"]
    if kind in _KEYS and _KEYS[kind] not in expect:
        return f"a saying of kind {kind} has to expect `{_KEYS[kind]}`"
    for key, shape in _SHAPES.items():
        if key in expect and not isinstance(expect[key], shape):
            return f"`{key}` has to be {_SHAPE_NAMES[shape]}"
    for years in expect.get("birth_years", ()):
        if not isinstance(years, int) and not (
            isinstance(years, list) and years and all(isinstance(year, int) for year in years)
        ):
            return "`birth_years` has to hold years, or lists of the first and last year"
    for key in ("municipalities", "ambiguous_with", "needs", "acceptable", "questions"):
        if not all(isinstance(one, str) for one in expect.get(key, ())):
            return f"`{key}` has to hold texts"
    if not all(isinstance(one, list) for one in expect.get("also_ok", {}).values()):
        return "`also_ok` has to hold lists"
    return ""


_SHAPE_NAMES = {list: "a list", str: "a text", bool: "true or false", dict: "an object"}


def score(sayings: Iterable[Mapping[str, Any]], data: RecogniserData, today: date) -> Report:
    """Judge every saying. Raises :class:`KeyError` if one lacks kind, text or expect."""
    counts: dict[str, dict[str, Count]] = {}
    misses: list[Miss] = []
    for saying in sayings:
        language = str(saying.get("language", ""))
        for kind, judged in _judge(saying, data, today):
            for name in (language, ALL):
                _add(counts.setdefault(kind, {}).setdefault(name, Count()), judged)
            if not judged.right:
                misses.append(
                    Miss(
                        str(saying.get("id", "")),
                        language,
                        kind,
                        str(saying["text"]),
                        judged.wanted or ", ".join(sorted(judged.expected)) or "nothing",
                        judged.said or ", ".join(sorted(judged.found)) or "nothing",
                    )
                )
    return Report(counts, tuple(misses))


def _add(count: Count, judged: _Judged) -> None:
    count.sayings += 1
    count.exact += judged.right
    count.hits += len(judged.found & judged.expected)
    count.found += len(judged.found)
    count.expected += len(judged.expected)


def _judge(
    saying: Mapping[str, Any], data: RecogniserData, today: date
) -> list[tuple[Kind, _Judged]]:
    kind, text, expect = str(saying["kind"]), str(saying["text"]), saying["expect"]
    judged: list[tuple[Kind, _Judged]] = []
    if kind == "place":
        judged.append(("place", _places(answer_place(text, data.gazetteer), expect)))
    elif kind == "country":
        found = answer_country(text, data.countries)
        judged.append(("country", _country(found.code if found else None, expect)))
    elif kind == "when":
        judged.append(("when", _when(answer_when(text, today), expect)))
    elif kind == "children":
        judged.append(("children", _children(answer_children(text, today), expect)))
    elif kind == "needs":
        needs = [need.id for need in read_needs(text, data.lexicon) if need.stated]
        judged.append(("needs", _needs(needs, expect)))
    elif kind == "story":
        judged.extend(_story(text, expect, data, today))
    if "must_not_store" in expect or kind not in ("place", "alarm", "worry"):
        judged.append(("sensitive", _sensitive(text, expect, data)))
    if "questions" in expect:
        judged.append(("questions", _questions(text, expect, data)))
    judged.append(("alarm", _alarm(text, expect, data)))
    return judged


def _story(
    text: str, expect: Mapping[str, Any], data: RecogniserData, today: date
) -> list[tuple[Kind, _Judged]]:
    read = understand(text, today, data)
    judged: list[tuple[Kind, _Judged]] = []
    if "municipalities" in expect:
        # A family already back has named where it lives instead of where it wants to.
        places = read.place if read.place.places or read.place.undecided else read.home
        judged.append(("place", _places(places, expect)))
    if "country" in expect:
        code = read.country.code if read.country else None
        if read.status in ("back", "domestic") and expect["country"] == "LV":
            code = "LV"
        judged.append(("country", _country(code, expect)))
    if "status" in expect:
        judged.append(("when", _when(read.when, expect)))
    if "birth_years" in expect:
        judged.append(("children", _children(read.household.children, expect)))
    if "needs" in expect:
        judged.append(("needs", _needs([n.id for n in read.needs if n.stated], expect)))
    return judged


def _allowed(expect: Mapping[str, Any], key: str) -> list[Any]:
    return [expect.get(key), *expect.get("also_ok", {}).get(key, [])]


def _places(reading: PlaceReading, expect: Mapping[str, Any]) -> _Judged:
    # Two places of one municipality are one destination.
    found = list(dict.fromkeys(place.iso[0] for place in reading.places if place.iso))
    wanted = [str(code) for code in expect["municipalities"]]
    also = {code for place in reading.places for code in place.iso[1:]}
    ambiguous = also == set(expect.get("ambiguous_with", []))
    region = expect.get("region")
    right_region = region is None or any(
        place.kind == "region" and place.name.startswith(_REGIONS.get(region, region))
        for place in reading.places
    )
    undecided = reading.undecided == bool(expect.get("undecided", False))
    right = found == wanted and ambiguous and undecided and right_region
    said = f"{', '.join(found) or '-'} undecided={reading.undecided} or={sorted(also)}"
    asked = f"{', '.join(wanted) or '-'} undecided={expect.get('undecided', False)}"
    return _Judged(
        frozenset(found), frozenset(wanted), right, said,
        f"{asked} or={sorted(expect.get('ambiguous_with', []))}",
    )  # fmt: skip


def _country(code: str | None, expect: Mapping[str, Any]) -> _Judged:
    right = code in _allowed(expect, "country")
    expected = frozenset((str(expect["country"]),))
    found = expected if right else frozenset((code,) if code else ())
    return _Judged(found, expected, right)


def _when(reading: WhenReading | None, expect: Mapping[str, Any]) -> _Judged:
    wanted = f"{expect.get('status')} {expect.get('from')}..{expect.get('to')}"
    if reading is None:
        return _Judged(frozenset(), frozenset((wanted,)), False, "nothing", wanted)
    right = (
        reading.status in _allowed(expect, "status")
        and reading.start in _allowed(expect, "from")
        and reading.end in _allowed(expect, "to")
    )
    said = wanted if right else f"{reading.status} {reading.start}..{reading.end}"
    return _Judged(frozenset((said,)), frozenset((wanted,)), right)


def _years_text(years: int | Sequence[int]) -> str:
    return f"{years}-{years}" if isinstance(years, int) else f"{years[0]}-{years[-1]}"


def _numbered(texts: Iterable[str]) -> frozenset[str]:
    """Equal entries numbered, so that two children of one age stay two."""
    seen: dict[str, int] = {}
    numbered: list[str] = []
    for text in texts:
        seen[text] = seen.get(text, 0) + 1
        numbered.append(f"{text}#{seen[text]}")
    return frozenset(numbered)


def _children(children: Sequence[ChildFound] | None, expect: Mapping[str, Any]) -> _Judged:
    """Children whose year is not known are left out: the label gives years only."""
    found = _numbered(_years_text(child.years) for child in children or () if child.years)
    expected = _numbered(_years_text(years) for years in expect["birth_years"])
    right = found == expected and (bool(expected) or children == ())
    said = "nothing said" if children is None else ""
    if not expected and children == ():
        return _Judged(frozenset(("none",)), frozenset(("none",)), right)
    return _Judged(found, expected or frozenset(("none",)), right, said)


def _needs(found: Sequence[str], expect: Mapping[str, Any]) -> _Judged:
    expected = frozenset(str(need) for need in expect["needs"])
    tolerated = frozenset(str(need) for need in expect.get("acceptable", []))
    counted = frozenset(found) - (tolerated - expected)
    return _Judged(counted, expected, counted == expected)


def _sensitive(text: str, expect: Mapping[str, Any], data: RecogniserData) -> _Judged:
    """Every labelled word has to be covered; where none is labelled, nothing may be cut."""
    labelled = expect.get("must_not_store_words") or expect.get("must_not_store") or []
    if isinstance(labelled, str):
        labelled = [labelled]
    pieces = [text[each.span.start : each.span.end] for each in find_sensitive(text, data.lexicon)]
    covered = [word for word in labelled if any(word in piece for piece in pieces)]
    surplus = [
        piece for piece in pieces
        if not any(word in piece or piece in word for word in labelled)
    ]  # fmt: skip
    kept = [str(one) for one in expect.get("must_keep", ())]
    surplus += [piece for piece in pieces if any(one in piece for one in kept)]
    found = frozenset(covered) | frozenset(surplus)
    expected = frozenset(labelled)
    return _Judged(found, expected, found == expected)


def _questions(text: str, expect: Mapping[str, Any], data: RecogniserData) -> _Judged:
    """A labelled question is found where its words stand in one that was read."""
    labelled = [str(one).strip() for one in expect["questions"]]
    read = read_questions(text, data.lexicon)
    found = {one for one in labelled if any(one.rstrip("?! ") in each for each in read)}
    surplus = {each for each in read if not any(one.rstrip("?! ") in each for one in labelled)}
    return _Judged(frozenset(found | surplus), frozenset(labelled), found | surplus == {*labelled})


def _alarm(text: str, expect: Mapping[str, Any], data: RecogniserData) -> _Judged:
    """What cannot wait; a saying that labels nothing of the kind must start nothing."""
    alarm = read_alarm(text, data.lexicon)
    wanted = expect.get("alarm")
    kind = alarm.kind if alarm else None
    if kind is not None and kind in expect.get("also_ok", {}).get("alarm", ()):
        kind = wanted
    found = frozenset((str(kind),) if kind else ())
    return _Judged(found, frozenset((str(wanted),) if wanted else ()), kind == wanted)


def report_text(report: Report) -> str:
    """The report as a table for people, every miss below it."""
    lines = [
        f"{'kind':<10} {'language':<8} {'sayings':>7} {'exact':>7} {'precision':>9} {'recall':>7}"
    ]
    for kind in KINDS:
        languages = report.counts.get(kind, {})
        for language in sorted(languages, key=lambda name: (name != ALL, name)):
            count = languages[language]
            lines.append(
                f"{kind:<10} {language:<8} {count.sayings:>7} {count.exactness:>7.1%}"
                f" {count.precision:>9.1%} {count.recall:>7.1%}"
            )
    for miss in report.misses:
        lines.append(f"{miss.id} {miss.language} {miss.kind}: {miss.text}")
        lines.append(f"    expected {miss.expected}; read {miss.found}")
    return "\n".join(lines)


def report_data(report: Report) -> dict[str, Any]:
    """The report as plain data for machines: figures by kind and language, and the misses."""
    return {
        "kinds": {
            kind: {
                language: {
                    "sayings": count.sayings,
                    "exact": round(count.exactness, 4),
                    "precision": round(count.precision, 4),
                    "recall": round(count.recall, 4),
                }
                for language, count in languages.items()
            }
            for kind, languages in report.counts.items()
        },
        "misses": [
            {
                "id": miss.id, "language": miss.language, "kind": miss.kind, "text": miss.text,
                "expected": miss.expected, "found": miss.found,
            }
            for miss in report.misses
        ],
    }  # fmt: skip
