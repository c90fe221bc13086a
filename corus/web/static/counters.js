/* Counters: said as soon as they matter, before the server has to refuse. */
(function () {
  "use strict";
  var corus = window.corus;
  if (!corus.form) return;

  function counter(card) {
    var place = corus.make("p", "count");
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
    var n = corus.all("input:checked", card).length;
    var off = n > max;
    tell(card.count, n ? corus.fill(off ? corus.words.too_many : corus.words.chosen, { n: n, max: max }) : "", off);
  }

  function sum(card) {
    var total = Number(card.getAttribute("data-total"));
    var fields = corus.all("input", card);
    var given = fields.filter(function (i) { return i.value.trim(); });
    var n = given.reduce(function (s, i) { return s + (Number(i.value) || 0); }, 0);
    // Unfinished is no fault: only going over the total, or moving on short of it, is.
    card.short = given.length > 0 && n !== total;
    tell(card.count, given.length ? corus.fill(corus.words.sum, { n: n, total: total }) : "", n > total);
  }

  var counted = corus.cards.filter(function (card) {
    var kind = card.getAttribute("data-type");
    card.update = kind === "allocation" ? sum
      : kind === "multiple_choice" && card.getAttribute("data-max") ? count : null;
    if (card.update) card.count = counter(card);
    return card.update;
  });

  /* The first question of `step` that cannot be left as it is. */
  corus.stuck = function (step) {
    return counted.filter(function (card) {
      if (card.hidden || !step.contains(card)) return false;
      if (card.short) {
        var n = corus.all("input", card).reduce(function (s, i) { return s + (Number(i.value) || 0); }, 0);
        tell(card.count, corus.fill(corus.words.sum_off, { n: n, total: card.getAttribute("data-total") }), true);
      }
      return card.count.classList.contains("off");
    })[0];
  };

  corus.count = function () {
    counted.forEach(function (card) { card.update(card); });
  };
})();
