"""The safety layer, below everything else of the robot: limits, watchdog, latched stop."""
