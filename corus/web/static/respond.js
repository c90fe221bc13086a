/* Adds steps, live routing, counters and a guard against double clicks to a form that is whole
   without it. Stores nothing, sends nothing of its own; the server decides everything again. */
(function () {
  "use strict";
  var form = document.querySelector("form");
  if (!form) return;
  var data = JSON.parse(document.getElementById("data").textContent);
  var words = data.words;
  var all = function (selector, root) {
    return Array.prototype.slice.call((root || document).querySelectorAll(selector));
  };
  var make = function (tag, kind, text) {
    var made = document.createElement(tag);
    made.className = kind;
    made.textContent = text || "";
    return made;
  };
  var fill = function (sentence, values) {
    return sentence.replace(/\{(\w+)\}/g, function (whole, name) { return values[name]; });
  };
  var cards = all("fieldset.card", form);
  var code = function (card) { return card.id.slice(2); };

  /* Routing: what the server would set aside is not shown, and not sent. */
  function value(card) {
    var type = card.getAttribute("data-type");
    var named = card.id;
    if (card.hidden) return "";
    if (type === "ranking") {
      return all("select", card).filter(function (s) { return s.value; }).sort(function (a, b) {
        return a.value - b.value;
      }).map(function (s) { return s.name.slice(named.length + 1); }).join(" ");
    }
    var chosen = all("input:checked", card).filter(function (i) { return i.name === named; });
    if (chosen.length) {
      if (type === "multiple_choice") return chosen.map(function (i) { return i.value; }).join(" ");
      var one = chosen[0].value;
      return (type === "rating" || type === "level") && one !== "" && !isNaN(one) ? Number(one) : one;
    }
    var written = card.querySelector("textarea, input[type=text]");
    if (!written || written.name !== named) return "";
    if (type !== "number") return written.value.trim();
    var figure = written.value.replace(/\s/g, "").replace(",", ".");
    return figure === "" || isNaN(figure) ? "" : Number(figure);
  }

  function route() {
    if (!window.corusRelevance) return;
    var routed = cards.filter(function (card) { return code(card) in data.conditions; });
    // Conditions never go round in circles, so each pass settles at least one more question.
    for (var pass = 0, moved = true; moved && pass <= routed.length; pass++) {
      moved = false;
      var values = {};
      cards.forEach(function (card) { values[code(card)] = value(card); });
      routed.forEach(function (card) {
        var off = !window.corusRelevance(data.conditions[code(card)], values);
        if (off === card.hidden) return;
        card.hidden = card.disabled = off;
        moved = true;
      });
    }
  }

  /* Counters: said as soon as they matter, before the server has to refuse. */
  function counter(card) {
    var place = make("p", "count");
    place.setAttribute("role", "status");
    card.querySelector("legend").insertAdjacentElement("afterend", place);
    var hint = card.querySelector(".hint");
    if (hint) hint.insertAdjacentElement("afterend", place);
    return place;
  }

  function tell(place, sentence, off) {
    place.textContent = sentence;
    place.classList.toggle("off", off);
  }

  function count(card) {
    var max = Number(card.getAttribute("data-max"));
    var n = all("input:checked", card).length;
    var off = n > max;
    tell(card.count, n ? fill(off ? words.too_many : words.chosen, { n: n, max: max }) : "", off);
  }

  function sum(card) {
    var total = Number(card.getAttribute("data-total"));
    var fields = all("input", card);
    var given = fields.filter(function (i) { return i.value.trim(); });
    var n = given.reduce(function (s, i) { return s + (Number(i.value) || 0); }, 0);
    // Unfinished is no fault: only going over the total, or moving on short of it, is.
    card.short = given.length > 0 && n !== total;
    tell(card.count, given.length ? fill(words.sum, { n: n, total: total }) : "", n > total);
  }

  var counted = cards.filter(function (card) {
    var kind = card.getAttribute("data-type");
    card.update = kind === "allocation" ? sum
      : kind === "multiple_choice" && card.getAttribute("data-max") ? count : null;
    if (card.update) card.count = counter(card);
    return card.update;
  });

  function stuck(step) {
    return counted.filter(function (card) {
      if (card.hidden || !step.contains(card)) return false;
      if (card.short) {
        var n = all("input", card).reduce(function (s, i) { return s + (Number(i.value) || 0); }, 0);
        tell(card.count, fill(words.sum_off, { n: n, total: card.getAttribute("data-total") }), true);
      }
      return card.count.classList.contains("off");
    })[0];
  }

  /* Steps: one part at a time, or one question at a time in the easy version. */
  var easy = form.hasAttribute("data-easy");
  var stepped = !form.hasAttribute("data-whole");
  var parts = easy ? cards : all("section", form);
  var current = 0;
  var where = document.getElementById("where");
  var progress = document.getElementById("progress");
  var moves = document.getElementById("moves");
  var send = document.getElementById("send");
  var hint = document.getElementById("send-hint");
  var links = document.querySelector(".links");
  var title = document.title;
  var next = make("button", "primary", words.next);
  var back = make("button", "quiet", words.back);
  next.type = back.type = "button";

  function open() {
    return parts.filter(function (part) {
      return easy ? !part.hidden : all("fieldset.card", part).some(function (c) { return !c.hidden; });
    });
  }

  function mark() {
    var steps = open();
    var last = current >= steps.length - 1;
    next.classList.toggle("later", last);
    back.classList.toggle("later", current === 0);
    send.classList.toggle("later", !last);
    hint.classList.toggle("later", !last);
    links.classList.toggle("later", current > 0);
    where.textContent = fill(words.step, { step: current + 1, steps: steps.length });
    progress.max = steps.length;
    progress.value = current + 1;
    document.title = where.textContent + " · " + title;
  }

  function show(index) {
    var steps = open();
    current = Math.max(0, Math.min(index, steps.length - 1));
    var shown = steps[current];
    parts.forEach(function (part) { part.classList.toggle("later", part !== shown); });
    if (easy) {
      all("section", form).forEach(function (s) { s.classList.toggle("later", !s.contains(shown)); });
    }
    mark();
    return shown;
  }

  function go(index) {
    var heading = show(index).querySelector(easy ? "legend" : "h2");
    heading.tabIndex = -1;
    window.scrollTo(0, 0);
    heading.focus({ preventScroll: true });
  }

  function fault() {
    var card = stepped ? stuck(open()[current]) : null;
    if (card) (card.querySelector("input:checked") || card.querySelector("input")).focus();
    return card;
  }

  function forward() {
    if (fault()) return;
    // The browser's own Back then leads to the step before instead of out of the form.
    history.pushState({ step: current + 1 }, "");
    go(current + 1);
  }

  /* Sending: the second click waits, and is let through again if the first comes to nothing. */
  var sent = false;
  var label = send.textContent;
  var changed = false;
  var timer;

  function release() {
    sent = false;
    send.textContent = label;
    send.removeAttribute("aria-disabled");
    clearTimeout(timer);
  }

  form.addEventListener("submit", function (event) {
    if (stepped && current < open().length - 1) {
      event.preventDefault();
      forward();
    } else if (sent || fault()) {
      event.preventDefault();
    } else {
      sent = true;
      send.textContent = words.sending;
      send.setAttribute("aria-disabled", "true");
      timer = setTimeout(release, 8000);
    }
  });
  window.addEventListener("pageshow", release);
  window.addEventListener("beforeunload", function (event) {
    if (changed && !sent) event.preventDefault();
  });

  function refresh() {
    route();
    counted.forEach(function (card) { card.update(card); });
    if (stepped) mark();
  }

  form.addEventListener("input", function () { changed = true; refresh(); });
  form.addEventListener("change", refresh);

  // Reading the notice must not cost what was answered.
  var notice = document.getElementById("notice");
  notice.target = "_blank";
  notice.textContent += " " + words.new_tab;

  route();
  counted.forEach(function (card) { card.update(card); });
  if (!stepped) {
    document.getElementById("alert").focus();
    return;
  }
  moves.insertBefore(next, send);
  moves.insertBefore(back, hint);
  next.addEventListener("click", forward);
  back.addEventListener("click", function () { history.back(); });
  window.addEventListener("popstate", function (event) {
    go(event.state && event.state.step || 0);
  });
  progress.hidden = false;
  all(".part", form).forEach(function (part) { part.hidden = true; });
  history.replaceState({ step: 0 }, "");
  show(0);
})();
