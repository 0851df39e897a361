"""The nets of the pain model's committee, run side by side, say the mean of what each says alone."""

import pytest

torch = pytest.importorskip("torch", reason="training needs the extra `train` (torch)")

from solamen.face.pain_window import CHANNELS, RECENT, STEPS  # noqa: E402 (after torch is known to be there)
from solamen.face.train_pain import Committee, PainNet  # noqa: E402


def test_nets_side_by_side_say_the_mean_of_what_each_says():
    torch.manual_seed(0)
    nets = [PainNet() for _ in range(3)]
    features, recent = torch.rand(5, STEPS, CHANNELS), 4.0 * torch.rand(5, RECENT, 4)
    alone = [net(features, recent) for net in nets]
    assert (alone[0][0] - alone[1][0]).abs().max() > 0.01
    for place, together in enumerate(Committee(nets)(features, recent)):
        torch.testing.assert_close(together, torch.stack([said[place] for said in alone]).mean(dim=0))
