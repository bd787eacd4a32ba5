// 行: a click anywhere on a row opens it, or shows its preview where the page has room for one.
const roomForPreview = matchMedia("(min-width: 80.01rem)");
const interactive = "a, button, input, select, label, summary, textarea";

function preview(row) {
  const place = document.getElementById("preview");
  if (!place || !row.dataset.preview || !roomForPreview.matches || !window.htmx) return false;
  for (const other of row.parentElement.querySelectorAll("[aria-selected]")) other.removeAttribute("aria-selected");
  row.setAttribute("aria-selected", "true");
  window.htmx.ajax("GET", row.dataset.preview, { target: place, swap: "innerHTML" });
  return true;
}

function empty(place) {
  place.replaceChildren();
  for (const row of document.querySelectorAll("[data-rows] [aria-selected]")) row.removeAttribute("aria-selected");
}

document.addEventListener("click", (event) => {
  const emptier = event.target.closest("[data-empties]");
  if (emptier) empty(document.getElementById(emptier.dataset.empties));
  const row = event.target.closest("[data-rows] tbody tr");
  if (!row || event.target.closest(interactive) || String(getSelection())) return;
  const link = row.querySelector(".row-link");
  if (!link) return;
  if (event.ctrlKey || event.metaKey) window.open(link.href, "_blank", "noopener");
  else if (!preview(row)) link.click();
  else link.focus({ preventScroll: true });
});

document.addEventListener("desk:preview", (event) => preview(event.target));
