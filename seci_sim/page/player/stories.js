// Needs as small buttons that show how far each has got, and the story of whom or what was chosen.
(function (seci) {
  "use strict";

  const MARKS = ["·", "f", "s", "p", "t", "✓", "✗", "±"];
  const ENDS = ["routine, right", "routine, wrong", "right in some markets, wrong in others"];

  class Stories {
    constructor(player, most) {
      this.player = player;
      const needs = player.runs[0].classes.slice(0, most);
      this.buttons = needs.map((kind, need) => {
        const button = seci.make("button", { type: "button", class: "seci-need", tabindex: need ? -1 : 0 }, [MARKS[0]]);
        button.addEventListener("click", () => {
          this.stopAt(button);
          player.chooseNeed(player.followed, need);
        });
        return button;
      });
      this.board = seci.make("div", { class: "seci-needs", role: "group", "aria-label": "Needs" }, this.buttons);
      this.board.addEventListener("keydown", (event) => this.walk(event));
      this.story = seci.make("div", { class: "seci-story", "aria-live": "polite" });
      this.element = seci.make("div", { class: "seci-stories" }, [
        seci.make("div", {}, [
          seci.make("div", { class: "seci-heading" }, ["Needs: how far each has got"]),
          this.board,
          seci.make("div", { class: "seci-small" }, MARKS.map((mark, stage) => {
            const name = stage > 4 ? ENDS[stage - 5] : stage ? player.runs[0].stages[stage - 1] : "nobody knows it";
            return seci.make("span", { class: `seci-key seci-stage-${stage - 1}` }, [`${mark} ${name}`]);
          })),
        ]),
        this.story,
      ]);
      this.back = seci.button("Back to the week", {}, () => player.chooseNothing());
      this.shown = "";
    }

    // Tab stops at one of the needs: the last that was chosen or walked to.
    stopAt(chosen) {
      for (const button of this.buttons) button.tabIndex = button === chosen ? 0 : -1;
    }

    walk(event) {
      const at = this.buttons.indexOf(document.activeElement);
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (at < 0 || !step) return;
      event.preventDefault();
      const next = this.buttons[(at + step + this.buttons.length) % this.buttons.length];
      this.stopAt(next);
      next.focus();
    }

    draw() {
      const { player } = this;
      const run = player.runs[player.followed];
      const frame = Math.min(Math.round(player.frame), run.frames - 1);
      const now = `${player.followed} ${frame} ${player.playing} ${JSON.stringify(player.chosen)}`;
      if (now === this.shown) return;
      this.shown = now;
      const chosen = player.chosen || {};
      const stages = seci.stagesOf(run, frame);
      this.buttons.forEach((button, need) => {
        const stage = stages[need];
        const name = `Need ${need + 1}, ${run.classes[need]}: ${stage < 0 ? "nobody knows it yet" : stage > 3 ? ENDS[stage - 4] : run.stages[stage]}`;
        if (button.title === name && button.dataset.chosen === String(chosen.need === need)) return;
        button.dataset.chosen = String(chosen.need === need);
        button.className = `seci-need seci-stage-${stage}`;
        button.setAttribute("aria-pressed", chosen.need === need);
        button.setAttribute("aria-label", name);
        button.title = name;
        seci.say(button, MARKS[stage + 1]);
      });
      this.tell(run, frame, chosen);
    }

    tell(run, frame, chosen) {
      if (chosen.dot !== undefined) this.show(run, seci.personStory(run, chosen.dot, frame), this.back);
      else if (chosen.need !== undefined) this.show(run, seci.needStory(run, chosen.need, frame), this.back);
      else if (this.player.playing) this.story.replaceChildren(seci.make("p", { class: "seci-small" }, ["Pause to read what happened in a week."]));
      else this.show(run, seci.weekStory(run, frame), seci.make("p", { class: "seci-small" }, ["Choose a person or a need to follow its story."]));
    }

    show(run, told, last) {
      const lines = told.lines.map(({ when, text }) => seci.make("li", {}, [seci.make("b", {}, [`week ${when} `]), text]));
      this.story.replaceChildren(
        seci.make("div", { class: "seci-heading" }, [`${told.title} · ${run.name}`]),
        ...(told.state ? [seci.make("p", {}, [told.state])] : []),
        lines.length ? seci.make("ol", {}, lines) : seci.make("p", {}, [told.empty]),
        last,
      );
    }
  }

  seci.Stories = Stories;

  // What each need has come to: -1 nobody knows it, a stage, and of a routine (4) whether it is right in
  // every market that has one (4), wrong (5), or both (6).
  seci.stagesOf = function (run, frame) {
    const furthest = run.classes.map(() => -1);
    for (const [need, , stage, when] of run.stories) {
      if (when <= run.weeks[frame] && stage > furthest[need]) furthest[need] = Math.min(3, stage);
    }
    return furthest.map((stage, need) => {
      const states = run.markets.map((_, market) => seci.routineOf(run, market, need, frame));
      const [right, wrong] = [states.includes(1), states.includes(2)];
      if (right && wrong) return 6;
      return right ? 4 : wrong ? 5 : stage;
    });
  };

  // 0: no routine; 1: a right one; 2: a wrong one.
  seci.routineOf = function (run, market, need, frame) {
    return run.routines[(frame * run.markets.length + market) * run.classes.length + need];
  };
})(window.SeciPlayer);
