"""What hostile or hasty people type: before the notice, into corrections, as invitation codes."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from dialogs.conversation import State, Turn
from dialogs.engine import start, step
from storage import desks, staff
from tests.harness import house
from tests.player import Player
from tests.samples import sample
from tests.talk import edition

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("payload", "kept"),
    [
        ("fb-latgale", "fb-latgale"),
        ("fb-latgale-2026", "fb-latgale-2026"),
        ("120585-12345", ""),
        ("meita-29876543", ""),
        ("mans bērns Zelmīra, autisms", ""),
        ("zelmira@majas.example", ""),
    ],
)
def test_only_the_name_of_a_link_is_kept_of_what_follows_start(payload: str, kept: str) -> None:
    made = start(edition(), "c1", Turn("1", AT, "command", payload, value="start"))
    assert made.conversation.source == kept


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ("Izlasīju, sākam", State.TELLING),
        ("izlasiju sakam", State.TELLING),
        ("izlasīju", State.TELLING),
        ("прочитано", State.TELLING),
        ("I have read it, let us start", State.TELLING),
        ("1", State.TELLING),
        ("labi", State.TELLING),
        ("sākam", State.TELLING),
        ("2", State.HUMAN),
        ("3", State.WITHDRAWN),
        ("Nē, paldies", State.WITHDRAWN),
        ("tas ir viss", State.NOTICE),
        ("ja bernam nav vietas", State.NOTICE),
        ("labi, dēlam autisms", State.NOTICE),
        ("2 bērni", State.NOTICE),
    ],
)
def test_the_notice_is_answered_by_its_buttons_in_words_and_by_nothing_else(
    said: str, state: State
) -> None:
    c = start(edition(), "c1", Turn("1", AT, "command", value="start")).conversation
    assert c.prompt is not None
    c = step(edition(), c, Turn("2", AT, "choice", visit=c.prompt.visit, value="lv")).conversation
    c = step(edition(), c, Turn("3", AT, "text", said, message="3")).conversation
    assert c.state is state
    assert (c.notice is not None) == (state in (State.TELLING, State.HUMAN))


def test_a_correction_brings_no_telephone_number_into_another_answer() -> None:
    c = start(edition(), "c1", Turn("1", AT, "command", value="start")).conversation
    for number, said in enumerate(
        ("latviski", "sākam", "labāk jautājiet man", "ārzemēs", "Īrija"), 2
    ):
        turn = Turn(str(number), AT, "text", said, message=f"m{number}")
        c = step(edition(), c, turn).conversation
    assert c.answers["country"].message == "m6"
    edited = Turn("9", AT, "correction", "Vācija, zvaniet +371 29876543", message="m6")
    c = step(edition(), c, edited).conversation
    assert b"29876543" not in msgspec.json.encode(c)


async def test_invitation_codes_are_not_guessed(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        guesser, other = at.server.user(1, "Minētājs"), at.server.user(2, "Koordinators")
        async with at.store() as store:
            code = await staff.invite(store, "coordinator", "riga", "lv")
        for number in range(5):
            guess = f"{number}{'x' * 20}A"
            assert staff.is_code(guess)
            await guesser.start(guess)
            await guesser.wait("neder")
        await guesser.start(code)
        await guesser.wait("pārāk daudz kodu")
        async with at.store() as store:
            assert not await staff.everyone(store)
        await other.start(code)
        await other.wait("koordinators")


async def test_nothing_of_an_erased_family_is_left_on_a_desk_nor_stops_it(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        desk, user = at.server.user(1, "Koordinators"), at.server.user(2, "Ģimene")
        told = sample(6)
        await at.coordinator(desk, told.region)
        number = await Player(user, told).play()
        await desk.wait("Lieta")
        await desk.press("Paņemt")
        await desk.wait("paņēmāt")
        await desk.choose("Atbildēt", "Rakstiet|Uzrakstiet")
        await desk.ask("ko rakstīt ģimenei", "Ģimene redzēs")
        async with at.store() as store:
            (person,) = await staff.coordinators(store, told.region)
            assert await desks.load(store, person.staff.id)
        await user.ask("/delete_me", "dzēst")
        await user.choose("Jā, dzēst", "izdzēsts")
        await desk.wait("atsauca")
        async with at.store() as store:
            assert await desks.load(store, person.staff.id) is None
        for said in (f"/case {number}", "ko rakstīt", f"/case {number}"):
            await desk.ask(said)
        await user.ask("/start", "valodā")
