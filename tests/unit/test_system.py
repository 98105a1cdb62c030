"""What the system gives: ids that come once."""

import random

from adapters.system import new_bits


def test_a_library_that_seeds_the_generator_of_python_makes_no_id_come_twice() -> None:
    ids = set()
    for _ in range(2):
        random.seed(1)
        ids.add(new_bits(128))

    assert len(ids) == 2
