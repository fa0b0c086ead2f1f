"""How long it takes to work out what to withhold of real monitors, one beside the other: one command.

    THROUGHLINE_DATA=FOLDER python benchmarks/withholding.py

FOLDER holds a loaded demonstration (`throughline demo --no-serve`). Nothing is written: every released quarterly monitor
is protected as if it were opened after those before it. Processor seconds, so that other work on the machine says little.
"""

import os
from time import process_time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "throughline.config.settings")


def main() -> None:
    django.setup()
    from throughline.publications.models import Release  # reason: models are loaded from here on
    from throughline.publications.public.cells import counted
    from throughline.publications.public.content import Beside, threshold, withheld_of
    from throughline.publications.public.sums import system_of

    done: list[Beside] = []
    print("monitor   counts  beside  cells   sums  small  withheld  processor seconds")
    for release in Release.objects.filter(template="quarterly-monitor").order_by("period"):
        document = release.document
        began = process_time()
        cells = {one.key: one.value for one in counted(document) if one.value is not None}
        withheld, small = withheld_of(cells, document.data_time, done, threshold())
        spent = process_time() - began
        done.append(Beside(document.data_time, cells, withheld))
        system = system_of(*(one.cells for one in done))
        print(
            f"{release.period:9} {len(cells):6} {len(done) - 1:7} {len(system.values):6} {len(system.sums):6}"
            f" {len(small):6} {len(withheld):9} {spent:18.2f}"
        )


if __name__ == "__main__":
    main()
