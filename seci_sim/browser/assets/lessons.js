// What the modes teach the people who are followed: their tacit knowledge before and after each process.

const MODES = {
  socialize: "socialization", externalize: "externalization", combine: "combination", internalize: "internalization", work: "work",
};
const NOTICED = 0.01; // of a conviction: smaller steps are added up until they come to it

export class Lessons {
  constructor(organisation) {
    this.organisation = organisation;
    this.followed = new Map();
  }

  row(row) {
    const needs = this.organisation.settings.world.needs;
    return this.organisation.knowledge.tacit.slice(row * needs, (row + 1) * needs);
  }

  follow(row) {
    if (!(row >= 0 && row < this.organisation.firm.people)) throw new Error(`row: there is no ${row}`);
    this.followed.set(row, { person: this.organisation.staff.person[row], known: this.row(row), lessons: [], moved: {} });
  }

  of(row) {
    return this.followed.get(row)?.lessons ?? [];
  }

  after(process) {
    for (const [row, follower] of this.followed) {
      if (follower.person !== this.organisation.staff.person[row]) continue;
      const known = this.row(row);
      const mode = MODES[process];
      if (mode) {
        known.forEach((to, need) => {
          const moved = (follower.moved[`${mode} ${need}`] ?? 0) + to - follower.known[need];
          const noticed = Math.abs(moved) >= NOTICED;
          if (noticed) follower.lessons.push({ week: this.organisation.week, mode, need, from: to - moved, to });
          follower.moved[`${mode} ${need}`] = noticed ? 0 : moved;
        });
      }
      follower.known = known;
    }
  }
}
