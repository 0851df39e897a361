"""What the people node keeps of the person in care, as far as they agreed to it, and gives back to the rooms."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from solamen_msgs import msg

from solamen.core.errors import OutsideError
from solamen.core.person import PersonTraits
from solamen.core.states import Consent, SelfReport, UserState
from solamen.nodes.clock import to_seconds
from solamen.nodes.convert import report_from, state_from
from solamen.nodes.convert_people import baseline_message, helped_message, traits_message
from solamen.nodes.qos import RECORD, STATE
from solamen.nodes.runtime import run_clock
from solamen.nodes.shell import Shell
from solamen.people.baseline import MODALITIES, Baseline
from solamen.people.consent import ConsentLedger, Standing, Statement
from solamen.people.episodes import COURSE, REPORT, ReportEpisode, course_from, courses_of, eased, reports_of
from solamen.people.forget import Forgotten, forget
from solamen.people.kept_consent import keep_consent, keep_new_end, note_start, recall_consent, say_between_runs
from solamen.people.memory import Memory
from solamen.people.moments import SHOWN, Showing
from solamen.people.profile import Profile
from solamen.people.refit import refit
from solamen.people.runs import RunMark, keep_run, leave_run
from solamen.people.settings import PeopleSettings
from solamen.session.people_store import open_people


class Remembering:
    """The store, opened when the first person is named.

    Args:
        node: the people node.
        out: folder of the run's record; empty where nothing is recorded.
    """

    def __init__(self, node: Shell[PeopleSettings], out: str) -> None:
        self._node, self._out = node, Path(out) if out else None
        self._run_clock = run_clock(node.solamen_clock, node.get_clock().ros_time_is_active)
        self._memory: Memory | None = None
        self._person_id, self._level = "", Consent.NONE
        self._before: tuple[float, UserState] | None = None
        self._doing = ""
        self._showing = Showing()
        self._traits = node.create_publisher(msg.PersonTraits, "person/traits", STATE)
        self._helped = node.create_publisher(msg.WhatHelped, "person/helped", STATE)
        self._baselines = {
            modality: node.create_publisher(msg.Baseline, f"{modality}/baseline", STATE) for modality in MODALITIES
        }
        node.listen(msg.UserState, "user_state", self._on_state, STATE)
        node.listen(msg.BehaviorStatus, "behavior/status", self._on_behavior, STATE)
        node.listen(msg.SelfReport, "self_report", self._on_report, RECORD)
        node.listen(msg.Marker, "markers", self._on_marker, RECORD)

    def close(self) -> None:
        """Keeps what may be kept yet, and lets go of the store."""
        if self._memory is not None:
            if self._learning():
                self._keep_shown(self._showing.take())
            self._memory.close()
            self._memory = None

    @property
    def memory(self) -> Memory:
        """The store.

        Raises:
            OutsideError: it cannot be opened.
        """
        if self._memory is None:
            self._memory = open_people(self._node.settings)
        return self._memory

    def recall(self, person_id: str) -> ConsentLedger | None:
        """What still holds of a person's consent.

        Raises:
            OutsideError: the store cannot be opened.
        """
        return recall_consent(self.memory, person_id, self._now_s())

    def said(self, person_id: str, ledger: ConsentLedger, statement: Statement) -> None:
        """Keeps a statement of a person who is known."""
        if person_id:
            keep_consent(self.memory, person_id, ledger, statement)

    def said_of_another(self, person_id: str, statement: Statement) -> Standing:
        """Keeps a statement of a person who is not in care for when they are; gives back what holds then.

        Raises:
            OutsideError: it makes no sense, or the store cannot be written.
        """
        return say_between_runs(self.memory, person_id, statement)

    def clock_set_back(self, person_id: str, ledger: ConsentLedger) -> None:
        """Keeps the new end of what a person who is known agreed to."""
        if person_id:
            keep_new_end(self.memory, person_id, ledger, self._now_s())

    def follow(self, person_id: str, standing: Standing, since_s: float) -> None:
        """Who is in care and what may be done has changed: the profile comes on or goes off, a run is noted."""
        level = standing.level
        in_use = person_id if level >= Consent.OBSERVE else ""
        if level < Consent.OBSERVE:
            self._before, self._doing = None, ""
        changed = in_use != self._person_id
        if changed or level < Consent.LEARN:
            self._showing.wipe()
        self._person_id, self._level = in_use, level
        if changed and in_use and standing.as_started:
            note_start(self.memory, in_use, level, since_s)
        if changed or not in_use:
            self._publish()
        if self._out is None or not self._out.is_dir():
            return
        if in_use and level >= Consent.RECORD:
            keep_run(self.memory, in_use, self._out, since_s, self._run_clock.now_s())
        else:
            leave_run(self._out, self._run_clock.now_s())

    def in_this_run(self, person_id: str) -> bool:
        """Whether anything of a person was recorded in the run that goes on."""
        key = self.memory.keys.find(person_id) if self._out is not None else None
        return key is not None and self._out is not None and key.pseudonym in RunMark.of(self._out).persons

    def forget(self, person_id: str) -> Forgotten:
        """Destroys all that is kept of a person; of runs that others are in, too, that is left to `end_forgetting`.

        Raises:
            OutsideError: nothing is kept of them.
        """
        return forget(self.memory, person_id, self._now_s(), current=self._out)

    def end_forgetting(self) -> None:
        """Takes whoever was forgotten out of runs of others, with a store of its own: it takes seconds, in a thread."""
        try:
            open_people(self._node.settings).close()
            self._node.solved("forgetting")
        except OutsideError as error:
            self._node.problem(f"what was to be forgotten is not forgotten yet: {error}", "forgetting")

    def keep_baseline(self, message: msg.Baseline) -> msg.Baseline:
        """Keeps a baseline that a room has learned, and gives it to the room; with its version.

        Raises:
            OutsideError: it is not good enough, or nobody is in care.
        """
        if not self._person_id or message.person_id != self._person_id:
            remedy = "A human must confirm who it is: solamen people confirm ID."
            raise OutsideError("the baseline is of nobody who is in care", "calibration", remedy)
        baseline = Baseline(
            modality=message.modality,
            name=tuple(message.name),
            mean=tuple(message.mean),
            stddev=tuple(message.stddev),
            quality=float(message.quality),
        )
        if self._level < Consent.RECORD:  # it may have been lowered meanwhile
            remedy = "Ask the person: solamen consent ask record."
            raise OutsideError("to keep a baseline needs consent to record", "calibration", remedy)
        profile = Profile(self.memory, self._person_id)
        kept = profile.keep_baseline(baseline, self._now_s(), f"calibrated {baseline.modality}")
        told = baseline_message(self._person_id, kept)
        self._baselines[kept.modality].publish(told)
        return told

    def baseline(self, person_id: str, modality: str, version: int) -> msg.Baseline | None:
        """A baseline that is kept; None where there is none."""
        kept = Profile(self.memory, person_id).baseline(modality, version)
        return baseline_message(person_id, kept) if kept else None

    def _publish(self) -> None:
        """Tells the rooms what is known of the person in care; of an anonymous one, nothing."""
        person_id, now_s = self._person_id, self._now_s()
        profile = Profile(self.memory, person_id) if person_id else None
        traits = profile.traits() if profile else PersonTraits()
        self._traits.publish(traits_message(person_id, traits, now_s))
        courses = eased(courses_of(self.memory, person_id)) if person_id else {}
        self._helped.publish(helped_message(person_id, courses, now_s))
        for modality, publisher in self._baselines.items():
            kept = profile.baseline(modality) if profile else None
            publisher.publish(baseline_message(person_id, kept) if kept else msg.Baseline(modality=modality))
        if person_id and self.memory.knows(person_id):
            self.memory.note(person_id, "profile in use", now_s)

    def _learning(self) -> bool:
        return bool(self._person_id) and self._level >= Consent.LEARN

    def _on_state(self, message: msg.UserState) -> None:
        state = state_from(message)
        # What came with the report itself already rests on it.
        if self._level >= Consent.LEARN and not state.abstained:
            self._before = (self._now_s(), state) if not _fresh_report(state) else self._before

        if self._learning():
            self._keep_shown(self._showing.see(state, self._now_s()))

    def _keep_shown(self, part: dict[str, Any] | None) -> None:
        """Keeps what was shown in the last half a minute, to be learned from off line."""
        if part is not None:
            self.memory.add(self._person_id, SHOWN, part, self._now_s())

    def _on_behavior(self, message: msg.BehaviorStatus) -> None:
        self._doing = message.behavior

    def _on_report(self, message: msg.SelfReport) -> None:
        if not self._learning():
            return
        report, now_s = report_from(message), self._now_s()
        recent = self._before is not None and now_s - self._before[0] <= self._node.settings.recent_s
        seen = self._before[1] if recent and self._before else UserState(now_s)
        self._learn(report, seen, now_s)

    def _learn(self, report: SelfReport, seen: UserState, now_s: float) -> None:
        person_id, memory = self._person_id, self.memory
        episode = ReportEpisode.of(report, seen, self._doing)
        memory.add(person_id, REPORT, episode.as_dict(), now_s)
        profile = Profile(memory, person_id)
        found = refit([each.pair for each in reports_of(memory, person_id)], profile.traits())
        if found.adopted:
            profile.keep_traits(found.traits, now_s)
            self._traits.publish(traits_message(person_id, found.traits, now_s))

    def _on_marker(self, message: msg.Marker) -> None:
        if message.name != "helped" or not self._learning():
            return
        course = course_from(message.value, to_seconds(message.header.stamp))
        if course is not None:
            self.memory.add(self._person_id, COURSE, vars(course), course.stamp_s)

    def _now_s(self) -> float:
        return self._node.solamen_clock.now_s()


_FRESH_S = 1.0


def _fresh_report(state: UserState) -> bool:
    """Whether a state rests on a report that was given just now."""
    last = state.last_self_report
    return last is not None and math.isfinite(last.stamp_s) and abs(state.stamp_s - last.stamp_s) < _FRESH_S
