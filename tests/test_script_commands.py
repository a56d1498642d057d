"""``majup script`` on a real store, and a running service that follows it."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot import publishing
from bot.cli import app
from bot.editions import Editions, opened, script_path
from bot.office import Office
from bot.publishing import publish, roll_back
from dialogs.conversation import Conversation
from dialogs.edition import SCRIPTS
from dialogs.kept import keep
from dialogs.migrate import take
from storage import conversations, revisions
from storage.commit import Committer
from storage.revisions import Overtaken
from storage.store import Store
from tests import drafts
from tests.database import TestClock
from tests.test_rehearsal import GO_ON
from tests.under_way import PETS_RU, desk_of, draft_in, fill, with_pets

pytest_plugins = ["tests.database"]

Majup = Callable[..., Result]

@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A draft with a new question, a condition, and its translations beside it."""
    with_pets(tmp_path)
    (tmp_path / "shipped").mkdir()
    (tmp_path / "shipped" / "return.yaml").write_text(drafts.SHIPPED, "utf-8")
    return tmp_path


@pytest.fixture
def majup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Majup:
    """The command with a home of its own."""
    monkeypatch.setenv("MAJUP_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    runner = CliRunner()

    def run(*words: str, said: str = "") -> Result:
        return runner.invoke(app, ["script", *words], input=said)

    return run


def test_publish_list_diff_rollback(majup: Majup, folder: Path) -> None:
    draft, shipped = str(folder / "return.yaml"), str(folder / "shipped" / "return.yaml")
    assert "Nothing has been published" in majup("list").output
    assert majup("publish", shipped, "--yes").exit_code == 0
    assert "what holds already" in majup("publish", shipped, "--yes").output
    refused = majup("publish", draft)  # the end of the input is a no
    assert (refused.exit_code, "Not published." in refused.output) == (1, True)
    done = majup("publish", draft, "--language", "lv", said="y\n")
    assert done.exit_code == 0, done.output
    assert "Plkst. " in done.output
    lines = majup("list").output.splitlines()
    assert len(lines) == 2
    assert "holds now" in lines[0]
    newer, older = (line.split()[1] for line in lines)
    assert majup("diff", older, newer).output.strip() == "New question: pets (choice)"
    assert majup("diff", newer, older, "--language", "ru").output.strip() == "Вопрос убран: pets"
    assert majup("rollback", "--yes").exit_code == 0
    lines = majup("list").output.splitlines()
    assert [line.split()[1] for line in lines] == [older, newer, older]
    assert majup("diff", newer, "nosuch").exit_code == 1


def test_faults_stop_publishing(majup: Majup, folder: Path) -> None:
    (folder / "return.ru.po").unlink()
    refused = majup("publish", str(folder / "return.yaml"), "--yes")
    assert refused.exit_code == 1
    lines = refused.output.splitlines()
    assert len(lines) == len(PETS_RU)
    assert all("untranslated" in line and "return.yaml:" in line for line in lines)
    assert "Nothing has been published" in majup("list").output


def test_preview_prove_replay(majup: Majup, folder: Path) -> None:
    draft = str(folder / "return.yaml")
    shown = majup("preview", draft, "--language", "lv", "--at", "pets", "--answer", "children=2",
                  said="#2\n\n").output  # fmt: skip
    assert "<< Vai līdzi būs mājdzīvnieks?" in shown
    assert "✓ Kaķis" in shown
    # A language that nobody sees yet; what it lacks comes in another one.
    drafted = majup("preview", draft, "--language", "uk", "--at", "pets", said="\n")
    assert drafted.exit_code == 0 and "<< Vai līdzi būs mājdzīvnieks?" in drafted.output
    assert majup("preview", draft, "--language", "xx").exit_code == 2
    assert majup("preview", draft, "--at", "nosuch").exit_code == 1
    assert majup("preview", draft, "--answer", "place=???").exit_code == 1
    proved = majup("prove", draft, "--language", "ru", "--explain", "lv")
    assert proved.exit_code == 0, proved.output
    assert "Sasniegti 37 no 37 jautājumiem" in proved.output
    recorded = Path(__file__).parent / "transcripts" / "14-en-delete-me.txt"
    assert majup("replay", "return", str(recorded)).exit_code == 0
    (folder / "no.txt").write_text("-- nonsense", "utf-8")
    assert majup("replay", "return", str(folder / "no.txt")).exit_code == 1
    assert majup("prove", draft, "--language", "xx").exit_code == 2


# -- the store and a running service ------------------------------------------------------------


@pytest.mark.asyncio
async def test_the_count_is_shown_taken_again_and_comes_true(
    store: Store, committer: Committer, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    editions = await opened(store, folder / "shipped" / "return.yaml", drafts.programme())
    await fill(store, committer, 500)
    desk = desk_of(store)
    asked: list[str] = []

    def agree(question: str) -> bool:
        asked.append(question)
        return True

    began = time.monotonic()
    assert await publish(desk, draft_in(folder), agree, "anna")
    assert time.monotonic() - began < 60
    shown = capsys.readouterr().out
    said = await publishing.rehearsal(desk, editions.current)
    assert said.under_way + said.sent == 500
    assert f"{said.under_way} ģimen" in shown
    assert asked == ["Publicēt?"]
    assert await editions.refresh()
    again = await publishing.rehearsal(desk, editions.current)
    new = editions.current
    came = 0
    async for c in everyone(store):
        step = take(new, c, GO_ON, await editions.load(c.revision))
        came += "pets" in step.conversation.agenda and c.case is None
    assert came == again.fresh["pets"]
    assert f"{came} saņems jaunu jautājumu: Mājdzīvnieki (pets)" in shown
    assert await roll_back(desk, "", None, "anna")
    assert await editions.refresh()
    assert "pets" not in editions.current.questions
    assert [line.by for line in await revisions.history(store, "return")] == [
        "anna", "anna", "service",
    ]  # fmt: skip


async def everyone(store: Store) -> AsyncIterator[Conversation]:
    after = ""
    while page := await conversations.page(store, "return", after, 120):
        for c in page:
            yield c
        after = page[-1].id


@pytest.mark.asyncio
async def test_if_it_grew_it_is_asked_again(
    store: Store, committer: Committer, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await opened(store, folder / "shipped" / "return.yaml", drafts.programme())
    asked: list[str] = []
    waiting = iter([True])

    def agree(question: str) -> bool:
        asked.append(question)
        if next(waiting, False):  # families come while the list is being read
            async def come() -> None:
                other = Committer(store)
                await fill(store, other, 60)
                await other.close()

            thread = threading.Thread(target=lambda: asyncio.run(come()))
            thread.start()
            thread.join()
        return True

    assert await publish(desk_of(store), draft_in(folder), agree, "anna")
    assert len(asked) == 2
    assert "skar vairāk ģimeņu" in capsys.readouterr().out


@pytest.mark.asyncio
async def test_two_cannot_publish_over_each_other(store: Store) -> None:
    content = keep(drafts.SHIPPED, drafts.draft(), drafts.texts())
    first = await revisions.publish(store, "return", "r1", content, "anna", over=0)
    assert first.number == 1
    with pytest.raises(Overtaken):
        await revisions.publish(store, "return", "r2", content, "juris", over=0)
    second = await revisions.publish(store, "return", "r2", b"{}", "juris", over=1)
    assert second.number == 2
    kept = await revisions.publish(store, "return", "r1", b"changed", "anna", over=2)
    assert kept.number == 3
    assert await revisions.content(store, "r1") == content


@pytest.mark.asyncio
async def test_the_first_start_publishes_and_an_upgrade_follows_unless_staff_published(
    store: Store, folder: Path
) -> None:
    shipped = folder / "shipped" / "return.yaml"
    first = await opened(store, shipped, drafts.programme())
    assert [line.by for line in await revisions.history(store, "return")] == ["service"]
    assert (await opened(store, shipped, drafts.programme())).number == first.number
    shipped.write_text(drafts.DELETED, "utf-8")  # an upgrade brings another script
    upgraded = await opened(store, shipped, drafts.programme())
    assert upgraded.number == first.number + 1
    assert await publish(desk_of(store), draft_in(folder), None, "anna")
    shipped.write_text(drafts.SHIPPED, "utf-8")
    theirs = await opened(store, shipped, drafts.programme())
    assert "pets" in theirs.current.questions
    assert len(await revisions.history(store, "return")) == 3


@pytest.mark.asyncio
async def test_a_running_service_takes_it_up(
    store: Store, clock: TestClock, folder: Path
) -> None:
    office = Office(store, drafts.draft(), clock)
    editions = office.turns.editions
    assert not await editions.refresh()
    assert await publish(desk_of(store), draft_in(folder), None, "anna")
    assert await editions.refresh()
    assert "pets" in editions.current.questions
    assert editions.of(drafts.draft().id).id == drafts.draft().id
    assert not await editions.refresh()
    await revisions.publish(store, "return", "broken", b"{}", "anna")
    assert not await editions.refresh()
    assert "pets" in editions.current.questions
    await office.committer.close()


@pytest.mark.asyncio
async def test_a_revision_unknown_to_the_store_is_none(store: Store) -> None:
    editions = Editions(store, drafts.draft())
    assert await editions.load("nosuch") is None
    assert editions.of("nosuch") is drafts.draft()


def test_the_programmes_folder_comes_before_the_shipped_script(tmp_path: Path) -> None:
    assert script_path() == SCRIPTS / "return.yaml"
    assert script_path(programme=tmp_path) == SCRIPTS / "return.yaml"
    (tmp_path / "return.yaml").write_text("", "utf-8")
    assert script_path(programme=tmp_path) == tmp_path / "return.yaml"
