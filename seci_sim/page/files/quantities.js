// Values as people write them, such as 1%, 2 h and 39 weeks: as seci_sim/scenario/quantities.py reads them.
(function (seci) {
  "use strict";

  const WORTH = { h: 1, hour: 1, hours: 1, min: 1 / 60, minute: 1 / 60, minutes: 1 / 60 };
  const NUMBER = /^([-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+))\s*([^]*)$/;
  const LONGEST_NUMBER = 40;

  class Unclear extends Error {
    constructor(what, allowed = "") {
      super(what);
      this.allowed = allowed;
    }
  }

  const refuse = (what, allowed) => {
    throw new Unclear(what, allowed);
  };

  const hasNoValue = ({ text, quoted }) => !quoted && ["", "~", "null"].includes(text.toLowerCase());

  function textOf(scalar) {
    if (hasNoValue(scalar)) refuse("has no value");
    if (!scalar.quoted && seci.isNotText(scalar.text)) refuse(`is not text; write it in quotes: "${scalar.text.slice(0, 40)}"`);
    return scalar.text;
  }

  function switchOf(scalar) {
    const words = { yes: true, true: true, on: true, no: false, false: false, off: false };
    const known = words[scalar.text.toLowerCase()];
    if (known === undefined) refuse("is neither yes nor no", "yes or no");
    if (scalar.quoted) refuse("remove the quotes", "yes or no");
    return known;
  }

  // Trailing zeros and signs of plus are no part of a number.
  const plain = (digits) => digits.replace(/^\+/, "").replace(/(\.[0-9]*?)0+$/, "$1").replace(/\.$/, "").replace(/^(-?)\./, "$10.");

  function refuseOtherNotations(text) {
    let found;
    if (/^[-+]?\.?(inf|infinity|nan)$/i.test(text)) refuse("is not a finite number");
    if ((found = /^[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)[eE]([-+]?[0-9]+)$/.exec(text))) {
      if (Number(text) === 0) refuse("write 0");
      if (found[1].length > 4 || Math.abs(Number(found[1])) > 15) refuse(found[1].startsWith("-") ? "is too close to 0" : "is too large");
      const digits = Math.max(0, (/\.([0-9]*)/.exec(text)?.[1].length || 0) - Number(found[1]));
      refuse(`write ${plain(Number(text).toFixed(Math.min(100, digits)))}`);
    }
    if (/^(0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+)$/.test(text)) refuse(`write ${BigInt(text.toLowerCase())}`);
    if ((found = /^([-+]?)0+([0-9][^]*)$/.exec(text))) refuse(`write ${found[1]}${found[2]}`);
    if (/^[-+]?[0-9]{1,3}([ ,_'][0-9]{3})+(\.[0-9]+)?$/.test(text)) refuse(`write ${text.replace(/[ ,_']/g, "")}`);
    if ((found = /^([-+]?[0-9]+),([0-9]+\s*[^0-9,]*)$/.exec(text))) refuse(`write ${found[1]}.${found[2]}`);
  }

  const notANumber = (unit, isShare) => (isShare ? "is not a share; write a percentage such as 5%" : unit ? `is not a number; unit: ${unit}` : "is not a number");

  function percentage(digits, words, unit) {
    const period = unit.replace(/^(share|chance)/, "");
    if (["%", `%${period}`, `%${period.replace(" a ", " per ")}`].includes(words)) return Number(`${digits}e-2`);
    if (words) refuse(notANumber(unit, true));
    if (Number(digits) >= 1 && Number(digits) <= 100) refuse(`is not a share; did you mean ${plain(digits)}%?`);
    return Number(digits);
  }

  function measured(digits, words, unit, weeksAYear) {
    if (words.startsWith("%")) refuse(`is not a share, so no percentage${unit ? `; unit: ${unit}` : ""}`);
    const [base, period] = unit.split(/ a (.*)/);
    let word = words;
    for (const end of period ? [` a ${period}`, ` per ${period}`, `/${period}`] : []) if (word.endsWith(end)) word = word.slice(0, -end.length);
    const weeks = { week: 1, weeks: 1, day: 1 / 7, days: 1 / 7, year: weeksAYear, years: weeksAYear };
    const worth = { hours: WORTH, weeks }[base] || { [base]: 1, [base.replace(/s$/, "")]: 1 };
    if (word && !Object.hasOwn(worth, word)) refuse(notANumber(unit, false));
    const one = word ? worth[word] : 1;
    return one < 1 ? Number(digits) / Math.round(1 / one) : Number(digits) * one;
  }

  // A number in the declared unit.
  function numberOf(scalar, unit, whole, { shares, weeks_a_year: weeksAYear }) {
    const text = scalar.text.trim();
    const matched = text.length <= LONGEST_NUMBER ? NUMBER.exec(text) : null;
    if (scalar.quoted && matched && !matched[2]) refuse("is text, not a number; remove the quotes");
    refuseOtherNotations(text);
    const isShare = shares.includes(unit);
    if (!matched) refuse(notANumber(unit, isShare));
    const words = matched[2].toLowerCase().split(/\s+/).filter(Boolean).join(" ");
    const value = isShare ? percentage(matched[1], words, unit) : measured(matched[1], words, unit, weeksAYear);
    if (whole && !Number.isInteger(value)) refuse("must be a whole number");
    return value + 0;
  }

  seci.quantities = { Unclear, hasNoValue, textOf, switchOf, numberOf };
})(window.SeciPlayer);
