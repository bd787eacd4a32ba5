// 快捷键. Single keys can be switched off in the list that `?` shows; that wish is the only thing kept in the browser.
const PREFERENCE = "desk-single-keys";
const AFTER_G = 1200;
const writing = "input, textarea, select, [contenteditable]";
const list = document.querySelector("[data-keys-list]");
const box = document.getElementById("keys-on");
let goUntil = 0;

const off = () => localStorage.getItem(PREFERENCE) === "off";
if (box) {
  box.checked = !off();
  box.addEventListener("change", () => (box.checked ? localStorage.removeItem(PREFERENCE) : localStorage.setItem(PREFERENCE, "off")));
}

function tell(keys, text) {
  if (!list) return;
  const term = document.createElement("dt");
  keys.forEach((key, place) => {
    if (place) term.append(" ");
    const cap = document.createElement("kbd");
    cap.textContent = key;
    term.append(cap);
  });
  const meaning = document.createElement("dd");
  meaning.textContent = text;
  list.append(term, meaning);
}
document.querySelectorAll("[data-go]").forEach((link) => tell(["g", link.dataset.go], link.textContent.trim()));
document.querySelectorAll("[data-key]").forEach((part) => tell([part.dataset.key], (part.getAttribute("aria-label") ?? part.textContent).trim()));

function move(step) {
  const links = [...document.querySelectorAll("[data-rows] .row-link")].filter((link) => link.offsetParent);
  if (!links.length) return;
  const here = links.findIndex((link) => link.closest("tr").contains(document.activeElement));
  const next = links[Math.min(Math.max(here + step, 0), links.length - 1)];
  next.focus();
  next.closest("tr").scrollIntoView({ block: "nearest" });
  // An open preview follows the row.
  if (document.querySelector("[data-empties]")) next.closest("tr").dispatchEvent(new CustomEvent("desk:preview", { bubbles: true }));
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  const inField = event.target.closest?.(writing);
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && inField?.form) {
    event.preventDefault();
    inField.form.requestSubmit(inField.form.querySelector("[data-main]") ?? inField.form.querySelector(".form-foot .button-main, .button-main") ?? undefined);
    return;
  }
  if (event.key === "Escape") {
    for (const menu of document.querySelectorAll("details[data-menu][open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
    if (inField?.id === "search") inField.blur();
    else if (!inField && !document.querySelector("dialog[open]")) document.querySelector("[data-empties]")?.click();
    return;
  }
  if (inField || event.ctrlKey || event.metaKey || event.altKey || off() || document.querySelector("dialog[open]")) return;
  if (goUntil > event.timeStamp) {
    goUntil = 0;
    const place = document.querySelector(`[data-go="${CSS.escape(event.key)}"]`);
    if (place) {
      event.preventDefault();
      place.click();
    }
    return;
  }
  const does = {
    "/": () => document.getElementById("search")?.focus(),
    "?": () => document.getElementById("keys")?.showModal(),
    j: () => move(1),
    k: () => move(-1),
    g: () => (goUntil = event.timeStamp + AFTER_G),
    o: () => document.activeElement.closest("[data-rows] tr")?.dispatchEvent(new CustomEvent("desk:preview", { bubbles: true })),
  }[event.key];
  if (does) {
    event.preventDefault();
    does();
    return;
  }
  const own = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (own) {
    event.preventDefault();
    own.click();
  }
});
