"""Headers of mails: what is written is what is read, by each reader and in each script."""

from __future__ import annotations

import email
import email.header
import email.policy
import email.utils
import random
from email.message import EmailMessage
from html import escape

import pytest

from monitor.alerts.channels.email import EmailChannel, MailServer, compose, header_text
from monitor.alerts.compose import message
from monitor.alerts.mail import AS_WRITTEN, address_header, text_header
from monitor.alerts.render import headed
from monitor.model import Alert, AlertId, AlertKind, Message, Partly, SendFailed, Sent, Story
from tests.support import PATIENCE
from tests.support import MailServer as SmtpServer

SENDER = "Monitor <monitor@desk.example>"
WORDS = {
    "Latin": "Zanzibar envoy calls BRICS accession a natural next step, says: 'no' (again) 7.5% [live]",
    "Spanish": "Los países del bloque condenan el atentado en Zanzíbar, según señaló el próximo año",
    "Cyrillic": "Оверчук: Россия поддержит заявку Занзибара на вступление в объединение на саммите в Казани",
    "Arabic": "وصل وزير خارجية زنجبار إلى موسكو لإجراء محادثات حول الانضمام إلى التكتل في قمة قازان",
    "Urdu": "زنجبار نے تنظیم کی رکنیت کی درخواست دے دی ہے اور روس نے اس کی حمایت کا اعلان کیا ہے",
    "Greek": "Ο υπουργός της Ζανζιβάρης έφτασε στη Μόσχα για συνομιλίες σχετικά με την ένταξη",
    "Hebrew": "שר החוץ של זנזיבר הגיע למוסקבה לשיחות על הצטרפות לארגון בפסגה בקאזאן",
    "Hindi": "ज़ंज़ीबार के विदेश मंत्री सदस्यता पर बातचीत के लिए मास्को पहुंचे और समर्थन मांगा",
    "Chinese": "桑给巴尔 外长 抵达 莫斯科 就 加入 组织 举行 会谈 喀山峰会上俄罗斯将支持其申请加入该组织的请求",
    "Korean": "잔지바르 외무장관 가입 협상 위해 모스크바 도착 러시아 카잔 정상회의 에서 지지 표명",
    "Thai": "รัฐมนตรีต่างประเทศแซนซิบาร์ เดินทางถึงมอสโก เพื่อเจรจาเข้าร่วมกลุ่ม ในการประชุมสุดยอด",
    "mixed": 'BRICS: Россия backs Zanzíbar 🚀 पहुंचे 桑给巴尔 =?utf-8?q?no?= a=b_c? "quoted" <tag> 100% a\\b ©',
}


def titles(script: str, count: int = 50) -> list[str]:
    """Headlines of the words of ``script``, of all lengths; the same ones in each run."""
    words, chance = WORDS[script].split(), random.Random(script)
    return [" ".join(chance.choices(words, k=chance.randint(1, 24))) for _ in range(count)]


def readings(raw: bytes) -> list[str]:
    """The subject as several readers see it."""
    plain = email.message_from_bytes(raw)["Subject"].replace("\r\n", "").replace("\n", "")
    parts = email.header.decode_header(plain)
    one_by_one = "".join(part if isinstance(part, str) else part.decode(charset or "ascii") for part, charset in parts)
    modern = email.message_from_bytes(raw, policy=email.policy.default)["Subject"]
    return [str(modern), str(email.header.make_header(parts)), one_by_one]


@pytest.mark.parametrize("script", WORDS)
def test_F01_a_subject_is_read_as_it_was_written(script: str) -> None:
    for title in titles(script):
        mail = EmailMessage(policy=AS_WRITTEN)
        text_header(mail, "Subject", title)
        raw = mail.as_bytes()
        assert readings(raw) == [title] * 3
        lines = raw.decode("ascii").split("\r\n")
        assert max(map(len, lines)) <= 76
        words = [word for word in raw.decode("ascii").split() if word.startswith("=?")]
        assert all(len(word) <= 75 and word.endswith("?=") for word in words)


@pytest.mark.parametrize("script", WORDS)
def test_F01_words_stay_whole_where_they_fit(script: str) -> None:
    for title in titles(script, 20):
        mail = EmailMessage(policy=AS_WRITTEN)
        text_header(mail, "Subject", title)
        parts = [
            str(email.header.make_header(email.header.decode_header(word)))
            for word in mail.as_bytes().decode("ascii").removeprefix("Subject:").split()
        ]
        if len(parts) > 1 and max(len(word.encode()) for word in title.split()) < 14 and parts[0][0] != "=":
            assert all(part.endswith(" ") for part in parts[:-1]) or title.isascii()


@pytest.mark.parametrize("script", WORDS)
def test_F01_names_in_addresses_are_read_as_they_were_written(script: str) -> None:
    for title in titles(script, 20):
        name = title[:12].strip()
        mail = EmailMessage(policy=AS_WRITTEN)
        people = [(name, "a@desk.example"), ("", "b@desk.example"), (name[::-1].strip(), "c@xn--d1acufc.example")]
        address_header(mail, "To", people)
        raw = mail.as_bytes()
        assert max(map(len, raw.split(b"\r\n"))) <= 78
        found = email.message_from_bytes(raw, policy=email.policy.default)["To"]
        assert [(one.display_name, one.addr_spec) for one in found.addresses] == people
        plain = email.message_from_bytes(raw)["To"].replace("\r\n", "")
        pairs = email.utils.getaddresses([plain])
        assert [(str(email.header.make_header(email.header.decode_header(one))), at) for one, at in pairs] == people


def test_F01_a_name_that_needs_several_words_is_read_by_who_keeps_to_the_standard() -> None:
    name = WORDS["Hindi"]
    mail = EmailMessage(policy=AS_WRITTEN)
    address_header(mail, "From", [(name, "a@desk.example")])
    plain = email.message_from_bytes(mail.as_bytes())["From"].replace("\r\n", "")
    written, address = email.utils.parseaddr(plain)
    assert (str(email.header.make_header(email.header.decode_header(written))), address) == (name, "a@desk.example")


@pytest.mark.parametrize(
    "title",
    ["w" * 170, "short " + "w" * 100 + " short", "a " * 80 + "b", "https://news.example/" + "path/" * 25],
)
def test_F01_long_words_in_ascii_fit_into_lines(title: str) -> None:
    mail = EmailMessage(policy=AS_WRITTEN)
    text_header(mail, "Subject", title)
    assert readings(mail.as_bytes()) == [title] * 3
    assert max(map(len, mail.as_bytes().split(b"\r\n"))) <= 76


def alert(headline: str, identity: str = "abc") -> Message:
    """A message of one alert."""
    one = Alert(AlertId(identity), AlertKind.NEW, 1_726_660_000.0, headline, watch="w", watch_title="Блок и союз")
    return message("email", [Story(one)], 1_726_660_000.0)


async def test_F01_a_subject_arrives_as_it_was_written(mail: SmtpServer) -> None:
    channel = EmailChannel(
        MailServer("127.0.0.1", mail.port, "none", timeout=PATIENCE),
        "Новости отдела мониторинга <a@пример.example>",
        ["Дежурный редактор <desk@desk.example>", "Zanzíbar <b@desk.example>"],
    )
    sent = [alert(one) for script in WORDS for one in titles(script, 2)]
    for one in sent:
        assert isinstance(await channel.send(one), Sent)
    await channel.end_batch()
    await channel.close()
    assert [readings(raw) for raw in mail.raw] == [[header_text(headed(one))] * 3 for one in sent]
    for received in mail.mails:
        (sender,), (first, second) = received["From"].addresses, received["To"].addresses
        assert (sender.display_name, sender.addr_spec) == ("Новости отдела мониторинга", "a@xn--e1afmkfd.example")
        assert [first.display_name, second.display_name] == ["Дежурный редактор", "Zanzíbar"]


def test_F01_nothing_in_a_headline_becomes_a_header() -> None:
    raw = compose(alert("x\r\nBcc: all@desk.example\r\n\r\nbody\u2028Cc: y"), SENDER, ["d@desk.example"]).as_bytes()
    head = raw.partition(b"\r\n\r\n")[0]
    assert b"\r\nBcc" not in head
    assert b"\r\nCc" not in head
    assert readings(raw)[0].endswith("x Bcc: all@desk.example body Cc: y")


async def test_R15_two_copies_of_one_mail_are_the_same_to_the_byte(mail: SmtpServer) -> None:
    """The first is taken, but its receipt is lost; the second comes from another process."""
    sent = alert("Россия поддержит заявку Занзибара")
    for _ in range(2):
        channel = EmailChannel(MailServer("127.0.0.1", mail.port, "none", timeout=PATIENCE), SENDER, ["d@desk.example"])
        result = await channel.send(sent, Partly(("d@desk.example",)))
        assert not isinstance(result, SendFailed)
        await channel.close()
    assert mail.raw[0] == mail.raw[1]
    assert mail.mails[0].get_boundary().startswith("=_")


def test_R15_another_mail_has_another_boundary_and_no_text_can_hold_it() -> None:
    first, second = (compose(alert("x", identity), SENDER, ["d@desk.example"]) for identity in ("one", "two"))
    assert first.get_boundary() != second.get_boundary()
    forged = alert(f"x --{first.get_boundary()}", "one")
    parts = list(compose(forged, SENDER, ["d@desk.example"]).walk())
    assert len(parts) == 3
    assert compose(forged, SENDER, ["d@desk.example"]).get_boundary() not in escape(forged.stories[0].alert.headline)
