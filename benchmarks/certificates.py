"""Certificates in bulk: 2,000 of them numbered, printed as PDF, kept, by a job that is killed on the way and taken up again.

    python benchmarks/certificates.py

One run makes an activity that 2,000 people attended, approves them, lets a worker begin, kills it halfway, lets another
take the job up, and prints the rate, the progress that was told, and that nobody has two and no number is missing.
"""

import argparse
import multiprocessing
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--people", type=int, default=2_000, help="how many certificates")
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="throughline-benchmark-", ignore_cleanup_errors=True) as folder:
        os.environ["THROUGHLINE_DATA"] = folder
        os.environ.pop("DATABASE_URL", None)
        started()
        from django.core.management import call_command  # reason: Django is set up by now, not before

        call_command("migrate", verbosity=0)
        measure(given.people)


def started() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "throughline.config.settings"
    import django  # reason: the data folder must be named first

    django.setup()


def measure(people: int) -> None:
    """Approve, kill, resume, count."""
    from throughline.kernel.jobs.models import Job  # reason: Django is set up by now, not before
    from throughline.training.models import Certificate
    from throughline.training.services import certificates

    begun = time.perf_counter()
    world, activity = made(people)
    print(f"{people:,} people made in {time.perf_counter() - begun:.0f} s", flush=True)
    places = list(activity.places.values_list("pk", flat=True))
    begun = time.perf_counter()
    job = certificates.review(world.viewer("sofia"), activity=activity, places=places)
    print(f"looked through and approved: {time.perf_counter() - begun:.2f} s", flush=True)

    first = worker()
    begun = time.perf_counter()
    wait_until(lambda: Certificate.objects.count() >= people // 2)
    first.kill()
    first.join()
    half, half_taken = Certificate.objects.count(), time.perf_counter() - begun
    told = Job.objects.get(pk=job.pk)
    print(f"killed after {half:,} ({half / half_taken:.0f} a second); the page said {told.done:,} of {told.total:,}")

    Job.objects.filter(pk=job.pk).update(heartbeat_at=told.asked_at)  # not to wait the half minute of silence
    second = worker()
    begun = time.perf_counter()
    wait_until(lambda: not Job.objects.get(pk=job.pk).is_open)
    taken = time.perf_counter() - begun
    second.kill()
    second.join()
    show(people, people - half, taken)


def show(people: int, rest: int, taken: float) -> None:
    """The rate, and that all is there once."""
    from throughline.kernel.jobs.models import Job  # reason: as above
    from throughline.training.models import Certificate

    job = Job.objects.get()
    serials = sorted(Certificate.objects.values_list("serial", flat=True))
    numbers = [int(one.rpartition("-")[2]) for one in serials]
    sizes = list(Certificate.objects.values_list("file__size", flat=True))
    print(f"taken up again: {rest:,} more in {taken:.1f} s ({rest / taken:.0f} a second), {job.state}: {job.message}")
    print(f"numbers 1 to {people:,} each once: {numbers == list(range(1, people + 1))}")
    print(f"files: {len(sizes):,}, {sum(sizes) / 1024**2:.0f} MB, {sum(sizes) / len(sizes) / 1024:.0f} KB each")


def worker() -> Any:
    """A worker as a process of its own, so that it can be killed."""
    process = multiprocessing.get_context("spawn").Process(target=work, args=(os.environ["THROUGHLINE_DATA"],))
    process.start()
    return process


def work(folder: str) -> None:
    os.environ["THROUGHLINE_DATA"] = folder
    started()
    from throughline.kernel.jobs.worker import run_next  # reason: as above

    while run_next() is None:
        time.sleep(0.1)


def wait_until(condition: Any) -> None:
    while not condition():
        time.sleep(0.1)


def made(people: int) -> tuple[Any, Any]:
    """A course of five sessions that everyone attended, as rows: making them is not what is measured."""
    from throughline.kernel.access.audiences import audience_for  # reason: as above
    from throughline.kernel.flow.services import advance
    from throughline.kernel.testing.training import make_activity, make_person
    from throughline.kernel.testing.worlds import make_world
    from throughline.training.models import Attendance, Person, Place

    world = make_world()
    activity = make_activity(world, sessions=5, state="planned", capacity=None, starts_on=last_week())
    model = make_person(world)
    new = [
        Person(
            reference=f"TP-0000-{number:06d}", name=f"Participant {number}", sex="women", sector="police",
            programme=model.programme, owner=model.owner, handling=model.handling, audience_id=audience_for(model),
            jurisdiction=model.jurisdiction, created_by=model.created_by, changed_by=model.created_by, state=model.state,
            private=False,
        )
        for number in range(people)
    ]  # fmt: skip
    Person.objects.bulk_create(new, batch_size=1_000)
    places = [Place(activity=activity, person=one, organisation=model.owner, state="confirmed") for one in new]
    Place.objects.bulk_create(places, batch_size=1_000)
    sessions = list(activity.sessions.all())
    marks = [Attendance(place=place, session=session, percent=100) for place in places for session in sessions]
    Attendance.objects.bulk_create(marks, batch_size=1_000)
    for step in ("confirm", "finish"):
        advance(world.viewer("sofia"), record=activity, transition=step)
    activity.refresh_from_db()
    return world, activity


def last_week() -> Any:
    from datetime import timedelta  # reason: beside its only use

    from django.utils import timezone

    return timezone.localdate() - timedelta(days=10)


if __name__ == "__main__":
    main()
