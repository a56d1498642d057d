"""Telephone numbers, e-mail addresses and hours in an answer. No number belongs to anybody."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.recognise.contact import read_email, read_hours, read_phone


@pytest.mark.parametrize(
    ("text", "country", "expected"),
    [
        ("20000000", None, "+37120000000"),
        ("tel. 20 000 000", "GB", "+37120000000"),
        ("zvaniet +44 7700 900123", "LV", "+447700900123"),
        ("020 7946 0123", "GB", "+442079460123"),
        ("00371 20000000", "IE", "+37120000000"),
        ("010190-12345", None, None),
        ("nav telefona", "GB", None),
        ("2027", "LV", None),
        ("20000000", "XX", "+37120000000"),
    ],
)
def test_phone(text: str, country: str | None, expected: str | None) -> None:
    assert read_phone(text, country) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("vards@pasts.lv.", "vards@pasts.lv"),
        ("raksti: v.uzvards @ pasts.lv lūdzu", "v.uzvards@pasts.lv"),
        ("vards (at) pasts.lv", "vards@pasts.lv"),
        ("VARDS@Pasts.LV", "VARDS@pasts.lv"),
        ("a@b", None),
        ("@", None),
        ("nav", None),
    ],
)
def test_email(text: str, expected: str | None) -> None:
    assert read_email(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("18-20", (18, 20)), ("no 8 līdz 10", (8, 10)), ("после 18", (18, 21)),
        ("after 6pm", (18, 21)), ("from 9am to 5pm", (9, 17)), ("5-7pm", (17, 19)),
        ("с 18:00 до 20:00", (18, 20)), ("8.00–9.00", (8, 9)), ("vakaros", (18, 21)),
        ("утром", (8, 12)), ("any time", (8, 21)), ("līdz 12", (8, 12)), ("6 вечера", (18, 19)),
        ("nezinu", None), ("", None),
    ],
)  # fmt: skip
def test_hours(text: str, expected: tuple[int, int] | None) -> None:
    assert read_hours(text) == expected


@given(st.text(max_size=200))
def test_any_text_is_read_without_fault(text: str) -> None:
    hours = read_hours(text)
    assert hours is None or 0 <= hours[0] < hours[1] <= 24
    phone = read_phone(text, "GB")
    assert phone is None or phone.startswith("+")
    read_email(text)
