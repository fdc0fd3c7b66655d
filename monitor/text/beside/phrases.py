"""What stands below stories in many languages, and is none: "Read more", "appeared first on", "All rights reserved"."""

from __future__ import annotations

import re
from collections.abc import Iterable

_FIRST_ON = (
    # What WordPress and its plugins write, as they translate it; the title stands in front, the site's name behind.
    *("appeared first on", "first appeared on", "first appeared in", "was first published on", "first published on"),
    *("originally appeared on", "originally appeared in", "originally published on", "originally published by"),
    *("originally published at", "was originally published in", "was first published by"),
    *("originally posted on", "originally posted at", "first published at", "first published in", "republished from"),
    *("cross-posted from", "syndicated from", "is republished from", "article appeared in", "article est paru dans"),
    *("erschien zuerst auf", "erschien zuerst bei", "ist zuerst erschienen auf", "erschien als erstes auf"),
    *("est apparu en premier sur", "est apparue en premier sur", "a été publié en premier sur"),
    *("apareció primero en", "aparece primero en", "se publicó primero en", "fue publicado primero en"),
    *("apareceu primeiro em", "aparece primeiro em", "foi publicado primeiro em", "apareceu primeiro no"),
    *("proviene da", "sembra essere il primo su", "è stato pubblicato per la prima volta su"),
    *("verscheen eerst op", "verscheen als eerste op", "pochodzi z serwisu", "pojawił się poraz pierwszy w"),
    *("pojawił się po raz pierwszy w", "появились сначала на", "появилась сначала на", "впервые появилась на"),
    *("впервые появилось на", "впервые опубликовано на", "впервые появился на", "сначала появилась на"),
    *("спершу з'явився на", "спершу з’явився на", "вперше з'явився на", "вперше з’явився на", "з'явилася спочатку на"),
    *("dök först upp på", "blev først udgivet på", "vises først på", "dukket først opp på", "julkaistiin ensin"),
    *("ilmestyi ensin", "ilk önce", "ilk olarak", "pochází z", "először", "apare prima dată în", "apare mai întâi pe"),
    *("εμφανίστηκε πρώτα στο", "εμφανίστηκε πρώτα σε", "ظهرت أولاً على", "ظهر أولاً على", "أولاً على", "اولین بار در"),
    *(
        "הופיע לראשונה",
        "最先出现在",
        "首先出現於",
        "首先出现在",
        "に最初に表示",
        "에 처음 등장",
        "पहली बार",
        "पर पहली बार",
    ),
    *("پہلی بار", "سب سے پہلے", "pertama kali tampil pada", "muncul pertama kali di", "pertama kali muncul di"),
    *(
        "xuất hiện đầu tiên vào",
        "xuất hiện lần đầu",
        "се появи за първи път в",
        "појавило се прво на",
        "pojavio prvo na",
    ),
    *("ha aparegut primer a", "প্রথম প্রকাশিত", "ilichapishwa kwanza", "lilionekana kwanza"),
)
_READ_ON = (
    *("Read more", "Read the rest of", "Read the full", "Read full", "Continue reading", "Continue Reading"),
    *("Read this article", "Read the original", "See the full story", "Get the full story", "Suscríbete a", "Mehr auf"),
    *("Abonnez-vous à", "Подробности на сайте", "Читайте нас в", "تابعونا على", "阅读原文", "Artikel lesen auf"),
    *("Keep reading", "Read the whole", "Full story", "Full article", "View the full", "View original"),
    *(
        "Click here to read",
        "Click here to continue",
        "Click here to subscribe",
        "Click to read",
        "READ MORE",
        "CONTINUE READING",
        "Read More",
    ),
    *(
        "Weiterlesen",
        "Mehr lesen",
        "Weiter lesen",
        "Zum Artikel",
        "Zum Beitrag",
        "Den ganzen Artikel",
    ),
    *("Lire la suite", "Lire plus", "En savoir plus", "Lire l’article", "Lire l'article", "Continuer la lecture"),
    *("Leer más", "Leer mas", "Seguir leyendo", "Continuar leyendo", "Sigue leyendo", "Leer la noticia", "Ver más"),
    *("Leia mais", "Ler mais", "Continue lendo", "Continue a ler", "Continuar a ler", "Leggi tutto", "Leggi di più"),
    *("Continua a leggere", "Leggi l’articolo", "Leggi l'articolo", "Lees meer", "Lees verder", "Verder lezen"),
    *("Czytaj więcej", "Czytaj dalej", "Devamını oku", "Haberin devamı", "Läs mer", "Fortsätt läsa", "Les mer"),
    *("Læs mere", "Lue lisää", "Číst dál", "Čítať ďalej", "Citește mai mult", "Citește mai departe", "Olvass tovább"),
    *(
        "Читать далее",
        "Читать дальше",
        "Читать полностью",
        "Подробнее",
        "Читать на",
        "Читати далі",
        "Докладніше",
    ),
    *(
        "Детальніше",
        "Прочети още",
        "Прочитај више",
        "Διαβάστε περισσότερα",
        "Συνέχεια ανάγνωσης",
        "Διαβάστε τη συνέχεια",
    ),
    *(
        "مزید پڑھیں",
        "مزید پڑھیے",
        "مزید پڑھئے",
        "اقرأ المزيد",
        "إقرأ المزيد",
        "متابعة القراءة",
        "اقرأ بقية",
        "ادامه مطلب",
    ),
    *("بیشتر بخوانید", "और पढ़ें", "आगे पढ़ें", "और पढ़े", "আরও পড়ুন", "மேலும் படிக்க", "קרא עוד", "המשך קריאה", "קראו עוד"),
    *(
        "続きを読む",
        "もっと読む",
        "全文を読む",
        "继续阅读",
        "繼續閱讀",
        "阅读更多",
        "閱讀更多",
        "阅读全文",
        "閱讀全文",
        "查看全文",
    ),
    *("더 보기", "더 읽기", "계속 읽기", "기사 더 보기", "Baca selengkapnya", "Selengkapnya", "Đọc tiếp", "Soma zaidi"),
    *("อ่านต่อ", "อ่านเพิ่มเติม", "Follow us on", "Follow us", "Subscribe to", "Sign up for", "Folgen Sie uns"),
    *(
        "Suivez-nous",
        "Síguenos",
        "Siga-nos",
        "Подписывайтесь на",
        "Подпишитесь на",
        "Подписаться на",
        "Підписуйтесь на",
    ),
)
_RELATED = (
    *("Read also", "Also read", "See also", "More on this", "More from", "More on", "You may also like", "Don't miss"),
    *("READ ALSO", "ALSO READ", "SEE ALSO", "Read Also", "Also Read", "See Also", "Read next", "READ NEXT", "RELATED"),
    *("You might also like", "People also read"),
    *("Related articles", "Related stories", "Related posts", "Related news", "Related", "Recommended", "Must read"),
    *("Most read", "MORE", "Lesen Sie auch", "Lesen Sie mehr", "Mehr zum Thema", "Siehe auch", "Auch interessant"),
    *("Lire aussi", "À lire aussi", "A lire aussi", "Voir aussi", "Sur le même sujet", "Lea también", "Lee también"),
    *("Te puede interesar", "Ver también", "Vea también", "Más sobre", "Leia também", "Veja também", "Leggi anche"),
    *("Vedi anche", "Lees ook", "Czytaj też", "Czytaj również", "Czytaj także", "Zobacz też", "Ayrıca okuyun"),
    *(
        "İlgili haberler",
        "Читайте также",
        "Читайте ещё",
        "Читайте еще",
        "Смотрите также",
        "По теме",
        "Материалы по теме",
    ),
    *("Читайте також", "Дивіться також", "Прочетете също", "یہ بھی پڑھیں", "یہ بھی پڑھیے", "مزید خبریں", "اقرأ أيضا"),
    *(
        "اقرأ أيضاً",
        "اقرأ أيضًا",
        "إقرأ أيضا",
        "مواضيع ذات صلة",
        "ذات صلة",
        "مطالب مرتبط",
        "یہ خبر بھی پڑھیں",
        "بیشتر بخوانید",
    ),
    *("यह भी पढ़ें", "ये भी पढ़ें", "इसे भी पढ़ें", "আরও পড়ুন", "関連記事", "あわせて読みたい", "相关阅读", "相关新闻", "相關新聞"),
    *(
        "延伸阅读",
        "延伸閱讀",
        "관련 기사",
        "관련기사",
        "Baca juga",
        "Xem thêm",
        "Läs också",
        "Les også",
        "Læs også",
        "Lue myös",
    ),
    *("Citește și", "Διαβάστε επίσης", "Δείτε επίσης", "קראו גם", "Soma pia", "Přečtěte si také", "Čtěte také"),
)
_SOURCES = (
    *(
        "Source",
        "Sources",
        "Via",
        "Original source",
        "SOURCE",
        "Quelle",
        "Quellen",
        "Fuente",
        "Fonte",
        "Bron",
        "Kaynak",
    ),
    *("Photo", "Photo credit", "Image credit", "Credit", "Photograph", "Picture", "Foto", "Фото", "Источник фото"),
    *("图片来源", "圖片來源", "责任编辑", "Bild", "Crédit photo"),
    *("Źródło", "Źródła", "Zdroj", "Källa", "Kilde", "Lähde", "Forrás", "Sursa", "Πηγή", "Источник", "Джерело"),
    *("Източник", "Извор", "المصدر", "منبع", "ماخذ", "بشکریہ", "ذریعہ", "स्रोत", "साभार", "উৎস", "מקור", "来源", "來源"),
    *("出典", "引用元", "출처", "Sumber", "Nguồn", "Chanzo", "ที่มา", "Font", "Izvor"),
)
_RIGHTS = (
    *("All rights reserved", "All Rights Reserved", "ALL RIGHTS RESERVED", "Alle Rechte vorbehalten"),
    *("Tous droits réservés", "Todos los derechos reservados", "Todos os direitos reservados"),
    *("Tutti i diritti riservati", "Alle rechten voorbehouden", "Wszelkie prawa zastrzeżone", "Tüm hakları saklıdır"),
    *(
        "Все права защищены",
        "Усі права захищені",
        "جملہ حقوق محفوظ",
        "جميع الحقوق محفوظة",
        "تمامی حقوق",
        "सर्वाधिकार सुरक्षित",
    ),
    *(
        "版权所有",
        "版權所有",
        "無断転載",
        "무단 전재",
        "Hak cipta",
        "Με την επιφύλαξη παντός δικαιώματος",
        "כל הזכויות שמורות",
    ),
)


_BEGINNINGS = (
    *("Originally posted", "First published", "Republished from", "Cross-posted", "Syndicated from", "This was"),
    *("Originally published", "Cet article"),
    *("The post", "This article", "This story", "This post", "This piece", "The article", "The story", "Der Beitrag"),
    *("Dieser Artikel", "Der Artikel", "L’article", "L'article", "Cet article", "La entrada", "El artículo", "El post"),
    *("Este artículo", "La publicación", "O post", "O artigo", "Este artigo", "O conteúdo", "L’articolo", "L'articolo"),
    *("Het bericht", "Artykuł", "Wpis", "Post", "Запись", "Сообщение", "Статья", "Пост", "Запис", "Inlägget"),
    *("Indlægget", "Innlegget", "Příspěvek", "Articolul", "Το άρθρο", "Η δημοσίευση", "التدوينة", "المقالة", "نوشته"),
    *(
        "Artikel",
        "Postingan",
        "Bài viết",
        "Публикацията",
        "Чланак",
        "Objava",
        "L’entrada",
        "הפוסט",
        "投稿",
    ),
    *("پوسٹ", "یہ مضمون", "यह लेख", "पोस्ट"),
)
_UNPARTED = re.compile("[\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def _any_of(phrases: tuple[str, ...]) -> str:
    """A pattern for any of ``phrases``, the longest that fits. What they begin with alike is tried once: where one
    phrase after the other is tried at each place of a text, this takes thirty times as long.
    """
    kinds: dict[tuple[str, str], list[str]] = {}
    for phrase in sorted(set(phrases)):
        kinds.setdefault((_border(phrase[0], r"(?<!\w)"), _border(phrase[-1], r"(?!\w)")), []).append(phrase)
    return "|".join(before + _branches(same) + behind for (before, behind), same in sorted(kinds.items()))


def _border(letter: str, no_word: str) -> str:
    """What makes sure that a phrase is no part of longer words, in scripts that part them."""
    return "" if _UNPARTED.match(letter) else no_word


def _branches(phrases: Iterable[str]) -> str:
    rests: dict[str, list[str]] = {}
    for phrase in phrases:
        rests.setdefault(phrase[:1], []).append(phrase[1:])
    is_end = bool(rests.pop("", None))
    found = [re.escape(letter) + _branches(rest) for letter, rest in rests.items()]
    if len(found) == 1 and not is_end:
        return found[0]
    return f"(?:{'|'.join(found)}){'?' if is_end else ''}" if found else ""


FIRST_ON = re.compile(_any_of(_FIRST_ON), re.IGNORECASE)
"""What stands between a title and the site that "it appeared first on". By itself it is a part of many a sentence."""
BEGINS = re.compile(_any_of(_BEGINNINGS))
"""What such a sentence begins with."""
READ_ON = re.compile(_any_of(_READ_ON))
"""What a link to the whole story says. Capitals count: in a sentence it begins with none."""
RELATED = re.compile(_any_of(_RELATED))
"""What stands before other stories."""
SOURCE = re.compile(rf"(?<!\w)(?:{_any_of(_SOURCES)})\s*[:：]")
RIGHTS = re.compile(
    rf"©|\(c\)\s*(?=\d{{4}})|\bcopyright\b\s*(?=©|\(c\)|\d{{4}})|{_any_of(_RIGHTS)}",
    re.IGNORECASE,
)
POSTED = re.compile(
    r"submitted by\s+/?u/\S+(?:\s+to\s+/?r/\S+)?(?:\s*\[link\])?(?:\s*\[(?:\d+ )?comments\])?|posted by\s+/?u/\S+"
    r"|Article URL:\s*https?://\S+|(?<!\w)Comments URL:\s*https?://\S+|(?<!\w)Points: \d+\s+# Comments: \d+",
    re.IGNORECASE,
)
"""What sites for discussion write."""
CREDIT = re.compile(
    r"[(\[]?\s*(?:(?<!\w)(?:(?:photo|image|picture|photograph|illustration|graphic|video)s?"
    r"\s+(?:by|courtesy of|credits?\s*[:：]?)|photographed by"
    r"|(?:photo|image|picture|photograph|illustration|foto|bild|imagen|imagem|crédit photo|fotoğraf|фото|фотография"
    r"|تصویر|صورة|फोटो|तस्वीर)s?\s*[:：/]|foto (?:von|de|di)|photo (?:de|d[’'])|фото предоставлено)\s*"
    r"|©\s*|(?:图片来源|圖片來源|摄影|攝影|写真)\s*[:：/]\s*)",
    re.IGNORECASE,
)
"""What stands before the name of who took a picture."""
