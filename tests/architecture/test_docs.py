"""What exists is written about: kernel parts, nouns, dependencies."""

import json
import re
import tomllib

from django.apps import apps

from tests.architecture.source import PACKAGE, ROOT
from throughline.kernel.resources import registry

PARTS = sorted(
    path.name
    for path in (PACKAGE / "kernel").iterdir()
    if (path / "__init__.py").exists() and any(path.glob("*.py")) and path.name != "__pycache__"
)


def test_every_kernel_part_has_its_page() -> None:
    missing = [part for part in PARTS if not (ROOT / "docs" / "kernel" / f"{part}.md").exists()]

    assert missing == []


def test_every_noun_has_its_page() -> None:
    nouns = [resource.noun for resource in registry.all() if resource.is_record]
    missing = [noun for noun in nouns if not (ROOT / "docs" / "nouns" / f"{noun}.md").exists()]

    assert missing == []


def test_every_app_says_what_it_is_for() -> None:
    silent = []
    for config in apps.get_app_configs():
        if config.name.startswith("throughline."):
            text = (config.module.__doc__ or "").strip()
            if not text:
                silent.append(config.name)

    assert silent == []


def test_every_dependency_has_its_reason() -> None:
    with (ROOT / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    names = {re.split(r"[\[<>=~!; ]", one, maxsplit=1)[0] for one in wanted}
    packages = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    names |= {*packages["dependencies"], *packages["devDependencies"]}
    rows = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8").splitlines()
    explained = {name.strip() for row in rows if row.startswith("| ") for name in row.split("|")[1].split(",")}

    assert names - explained == set()


def test_pages_link_only_to_what_exists() -> None:
    broken = []
    pages = [*(ROOT / "docs").rglob("*.md"), ROOT / "README.md", ROOT / "CHANGELOG.md"]
    for page in pages:
        for link in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            if "://" not in link and not link.startswith("mailto:") and not (page.parent / link).exists():
                broken.append(f"{page.relative_to(ROOT)}: {link}")

    assert broken == []
