"""Word lists written for people, compiled for matching.

A *line* of a word list names what must stand together in one sentence, in any order::

    darb* WANT -nodarb* /6 =2

* ``word`` matches that word alone, ``stem*`` every word that begins so; diacritics, capital
  letters and endings do not matter. A word in Cyrillic letters also matches its usual
  spellings in Latin letters where the text is Russian in Latin letters.
* ``a|b`` matches either; ``a_b`` the two side by side; ``a~b`` with at most three words between.
* a ``NAME`` in capital letters is a group of words under ``groups`` in the same lists; beside
  ``_`` or ``~`` it stands for the single words of the group.
* ``-item`` must not stand in the same stretch.
* ``/6``: every item is at most six words from the first one (eight if not given).
* ``=2``: how clear the line is; if not given, 1 and a half more for every further item.

Everything after ``#`` is a comment. Compiled lines cost one dictionary lookup for a word and
stem length; nothing in here backtracks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from msgspec import Struct, structs

from dialogs.programme.lists import ListFault, read_programme_yaml
from dialogs.programme.needs import Need, load_needs
from dialogs.recognise.fold import Remembered, fold, has_cyrillic, squash
from dialogs.recognise.lookup import (
    GAP,
    SENTENCES,
    Begun,
    Entry,
    Line,
    Pairs,
    Phrase,
    Tables,
    Words,
    entries,
    make_begun,
)

WINDOW = 8


class LexiconFault(ValueError):
    """A line of a word list that cannot be read; the message names list, line and remedy.

    ``source`` is the line itself, where it is known.
    """

    source = ""


class Lexicon(Struct, frozen=True):
    """All word lists, ready for matching. Built once by :func:`load_lexicon`.

    ``entries`` says what the lists know of a word in small letters, ``russian_entries`` the same
    where a text has Russian in Latin letters. ``parents`` gives for a phrase the items
    it stands for, ``phrase_lines`` the lines that are looked for by it. ``lines`` are all lines,
    those of a family side by side, of needs the weightiest first; ``families`` gives the number of
    the first line of a family and of the one behind its last.
    """

    entries: Remembered[Entry]
    russian_entries: Remembered[Entry]
    parents: dict[int, tuple[int, ...]]
    groups: dict[str, int]
    phrase_lines: dict[int, Begun]
    lines: tuple[Line, ...]
    families: dict[str, tuple[int, int]]
    needs: dict[str, Need]
    names: frozenset[str]


@contextmanager
def _telling(source: str) -> Iterator[None]:
    """A fault that arises tells this line of a list."""
    try:
        yield
    except LexiconFault as fault:
        fault.source = fault.source or source
        raise


def _is_name(text: str) -> bool:
    return text.isascii() and text.isalpha() and text.isupper() and len(text) > 1


class _Compiler:
    """Collects items while the lists are read; used by :func:`compile_lexicon` only."""

    def __init__(self, groups: Mapping[str, Iterable[str]]) -> None:
        self.count = 0
        self.atoms: dict[str, int] = {}
        self.parents: dict[int, set[int]] = {}
        self.children: dict[int, set[int]] = {}
        self.known_breadth: dict[int, int] = {}
        self.known_enough: dict[int, frozenset[int]] = {}
        self.phrases: dict[str, Phrase] = {}
        self.sets: dict[str, int] = {}
        self.members: dict[int, tuple[int, ...]] = {}
        self.groups: dict[str, int] = {name: self.new() for name in groups}
        for name, lines in groups.items():
            for line in lines:
                with _telling(line):
                    for element in line.split():
                        self.adopt(self.groups[name], self.item(element, f"groups: {name}"))

    def new(self) -> int:
        self.count += 1
        return self.count

    def adopt(self, parent: int, child: int) -> None:
        if parent != child:
            self.parents.setdefault(child, set()).add(parent)
            self.children.setdefault(parent, set()).add(child)

    def item(self, text: str, where: str) -> int:
        """The id of alternatives, a phrase, a group or a word."""
        if "|" in text:
            if text not in self.sets:
                self.sets[text] = self.new()
                parts = dict.fromkeys(self.item(part, where) for part in text.split("|"))
                self.members[self.sets[text]] = tuple(parts)
            return self.sets[text]
        if "_" in text or "~" in text:
            return self.phrase(text, where)
        if _is_name(text):
            if text not in self.groups:
                raise LexiconFault(f"{where}: no group is called {text}; add it to words.yaml")
            return self.groups[text]
        word = text.rstrip("*")
        if not word or "*" in word:
            raise LexiconFault(f"{where}: cannot read {text!r}; write a word, or a stem with *")
        if text not in self.atoms:
            self.atoms[text] = self.new()
        return self.atoms[text]

    def phrase(self, text: str, where: str) -> int:
        if text not in self.phrases:
            steps: list[tuple[int, int]] = []
            gap = 1
            part = ""
            for letter in text + "_":
                if letter in "_~":
                    if not part:
                        raise LexiconFault(f"{where}: cannot read {text!r}; two joins in a row")
                    steps.append((self.item(part, where), gap))
                    gap = 1 if letter == "_" else GAP
                    part = ""
                else:
                    part += letter
            self.phrases[text] = Phrase(self.new(), steps[0][0], tuple(steps[1:]))
        return self.phrases[text].item

    def breadth(self, item: int) -> int:
        """How many words, about, an item stands for."""
        if item not in self.known_breadth:
            within = [*self.members.get(item, ()), *self.children.get(item, ())]
            self.known_breadth[item] = sum(self.breadth(one) for one in within) or 1
        return self.known_breadth[item]

    def enough(self, item: int) -> frozenset[int]:
        """The items of which one is enough for an item to be there."""
        if item not in self.known_enough:  # one set for all lines: it is at hand when asked for
            self.known_enough[item] = frozenset(self.members.get(item, (item,)))
        return self.known_enough[item]

    def closure(self) -> dict[int, tuple[int, ...]]:
        """Every item with all the groups it belongs to, itself first."""
        closed: dict[int, tuple[int, ...]] = {}
        for item in range(1, self.count + 1):
            seen = [item]
            for one in seen:
                seen.extend(sorted(self.parents.get(one, set()) - set(seen)))
            closed[item] = tuple(seen)
        return closed


def _lines(text: str) -> Iterable[str]:
    for raw in text.splitlines():
        line = raw.partition("#")[0].strip()
        if line:
            yield line


def _compile_line(compiler: _Compiler, owner: str, source: str) -> Line:
    where = f"{owner}: {source!r}"
    items: list[int] = []
    barred: list[int] = []
    window, weight = WINDOW, 0.0
    for part in source.split():
        try:
            if part[0] == "/":
                window = int(part[1:])
            elif part[0] == "=":
                weight = float(part[1:])
            elif part[0] == "-" and len(part) > 1:
                barred.append(compiler.item(part[1:], where))
            else:
                items.append(compiler.item(part, where))
        except ValueError as fault:
            if isinstance(fault, LexiconFault):
                raise
            raise LexiconFault(f"{where}: {part!r} wants a number after the sign") from fault
    if not items:
        raise LexiconFault(f"{where}: a line needs at least one word that must be there")
    weight = weight or 1.0 + 0.5 * (len(items) - 1)
    first, *rest = items
    return Line(owner, first, tuple(rest), tuple(barred), window, weight, source)


def _words(entries: Iterable[tuple[str, bool, tuple[int, ...]]]) -> Words:
    whole: dict[str, list[int]] = {}
    stems: dict[str, list[int]] = {}
    for word, is_stem, items in entries:
        target = (stems if is_stem else whole).setdefault(word, [])
        target.extend(item for item in items if item not in target)
    lengths: dict[str, set[int]] = {}
    for stem in stems:
        lengths.setdefault(stem[:2], set()).add(len(stem))
    return Words(
        {word: tuple(items) for word, items in whole.items()},
        {stem: tuple(items) for stem, items in stems.items()},
        {start: tuple(sorted(many)) for start, many in lengths.items()},
    )


def compile_lexicon(words: Mapping[str, Any], needs: Iterable[Need]) -> Lexicon:
    """Compile the data of ``words.yaml`` with ``alarms.yaml``, and the needs.

    Raises :class:`LexiconFault` for a line that cannot be read, naming list and line.
    """
    groups = {
        name: [line for text in by_language.values() for line in _lines(text)]
        for name, by_language in words["groups"].items()
    }
    compiler = _Compiler(groups)
    lines: list[Line] = []

    def add(family: str, owner: str, texts: Iterable[str]) -> None:
        same: dict[tuple[int, ...], Line] = {}
        for text in texts:
            for source in _lines(text):
                with _telling(source):
                    line = _compile_line(compiler, owner, source)
                known = same.get((line.first, *line.rest))
                if known is not None:
                    # A line of groups alone reads all languages at once: so must its bars.
                    line = structs.replace(
                        known,
                        barred=tuple(dict.fromkeys(known.barred + line.barred)),
                        window=max(known.window, line.window),
                    )
                same[line.first, *line.rest] = line
        for line in same.values():
            # Looked for by the rarest item: "he" stands in every message, "knife" does not.
            rest = sorted(line.rest, key=compiler.breadth)
            by_breadth = sorted((line.first, *rest), key=compiler.breadth)
            key = line.first if family == "sensitive" else by_breadth[0]
            by_breadth.remove(key)
            lines.append(structs.replace(
                line,
                rest=tuple(rest),
                family=family,
                begins=compiler.enough(line.first),
                key=compiler.enough(key),
                second=compiler.enough(by_breadth[0] if by_breadth else key),
                others=tuple(map(compiler.enough, by_breadth[1:])),
                beside=tuple(map(compiler.enough, rest)),
                unless=tuple(map(compiler.enough, line.barred)),
            ))  # fmt: skip

    catalogue = {need.id: need for need in needs}
    for need in catalogue.values():
        add("need", need.id, need.said.values())
    for family in ("alarm", "sensitive"):
        for owner, by_language in words[family].items():
            add(family, owner, by_language.values())
    lines.sort(key=lambda line: (line.family, -line.weight if line.family == "need" else 0))
    lines = [structs.replace(line, number=number) for number, line in enumerate(lines)]
    closed = compiler.closure()
    latin: list[tuple[str, bool, tuple[int, ...]]] = []
    cyrillic: list[tuple[str, bool, tuple[int, ...]]] = []
    loose: list[tuple[str, bool, tuple[int, ...]]] = []
    translit: list[tuple[str, bool, tuple[int, ...]]] = []
    for text, atom in compiler.atoms.items():
        stem = text.endswith("*")
        word = fold(text.rstrip("*"))
        items = closed[atom]
        if has_cyrillic(text):
            cyrillic.append((word, stem, items))
            translit.append((squash(word), stem, items))
        else:
            latin.append((word, stem, items))
            if len(word) >= 5:
                loose.append((squash(word), stem, items))
    close, wide = _indexed(compiler)
    asked = frozenset(compiler.groups.values()).union(
        *(enough for line in lines for enough in (line.begins, *line.beside, *line.unless))
    )
    tables = Tables(
        latin=_words(latin),
        cyrillic=_words(cyrillic),
        loose_latin=_words(loose),
        translit=_words(translit),
        close=close,
        wide=wide,
        joins=frozenset(
            item
            for phrase in compiler.phrases.values()
            for item in (phrase.first, *(then for then, _ in phrase.then))
        ),
        asked=asked,
        lines=_by_two(lines),
    )
    parents = {
        phrase.item: tuple(item for item in closed[phrase.item] if item in asked)
        for phrase in compiler.phrases.values()
    }
    return Lexicon(
        entries=entries(tables, transliterated=False),
        russian_entries=entries(tables, transliterated=True),
        parents=parents,
        phrase_lines={phrase: make_begun(tables, items) for phrase, items in parents.items()},
        lines=tuple(lines),
        families={
            family: (min(many), max(many) + 1)
            for family in ("need", "alarm", "sensitive")
            if (many := [line.number for line in lines if line.family == family])
        },
        groups=compiler.groups,
        needs=catalogue,
        names=frozenset(fold(name) for name in " ".join(words["names"].values()).split()),
    )


def _by_two(lines: Iterable[Line]) -> dict[int, dict[int, list[int]]]:
    """The lines by an item of their key and one that must stand with it."""
    found: dict[int, dict[int, list[int]]] = {}
    for line in lines:
        for item in line.key:
            of_item = found.setdefault(item, {})
            for second in line.second:
                of_item.setdefault(second, []).append(line.number * SENTENCES)
    return found


def _indexed(compiler: _Compiler) -> tuple[Pairs, Pairs]:
    """Phrases by first and second item: those side by side, and those with words between."""
    close: Pairs = {}
    wide: Pairs = {}
    for phrase in compiler.phrases.values():
        item, step = phrase.then[0]
        after = (close if step == 1 else wide).setdefault(phrase.first, {})
        after[item] = (*after.get(item, ()), phrase)
    return close, wide


def load_lexicon() -> Lexicon:
    """Read ``words.yaml``, ``alarms.yaml`` and ``needs.yaml`` of the programme and compile them.

    Raises :class:`ListFault` for a line that cannot be read, naming file and line.
    """
    words, alarms = (read_programme_yaml(name) for name in ("words.yaml", "alarms.yaml"))
    needs = [need for group in load_needs() for need in group.needs]
    groups = {**words["groups"], **alarms["groups"]}
    try:
        return compile_lexicon({**words, **alarms, "groups": groups}, needs)
    except LexiconFault as fault:
        raise ListFault.saying(_FILES, fault.source, str(fault)) from fault


_FILES = ("words.yaml", "alarms.yaml", "needs.yaml")
