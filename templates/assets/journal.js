/* A classic script, loaded in <head>: file:// blocks modules. Reading works without it. */
(function (d) {
  var r = d.documentElement, k = "journal-theme", m = matchMedia("(prefers-color-scheme: dark)");
  r.classList.add("js");
  try { var t = localStorage.getItem(k); if (t === "dark" || t === "light") r.dataset.theme = t } catch (e) { /* storage is closed here */ }
  d.addEventListener("DOMContentLoaded", function () {
    var b = d.querySelector(".theme");
    function dark() { return r.dataset.theme ? r.dataset.theme === "dark" : m.matches }
    function say() { b.setAttribute("aria-pressed", dark()) }
    say();
    m.addEventListener("change", say);
    b.addEventListener("click", function () {
      r.dataset.theme = dark() ? "light" : "dark";
      say();
      try { localStorage.setItem(k, r.dataset.theme) } catch (e) { /* lasts for this page only */ }
    });
  });
})(document);
