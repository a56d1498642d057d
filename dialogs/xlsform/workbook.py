"""A workbook's sheets as rows of texts, however hostile the file is.

Limits hold before anything is unpacked: a workbook is a zip archive, and what it says about the
size of its parts bounds what is read of them. XML entities are refused by defusedxml, which
openpyxl uses where it is installed; formulas are never calculated, only their last shown values
are read.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from io import BytesIO
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from msgspec import Struct
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

MOST_BYTES = 5 * 1024 * 1024
"""Size of a workbook: forms of a thousand questions in five languages stay under 1 MB."""
MOST_UNPACKED = 40 * 1024 * 1024
MOST_PARTS = 300
MOST_ROWS, MOST_COLUMNS = 5000, 80
MOST_CHARACTERS = 4000
"""Of one cell; a message has no more."""
SHEETS = ("survey", "choices", "settings")

_HEADER = re.compile(r"[\s_-]+")
_ALIASES = {
    "relevance": "relevant", "caption": "label", "value": "name", "calculate": "calculation",
    "constraint_msg": "constraint_message", "jr:constraintmsg": "constraint_message",
    "jr:requiredmsg": "required_message", "jr:count": "repeat_count", "count": "repeat_count",
    "id_string": "form_id", "title": "form_title", "list": "list_name", "readonly": "read_only",
    "list name": "list_name", "command": "type", "tag": "name",
}  # fmt: skip
"""Other names that pyxform takes for the same columns."""


class FormFault(Exception):
    """The file is no questionnaire at all; ``code`` and ``given`` make a text of xlsform.yaml."""

    def __init__(self, code: str, **given: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.given = given


class Row(Struct, frozen=True):
    """A row: its number as the sheet shows it, and its cells by column; empty cells are left out.

    Columns are in small letters with ``_`` between words; what stands after ``::`` is kept as it
    was written (``label::Latviešu (lv)``).
    """

    number: int
    cells: dict[str, str]

    def get(self, column: str) -> str:
        """The text of a cell, "" if it is empty."""
        return self.cells.get(column, "")


class Workbook(Struct, frozen=True):
    """The rows of the sheets that make a questionnaire."""

    survey: tuple[Row, ...]
    choices: tuple[Row, ...]
    settings: tuple[Row, ...]


def read_workbook(data: bytes) -> Workbook:
    """Read a workbook. Raises FormFault for whatever is not one or is too large."""
    _looked_at(data)
    try:
        book = load_workbook(BytesIO(data), read_only=True, data_only=True, keep_links=False)
        sheets = {
            name: tuple(_rows(book, name)) for name in SHEETS
        }
    except (InvalidFileException, zipfile.BadZipFile, DefusedXmlException, ParseError) as error:
        raise FormFault("not_a_workbook") from error
    except (KeyError, ValueError, TypeError, AttributeError, IndexError, EOFError, OSError,
            AssertionError, NotImplementedError, RuntimeError) as error:  # fmt: skip
        # openpyxl lets through whatever its parts stumble over in a damaged file.
        raise FormFault("not_a_workbook") from error
    if not sheets["survey"]:
        raise FormFault("no_survey")
    return Workbook(**sheets)


def _looked_at(data: bytes) -> None:
    """Whether the archive may be unpacked at all."""
    if len(data) > MOST_BYTES:
        raise FormFault("file_too_large", most=MOST_BYTES // 1024 // 1024)
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, EOFError, OSError, NotImplementedError) as error:
        raise FormFault("not_a_workbook") from error
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise FormFault("unpacks_too_large", most=MOST_UNPACKED // 1024 // 1024)
    if any(part.flag_bits & 1 for part in parts):
        raise FormFault("password")
    if "xl/workbook.xml" not in {part.filename for part in parts}:
        raise FormFault("not_a_workbook")


def _rows(book: Any, name: str) -> Iterator[Row]:
    """The rows of a sheet below its header; nothing if there is no such sheet."""
    found = next((each for each in book.sheetnames if each.strip().lower() == name), None)
    if found is None:
        return
    sheet = book[found]
    if not hasattr(sheet, "reset_dimensions"):  # a chart sheet
        return
    sheet.reset_dimensions()
    header: list[str] | None = None
    rows = sheet.iter_rows(max_row=MOST_ROWS + 1, max_col=MOST_COLUMNS, values_only=True)
    for number, values in enumerate(rows, 1):
        if number > MOST_ROWS:
            raise FormFault("too_many_rows", sheet=name, most=MOST_ROWS)
        texts = [_text(value) for value in values]
        if not any(texts):
            continue
        if header is None:
            header = [_column(text) for text in texts]
            continue
        cells: dict[str, str] = {}
        for column, text in zip(header, texts, strict=False):
            if column and text:
                cells.setdefault(column, text)
        if cells:
            yield Row(number, cells)


def _text(value: object) -> str:
    """A cell as text, as a person reads it in the sheet."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    # A no-break space comes along with what is pasted from a web page.
    return str(value).replace("\u00a0", " ").strip()[:MOST_CHARACTERS]


def _column(text: str) -> str:
    """A header as a column's name: "Label :: English (en)" is "label::English (en)"."""
    parts = [part.strip() for part in (text.split("::") if "::" in text else text.split(":", 1))]
    if parts[0].lower() in ("bind", "body", "jr", "media", "control") and len(parts) > 1:
        parts = [*(parts[1:] if parts[0].lower() != "jr" else [f"jr:{parts[1]}"])]
    name = _HEADER.sub("_", parts[0].strip().lower())
    name = _ALIASES.get(name, name)
    return "::".join([name, *(part for part in parts[1:] if part)][:2])
