/* The board looks again every minute, while somebody looks at it. Without this, a link does. */
(function () {
  "use strict";
  var part = document.getElementById("now"), said = document.getElementById("fresh");
  var address = part && part.dataset.fresh;
  if (!address || !window.fetch) return;
  var EVERY = (Number(part.dataset.every) || 60) * 1000, shown = null, timer = null, last = Date.now();

  function busy() {
    return part.contains(document.activeElement) || String(window.getSelection()).length > 0;
  }
  function put(text) {
    if (text === shown) return;
    var open = Array.prototype.filter.call(part.querySelectorAll("details[id]"), function (one) {
      return one.open;
    });
    shown = text;
    part.innerHTML = text;
    open.forEach(function (one) {
      var again = document.getElementById(one.id);
      if (again) again.open = true;
    });
  }
  function look() {
    timer = null;
    if (document.hidden) return;
    if (busy()) { wait(); return; }
    fetch(address, { credentials: "same-origin", redirect: "error" }).then(function (answer) {
      if (!answer.ok) throw new Error(String(answer.status));
      return answer.text();
    }).then(put).catch(function () { /* The page stays as it is; the next minute may do better. */ })
      .then(function () { last = Date.now(); wait(); });
  }
  function wait() {
    if (timer === null) timer = setTimeout(look, EVERY);
  }
  document.addEventListener("visibilitychange", function () {
    if (document.hidden) {
      clearTimeout(timer);
      timer = null;
    } else if (Date.now() - last > EVERY) {
      look();
    } else {
      wait();
    }
  });
  if (said) said.textContent = said.dataset.said;
  wait();
})();
