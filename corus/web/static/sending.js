/* Sending: once per click, and into the device's keeping when there is no network. */
(function () {
  "use strict";
  var corus = window.corus, form = corus.form, words = corus.words;
  if (!form) return;
  var send = document.getElementById("send");
  var label = send.textContent;
  var chosen = send;
  var sent = false;
  var reached = false;
  var timer;

  function release() {
    sent = reached = false;
    send.textContent = label;
    send.removeAttribute("aria-disabled");
    clearTimeout(timer);
  }

  function told(sentence) {
    var place = document.getElementById("alert") || corus.make("div", "alert");
    place.id = "alert";
    place.tabIndex = -1;
    place.setAttribute("role", "alert");
    place.textContent = "";
    place.appendChild(corus.make("h2", "", words.offline_title));
    place.appendChild(corus.make("p", "", sentence));
    form.insertBefore(place, document.getElementById("moves"));
    place.focus();
  }

  /* The browser sends the form itself, so that going back and reloading stay what they were: here
     we only find out beforehand whether anybody is at the other end. */
  function depart(there) {
    if (there) {
      reached = true;
      chosen.click();
      reached = false;
      return;
    }
    release();
    if (chosen !== send) told(words.unsaved);
    else if (corus.hold()) corus.forgetDraft();
    else told(words.offline);
  }

  // Not every browser tells by which button a form is sent; the Enter key counts as the first one.
  corus.all("button:not([type=button])", form).forEach(function (button) {
    button.addEventListener("click", function () { chosen = button; });
  });

  form.addEventListener("submit", function (event) {
    if (chosen === send && !corus.last()) {
      event.preventDefault();
      corus.forward();
    } else if (sent && !reached || chosen === send && corus.fault()) {
      event.preventDefault();
    } else {
      corus.hush();
      if (chosen === send) send.textContent = words.sending;
      send.setAttribute("aria-disabled", "true");
      sent = true;
      if (reached || !corus.able) {
        timer = setTimeout(release, 8000);
        return;
      }
      event.preventDefault();
      corus.reach().then(depart);
    }
  });
  window.addEventListener("pageshow", release);
  window.addEventListener("beforeunload", function (event) {
    if (corus.changed && !sent && !corus.kiosk) event.preventDefault();
  });

  // Reading the notice must not cost what was answered; on a kiosk it opens in place.
  var notice = document.getElementById("notice");
  if (notice) {
    notice.target = "_blank";
    notice.textContent += " " + words.new_tab;
  }
})();
