"""The pins for pip and for uv are the same, exact, and complete."""

import re
import tomllib
from importlib.metadata import distribution, packages_distributions
from pathlib import Path

HOME = Path(__file__).parents[1]
PROJECT = tomllib.loads((HOME / "pyproject.toml").read_text(encoding="utf-8"))
LINES = [line for line in (HOME / ".constraints.txt").read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]


def _name(requirement: str) -> str:
    return re.split(r"[\s\[=<>!~;]", requirement, maxsplit=1)[0].lower().replace("_", "-")


def test_pip_and_uv_read_the_same_pins() -> None:
    assert PROJECT["tool"]["uv"]["constraint-dependencies"] == LINES


def test_every_pin_is_exact() -> None:
    assert [line for line in LINES if not re.match(r"[A-Za-z0-9_.-]+==[0-9][^=<>*\s]*( ;.*)?$", line)] == []


def test_every_dependency_and_all_that_it_needs_is_pinned() -> None:
    pinned = {_name(line) for line in LINES}
    waiting = [*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["dev"]]
    seen: set[str] = set()
    while waiting:
        name = _name(waiting.pop())
        if name not in seen:
            seen.add(name)
            waiting += [needed for needed in distribution(name).requires or [] if "extra ==" not in needed and ";" not in needed]
    assert seen - pinned == set()


def test_the_installed_versions_are_the_pinned_ones() -> None:
    versions = dict(line.partition(" ;")[0].split("==") for line in LINES)
    installed = {name.lower().replace("_", "-") for names in packages_distributions().values() for name in names}
    wrong = {
        name: distribution(name).version
        for name, version in versions.items()
        if name.lower() in installed and distribution(name).version != version
    }
    assert wrong == {}


def test_no_lock_file_is_kept() -> None:
    assert "uv.lock" in (HOME / ".gitignore").read_text(encoding="utf-8").split()


def test_the_program_with_libraries_of_its_own_pins_them_too() -> None:
    """It shares every library with the bot whose version does not have to be another."""
    head = (HOME / "tests/benchmarks/rival.py").read_text(encoding="utf-8").partition('# ///\n"""')[0]
    pins = re.findall(r'^#   "(.*)",$', head, re.MULTILINE)
    assert [pin for pin in pins if not re.match(r"[A-Za-z0-9_.-]+==[0-9][^=<>*\s]*$", pin)] == []
    ours = {_name(line): line.partition(" ;")[0] for line in LINES}
    assert {_name(pin) for pin in pins if ours.get(_name(pin), pin) != pin} == {"pydantic", "pydantic-core"}
