// Levers of a scenario: what they are called, their values in words, and the slider or switch that moves one.
(function (seci) {
  "use strict";

  const STEPS = 100;

  const isShare = ({ unit }) => /^(share|chance)/.test(unit);
  const rounded = (value) => Number(value.toPrecision(6));
  const words = (name) => { const last = name.split(".")[1].replace(/_/g, " "); return last[0].toUpperCase() + last.slice(1); };

  // A hundredth of a range, or the next round step that divides it.
  function stepOf(range) {
    const least = range / STEPS;
    const power = 10 ** Math.floor(Math.log10(least));
    return [1, 2, 5, 10].map((digit) => digit * power).find((step) => step >= least * 0.999 && Math.abs(range / step - Math.round(range / step)) < 1e-6) || least;
  }

  function inWords(declared, value) {
    if (typeof value === "boolean") return value ? "yes" : "no";
    return isShare(declared) ? `${rounded(100 * value)}%` : `${rounded(value)} ${declared.unit}`;
  }

  // A slider or a switch, with how it works: {element, showValue}; set(value) is called when it moves.
  function make(declared, set) {
    const { name, allowed, plausible, whole, meaning, source } = declared;
    const title = words(name);
    const how = (range) => seci.make("details", {}, [seci.make("summary", {}, ["how"]), seci.make("p", { class: "small" }, [`${meaning} Allowed: ${range}. Source: ${source}.`])]);
    if (typeof declared.default === "boolean") {
      const box = seci.make("input", { type: "checkbox" });
      box.addEventListener("change", () => set(box.checked));
      const element = seci.make("div", { class: "switch" }, [seci.make("label", {}, [box, ` ${title}`]), how("yes or no")]);
      return { element, showValue: (value) => (box.checked = value) };
    }
    const [low, high] = plausible || allowed;
    const slider = seci.make("input", { type: "range", min: low, max: high, step: whole ? 1 : stepOf(high - low) });
    const told = seci.make("span", { class: "value", "aria-hidden": "true" }, [""]);
    slider.addEventListener("input", () => set(whole ? slider.valueAsNumber : rounded(slider.valueAsNumber)));
    const showValue = (value) => {
      slider.value = value;
      slider.setAttribute("aria-valuetext", inWords(declared, value));
      seci.say(told, inWords(declared, value));
    };
    const element = seci.make("div", { class: "lever" }, [seci.make("label", {}, [seci.make("span", {}, [title]), told, slider]), how(`${inWords(declared, allowed[0])} to ${inWords(declared, allowed[1])}`)]);
    return { element, showValue };
  }

  seci.levers = { inWords, isShare, make, rounded, words };
})(window.SeciPlayer);
