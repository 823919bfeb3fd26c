// The page: one screen at a time, chosen by the address's hash; and the keys.
(function (seci) {
  "use strict";

  const catalogue = JSON.parse(document.getElementById("catalogue").textContent);
  const screens = [...document.querySelectorAll(".screen")];
  const opened = {};
  let shown = null;

  function made(screen) {
    if (screen.id === "begin") return new seci.Minute(screen);
    if (screen.id === "sandbox") return new seci.Sandbox(screen, catalogue.offered);
    if (screen.id === "own-firm") return new seci.OwnFirm(screen, play);
    const lesson = catalogue.lessons.find(({ name }) => screen.id === `lesson-${name}`);
    return lesson ? new seci.Lesson(screen, lesson) : {};
  }

  // A scenario file of one's own, in the sandbox.
  async function play(bytes, label) {
    opened.sandbox = opened.sandbox || made(document.getElementById("sandbox"));
    await opened.sandbox.open();
    opened.sandbox.openFile(bytes, label);
    location.hash = "sandbox";
  }

  function open() {
    const [asked] = location.hash.slice(1).split("?"); // names are plain, and what is behind them may be anything
    const screen = screens.find(({ id }) => id === asked) || screens[0];
    const first = shown === null;
    if (shown && opened[shown.id].pause) opened[shown.id].pause();
    if (shown && opened[shown.id].player) opened[shown.id].player.pause();
    shown = screen;
    for (const one of screens) one.hidden = one !== screen;
    for (const link of document.querySelectorAll("nav a")) {
      if (link.hash === `#${screen.id}` || (link.hash === "#lessons" && screen.id.startsWith("lesson-"))) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    document.title = screen.querySelector("h1").textContent;
    opened[screen.id] = opened[screen.id] || made(screen);
    if (opened[screen.id].open) opened[screen.id].open();
    if (first) return;
    window.scrollTo(0, 0);
    screen.querySelector("h1").focus({ preventScroll: true });
  }

  document.documentElement.classList.add("scripted");
  if (!seci.source.works) document.getElementById("problem").hidden = false;
  document.getElementById("print-plan").addEventListener("click", () => window.print());
  document.querySelector(".skip").addEventListener("click", (event) => {
    event.preventDefault();
    const target = shown.querySelector(".seci-play") || shown.querySelector("h1");
    target.scrollIntoView({ block: "center" });
    target.focus();
  });
  window.addEventListener("hashchange", open);
  seci.obeyKeys(() => opened[shown.id].player || (opened[shown.id].step ? opened[shown.id] : null));
  open();
  window.seciScreens = opened;
})(window.SeciPlayer);
