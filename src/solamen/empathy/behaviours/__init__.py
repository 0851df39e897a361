"""Behaviours: one small module each, chosen by the tree."""
