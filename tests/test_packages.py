"""The versions that are allowed, those that are tested with, and those that are told to users are the same."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version
from ruamel.yaml import YAML

CHECKOUT = Path(__file__).parents[1]
PROJECT = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))["project"]
OF_USERS = ("app", "excel", "slides", "images", "parquet", "analysis", "cluster", "browser", "test")
PYTHONS = ("3.11", "3.12", "3.13")
INSTALLED = (*OF_USERS, "mesa-page", "dev", "docs", "wasm")
"""The extras whose packages `.ci/run` installs, if not all of the one for Mesa's page."""

INSTALLED_BY_NOBODY_IN_CI = {"ipyvuetify", "ipyvue"}


def asked_for(*extras: str, python: str) -> dict[str, Requirement]:
    """What the project itself and some of its extras need on a Python, by name."""
    lines = list(PROJECT["dependencies"])
    for extra in extras:
        lines += PROJECT["optional-dependencies"][extra]
    found = [Requirement(line) for line in lines]
    return {
        canonicalize_name(one.name): one
        for one in found
        if one.name != PROJECT["name"]
        and (one.marker is None or one.marker.evaluate({"python_version": python, "extra": ""}))
    }


def pinned(file: str, python: str) -> dict[str, Version]:
    """The releases that a file of constraints names for a Python."""
    lines = (CHECKOUT / ".ci" / file).read_text("utf-8").splitlines()
    found = [Requirement(line) for line in lines if line and not line.startswith("#")]
    return {
        canonicalize_name(one.name): Version(next(iter(one.specifier)).version)
        for one in found
        if one.marker is None or one.marker.evaluate({"python_version": python})
    }


def lower_bound(one: Requirement) -> Version:
    (bound,) = [part.version for part in one.specifier if part.operator == ">="]
    return Version(bound)


def test_the_lowest_releases_are_those_that_the_project_allows() -> None:
    tested = pinned("lowest.txt", PYTHONS[0])
    allowed = asked_for(*OF_USERS, python=PYTHONS[0])
    assert len(allowed) > 30
    assert {name: tested.get(name) for name in allowed} == {
        name: lower_bound(one) for name, one in allowed.items()
    }


@pytest.mark.parametrize("python", PYTHONS)
def test_every_release_that_is_tested_is_allowed(python: str) -> None:
    newest, lowest = pinned("constraints.txt", python), pinned("lowest.txt", python)
    allowed = asked_for(*INSTALLED, python=python)
    for name in sorted(set(allowed) - INSTALLED_BY_NOBODY_IN_CI):
        if python == PYTHONS[0] and name == "networkx":
            continue  # Mesa 3.3 needs none
        assert newest[name] in allowed[name].specifier, name
        assert lowest.get(name, newest[name]) <= newest[name], name


def test_every_dependency_has_a_lower_bound_and_none_an_upper_one() -> None:
    for python in PYTHONS:
        for name, one in asked_for(*INSTALLED, python=python).items():
            if name not in INSTALLED_BY_NOBODY_IN_CI:
                assert [part.operator for part in one.specifier] == [">="], name


def test_whoever_cites_it_is_told_the_same_everywhere() -> None:
    citation = YAML(typ="safe").load((CHECKOUT / "CITATION.cff").read_text("utf-8"))
    codemeta = json.loads((CHECKOUT / "codemeta.json").read_text("utf-8"))
    _, head, _ = (CHECKOUT / "paper" / "paper.md").read_text("utf-8").split("---\n", 2)
    paper = YAML(typ="safe").load(head)
    keywords = PROJECT["keywords"]
    authors = [one["name"] for one in PROJECT["authors"]]
    assert canonicalize_name(codemeta["name"]) == PROJECT["name"]
    assert citation["title"] == paper["title"]
    assert citation["title"].startswith(f"{codemeta['name']}: ")
    assert citation["version"] == codemeta["version"] == PROJECT["version"]
    newest = (CHECKOUT / "CHANGELOG.md").read_text("utf-8").split("\n## ")[1].splitlines()[0]
    assert newest == f"{PROJECT['version']} - {citation['date-released']}"
    assert citation["license"] == codemeta["license"].rpartition("/")[2] == PROJECT["license"]
    assert citation["keywords"] == codemeta["keywords"] == keywords
    assert set(paper["tags"]) == {"Python", *keywords}
    assert codemeta["description"] == PROJECT["description"]
    for named in (citation, codemeta, paper):
        assert [one["name"] for one in named.get("authors") or named["author"]] == authors


def test_the_paper_cites_what_its_list_holds_and_nothing_else() -> None:
    cited = set(re.findall(r"@([a-z]+\d{4})", (CHECKOUT / "paper" / "paper.md").read_text("utf-8")))
    listed = re.findall(
        r"^@\w+\{(\w+),", (CHECKOUT / "paper" / "paper.bib").read_text("utf-8"), re.M
    )
    assert sorted(cited) == sorted(listed)


def test_the_versions_of_python_are_the_same_everywhere() -> None:
    nightly = (CHECKOUT / ".ci/nightly").read_text("utf-8")
    (tried,) = re.findall(r"^ *for version in ([\d. ]+); do$", nightly, re.MULTILINE)
    page = (CHECKOUT / "docs/support.md").read_text("utf-8")
    classified = [line.split(" :: ")[-1] for line in PROJECT["classifiers"]]
    assert tuple(tried.split()) == PYTHONS
    assert tuple(name for name in classified if re.fullmatch(r"3\.\d+", name)) == PYTHONS
    assert PROJECT["requires-python"] == f">={PYTHONS[0]}"
    assert tuple(re.findall(r"^\| (3\.\d+) \|", page, re.MULTILINE)) == PYTHONS


@pytest.mark.parametrize("python", PYTHONS)
def test_the_page_says_which_releases_are_tested(python: str) -> None:
    page = (CHECKOUT / "docs/support.md").read_text("utf-8")
    (row,) = re.findall(rf"^\| {re.escape(python)} \| (.*) \|$", page, re.MULTILINE)
    newest = pinned("constraints.txt", python)
    named = ("mesa", "numpy", "numba", "pandas", "scipy", "plotly")
    assert row.split(" | ") == [str(newest[name]) for name in named]


def test_the_page_says_the_lowest_release_of_everything_that_users_install() -> None:
    page = (CHECKOUT / "docs/support.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `([\w.-]+)` \| (\S+) \|", page, re.MULTILINE))
    extras = [extra for extra in OF_USERS if extra not in ("browser", "test")]
    bounds = asked_for(*extras, python=PYTHONS[0])
    assert {canonicalize_name(name): Version(bound) for name, bound in rows.items()} == {
        name: lower_bound(one) for name, one in bounds.items()
    }
