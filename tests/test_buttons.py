"""Button tokens: within 64 bytes, bound to the chat, and nothing but what was signed."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.buttons import Buttons

BUTTONS = Buttons(b"k" * 32)

_owner = st.from_regex(r"[A-Za-z0-9_-]{1,12}", fullmatch=True)
_value = st.from_regex(r"[A-Za-z0-9_+.:@-]{0,30}", fullmatch=True)


@given(_owner, st.integers(0, 9999), _value, st.from_regex(r"-?[0-9]{1,15}", fullmatch=True))
def test_what_was_signed_is_read_again(owner: str, visit: int, value: str, address: str) -> None:
    token = BUTTONS.token(owner, visit, value, address)
    assert len(token.encode()) <= 64
    assert BUTTONS.read(token, address) == (owner, visit, value)
    assert BUTTONS.read(token, address + "1") is None
    assert Buttons(b"x" * 32).read(token, address) is None


@pytest.mark.parametrize(
    ("owner", "visit", "value"),
    [("", 1, "a"), ("o" * 13, 1, "a"), ("o", -1, "a"), ("o", 1_000_000, "a"), ("o", 1, "v" * 31),
     ("o", 1, "ā"), ("o", 1, "a|b"), ("a|b", 1, "c"), ("o" * 12, 100_000, "v" * 30),
     ("o", 1, "a b")],
)  # fmt: skip
def test_what_does_not_fit_is_refused(owner: str, visit: int, value: str) -> None:
    with pytest.raises(ValueError, match="not fit"):
        BUTTONS.token(owner, visit, value, "1")


@pytest.mark.parametrize("token", ["", "|||", "a|1|b|", "a|1|b|" + "A" * 14, "ā" * 20, "x" * 65,
                                   "a|1|b|AAAAAAAAAAAAAA\n"])  # fmt: skip
def test_foreign_text_is_no_token(token: str) -> None:
    assert BUTTONS.read(token, "1") is None


def test_buttons_of_a_message_are_signed_as_each_alone() -> None:
    values = ("yes", "no", "", "child_latvian@2")
    tokens = BUTTONS.tokens("c1042", 7, values, "-700")
    assert tokens == [BUTTONS.token("c1042", 7, value, "-700") for value in values]
    assert [BUTTONS.read(token, "-700") for token in tokens] == [
        ("c1042", 7, value) for value in values
    ]


def test_no_change_of_a_token_is_accepted() -> None:
    chance = random.Random(1)
    signs = "ABab01_+.:@-|"
    token = BUTTONS.token("conversation", 17, "child_latvian@2", "700")
    for _ in range(20_000):
        changed = list(token)
        for _ in range(chance.randint(1, 3)):
            at = chance.randrange(len(changed))
            match chance.randint(0, 2):
                case 0:
                    changed[at] = chance.choice(signs)
                case 1:
                    changed.insert(at, chance.choice(signs))
                case _:
                    del changed[at]
        text = "".join(changed)
        assert text == token or BUTTONS.read(text, "700") is None
