"""A script with the files that stand beside it, as they are written; read to be checked.

``return.yaml`` is the script, ``return.de.po`` its German catalogue, ``languages.yaml`` the
languages. Everything is text here, so that it can come from a folder or from a page.
"""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from dialogs.faults import Fault
from dialogs.kept import Kept, inherited
from dialogs.languages import FILE, Languages, load_languages
from dialogs.loader import Loaded, load_script
from dialogs.po_text import read_po
from dialogs.texts import Catalogue, Texts, catalogue_of
from dialogs.translate import header_faults
from dialogs.yaml_text import MOST_BYTES


class ScriptFiles(Struct, frozen=True):
    """What an author wrote. ``file`` is what faults call the script; catalogues stand beside it.

    ``catalogues`` are ``.po`` texts by language, ``languages`` the text of ``languages.yaml``
    ("" for none: then those of the published revision hold, else the shipped ones).
    """

    source: bytes | str
    file: str = "script.yaml"
    catalogues: dict[str, bytes | str] = {}
    languages: bytes | str = ""


class ScriptRead(Struct, frozen=True):
    """A script as it was read, with what stands beside it.

    ``texts`` hold everything that is said: the product's, those inherited from the published
    revision, the script's own catalogues. ``own`` are these last. ``faults`` are those of the
    files themselves.
    """

    loaded: Loaded
    texts: Texts
    languages: Languages
    own: tuple[Catalogue, ...] = ()
    faults: tuple[Fault, ...] = ()


def files_at(path: Path) -> ScriptFiles | Fault:
    """A script file and the files beside it, or why one of them cannot be read."""
    reading = path
    try:
        source = _bytes(path)
        catalogues: dict[str, bytes | str] = {}
        for reading in sorted(path.parent.glob(f"{path.stem}.*.po")):
            catalogues[reading.stem.rpartition(".")[2]] = reading.read_bytes()
        reading = path.parent / FILE
        languages = _bytes(reading) if reading.is_file() else b""
    except OSError as error:
        reason = error.strerror or str(error)
        return Fault(str(reading), 0, 0, "cannot_read", {"reason": reason})
    return ScriptFiles(source, str(path), catalogues, languages)


def _bytes(path: Path) -> bytes:
    """A file's bytes, as far as a reader of YAML would go."""
    with path.open("rb") as file:
        return file.read(MOST_BYTES + 1)


def catalogue_file(script: str, language: str) -> str:
    """How a script's catalogue is called: "return.de.po" beside "return.yaml"."""
    return f"{script.removesuffix('.yaml').removesuffix('.yml')}.{language}.po"


def read_files(files: ScriptFiles, texts: Texts, held: Kept | None = None) -> ScriptRead:
    """Read a script and its files. Never raises.

    ``texts`` are the product's with all catalogues; ``held`` is the published
    revision: its translations and languages hold where the files have none of their own.
    """
    loaded = load_script(files.source, files.file)
    languages = files.languages or (held.languages if held else "")
    beside = str(Path(files.file).parent / FILE)
    found = load_languages(languages, beside if files.languages else FILE)
    if held:
        texts = texts.over(inherited(held, texts))
    faults = list(found.faults)
    own: list[Catalogue] = []
    for language in sorted(files.catalogues):
        name = catalogue_file(files.file, language)
        po = read_po(files.catalogues[language], name)
        known = found.languages.get(language)
        if known is None:
            faults.append(Fault(name, 0, 0, "language_unlisted", {"language": language}))
            continue
        broken = (*po.faults, *header_faults(po, known))
        faults += broken
        if not broken:
            own.append(catalogue_of(po, language, known.plural))
    texts = texts.over(own)
    shown = loaded.script or (loaded.rest.script if loaded.rest is not None else None)
    if shown is not None:
        texts = texts.following(shown)
    return ScriptRead(loaded, texts, found.languages, tuple(own), tuple(faults))
