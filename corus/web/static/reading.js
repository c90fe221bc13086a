/* Reading aloud, with a voice that lives on the device: no sentence leaves it for that. */
(function () {
  "use strict";
  var corus = window.corus, form = corus.form, words = corus.words;
  var speech = window.speechSynthesis;
  if (!form || !speech || !window.SpeechSynthesisUtterance) return;
  var language = document.documentElement.lang;
  var buttons = [];
  var speaking = null;

  function voice() {
    return speech.getVoices().filter(function (one) {
      return one.localService && one.lang.replace("_", "-").split("-")[0] === language.split("-")[0];
    })[0];
  }
  function label(button) {
    button.lastChild.textContent = button === speaking ? words.stop : words.listen;
  }
  function stop() {
    var was = speaking;
    speaking = null;
    speech.cancel();
    if (was) label(was);
  }
  function sentences(card) {
    var parts = [card.querySelector("legend"), card.querySelector(".card > .hint")];
    corus.all("label", card).forEach(function (row) {
      if (getComputedStyle(row).visibility !== "hidden") parts.push(row.querySelector("span:not(.symbol)"));
    });
    return parts.filter(Boolean).map(function (part) { return part.textContent.trim(); });
  }
  function speak(button, card) {
    stop();
    speaking = button;
    label(button);
    // One utterance for each: a pause between answers, and no voice that stops after 15 seconds.
    var rest = sentences(card).map(function (sentence) {
      var said = new SpeechSynthesisUtterance(sentence);
      said.lang = language;
      said.voice = voice();
      said.rate = 0.9;
      return said;
    });
    rest[rest.length - 1].onend = function () { if (speaking === button) stop(); };
    rest.forEach(function (said) { speech.speak(said); });
  }
  function drawing() {
    var place = corus.make("span", "ear");
    place.setAttribute("aria-hidden", "true");
    var svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    var path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    svg.setAttribute("viewBox", "0 0 24 24");
    path.setAttribute("d", "M4 9v6h4l5 4V5L8 9zM16.5 9q2 3 0 6m3-9q4 6 0 12");
    svg.appendChild(path);
    place.appendChild(svg);
    return place;
  }

  corus.all("fieldset.card", form).forEach(function (card) {
    var legend = card.querySelector("legend");
    var button = corus.make("button", "listen later");
    button.appendChild(drawing());
    button.appendChild(corus.make("span"));
    button.setAttribute("aria-describedby", legend.id);
    label(button);
    button.addEventListener("click", function () {
      if (speaking === button) stop();
      else speak(button, card);
    });
    legend.insertAdjacentElement("afterend", button);
    buttons.push(button);
  });
  function offer() {
    buttons.forEach(function (button) { button.classList.toggle("later", !voice()); });
  }
  corus.hush = stop;
  window.addEventListener("pagehide", stop);
  // Voices come late in some browsers, and never in others.
  if (speech.addEventListener) speech.addEventListener("voiceschanged", offer);
  else speech.onvoiceschanged = offer;
  offer();
})();
