import json
import math

import cv2
import numpy as np
import pytest

from solamen.core.action_units import PAIN_UNITS, UNITS
from solamen.core.errors import OutsideError
from solamen.face import evaluate as evaluation
from solamen.face.evaluate_baseline import baseline_index, baseline_units
from solamen.face.evaluate_clips import Watched
from solamen.face.evaluate_command import FaceEvaluation, evaluate_face
from solamen.face.evaluate_figures import (
    DECOYS,
    Frames,
    Means,
    Stills,
    frames_figures,
    groups_figures,
    intensity_figures,
    stills_figures,
    stills_intervals,
)
from solamen.face.evaluate_stills import Seen, groups_of
from solamen.face.evaluate_video import Film, Stretch, draw_film, film_report, read_stretches, watch

MEANS = Means(4.0, dict.fromkeys(UNITS, 1.0))


def stills(truth, said, groups=None):
    truth, said = np.array(truth, float), np.array(said, float)
    persons = [f"p{i % 5}" for i in range(len(truth))]
    return Stills(persons, truth, said, {4: truth / 4}, {4: said / 4}, groups or {}, np.isfinite(said))


def frames(kind, truth, said, spread=1.0):
    persons = [f"p{i % 5}" for i in range(len(kind))]
    said = np.array(said, float)
    return Frames(persons, np.array(kind), np.array(truth, float), said, np.where(np.isfinite(said), spread, np.nan))


def test_a_picture_without_an_answer_counts_with_the_training_mean():
    found = stills_figures(stills([0, 2, 8], [0, 2, math.nan]), MEANS)
    assert found["pspi"]["mae"] == pytest.approx(4.0 / 3.0)
    assert found["pspi"]["mse"] == pytest.approx(16.0 / 3.0)
    assert found["units"]["4"]["mae"] == pytest.approx((2.0 - 1.0) / 3.0)


def test_pictures_whose_index_is_not_coded_are_left_out_of_its_figures_alone():
    some = stills([0, 2, math.nan, 8], [0, 2, 5, 6])
    assert stills_figures(some, MEANS)["pspi"] == stills_figures(stills([0, 2, 8], [0, 2, 6]), MEANS)["pspi"]
    low, high = stills_intervals(some, MEANS, draws=50)["pspi.mae"]
    assert 0.0 <= low <= high <= 2.0
    none = stills_figures(stills([math.nan] * 2, [0, 2]), MEANS)
    assert none == {"pspi": None, "auc": None, "units": {}}


def test_auc_of_pictures_is_of_an_index_of_one_or_more():
    assert stills_figures(stills([0, 0.9, 1, 5], [0, 1, 2, 3]), MEANS)["auc"] == 1.0
    assert stills_figures(stills([0, 0.9, 1, 5], [3, 2, 1, 0]), MEANS)["auc"] == 0.0


def test_an_abstained_frame_of_pain_counts_as_missed():
    found = frames_figures(frames(["pain"] * 4, [6, 6, 6, 1], [7, math.nan, 3, 0]))
    assert found["sensitivity"] == pytest.approx(1 / 3)
    assert found["specificity"] == 1.0
    assert found["abstained"] == pytest.approx(1 / 4)


def test_the_threshold_is_the_shipped_one():
    found = frames_figures(frames(["smile", "smile", "pain", "rest"], [0, 0, 4.0, 0], [3.99, 4.0, 4.0, 9.0]))
    assert found["decoys"]["smile"] == pytest.approx(0.5)
    assert found["sensitivity"] == 1.0
    assert found["decoys"]["yawn"] is None
    assert found["auc_pain_vs_decoys"] == pytest.approx(0.75)


def test_coverage_counts_true_values_within_the_interval():
    found = intensity_figures(frames(["pain"] * 4, [5, 5, 5, 5], [5, 6, 8, math.nan], spread=1.0))
    assert found["coverage_90"] == pytest.approx(2 / 3)


def test_the_gap_is_between_mean_errors_of_groups():
    skin = np.array(["light"] * 30 + ["dark"] * 30 + ["medium"] * 5)
    said = [1.0] * 30 + [1.7] * 30 + [9.0] * 5
    found = groups_figures(stills([1.0] * 65, said, {"skin": skin}), MEANS)
    assert found["gap"] == pytest.approx(0.7)
    assert set(found["by"]["skin"]) == {"light", "dark"}


def test_groups_of_a_person():
    assert groups_of(5.0, 0.8, 0.1) == {"age": "child", "gender": "female", "skin": "light"}
    assert groups_of(70.0, 0.2, 0.9) == {"age": "elder", "gender": "male", "skin": "dark"}


def test_the_baseline_is_the_index_of_the_shapes_of_the_units_names():
    shapes = {"browDownLeft": 0.4, "browDownRight": 0.6, "noseSneerLeft": 0.2, "noseSneerRight": 0.2}
    zero = ("cheekSquint", "eyeSquint", "mouthUpperUp", "eyeBlink")
    shapes |= {f"{name}{side}": 0.0 for name in zero for side in ("Left", "Right")}
    assert baseline_units(shapes)[4] == pytest.approx(2.5)
    assert baseline_index(shapes) == pytest.approx(3.5)
    assert math.isnan(baseline_index(None))


def seen(number):
    rng = np.random.default_rng(number)
    one = Seen(f"s{number}", groups_of(20.0 * number, number % 2, 0.2 * number))
    for _ in range(12):
        units = rng.uniform(0, 5, len(UNITS)).tolist()
        truth = float(rng.uniform(0, 10))
        one.kind.append("pain")
        one.truth.append(truth)
        one.said.append(truth + rng.normal())
        one.baseline.append(math.nan)
        one.units_truth.append(units)
        one.units_said.append(units)
        one.units_baseline.append(units[: len(PAIN_UNITS)])
        one.found.append(True)
    return one


def watched(number):
    one = Watched(f"w{number}")
    for kind in (*DECOYS, "pain", "rest"):
        pain = 7.0 if kind == "pain" else 0.0
        values = {
            "kind": kind,
            "truth": pain,
            "said": pain,
            "spread": 1.0,
            "rule": 5.0,
            "baseline": math.nan,
            "oracle": pain,
        }
        for name, value in {**values, "units_truth": [0.0] * 16, "units_said": [0.0] * 16}.items():
            getattr(one, name).append(value)
    return one


def test_the_report_has_the_agreed_keys_and_is_strict_json():
    found = evaluation.report([seen(i) for i in range(4)], [watched(i) for i in range(3)], MEANS)
    again = json.loads(json.dumps(found, allow_nan=False))
    assert set(again["pspi"]) == {"pcc", "icc", "mse", "mae"}
    wanted = {"pspi", "auc", "auc_pain_vs_decoys", "sensitivity", "specificity", "abstained"}
    assert wanted | {"baseline", "units", "decoys", "groups", "n", "detected"} <= set(again)
    assert wanted <= set(again["baseline"])
    assert set(again["units"]["4"]) == {"mae", "pcc", "icc"}
    assert again["decoys"] == dict.fromkeys(DECOYS, 0.0)
    assert (again["sensitivity"], again["specificity"], again["n"]) == (1.0, 1.0, 48)
    assert again["rule"]["decoys"]["smile"] == 1.0
    assert again["baseline"]["abstained"] == 1.0
    assert again["oracle"]["sensitivity"] == 1.0
    low, high = again["intervals"]["pspi.pcc"]
    assert low <= again["pspi"]["pcc"] <= high


def film(pain):
    n = len(pain)
    still = np.zeros((96, 128, 3), np.uint8)
    some = np.full(n, 2.0)
    return Film(np.arange(n) * 0.1, np.ones((n, 16)), some, some, some, np.array(pain, float), some, some / 2, (still,))


STRETCHES = [Stretch(0.0, 0.5, "pain"), Stretch(0.5, 1.0, "smile")]


def test_stretches_of_a_film_are_told_apart_and_silence_scores_nothing():
    report = film_report(film([6, 7, 8, 6, 7, 1, 2, math.nan, 0, 1]), STRETCHES)
    assert report["auc"] == 1.0
    assert report["mean_pain"] == pytest.approx({"pain": 6.8, "smile": 0.8})
    assert report["frames"][7]["pain"] == {"intensity": None, "stddev": 2.0}
    assert report["abstained"] == pytest.approx(0.1)
    json.dumps(report, allow_nan=False)


def test_a_film_is_drawn(tmp_path):
    draw_film(film([1.0] * 30), tmp_path / "film.png", "a film", STRETCHES)
    assert (tmp_path / "film.png").stat().st_size > 10_000


def test_a_film_of_a_second_without_a_face_is_judged_and_drawn(tmp_path):
    video = cv2.VideoWriter(str(tmp_path / "grey.mp4"), cv2.VideoWriter_fourcc(*"mp4v"), 20, (160, 120))
    for grey in range(20):
        video.write(np.full((120, 160, 3), 10 * grey, np.uint8))
    video.release()
    asked = FaceEvaluation(video=tmp_path / "grey.mp4", out=tmp_path / "grey.png")
    assert evaluate_face(asked)["abstained"] == 1.0
    assert (tmp_path / "grey.png").stat().st_size > 10_000


def test_stretches_are_read_from_a_table(tmp_path):
    table = tmp_path / "labels.csv"
    table.write_text("start_s,end_s,kind\n0.8,5.8,pain\n9.6,19,smile\n")
    assert read_stretches(table) == [Stretch(0.8, 5.8, "pain"), Stretch(9.6, 19.0, "smile")]


@pytest.mark.parametrize("row", ["5,1,pain", "a,2,pain", "1,2", "1,inf,pain", "nan,2,pain", "-1,2,pain", "1,2,"])
def test_a_stretch_that_makes_no_sense_names_its_row(tmp_path, row):
    table = tmp_path / "labels.csv"
    table.write_text(f"start_s,end_s,kind\n0,1,pain\n{row}\n")
    with pytest.raises(OutsideError, match="row 3 is no labelled stretch"):
        read_stretches(table)


def test_a_file_that_is_no_film_is_one_sentence(tmp_path):
    with pytest.raises(OutsideError, match="there is no such film"):
        watch(tmp_path / "none.mp4")
    (tmp_path / "text.mp4").write_text("no film")
    with pytest.raises(OutsideError, match="the film cannot be read"):
        watch(tmp_path / "text.mp4")


def test_what_makes_no_sense_together_is_refused(tmp_path):
    with pytest.raises(OutsideError, match="pictures and a film at once"):
        evaluate_face(FaceEvaluation(images=tmp_path, video=tmp_path))
    with pytest.raises(OutsideError, match="no such folder"):
        evaluate_face(FaceEvaluation(images=tmp_path / "none"))
    with pytest.raises(OutsideError, match="no such table"):
        evaluate_face(FaceEvaluation(images=tmp_path, labels=tmp_path / "none.csv"))
    with pytest.raises(OutsideError, match="labels of nothing"):
        evaluate_face(FaceEvaluation(labels=tmp_path))


def test_pictures_with_labels_are_judged_against_each_identitys_neutral(model_file, clip, tmp_path):
    picture = clip("single_face.jpg")
    rows = [f"{picture.name},a,neutral,0,0,0", f"{picture.name},a,,0,0,0", f"{picture.name},,,1,2,3"]
    table = tmp_path / "labels.csv"
    table.write_text("\n".join(["file,identity,kind,AU4,AU12,pspi", *rows]) + "\n")
    found = evaluate_face(FaceEvaluation(images=picture.parent, labels=table))
    assert (found["n"], found["detected"]) == (2, 1.0)
    assert found["with_neutral"] == pytest.approx(0.5)
    assert set(found["units"]) == {"4", "12"}
    assert found["pspi"]["mae"] >= 0.0
    wanted = {"auc", "auc_pain_vs_decoys", "sensitivity", "specificity", "abstained", "decoys"}
    assert wanted | {"baseline", "groups", "answered", "intervals"} <= set(found)
    assert wanted <= set(found["baseline"])
    assert found["abstained"] == 0.0


def test_a_kind_other_than_pain_is_a_decoy_whatever_its_index(model_file, clip, tmp_path):
    picture = clip("single_face.jpg")
    rows = [f"{picture.name},a,neutral,0", f"{picture.name},a,smile,6", f"{picture.name},a,pain,6"]
    table = tmp_path / "labels.csv"
    table.write_text("\n".join(["file,identity,kind,pspi", *rows]) + "\n")
    found = evaluate_face(FaceEvaluation(images=picture.parent, labels=table))
    assert found["decoys"] == {"smile": 0.0}
    assert (found["specificity"], found["sensitivity"]) == (1.0, 0.0)
    json.dumps(found, allow_nan=False)


def test_an_unreadable_picture_is_one_sentence(model_file, tmp_path):
    (tmp_path / "a.png").write_text("no picture")
    (tmp_path / "labels.csv").write_text("file,pspi\na.png,1\n")
    with pytest.raises(OutsideError, match="the picture cannot be read"):
        evaluate_face(FaceEvaluation(images=tmp_path, labels=tmp_path / "labels.csv"))
