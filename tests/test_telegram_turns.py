"""Raw Telegram updates become neutral turns, by three routes alike, and nothing ever raises.

``updates/`` holds one raw update a file, of every kind; the people in them are invented.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiogram.types import Update as AiogramUpdate
from hypothesis import example, given, settings
from hypothesis import strategies as st
from telegram import Update as PtbUpdate

from bot.channels.channel import Incoming, Misconfigured
from bot.channels.telegram import (
    BODY_LIMIT,
    Refusal,
    check_token,
    clean,
    decode,
    encode,
    incoming,
    press,
    press_answer,
    webhook_call,
    webhook_update,
)
from bot.channels.telegram_updates import TEXT_LIMIT
from dialogs.conversation import Turn

UPDATES = {
    path.stem: json.loads(path.read_text(encoding="utf-8"))
    for path in sorted(Path(__file__).parent.joinpath("updates").glob("*.json"))
}
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SENT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
ILZE = "7000000101"
GROUP = "-1002000000301"
TOKEN = "AbCdEf0123456789_-x"

TURNS: dict[str, dict[str, Any]] = {
    "text": {"kind": "text", "text": "sveiki! dzivojam anglija jau 11gadus", "message": "501"},
    "text_decomposed": {"kind": "text", "text": "Bērni – divi. Šķūnis?", "message": "502"},
    "text_with_markup": {
        "kind": "text",
        "text": "<b>Jānis</b> & {0.__class__} %s '; drop",
        "message": "503",
    },
    "text_reply": {"kind": "text", "text": "2023", "message": "504"},
    "text_via_bot": {"kind": "text", "text": "Smiltene", "message": "505"},
    "slash_alone": {"kind": "text", "text": "/ 2", "message": "506"},
    "command_start": {"kind": "command", "value": "start", "message": "507"},
    "command_start_payload": {
        "kind": "command",
        "value": "start",
        "text": "fb-latgale",
        "message": "508",
    },
    "command_at_bot": {"kind": "command", "value": "delete_me", "message": "509"},
    "command_with_lines": {
        "kind": "command",
        "value": "help",
        "text": "lūdzu\npalīdziet",
        "message": "510",
    },
    "edited_text": {"kind": "correction", "text": "Bērns dzimis 2024", "message": "511"},
    "edited_caption": {
        "kind": "correction",
        "text": "Skola Īrijā",
        "message": "512",
        "extra": "photo",
    },
    "edited_photo": {"kind": "correction", "message": "513", "extra": "photo"},
    "edited_command": {"kind": "correction", "text": "/help", "message": "514"},
    "press": {"kind": "choice", "message": "640"},
    "press_on_old_message": {"kind": "choice", "message": "12"},
    "press_hostile_long": {"kind": "choice", "message": "640"},
    "press_hostile_letters": {"kind": "choice", "message": "640"},
    "press_in_group": {"kind": "choice", "message": "640", "extra": ILZE},
    "contact_own": {"kind": "contact", "message": "517", "extra": "+37120000000"},
    "contact_own_plus": {"kind": "contact", "message": "518", "extra": "+447700900123"},
    "contact_other_user": {"kind": "contact", "message": "519", "extra": "foreign"},
    "contact_card": {"kind": "contact", "message": "520", "extra": "foreign"},
    "location": {"kind": "location", "message": "521"},
    "location_live": {"kind": "location", "message": "522"},
    "venue": {"kind": "location", "message": "523"},
    "photo": {"kind": "attachment", "message": "524", "extra": "photo"},
    "photo_caption": {
        "kind": "attachment",
        "text": "Bērnudārza izziņa",
        "message": "525",
        "extra": "photo",
    },
    "album_first": {
        "kind": "attachment",
        "text": "Divas lapas",
        "value": "13900000000000001",
        "message": "526",
        "extra": "photo",
    },
    "album_second": {
        "kind": "attachment",
        "value": "13900000000000001",
        "message": "527",
        "extra": "photo",
    },
    "voice": {"kind": "attachment", "message": "528", "extra": "voice"},
    "audio": {"kind": "attachment", "message": "529", "extra": "audio"},
    "video": {
        "kind": "attachment",
        "text": "Te mēs dzīvojam",
        "message": "530",
        "extra": "video",
    },
    "video_note": {"kind": "attachment", "message": "531", "extra": "video_note"},
    "document": {"kind": "attachment", "message": "532", "extra": "document"},
    "animation": {"kind": "attachment", "message": "533", "extra": "animation"},
    "sticker": {"kind": "attachment", "message": "534", "extra": "sticker"},
    "poll": {"kind": "attachment", "message": "535", "extra": "poll"},
    "dice": {"kind": "attachment", "message": "536", "extra": "dice"},
    "story": {"kind": "attachment", "message": "537", "extra": "story"},
    "checklist": {"kind": "attachment", "message": "538", "extra": "checklist"},
    "new_kind_of_content": {"kind": "attachment", "message": "539", "extra": "other"},
    "forward_own": {
        "kind": "text",
        "text": "gribam uz Kuldīgu",
        "message": "540",
        "forwarded": True,
    },
    "forward_own_hidden": {
        "kind": "text",
        "text": "gribam uz Kuldīgu",
        "message": "541",
        "forwarded": True,
    },
    "forward_own_command": {
        "kind": "text",
        "text": "/delete_me",
        "message": "542",
        "forwarded": True,
    },
    "forward_own_voice": {
        "kind": "attachment",
        "message": "543",
        "forwarded": True,
        "extra": "voice",
    },
    "forward_other": {
        "kind": "attachment",
        "text": "Viņi meklē dzīvokli",
        "message": "544",
        "forwarded": True,
        "extra": "forward",
    },
    "forward_hidden": {
        "kind": "attachment",
        "text": "Viņi meklē dzīvokli",
        "message": "545",
        "forwarded": True,
        "extra": "forward",
    },
    "forward_channel": {
        "kind": "attachment",
        "text": "Jauna programma",
        "message": "546",
        "forwarded": True,
        "extra": "forward",
    },
    "forward_other_photo": {
        "kind": "attachment",
        "text": "Skat",
        "message": "547",
        "forwarded": True,
        "extra": "forward",
    },
    "blocked": {"kind": "blocked"},
    "unblocked": {"kind": "unblocked"},
    "group_joined": {"kind": "unblocked", "extra": ILZE},
    "group_left": {"kind": "blocked", "extra": ILZE},
    "group_command": {
        "kind": "command",
        "value": "case",
        "text": "1042",
        "message": "549",
        "extra": "7000000202",
    },
    "group_command_bare": {
        "kind": "command",
        "value": "start",
        "text": "KODS",
        "message": "550",
        "extra": "7000000202",
    },
    "group_anonymous_admin": {
        "kind": "command",
        "value": "case",
        "text": "1042",
        "message": "552",
    },
}

# Nobody said anything to the bot in these: address of the chat, "" where there is none.
SILENT = {
    "edited_live_location": ILZE,
    "edited_in_group": GROUP,
    "press_inline": "",
    "press_game": ILZE,
    "channel_joined": "-1002000000999",
    "group_text": GROUP,
    "group_command_other_bot": GROUP,
    "group_photo": GROUP,
    "group_member_joined": GROUP,
    "group_migrated": "-300",
    "service_pinned": ILZE,
    "service_timer": ILZE,
    "service_empty": ILZE,
    "service_web_app": ILZE,
    "channel_post": "",
    "inline_query": "",
    "reaction": "",
    "poll_answer": "",
    "chat_member": "",
    "business_message": "",
    "new_kind_of_update": "",
}

EDITED = {"edited_text": 30, "edited_caption": 31, "edited_photo": 32, "edited_command": 33}
PRESSES = {name for name in UPDATES if name.startswith("press")}
MEMBERSHIP = {"blocked", "unblocked", "group_joined", "group_left"}


def read(update: dict[str, Any]) -> Incoming:
    return incoming(update, NOW, "majup_test_bot")


def expected_at(name: str) -> datetime:
    if name in PRESSES:
        return NOW
    return SENT.replace(second=9 if name in MEMBERSHIP else EDITED.get(name, 0))


def test_every_file_has_its_row() -> None:
    assert set(UPDATES) == set(TURNS) | set(SILENT)


@pytest.mark.parametrize("name", TURNS)
def test_turn(name: str) -> None:
    found = read(UPDATES[name])
    act = str(UPDATES[name]["update_id"])
    assert found.turn == Turn(id=act, at=expected_at(name), **TURNS[name])
    assert (found.channel, found.id) == ("telegram", act)
    group = name.startswith("group") or name == "press_in_group"
    assert (found.address, found.group) == (GROUP if group else ILZE, group)


@pytest.mark.parametrize("name", SILENT)
def test_nobody_said_anything(name: str) -> None:
    found = read(UPDATES[name])
    assert found.turn is None
    assert (found.id, found.address) == (str(UPDATES[name]["update_id"]), SILENT[name])


def by_aiogram(raw: dict[str, Any]) -> dict[str, Any]:
    model = AiogramUpdate.model_validate(raw)
    return dict(json.loads(model.model_dump_json(by_alias=True, exclude_none=True)))


def by_ptb(raw: dict[str, Any]) -> dict[str, Any]:
    return PtbUpdate.de_json(json.loads(json.dumps(raw)), None).to_dict()


@pytest.mark.parametrize("name", UPDATES)
@pytest.mark.parametrize("route", [by_aiogram, by_ptb])
def test_three_routes_give_one_turn(name: str, route: Any) -> None:
    assert read(route(UPDATES[name])) == read(UPDATES[name])


def test_a_press_gives_token_and_the_id_to_answer() -> None:
    found = read(UPDATES["press"])
    assert (found.token, found.hint) == (TOKEN, "lv")
    assert press(UPDATES["press"]) == "30064771073"
    assert press_answer(UPDATES["press"]) == {
        "method": "answerCallbackQuery",
        "callback_query_id": "30064771073",
    }
    assert press_answer(UPDATES["text"]) is None


@pytest.mark.parametrize("name", ["press_hostile_long", "press_hostile_letters"])
def test_a_token_no_button_can_have_is_none(name: str) -> None:
    assert read(UPDATES[name]).token == ""


def test_without_own_name_a_groups_command_counts() -> None:
    assert incoming(UPDATES["group_command_other_bot"], NOW).turn is not None


def test_neither_coordinates_nor_other_peoples_numbers_go_on() -> None:
    told = "".join(
        repr(read(u)) for n, u in UPDATES.items() if n.startswith(("loc", "ven", "cont"))
    )
    assert not any(secret in told for secret in ("57.4", "25.9", "20000001", "20000002", "VCARD"))


@pytest.mark.parametrize(
    ("given_text", "kept"),
    [
        ("plain", "plain"),
        ("a\0b", "ab"),
        ("a\ud800b\udfff", "a\ufffdb\ufffd"),
        ("e\u0304", "ē"),
        ("👨‍👩‍👧", "👨‍👩‍👧"),
        ("\u202eabc", "\u202eabc"),
    ],
)
def test_clean(given_text: str, kept: str) -> None:
    assert clean(given_text) == kept
    assert read(message(text=given_text + "x")).turn is not None


def message(**content: Any) -> dict[str, Any]:
    person = {"id": 5, "is_bot": False, "first_name": "A"}
    chat = {"id": 5, "type": "private"}
    body = {"message_id": 1, "from": person, "chat": chat, "date": 1795428000, **content}
    return {"update_id": 1, "message": body}


def test_a_text_longer_than_telegram_allows_is_cut() -> None:
    turn = read(message(text="ā" * 1_000_000)).turn
    assert turn is not None
    assert len(turn.text) == TEXT_LIMIT


@pytest.mark.parametrize("date", [None, -1, 0, 1 << 40, "now", True, 3.5])
def test_a_date_that_is_none_becomes_now(date: object) -> None:
    turn = read(message(text="x", date=date)).turn
    assert turn is not None
    assert turn.at == NOW


JUNK = st.sampled_from(
    [None, True, False, 0, -1, 7, 1 << 52, 1 << 70, -(1 << 70), 3.5, "", "a", "/x", "\ud800", "\0"]
) | st.sampled_from([[], [1], {}, {"id": 1}, {"id": "x"}, {"a": {"b": []}}, "private", "kicked"])
NAMES = st.sampled_from(
    ["message", "edited_message", "callback_query", "my_chat_member", "chat", "from", "text",
     "date", "id", "type", "message_id", "data", "contact", "forward_origin", "new_chat_member",
     "update_id", "status", "phone_number", "user_id", "location", "photo", "caption"]
)  # fmt: skip


@given(st.dictionaries(NAMES, st.dictionaries(NAMES, JUNK) | JUNK))
def test_malformed_updates_never_raise(update: dict[str, Any]) -> None:
    assert read(update).channel == "telegram"


@given(st.sampled_from(sorted(UPDATES)), st.data())
@settings(max_examples=300)
def test_real_updates_with_one_part_broken_never_raise(name: str, data: st.DataObject) -> None:
    update = json.loads(json.dumps(UPDATES[name]))
    part = update
    while True:
        key = data.draw(st.sampled_from(sorted(part)))
        if isinstance(part[key], dict) and part[key] and data.draw(st.booleans()):
            part = part[key]
            continue
        part[key] = data.draw(JUNK)
        break
    found = read(update)
    assert found.turn is None or found.address


# ---- the webhook

SECRET = "abcdefghijklmnopqrstuvwxyz_-0123456789"
BODY = json.dumps(UPDATES["text"]).encode()


def test_the_webhook_takes_what_telegram_sends() -> None:
    assert webhook_update(BODY, SECRET, SECRET) == UPDATES["text"]


@pytest.mark.parametrize(
    ("body", "header", "secret", "refusal"),
    [
        (BODY, None, SECRET, Refusal(403, "secret")),
        (BODY, "", SECRET, Refusal(403, "secret")),
        (BODY, SECRET.upper(), SECRET, Refusal(403, "secret")),
        (BODY, SECRET[:-1], SECRET, Refusal(403, "secret")),
        (BODY, SECRET + "x", SECRET, Refusal(403, "secret")),
        (BODY, f"{SECRET},{SECRET}", SECRET, Refusal(403, "secret")),
        (BODY, "ā\ud800", SECRET, Refusal(403, "secret")),
        (BODY, "", "", Refusal(403, "secret")),
        (BODY, None, "", Refusal(403, "secret")),
        (BODY, "short", "short", Refusal(403, "secret")),
        (b" " * (BODY_LIMIT + 1), SECRET, SECRET, Refusal(413, "size")),
        (b"", SECRET, SECRET, Refusal(400, "json")),
        (b"{", SECRET, SECRET, Refusal(400, "json")),
        (b"\xff\xfe", SECRET, SECRET, Refusal(400, "json")),
        (b"[" * 400_000, SECRET, SECRET, Refusal(400, "json")),
        (b'{"update_id":' + b"9" * 9000 + b"}", SECRET, SECRET, Refusal(400, "json")),
        (b"[]", SECRET, SECRET, Refusal(400, "update")),
        (b"{}", SECRET, SECRET, Refusal(400, "update")),
        (b'{"update_id":true}', SECRET, SECRET, Refusal(400, "update")),
    ],
)
def test_the_webhook_refuses(
    body: bytes, header: str | None, secret: str, refusal: Refusal
) -> None:
    assert webhook_update(body, header, secret) == refusal


@given(st.text(max_size=60))
@example(SECRET + " ")
def test_no_other_secret_opens(header: str) -> None:
    assert header == SECRET or webhook_update(BODY, header, SECRET) == Refusal(403, "secret")


def test_a_lone_surrogate_in_a_body_is_read() -> None:
    body = b'{"update_id":1,"message":{"text":"\\ud800"}}'
    assert decode(body)["message"]["text"] == "\ud800"
    assert json.loads(encode({"text": "\ud800ā"})) == {"text": "\ufffdā"}


@pytest.mark.parametrize("secret", ["", "short", "x" * 31, "x" * 257, "ā" * 40, "a b" * 12])
def test_no_webhook_without_a_good_secret(secret: str) -> None:
    with pytest.raises(Misconfigured):
        webhook_call("https://example.org/telegram/webhook", secret)


@pytest.mark.parametrize("token", ["", "abc", "123", "123:", "x:abc", "123:a b", " 123:abc"])
def test_a_token_that_cannot_be_one_is_told_without_repeating_it(token: str) -> None:
    with pytest.raises(Misconfigured) as caught:
        check_token(token)
    assert str(caught.value) == "the bot token is not of the form 123456:AAF..."
