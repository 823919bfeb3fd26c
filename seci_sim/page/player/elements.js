// Elements, as plain as they come: text is text, never markup.
window.SeciPlayer = window.SeciPlayer || {};

(function (seci) {
  "use strict";

  const SVG = "http://www.w3.org/2000/svg";

  seci.make = function (tag, attributes, children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) element.setAttribute(name, value);
    element.append(...(children || []));
    return element;
  };

  seci.svg = function (tag, attributes, text) {
    const element = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    if (text !== undefined) element.textContent = text;
    return element;
  };

  seci.say = function (element, text) {
    if (element.textContent !== text) element.textContent = text;
  };

  seci.button = function (text, attributes, act) {
    const made = seci.make("button", { type: "button", ...attributes }, [text]);
    made.addEventListener("click", act);
    return made;
  };

  seci.save = function (name, text, type) {
    const link = seci.make("a", { href: URL.createObjectURL(new Blob([text], { type })), download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  };

  // Work that is asked for more often than it can be done: what is asked for meanwhile is done once, after it; `again()` says whether.
  seci.inTurn = function (work) {
    let [again, busy] = [false, false];
    return async () => {
      again = true;
      if (busy) return;
      busy = true;
      while (again) {
        again = false;
        await work(() => again);
      }
      busy = false;
    };
  };

  seci.percent = function (value, digits = 1) {
    return value === null || value === undefined ? "–" : `${(100 * value).toFixed(digits)}%`;
  };

  seci.still = matchMedia("(prefers-reduced-motion: reduce)");
  seci.FONT = "'Helvetica Neue', Arial, 'Liberation Sans', sans-serif";
})(window.SeciPlayer);
