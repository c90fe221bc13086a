// A file that arrives leaves its page as it was: what was wrong before sending is no longer so.
"use strict";
document.addEventListener("submit", function (event) {
  const form = event.target;
  document.querySelectorAll(".alert").forEach((alert) => alert.remove());
  form.querySelectorAll(".wrong").forEach((said) => said.remove());
  form.querySelectorAll(".faulty").forEach((field) => field.classList.remove("faulty"));
  form.querySelectorAll("[aria-invalid]").forEach((field) => field.removeAttribute("aria-invalid"));
});
