/* Answers sent without a network: kept on this device until the server says that it has them.
   Each keeps the number of its form, so that however often it leaves, it counts once. */
(function () {
  "use strict";
  var corus = window.corus, said = corus.said, make = corus.make, device = corus.device;
  var main = document.getElementById("main");
  if (!said.send || !main) return;
  var PREFIX = "corus.waiting.";
  var DAYS = 14;
  var AGAIN = 30000;
  var PATIENCE = 8000;
  var able = Boolean(window.fetch && window.Promise && window.URLSearchParams && window.DOMParser
    && window.FormData && FormData.prototype.entries);
  var panel = make("section", "card told waiting");
  var state = make("p", "hint");
  state.setAttribute("role", "status");
  var receipts = [];
  var busy = false;
  var pressed = false;
  var held = false;
  var away = false;
  var timer;

  function entries() {
    return device.names(PREFIX).map(device.read).filter(Boolean);
  }
  function here(entry) { return entry.address.split("?")[0] === location.pathname; }
  function shared(entry) { return corus.kiosk || entry.address.indexOf("/k/") === 0; }
  function forget(entry) { device.erase(PREFIX + entry.id); }

  /* Is the server there? A small file that no cache may answer for. */
  corus.reach = function () {
    return new Promise(function (tell) {
      if (navigator.onLine === false) return tell(false);
      var sheet = document.querySelector("link[rel=stylesheet]").href;
      setTimeout(function () { tell(false); }, PATIENCE);
      fetch(sheet, { method: "HEAD", cache: "no-store" }).then(function (answer) {
        tell(answer.ok && !answer.redirected);
      }, function () { tell(false); });
    });
  };

  /* What the page that came back says: a receipt, a refusal of ours, or nothing one can trust. */
  function understood(answer, text) {
    var page = new DOMParser().parseFromString(text, "text/html");
    var code = page.querySelector(".receipt .code");
    if (answer.status === 200 && code) return { code: code.textContent };
    var ours = page.querySelector(".told h1, #alert h2");
    if (!ours || answer.status < 400 || answer.status >= 500 || answer.status === 429) return null;
    var told = page.querySelector(".told p, #alert p");
    return {
      title: ours.textContent, text: told ? told.textContent : "",
      mend: Boolean(page.querySelector("#answers"))
    };
  }

  function send(entry) {
    return fetch(entry.address, {
      method: "POST", body: entry.body, redirect: "error",
      headers: { "Content-Type": "application/x-www-form-urlencoded" }
    }).then(function (answer) {
      return answer.text().then(function (text) { return understood(answer, text); });
    }).then(function (found) {
      if (!found) return false;
      if (found.code) {
        forget(entry);
        if (!shared(entry)) receipts.push({ code: found.code, here: here(entry) });
        return true;
      }
      entry.refused = found;
      device.write(PREFIX + entry.id, entry);
      return true;
    }).catch(function () { return false; });
  }

  function flush(asked) {
    var left = entries().filter(function (entry) { return !entry.refused; });
    clearTimeout(timer);
    pressed = pressed || asked === true;
    if (busy || !left.length || !able) return;
    busy = true;
    left.reduce(function (before, entry) {
      return before.then(function (went) { return went ? send(entry) : false; });
    }, Promise.resolve(true)).then(function (went) {
      busy = false;
      if (!went) timer = setTimeout(flush, AGAIN);
      draw();
      state.textContent = !went && pressed ? said.still_off : "";
      pressed = false;
      if (receipts.length && panel.firstChild) panel.querySelector("h1, h2").focus();
    });
  }

  function button(kind, words, act) {
    var made = make("button", kind, words);
    made.addEventListener("click", act);
    panel.appendChild(made);
    return made;
  }
  function heading(text, level) {
    var made = make(level, "", text);
    made.tabIndex = -1;
    panel.appendChild(made);
  }
  function eraser(gone) {
    var made = button("quiet", said.erase, function () {
      if (made.textContent === said.erase) { made.textContent = said.sure; return; }
      gone.forEach(forget);
      draw();
    });
  }
  function another() {
    if (!corus.form || /^\/[ir]\//.test(location.pathname)) return;
    button("quiet", said.another, function () {
      receipts = [];
      away = true;
      hold(false);
      draw();
      corus.fresh();
    });
  }
  function hold(now) {
    held = now;
    document.body.classList.toggle("held", now);
  }

  /* The server says by itself what is wrong: the answers go to it as a form, and are shown by it. */
  function look(entry) {
    var form = make("form");
    form.method = "post";
    form.action = entry.address;
    new URLSearchParams(entry.body).forEach(function (value, name) {
      var field = make("input");
      field.type = "hidden";
      field.name = name;
      field.value = value;
      form.appendChild(field);
    });
    document.body.appendChild(form);
    form.submit();
  }

  function drawReceipts(level) {
    heading(said.sent_title, level);
    panel.appendChild(make("p", "", said.sent));
    receipts.forEach(function (receipt) {
      panel.appendChild(make("p", "", said.receipt));
      panel.appendChild(make("p", "code", receipt.code)).dir = "ltr";
    });
    panel.appendChild(make("p", "", said.note_it));
  }
  function drawRefused(entry, level) {
    heading(said.refused_title, level);
    panel.appendChild(make("p")).appendChild(make("strong", "", entry.refused.title));
    panel.appendChild(make("p", "", entry.refused.text));
    if (entry.refused.mend) button("primary", said.look, function () { look(entry); });
    eraser([entry]);
  }
  function drawWaiting(waiting, level) {
    if (held) {
      heading(said.kept_title, level);
      panel.appendChild(make("p", "off", corus.kiosk ? said.kept_kiosk : said.kept));
    } else {
      var sentence = waiting.length === 1 ? said.one : said.several;
      panel.appendChild(make("p", "", corus.fill(sentence, { n: waiting.length })));
    }
    if (!held || !corus.kiosk) button(held ? "primary" : "quiet", said.send, function () { flush(true); });
    if (!corus.kiosk) eraser(waiting);
  }
  function drawKiosk(waiting, refused) {
    if (waiting.length) drawWaiting(waiting, "h1");
    else if (held) heading(said.thanks, "h1");
    if (refused.length) panel.appendChild(make("p", "", said.refused + " (" + refused.length + ")"));
    if (held) corus.leaving(panel);
  }

  /* The network is back while a kiosk is being left: what the screen says must stay true. */
  function arrived(refused) {
    var off = panel.querySelector(".off");
    if (!off) return;
    var title = refused.length ? said.thanks : said.sent_title;
    panel.querySelector("h1").textContent = document.title = title;
    off.textContent = refused.length ? said.refused + " (" + refused.length + ")" : said.sent;
    off.className = "";
  }

  function draw() {
    var all = entries();
    var refused = all.filter(function (entry) { return entry.refused; });
    var waiting = all.filter(function (entry) { return !entry.refused; });
    // Nobody clears away a screen that changes while it is being left.
    if (corus.kiosk && held && panel.parentNode) {
      if (!waiting.length) arrived(refused);
      return;
    }
    if (!corus.kiosk && !away && corus.form && !corus.whole) {
      hold(held || all.some(here) || receipts.some(function (receipt) { return receipt.here; }));
    }
    panel.textContent = "";
    var level = held ? "h1" : "h2";
    if (corus.kiosk) drawKiosk(waiting, refused);
    else {
      if (receipts.length) drawReceipts(level);
      refused.forEach(function (entry) { drawRefused(entry, level); });
      if (waiting.length) drawWaiting(waiting, level);
      if (held && !panel.firstChild) hold(false);
      if (held) another();
    }
    if (!panel.firstChild) { if (panel.parentNode) main.removeChild(panel); return; }
    panel.appendChild(state);
    if (!panel.parentNode) main.insertBefore(panel, main.firstChild);
  }

  /* Keep the form as it stands. False when this device cannot: the page then keeps it. */
  corus.hold = function () {
    var entry = {
      id: corus.id(), address: corus.form.action.slice(location.origin.length),
      body: corus.body(), day: corus.today()
    };
    if (!able || !device.write(PREFIX + entry.id, entry)) return false;
    corus.changed = away = false;
    if (panel.parentNode) main.removeChild(panel);
    hold(true);
    draw();
    window.scrollTo(0, 0);
    panel.querySelector("h1").focus();
    document.title = said.kept_title;
    timer = setTimeout(flush, AGAIN);
    return true;
  };
  /* The screen is free for the next person. */
  corus.release = function () {
    hold(false);
    if (panel.parentNode) main.removeChild(panel);
    draw();
  };
  corus.able = able;

  entries().forEach(function (entry) {
    // The server has just shown these answers on this page: they are here now, and nowhere else.
    if (corus.whole && entry.id === corus.id()) forget(entry);
    // Nobody comes to read a refusal on a device that is everybody's.
    if (entry.refused && shared(entry) && corus.today() - entry.day > DAYS) forget(entry);
  });
  window.addEventListener("online", flush);
  draw();
  flush();
})();
