"""Calls of the API that nobody wrote, for as long as wanted: what is new is printed when it is found.

    python benchmarks/fuzz.py --minutes 10
    python benchmarks/fuzz.py --minutes 10 --files

Makes a world with records of every handling code in a data folder of its own, takes the API's own description and calls
every operation as Alice, as Charlie and as nobody, over and over with other numbers. It ends when nothing new was found
for so many minutes, with 1 if anything was. The short form is tests/hostile/test_api_fuzz.py.
"""

import argparse
import logging
import os
import random
import sys
import tempfile
import time
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--minutes", type=float, default=10, help="end when nothing new was found for so long")
    options.add_argument("--examples", type=int, default=15, help="calls of one operation in one go")
    options.add_argument("--files", action="store_true", help="the readers of files, not the API")
    options.add_argument("--only", default="", help="only operations whose label holds this")
    options.add_argument("--seed", type=int, default=random.randrange(2**32))
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="throughline-fuzz-", ignore_cleanup_errors=True) as folder:
        os.environ["THROUGHLINE_DATA"] = folder
        os.environ.pop("DATABASE_URL", None)
        os.environ["DJANGO_SETTINGS_MODULE"] = "throughline.config.testing"
        import django  # reason: the data folder must be named first

        django.setup()
        from django.core.management import call_command  # reason: Django is set up by now, not before

        if given.files:
            sys.exit(1 if run_files(given) else 0)
        call_command("migrate", verbosity=0)
        sys.exit(1 if run(given) else 0)


def run_files(given: argparse.Namespace) -> int:
    """Good files with a few bytes changed, read as the program reads them; how many kinds of fault there are."""
    from hypothesis import HealthCheck, Phase, seed, settings  # reason: Django is set up by now, not before
    from hypothesis import given as drawn  # reason: as above
    from tests.hostile.mutating import mutated, read  # reason: as above

    found: dict[str, int] = {}
    number, calls, last = given.seed, 0, time.monotonic()
    while time.monotonic() - last < given.minutes * 60:

        @seed(number)
        @settings(
            max_examples=500,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],
        )
        @drawn(mutated())
        def call(file: tuple[str, bytes]) -> None:
            nonlocal calls, last
            calls += 1
            try:
                read(*file)
            except BaseException as fault:
                told = f"{file[0]}: {type(fault).__name__} {traceback.format_exc().strip().splitlines()[-3:]}"
                if found.setdefault(told, calls) == calls:
                    last = time.monotonic()
                    print(told, file[1][:2_000], flush=True)

        call()
        number += 1
        print(f"{calls:,} files, {len(found)} found, quiet for {time.monotonic() - last:.0f} s", flush=True)
    return len(found)


def run(given: argparse.Namespace) -> int:
    """Go round until nothing new comes; how many findings there are."""
    from django.db import transaction  # reason: Django is set up by now, not before
    from tests.access.hidden import Hidden, hide, lay_open  # reason: as above
    from tests.hostile.fuzzing import Fuzzer  # reason: as above

    from throughline.kernel.testing.worlds import make_world  # reason: as above

    logging.disable(logging.CRITICAL)
    with transaction.atomic():
        hidden = Hidden(make_world())
        hide(hidden, lay_open(hidden)[1])
        fuzzers = [Fuzzer(hidden, who) for who in ("alice", "charlie", "")]
        found: dict[object, None] = {}
        number, last = given.seed, time.monotonic()
        print(f"seed {number}, {len(list(fuzzers[0].operations()))} operations", flush=True)
        while time.monotonic() - last < given.minutes * 60:
            for fuzzer in fuzzers:
                for operation in fuzzer.operations():
                    if given.only in operation.label:
                        fuzzer.run(operation, examples=given.examples if fuzzer.who else 2, number=number)
                    for one in [one for one in fuzzer.findings if one not in found]:
                        found[one], last = None, time.monotonic()
                        print(one, flush=True)
            number += 1
            calls = sum(one.calls for one in fuzzers)
            print(f"{calls:,} calls, {len(found)} found, quiet for {time.monotonic() - last:.0f} s", flush=True)
        transaction.set_rollback(True)
    return len(found)


if __name__ == "__main__":
    main()
