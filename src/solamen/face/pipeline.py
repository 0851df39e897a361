"""From a frame to action units, pain and the head's pose: the whole face room behind one object."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import cv2
import numpy as np
from numpy.typing import NDArray

from solamen.core.action_units import PAIN_UNITS, UNITS, ActionUnits, pain_index
from solamen.core.estimates import PainEstimate
from solamen.core.frames import Frame, Image
from solamen.core.intents import HeadPose
from solamen.face.boxes import Box
from solamen.face.calibration import NeutralCalibration
from solamen.face.care import NOBODY, PersonInCare
from solamen.face.covering import CoverWatch, hidden_units, in_words
from solamen.face.cues import measure
from solamen.face.features import features
from solamen.face.geometry import FrontalFace, back_project, frontal, head_pose
from solamen.face.infant import NO_INDEX, is_small_child, with_neonatal_cues
from solamen.face.landmarks import FaceLandmarks, FacePlace, FaceSource, LandmarkSource
from solamen.face.look_model import LookWatch
from solamen.face.pain import PainFromFace
from solamen.face.quality import FrozenCamera, Quality, QualityWatch, with_cover
from solamen.face.reader import UnitReader, as_measures
from solamen.face.settings import FaceSettings
from solamen.face.sight import Sight, Sighting

_SMALLEST_SIDE_PX = 16


@dataclass(frozen=True)
class FaceResult:
    """What one frame says.

    Attributes:
        action_units: of the face; NaN where not observable.
        pain: estimate, or the reason of abstaining.
        head: in the camera's optical frame (x right, y down, z forward, metres): its origin lies between the eyes, its
            own x axis points forward out of the face and its z axis up; None without a face.
        points: (478, 2) pixels of the frame, or None.
        confirmed: the face is the person in care's; otherwise all of this is anonymous.
        bystanders: boxes of other faces in pixels of the frame, to be painted over wherever the frame is kept.
    """

    action_units: ActionUnits
    pain: PainEstimate
    head: HeadPose | None
    points: NDArray[np.float32] | None
    confirmed: bool = False
    bystanders: tuple[Box, ...] = ()


class FacePipeline:
    """Reads the face of the person in care, frame by frame. Use it in a `with` statement.

    The nets are opened on first use, so that without consent the landmark net is never even loaded.

    Args:
        settings: see there.
        landmarks: what finds landmarks; the landmark model where it is None. It is closed with the pipeline.
        finder: what finds all faces; the detector where both are None. With `landmarks` alone whatever it finds is the
            person in care, as in pictures of one face.

    Raises:
        OutsideError: at first use, the model file is missing or wrong.
    """

    def __init__(
        self, settings: FaceSettings, landmarks: LandmarkSource | None = None, finder: FaceSource | None = None
    ) -> None:
        self._settings = settings
        self._sight = Sight(settings, landmarks, finder)
        self._reader = self._own = UnitReader(settings)
        self._episode = 0
        self._scale = 1.0
        self._pain = PainFromFace(settings)
        self._frozen = FrozenCamera(settings.frozen_after_s)
        self._cover = CoverWatch(settings.cover_every_s)
        self._quality = QualityWatch(settings)
        self._look = LookWatch()
        self._calibration: NeutralCalibration | None = None
        self._measures: NDArray[np.float64] | None = None
        self._last_stamp_s = math.nan

    @property
    def care(self) -> PersonInCare:
        """Who of the faces is the person in care: a human may `choose` or `confirm` them."""
        return self._sight.care

    @property
    def reader(self) -> UnitReader:
        """What reads the face that is looked at; the person in care keeps theirs, with their neutral."""
        return self._reader

    def choose(self, point_px: tuple[float, float]) -> None:
        """A human points at the person in care, pixels of the frame. For another person than before, `reset` first.

        Raises:
            ValueError: the point is not finite.
        """
        x, y = point_px
        self._sight.care.choose((x / self._scale, y / self._scale))

    def calibrate(self, duration_s: float) -> NeutralCalibration:
        """Begins to learn the neutral of the person in care from quiet seconds; one that is under way is given up.

        Raises:
            ValueError: the duration is out of range.
        """
        calibration = NeutralCalibration(duration_s)
        if self._calibration is not None:
            self._calibration.give_up("another calibration was begun")
        self._calibration = calibration
        return calibration

    def baseline(self) -> dict[str, tuple[float, float]]:
        """The neutral of the person in care as it is known now: name to mean and standard deviation."""
        return self._own.baseline()

    def recall(self, baseline: Mapping[str, tuple[float, float]]) -> bool:
        """Takes a neutral of the person in care that was learned before; False where it does not fit this version."""
        return self._own.recall(baseline)

    def open(self, *, observe: bool) -> None:
        """Opens the nets that are needed ahead of the first frame: landmarks to observe, else the detector alone.

        Raises:
            OutsideError: the model file is missing or wrong.
        """
        self._sight.open(landmarks=observe)

    def process(self, frame: Frame, *, look: bool = False) -> FaceResult:
        """Units, pain and pose of the face in a frame; whatever the picture is, it never raises.

        Args:
            frame: the picture and its time.
            look: find all faces in this very frame, as is needed where the frame is kept.
        """
        dt_s = self._elapsed(frame.stamp_s)
        image, problem = as_rgb(frame.image, self._settings.max_side_px)
        if image is None:
            return self._nothing(frame, problem)
        frozen = self._frozen.update(image, dt_s)
        sighting = self._sight.watch(image, dt_s, look=look)
        scale = self._scale = frame.image.shape[1] / image.shape[1]
        bystanders = tuple(box.scaled(scale) for box in sighting.bystanders)
        self._measures = None
        self._choose_reader(sighting)
        found = sighting.found
        face = frontal(found.points.astype(np.float64)) if found else None
        if found is None or face is None:
            result = dataclasses.replace(self._unread(frame, image, sighting), bystanders=bystanders)
            self._collect(result, dt_s)
            return result
        quality = self._quality.update(image, found.points, face, dt_s)
        parts = self._cover.update(image, found.points, dt_s)
        quality = with_cover(quality, parts)
        if frozen:
            quality = Quality(0.0, "the camera repeats one picture", readable=False)
        units = self._units(frame, image, found, face, quality, dt_s, hidden_units(parts))
        pain = marked_partial(self._estimate(units, quality, dt_s), parts)
        points = (found.points[:, :2] * scale).astype(np.float32)
        result = FaceResult(units, pain, self._head(found, face, image), points, sighting.confirmed, bystanders)
        self._collect(result, dt_s)
        return result

    def _collect(self, result: FaceResult, dt_s: float) -> None:
        """Gives a frame to the calibration that is under way; at its end the neutral is the person's."""
        calibration = self._calibration
        if calibration is None:
            return
        calibration.see(result.action_units, result.pain, self._measures, dt_s, confirmed=result.confirmed)
        if calibration.state.success:
            self._own.settle(calibration.measures)
        if calibration.state.done:
            self._calibration = None

    def _choose_reader(self, sighting: Sighting) -> None:
        """The person in care is read against their own neutral; anybody else against the population's, ever anew."""
        if sighting.episode == self._episode:
            return
        self._episode = sighting.episode
        self._reader = self._own if sighting.confirmed else UnitReader(self._settings)
        self._pause()
        self._cover.reset()
        self._quality.reset()

    def _pause(self) -> None:
        """Nothing of a moment ago counts for the next frame."""
        self._reader.pause()
        self._pain.reset()
        self._look.reset()

    def _unread(self, frame: Frame, image: Image, sighting: Sighting) -> FaceResult:
        """A frame in which no face may be read: nobody is there, or nobody who may be."""
        if sighting.nearest is None or sighting.reason == NOBODY:
            return self._nothing(frame, NOBODY)
        self._pause()
        units = self._blank(frame, present=True, quality=0.0, reason=sighting.reason)
        return FaceResult(units, self._pain.abstain(units, sighting.reason), self._place(sighting.nearest, image), None)

    def presence(self, frame: Frame) -> FaceResult:
        """Whether and where a face is, by the detector alone; no landmark is computed and no unit is known."""
        self._elapsed(frame.stamp_s)
        image, problem = as_rgb(frame.image, self._settings.max_side_px)
        if image is None:
            return self._nothing(frame, problem)
        place = next(iter(self._sight.find_faces(image)), None)
        if place is None:
            return self._nothing(frame, NOBODY)
        units = self._blank(
            frame, present=True, quality=place.score, reason="without consent only presence is looked for"
        )
        pain = self._pain.abstain(units, "no consent to be observed")
        return FaceResult(units, pain, self._place(place, image), None)

    def reset(self) -> None:
        """Another person, or another time: everything learned and remembered is forgotten."""
        self._sight.start_anew()
        self._own.reset()
        self._reader, self._episode = self._own, 0
        self._cover.reset()
        self._quality.reset()
        if self._calibration is not None:
            self._calibration.give_up("the person in care changed")
            self._calibration = None
        self._pause()
        self._frozen = FrozenCamera(self._settings.frozen_after_s)
        self._last_stamp_s = math.nan

    def close(self) -> None:
        """Closes the nets; must happen before the interpreter ends."""
        self._sight.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _units(
        self,
        frame: Frame,
        image: Image,
        found: FaceLandmarks,
        face: FrontalFace,
        quality: Quality,
        dt_s: float,
        hidden: frozenset[int],
    ) -> ActionUnits:
        if not quality.readable:
            self._pause()
            return self._blank(frame, present=True, quality=quality.value, reason=quality.reason)
        cues = measure(face, found.blendshapes)
        modelled = self._settings.units_in_film != "rules"
        seen = None
        if modelled:
            look = self._look.update(image, found.points, face, dt_s)
            seen = features(found.points, found.blendshapes, face, look)
        self._measures = as_measures(cues, seen) if self._calibration is not None else None
        # A face of which the model only imagines a part teaches no neutral.
        sure = 0.0 if hidden else quality.value
        intensity, confidence = self._reader.read(cues, face.turn_rad, sure, dt_s, seen)
        if hidden:
            intensity = {unit: math.nan if unit in hidden else value for unit, value in intensity.items()}
            confidence = {unit: quality.value * math.isfinite(value) for unit, value in intensity.items()}
        small = is_small_child(self._settings.person_age_years)
        return ActionUnits(
            frame.stamp_s,
            True,
            intensity,
            confidence,
            NO_INDEX if small else pain_index(intensity),
            quality.value,
            quality.reason,
            frame.monotonic_ns,
        )

    def _estimate(self, units: ActionUnits, quality: Quality, dt_s: float) -> PainEstimate:
        if not math.isfinite(units.stamp_s):
            return self._pain.abstain(units, "the frame has no time")
        if not quality.readable:
            return self._pain.abstain(units, quality.reason)
        if is_small_child(self._settings.person_age_years):
            return with_neonatal_cues(self._pain.abstain(units, ""), units.intensity)
        return self._pain.update(units, self._reader.index_spread, dt_s)

    def _head(self, found: FaceLandmarks, face: FrontalFace, image: Image) -> HeadPose:
        return head_pose(found.points, face.rotation, image.shape[1], image.shape[0], **self._optics())

    def _place(self, place: FacePlace, image: Image) -> HeadPose:
        """Where a head is, by the detector alone."""
        height, width = image.shape[:2]
        return HeadPose(back_project(place.centre_px, place.eye_distance_px, width, height, **self._optics()))

    def _optics(self) -> dict[str, float]:
        settings = self._settings
        return {"fov_rad": math.radians(settings.horizontal_fov_deg), "eyes_m": settings.interpupillary_distance_m}

    def _nothing(self, frame: Frame, reason: str) -> FaceResult:
        self._pause()
        units = self._blank(frame, present=False, quality=0.0, reason=reason)
        return FaceResult(units, self._pain.abstain(units, reason), None, None)

    def _blank(self, frame: Frame, *, present: bool, quality: float, reason: str) -> ActionUnits:
        unknown = dict.fromkeys(UNITS, math.nan)
        index = pain_index(dict.fromkeys(PAIN_UNITS, math.nan))
        none = dict.fromkeys(UNITS, 0.0)
        return ActionUnits(frame.stamp_s, present, unknown, none, index, quality, reason, frame.monotonic_ns)

    def _elapsed(self, stamp_s: float) -> float:
        """Seconds since the frame before; 0 where there is none, or where time stood, ran back or jumped."""
        dt = stamp_s - self._last_stamp_s
        if math.isfinite(stamp_s):
            self._last_stamp_s = stamp_s
        if math.isfinite(dt) and 0.0 < dt <= self._settings.max_gap_s:
            return dt
        if dt > self._settings.max_gap_s:
            self._sight.care.gap(dt)
        self._pause()
        return 0.0


def marked_partial(pain: PainEstimate, parts: frozenset[str]) -> PainEstimate:
    """An estimate is partial where a unit of pain cannot be seen, even where another of its term can."""
    if pain.abstained or pain.partial or not hidden_units(parts).intersection(PAIN_UNITS):
        return pain
    return dataclasses.replace(pain, partial=True, reason=in_words(parts))


def as_rgb(image: object, max_side_px: int) -> tuple[Image | None, str]:
    """A picture as the nets want it, or None and why not.

    Grey pictures are repeated in three channels, a fourth channel is dropped, large pictures are made smaller.
    """
    if not isinstance(image, np.ndarray) or image.dtype != np.uint8 or image.ndim not in (2, 3):
        return None, "the frame is no picture of 8 bits"
    picture = image if image.ndim == 3 else image[:, :, None]
    if min(picture.shape[:2]) < _SMALLEST_SIDE_PX:
        return None, "the picture is too small"
    if picture.shape[2] in (1, 2):
        picture = np.repeat(picture[:, :, :1], 3, axis=2)
    elif picture.shape[2] not in (3, 4):
        return None, "the frame has no known colour channels"
    step = math.ceil(max(picture.shape[:2]) / max_side_px)
    if min(picture.shape[:2]) < _SMALLEST_SIDE_PX * step:
        return None, "the picture is too narrow"
    picture = picture[:, :, :3]
    if step > 1:
        size = (picture.shape[1] // step, picture.shape[0] // step)
        picture = cv2.resize(np.ascontiguousarray(picture[:: max(1, step // 2), :: max(1, step // 2)]), size)
    return np.ascontiguousarray(picture), ""
