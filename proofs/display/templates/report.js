const form = document.getElementById("filter");
const items = [...document.querySelectorAll("[data-claim]")];
const words = new Map(items.map((item) => [item, item.textContent.toLowerCase()]));

function apply() {
  const asked = form.search.value.toLowerCase().split(/\s+/).filter(Boolean);
  const kinds = ["chapter", "ruling", "verdict"].filter((kind) => form[kind].value);
  for (const item of items) {
    item.hidden = !kinds.every((kind) => item.dataset[kind] === form[kind].value) || !asked.every((word) => words.get(item).includes(word));
  }
  for (const chapter of document.querySelectorAll("[data-chapter-of]")) {
    chapter.hidden = !chapter.querySelector("[data-claim]:not([hidden])");
  }
  const shown = items.filter((item) => item.tagName === "ARTICLE" && !item.hidden).length;
  document.getElementById("shown").textContent = `${shown} of ${items.filter((item) => item.tagName === "ARTICLE").length} claims`;
}

function reveal() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target && target.closest("[hidden]")) {
    form.reset();
    apply();
    target.scrollIntoView();
  }
}

form.hidden = false;
form.addEventListener("input", apply);
form.addEventListener("submit", (event) => event.preventDefault());
addEventListener("hashchange", reveal);
apply();
