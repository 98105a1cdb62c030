"""How fast, how often, and whether at all just now: rates, pace, allowance, back-off, breaker."""
