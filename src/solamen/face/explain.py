"""The labelled picture: what was seen of a face, what that adds to the index and the estimate, and what was not."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
from PIL import Image as PilImage

from solamen.core.action_units import MAX_INTENSITY, ActionUnits
from solamen.core.errors import OutsideError
from solamen.core.estimates import PAIN_MAX, PAIN_THRESHOLD, PainEstimate
from solamen.face.explain_face import face_picture
from solamen.face.settings import FaceSettings
from solamen.face.sheet import BLUE, GREY, INK, PALE, RED, Sheet
from solamen.face.still import StillReading, read_picture, read_still

NAMES: dict[int, str] = {
    1: "inner brow raised",
    2: "outer brow raised",
    4: "brows lowered",
    5: "upper lids raised",
    6: "cheeks raised",
    7: "lids tightened",
    9: "nose wrinkled",
    10: "upper lip raised",
    12: "lip corners pulled (smile)",
    15: "lip corners down",
    17: "chin raised",
    20: "lips stretched",
    25: "lips apart",
    26: "jaw dropped",
    43: "eyes closed",
    45: "blink",
}
"""FACS numbers in plain words (after Ekman, Friesen & Hager 2002)."""

_PAIN = (4, 6, 7, 9, 10, 43)
_ORDER = (*_PAIN, 1, 2, 5, 12, 15, 17, 20, 25, 26)
_LETTERS = "ABCDE"
# From so many points of standard deviation on, no words are put to the estimate.
_UNSURE = 3.0
# Quality below which a reading is hardly worth anything.
_POOR = 0.2
_WIDTH, _HEIGHT = 1360, 900
_FACE = (30, 84, 620, 700)
_RIGHT = 690


def explain(path: Path, out: Path, settings: FaceSettings) -> StillReading:
    """Writes the labelled picture of the nearest face in a picture.

    Raises:
        OutsideError: the picture cannot be read, shows no face, or the result cannot be written.
    """
    reading = read_still(read_picture(path), settings)
    if reading is None:
        raise OutsideError(
            "no face was found in the picture", str(path), "Give a picture of one face, near and upright."
        )
    try:
        PilImage.fromarray(draw(reading)).save(out)
    except (OSError, ValueError) as error:
        remedy = "Give a path that ends with .png or .jpg in a folder that can be written to."
        raise OutsideError(f"cannot write the labelled picture ({error})", str(out), remedy) from error
    return reading


def draw(reading: StillReading) -> np.ndarray:
    """The labelled picture: 900 × 1360 × 3, RGB."""
    sheet = Sheet(_WIDTH, _HEIGHT)
    sheet.text((30, 36), "What the face shows", 26, bold=True)
    sheet.text((30, 64), "one picture, read against anybody's calm face: the person's own was not known", 14, GREY)
    left, top, width, height = _FACE
    sheet.paste((left, top), face_picture(reading, width, height))
    _seen(sheet, reading, (left, top + height + 24))
    below = _pain(sheet, reading.pain, 46)
    below = _index(sheet, reading.units, below + 16)
    _units(sheet, reading.units, below + 18)
    return sheet.picture()


def words_of(pain: PainEstimate) -> str:
    """The estimate for somebody who is not an expert."""
    if pain.abstained:
        return f"No estimate: {pain.reason}"
    if pain.stddev >= _UNSURE:
        return "Not sure: this picture tells too little"
    for limit, words in (
        (1.5, "No signs of pain seen"),
        (PAIN_THRESHOLD, "Slight signs of pain"),
        (7.0, "Clear signs"),
    ):
        if pain.intensity < limit:
            return f"{words}{' of pain' if words == 'Clear signs' else ''}"
    return "Strong signs of pain"


def _pain(sheet: Sheet, pain: PainEstimate, y: int) -> int:
    """Words, the 0–10 scale and the cues' contributions; returns where the next part begins."""
    sheet.text((_RIGHT, y), words_of(pain), 26, RED if not pain.abstained and pain.intensity >= 4.0 else INK, bold=True)
    if pain.abstained:
        return y + 20
    note = "an observer's 0-10 scale, as if the expression were held; no signs is weak evidence of no pain"
    sheet.text((_RIGHT, y + 26), note, 13, GREY)
    _scale(sheet, pain, y + 52)
    if pain.partial:
        sheet.text((_RIGHT, y + 108), f"Partial: {pain.reason}", 14, RED)
    at = y + 132
    for item in pain.evidence:
        sheet.text((_RIGHT + 20, at), item.cue, 15)
        if math.isfinite(item.value):
            sheet.bar((_RIGHT + 220, at - 12, 280, 14), item.contribution / PAIN_MAX, RED)
            sheet.text((_RIGHT + 512, at), f"{item.contribution:+.1f} points", 15)
        else:
            sheet.hatch((_RIGHT + 220, at - 12, 280, 14))
            sheet.text((_RIGHT + 512, at), "not seen", 15, GREY)
        at += 22
    return at


def _scale(sheet: Sheet, pain: PainEstimate, y: int) -> None:
    """0 to 10 with the estimate, what it may be (± one standard deviation) and the threshold."""
    left, width = _RIGHT, 500
    sheet.box((left, y, width, 18), PALE)
    low, high = (min(max(pain.intensity + sign * pain.stddev, 0.0), PAIN_MAX) for sign in (-1.0, 1.0))
    sheet.box((left + round(width * low / PAIN_MAX), y, round(width * (high - low) / PAIN_MAX), 18), (244, 200, 190))
    sheet.box((left + round(width * pain.intensity / PAIN_MAX) - 3, y - 4, 6, 26), RED)
    sheet.box((left + round(width * PAIN_THRESHOLD / PAIN_MAX), y, 2, 18), INK)
    for mark in (0, 4, 10):
        sheet.text((left + round(width * mark / PAIN_MAX) - 4, y + 36), str(mark), 13, GREY)
    told = f"{pain.intensity:.1f} \N{PLUS-MINUS SIGN} {pain.stddev:.1f}"
    sheet.text((left + width + 16, y + 17), told, 20, bold=True)
    sheet.text((left + width + 30, y + 36), "points of 10", 13, GREY)


def _index(sheet: Sheet, units: ActionUnits, y: int) -> int:
    """PSPI with its terms, or its bounds where a term was not seen."""
    index = units.index
    sheet.line((_RIGHT, y), (_WIDTH - 30, y))
    known = math.isfinite(index.value)
    told = f"PSPI {index.value:.1f} of 16" if known else f"PSPI between {index.lower:.1f} and {index.upper:.1f} of 16"
    sheet.text((_RIGHT, y + 30), told, 20, bold=True)
    closed = "?" if not math.isfinite(units.get(43)) else "1" if units.get(43) >= 2.5 else "0"
    four, six, seven, nine, ten = (_number(units.get(unit)) for unit in (4, 6, 7, 9, 10))
    sum_of = f"AU4 {four} + max(AU6 {six}, AU7 {seven}) + max(AU9 {nine}, AU10 {ten}) + AU43 {closed}"
    sheet.text((_RIGHT, y + 54), f"= {sum_of}", 14, GREY)
    return y + 62


def _units(sheet: Sheet, units: ActionUnits, y: int) -> None:
    """Each unit: its intensity on the scale of FACS, paler the less it is sure."""
    sheet.line((_RIGHT, y), (_WIDTH - 30, y))
    sheet.text((_RIGHT, y + 24), "Action units, rig-scaled", 15, bold=True)
    left, width = _RIGHT + 290, 250
    for number, letter in enumerate(_LETTERS, start=1):
        sheet.text((left + round(width * number / MAX_INTENSITY) - 5, y + 24), letter, 13, GREY)
    sheet.text((left + width + 76, y + 24), "sure", 13, GREY)
    at = y + 46
    for unit in _ORDER:
        colour = RED if unit in _PAIN else BLUE
        sheet.text((_RIGHT, at), f"AU{unit}", 14, colour, bold=True)
        sheet.text((_RIGHT + 56, at), NAMES[unit], 14)
        value, sure = units.get(unit), units.confidence.get(unit, 0.0)
        if math.isfinite(value):
            sheet.bar((left, at - 11, width, 13), value / MAX_INTENSITY, colour, strength=0.35 + 0.65 * sure)
            sheet.text((left + width + 12, at), f"{value:.1f}", 14)
            sheet.text((left + width + 76, at), f"{100 * sure:.0f} %", 13, GREY)
        else:
            sheet.hatch((left, at - 11, width, 13))
            sheet.text((left + width + 12, at), "not seen", 14, GREY)
        at += 25


def _seen(sheet: Sheet, reading: StillReading, at: tuple[int, int]) -> None:
    """How well the face could be seen, and what could not."""
    x, y = at
    quality = reading.quality
    sheet.text((x, y), "Quality", 15, bold=True)
    sheet.bar((x + 80, y - 12, 220, 14), quality.value, BLUE)
    sheet.text((x + 312, y), f"{100 * quality.value:.0f} %  {quality.reason}", 14)
    unseen = [f"AU{unit}" for unit in _ORDER if not math.isfinite(reading.units.get(unit))]
    names = ", ".join(unseen) if len(unseen) < len(_ORDER) else "any unit"
    told = "All units could be seen." if quality.value >= _POOR else "All units are in sight, but hardly any is sure."
    told = f"Not seen: {names}" if unseen else told
    sheet.text((x, y + 26), told, 14, INK if not unseen else RED)
    if reading.others:
        sheet.text((x, y + 50), f"{len(reading.others)} other face(s) painted over and not read", 14, GREY)
    told = "Expressed pain as it can be seen from outside; not a diagnosis and not a medical device."
    sheet.text((x, y + 74), told, 12, GREY)


def _number(value: float) -> str:
    return f"{value:.1f}" if math.isfinite(value) else "?"
