"""One person in care among others: nobody else is ever read, and where there is doubt nobody is."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from solamen.core.action_units import UNITS
from solamen.face.boxes import Box
from solamen.face.care import CROSSED, LOST, SEVERAL, PersonInCare, Standing
from solamen.face.landmarks import FacePlace
from solamen.face.pipeline import FacePipeline
from solamen.face.settings import FaceSettings

from .crossings import BYSTANDER, CARE, Script, World, play

SETTINGS = {"settle_s": 0.0, "min_eye_distance_px": 10.0, "good_eye_distance_px": 20.0, "min_sharpness": 0.0}
DT = 0.05


def place(x, size=60.0, y=100.0):
    return FacePlace((x, y), 0.4 * size, 0.9, Box(x - size / 2, y - size / 2, x + size / 2, y + size / 2))


def following(*places, **settings):
    care = PersonInCare(FaceSettings(**settings))
    step(care, *places)
    return care


def step(care, *places, lands=None, dt_s=DT):
    """One frame with these faces; landmarks are found on the followed one unless `lands` says otherwise."""
    care.look(places)
    if care.region is None:
        return False
    best = max((p.box for p in places), key=care.box.overlap, default=None)
    return care.seen(best if lands is None else lands, dt_s)


def reads(result):
    return any(math.isfinite(result.action_units.get(unit)) for unit in UNITS)


@pytest.mark.parametrize("block", range(10))
def test_two_hundred_crossings_never_read_the_wrong_person(block):
    read, told = 0, 0
    for seed in range(20 * block, 20 * (block + 1)):
        script = Script.drawn(seed)
        world = World(script)
        pipeline = FacePipeline(FaceSettings(**SETTINGS), world, world)
        for _scene, result in play(pipeline, world, script, 3.0):
            if reads(result) or not result.pain.abstained:
                assert world.read == CARE, f"seed {seed}: {world.read} was read"
                assert result.confirmed
                read += 1
            told += 1
    assert read > 0.15 * told


@pytest.mark.parametrize("confirm", ["manual", "lone"])
def test_after_a_crossing_nobody_is_read_until_a_human_confirms(confirm):
    script = Script(7, 20.0, False, True, 0.0, 0.3, 200.0, -1.0, (70.0, 60.0))
    world = World(script)
    pipeline = FacePipeline(FaceSettings(**SETTINGS, confirm=confirm), world, world)
    late = [(scene, result) for scene, result in play(pipeline, world, script, 4.0) if scene.time_s > 2.5]
    assert not any(reads(result) or result.confirmed for _, result in late)
    assert {result.action_units.quality_reason for _, result in late} == {CROSSED}
    assert all(result.action_units.face_present for _, result in late)
    pipeline.care.confirm()
    scene, _ = late[-1]
    world.scene = scene
    result = pipeline.process(scene.frame)
    assert result.confirmed
    assert world.read == CARE


def test_the_nearest_face_at_the_start_is_the_person_in_care():
    care = following(place(200.0, 80.0), place(60.0, 40.0))
    assert care.confirmed
    assert care.box.holds((200.0, 100.0))


def test_the_console_may_choose_another():
    care = following(place(300.0, 80.0), place(60.0, 40.0))
    care.choose((65.0, 95.0))
    step(care, place(300.0, 80.0), place(60.0, 40.0))
    assert care.confirmed
    assert care.box.holds((60.0, 100.0))


def test_pointing_at_nobody_changes_nothing():
    care = following(place(300.0))
    care.choose((20.0, 20.0))
    step(care, place(300.0))
    assert care.confirmed
    assert care.box.holds((300.0, 100.0))


@pytest.mark.parametrize("point", [(math.nan, 1.0), (1.0, math.inf)])
def test_a_point_that_is_no_point_is_refused(point):
    with pytest.raises(ValueError, match="not finite"):
        PersonInCare(FaceSettings()).choose(point)


def test_a_short_loss_at_the_same_place_stays_the_same_person():
    care = following(place(100.0))
    for _ in range(10):
        step(care, lands=None)
    assert care.confirmed
    step(care, place(110.0))
    assert care.confirmed


def test_a_face_lost_for_a_second_is_anonymous():
    care = following(place(100.0), confirm="manual")
    for _ in range(20):
        step(care)
    assert care.standing is Standing.ANONYMOUS
    step(care, place(100.0))
    assert care.region is None
    assert care.reason == LOST


def test_a_gap_without_frames_makes_anonymous_as_well():
    care = following(place(100.0))
    for _ in range(round(4.0 / DT)):
        step(care, place(100.0))
    care.gap(1.5)
    assert care.standing is Standing.ANONYMOUS


def test_a_gap_at_the_very_start_begins_anew_with_the_nearest():
    care = following(place(100.0))
    care.gap(2.0)
    step(care, place(105.0))
    assert care.standing is Standing.CONFIRMED


def test_after_company_no_gap_begins_anew():
    care = following(place(100.0))
    step(care, place(100.0), place(300.0, size=50.0))
    care.gap(2.0)
    assert care.standing is Standing.ANONYMOUS


def test_a_lone_face_goes_on_anonymously_where_that_is_allowed():
    care = following(place(100.0), confirm="lone")
    for _ in range(20):
        step(care)
    episode = care.episode
    step(care, place(250.0))
    assert care.region is not None
    assert not care.confirmed
    assert care.episode > episode


def test_a_face_that_was_ever_in_company_does_not_go_on_anonymously():
    care = following(place(100.0), place(280.0, 40.0), confirm="lone")
    for _ in range(20):
        step(care)
    step(care, place(280.0, 40.0))
    assert care.region is None


def test_several_faces_after_a_loss_are_nobody():
    care = following(place(100.0))
    for _ in range(20):
        step(care)
    step(care, place(100.0), place(280.0))
    assert care.region is None
    assert care.reason == SEVERAL


def test_landmarks_that_jump_to_another_face_are_not_taken():
    care = following(place(100.0), place(280.0))
    assert not step(care, place(100.0), place(280.0), lands=place(280.0).box)


def test_a_face_that_passes_far_away_changes_nothing():
    care = following(place(60.0))
    for x in range(600, 250, -20):
        assert step(care, place(60.0), place(float(x), 40.0))
    assert care.confirmed


def test_a_near_face_that_vanishes_may_be_before_the_person():
    care = following(place(60.0), place(140.0))
    step(care, place(62.0))
    assert care.reason == CROSSED


def test_in_company_all_faces_are_found_in_every_frame():
    care = following(place(60.0), place(250.0))
    assert all(care.wants_look(DT) for _ in range(5))
    alone = following(place(60.0), look_every_s=0.2)
    assert [alone.wants_look(DT) for _ in range(4)] == [False, False, False, True]


def test_the_own_neutral_is_kept_for_the_person_and_not_lent():
    script = Script(7, 20.0, False, True, 0.0, 9.0, 200.0, -1.0, (70.0, 60.0))
    world = World(script)
    pipeline = FacePipeline(FaceSettings(**SETTINGS, confirm="lone"), world, world)
    readers = []
    for index, scene in enumerate(script.frames(5.0)):
        world.scene = scene
        if index == 80:
            pipeline.care.gap(2.0)
        if index == 85:
            pipeline.care.confirm()
        result = pipeline.process(scene.frame)
        readers.append((result.confirmed, pipeline.reader))
    own, lent, again = readers[79], readers[82], readers[87]
    assert (own[0], lent[0], again[0]) == (True, False, True)
    assert lent[1] is not own[1]
    assert again[1] is own[1]


def test_bystanders_are_told_so_that_they_can_be_painted_over():
    script = Script(11, 20.0, False, True, 0.0, 0.0, 200.0, 40.0, (70.0, 60.0))
    world = World(script)
    pipeline = FacePipeline(FaceSettings(**SETTINGS), world, world)
    told = [
        (scene, result)
        for scene, result in play(pipeline, world, script, 2.0)
        if scene.visible(scene.image)[BYSTANDER] > 0.9
    ]
    assert len(told) > 10
    for scene, result in told:
        other = next(face for face in scene.faces if face.who == BYSTANDER)
        assert any(box.covered(other.box) > 0.99 for box in result.bystanders)


@given(
    st.lists(
        st.tuples(
            st.lists(st.tuples(st.floats(), st.floats(), st.floats()), max_size=4),
            st.one_of(st.none(), st.tuples(st.floats(), st.floats(), st.floats(), st.floats())),
            st.sampled_from(["", "confirm", "choose", "gap"]),
        ),
        max_size=20,
    )
)
def test_any_boxes_are_taken_without_an_error(frames):
    care = PersonInCare(FaceSettings())
    for faces, lands, act in frames:
        if act == "confirm":
            care.confirm()
        elif act == "choose":
            care.choose((10.0, 10.0))
        elif act == "gap":
            care.gap(2.0)
        care.look([place(x, size, y) for x, y, size in faces])
        if care.region is not None:
            care.seen(Box(*lands) if lands else None, DT)
        assert care.region is None or np.isfinite(care.box.centre).all()
