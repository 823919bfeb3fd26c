// How mistakes in files are said: as seci_sim/scenario/problems.py says them.
(function (seci) {
  "use strict";

  const LONGEST = 60;
  const LEAST_ALIKE = 0.6;
  const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0]/u;

  // A value as messages show it: one short line, quoted as Python quotes.
  function shown(value) {
    let text = String(value);
    if (typeof value === "string") {
      const mark = value.includes("'") && !value.includes('"') ? '"' : "'";
      const hidden = { "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r", [mark]: `\\${mark}` };
      const letters = (sign) => hidden[sign] || (/\p{C}/u.test(sign) ? `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}` : sign);
      text = `${mark}${value.slice(0, LONGEST + 1).replace(/[\\'"\p{C}]/gu, letters)}${mark}`;
    }
    return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 3)}...`;
  }

  const named = (field) => (field.length <= LONGEST && !/\p{C}/u.test(field) ? field : shown(field));

  // A name without case, as Python's casefold: ẞ becomes ß before it becomes SS, and ı has no other case.
  const caseless = (letters) => letters.toLowerCase().toUpperCase().toLowerCase().replace(/ς/g, "σ");
  const folded = (name) => name.normalize("NFC").replace(/[^ı]+/g, caseless).normalize("NFC");

  // Letters that two lists of them share in the longest pieces, as Python's difflib counts them.
  function shared(one, other) {
    let [size, ends, endsThere] = [0, 0, 0];
    let before = [];
    one.forEach((letter, place) => {
      const lengths = [];
      other.forEach((its, there) => {
        if (its !== letter) return;
        lengths[there] = (before[there - 1] || 0) + 1;
        if (lengths[there] > size) [size, ends, endsThere] = [lengths[there], place + 1, there + 1];
      });
      before = lengths;
    });
    return size && size + shared(one.slice(0, ends - size), other.slice(0, endsThere - size)) + shared(one.slice(ends), other.slice(endsThere));
  }

  // How alike two names are without case, from 0 to 1.
  function likeness(name, other) {
    const [one, two] = [[...folded(name)], [...folded(other)]];
    return (2 * shared(one, two)) / Math.max(1, one.length + two.length);
  }

  // A hint at the nearest known name, or nothing.
  function spelling(name, known) {
    let [nearest, most] = ["", LEAST_ALIKE];
    for (const option of known) {
      const alike = likeness(option, name.slice(0, 200));
      if (alike > most || (alike === most && folded(option) >= folded(nearest))) [nearest, most] = [option, alike];
    }
    return nearest && `; did you mean "${nearest}"?`;
  }

  // One mistake in one line; problem: {path, what, allowed, got, unknown, known}; labels: of places in lists, by path.
  function told({ path, what, allowed = "", got = "", unknown, known = [] }, labels) {
    const name = path.map((part, end) => named(typeof part === "number" ? labels.get(path.slice(0, end + 1).join("\0")) ?? String(part + 1) : part)).join(".");
    const hint = unknown ? spelling(unknown, known) : "";
    const there = unknown && !hint ? known.slice(0, 8).join(", ") : allowed;
    return [`${name && `${name}: `}${what}${hint}`, there && `allowed: ${there}`, got && `got ${got}`].filter(Boolean).join("; ");
  }

  seci.wording = { INVISIBLE, shown, named, folded, likeness, spelling, told };
})(window.SeciPlayer);
