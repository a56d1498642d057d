"""Orders become Bot API calls: what is in them, how long texts are cut, what is refused before.

The judge of every text is the fake server's own HTML parser.
"""

from __future__ import annotations

import html
import re
import unicodedata
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.channel import DeliveryError, Gone, Key, Missing, Order, Refused
from bot.channels.telegram import BOARD_KEYS, ROW_KEYS, bad_request, call, menu_calls, menu_state
from bot.channels.telegram_text import PART_LIMIT, parts, units
from tests.telegram import html as judge

YES = Key("Jā", "token-1")
NO = Key("Nē", "token-2")
SITE = Key("Lapa", url="https://example.org/?a=1&b=2")
WORDS = {"parse_mode": "HTML", "link_preview_options": {"is_disabled": True}}
BOARD = {
    "inline_keyboard": [
        [{"text": "Jā", "callback_data": "token-1"}, {"text": "Nē", "callback_data": "token-2"}],
        [{"text": "Lapa", "url": "https://example.org/?a=1&b=2"}],
    ]
}
LONG = "\n\n".join(f"{n}. " + "Vārds bija pirmais. " * 40 for n in range(14))


@pytest.mark.parametrize(
    ("order", "calls"),
    [
        (
            Order("send", "<b>Labdien</b>"),
            [("sendMessage", {"chat_id": 7, "text": "<b>Labdien</b>", **WORDS})],
        ),
        (
            Order("send", "Jā?", rows=((YES, NO), (SITE,)), silent=True),
            [
                (
                    "sendMessage",
                    {
                        "chat_id": 7,
                        "text": "Jā?",
                        **WORDS,
                        "reply_markup": BOARD,
                        "disable_notification": True,
                    },
                )
            ],
        ),
        (
            Order("edit", "Jā!", rows=((YES, NO), (SITE,)), message="55"),
            [
                (
                    "editMessageText",
                    {"chat_id": 7, "text": "Jā!", **WORDS, "reply_markup": BOARD, "message_id": 55},
                )
            ],
        ),
        (
            Order("edit", "Jā! ✓", message="55"),
            [("editMessageText", {"chat_id": 7, "text": "Jā! ✓", **WORDS, "message_id": 55})],
        ),
        (
            Order("bare", message="55"),
            [("editMessageReplyMarkup", {"chat_id": 7, "message_id": 55})],
        ),
        (
            Order("bare", message="54,55"),
            [("editMessageReplyMarkup", {"chat_id": 7, "message_id": 55})],
        ),
        (
            Order("delete", message="55"),
            [("deleteMessage", {"chat_id": 7, "message_id": 55})],
        ),
        (
            Order("delete", message="54,55"),
            [("deleteMessages", {"chat_id": 7, "message_ids": [54, 55]})],
        ),
    ],
)
def test_call(order: Order, calls: list[tuple[str, dict[str, Any]]]) -> None:
    assert call("7", order) == calls


def test_a_long_message_has_its_buttons_under_the_last_part() -> None:
    sent = call("-1002000000301", Order("send", LONG, rows=((YES,),), silent=True))
    assert len(sent) > 1
    assert [name for name, _ in sent] == ["sendMessage"] * len(sent)
    assert ["reply_markup" in params for _, params in sent] == [False] * (len(sent) - 1) + [True]
    assert all(params["disable_notification"] for _, params in sent)
    assert all(re.match(r"\d+\. Vārds", params["text"]) for _, params in sent)


def test_an_edit_of_a_long_message_keeps_to_its_parts() -> None:
    count = len(call("7", Order("send", LONG)))
    ids = ",".join(str(100 + n) for n in range(count))
    same = call("7", Order("edit", LONG, rows=((YES,),), message=ids))
    assert [p["message_id"] for _, p in same] == [100 + n for n in range(count)]
    assert ["reply_markup" in p for _, p in same] == [False] * (count - 1) + [True]
    shorter = call("7", Order("edit", "Īss", rows=((YES,),), message="100,101,102"))
    assert [name for name, _ in shorter] == ["editMessageText", "deleteMessages"]
    assert shorter[1][1]["message_ids"] == [101, 102]
    longer = call("7", Order("edit", LONG, message="100"))
    assert [name for name, _ in longer] == ["editMessageText"] + ["sendMessage"] * (count - 1)


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        (((),), "keyboard row is empty or too long"),
        (((YES,) * (ROW_KEYS + 1),), "keyboard row is empty or too long"),
        (((YES,) * 10,) * (BOARD_KEYS // 10 + 1), "keyboard has too many buttons"),
        (((Key(" ", "t"),),), "button has no label"),
        (((Key("Jā"),),), "button needs a token or an address"),
        (((Key("Jā", "t", "https://example.org"),),), "button needs a token or an address"),
        (((Key("Jā", "x" * 65),),), "button token is too long"),
        (((Key("Jā", "ā" * 33),),), "button token is too long"),
        (((Key("Jā", url="javascript:alert(1)"),),), "button address is not a link"),
    ],
)
def test_what_telegram_would_refuse_or_cut_is_refused(
    rows: tuple[tuple[Key, ...], ...], why: str
) -> None:
    for order in (Order("send", "x", rows=rows), Order("edit", "x", rows=rows, message="5")):
        with pytest.raises(Refused) as caught:
            call("7", order)
        assert caught.value.why == why


def test_the_fullest_keyboard_is_taken() -> None:
    full = ((Key("Jā", "x" * 64),) * ROW_KEYS,) * (BOARD_KEYS // ROW_KEYS)
    assert len(call("7", Order("send", "x", rows=full))) == 1


@pytest.mark.parametrize("empty", ["", " \n", "<b> </b>" + " " * 5000])
def test_nothing_to_say_is_refused(empty: str) -> None:
    with pytest.raises(Refused):
        call("7", Order("send", empty))


def test_addresses_and_messages_that_are_none() -> None:
    with pytest.raises(Refused):
        call("anna", Order("send", "x"))
    for kind in ("edit", "bare", "delete"):
        with pytest.raises(Missing):
            call("7", Order(kind, "x"))


# ---- long texts


def seen(source: str) -> list[tuple[str, frozenset[str]]]:
    """Every character one can see, with the formats it has; the judge reads the HTML."""
    text, entities = judge.parse(source)
    wide = text.encode("utf-16-le")
    formats: list[set[str]] = [set() for _ in range(len(wide) // 2)]
    for entity in entities:
        for place in range(entity["offset"], entity["offset"] + entity["length"]):
            formats[place].add(entity["type"] + entity.get("url", ""))
    found, place = [], 0
    for character in text:
        if not character.isspace():
            found.append((character, frozenset(formats[place])))
        place += units(character)
    return found


TAGS = ["b", "i", "u", "s", "code", 'a href="https://example.org/?a=1&amp;b=2"', "blockquote",
        "blockquote expandable"]  # fmt: skip
PIECES = [*"abcā. \n!?&<>\"'", "\n\n", "👩\u200d👧", "e\u0304\u0323", "🏽"]
PLAIN = st.lists(st.sampled_from(PIECES), max_size=40).map(lambda text: html.escape("".join(text)))


def wrapped(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    tagged = st.tuples(st.sampled_from(TAGS), inner).map(
        lambda pair: f"<{pair[0]}>{pair[1]}</{pair[0].split()[0]}>"
    )
    return st.lists(tagged | PLAIN, max_size=4).map("".join)


@settings(max_examples=200)
@given(st.recursive(PLAIN, wrapped, max_leaves=12), st.integers(12, 60))
def test_no_letter_and_no_format_is_lost_in_parts(source: str, limit: int) -> None:
    found = parts(source, limit)
    assert [c for part in found for c in seen(part)] == seen(source)
    for part in found:
        text, _ = judge.parse(part)
        assert text.strip() or part == source  # short ones are passed on unread
        assert units(text) <= limit or part == source


@pytest.mark.parametrize(
    ("source", "limit", "expected"),
    [
        ("viens divi\n\ntrīs četri", 16, ["viens divi", "trīs četri"]),
        ("viens divi\ntrīs četri", 16, ["viens divi", "trīs četri"]),
        ("Viens divi. Trīs četri pieci", 20, ["Viens divi.", "Trīs četri pieci"]),
        ("viens divi trīs četri", 16, ["viens divi trīs", "četri"]),
        ("viens divi trīsi četri", 15, ["viens divi", "trīsi četri"]),
        ("a\n\nviens divi trīs četri", 15, ["a\n\nviens divi", "trīs četri"]),
        ("x" * 25, 10, ["x" * 10, "x" * 10, "x" * 5]),
        ("<b>viens divi</b> trīs", 11, ["<b>viens divi</b>", "trīs"]),
        ("<b>viens <i>divi trīs</i></b>", 11, ["<b>viens <i>divi</i></b>", "<b><i>trīs</i></b>"]),
        (
            '<a href="https://example.org/?a=1&amp;b=2">viens divi</a>',
            6,
            [
                '<a href="https://example.org/?a=1&amp;b=2">viens</a>',
                '<a href="https://example.org/?a=1&amp;b=2">divi</a>',
            ],
        ),
        (
            "<blockquote expandable>viens divi</blockquote>",
            6,
            [
                "<blockquote expandable>viens</blockquote>",
                "<blockquote expandable>divi</blockquote>",
            ],
        ),
        ("&lt;b&gt; &amp;amp; &lt;/b&gt;", 9, ["&lt;b&gt; &amp;amp;", "&lt;/b&gt;"]),
        ("👩👩👩👩", 5, ["👩👩", "👩👩"]),
    ],
)
def test_where_texts_are_cut(source: str, limit: int, expected: list[str]) -> None:
    assert parts(source, limit) == expected


def test_letters_keep_their_marks() -> None:
    source = "e\u0304\u0323" * 20
    for part in parts(source, 10):
        assert not unicodedata.combining(part[0])


@pytest.mark.parametrize("count", [PART_LIMIT - 1, PART_LIMIT, PART_LIMIT + 1])
def test_the_limit_counts_what_is_seen(count: int) -> None:
    assert len(parts("ā" * count)) == (1 if count <= PART_LIMIT else 2)
    assert len(parts("&amp;" * count)) == (1 if count <= PART_LIMIT else 2)
    assert len(parts("<b>" + "👩" * (count // 2 + count % 2) + "</b>")) == (
        1 if count <= PART_LIMIT else 2
    )


# ---- the menu

MENU = {
    "lv": {
        "commands": [("help", "Palīdzība"), ("privacy", "Par datiem")],
        "description": "Palīgs tiem, kas domā par atgriešanos.",
        "short": "Palīgs",
    },
    "ltg": {"commands": [("help", "Paleigs")], "description": "", "short": ""},
}


def test_the_menu_has_a_default_and_two_letter_languages_only() -> None:
    calls = menu_calls(MENU, "lv")
    writes = [write for _, write in calls]
    assert [name for name, _ in writes] == [
        "setMyCommands",
        "setMyDescription",
        "setMyShortDescription",
    ] * 2
    assert [p.get("language_code") for _, p in writes] == [None] * 3 + ["lv"] * 3
    assert writes[3] == (
        "setMyCommands",
        {
            "commands": [
                {"command": "help", "description": "Palīdzība"},
                {"command": "privacy", "description": "Par datiem"},
            ],
            "scope": {"type": "all_private_chats"},
            "language_code": "lv",
        },
    )
    assert calls[3][0] == (
        "getMyCommands",
        {"scope": {"type": "all_private_chats"}, "language_code": "lv"},
    )
    assert menu_state(writes[3]) == writes[3][1]["commands"]
    assert menu_state(writes[4]) == {"description": "Palīgs tiem, kas domā par atgriešanos."}
    assert menu_state(writes[5]) == {"short_description": "Palīgs"}


@pytest.mark.parametrize(
    "change",
    [
        {"commands": [("Help", "x")]},
        {"commands": [("a" * 33, "x")]},
        {"commands": [("help", "")]},
        {"commands": [("help", "x" * 257)]},
        {"commands": [(f"c{n}", "x") for n in range(101)]},
        {"description": "x" * 513},
        {"short": "x" * 121},
    ],
)
def test_a_menu_telegram_would_refuse(change: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        menu_calls({"lv": {**MENU["lv"], **change}}, "lv")


# ---- what an answer 400 means


@pytest.mark.parametrize(
    ("description", "kind", "why"),
    [
        ("Bad Request: message is not modified: specified new message content and ...", None, ""),
        ("Message is not modified", None, ""),
        ("Bad Request: query is too old and response timeout expired or query ID is invalid",
         None, ""),
        ("Bad Request: message to edit not found", Missing, ""),
        ("Message to delete not found", Missing, ""),
        ("Bad Request: message can't be edited", Missing, ""),
        ("Bad Request: MESSAGE_ID_INVALID", Missing, ""),
        ("Bad Request: chat not found", Gone, ""),
        ("Chat not found", Gone, ""),
        ("Bad Request: PEER_ID_INVALID", Gone, ""),
        ("Bad Request: not enough rights to send text messages to the chat", Gone, ""),
        ("Bad Request: can't parse entities: Unsupported start tag \"anna\" at byte offset 3",
         Refused, "can't parse entities"),
        ("Can't parse entities: unexpected end tag", Refused, "can't parse entities"),
        ("Bad Request: inline keyboard button URL 'https://anna.example' is invalid: Wrong",
         Refused, "inline keyboard button url"),
        ("Bad Request: message is too long", Refused, "message is too long"),
        ("Bad Request: BUTTON_DATA_INVALID", Refused, "button_data_invalid"),
        ("", Refused, "bad request"),
    ],
)  # fmt: skip
def test_bad_request(description: str, kind: type[DeliveryError] | None, why: str) -> None:
    found = bad_request(description)
    assert (type(found) if found else None) is kind
    if isinstance(found, Refused):
        assert found.why == why
