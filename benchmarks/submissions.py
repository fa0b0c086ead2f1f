"""Many phones sending at the same moment: is anything lost or doubled, and how fast is it beside a bare endpoint.

    python benchmarks/submissions.py [--returns 500] [--at-once 20] [--out figures.json]

Sets up an installation of its own in a temporary folder (the bundled PostgreSQL) with a round that asks one
return of each of many organisations, serves it with `throughline serve`, and sends a finished form of 100 answers
for each return, 20 at a time, every tenth of them twice. Then every sheet is compared with what was sent to it.
The baseline is a bare program under the same server software, with as many processes and threads and the same
database: it reads the same requests and writes each body with one INSERT and one commit. It looks at nothing: no
sign-in, no access, no XML, no rules, no history.
"""

import argparse
import atexit
import http.client
import json
import os
import random
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SECTIONS, QUESTIONS = 10, 10
ORGANISATIONS_A_PERSON = 20
PROCESSES, THREADS = 2, 5
WARMING = 40
EDGE = "benchmark-edge"
_local = threading.local()


@dataclass(frozen=True)
class Sending:
    """One form on its way: which return, what it says, with whose key."""

    reference: str
    answers: dict[str, str]
    path: str
    body: bytes


def survey() -> Iterator[dict[str, str]]:
    """Ten sections of ten numbers, each with a check and a sum."""
    for section in range(SECTIONS):
        yield {"type": "begin_group", "name": f"s{section}", "label": f"Section {section}"}
        for number in range(QUESTIONS - 1):
            yield {"type": "integer", "name": f"q{number}", "label": f"Question {number}", "constraint": ". >= 0"}
        summed = " + ".join(f"coalesce(${{s{section}q{number}}}, 0)" for number in range(QUESTIONS - 1))
        yield {"type": "calculate", "name": "total", "calculation": summed}
        yield {"type": "end_group"}


def named_apart(rows: Iterable[dict[str, str]]) -> Iterator[dict[str, str]]:
    """Question names say their section, so that sums can name them."""
    section = ""
    for row in rows:
        if row["type"] == "begin_group":
            section = row["name"]
        yield {**row, "name": f"{section}{row['name']}"} if row["type"] in {"integer", "calculate"} else row


def prepare(count: int) -> list[Sending]:
    """A world with `count` returns to answer, and what will be sent for each."""
    import django

    django.setup()
    from django.core.management import call_command

    from throughline.kernel.access.choices import Role
    from throughline.kernel.rounds.models import Return
    from throughline.kernel.rounds.openrosa import keys
    from throughline.kernel.testing.rounds import make_questionnaire, make_round, xlsform
    from throughline.kernel.testing.worlds import make_world
    from throughline.people.models import Membership, RoleGiven, User
    from throughline.reference.models import Organisation

    call_command("migrate", verbosity=0)
    world = make_world()
    codes = [f"o{number:04d}" for number in range(count)]
    made = Organisation.objects.bulk_create(
        Organisation(
            code=f"police-{code}", name=f"Station {code}", kind="police", jurisdiction=world.jurisdictions["RS"]
        )
        for code in codes
    )
    world.organisations |= {one.code: one for one in made}
    secrets = {}
    for turn in range(0, count, ORGANISATIONS_A_PERSON):
        user = User.objects.create_user(f"p{turn}@example.org", name=f"Person {turn}")
        RoleGiven.objects.create(user=user, programme=world.programme, role=Role.CONTRIBUTOR)
        own = made[turn : turn + ORGANISATIONS_A_PERSON]
        Membership.objects.bulk_create(Membership(user=user, organisation=one) for one in own)
        world.users[user.name] = user
        secret = keys.make_key(world.viewer(user.name), name="Phone")[1]
        secrets |= dict.fromkeys((one.pk for one in own), secret)
    edition = make_questionnaire(world, xlsform(list(named_apart(survey())), settings={"default_language": ""}))
    make_round(world, edition, asked=codes)
    draw = random.Random(2024)
    found = Return.objects.select_related("round__edition", "sheet").order_by("reference")
    return [sending(ret, secrets[ret.owner_id], number, draw) for number, ret in enumerate(found)]


def sending(ret: Any, secret: str, number: int, draw: random.Random) -> Sending:
    from throughline.kernel.rounds.forms import wire
    from throughline.kernel.rounds.openrosa.catalogue import version_of

    answers = {}
    for section in range(SECTIONS):
        given = [draw.randrange(1000) for _question in range(QUESTIONS - 1)]
        answers |= {f"s{section}/s{section}q{place}": str(value) for place, value in enumerate(given)}
        answers[f"s{section}/s{section}total"] = str(sum(given))
    xml = wire.to_xml(
        ret.edition.form,
        answers,
        form_id=ret.reference,
        version=version_of(ret.edition),
        instance_id=f"uuid:benchmark-{number}",
    )
    head = 'Content-Disposition: form-data; name="xml_submission_file"; filename="form.xml"\r\nContent-Type: text/xml'
    body = f"--{EDGE}\r\n{head}\r\n\r\n".encode() + xml + f"\r\n--{EDGE}--\r\n".encode()
    return Sending(ret.reference, answers, f"/openrosa/key/{secret}/submission", body)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def started(command: list[str], port: int) -> subprocess.Popen[bytes]:
    """A server that answers by now."""
    server = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONWARNINGS": "ignore"})
    until = time.monotonic() + 120
    while time.monotonic() < until and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.2)
        else:
            return server
    raise SystemExit(f"the server did not start: {command}")


def post(port: int, path: str, body: Any, *, chunked: bool = False) -> tuple[int, float]:
    """One request on this thread's own connection; the status and the seconds it took."""
    line = getattr(_local, f"line{port}", None)
    if line is None:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        setattr(_local, f"line{port}", line)
    headers = {"Content-Type": f"multipart/form-data; boundary={EDGE}", "X-OpenRosa-Version": "1.0"}
    begun = time.perf_counter()
    line.request("POST", path, body=iter([body]) if chunked else body, headers=headers, encode_chunked=chunked)
    answer = line.getresponse()
    answer.read()
    return answer.status, time.perf_counter() - begun


def send_all(port: int, sendings: list[Sending], at_once: int) -> dict[str, Any]:
    """All of them, so many at a time."""
    begun = time.perf_counter()
    with ThreadPoolExecutor(at_once) as threads:
        told = list(threads.map(lambda one: post(port, one.path, one.body), sendings))
    taken = time.perf_counter() - begun
    waits = sorted(seconds for _status, seconds in told)
    return {
        "requests": len(told),
        "seconds": round(taken, 2),
        "rate": round(len(told) / taken, 1),
        "median_ms": round(1000 * statistics.median(waits)),
        "p95_ms": round(1000 * waits[int(0.95 * len(waits))]),
        "statuses": {str(status): count for status, count in sorted(Counter(status for status, _s in told).items())},
    }


def served(
    command: list[str], port: int, warming: list[Sending], sendings: list[Sending], given: argparse.Namespace
) -> dict[str, Any]:
    server = started(command, port)
    try:
        send_all(port, warming, given.at_once)  # each process compiles the form once
        return send_all(port, sendings, given.at_once)
    finally:
        server.terminate()
        server.wait(30)


def compare(sendings: list[Sending]) -> dict[str, int]:
    """What arrived beside what was sent: lost, doubled, wrong."""
    from throughline.kernel.rounds.models import Arrival, Return

    sent = {one.reference: one.answers for one in sendings}
    found = {ret.reference: ret.sheet for ret in Return.objects.select_related("sheet")}
    arrived = Counter(Arrival.objects.filter(state="taken").values_list("sheet_id", flat=True))
    return {
        "sent": len(sent),
        "lost": sum(not found[reference].answers for reference in sent),
        "wrong": sum(found[reference].answers != answers for reference, answers in sent.items()),
        "doubled": sum(arrived[found[reference].pk] > 1 or found[reference].revision != 1 for reference in sent),
    }


# The baseline, served as `benchmarks.submissions:bare`.


def bare(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """Write the body as it is, in one statement that is committed."""
    import psycopg

    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    line = getattr(_local, "database", None)
    if line is None:
        line = _local.database = psycopg.connect(os.environ["BARE_DATABASE"], autocommit=True)
    if body:
        line.execute("INSERT INTO bare_submission (path, body) VALUES (%s, %s)", [environ["PATH_INFO"], body])
    start_response("201 Created", [("Content-Type", "text/plain")])
    return [b"received"]


def parted(sendings: list[Sending]) -> tuple[list[Sending], list[Sending]]:
    """Those that warm the servers up, and those that are counted."""
    return sendings[:WARMING], sendings[WARMING:]


def measure(given: argparse.Namespace) -> dict[str, Any]:
    from django.db import connection, connections

    warming, once = parted(prepare(given.returns + WARMING))
    repeated = once[:: max(1, given.returns // max(1, given.repeats))] if given.repeats else []
    every = [*once, *repeated]
    random.Random(7).shuffle(every)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bare_submission (id bigserial PRIMARY KEY, path text, body bytea)")
        os.environ["BARE_DATABASE"] = cursor.connection.info.dsn
    connections.close_all()
    port = free_port()
    granian = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port), "--workers", str(PROCESSES),
        "--blocking-threads", str(THREADS), "--log-level", "warning", "benchmarks.submissions:bare",
    ]  # fmt: skip
    baseline = served(granian, port, warming, every, given)
    port = free_port()
    serve = [
        sys.executable, "-m", "throughline.cli", "serve", "--port", str(port), "--processes", str(PROCESSES),
        "--threads", str(THREADS), "--no-worker",
    ]  # fmt: skip
    ours = served(serve, port, warming, every, given)
    return {"ours": ours, "bare": baseline, "compared": compare(once), "bytes": len(every[0].body)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--returns", type=int, default=500)
    parser.add_argument("--repeats", type=int, default=50, help="how many of the forms are sent twice")
    parser.add_argument("--at-once", type=int, default=20)
    parser.add_argument("--out", type=Path, help="write the figures as JSON")
    given = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "throughline.config.settings")
    folder = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ["THROUGHLINE_DATA"] = folder
    os.environ.pop("DATABASE_URL", None)
    sys.path.insert(0, str(ROOT))
    found = measure(given)
    print(f"{'way':<6} {'requests':>9} {'seconds':>8} {'a second':>9} {'median ms':>10} {'p95 ms':>7}  answers")
    for way in ("ours", "bare"):
        one = found[way]
        print(
            f"{way:<6} {one['requests']:>9} {one['seconds']:>8} {one['rate']:>9} {one['median_ms']:>10} {one['p95_ms']:>7}  {one['statuses']}"
        )
    print(f"ours : bare = {found['ours']['rate'] / found['bare']['rate']:.3f}; {found['bytes']:,} bytes a request")
    print(", ".join(f"{name} {count}" for name, count in found["compared"].items()))
    if given.out:
        given.out.write_text(json.dumps(found, indent=2) + "\n")
    if any(found["compared"][name] for name in ("lost", "wrong", "doubled")):
        raise SystemExit("Something was lost, doubled or changed.")


if __name__ == "__main__":
    main()
