"""The command of the benchmarks says what it can do, and refuses what it cannot."""

from __future__ import annotations

import pytest

from tests.benchmarks import __main__ as benchmarks


def test_the_help_names_every_part(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        benchmarks.main(["--help"])
    assert ended.value.code == 0
    told = capsys.readouterr().out
    assert [name for name in (*benchmarks.PARTS, *benchmarks.BY_NAME) if f"\n  {name} " not in told] == []


def test_a_part_that_there_is_not_is_refused_without_a_trace(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        benchmarks.main(["nonsense"])
    assert ended.value.code == 2
    assert "there is no part 'nonsense'" in capsys.readouterr().err


@pytest.mark.parametrize(("given", "run"), [([], benchmarks.PARTS), (["flood", "chaos"], ("flood", "chaos"))])
def test_the_parts_named_are_run_all_of_them_after_a_miss_too(
    monkeypatch: pytest.MonkeyPatch, given: list[str], run: tuple[str, ...]
) -> None:
    done: list[str] = []

    class Part:
        def __init__(self, name: str) -> None:
            self.name = name.rpartition(".")[2]

        def run(self) -> bool:
            done.append(self.name)
            return self.name != "flood"

    monkeypatch.setattr(benchmarks, "import_module", Part)
    assert benchmarks.main(given) == 1
    assert tuple(done) == run
