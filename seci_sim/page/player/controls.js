// Play, pause, step, speed and scrub: buttons, and keys that do the same.
(function (seci) {
  "use strict";

  const SPEEDS = [4, 8, 16, 32, 64];
  const KEYS = "Keys: space or k plays and pauses, “,” and “.” step, Home and End go to the first and last week.";

  function button(name, text, act) {
    const made = seci.make("button", { type: "button", "aria-label": name, title: name }, [text]);
    made.addEventListener("click", act);
    return made;
  }

  // player: the object that SeciPlayer.mount returns.
  seci.controls = function (player) {
    const play = button("Play", "▶", () => (player.playing ? player.pause() : player.play()));
    play.classList.add("seci-play");
    const scrub = seci.make("input", { type: "range", min: 0, max: 1, value: 0, step: 1, "aria-label": "Week" });
    scrub.addEventListener("input", () => {
      player.pause();
      player.seekFrame(scrub.valueAsNumber);
    });
    const week = seci.make("output", { class: "seci-week" }, [""]);
    const speed = seci.make("select", { "aria-label": "Weeks a second" },
      SPEEDS.map((weeks) => seci.make("option", { value: weeks }, [`${weeks} weeks/s`])),
    );
    speed.addEventListener("change", () => player.setSpeed(Number(speed.value)));
    const element = seci.make("div", { class: "seci-controls", role: "group", "aria-label": "Player" }, [
      button("First week", "|◀", () => player.stop()),
      button("One week back", "◀", () => player.step(-1)),
      play,
      button("One week on", "▶|", () => player.step(1)),
      scrub,
      week,
      speed,
    ]);
    element.title = KEYS;
    return {
      element,
      draw() {
        const { frame, frames, weekNow, lastWeek } = player;
        scrub.max = frames - 1;
        scrub.value = Math.round(frame);
        scrub.setAttribute("aria-valuetext", `week ${weekNow} of ${lastWeek}`);
        seci.say(week, `week ${weekNow} of ${lastWeek}`);
        seci.say(play, player.playing ? "❚❚" : "▶");
        play.setAttribute("aria-label", player.playing ? "Pause" : "Play");
        play.title = player.playing ? "Pause" : "Play";
        if (Number(speed.value) !== player.speed) speed.value = player.speed;
      },
    };
  };

  seci.obeyKeys = function (element, player) {
    const acts = {
      " ": () => (player.playing ? player.pause() : player.play()),
      k: () => (player.playing ? player.pause() : player.play()),
      ",": () => player.step(-1),
      ".": () => player.step(1),
      Home: () => player.stop(),
      End: () => player.seekFrame(player.frames - 1),
    };
    element.addEventListener("keydown", (event) => {
      const typing = event.target.closest("input, select, textarea, summary, a");
      const pressing = event.key === " " && event.target.closest("button");
      if (typing || pressing || event.ctrlKey || event.metaKey || event.altKey || !acts[event.key]) return;
      event.preventDefault();
      acts[event.key]();
    });
  };
})(window.SeciPlayer);
