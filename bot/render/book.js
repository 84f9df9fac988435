// Shows only the entries that hold every word of the search field; a part without any is hidden with them.
(function () {
  var field = document.getElementById("find"), count = document.getElementById("found");
  var items = Array.prototype.slice.call(document.querySelectorAll(".item"));
  var parts = Array.prototype.slice.call(document.querySelectorAll(".part"));
  var texts = items.map(function (item) { return item.textContent.toLowerCase(); });
  function search() {
    var words = field.value.toLowerCase().split(/\s+/).filter(Boolean), shown = 0;
    items.forEach(function (item, place) {
      item.hidden = !words.every(function (word) { return texts[place].indexOf(word) >= 0; });
      if (!item.hidden) { shown += 1; }
    });
    parts.forEach(function (part) { part.hidden = words.length > 0 && !part.querySelector(".item:not([hidden])"); });
    count.textContent = words.length ? shown + " / " + items.length : "";
  }
  field.addEventListener("input", search);
  window.addEventListener("hashchange", function () { if (field.value) { field.value = ""; search(); } });
})();
