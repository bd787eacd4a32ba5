// 草稿自动保存: form[data-autosave=url] is posted by itself while it is written. What is unsent lives in the page only.
const words = JSON.parse(document.getElementById("desk-words")?.textContent ?? "{}");
const QUIET = 1500;
const RETRY = 15000;

function watch(form) {
  const state = form.querySelector("[data-autosave-state]");
  let timer = 0;
  let changes = 0;
  let running = false;
  let stopped = false;

  const say = (name, sentence) => {
    if (!state) return;
    state.dataset.state = name;
    state.textContent = sentence;
  };

  const later = (wait) => {
    clearTimeout(timer);
    if (!stopped) timer = setTimeout(save, wait);
  };

  async function save() {
    if (running || stopped) return later(QUIET);
    running = true;
    const upTo = changes;
    const sent = new FormData(form);
    // Files go with the real submit; a draft that sends them again at each pause would be slow.
    for (const [name, value] of [...sent]) if (value instanceof File) sent.delete(name);
    say("saving", words.saving);
    try {
      const answer = await fetch(form.dataset.autosave, {
        method: "POST",
        body: sent,
        credentials: "same-origin",
        headers: { "X-CSRFToken": form.elements.csrfmiddlewaretoken?.value ?? "", "X-Requested-With": "autosave" },
      });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      const told = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : {};
      const now = new Date().toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false });
      if (told.draft && form.elements.draft) form.elements.draft.value = told.draft;
      if (upTo === changes) {
        say("saved", words.saved.replace("%(time)s", told.saved_at ?? now));
        form.dispatchEvent(new CustomEvent("desk:saved"));
      }
    } catch {
      say("failed", words.saveFailed);
      later(RETRY);
    } finally {
      running = false;
    }
  }

  form.addEventListener("input", () => {
    changes += 1;
    if (!running) say("unsaved", words.unsaved);
    later(QUIET);
  });
  form.addEventListener("desk:sent", () => {
    stopped = true;
    clearTimeout(timer);
  });
  form.addEventListener("desk:free", () => {
    stopped = false;
  });
}

document.querySelectorAll("form[data-autosave]").forEach(watch);
