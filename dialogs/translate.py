"""What translators do: a catalogue out, the same catalogue back in, and how far a language is.

A catalogue beside a script (``return.de.po``) holds what this programme says in a language: the
script's texts, and those of the product that the product itself does not have in it.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po
from msgspec import Struct

from dialogs.extract import translation_fault, wording_faults
from dialogs.faults import Fault
from dialogs.languages import Language, Languages, State
from dialogs.limits import NEED, most, text_faults
from dialogs.po_text import PoMessage, PoText
from dialogs.texts import FIRST, SOURCE, Catalogue, Entry, Texts, plural_of, same_names, same_rule
from dialogs.yaml_text import Place

Translations = dict[tuple[str, str], str | tuple[str, ...]]
"""(name, English text) -> the translation, or its plural forms."""


HEAD = """\
# {language.name} ({language.id}): what families read in the script "{script}".
msgid ""
msgstr ""
"Project-Id-Version: majup\\n"
"Language: {language.id}\\n"
"Plural-Forms: {language.plural}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


class Coverage(Struct, frozen=True):
    """How far a language is.

    ``texts`` are those families can come to read, ``done`` how many of them are translated and in
    order; ``must`` and ``must_done`` the same of those without which nobody may see the language.
    ``missing`` and ``must_missing`` are the names of the others.
    """

    language: str
    name: str
    state: State
    texts: int
    done: int
    must: int
    must_done: int
    missing: tuple[str, ...]
    must_missing: tuple[str, ...]

    @property
    def percent(self) -> int:
        """Whole percent done, rounded down: 100 means all."""
        return self.done * 100 // self.texts if self.texts else 100

    @property
    def lacking(self) -> tuple[str, ...]:
        """The names of the texts that its state asks for and that it lacks."""
        return {"draft": (), "partial": self.must_missing, "full": self.missing}[self.state]


def coverage(texts: Texts, languages: Languages, script: str) -> tuple[Coverage, ...]:
    """How far each language is, for a script by its id. ``texts`` hold the script's own too."""
    shown, must = (languages.required(script, state) for state in ("full", "partial"))
    necessary = {name for name in texts.entries if must(name)}
    names = [name for name in texts.entries if name in necessary or shown(name)]
    return tuple(_coverage(texts, each, names, necessary) for each in languages.all)


def _coverage(
    texts: Texts, language: Language, names: list[str], necessary: set[str]
) -> Coverage:
    catalogue = texts.catalogues.get(language.id)
    missing = [
        name
        for name in names
        if language.id != SOURCE and translation_fault(texts.entries[name], catalogue)
    ]
    needed = [name for name in missing if name in necessary]
    return Coverage(
        language.id,
        language.name,
        language.state,
        len(names),
        len(names) - len(missing),
        len(necessary),
        len(necessary) - len(needed),
        tuple(missing),
        tuple(needed),
    )


def wanted(texts: Texts, languages: Languages, script: str) -> list[Entry]:
    """The texts a translator works on: the necessary ones first, else in the order they stand."""
    shown, must = (languages.required(script, state) for state in ("full", "partial"))
    entries = [each for each in texts.entries.values() if shown(each.name) or must(each.name)]
    return sorted(entries, key=lambda entry: not must(entry.name))


def written(
    entries: Iterable[Entry],
    texts: Texts,
    languages: Languages,
    language: Language,
    script: str,
    *,
    hints: bool = True,
) -> str:
    """A catalogue for translators: these texts with the translations there are.

    With ``hints`` each text says what its author tells translators, how long it may be, whether
    it is necessary, and how Latvian says it, for Latvian is what counts.
    """
    must = languages.required(script, "partial")
    catalog = Catalog(charset="utf-8", fuzzy=False)
    # Babel's own header for a locale is not always right (Latgalian, zero in Latvian).
    catalog.mime_headers = [("Plural-Forms", language.plural)]
    forms = plural_of(language.plural).forms
    for entry in entries:
        found = texts.translation(language.id, entry.name, entry.text)
        hint = _hints(entry, texts, language.id, script, must(entry.name)) if hints else ()
        ids = (entry.text, entry.other) if entry.other else entry.text
        empty: str | tuple[str, ...] = ("",) * forms if entry.other else ""
        fits = isinstance(found, tuple) == bool(entry.other) and (
            not isinstance(found, tuple) or len(found) == forms
        )
        catalog.add(
            ids, found if found and fits else empty, context=entry.name, auto_comments=hint
        )
    out = io.BytesIO()
    write_po(out, catalog, width=0, omit_header=True)
    return HEAD.format(language=language, script=script) + out.getvalue().decode()


def _hints(entry: Entry, texts: Texts, language: str, script: str, must: bool) -> Iterator[str]:
    yield from entry.comments
    if must:
        yield "Necessary: without it nobody sees this language."
    prefix, _, name = entry.name.partition(":")
    if prefix == script and name != "notice.full":
        yield f"At most {most(name)} characters."
    if prefix == "needs":
        yield f"At most {NEED} characters."
    if language != FIRST:
        found = texts.translation(FIRST, entry.name, entry.text)
        for each in (found,) if isinstance(found, str) else found or ():
            yield f"{FIRST}: {' '.join(each.split())}"


class Brought(Struct, frozen=True):
    """What a translator's catalogue brings.

    ``taken`` are its translations that are in order, ``faults`` say why others are not, each at
    its place. ``empty`` is how many texts it leaves untranslated. With faults of the whole file
    (``refused``) nothing is taken.
    """

    taken: Translations
    faults: tuple[Fault, ...] = ()
    empty: int = 0
    refused: bool = False


def brought(po: PoText, texts: Texts, language: Language, script: str) -> Brought:
    """Look at every translation of a catalogue. ``texts`` hold the script's own too."""
    faults = [*po.faults, *header_faults(po, language)]
    if faults:
        return Brought({}, tuple(faults), refused=True)
    taken: Translations = {}
    empty = 0
    for message in po.messages:
        if not any(message.strings.values()):
            empty += 1
            continue
        found = list(_message_faults(message, po.file, texts, language, script))
        if found:
            faults += found
        else:
            strings = tuple(message.strings[form] for form in sorted(message.strings))
            taken[message.name, message.text] = strings if message.other else strings[0]
    return Brought(taken, tuple(faults), empty)


def header_faults(po: PoText, language: Language) -> Iterator[Fault]:
    """What the head of a catalogue says of its language and plural forms, where it is wrong."""
    code = po.header.get("language", language.id)
    if code and code != language.id:
        args: dict[str, str | int] = {"given": code[:20], "language": language.id}
        yield Fault(po.file, 1, 1, "po_language", args)
    given = po.header.get("plural-forms", "")
    try:
        same = not given or same_rule(given, language.plural)
    except ValueError:
        same = False
    if not same:
        yield Fault(po.file, 1, 1, "po_plural", {"given": given, "header": language.plural})


def _message_faults(
    message: PoMessage, file: str, texts: Texts, language: Language, script: str
) -> Iterator[Fault]:
    """Why a translation cannot be taken; each fault at the string it is in."""
    begin = Place(message.line, 1)

    def fault(code: str, form: int | None = None, **args: str | int) -> Fault:
        place = begin if form is None else message.places.get(form, begin)
        return Fault(file, place.line, place.column, code, {"language": language.id, **args})

    shown = message.text[:60]
    entry = texts.entries.get(message.name)
    if entry is None:
        yield fault("po_unknown", name=message.name or "–", text=shown)
        return
    if (entry.text, entry.other) != (message.text, message.other):
        yield fault("stale_translation", text=shown)
        return
    if message.fuzzy:
        yield fault("unclear_translation", text=shown)
        return
    forms = plural_of(language.plural).forms if entry.other else 1
    if sorted(message.strings) != list(range(forms)) or not all(message.strings.values()):
        yield fault("plural_incomplete", text=shown)
        return
    names = same_names(f"{entry.text} {entry.other}")
    own = message.name.partition(":")[2] if message.name.startswith(f"{script}:") else ""
    for form, string in sorted(message.strings.items()):
        # One child, one day: a form for exactly one thing may leave its number out.
        missing = names - {"n"} - same_names(string)
        if missing:
            yield fault("placeholder_missing", form, name=min(missing), text=string[:60])
        if same_names(string) - names:
            yield fault("placeholder_unknown", form, text=shown)
        if own:
            for code, args in text_faults(own, string):
                yield fault(code, form, **args)
        else:
            for code, args in wording_faults(message.name, string):
                yield fault(code, form, **args)


def joined(
    kept: Catalogue | None, taken: Translations, language: Language, product: Texts
) -> Catalogue:
    """A language's catalogue beside a script, with what a translator brought.

    What ``product`` says the same way itself is left to it.
    """
    now = {**(kept.texts if kept else {}), **taken}
    own = {
        key: said for key, said in now.items()
        if product.translation(language.id, *key) != said
    }  # fmt: skip
    plural = plural_of(language.plural).of
    return Catalogue(language.id, own, plural, names=frozenset(name for name, _ in own))
