// The talk without reloading: sends forms in the background and asks the server for news.
// Without this script the same forms work by themselves.

const log = document.getElementById("log");
const status = document.getElementById("status");
const box = document.getElementById("text");
const RETRIES = [1000, 2000, 4000, 8000, 15000];
const rest = (ms) => new Promise((done) => setTimeout(done, ms));
const fresh = () => {
  const bytes = crypto.getRandomValues(new Uint8Array(9));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_");
};

let last = Number(log?.dataset.last ?? 0);
let waiting = 0;
let taken = null; // where the focus was when its button went away

function say(words) {
  if (status.textContent !== words) status.textContent = words;
}

function put(item) {
  const old = document.getElementById(`m${item.id}`);
  const had = old?.contains(document.activeElement) ?? false;
  if (item.html === null) {
    old?.remove();
  } else {
    const holder = document.createElement("template");
    holder.innerHTML = item.html.trim(); // the server's own: escaped there, and the policy allows no script
    const made = holder.content.firstElementChild;
    if (old) {
      old.replaceWith(made);
      made.classList.remove("fresh");
    } else {
      made.classList.add("fresh");
      const after = [...log.children].find((each) => Number(each.id.slice(1)) > item.id);
      log.insertBefore(made, after ?? null);
    }
  }
  if (had) taken = true;
}

function show(page) {
  if (!page.items.length && !page.whole) return;
  const low = log.scrollHeight - log.scrollTop - log.clientHeight < 160;
  if (page.whole) log.replaceChildren();
  page.items.forEach(put);
  last = page.last;
  if (page.language && page.language !== document.documentElement.lang && !box.value) {
    location.reload(); // the talk changed its language: the page follows
    return;
  }
  if (low || waiting) log.lastElementChild?.scrollIntoView({ block: "end" });
  if (taken && document.activeElement === document.body) {
    const button = log.lastElementChild?.querySelector("button");
    (button ?? box).focus({ preventScroll: true });
    if (button) taken = null;
  }
}

async function ask(url, options) {
  const answer = await fetch(url, { headers: { accept: "application/json" }, ...options });
  if (answer.status === 401) location.reload();
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

async function follow() {
  let failed = 0;
  for (;;) {
    try {
      show(await ask(`/chat/log?since=${last}&wait=25`));
      failed = 0;
      if (!waiting && status.textContent === status.dataset.offline) say("");
    } catch {
      say(status.dataset.offline);
      await rest(RETRIES[Math.min(failed++, RETRIES.length - 1)]);
    }
  }
}

// What could not be sent stands in the box again, before what was typed meanwhile.
function giveBack(text) {
  if (!text) return;
  box.value = box.value ? `${text}\n${box.value}` : text;
  box.focus();
}

async function send(fields) {
  const body = new URLSearchParams({ ...fields, act: fresh() });
  waiting += 1;
  const slow = setTimeout(() => say(status.dataset.waiting), 600);
  for (let failed = 0; ; failed++) {
    try {
      const answer = await ask("/chat/act", { method: "POST", body });
      clearTimeout(slow);
      say(answer.notice ?? "");
      if (answer.again) giveBack(fields.text);
      break;
    } catch (error) {
      if (failed > 40 || /^4/.test(error.message)) {
        say(status.dataset.refused);
        giveBack(fields.text);
        break;
      }
      say(status.dataset.offline);
      await rest(RETRIES[Math.min(failed, RETRIES.length - 1)]);
    }
  }
  clearTimeout(slow);
  setTimeout(() => (waiting -= 1), 1500);
}

if (log) {
  log.lastElementChild?.scrollIntoView({ block: "end" });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.action.endsWith("/chat/act")) return;
    event.preventDefault();
    const button = event.submitter;
    if (form.id === "write") {
      const text = box.value.trim();
      if (!text) return;
      box.value = "";
      box.style.height = "";
      send({ text });
      return;
    }
    button.classList.add("pressing");
    taken = true;
    form.closest(".menu")?.removeAttribute("open");
    send({ [button.name]: button.value });
  });
  box.addEventListener("keydown", (event) => {
    const touch = matchMedia("(pointer: coarse)").matches;
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || touch) return;
    event.preventDefault();
    box.form.requestSubmit();
  });
  document.addEventListener("keydown", (event) => {
    const menu = document.querySelector(".menu[open]");
    if (event.key !== "Escape" || !menu) return;
    menu.removeAttribute("open");
    menu.querySelector("summary").focus();
  });
  document.addEventListener("click", (event) => {
    const menu = document.querySelector(".menu[open]");
    if (menu && !menu.contains(event.target)) menu.removeAttribute("open");
  });
  follow();
}

const copy = document.getElementById("copy");
if (copy && navigator.clipboard) {
  const link = document.getElementById("link");
  copy.hidden = false;
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(link.value);
    document.getElementById("copied").textContent = copy.dataset.done;
  });
}
