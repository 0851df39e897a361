import math
from dataclasses import replace

import numpy as np

from solamen.fusion.evaluate_reports import true_traits
from solamen.fusion.generator import CHANNELS, World, again, persons
from solamen.fusion.settings import FusionSettings
from solamen.fusion.watching import states


def test_no_number_grows_without_end_where_a_known_person_rules_out_other_ways_of_showing():
    half = {name: replace(each, rate_hz=max(each.rate_hz / 2.0, 1.0)) for name, each in CHANNELS.items()}
    (person,) = persons(1, 60.0, 5501)
    later = again(person, 240.0, 5503, World(channels=half))
    with np.errstate(over="raise", invalid="raise"):
        said = states(later.estimates(), 240.0, FusionSettings(), true_traits(person))
    assert all(state.abstained or math.isfinite(state.pain_mean) for state in said)
