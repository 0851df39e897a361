"""Settings of the relay to a robot's own controllers; `config/relay.yaml` fills them."""

from __future__ import annotations

from dataclasses import dataclass

from solamen.core.settings import Checked, setting


@dataclass(frozen=True, kw_only=True)
class RelaySettings(Checked):
    """How controllers that take trajectories as goals are asked."""

    answer_silence_s: float = setting(0.1, low=0.02, high=1.0, doc="an answer that takes longer is not waited for")
