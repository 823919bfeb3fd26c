// From the text of a scenario file to pieces that know their lines, as seci_sim/scenario/tree.py: what YAML would guess
// at, repeat, alias or hide is refused. A piece is {text, quoted, line}, {items, line} or {entries, lines, line}.
(function (seci) {
  "use strict";

  const { INVISIBLE, shown, named } = seci.wording;
  const LARGEST = 1e6;
  const MOST_ITEMS = 20000;
  const DEEPEST = 20;
  const NOT_TEXT = /^(~|null|true|false|[-+]?[0-9][0-9_,.]*(e[-+]?[0-9]+)?|[-+]?\.([0-9]+(e[-+]?[0-9]+)?|inf|nan)|0[box][0-9a-f_]+|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}.*|)$/i;
  const HIDDEN = "holds control, invisible or direction-changing characters";
  const ALIASES = "no aliases, anchors (& and *) or merge keys (<<)";
  const SAID = {
    TAB_AS_INDENT: "use spaces, not tabs",
    BAD_INDENT: "check the indentation, and quotes around text",
    BLOCK_AS_IMPLICIT_KEY: "check the indentation; text that holds ': ' needs quotes",
    MISSING_CHAR: "a quotation mark or a bracket is opened here and never closed, or a colon is missing",
    MULTILINE_IMPLICIT_KEY: "a field needs a name, a colon, a space and a value",
    UNEXPECTED_TOKEN: "check the indentation: this does not belong to what is above",
    DUPLICATE_KEY: "given twice",
  };

  class Refused extends Error {}

  const refuse = (label, line, what) => {
    throw new Refused(`${label}:${line}: ${what}`);
  };

  class Builder {
    constructor(text, label) {
      this.label = label;
      this.places = new YAML.LineCounter();
      this.many = 0;
      const options = { lineCounter: this.places, schema: "failsafe", uniqueKeys: false, prettyErrors: false, strict: true };
      this.documents = YAML.parseAllDocuments(text, options);
    }

    line(node) {
      return this.places.linePos(node.range[0]).line;
    }

    build() {
      const [one, more] = this.documents;
      if (!one || !one.contents) throw new Refused(`${this.label}: is empty; write at least name and question`);
      const [wrong] = one.errors;
      if (wrong) refuse(this.label, this.places.linePos(wrong.pos[0]).line, SAID[wrong.code] || `is not YAML: ${wrong.message.split("\n")[0].slice(0, 100)}`);
      if (more) refuse(this.label, this.places.linePos(more.range[0]).line, "holds more than one document (---)");
      if (one.directives.docStart && (one.directives.yaml.explicit || Object.keys(one.directives.tags).length > 1)) refuse(this.label, 1, "remove the line that starts with %");
      const tree = this.node(one.contents, 1);
      if (!tree.entries) refuse(this.label, tree.line, "must be fields such as name: My firm");
      return tree;
    }

    node(node, depth) {
      const line = this.line(node);
      this.many += 1;
      if (this.many > MOST_ITEMS) refuse(this.label, line, `more than ${MOST_ITEMS} items`);
      if (YAML.isAlias(node) || node.anchor) refuse(this.label, line, ALIASES);
      if (node.tag) refuse(this.label, line, `no tags; got ${shown(node.tag)}`);
      if (YAML.isScalar(node)) return this.scalar(node, line);
      if (depth > DEEPEST) refuse(this.label, line, `nested deeper than ${DEEPEST} levels`);
      if (YAML.isSeq(node)) return { items: node.items.map((item) => this.node(item, depth + 1)), line };
      return this.mapping(node, line, depth);
    }

    scalar(node, line) {
      const text = String(node.value ?? "").normalize("NFC");
      const quoted = node.type !== "PLAIN";
      if (text === "<<" && !quoted) refuse(this.label, line, "no merge keys (<<); use extends:");
      if (INVISIBLE.test(text.replace(/[\t\n]/g, ""))) refuse(this.label, line, `${HIDDEN}; got ${shown(text)}`);
      return { text, quoted, line };
    }

    mapping(node, line, depth) {
      const [entries, lines] = [new Map(), new Map()];
      for (const { key, value } of node.items) {
        if (!YAML.isScalar(key)) refuse(this.label, key ? this.line(key) : line, "field names must be text");
        const { text, quoted, line: at } = this.node(key, depth);
        if (!quoted && NOT_TEXT.test(text)) refuse(this.label, at, `field names must be text; got ${shown(text)}`);
        if (entries.has(text)) refuse(this.label, at, `${named(text)}: given twice (first on line ${lines.get(text)})`);
        const found = value ? this.node(value, depth + 1) : { text: "", quoted: false, line: at };
        entries.set(text, found.text === "" && !found.quoted ? { ...found, line: at } : found);
        lines.set(text, at);
      }
      return { entries, lines, line };
    }
  }

  // The text of a file's bytes; only UTF-8 is read.
  seci.decoded = function (bytes, label) {
    const begin = new Uint8Array(bytes, 0, Math.min(4, bytes.byteLength));
    if ([[255, 254], [254, 255], [0, 0, 254, 255]].some((mark) => mark.every((byte, place) => begin[place] === byte))) throw new Refused(`${label}:1: is in UTF-16 or UTF-32; save as UTF-8`);
    try {
      return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    } catch {
      throw new Refused(`${label}: is not text in UTF-8; save as UTF-8`);
    }
  };

  seci.treeOf = function (text, label) {
    if (new Blob([text]).size > LARGEST) throw new Refused(`${label}: is larger than ${LARGEST / 1e6} MB`);
    const hidden = INVISIBLE.exec(text.replace(/[\t\n\r]/g, " "));
    if (hidden) refuse(label, text.slice(0, hidden.index).split("\n").length, `${HIDDEN}; got ${shown(hidden[0])}`);
    return new Builder(text, label).build();
  };
  seci.Refused = Refused;
  seci.isNotText = (text) => NOT_TEXT.test(text);
})(window.SeciPlayer);
