"""``majup texts``: languages, and catalogues out to translators and back in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.exits import ENVIRONMENT, INPUT, USAGE

if TYPE_CHECKING:
    from dialogs.languages import Language
    from dialogs.script_files import ScriptFiles, ScriptRead
    from dialogs.texts import Texts

app = typer.Typer(
    no_args_is_help=True,
    help="Languages: how far each is, catalogues for translators, states.",
    rich_markup_mode=None,
)

Explain = Annotated[str, typer.Option(help="Language of what is told: lv, ru or en.")]
ScriptFile = Annotated[Path, typer.Option("--script", help="The script file they stand beside.")]


@app.command()
def coverage(
    script: Annotated[Path, typer.Argument(help="Script file.")],
    names: Annotated[bool, typer.Option("--names", help="Name what is missing.")] = False,
    explain: Explain = "en",
) -> None:
    """How far every language is."""
    from dialogs.translate import coverage as covered

    work = _Work(script, explain)
    for each in covered(work.whole, work.read.languages, work.id):
        said = {name: getattr(each, name) for name in
                ("language", "name", "percent", "done", "texts", "must_done", "must")}  # fmt: skip
        typer.echo(work.say("coverage", state=work.say(each.state), **said))
        for name in each.missing if names else ():
            typer.echo(f"  {'!' if name in each.must_missing else ' '} {name}")


@app.command()
def export(
    script: Annotated[Path, typer.Argument(help="Script file.")],
    language: Annotated[str, typer.Argument(help="Code of the language: de.")],
    into: Annotated[
        Path | None, typer.Option(help="File to write; else the catalogue is printed.")
    ] = None,
    explain: Explain = "en",
) -> None:
    """Write a language's catalogue for translators, necessary texts first."""
    from dialogs.translate import coverage as covered
    from dialogs.translate import wanted, written

    work = _Work(script, explain)
    of = work.language(language)
    entries = wanted(work.whole, work.read.languages, work.id)
    text = written(entries, work.whole, work.read.languages, of, work.id)
    if into is None:
        typer.echo(text, nl=False)
        return
    _write(into, text)
    missing = next(len(each.missing) for each in covered(work.whole, work.read.languages, work.id)
                   if each.language == of.id)  # fmt: skip
    typer.echo(work.say("exported", file=into, n=len(entries), missing=missing))


@app.command("import")
def import_(
    catalogue: Annotated[Path, typer.Argument(help="Catalogue of a translator (.po).")],
    script: ScriptFile,
    language: Annotated[str, typer.Option(help="Its language, if it does not say so.")] = "",
    explain: Explain = "en",
) -> None:
    """Take a translator's catalogue in, beside the script; tell what is not taken, and why.

    Exits with 1 if anything was not.
    """
    _bring(catalogue, script, language, explain, take=True)


@app.command()
def check(
    catalogue: Annotated[Path, typer.Argument(help="Catalogue of a translator (.po).")],
    script: ScriptFile,
    language: Annotated[str, typer.Option(help="Its language, if it does not say so.")] = "",
    explain: Explain = "en",
) -> None:
    """Look at a translator's catalogue and take nothing; exits with 1 for any fault."""
    _bring(catalogue, script, language, explain, take=False)


@app.command("language")
def language_(
    code: Annotated[str, typer.Argument(help="Code of the language: de.")],
    script: ScriptFile,
    state: Annotated[str, typer.Option(help="draft, partial or full.")] = "",
    name: Annotated[str, typer.Option(help="Its own name, for the button: Deutsch.")] = "",
    fallback: Annotated[str | None, typer.Option(help="Language of what it lacks.")] = None,
    plural: Annotated[str, typer.Option(help="Its header Plural-Forms.")] = "",
    asked: Annotated[list[str] | None, typer.Option(help="A word for it; several times.")] = None,
    explain: Explain = "en",
) -> None:
    """Add a language or change its state, in languages.yaml beside the script."""
    from dialogs.languages import FILE, Language, listed, load_languages

    work = _Work(script, explain)
    known = work.read.languages.get(code)
    if known is None and not name:
        raise work.fault("needs_name")
    row = known.model_dump() if known else {"id": code, "name": name, "state": "draft"}
    given = {"state": state, "name": name, "plural": plural, "asked": tuple(asked or ())}
    row |= {key: value for key, value in given.items() if value}
    if fallback is not None:
        row["fallback"] = fallback
    file = script.parent / FILE
    # Written as it was asked for, then read as every such file: the same faults, the same words.
    text = listed(work.own_languages, Language.model_construct(**row))
    faults = load_languages(text, str(file)).faults
    if faults:
        raise work.refused(*(fault.render(work.texts, explain) for fault in faults))
    _write(file, text)
    now = load_languages(text).languages.get(code)
    assert now is not None
    typer.echo(
        work.say("changed", language=code, name=now.name, state=work.say(now.state), file=file)
    )


class _Work:
    """A script with what stands beside it; ends the command with a line for a person if it
    cannot be read."""

    def __init__(self, script: Path, explain: str) -> None:
        from dialogs.script_files import ScriptFiles, files_at, read_files
        from dialogs.texts import Texts, TextsError, script_entries

        self.script = script
        self.explain = explain
        try:
            self.texts: Texts = Texts.load()
        except TextsError as error:
            typer.echo(f"majup: {error}", err=True)
            raise typer.Exit(ENVIRONMENT) from None
        if explain not in self.texts.languages:
            known = ", ".join(self.texts.languages)
            typer.echo(f"majup: no such language: {explain}; choose {known}", err=True)
            raise typer.Exit(USAGE)
        draft = files_at(script)
        if not isinstance(draft, ScriptFiles):
            raise self.refused(draft.render(self.texts, explain))
        self.files: ScriptFiles = draft
        self.read: ScriptRead = read_files(draft, self.texts)
        loaded = self.read.loaded
        faults = (*loaded.faults, *self.read.faults)
        if loaded.script is None or faults:
            raise self.refused(*(fault.render(self.texts, explain) for fault in faults))
        self.id = loaded.script.script
        self.whole = self.read.texts.adding(script_entries(loaded.script, loaded.positions))

    def say(self, text: str, /, **args: object) -> str:
        """A text of ``script:texts``."""
        return self.texts.say(self.explain, f"script:texts.{text}", **args)

    def fault(self, text: str, /, **args: object) -> typer.Exit:
        """One line for a person; the exit to raise."""
        typer.echo(f"majup: {self.say(text, **args)}", err=True)
        return typer.Exit(INPUT)

    @staticmethod
    def refused(*lines: str) -> typer.Exit:
        """Faults, one a line; the exit to raise."""
        for line in lines:
            typer.echo(line)
        return typer.Exit(INPUT)

    def language(self, code: str) -> Language:
        """The language of a code; else the command ends."""
        found = self.read.languages.get(code)
        if found is None:
            raise self.fault("no_language", language=code)
        return found

    @property
    def own_languages(self) -> str:
        """The text of ``languages.yaml`` beside the script; "" for none."""
        text = self.files.languages
        return text if isinstance(text, str) else text.decode()


def _bring(catalogue: Path, script: Path, language: str, explain: str, *, take: bool) -> None:
    """Look at a catalogue, and write what is in order beside the script if it is to be taken."""
    from dialogs.po_text import read_po
    from dialogs.script_files import catalogue_file
    from dialogs.texts import SOURCE
    from dialogs.translate import brought, joined, written

    work = _Work(script, explain)
    try:
        po = read_po(catalogue.read_bytes(), str(catalogue))
    except OSError as error:
        typer.echo(f"majup: {catalogue}: {error.strerror or error}", err=True)
        raise typer.Exit(INPUT) from None
    code = language or po.header.get("language", "")
    if not code and not po.faults:
        raise work.fault("which_language")
    if code == SOURCE:
        raise work.fault("english")
    if po.faults:
        lines = [fault.render(work.texts, explain) for fault in po.faults]
        raise work.refused(*lines, work.say("nothing"))
    of = work.language(code)
    found = brought(po, work.whole, of, work.id)
    for fault in found.faults:
        typer.echo(fault.render(work.texts, explain))
    if found.refused:
        raise work.refused(work.say("nothing"))
    if take and found.taken:
        own = next((each for each in work.read.own if each.language == code), None)
        now = joined(own, found.taken, of, work.texts)
        entries = [e for e in work.whole.entries.values() if (e.name, e.text) in now.texts]
        alone = type(work.whole)(entries, (now,))
        file = Path(catalogue_file(str(script), code))
        _write(file, written(entries, alone, work.read.languages, of, work.id, hints=False))
        typer.echo(work.say("taken", n=len(found.taken), file=file))
    elif take:
        typer.echo(work.say("nothing"))
    else:
        typer.echo(work.say("would_take", n=len(found.taken)))
    if found.empty:
        typer.echo(work.say("empty", n=found.empty))
    if found.faults:
        raise work.refused(work.say("refused", n=len(found.faults)))


def _write(file: Path, text: str) -> None:
    """Write a file whole or not at all."""
    beside = file.with_name(f".{file.name}.new")
    try:
        beside.write_text(text, "utf-8")
        beside.replace(file)
    except OSError as error:
        typer.echo(f"majup: {file}: {error.strerror or error}", err=True)
        raise typer.Exit(ENVIRONMENT) from None
