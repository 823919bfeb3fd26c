"""An experiment as programs use it: read from a file, run, and looked up again."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

from seci_sim.lab.design import Design
from seci_sim.lab.experiment_files import read_experiment
from seci_sim.lab.factors import factors_of
from seci_sim.lab.own_model import own_parameters, with_own
from seci_sim.lab.worlds import NOTHING_DOUBTED, SAID_ITSELF, in_worlds

if TYPE_CHECKING:
    from seci_sim.lab.findings import Findings
    from seci_sim.lab.progress import Progress
    from seci_sim.lab.worlds import Asked
    from seci_sim.model import SECIModel


KEPT = ("name", "question", "scenarios", "outcomes", "weekly", "yearly", "yearly_by_market")
"""What an experiment has in common with the one of its points."""


class Options(TypedDict, total=False):
    """How an experiment is run; see `Experiment.run`."""

    workers: int | None
    resume: bool
    timeout: float | None
    max_failures: int | None
    shard: tuple[int, int] | None
    on_progress: Callable[[Progress], None] | None
    model: type[SECIModel] | None
    also: Mapping[str, Callable[[SECIModel], float]]


class Experiment(Design):
    """A question, what varies, how often each cell is run, and what is looked at.

    Examples
    --------
    >>> experiment = Experiment.load("patient_time")
    >>> experiment.vary[0].name, len(experiment.vary[0].levels)
    ('policy.patient_time', 8)
    """

    @staticmethod
    def load(name_or_path: str | Path, *, model: type[SECIModel] | None = None) -> Experiment:
        """Read an experiment and the scenarios that it starts from, and check all of it.

        Parameters
        ----------
        name_or_path : str or Path
            Name of a shipped experiment, such as ``patient_time``, or path of a file.
        model : type, optional
            The model that is to be run: keywords of its own may be varied, as ``own.NAME``.

        Raises
        ------
        InputProblem
            The files hold mistakes.
        FileProblem
            A file cannot be read.
        """
        own = own_parameters(model) if model else {}
        return read_experiment(name_or_path, Experiment, own=own)

    @staticmethod
    def found(folder: str | Path) -> Findings:
        """Return what the folder of an experiment holds so far, without running anything.

        Raises
        ------
        StoreProblem
            It is not the folder of an experiment, or two of its parts contradict each other.
        AnotherExperiment
            Its results belong to another design than the one that this version reads there.
        """
        from seci_sim.lab.findings import findings

        return findings(Path(folder), Experiment)

    def with_points(
        self,
        points: Sequence[Mapping[str, bool | int | float]],
        *,
        replications: int | None = None,
        seed: int | None = None,
        model: type[SECIModel] | None = None,
    ) -> Experiment:
        """Return an experiment whose cells are exactly these, for each scenario.

        Outcomes stay, and what is kept of each week and year; so does ``luck``, where a point gives
        something uncertain. Policies, analyses and ``until`` belong to the cells that were, and go.

        Parameters
        ----------
        points : sequence of mappings
            Values of parameters by full name, such as ``policy.patient_time``; every point gives
            the same ones.
        replications, seed : int, optional
            Others than those of this experiment, such as a fresh seed.
        model : type, optional
            As for `load`.

        Raises
        ------
        ValueError
            There is no point, or points give different parameters or values out of range.

        Examples
        --------
        >>> experiment = Experiment.load("patient_time")
        >>> experiment.with_points([{"policy.patient_time": 0.015}], replications=5).size
        1
        """
        own = own_parameters(model) if model else {}
        factors = factors_of(points, {factor.name for factor in self.uncertain}, own)
        kept = {name: getattr(self, name) for name in KEPT}
        if any(not factor.decided for factor in factors):
            kept["luck"] = self.luck
        return Experiment(
            **kept,
            vary=tuple(factor for factor in factors if factor.decided),
            uncertain=tuple(factor for factor in factors if not factor.decided),
            points=tuple(dict(point) for point in points),
            replications=self.replications if replications is None else replications,
            seed=self.seed if seed is None else seed,
        )

    def with_worlds(self, worlds: Asked) -> Experiment:
        """Return the same experiment in many worlds: every parameter that is doubted is uncertain.

        Parameters
        ----------
        worlds : int, Plausible or WorldTable
            How many worlds, or which; see `seci_sim.lab.worlds.in_worlds`.

        Raises
        ------
        ValueError
            The experiment says itself what is uncertain, or nothing is doubted.

        Examples
        --------
        >>> experiment = Experiment.load("patient_time").with_worlds(16)
        >>> experiment.size, experiment.luck
        (128, 'of each world')
        """
        if self.uncertain or self.sample:
            raise ValueError(SAID_ITSELF)
        chosen = {factor.name for factor in self.vary}
        chosen |= {f"policy.{name}" for choice in self.policies for name in choice.policy}
        parts = in_worlds(self.scenarios, worlds, chosen)
        if not parts:
            raise ValueError(NOTHING_DOUBTED)
        fields = {name: getattr(self, name) for name in self.model_fields_set}
        return self.model_validate(fields | parts)

    def run(
        self,
        executor: Executor | None = None,
        *,
        store: str | Path | None = None,
        **options: Unpack[Options],
    ) -> Findings:
        """Run every cell with every seed.

        Parameters
        ----------
        executor : Executor, optional
            Any executor of `concurrent.futures`: threads, processes, Dask's. By default threads of
            this process where our own rules do short runs; else processes, of which any may be
            killed, as for your own model, or where there is a timeout.
        store : str or Path, optional
            Folder that keeps what is finished, and in the end all that the command writes: tables,
            manifest, reports and analyses (a warning says which could not be made). Without one, a
            temporary folder.
        workers : int, optional
            Threads or processes; by default one for each processor.
        resume : bool
            Whether to go on with what the folder holds; a folder that is not there is begun.
        timeout : float, optional
            Seconds that one run may take; by default, in processes, a hundred times as many as the
            runs that are timed first, and at least 300.
        max_failures : int, optional
            Runs that may fail before the experiment is stopped; by default all of them.
        shard : (int, int), optional
            ``(i, n)``: run the i-th of n parts, counted from 1, of an experiment whose parts share
            one folder.
        on_progress : callable, optional
            Called after each finished chunk.
        model : type, optional
            A subclass of `SECIModel` to run instead.
        also : mapping, optional
            Outcomes of your own, by name: functions of the model at the end of its run. Their text
            is part of the design, so that results of another text are not gone on with.

        Returns
        -------
        Findings
            The same tables, to the bit, for any executor, number of workers and interruption.

        Raises
        ------
        StoreProblem
            The folder holds another experiment, another version's, or cannot be written.
        ValueError
            The options do not go together.
        """
        from seci_sim.lab.conduct import Conditions, conduct

        # What is written of results stands above the laboratory; the contracts name this one way back.
        from seci_sim.report.saving import analysed, save

        conditions = Conditions(executor, **options)
        design = with_own(self, conditions.model, conditions.also)
        folder = None if store is None else Path(store)
        found = conduct(design, folder, conditions)
        if folder is not None and (conditions.shard is None or found.whole):
            save(found, folder, command="")
            for analysis in analysed(found, folder, conditions):
                if analysis.page is None:
                    warnings.warn(analysis.said, stacklevel=2)
        return found
