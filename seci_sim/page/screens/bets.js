// A class's bets without a server: every bet is a short code, which the teacher's page reads back.
(function (seci) {
  "use strict";

  const LETTERS = "ACDEFHJKLMNPRTUVWXY"; // none that looks like a figure, and a prime number of them

  const check = (lesson, bet) => LETTERS[[...`${lesson}${bet}`].reduce((sum, sign) => (sum * 7 + sign.charCodeAt(0)) % LETTERS.length, 3)];

  // Of a plain name; a figure becomes a letter, so that it is not taken for the bet's.
  const initialsOf = (lesson) =>
    lesson.split(/[-_]+/).filter(Boolean).map((word) => (/[a-z]/.test(word[0]) ? word[0].toUpperCase() : LETTERS[word.charCodeAt(0) % LETTERS.length])).join("");

  // The code of a bet in whole percent, such as WOP45H; its last letter finds slips of typing, and codes of a lesson with the same initials.
  seci.codeOf = (lesson, bet) => `${initialsOf(lesson)}${bet}${check(lesson, bet)}`;

  // Bets from what was typed or pasted: codes of this lesson, or bare numbers; and what could not be read.
  seci.readBets = function (lesson, text) {
    const bets = [];
    const strange = [];
    const initials = initialsOf(lesson);
    const spaced = new RegExp(`(?<!\\S)${[...initials].join(" *")} *(\\d *){1,3}[A-Z]\\b`, "g"); // a code as it is spelt out
    const typed = text.normalize("NFKC").toUpperCase().replace(spaced, (code) => code.replaceAll(" ", ""));
    for (const word of typed.split(/[\s,;、]+/).filter(Boolean)) {
      const [, letters, digits, last] = /^([A-Z]*?)(\d{1,3})([A-Z%]?)$/.exec(word) || [];
      const bare = letters === "" && (last === "" || last === "%");
      const coded = letters === initials && last === check(lesson, digits);
      if (digits !== undefined && Number(digits) <= 100 && (bare || coded)) bets.push(Number(digits));
      else strange.push(word);
    }
    return { bets, strange };
  };

  const median = (sorted) => (sorted.length % 2 ? sorted[(sorted.length - 1) / 2] : (sorted[sorted.length / 2 - 1] + sorted[sorted.length / 2]) / 2);

  // A bar for every five points; `actual` (a share) only once it is known.
  function histogram(bets, actual) {
    const bars = Array.from({ length: 20 }, (_, place) => bets.filter((bet) => Math.min(19, Math.floor(bet / 5)) === place).length);
    const most = Math.max(...bars, 1);
    const x = (percent) => 30 + percent * 6.4;
    const words = `${bets.length} bets, the middle one ${median([...bets].sort((a, b) => a - b))}%${actual === null ? "" : `; this run ends at ${seci.percent(actual)}`}`;
    const svg = seci.svg("svg", { viewBox: "0 0 700 210", class: "seci-curve bets", role: "img", "aria-label": words });
    bars.forEach((count, place) => count && svg.append(seci.svg("rect", { x: x(place * 5) + 1, width: 30, y: 165 - (count / most) * 130, height: (count / most) * 130, class: "bar-of-bets" })));
    svg.append(seci.svg("path", { d: `M${x(0)} 165H${x(100)}`, class: "seci-rule" }));
    for (const percent of [0, 25, 50, 75, 100]) svg.append(seci.svg("text", { x: x(percent), y: 190, "text-anchor": "middle" }, `${percent}%`));
    if (actual !== null) {
      svg.append(
        seci.svg("path", { d: `M${x(100 * actual)} 165V22`, class: "seci-line seci-line-1", "stroke-width": 4 }),
        seci.svg("text", { x: x(100 * actual), y: 16, "text-anchor": "middle", class: "seci-look-1" }, `this run: ${seci.percent(actual)}`),
      );
    }
    return seci.make("div", {}, [svg, seci.make("p", {}, [words])]);
  }

  // element: the .class-bets of a lesson; actual(): the end of the line, or null before it is known.
  seci.gatherBets = function (element, lesson, actual) {
    const text = element.querySelector("textarea");
    const shown = element.querySelector(".drawn-bets");
    const draw = () => {
      const { bets, strange } = seci.readBets(lesson, text.value);
      shown.replaceChildren(...(bets.length ? [histogram(bets, actual())] : []), ...(strange.length ? [seci.make("p", { class: "problem" }, [`Not a bet of this lesson: ${strange.join(", ")}`])] : []));
    };
    text.addEventListener("input", draw);
    return draw;
  };
})(window.SeciPlayer);
