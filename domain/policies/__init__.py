"""Rates, pace, allowance, back-off and breaker."""
