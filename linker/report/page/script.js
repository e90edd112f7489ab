// Everything can be read without this: it lets a threshold be tried with a
// slider.
(function () {
  "use strict";
  var list = document.getElementById("choices"), place = document.getElementById("choose");
  if (!list || !place) { return; }
  var all = list.content.querySelectorAll("p"), now = 0;
  all.forEach(function (p, i) { if (p.className === "now") { now = i; } });
  var slider = place.querySelector("input"), text = place.querySelector("output");
  function show() {
    text.textContent = all[slider.value].textContent;
    slider.setAttribute("aria-valuetext", text.textContent);
  }
  slider.max = all.length - 1;
  slider.value = now;
  slider.addEventListener("input", show);
  place.hidden = false;
  show();
})();
