// 提示: short notices at the corner, from `HX-Trigger: {"toast": "…"}`, and failures of htmx in words.
const words = JSON.parse(document.getElementById("desk-words")?.textContent ?? "{}");
const STAYS = 8000;

function toast(sentence) {
  const place = document.getElementById("toasts");
  if (!place) return;
  const notice = document.createElement("div");
  notice.className = "toast";
  notice.textContent = sentence;
  place.append(notice);
  let timer = setTimeout(() => notice.remove(), STAYS);
  notice.addEventListener("pointerenter", () => clearTimeout(timer));
  notice.addEventListener("pointerleave", () => (timer = setTimeout(() => notice.remove(), STAYS / 2)));
  notice.addEventListener("click", () => notice.remove());
}

document.addEventListener("toast", (event) => toast(event.detail?.value ?? event.detail));
document.addEventListener("htmx:responseError", () => toast(words.requestFailed));
document.addEventListener("htmx:sendError", () => toast(words.offline));
