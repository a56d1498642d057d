"""All there is to say of a draft: its script, texts and faults, and the edition that plays it."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from dialogs.check import check_languages, check_script
from dialogs.drafting import Draft
from dialogs.edition import NEEDS_FILE, Edition, compile_edition
from dialogs.faults import Fault
from dialogs.languages import FILE, load_languages
from dialogs.loader import Loaded, load_script
from dialogs.programme.facts import PROGRAMME_VALUES
from dialogs.programme.programme import Programme
from dialogs.script import Script
from dialogs.texts import (
    SOURCE,
    Catalogue,
    Texts,
    needs_entries,
    plural_of,
    same_names,
    script_entries,
)


class Compiled(Struct, frozen=True):
    """A draft as it can be shown and played: ``edition`` is None while faults prevent it."""

    draft: Draft
    loaded: Loaded
    texts: Texts
    edition: Edition | None
    faults: tuple[Fault, ...]

    @property
    def script(self) -> Script:
        """The script; a draft always has a good shape."""
        assert self.loaded.script is not None
        return self.loaded.script


def catalogues(draft: Draft, texts: Texts) -> list[Catalogue]:
    """The draft's translations, to lay over the product's."""
    languages = load_languages(draft.data.get(FILE)).languages
    found = []
    for language, said in draft.texts.items():
        below = texts.catalogues.get(language)
        listed = languages.get(language)
        header = plural_of(listed.plural).of if listed is not None else _one_form
        plural = below.plural if below is not None else header
        good, doubts = {}, {}
        for name, each in said.items():
            key = (name, each.english)
            strings = each.text if isinstance(each.text, str) else " ".join(each.text)
            if same_names(strings) - same_names(each.english) - {"n"}:
                doubts[key] = "placeholder_unknown"  # it would be filled in with nothing
            else:
                good[key] = each.text
        found.append(Catalogue(language, good, plural, doubts, frozenset(said)))
    return found


def _one_form(_: int) -> int:
    return 0


def compiled(draft: Draft, texts: Texts, programme: Programme) -> Compiled:
    """All there is to say of a draft. ``texts`` are the product's with all catalogues."""
    loaded = load_script(draft.source)
    listed = load_languages(draft.data.get(FILE))
    languages = listed.languages
    over = texts.over(catalogues(draft, texts))
    if NEEDS_FILE in programme.own:
        over = over.adding(needs_entries(programme.own[NEEDS_FILE], NEEDS_FILE))
    if loaded.script is None:
        return Compiled(draft, loaded, over, None, loaded.faults)
    own = over.following(loaded.script)
    faults = check_script(loaded.script, loaded.positions, own, PROGRAMME_VALUES, languages)
    faults += (*check_languages(loaded.script, own, languages), *listed.faults)
    faults += _unwritten(draft, loaded)
    edition: Edition | None
    try:
        edition = compile_edition(loaded, over, programme, languages)
    except Exception as error:  # noqa: BLE001 - told below unless the check told it already
        edition = None
        if not faults:
            fault = loaded.positions.fault(loaded.positions.value(()), "not_understood",
                                           key="", problem=str(error))  # fmt: skip
            faults = [fault]
    full = edition.texts if edition is not None else own.adding(
        script_entries(loaded.script, loaded.positions)
    )  # fmt: skip
    return Compiled(draft, loaded, full, edition, tuple(faults))


def _unwritten(draft: Draft, loaded: Loaded) -> Iterator[Fault]:
    """English texts in whose place another language's stands."""
    assert loaded.script is not None
    wanted = set(draft.waiting)
    for entry in script_entries(loaded.script, loaded.positions):
        if entry.name in wanted:
            place = loaded.positions.value(entry.at)
            yield loaded.positions.fault(
                place, "untranslated", language=SOURCE, text=entry.text[:60]
            )
