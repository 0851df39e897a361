"""The vocabulary that every room shares: clock, frames, action units, estimates, states, settings, errors."""
