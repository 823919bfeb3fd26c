"""What is built for browsers is written whole, and said to be stale where it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from seci_sim.browser import build


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> tuple[Path, Path]:
    """The files of the package, elsewhere, built from something that is quickly made."""
    module, catalogue = tmp_path / "seci.wasm", tmp_path / "catalogue.json"
    monkeypatch.setattr(build, "MODULE", module)
    monkeypatch.setattr(build, "CATALOGUE", catalogue)
    monkeypatch.setattr(build, "module", lambda: b"compiled")
    monkeypatch.setattr(build, "catalogue_text", lambda: "{}")
    monkeypatch.setattr("importlib.util.find_spec", lambda _: True)
    return module, catalogue


def test_what_is_built_is_fresh_and_what_is_changed_is_stale(files: tuple[Path, Path]) -> None:
    assert build.main([]) is None
    assert files[0].read_bytes() == b"compiled"
    assert build.main(["--check"]) is None
    for file in files:
        whole = file.read_bytes()
        file.write_bytes(whole + b" ")
        assert build.main(["--check"]) == f"{file.name} is stale; run: {build.COMMAND}"
        assert file.read_bytes() == whole + b" "
        file.unlink()
        assert build.main(["--check"]) == f"{file.name} is stale; run: {build.COMMAND}"
        file.write_bytes(whole)


def test_a_check_writes_nothing_and_other_words_are_refused(files: tuple[Path, Path]) -> None:
    assert build.main(["--chek"]) == "--chek: only --check may be said"
    assert not files[0].exists()


def test_without_a_linker_it_says_which_package_has_one(
    files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    assert build.main([]) == "ziglang is missing; pip install 'seci-sim[wasm]'"
    assert not files[0].exists()
