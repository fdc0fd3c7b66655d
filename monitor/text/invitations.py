"""Invitations below a story: "Follow Zanzibar Post on WhatsApp", "Download the Zanzibar Post app".

One is the whole last sentence, or a block of its own, and names a place for followers or an app: "Follow Zanzibar on
its way to the polls" is a story.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.text.bylines import may_be_names
from monitor.text.outlet import Outlet

_PLACE = (
    r"(?:Google\s?(?:News|Discover|Новост\w+|Haberler|Actualités|Noticias|Notícias)|Гугл\s?Новост\w+|گوگل نیوز"
    r"|أخبار جوجل|गूगल न्यूज़?|WhatsApp|واٹس\s?ایپ|واتس\s?اب"
    r"|व्हा?ट्स\s?ए?प|व्हाट्सऐप|Telegram|Телеграм\w*|ٹیلی\s?گرام|تيليجرام|تلغرام"
    r"|تليغرام|टेलीग्राम|Facebook|Фейсбук\w*|فیس\s?بک|فيسبوك|फेसबुक|Instagram|انسٹا\s?گرام|إنستغرام|इंस्टाग्राम|Twitter"
    r"|ٹوئٹر|تويتر|ट्विटर|YouTube|یوٹیوب|يوتيوب|यूट्यूब|TikTok|LinkedIn|Threads|Bluesky|Mastodon|Viber|ВКонтакте|VK"
    r"|Дзен\w*|X|ایکس|إكس|एक्स)(?:['’]?\w{0,5})"
)
_AND = r"(?:,|\s?/|\s&)?\s(?:(?:and|et|y|und|e|ve|и|или|or|اور|و|और)\s)?"
_PLACES = rf"(?:the |le |la |el |o |a |das |den )?{_PLACE}(?:{_AND}{_PLACE}){{0,5}}"
_NAME = r"(?P<name>[^:：?!]{2,60}?)"
_MORE = r"(?P<more>(?:[\s,–—-][^:：]{0,60})?)"
_FORMS = (
    rf"(?:Follow|Join|Find|Like|Get|Watch|Read) {_NAME}(?: channel)? (?:on|via) {_PLACES}{_MORE}",
    rf"Subscribe to {_NAME}(?: newsletter| channel| for free| today)?(?: on {_PLACES})?",
    rf"(?:Download|Get|Install) (?:the |our )?{_NAME} app{_MORE}",
    rf"Read more (?:on|at|from|in) {_NAME}",
    rf"(?:Подпи\w+ на|Читайте|Следите за|Смотрите) {_NAME} (?:в|на) {_PLACES}{_MORE}",
    rf"(?:Скача\w+|Установи\w+|Загрузите) (?:мобильное )?приложение {_NAME}",
    rf"{_NAME} کو {_PLACES} پر (?:فالو|سبسکرائب) (?:کریں|کیجیے|کیجئے)",
    rf"{_NAME} (?:کی|کا) (?:موبائل )?(?:ایپ|ایپلیکیشن) ڈا[ؤو]ن\s?لوڈ (?:کریں|کیجیے)",
    rf"(?:Suivez|Retrouvez|Rejoignez) {_NAME} sur {_PLACES}{_MORE}",
    rf"Téléchargez l[’']appli(?:cation)? (?:de |du )?{_NAME}",
    rf"(?:Sigue|Siga|Sigan|Únete) a? ?{_NAME} en {_PLACES}{_MORE}",
    rf"(?:Descarga|Descargue) la (?:app|aplicación) (?:de |del )?{_NAME}",
    rf"(?:Folgen Sie|Folgt|Folge|Abonnieren Sie|Abonniere) {_NAME} (?:auf|bei) {_PLACES}{_MORE}",
    rf"(?:Laden Sie|Lade|Holen Sie sich) (?:jetzt )?die {_NAME}[- ]App(?: herunter)?",
    rf"(?:تابع(?:وا)?|تابعونا على|اشترك(?:وا)? في|انضم إلى) {_NAME} (?:على|عبر|في) {_PLACES}{_MORE}",
    rf"(?:حمّ?ل(?:وا)?|نزّ?ل(?:وا)?) تطبيق {_NAME}",
    rf"{_NAME} को {_PLACES} पर (?:फ़?ॉलो|फॉलो|फ़ॉलो|सब्सक्राइब) (?:करें|कीजिए)",
    rf"{_NAME} (?:का|की) (?:मोबाइल )?(?:ऐप|एप) डाउनलोड (?:करें|कीजिए)",
    rf"{_NAME}['’]\w{{1,4}} {_PLACES}(?: üzerinden| hesabından)? takip ed(?:in|iniz)",
    rf"{_NAME} uygulamasını (?:indirin|indiriniz|yükleyin)|{_NAME.replace('name', 'other')}['’]\w{{1,4}} abone olun",
    rf"(?:Siga|Segue|Acompanhe) (?:o |a )?{_NAME} (?:no|na|em) {_PLACES}{_MORE}",
    rf"(?:Baixe|Descarregue|Instale) (?:o app|o aplicativo|a app|a aplicação) (?:do |da |de )?{_NAME}",
)
_ALL = tuple(re.compile(form) for form in _FORMS)
_ENDS = re.compile(r"[.!?…。！？।۔؟][\"'»”’)\]]{0,3}\s+")
_FOR = re.compile(r"[\s,–—-]*(?:$|for |to (?:get|stay|be|receive) |pour |para |für |чтобы |и |and |لمزيد|للحصول)")
_LONGEST, _MOST_OF_NAME, _MOST_WITHOUT_CASE = 200, 5, 3


def invitation(part: str, names: Sequence[Outlet]) -> tuple[int, bool] | None:
    """Where the invitation at the end of ``part`` begins, and whether it is to be doubted: it is none of an outlet that
    is known.
    """
    ends = [found.end() for found in _ENDS.finditer(part.rstrip(" .!…。।۔"))]
    start = ends[-1] if ends else len(part) - len(part.lstrip())
    sentence = part[start:].strip(" .!…。।۔→»›>")
    if not 0 < len(sentence) <= _LONGEST:
        return None
    for form in _ALL:
        if found := form.fullmatch(sentence):
            groups = found.groupdict()
            name = (groups.get("name") or groups.get("other") or "").strip()
            if any(one.name.casefold() in name.casefold() for one in names if one.declared or " " in one.name):
                return start, False
            may_be_one = may_be_names(name, _MOST_OF_NAME, _MOST_WITHOUT_CASE)
            return (start, True) if may_be_one and _FOR.match(groups.get("more") or "") else None
    return None
