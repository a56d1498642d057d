"""``majup cases``: what was stored, as an operator may see it."""

from __future__ import annotations

import csv
import io
import json
import sys
from typing import Any

import typer

from bot.office import utc_now
from bot.settings import InputFault, Settings
from storage import cases
from storage.store import Store
from storage.write import Case

COLUMNS = ("number", "region", "state", "urgent", "received", "due", "taken", "closed", "reason",
           "language", "status", "country", "municipality", "move_from", "move_to", "adults",
           "child_birth_years", "needs_first", "needs")  # fmt: skip
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""First characters that make a spreadsheet run a cell (OWASP ASVS 1.2.10): such a cell is text."""


def row(case: Case) -> dict[str, Any]:
    """One case as facts and codes; no free text, no story, no contact."""
    intake = case.intake
    found: dict[str, Any] = {
        "number": case.number,
        "region": case.region,
        "state": case.state,
        "urgent": case.urgent,
        "received": case.received_at.isoformat(timespec="minutes"),
        "due": case.due_on.isoformat() if case.due_on else "",
        "taken": case.taken_at.isoformat(timespec="minutes") if case.taken_at else "",
        "closed": case.closed_at.isoformat(timespec="minutes") if case.closed_at else "",
        "reason": case.reason,
    }
    if intake is not None:
        found |= {
            "language": intake.language,
            "status": intake.status,
            "country": intake.country,
            "municipality": [place.iso for place in intake.places],
            "move_from": intake.when.start if intake.when else "",
            "move_to": intake.when.end if intake.when else "",
            "adults": intake.adults,
            "child_birth_years": [child.birth_year for child in intake.children or ()],
            "needs_first": [need.id for need in intake.needs if need.top],
            "needs": [need.id for need in intake.needs if not need.top],
        }
    return found


async def _rows(settings: Settings) -> list[dict[str, Any]]:
    store = await Store.open(settings.database_url, settings.key_path, utc_now)
    try:
        return [row(case) async for case in cases.export(store)]
    finally:
        await store.close()


async def list_all(settings: Settings) -> None:
    """One line for each case."""
    for each in await _rows(settings):
        typer.echo(
            f"{each['number']}  {each['region'] or 'shared':<8}  {each['state']:<10}  "
            f"{each['urgent'] or '-':<13}  {each['received']}  due {each['due'] or '-'}"
        )


async def show(settings: Settings, number: int) -> None:
    """One case as JSON. Raises InputFault if there is none of this number."""
    found = [each for each in await _rows(settings) if each["number"] == number]
    if not found:
        raise InputFault(f"no case {number}")
    typer.echo(json.dumps(found[0], ensure_ascii=False, indent=2))


async def export(settings: Settings, form: str) -> None:
    """All cases as JSON or CSV to standard output."""
    rows = await _rows(settings)
    if form == "json":
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    elif form == "csv":
        typer.echo(as_csv(rows), nl=False)
    elif form == "xlsx":
        sys.stdout.buffer.write(as_xlsx(rows))
    else:
        raise InputFault(f"no format {form}; choose csv, xlsx or json")


def cell(value: object) -> str:
    """A value for a spreadsheet: lists joined, never a formula."""
    text = " ".join(str(each) for each in value) if isinstance(value, list) else str(value)
    text = "" if value is None else text
    return f"'{text}" if text.startswith(FORMULA) else text


def as_csv(rows: list[dict[str, Any]]) -> str:
    """Rows as CSV with a heading."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows([cell(each.get(name, "")) for name in COLUMNS] for each in rows)
    return out.getvalue()


def as_xlsx(rows: list[dict[str, Any]]) -> bytes:
    """Rows as a workbook; every cell is text or a number, never a formula."""
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False,
                                     "strings_to_urls": False})  # fmt: skip
    sheet = book.add_worksheet("cases")
    sheet.write_row(0, 0, COLUMNS)
    for line, each in enumerate(rows, 1):
        for column, name in enumerate(COLUMNS):
            value = each.get(name, "")
            if isinstance(value, int):
                sheet.write_number(line, column, value)
            else:
                sheet.write_string(line, column, cell(value).removeprefix("'"))
    book.close()
    return out.getvalue()
