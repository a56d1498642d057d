"""Publishing while the service runs: two workers, two admins, families in the middle of a talk.

With the real service against the stand-in for Telegram, five hundred families stored.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import office as office_module
from bot import publishing, service
from bot.channels.channel import Incoming
from bot.editions import opened
from bot.office import Office
from bot.publishing import press, publish, ready, ready_back, roll_back
from dialogs.conversation import Conversation, Turn
from dialogs.edition import SCRIPTS
from dialogs.engine.agenda import split
from dialogs.languages import load_languages
from dialogs.script_files import ScriptFiles
from storage import conversations, revisions
from storage.commit import Committer
from storage.store import Store
from tests import drafts, tongues
from tests.database import TestClock, open_store
from tests.harness import MONDAY, House
from tests.player import Player, Sample
from tests.telegram.clock import Clock
from tests.telegram.server import TelegramServer
from tests.test_languages import OWN
from tests.test_rehearsal import right
from tests.under_way import FAMILIES, desk_of, draft_in, families, fill, plan_of, with_pets

pytest_plugins = ["tests.database"]

FIRST = 100_000
SHIPPED = ScriptFiles(drafts.SHIPPED, "return.yaml")


async def now_of(store: Store, number: int, first: int = 0) -> Conversation:
    """A family's talk as it is stored now."""
    found = await conversations.find(store, "telegram", str(first + number))
    assert found is not None
    assert found.conversation is not None
    return found.conversation


def standing_at(*questions: str) -> Iterator[int]:
    """The families with one of these questions open."""
    for number, c in families():
        if c.prompt is not None and split(c.prompt.path)[0] in questions and c.case is None:
            yield number


@pytest.mark.asyncio
async def test_two_workers_take_it_up_at_different_moments(
    store: Store, home: Path, clock: TestClock, tmp_path: Path
) -> None:
    """The slower one never brings a talk back, and the family hears of it at most once."""
    await opened(store, SCRIPTS / "return.yaml", drafts.programme())
    filler = Committer(store)
    await fill(store, filler, FAMILIES)
    await filler.close()
    other = await open_store(home, clock)
    quick, slow = (Office(each, drafts.draft(), clock) for each in (store, other))
    assert await publish(desk_of(store), ScriptFiles(drafts.RETYPED, "return.yaml"), None, "anna")
    assert await quick.turns.editions.refresh()
    acts = itertools.count()

    async def act(office: Office, number: int, turn: Turn) -> Conversation:
        update = f"t{next(acts)}"
        await office.turns.accept(Incoming("telegram", update, str(number), turn))
        clock.pass_by(seconds=30)
        return await now_of(store, number)

    new = quick.turns.editions.current
    number = next(standing_at("radius"))
    said = "Līdz 30 km, bet ne tālāk"
    c = await act(quick, number, Turn("a", clock(), "text", said, message="m1"))
    assert c.revision == new.id
    assert any(said in told.text for told in c.story)
    assert slow.turns.editions.current.id == drafts.draft().id
    c = await act(slow, number, Turn("b", clock(), "command", value="continue"))
    assert c.revision == new.id
    assert slow.turns.editions.current.id == new.id
    told = len(c.story)
    c = await act(quick, number, Turn("c", clock(), "command", value="continue"))
    assert len(c.story) == told
    assert [e.reason for e in c.earlier].count("revised") <= 1
    # Taken back, the slow one hears first.
    assert await roll_back(desk_of(store), "", None, "anna")
    assert await slow.turns.editions.refresh()
    c = await act(slow, number, Turn("d", clock(), "command", value="continue"))
    c = await act(quick, number, Turn("e", clock(), "command", value="continue"))
    assert c.revision == drafts.draft().id
    for office in (quick, slow):
        await office.committer.close()
    await other.close()


@pytest.mark.asyncio
async def test_of_two_admins_at_once_one_publishes(
    store: Store, home: Path, clock: TestClock, tmp_path: Path
) -> None:
    await opened(store, SCRIPTS / "return.yaml", drafts.programme())
    other = await open_store(home, clock)
    anna = await ready(desk_of(store), draft_in(with_pets(tmp_path)))
    juris = await ready(desk_of(other), ScriptFiles(drafts.DELETED, "return.yaml"))
    both = await asyncio.gather(
        press(desk_of(store), anna, "anna"), press(desk_of(other), juris, "juris")
    )
    assert sorted(each.outcome for each in both) == ["done", "overtaken"]
    lines = await revisions.history(store, "return")
    assert len(lines) == 2
    won = "anna" if both[0].outcome == "done" else "juris"
    assert lines[0].by == won
    # Looked at again, the other's goes on top of it; pressed twice, it is published once.
    desk, files = desk_of(store), draft_in(tmp_path)
    if won == "anna":
        files = ScriptFiles(drafts.DELETED, "return.yaml")
    again = await ready(desk, files)
    twice = await asyncio.gather(press(desk, again, "x"), press(desk_of(other), again, "x"))
    assert sorted(each.outcome for each in twice) == ["done", "overtaken"]
    assert (await press(desk, await ready(desk, files), "x")).outcome == "same"
    assert len(await revisions.history(store, "return")) == 3
    await other.close()


@pytest.mark.asyncio
async def test_translations_are_published_and_taken_back_with_the_script(
    store: Store, tmp_path: Path
) -> None:
    """A catalogue alone makes a revision: of the script's texts, and of the product's."""
    editions = await opened(store, SCRIPTS / "return.yaml", drafts.programme())
    first = editions.current.id
    po = (
        'msgid ""\nmsgstr ""\n"Language: lv\\n"\n\n'
        'msgctxt "return:country.text"\nmsgid "In which country do you live?"\n'
        'msgstr "Kurā zemē dzīvojat?"\n\n'
        'msgctxt "product:back"\nmsgid "Back"\nmsgstr "Atpakaļ!"\n'
    )
    desk = desk_of(store)
    shown = await ready(desk, ScriptFiles(drafts.SHIPPED, "return.yaml", {"lv": po}))
    assert shown.edition.id != first
    assert (shown.counts.unnoticed, shown.counts.lost) == (shown.counts.under_way, 0)
    assert (await press(desk, shown, "anna")).outcome == "done"
    assert await editions.refresh()
    assert editions.current.texts.say("lv", "return:country.text") == "Kurā zemē dzīvojat?"
    assert editions.current.texts.say("lv", "product:back") == "Atpakaļ!"
    assert editions.current.id == shown.edition.id
    told = await publishing.differences(desk, first, shown.edition.id, "return")
    assert told == ["lv: 2 teksti ir citādi: product:back, country.text"]
    # A later draft without that catalogue keeps what was published.
    later = await ready(desk, ScriptFiles(drafts.DELETED, "return.yaml"))
    assert later.edition.texts.say("lv", "return:country.text") == "Kurā zemē dzīvojat?"
    assert later.edition.texts.say("lv", "product:back") == "Atpakaļ!"
    back = await press(desk, await ready_back(desk), "anna")
    assert back.outcome == "done"
    assert await editions.refresh()
    assert editions.current.id == first
    assert editions.current.texts.say("lv", "product:back") == "Atpakaļ"


@pytest.mark.asyncio
async def test_a_language_is_published_with_the_script(store: Store, tmp_path: Path) -> None:

    editions = await opened(store, SCRIPTS / "return.yaml", drafts.programme())
    listed = load_languages(OWN).languages
    texts = {code: tongues.catalogue(code, listed) for code in ("de", "ltg")}
    draft = draft_in(tongues.folder(tmp_path, OWN, **texts))
    desk = desk_of(store)
    assert (await press(desk, await ready(desk, draft), "anna")).outcome == "done"
    assert await editions.refresh()
    assert editions.current.languages.offered == ("lv", "ru", "en", "de", "ltg")
    assert editions.current.texts.say("de", "product:back") == "Bäck"
    assert editions.current.texts.say("de", "product:questions_left", n=21).endswith("(1)")
    history = await revisions.history(store, "return")
    told = await publishing.differences(desk, history[1].revision, history[0].revision, "return")
    assert "Valoda de bija draft, tagad ir partial" in told
    # A script alone keeps the languages that were published.
    later = await ready(desk, ScriptFiles(drafts.DELETED, "return.yaml"))
    assert later.edition.languages.offered == editions.current.languages.offered


# -- the service -----------------------------------------------------------------------------------

ANSWERS = {
    "ADDED": ("children", "2"),
    "DELETED": ("age_band", "2"),
    "RENAMED": ("age_band", "2"),
    "RETYPED": ("radius", "Līdz 30 km, bet ne tālāk"),
    "NO_CHOICE": ("status", "3"),
}
"""For each draft a question it concerns (or not), and what families just then answer to it."""
EACH = 2


class Family(Player):
    """A family that was in the middle of a talk when the service started."""

    def __init__(self, at: House, number: int) -> None:
        language, _ = plan_of(number)
        user = at.server.user(FIRST + number, language_code=language)
        super().__init__(user, Sample(language, "", ()), patience=60)
        self.number_of = number

    async def finish(self) -> int:
        """Go on by the first buttons to the case number."""
        await self.say("/continue")
        for _ in range(60):
            if self.number:
                return self.number
            await (self.press(0) if self.at_review() else self.answer())
        raise AssertionError(f"no end:\n{self.user.screen()}")

    async def answer(self) -> None:
        """The first button that leads on."""
        keys = self.user.last.buttons
        if "/back" in (keys[0].data or ""):
            await self.press(len(keys) - 1)
        else:
            await super().answer()

    def told(self) -> int:
        """How often it was told that questions changed."""
        lines = [
            drafts.texts().say(self.sample.language, f"script:revised.{name}")
            for name in ("closed", "again", "unused", "both", "fresh")
        ]
        return sum(m.text.count(line) for m in self.user.messages for line in lines)


@pytest.mark.timeout(300)
@pytest.mark.asyncio
async def test_an_evening_of_five_drafts_with_five_hundred_families(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each draft published and taken back over the running service; whoever just then answers
    the question it concerns is heard, and everybody ends with a case."""
    for module in (office_module, service):
        monkeypatch.setattr(module, "TIMERS_EVERY", 0.1)
    async with TelegramServer(clock=Clock(MONDAY)) as server:
        at = House(server, tmp_path / "home")
        async with at.store() as store:
            await opened(store, SCRIPTS / "return.yaml", drafts.programme())
            committer = Committer(store)
            await fill(store, committer, FAMILIES, FIRST)
            await committer.close()
        await at.start()
        free = {name: standing_at(path) for name, (path, _) in ANSWERS.items()}
        probe = Family(at, next(standing_at("home")))
        met: list[Family] = []
        try:
            for name, (path, said) in ANSWERS.items():
                folder = with_pets(tmp_path) if name == "ADDED" else tmp_path
                (folder / "return.yaml").write_text(getattr(drafts, name), "utf-8")
                async with at.store() as store:
                    assert await publish(desk_of(store), draft_in(folder), None, "anna")
                    held = await revisions.newest(store, "return")
                    assert held is not None
                    await taken_up(at, probe, held.revision)
                    numbers = [n for n in free[name] if n not in {m.number_of for m in met}][:EACH]
                    assert numbers, name
                    here = [Family(at, n) for n in numbers]
                    await asyncio.gather(*(family.say(said) for family in here))
                    for family, number in zip(here, numbers, strict=True):
                        c = await now_of(store, number, FIRST)
                        assert c.revision == held.revision
                        heard(name, path, said, c, number)
                        assert family.told() == (name in ("DELETED", "RETYPED"))
                    met += here
                    assert await roll_back(desk_of(store), "", None, "anna")
                    await taken_up(at, probe, drafts.draft().id)
            ended = await asyncio.gather(*(family.finish() for family in met))
            assert len(set(ended)) == len(met)
            assert all(family.told() <= 2 for family in met)
            async with at.store() as store:
                for family in met:
                    c = await now_of(store, family.number_of, FIRST)
                    assert c.case is not None
                    right(c, drafts.draft())
        finally:
            await at.stop()


async def taken_up(at: House, probe: Family, revision: str) -> None:
    """Until the service speaks this revision: a family that goes on stands on it."""
    async with asyncio.timeout(30), contextlib.AsyncExitStack() as stack:
        store = await stack.enter_async_context(at.store())
        while True:
            await probe.say("/continue")
            if (await now_of(store, probe.number_of, FIRST)).revision == revision:
                return


def heard(name: str, path: str, said: str, c: Conversation, number: int) -> None:
    """What was answered just after publishing is where it belongs."""
    before = dict(families())[number]
    if name in ("DELETED", "RETYPED"):
        assert path not in c.answers
        assert len(c.story) == len(before.story) + 1
        choice = drafts.draft().spec(path).choices[1].id
        label = drafts.draft().texts.say(c.language, f"return:{path}.{choice}.text")
        assert c.story[-1].text.endswith(said if name == "RETYPED" else label)
        return
    answer = c.answers[{"RENAMED": "age_group"}.get(name, path)]
    wanted = {"NO_CHOICE": "back", "RENAMED": drafts.draft().spec("age_band").choices[1].id}
    assert answer.value == wanted[name] if name in wanted else len(answer.value) == int(said)


@pytest.mark.asyncio
async def test_a_language_added_in_the_programmes_folder_is_spoken_in_telegram(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Published while the service runs: the menu comes in it, those who ask speak it, a draft
    is seen by nobody."""
    for module in (office_module, service):
        monkeypatch.setattr(module, "TIMERS_EVERY", 0.1)
    listed = load_languages(OWN).languages
    texts = {code: tongues.catalogue(code, listed) for code in ("de", "uk", "ltg")}
    files = draft_in(tongues.folder(tmp_path / "own", OWN, **texts))
    async with TelegramServer(clock=Clock(MONDAY)) as server:
        at = House(server, tmp_path / "home")
        async with at.store() as store:
            await opened(store, SCRIPTS / "return.yaml", drafts.programme())
        await at.start()
        try:
            async with at.store() as store:
                assert await publish(desk_of(store), files, None, "anna")
            menus = [c.params for c in server.calls if c.method == "setMyCommands"]
            async with asyncio.timeout(30):
                while not any(m.get("language_code") == "de" for m in menus):
                    await asyncio.sleep(0.05)
                    menus = [c.params for c in server.calls if c.method == "setMyCommands"]
            assert not any(m.get("language_code") == "uk" for m in menus)
            user = server.user(7, language_code="de")
            family = Player(user, Sample("lv", "", ()), patience=30)
            await family.say("/start")
            assert {b.text for b in user.last.buttons} == {"Latviešu", "Русский", "English"}
            await family.say("/language")
            assert [b.text for b in user.last.buttons] == [
                "Latviešu", "Русский", "English", "Deutsch", "Latgaliski",
            ]  # fmt: skip
            await family.tap("Deutsch")
            await family.tap("English")
            await family.tap(tongues.said("I have read it, let us start", "de"))
            async with at.store() as store:
                c = await now_of(store, 7)
            assert (c.language, c.second) == ("de", "en")
            assert c.notice is not None
            assert c.notice.language == "de"
        finally:
            await at.stop()
