/* What the scripts of respondents' pages share; each further file adds one concern to `corus`.
   Pages are whole without any of them, and the server decides everything again. */
(function () {
  "use strict";
  function all(selector, root) {
    return Array.prototype.slice.call((root || document).querySelectorAll(selector));
  }
  function make(tag, kind, text) {
    var made = document.createElement(tag);
    if (kind) made.className = kind;
    made.textContent = text || "";
    if (tag === "button") made.type = "button";
    return made;
  }
  function fill(sentence, values) {
    return sentence.replace(/\{(\w+)\}/g, function (whole, name) { return values[name]; });
  }
  function read(id) {
    var place = document.getElementById(id);
    return place ? JSON.parse(place.textContent) : {};
  }

  /* The device's own memory, which it may refuse: nothing here fails when it does. */
  var device = {
    names: function (prefix) {
      try {
        return Object.keys(window.localStorage).filter(function (n) { return n.indexOf(prefix) === 0; });
      } catch (refused) { return []; }
    },
    read: function (name) {
      try { return JSON.parse(window.localStorage.getItem(name)); } catch (refused) { return null; }
    },
    write: function (name, value) {
      try { window.localStorage.setItem(name, JSON.stringify(value)); return true; }
      catch (refused) { return false; }
    },
    erase: function (name) {
      try { window.localStorage.removeItem(name); } catch (refused) { /* It kept nothing either. */ }
    }
  };
  var day = 86400000;

  var form = document.getElementById("answers");
  var data = read("data");
  window.corus = {
    all: all, make: make, fill: fill, device: device,
    form: form,
    cards: form ? all("fieldset.card[data-type]", form).filter(function (c) { return c.id.indexOf("q.") === 0; }) : [],
    data: data,
    words: data.words || {},
    said: read("waiting-words"),
    whole: Boolean(form) && form.hasAttribute("data-whole"),
    kiosk: location.pathname.indexOf("/k/") === 0,
    /* Days, never times: what lies on a device tells no more than what lies on the server. */
    today: function () { return Math.floor(Date.now() / day); },
    body: function () { return new URLSearchParams(new FormData(form)).toString(); },
    id: function () { return form.elements.submission_id.value; }
  };
})();
