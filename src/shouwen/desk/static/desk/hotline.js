// 热线: within the classes a number key chooses; Enter in a one-line field goes on to the next instead of sending.
for (const group of document.querySelectorAll("[data-number-keys]")) {
  const choices = [...group.querySelectorAll("input[type=radio]")];
  group.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const chosen = choices[Number(event.key) - 1];
    if (!/^[1-9]$/.test(event.key) || !chosen) return;
    event.preventDefault();
    chosen.checked = true;
    chosen.focus();
    chosen.dispatchEvent(new Event("change", { bubbles: true }));
    chosen.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

const form = document.getElementById("hotline-form");
form?.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing || event.ctrlKey || event.metaKey || !event.target.matches("input")) return;
  event.preventDefault();
  const fields = [...form.querySelectorAll("input:not([type=hidden]), textarea, button")].filter(
    (field) => field.type !== "radio" || field.checked || field.name !== event.target.name,
  );
  const following = fields.slice(fields.indexOf(event.target) + 1);
  following.find((field) => field.name !== event.target.name)?.focus();
});
