import pytest
from live_run import LiveRun


@pytest.fixture(scope="session")
def patient_run(tmp_path_factory):
    """One undisturbed run on the virtual patient, 30 s long, looked at by several tests."""
    with LiveRun(tmp_path_factory.mktemp("runs") / "patient", "--duration", "30") as run:
        run.status, run.printed, run.told = run.end()
        yield run
