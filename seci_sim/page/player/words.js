// The story of a person or of a need, up to the week that is shown, as a list of short lines.
(function (seci) {
  "use strict";

  const SAYS = {
    felt: "first felt",
    said: "first said in a workshop",
    planned: "first planned",
    practised: "first practised in a pilot",
    routine: "made routine",
  };

  function peopleOf(run, labels, others) {
    const named = labels.map((label) => run.labels[label]);
    if (others) named.push(`${others} more`);
    return named.length ? ` by ${named.join(", ")}` : "";
  }

  // What has become of a need in each market: lines, and the dots of those who took part.
  seci.needStory = function (run, need, week) {
    const lines = [];
    for (const [which, market, stage, when, response, labels, others] of run.stories) {
      if (which !== need || when > week) continue;
      const answer = response > 0 ? " (answer +)" : response < 0 ? " (answer −)" : "";
      lines.push({ when, text: `${run.markets[market]}: ${SAYS[run.stages[stage]]}${answer}${peopleOf(run, labels, others)}` });
    }
    lines.sort((one, other) => one.when - other.when);
    return { title: `Need ${need + 1} (${run.classes[need]})`, lines, empty: "Nobody has felt or said it yet." };
  };

  seci.dotsOfNeed = function (run, need, week) {
    const found = new Set();
    for (const [, said, , , , group, pilot, needs] of run.projects) {
      if (said <= week && needs.includes(need)) [...group, ...pilot].forEach((dot) => found.add(dot));
    }
    return found;
  };

  function joined(run, dot, week) {
    const sitters = run.sitters[dot].filter(({ from }) => from <= week);
    const { from } = sitters[sitters.length - 1];
    if (!from) return [];
    const unit = run.units[run.unitOf[dot]].name;
    const before = sitters[sitters.length - 2].person;
    return [{ when: from, text: `came in place of ${unit} ${before}, who left and took along what was not written down` }];
  }

  function projectLines(run, dot, from, week) {
    const lines = [];
    for (const [market, said, , practised, routine, group, pilot, needs] of run.projects) {
      const where = run.markets[market];
      const count = `${needs.length} need${needs.length === 1 ? "" : "s"}`;
      if (group.includes(dot) && said >= from && said <= week) {
        lines.push({ when: said, text: `in a group of ${where} that put ${count} into words` });
      }
      if (pilot.includes(dot) && practised >= from && practised <= week) {
        lines.push({ when: practised, text: `in the pilot of a plan of ${where}` });
        if (routine >= 0 && routine <= week) lines.push({ when: routine, text: "the plan became routine" });
      }
    }
    return lines;
  }

  function firstFelt(run, label, week) {
    const lines = [];
    for (const [need, market, stage, when, , labels] of run.stories) {
      if (stage === 0 && when <= week && labels.some((known) => run.labels[known] === label)) {
        lines.push({ when, text: `first in ${run.markets[market]} to be sure of need ${need + 1}, with a patient` });
      }
    }
    return lines;
  }

  seci.personStory = function (run, dot, frame) {
    const week = run.weeks[frame];
    const label = seci.labelOf(run, dot, week);
    const from = run.sitters[dot].filter(({ from }) => from <= week).pop().from;
    const at = frame * run.dots + dot;
    const scale = run.classes.length / run.levels;
    const [right, wrong, paper] = [run.knows, run.mistakes, run.holds].map((levels) => Math.round(levels[at] * scale));
    const lines = [...joined(run, dot, week), ...firstFelt(run, label, week), ...projectLines(run, dot, from, week)];
    lines.sort((one, other) => one.when - other.when);
    return {
      title: label,
      state: `In week ${week}: sure of ${right} of ${run.classes.length} needs rightly and of ${wrong} wrongly (tacit); has an answer on paper to ${paper} (explicit).`,
      lines,
      empty: "Nothing to tell yet.",
    };
  };
})(window.SeciPlayer);
