"""What a run answers is told with what to do about it."""

import contextlib
import subprocess
from types import SimpleNamespace

import pytest

from solamen.core.errors import OutsideError
from solamen.session import service


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (
            "p-9 is not in care here. Confirm it: solamen people confirm p-9",
            "in care here: the run on ROS domain 7. Confirm it: solamen people confirm p-9.$",
        ),
        ("the robot is stopped.", "the robot is stopped: the run on ROS domain 7. The run goes on.$"),
    ],
)
def test_the_remedy_of_a_refusal_is_told_instead_of_that_the_run_goes_on(monkeypatch, answer, told):
    refused = SimpleNamespace(returncode=service.REFUSED, stderr=f"{answer}\n", stdout="")
    monkeypatch.setattr(service, "domain_in_use", lambda: 7)
    monkeypatch.setattr(service, "run_note", lambda _: SimpleNamespace(network=False, namespace=""))
    monkeypatch.setattr(service, "runtime_folder", lambda: contextlib.nullcontext("runtime"))
    monkeypatch.setattr(service, "run_environment", lambda *_, **__: {})
    monkeypatch.setattr(service, "run_is_going_on", lambda: True)
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: refused)
    with pytest.raises(OutsideError, match=told):
        service.ask_people("confirm", person_id="p-9")
