/* Warns before another language empties a page on which something is typed and not yet sent. */
(function () {
  "use strict";
  var main = document.getElementById("main");
  // A page that came back with faults, or through signing in, holds what was typed before.
  var changed = Boolean(main.querySelector("form [aria-invalid], form .wrong, [role=alert] ~ form, textarea[hidden]"));
  var switching = false;

  main.addEventListener("input", function (event) {
    if (event.target.form && event.target.form.method === "post") changed = true;
  });
  document.querySelector(".foot").addEventListener("click", function (event) {
    switching = Boolean(event.target.closest("a[hreflang], button[lang]"));
  });
  window.addEventListener("beforeunload", function (event) {
    if (changed && switching) event.preventDefault();
    switching = false;
  });
})();
