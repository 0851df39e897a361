"""The page with the moving robot, as a process of its own."""

import signal
import subprocess
import sys
import urllib.request

import psutil
import pytest

pytest.importorskip("viser", reason="the extra `view` is not installed")

pytestmark = pytest.mark.system

SHOW = (
    "from solamen.core.clock import SystemClock; from solamen.robot.view import view; view('sol', 8091, SystemClock())"
)


@pytest.fixture
def shown():
    process = subprocess.Popen([sys.executable, "-c", SHOW], stdout=subprocess.PIPE, text=True)
    while not (line := process.stdout.readline()).startswith("sol moves at"):
        assert line or process.poll() is None, "the page did not come up"
    yield process, line.split()[3]
    process.kill()
    process.wait()
    process.stdout.close()


def test_the_page_is_served_to_this_machine_alone(shown):
    process, address = shown
    listening = [c.laddr.ip for c in psutil.Process(process.pid).net_connections() if c.status == psutil.CONN_LISTEN]
    assert listening == ["127.0.0.1"]
    with urllib.request.urlopen(address, timeout=10) as answer:
        page = answer.read().decode()
    assert answer.status == 200
    # All that it needs stands in it: a script or a style from elsewhere would name its address.
    assert 'src="http' not in page and 'href="http' not in page


def test_it_ends_when_it_is_asked_to(shown):
    process, _ = shown
    process.send_signal(signal.SIGINT)
    assert process.wait(15) == -signal.SIGINT
