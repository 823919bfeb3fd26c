// The rows of a CSV file, and which of them are people: what `own_firm/files.py`, `columns.py` and `lists.py` do.
(function (seci) {
  "use strict";

  // A file that is not read here, said in one line.
  class Refused extends Error {}

  const { INVISIBLE, folded } = seci.wording;
  const HIDDEN = new RegExp(INVISIBLE, "gu");
  const squeezed = (text) => text.split(/\s+/).filter(Boolean).join(" ");
  const isNumber = (cell) => /^[-+]?[\d.,:/-]*\d$/.test(cell.trim());
  const counted = (number, what) => `${grouped(number)} ${what}${number === 1 ? "" : "s"}`;
  const grouped = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, ",");

  // A header in lower case, its words apart.
  function plain(header) {
    const apart = header.replace(/(?<=[a-zß-ÿ0-9])(?=[A-ZÄÖÜ])|(?<=[A-Z])(?=[A-Z][a-z])/g, " ");
    return (folded(apart).match(/[\p{L}\p{N}]+/gu) || []).join(" ");
  }

  // A code or a name as it is compared: without case, and without the decimals of a number.
  const same = (name) => folded(name.trim().replace(/(?<=\d)\.0+$/, ""));

  function decoded(bytes) {
    const starts = (...first) => first.every((byte, place) => bytes[place] === byte);
    if (starts(0x50, 0x4b) || starts(0xd0, 0xcf) || starts(0x50, 0x41, 0x52, 0x31)) throw new Refused("is a workbook or Parquet: save its sheet as CSV, or give it to seci-sim new FILE.yaml --people FILE");
    const wide = starts(0xff, 0xfe) ? "utf-16le" : starts(0xfe, 0xff) ? "utf-16be" : "utf-8";
    let text = "";
    try {
      text = new TextDecoder(wide, { fatal: true }).decode(bytes);
    } catch {
      throw new Refused("is not in UTF-8: save it as “CSV UTF-8”, or give it to seci-sim new FILE.yaml --people FILE");
    }
    text = text.replace(/\x1a+$/, "").replace(HIDDEN, (letter) => (letter > "\x9f" ? "" : letter));
    const hidden = [...text.matchAll(HIDDEN)].find(([letter]) => !"\t\n\r".includes(letter));
    if (hidden) throw new Refused(`holds control characters in line ${text.slice(0, hidden.index).split("\n").length}`);
    return text;
  }

  // Records of {line, cells}; strictly, or as far as it goes. No more than so many lines, if that is said.
  function split(text, separator, { strict = true, most = Infinity, first = 0, line = 1 } = {}) {
    const records = [];
    let cells = [];
    let cell = "";
    let state = "begin"; // of a cell: begin, bare, quoted, quote (which may be its last)
    let begins = line;
    const end = () => { cells.push(cell); cell = ""; state = "begin"; };
    for (let place = first; place < text.length; place++) {
      const letter = text[place];
      const breaks = letter === "\n" || letter === "\r";
      if (state === "quoted") {
        if (letter === '"') state = "quote";
        else cell += letter;
        if (breaks && !(letter === "\r" && text[place + 1] === "\n")) line += 1;
        continue;
      }
      if (state === "quote" && letter === '"') { cell += letter; state = "quoted"; continue; }
      if (letter === separator) { end(); continue; }
      if (breaks) {
        if (letter === "\r" && text[place + 1] === "\n") place += 1;
        if (cells.length || cell || state !== "begin") end();
        records.push({ line: begins, cells });
        cells = [];
        line += 1;
        begins = line;
        if (line > most) return records;
        continue;
      }
      if (state === "quote" && strict) throw new Refused(`is not CSV in line ${line}: a quotation mark stands inside a cell`);
      if (letter === '"' && state === "begin") { state = "quoted"; continue; }
      cell += letter;
      state = "bare";
    }
    if (state === "quoted" && strict) throw new Refused(`is not CSV in line ${line}: a quotation mark is never closed`);
    if (cells.length || cell || state !== "begin") { end(); records.push({ line: begins, cells }); }
    return records;
  }

  const anything = ({ cells }) => cells.some(Boolean);

  // What separates columns: said in the first line, or that by which most rows are equally wide.
  function records(text, declared) {
    const said = /^sep=(.)[^\S\r\n]*(?:\r\n?|\n)/i.exec(text);
    if (said) return split(text, said[1], { first: said[0].length, line: 2 });
    const likely = (separator) => {
      const widths = new Map();
      const rows = split(text, separator, { strict: false, most: declared.looked_at }).filter(anything);
      for (const { cells } of rows) widths.set(cells.length, (widths.get(cells.length) || 0) + 1);
      const [width, count] = [...widths].filter(([wide]) => wide > 1).sort(([a, m], [b, n]) => n - m || b - a)[0] || [1, 0];
      return width > 1 ? [count / rows.length, width] : [0, width];
    };
    const ranked = [...",;\t|"].map((separator) => [separator, likely(separator)]).sort(([, [a, v]], [, [b, w]]) => b - a || w - v);
    if (ranked[0][1][1] < 2) throw new Refused("has one column only, or is separated by what is no comma, semicolon, tab or bar");
    return split(text, ranked[0][0]);
  }

  // Where columns stand under a header, by the names that programs give them; `named` holds places that were said.
  function foundIn(header, columns, named = {}) {
    const words = header.map((name) => plain(name.replace(/\(.*?\)|\[.*?\]/g, "")) || plain(name));
    const whole = header.map(plain);
    const places = { ...named };
    for (const { name, aliases } of columns) {
      if (name in named) continue;
      for (const alias of aliases) {
        const place = (whole.includes(alias) ? whole : words).indexOf(alias);
        if (place >= 0 && !Object.values(places).includes(place)) { places[name] = place; break; }
      }
    }
    return places;
  }

  function recognised(header, declared) {
    const words = plain(header).split(" ").filter(Boolean);
    return words.length > 0 && words.every((word) => declared.words.includes(word));
  }

  function trimmed(cells) {
    let width = cells.length;
    while (width && !cells[width - 1].trim()) width -= 1;
    return width;
  }

  // The row with most of the wanted columns among the first.
  function headerOf(all, declared, named) {
    const first = all.slice(0, declared.looked_at).filter(anything);
    if (!first.length) throw new Refused("is empty");
    const counts = new Map();
    for (const { cells } of first) counts.set(trimmed(cells), (counts.get(trimmed(cells)) || 0) + 1);
    const width = [...counts].reduce((best, one) => (one[1] > best[1] ? one : best))[0];
    const worth = ({ cells }) => {
      const isWide = trimmed(cells) >= width;
      const found = Object.keys(foundIn(cells, declared.columns)).length;
      return [found > 1 || isWide ? found : 0, isWide ? cells.filter((cell) => recognised(cell, declared)).length : 0, Number(isWide)];
    };
    const better = (a, b) => { for (let n = 0; n < 3; n++) if (a[n] !== b[n]) return a[n] > b[n]; return false; };
    let [best, most] = [null, null];
    for (const record of first.slice(0, 40)) {
      const its = worth(record);
      if (!best || better(its, most)) [best, most] = [record, its];
    }
    const header = best.cells.map(squeezed);
    if (!header.some((name) => recognised(name, declared)) && best.cells.some(isNumber)) throw new Refused("has no header: write what its columns are called into its first line");
    const found = foundIn(header, declared.columns, named);
    for (const { name } of declared.columns) {
      const called = name in found && name !== "name" && !(name in named) ? plain(header[found[name]]) : "";
      if (called && header.filter((other) => plain(other) === called).length > 1) throw new Refused(`has two columns that are called “${called}”`);
    }
    return { begins: best.line, header, found };
  }

  // What a row that is none looks like.
  function looks(cells, header, total) {
    const filled = cells.filter(Boolean);
    if (filled.length > 1 && /^\p{L}/u.test(filled[1]) && filled[0] !== header[0]) return "";
    if (total.test(filled[0].trim()) && filled.slice(1).every(isNumber)) return "totals";
    const again = cells[0].trim() === header[0] && cells.length === header.length && cells.every((cell, place) => cell.trim() === header[place]);
    return again || (filled.length < 2 && header.length > 2) ? "remarks" : "";
  }

  // The table: {header, found, rows: [{line, values by column}], notes, mistakes: [[line, what]]}.
  function table(text, declared, named = {}) {
    const all = records(text, declared);
    const { begins, header, found } = headerOf(all, declared, named);
    const total = new RegExp(`^(?:${declared.total})$`, "iu");
    const made = { header, found, begins, rows: [], notes: [], mistakes: [], count: 0 };
    const counts = { above: 0, totals: 0, remarks: 0, short: 0 };
    for (const { line, cells } of all.filter(anything)) {
      if (line < begins) counts.above += 1;
      if (line <= begins) continue;
      const like = looks(cells, header, total);
      if (like) { counts[like] += 1; continue; }
      made.count += 1;
      if (cells.length > header.length && cells.slice(header.length).some(Boolean)) { made.mistakes.push([line, `has ${cells.length} values, not ${header.length} as its header`]); continue; }
      counts.short += cells.length < header.length;
      made.rows.push({ line, values: Object.fromEntries(Object.entries(found).map(([name, place]) => [name, (cells[place] || "").trim()])) });
    }
    if (!made.count) throw new Refused("has no rows below its header");
    const said = { above: `above the header in line ${begins}: left out`, totals: "looking like totals: left out", remarks: "looking like remarks or headers: left out", short: "shorter than the header: read as empty at the end" };
    for (const [what, count] of Object.entries(counts)) if (count) made.notes.push(`${counted(count, "row")} ${said[what]}`);
    return made;
  }

  seci.firm = { Refused, counted, decoded, foundIn, grouped, plain, recognised, same, squeezed, table };
})(window.SeciPlayer);
