"""The story: what ten invented outlets wrote in the autumn of 2024, as headlines written for this demo.

The three threads follow what happened; between them stands what is easily mistaken for them. Each item bears the demo's
own truth (``expect``), which the tests hold against the real engine.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import UTC, datetime

BRICS = "pakistan-brics"
STREAM = "pakistan-stream"
VISIT = "mishustin-islamabad"
"""The watchlists that are shipped, by id."""


class Format(enum.StrEnum):
    """The kinds of documents that news feeds come as."""

    RSS = "rss"
    ATOM = "atom"
    RDF = "rdf"


@dataclass(frozen=True, slots=True)
class Outlet:
    """An invented newspaper or agency with one feed."""

    id: str
    name: str
    language: str
    format: Format
    charset: str = "utf-8"
    compressed: bool = False


@dataclass(frozen=True, slots=True)
class NewsItem:
    """One item of the story. ``expect`` is the watchlist that it belongs to, empty for none; ``weak`` when it should
    only reach the digest; ``copy`` when an agency's text stands in another outlet too, so that only one of them alerts.
    """

    published: float
    outlet: str
    guid: str
    title: str
    summary: str
    expect: str = ""
    weak: bool = False
    copy: bool = False


def _moment(text: str) -> float:
    return datetime.strptime(f"2024-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=UTC).timestamp()


BEGINS, ENDS = _moment("09-18 00:00"), _moment("10-26 00:00")
"""The story's first and last moment; what was published before stands in the feeds already."""

OUTLETS = (
    Outlet("courier", "Islamabad Courier", "en", Format.RSS),
    Outlet("ledger", "The Karachi Ledger", "en", Format.ATOM, compressed=True),
    Outlet("energy", "Eurasia Energy Wire", "en", Format.RSS),
    Outlet("world", "World Desk", "en", Format.RDF),
    Outlet("sport", "The Evening Scorecard", "en", Format.ATOM),
    Outlet("vestnik", "Московский вестник", "ru", Format.RSS, charset="windows-1251"),
    Outlet("meridian", "Восточный меридиан", "ru", Format.ATOM),
    Outlet("truba", "Листок энергетика", "ru", Format.RDF),
    Outlet("ufaq", "روزنامہ افق", "ur", Format.RSS),
    Outlet("khabar", "خبرنامہ شمال", "ur", Format.ATOM),
)

KILNS = "courier-1001-kilns"
"""The guid of the item whose silence is explained at the end of the demo: it tempts the BRICS watchlist."""


def _item(
    when: str,
    outlet: str,
    slug: str,
    title: str,
    summary: str,
    expect: str = "",
    weak: bool = False,
    copy: bool = False,
) -> NewsItem:
    guid = f"{outlet}-{when[:5].replace('-', '')}-{slug}"
    return NewsItem(_moment(when), outlet, guid, title, summary, expect, weak, copy)


# Below, "fmt: skip" keeps an item at three lines: its place, its title, its summary.

_BRICS = (
    _item("09-10 08:15", "courier", "waiting",
          "Pakistan still waits for an answer to its BRICS membership application",
          "Islamabad applied last year. The group's chair for 2024 is Russia, and the next summit is in Kazan.", BRICS),
    _item("09-12 06:40", "ufaq", "rukniyat",
          "پاکستان برکس کی رکنیت کا خواہاں ہے، دفتر خارجہ",
          "ترجمان کے مطابق رکنیت کی درخواست گزشتہ سال دی گئی تھی اور رکن ممالک سے رابطے جاری ہیں۔", BRICS),
    _item("09-18 13:20", "courier", "backing",
          "Russia backs Pakistan's bid to join BRICS, visiting deputy PM says",
          "Alexei Overchuk said in the capital that Moscow would be supportive once members reach a consensus.", BRICS),
    _item("09-18 15:10", "ledger", "backing",
          "Russia backs Pakistan's bid to join BRICS, visiting deputy PM says",
          "Alexei Overchuk said in the capital that Moscow would be supportive once members agree.", BRICS, copy=True),
    _item("09-18 14:05", "vestnik", "overchuk",
          "Оверчук: Россия поддержит заявку Пакистана на вступление в БРИКС",
          "Решение о приёме новых членов принимается консенсусом, напомнил вице-премьер в Исламабаде.", BRICS),
    _item("09-19 05:30", "ufaq", "himayat",
          "روس برکس میں پاکستان کی شمولیت کی حمایت کرے گا، روسی نائب وزیراعظم",
          "الیکسی اوورچک نے اسلام آباد میں کہا کہ نئے ارکان کا فیصلہ اتفاق رائے سے ہوگا۔", BRICS),
    _item("09-27 17:45", "world", "unga",
          "On the sidelines in New York, Pakistan presses its case for BRICS entry",
          "Diplomats say the talks with member states were friendly and that nothing was promised.", BRICS),
    _item("10-04 09:10", "meridian", "posol",
          "Пакистан рассчитывает на вступление в БРИКС, заявил посол в Москве",
          "По его словам, страна готова участвовать и в Новом банке развития.", BRICS),
    _item("10-20 06:20", "khabar", "ummid",
          "کازان اجلاس سے پہلے برکس کی رکنیت کے لیے پاکستان کی سفارتی کوششیں تیز",
          "حکام کا کہنا ہے کہ درخواست پر غور اجلاس میں متوقع ہے۔", BRICS),
    _item("10-23 16:40", "world", "thirteen",
          "BRICS names thirteen partner states, and Pakistan is not among them",
          "The list drawn up in Kazan runs from Algeria to Vietnam. Invitations will be sent later.", BRICS),
    _item("10-24 08:05", "vestnik", "spisok",
          "Заявка Пакистана в БРИКС: почему страны нет в списке партнёров",
          "По итогам саммита в Казани приглашены тринадцать государств.", BRICS),
    _item("10-24 10:30", "ufaq", "shamil",
          "برکس کے شراکت دار ممالک کی فہرست میں پاکستان شامل نہیں",
          "کازان اجلاس میں تیرہ ممالک کو دعوت دی گئی، پاکستان کی رکنیت کی درخواست بدستور موجود ہے۔", BRICS),
    _item("10-25 11:15", "courier", "stands",
          "After Kazan, Islamabad says its BRICS application still stands",
          "The Foreign Office will keep talking to members one by one, its spokesperson said.", BRICS),
    _item("10-14 12:00", "ledger", "currency",
          "Pakistan's bankers watch the BRICS currency debate from afar",
          "A shared payment system would change little for the rupee, three treasurers say.", BRICS, weak=True),
)  # fmt: skip

_STREAM = (
    _item("09-06 10:00", "energy", "nine-years",
          "Nine years on, the Pakistan Stream gas pipeline waits for its first weld",
          "Agreed in 2015 as the North-South project, then stalled by sanctions and by talks about money.", STREAM),
    _item("09-19 09:25", "truba", "peregovory",
          "Россия и Пакистан вернулись к переговорам о «Пакистанском потоке»",
          "Газопровод от Карачи до Лахора согласован в 2015 году и до сих пор не построен.", STREAM),
    _item("09-22 08:30", "energy", "revive",
          "Moscow and Islamabad look for a way to revive Pakistan Stream pipeline",
          "Officials agreed on a working group; the question of who pays was put off.", STREAM),
    _item("09-30 06:10", "ufaq", "muzakrat",
          "پاکستان اسٹریم گیس پائپ لائن منصوبے پر روس سے مذاکرات بحال",
          "کراچی سے لاہور تک گیارہ سو کلومیٹر طویل منصوبہ پابندیوں کے باعث تعطل کا شکار رہا۔", STREAM),
    _item("10-02 11:40", "ledger", "banks",
          "Banks shy away from Russian gas pipeline between Karachi and Lahore",
          "Lenders fear secondary sanctions, according to two people close to the talks.", STREAM),
    _item("10-07 07:50", "truba", "karachi",
          "Газопровод Карачи — Лахор: что мешает российским компаниям начать стройку",
          "Санкции, цена и маршрут: три вопроса, на которые девять лет нет ответа.", STREAM),
    _item("10-11 10:15", "khabar", "sarmaya",
          "گیس پائپ لائن کے لیے پاکستان نے روس کو سرمایہ کاری کا نیا ماڈل پیش کر دیا",
          "وزارت توانائی کے مطابق نارتھ ساؤتھ منصوبے کی لاگت کا دوبارہ تخمینہ لگایا جائے گا۔", STREAM),
    _item("10-18 09:00", "energy", "psgp",
          "PSGP cost estimate to be done afresh, petroleum officials say",
          "The last figure is three years old. Steel, routes and interest have all moved since.", STREAM),
    _item("10-21 08:20", "meridian", "otlozhen",
          "Сроки «Пакистанского потока» снова сдвигаются",
          "Стороны намерены вернуться к модели финансирования зимой.", STREAM),
)  # fmt: skip

_VISIT = (
    _item("09-25 12:30", "courier", "expected",
          "Russian Prime Minister expected in Islamabad for October's SCO meeting",
          "Heads of government of ten member states are invited for the 15th and 16th.", VISIT),
    _item("10-03 07:15", "meridian", "uchastie",
          "Мишустин примет участие в заседании глав правительств ШОС в Исламабаде",
          "Встреча пройдёт 15–16 октября под председательством Пакистана.", VISIT),
    _item("10-08 05:45", "khabar", "aamad",
          "روسی وزیراعظم میشوستین ایس سی او اجلاس کے لیے اسلام آباد آئیں گے",
          "دارالحکومت میں سکیورٹی کے خصوصی انتظامات کیے جا رہے ہیں۔", VISIT),
    _item("10-13 15:00", "ledger", "three-days",
          "Three days off for the capital as Pakistan awaits Mishustin and other premiers",
          "Schools, offices and wedding halls will close while the SCO summit lasts.", VISIT),
    _item("10-15 07:30", "vestnik", "pribyl",
          "Михаил Мишустин прибыл в Исламабад",
          "В программе — заседание Совета глав правительств ШОС и двусторонние встречи.", VISIT),
    _item("10-15 07:50", "meridian", "pribyl",
          "Михаил Мишустин прибыл в Исламабад",
          "Самолёт премьер-министра приземлился на авиабазе Нур-Хан.", VISIT, copy=True),
    _item("10-15 07:55", "courier", "lands",
          "Mishustin lands in Islamabad for SCO heads of government meeting",
          "Red carpet at Nur Khan airbase; a dinner for all delegations follows tonight.", VISIT),
    _item("10-15 08:20", "ufaq", "pahunche",
          "روس کے وزیراعظم شنگھائی تعاون تنظیم کے اجلاس کے لیے اسلام آباد پہنچ گئے",
          "ہوائی اڈے پر مہمانوں کا استقبال کیا گیا۔", VISIT),
    _item("10-16 10:10", "world", "meets",
          "Sharif meets Mikhail Mishutin in Islamabad: trade, grain and railways",
          "The two heads of government spoke for forty minutes before the plenary.", VISIT),
    _item("10-16 13:35", "vestnik", "itogi",
          "Премьер-министр РФ обсудил в Исламабаде торговлю и транспортные коридоры",
          "Заседание глав правительств завершилось подписанием совместного коммюнике.", VISIT),
    _item("10-12 18:00", "world", "week-ahead",
          "The week ahead: rates, elections and a summit",
          "Mishustin presents a budget to deputies on Tuesday. Central banks decide on Thursday, and trade ministers "
          "of the SCO states meet on Friday.", VISIT, weak=True),
)  # fmt: skip

_LOOKALIKES = (
    _item("10-01 06:30", "courier", "kilns",
          "Pakistan orders brick kilns shut as the smog season begins",
          "Only kilns rebuilt to the zigzag design may fire bricks until February, the environment agency said."),
    _item("10-22 09:30", "khabar", "bhatte",
          "پاکستان میں سموگ کے باعث اینٹوں کے بھٹے بند کرنے کا حکم",
          "محکمہ ماحولیات نے خلاف ورزی پر جرمانے کا اعلان کیا ہے۔"),
    _item("10-07 04:00", "sport", "multan",
          "Pakistan v England live stream: how to watch the first Test from Multan",
          "Start times, teams and where to stream live coverage on a slow line."),
    _item("09-20 17:00", "sport", "wifi",
          "Stadium Wi-Fi: Lahore tests free streaming for ten thousand fans",
          "A Russian supplier lays the network's cables beside the old gas main."),
    _item("10-12 21:10", "sport", "croatia",
          "CRO 2-1 SCO: Scotland score late but the goal does not stand",
          "A visit to Zagreb ends in familiar fashion for the visitors."),
    _item("10-19 16:00", "sport", "zenit",
          "Russian Premier League: Zenit held at home as snow comes early",
          "The leaders drop two points; the meeting with Spartak is next."),
    _item("09-11 09:00", "energy", "tapi",
          "TAPI: next stretch of the pipeline begins on Afghan soil",
          "Gas for Pakistan and India is years away, engineers say."),
    _item("09-26 08:00", "energy", "nord-stream",
          "Nord Stream, two years after the blasts: three inquiries, no trial",
          "The torn Russian gas pipeline still lies on the floor of the Baltic."),
    _item("09-28 07:20", "energy", "iran",
          "Iran-Pakistan gas pipeline: Tehran takes the dispute to arbitration",
          "Islamabad could owe billions for the stretch that it never built."),
    _item("10-16 06:45", "energy", "lng",
          "Pakistan asks Qatar to put off LNG cargoes",
          "Winter demand is lower than planned and the terminals at Port Qasim are full."),
    _item("09-26 10:00", "truba", "sever",
          "«Северный поток»: два года после взрывов",
          "Что известно о расследованиях и о судьбе уцелевшей нитки газопровода."),
    _item("10-17 07:10", "ufaq", "iran",
          "ایران پاکستان گیس پائپ لائن: ثالثی کا معاملہ پیرس پہنچ گیا",
          "حکومت نے قانونی ماہرین سے مشاورت شروع کر دی۔"),
    _item("09-18 09:40", "meridian", "prilet",
          "Вице-премьер РФ Оверчук прилетел в Пакистан",
          "Программа визита рассчитана на два дня."),
    _item("10-10 11:00", "vestnik", "novak",
          "Вице-премьер Новак обсудил с коллегами из ШОС рынок нефти",
          "Заседание министров энергетики прошло по видеосвязи."),
    _item("09-18 16:30", "khabar", "naib",
          "روسی نائب وزیراعظم کی اسلام آباد میں اسحاق ڈار سے ملاقات",
          "ملاقات میں تجارت اور رابطوں پر بات ہوئی۔"),
    _item("10-14 13:00", "courier", "li",
          "Chinese premier arrives in Islamabad ahead of SCO summit",
          "Li Qiang is to open a new airport at Gwadar by video link."),
    _item("10-10 09:20", "courier", "court",
          "Islamabad High Court hears petition against road closures during summit",
          "Shopkeepers ask who will pay for three lost days."),
    _item("10-22 08:45", "meridian", "otkrytie",
          "В Казани открылся саммит БРИКС",
          "В столицу Татарстана прибыли делегации более тридцати стран."),
    _item("10-23 09:00", "world", "declaration",
          "BRICS leaders adopt Kazan declaration on trade and payments",
          "The text speaks of local currencies, grain and reform of the United Nations."),
    _item("10-24 12:50", "meridian", "uzbekistan",
          "Узбекистан получил приглашение стать партнёром БРИКС",
          "В Ташкенте решение назвали большим успехом."),
    _item("09-16 08:40", "meridian", "dushanbe",
          "Таджикистан изучает вопрос о вступлении в БРИКС",
          "Эксперты в Душанбе готовят доклад для правительства."),
)  # fmt: skip

_OTHER_NEWS = (
    _item("09-08 12:00", "world", "harvest",
          "Late frost leaves Europe's apple growers short of fruit",
          "Cider makers from Normandy to Styria warn of higher prices."),
    _item("09-09 15:30", "sport", "marathon",
          "Lahore marathon moves to November to escape the heat",
          "Organisers expect twelve thousand runners & a cooler start."),
    _item("09-13 07:00", "vestnik", "metro",
          "В Москве открыли после ремонта две станции метро",
          "Пассажиров ждут новые эскалаторы и «умное» освещение."),
    _item("09-14 09:15", "truba", "veter",
          "На Кольском полуострове запущен новый ветропарк",
          "Мощность станции позволит обеспечить электричеством небольшой город."),
    _item("09-15 05:20", "khabar", "barish",
          "شمالی علاقوں میں بارش، لینڈ سلائیڈنگ سے سڑکیں بند",
          "مسافروں کو محتاط رہنے کی ہدایت کی گئی ہے۔"),
    _item("09-16 06:50", "ledger", "port",
          "Karachi port handles more boxes in August than ever before",
          "Transit trade & cotton did it, the port trust says."),
    _item("10-06 14:20", "world", "comet",
          "The brightest comet of the year: when & where to look",
          "West, after sunset, at magnitudes < 1 and away from city lights."),
)  # fmt: skip

ITEMS = tuple(
    sorted((*_BRICS, *_STREAM, *_VISIT, *_LOOKALIKES, *_OTHER_NEWS), key=lambda item: (item.published, item.guid))
)
"""The whole story, oldest first."""


def outlet_of(item: NewsItem) -> Outlet:
    """Who published ``item``."""
    return next(outlet for outlet in OUTLETS if outlet.id == item.outlet)
