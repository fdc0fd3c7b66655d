"""Invitations to follow an outlet are no story; stories that sound like one are."""

from __future__ import annotations

import pytest

from tests.text.test_around import OUTLET, SENTENCE, TITLE, counts

INVITATIONS = [
    *("Follow {} on Google News", "Follow {} on WhatsApp", "Follow {} on X", "Join {} on Telegram for breaking news"),
    *("Follow {} on Facebook, X and Instagram", "Subscribe to {}", "Download the {} app", "Read more on {}"),
    *("Подписывайтесь на {} в Telegram", "Читайте {} в Google Новостях", "Скачайте приложение {}"),
    *("{} کو گوگل نیوز پر فالو کریں", "{} کو واٹس ایپ پر فالو کریں", "{} کی ایپ ڈاؤن لوڈ کریں"),
    *("Suivez {} sur WhatsApp", "Abonnez-vous à {}", "Téléchargez l’application {}"),
    *("Sigue a {} en Google News", "Suscríbete a {}", "Descarga la app de {}"),
    *("Folgen Sie {} auf Telegram", "Laden Sie die {}-App herunter"),
    *("تابعوا {} على واتساب", "تابع {} على تويتر", "حمّل تطبيق {}"),
    *("{} को गूगल न्यूज़ पर फॉलो करें", "{} का ऐप डाउनलोड करें"),
    *("{}'u Google News'te takip edin", "{} uygulamasını indirin", "{}'a abone olun"),
    *("Siga o {} no WhatsApp", "Acompanhe o {} no Telegram", "Baixe o app do {}"),
]


@pytest.mark.parametrize("name", [OUTLET, "Zanzibar Weaver"])
def test_F12_an_invitation_does_not_count(name: str) -> None:
    for form in INVITATIONS:
        assert counts(f"{SENTENCE} {form.format(name)}", TITLE, "", OUTLET) == SENTENCE, form
        assert counts(f"{SENTENCE} {form.format(name)}.", TITLE, "", OUTLET) in (SENTENCE, f"{SENTENCE} ."), form


@pytest.mark.parametrize(
    "story",
    [
        "Follow Zanzibar on its way to the polls",
        "Follow Zanzibar on X: president opens a page",
        "Join Zanzibar on Facebook as it marks its revolution",
        "Zanzibar on X and Facebook: a ban ends",
        "Download the new app that Zanzibar made for voters",
        "Ministers follow Zanzibar on WhatsApp",
        "Read Zanzibar on Sunday",
        "Читайте о Занзибаре на выборах в Telegram запрещено",
        "زنجبار کے صدر نے کہا عوام کو واٹس ایپ پر فالو کریں",
        "Suivez Zanzibar sur le chemin des urnes",
        "Sigue a Zanzibar en su camino a las urnas",
        "Folgen Sie Zanzibar auf dem Weg zur Wahl",
        "Siga Zanzibar no caminho das urnas",
        "Zanzibar uygulamasını değiştirdi",
    ],
)
def test_F12_a_story_that_sounds_like_an_invitation_counts(story: str) -> None:
    for text in (f"{SENTENCE} {story}", f"{SENTENCE} {story}.", story, f"{story}. {SENTENCE}"):
        found = counts(text, TITLE, "", OUTLET)
        assert any(word in found for word in ("Zanzibar", "Занзибар", "زنجبار"))


def test_F12_what_might_be_an_invitation_and_is_all_there_is_counts() -> None:
    for form in INVITATIONS:
        if not form.startswith("Read more"):
            assert "Zanzibar" in counts(form.format("Zanzibar"), TITLE, "", OUTLET), form
