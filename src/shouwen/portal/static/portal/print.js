// Printing is the browser's; without this script the buttons stay hidden and the browser's own menu does it.
for (const button of document.querySelectorAll("[data-prints]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
