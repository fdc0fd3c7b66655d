"""The day that a date names, in whatever language it is written.

A day is read only where its year, its month and its day are all written, in an order that people use. What can be read
as two days (``11/12/2026``) names none. With dots it is read as Europe reads it (``11.12.2026``), but is not certain.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from monitor.text.folding import folded

_LONGEST = 100
_FIRST, _LAST = date(1970, 1, 2), date(2099, 12, 31)


class Day(NamedTuple):
    """``day``: as the publisher's own calendar has it; ``is_certain``: nobody reads it otherwise; ``rest``: what stands
    behind it, a time perhaps, in the letters of ``simple``.
    """

    day: date
    is_certain: bool
    rest: str


def day_in(written: str) -> Day | None:
    """The day that ``written`` begins with; None when there is none, or one that no news can have."""
    text = simple(written)
    for found in (*_numbered(text), *_named(text)):
        if found and _FIRST <= found.day <= _LAST:
            return found
    return None


def simple(written: str) -> str:
    """``written`` in small letters, with the digits and dashes of ASCII and without marks that nobody sees."""
    text = written.strip()[:_LONGEST]
    if not text.isascii():
        text = "".join(_simple(char) for char in unicodedata.normalize("NFKC", text))
    return folded(text).strip()


def _simple(char: str) -> str:
    match unicodedata.category(char):
        case "Nd":
            return str(unicodedata.decimal(char))
        case "Pd":
            return "-"
        case "Cf":  # marks of direction, and joiners
            return ""
        case _:
            return {"\u2212": "-", "'": " ", "\u2019": " "}.get(char, char)


# --- in numbers ------------------------------------------------------------------------------------------------------

# A day of the week, and what else stands in front of a date.
_FRONT = r"(?:[^\d\s,.:/-]+[\s,.]+){0,3}"
_END = r"(?!\d|[./]\d|-\d{1,2}(?![\d:]))"  # a dash begins a zone
_YEAR_FIRST = re.compile(_FRONT + r"(\d{4})\s?([-/.])\s?(\d{1,2})\s?\2\s?(\d{1,2})" + _END)
_YEAR_LAST = re.compile(_FRONT + r"(\d{1,2})\s?([-/.])\s?(\d{1,2})\s?\2\s?(\d{4})" + _END)
_TOGETHER = re.compile(r"(\d{4})(\d\d)(\d\d)(?![\d/.-])")
_EAST_ASIAN = re.compile(_FRONT + r"(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})(?:\s?[日일号號])?(?!\d)")


def _numbered(text: str) -> Iterator[Day | None]:
    if found := _YEAR_FIRST.match(text):
        yield _day(found[1], found[3], found[4], text[found.end() :])
    if found := _EAST_ASIAN.match(text) or _TOGETHER.match(text):
        yield _day(found[1], found[2], found[3], text[found.end() :])
    if found := _YEAR_LAST.match(text):
        first, mark, second, year = found.groups()
        day_first = _day(year, second, first, text[found.end() :])
        month_first = _day(year, first, second, text[found.end() :])
        if mark == ".":
            yield day_first and day_first._replace(is_certain=month_first is None or month_first.day == day_first.day)
        elif not day_first or not month_first or day_first.day == month_first.day:
            yield day_first or month_first


def _day(year: str | int, month: str | int, number: str | int, rest: str) -> Day | None:
    try:
        return Day(date(int(year), int(month), int(number)), True, rest)
    except ValueError:
        return None


# --- with the month's name -------------------------------------------------------------------------------------------

_TOKEN = re.compile(
    r"(?P<number>\d+)|(?:thang|thg\.?)\s?(?P<month>\d{1,2})(?!\d)|(?P<word>[^\d\s,،;:/()\[\]+.-][^\d\s,،;:/()\[\]+-]*)"
)
# What stands between the parts of a date, and behind its numbers.
_BETWEEN = frozenset(
    (
        *("de", "del", "di", "do", "da", "d", "of", "the", "ta", "gada", "gads", "g", "r", "m", "nam"),
        *("г", "год", "года", "году", "р", "рік", "року", "ж", "ء"),
        *("st", "nd", "rd", "th", "er", "o", "a"),
    )
)
_TIME_BEGINS = re.compile(r"(?<![\d:])\d{1,2}:\d\d")
# As ctime and Twitter's interface write it, the year behind the time.
_BEHIND = re.compile(r"(?P<clock>\d\d?:\d\d(?::\d\d)?)(?P<zone>\s+(?:[a-z]{2,5}|[+-]\d\d:?\d\d))?\s+(?P<year>\d{4})")
# Where year, month and day are. The last one's year has two digits.
_ORDERS = {"DMY": (2, 1, 0), "MDY": (2, 0, 1), "YMD": (0, 1, 2), "YDM": (0, 2, 1), "DMD": (2, 1, 0)}


class _Token(NamedTuple):
    """``kind``: ``D`` is a number of one or two digits, ``Y`` of four, ``n`` another, ``M`` a month, ``w`` a word."""

    kind: str
    value: int
    end: int


def _named(text: str) -> Iterator[Day | None]:
    begins = _TIME_BEGINS.search(text)
    tokens = _tokens(text[: begins.start()] if begins else text)
    for start in range(min(4, len(tokens))):
        three = tokens[start : start + 3]
        kinds = "".join(one.kind for one in three)
        if (order := _ORDERS.get(kinds)) and not _goes_on(tokens[start + 3 :]):
            year, month, number = (three[place].value for place in order)
            if kinds == "DMD":
                year += 2000 if year < 50 else 1900  # RFC 5322 section 4.3
            yield _day(year, month, number, text[three[2].end :])
        elif kinds == "MD" and begins and (behind := _BEHIND.fullmatch(text, begins.start())):
            yield _day(behind["year"], three[0].value, three[1].value, f" {behind['clock']}{behind['zone'] or ''}")
        if tokens[start].kind not in "wM":  # a day of the week stands in front of a date: "mar" is Tuesday, too
            break


def _goes_on(rest: Sequence[_Token]) -> bool:
    return bool(rest) and rest[0].kind in "DYn"


def _tokens(text: str) -> list[_Token]:
    found = list(_TOKEN.finditer(text))
    tokens: list[_Token] = []
    at = 0
    while at < len(found):
        one = found[at]
        at += 1
        if one["number"]:
            kind = {1: "D", 2: "D", 4: "Y"}.get(len(one[0]), "n")
            tokens.append(_Token(kind, int(one[0]), one.end()))
        elif one["month"]:
            tokens.append(_Token("M", int(one["month"]), one.end()))
        elif one[0].rstrip(".") in _BETWEEN:
            tokens[-1:] = [last._replace(end=one.end()) for last in tokens[-1:]]
        else:
            words, month = _month_at(found[at - 1 : at - 1 + MOST_WORDS])
            at += words - 1
            if month and tokens and tokens[-1].kind == "M" and tokens[-1].value == month:  # said in two ways
                tokens.pop()
            tokens.append(_Token("M" if month else "w", month or 0, found[at - 1].end()))
    return tokens


def _month_at(found: Sequence[re.Match[str]]) -> tuple[int, int | None]:
    """Of how many words the name is that begins there, and which month it is."""
    for words in range(len(found), 0, -1):
        if month := month_of(" ".join(one[0] for one in found[:words])):
            return words, month
    return 1, None


# --- names of the months ---------------------------------------------------------------------------------------------
# Whole and short, as they stand in dates and alone, after Unicode's CLDR, folded (see ``text/folding.py``), without the
# dot behind a short one. A name that is another month next door is in no list: *listopad* is November to Poles and
# Czechs, and October to Croats.


# From January on; "_" is a space.
NAMES = (
    """
    ean eanair ene enero gen gener gennaio ian ianuarie ion ionawr jaan jaanuar jan janairu janar janeiro jannar
    januar januara januari januarie januaro january janv janvaris janvier led leden ledna oca ocak rbn rebendan saus
    sausio sausis sij sijecanj sijecnja sty styczen stycznia tammi tammikuu tammikuuta urt urtarrila xan xaneiro yan
    yanvar yanwar ιαν ιανουαριοσ ιανουαριου сту студзень студзеня січ січень січня янв январ январь января яну
    януари јан јануар јануари қаң қаңтар հնվ հունվար հունվարի ינואר ינו׳ جانفی جنوری ژانویه کانون_الثانی
    کانوونی_دووهم ینایر जनवरी जन॰ जाने जानेवारी জানু জানুযারি জানুৱাৰী ਜਨ ਜਨਵਰੀ જાન્યુ જાન્યુઆરી ଜାନୁଆରୀ ஜன ஜனவரி జన
    జనవరి ಜನ ಜನವರಿ ജനു ജനുവരി ม.ค มกราคม ມ.ກ ມັງກອນ იან იანვარი ጃን ጃንዋሪ មករា
    """,
    """
    chw chwef chwefror fab faburairu feabh feabhra feb febbraio febr febreiro febrer febrero februar februara
    februari februarie februaris februaro february fev fevereiro fevr fevral fevrier few fewral fra frar helmi
    helmikuu helmikuuta lut lutego luty ots otsaila peb pebrero sbt shk shkurt sibat sub subat uno unor unora vas
    vasario vasaris veebr veebruar velj veljaca veljace φεβ φεβρουαριοσ φεβρουαριου ақп ақпан лют лютага лютий
    лютого люты феб фебруар фев февр феврал февраль февраля февруари փետրվար փետրվարի փտվ פברואר פבר׳ شباط شوبات
    فبرایر فبروری فروری فوریه فیبروری فیفری फरवरी फर॰ फेब्रु फेब्रुअरी फेब्रुवारी ফেব ফেব্রুযারি ফেব্ৰু ফেব্ৰুৱাৰী
    ਫਰ ਫਰਵਰੀ ફેબ્રુ ફેબ્રુઆરી ଫେବୃଆରୀ பிப் பிப்ரவரி ఫిబ్ర ఫిబ్రవరి ಫೆಬ್ರ ಫೆಬ್ರವರಿ ഫെബ്രു ഫെബ്രുവരി ก.พ กุมภาพันธ์
    ກ.ພ ກຸມພາ თებ თებერვალი ፌብ ፌብሩዋሪ កុម្ភៈ
    """,
    """
    adar adr bre brezen brezna kov kovas kovo maalis maaliskuu maaliskuuta maart mac machi mar marc marca march
    marcius marco marec maret maris mars marso mart marta martie marto marts martxoa marz marzec marzo marzu maw
    mawrth mrt ozu ozujak ozujka μαρ μαρτιοσ μαρτιου бер березень березня мар март марта нау наурыз сак сакавік
    сакавіка մարտ մարտի մրտ מרץ اذار مارس مارچ یازار मार्च মার্চ মাৰ্চ ਮਾਰਚ માર્ચ ମାର୍ଚ୍ଚ மார் மார்ச் మార్చి ಮಾರ್ಚ್
    മാര് മാര്ച്ച് มี.ค มีนาคม ມ.ນ ມີນາ მარ მარტი ማርች មីនា
    """,
    """
    abr abril afi afirilu aib aibrean api apirila apr aprel april aprila aprile aprili aprilie aprilis aprill aprilo
    avr avril bal balandis balandzio dub duben dubna ebr ebrill huhti huhtikuu huhtikuuta kwi kwiecien kwietnia nis
    nisan nsn pri prill tra travanj travnja απρ απριλιοσ απριλιου апр апрел апрель апреля април квіт квітень квітня
    кра красавік красавіка сәу сәуір ապր ապրիլ ապրիլի אפריל אפר׳ ابریل افریل اوریل اپریل نیسان अप्रिल अप्रैल एप्रि
    एप्रिल এপ্রি এপ্রিল এপ্ৰিল ਅਪ੍ਰੈ ਅਪ੍ਰੈਲ એપ્રિલ ଅପ୍ରେଲ ஏப் ஏப்ரல் ఏప్రి ఏప్రిల్ ಏಪ್ರಿ ಏಪ್ರಿಲ್ ഏപ്രി ഏപ്രില് เม.ย
    เมษายน ມ.ສ ເມສາ აპრ აპრილი ኤፕሪ ኤፕሪል មេសា
    """,
    """
    beal bealtaine geg geguze geguzes gln gulan kve kveten kvetna mag maggio mai maiatza maig maijs maio maj maja
    majo majus may mayis mayo mayu mei mej mejju svi svibanj svibnja touko toukokuu toukokuuta μαι μαιοσ μαιου май
    мам мамыр мая мај трав травень травня մայիս մայիսի մյս מאי ایار مای مایو مه میی مۍ یایار मई मे মে ਮਈ મે ମଇ மே మే
    ಮೇ മേയ് พ.ค พฤษภาคม ພ.ພ ພຶດສະພາ მაი მაისი ሜይ ឧសភា
    """,
    """
    birz birzelio birzelis cerven cervna cvn cze czerwca czerwiec eka ekaina giu giugno gun gunju haz haziran
    heziran hun hunyo hzr iun iunie iyn iyun juin jun juna june junho juni junie junij junijs junio junius juny
    juuni kesa kesakuu kesakuuta lipanj lipnja meh mehefin meith meitheamh qer qershor xuno yun yuni ιουν ιουνιοσ
    ιουνιου июн июнь июня мау маусым черв червень червня чэр чэрвень чэрвеня юни јун јуни հնս հունիս հունիսի יוני
    جوان جون حزیران حوزهیران ژوین یونیو जुन जून জুন ਜੂਨ જૂન ଜୁନ ஜூன் జూన్ ಜೂನ್ ജൂണ് มิ.ย มิถุนายน ມິ.ຖ ມິຖຸນາ ივნ
    ივნისი ጁን មិថុនា
    """,
    """
    cervence cervenec cvc gor gorff gorffennaf heina heinakuu heinakuuta hul hulyo iuil iul iulie iyl iyul juil
    juillet jul jula julai julho juli julie julij julijs julio juliol julius july juuli korr korrik liep liepa
    liepos lipca lipiec lug luglio lul lulju srpanj srpnja tem temmuz tirmeh trm uzt uztaila xul xullo yul yuli ιουλ
    ιουλιοσ ιουλιου июл июль июля лип липень липня ліп ліпень ліпеня шіл шілде юли јул јули հլս հուլիս հուլիսի יולי
    تموز تهمووز جولاء جولای جولایی جویلیه ژوییه یولیو یولیوز जुलाई जुलै जुल॰ জুল জুলাই ਜੁਲਾ ਜੁਲਾਈ જુલાઈ ଜୁଲାଇ ஜூலை
    జులై ಜುಲೈ ജൂലൈ ก.ค กรกฎาคม ກ.ລ ກໍລະກົດ ივლ ივლისი ጁላይ កក្កដា
    """,
    """
    abu abuztua ag ago agost agosti agosto agu agust agusta agustos agustus aout aug august augusta augusti augusto
    augusts augustus augusztus avg avgust avq avqust awg awgust awst aww awwissu elo elokuu elokuuta gush gusht kol
    kolovoz kolovoza lun lunasa ogo ogos rugp rugpjucio rugpjutis sie sierpien sierpnia srpen srpna tbx tebax αυγ
    αυγουστοσ αυγουστου авг август августа жні жнівень жніўня серп серпень серпня там тамыз օգոստոս օգոստոսի օգս
    אוגוסט אוג׳ اب اغسطس اوت اګست اگست اگسٽ غشت یاب अगस्ट अगस्त अग॰ ऑग ऑगस्ट আগ আগষ্ট আগস্ট ਅਗ ਅਗਸਤ ઑગસ્ટ ଅଗଷ୍ଟ ஆக
    ஆகஸ்ட் ఆగ ఆగస్టు ಆಗ ಆಗಸ್ಟ್ ഓഗ ഓഗസ്റ്റ് ส.ค สิงหาคม ສ.ຫ ສິງຫາ აგვ აგვისტო ኦገስ ኦገስት សីហា
    """,
    """
    eyl eylul iln ilon ira iraila mean_fomhair medi mfomh rugs rugsejis rugsejo ruj rujan rujna sat satumba sen
    sentabr sentyabr sep sept septemba septembar september septembra septembre septembrie septembris septembro
    septiembre set setembre setembro settembre settembru setyembre sht shtator syys syyskuu syyskuuta szept
    szeptember wrz wrzesien wrzesnia zar zari σεπ σεπτεμβριοσ σεπτεμβριου вер верасень верасня вересень вересня сен
    сент сентябр сентябрь сентября сеп септембар септември қыр қыркүйек սեպ սեպտեմբեր սեպտեմբերի ספטמבר ספט׳ ایلول
    سبتمبر ستمبر سپتامبر سپتمبر سیپتمبر سیپٽمبر شتنبر یهیلوول सप्टें सप्टेंबर सितंबर सित॰ सेप्टेंबर ছেপ্তে
    ছেপ্তেম্বৰ সেপ সেপ্ট সেপ্টেম্বর ਸਤੰ ਸਤੰਬਰ સપ્ટે સપ્ટેમ્બર ସେପ୍ଟେମ୍ବର செப் செப்டம்பர் సెప్టెం సెప్టెంబర్ ಸೆಪ್ಟೆಂ
    ಸೆಪ್ಟೆಂಬರ್ സെപ്റ്റം സെപ്റ്റംബര് ก.ย กันยายน ກ.ຍ ກັນຍາ სექ სექტემბერი ሴፕቴ ሴፕቴምበር កញ្ញា
    """,
    """
    cot cotmeh deireadh_fomhair dfomh eki ekim hyd hydref loka lokakuu lokakuuta oct october octobre octombrie
    octubre okt oktabr oktoba oktobar oktober oktobra oktobris oktobro oktoober oktubre oktyabr ott ottobre ottubru
    out outubro paz pazdziernik pazdziernika rij rijen rijna spal spalio spalis tet tetor urr urria οκτ οκτωβριοσ
    οκτωβριου жовт жовтень жовтня кас кастрычнік кастрычніка окт октобар октомври октябр октябрь октября қаз қазан
    հոկ հոկտեմբեր հոկտեմբերի אוקטובר אוק׳ اکتبر اکتوبر اڪٽوبر تشرین_الاول تشرینی_یهکهم अक्टूबर अक्टू॰ अक्टोबर ऑक्टो
    ऑक्टोबर অক্টো অক্টোবর অক্টোবৰ ਅਕਤੂ ਅਕਤੂਬਰ ઑક્ટો ઑક્ટોબર ଅକ୍ଟୋବର அக் அக்டோபர் అక్టో అక్టోబర్ ಅಕ್ಟೋ ಅಕ್ಟೋಬರ್ ഒക്ടോ
    ഒക്ടോബര് ต.ค ตุลาคม ຕ.ລ ຕຸລາ ოქტ ოქტომბერი ኦክቶ ኦክቶበር តុលា
    """,
    """
    aza azaroa kas kasim lapkr lapkricio lapkritis listopadu marras marraskuu marraskuuta mijdar mjd nen nentor nob
    nobyembre noiembrie nov novemba novembar november novembra novembre novembris novembro novembru noviembre noy
    noyabr nuw nuwamba samh samhain stu studeni studenoga tach tachwedd νοε νοεμβριοσ νοεμβριου лист листопад
    листопада ліс лістапад лістапада нов новембар ное ноември ноя нояб ноябр ноябрь ноября қар қараша նոյ նոյեմբեր
    նոյեմբերի נובמבר נוב׳ تشرین_الثانی تشرینی_دووهم نوامبر نوفمبر نومبر نونبر नवंबर नव॰ नोभेंबर नोव्हें नोव्हेंबर
    নভে নভেম্বর নৱে নৱেম্বৰ ਨਵੰ ਨਵੰਬਰ નવે નવેમ્બર ନଭେମ୍ବର நவ நவம்பர் నవం నవంబర్ ನವೆಂ ನವೆಂಬರ್ നവം നവംബര് พ.ย
    พฤศจิกายน ພ.ຈ ພະຈິກ ნოე ნოემბერი ኖቬም ኖቬምበር វិច្ឆិកា
    """,
    """
    abe abendua ara aralik berfanbar brf dec decembar december decembra decembre decembrie decembris decembro dek
    dekabr des desemba desember desembre dets detsember dez dezember dezembro dhj dhjetor dic dicembre dicembru
    diciembre dis disamba disember disyembre gru grudnia grudzien gruod gruodis gruodzio joulu joulukuu joulukuuta
    noll nollaig pro prosinac prosinca prosince prosinec rhag rhagfyr sembre δεκ δεκεμβριοσ δεκεμβριου груд грудень
    грудня дек декабр декабрь декабря декември дец децембар жел желтоқсан сне снежань снежня դեկ դեկտեմբեր
    դեկտեմբերի דצמבר דצמ׳ دجنبر دسامبر دسمبر دیسمبر ڊسمبر کانون_الاول کانونی_یهکهم डिसें डिसेंबर दिसंबर दिस॰ ডিচে
    ডিচেম্বৰ ডিসে ডিসেম্বর ਦਸੰ ਦਸੰਬਰ ડિસે ડિસેમ્બર ଡିସେମ୍ବର டிச டிசம்பர் డిసెం డిసెంబర్ ಡಿಸೆಂ ಡಿಸೆಂಬರ್ ഡിസം ഡിസംബര്
    ธ.ค ธันวาคม ທ.ວ ທັນວາ დეკ დეკემბერი ዲሴም ዲሴምበር ធ្នូ
    """,
)
_MONTHS = {name.replace("_", " "): month for month, names in enumerate(NAMES, 1) for name in names.split()}
_ENGLISH = (
    *("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november"),
    "december",
)
MOST_WORDS = max(name.count(" ") + 1 for name in _MONTHS)


def month_of(name: str) -> int | None:
    """The number of the month that is called ``name``; None when none is, or more than one."""
    name = folded(name).rstrip(".")
    if month := _MONTHS.get(name):
        return month
    # Three letters of an English name or more, as far as it was written.
    if len(name) > 2:
        return next((month for month, whole in enumerate(_ENGLISH, 1) if whole.startswith(name)), None)
    return None
