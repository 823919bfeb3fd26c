// Play, pause, step, speed and scrub: buttons, and keys that do the same.
(function (seci) {
  "use strict";

  const SPEEDS = [4, 8, 16, 32, 64];
  const KEYS = "Keys: space or k plays and pauses, “,” and “.” step, Home and End go to the first and last week.";

  const button = (name, text, act) => seci.button(text, { "aria-label": name, title: name }, act);

  // player: the object that SeciPlayer.mount returns.
  seci.controls = function (player) {
    const play = button("Play", "▶", () => (player.playing ? player.pause() : player.play()));
    play.classList.add("seci-play");
    const scrub = seci.make("input", { type: "range", min: 0, max: 1, value: 0, step: 1, "aria-label": "Week" });
    scrub.addEventListener("input", () => player.seekFrame(scrub.valueAsNumber));
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

  // Keys that reach the page anywhere outside a text field; `player()` is the one in sight, or nothing.
  seci.obeyKeys = function (player) {
    const acts = {
      " ": (shown) => (shown.playing ? shown.pause() : shown.play()),
      k: (shown) => (shown.playing ? shown.pause() : shown.play()),
      ",": (shown) => shown.step(-1),
      ".": (shown) => shown.step(1),
      Home: (shown) => shown.stop(),
      End: (shown) => shown.seekFrame(shown.frames - 1),
    };
    const pressed = "button, a, summary, [type=radio], [type=checkbox], select";
    document.addEventListener("keydown", (event) => {
      const typing = event.target.closest("input:not([type=radio]):not([type=checkbox]), textarea, select");
      const pressing = event.key === " " && event.target.closest(pressed);
      if (typing || pressing || event.ctrlKey || event.metaKey || event.altKey || !acts[event.key]) return;
      const shown = player();
      if (!shown) return;
      event.preventDefault();
      acts[event.key](shown);
    });
  };
})(window.SeciPlayer);
