"""A revision as it is kept: the script as its author wrote it, and its texts in every language.

The product's own texts and the programme's data are not kept with it: an upgrade of the service
brings newer ones, and is a new revision of the same script. What a programme says otherwise, or in
a language the product does not have, is kept.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from dialogs.languages import load_languages
from dialogs.loader import load_script
from dialogs.texts import SOURCE, Catalogue, Entry, Texts, plural_of, script_entries

if TYPE_CHECKING:
    from dialogs.edition import Edition

Said = str | tuple[str, ...]


class Kept(Struct, frozen=True):
    """What the store holds of a revision.

    ``source`` is the script's YAML, ``texts`` its translations (language -> name -> text),
    ``fingerprint`` the hash of the programme's data it was published on. ``product`` are texts of
    the product as this programme translates them (language -> name -> English, translation),
    ``languages`` the programme's own ``languages.yaml``, "" for none; ``data`` its data files that
    are not the shipped ones (name -> YAML).
    """

    source: str
    texts: dict[str, dict[str, str]]
    fingerprint: str
    product: dict[str, dict[str, tuple[str, Said]]] = {}
    languages: str = ""
    data: dict[str, str] = {}


def keep(source: str, edition: Edition, product: Texts) -> bytes:
    """A revision as bytes for the store.

    ``source`` is the YAML the edition was made of, ``product`` the product's own texts with all
    its catalogues.
    """
    entries = list(script_entries(edition.revision.script))
    spoken = [each for each in edition.texts.languages if each != SOURCE]
    said = {entry.name for entry in entries}
    own = {language: _own(edition.texts, product, language, said) for language in spoken}
    kept = Kept(
        source,
        {language: translations(edition.texts, language, entries) for language in spoken},
        edition.programme.fingerprint.hex(),
        {language: said for language, said in own.items() if said},
        edition.languages.source,
        edition.programme.own,
    )
    return msgspec.json.encode(kept)


def translations(texts: Texts, language: str, entries: list[Entry]) -> dict[str, str]:
    """The translations of these entries that there are, by name."""
    found = {
        entry.name: texts.translation(language, entry.name, entry.text) for entry in entries
    }
    return {name: text for name, text in found.items() if isinstance(text, str)}


def _own(
    texts: Texts, product: Texts, language: str, script: Collection[str]
) -> dict[str, tuple[str, Said]]:
    """The texts beside the script's that this language has otherwise than the product itself."""
    found: dict[str, tuple[str, Said]] = {}
    for entry in texts.entries.values():
        if entry.name in script:
            continue
        said = texts.translation(language, entry.name, entry.text)
        if said is not None and said != product.translation(language, entry.name, entry.text):
            found[entry.name] = entry.text, said
    return found


def read_kept(content: bytes) -> Kept:
    """What the store held. Raises ``msgspec.DecodeError`` for anything else."""
    return msgspec.json.decode(content, type=Kept)


def inherited(kept: Kept, texts: Texts) -> list[Catalogue]:
    """A published revision's translations, as far as their English texts are still the same.

    ``texts`` are the product's with all catalogues.
    """
    script = load_script(kept.source).script
    english = {} if script is None else {e.name: e.text for e in script_entries(script)}
    languages = load_languages(kept.languages).languages
    found: list[Catalogue] = []
    for language in sorted({*kept.texts, *kept.product}):
        said: dict[tuple[str, str], Said] = {
            (name, english[name]): text
            for name, text in kept.texts.get(language, {}).items()
            if name in english
        }
        said |= {
            (name, text): own for name, (text, own) in kept.product.get(language, {}).items()
        }
        known = languages.get(language)
        if language in texts.catalogues:
            plural = texts.catalogues[language].plural
        else:
            plural = plural_of(known.plural).of if known else _one_form
        names = frozenset(name for name, _ in said)
        found.append(Catalogue(language, said, plural, names=names))
    return found


def _one_form(_: int) -> int:
    """Of a language nobody lists any more."""
    return 0
