// The live parts of the studio. Every one of them has a form that does the same without scripts.

const news = document.getElementById("news");

// The part of the answering page that was asked for; without it somebody has to know.
const post = async (form, extra, part) => {
  const body = new URLSearchParams(new FormData(form));
  for (const [name, value] of Object.entries(extra)) body.set(name, value);
  let found = null;
  try {
    const answer = await fetch(form.action, { method: "POST", body });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    found = page.querySelector(part);
  } catch { /* no connection */ }
  const lost = news?.dataset.lost ?? "";
  if (!found) news.textContent = lost;
  else if (news?.textContent === lost) news.textContent = "";
  return found;
};

// -- what is written and not saved yet ------------------------------------------------------------

const TWICE = 2000;  // milliseconds in which a second press is the same one
let written = news?.dataset.unsaved !== undefined && document.querySelector("form.edit[method=post]") !== null;

document.addEventListener("input", (event) => {
  if (event.target.closest("form.edit[method=post]")) written = true;
});
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.closest("[data-chat]") || form.method !== "post") return;
  if (event.timeStamp - Number(form.dataset.sent || -TWICE) < TWICE) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = event.timeStamp;
  if (form.matches("form.edit")) written = false;
});
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => {
  delete form.dataset.sent;
}));
addEventListener("beforeunload", (event) => { if (written) event.preventDefault(); });

// -- whom to ask: the pickers follow what was chosen ---------------------------------------------

const state = (field) => (/^(radio|checkbox)$/.test(field.type) ? field.checked : field.value);
let asked = 0;

// What is marked in a field, or where the caret stands: it stays there when the field is redrawn.
const selection = (field) => {
  const text = field?.matches("textarea, input:not([type]), input[type=text]");
  return text ? [field.selectionStart, field.selectionEnd] : null;
};

const pickers = async (form, extra) => {
  const number = ++asked;
  const here = form.querySelector("[data-live]");
  const before = new Map([...here.querySelectorAll("[id]")].map((field) => [field.id, state(field)]));
  const fresh = await post(form, extra, "[data-live]");
  if (!fresh || number !== asked) return;  // a newer answer is on its way
  const focused = document.activeElement?.id;
  const marked = selection(document.activeElement);
  for (const field of here.querySelectorAll("input[id], select[id], textarea[id]")) {
    const next = fresh.querySelector(`[id="${field.id}"]`);
    if (!next || state(field) === before.get(field.id)) continue;
    if (typeof state(field) === "boolean") next.checked = field.checked;  // meanwhile chosen
    else next.value = field.value;  // meanwhile typed
  }
  here.querySelectorAll("details").forEach((each, index) => {
    const next = fresh.querySelectorAll("details")[index];
    if (next && each.open) next.open = true;
  });
  here.replaceWith(fresh);
  const again = focused && document.getElementById(focused);
  if (again) {
    again.focus();
    if (marked) again.setSelectionRange(...marked);
  } else if (extra.do === "more") [...fresh.querySelectorAll("select[name$='.name']")].pop()?.focus();
};

document.addEventListener("change", (event) => {
  const field = event.target.closest("[data-live] select, [data-live] input");
  if (!field) return;
  const mode = field.form.querySelector("[name=asked][value=if]");
  if (/^t\d/.test(field.name) && field.value && mode) mode.checked = true;
  pickers(field.form, { do: "refresh" });
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-more], [data-refresh]");
  if (!button) return;
  event.preventDefault();
  pickers(button.form, { do: button.value });
});

// -- how long a text is ---------------------------------------------------------------------------

const counted = (field) => {
  const most = Number(field.dataset.most);
  const length = [...field.value.replace(/<[^<>]*>/g, "")].length;
  let note = field.parentElement.querySelector(".count");
  if (length < most * 0.7) { note?.remove(); return; }
  if (!note) {
    note = document.createElement("span");
    note.className = "count";
    field.parentElement.append(note);
  }
  note.textContent = `${length} / ${most}`;
  note.classList.toggle("over", length > most);
};
document.addEventListener("input", (event) => {
  if (event.target.dataset?.most) counted(event.target);
});

// -- the chat -------------------------------------------------------------------------------------

const bottom = () => {
  const screen = document.querySelector(".screen");
  if (screen) screen.scrollTop = screen.scrollHeight;
};
bottom();

let sent = 0;

const chat = async (form, button, more = {}) => {
  const number = ++sent;
  const extra = { part: "chat", ...more };
  const focused = document.activeElement?.id;
  if (button?.name) extra[button.name] = button.value;
  const fresh = await post(form, extra, "[data-chat]");
  const here = document.querySelector("[data-chat]");
  if (!fresh || !here || number !== sent) return;  // a newer answer is on its way
  const details = fresh.querySelector("details");
  if (details && here.querySelector("details")?.open) details.open = true;
  here.replaceWith(fresh);
  bottom();
  if (extra.begin === "set") {
    const picked = document.getElementById(focused);
    (picked?.closest(".given")?.querySelector("[name$='.value']") ?? picked)?.focus();
    return;
  }
  const next = fresh.querySelector(".theirs:last-child button") ?? fresh.querySelector("#say");
  (form.classList.contains("write") ? fresh.querySelector("#say") : next)?.focus();
};

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.closest("[data-chat]")) {
    event.preventDefault();
    chat(form, event.submitter);
  }
});

// Another question is picked: its own answers are offered.
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-given]")) chat(event.target.form, null, { begin: "set" });
});

// -- what others do, and when the check is done ---------------------------------------------------

if (news && window.EventSource) {
  const stream = new EventSource(`/studio/events?version=${news.dataset.version}`);
  stream.addEventListener("changed", (event) => { news.textContent = event.data; });
  stream.addEventListener("checked", async () => {
    const waiting = document.querySelector("[data-chat][data-waiting]");
    if (waiting) {
      const at = waiting.querySelector("[name=at]").value;
      const text = await (await fetch(`/studio/chat?at=${at}`)).text();
      const parsed = new DOMParser().parseFromString(text, "text/html");
      waiting.replaceWith(parsed.querySelector("[data-chat]"));
      bottom();
    }
    const state = document.getElementById("state");
    if (!state?.querySelector(".tag:not(.hot):not(.yours)")) return;
    const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
    for (const id of ["state"]) document.getElementById(id)?.replaceWith(page.getElementById(id));
    document.querySelector(".branches")?.replaceWith(page.querySelector(".branches"));
  });
  addEventListener("pagehide", () => stream.close());
}
