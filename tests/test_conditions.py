"""Conditions: what they give, what they read, and how their faults are told."""

from __future__ import annotations

import time

import pytest

from dialogs.conditions import Condition, Problem, Type, Variables, literals

VARIABLES = Variables(
    {
        "country": Type.TEXT,
        "age": Type.NUMBER,
        "needs": Type.LIST,
        "eu": Type.FLAG,
        "answered_age": Type.FLAG,
    }
)


def compiled(expression: str) -> Condition:
    made = Condition.compile(expression, VARIABLES)
    assert isinstance(made, Condition), made
    return made


@pytest.mark.parametrize(
    ("expression", "values", "expected"),
    [
        ("country == 'GB'", {"country": "GB"}, True),
        ("country == 'GB'", {"country": "LV"}, False),
        ("country == 'GB'", {}, None),
        ("country == 'GB'", {"country": None}, None),
        ("country == 'GB' && age > 3", {"country": "LV"}, False),
        ("country == 'GB' || age > 3", {"age": 4}, True),
        ("country == 'GB' && age > 3", {"country": "GB"}, None),
        ("!answered_age || age > 3", {"answered_age": False}, True),
        ("'rent' in needs", {"needs": ["rent"]}, True),
        ("'rent' in needs", {"needs": ("rent",)}, True),
        ("'rent' in needs", {"needs": []}, False),
        ("needs.exists(n, n == 'rent')", {"needs": ["rent"]}, True),
        ("size(needs) > 1", {"needs": ["a", "b"]}, True),
        ("country == 'Šveice'", {"country": "Šveice"}, True),
        ("1 / age > 0", {"age": 0}, None),
        ("needs[3] == 'a'", {"needs": ["a"]}, None),
        ("country == 'GB'", {"country": 5}, None),
        ("eu", {"eu": True, "unused": object()}, True),
    ],
)
def test_holds_in_three_values(
    expression: str, values: dict[str, object], expected: bool | None
) -> None:
    assert compiled(expression).holds(values) is expected


@pytest.mark.parametrize(
    ("expression", "column", "code", "args"),
    [
        ("contry == 'GB'", 1, "unknown_name", {"name": "contry", "meant": "country"}),
        ("eu && agee > 3", 7, "unknown_name", {"name": "agee", "meant": "age"}),
        ("x.y == 1", 1, "unknown_name", {"name": "x.y"}),
        ("eu && today() > 3", 7, "unknown_function", {"name": "today"}),
        ("age == 'three'", 5, "wrong_types", {"sign": "==", "left": "@number", "right": "@text"}),
        ("'a' in country", 5, "wrong_types", {"sign": "in", "left": "@text", "right": "@text"}),
        ("country == 'a'\n&& age == ''", 23, "wrong_types", None),
        ("age", 1, "not_a_condition", {"type": "@number"}),
        ("age = 3", 5, "single_equals", {}),
        ("eu and age > 3", 4, "word_operator", {"word": "and", "operator": "&&"}),
        ("eu or age > 3", 4, "word_operator", {"word": "or", "operator": "||"}),
        ("not eu", 1, "word_operator", {"word": "not", "operator": "!"}),
        ("eu & age > 3", 4, "single_sign", {"sign": "&&"}),
        ("age <> 3", 6, "sign_order", None),
        ("country == “GB”", 12, "curly_quotes", {"quote": "“"}),
        ("country == 'GB", 12, "condition_quote", {}),
        ("(age > 3", 8, "condition_ends_early", {}),
        ("age > ", 6, "condition_ends_early", {}),
        ("age > 3 then 2", 9, "condition_grammar", {"near": "then"}),
        ("eu.x", 3, "no_fields", {}),
        ("(" * 60 + "eu" + ")" * 60, 1, "condition_too_complex", {}),
    ],
)
def test_faults_have_column_code_and_what_was_meant(
    expression: str, column: int, code: str, args: dict[str, str] | None
) -> None:
    made = Condition.compile(expression, VARIABLES)
    assert isinstance(made, tuple)
    assert (made[0].column, made[0].code) == (column, code)
    assert args is None or made[0].args == args


def test_all_unknown_names_are_told_at_once() -> None:
    made = Condition.compile("contry == 'a' && ag > 1 && nees == []", VARIABLES)
    assert isinstance(made, tuple)
    assert [problem.args["name"] for problem in made] == ["contry", "ag", "nees"]


def test_uses_are_the_names_read_and_no_more() -> None:
    assert compiled("country == 'age' && 'eu' in needs").uses == {"country", "needs"}
    assert compiled("true").uses == frozenset()


def test_a_derived_value_may_have_any_type() -> None:
    made = Condition.compile("age + 1", VARIABLES, None)
    assert isinstance(made, Condition)
    assert made.type is Type.NUMBER
    assert made.value({"age": 4}) == 5
    assert Condition.compile("{'a': 1}", VARIABLES, None) == (
        Problem(1, "wrong_result", {"type": "map<string, int>"}),
    )


def test_literals_have_their_columns() -> None:
    assert literals("country == 'GB' || country in [\"IE\"]") == [(12, "GB"), (32, "IE")]


HOSTILE = [
    "needs.exists(a, needs.exists(b, needs.exists(c, needs.exists(d, false))))",
    "needs.map(a, needs.map(b, needs.map(c, a + b + c))).size() > 0",
    "country.matches('^(a+)+$')",
    "[1,2,3,4,5,6,7,8,9].all(a, [1,2,3,4,5,6,7,8,9].all(b, [1,2,3,4,5,6,7,8,9].all(c, a+b+c>0)))",
]


@pytest.mark.parametrize("expression", HOSTILE)
def test_a_hostile_condition_ends_soon(expression: str) -> None:
    condition = compiled(expression)
    values = {"needs": ["x" * 30] * 62, "country": "a" * 4000 + "b"}
    began = time.perf_counter()
    condition.holds(values)
    assert time.perf_counter() - began < 0.25
