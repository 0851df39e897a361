"""The world of a simulated session: one virtual patient who lives through a scenario and reacts to the robot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from solamen.core.cues import Cue
from solamen.core.states import Company, SelfReport
from solamen.patient.course import Course
from solamen.patient.expression import Style
from solamen.patient.response import Around, Felt, Nature, Response
from solamen.patient.response_answers import Answers
from solamen.patient.response_happenings import SEEN, Happening
from solamen.patient.response_temper import TEMPERS
from solamen.patient.scenario import Scenario
from solamen.session.simulation_readings import known_index

_COMPANY = {"alone": Company.ALONE, "trusted": Company.TRUSTED, "stranger": Company.STRANGER}


@dataclass(frozen=True)
class Instant:
    """The truth of one step; nothing of it but cues, reports and surroundings reaches the companion.

    Attributes:
        felt: pain, distress, arousal, breathing.
        intensity: FACS number to 0–5 of what the face shows.
        index: 0–16, the pain index of that face.
        hidden: away, dark, silence, or empty where the face can be seen.
        cues: what the patient does now.
        reports: what is said of the pain now.
        company: who is there.
        procedure: what is done to the patient; empty where nothing.
    """

    felt: Felt
    intensity: Mapping[int, float] = field(default_factory=dict)
    index: float = 0.0
    hidden: str = ""
    cues: tuple[Cue, ...] = ()
    reports: tuple[SelfReport, ...] = ()
    company: Company = Company.ALONE
    procedure: str = ""


class World:
    """One patient in one scenario.

    Attributes:
        answers: how the patient answers questions.
        company: who is there now.
    """

    def __init__(self, scenario: Scenario, seed: int) -> None:
        temper = TEMPERS[scenario.temper]
        self._scenario = scenario
        self._course = Course(scenario, seed, Style.of(f"{scenario.person}-{seed}"))
        self._response = Response(Nature.draw(seed, temper))
        self._begun: set[tuple[int, int]] = set()
        self.answers = Answers(temper, seed)
        self.company = Company.ALONE

    def step(self, time_s: float, now_s: float, around: Around, dt_s: float) -> Instant:
        """The next instant.

        Args:
            time_s: seconds since the scenario began.
            now_s: wall time, for stamps.
            around: what acts on the patient.
            dt_s: seconds since the instant before.
        """
        cues, reports = self._happen(time_s, now_s)
        helping = around.helping | {self.company.name.lower()}
        around = Around(helping, around.mirrored, around.breath)

        def feel(stimulus: float) -> tuple[float, float]:
            felt = self._response.step(stimulus, around, dt_s)
            return felt.pain, felt.expressiveness

        moment = self._course.at(time_s, feel, face_alone=True)
        self.answers.idle(time_s, dt_s)
        cues += [_stamped(cue, now_s) for cue in self.answers.due(time_s)]
        return Instant(
            felt=self._response.felt,
            intensity=moment.intensity,
            index=known_index(moment.intensity).value,
            hidden=self._lasting(time_s, SEEN),
            cues=tuple(cues),
            reports=tuple(reports),
            company=self.company,
            procedure=self._lasting(time_s, ("procedure",)),
        )

    def _happen(self, time_s: float, now_s: float) -> tuple[list[Cue], list[SelfReport]]:
        """What the scenario lets begin now."""
        loop, since_s = divmod(time_s, self._scenario.period_s)
        cues: list[Cue] = []
        reports: list[SelfReport] = []
        for number, item in enumerate(self._scenario.happenings):
            if not 0.0 <= since_s - item.at_s < 1.0 or (int(loop), number) in self._begun:
                continue
            self._begun.add((int(loop), number))
            if item.what in _COMPANY:
                self.company = _COMPANY[item.what]
            elif item.what == "report":
                reports.append(_report(item, now_s))
            elif item.what not in (*SEEN, "procedure"):
                source = "face" if item.what in ("nod", "shake") else "voice"
                cues.append(Cue(now_s, item.what, onset_s=now_s, duration_s=0.6, confidence=0.9, source=source))
        return cues, reports

    def _lasting(self, time_s: float, kinds: tuple[str, ...]) -> str:
        """Which of these goes on now; empty where none does."""
        since_s = time_s % self._scenario.period_s
        for item in self._scenario.happenings:
            if item.what in kinds and item.at_s <= since_s < item.at_s + item.length_s:
                return item.what
        return ""


def _report(item: Happening, now_s: float) -> SelfReport:
    by_proxy = item.by == "caregiver"
    return SelfReport(now_s, "NRS", item.value, item.value, by_proxy, "console" if by_proxy else "voice")


def _stamped(cue: Cue, now_s: float) -> Cue:
    return Cue(now_s, cue.kind, cue.value, cue.place, now_s, cue.duration_s, cue.confidence, cue.source)
