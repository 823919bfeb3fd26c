// From pieces that know their lines to checked sections, as seci_sim/scenario/reading.py, by the schema that Python
// makes of its own declarations (seci_sim/page/file_schema.py). Every mistake is one line.
(function (seci) {
  "use strict";

  const { shown, named, folded, spelling, told } = seci.wording;
  const { Unclear, hasNoValue, textOf, switchOf, numberOf } = seci.quantities;
  const MOST_SAID = 20;
  const UNREAD = Symbol("unread");
  const WHY = {
    "not played": "the page does not play it; use seci-sim run",
    "not read": "the page does not read it; make a page with this file: seci-sim page class.html FILE",
  };
  const AMISS = { ge: (value, limit) => value < limit && "small", gt: (value, limit) => value <= limit && "small", le: (value, limit) => value > limit && "large", lt: (value, limit) => value >= limit && "large" };

  const key = (path) => path.join("\0");

  class Reading {
    constructor(schema, label) {
      Object.assign(this, { schema, label, places: new Map(), nodes: new Map(), labels: new Map(), orders: new Map(), problems: [], inherited: [] });
    }

    // more: {allowed, got, unknown, known}; what stands in the file is told as it was typed.
    report(path, what, more = {}) {
      const node = this.nodes.get(key(path));
      this.problems.push({ path, what, rank: 1, ...more, got: more.got && node ? this.shownNode(node) : more.got });
      return UNREAD;
    }

    // A value that could not even be read: nothing that follows from its absence is told.
    unreadable(path, what, more = {}) {
      return this.report(path, what, { rank: 0, ...more });
    }

    // Whether something is amiss at a place or below it.
    amiss(path) {
      return this.problems.some((problem) => path.every((part, place) => problem.path[place] === part));
    }

    shownNode(node) {
      if (!node) return "";
      if (node.items) return `a list of ${node.items.length}`;
      return node.entries ? `fields (${shown([...node.entries.keys()].join(", "))})` : shown(node.text);
    }

    // The fields of a section that are given; whole: also those that must be.
    section(name, tree, path, whole = true) {
      const declared = this.schema.sections[name];
      Object.keys(declared).forEach((field, place) => this.orders.set(key([...path, field]), place));
      const fields = {};
      for (const [field, node] of tree.entries) {
        const inner = [...path, field];
        this.places.set(key(inner), tree.lines.get(field));
        this.nodes.set(key(inner), node);
        if (!Object.hasOwn(declared, field)) this.unreadable(inner, this.unknown(name, field));
        else if (WHY[declared[field].kind]) this.unreadable(inner, WHY[declared[field].kind]);
        else {
          const value = this.value(declared[field], node, inner);
          if (value !== UNREAD) fields[field] = value;
        }
      }
      for (const [field, { required }] of whole ? Object.entries(declared) : []) {
        if (required && !tree.entries.has(field)) this.report([...path, field], "is missing");
      }
      return fields;
    }

    unknown(section, name) {
      let hint = spelling(name, Object.keys(this.schema.sections[section]));
      for (const [group, fields] of Object.entries(this.schema.groups)) if (!hint && fields.includes(name)) hint = `; did you mean "${group}.${name}"?`;
      return `unknown field "${named(name)}"${hint}`;
    }

    value(declared, node, path) {
      if (node.text !== undefined && hasNoValue(node)) return this.unreadable(path, "has no value");
      if (declared.kind === "array") return this.list(declared, node, path);
      if (declared.of) return node.entries ? this.section(declared.of, node, path, !this.inherited.includes(key(path))) : this.unreadable(path, "must be fields, each with a value", { got: "node" });
      if (declared.kind === "object") return this.table(declared, node, path);
      return this.single(declared, node, path);
    }

    list(declared, node, path) {
      if (!node.items) return this.unreadable(path, "must be a list: each item on a line that starts with -", { got: "node" });
      const item = declared.of ? { kind: "object", of: declared.of } : { kind: "string", options: declared.options };
      const values = node.items.map((one, place) => {
        const inner = [...path, place];
        this.places.set(key(inner), one.line);
        this.nodes.set(key(inner), one);
        const label = one.entries && (one.entries.get("name") || one.entries.get("week"));
        if (label && label.text) this.labels.set(key(inner), label.text);
        return this.value(item, one, inner);
      });
      if (values.length < declared.least) return this.report(path, "is empty");
      if (values.length > declared.most) return this.report(path, "is too long", { allowed: `at most ${declared.most} in the list` });
      return values.includes(UNREAD) ? UNREAD : values;
    }

    table(declared, node, path) {
      if (!node.entries) return this.unreadable(path, "must be names, each with a value", { got: "node" });
      const values = {};
      for (const [name, item] of node.entries) {
        const inner = [...path, name];
        this.places.set(key(inner), node.lines.get(name));
        this.nodes.set(key(inner), item);
        const value = this.value({ ...declared, kind: "number" }, item, inner);
        if (value !== UNREAD) values[name] = value;
      }
      return values;
    }

    single(declared, node, path) {
      if (node.text === undefined) return this.unreadable(path, "must be a single value", { allowed: declared.range, got: "node" });
      let value;
      try {
        if (declared.kind === "boolean") value = switchOf(node);
        else if (declared.kind === "string") value = textOf(node);
        else value = numberOf(node, declared.unit, declared.kind === "integer", this.schema);
      } catch (unclear) {
        if (!(unclear instanceof Unclear)) throw unclear;
        return this.unreadable(path, unclear.message, { allowed: unclear.allowed || declared.range, got: "node" });
      }
      return typeof value === "string" ? this.text(declared, value, path) : this.number(declared, value, path);
    }

    number({ limits = {}, range }, value, path) {
      for (const [limit, bound] of Object.entries(limits)) {
        const size = AMISS[limit](value, bound);
        if (size) return this.report(path, `is too ${size}`, { allowed: range, got: "node" });
      }
      return value;
    }

    text({ options, least, most, lines }, value, path) {
      if (options) return options.includes(value) ? value : this.report(path, `is unknown${spelling(value, options)}`, { allowed: options.join(" or "), got: "node" });
      if (value.length < least) return this.report(path, "is empty");
      if (value.length > most) return this.report(path, "is too long", { allowed: `at most ${most} characters`, got: "node" });
      if (lines || most === undefined) return value;
      if (/[\n\t]/.test(value)) return this.report(path, "holds control, invisible or direction-changing characters", { got: "node" });
      if (value !== value.trim()) return this.report(path, "has a space at its start or end", { got: "node" });
      if (most <= 80 && this.schema.read_as_missing.includes(value)) return this.report(path, "is read as a missing value by other programs; give another name", { got: "node" });
      return value;
    }

    // What is known of a place, or of the nearest one around it.
    around(known, path, otherwise) {
      for (let end = path.length; end > 0; end--) if (known.has(key(path.slice(0, end)))) return known.get(key(path.slice(0, end)));
      return otherwise;
    }

    // All that is wrong, a line each, in the order of the file's lines.
    lines() {
      const found = this.problems.map((problem) => ({
        line: this.around(this.places, problem.path, this.root), rank: problem.rank, order: problem.rank && (problem.order ?? this.around(this.orders, problem.path, 0)), text: told(problem, this.labels),
      }));
      found.sort((one, other) => one.line - other.line || one.rank - other.rank || one.order - other.order);
      const all = [...new Set(found.map(({ line, text }) => `${this.label}:${line}: ${text}`))];
      return all.length > MOST_SAID ? [...all.slice(0, MOST_SAID), `... and ${all.length - MOST_SAID} more`] : all;
    }
  }

  // Nothing of a section is told twice; names that only differ in case are one.
  seci.sameNames = function (reading, path, names) {
    const seen = new Map();
    names.forEach((name, place) => {
      const first = seen.get(folded(name));
      if (first !== undefined) reading.report([...path, place, "name"], `is given twice${first === name ? "" : ` (there "${first}")`}`, { got: shown(name) });
      seen.set(folded(name), name);
    });
  };
  seci.Reading = Reading;
})(window.SeciPlayer);
