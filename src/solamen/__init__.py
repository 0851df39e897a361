"""Solamen: a control stack for empathic companion robots.

It estimates how much pain a person expresses, keeps that person's state, and drives a robot that mirrors a little,
acknowledges, and calms. The library works without ROS; `solamen.nodes` puts it on ROS 2.
"""

__version__ = "0.1.0"
