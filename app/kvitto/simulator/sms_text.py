"""Texts as people send them, and how many parts an SMS of them has."""

from random import Random
from typing import Final

GSM_PART: Final = 160
GSM_PART_OF_MANY: Final = 153
UCS2_PART: Final = 70
UCS2_PART_OF_MANY: Final = 67
"""Characters of one SMS, alone and as a part of several: a part needs room for its number."""

_GSM: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_TWICE: Final = frozenset("\f^{}\\[~]|€")
"""These take the room of two."""

NAMES: Final = (
    "Åsa", "Örjan", "Märta", "Göran", "Björn", "Anna-Karin", "Li", "Mohammed", "Zoë", "Siv",
    "Lars-Göran", "Yusuf", "Ebba", "Noah", "Maximilian", "Ella", "Saga", "Nils", "Aleksandra", "Bo",
)  # fmt: skip

TEMPLATES: Final = (
    "Hej {name}! Din tid hos tandläkaren är bekräftad: torsdag kl {hour}.15. Ring oss om du "
    "behöver boka om. /Folktandvården",
    "Din kod är {number}. Lämna aldrig ut den till någon.",
    "Paketet från Åhléns finns att hämta på ICA Nära t.o.m. söndag. Ta med legitimation. "
    "Kolli {number}",
    "Hej {name}, nu är det dags att besiktiga bilen! Boka din tid på nätet eller ring oss på "
    "vardagar mellan 8 och 17. Kom ihåg att ta med körkortet, och att dra av släpet innan du kör "
    "in i hallen. Avbokar du senast dagen före är det gratis. Välkommen!",
    "Medlemserbjudande {name}: 30 % på allt i butiken i helgen. Priset är redan draget i kassan. "
    "Gäller t.o.m. söndag, så långt lagret räcker. Svara STOPP {number} för att slippa utskick.",
    "Your booking {number} is confirmed. Check-in opens {hour}:00 tomorrow.",
    "Faktura {number}: 249,50 € förfaller om {hour} dagar. Betala i appen.",
    "Grattis {name} 🎉 Du har vunnit två biobiljetter!",
    "Hej {name} 👋 Vi saknar dig på gymmet! Kom tillbaka före den {hour}:e så bjuder vi på en "
    "månad 🏋️ Visa det här meddelandet i receptionen: kod {number}. Vi ses, hälsar gymmet 💪",
    "Driftstörning: vattnet är avstängt på Storgatan {hour} till kl {hour}.45. Vattenposten står "
    "vid torget. Vi beklagar det inträffade. Ärende {number}.",
    "Skolan är stängd i dag på grund av snöovädret. Fritids håller öppet som vanligt för den som "
    "behöver. Undervisningen för {name} sker på distans från kl {hour}: länken finns i Unikum. Hör "
    "av er till expeditionen om ni inte kommer in. Skolskjutsarna är inställda hela dagen. Nästa "
    "besked kommer i kväll, se även kommunens webbplats. Ärende {number}. Hälsningar rektorn",
)

REFERENCES: Final = (
    "Påminnelse vecka {week}",
    "höstrea-2026-{week}",
    "Kallelse årsmöte {week} – Föreningen Älgö",
    "Vinnare! 🎉🎊 omgång {week}",
    "order#{week}/åäö",
    "👩‍👩‍👧 föräldramöte {week}",
    'A "client" reference \\ {week}',
    "{week}",
    "campaign_{week}",
)


def segments_of(text: str) -> int:
    """Return how many parts an SMS with this text has, from its alphabet: GSM-7 or UCS-2.

    >>> segments_of("å" * 160), segments_of("å" * 161), segments_of("🎉" * 35 + "!")
    (1, 2, 2)
    """
    if all(one in _GSM or one in _GSM_TWICE for one in text):
        sizes = [2 if one in _GSM_TWICE else 1 for one in text]
        return _parts(sizes, GSM_PART, GSM_PART_OF_MANY)
    sizes = [2 if ord(one) > 0xFFFF else 1 for one in text]
    return _parts(sizes, UCS2_PART, UCS2_PART_OF_MANY)


def _parts(sizes: list[int], alone: int, of_many: int) -> int:
    """Count the parts; a character of two is never split between them."""
    if sum(sizes) <= alone:
        return 1
    parts, room = 1, of_many
    for size in sizes:
        if size > room:
            parts, room = parts + 1, of_many
        room -= size
    return parts


def filled(template: str, draw: Random) -> str:
    """Return a template with a name and numbers drawn for one recipient."""
    return template.format(
        name=NAMES[int(draw.random() * len(NAMES))],
        hour=8 + int(draw.random() * 10),
        number=100_000 + int(draw.random() * 900_000),
    )
