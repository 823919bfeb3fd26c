// The story of a person or of a need, up to the week that is shown, as a list of short lines.
(function (seci) {
  "use strict";

  const SAYS = {
    felt: "first felt, on a visit",
    said: "first said in a workshop",
    planned: "first planned",
    practised: "first practised in a pilot",
    routine: "made routine",
  };
  // The bit of each deed, the deed, and who teaches by it.
  const DEEDS = [
    [1, "a visit to a patient", "patients"], [2, "colleagues", "colleagues"], [4, "a workshop", "workshops"],
    [8, "reading and planning", "documents"], [16, "training, pilots, routines", "practice"],
  ];
  const MOST_NAMED = 3;

  function peopleOf(run, labels, others) {
    const named = labels.map((label) => run.labels[label]);
    if (others) named.push(`${others} more`);
    return named.length ? ` by ${named.join(", ")}` : "";
  }

  const inWords = (list) => (list.length < 2 ? list.join("") : `${list.slice(0, -1).join(", ")} and ${list[list.length - 1]}`);

  const opposite = (text) => ({ "+": "−", "−": "+" })[text];
  const answerOf = (run, need, market, week) => {
    const [, , , , response] = run.stories.find(([which, place, stage, when]) => which === need && place === market && stage === 4 && when <= week) || [];
    return response > 0 ? "+" : response < 0 ? "−" : "";
  };

  // Since when a routine is wrong, and whether it was right before: then patients' need has turned round, or the routine.
  function whyWrong(run, need, market, frame) {
    let first = frame;
    while (first > 0 && seci.routineOf(run, market, need, first - 1) === 2) first--;
    const before = first > 0 && seci.routineOf(run, market, need, first - 1) === 1;
    const name = run.markets[market];
    const replaced = run.projects.some(([place, , , , routine]) => place === market && routine > run.weeks[first - 1] && routine <= run.weeks[first]);
    if (before) return `${name} had it right until week ${run.weeks[first]}; then ${replaced ? "another plan took its place" : "its patients came to need the opposite"}.`;
    const answer = answerOf(run, need, market, run.weeks[frame]);
    const right = run.markets.filter((_, other) => seci.routineOf(run, other, need, frame) === 1 && answerOf(run, need, other, run.weeks[frame]) === answer);
    const elsewhere = right.length ? `; the same answer is right in ${inWords(right)}` : "";
    return `${name} has had it wrong from the start, in week ${run.weeks[first]}${answer ? `: it answers ${answer}, its patients need ${opposite(answer)}${elsewhere}` : ""}.`;
  }

  // What has become of a need in each market: lines, and how it stands there now.
  seci.needStory = function (run, need, frame) {
    const week = run.weeks[frame];
    const lines = [];
    for (const [which, market, stage, when, response, labels, others] of run.stories) {
      if (which !== need || when > week) continue;
      const answer = response > 0 ? " (answer +)" : response < 0 ? " (answer −)" : "";
      lines.push({ when, text: `${run.markets[market]}: ${SAYS[run.stages[stage]]}${answer}${peopleOf(run, labels, others)}` });
    }
    const read = new Set();
    for (const { week: when, from, to, market, entries } of run.leaks) {
      const [, answer] = entries.find(([which]) => which === need) || [];
      if (!answer || when > week || read.has(`${from} ${to} ${market}`)) continue;
      read.add(`${from} ${to} ${market}`);
      lines.push({ when, text: `${run.markets[market]}: ${to ?? "this firm"} gets ${whose(from)} lesson (answer ${answer > 0 ? "+" : "−"})` });
    }
    lines.sort((one, other) => one.when - other.when);
    const [none, right, wrong] = [0, 1, 2].map((state) => run.markets.filter((_, market) => seci.routineOf(run, market, need, frame) === state));
    const state = [
      right.length ? `Right for patients in ${inWords(right)}.` : "",
      wrong.length ? `Wrong in ${inWords(wrong)}: the routine does the opposite of what patients there need, and does harm.` : "",
      ...wrong.map((market) => whyWrong(run, need, run.markets.indexOf(market), frame)),
      none.length ? `No routine in ${inWords(none)}.` : "",
    ].filter(Boolean).join(" ");
    return { title: `Need ${need + 1} (${run.classes[need]})`, state, lines, empty: "Nobody has felt or said it yet." };
  };

  // What happened in the week that is shown; of workshops, also which was the last.
  seci.weekStory = function (run, frame) {
    const week = run.weeks[frame];
    const from = frame ? run.weeks[frame - 1] + 1 : 1;
    const within = (when) => from <= when && when <= week;
    const did = run.did.subarray(frame * run.dots, (frame + 1) * run.dots);
    const count = (bit) => `${run.each > 1 ? "about " : ""}${did.filter((deeds) => deeds & bit).length * run.each}`;
    const workshop = ([market, said, , , , group, , needs, unseen]) =>
      `a workshop of ${run.markets[market]}: ${peopleIn(run, group, unseen, said)} ${needs.length ? `put into words what they feel of need${needs.length > 1 ? "s" : ""} ${inWords(needs.map((need) => String(need + 1)))}` : "found no words"}`;
    const held = run.projects.filter(([, said]) => said <= week);
    const lines = held.filter(([, said]) => within(said)).map((project) => ({ when: project[1], text: workshop(project) }));
    const last = held.filter(([, said]) => said < from).sort((one, other) => other[1] - one[1])[0];
    if (!lines.length && last) lines.push({ when: last[1], text: `the last workshop until now, ${workshop(last).slice(2)}` });
    for (const [market, , planned, practised, routine, , pilot, needs, , unseen] of run.projects) {
      const what = `${needs.length} need${needs.length === 1 ? "" : "s"}`;
      if (within(planned)) lines.push({ when: planned, text: `the library gives a plan of ${run.markets[market]}, from words on ${what}` });
      if (within(practised)) lines.push({ when: practised, text: `a pilot of ${run.markets[market]} begins to practise: ${peopleIn(run, pilot, unseen, practised)}` });
      if (within(routine)) lines.push({ when: routine, text: `a plan of ${run.markets[market]} becomes routine` });
    }
    for (const { week: when, from, to, market, entries } of run.leaks) {
      if (within(when)) lines.push({ when, text: `what ${from ?? "this firm"} wrote down for ${run.markets[market]} reaches ${to ?? "this firm"}: ${entries.length} answer${entries.length === 1 ? "" : "s"}` });
    }
    lines.push(...ofTrial(run).filter(({ when }) => within(when)));
    const state = `${leaked(run, week)}With patients: ${count(1)} people; with colleagues: ${count(2)}; reading and planning: ${count(8)}; in training, pilots or routines: ${count(16)}.`;
    return { title: `Week ${week}`, state, lines, empty: "No workshop has been held yet." };
  };

  const whose = (firm) => (firm === null ? "this firm’s" : `${firm}’s`);

  // How many lessons of one firm each of the others has by a week.
  function leaked(run, week) {
    const count = (from, to) => run.leaks.filter((one) => one.week <= week && one.from === from && one.to === to).length;
    return run.rivals.map((name) => `${name} has got ${count(null, name)} of this firm’s lessons, this firm ${count(name, null)} of ${whose(name)}. `).join("");
  }

  // When a trial begins and ends.
  function ofTrial({ trial }) {
    if (!trial) return [];
    const many = (arm) => trial.people.filter(({ treated }) => treated === arm).length;
    return [
      { when: trial.first, text: `“${trial.name}” begins: luck gives ${many(true)} people its policy; ${many(false)} are its control arm` },
      { when: trial.last, text: `“${trial.name}” ends` },
    ];
  }

  // The arm that luck gave somebody, and with whom.
  function inTrial({ trial, sitters, unitOf, units }, person, week) {
    const found = trial && trial.first <= week ? trial.people.find((one) => one.person + 1 === person) : undefined;
    if (!found) return "";
    const partner = sitters.findIndex((list) => list.some((one) => one.person === found.partner + 1));
    const paired = found.partner === null ? "" : `, with ${partner < 0 ? "a colleague who is not shown" : `${units[unitOf[partner]].name} ${found.partner + 1}`}`;
    return ` In the ${found.treated ? "treated" : "control"} arm of “${trial.name}”, weeks ${trial.first} to ${trial.last}${paired}.`;
  }

  // People by name, the first of those who are dots, and how many more there are.
  function peopleIn(run, dots, unseen, week) {
    const named = dots.slice(0, MOST_NAMED).map((dot) => seci.labelOf(run, dot, week));
    const more = dots.length - named.length + unseen;
    if (named.length) return inWords([...named, ...(more ? [`${more} more`] : [])]);
    return more ? `${more === 1 ? "1 person" : `${more} people`} not shown here` : "nobody else";
  }

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
    const others = (dots, unseen, when) => peopleIn(run, dots.filter((other) => other !== dot), unseen, when);
    for (const [market, said, , practised, routine, group, pilot, needs, unseenGroup, unseenPilot] of run.projects) {
      const where = run.markets[market];
      const count = `${needs.length} need${needs.length === 1 ? "" : "s"}`;
      if (group.includes(dot) && said >= from && said <= week) {
        lines.push({ when: said, text: `in a workshop of ${where} that put ${count} into words, with ${others(group, unseenGroup, said)}` });
      }
      if (pilot.includes(dot) && practised >= from && practised <= week) {
        lines.push({ when: practised, text: `in the pilot of a plan of ${where}, with ${others(pilot, unseenPilot, practised)}` });
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

  // Every week after which they were sure of more, rightly or wrongly, and what they had done in it.
  function taught(run, dot, from, frame, scale) {
    const lines = [];
    const count = {};
    for (let at = Math.max(0, run.weeks.findIndex((week) => week > from)); at <= frame; at++) {
      const done = DEEDS.filter(([bit]) => run.did[at * run.dots + dot] & bit);
      for (const [bit] of done) count[bit] = (count[bit] || 0) + 1;
      if (!at) continue;
      const [right, wrong] = [run.knows, run.mistakes].map((levels) => Math.round((levels[at * run.dots + dot] - levels[(at - 1) * run.dots + dot]) * scale));
      const more = [right > 0 ? `${right} more rightly` : "", wrong > 0 ? `${wrong} more wrongly` : ""].filter(Boolean);
      if (more.length && done.length) lines.push({ when: run.weeks[at], text: `after ${inWords(done.map(([, deed]) => deed))}: sure of ${inWords(more)}` });
    }
    const all = DEEDS.filter(([bit]) => count[bit]).map(([bit, , who]) => `${who} in ${count[bit]} week${count[bit] > 1 ? "s" : ""}`);
    return { lines, summary: all.length ? ` Taught by ${inWords(all)}.` : "" };
  }

  seci.personStory = function (run, dot, frame) {
    const week = run.weeks[frame];
    const label = seci.labelOf(run, dot, week);
    const { from, person } = run.sitters[dot].filter(({ from }) => from <= week).pop();
    const at = frame * run.dots + dot;
    const scale = run.classes.length / run.levels;
    const [right, wrong, paper] = [run.knows, run.mistakes, run.holds].map((levels) => Math.round(levels[at] * scale));
    const { lines: learnt, summary } = taught(run, dot, from, frame, scale);
    const lines = [...joined(run, dot, week), ...firstFelt(run, label, week), ...projectLines(run, dot, from, week), ...learnt];
    lines.sort((one, other) => one.when - other.when);
    return {
      title: label,
      state: `In week ${week}: sure of ${right} of ${run.classes.length} needs rightly and of ${wrong} wrongly (tacit); has an answer on paper to ${paper} (explicit).${inTrial(run, person, week)}${summary}`,
      lines,
      empty: "Nothing to tell yet.",
    };
  };
})(window.SeciPlayer);
