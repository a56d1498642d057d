"""Drafts of the shipped script, each with one change an author could make."""

from __future__ import annotations

from functools import cache

from dialogs.edition import SCRIPTS, Edition, compile_edition
from dialogs.loader import load_script
from dialogs.programme.programme import Programme, load_programme
from dialogs.texts import Texts

SHIPPED = (SCRIPTS / "return.yaml").read_text("utf-8")

PETS = """      - id: pets
        kind: choice
        title: Pets
        text: Will a pet come along?
        when: children > 0
        choices:
          - {id: dog, text: A dog}
          - {id: cat, text: A cat}
          - {id: none, text: None}
"""
RADIUS_SENT = "          - {id: km20, text: Up to 20 km}\n"


def changed(old: str, new: str, source: str = SHIPPED) -> str:
    """The script's YAML with one passage replaced; the passage must be there once."""
    assert source.count(old) == 1, old
    return source.replace(old, new)


def without(question: str, source: str = SHIPPED) -> str:
    """The script's YAML without one question."""
    head, begin, rest = source.partition(f"      - id: {question}\n")
    assert begin
    lines = rest.splitlines(keepends=True)
    end = next(n for n, line in enumerate(lines)
               if line.startswith(("      - id:", "  - id:")) or not line.strip())  # fmt: skip
    return head + "".join(lines[end:])


ADULTS = "      - id: adults\n        kind: group\n"
ADDED = changed(ADULTS, PETS + ADULTS)
DELETED = without("age_band")
RENAMED = changed("      - id: local_tie\n", "      - id: tie\n        was: [local_tie]\n")
RENAMED = changed(
    "      - id: age_band\n", "      - id: age_group\n        was: [age_band]\n", RENAMED
)
RETYPED = changed(
    "      - id: radius\n        kind: choice\n", "      - id: radius\n        kind: text\n"
)
RETYPED = changed(
    RETYPED[RETYPED.index("        when: near\n") : RETYPED.index("  - id: reach\n")],
    "        when: near\n\n",
    RETYPED,
)
NO_CHOICE = changed("          - {id: domestic, text: In Latvia}\n", "")
for _old, _new in (
    ('        when: status != "domestic"\n', ""),
    (' && status != "domestic"', ""),
    ('status != "domestic" && ', ""),
    ('status == "domestic"', 'status == "back"'),
):
    NO_CHOICE = NO_CHOICE.replace(_old, _new)


@cache
def programme() -> Programme:
    """The programme's data, read once."""
    return load_programme()


@cache
def texts() -> Texts:
    """The product's texts, read once."""
    return Texts.load()


@cache
def draft(source: str = SHIPPED) -> Edition:
    """The edition of a script's YAML. Raises ScriptError."""
    return compile_edition(load_script(source), texts(), programme())
