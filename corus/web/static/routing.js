/* Routing: what the server would set aside is not shown, and not sent. */
(function () {
  "use strict";
  var corus = window.corus;
  if (!corus.form) return;
  function code(card) { return card.id.slice(2); }

  function value(card) {
    var type = card.getAttribute("data-type");
    var named = card.id;
    if (card.hidden) return "";
    if (type === "ranking") {
      return corus.all("select", card).filter(function (s) { return s.value; }).sort(function (a, b) {
        return a.value - b.value;
      }).map(function (s) { return s.name.slice(named.length + 1); }).join(" ");
    }
    var chosen = corus.all("input:checked", card).filter(function (i) { return i.name === named; });
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

  corus.route = function () {
    if (!window.corusRelevance) return;
    var routed = corus.cards.filter(function (card) { return code(card) in corus.data.conditions; });
    // Conditions never go round in circles, so each pass settles at least one more question.
    for (var pass = 0, moved = true; moved && pass <= routed.length; pass++) {
      moved = false;
      var values = {};
      corus.cards.forEach(function (card) { values[code(card)] = value(card); });
      routed.forEach(function (card) {
        var off = !window.corusRelevance(corus.data.conditions[code(card)], values);
        if (off === card.hidden) return;
        card.hidden = card.disabled = off;
        moved = true;
      });
    }
  };
})();
