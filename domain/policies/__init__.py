"""When and how often: rates, pace, allowance, back-off, breaker, retries, refusals and doubt."""
