/* One keystroke per answer, over a form that is whole without it. Shows one question large and the
   whole sheet beside it; stores nothing, sends nothing of its own; the server checks everything. */
(function () {
  "use strict";
  var all = function (selector, root) {
    return Array.prototype.slice.call((root || document).querySelectorAll(selector));
  };
  var first = document.querySelector("[autofocus]");
  if (first && first.select) first.addEventListener("focus", function () { first.select(); });
  var form = document.querySelector("form[data-keys]");
  if (!form) return;

  var data = JSON.parse(document.getElementById("data").textContent);
  var words = data.words;
  var cards = all("fieldset.question", form);
  var end = document.getElementById("end");
  var where = document.getElementById("where");
  var store = document.getElementById("store");
  var OPT_OUTS = { dont_know: ["n", "0"], not_concerned: ["c", "9"] };
  var KEYS = "123456789abdefghijklmopqrstuvwyz";
  var current = 0;
  var changed = false;
  var pointless = [];

  function make(tag, kind, text) {
    var made = document.createElement(tag);
    made.className = kind || "";
    made.textContent = text || "";
    return made;
  }
  function fill(sentence, values) {
    return sentence.replace(/\{(\w+)\}/g, function (whole, name) { return values[name]; });
  }

  /* A box is a question, or what stands under “something else” when two typings are compared. */
  function box(card) {
    var pick = card.dataset.type === "pick";
    var other = pick && card.querySelector("input[value=other][name^='pick.']").checked;
    return other ? card.querySelector(".other") : card;
  }
  function own(kind, root) {
    return all(kind, root).filter(function (input) { return input.name === root.dataset.field; });
  }
  function writing(root) { return all("textarea, input.figure", root); }
  function written(root) { return root.dataset.type === "pick" ? [] : writing(root); }
  function unread(root) { return root.querySelector("input[name=illegible]"); }
  function kind(root) { return root.dataset.type; }

  /* Keys, told on the rows they stand for. */
  function name(root, input, keys) {
    var row = input.closest("label");
    root.keys = root.keys || {};
    keys.forEach(function (key) { root.keys[key] = root.keys[key] || input; });
    var shown = make("kbd", "", keys[0].toUpperCase());
    shown.setAttribute("aria-hidden", "true");
    row.insertBefore(shown, row.firstChild);
  }
  function name_all(root) {
    var inputs = kind(root) === "ranking" ? all("select", root)
      : kind(root) === "text" ? all("input[name$='.quotable']", root)
      : own("input[type=radio], input[type=checkbox]", root);
    var options = inputs.filter(function (i) { return i.value !== "" || i.tagName === "SELECT"; });
    var beside = options.filter(function (i) { return OPT_OUTS[i.value]; });
    options.filter(function (i) { return !OPT_OUTS[i.value]; }).forEach(function (input, i) {
      if (KEYS[i]) name(root, input, [KEYS[i]]);
    });
    beside.forEach(function (input) { name(root, input, OPT_OUTS[input.value]); });
    if (unread(root) && kind(root) !== "pick") name(root, unread(root), ["x"]);
  }

  /* Answers. */
  function told() { changed = true; refresh(); }

  function clear(root) {
    all("input, textarea, select", root).forEach(function (input) {
      if (input.type === "radio" || input.type === "checkbox") input.checked = false;
      else input.value = "";
    });
  }

  function ranks(root) {
    return all("select", root).filter(function (s) { return s.value; }).sort(function (a, b) {
      return a.value - b.value;
    });
  }
  function rank(root, select) {
    var order = ranks(root);
    var place = order.indexOf(select);
    if (place >= 0) order.splice(place, 1);
    else if (order.length < select.options.length - 1) order.push(select);
    all("select", root).forEach(function (s) { s.value = ""; });
    order.forEach(function (s, i) { s.value = String(i + 1); });
  }

  function act(root, input) {
    if (unread(root) && input !== unread(root)) unread(root).checked = false;
    if (kind(root) === "ranking" && input.tagName === "SELECT") { rank(root, input); return told(); }
    if (input.name === "illegible") {
      clear(root);
      input.checked = true;
      told();
      return next();
    }
    if (input.type === "checkbox") {
      input.checked = kind(root) === "text" ? true : !input.checked;
      told();
      return kind(root) === "text" ? next() : undefined;
    }
    input.checked = true;
    told();
    if (input.value === "other" && kind(root) === "pick") return focus();
    // A level asks for its reason, an opt-out beside it may do without.
    if (kind(root) === "level" && input.value !== "dont_know") return writing(root)[0].focus();
    next();
  }

  function said(card) {
    var root = box(card);
    if (unread(root) && unread(root).checked) return words.illegible;
    if (kind(root) === "ranking") {
      return ranks(root).map(function (s) {
        return s.value + ". " + s.closest("label").querySelector("span").textContent;
      }).join(", ");
    }
    if (kind(root) === "allocation") {
      return writing(root).filter(function (i) { return i.value.trim(); }).map(function (i) {
        return i.closest("label").querySelector("span").textContent + " " + i.value.trim();
      }).join(", ");
    }
    var chosen = own("input:checked", root).filter(function (i) { return i.value !== ""; });
    var labels = chosen.map(function (i) {
      var row = i.closest("label");
      return (row.querySelector(".said") || row.querySelector("span:not(.symbol)")).firstChild.textContent.trim();
    });
    var text = labels.concat(written(root).map(function (i) { return i.value.trim(); }));
    // “Something else” left empty is a decision: the sheet says nothing. Not of its site or mode.
    return text.filter(Boolean).join(" · ") || (root === card || !unread(root) ? "" : words.blank);
  }

  /* Routing: what the server will set aside is passed over, never hidden. */
  function value(card) {
    if (pointless.indexOf(card) >= 0) return "";
    if (kind(card) === "ranking") {
      return ranks(card).map(function (s) { return s.name.slice(card.id.length + 1); }).join(" ");
    }
    var chosen = own("input:checked", card);
    if (chosen.length) {
      if (kind(card) === "multiple_choice") return chosen.map(function (i) { return i.value; }).join(" ");
      var one = chosen[0].value;
      return kind(card) !== "single_choice" && one !== "" && !isNaN(one) ? Number(one) : one;
    }
    var text = writing(card)[0];
    if (!text || text.name !== card.id) return "";
    if (kind(card) !== "number") return text.value.trim();
    var figure = text.value.replace(/\s/g, "").replace(",", ".");
    return figure === "" || isNaN(figure) ? "" : Number(figure);
  }
  function route() {
    if (!window.corusRelevance) return;
    pointless = [];
    for (var pass = 0, moved = true; moved && pass <= cards.length; pass++) {
      moved = false;
      var values = {};
      cards.forEach(function (card) { values[card.id.slice(2)] = value(card); });
      var off = cards.filter(function (card) {
        var condition = data.conditions[card.id.slice(2)];
        return condition !== undefined && !window.corusRelevance(condition, values);
      });
      moved = off.length !== pointless.length;
      pointless = off;
    }
  }

  /* The whole sheet, in the order of the paper. */
  var list = make("ol", "list");
  var lines = cards.concat([end]).map(function (card, i) {
    var line = make("li");
    var go = make("button", "line");
    go.type = "button";
    var number = card.querySelector(".number");
    go.appendChild(make("span", "number", number ? number.textContent : ""));
    var text = make("span", "short", (card.querySelector(".sentence") || card.querySelector("h2")).textContent);
    text.lang = card.lang;
    go.appendChild(text);
    go.appendChild(make("span", "answer"));
    go.addEventListener("click", function () { show(i); });
    line.appendChild(go);
    list.appendChild(line);
    return go;
  });

  function refresh() {
    route();
    var counts = { answered: 0, blank: 0, unread: 0 };
    cards.forEach(function (card, i) {
      var off = pointless.indexOf(card) >= 0;
      var text = said(card);
      var kept = text === words.illegible ? "unread" : text ? "answered" : "blank";
      if (!off) counts[kept]++;
      lines[i].classList.toggle("pointless", off);
      lines[i].querySelector(".answer").textContent =
        off ? (text ? text + " — " : "") + words.pointless : text || "–";
    });
    var compared = cards.some(function (card) { return kind(card) === "pick"; });
    document.getElementById("sum").textContent = [
      fill(words.answered, { n: counts.answered }),
      fill(compared ? words.undecided : words.blanks, { n: counts.blank })
    ].concat(counts.unread ? [fill(words.unread, { n: counts.unread })] : []).join(" · ");
  }

  /* Moving. */
  function focus() {
    var card = cards[current];
    if (!card) return store.focus();
    var root = box(card);
    // A level is chosen by its key first; its reason is written after.
    var field = kind(root) === "level" ? null : written(root)[0];
    if (field) {
      field.focus();
      if (field.select) field.select();
    } else {
      root.tabIndex = -1;
      root.focus();
    }
  }
  function show(index) {
    current = Math.max(0, Math.min(index, cards.length));
    cards.concat([end]).forEach(function (card, i) { card.classList.toggle("later", i !== current); });
    lines.forEach(function (line, i) {
      if (i === current) line.setAttribute("aria-current", "step");
      else line.removeAttribute("aria-current");
    });
    var line = lines[current];
    var low = line.offsetTop - list.offsetTop;
    if (low < list.scrollTop || low + line.offsetHeight > list.scrollTop + list.clientHeight) {
      list.scrollTop = low - list.clientHeight / 3;
    }
    where.textContent = current < cards.length
      ? fill(words.where, { n: current + 1, total: cards.length }) + how(cards[current]) : "";
    focus();
  }
  var HOW = {
    rating: "choose", single_choice: "choose", pick: "choose", level: "choose", text: "write",
    multiple_choice: "toggle", ranking: "rank", number: "figure", allocation: "figure"
  };
  function how(card) { return HOW[kind(card)] ? " · " + words[HOW[kind(card)]] : ""; }

  function move(by) {
    var index = current + by;
    while (index >= 0 && index < cards.length && pointless.indexOf(cards[index]) >= 0 && !said(cards[index])) {
      index += by;
    }
    if (index >= 0) show(index);
  }
  function next() { move(1); }
  function back() {
    var card = cards[current];
    if (card && box(card) !== card) {
      clear(box(card));
      card.querySelector("input[value=other]").checked = false;
      told();
      return focus();
    }
    move(-1);
  }

  /* The keyboard. */
  function leave(field) {
    var root = box(cards[current]);
    var fields = writing(root);
    var place = fields.indexOf(field);
    if (place < fields.length - 1) {
      fields[place + 1].focus();
      return fields[place + 1].select();
    }
    var consent = root.querySelector("input[name$='.quotable']");
    if (consent && field.value.trim()) return consent.focus();
    next();
  }
  function in_text(event, field) {
    var line = field.tagName === "INPUT";
    var start = !field.value && writing(box(cards[current]))[0] === field;
    if (event.key === "Enter" && (line || event.ctrlKey)) leave(field);
    else if (event.key === "Escape") {
      var root = box(cards[current]);
      root.tabIndex = -1;
      root.focus();
    } else if (start && !event.repeat && (event.key === "ArrowUp" || event.key === "Backspace")) back();
    else return;
    event.preventDefault();
  }
  function press(event, target) {
    var card = cards[current];
    var root = card && box(card);
    var chosen = root && root.keys && root.keys[event.key.toLowerCase()];
    var native = target.matches("input, select, button, a, summary");
    if (chosen) act(root, chosen);
    else if (event.key === "Enter") {
      if (!card || target.matches("button, a")) return;
      next();
    } else if (native && (event.key === " " || event.key.indexOf("Arrow") === 0)) {
      if (card || event.key !== "ArrowUp") return;
      back();
    } else if (event.key === " ") {
      if (!card) return;
      if (kind(card) !== "pick") { clear(root); told(); }
      next();
    } else if (event.key === "Delete") {
      if (!root) return;
      clear(root);
      told();
    } else if (event.key === "ArrowUp" || event.key === "Backspace") back();
    else if (event.key === "ArrowDown") next();
    else return;
    event.preventDefault();
  }
  document.addEventListener("keydown", function (event) {
    var target = event.target;
    if (event.isComposing || event.altKey || event.metaKey) return;
    if (!form.contains(target) && target !== document.body) return;
    if (target.matches("textarea, input.figure")) return in_text(event, target);
    if (event.ctrlKey) return;
    // A finger that stays on a key answers once.
    if (event.repeat) return event.preventDefault();
    press(event, target);
  });

  form.addEventListener("input", function (event) {
    var root = event.target.closest(".other") || event.target.closest("fieldset");
    if (root && unread(root) && event.target !== unread(root) && event.target.value) unread(root).checked = false;
    told();
  });
  form.addEventListener("change", told);

  var sent = false;
  form.addEventListener("submit", function (event) {
    // Enter in a field of an old browser must not store half a sheet.
    if (current < cards.length || sent) return event.preventDefault();
    sent = true;
    store.textContent = words.storing;
    store.setAttribute("aria-disabled", "true");
  });
  window.addEventListener("pageshow", function () { sent = false; });
  window.addEventListener("beforeunload", function (event) {
    if (changed && !sent) event.preventDefault();
  });

  var whole = document.getElementById("whole");
  whole.appendChild(make("h2", "", whole.getAttribute("aria-label")));
  whole.appendChild(list);
  form.classList.add("keys");
  cards.forEach(function (card) {
    name_all(card);
    all(".other", card).forEach(name_all);
  });
  refresh();
  var faulty = cards.filter(function (card) { return card.querySelector(".wrong"); })[0];
  show(faulty ? cards.indexOf(faulty) : 0);
})();
