/* A device for everybody: it forgets each person before the next one comes. */
(function () {
  "use strict";
  var corus = window.corus, said = corus.said, make = corus.make;
  if (!corus.kiosk) return;
  var IDLE = 180000;
  var ASKED = 30;
  var CLEARS = 60;
  var AGAIN = 10000;
  var clock;
  var link = document.getElementById("next-person");
  var start = link ? link.href : location.pathname.split("/").slice(0, 4).join("/");
  if (corus.form) start = corus.form.getAttribute("data-start");

  function next() {
    clearInterval(clock);
    if (asks.open) shut();
    corus.reach().then(function (there) {
      corus.changed = false;
      if (there) return location.replace(start);
      if (corus.form && !corus.whole) {
        corus.release();
        corus.fresh();
      } else {
        // No fresh form to be had: what was read here goes all the same.
        document.getElementById("main").textContent = said.thanks;
        setTimeout(next, AGAIN);
      }
    });
  }

  function countdown(seconds, tell, act) {
    var left = seconds;
    clearInterval(clock);
    tell(left);
    clock = setInterval(function () {
      left -= 1;
      if (left > 0) return tell(left);
      clearInterval(clock);
      act();
    }, 1000);
  }

  /* What a person has read and leaves behind is erased by itself, or by the next one. */
  corus.leaving = function (place) {
    var note = make("p", "hint");
    var more = make("button", "quiet", said.more_time);
    var go = link || make("button", "primary", said.next_person);
    function begin() {
      countdown(CLEARS, function (n) { note.textContent = corus.fill(said.clears, { n: n }); }, next);
    }
    go.addEventListener("click", function (event) { event.preventDefault(); next(); });
    more.addEventListener("click", begin);
    [go, more, note].forEach(function (part) { place.appendChild(part); });
    begin();
  };

  /* Somebody who walks away in the middle leaves no answer for the next to see. */
  var asks = make("dialog", "card");
  asks.setAttribute("aria-labelledby", "there");
  asks.appendChild(make("h2", "", said.there)).id = "there";
  var text = asks.appendChild(make("p"));
  var stay = asks.appendChild(make("button", "primary", said.go_on));
  document.body.appendChild(asks);
  var wait;

  function shut() {
    if (asks.close) asks.close();
    else asks.removeAttribute("open");
  }
  function ask() {
    if (document.body.classList.contains("held")) return;
    if (!corus.form || !corus.answered()) {
      if (!corus.form || corus.begun()) next();
      return;
    }
    if (asks.showModal) asks.showModal();
    else asks.setAttribute("open", "");
    stay.focus();
    countdown(ASKED, function (n) { text.textContent = corus.fill(said.there_text, { n: n }); }, next);
  }
  function busy() {
    clearTimeout(wait);
    wait = setTimeout(ask, IDLE);
  }
  function back() {
    clearInterval(clock);
    shut();
    busy();
  }
  stay.addEventListener("click", back);
  asks.addEventListener("cancel", back);
  ["pointerdown", "touchstart", "keydown", "input", "scroll"].forEach(function (sign) {
    document.addEventListener(sign, function () { if (!asks.open) busy(); }, true);
  });
  // A page brought back whole from memory is the previous person's.
  window.addEventListener("pageshow", function (event) { if (event.persisted) next(); });

  var leaving = document.getElementById("leaving");
  if (leaving) corus.leaving(leaving);
  else busy();
})();
