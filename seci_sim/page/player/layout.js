// In the worker: where units stand in the picture of an organisation, and people in their unit.
const layout = (() => {
  "use strict";

  const WIDE = 1.4; // width of the picture for a height of 1
  const ROOM = 0.45; // between two circles, in mean radii: a name stands in it
  const LEAST_STAFF = 8; // units are drawn as if they had so many people at least, so that none is too small to see
  const PLACES = 8000; // points of the spiral that are tried
  const GOLDEN_ANGLE = Math.PI * (3 - Math.sqrt(5));

  // Points from the middle outwards, evenly along the way.
  function spiral(radii, room, mean) {
    // Circles that are placed one by one fill a quarter of the ground at least.
    const reach = 2 * Math.sqrt(radii.reduce((sum, radius) => sum + (radius + room) ** 2, 0)) + Math.max(...radii);
    return Array.from({ length: PLACES }, (_, place) => {
      const share = Math.sqrt(place / (PLACES - 1));
      const turn = (share * 4 * Math.PI * reach) / mean;
      return [WIDE * Math.cos(turn) * share * reach, Math.sin(turn) * share * reach];
    });
  }

  // Circles of an area like each unit's staff: the first in the middle, the others round it, each as far in as it fits.
  function circles(sizes) {
    const radii = sizes.map((size) => Math.sqrt(Math.max(size, LEAST_STAFF)));
    const mean = radii.reduce((sum, radius) => sum + radius, 0) / radii.length;
    const room = ROOM * mean;
    const way = spiral(radii, room, mean);
    const placed = [];
    for (const radius of radii) {
      placed.push(way.find(([x, y]) => placed.every(([left, top], unit) => Math.hypot(left - x, top - y) - radii[unit] >= radius + room)));
    }
    const ends = (axis, sign) => placed.map((place, unit) => place[axis] + sign * radii[unit]);
    const [left, right, top, foot] = [Math.min(...ends(0, -1)), Math.max(...ends(0, 1)), Math.min(...ends(1, -1)), Math.max(...ends(1, 1))];
    const scale = Math.min(WIDE / (right - left), 1 / (foot - top));
    return placed.map(([x, y], unit) => ({
      x: (x - (left + right) / 2) * scale + WIDE / 2, y: (y - (top + foot) / 2) * scale + 0.5, r: radii[unit] * scale,
    }));
  }

  // People stand in their unit's circle like seeds in a sunflower.
  function places(units, dots) {
    const found = { x: new Float32Array(dots), y: new Float32Array(dots), unitOf: new Uint16Array(dots) };
    units.forEach((unit, index) => {
      for (let seed = 0; seed < unit.dots; seed++) {
        const reach = unit.r * 0.9 * Math.sqrt((seed + 0.5) / unit.dots);
        const dot = unit.first + seed;
        found.x[dot] = unit.x + reach * Math.cos(seed * GOLDEN_ANGLE);
        found.y[dot] = unit.y + reach * Math.sin(seed * GOLDEN_ANGLE);
        found.unitOf[dot] = index;
      }
    });
    return found;
  }

  return { circles, places };
})();
