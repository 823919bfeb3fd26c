// How mistakes in files are said: as seci_sim/scenario/problems.py says them.
(function (seci) {
  "use strict";

  const LONGEST = 60;
  const LEAST_ALIKE = 0.6;

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
  const folded = (name) => name.normalize("NFC").toLowerCase().normalize("NFC");

  // Letters that two words share in the longest pieces, as Python's difflib counts them.
  function shared(one, other) {
    let [best, at, there] = [0, 0, 0];
    for (let first = 0; first < one.length; first++) {
      for (let second = 0; second < other.length; second++) {
        let length = 0;
        while (first + length < one.length && second + length < other.length && one[first + length] === other[second + length]) length++;
        if (length > best) [best, at, there] = [length, first, second];
      }
    }
    return best && best + shared(one.slice(0, at), other.slice(0, there)) + shared(one.slice(at + best), other.slice(there + best));
  }

  // A hint at the nearest known name, or nothing.
  function spelling(name, known) {
    const wanted = folded(name.slice(0, 200));
    let [nearest, most] = ["", LEAST_ALIKE];
    for (const option of known) {
      const written = folded(option);
      const likeness = (2 * shared(written, wanted)) / Math.max(1, written.length + wanted.length);
      if (likeness > most || (likeness === most && written >= folded(nearest))) [nearest, most] = [option, likeness];
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

  seci.wording = { shown, named, folded, spelling, told };
})(window.SeciPlayer);
