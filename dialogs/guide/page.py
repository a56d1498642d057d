"""The author's guide and the table of faults as Markdown pages, and the schema with its help.

Fields come from the models of a script, kinds from :data:`dialogs.script.Kind`, faults from the
texts they are told with, examples from ``example.yaml``, which the tests check, play and prove.
``python -m dialogs.guide.page`` writes the English pages beside this file.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel

from dialogs.conditions import TYPE_OF_KIND, Type
from dialogs.loader import load_script
from dialogs.programme.facts import PROGRAMME_VALUES
from dialogs.script import Choice, Constraint, Derived, Kind, Notice, Question, Script, Section
from dialogs.texts import Texts

FOLDER = Path(__file__).parent
EXAMPLE = FOLDER / "example.yaml"
PARTS: tuple[type[BaseModel], ...] = (
    Script, Notice, Derived, Section, Question, Choice, Constraint,
)  # fmt: skip
FORMS = frozenset(
    {"needs", "year", "month", "date", "time", "yes_no", "country", "place", "contact", "group"}
    | {"attachment"}
)
"""Kinds whose value is told by an own text; the others by their type."""
_TYPES = {Type.TEXT: "text", Type.NUMBER: "number", Type.LIST: "list", Type.FLAG: "text"}


def guide(texts: Texts, language: str) -> str:
    """The whole guide in one language, as Markdown."""

    def say(name: str, /, **args: object) -> str:
        return texts.say(language, f"guide:page.{name}", **args)

    rows = [f"# {say('title')}", "", f"*{say('made')}*", "", say("intro"), ""]
    rows += [f"## {say('parts')}", ""]
    for part in PARTS:
        rows += [f"### {part.__name__}", "", f"| {say('field')} | {say('meaning')} |", "|---|---|"]
        rows += [f"| {name} | {told} |" for name, told in _fields(part, texts, language)]
        rows.append("")
    rows += [f"## {say('kinds')}", ""]
    for kind in get_args(Kind):
        rows += [f"### `{kind}`", "", as_written(texts, language, f"guide:kind.{kind}")]
        rows += [_form(kind, texts, language), "", "```yaml", *_example(kind), "```", ""]
    rows += [f"## {say('conditions')}", "", say("conditions_intro"), "", say("values") + ":", ""]
    rows += [f"- `{name}`: {texts.say(language, f'guide:value.{name}')}"
             for name in PROGRAMME_VALUES]  # fmt: skip
    rows += ["", f"## {say('whole')}", "", "```yaml"]
    rows += [*EXAMPLE.read_text("utf-8").splitlines(), "```"]
    return "\n".join(rows) + "\n"


def _fields(part: type[BaseModel], texts: Texts, language: str) -> Iterator[tuple[str, str]]:
    """A model's fields with what each means and whether it is needed."""
    needed = texts.say(language, "guide:page.needed")
    for name, field in part.model_fields.items():
        told = as_written(texts, language, f"guide:{part.__name__.lower()}.{name}")
        yield f"`{name}`", f"{told} *({needed})*" if field.is_required() else told


def _form(kind: str, texts: Texts, language: str) -> str:
    """How conditions read an answer of this kind."""
    if kind in ("note", "story"):
        return texts.say(language, "guide:page.no_value")
    name = kind if kind in FORMS else _TYPES[TYPE_OF_KIND[kind]]  # type: ignore[index]
    form = texts.say(language, f"guide:form.{name}", id=_of_kind(kind).id)
    return texts.say(language, "guide:page.in_conditions", form=form)


def _of_kind(kind: str) -> Question:
    """The example's first question of a kind."""
    script = load_script(EXAMPLE).script
    assert script is not None
    return next(q for section in script.sections for q in section.questions if q.kind == kind)


def _example(kind: str) -> list[str]:
    """The lines of the example's question of a kind."""
    lines = EXAMPLE.read_text("utf-8").splitlines()
    start = lines.index(f"      - id: {_of_kind(kind).id}")
    end = start + 1
    while end < len(lines) and lines[end].startswith("        "):
        end += 1
    return textwrap.dedent("\n".join(lines[start:end])).splitlines()


def fault_codes(texts: Texts) -> list[str]:
    """Every fault there is, in the order in which the texts tell them."""
    names = (name.removeprefix("faults:") for name in texts.entries if name.startswith("faults:"))
    return [code for code in dict.fromkeys(name.partition(".")[0] for name in names)
            if code != "word"]  # fmt: skip


def fault_table(texts: Texts, languages: tuple[str, ...] = ()) -> str:
    """All faults in one table: the code, then what is wrong and what to do in each language."""
    spoken = languages or texts.languages
    codes = fault_codes(texts)
    head = texts.say("en", "guide:page.code")
    rows = [f"# {texts.say('en', 'guide:page.faults')}", ""]
    rows += [f"| {head} ({len(codes)}) | {' | '.join(spoken)} |", "|---" * (len(spoken) + 1) + "|"]
    for code in codes:
        told = (
            " ".join(as_written(texts, language, f"faults:{code}.{part}")
                     for part in ("message", "remedy"))
            for language in spoken
        )  # fmt: skip
        rows.append(f"| `{code}` | {' | '.join(told)} |")
    return "\n".join(rows) + "\n"


def as_written(texts: Texts, language: str, name: str) -> str:
    """A text with its placeholders as they are, on one line, fit for a table."""
    entry = texts.entries[name]
    found = texts.translation(language, name, entry.text)
    said = found if isinstance(found, str) else entry.text
    return " ".join(said.split()).replace("|", "\\|")


def schema(texts: Texts, language: str) -> dict[str, Any]:
    """The JSON Schema of scripts, its fields explained in this language."""
    made: dict[str, Any] = Script.model_json_schema()
    for part in PARTS:
        own = made if part is Script else made["$defs"][part.__name__]
        for name, field in own["properties"].items():
            own_text = f"guide:{part.__name__.lower()}.{name}"
            field["description"] = as_written(texts, language, own_text)
    return made


def main() -> None:
    """Write the pages."""
    texts = Texts.load()
    (FOLDER / "GUIDE.md").write_text(guide(texts, "en"), "utf-8")
    (FOLDER / "FAULTS.md").write_text(fault_table(texts), "utf-8")


if __name__ == "__main__":
    main()
