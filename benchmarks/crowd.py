"""Fifty people browsing and twenty writing at once: no error, nothing lost, and how much longer a page takes.

    python benchmarks/crowd.py [--rows 20000] [--minutes 1] [--pause 12]

Sets up an installation of its own in a temporary folder (the bundled PostgreSQL) with incidents, serves it with
`throughline serve` as an operator would, and lets everybody sign in with a password. First one person opens every
page alone; then fifty open pages, each reading for `pause` seconds on average (a random time around it), while
twenty enter incidents one after the other: open the form, save, open it again, change a place, save; and in between
all twenty write their mark into one and the same incident, asking again whenever somebody was faster. In the end
every incident must be there once, as changed, every mark must stand in the shared one, and the chain of history
must be whole. Printed for each page: the median of the one alone, the 95th percentile among many, and their ratio.
"""

import argparse
import atexit
import http.client
import os
import random
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from statistics import median
from urllib.parse import urlencode, urlsplit

ROOT = Path(__file__).resolve().parent.parent
BROWSING, WRITING = 50, 20
ALONE = 12
GOAL = 10.0
PASSWORD = "correct horse battery"
PAGES = {
    "home": "/",
    "list": "/incidents/",
    "list, filtered": "/incidents/?jurisdiction=RS&occurred_on.from=2024-06-01",
    "list, words searched": "/incidents/?q=market",
    "record": "/incidents/{reference}/",
    "its history": "/incidents/{reference}/history/",
    "dashboard": "/dashboard/",
    "a question": "/ask/?measure=incidents&by=jurisdiction&period=2024",
    "search": "/search/?q=market",
}


class Form(HTMLParser):
    """What a browser would send of the forms on a page, without pressing any other button."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[dict[str, str]] = []
        self._select = self._area = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append({})
        if not self.forms:
            return
        name, fields = given.get("name", ""), self.forms[-1]
        if tag == "input" and name and given.get("type") not in {"submit", "checkbox", "radio", "file"}:
            fields[name] = given.get("value", "")
        elif tag == "input" and name and "checked" in given:
            fields[name] = given.get("value", "on")
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and ("selected" in given or self._select not in fields):
            fields[self._select] = given.get("value", "")
        elif tag == "textarea":
            self._area = name
            fields[name] = ""

    def handle_endtag(self, tag: str) -> None:
        self._select = "" if tag == "select" else self._select
        self._area = "" if tag == "textarea" else self._area

    def handle_data(self, data: str) -> None:
        if self._area:
            self.forms[-1][self._area] += data

    def holding(self, name: str) -> dict[str, str]:
        """The form with this field."""
        return next(one for one in self.forms if name in one)


class Browser:
    """One person's browser: cookies, one connection kept open, an address of its own on the loopback."""

    def __init__(self, port: int, number: int) -> None:
        self.port, self.host = port, f"localhost:{port}"
        self.line = http.client.HTTPConnection(
            "127.0.0.1", port, timeout=120, source_address=(f"127.0.1.{number + 1}", 0)
        )
        self.cookies: dict[str, str] = {}
        self.used = 0.0

    def ask(self, path: str, fields: dict[str, str] | None = None) -> tuple[int, str, str]:
        """The status, the body, and where one is sent on to."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), "Host": self.host}
        body = None
        if fields is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Referer": f"http://{self.host}{path}"}
            body = urlencode(fields)
        if time.monotonic() - self.used > 1:  # a server closes lines nobody speaks on; browsers then open another
            self.line.close()
        self.used = time.monotonic()
        self.line.request("GET" if fields is None else "POST", path, body, headers)
        answer = self.line.getresponse()
        page = answer.read().decode()
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _equal, value = cookie.split(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, page, urlsplit(answer.headers.get("Location", "")).path

    def sign_in(self, email: str) -> None:
        _status, page, _to = self.ask("/accounts/login/")
        form = Form(page).holding("login") | {"login": email, "password": PASSWORD}
        status, page, _to = self.ask("/accounts/login/", form)
        if status != 302:
            message = f"{email} could not sign in: {status} {re.findall('error[^<]*<[^<]*', page)[:2]}"
            raise SystemExit(message)


class Crowd:
    """Who is there, what they found, how long it took."""

    def __init__(self, port: int, shared: str, references: list[str], pause: float) -> None:
        self.port, self.shared, self.references, self.pause = port, shared, references, pause
        self.took: dict[str, list[float]] = defaultdict(list)
        self.errors: list[str] = []
        self.entered: dict[str, str] = {}
        self.marks: list[str] = []
        self.faster = 0
        self.until = 0.0

    def open(self, browser: Browser, name: str, took: dict[str, list[float]], draw: random.Random) -> None:
        path = PAGES[name].format(reference=draw.choice(self.references))
        begun = time.perf_counter()
        status, page, _to = browser.ask(path)
        took[name].append(time.perf_counter() - begun)
        if status != 200 or "</html>" not in page:
            self.errors.append(f"{path}: {status}")

    def browse(self, browser: Browser, number: int) -> None:
        draw = random.Random(number)
        time.sleep(draw.uniform(0, self.pause))
        while time.monotonic() < self.until:
            self.open(browser, draw.choice(list(PAGES)), self.took, draw)
            time.sleep(draw.uniform(0.5, 1.5) * self.pause)

    def write(self, browser: Browser, number: int) -> None:
        draw = random.Random(1000 + number)
        turn = 0
        time.sleep(draw.uniform(0, self.pause))
        while time.monotonic() < self.until:
            turn += 1
            self.enter(browser, f"crowd-{number}-{turn}", draw)
            self.mark(browser, f"mark-{number}-{turn};")

    def enter(self, browser: Browser, key: str, draw: random.Random) -> None:
        """A new incident, and a change to it."""
        form = self.form(browser, "/incidents/add/", "occurred_on", "the empty form")
        form |= {
            "kind": "public-dispute", "jurisdiction": "RS", "occurred_on": "2024-05-05", "place": "first",
            "external_key": key, "narrative": f"Entered in a crowd: {key}.",
        }  # fmt: skip
        time.sleep(draw.uniform(0.5, 1.5) * self.pause)
        status, path = self.save(browser, "/incidents/add/", form, "saving")
        if status != 302:
            self.errors.append(f"entering {key}: {status}")
            return
        form = self.form(browser, f"{path}change/", "occurred_on", "the form of a record")
        self.save(browser, f"{path}change/", form | {"place": f"changed {key}"}, "saving a change")
        self.entered[key] = f"changed {key}"

    def mark(self, browser: Browser, mark: str) -> None:
        """Write into the incident that everybody writes into, until it is taken."""
        path = f"/incidents/{self.shared}/change/"
        draw = random.Random(mark)
        while True:
            time.sleep(draw.uniform(0.1, 1.0) * self.pause)
            form = self.form(browser, path, "occurred_on", "the form of a record")
            status, _to = self.save(browser, path, form | {"narrative": form["narrative"] + mark}, "saving a change")
            if status != 409:
                break
            self.faster += 1
        if status == 302:
            self.marks.append(mark)
        else:
            self.errors.append(f"marking {mark}: {status}")

    def form(self, browser: Browser, path: str, field: str, name: str) -> dict[str, str]:
        begun = time.perf_counter()
        status, page, _to = browser.ask(path)
        self.took[name].append(time.perf_counter() - begun)
        if status != 200:
            self.errors.append(f"{path}: {status}")
        return Form(page).holding(field)

    def save(self, browser: Browser, path: str, form: dict[str, str], name: str) -> tuple[int, str]:
        begun = time.perf_counter()
        status, _page, to = browser.ask(path, form)
        self.took[name].append(time.perf_counter() - begun)
        return status, to


def prepare(rows: int) -> tuple[str, list[str], list[str]]:
    """A world with people who read and people who write, and incidents; the shared one, some to open, who is there."""
    import django  # reason: the data folder must be named first

    django.setup()
    from django.core.management import call_command  # reason: as above
    from django.db import connection, connections

    from benchmarks import list as lists
    from throughline.incidents.models import Incident
    from throughline.kernel.access.choices import Role
    from throughline.kernel.testing.worlds import make_incident, make_world
    from throughline.people.models import Membership, RoleGiven, User

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    world = make_world()
    model = make_incident(world, state="verified", occurred_on=date(2024, 7, 1))
    shared = make_incident(world, state="sent", occurred_on=date(2024, 7, 1), narrative="Marks: ")
    lists.fill(world, model, 1, rows)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    emails = []
    for number in range(BROWSING + WRITING):
        user = User.objects.create_user(f"crowd{number}@example.org", name=f"Person {number}", password=PASSWORD)
        RoleGiven.objects.create(user=user, programme=world.programme, role=Role.CONTRIBUTOR)
        Membership.objects.create(user=user, organisation=world.organisations["police-rs"])
        emails.append(user.email)
    mine = Incident.objects.visible_to(world.viewer("alice")).order_by("reference")
    references = list(mine.values_list("reference", flat=True)[: 400 * 7 : 7])
    connections.close_all()
    return shared.reference, references, emails


def served(port: int) -> subprocess.Popen[bytes]:
    """`throughline serve`, once it answers."""
    command = [sys.executable, "-m", "throughline.cli", "serve", "--port", str(port)]
    server = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONWARNINGS": "ignore"})
    until = time.monotonic() + 180
    while time.monotonic() < until and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.3)
        else:
            return server
    raise SystemExit("the server did not start")


def compare(crowd: Crowd) -> list[str]:
    """What is in the database beside what people were told was saved."""
    from throughline.incidents.models import Incident
    from throughline.kernel.history.queries import verify_chain

    found = defaultdict(list)
    for key, place in Incident.objects.filter(external_key__startswith="crowd-").values_list("external_key", "place"):
        found[key].append(place)
    wrong = [f"{key}: {found[key]}" for key, place in crowd.entered.items() if found[key] != [place]]
    narrative = Incident.objects.get(reference=crowd.shared).narrative
    wrong += [f"lost: {mark}" for mark in crowd.marks if narrative.count(mark) != 1]
    return wrong if verify_chain() is None else [*wrong, "the chain of history is broken"]


def everyone(crowd: Crowd, browsers: list[Browser], seconds: float) -> None:
    crowd.until = time.monotonic() + seconds
    people = [
        threading.Thread(target=crowd.browse if number < BROWSING else crowd.write, args=(one, number))
        for number, one in enumerate(browsers)
    ]
    for one in people:
        one.start()
    for one in people:
        one.join()


def report(alone: dict[str, list[float]], crowd: Crowd, seconds: float) -> bool:
    def high(times: list[float]) -> float:
        return sorted(times)[int(0.95 * len(times))] * 1000

    requests = sum(map(len, crowd.took.values()))
    print(f"\n{requests:,} requests in {seconds:.0f} s, {len(crowd.entered)} incidents entered and changed,")
    print(f"{len(crowd.marks)} marks in the shared one; {crowd.faster} times somebody else was faster.\n")
    print(f"| {'page':24} | alone, median | many, median | many, 95 of 100 | ratio | opened |")
    worst = 0.0
    for name, times in sorted(crowd.took.items(), key=lambda one: list(PAGES).index(one[0]) if one[0] in PAGES else 99):
        one = median(alone[name]) * 1000
        ratio = high(times) / one
        worst = max(worst, ratio)
        print(
            f"| {name:24} | {one:10.0f} ms | {median(times) * 1000:9.0f} ms | {high(times):12.0f} ms | {ratio:5.1f} | {len(times):6} |"
        )
    return worst < GOAL


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--rows", type=int, default=20_000)
    options.add_argument("--minutes", type=float, default=1.0)
    options.add_argument("--pause", type=float, default=12.0, help="seconds a person looks at a page, on average")
    given = options.parse_args()
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "throughline.config.settings")
    folder = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ["THROUGHLINE_DATA"] = folder
    os.environ.pop("DATABASE_URL", None)
    shared, references, emails = prepare(given.rows)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    server = served(port)
    try:
        browsers = [Browser(port, number) for number in range(len(emails))]
        for browser, email in zip(browsers, emails, strict=True):
            browser.sign_in(email)
        crowd = Crowd(port, shared, references, given.pause)
        draw = random.Random(0)
        warming: dict[str, list[float]] = defaultdict(list)
        for _turn in range(4):  # both serving processes compile what they keep
            for name in PAGES:
                crowd.open(browsers[0], name, warming, draw)
        single = Crowd(port, shared, references, 0)
        for turn in range(ALONE):
            for name in PAGES:
                single.open(browsers[0], name, single.took, draw)
            single.enter(browsers[-1], f"alone-{turn}", draw)
        everyone(crowd, browsers, given.minutes * 60)
        wrong = [*single.errors, *crowd.errors, *compare(crowd)]
        good = report(single.took, crowd, given.minutes * 60)
        print(f"\nErrors and losses: {wrong or 'none'}")
        print(f"Every page under {GOAL:.0f} times: {'yes' if good else 'no'}")
    finally:
        server.terminate()
        server.wait(30)
    if wrong:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
