"""Texts for translators: Babel's extractors, and whether the catalogues keep up.

Babel finds the extractors through ``.ci/babel.cfg``. Every text is extracted with its name as
gettext context, so that two equal English sentences can be translated differently.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from dialogs.faults import Fault
from dialogs.limits import NEED, markup_fault
from dialogs.loader import load_script
from dialogs.po_text import read_po
from dialogs.texts import (
    CATALOGUE,
    SOURCE,
    Catalogue,
    Entry,
    Texts,
    needs_entries,
    same_names,
    script_entries,
    text_entries,
)

Extracted = tuple[int, str, tuple[str, ...], list[str]]
"""What Babel wants of an extractor: line, gettext function, its arguments, comments."""

COMPLETE = ("lv", "ru")
"""Languages in which every text must be there."""


def script(
    fileobj: BinaryIO, keywords: Any, comment_tags: Any, options: Any
) -> Iterator[Extracted]:
    """Extract a script (``dialogs/scripts/*.yaml``). Raises ValueError if it has faults."""
    return _extracted(entries_of(Path(fileobj.name), fileobj.read(), "script"))


def texts(fileobj: BinaryIO, keywords: Any, comment_tags: Any, options: Any) -> Iterator[Extracted]:
    """Extract a text file (``dialogs/texts/*.yaml``). Raises ValueError if it has faults."""
    return _extracted(entries_of(Path(fileobj.name), fileobj.read(), "texts"))


def needs(fileobj: BinaryIO, keywords: Any, comment_tags: Any, options: Any) -> Iterator[Extracted]:
    """Extract the programme's needs (``dialogs/programme/needs.yaml``)."""
    return _extracted(entries_of(Path(fileobj.name), fileobj.read(), "needs"))


def entries_of(file: Path, data: bytes, kind: str) -> list[Entry]:
    """The entries of a file of this kind: "script", "texts" or "needs"."""
    if kind == "needs":
        return needs_entries(data, file.name)
    if kind == "texts":
        entries, faults = text_entries(data, file.stem, file.name)
    else:
        loaded = load_script(data.decode(), file.name)
        faults = list(loaded.faults)
        entries = list(script_entries(loaded.script, loaded.positions)) if loaded.script else []
    if faults:
        first = faults[0]
        raise ValueError(f"{file}:{first.line}:{first.column}: {first.code}")
    return entries


def _extracted(entries: list[Entry]) -> Iterator[Extracted]:
    for entry in entries:
        if entry.other:
            arguments: tuple[str, ...] = (entry.name, entry.text, entry.other)
            yield entry.line, "npgettext", arguments, list(entry.comments)
        else:
            yield entry.line, "pgettext", (entry.name, entry.text), list(entry.comments)


def sources(folder: Path) -> Iterator[tuple[Path, list[Entry]]]:
    """Every file of a source tree whose texts are translated, with its entries."""
    dialogs = folder / "dialogs"
    for kind, files in (
        ("script", sorted((dialogs / "scripts").glob("*.yaml"))),
        ("texts", sorted((dialogs / "texts").glob("*.yaml"))),
        ("needs", sorted((dialogs / "programme").glob("needs.yaml"))),
    ):
        for file in files:
            yield file, entries_of(file, file.read_bytes(), kind)


def fresh(folder: Path) -> list[Fault]:
    """What keeps the catalogues of a source tree from being complete and up to date.

    Texts not translated, unclear, or filled in differently are told at the English text's line;
    what stands only in a catalogue, at that catalogue's. Raises ValueError for a source file
    with faults and TextsError for a catalogue that cannot be read.
    """
    locales = folder / "locales"
    read = Texts.load(locales, ())
    faults: list[Fault] = []
    known: set[tuple[str, str]] = set()
    for file, entries in sources(folder):
        name = str(file.relative_to(folder))
        for entry in entries:
            known.add((entry.name, entry.text))
            for language in COMPLETE:
                found = translation_fault(entry, read.catalogues.get(language))
                if found:
                    code, args = found
                    faults.append(Fault(name, entry.line, 1, code, {"language": language, **args}))
            for language in read.languages:
                said = read.translation(language, entry.name, entry.text) or entry.text
                for code, args in wording_faults(entry.name, said):
                    faults.append(Fault(name, entry.line, 1, code, {"language": language, **args}))
    for po in [
        locales / f"{CATALOGUE}.pot",
        *sorted(locales.glob(f"*/LC_MESSAGES/{CATALOGUE}.po")),
    ]:
        name = str(po.relative_to(folder))
        if not po.exists():
            faults.append(Fault(name, 0, 0, "cannot_read", {"reason": "no such file"}))
            continue
        keys = _keys(po)
        for key in sorted(keys.keys() - known):
            faults.append(Fault(name, keys[key], 1, "translation_unused", _named(key)))
        if po.suffix == ".pot":
            for key in sorted(known - keys.keys()):
                faults.append(Fault(name, 1, 1, "not_extracted", _named(key)))
    return faults


def wording_faults(
    name: str, said: str | tuple[str, ...]
) -> Iterator[tuple[str, dict[str, str | int]]]:
    """What is wrong with a text in any language: markup, and the length of a need's label."""
    for string in (said,) if isinstance(said, str) else said:
        tag = markup_fault(string)
        if tag is not None and not name.startswith("faults:"):
            yield "broken_markup", {"tag": tag}
        label = name.startswith("needs:") and name.endswith((".family", ".group"))
        if label and len(string) > NEED:
            yield "too_long", {"length": len(string), "most": NEED}


def main() -> None:
    """Print what :func:`fresh` finds in the source tree it is run in; exit with 1 if anything."""
    faults = fresh(Path())
    said = Texts.load()
    for fault in faults:
        print(fault.render(said, SOURCE))
    sys.exit(1 if faults else 0)


def _named(key: tuple[str, str]) -> dict[str, str | int]:
    return {"name": key[0], "text": key[1][:60]}


def _keys(po: Path) -> dict[tuple[str, str], int]:
    """The (context, English text) of a catalogue's messages with their lines."""
    read = read_po(po.read_bytes(), str(po))
    return {(message.name, message.text): message.line for message in read.messages}


def translation_fault(
    entry: Entry, catalogue: Catalogue | None
) -> tuple[str, dict[str, str | int]] | None:
    """What is wrong with a text's translation, as a fault's code and arguments; None if nothing."""
    if catalogue is None or catalogue.language == SOURCE:
        return None if catalogue else ("untranslated", {"text": entry.text[:60]})
    key = (entry.name, entry.text)
    if key in catalogue.doubts:
        return catalogue.doubts[key], {"text": entry.text[:60]}
    found = catalogue.texts.get(key)
    if found is None:
        stale = entry.name in catalogue.names
        return ("stale_translation" if stale else "untranslated"), {"text": entry.text[:60]}
    strings = (found,) if isinstance(found, str) else found
    wanted = same_names(f"{entry.text} {entry.other}") - {"n"}
    for string in strings:
        missing = wanted - same_names(string)
        if missing:
            return "placeholder_missing", {"name": min(missing), "text": string[:60]}
    return None


if __name__ == "__main__":
    main()
