/* A draft on the device, only where somebody asks for it: many phones have several users. */
(function () {
  "use strict";
  var corus = window.corus, form = corus.form, words = corus.words, device = corus.device;
  var PREFIX = "corus.draft.";
  var DAYS = 14;
  // One draft for one door, whatever the language and the version: it is one person's answer.
  var door = /^\/i\/[^/]+|^\/[sk]\/[^/]+\/[^/]+/.exec(location.pathname);
  var name = PREFIX + (door ? door[0] : location.pathname);

  device.names(PREFIX).forEach(function (other) {
    var draft = device.read(other);
    if (!draft || corus.today() - draft.day > DAYS) device.erase(other);
  });
  if (!form && document.querySelector(".receipt .code")) device.erase(name);
  corus.forgetDraft = function () { device.erase(name); };
  if (!form || !corus.data.drafts || !corus.able) return;

  var keep = corus.make("button", "quiet keep", words.keep);
  var erase = corus.make("button", "quiet keep", words.erase);
  var note = corus.make("p", "hint");
  note.setAttribute("role", "status");
  var first = device.read(name);
  var day = first ? first.day : corus.today();
  var drawn = corus.id();

  function number(value) { form.elements.submission_id.value = value; }
  function kept() { return Boolean(device.read(name)); }
  // A tab that neither kept nor restored what the device holds does not write over it.
  function ours() {
    var draft = device.read(name);
    return Boolean(draft) && new URLSearchParams(draft.body).get("submission_id") === corus.id();
  }
  function save() { return device.write(name, { day: day, body: corus.body() }); }
  function mark() {
    keep.classList.toggle("later", kept());
    erase.classList.toggle("later", !kept());
  }
  function restore(body) {
    new URLSearchParams(body).forEach(function (value, field) {
      if (field === "submission_id") return number(value);
      corus.all("input, textarea, select", form).forEach(function (one) {
        if (one.name !== field) return;
        if (one.type === "radio" || one.type === "checkbox") one.checked = one.checked || one.value === value;
        else one.value = value;
      });
    });
    corus.refresh();
  }

  keep.addEventListener("click", function () {
    day = corus.today();
    if (save()) corus.changed = false;
    note.textContent = kept() ? words.kept : words.cannot_keep;
    mark();
    if (kept()) erase.focus();
  });
  erase.addEventListener("click", function () {
    corus.forgetDraft();
    corus.clear();
    number(drawn);
    corus.changed = false;
    note.textContent = words.erased;
    mark();
    keep.focus();
  });
  form.addEventListener("input", function () {
    if (ours() && save()) corus.changed = false;
  });

  var place = document.getElementById("moves").appendChild(corus.make("div", "save"));
  [keep, erase, note].forEach(function (part) { place.appendChild(part); });
  if (first && !corus.whole) {
    restore(first.body);
    note.textContent = words.found;
    var found = corus.make("div", "found");
    found.appendChild(note);
    found.appendChild(erase);
    form.insertBefore(found, form.firstChild);
  }
  mark();
})();
