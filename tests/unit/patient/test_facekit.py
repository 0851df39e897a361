"""Heads of another model: read from their files, shown with units, drawn and labelled as the face room reads them."""

import csv

import cv2
import numpy as np
import pytest

from solamen.core.errors import OutsideError
from solamen.learning.faces_on_disk import read_faces
from solamen.patient import facekit_pictures
from solamen.patient.facekit import MATERIALS, FaceKit

ROWS, AROUND = 80, 90
SIDED = ("browInnerUp", "browOuterUp", "browDown", "eyeWide", "cheekSquint", "eyeSquint", "noseSneer", "mouthUpperUp",
         "mouthSmile", "mouthFrown", "mouthStretch", "mouthLowerDown", "eyeBlink")  # fmt: skip


def ball():
    """A kit whose only head is a ball; every action moves all of it by a millimetre."""
    down, round_ = np.meshgrid(np.linspace(0.05, 3.09, ROWS), np.linspace(0.0, 6.2, AROUND), indexing="ij")
    vertex = 0.1 * np.stack([np.sin(down) * np.cos(round_), np.sin(down) * np.sin(round_), np.cos(down)], -1)
    place = np.arange(ROWS * AROUND).reshape(ROWS, AROUND)
    corners = place[:-1, :-1], place[1:, :-1], place[1:, 1:], place[:-1, 1:]
    a, b, c, d = (corner.ravel() for corner in corners)
    faces = np.concatenate([np.stack([a, b, c], 1), np.stack([a, c, d], 1)])
    way = np.full((ROWS * AROUND, 3), 0.001)
    actions = {f"{name}_{side}": way for name in SIDED for side in "LR"}
    actions |= dict.fromkeys(("mouthShrugLower", "jawOpen"), way)
    uv = np.stack([round_ / 6.3, down / 3.1], -1).reshape(-1, 2)
    parts = dict.fromkeys(MATERIALS, faces[:400]) | {"skin": faces}
    return FaceKit(vertex.reshape(-1, 3), way[None], actions, parts, uv)


def test_a_unit_moves_both_sides_by_its_strength():
    kit, rng = ball(), np.random.default_rng(0)
    moved = kit.shown(np.zeros(1), {4: 2.5}, rng) - kit.neutral
    assert moved == pytest.approx(np.full_like(moved, 0.001), rel=1e-6)
    assert kit.shown(np.zeros(1), {26: 5.0}, rng) - kit.neutral == pytest.approx(np.full_like(moved, 0.0008), rel=1e-6)


def test_pictures_and_labels_are_what_the_face_room_reads(tmp_path, monkeypatch):
    monkeypatch.setattr(facekit_pictures.FaceKit, "read", classmethod(lambda cls, folder: ball()))
    table = facekit_pictures.write_pictures(tmp_path, tmp_path / "out", persons=2, pictures=2)
    faces = read_faces(table.parent, table)
    assert len(faces) == 2 * (facekit_pictures.NEUTRALS + 2)
    assert [face.is_neutral for face in faces[:4]] == [True, True, True, False]
    assert {face.identity for face in faces} == {"k000", "k001"}
    assert cv2.imread(str(faces[0].path)).shape == (facekit_pictures.SIDE_PX, facekit_pictures.SIDE_PX, 3)
    with table.open(newline="") as file:
        assert {row["pspi"] for row in csv.DictReader(file) if row["kind"] == "neutral"} == {"0.000"}


def test_the_same_seed_draws_the_same_pictures(tmp_path, monkeypatch):
    monkeypatch.setattr(facekit_pictures.FaceKit, "read", classmethod(lambda cls, folder: ball()))
    for name in ("a", "b"):
        facekit_pictures.write_pictures(tmp_path, tmp_path / name, persons=1, pictures=1)
    assert (tmp_path / "a" / "labels.csv").read_bytes() == (tmp_path / "b" / "labels.csv").read_bytes()


def test_a_folder_without_the_kit_is_one_sentence(tmp_path):
    with pytest.raises(OutsideError, match="the kit of heads cannot be read"):
        FaceKit.read(tmp_path)


def test_files_of_another_kind_are_one_sentence(tmp_path):
    (tmp_path / "generic_neutral_mesh.obj").write_text("v 1 2 3\nv a b c\n")
    with pytest.raises(OutsideError, match="the kit of heads cannot be read"):
        FaceKit.read(tmp_path)
