// Draws the figures where the window is wide enough. Without this file the page stays whole:
// every figure has its table, and small windows keep the tables.
"use strict";
(function () {
  const own = document.currentScript;
  const plots = Array.from(document.querySelectorAll(".plot"));
  const TITLE = 72;
  const LINE = 20;
  const LETTER = 6.6;
  const BOX = 22;
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

  function plain(text) {
    return text.replace(/&/g, "&amp;").replace(/</g, "&lt;");
  }

  // Entries of a key, as many on a line as there is room for.
  function lines(entries, width) {
    const found = [""];
    entries.forEach(function (entry) {
      const last = found[found.length - 1];
      const longer = last ? `${last}     ${entry}` : entry;
      if (last && longer.length * LETTER > width) found.push(entry);
      else found[found.length - 1] = longer;
    });
    return found;
  }

  function note(text, left, down) {
    return {
      text, xref: "paper", yref: "paper", x: 0, y: 0, xanchor: "left", yanchor: "top",
      xshift: left, yshift: -down, showarrow: false, align: "left", font: { size: 12, color: "#5b6672" },
    };
  }

  // The scale as boxes of its colours between 0 and 100, at `down` pixels below the figure.
  function scaled(colours, left, down) {
    const place = { xref: "paper", yref: "paper", xsizemode: "pixel", ysizemode: "pixel" };
    return colours.map((fillcolor, n) => ({
      ...place, type: "rect", xanchor: 0, yanchor: 0, fillcolor, line: { width: 0 },
      x0: left + 14 + n * BOX, x1: left + 14 + (n + 1) * BOX, y0: -down - 14, y1: -down - 4,
    }));
  }

  // An image takes the key of its marks along: below the figure, in the page's own words.
  function explained(plot, layout, width) {
    const entries = JSON.parse(plot.dataset.key || "[]").map((pair) => pair.join(" "));
    if (!entries.length) return;
    const colours = (plot.dataset.ramp || "").split(" ").filter(Boolean);
    const below = layout.margin.b || 0;
    const left = 16 - (layout.margin.l || 0);
    const written = lines(entries, width - 32);
    const top = colours.length ? 1 : 0;
    const notes = written.map((text, n) => note(plain(text), left, below + (n + top) * LINE));
    if (top) notes.push(note("0", left, below), note("100", left + 18 + colours.length * BOX, below));
    layout.annotations = (layout.annotations || []).concat(notes);
    layout.shapes = (layout.shapes || []).concat(scaled(colours, left, below));
    layout.margin.b = below + (written.length + top) * LINE + 8;
    layout.height += (written.length + top) * LINE + 8;
  }

  // A figure that leaves the page takes its title, its source and its key along.
  function signed(plot, figure) {
    const layout = structuredClone(figure.layout);
    const margin = layout.margin || {};
    const width = Math.max(plot.clientWidth, 900);
    layout.title = {
      text: plain(plot.dataset.title), font: { size: 17, weight: 700 },
      subtitle: { text: plain(plot.dataset.source), font: { size: 12, color: "#5b6672" } },
      x: 0, xref: "container", xanchor: "left", pad: { l: 16, t: 16 },
      y: 1, yref: "container", yanchor: "top",
    };
    layout.margin = { ...margin, t: (margin.t || 0) + TITLE };
    layout.height += TITLE;
    explained(plot, layout, width);
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
