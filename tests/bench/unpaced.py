"""The service, but for the rate that the provider publishes.

``python -m tests.bench.unpaced serve``. Calls still take turns, at a rate that no machine reaches.
"""

import sys
from dataclasses import replace

from adapters.provider.profile import DYTE, PROFILES
from entrypoints.cli.main import main

if __name__ == "__main__":
    PROFILES[DYTE.name] = replace(DYTE, calls_per_minute=60_000_000)
    main(sys.argv[1:])
