// The structures of seci_sim/engine/structures.py in the memory of a WebAssembly instance.

const ARRAYS = {
  bool: Uint8Array, int8: Int8Array, int32: Int32Array, int64: BigInt64Array, uint32: Uint32Array,
  uint64: BigUint64Array, float32: Float32Array, float64: Float64Array,
};
const CACHE_LINE = 64;
const PAGE = 65536;
const WELL = [0, -2]; // of Numba's calling convention: something, or nothing, was given

const product = (shape) => shape.reduce((all, length) => all * length, 1);

/** Low halves of 64-bit whole numbers, as Int32Array: enough for rows, weeks and markets. */
export function small(wide) {
  const halves = new Int32Array(wide.buffer, wide.byteOffset, 2 * wide.length);
  const found = new Int32Array(wide.length);
  for (let place = 0; place < found.length; place++) found[place] = halves[2 * place];
  return found;
}

/** One WebAssembly instance, whose memory holds one run and goes with it. */
export class Memory {
  constructor(module, catalogue) {
    const mathematics = { cos: Math.cos, exp: Math.exp, log: Math.log, pow: Math.pow };
    this.exports = new WebAssembly.Instance(module, { env: mathematics }).exports;
    this.next = this.exports.__heap_base.value;
    this.rules = catalogue.rules;
    this.kinds = {};
    for (const [name, layout] of Object.entries(catalogue.structures)) this.declare(name, layout);
    this.answer = this.take(64);
    this.exception = this.take(64);
  }

  /** Room for some bytes, all zero, of which none is ever given back. */
  take(bytes) {
    const place = Math.ceil(this.next / CACHE_LINE) * CACHE_LINE;
    this.next = place + bytes;
    const lacking = this.next - this.exports.memory.buffer.byteLength;
    if (lacking > 0) this.exports.memory.grow(Math.ceil(lacking / PAGE));
    return place;
  }

  view(type, place, length) {
    return new ARRAYS[type](this.exports.memory.buffer, place, length);
  }

  array(type, shape, filled = 0) {
    const length = product(shape);
    const made = this.view(type, this.take(length * ARRAYS[type].BYTES_PER_ELEMENT), length);
    if (filled) made.fill(type.endsWith("int64") ? BigInt(filled) : filled);
    return made;
  }

  /** A copy of numbers in this memory. */
  hold(type, numbers) {
    const made = this.array(type, [numbers.length]);
    const convert = type.endsWith("int64") ? BigInt : Number;
    for (let place = 0; place < made.length; place++) made[place] = convert(numbers[place]);
    return made;
  }

  /** A class whose objects are structures of one kind, each field of which reads and writes memory. */
  declare(name, layout) {
    const memory = this;
    this.kinds[name] = class {
      constructor() {
        this.address = memory.take(8 * layout.words);
        this.inner = {};
      }
      word(place) {
        return memory.view("int64", this.address + 8 * place, 1);
      }
      shape(field) {
        const { word, axes } = layout.fields[field];
        const lengths = memory.view("int64", this.address + 8 * (word + 1), axes.length);
        return Array.from(lengths, Number);
      }
      /** Put numbers, or an array of this memory, where a field has its array. */
      put(field, shape, numbers) {
        const { word, entry } = layout.fields[field];
        const inside = numbers.buffer === memory.exports.memory.buffer;
        const array = inside ? numbers : memory.hold(entry, numbers);
        if (array.length !== product(shape)) throw new Error(`${name}.${field}: ${shape}`);
        [array.byteOffset, ...shape].forEach((value, at) => {
          this.word(word + at)[0] = BigInt(value);
        });
      }
      /** Let all arrays grow that have this axis as their first. */
      lengthen(axis, more) {
        for (const [field, { axes, entry, filled }] of Object.entries(layout.fields)) {
          if (axes?.[0] !== axis) continue;
          const [rows, ...others] = this.shape(field);
          const made = memory.array(entry, [rows + more, ...others], filled);
          made.set(this[field]);
          this.put(field, [rows + more, ...others], made);
        }
      }
      /** Lengths of the arrays whose axes are named. */
      fitTo(sizes) {
        for (const [field, { axes, entry, filled, sized }] of Object.entries(layout.fields)) {
          if (!sized) continue;
          const shape = axes.map((axis) => (typeof axis === "number" ? axis : sizes[axis]));
          this.put(field, shape, memory.array(entry, shape, filled));
        }
      }
    };
    for (const [field, declared] of Object.entries(layout.fields)) {
      if (field in this.kinds[name].prototype) throw new Error(`${name}.${field} is a word of JavaScript's side`);
      Object.defineProperty(this.kinds[name].prototype, field, this.property(declared));
    }
    this.kinds[name].layout = layout;
  }

  property({ kind, word, entry, axes }) {
    const memory = this;
    if (kind === "array") {
      return {
        get() {
          return memory.view(entry, Number(this.word(word)[0]), product(axes.map((_, axis) => Number(this.word(word + 1 + axis)[0]))));
        },
      };
    }
    if (kind === "structure") {
      return {
        get() {
          return this.inner[word];
        },
        set(value) {
          this.inner[word] = value;
          this.word(word)[0] = BigInt(value.address);
        },
      };
    }
    if (kind === "real") {
      const place = (structure) => memory.view("float64", structure.address + 8 * word, 1);
      return {
        get() {
          return place(this)[0];
        },
        set(value) {
          place(this)[0] = value;
        },
      };
    }
    return {
      get() {
        return Number(this.word(word)[0]);
      },
      set(value) {
        this.word(word)[0] = BigInt(value);
      },
    };
  }

  /** A structure of a kind: lengths of axes by name, then every field whose length is not declared. */
  make(name, fields, sizes = {}) {
    const Kind = this.kinds[name];
    const made = new Kind();
    made.fitTo(sizes);
    const wanted = Object.entries(Kind.layout.fields).filter(([, one]) => !one.sized);
    for (const [field, declared] of wanted) {
      const value = fields[field] ?? declared.otherwise;
      if (value === undefined) throw new Error(`${name}.${field} is missing`);
      if (declared.kind === "array") made.put(field, value.shape ?? [value.length], value.numbers ?? value);
      else made[field] = value;
    }
    for (const field of Object.keys(fields)) {
      if (!wanted.some(([known]) => known === field)) throw new Error(`${name} has no ${field}`);
    }
    return made;
  }

  /** Call a rule; vectors are arrays of this memory, whole numbers may be BigInt. */
  call(name, ...values) {
    const { takes, gives } = this.rules[name];
    const words = [this.answer, this.exception];
    takes.forEach((kind, place) => {
      const value = values[place];
      if (kind === "structure") words.push(value.address);
      else if (kind === "real") words.push(Number(value));
      else if (kind === "whole") words.push(BigInt(value));
      else {
        const [items, itemsize] = [BigInt(value.length), BigInt(value.BYTES_PER_ELEMENT)];
        words.push(0, 0, items, itemsize, value.byteOffset, items, itemsize);
      }
    });
    const status = this.exports[name](...words);
    if (!WELL.includes(status)) throw new Error(`${name}: status ${status}`);
    if (gives === "whole") return Number(this.view("int64", this.answer, 1)[0]);
    return gives ? Array.from(this.view("float64", this.answer, gives)) : undefined;
  }
}
