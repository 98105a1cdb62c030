"""Proof under fire: real processes, real faults, a written history, and a checker that decides
afterwards. ``make chaos``; docs/reliability.md says what is promised."""
