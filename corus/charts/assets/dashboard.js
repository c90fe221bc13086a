// Draws the figures where the window is wide enough. Without this file the page stays whole:
// every figure has its table, and small windows keep the tables.
"use strict";
(function () {
  const own = document.currentScript;
  const plots = Array.from(document.querySelectorAll(".plot"));
  const TITLE = 72;
  const config = { responsive: true, displayModeBar: false };

  function tableOf(plot) {
    const figure = plot.closest("figure");
    return figure ? figure.querySelector("details.data") : null;
  }

  function wide(plot) {
    return window.matchMedia(`(min-width: ${plot.dataset.from}px)`).matches;
  }

  let loading = null;
  function plotly() {
    if (window.Plotly) return Promise.resolve(window.Plotly);
    if (!loading) {
      loading = new Promise(function (resolve, reject) {
        const script = document.createElement("script");
        script.src = own.dataset.plotly;
        script.onload = function () { resolve(window.Plotly); };
        script.onerror = reject;
        document.head.append(script);
      });
    }
    return loading;
  }

  function lead(plot) {
    plot.on("plotly_click", function (event) {
      const place = event.points.map((point) => point.customdata).find(Boolean);
      if (place) window.location.hash = place;
    });
  }

  // A figure that leaves the page takes its title and its source along.
  function signed(plot, figure) {
    const layout = structuredClone(figure.layout);
    const margin = layout.margin || {};
    const width = Math.max(plot.clientWidth, 900);
    const plain = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;");
    layout.title = {
      text: plain(plot.dataset.title), font: { size: 17, weight: 700 },
      subtitle: { text: plain(plot.dataset.source), font: { size: 12, color: "#5b6672" } },
      x: 0, xref: "container", xanchor: "left", pad: { l: 16, t: 16 },
      y: 1, yref: "container", yanchor: "top",
    };
    layout.margin = { ...margin, t: (margin.t || 0) + TITLE };
    layout.height += TITLE;
    return { data: figure.data, layout: { ...layout, width, autosize: false } };
  }

  function offer(plot, figure, library) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "save";
    button.textContent = plot.dataset.save;
    button.setAttribute("aria-label", `${plot.dataset.save} – ${plot.dataset.title}`);
    button.addEventListener("click", async function () {
      const image = signed(plot, figure);
      const { width, height } = image.layout;
      const link = document.createElement("a");
      link.href = await library.toImage(image, { format: "png", width, height, scale: 2 });
      link.download = `${plot.id.replace("plot-", "")}.png`;
      link.click();
    });
    plot.after(button);
  }

  async function draw(plot) {
    if (plot.dataset.drawn || !wide(plot)) return;
    plot.dataset.drawn = "yes";
    const figure = JSON.parse(document.getElementById(plot.id.replace("plot-", "data-")).textContent);
    try {
      const library = await plotly();
      plot.hidden = false;
      await library.newPlot(plot, structuredClone(figure.data), structuredClone(figure.layout), config);
      lead(plot);
      offer(plot, figure, library);
      plot.classList.add("ready");
      fold(plot);
    } catch {
      plot.hidden = true; // The table is still there.
    }
  }

  // A drawn figure replaces its table, which stays one click away; a narrow window opens it again.
  function fold(plot) {
    const table = tableOf(plot);
    if (table && plot.dataset.drawn) table.open = !wide(plot) || aimed(table);
  }

  function aimed(table) {
    const target = document.getElementById(decodeURIComponent(window.location.hash.slice(1)));
    return Boolean(target && table.contains(target));
  }

  function reveal() {
    const target = document.getElementById(decodeURIComponent(window.location.hash.slice(1)));
    const table = target && target.closest("details.data");
    if (!table || table.open) return;
    table.open = true;
    target.scrollIntoView();
  }

  const seen = new IntersectionObserver(function (entries) {
    entries.filter((entry) => entry.isIntersecting).forEach(function (entry) {
      seen.unobserve(entry.target);
      draw(entry.target.querySelector(".plot"));
    });
  }, { rootMargin: "600px" });

  function watch() {
    plots.forEach(function (plot) {
      if (!plot.dataset.drawn && wide(plot)) seen.observe(plot.closest("figure"));
      fold(plot);
    });
  }

  window.addEventListener("hashchange", reveal);
  window.addEventListener("resize", watch);
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("details.data").forEach((table) => { table.open = true; });
  });
  watch();
  reveal();
})();
