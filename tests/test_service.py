"""The whole service against the stand-in for Telegram: what families type reaches their desk."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import msgspec
import pytest
from sqlalchemy import select, text

from bot import logs
from dialogs.conversation import Conversation
from dialogs.sheet import judge
from storage import cases, conversations, tables
from storage.store import SERVICE
from storage.tables import families
from storage.write import Case
from tests.harness import MONDAY, REGIONS, SECRET, House, house
from tests.parallel import play
from tests.player import Player, read_card, until
from tests.samples import SITUATIONS, Situation, sample
from tests.talk import edition
from tests.telegram.user import User

FAMILY = 1001
DESK = 501


def read_all(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.iterdir())


async def case_of(at: House, number: int) -> Case:
    async with at.store() as store:
        case = await cases.by_number(store, number)
    assert case is not None
    return case


async def talk_of(at: House, user: User) -> Conversation | None:
    async with at.store() as store:
        known = await conversations.find(store, "telegram", str(user.id))
    return known.conversation if known else None


async def desks(at: House) -> dict[str, User]:
    """A coordinator in every region."""
    found = {}
    for place, region in enumerate(REGIONS):
        found[region] = at.server.user(DESK + place, "Koordinators")
        await at.coordinator(found[region], region)
    return found


def cards(user: User) -> list[int]:
    """The numbers of the cases whose card somebody sees."""
    return [number for m in user.messages if (number := read_card(m.text))]


@pytest.mark.parametrize(
    ("situation", "webhook"),
    [(each, bool(at % 2)) for at, each in enumerate(SITUATIONS)],
    ids=[each.name for each in SITUATIONS],
)
async def test_what_is_typed_reaches_the_right_coordinator(
    situation: Situation, webhook: bool, tmp_path: Path
) -> None:
    wanted = situation.sample.region
    async with house(tmp_path, webhook=webhook) as at:
        people = await desks(at)
        player = Player(at.server.user(FAMILY), situation.sample)
        number = await player.play()
        assert player.turns <= situation.most_turns
        await until(lambda: cards(people[wanted]))
        case = await case_of(at, number)
        assert case.intake is not None and case.region == wanted
        judged = judge(edition(), case.intake, case.received_at)
        assert judged.route.municipality == situation.municipality
        assert set(situation.flags) <= set(judged.assessment.flags)
        top = {need.id for need in case.intake.needs if need.top}
        assert top == set(situation.sample.top)
        kept = msgspec.json.encode(case.intake).decode()
        shown = people[wanted].last
        for word in situation.unsaid:
            assert word not in kept and word not in shown.text
        assert [key.text for key in shown.buttons] == [
            "Paņemt lietu", "Jautāt ģimenei", "Cits reģions"
        ]  # fmt: skip
        readers = {region for region, user in people.items() if cards(user)}
        assert readers == {wanted, *situation.copies}
        for region in situation.copies:
            assert not people[region].last.buttons


async def test_a_deep_link_is_recorded(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        user = at.server.user(FAMILY)
        await user.start("fb-vidzeme")
        await user.wait("valod")
        talk = await talk_of(at, user)
        assert talk is not None and talk.source == "fb-vidzeme"


async def test_a_burst_gets_one_note(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        user = at.server.user(FAMILY)
        player = Player(user, sample(0))
        await player.begin()
        before = len(user.messages)
        for piece in ("Dzīvojam Norvēģijā.", "Gribam uz Kuldīgu.", "Bērnam 5 gadi. Vajag darbu."):
            await user.send(piece)
        await user.wait("sapratu", 8)
        await at.server.updates.emptied()
        assert len(user.messages) == before + 1
        assert "Norvēģija" in user.last.text
        await user.send("Vēl gribam dzīvokli.")  # a newer note takes the older one's place
        await user.wait("sapratu", 8)
        assert len([m for m in user.messages if "Norvēģija" in m.text]) == 1


async def test_old_and_forged_buttons_do_no_harm(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        user, other = at.server.user(FAMILY), at.server.user(FAMILY + 1)
        player = Player(user, sample(0))
        await player.begin()
        await player.tell()
        question = user.last
        await player.press(0)
        old = question.buttons or question.edits[-1]
        assert old
        before = await talk_of(at, user)
        forged = ["", "x", "a|1|b|c", (user.last.buttons[0].data or "")[:-1] + "A", "c1001|0|take|"]
        for data in forged:
            await user.tap(data or "-", user.last).answered()
        await other.start()
        await other.wait("valod")
        other.tap(user.last.buttons[0].data or "", other.last)  # a button of somebody else's chat
        await at.server.updates.emptied()
        after = await talk_of(at, user)
        assert before is not None and after is not None
        assert after.answers == before.answers and after.state == before.state
        assert after.prompt is not None
        open_now = f"|{after.prompt.visit}|"
        # The talk goes on once all is said to each forged button.
        await user.wait(lambda _: any(open_now in (key.data or "") for key in user.last.buttons))
        await player.to_review()


async def test_an_edited_message_corrects_its_answer(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        user = at.server.user(FAMILY)
        player = Player(user, sample(0))
        await player.begin()
        told = await user.send("Dzīvojam Norvēģijā, gribam uz Kuldīgu. Vajag darbu.")
        await user.wait("sapratu", 8)
        await user.edit(told, "Dzīvojam Norvēģijā, gribam uz Talsiem. Vajag darbu.")
        await user.wait("Tals", 8)
        talk = await talk_of(at, user)
        assert talk is not None
        assert [each.text for each in talk.story] == [
            "Dzīvojam Norvēģijā, gribam uz Talsiem. Vajag darbu."
        ]


async def test_a_family_that_blocks_the_bot_keeps_its_case_and_the_desk_hears(
    tmp_path: Path,
) -> None:
    async with house(tmp_path) as at:
        desk = at.server.user(DESK)
        await at.coordinator(desk, "kurzeme")
        user = at.server.user(FAMILY)
        story = sample(12)  # Kurzeme, in Latvian
        assert (story.region, story.language) == ("kurzeme", "lv")
        number = await Player(user, story).play()
        await until(lambda: cards(desk) == [number])
        await user.block()
        await desk.wait(f"Ar ģimeni {number}|{number}")
        await desk.press("Paņemt lietu")  # what the family would hear is not delivered
        await until(lambda: "paņēmāt Jūs" in desk.messages[1].text)
        await user.unblock()
        await user.send("Esam atpakaļ")
        await desk.wait("Esam atpakaļ")


async def test_delete_me_leaves_nothing_readable(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        desk = at.server.user(DESK)
        await at.coordinator(desk, "kurzeme")
        user = at.server.user(FAMILY)
        number = await Player(user, sample(12)).play()
        await until(lambda: cards(desk) == [number])
        await user.send("/delete_me")
        await user.wait(lambda new: bool(new[-1].buttons))
        user.tap(user.last.buttons[0].data or "", user.last)
        await user.wait("izdzēs|Izdzēs|dzēst")
        await until(lambda: cards(desk) == [])
        case = await case_of(at, number)
        assert case.intake is None and case.state == "withdrawn"
        assert await talk_of(at, user) is None
        async with at.store() as store:
            events = await cases.events(store, number)
        assert [event.text for event in events if event.text] == []
        await at.stop()
        async with at.store() as store, store.connect() as database:
            keys = select(families.c.sealed_key).where(families.c.id != SERVICE)
            assert (await database.execute(keys)).all() == [(None,)]
            for table in (tables.conversations, tables.timers):
                assert (await database.execute(select(table))).all() == []
        await at.start()
        await user.send("/start")  # whoever comes back is new
        await user.wait("valod")


async def test_a_talk_goes_on_after_a_restart(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        user = at.server.user(FAMILY)
        player = Player(user, sample(12))
        await player.begin()
        await player.tell()
        await at.stop()
        at.server.clock.advance(60)
        await at.start()
        await player.to_review()
        await at.stop()
        await user.send("/privacy")  # written while nobody listens
        await at.start()
        await player.prompt()
        assert player.at_review()
        await player.press(0)
        assert player.number


@pytest.fixture
async def webhook(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path, webhook=True) as at:
        yield at


UPDATE = {
    "update_id": 77,
    "message": {
        "message_id": 1,
        "date": int(MONDAY.timestamp()),
        "chat": {"id": FAMILY, "type": "private", "first_name": "Anna"},
        "from": {"id": FAMILY, "is_bot": False, "first_name": "Anna"},
        "text": "/start",
    },
}


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET + "x", SECRET[:-1]])
async def test_the_webhook_wants_its_secret(webhook: House, secret: str | None) -> None:
    headers = {} if secret is None else {"X-Telegram-Bot-Api-Secret-Token": secret}
    async with (
        aiohttp.ClientSession() as client,
        client.post(f"{webhook.url}/telegram/webhook", json=UPDATE, headers=headers) as answer,
    ):
        assert answer.status == 403
    async with webhook.store() as store:
        assert await conversations.find(store, "telegram", str(FAMILY)) is None


async def test_the_webhook_answers_200_only_when_stored(webhook: House) -> None:
    user = webhook.server.user(FAMILY)
    url = f"{webhook.url}/telegram/webhook"
    headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
    async with aiohttp.ClientSession() as client, webhook.store() as store:
        async with store.begin() as database:
            await database.execute(text("alter table updates rename to elsewhere"))
        async with client.post(url, json=UPDATE, headers=headers) as answer:
            assert answer.status == 500
        async with store.begin() as database:
            await database.execute(text("alter table elsewhere rename to updates"))
        for _ in range(2):  # the second time it is known, and nothing more comes of it
            async with client.post(url, json=UPDATE, headers=headers) as answer:
                assert answer.status == 200
            async with store.connect() as database:
                assert len((await database.execute(select(tables.conversations))).all()) == 1
        async with client.get(f"{webhook.url}/readyz") as answer:
            assert (await answer.json())["channel"] is True
    user.chat.known = True


async def test_nothing_personal_is_logged_or_readable_on_disk(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.set_up("text")
    canaries = ("Pūpolkalns", "zebiekste17", "+37129123456")
    async with house(tmp_path) as at:
        desk = at.server.user(DESK, "Kanārija")
        await at.coordinator(desk, "kurzeme")
        user = at.server.user(FAMILY, "Zuzanna")
        story = sample(12)
        story.story = (*story.story, "Mūsu suns ir Pūpolkalns. Parole zebiekste17.")
        player = Player(user, story)
        number = await player.play()
        await user.send("Vēl: zebiekste17, zvaniet +37129123456")
        await desk.wait(f"{number}.*zebiekste17")
        await desk.press("Atbildēt")
        await desk.wait("Uzrakstiet")
        await desk.send("Atbilde par zebiekste17")
        await desk.wait("Ģimene redzēs")
        await desk.press("Nosūtīt ģimenei")
        await user.wait("Koordinator")
        await at.stop()
        await at.start()
    told = capsys.readouterr().err
    assert "case.handed_over" in told
    stored = read_all(tmp_path)
    for word in (*canaries, "Zuzanna", "Kanārija", "Norvēģ", "Kuldīg"):
        assert word not in told
        assert word.encode() not in stored
    assert at.server.token not in told and at.server.token.split(":")[1].encode() not in stored


async def test_an_error_is_logged_without_its_words(capsys: pytest.CaptureFixture[str]) -> None:
    import logging

    import structlog

    logs.set_up("json")

    async def fails() -> None:
        raise ValueError("zebiekste17")

    task = asyncio.create_task(fails())
    await asyncio.wait([task])
    for speak in (structlog.get_logger("majup.test").exception, logging.getLogger("x").exception):
        try:
            task.result()
        except ValueError:
            speak("failed")
    told = capsys.readouterr().err
    assert "zebiekste17" not in told
    assert re.search(r'"error": ?"ValueError at fails:\d+"', told)


@pytest.mark.parametrize("driver", ["aiogram", "ptb"])
@pytest.mark.parametrize("webhook", [False, True], ids=["polling", "webhook"])
async def test_families_side_by_side(webhook: bool, driver: str, tmp_path: Path) -> None:
    async with house(tmp_path, webhook=webhook, driver=driver) as at:
        found = await play(at, 20)
    assert found.right, found
