"""Which languages there are, who may see them, and how complete each has to be for that.

A language is *draft* (nobody sees it), *partial* (for those who ask for it; what is not translated
comes in another language) or *full* (on the first screen). States are data: the shipped ones in
``programme/languages.yaml``, a programme's own in ``languages.yaml`` beside its script.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fnmatch import translate
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated, Literal

from msgspec import Struct
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from dialogs.faults import Fault, meant
from dialogs.loader import model_faults
from dialogs.recognise.fold import fold
from dialogs.texts import GERMANIC, Entry, TextsError, plural_of
from dialogs.yaml_text import YamlText, read_yaml

SHIPPED = Path(__file__).parent / "programme" / "languages.yaml"
FILE = "languages.yaml"
"""How the file beside a script is called."""
ENTRY = "language"
"""What the names of the languages' own names begin with ("language:lv"); no script is called so."""
LABEL = 32
"""Characters of a button (conversation-style 7)."""

State = Literal["draft", "partial", "full"]

Code = Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]
Word = Annotated[str, Field(min_length=1, max_length=40)]


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=False)


class Language(_Shape):
    """One language. See the head of ``programme/languages.yaml`` for what each field means."""

    id: Code
    name: Annotated[str, Field(min_length=1, max_length=LABEL)]
    state: State
    asked: tuple[Word, ...] = ()
    known_by: tuple[Word, ...] = ()
    fallback: Code | Literal[""] = ""
    plural: Annotated[str, Field(min_length=1, max_length=400)] = GERMANIC

    @property
    def words(self) -> tuple[str, ...]:
        """All that it is called."""
        return (self.name, *self.asked, self.id)


class LanguagesFile(_Shape):
    """A file of languages; ``must`` and ``shown`` stand in the shipped one only."""

    languages: Annotated[tuple[Language, ...], Field(min_length=1)]
    must: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()


class Languages:
    """The languages of a revision, in the order of their buttons.

    ``source`` is the text of the programme's own file, "" without one.
    """

    def __init__(
        self,
        languages: Iterable[Language],
        must: Iterable[str] = (),
        shown: Iterable[str] = (),
        source: str = "",
    ) -> None:
        self.all = tuple(languages)
        self.must = tuple(must)
        self.shown = tuple(shown)
        self.source = source
        self._by_id = {each.id: each for each in self.all}

    def get(self, language: str) -> Language | None:
        """The language of this code; None if there is none such."""
        return self._by_id.get(language)

    @cached_property
    def full(self) -> tuple[str, ...]:
        """The codes of those on the first screen."""
        return tuple(each.id for each in self.all if each.state == "full")

    @cached_property
    def offered(self) -> tuple[str, ...]:
        """The codes of those anybody may speak: full and partial."""
        return tuple(each.id for each in self.all if each.state != "draft")

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """The languages' names as texts ("language:lv"): the same in every language."""
        return tuple(Entry(f"{ENTRY}:{each.id}", each.name) for each in self.all)

    @cached_property
    def words(self) -> Mapping[str, tuple[str, ...]]:
        """What each offered language is called."""
        return {code: self._by_id[code].words for code in self.offered}

    @cached_property
    def _exact(self) -> dict[str, str]:
        return {
            fold(word): code for code, words in self.words.items() for word in words
            if len(word) > 2
        }  # fmt: skip

    def exactly(self, said: str) -> str:
        """The offered language that is all a text says ("latviski"); "" otherwise."""
        return self._exact.get(fold(said.strip(" .!")), "")

    def chain(self, language: str, second: str = "") -> tuple[str, ...]:
        """The languages to look in for what this one lacks: the fallback, the second picked."""
        known = self._by_id.get(language)
        found = (known.fallback if known else "", second)
        return tuple(dict.fromkeys(each for each in found if each and each != language))

    def written_in(self, said: Sequence[str]) -> str:
        """The offered language, beside those the recogniser knows, that a text shows by its words.

        ``said`` are these in small letters. At least three are the language's, and a quarter of
        all; "" otherwise.
        """
        scores = {
            code: sum(word in known for word in said)
            for code, known in self._known_by.items()
        }  # fmt: skip
        best = max(scores, key=scores.__getitem__, default="")
        return best if best and scores[best] >= 3 and scores[best] * 4 >= len(said) else ""

    @cached_property
    def _known_by(self) -> dict[str, frozenset[str]]:
        return {
            code: frozenset(map(str.lower, self._by_id[code].known_by))
            for code in self.offered
            if self._by_id[code].known_by
        }

    def required(self, script: str, state: State) -> Callable[[str], bool]:
        """Whether a text, by its name, has to be translated for a state."""
        patterns = {"draft": (), "partial": self.must, "full": self.shown}[state]
        wanted = "|".join(translate(each.replace("{script}", script)) for each in patterns)
        fits = re.compile(wanted or "(?!)").match
        return lambda name: fits(name) is not None

    def laid_over(self, own: LanguagesFile, source: str) -> Languages:
        """These with a programme's own in their place, each by its id; new ones come last."""
        theirs = {each.id: each for each in own.languages}
        kept = [theirs.pop(each.id, each) for each in self.all]
        return Languages((*kept, *theirs.values()), self.must, self.shown, source)

    def with_one(self, language: Language) -> Languages:
        """These with one in its place, or last if there is none of its code."""
        kept = [language if each.id == language.id else each for each in self.all]
        if language.id not in self._by_id:
            kept.append(language)
        return Languages(kept, self.must, self.shown, self.source)

    def fingerprint(self) -> bytes:
        """Bytes that change with anything a family could notice."""
        return b"\n".join(each.model_dump_json().encode() for each in self.all)


class LanguagesLoaded(Struct, frozen=True):
    """The languages as they were read, and the faults of the programme's own file.

    With faults the languages are the shipped ones.
    """

    languages: Languages
    faults: tuple[Fault, ...] = ()


@cache
def shipped() -> Languages:
    """The shipped languages. Raises TextsError if their file has a fault."""
    file, _, faults = _read(SHIPPED.read_bytes(), SHIPPED.name)
    if file is None or faults:
        where = f"{faults[0].line}:{faults[0].column}: {faults[0].code}" if faults else ""
        raise TextsError(f"{SHIPPED}:{where}")
    return Languages(file.languages, file.must, file.shown)


def load_languages(source: bytes | str | None, name: str = FILE) -> LanguagesLoaded:
    """The shipped languages with a programme's own laid over them; None: the shipped ones alone.

    ``source`` is the text of a ``languages.yaml``, ``name`` what faults call it. Never raises.
    """
    if source is None or not source.strip():
        return LanguagesLoaded(shipped())
    file, read, faults = _read(source, name)
    if file is None:
        return LanguagesLoaded(shipped(), faults)
    text = source if isinstance(source, str) else source.decode()
    made = shipped().laid_over(file, text)
    faults = (*faults, *_together(made, file, read))
    return LanguagesLoaded(shipped() if faults else made, faults)


def _read(
    source: bytes | str, name: str
) -> tuple[LanguagesFile | None, YamlText, tuple[Fault, ...]]:
    """A file of languages with its faults; None if its shape is wrong."""
    read = read_yaml(source, name)
    faults = list(read.faults)
    if not isinstance(read.value, dict):
        if not faults:
            faults.append(read.positions.fault(read.positions.value(()), "no_languages"))
        return None, read, tuple(faults)
    try:
        made = LanguagesFile.model_validate(read.value)
    except ValidationError as error:
        faults += model_faults(error, read, {"languages": Language}, LanguagesFile)
        return None, read, tuple(faults)
    return (None if faults else made), read, (*faults, *_single(made, read))


def _single(file: LanguagesFile, read: YamlText) -> Iterator[Fault]:
    """Faults of the languages of one file, each by itself."""
    seen: dict[str, int] = {}
    for n, language in enumerate(file.languages):
        at = ("languages", n)
        if language.id in seen:
            place = read.positions.value((*at, "id"))
            first = seen[language.id]
            yield read.positions.fault(place, "duplicate_id", id=language.id, first=first)
        seen.setdefault(language.id, read.positions.value((*at, "id")).line)
        try:
            plural_of(language.plural)
        except ValueError as error:
            place = read.positions.value((*at, "plural"))
            yield read.positions.fault(place, "bad_plural", problem=str(error)[:80])


def _together(made: Languages, own: LanguagesFile, read: YamlText) -> Iterator[Fault]:
    """Faults of the languages as they are together."""
    for n, language in enumerate(own.languages):
        if not language.fallback:
            continue
        place = read.positions.value(("languages", n, "fallback"))
        known = made.get(language.fallback)
        if known is None:
            codes = [each.id for each in made.all]
            yield read.positions.fault(
                place, "unknown_fallback", id=language.fallback, known=", ".join(codes),
                **meant(language.fallback, codes),
            )  # fmt: skip
        elif known.state != "full":
            yield read.positions.fault(place, "fallback_not_full", id=language.fallback)
    if not made.full:
        yield read.positions.fault(read.positions.key(("languages",)), "no_full_language")
    called = {fold(word): each.id for each in reversed(made.all) for word in each.words}
    for n, language in enumerate(own.languages):
        for word in language.words:
            other = called[fold(word)]
            if other != language.id:
                place = read.positions.value(("languages", n))
                yield read.positions.fault(
                    place, "language_word_twice", word=word, id=language.id, other=other
                )


def listed(source: str, language: Language) -> str:
    """The text of a programme's ``languages.yaml`` with this language put in or replaced.

    ``source`` is the text there is, "" for none; comments stay. Raises ValueError for a text that
    is no list of languages.
    """
    yaml = YAML()
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.width = 4096
    try:
        known = yaml.load(source) if source.strip() else {"languages": []}
        entries = known["languages"]
        ids = [entry["id"] for entry in entries]
    except (YAMLError, KeyError, TypeError) as error:
        raise ValueError(str(error)) from error
    row = language.model_dump(exclude_defaults=True) | {"plural": language.plural}
    row = {key: list(value) if isinstance(value, tuple) else value for key, value in row.items()}
    if language.id in ids:
        entry = entries[ids.index(language.id)]
        for gone in [key for key in entry if key not in row]:
            del entry[gone]
        entry.update(row)
    else:
        entries.append(row)
    out = io.StringIO()
    yaml.dump(known, out)
    return out.getvalue()
