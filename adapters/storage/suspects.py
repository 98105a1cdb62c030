"""Suspects: rows whose claims were lost several times, as if trying them killed the process.

They are claimed apart from the others, ever more slowly, and never given up.
"""

TRUSTED = 3
"""So many claims in a row may be lost without suspicion: processes are killed for other reasons."""

_WAIT = f"""CASE WHEN lost <= {TRUSTED + 6} THEN 10 * (1 << (lost - {TRUSTED + 1})) ELSE 600 END"""
"""Seconds from the end of the last lease: 10, 20, 40, … 320, and then ten minutes."""

MAY_BE_CLAIMED = f"""due <= $2 AND CASE WHEN lost <= {TRUSTED} THEN $3 = 0
        ELSE $3 = 1 AND due + {_WAIT} <= $2 END"""
"""$2 is now; $3 is 1 to claim suspects, and 0 to claim the others."""

WHY_SUSPECT = f"why = CASE WHEN lost > {TRUSTED} THEN 'claims-lost' ELSE why END"
"""What operators see of a suspect."""

ONE_LESS = "lost = CASE WHEN lost > 0 THEN lost - 1 ELSE 0 END"
"""A claim that is given back was not lost; what was lost before it still counts."""
