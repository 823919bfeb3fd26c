"""Runs as somebody at a terminal sees them: progress, what came out, and what to try next."""
