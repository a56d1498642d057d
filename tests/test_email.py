"""Mail through a real SMTP server process: TLS, bounces, greylisting, broken connections."""

from __future__ import annotations

import asyncio
import re
import ssl
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import NamedTuple

import pytest
import trustme

from bot.channels.channel import (
    DeliveryError,
    Gone,
    Key,
    Later,
    Misconfigured,
    Order,
    Refused,
    Unclear,
    Unreachable,
)
from bot.channels.email import PAUSES, Mail
from bot.mails import Mails
from storage import cases, staff
from tests.database import TestClock
from tests.web.office import Served, office_at
from tests.web.talks import told_by_mail

ROOT = Path(__file__).parent.parent


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The office's home."""
    return tmp_path / "home"


class Server(NamedTuple):
    """A running server: its two URLs, the certificates that it is trusted by, its mails."""

    starttls: str
    tls: str
    trust: ssl.SSLContext
    folder: Path

    def mails(self) -> list[EmailMessage]:
        found = []
        for file in sorted(self.folder.glob("*.eml")):
            mail = message_from_bytes(file.read_bytes(), policy=policy.default)
            assert isinstance(mail, EmailMessage)
            found.append(mail)
        return found


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    authority = trustme.CA()
    issued = authority.issue_cert("localhost", "127.0.0.1")
    (tmp_path / "server.pem").write_bytes(b"".join(c.bytes() for c in issued.cert_chain_pems))
    (tmp_path / "server.key").write_bytes(issued.private_key_pem.bytes())
    trust = ssl.create_default_context()
    authority.configure_trust(trust)
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.smtp_server", str(tmp_path)],
        stdout=subprocess.PIPE, cwd=ROOT, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        first, second = process.stdout.readline().split()
        yield Server(
            f"smtp://office:secret@localhost:{first}",
            f"smtps://office:secret@localhost:{second}",
            trust,
            tmp_path / "mails",
        )
    finally:
        process.terminate()
        process.wait(10)


def mail(server: Server, url: str = "", trust: ssl.SSLContext | None = None) -> Mail:
    trust = trust or server.trust
    return Mail(url or server.starttls, "majup@office.test", TestClock(), trust=trust)


HELLO = Order(
    "send",
    "Lieta 1042: <b>Vidzeme</b> &amp; вопрос\n«ļoti»",
    ((Key("Atvērt lietu", url="https://office.test/desk/in/abc"),),),
    subject="Lieta 1042: Vidzemes plānošanas reģions",
)


async def test_both_kinds_of_tls_and_the_letters(server: Server) -> None:
    for url in (server.starttls, server.tls):
        await mail(server, url).perform("inga@region.example.lv", HELLO)
    for found in server.mails():
        assert found["Subject"] == "Lieta 1042: Vidzemes plānošanas reģions"
        assert found["From"].addresses[0].display_name == "Mājup"
        assert found["Auto-Submitted"] == "auto-generated"
        plain = found.get_body(("plain",))
        page = found.get_body(("html",))
        assert plain is not None and page is not None
        words = plain.get_content().replace("\r\n", "\n")
        assert "Lieta 1042: Vidzeme & вопрос\n«ļoti»" in words
        assert "Atvērt lietu: https://office.test/desk/in/abc" in words
        assert 'href="https://office.test/desk/in/abc"' in page.get_content()
    assert len(server.mails()) == 2


@pytest.mark.parametrize(
    ("box", "expected"),
    [
        ("gone", Gone),
        ("full", Later),
        ("grey1", Later),
        ("spam", Refused),
        ("cut", Unreachable),
        ("lost", Unclear),
    ],
)
async def test_answers_become_typed_errors(
    server: Server, box: str, expected: type[DeliveryError]
) -> None:
    with pytest.raises(DeliveryError) as caught:
        await mail(server).perform(f"{box}@families.test", HELLO)
    assert type(caught.value) is expected


async def test_greylisting_is_waited_out_longer_each_time(server: Server) -> None:
    channel, waits = mail(server), []
    for _ in range(3):
        with pytest.raises(Later) as caught:
            await channel.perform("grey3@families.test", HELLO)
        waits.append(caught.value.seconds)
    assert waits == list(PAUSES[:3])
    assert await channel.perform("grey3@families.test", HELLO)
    assert len(server.mails()) == 1


async def test_a_mail_sent_again_has_the_same_name(server: Server) -> None:
    channel = mail(server)
    for _ in range(2):
        with pytest.raises(Unclear):
            await channel.perform("lost@families.test", HELLO)
    first, second = server.mails()
    assert first["Message-ID"] == second["Message-ID"]


async def test_wrong_password_certificate_and_address(server: Server) -> None:
    wrong = server.starttls.replace("secret", "guess")
    with pytest.raises(Misconfigured):
        await mail(server, wrong).perform("inga@region.example.lv", HELLO)
    with pytest.raises(Misconfigured, match="certificate"):
        await mail(server, trust=ssl.create_default_context()).perform("a@b.test", HELLO)
    with pytest.raises(Misconfigured, match="certificate"):
        await mail(server, server.tls, ssl.create_default_context()).perform("a@b.test", HELLO)
    with pytest.raises(Unreachable):
        await mail(server, "smtp://localhost:1").perform("inga@region.example.lv", HELLO)
    with pytest.raises(Refused):
        await mail(server).perform("no address", HELLO)
    with pytest.raises(Gone):  # told to the desk, not tried again for days
        await mail(server).perform("jānis@families.test", HELLO)
    with pytest.raises(Misconfigured):
        Mail("http://localhost", "majup@office.test", TestClock())
    assert server.mails() == []


@pytest.mark.parametrize("address", ["a@b.test\r\nBcc: x@y.test", "a@b.test>\r\nRCPT TO:<x@y.test"])
async def test_no_address_smuggles_a_header(server: Server, address: str) -> None:
    with pytest.raises(DeliveryError):
        await mail(server).perform(address, HELLO)
    assert server.mails() == []


async def test_a_mail_cannot_be_amended(server: Server) -> None:
    for kind in ("edit", "bare", "delete"):
        order = Order(kind, "x", message="<1@office.test>")
        assert await mail(server).perform("inga@region.example.lv", order) == "<1@office.test>"
    assert server.mails() == []


# -- mails of the whole office ------------------------------------------------------------------


@asynccontextmanager
async def office(server: Server, home: Path) -> AsyncIterator[Served]:
    channel = mail(server)
    async with office_at(
        home, channels={"email": channel}, smtp_url=server.starttls,
        mail_from="majup@office.test", public_url="https://office.test",
    ) as served:  # fmt: skip
        yield served


async def delivered(server: Server, count: int) -> list[EmailMessage]:
    for _ in range(200):
        if len(server.mails()) >= count:
            break
        await asyncio.sleep(0.05)
    return server.mails()


def text_of(found: EmailMessage) -> str:
    body = found.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


async def test_case_by_mail_and_answer_by_mail(server: Server, home: Path) -> None:
    async with office(server, home) as served:
        store = served.office.store
        box = "inga@region.example.lv"
        person = await staff.add(store, "coordinator", "vidzeme", "lv", "email", box)
        number = await told_by_mail(served, "marta@families.example.lv")
        found = await delivered(server, 2)
        by_box = {str(each["To"]): each for each in found}
        desk, family = by_box["inga@region.example.lv"], by_box["marta@families.example.lv"]
        assert str(number) in str(desk["Subject"])
        assert "Vidzemes plānošanas reģions" in str(desk["Subject"])
        words = text_of(desk) + str(desk["Subject"])
        for personal in ("Smilten", "Lielbrit", "marta", "Anglij", "2016", "šofer", "anglij"):
            assert personal not in words, personal
        assert re.search(r"https://office\.test/desk/in/[A-Za-z0-9_-]{42,}", text_of(desk))
        assert str(number) in text_of(family)
        assert "Vidzemes plānošanas reģions" in text_of(family)
        mails = served.office.turns.speech.mails
        assert isinstance(mails, Mails)
        assert mails.news(person, number)


async def test_a_familys_box_that_does_not_exist_is_told_to_the_desk(
    server: Server, home: Path
) -> None:
    async with office(server, home) as served:
        store = served.office.store
        box = "inga@region.example.lv"
        await staff.add(store, "coordinator", "vidzeme", "lv", "email", box)
        number = await told_by_mail(served, "gone@families.example.lv")
        found = await delivered(server, 2)
        assert [str(each["To"]) for each in found] == [box, box]
        assert f"Lietā {number} ir kas jauns" in text_of(found[1])
        kinds = [each.kind for each in await cases.events(store, number)]
        assert kinds == ["received", "mail_gone"]


async def test_a_coordinators_box_that_does_not_exist_is_told_to_the_operator(
    server: Server, home: Path
) -> None:
    async with office(server, home) as served:
        store = served.office.store
        await staff.add(store, "coordinator", "vidzeme", "lv", "email", "gone@region.example.lv")
        await staff.add(store, "operator", "", "lv", "email", "dace@office.example.lv")
        number = await told_by_mail(served, "marta@families.example.lv")
        found = {str(each["To"]): text_of(each) for each in await delivered(server, 2)}
        assert set(found) == {"dace@office.example.lv", "marta@families.example.lv"}
        told = found["dace@office.example.lv"]
        assert str(number) in told and "majup staff invite" in told and "/desk/in/" not in told
        assert [each.kind for each in await cases.events(store, number)] == ["received"]


async def test_greylisting_is_waited_out_by_the_relay_and_holds_nobody_up(
    server: Server, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.email.PAUSES", (0.1,))
    async with office(server, home) as served:
        box = "inga@region.example.lv"
        await staff.add(served.office.store, "coordinator", "vidzeme", "lv", "email", box)
        await told_by_mail(served, "grey3@families.example.lv")
        found = [str(each["To"]) for each in await delivered(server, 2)]
        assert found == [box, "grey3@families.example.lv"]
        assert served.office.relay is not None and not served.office.relay.late(1)


async def test_words_in_mails_stay_words(server: Server) -> None:
    subject = "Lieta\r\nBcc: x@y.test\n\n<script>x</script>"
    order = Order("send", "a &lt;script&gt;x&lt;/script&gt;", subject=subject)
    await mail(server).perform("inga@region.example.lv", order)
    (found,) = server.mails()
    assert found["Bcc"] is None and found.get_all("To") == ["inga@region.example.lv"]
    page = found.get_body(("html",))
    assert page is not None and "<script" not in page.get_content()
