"""Sets Solamen up on a machine that has nothing but Python, and runs its checks. Standard library alone."""
