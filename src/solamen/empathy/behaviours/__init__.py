"""Behaviours: one small module each, chosen by the tree.

A behaviour of one step builds on `behaviours.base.EmpathicBehaviour` (`wanted` says when, `choose` what). One of
several steps builds on `empathy.activity.Activity` (`course` is a generator of its steps; it may say, gesture, offer,
ask, and is refused, preempted and stopped without a line of its own). Each stands in `empathy/tree.py`.
"""
