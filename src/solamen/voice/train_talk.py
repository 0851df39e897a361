"""Synthetic talk of many voices, so that talk can be told from moans; said once and kept."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from solamen.voice.spectrum import RATE_HZ, Sound
from solamen.voice.train_words_kokoro import CHOOSING as KOKORO_CHOOSING
from solamen.voice.train_words_kokoro import JUDGING as KOKORO_JUDGING
from solamen.voice.train_words_kokoro import learning as kokoro_learning
from solamen.voice.train_words_speech import FESTIVAL, FLITE, VARIANTS, Synthesiser, piper_voice
from solamen.voice.train_words_texts import sentences, words

_SLOW = "kokoro"
_SHORTEST = RATE_HZ // 5
_ESPEAK, _ESPEAK_CHOOSING = 24, 6
_SEED = 3
# What espeak-ng and Pico say in their own languages.
_ABROAD = {
    "de": ("Heute Morgen war der Bus pünktlich.", "Wir haben noch Brot und Käse im Haus.", "Das Fenster ist offen."),
    "es": ("Esta mañana el autobús llegó a tiempo.", "Todavía tenemos pan y queso.", "La ventana está abierta."),
    "fr": ("Ce matin le bus est arrivé à l'heure.", "Il reste du pain et du fromage.", "La fenêtre est ouverte."),
    "it": ("Stamattina l'autobus era puntuale.", "Abbiamo ancora pane e formaggio.", "La finestra è aperta."),
    "pt": ("Hoje de manhã o ônibus chegou na hora.", "Ainda temos pão e queijo em casa.", "A janela está aberta."),
    "pl": ("Dzisiaj rano autobus był na czas.", "Mamy jeszcze chleb i ser.", "Okno jest otwarte."),
    "ru": ("Сегодня утром автобус пришёл вовремя.", "У нас ещё есть хлеб и сыр.", "Окно открыто."),
    "nl": ("Vanochtend was de bus op tijd.", "We hebben nog brood en kaas in huis.", "Het raam staat open."),
}


def learning() -> list[Synthesiser]:
    """The voices that are learned from."""
    return [*_espeak(0, _ESPEAK), *(Synthesiser("flite", voice, 150, pitch) for voice in FLITE for pitch in (25, 60)),
            *(Synthesiser("pico", voice, 160, pitch) for voice in ("de-DE", "es-ES", "fr-FR", "it-IT")
              for pitch in (30, 60)),
            *(Synthesiser(_SLOW, voice) for voice in kokoro_learning()[::3])]  # fmt: skip


def choosing() -> list[Synthesiser]:
    """Voices on which it is chosen what counts as talk; nothing is learned from them."""
    return [
        *_espeak(_ESPEAK, _ESPEAK_CHOOSING),
        *(Synthesiser("pico", voice) for voice in ("en-GB", "en-US")),
        *(Synthesiser(_SLOW, voice) for voice in KOKORO_CHOOSING[:3]),
    ]


def judging() -> list[Synthesiser]:
    """Voices that only judge: Kokoro's, and programs that were never learned from."""
    return [
        *(Synthesiser(_SLOW, voice) for voice in KOKORO_JUDGING[:4]),
        *(Synthesiser("festival", voice) for voice in FESTIVAL),
        Synthesiser("flite", "slt"),
        Synthesiser("piper", piper_voice()),
    ]


def _espeak(start: int, count: int) -> list[Synthesiser]:
    """Some of its voices, in eight languages and English; none is there twice."""
    rng = np.random.default_rng(_SEED)
    variants = [VARIANTS[i] for i in rng.permutation(len(VARIANTS))][start : start + count]
    found = []
    for number, variant in enumerate(variants):
        language = ("en-us", "en-gb", *_ABROAD)[number % (2 + len(_ABROAD))]
        voice = language + (f"+{variant}" if variant else "")
        found.append(Synthesiser("espeak-ng", voice, int(rng.integers(120, 200)), int(rng.integers(20, 80))))
    return found


def said(voice: Synthesiser, cache: Path, *, judged: bool = False) -> Iterator[Sound]:
    """Sentences and single words of a voice, 16 kHz mono, from the cache or made now.

    Raises:
        OutsideError: its program or the texts are missing.
    """
    cache.mkdir(parents=True, exist_ok=True)
    name = f"{voice.program}_{Path(voice.voice).stem}_{voice.words_per_min}_{voice.pitch}_{int(judged)}.npz"
    if not (cache / name).is_file():
        sounds = voice.say(_texts(voice, judged))
        pcm = [(32767.0 * sound).astype(np.int16) for sound in sounds if len(sound) >= _SHORTEST]
        beside = (cache / name).with_suffix(".part.npz")
        np.savez(beside, sound=np.concatenate(pcm), cuts=np.cumsum([len(part) for part in pcm])[:-1])
        beside.replace(cache / name)
    with np.load(cache / name) as kept:
        yield from np.split(kept["sound"].astype(np.float32) / np.float32(32767.0), kept["cuts"])


def _texts(voice: Synthesiser, judged: bool) -> list[str]:
    """What a voice says: of Kokoro, which is slow, less."""
    rng = np.random.default_rng(zlib.crc32(f"{voice.program} {Path(voice.voice).name} {voice.pitch}".encode()))
    abroad = _ABROAD.get(voice.voice[:2])
    if abroad and voice.program != _SLOW:
        return list(abroad)
    slow = voice.program == _SLOW
    short = [text for text in sentences(judged) if 20 <= len(text) < (70 if slow else 110)]
    chosen = [short[int(i)] for i in rng.integers(len(short), size=(4 if judged else 3) if slow else 8)]
    single = [words()[int(i)] for i in rng.integers(len(words()), size=2 if slow else 4)]
    return [*chosen, *single]
