"""The same measures on Apache Spark, executors in processes of their own, one of them killed in the middle of a query.

    python benchmarks/spark.py --rows 1000000

Starts on this machine's loopback a Spark master, two workers with an executor each, and a Spark Connect server: five Java
processes. (1) `tests/scale` runs against it: every registered measure, hard data, every kind of reader. (2) A dashboard of
charts on synthetic incidents is asked of DuckDB and of Spark. (3) It is asked again, and an executor is killed with tasks of
a query running on it. All answers must be those of DuckDB, whole. Needs Java 17 or newer; Spark itself is taken from
SPARK_HOME, or fetched (430 MB) into an environment that is thrown away (`--environment` keeps it).
"""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from threading import Thread
from time import monotonic, perf_counter, sleep
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

HOST = "127.0.0.1"
WORKERS = 2
PLACES = "SEE-7"
PART = 500_000
THEN = datetime(2024, 1, 1, tzinfo=UTC)
CHARTS = (
    ("incidents", ("quarter",)),
    ("incidents", ("jurisdiction", "type")),
    ("incidents", ("month", "type")),
    ("incidents", ("weapon",)),
    ("people-killed", ("quarter", "sex")),
    ("persons", ("jurisdiction", "outcome")),
    ("weapons-seized", ("jurisdiction", "weapon")),
    ("share-men-perpetrators", ("quarter",)),
)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--rows", type=int, default=1_000_000, help="how many incidents")
    options.add_argument("--times", type=int, default=3, help="how often the dashboard is asked")
    options.add_argument("--environment", type=Path, help="a Python environment with pyspark, made where it is missing")
    options.add_argument("--without-suite", action="store_true", help="leave out tests/scale")
    given = options.parse_args()
    signal.signal(signal.SIGTERM, lambda *_given: sys.exit(1))  # so that what was started is ended
    if not shutil.which("java"):
        raise SystemExit("There is no Java here. Sail, which needs none, is compared in tests/scale.")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="throughline-benchmark-")))
        home = spark_home(given.environment or folder / "environment")
        cluster = stack.enter_context(running(home, folder / "spark"))
        print(
            f"Spark at {cluster.address}: a master, {WORKERS} workers, {len(cluster.executors())} executors", flush=True
        )
        if not given.without_suite:
            suite(cluster)
        compare(cluster, folder, given.rows, given.times)


def spark_home(environment: Path) -> Path:
    """Where Spark lies: named, or from PyPI in an environment of its own, in the version of our client."""
    if named := os.environ.get("SPARK_HOME"):
        return Path(named)
    from importlib.metadata import version  # reason: not needed where Spark is named

    found = next(environment.glob("lib/python*/site-packages/pyspark/jars"), None)
    if found is None:
        wanted = f"pyspark=={version('pyspark-client')}"
        print(f"Fetching {wanted} (430 MB) ...", flush=True)
        subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
        subprocess.run([str(environment / "bin" / "python"), "-m", "pip", "install", "-q", wanted], check=True)
        found = next(environment.glob("lib/python*/site-packages/pyspark/jars"))
    return found.parent


@dataclass
class Cluster:
    """The running processes, and what may be asked of them."""

    connect: int
    pages: int
    workers: list[psutil.Process]

    @property
    def address(self) -> str:
        return f"sc://{HOST}:{self.connect}"

    def executors(self) -> list[psutil.Process]:
        """The processes that work: children of the workers."""
        found = [one for worker in self.workers for one in worker.children(recursive=True)]
        return [one for one in found if any("CoarseGrainedExecutorBackend" in word for word in one.cmdline())]

    def asked(self, path: str) -> Any:
        """What Spark's own pages say of the application."""
        base = f"http://{HOST}:{self.pages}/api/v1/applications"
        with urllib.request.urlopen(base, timeout=10) as answer:
            identity = json.load(answer)[0]["id"]
        with urllib.request.urlopen(f"{base}/{identity}/{path}", timeout=10) as answer:
            return json.load(answer)


@contextmanager
def running(home: Path, folder: Path) -> Iterator[Cluster]:
    """A cluster on loopback. Every process that is started is ended."""
    folder.mkdir()
    master, web, connect, pages = (free_port() for _one in range(4))
    given = {
        "SPARK_HOME": str(home), "SPARK_LOCAL_IP": HOST, "SPARK_WORKER_DIR": str(folder / "work"),
        "SPARK_LOCAL_DIRS": str(folder / "local"), "PYSPARK_PYTHON": sys.executable,
    }  # fmt: skip
    conf = {
        "spark.driver.host": HOST, "spark.driver.bindAddress": HOST, "spark.ui.port": pages,
        "spark.connect.grpc.binding.address": HOST, "spark.connect.grpc.binding.port": connect,
        "spark.executor.cores": 1, "spark.executor.memory": "1g", "spark.cores.max": WORKERS,
        # Many small tasks: whoever is killed is killed in the middle.
        "spark.sql.files.maxPartitionBytes": "1m", "spark.sql.files.openCostInBytes": "256k", "spark.sql.shuffle.partitions": 8,
    }  # fmt: skip
    started: list[psutil.Process] = []
    log = (folder / "log.txt").open("wb")

    def start(*words: str) -> psutil.Process:
        command = [str(home / "bin" / words[0]), *words[1:]]
        process = psutil.Popen(command, env=os.environ | given, stdout=log, stderr=subprocess.STDOUT, cwd=folder)
        started.append(process)
        return process

    try:
        deploy = "org.apache.spark.deploy"
        start("spark-class", f"{deploy}.master.Master", "--host", HOST, "--port", str(master), "--webui-port", str(web))
        wait(lambda: listening(master), "the master", folder)
        workers = [
            start("spark-class", f"{deploy}.worker.Worker", "--host", HOST, "--cores", "1", "--memory", "2g",
                  "--webui-port", str(free_port()), f"spark://{HOST}:{master}")
            for _one in range(WORKERS)
        ]  # fmt: skip
        settings = [word for name, value in conf.items() for word in ("--conf", f"{name}={value}")]
        start("spark-submit", "--class", "org.apache.spark.sql.connect.service.SparkConnectServer",
              "--master", f"spark://{HOST}:{master}", "--driver-memory", "1g", *settings, "spark-internal")  # fmt: skip
        cluster = Cluster(connect, pages, workers)
        wait(lambda: listening(connect) and len(cluster.executors()) == WORKERS, "the executors", folder)
        yield cluster
    finally:
        everyone = [child for one in started for child in (*alive(one), one)]
        for one in everyone:
            with suppressed():
                one.kill()
        psutil.wait_procs(everyone, 10)
        log.close()


@contextmanager
def suppressed() -> Iterator[None]:
    try:
        yield
    except psutil.NoSuchProcess:
        return


def alive(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def free_port() -> int:
    from throughline.kernel.testing.sail import free_port as one  # reason: what tests use

    return one()


def listening(port: int) -> bool:
    import socket  # reason: here alone

    with socket.socket() as asked:
        return asked.connect_ex((HOST, port)) == 0


def wait(true: Callable[[], bool], what: str, folder: Path, seconds: float = 180) -> None:
    end = monotonic() + seconds
    while not true():
        if monotonic() > end:
            print((folder / "log.txt").read_text()[-3000:])
            raise SystemExit(f"{what} did not come up")
        sleep(0.2)


def suite(cluster: Cluster) -> None:
    """Every registered measure, as the suite asks Sail, of this Spark."""
    print("Every registered measure, hard data, every kind of reader (tests/scale) ...", flush=True)
    command = [sys.executable, "-m", "pytest", "tests/scale", "-q", "-s", "-p", "no:cacheprovider"]
    data = {"THROUGHLINE_TESTS_SPARK": cluster.address}
    if subprocess.run(command, cwd=ROOT, env=os.environ | data, check=False).returncode:
        raise SystemExit("Spark and DuckDB differ")


def compare(cluster: Cluster, folder: Path, rows: int, times: int) -> None:
    os.environ["THROUGHLINE_DATA"] = str(folder / "data")
    os.environ.pop("DATABASE_URL", None)
    os.environ["DJANGO_SETTINGS_MODULE"] = "throughline.config.settings"
    import django  # reason: the data folder must be named first

    django.setup()
    from django.conf import settings  # reason: as above

    from throughline.kernel.measures.ask import ask_all  # reason: as above
    from throughline.kernel.measures.questions import Question  # reason: as above

    print(f"Making {rows:,} incidents ...", flush=True)
    viewer = made(rows)
    questions = [Question.ask(name, by=by, period="2022..2024", scope=PLACES) for name, by in CHARTS]

    def asked(engine: str) -> list[Any]:
        settings.THROUGHLINE_FACTS_ENGINE = engine
        return [replace(one, asked_at=THEN) for one in ask_all(questions, viewer)]

    wanted, duck = timed(lambda: asked("duckdb"), times)
    found, spark = timed(lambda: asked(cluster.address), times)
    same(found, wanted)
    print(f"Spark gives DuckDB's {sum(len(one.cells) for one in wanted):,} cells, to the last digit.", flush=True)
    print("Asking again, and killing an executor in the middle of a query ...", flush=True)
    killed = Killed(cluster)
    start = perf_counter()
    with killed:
        found = asked(cluster.address)
    took = perf_counter() - start
    same(found, wanted)
    print(killed.told())
    print(f"\n{'eight charts':42} {'seconds':>8} {'to DuckDB':>10}")
    for name, one in (("DuckDB", duck), ("Spark, two executors", spark), ("Spark, one executor killed", took)):
        print(f"{name:42} {one:8.2f} {one / duck:10.1f}")


def timed(ask: Callable[[], list[Any]], times: int) -> tuple[list[Any], float]:
    """What is answered, and how long it takes once questions have been asked before."""
    found, taken = ask(), []
    for _time in range(times):
        start = perf_counter()
        found = ask()
        taken.append(perf_counter() - start)
    return found, median(taken)


def same(found: Sequence[Any], wanted: Sequence[Any]) -> None:
    for one, other in zip(found, wanted, strict=True):
        if one != other:
            raise SystemExit(f"Spark and DuckDB differ: {other.title}")


class Killed:
    """Waits for a query whose tasks are partly done, kills an executor that works on it, and looks what became of them."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.victim: psutil.Process | None = None
        self.stage: dict[str, Any] = {}
        self.watching = Thread(target=self._watch, daemon=True)

    def __enter__(self) -> None:
        self.failed = self._failed()
        self.watching.start()

    def __exit__(self, *_given: object) -> None:
        self.watching.join(60)
        if self.victim is None:
            raise SystemExit("no query ran long enough to be met in its middle: give it more --rows")

    def _watch(self) -> None:
        end = monotonic() + 60
        while monotonic() < end:
            for stage in self.cluster.asked("stages?status=active"):
                if stage["numCompleteTasks"] >= 1 and stage["numActiveTasks"] >= WORKERS:
                    victim = self.cluster.executors()[0]
                    victim.kill()
                    self.victim, self.stage = victim, stage
                    return
            sleep(0.01)

    def _failed(self) -> int:
        return sum(one["numFailedTasks"] for one in self.cluster.asked("stages"))

    def told(self) -> str:
        lost = [one for one in self.cluster.asked("allexecutors") if not one["isActive"]]
        stage, failed = self.stage, self._failed() - self.failed
        return (
            f"An executor was killed with {stage['numCompleteTasks']} of {stage['numTasks']} tasks of a query done; {failed} tasks "
            f"failed and were done elsewhere; {len(lost)} executor lost, {len(self.cluster.executors())} at work now. Same answers."
        )


def made(rows: int) -> Any:
    """The installation: reference data, audiences, the facts, and a reader who may see some of it."""
    from uuid import uuid4  # reason: Django is set up by now, not before

    from deltalake import write_deltalake  # reason: as above
    from django.core.management import call_command  # reason: as above

    from benchmarks import synthetic  # reason: as above
    from throughline.kernel.access.audiences import tokens_for  # reason: as above
    from throughline.kernel.access.models import Audience  # reason: as above
    from throughline.kernel.access.viewer import Viewer  # reason: as above
    from throughline.kernel.measures import extract, facts, registry, tables  # reason: as above
    from throughline.reference import loading  # reason: as above

    call_command("migrate", verbosity=0)
    for add in (loading.add_jurisdictions, loading.add_scopes, loading.add_taxonomies, loading.add_terms):
        list(add())
    programme, owners = uuid4(), [uuid4() for _place in synthetic.PLACES]
    sets = {
        tuple(sorted(tokens_for(handling=code, owner=owner, programme=programme, author=uuid4(), private=False)))
        for owner in owners
        for code in ("clear", "green", "amber", "amber+strict", "red")
    }
    audiences = [one.pk for one in Audience.objects.bulk_create([Audience(tokens=list(one)) for one in sorted(sets)])]
    known = facts.freshen()
    names = {"incident": "incidents", "incident_person": "people", "incident_weapon": "weapons"}
    for start in range(0, rows, PART):
        world = synthetic.make(min(PART, rows - start), audiences, seed=7 + start)
        for name, attribute in names.items():
            whole = extract.completed(registry.facts[name], getattr(world, attribute))
            if start == 0:
                number = tables.write(registry.facts[name], whole)
            else:
                write_deltalake(tables.folder(name), whole, mode="append", partition_by=[tables.PARTITION])
                number += 1
            facts.set_version(registry.facts[name], known[name].life, number)
    return Viewer(
        person=uuid4(),
        name="police-rs",
        organisations=frozenset({owners[-1]}),
        roles=frozenset({(programme, "contributor")}),
    )


if __name__ == "__main__":
    main()
