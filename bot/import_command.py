"""``majup script import``: a questionnaire of ODK or KoboToolbox becomes a script."""

from __future__ import annotations

from pathlib import Path

import typer

from dialogs.texts import Texts
from dialogs.xlsform.carry import Carried, carry
from dialogs.xlsform.survey import Remark
from dialogs.xlsform.workbook import MOST_BYTES, FormFault


def import_form(
    form: Path, into: Path | None, language: str, *, purpose: str, basis: str, force: bool
) -> int:
    """Read a workbook, write the script and its translations, tell what is different.

    Gives the exit code. Nothing is written if there is any fault, or over a file that is there.
    """
    from dialogs.edition import SCRIPTS
    from dialogs.loader import load_script

    texts = Texts.load()

    def say(name: str, /, **args: object) -> str:
        return texts.say(language, f"xlsform:{name}", **args)

    into = into or form.with_suffix(".yaml")
    shipped = load_script(SCRIPTS / "return.yaml").script
    assert shipped is not None
    try:
        with form.open("rb") as opened:
            data = opened.read(MOST_BYTES + 1)
        carried = carry(data, texts.following(shipped), shipped, purpose, basis)
    except FormFault as fault:
        typer.echo(f"{form}: {say(fault.code, **fault.given)}", err=True)
        return 1
    except OSError as error:
        reason = error.strerror or str(error)
        typer.echo(f"{form}: {say('no_such_file', reason=reason)}", err=True)
        return 1
    files = _files(into, carried)
    there = [file for file in files if file.exists()]
    if there and not force:
        typer.echo(say("exists", file=there[0]), err=True)
        return 1
    for file, text in files.items():
        file.write_text(text, encoding="utf-8")
    typer.echo(say("done", n=carried.questions, file=into))
    for file in list(files)[1:]:
        typer.echo(say("catalogue", file=file))
    if carried.remarks:
        typer.echo(say("not_carried", n=len(carried.remarks)))
        for remark in carried.remarks:
            typer.echo(f"  {told(remark, texts, language)}")
    else:
        typer.echo(say("carried_all"))
    typer.echo(say("check_next", file=into))
    return 0


def told(remark: Remark, texts: Texts, language: str) -> str:
    """A line of what could not be carried: "survey, row 7: ..."."""
    place = "place" if remark.row else "whole_sheet"
    where = texts.say(language, f"xlsform:{place}", sheet=remark.sheet, row=remark.row)
    given = {key: " ".join(text.split()) for key, text in remark.given.items()}
    return f"{where}: {texts.say(language, f'xlsform:{remark.code}', **given)}"


def _files(into: Path, carried: Carried) -> dict[Path, str]:
    """What is written, the script first."""
    found = {into: carried.yaml}
    for language, text in carried.catalogues.items():
        found[into.with_name(f"{into.stem}.{language}.po")] = text
    return found
