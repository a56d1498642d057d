"""Coordinators at work in the whole service: every act as they see it, and what families see."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot import office
from storage import cases, conversations, staff
from storage.write import Case
from tests.harness import MONDAY, House, house
from tests.player import Player, Sample, read_card, until
from tests.samples import sample
from tests.telegram.ledger import Message
from tests.telegram.user import User

LATVIAN, RUSSIAN = sample(12), sample(7)  # to Kurzeme
NIGHT = datetime(2026, 11, 23, 22, 40, tzinfo=UTC)
"""Tuesday 0.40 in Latvia, Monday 23.40 in Norway."""
NOWHERE = Sample(
    "lv",
    "",
    ("Dzīvojam Norvēģijā, gribam atgriezties Latvijā. Vajag darbu.",),
    {"palīdzēs izvēlēties": "[Izlaist]", "Kur Latvijā": "[nezin]"},
)
ASK = "Kad Jūs atbrauksiet?"


@pytest.fixture
async def at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    monkeypatch.setattr(office, "TIMERS_EVERY", 0.1)
    async with house(tmp_path) as made:
        yield made


async def desk_of(at: House, region: str = "kurzeme", number: int = 501) -> User:
    user = at.server.user(number, "Koordinators")
    await at.coordinator(user, region)
    return user


async def family(at: House, told: Sample = LATVIAN, number: int = 1001) -> tuple[User, int]:
    """A family whose case is sent."""
    user = at.server.user(number)
    return user, await Player(user, told).play()


async def case_of(at: House, number: int) -> Case:
    async with at.store() as store:
        case = await cases.by_number(store, number)
    assert case is not None
    return case


def card(user: User, number: int) -> Message | None:
    """The newest message that is this case's card."""
    found = [m for m in user.messages if read_card(m.text) == number]
    return found[-1] if found else None


async def shown(user: User, number: int) -> Message:
    await until(lambda: card(user, number))
    found = card(user, number)
    assert found is not None
    return found


def labels(message: Message) -> list[list[str]]:
    return [[key.text for key in row] for row in message.keyboard]


async def quiet(at: House, user: User) -> int:
    """How many messages stand in a chat once all is worked off."""
    await at.server.updates.emptied()
    marker = at.server.user(990)
    await marker.send("/start")
    await marker.wait()
    return len(user.messages)


TAKEN = [["Jautāt ģimenei", "Atbildēt"], ["Nodot tālāk", "Pabeigt"]]
TALKING = [TAKEN[0], ["Beigt sarunu"], TAKEN[1]]


async def test_whoever_joins_sees_the_open_cases(at: House) -> None:
    operator = at.server.user(900)
    await at.operator(operator)
    _, number = await family(at)
    await operator.wait(f"{number}.*Kurzemes")
    first = await desk_of(at)
    await shown(first, number)
    assert len([m for m in first.messages if read_card(m.text)]) == 1


async def test_take_amends_the_card_and_the_family_hears(at: House) -> None:
    desk = await desk_of(at)
    user, number = await family(at, RUSSIAN)
    found = await shown(desk, number)
    await desk.press("Paņemt lietu", message=found)
    await user.wait(f"{number}[^№]*")
    mine = f"Lieta {number} · paņēmāt Jūs 23.11."
    await until(lambda: mine in (card(desk, number) or found).text)
    assert labels(await shown(desk, number)) == TAKEN
    assert any(f"Ваше обращение принято: {number}" in m.text for m in user.messages)
    case = await case_of(at, number)
    assert case.state == "taken" and case.taken_by


async def test_a_double_tap_does_nothing_more(at: House) -> None:
    desk = await desk_of(at)
    user, number = await family(at)
    found = await shown(desk, number)
    press = await desk.press("Paņemt lietu", message=found, copies=5)
    at.server.updates.repeat(press.update_id, 3)
    await until(lambda: labels(card(desk, number) or found) == TAKEN)
    await quiet(at, desk)
    assert len([m for m in user.messages if "paņēma" in m.text and str(number) in m.text]) == 1
    async with at.store() as store:
        told = [event.kind for event in await cases.events(store, number)]
    assert told == ["received", "taken"]


async def test_of_two_who_take_at_once_one_wins(at: House) -> None:
    first, second = await desk_of(at), await desk_of(at, number=502)
    user, number = await family(at)
    await shown(first, number)
    await shown(second, number)
    at.server.updates.hold()
    await first.press("Paņemt lietu")
    await second.press("Paņemt lietu")
    at.server.updates.release()
    await until(lambda: any("jau paņēm" in m.text for u in (first, second) for m in u.messages))
    await quiet(at, first)
    told = [u for u in (first, second) if any("jau paņēm" in m.text for m in u.messages)]
    assert len(told) == 1
    winner = second if told == [first] else first
    assert f"Lieta {number} · paņēmāt Jūs" in (await shown(winner, number)).text
    assert "paņēmāt Jūs" not in (await shown(told[0], number)).text
    assert len([m for m in user.messages if "paņēma" in m.text and str(number) in m.text]) == 1


async def test_a_ready_question_goes_out_in_the_familys_language(at: House) -> None:
    desk = await desk_of(at)
    user, number = await family(at, RUSSIAN)
    await shown(desk, number)
    await desk.press("Jautāt ģimenei")
    menu = (await desk.wait("Ko jautāt(?s:.*)krieviski"))[-1]
    await desk.press("Kurš mēnesis", message=menu, copies=3)
    await user.wait("В каком месяце")
    await desk.wait(f"Nosūtīts ģimenei {number}")
    await quiet(at, desk)
    assert len([m for m in user.messages if "В каком месяце" in m.text]) == 1
    assert not menu.buttons
    await user.send("в июле")
    await desk.wait(f"{number}.*krieviski.*«в июле»")
    async with at.store() as store:
        told = [(event.kind, event.text) for event in await cases.events(store, number)]
    assert ("message", "в июле") in told
    assert told[1][0] == "to_family"


async def test_an_own_question_is_previewed_mended_and_sent_once(at: House) -> None:
    desk = await desk_of(at)
    user, number = await family(at, RUSSIAN)
    await shown(desk, number)
    before = len(user.messages)
    await desk.press("Jautāt ģimenei")
    await desk.wait("Ko jautāt")
    await desk.press("Rakstīt citu")
    await desk.wait("Uzrakstiet")
    await desk.send("Kad <b>Jūs</b>?")
    preview = (await desk.wait("Ģimene redzēs: Kad <b>Jūs</b>(?s:.*)krieviski"))[-1]
    assert labels(preview) == [["Nosūtīt ģimenei"], ["Labot", "Atcelt"]]
    stale = preview.buttons[0].data
    await desk.press("Labot", message=preview)
    await desk.wait("Uzrakstiet")
    await desk.send(ASK)
    await desk.wait(ASK)
    assert await quiet(at, user) == before
    desk.tap(stale or "", preview)  # the preview that was mended away
    await desk.press("Nosūtīt ģimenei", copies=4)
    await user.wait(ASK)
    await quiet(at, desk)
    assert len([m for m in user.messages if "Координатор" in m.text]) == 1
    assert not any("Kad <b>" in m.text for m in user.messages)
    await desk.press("Atbildēt|Jautāt", message=await shown(desk, number))


async def test_what_is_typed_without_a_button_goes_nowhere(at: House) -> None:
    desk = await desk_of(at)
    user, number = await family(at)
    await desk.press("Paņemt lietu", message=await shown(desk, number))
    await user.wait("paņēma")
    before = await quiet(at, user)
    await desk.send("Labdien, es")
    await desk.send("gribētu zināt")
    asked = (await desk.wait(lambda new: len(desk.messages) >= 4))[-1]
    assert asked.text == "Šo ģimenei nenosūtīju. Kam tas domāts?"
    assert labels(asked) == [[f"Ģimenei {number}"], ["Piezīme lietai", "Nevienam"]]
    assert await quiet(at, user) == before
    await desk.press("Ģimenei", message=desk.last)
    preview = (await desk.wait("Ģimene redzēs"))[-1]
    assert "Labdien, es\ngribētu zināt" in preview.text
    sending = preview.buttons[0].data
    await desk.press("Atcelt", message=preview)
    await desk.wait()
    desk.tap(sending or "", preview)
    assert await quiet(at, user) == before
    await desk.send("Zvanīt otrdien")
    await desk.wait("Kam tas domāts")
    await desk.press("Piezīme")
    await desk.wait(f"{number}")
    async with at.store() as store:
        notes = [e.text for e in await cases.events(store, number) if e.kind == "note"]
    assert notes == ["Zvanīt otrdien"]
    await desk.send("Čau")
    await desk.wait("Kam tas domāts")
    await desk.press("Nevienam")
    await desk.wait()
    assert await quiet(at, user) == before


async def test_another_region_takes_over_and_the_giver_sees_no_more(at: House) -> None:
    giver, receiver = await desk_of(at), await desk_of(at, "latgale", 502)
    user, number = await family(at)
    await giver.press("Cits reģions", message=await shown(giver, number))
    menu = (await giver.wait("Uz kuru reģionu|reģion"))[-1]
    await giver.press("Latgale", message=menu, copies=3)
    got = await shown(receiver, number)
    assert labels(got)[0] == ["Paņemt lietu"]
    await user.wait("Latgale")
    await until(lambda: card(giver, number) is None)
    await quiet(at, giver)
    told = [m for m in user.messages if "Latgale" in m.text]
    assert len(told) == 1
    for words in (f"/case {number}", "/case 999"):  # not yours and not there: alike
        await giver.send(words)
        await giver.wait("^Šādas lietas te nav.$")
    await giver.send("/cases")
    assert str(number) not in (await giver.wait("Atvērtu lietu nav"))[-1].text
    assert (await case_of(at, number)).region == "latgale"
    await receiver.press("Paņemt lietu", message=got)
    await user.wait("paņēma")


async def test_done_wants_a_reason_and_a_word_opens_it_again(at: House) -> None:
    desk = await desk_of(at)
    user, number = await family(at)
    await desk.press("Paņemt lietu", message=await shown(desk, number))
    await until(lambda: labels(card(desk, number)) == TAKEN)  # type: ignore[arg-type]
    await desk.press("Pabeigt")
    menu = (await desk.wait("Kāpēc"))[-1]
    assert (await case_of(at, number)).closed_at is None
    await desk.press("atbild", message=menu, copies=2)
    await user.wait(f"{number}")
    await until(lambda: not (card(desk, number) or menu).buttons)
    case = await case_of(at, number)
    assert case.state == "closed" and case.reason == "helped"
    await user.send("Vēl viens jautājums")
    await desk.wait("Vēl viens jautājums")
    assert (await case_of(at, number)).closed_at is None
    await desk.press("Atbildēt", message=desk.last)
    await desk.wait("Uzrakstiet")


async def test_whoever_is_revoked_loses_everything_at_once(at: House) -> None:
    desk = await desk_of(at)
    _, number = await family(at)
    await shown(desk, number)
    async with at.store() as store:
        people = await staff.coordinators(store, "kurzeme")
        await staff.revoke(store, people[0].staff.id)
    await desk.press("Paņemt lietu")
    await desk.wait("vairs nav piekļuves")
    for words in ("/cases", f"/case {number}", "Labdien"):
        await desk.send(words)
        assert "vairs nav piekļuves" in (await desk.wait())[-1].text
    assert (await case_of(at, number)).taken_by == ""
    _, other = await family(at, number=1002)
    await quiet(at, desk)
    assert card(desk, other) is None


async def test_an_undecided_family_is_everybodys_until_one_takes_it(at: House) -> None:
    first, second = await desk_of(at), await desk_of(at, "latgale", 502)
    user, number = await family(at, NOWHERE)
    assert (await case_of(at, number)).region == ""
    await shown(first, number)
    late = await desk_of(at, "zemgale", 503)
    await shown(late, number)
    await second.press("Paņemt lietu", message=await shown(second, number))
    await user.wait("Latgale")
    await until(lambda: card(first, number) is None and card(late, number) is None)
    assert (await case_of(at, number)).region == "latgale"
    await first.send(f"/case {number}")
    await first.wait("^Šādas lietas te nav.$")


async def test_at_night_nobody_is_woken_and_the_morning_lists_all(tmp_path: Path) -> None:
    async with house(tmp_path, at=NIGHT - timedelta(hours=12)) as at:
        desk = await desk_of(at)
        at.server.clock.advance(timedelta(hours=12))
        user, number = await family(at)
        other, second = await family(at, RUSSIAN, 1002)
        await shown(desk, second)
        for call in at.server.ledger.carried_out("sendMessage"):
            if call.chat_id == desk.id and "saņemta" in call.params["text"]:
                assert call.params["disable_notification"] is True
        before = len(user.messages)
        await desk.press("Paņemt lietu", message=await shown(desk, number))
        await until(lambda: labels(card(desk, number)) == TAKEN)  # type: ignore[arg-type]
        assert len(user.messages) == before  # 23.40 in Norway
        await at.stop()
        at.server.clock.advance(timedelta(hours=8, minutes=30))  # 9.10 in Latvia
        await at.start()
        await user.wait("paņēma")
        listed = (await desk.wait("Labrīt"))[-1]
        assert "1 jauna lieta" in listed.text and "Steidzamu nav" in listed.text
        assert [key.text for key in listed.buttons] == [f"{second} Kuldīga, 1 bērns"]
        await desk.press(str(second), message=listed)
        await desk.wait(f"Lieta {second}")
        await at.stop()
        await at.start()
        await quiet(at, desk)
        assert len([m for m in desk.messages if "Labrīt" in m.text]) == 1
        assert other


async def test_an_urgent_case_sounds_at_once(tmp_path: Path) -> None:
    async with house(tmp_path, at=NIGHT) as at:
        desk = await desk_of(at)
        user = at.server.user(1001)
        player = Player(user, LATVIAN)
        await player.begin()
        await user.send("Dzīvojam Norvēģijā, gribam uz Kuldīgu.")
        await user.wait("sapratu", 8)
        await user.send("palīgā, vīrs mani sit")
        await user.wait("112|113")
        await desk.wait("STEIDZAMI")
        calls = [c for c in at.server.ledger.carried_out("sendMessage")
                 if c.chat_id == desk.id and "STEIDZAMI" in c.params["text"]]  # fmt: skip
        assert calls and "disable_notification" not in calls[0].params


async def test_a_broken_promise_is_told_once_on_the_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(office, "TIMERS_EVERY", 0.1)
    async with house(tmp_path, at=MONDAY) as at:
        desk = await desk_of(at)
        user, number = await family(at)
        answered, second = await family(at, RUSSIAN, 1002)
        await desk.press("Jautāt ģimenei", message=await shown(desk, second))
        await desk.wait("Ko jautāt")
        await desk.press("mēnesis")
        await answered.wait("Координатор")
        at.server.clock.advance(timedelta(days=3, hours=5))  # Thursday, 15.00 in Latvia
        before = await quiet(at, user)
        at.server.clock.advance(timedelta(hours=2, minutes=5))
        await user.wait("solījām|Solījām")
        await desk.wait(f"Lieta {number}: atbilde bija jādod šodien")
        await at.stop()
        at.server.clock.advance(timedelta(days=4))
        await at.start()
        await quiet(at, desk)
        assert len([m for m in user.messages if "olījām" in m.text]) == 1
        assert len([m for m in desk.messages if "bija jādod" in m.text]) == 1
        assert not any("бещали" in m.text for m in answered.messages)
        assert before


async def test_the_case_outlives_the_talk(at: House) -> None:
    desk = await desk_of(at)
    user, number = await family(at)
    await desk.press("Paņemt lietu", message=await shown(desk, number))  # leaves the timer alone
    await user.wait("paņēma")
    await quiet(at, user)
    at.server.clock.advance(timedelta(days=31))

    async def over() -> bool:
        async with at.store() as store:
            known = await conversations.find(store, "telegram", str(user.id))
        talk = known.conversation if known else None
        return talk is not None and not talk.answers and not talk.story

    async with asyncio.timeout(10):
        while not await over():  # noqa: ASYNC110 - the database rings no bell
            await asyncio.sleep(0.05)
    intake = (await case_of(at, number)).intake
    assert intake is not None and intake.story
    await user.send("Vai vēl esat tur?")
    await desk.wait("Vai vēl esat tur")
    assert (await case_of(at, number)).intake == intake


async def test_a_group_sees_only_number_region_topic_and_urgency(at: House) -> None:
    desk = await desk_of(at)
    group = at.server.group(-1001234567, "Kurzeme")
    await group.add_bot(desk)
    async with at.store() as store:
        await staff.add(store, "coordinator", "kurzeme", "lv", channel="telegram",
                        address=str(group.id))  # fmt: skip
    user, number = await family(at)
    await desk.press("Paņemt lietu", message=await shown(desk, number))
    await user.send("Vēl kas")
    await desk.wait("Vēl kas")
    await group.wait(str(number))
    assert len(group.messages) == 1
    line = group.messages[0]
    assert not line.buttons and "\n" not in line.text
    for word in ("Kuldīg", "Norvēģ", "bērn"):
        assert word not in line.text.removeprefix(line.text.split("·")[0]) or "bērn" in word


async def test_while_people_talk_the_bot_gives_one_receipt(at: House) -> None:
    desk = await desk_of(at)
    user, number = await family(at)
    await desk.press("Paņemt lietu", message=await shown(desk, number))
    await user.wait("paņēma")
    await desk.press("Atbildēt")
    await desk.wait("Uzrakstiet")
    await desk.send(ASK)
    await desk.wait("Ģimene redzēs")
    await desk.press("Nosūtīt ģimenei")
    await user.wait(ASK)
    before = len(user.messages)
    for words in ("Jūlijā.", "Varbūt augustā.", "Vēl nezinām."):
        await user.send(words)
    await user.wait("Nodevu", 8)
    await quiet(at, user)
    assert len(user.messages) == before + 1
    await until(lambda: sum("Varbūt augustā" in m.text for m in desk.messages) == 1)


async def wrote(desk: User, user: User, number: int, words: str = ASK) -> None:
    """The coordinator takes the case and writes to the family."""
    await desk.press("Paņemt lietu", message=await shown(desk, number))
    await user.wait("paņēma")
    await until(lambda: labels(card(desk, number)) == TAKEN)  # type: ignore[arg-type]
    await desk.press("Atbildēt", message=card(desk, number))
    await desk.wait("Uzrakstiet")
    await desk.send(words)
    await desk.wait("Ģimene redzēs")
    await desk.press("Nosūtīt ģimenei")
    await user.wait(words)


async def test_the_coordinator_ends_the_talk_and_the_bot_speaks_again(at: House) -> None:
    desk = await desk_of(at)
    user, number = await family(at)
    await wrote(desk, user, number)
    await until(lambda: labels(card(desk, number)) == TALKING)  # type: ignore[arg-type]
    await user.send("Paldies! Тут ещё один вопрос: где взять справку и куда её потом нести?")
    passed = (await user.wait("Nodevu", 8))[-1]
    assert not passed.buttons  # no offer of another language while people talk
    heard = (await desk.wait("ģimene raksta"))[-1]
    assert labels(heard) == [["Atbildēt", "Beigt sarunu"]]
    assert (await case_of(at, number)).state == "asked"
    await desk.press("Beigt sarunu", message=heard, copies=2)
    ended = (await user.wait("sarunu beidza"))[-1]
    assert labels(ended) == [["Atbildēt tagad"]]
    await desk.wait(f"Saruna ar ģimeni {number} ir beigta")
    await until(lambda: labels(card(desk, number)) == TAKEN)  # type: ignore[arg-type]
    await quiet(at, desk)
    assert len([m for m in user.messages if "sarunu beidza" in m.text]) == 1
    assert (await case_of(at, number)).state == "quiet"
    await user.press("Atbildēt tagad", message=ended)
    await user.wait(lambda new: bool(new[-1].buttons))
    at.server.clock.advance(timedelta(minutes=1))
    await desk.press("Beigt sarunu", message=heard)  # an old button changes nothing more
    await desk.wait("Tas jau ir izdarīts")


async def test_three_silent_days_end_the_talk_and_a_wish_is_remembered(at: House) -> None:
    desk = await desk_of(at)
    user, number = await family(at)
    await user.press("Atgādiniet rīt|Rīt")
    await user.wait("atgādināsim")
    await wrote(desk, user, number)
    at.server.clock.advance(timedelta(days=1, hours=2))
    await user.send("Padomāsim.")
    await user.wait("Nodevu", 8)
    before = await quiet(at, user)
    at.server.clock.advance(timedelta(days=2, hours=20))
    assert await quiet(at, user) == before  # people talk: no reminder
    at.server.clock.advance(timedelta(hours=10))
    await user.wait("Pārējos jautājumus")


async def test_every_message_after_an_answer_is_promised_a_day_of_its_own(at: House) -> None:
    desk = await desk_of(at)
    user, number = await family(at)
    first = (await case_of(at, number)).due_on
    await wrote(desk, user, number)
    at.server.clock.advance(timedelta(days=4))  # Friday
    await user.send("Un vēl: vai skolā ir vietas?")
    told = (await user.wait("Nodevu", 8))[-1]
    assert "trešdiena, 2. decembris" in told.text
    case = await case_of(at, number)
    assert first is not None and case.due_on is not None and case.due_on > first
    before = await quiet(at, user)
    at.server.clock.advance(timedelta(days=5, hours=8))  # Wednesday, after office hours
    await user.wait("solījām|Solījām")
    await desk.wait(f"Lieta {number}: atbilde bija jādod šodien")
    assert len(user.messages) == before + 1


async def test_a_family_in_the_middle_of_later_questions_is_heard(at: House) -> None:
    desk = await desk_of(at)
    user = at.server.user(1001)
    player = Player(user, LATVIAN)
    number = await player.play()
    await shown(desk, number)
    await player.press(0)  # answer the later questions now
    await player.answer()
    await desk.press("Jautāt ģimenei")
    await desk.wait("Ko jautāt")
    await desk.press("mēnesis")
    await user.wait("mēnesī")
    await user.send("Jūlijā")
    await desk.wait("«Jūlijā»")


async def test_staff_get_sensible_answers_to_everything_else(at: House) -> None:
    desk = await desk_of(at)
    for act in (desk.send_voice(), desk.send_sticker(), desk.send_photo()):
        await act
        await desk.wait("tekst")
    await desk.send("/help")
    await desk.wait("/cases")
    for words in ("/case", "/case x", "/case ²", "/case 99999999999999999999"):
        await desk.send(words)
        await desk.wait()
    for data in ("c1|0|take|AAAAAAAAAAAAAA", "cc|0|take|x", "-"):
        await desk.tap(data, desk.last).answered()
    await quiet(at, desk)
    async with at.store() as store:
        assert await conversations.parked_updates(store) == []
