"use strict";
(() => {
  const settings = {
    displayModeBar: false, scrollZoom: false, doubleClick: false, showTips: false,
    typesetMath: false, // a name between dollar signs is a name
  };
  const plots = [...document.querySelectorAll(".plot")];
  const widthOf = (plot) => plot.parentElement.clientWidth;

  for (const plot of plots) {
    const figure = JSON.parse(document.getElementById(`${plot.id}-data`).textContent);
    figure.layout.width = widthOf(plot);
    figure.layout.height = figure.layout.height || 300;
    Plotly.newPlot(plot, figure.data, figure.layout, settings).then(() => {
      plot.dataset.drawn = "yes";
    });
  }

  const fit = (widthNow) => {
    for (const plot of plots) {
      const width = widthNow(plot);
      if (plot.layout && width > 0 && Math.abs(plot.layout.width - width) > 1) {
        Plotly.relayout(plot, { width });
      }
    }
  };
  addEventListener("resize", () => fit(widthOf));

  // On paper a chart is drawn wider and shrunk to fit (see report.css).
  const printedWidth = 860;
  addEventListener("beforeprint", () => fit(() => printedWidth));
  addEventListener("afterprint", () => fit(widthOf));
})();
