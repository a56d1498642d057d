"""Delicate questions: never in the talk, offered once, answered on a page of our own."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dialogs.edition import SCRIPTS, Edition, load_edition
from storage import cases, conversations
from tests.web.browsing import Browser
from tests.web.office import Served, office_at
from tests.web.talks import STORY, WebTalk


@pytest.fixture(scope="module")
def delicate(tmp_path_factory: pytest.TempPathFactory) -> Edition:
    """The shipped script with a delicate question among the later ones."""
    text = (SCRIPTS / "return.yaml").read_text(encoding="utf-8")
    text += """
  - id: delicate
    title: Support
    purpose: To prepare support.
    basis: "GDPR Art. 9(2)(a)"
    retention: case
    later: true
    questions:
      - id: delicate_words
        kind: long_text
        sensitive: true
        title: Support
        text: What support does somebody in the family need?
      - id: delicate_now
        kind: yes_no
        sensitive: true
        title: Support now
        text: Is support needed at once?
"""
    path = tmp_path_factory.mktemp("script") / "return.yaml"
    path.write_text(text, encoding="utf-8")
    return load_edition(str(path))


async def sent(served: Served) -> WebTalk:
    talk = WebTalk(served)
    await talk.begun()
    await talk.do(text=STORY)
    await talk.tap("Pareizi, tas ir viss")
    await talk.asked()
    return talk


async def test_answered_on_the_page_and_only_said_so_in_the_chat(
    tmp_path: Path, delicate: Edition
) -> None:
    async with office_at(tmp_path / "home", script=delicate) as served:
        talk = await sent(served)
        offers = [text for text in await talk.texts() if "2 jutīgi jautājumi" in text]
        assert len(offers) == 1
        await talk.tap("Atbildēt tīmeklī")
        page = await served.webchat.page(talk.chat)
        links = [key.url for b in page.bubbles for row in b.rows for key in row if key.url]
        assert re.fullmatch(r"http://office\.test/chat/private/[A-Za-z0-9_-]{42,}", links[-1])
        browser = Browser(served.app)
        await browser.open(links[-1])
        words = "Bērnam vajag logopēdu. Kods 120585-12345"
        await browser.press("Nosūtīt koordinatoram", delicate_words=words, delicate_now="yes")
        assert "Paldies" in browser.words
        await talk.quiet()
        told = " ".join(await talk.texts())
        assert "Atbildēts tīmeklī." in told
        assert "logopēdu" not in told
        known = await conversations.find(served.office.store, "web", talk.chat)
        assert known is not None and known.conversation is not None
        found = known.conversation.answers
        assert found["delicate_words"].how == "web" and found["delicate_now"].value == "yes"
        assert "logopēdu" in found["delicate_words"].raw
        assert "120585" not in found["delicate_words"].raw
        case = await cases.by_number(served.office.store, 1001)
        assert case is not None and case.intake is not None
        assert any("logopēdu" in str(each) for each in case.intake.extra)
        await browser.open(links[-1])
        again = await browser.press("Nosūtīt koordinatoram")
        assert again.status_code == 404  # the link worked once


async def test_they_never_stand_in_the_talk(tmp_path: Path, delicate: Edition) -> None:
    async with office_at(tmp_path / "home", script=delicate) as served:
        talk = await sent(served)
        known = await conversations.find(served.office.store, "web", talk.chat)
        assert known is not None and known.conversation is not None
        assert not {"delicate_words", "delicate_now"} & set(known.conversation.agenda)
        assert not any("logop" in text or "support" in text for text in await talk.texts())
