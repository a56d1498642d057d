"""All faults at once: what is wrong in one place hides nothing in another, and invents nothing."""

from __future__ import annotations

import pytest

from dialogs.check import check_read
from dialogs.faults import Fault
from dialogs.script_files import ScriptFiles, read_files
from dialogs.texts import Texts
from tests.drafts import SHIPPED

TEXTS = Texts.load()


def checked(source: str) -> list[Fault]:
    """Every fault of this script."""
    return check_read(read_files(ScriptFiles(source, "return.yaml"), TEXTS))


def changed(*changes: tuple[str, str]) -> str:
    """The shipped script, each change made once."""
    source = SHIPPED
    for old, new in changes:
        assert old in source, old
        source = source.replace(old, new, 1)
    return source


SHAPES = (
    # What is written instead, and the one fault that is told of it.
    ("kind: country", "kind: countri", "unknown_kind"),
    ("kind: country", "kind: zzzzzz", "unknown_kind"),
    ("        required: true", '        required: "ja"', "not_true_or_false"),
    ("        required: true", "        requird: true", "unknown_key"),
    ("    purpose: To find the right", "    # To find the right", "no_purpose"),
    ("    retention: case", "    retention: cases", "unknown_value"),
    ("title: You live in", "title: [You, live in]", "block_for_text"),
    ("title: You live in", "title:", "empty_text"),
    ("- id: country\n", "- id: Country land\n", "bad_id"),
    ("most: 3", "most: many", "not_a_number"),
    ("  version: 1", "  version: 0", "number_too_small"),
)


@pytest.mark.parametrize(("old", "new", "code"), SHAPES)
def test_a_fault_of_shape_brings_no_others_along(old: str, new: str, code: str) -> None:
    assert [fault.code for fault in checked(changed((old, new)))] == [code]


@pytest.mark.parametrize(("old", "new", "code"), SHAPES)
def test_a_fault_of_shape_hides_no_others(old: str, new: str, code: str) -> None:
    other = (
        ('when: status == "domestic"', 'when: statuss == "domestic"'),
        ("text: How many rooms do you need at least?", "text: How many rooms, {name}?"),
    )
    found = {fault.code for fault in checked(changed((old, new), *other))}
    expected = {code, "unknown_name", "unknown_placeholder"}
    if code == "bad_id":  # a name nobody has may be that of the question without a good one
        expected.remove("unknown_name")
    assert expected <= found


def test_a_condition_that_says_nothing_hides_no_others() -> None:
    source = changed(
        ('when: status == "domestic"', 'when: statuss == "domestic"'),
        ("when: undecided", 'when: status == "abroda"'),
        ("value: country in", "value: contry in"),
    )
    codes = [fault.code for fault in checked(source)]
    assert codes.count("unknown_name") == 2 and "impossible_value" in codes
