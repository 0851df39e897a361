"""The fusion node: estimates of all modalities in, the person's state out."""

from __future__ import annotations

from typing import Any

from solamen_msgs import msg

from solamen.core.states import Consent
from solamen.fusion.filter import FusionFilter
from solamen.fusion.settings import FusionSettings
from solamen.nodes.clock import to_seconds
from solamen.nodes.convert import estimate_from, report_from, state_message
from solamen.nodes.convert_people import traits_from
from solamen.nodes.convert_person import context_from
from solamen.nodes.qos import ESTIMATE, STATE
from solamen.nodes.shell import Shell, main_of

MODALITIES = ("face", "voice", "body", "biosignals")
IDLE_PERIOD_S = 0.2
"""The state is told at least this often, so that silence is seen as such."""


class FusionNode(Shell[FusionSettings]):
    """Keeps the state of the person in care."""

    settings_type = FusionSettings
    options = {"consent": "none"}  # noqa: RUF012 (declared as ClassVar in Shell)

    def __init__(self, **arguments: Any) -> None:
        super().__init__("fusion", **arguments)

    def start(self) -> None:
        """Listens to every modality; those that are not there are simply silent."""
        self._filter = FusionFilter(self.settings)
        self._consent = self.obey_consent(self._on_consent)
        self._filter.consent = self._consent.level
        self._state = self.create_publisher(msg.UserState, "user_state", STATE)
        self._told_s = 0.0
        for modality in MODALITIES:
            self.listen(msg.PainEstimate, f"{modality}/pain", self._on_estimate, ESTIMATE)
        self.listen(msg.ActionUnits, "face/action_units", self._on_units, ESTIMATE)
        self.listen(msg.Context, "context", self._on_context, STATE)
        self.listen(msg.SelfReport, "self_report", self._on_report, ESTIMATE)
        self.listen(msg.PersonTraits, "person/traits", self._on_traits, STATE)
        self.every(IDLE_PERIOD_S, self._when_idle)

    def figures(self) -> dict[str, Any]:
        """Estimates that could not be used, and words of a caregiver beside the person's own."""
        return {"rejected": self._filter.rejected, "outranked": self._filter.outranked} if self.active else {}

    def _on_consent(self) -> None:
        """What was taken in is wiped where consent is withdrawn, and an emptied state overwrites the last one."""
        self._filter.consent = self._consent.level
        if self._consent.withdrawn:
            self._filter.presence(False, self.solamen_clock.now_s())
        self._tell()

    def _on_traits(self, message: msg.PersonTraits) -> None:
        """How the person in care shows pain; anybody's where the person is anonymous."""
        self._filter.traits = traits_from(message)

    def _on_estimate(self, message: msg.PainEstimate) -> None:
        self._filter.add(estimate_from(message))
        self._tell()

    def _on_units(self, message: msg.ActionUnits) -> None:
        if not self._consent.withdrawn:
            self._filter.presence(message.face_present, to_seconds(message.header.stamp))

    def _on_report(self, message: msg.SelfReport) -> None:
        self._filter.report(report_from(message))
        self._tell()

    def _on_context(self, message: msg.Context) -> None:
        company, _, procedure = context_from(message)
        self._filter.surroundings(company, procedure)

    def _when_idle(self) -> None:
        if self.solamen_clock.now_s() - self._told_s > IDLE_PERIOD_S:
            self._tell()

    def _tell(self) -> None:
        self._told_s = self.solamen_clock.now_s()
        message = state_message(self._filter.state(self._told_s))
        message.person_id = self._consent.person_id if self._consent.allows(Consent.OBSERVE) else ""
        self._state.publish(message)


main = main_of("fusion", FusionNode)

if __name__ == "__main__":
    main()
