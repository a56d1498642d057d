"""A revision as it is kept: the script as its author wrote it, and its texts in every language.

Products' own texts and the programme's data are not kept with it: an upgrade of the service
brings newer ones, and is a new revision of the same script.
"""

from __future__ import annotations

import msgspec
from msgspec import Struct

from dialogs.edition import Edition, compile_edition
from dialogs.loader import load_script
from dialogs.programme.programme import Programme
from dialogs.script import Script
from dialogs.texts import SOURCE, Catalogue, Entry, Texts, script_entries


class Kept(Struct, frozen=True):
    """What the store holds of a revision.

    ``source`` is the script's YAML, ``texts`` its translations (language -> name -> text),
    ``fingerprint`` the hash of the programme's data it was published on.
    """

    source: str
    texts: dict[str, dict[str, str]]
    fingerprint: str


def keep(source: str, edition: Edition) -> bytes:
    """A revision as bytes for the store; ``source`` is the YAML the edition was made of."""
    entries = list(script_entries(edition.revision.script))
    texts = {
        language: translations(edition.texts, language, entries)
        for language in edition.texts.languages
        if language != SOURCE
    }
    return msgspec.json.encode(Kept(source, texts, edition.programme.fingerprint.hex()))


def translations(texts: Texts, language: str, entries: list[Entry]) -> dict[str, str]:
    """The translations of these entries that there are, by name."""
    found = {
        entry.name: texts.translation(language, entry.name, entry.text) for entry in entries
    }
    return {name: text for name, text in found.items() if isinstance(text, str)}


def read_kept(content: bytes) -> Kept:
    """What the store held. Raises ``msgspec.DecodeError`` for anything else."""
    return msgspec.json.decode(content, type=Kept)


def revive(content: bytes, texts: Texts, programme: Programme, revision: str = "") -> Edition:
    """The edition that was kept, on today's product and programme.

    ``texts`` are the product's with all catalogues, ``revision`` the id it is to have: the one
    it was published under ("": reckoned anew). Raises ``ScriptError`` if today's programme no
    longer has what the script asks for, ``msgspec.DecodeError`` for bytes that are no revision.
    """
    kept = read_kept(content)
    loaded = load_script(kept.source)
    own = _catalogues(kept, loaded.script, texts) if loaded.script is not None else []
    edition = compile_edition(loaded, texts.over(own), programme)
    if revision and revision != edition.id:
        renamed = msgspec.structs.replace(edition.revision, id=revision)
        edition = Edition(renamed, edition.texts, programme)
    return edition


def inherited(content: bytes, texts: Texts) -> list[Catalogue]:
    """A published revision's translations, for the texts a new draft still shares with it."""
    kept = read_kept(content)
    script = load_script(kept.source).script
    return [] if script is None else _catalogues(kept, script, texts)


def _catalogues(kept: Kept, script: Script, texts: Texts) -> list[Catalogue]:
    english = {entry.name: entry.text for entry in script_entries(script)}
    return [
        Catalogue(
            language,
            {(name, english[name]): text for name, text in said.items() if name in english},
            texts.catalogues[language].plural if language in texts.catalogues else _one_form,
            names=frozenset(said),
        )
        for language, said in kept.texts.items()
    ]


def _one_form(_: int) -> int:
    """A script's texts count nothing: one form is enough."""
    return 0
