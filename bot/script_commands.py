"""``majup script``: what the people who write scripts need on the command line."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from bot.exits import ENVIRONMENT, INPUT, USAGE, carry_out, settings

if TYPE_CHECKING:
    from bot.publishing import Desk
    from dialogs.edition import Edition

T = TypeVar("T")

app = typer.Typer(
    no_args_is_help=True, help="Check, try, prove and publish scripts.", rich_markup_mode=None
)


@app.command()
def check(
    paths: Annotated[list[Path], typer.Argument(help="Script files, or folders with scripts.")],
    against: Annotated[
        Path | None,
        typer.Option(help="Script that families have answered: edits that orphan answers."),
    ] = None,
    language: Annotated[
        str, typer.Option(help="Language in which faults are explained: lv, ru or en.")
    ] = "en",
) -> None:
    """Tell every fault of scripts, one a line; exit with 1 if there is any."""
    # Loaded here, so that commands which check nothing start sooner.
    from dialogs.check import check_paths
    from dialogs.loader import load_script
    from dialogs.texts import Texts, TextsError

    try:
        texts = Texts.load()
    except TextsError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(ENVIRONMENT) from None
    if language not in texts.languages:
        typer.echo(f"No such language: {language}. Choose {', '.join(texts.languages)}.", err=True)
        raise typer.Exit(USAGE)
    base = load_script(against) if against is not None else None
    if base is not None and base.script is None:
        for fault in base.faults:
            typer.echo(fault.render(texts, language))
        raise typer.Exit(INPUT)
    faults = check_paths(paths, texts, against=base.script if base is not None else None)
    for fault in faults:
        typer.echo(fault.render(texts, language))
    if faults:
        raise typer.Exit(INPUT)
    typer.echo(texts.say(language, "faults:word.clean"))


Language = Annotated[str, typer.Option(help="Language of what is told: lv, ru or en.")]


@app.command()
def schema(language: Language = "en") -> None:
    """Print the JSON Schema of scripts, for editors."""
    from dialogs.guide.page import schema as made
    from dialogs.texts import Texts

    texts = Texts.load()
    _known(texts.languages, language)
    typer.echo(json.dumps(made(texts, language), indent=2, ensure_ascii=False))


@app.command()
def guide(language: Language = "en") -> None:
    """Print the guide for those who write scripts: every field and kind, with examples."""
    from dialogs.guide.page import guide as made
    from dialogs.texts import Texts

    texts = Texts.load()
    _known(texts.languages, language)
    typer.echo(made(texts, language), nl=False)


@app.command()
def faults(
    language: Annotated[str, typer.Option(help="lv, ru or en; empty: all of them.")] = "",
) -> None:
    """Print the table of all faults that check can find, each with its remedy."""
    from dialogs.guide.page import fault_table
    from dialogs.texts import Texts

    texts = Texts.load()
    _known(texts.languages, *([language] if language else []))
    typer.echo(fault_table(texts, (language,) if language else ()), nl=False)


Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


@app.command()
def publish(
    path: Annotated[Path, typer.Argument(help="Script file.")],
    yes: Yes = False,
    language: Language = "en",
) -> None:
    """Publish a script: checked, rehearsed on every talk under way, confirmed."""
    from bot import publishing

    async def work(desk: publishing.Desk) -> bool:
        draft = publishing.files_of(desk, path)
        return await publishing.publish(desk, draft, None if yes else _confirm, publishing.who())

    if not _with_desk(work, language):
        raise typer.Exit(INPUT)


@app.command()
def rollback(
    revision: Annotated[str, typer.Argument(help="Revision; else the one before.")] = "",
    yes: Yes = False,
    language: Language = "en",
) -> None:
    """Let an earlier revision hold again."""
    from bot import publishing

    async def work(desk: publishing.Desk) -> bool:
        ask = None if yes else _confirm
        return await publishing.roll_back(desk, revision, ask, publishing.who())

    if not _with_desk(work, language):
        raise typer.Exit(INPUT)


@app.command("list")
def list_revisions(
    script: Annotated[str, typer.Argument(help="Script id; else all.")] = "",
    language: Language = "en",
) -> None:
    """What was published, when and by whom; the newest first."""
    from bot import publishing

    for row in _with_desk(lambda desk: publishing.listed(desk, script), language):
        typer.echo(row)


@app.command()
def diff(
    one: Annotated[str, typer.Argument(help="Revision, or a script file.")],
    other: Annotated[str, typer.Argument(help="Revision, or a script file.")],
    script: Annotated[str, typer.Option(help="Script id.")] = "return",
    language: Language = "en",
) -> None:
    """What is different between two revisions, in words."""
    from bot import publishing

    for row in _with_desk(lambda desk: publishing.differences(desk, one, other, script), language):
        typer.echo(row)


@app.command()
def prove(
    script: Annotated[str, typer.Argument(help="Script file, or a shipped script's id.")],
    language: Annotated[str, typer.Option(help="Language to play in, or all.")] = "all",
    explain: Annotated[str, typer.Option(help="Language of the sheet.")] = "en",
    into: Annotated[
        Path | None, typer.Option(help="Put the sheet between <!-- proof --> marks of this file.")
    ] = None,
) -> None:
    """Play a script through and print its proof sheet; exit with 1 if anything failed."""
    from dialogs.proof_sheet import inserted, proof_sheet
    from dialogs.prove import prove as proved

    edition = _edition(script, explain)
    spoken = () if language == "all" else (language,)
    _known(edition.texts.languages, explain, *spoken)
    proof = proved(edition, spoken)
    sheet = proof_sheet(edition, proof, explain)
    if into is None:
        typer.echo(sheet, nl=False)
    else:
        try:
            into.write_text(inserted(into.read_text("utf-8"), sheet), encoding="utf-8")
        except (OSError, ValueError) as error:
            typer.echo(f"majup: {into}: {error}", err=True)
            raise typer.Exit(INPUT) from None
    if not proof.holds:
        raise typer.Exit(INPUT)


@app.command()
def replay(
    script: Annotated[str, typer.Argument(help="Script file, or a shipped script's id.")],
    transcripts: Annotated[list[Path], typer.Argument(help="Recorded talks.")],
    against: Annotated[
        str, typer.Option(help="The script they were recorded with; else the shipped one.")
    ] = "",
    language: Language = "en",
) -> None:
    """Play recorded talks against a draft and show what differs; exit with 1 if anything does.

    A file holds one transcript, or many recordings one below the other.
    """
    from functools import partial

    from dialogs.recording import talks
    from dialogs.replay import replay as replayed

    edition = _edition(script, language)
    _known(edition.texts.languages, language)
    base = _edition(against or edition.revision.script.script, language)
    said = partial(edition.texts.say, language)
    played = differing = 0
    for file in transcripts:
        try:
            text = file.read_text("utf-8")
            recorded = list(talks(text)) or [text]
            results = [replayed(talk, edition, base) for talk in recorded]
        except (OSError, ValueError) as error:
            typer.echo(f"majup: {file}: {error}", err=True)
            raise typer.Exit(INPUT) from None
        for talk, result in zip(recorded, results, strict=True):
            played += 1
            outcome = "stopped" if result.stopped else "different" if result.lines else "same"
            name = str(file) if len(recorded) == 1 else f"{file} ({talk.splitlines()[0][2:]})"
            if outcome != "same" or len(recorded) == 1:
                args = {"reason": result.stopped} if result.stopped else {}
                typer.echo(said(f"script:replay.{outcome}", file=name, **args))
            for line in result.lines:
                typer.echo(line)
            differing += outcome != "same"
    typer.echo(said("script:replay.played", n=played, differing=differing))
    if differing:
        raise typer.Exit(INPUT)


@app.command()
def preview(
    script: Annotated[str, typer.Argument(help="Script file, or a shipped script's id.")],
    language: Annotated[str, typer.Option(help="Also one that is still a draft; empty asks.")] = "",
    at: Annotated[str, typer.Option(help="Question to begin at.")] = "",
    answer: Annotated[
        list[str] | None, typer.Option(help="What if: question=answer; several times.")
    ] = None,
) -> None:
    """Play a draft in the terminal at once, from the beginning or from a question."""
    from bot.preview_command import play
    from dialogs.preview import playable

    edition = _edition(script, language or "en")
    if language:
        _known(playable(edition.languages), language)
    raise typer.Exit(play(edition, language, at, answer or []))


@app.command("import")
def import_(
    form: Annotated[Path, typer.Argument(help="Questionnaire of ODK or KoboToolbox (.xlsx).")],
    into: Annotated[
        Path | None, typer.Option(help="Script to write; else the form's name with .yaml.")
    ] = None,
    purpose: Annotated[str, typer.Option(help="Why this is asked, for every section.")] = "",
    basis: Annotated[str, typer.Option(help="By what right, for every section.")] = "",
    force: Annotated[bool, typer.Option("--force", help="Write over what is there.")] = False,
    language: Language = "en",
) -> None:
    """Make a script of a questionnaire; tell, row by row, what could not be carried."""
    from bot.import_command import import_form
    from dialogs.texts import Texts

    _known(Texts.load().languages, language)
    code = import_form(form, into, language, purpose=purpose, basis=basis, force=force)
    raise typer.Exit(code)


def _confirm(question: str) -> bool:
    """Ask; no answer (the end of the input) is a no."""
    try:
        return typer.confirm(question)
    except typer.Abort:
        typer.echo("")
        return False


def _known(languages: tuple[str, ...], *wanted: str) -> None:
    """Exit with 2 for a language there is not."""
    for language in wanted:
        if language not in languages:
            typer.echo(f"No such language: {language}. Choose {', '.join(languages)}.", err=True)
            raise typer.Exit(USAGE)


def _edition(script: str, language: str) -> Edition:
    """The edition of a file or of a shipped script; its faults, one a line, and exit with 1."""
    from dialogs.edition import ScriptError, load_edition
    from dialogs.texts import Texts

    try:
        return load_edition(script)
    except ScriptError as error:
        texts = Texts.load()
        for fault in error.faults:
            typer.echo(fault.render(texts, language if language in texts.languages else "en"))
        raise typer.Exit(INPUT) from None


def _with_desk(work: Callable[[Desk], Awaitable[T]], language: str) -> T:
    """Carry out work on the store; faults of a script are told one a line, exit with 1."""
    from bot.office import utc_now
    from bot.publishing import Refused, opened

    async def whole() -> T:
        desk = await opened(settings(), utc_now, language)
        try:
            _known(desk.texts.languages, language)
            return await work(desk)
        finally:
            await desk.store.close()

    try:
        result: T = carry_out(whole())
    except Refused as refused:
        for line in refused.lines:
            typer.echo(line)
        raise typer.Exit(INPUT) from None
    return result
