// A scenario's settings, whole: its own where it differs from the defaults, and what a visitor changed.

const LARGEST_SEED = 2n ** 63n - 1n;

/** The sections of parameters of a scenario, with some values changed by full names. */
export function sectionsOf(catalogue, scenario, changed = {}) {
  const sections = {};
  const declared = new Map(catalogue.parameters.map((one) => [one.name, one]));
  for (const [name, value] of Object.entries(changed)) check(declared.get(name), name, value);
  for (const { name, default: usual } of catalogue.parameters) {
    const [section, field] = name.split(".");
    sections[section] ??= {};
    sections[section][field] = changed[name] ?? scenario.values[name] ?? usual;
  }
  return sections;
}

/** Refuse a value that is not allowed, in one line. */
function check(declared, name, value) {
  if (!declared) throw new Error(`${name}: there is no such parameter`);
  const { default: usual, allowed, unit } = declared;
  if (typeof usual === "boolean" || typeof usual === "object") {
    if (typeof value !== typeof usual) throw new Error(`${name}: got ${value}; ${unit === "table" ? "a table" : "yes or no"} is wanted`);
    return;
  }
  const [low, high] = allowed;
  if (typeof value !== "number" || !(value >= low && value <= high)) {
    throw new Error(`${name}: got ${value}; allowed: ${low} to ${high}`);
  }
  if (declared.whole && !Number.isInteger(value)) throw new Error(`${name}: got ${value}; a whole number is wanted`);
}

/** The seed of a run: 0 to 2**63 - 1, as a number, a BigInt or digits. */
export function seedOf(seed) {
  const digits = /^[0-9]{1,19}$/.test(String(seed));
  const found = digits ? BigInt(seed) : -1n;
  if (found < 0n || found > LARGEST_SEED) throw new Error(`seed: got ${seed}; allowed: 0 to 2^63-1`);
  return found;
}
