// 表单: no form is sent twice, dangerous buttons ask first, nobody loses what was typed, dialogs open and close.
const words = JSON.parse(document.getElementById("desk-words")?.textContent ?? "{}");

const buttonsOf = (form) => [...form.elements, ...form.querySelectorAll("button")].filter((part) => part.type === "submit");

function hold(form) {
  form.dataset.sent = "";
  // After the browser has read the form: a disabled button would not send its own name and value.
  setTimeout(() => {
    for (const button of buttonsOf(form)) {
      if (button.disabled) continue;
      button.disabled = true;
      button.dataset.held = "";
    }
    form.querySelector("[data-pressed]")?.setAttribute("aria-busy", "true");
  });
}

function release(form) {
  delete form.dataset.sent;
  for (const button of buttonsOf(form)) {
    if ("held" in button.dataset) button.disabled = false;
    delete button.dataset.held;
    delete button.dataset.pressed;
    button.removeAttribute("aria-busy");
  }
  form.dispatchEvent(new CustomEvent("desk:free"));
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  const asked = event.submitter?.dataset.confirm ?? form.dataset.confirm;
  if (asked && !("confirmed" in form.dataset)) {
    event.preventDefault();
    event.stopImmediatePropagation();
    ask(asked, event.submitter ?? form, form, event.submitter);
    return;
  }
  delete form.dataset.confirmed;
  if (form.method !== "post" || form.target === "_blank") return;
  if ("sent" in form.dataset) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  if (event.submitter) event.submitter.dataset.pressed = "";
  form.dispatchEvent(new CustomEvent("desk:sent"));
  hold(form);
  // The answer is a file: the page stays, and nothing tells it when the file has come.
  if ("stays" in form.dataset) setTimeout(() => release(form), 3000);
}, true);

// A form that another script or htmx answers in place is free again afterwards.
for (const name of ["htmx:afterRequest", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, (event) => {
    const form = event.target.closest?.("form");
    if (form) release(form);
  });
}

// Back from the browser's page cache: buttons live again.
addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(release);
});

function ask(sentence, source, form, submitter) {
  const dialog = document.getElementById("confirm");
  dialog.querySelector("#confirm-words").textContent = sentence;
  const yes = dialog.querySelector("[data-confirms]");
  yes.textContent = source.dataset.confirmYes ?? (submitter?.textContent.trim() || words.confirm);
  yes.onclick = () => {
    dialog.close();
    form.dataset.confirmed = "";
    form.requestSubmit(submitter ?? undefined);
  };
  dialog.showModal();
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) document.getElementById(opener.dataset.opens)?.showModal();
  const closer = event.target.closest("[data-closes]");
  if (closer) closer.closest("dialog")?.close();
  if (event.target.closest("[data-prints]")) print();
  if (event.target.matches("dialog") && event.target.id !== "confirm") closeIfOutside(event);
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

function closeIfOutside(event) {
  const box = event.target.getBoundingClientRect();
  const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
  if (!inside && !event.target.querySelector("form")) event.target.close();
}

document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-submit-on-change]");
  if (form && event.target.matches("select, input[type=checkbox], input[type=radio], input[type=date]")) form.requestSubmit();
});

// Leaving with unsent text: only the browser's own warning; nothing is put aside in the browser.
const unsent = new Set();
document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-leave-warning], form[data-autosave]");
  if (!form || unsent.has(form)) return;
  unsent.add(form);
  form.addEventListener("desk:sent", () => unsent.delete(form));
  form.addEventListener("desk:saved", () => unsent.delete(form));
});
addEventListener("beforeunload", (event) => {
  for (const form of unsent) if (!form.isConnected) unsent.delete(form);
  if (unsent.size) event.preventDefault();
});

document.querySelector("[data-error-summary]")?.focus();
