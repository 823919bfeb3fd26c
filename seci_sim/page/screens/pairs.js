// Two recorded policies beside each other, on the same luck.
(function (seci) {
  "use strict";

  class Pairs {
    constructor(element, scenarios) {
      Object.assign(this, { element, scenarios });
      this.boxes = ["first", "second"].map((name) => element.querySelector(`[name=${name}]`));
      for (const box of this.boxes) box.addEventListener("change", () => this.show());
    }

    async open() {
      if (!this.player) await this.show();
      else this.player.resize();
    }

    async show() {
      const chosen = [...new Set(this.boxes.map((box) => box.value))].filter(Boolean).map(Number);
      const runs = await Promise.all(chosen.map((one) => seci.source.run(this.scenarios[one].run, this.scenarios[one].name)));
      this.element.querySelector(".question").textContent = this.scenarios[chosen[chosen.length - 1]].question;
      this.player = this.player || new seci.Player(this.element.querySelector(".player"), { start: "first" });
      this.player.load(runs);
    }
  }

  seci.Pairs = Pairs;
})(window.SeciPlayer);
