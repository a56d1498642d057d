"""The translator: English texts by name, and their translations from gettext catalogues.

A text's name is its gettext context. ``product:noted`` is the entry ``noted`` of
``texts/product.yaml``; ``return:country.text`` a field of a script; ``needs:rent_home.family``
one of the programme's data. The ``.po`` files are read as they are; nothing is compiled.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

from msgspec import Struct

from dialogs.faults import Fault
from dialogs.po_text import PoText, read_po
from dialogs.script import Question, Script
from dialogs.yaml_text import MOST_LIST_BYTES, At, Positions, read_yaml

LOCALES = Path(__file__).parent.parent / "locales"
TEXTS = Path(__file__).parent / "texts"
NEEDS = Path(__file__).parent / "programme" / "needs.yaml"
CATALOGUE = "majup"
SOURCE = "en"
FIRST = "lv"
"""The language that comes first wherever languages are listed."""

PLACEHOLDER = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")
"""The only thing a text may have filled in: a plain name. Other braces stay as they are."""

GERMANIC = "nplurals=2; plural=(n != 1);"
"""The plural header of a catalogue that has none: gettext's own."""

_HEADER = re.compile(r"\s*nplurals\s*=\s*([1-9])\s*;\s*plural\s*=\s*(.+?)\s*;?\s*")
_COUNTED = range(1001)


class Plural(Struct, frozen=True):
    """A plural header that was read: how many forms, and which one a count takes."""

    forms: int
    of: Callable[[int], int]


@cache
def plural_of(header: str) -> Plural:
    """Read a ``Plural-Forms`` header. Raises ValueError for one that cannot be used."""
    found = _HEADER.fullmatch(header)
    if found is None:
        raise ValueError("nplurals=N; plural=EXPRESSION;")
    forms = int(found[1])
    try:
        rule = gettext.c2py(found[2])
        wrong = [n for n in _COUNTED if not 0 <= rule(n) < forms]
    except (ZeroDivisionError, RecursionError, OverflowError) as error:
        raise ValueError(found[2][:60]) from error
    if wrong:
        raise ValueError(f"n={wrong[0]}: {rule(wrong[0])}, nplurals={forms}")
    return Plural(forms, rule)


class Entry(Struct, frozen=True):
    """A source text: ``other`` is the English plural where the text counts something by ``n``.

    ``at`` and ``line`` (from 1) are where it stands in its file, ``comments`` what its author
    tells translators.
    """

    name: str
    text: str
    other: str = ""
    at: At = ()
    line: int = 0
    comments: tuple[str, ...] = ()


class Catalogue(Struct, frozen=True):
    """One language's translations by (context, English text); one string, or its plural forms.

    ``doubts`` are those that are not used, with the reason: ``unclear_translation`` (marked
    fuzzy), ``placeholder_unknown``, ``plural_incomplete``. ``names`` are those that have any
    translation, were it of an older English text.
    """

    language: str
    texts: dict[tuple[str, str], str | tuple[str, ...]]
    plural: Callable[[int], int]
    doubts: dict[tuple[str, str], str] = {}
    names: frozenset[str] = frozenset()


class TextsError(Exception):
    """A text file or catalogue that cannot be read; the message is one line for a person."""


def placeholders(text: str) -> frozenset[str]:
    """The names a text wants filled in."""
    return frozenset(PLACEHOLDER.findall(text))


def same_names(text: str) -> frozenset[str]:
    """The names a text wants filled in, in small letters: ``{Item}`` is ``{item}`` at the
    beginning of a sentence, and each language begins its sentences with what it likes."""
    return frozenset(map(str.lower, placeholders(text)))


def filled(text: str, args: Mapping[str, object]) -> str:
    """The text with its ``{name}`` filled in; raises KeyError for a name without a value."""
    if "{" not in text:
        return text
    return PLACEHOLDER.sub(lambda found: str(args[found[1]]), text)


class _Template(Struct, frozen=True):
    """A text ready to be filled in: each of its forms, cut into text and names in turn.

    ``form`` says which form a count takes; None if it does not count.
    """

    forms: tuple[tuple[str, ...], ...]
    form: Callable[[int], int] | None = None


class Texts:
    """Every text by name in every language."""

    def __init__(
        self,
        entries: Iterable[Entry],
        catalogues: Iterable[Catalogue],
        behind: Mapping[str, tuple[str, ...]] | None = None,
    ) -> None:
        """``behind`` are the languages to look in, in order, for what a language lacks; English
        comes last in any case."""
        self.entries = {entry.name: entry for entry in entries}
        self.catalogues = {catalogue.language: catalogue for catalogue in catalogues}
        self.behind = behind or {}
        self._templates: dict[tuple[str, str], _Template] = {}
        """Texts said before, looked up and cut apart once; no more than there are."""

    @classmethod
    def load(cls, folder: Path = LOCALES, entries: Iterable[Entry] | None = None) -> Texts:
        """Read all catalogues of a folder, and the product's own texts unless given others.

        Raises :class:`TextsError` for a file that cannot be read.
        """
        files = sorted(folder.glob(f"*/LC_MESSAGES/{CATALOGUE}.po"))
        return cls(
            product_entries() if entries is None else entries,
            [read_catalogue(file, file.parent.parent.name) for file in files],
        )

    def over(self, catalogues: Iterable[Catalogue]) -> Texts:
        """These texts with other translations laid over: a script's own, say."""
        merged = dict(self.catalogues)
        for above in catalogues:
            below = merged.get(above.language)
            if below is None:
                merged[above.language] = above
                continue
            doubts = {key: code for key, code in below.doubts.items() if key not in above.texts}
            merged[above.language] = Catalogue(
                above.language,
                {**below.texts, **above.texts},
                below.plural,
                {**doubts, **above.doubts},
                below.names | above.names,
            )
        return Texts(self.entries.values(), merged.values(), self.behind)

    def following(self, script: Script) -> Texts:
        """These texts, where a question that got another id keeps its translations."""
        moved: dict[str, dict[tuple[str, str], str | tuple[str, ...]]] = {}
        for section in script.sections:
            for question in section.questions:
                for was in question.was:
                    for field, text, _ in question_texts(question):
                        now = f"{script.script}:{question.id}.{field}"
                        for language in self.catalogues:
                            found = self.translation(
                                language, f"{script.script}:{was}.{field}", text
                            )
                            if found and not self.translation(language, now, text):
                                moved.setdefault(language, {}).setdefault((now, text), found)
        return self.over(
            Catalogue(language, texts, self.catalogues[language].plural,
                      names=frozenset(name for name, _ in texts))
            for language, texts in moved.items()
        ) if moved else self  # fmt: skip

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages there are: Latvian first, English, the source, last."""
        others = sorted(self.catalogues.keys() - {FIRST, SOURCE})
        return (*(FIRST,) * (FIRST in self.catalogues), *others, SOURCE)

    def adding(self, entries: Iterable[Entry]) -> Texts:
        """These texts and more: a script's, say."""
        return Texts(
            [*self.entries.values(), *entries], self.catalogues.values(), self.behind
        )

    def falling_back(self, language: str, behind: tuple[str, ...]) -> Texts:
        """These texts, where what a language lacks comes in others, in this order."""
        made = Texts((), (), {**self.behind, language: behind})
        made.entries, made.catalogues = self.entries, self.catalogues
        return made

    def translation(self, language: str, context: str, msgid: str) -> str | tuple[str, ...] | None:
        """What the catalogue has, not filled in; None if nothing."""
        catalogue = self.catalogues.get(language)
        return catalogue.texts.get((context, msgid)) if catalogue else None

    def _spoken(
        self, language: str, context: str, msgid: str
    ) -> tuple[str, str | tuple[str, ...] | None]:
        """The first language, of this one and those behind it, that has a text, and its text."""
        found = self.translation(language, context, msgid)
        if found is not None or language == SOURCE:
            return language, found
        for each in self.behind.get(language, ()):
            found = self.translation(each, context, msgid)
            if found is not None or each == SOURCE:
                return each, found
        return SOURCE, None

    def get(self, language: str, context: str, msgid: str, /, **args: object) -> str:
        """This English text in this language, or in English, filled in.

        Raises KeyError if a placeholder has no value.
        """
        found = self._spoken(language, context, msgid)[1]
        return filled(found if isinstance(found, str) else msgid, args)

    def plural(
        self,
        language: str,
        context: str,
        one: str,
        other: str,
        n: int,
        /,
        **args: object,
    ) -> str:
        """This counted text in the form ``n`` asks for; ``{n}`` is filled in as well."""
        spoken, found = self._spoken(language, context, one)
        if isinstance(found, tuple):
            text = found[self.catalogues[spoken].plural(abs(n))]
        else:
            text = one if abs(n) == 1 else other
        return filled(text, {"n": n, **args})

    def whole(self, language: str, name: str) -> str | None:
        """The text of this name if it has nothing to be filled in; None before it was first said.

        Who knows that need not put the arguments into words.
        """
        template = self._templates.get((language, name))
        if template is None or template.form is not None or len(template.forms[0]) > 1:
            return None
        return template.forms[0][0]

    def say(self, language: str, name: str, /, **args: object) -> str:
        """The text of this name, in the form ``n`` asks for if it counts.

        Raises KeyError for an unknown name or a placeholder without a value.
        """
        template = self._templates.get((language, name))
        if template is None:
            template = self._templates[language, name] = self._template(language, name)
        if template.form is None:
            pieces = template.forms[0]
        else:
            n = args["n"]
            if not isinstance(n, int):
                raise TypeError(f"{name} counts: n must be a whole number")
            pieces = template.forms[template.form(abs(n))]
        if len(pieces) == 1:
            return pieces[0]
        said = list(pieces)
        said[1::2] = [str(args[piece]) for piece in pieces[1::2]]
        return "".join(said)

    def _template(self, language: str, name: str) -> _Template:
        entry = self.entries[name]
        spoken, found = self._spoken(language, name, entry.text)
        if not entry.other:
            text = found if isinstance(found, str) else entry.text
            return _Template((tuple(PLACEHOLDER.split(text)),))
        known = isinstance(found, tuple)
        forms = found if isinstance(found, tuple) else (entry.text, entry.other)
        form = self.catalogues[spoken].plural if known else _english
        return _Template(tuple(tuple(PLACEHOLDER.split(each)) for each in forms), form)


def _english(n: int) -> int:
    return int(n != 1)


def same_rule(one: str, other: str) -> bool:
    """Whether two plural headers count alike, however they are written. Raises ValueError."""
    a, b = plural_of(one), plural_of(other)
    return a.forms == b.forms and all(a.of(n) == b.of(n) for n in range(201))


def read_catalogue(file: Path, language: str) -> Catalogue:
    """One ``.po`` file. Unclear (fuzzy) and empty translations, and those that would fill in
    names the English text does not have, are left out. Raises :class:`TextsError`."""
    try:
        po = read_po(file.read_bytes(), str(file))
    except OSError as error:
        raise TextsError(f"{file}: {error.strerror or error}") from error
    return catalogue_of(po, language)


def catalogue_of(po: PoText, language: str, header: str = GERMANIC) -> Catalogue:
    """As :func:`read_catalogue`, of a ``.po`` file as it was read.

    ``header`` is the plural header of a file that has none.
    """
    if po.faults:
        first = po.faults[0]
        raise TextsError(f"{first.file}:{first.line}:{first.column}: {first.code}")
    try:
        plural = plural_of(po.header.get("plural-forms", header))
    except ValueError as error:
        raise TextsError(f"{po.file}: Plural-Forms: {error}") from error
    texts: dict[tuple[str, str], str | tuple[str, ...]] = {}
    doubts: dict[tuple[str, str], str] = {}
    for message in po.messages:
        strings = [message.strings[form] for form in sorted(message.strings)]
        if not any(strings):
            continue
        key = (message.name, message.text)
        names = same_names(f"{message.text} {message.other}")
        if message.fuzzy:
            doubts[key] = "unclear_translation"
        elif any(same_names(string) - names for string in strings):
            doubts[key] = "placeholder_unknown"
        elif not message.other:
            texts[key] = strings[0]
        elif len(strings) == plural.forms and all(strings):
            texts[key] = tuple(strings)
        else:
            doubts[key] = "plural_incomplete"
    return Catalogue(language, texts, plural.of, doubts, frozenset(name for name, _ in texts))


def text_entries(data: bytes | str, stem: str, file: str) -> tuple[list[Entry], list[Fault]]:
    """The entries of a text file: ``name: text``, ``name: {one: ..., other: ...}`` or names
    within names, which are joined by dots."""
    read = read_yaml(data, file)
    faults = list(read.faults)
    entries: list[Entry] = []

    def walk(value: object, at: At) -> None:
        name = f"{stem}:" + ".".join(map(str, at))
        comments = tuple(read.positions.comments(at)) if at else ()
        line = read.positions.key(at).line
        if isinstance(value, dict):
            if at and value.keys() == {"one", "other"}:
                one, other = str(value["one"]), str(value["other"])
                entries.append(Entry(name, one, other, at, line, comments))
            else:
                for key, inner in value.items():
                    walk(inner, (*at, key))
        elif isinstance(value, str) and value.strip() and at:
            entries.append(Entry(name, value.strip(), "", at, line, comments))
        else:
            key = str(at[-1]) if at else ""
            code = "empty_text" if value is None else "not_text"
            place = read.positions.value(at)
            faults.append(read.positions.fault(place, code, key=key, value=str(value)[:40]))

    if not faults:
        walk(read.value, ())
    return entries, faults


def needs_entries(data: bytes | str, file: str) -> list[Entry]:
    """The texts of the programme's needs: labels for families and staff, of needs and groups."""
    read = read_yaml(data, file, MOST_LIST_BYTES)
    groups = read.value.get("groups", ()) if isinstance(read.value, dict) else ()
    entries: list[Entry] = []

    def entry(name: str, text: str, at: At) -> None:
        line, comments = read.positions.key(at).line, read.positions.comments(at)
        entries.append(Entry(f"needs:{name}", text, "", at, line, tuple(comments)))

    for g, group in enumerate(groups):
        entry(f"{group['id']}.group", group["family"], ("groups", g, "family"))
        entry(f"{group['id']}.group_label", group["label"], ("groups", g, "label"))
        for n, need in enumerate(group["needs"]):
            for field in ("label", "family"):
                entry(f"{need['id']}.{field}", need[field], ("groups", g, "needs", n, field))
    return entries


def script_entries(script: Script, positions: Positions | None = None) -> Iterator[Entry]:
    """The texts of a script in the order they stand in it."""
    name = script.script

    def entry(context: str, text: str, *at: str | int) -> Entry:
        line = positions.key(at).line if positions else 0
        comments = tuple(positions.comments(at)) if positions else ()
        return Entry(f"{name}:{context}", text, "", at, line, comments)

    yield entry("title", script.title, "title")
    yield entry("welcome", script.welcome, "welcome")
    yield entry("notice.text", script.notice.text, "notice", "text")
    yield entry("notice.full", script.notice.full, "notice", "full")
    for s, section in enumerate(script.sections):
        where = ("sections", s)
        yield entry(f"section.{section.id}.title", section.title, *where, "title")
        yield entry(f"section.{section.id}.purpose", section.purpose, *where, "purpose")
        for q, question in enumerate(section.questions):
            for field, text, at in question_texts(question):
                yield entry(f"{question.id}.{field}", text, *where, "questions", q, *at)


def question_texts(question: Question) -> Iterator[tuple[str, str, At]]:
    """A question's texts: the name within the question, the text, the place within it."""
    for field in ("text", "why", "title", "again", "differently", "same", "purpose"):
        text = getattr(question, field)
        if text:
            yield field, text, (field,)
    for c, choice in enumerate(question.choices):
        yield f"{choice.id}.text", choice.text, ("choices", c, "text")
    for c, constraint in enumerate(question.constraints):
        yield f"rule{c + 1}.message", constraint.message, ("constraints", c, "message")


def product_entries(folder: Path = TEXTS, needs: Path = NEEDS) -> list[Entry]:
    """All entries of the text files of a folder, and of the programme's needs.

    Raises :class:`TextsError` if a file has a fault.
    """
    entries: list[Entry] = []
    for file in sorted(folder.glob("*.yaml")):
        found, faults = text_entries(file.read_bytes(), file.stem, str(file))
        if faults:
            first = faults[0]
            raise TextsError(f"{first.file}:{first.line}:{first.column}: {first.code}")
        entries += found
    if needs.exists():
        entries += needs_entries(needs.read_bytes(), str(needs))
    return entries


def product_texts(folder: Path = TEXTS) -> frozenset[str]:
    """The names of the product's own texts."""
    return frozenset(entry.name for entry in product_entries(folder))
