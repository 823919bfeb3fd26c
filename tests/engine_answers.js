// What an engine in a browser computes, as numbers that Python can compare: a checksum for each table.

const polynomial = 0xedb88320;
const crcs = Uint32Array.from({ length: 256 }, (_, byte) => {
  for (let bit = 0; bit < 8; bit++) byte = byte & 1 ? (byte >>> 1) ^ polynomial : byte >>> 1;
  return byte >>> 0;
});

/** CRC-32 of the bytes of an array, in which every NaN is the same. */
export function checksum(array) {
  const real = array instanceof Float64Array || array instanceof Float32Array;
  const numbers = real ? array.map((number) => (Number.isNaN(number) ? NaN : number)) : array;
  let crc = 0xffffffff;
  for (const byte of new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength)) {
    crc = crcs[(crc ^ byte) & 255] ^ (crc >>> 8);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

/** Checksums of what a firm's and its rivals' structures hold, and of what was measured of them together, or of a trial. */
function tables(organisation) {
  const found = organisation.rivals.map((rival, place) => Object.entries(own(rival)).map(([name, sum]) => [`rival ${place} ${name}`, sum]));
  const against = organisation.rivalry ? [["against rivals", checksum(Float64Array.from(organisation.rivalry.measured.flat(2)))]] : [];
  const { trial } = organisation;
  const tried = trial ? [["of a trial", checksum(Float64Array.from(trial.measured.flatMap((_, place) => trial.means(trial.weeks[0] + place))))]] : [];
  return { ...own(organisation), ...Object.fromEntries([...found.flat(), ...against, ...tried]) };
}

/** Of one firm, but for room that nothing has been written to. */
function own(organisation) {
  const { records, staff, knowledge, truth } = organisation;
  const written = [
    ["records", records, records.weeks], ["staff", staff], ["truth", truth], ["knowledge", knowledge],
    ["library", knowledge.library, knowledge.library.size], ["projects", knowledge.projects, knowledge.projects.size],
  ];
  const found = {};
  for (const [name, structure, rows] of written) {
    for (const [field, { kind, sized }] of Object.entries(structure.constructor.layout.fields)) {
      if (kind !== "array") continue;
      const all = structure[field];
      const width = all.length / structure.shape(field)[0];
      found[`${name}.${field}`] = checksum(rows === undefined || !sized || field === "held" ? all : all.subarray(0, rows * width));
    }
  }
  return found;
}

/** Run cases; of each, the checksums of its first week and of its last. */
export function answers(engine, cases) {
  return cases.map(({ weeks, ...asked }) => {
    const run = engine.start(asked);
    run.step();
    const first = tables(run.organisation);
    run.step(weeks - 1);
    return [first, tables(run.organisation)];
  });
}
