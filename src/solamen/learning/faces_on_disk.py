"""Labelled pictures of faces on disk: a table beside a folder of pictures, UNBC-McMaster's layout, OpenFace's tables.

Nothing is guessed: a row or file that cannot be read ends the reading with one sentence that names file and line.
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from solamen.core.action_units import MAX_INTENSITY, UNITS, pain_index
from solamen.core.errors import OutsideError
from solamen.learning.labelled import LabelledFace

MAX_INDEX = 16.0

UNBC_UNITS: tuple[int, ...] = (4, 6, 7, 9, 10, 12, 20, 25, 26, 43)
"""What UNBC-McMaster codes in every frame, of the units that Solamen knows (Lucey et al. 2011); AU27 is left out."""

_PICTURES = (".png", ".jpg", ".jpeg", ".bmp")
_UNIT_COLUMN = re.compile(r"AU_?0*(\d{1,2})(?:_r)?", re.IGNORECASE)
_CODE_FOLDERS = (("Frame_Labels", "FACS"), ("AUs",), ("FACS",))
_INDEX_FOLDERS = (("Frame_Labels", "PSPI"), ("PSPI",))


def read_faces(images: Path, labels: Path | None = None) -> list[LabelledFace]:
    """Labelled pictures of a folder, by a table, or in UNBC-McMaster's published layout where no table is given.

    Raises:
        OutsideError: something cannot be read; names file and line.
    """
    if labels is not None and labels.is_file():
        return read_table(labels, images)
    root = images.parent if images.name == "Images" else images
    if (root / "Images").is_dir():
        return read_unbc(root)
    remedy = "Give a table with --labels, or a folder in UNBC-McMaster's layout (Images/ and Frame_Labels/)."
    raise OutsideError("there are no labels", str(labels or images), remedy)


def read_table(labels: Path, images: Path) -> list[LabelledFace]:
    """The rows of a CSV table: `file`, optional `identity` and `kind`, any of `AU4` … `AU45` (0–5), and `pspi` (0–16).

    An empty cell is "not coded". Where `pspi` is not coded but all its units are, it is computed from them; AU43 counts
    as closed from 2.5 on.

    Raises:
        OutsideError: the table is malformed or names a picture that is not there; names file and line.
    """
    faces = []
    for line, row in _rows(labels, required="file"):
        where = f"{labels}, line {line}"
        path = images / row["file"]
        if not row["file"] or not path.is_file():
            raise OutsideError(f"there is no picture {row['file']!r}", where, f"Put it into {images}, or drop the row.")
        units = _units(row, where)
        index = _number(row.get("pspi", ""), "pspi", MAX_INDEX, where)
        index = pain_index(units).value if math.isnan(index) else index
        faces.append(LabelledFace(path, row.get("identity", ""), row.get("kind", "").lower(), units, index))
    if not faces:
        raise OutsideError("the table has no rows", str(labels), "Write one row for each picture.")
    return faces


def read_unit_columns(table: Path) -> list[dict[int, float]]:
    """Units of each row of an OpenFace table (`AU04_r` …), or of any with columns such as `AU4`; 0–5.

    Raises:
        OutsideError: the table is malformed; names file and line.
    """
    return [_units(row, f"{table}, line {line}") for line, row in _rows(table)]


def _rows(table: Path, required: str = "") -> Iterator[tuple[int, dict[str, str]]]:
    """Line number and cells of each row that is not empty, without the spaces around them."""
    try:
        with table.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.reader(file)
            header = [name.strip() for name in next(reader, [])]
            _check_header(header, required, table)
            for row in reader:
                if any(cell.strip() for cell in row):
                    yield reader.line_num, _cells(header, row, f"{table}, line {reader.line_num}")
    except OSError as error:
        raise OutsideError(f"cannot read the table ({error.strerror})", str(table), "Check the path.") from error
    except (csv.Error, UnicodeDecodeError) as error:
        raise OutsideError(f"the file is no CSV table ({error})", str(table), "Save it as CSV in UTF-8.") from error


def _check_header(header: Sequence[str], required: str, table: Path) -> None:
    where = f"{table}, line 1"
    known = [name for name in header if _UNIT_COLUMN.fullmatch(name) or name in ("file", "pspi")]
    if (required and required not in header) or not known:
        remedy = "Begin with a header: file, optional identity and kind, any of AU4 … AU45, and pspi."
        raise OutsideError(f"the header lacks {required or 'units'!r}", where, remedy)
    twice = sorted({name for name in known if header.count(name) > 1})
    if twice:
        raise OutsideError(f"the column {twice[0]!r} stands there twice", where, "Drop one of them.")


def _cells(header: Sequence[str], row: Sequence[str], where: str) -> dict[str, str]:
    if len(row) != len(header):
        remedy = f"Write {len(header)} cells, as in the header."
        raise OutsideError(f"the row has {len(row)} cells", where, remedy)
    return dict(zip(header, (cell.strip() for cell in row), strict=True))


def _units(row: Mapping[str, str], where: str) -> dict[int, float]:
    """The units that are coded in a row, of those that Solamen knows."""
    units = {}
    for name, cell in row.items():
        column = _UNIT_COLUMN.fullmatch(name)
        if column and int(column[1]) in UNITS:
            value = _number(cell, name, MAX_INTENSITY, where)
            if math.isfinite(value):
                units[int(column[1])] = value
    return units


def _number(cell: str, name: str, most: float, where: str) -> float:
    """A number of 0 to `most`; NaN where the cell is empty."""
    if cell.lower() in ("", "nan"):
        return math.nan
    try:
        value = float(cell)
    except ValueError:
        value = math.nan
    if not 0.0 <= value <= most:
        remedy = f"Write a number from 0 to {most:g}, or leave it empty where it was not coded."
        raise OutsideError(f"{name} is {cell!r}", where, remedy)
    return value


def read_unbc(root: Path) -> list[LabelledFace]:
    """UNBC-McMaster's published layout (Lucey et al. 2011): a picture, a file of FACS codes and one of PSPI per frame.

    `Images/<person>/<sequence>/<frame>.png`, `Frame_Labels/FACS/…/<frame>_facs.txt` (or `AUs/…`) with one line per unit
    (unit, intensity, onset …; AU43 is closed where it is listed) and `Frame_Labels/PSPI/…/<frame>_facs.txt`. Units that
    are coded in the set and not listed are 0. Landmarks are not read. A frame without files of labels is left out.

    Raises:
        OutsideError: a file is malformed, or there is no labelled frame; names file and line.
    """
    images = root / "Images"
    pictures = (path for path in sorted(images.rglob("*")) if path.suffix.lower() in _PICTURES)
    faces = [face for path in pictures if (face := _unbc_face(root, path, path.relative_to(images))) is not None]
    if not faces:
        remedy = "Keep the folders as they are published: Images/ and Frame_Labels/FACS/ and Frame_Labels/PSPI/."
        raise OutsideError("there is no labelled frame", str(root), remedy)
    return faces


def _unbc_face(root: Path, path: Path, place: Path) -> LabelledFace | None:
    codes, index = _beside(root, _CODE_FOLDERS, place), _beside(root, _INDEX_FOLDERS, place)
    if codes is None and index is None:
        return None
    units = _codes(codes) if codes is not None else {}
    value = _index(index) if index is not None else pain_index(units).value
    return LabelledFace(path, place.parts[0] if len(place.parts) > 1 else "", "", units, value)


def _beside(root: Path, folders: Sequence[tuple[str, ...]], place: Path) -> Path | None:
    """The file of labels that belongs to a picture."""
    names = (f"{place.stem}_facs.txt", f"{place.stem}.txt")
    paths = (root.joinpath(*folder) / place.parent / name for folder in folders for name in names)
    return next((path for path in paths if path.is_file()), None)


def _codes(path: Path) -> dict[int, float]:
    """Units of a file of FACS codes."""
    units = dict.fromkeys(UNBC_UNITS, 0.0)
    for line, text in enumerate(_lines(path), start=1):
        cells = text.split()
        where = f"{path}, line {line}"
        if not cells:
            continue
        if len(cells) < 2:
            raise OutsideError("a code needs a unit and an intensity", where, "Get the file anew.")
        unit = _number(cells[0], "the unit", 99.0, where)
        intensity = _number(cells[1], "the intensity", MAX_INTENSITY, where)
        if math.isnan(unit) or math.isnan(intensity) or unit != int(unit):
            raise OutsideError("a code needs a unit and an intensity", where, "Get the file anew.")
        if int(unit) in UNITS:
            units[int(unit)] = MAX_INTENSITY if int(unit) == 43 else intensity
    return units


def _index(path: Path) -> float:
    """PSPI of a file that holds one number."""
    cells = " ".join(_lines(path)).split()
    if len(cells) != 1:
        raise OutsideError("the file must hold one number, PSPI", f"{path}, line 1", "Get the file anew.")
    return _number(cells[0], "PSPI", MAX_INDEX, f"{path}, line 1")


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise OutsideError(f"cannot read the labels ({error})", str(path), "Get the file anew.") from error
