"""An encoding that somebody names and that does not read the file, of whatever kind it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from answers import refused

PEOPLE = "person,unit,entry\n" + "".join(f"p{n},München.,2020-01-01\n" for n in range(9))


@pytest.mark.usefixtures("empty_folder")
@pytest.mark.parametrize(
    "encoding",
    ["idna", "punycode", "undefined", "ascii", "hex", "rot13", "zip", "no-such", "utf-8\0"],
)
def test_what_an_encoding_does_not_read_is_refused_in_a_line(
    encoding: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("p.csv").write_bytes(PEOPLE.encode("utf-8"))
    arguments = ["new", "f.yaml", "--people", "p.csv", "--yes", f"--encoding={encoding}"]
    assert refused(arguments, capsys).endswith("; give --encoding")
