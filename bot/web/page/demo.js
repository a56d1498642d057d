// The page of `majup demo`: shows what the server tells, posts what a visitor writes or taps.
// Messages are built of elements and text nodes; no markup is ever parsed here.
"use strict";

const $ = (id) => document.getElementById(id);
const OFFICE = /^desk-/;
const RETRY = 1500;
const READING = 8000; // who did nothing for so long may be reading further up
const calm = matchMedia("(prefers-reduced-motion: reduce)");

let texts = null; // languages, words, regions, samples
let language = "lv";
let family = "";
let familyChat = "";
let desk = "";
let view = "family";
let source = null;
let playing = null;
let came = ""; // the desk that received something last
let acted = 0; // when a visitor last wrote or tapped
const logs = new Map(); // chat -> its element
const tabs = new Map(); // chat -> its tab

const word = (name) => texts.words[language][name];
const rest = (ms) => new Promise((done) => setTimeout(done, ms));

// ---- making elements ------------------------------------------------------------------------

function make(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name in element) element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

function built(node) {
  if (typeof node === "string") return node;
  const [tag, ...inner] = node;
  if (tag === "a") {
    const [href, ...words] = inner;
    return make("a", { href, target: "_blank", rel: "noopener noreferrer" }, ...words.map(built));
  }
  if (tag === "folded") {
    const summary = make("summary", { "data-text": "whole_story", lang: language }, word("whole_story"));
    return make("details", {}, summary, ...inner.map(built));
  }
  return make(tag, {}, ...inner.map(built));
}

function keys(chat, message) {
  const box = make("div", { className: "keys" });
  for (const row of message.rows) {
    const line = make("div");
    for (const key of row) {
      const pressed = (event) => tap(chat, message.id, key.token, event);
      line.append(make("button", { type: "button", onclick: pressed }, key.label));
    }
    box.append(line);
  }
  return box;
}

function bubble(chat, message) {
  const who = message.mine ? "said_by_you" : "said_by_bot";
  const item = make("div", { id: `${chat}-${message.id}`, className: message.mine ? "item mine" : "item", lang: message.lang });
  const said = make("span", { className: "unseen", "data-text": who, lang: language }, word(who) + " ");
  item.append(make("div", { className: "bubble" }, said, ...message.tree.map(built)));
  if (message.rows.length) item.append(keys(chat, message));
  return item;
}

// ---- what the server tells ------------------------------------------------------------------

function low(log) {
  return log.scrollHeight - log.scrollTop - log.clientHeight < 90;
}

function settle(log, item) {
  // The end of what is new is shown; of what is taller than the window, its beginning.
  if (item && item.offsetHeight > log.clientHeight - 40) log.scrollTop = item.offsetTop - log.offsetTop - 12;
  else log.scrollTop = log.scrollHeight;
}

function add(chat, message) {
  const log = logs.get(chat);
  const reading = performance.now() - acted > READING;
  const stay = reading && !low(log) && !message.mine && chat === familyChat;
  log.querySelector(".empty")?.remove();
  const item = bubble(chat, message);
  log.append(item);
  if (!stay) settle(log, item);
  if (chat === familyChat) {
    if (!message.mine) {
      $("typing").hidden = true;
      $("night").hidden = true;
    }
    if (view !== "family") marked("family", true);
  } else if (!message.mine) {
    came = chat;
    if (view !== "office") marked("office", true);
    if (chat !== desk) {
      const busy = $("office-text").value || document.activeElement === $("office-text");
      if (busy) tabs.get(chat).querySelector(".dot").hidden = false;
      else choose(chat);
    }
    $("announce").textContent = word("case_came").replace("{region}", word(`whole_${chat.slice(5)}`));
  }
}

function amend(chat, message) {
  const old = $(`${chat}-${message.id}`);
  if (!old) return;
  const log = logs.get(chat);
  const stay = !low(log);
  const at = [...old.querySelectorAll("button")].indexOf(document.activeElement);
  const open = old.querySelector("details")?.open;
  const item = bubble(chat, message);
  item.style.animation = "none";
  if (open) item.querySelector("details")?.setAttribute("open", "");
  old.replaceWith(item);
  if (at >= 0) (item.querySelectorAll("button")[at] || writing(chat)).focus({ preventScroll: true });
  if (!stay) settle(log, log.lastElementChild);
}

function gone(chat, id) {
  const old = $(`${chat}-${id}`);
  if (old?.contains(document.activeElement)) writing(chat).focus({ preventScroll: true });
  old?.remove();
}

function hello(event) {
  family = event.family;
  familyChat = `family-${family}`;
  sessionStorage.setItem("family", family);
  logs.set(familyChat, $("family-log"));
  for (const [chat, messages] of Object.entries(event.chats)) {
    const log = logs.get(chat);
    log.setAttribute("aria-busy", "true");
    log.replaceChildren(...messages.map((message) => bubble(chat, message)));
    if (!messages.length && OFFICE.test(chat)) log.append(empty());
    log.scrollTop = log.scrollHeight;
    log.removeAttribute("aria-busy");
  }
  $("loading").hidden = true;
  $("typing").hidden = true;
  $("night").hidden = true;
  $("notice").textContent = "";
  for (const control of document.querySelectorAll(":disabled")) control.disabled = false;
}

function listen() {
  source?.close();
  source = new EventSource(`/events?family=${encodeURIComponent(family)}`);
  source.onmessage = ({ data }) => {
    const event = JSON.parse(data);
    if (event.type === "hello") hello(event);
    else if (event.type === "loading") $("loading").hidden = false;
    else if (event.type === "message") add(event.chat, event.message);
    else if (event.type === "edit") amend(event.chat, event.message);
    else if (event.type === "gone") gone(event.chat, event.id);
    else if (event.chat === familyChat) {
      $(event.type).hidden = false;
      const log = logs.get(familyChat);
      if (low(log)) log.scrollTop = log.scrollHeight;
    }
  };
  source.onerror = () => {
    source.close();
    $("notice").textContent = word("lost");
    setTimeout(listen, RETRY);
  };
}

// ---- what a visitor does --------------------------------------------------------------------

async function post(body) {
  acted = performance.now();
  try {
    const answer = await fetch("/act", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(String(answer.status));
    $("notice").textContent = "";
    return true;
  } catch {
    $("notice").textContent = word("not_sent");
    return false;
  }
}

const writing = (chat) => $(OFFICE.test(chat) ? "office-text" : "family-text");

async function tap(chat, message, token, event) {
  const box = event.currentTarget.closest(".keys");
  const byKeyboard = event.detail === 0 && event.isTrusted;
  const buttons = [...box.querySelectorAll("button")];
  if (box.dataset.busy) return;
  box.dataset.busy = "1";
  for (const button of buttons) button.setAttribute("aria-disabled", "true");
  await post({ chat, token, message });
  delete box.dataset.busy;
  for (const button of buttons) button.removeAttribute("aria-disabled");
  // Where a keyboard was, one can go on typing; a finger must not call up the screen's keyboard.
  if (byKeyboard && document.activeElement === document.body) writing(chat).focus({ preventScroll: true });
}

function grow(field) {
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight + 2}px`;
}

async function send(form) {
  const field = form.querySelector("textarea");
  const text = field.value.trim();
  const chat = form.dataset.chat === "family" ? familyChat : desk;
  if (!text) return;
  field.value = "";
  grow(field);
  if (!(await post({ chat, text })) && !field.value) field.value = text;
}

for (const form of document.querySelectorAll("form")) {
  const field = form.querySelector("textarea");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form);
  });
  field.addEventListener("input", () => grow(field));
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      send(form);
    }
  });
}

function anew() {
  stop();
  family = "";
  sessionStorage.removeItem("family");
  look("family");
  listen();
}

// ---- views, desks, languages ----------------------------------------------------------------

function marked(name, on) {
  document.querySelector(`.views [data-view=${name}] .dot`).hidden = !on;
}

function look(name) {
  view = name;
  document.querySelector("main").dataset.view = name;
  marked(name, false);
  for (const button of document.querySelectorAll(".views button")) {
    button.setAttribute("aria-pressed", String(button.dataset.view === name));
  }
  const log = logs.get(name === "family" ? familyChat : desk);
  if (log) settle(log, log.lastElementChild);
}

function empty() {
  return make(
    "div",
    { className: "empty" },
    make("img", { src: "/home.svg", alt: "", width: 44, height: 44 }),
    make("b", { "data-text": "desk_empty", lang: language }, word("desk_empty")),
    make("span", { "data-text": "desk_empty_why", lang: language }, word("desk_empty_why")),
  );
}

function choose(chat, focus = false) {
  desk = chat;
  for (const [name, tab] of tabs) {
    const on = name === chat;
    tab.setAttribute("aria-selected", String(on));
    tab.tabIndex = on ? 0 : -1;
    $(`panel-${name}`).hidden = !on;
    if (on) tab.querySelector(".dot").hidden = true;
  }
  const tab = tabs.get(chat);
  if (focus) tab.focus();
  tab.parentElement.scrollLeft = tab.offsetLeft - tab.parentElement.offsetLeft - 60;
  const log = logs.get(chat);
  settle(log, log.lastElementChild);
}

function furnish() {
  for (const region of texts.regions) {
    const chat = `desk-${region}`;
    const unread = make("span", { className: "unseen", "data-text": "has_new" }, word("has_new"));
    const dot = make("span", { className: "dot", hidden: true }, unread);
    const name = make("span", { lang: "lv" }, texts.words.lv[`region_${region}`]);
    const tab = make("button", { type: "button", id: `tab-${chat}`, onclick: () => choose(chat) }, name, dot);
    tab.setAttribute("role", "tab");
    tab.setAttribute("aria-controls", `panel-${chat}`);
    tabs.set(chat, tab);
    $("regions").append(tab);
    const log = make("div", { className: "log", tabIndex: 0 }, empty());
    log.setAttribute("role", "log");
    log.dataset.region = region;
    const panel = make("div", { className: "desk", id: `panel-${chat}` }, log);
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", `tab-${chat}`);
    logs.set(chat, log);
    $("desks").append(panel);
  }
  choose([...tabs.keys()][0]);
  $("regions").addEventListener("keydown", (event) => {
    const all = [...tabs.keys()];
    const at = all.indexOf(desk);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    choose(all[(to + all.length) % all.length], true);
  });
}

function speak(code) {
  language = code;
  sessionStorage.setItem("language", code);
  document.documentElement.lang = code;
  document.title = word("title");
  for (const element of document.querySelectorAll("[data-text]")) {
    element.textContent = word(element.dataset.text);
    if (element.hasAttribute("lang")) element.lang = code;
  }
  for (const element of document.querySelectorAll("[data-label]")) {
    element.setAttribute("aria-label", word(element.dataset.label));
  }
  for (const element of document.querySelectorAll("[data-placeholder]")) {
    element.placeholder = word(element.dataset.placeholder);
  }
  for (const log of document.querySelectorAll("[data-region]")) {
    log.setAttribute("aria-label", word("desk_log").replace("{region}", word(`whole_${log.dataset.region}`)));
  }
  for (const button of $("languages").children) {
    button.setAttribute("aria-pressed", String(button.value === code));
  }
}

// ---- an example that plays by itself --------------------------------------------------------

function stop(name = "") {
  if (!playing) return;
  playing.over = true;
  playing = null;
  $("example").dataset.text = "show_example";
  $("example").textContent = word("show_example");
  $("family-text").value = "";
  $("notice").textContent = name ? word(name) : "";
  if (name) setTimeout(() => ($("notice").textContent = ""), 6000);
}

async function until(ready, run) {
  for (let waited = 0; waited < 9000 && !run.over; waited += 100) {
    const found = ready();
    if (found) return found;
    await rest(100);
  }
  return null;
}

async function press(log, label, run) {
  const find = () => [...log.querySelectorAll(".keys button")].reverse().find((key) => key.textContent === label);
  const button = await until(find, run);
  if (!button || run.over) return false;
  await rest(calm.matches ? 300 : 1300);
  if (run.over) return false;
  const now = find() || button;
  now.classList.add("pressing");
  await rest(450);
  now.click();
  return true;
}

async function type(text, run) {
  const field = $("family-text");
  await rest(700);
  for (let n = calm.matches ? text.length : 1; n <= text.length && !run.over; n += 2) {
    field.value = text.slice(0, n);
    grow(field);
    await rest(28);
  }
  if (run.over) return false;
  field.value = text;
  await rest(300);
  if (!run.over) await send($("family-write"));
  return !run.over;
}

async function play() {
  const sample = texts.samples.find((each) => each.language === language) || texts.samples[0];
  const before = familyChat;
  anew();
  came = "";
  const run = { over: false };
  playing = run;
  $("example").dataset.text = "stop_example";
  $("example").textContent = word("stop_example");
  await until(() => familyChat !== before, run);
  for (const line of sample.lines) {
    const tapped = /^\[(.+)\]$/.exec(line);
    const log = logs.get(familyChat);
    const shown = log.childElementCount;
    const done = tapped ? await press(log, tapped[1], run) : await type(line, run);
    if (!done) return run.over ? undefined : stop("example_stuck");
    if (!tapped && /^[\d ]+$/.test(line)) await until(() => log.childElementCount > shown + 1, run);
  }
  const received = await until(() => came, run);
  await rest(2500);
  if (!received || run.over) return run.over ? undefined : stop("example_stuck");
  choose(received);
  look("office");
  await rest(4000);
  for (const line of sample.office) {
    if (!(await press(logs.get(received), line.slice(1, -1), run))) return run.over ? undefined : stop("example_stuck");
  }
  await rest(2500);
  if (!run.over) stop("example_done");
  return undefined;
}

// ---- the beginning --------------------------------------------------------------------------

async function begin() {
  texts = await (await fetch("/texts")).json();
  language = sessionStorage.getItem("language") || "lv";
  family = sessionStorage.getItem("family") || "";
  furnish();
  speak(language);
  $("languages").addEventListener("click", (event) => event.target.value && speak(event.target.value));
  $("anew").addEventListener("click", anew);
  $("example").addEventListener("click", () => (playing ? stop() : play()));
  for (const button of document.querySelectorAll(".views button")) {
    button.addEventListener("click", () => look(button.dataset.view));
  }
  listen();
}

begin();
