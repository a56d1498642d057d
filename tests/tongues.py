"""Programme folders with languages of their own, translated by rule instead of by people.

Every vowel gets a mark, so that a text shows in which language it came; placeholders, tags and
commands stay as they are, and lengths too.
"""

from __future__ import annotations

import re
from pathlib import Path

from dialogs.edition import Edition, edition_of
from dialogs.languages import Languages
from dialogs.script_files import ScriptFiles, files_at, read_files
from dialogs.texts import Catalogue, Entry, Texts, plural_of, script_entries
from dialogs.translate import written
from tests import drafts

KEPT = re.compile(r"\{[^}]*\}|<[^>]*>|/[a-z_]+|&[a-z]+;")
MARKS = {"de": "aäeëoöuü", "uk": "aаeеoоiі", "ltg": "aāeēiīoōuū"}


def said(text: str, language: str) -> str:
    """A text in a language, by rule."""
    table = str.maketrans(dict(zip(MARKS[language][::2], MARKS[language][1::2], strict=True)))
    parts, at = [], 0
    for kept in KEPT.finditer(text):
        parts += [text[at : kept.start()].translate(table), kept[0]]
        at = kept.end()
    return "".join((*parts, text[at:].translate(table)))


def whole() -> Texts:
    """The product's texts with those of the shipped script."""
    script = drafts.draft().revision.script
    return drafts.texts().adding(script_entries(script))


def forms(entry: Entry, language: str, count: int) -> tuple[str, ...]:
    """The plural forms of a text by rule; each says which one it is."""
    return tuple(f"{said(entry.other, language)} ({n})" for n in range(count))


def catalogue(
    language: str, languages: Languages, *, all_of_it: bool = False, without: tuple[str, ...] = ()
) -> str:
    """A ``.po`` file of the necessary texts of a language, or of all families can read."""
    of = languages.get(language)
    assert of is not None
    plural = plural_of(of.plural)
    wanted = languages.required("return", "full" if all_of_it else "partial")
    entries = [e for e in whole().entries.values() if wanted(e.name) and e.name not in without]
    texts: dict[tuple[str, str], str | tuple[str, ...]] = {
        (e.name, e.text): forms(e, language, plural.forms) if e.other else said(e.text, language)
        for e in entries
    }
    one = Texts(entries, [Catalogue(language, texts, plural.of)])
    return written(entries, one, languages, of, "return", hints=False)


def folder(path: Path, languages: str, **catalogues: str) -> Path:
    """A programme's folder: the shipped script, ``languages.yaml`` and catalogues by language."""
    path.mkdir(exist_ok=True)
    (path / "return.yaml").write_text(drafts.SHIPPED, "utf-8")
    (path / "languages.yaml").write_text(languages, "utf-8")
    for language, text in catalogues.items():
        (path / f"return.{language}.po").write_text(text, "utf-8")
    return path


def edition(path: Path) -> Edition:
    """The edition of a programme's folder."""
    draft = files_at(path / "return.yaml")
    assert isinstance(draft, ScriptFiles)
    return edition_of(read_files(draft, drafts.texts()), drafts.programme())
