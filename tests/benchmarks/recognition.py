"""How long the whole recognition of one message takes: ``python -m tests.benchmarks.recognition``.

Processor time in milliseconds. First come stories that were never read before, each made of
labelled sayings: "cold" is the first story of a process, "unseen" a new story for a service that
has read others (the fair figure), "again" the best of many runs. Then come the densest texts and
those made to be slow: "first" run and "best", and how much twice the text costs ("x2", about 2
where nothing backtracks). The slowest reader is named with its part. The first line tells how fast
the machine is just now, so that figures of different hours can be compared.
"""

from __future__ import annotations

import gc
import json
import random
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from typing import Any

from bot.service import GC_THRESHOLDS
from dialogs.recognise import story
from dialogs.recognise.clauses import cut
from dialogs.recognise.command_words import read_command
from dialogs.recognise.countries import read_country
from dialogs.recognise.danger import read_alarm
from dialogs.recognise.glance import glance
from dialogs.recognise.marks import Marks, mark
from dialogs.recognise.needs import read_needs
from dialogs.recognise.people import household_in
from dialogs.recognise.places import read_both_places
from dialogs.recognise.questions import read_questions
from dialogs.recognise.sensitive import find_sensitive
from dialogs.recognise.story import RecogniserData, load_recogniser
from dialogs.recognise.when_spans import time_spans
from dialogs.recognise.when_story import when_in

TODAY = date(2026, 11, 23)
LENGTH = 4096
"""Characters of the longest message Telegram sends."""
_TESTS = Path(__file__).parents[1]
_SAYINGS = ("sayings_needs.json", "sayings_people.json", "sayings_places.json")
_TOLD = frozenset(("story", "needs", "children", "when", "questions"))
"""Kinds of sayings that families string together in a story."""
_STORIES = 6
_RUNS = 15


def whole(text: str, data: RecogniserData) -> None:
    """All that is read in one message of a story: its words are looked up once for all readers."""
    read_command(text)
    marks = mark(text, data.lexicon)
    read_alarm(marks, data.lexicon)
    find_sensitive(marks, data.lexicon)
    story.understand(marks, TODAY, data)


def dense_texts() -> dict[str, str]:
    """For each language labelled sayings, as many as fit: every sentence means something."""
    said: dict[str, list[str]] = {"lv": [], "ru": [], "en": []}
    for name in _SAYINGS:
        for saying in json.loads((_TESTS / name).read_text("utf-8")):
            if saying["language"] in said:
                said[saying["language"]].append(saying["text"])
    texts: dict[str, str] = {}
    for language, sayings in said.items():
        random.Random(1).shuffle(sayings)
        texts[f"dense {language}"] = "\n".join(sayings)[:LENGTH]
    return texts


def story_texts() -> dict[str, tuple[list[str], list[str]]]:
    """For each language sayings to begin with, and stories of full length made of others."""
    said: dict[str, dict[str, None]] = {"lv": {}, "ru": {}, "en": {}}
    for file in sorted(_TESTS.glob("sayings_*.json")):
        for saying in json.loads(file.read_text("utf-8")):
            if saying["kind"] in _TOLD and saying["language"] in said:
                said[saying["language"]][saying["text"]] = None
    texts: dict[str, tuple[list[str], list[str]]] = {}
    for language, sayings in said.items():
        known, new = list(sayings)[::2], list(sayings)[1::2]
        random.Random(3).shuffle(new)
        texts[language] = known, [_told_from(new, first) for first in range(_STORIES)]
    return texts


def _told_from(sayings: list[str], number: int) -> str:
    """A story that begins at one of the sayings, as long as a message may be."""
    begun = islice(cycle(sayings), number * len(sayings) // _STORIES, None)
    text = ""
    while len(text) < LENGTH:
        text += next(begun) + "\n"
    return text[:LENGTH]


def situation_texts() -> dict[str, str]:
    """What the families of the first four transcripts type, again and again to the full length."""
    texts: dict[str, str] = {}
    for file in sorted((_TESTS / "transcripts").glob("0[1-4]-*.txt")):
        typed = [
            line[3:] for line in file.read_text("utf-8").splitlines()
            if line.startswith(">> ") and line[3] not in "[/"
        ]  # fmt: skip
        texts[f"situation {file.stem[:2]}"] = _filled("\n".join(typed) + "\n")
    return texts


def _filled(pattern: str) -> str:
    return (pattern * (LENGTH // len(pattern) + 1))[:LENGTH]


def unheard_text() -> str:
    """Words that nobody has typed before, all different."""
    letters = random.Random(2)
    words = ("".join(letters.choices("aeioukmnprstvzšžāēī", k=5)) for _ in range(LENGTH))
    return " ".join(words)[:LENGTH]


HOSTILE = {
    "digits": "1", "figures": "1 ", "years": "2012 ", "figures with dots": "1.", "dates": "1.5.",
    "codes": "320101-12345 ", "not": "не ", "not (lv)": "nav ", "one word": "ž",
    "one word (ru)": "ж", "punctuation": ".,;!?-()", "emoji": "😀", "combining": "a\u0301",
    "bare combining": "\u0301", "at": "@", "addresses": "a@", "letters": "a ", "commas": "a,",
    "lines": "a\n", "months": "maijs ", "children": "bērns ", "ages": "bērns 5 ", "places": "Rīga ",
    "to": "uz ", "Latvian": "latviski ", "school": "skola klase ", "when": "kad? ",
    "needs": "darbs dzīvoklis ", "danger": "sit mani palīgā ", "streets": "iela 5 ",
    "money": "100 eur parāds ", "names": "meita Anna ", "question words": "un kad cik ",
    "sought": "lieti ", "year and school": "skola 2027 ", "number words": "divi ",
    "capitals": "Aaaaab ", "countries": "Anglija ", "wishes": "gribam ", "asap": "cik ātri ",
}  # fmt: skip
"""Patterns that are repeated to the full length, by name."""


def hostile_texts() -> dict[str, str]:
    """Messages made to be slow."""
    made = {name: _filled(pattern) for name, pattern in HOSTILE.items()}
    return made | {"unheard words": unheard_text()}


def readers(text: str, data: RecogniserData) -> dict[str, Callable[[], Any]]:
    """Each reader of a message, to be measured alone."""
    marks: Marks = mark(text, data.lexicon)
    words = marks.tokens
    seen, cuts = glance(words), cut(words)
    spans = time_spans(words, TODAY, seen=seen)
    lexicon = data.lexicon
    return {
        "marks": lambda: mark(text, lexicon),
        "alarm": lambda: read_alarm(marks, lexicon),
        "sensitive": lambda: find_sensitive(marks, lexicon),
        "glance": lambda: glance(words),
        "places": lambda: read_both_places(words, data.gazetteer),
        "country": lambda: read_country(text, data.countries, words),
        "times": lambda: time_spans(words, TODAY, seen=seen),
        "when": lambda: when_in(words, TODAY, spans=spans, cuts=cuts, seen=seen),
        "household": lambda: household_in(words, text, TODAY, spans=spans, cuts=cuts, seen=seen),
        "needs": lambda: read_needs(mark(text, lexicon), lexicon),
        "questions": lambda: read_questions(marks, lexicon),
    }


def _measured(work: Callable[[], Any], runs: int = _RUNS) -> float:
    best = float("inf")
    for _ in range(runs):
        started = time.process_time()
        work()
        best = min(best, time.process_time() - started)
    return best * 1000


def _pace() -> float:
    """Milliseconds that a fixed piece of Python takes just now."""

    def work() -> None:
        total = 0
        for number in range(20_000):
            total += number & 3

    return _measured(work, 30)


def _stories(data: RecogniserData) -> None:
    print(f"{'story':<20} {'cold':>7} {'unseen':>7} {'again':>7}")
    for language, (known, (first, *others)) in story_texts().items():
        cold = _measured(partial(whole, first, data), 1)
        for text in known:
            whole(text, data)
        unseen = median(_measured(partial(whole, text, data), 1) for text in others)
        again = median(_measured(partial(whole, text, data)) for text in others)
        print(f"{language:<20} {cold:7.2f} {unseen:7.2f} {again:7.2f}")


def main() -> None:
    """Print a line for every text."""
    started = time.process_time()
    data = load_recogniser()
    print(f"loaded in {(time.process_time() - started) * 1000:.0f} ms; pace {_pace():.2f} ms")
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)
    _stories(data)
    print(f"{'text':<20} {'first':>7} {'best':>7} {'x2':>4}  slowest reader")
    for name, text in (dense_texts() | situation_texts() | hostile_texts()).items():
        first = _measured(partial(whole, text, data), 1)
        best = _measured(partial(whole, text, data))
        twice = _measured(partial(whole, text + text, data))
        times = {reader: _measured(work, 5) for reader, work in readers(text, data).items()}
        times["needs"] -= times["marks"]
        slowest = max(times, key=lambda reader: times[reader])
        print(
            f"{name:<20} {first:7.2f} {best:7.2f} {twice / best:4.1f}"
            f"  {slowest} {times[slowest]:.2f}"
        )


if __name__ == "__main__":
    main()
