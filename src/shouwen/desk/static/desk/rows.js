// 行: a click anywhere on a row opens it, or shows its preview where the page has room for one.
const interactive = "a, button, input, select, label, summary, textarea";

function preview(row) {
  const place = document.getElementById("preview");
  if (!place || !row.dataset.preview || !place.offsetParent || !window.htmx) return false;
  for (const other of row.parentElement.querySelectorAll("[aria-selected]")) other.removeAttribute("aria-selected");
  row.setAttribute("aria-selected", "true");
  window.htmx.ajax("GET", row.dataset.preview, { target: place, swap: "innerHTML" });
  return true;
}

document.addEventListener("click", (event) => {
  const row = event.target.closest("[data-rows] tbody tr");
  if (!row || event.target.closest(interactive) || String(getSelection())) return;
  const link = row.querySelector(".row-link");
  if (!link) return;
  if (event.ctrlKey || event.metaKey) window.open(link.href, "_blank", "noopener");
  else if (!preview(row)) link.click();
  else link.focus({ preventScroll: true });
});

document.addEventListener("desk:preview", (event) => preview(event.target));
