"""What opens a microphone of this machine; without it Solamen still hears the topic `audio`."""

from __future__ import annotations

from bootstrap.environments import fill, works
from bootstrap.errors import SetupError
from bootstrap.machine import has_portaudio
from bootstrap.places import Site


def install(site: Site) -> str:
    """Builds PyAudio where PortAudio can be had; gives what is missing, in words, and never fails."""
    if works(site.venv, "import pyaudio") or not has_portaudio():
        return ""
    try:
        fill(site, site.venv, "microphone")
    except SetupError:
        (site.venv / ".begun-microphone").unlink(missing_ok=True)  # nothing else rests on it
        return f"Without microphones: PyAudio could not be built. {site.build / 'setup.log'} says why."
    return ""
