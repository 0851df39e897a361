import csv
import math
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solamen.core.action_units import pain_index
from solamen.core.errors import OutsideError
from solamen.learning.faces_on_disk import UNBC_UNITS, read_faces, read_table, read_unbc, read_unit_columns

PICTURE = b"a picture"


@pytest.fixture
def folder(tmp_path):
    for name in ("a.png", "b.png"):
        (tmp_path / name).write_bytes(PICTURE)
    return tmp_path


def table(folder, text):
    path = folder / "labels.csv"
    path.write_text(text, encoding="utf-8")
    return path


def unbc(root, codes, index, person="042-ll042", frame="ll042t1aaaff001"):
    for base, name, content in (
        (("Images",), f"{frame}.png", PICTURE.decode()),
        (("Frame_Labels", "FACS"), f"{frame}_facs.txt", codes),
        (("Frame_Labels", "PSPI"), f"{frame}_facs.txt", index),
    ):
        place = root.joinpath(*base, person, "ll042t1aaaff", name)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(content, encoding="utf-8")
    return root


def test_a_row_gives_picture_person_kind_and_units(folder):
    labels = table(folder, "file,identity,kind,AU4,AU06,AU43,pspi\na.png,p1,Neutral,0,0.5,0,0\nb.png,p1,pain,3,,5,6\n")
    neutral, pained = read_table(labels, folder)
    assert neutral.is_neutral
    assert (pained.path, pained.identity, pained.kind) == (folder / "b.png", "p1", "pain")
    assert pained.units == {4: 3.0, 43: 5.0}
    assert pained.pspi == 6.0


def test_without_a_coded_index_it_is_computed_where_all_units_are(folder):
    labels = table(folder, "file,AU4,AU6,AU7,AU9,AU10,AU43\na.png,2,1,3,0,4,5\nb.png,2,1,3,,4,5\n")
    whole, partial = read_table(labels, folder)
    assert whole.pspi == 2 + 3 + 4 + 1
    assert math.isnan(partial.pspi)


def test_without_identities_no_picture_is_a_neutral(folder):
    (face,) = read_table(table(folder, "file,kind,AU4\na.png,neutral,0\n"), folder)
    assert not face.is_neutral


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "line 1"),
        ("name,AU4\na.png,1\n", "line 1"),
        ("file,AU4,AU4\na.png,1,1\n", "'AU4' stands there twice: .*line 1"),
        ("file,AU4\na.png,1\nb.png,six\n", "AU4 is 'six': .*line 3"),
        ("file,AU4\na.png,6\n", "AU4 is '6': .*line 2"),
        ("file,AU4\na.png,inf\n", "AU4 is 'inf': .*line 2"),
        ("file,pspi\na.png,-1\n", "pspi is '-1': .*line 2"),
        ("file,AU4\na.png\n", "1 cells: .*line 2"),
        ("file,AU4\nc.png,1\n", "no picture 'c.png': .*line 2"),
        ("file,AU4\n", "no rows"),
    ],
)
def test_a_malformed_table_is_told_in_one_sentence_with_its_line(folder, text, told):
    with pytest.raises(OutsideError, match=told) as error:
        read_table(table(folder, text), folder)
    assert "\n" not in str(error.value)


def test_bytes_that_are_no_text_are_told(folder):
    path = folder / "labels.csv"
    path.write_bytes(b"file,AU4\n\xff\xfe\x00")
    with pytest.raises(OutsideError, match="no CSV table"):
        read_table(path, folder)


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(tmp_path_factory, text):
    folder = tmp_path_factory.mktemp("any")
    path = folder / "labels.csv"
    path.write_bytes(("file,AU4\n" + text).encode("utf-8", "surrogatepass"))
    with pytest.raises(OutsideError):
        read_table(path, folder)


def test_the_published_layout_of_unbc_is_read(tmp_path):
    codes = "4.0000000e+00 2.0000000e+00 0 0\n 43 0 0 0\n2.7000000e+01 1.0 0 0\n"
    (face,) = read_unbc(unbc(tmp_path, codes, "   3.0000000e+00\n"))
    assert face.identity == "042-ll042"
    assert face.path.name == "ll042t1aaaff001.png"
    assert face.units == {**dict.fromkeys(UNBC_UNITS, 0.0), 4: 2.0, 43: 5.0}
    assert face.pspi == pain_index(face.units).value == 3.0


def test_a_frame_without_codes_shows_none_of_the_units(tmp_path):
    (face,) = read_faces(unbc(tmp_path, "", "0\n") / "Images")
    assert set(face.units.values()) == {0.0}
    assert face.pspi == 0.0


@pytest.mark.parametrize(
    ("codes", "index", "told"),
    [
        ("4\n", "0", "line 1"),
        ("4 1\nbrow 2\n", "0", "'brow': .*line 2"),
        ("4 7\n", "0", "'7': .*line 1"),
        ("4.5 1\n", "0", "line 1"),
        ("", "", "one number"),
        ("", "17", "'17'"),
    ],
)
def test_a_malformed_file_of_unbc_is_told_with_its_line(tmp_path, codes, index, told):
    with pytest.raises(OutsideError, match=told):
        read_unbc(unbc(tmp_path, codes, index))


def test_a_folder_without_labels_is_told(tmp_path):
    with pytest.raises(OutsideError, match="no labels"):
        read_faces(tmp_path)
    (tmp_path / "Images").mkdir()
    with pytest.raises(OutsideError, match="no labelled frame"):
        read_faces(tmp_path)


def test_the_pain_index_agrees_with_a_table_of_openface():
    path = Path(os.environ.get("SOLAMEN_CLIPS", Path.home() / ".cache" / "solamen" / "clips")) / "OpenFace_Test.csv"
    if not path.is_file():
        pytest.skip(f"no table {path.name}")
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file, skipinitialspace=True))
    read = read_unit_columns(path)
    assert len(read) == len(rows) > 50
    for units, row in zip(read, rows, strict=True):
        value = {unit: float(row[f"AU{unit:02d}_r"]) for unit in (4, 6, 7, 9, 10)}
        index = pain_index(units)
        # OpenFace has no AU43: the last term is open, and the index is known within one point.
        least = value[4] + max(value[6], value[7]) + max(value[9], value[10])
        assert math.isnan(index.value)
        assert (index.lower, index.upper) == (pytest.approx(least), pytest.approx(least + 1.0))
        closed = pain_index({**units, 43: 5.0})
        assert closed.value == pytest.approx(least + 1.0)
