import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs the extra `train` (torch)")
pytest.importorskip("onnx", reason="training needs the extra `train` (onnx)")

from solamen.core.errors import OutsideError  # noqa: E402
from solamen.learning.train import Training, TrainingSettings, export, parameters_of, run_onnx  # noqa: E402

SETTINGS = TrainingSettings(epochs=6, batch=32, rate=1e-2)


def net():
    torch.manual_seed(1)
    return torch.nn.Sequential(torch.nn.Linear(3, 8), torch.nn.Tanh(), torch.nn.Linear(8, 1))


def data(seed, count=200):
    x = torch.from_numpy(np.random.default_rng(seed).normal(size=(count, 3)).astype(np.float32))
    return x, x.sum(dim=1, keepdim=True)


def loss(model, batch):
    return ((model(batch[0]) - batch[1]) ** 2).mean()


def trained(checkpoint=None, settings=SETTINGS):
    model = net()
    at = Training(model, loss, settings, checkpoint).run(data(0), data(1))
    return at, model.state_dict()


def same(one, other):
    return all(torch.equal(one[name], other[name]) for name in one)


def test_the_same_seed_gives_the_same_net():
    assert same(trained()[1], trained()[1])


def test_training_gets_better():
    before = loss(net(), data(1)).item()
    assert trained()[0].best < 0.5 * before


def test_an_interrupted_training_goes_on_to_the_same_net(tmp_path):
    class Interrupted(Training):
        def _save(self):
            super()._save()
            if self.progress.epoch == 3:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Interrupted(net(), loss, SETTINGS, tmp_path / "c.pt").run(data(0), data(1))
    at, resumed = trained(tmp_path / "c.pt")
    assert at.epoch == 6
    assert same(resumed, trained()[1])


def test_it_stops_when_validation_no_longer_gets_better():
    class Worse(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.x = torch.nn.Parameter(torch.zeros(1))

    def rising(model, batch):
        return model.x.sum() * 0.0 + 1.0

    at = Training(Worse(), rising, TrainingSettings(epochs=50, patience=3)).run(data(0), data(1))
    assert (at.epoch, at.best_epoch) == (4, 1)


def test_a_checkpoint_of_another_training_is_refused(tmp_path):
    trained(tmp_path / "c.pt")
    with pytest.raises(OutsideError, match="of another training"):
        trained(tmp_path / "c.pt", TrainingSettings(epochs=9, batch=32, rate=1e-2))
    (tmp_path / "c.pt").write_bytes(b"nothing")
    with pytest.raises(OutsideError, match="of another training"):
        trained(tmp_path / "c.pt")


def test_onnx_runtime_gives_what_torch_gives_for_any_number_of_samples(tmp_path):
    model, path = net(), tmp_path / "net.onnx"
    export(model, (data(2, 4)[0].numpy(),), path, ("x",), ("y",))
    x = data(3, 7)[0]
    (given,) = run_onnx(path, {"x": x.numpy()})
    assert np.allclose(given, model(x).detach().numpy(), atol=1e-5)
    assert parameters_of(model) == 3 * 8 + 8 + 8 + 1


def test_large_weights_are_kept_in_half_the_space_and_give_nearly_the_same(tmp_path):
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Linear(64, 256), torch.nn.ReLU(), torch.nn.Linear(256, 8))
    path = tmp_path / "net.onnx"
    x = torch.randn(16, 64)
    export(model, (x.numpy(),), path, ("x",), ("y",))
    (given,) = run_onnx(path, {"x": x.numpy()})
    wanted = model(x).detach().numpy()
    assert path.stat().st_size < 2.5 * parameters_of(model)
    assert given.dtype == np.float32 and 0.0 < np.abs(given - wanted).max() < 5e-3


def test_a_net_that_onnx_runtime_runs_otherwise_is_refused(tmp_path):
    class Other(torch.nn.Module):
        def forward(self, x):
            return x if torch.onnx.is_in_onnx_export() else x + 1.0

    with pytest.raises(ArithmeticError, match="differs from torch by 0"):
        export(Other(), (data(2, 4)[0].numpy(),), tmp_path / "net.onnx", ("x",), ("y",))
