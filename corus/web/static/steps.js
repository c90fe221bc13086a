/* Steps: one part at a time, or one question at a time in the easy version. */
(function () {
  "use strict";
  var corus = window.corus, form = corus.form, words = corus.words;
  if (!form) return;
  var all = corus.all;
  var easy = form.hasAttribute("data-easy");
  var stepped = !corus.whole;
  var parts = all(easy ? "fieldset.card" : "section", form);
  var current = 0;
  var where = document.getElementById("where");
  var progress = document.getElementById("progress");
  var moves = document.getElementById("moves");
  var send = document.getElementById("send");
  var hint = document.getElementById("send-hint");
  var links = document.querySelector(".links");
  var title = document.title;
  var next = corus.make("button", "primary", words.next);
  var back = corus.make("button", "quiet", words.back);

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
    where.textContent = corus.fill(words.step, { step: current + 1, steps: steps.length });
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
    corus.hush();
    var heading = show(index).querySelector(easy ? "legend" : "h2");
    heading.tabIndex = -1;
    window.scrollTo(0, 0);
    heading.focus({ preventScroll: true });
  }

  /* Takes the focus to what holds this step back, if anything does. */
  corus.fault = function () {
    var card = stepped ? corus.stuck(open()[current]) : null;
    if (card) (card.querySelector("input:checked") || card.querySelector("input")).focus();
    return card;
  };
  corus.last = function () { return !stepped || current >= open().length - 1; };
  corus.begun = function () { return current > 0; };
  corus.forward = function () {
    if (corus.fault()) return;
    // The browser's own Back then leads to the step before instead of out of the form.
    history.pushState({ step: current + 1 }, "");
    go(current + 1);
  };

  corus.refresh = function () {
    corus.route();
    corus.count();
    if (stepped) mark();
  };
  corus.hush = function () { /* Replaced where questions can be read aloud. */ };

  /* An empty form for the next person, without asking the server: it may be out of reach. */
  corus.clear = function () {
    all("input, textarea, select", form).forEach(function (field) {
      if (field.type === "radio" || field.type === "checkbox") {
        field.checked = field.name === "helper" && field.value === "none";
      } else if (field.type !== "hidden") field.value = "";
    });
    corus.refresh();
  };
  corus.fresh = function () {
    var number = Array.prototype.map.call(crypto.getRandomValues(new Uint8Array(16)), function (n) {
      return (n + 256).toString(16).slice(1);
    }).join("");
    form.elements.submission_id.value = number;
    corus.clear();
    corus.changed = false;
    history.pushState({ step: 0 }, "");
    if (stepped) go(0);
  };
  corus.answered = function () {
    return all("input, textarea, select", form).some(function (field) {
      if (field.type === "hidden" || field.name === "helper") return false;
      if (field.type === "radio" || field.type === "checkbox") return field.checked && field.value;
      return field.value.trim();
    });
  };

  form.addEventListener("input", function () { corus.changed = true; corus.refresh(); });
  form.addEventListener("change", corus.refresh);

  corus.refresh();
  if (!stepped) {
    document.getElementById("alert").focus();
    return;
  }
  moves.insertBefore(next, send);
  moves.insertBefore(back, hint);
  next.addEventListener("click", corus.forward);
  back.addEventListener("click", function () { history.back(); });
  window.addEventListener("popstate", function (event) {
    go(event.state && event.state.step || 0);
  });
  progress.hidden = false;
  all(".part", form).forEach(function (part) { part.hidden = true; });
  history.replaceState({ step: 0 }, "");
  show(0);
})();
