// What a lesson's page adds to the player: it unpacks the runs, asks for the bet, changes the setting.
(async function () {
  "use strict";

  const part = (id) => document.getElementById(id);
  const asked = JSON.parse(part("asked").textContent);

  async function unpacked(text) {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    return JSON.parse(await new Response(stream).text());
  }

  if (!("DecompressionStream" in window)) {
    part("problem").hidden = false;
    return;
  }
  const runs = await unpacked(part("films").textContent.trim());
  const settings = part("settings");
  const still = matchMedia("(prefers-reduced-motion: reduce)");

  // The first setting, and beside it the one that was chosen.
  function filmOf(setting) {
    return { format: asked.format, runs: setting ? [runs[0], runs[setting]] : [runs[0]] };
  }

  function openSettings() {
    settings.disabled = false;
    part("after-the-bet").hidden = true;
    part("no-bet").hidden = true;
  }

  SeciPlayer.CURVES[asked.outcome] = SeciPlayer.CURVES[asked.outcome] || asked.called;
  const player = SeciPlayer.mount(part("player"), filmOf(asked.setting), {
    bet: { curve: asked.outcome, run: 1 },
    curves: asked.curves,
    start: "first",
    onBet: openSettings,
  });

  function change(setting) {
    player.pause();
    player.load(filmOf(setting), { bet: null, start: still.matches ? "last" : "first" });
    if (!still.matches) player.play();
  }

  settings.addEventListener("change", (event) => change(Number(event.target.value)));
  part("no-bet").addEventListener("click", () => {
    openSettings();
    change(asked.setting);
    settings.querySelector(":checked").focus();
  });
})();
