// Saves answers as they are typed. The page works without this file: its form has a button that saves.

const PAUSE = 700;
const AGAIN = 8000;
const form = document.querySelector("form[data-answers]");
const words = JSON.parse(document.getElementById("answer-words")?.textContent ?? "{}");
const say = (text, values = {}) => text.replace(/%\((\w+)\)s/g, (_all, name) => values[name] ?? "");

const questions = new Map();
const clashing = new Set();
let timer = null;
let running = null;
let failed = false;
let leaving = false;

const token = () =>
  /(?:^|; )throughline_csrf=([^;]+)/.exec(document.cookie)?.[1] ?? form.elements.csrfmiddlewaretoken.value;

// --- reading and writing a question ------------------------------------------------------------

const inputs = (box, prefix) => [...box.querySelectorAll(`[name^="${prefix}:"]`)];

function tidy(box, text) {
  const plain = text.replace(/\r\n?/g, "\n");
  if (box.dataset.kind === "text") return plain.trim() ? plain : "";
  return plain.trim();
}

function valueOf(box) {
  const was = box.querySelector("[data-was]").value;
  switch (box.dataset.widget) {
    case "one":
      return box.querySelector("input[type=radio]:checked")?.value ?? "";
    case "check":
      return box.querySelector("input[type=checkbox]").checked ? "OK" : "";
    case "many":
      return [...box.querySelectorAll("input:checked")].map((one) => one.value).join(" ");
    case "rank":
      return [...box.querySelectorAll("select")].map((one) => one.value).filter(Boolean).join(" ");
    case "point": {
      const typed = [...inputs(box, "lat"), ...inputs(box, "lon")].map((one) => one.value.trim());
      return typed.join(" ") === was.split(" ").slice(0, 2).join(" ") ? was : typed.filter(Boolean).join(" ");
    }
    case "file":
      return was;
    case "datetime":
    case "time": {
      const typed = inputs(box, "now")[0].value;
      return typed && was.startsWith(typed) ? was : typed;
    }
    default:
      return tidy(box, inputs(box, "now")[0].value);
  }
}

function put(box, value) {
  const chosen = new Set(value.split(" "));
  switch (box.dataset.widget) {
    case "one":
      for (const one of box.querySelectorAll("input[type=radio]")) one.checked = one.value === value;
      break;
    case "check":
      box.querySelector("input[type=checkbox]").checked = value !== "";
      break;
    case "many":
      for (const one of box.querySelectorAll("input[type=checkbox]")) one.checked = chosen.has(one.value);
      break;
    case "rank":
      box.querySelectorAll("select").forEach((one, at) => { one.value = value.split(" ")[at] ?? ""; });
      break;
    case "point":
      [inputs(box, "lat")[0].value, inputs(box, "lon")[0].value] = [...value.split(" "), "", ""];
      break;
    case "file":
      break;
    case "datetime":
      inputs(box, "now")[0].value = value.slice(0, 16);
      break;
    case "time":
      inputs(box, "now")[0].value = value.slice(0, 5);
      break;
    default:
      inputs(box, "now")[0].value = value;
  }
}

const wasOf = (box) => box.querySelector("[data-was]");

function look(root) {
  questions.clear();
  for (const box of root.querySelectorAll("[data-widget]")) {
    if (wasOf(box)) questions.set(box.dataset.place, box);
  }
  for (const box of root.querySelectorAll(".has-clash[data-place]")) clashing.add(box.dataset.place);
}

function changes() {
  const found = {};
  for (const [place, box] of questions) {
    if (clashing.has(place)) continue;
    const was = wasOf(box).value.replace(/\r\n?/g, "\n");
    const now = valueOf(box);
    if (was !== now) found[place] = [was, now];
  }
  return found;
}

// --- saving --------------------------------------------------------------------------------------

function tell(text, waiting = false) {
  const status = form.querySelector("[data-status]");
  if (status.textContent !== text) status.textContent = text;
  status.classList.toggle("is-waiting", waiting);
}

function plan(pause = PAUSE) {
  clearTimeout(timer);
  timer = setTimeout(save, pause);
}

async function post(url, body, headers = {}) {
  const answer = await fetch(url, {
    method: "POST",
    body,
    headers: { "X-CSRFToken": token(), ...headers },
    credentials: "same-origin",
    redirect: "manual",
  });
  if (answer.type === "opaqueredirect" || !answer.headers.get("content-type")?.includes("json")) {
    return { out: answer.status !== 500 && answer.status !== 502 && answer.status !== 503 };
  }
  return answer.json();
}

async function save() {
  clearTimeout(timer);
  if (running) return running.then(save);
  const sent = changes();
  if (!Object.keys(sent).length) {
    failed = false;
    return undefined;
  }
  tell(words.saving);
  const body = JSON.stringify({ section: form.dataset.section, changes: sent });
  running = post(form.dataset.save, body, { "Content-Type": "application/json" })
    .then(received)
    .catch(() => {
      failed = true;
      tell(words.waiting, true);
      plan(AGAIN);
    })
    .finally(() => { running = null; });
  await running;
  if (!failed && Object.keys(changes()).length) plan();
  return undefined;
}

function received(answer) {
  if (answer.refused || answer.out !== undefined) {
    failed = true;
    tell(answer.refused ?? (answer.out ? words.out : words.waiting), true);
    if (!answer.refused) plan(AGAIN);
    return;
  }
  failed = false;
  apply(answer);
  tell(clashing.size ? words.clash : say(words.saved, { time: answer.time }), clashing.size > 0);
}

// --- what the answer changes in the page -------------------------------------------------------

function apply(answer) {
  for (const [place, now] of Object.entries(answer.stored)) {
    const box = questions.get(place);
    if (box) wasOf(box).value = now;
  }
  const hidden = new Set(answer.hidden);
  const required = new Set(answer.required);
  for (const box of form.querySelectorAll("[data-place]")) {
    const { place } = box.dataset;
    box.hidden = hidden.has(place);
    if (place in answer.labels) box.querySelector("[data-label]").innerHTML = answer.labels[place];
    if (place in answer.outputs) {
      const output = box.querySelector("[data-output]");
      if (output) output.textContent = answer.outputs[place] || "–";
    }
    if (!box.dataset.widget) continue;
    wrong(box, answer.problems[place] ?? "");
    const mark = box.querySelector("[data-required]");
    if (mark) mark.hidden = !required.has(place);
    if (place in answer.choices) offer(box, answer.choices[place]);
    if (place in answer.files) showFile(box, ...answer.files[place]);
    if (questions.has(place)) touched(box);
  }
  for (const one of answer.conflicts) clash(one);
  count(answer.sections);
  rows(answer.rows);
}

function wrong(box, text) {
  const message = box.querySelector(".field-error");
  if (!message) return;
  const words_ = message.querySelector("[data-problem]");
  if (words_.textContent !== text) words_.textContent = text;
  message.hidden = !text;
  box.classList.toggle("has-error", Boolean(text));
  for (const one of box.querySelectorAll("input:not([type=hidden]), select, textarea")) {
    if (text) one.setAttribute("aria-invalid", "true");
    else one.removeAttribute("aria-invalid");
  }
}

function touched(box) {
  const value = box.dataset.widget === "file" ? wasOf(box).value : valueOf(box);
  const clear = box.querySelector("[data-clear]");
  if (clear) clear.hidden = value === "";
  const take = box.querySelector("[data-take]");
  if (take) take.hidden = take.dataset.take === value;
}

// Filtered choices: those that stay keep their inputs, so that nobody loses their place.
function offer(box, choices) {
  const list = box.querySelector("[data-options]");
  const kind = list.dataset.options;
  const kept = new Map([...list.querySelectorAll(kind === "option" ? "option" : "input")].map((one) => [one.value, one]));
  const wanted = new Set(choices.map(([value]) => value));
  if (kind === "option") wanted.add("");
  for (const [value, one] of kept) {
    if (!wanted.has(value)) (kind === "option" ? one : one.closest(".option")).remove();
  }
  for (const [value, label, id] of choices) {
    if (!kept.has(value)) list.append(kind === "option" ? option(value, label) : choice(box, kind, value, label, id));
  }
}

function option(value, label) {
  const made = document.createElement("option");
  made.value = value;
  made.innerHTML = label;
  return made;
}

function choice(box, kind, value, label, id) {
  const made = document.createElement("label");
  made.className = "option";
  const input = document.createElement("input");
  Object.assign(input, { type: kind, id, value, name: `now:${box.dataset.place}` });
  const text = document.createElement("span");
  text.innerHTML = label;
  made.append(input, " ", text);
  return made;
}

function showFile(box, name, url) {
  const kept = box.querySelector("[data-file]");
  kept.hidden = !name;
  const link = kept.querySelector("[data-file-link]");
  link.textContent = name;
  if (url) link.href = url;
}

function clash({ place, theirs, text }) {
  const box = questions.get(place);
  if (!box) return;
  clashing.add(place);
  wasOf(box).value = theirs;
  box.classList.add("has-clash");
  box.querySelector(".clash")?.remove();
  const made = document.createElement("div");
  made.className = "box box-attention clash";
  made.setAttribute("role", "alert");
  const inner = document.createElement("div");
  const told = document.createElement("p");
  told.textContent = text;
  const buttons = document.createElement("div");
  buttons.className = "buttons";
  for (const [name, label] of [["theirs", words.keep_theirs], ["mine", words.use_mine]]) {
    const button = document.createElement("button");
    Object.assign(button, { className: "button button-small", name, value: place, textContent: label });
    buttons.append(button);
  }
  inner.append(told, buttons);
  made.append(inner);
  box.querySelector(".field-error").before(made);
}

function settle(place, mine) {
  const box = questions.get(place);
  clashing.delete(place);
  box.classList.remove("has-clash");
  box.querySelector(".clash")?.remove();
  if (!mine) put(box, wasOf(box).value);
  touched(box);
  (box.querySelector("input:not([type=hidden]), select, textarea") ?? box).focus();
  tell("");
  plan(0);
}

function count(sections) {
  for (const [name, [asked, answered, problems, relevant]] of Object.entries(sections)) {
    const line = document.querySelector(`[data-section="${CSS.escape(name)}"]:not(form)`);
    if (!line) continue;
    line.hidden = !relevant;
    line.querySelector("[data-count]").textContent = asked ? say(words.of, { answered, asked }) : "";
    line.querySelector("[data-done]").hidden = !(asked && asked === answered && !problems);
    const bad = line.querySelector("[data-wrong]");
    bad.hidden = !problems;
    bad.textContent = say(words.wrong, { count: problems });
  }
}

// Where the number of rows follows from an answer, or somebody else added one: the rows are fetched anew.
async function rows(counts) {
  const stale = Object.entries(counts).filter(([place, number]) => {
    const shown = form.querySelector(`[data-repeat="${CSS.escape(place)}"]`);
    return shown && Number(shown.dataset.rows) !== number;
  });
  if (!stale.length) return;
  const page = await fetch(location.href, { credentials: "same-origin" });
  const fresh = new DOMParser().parseFromString(await page.text(), "text/html");
  for (const [place] of stale) {
    const found = fresh.querySelector(`[data-repeat="${CSS.escape(place)}"]`);
    const shown = form.querySelector(`[data-repeat="${CSS.escape(place)}"]`);
    if (found && shown) shown.replaceWith(document.adoptNode(found));
  }
  look(form);
}

// --- files ---------------------------------------------------------------------------------------

async function attach(box, input) {
  const sent = new FormData();
  sent.append("place", box.dataset.place);
  sent.append("was", wasOf(box).value);
  sent.append("section", form.dataset.section);
  sent.append("file", input.files[0]);
  tell(words.sending);
  try {
    const answer = await post(form.dataset.attach, sent);
    if (answer.wrong) {
      wrong(box, answer.wrong[box.dataset.place]);
      tell("");
      return;
    }
    received(answer);
    if (!failed) input.value = "";
  } catch {
    tell(words.waiting, true);
  }
}

// --- events --------------------------------------------------------------------------------------

function start() {
  look(form);
  form.classList.add("is-live");
  form.addEventListener("input", (event) => {
    if (event.target.type === "file") return;
    const box = event.target.closest("[data-widget]");
    if (box && questions.has(box.dataset.place)) touched(box);
    plan(event.target.matches("input[type=radio], input[type=checkbox], select") ? 0 : PAUSE);
  });
  form.addEventListener("change", (event) => {
    const box = event.target.closest("[data-widget]");
    if (event.target.type === "file" && event.target.files.length) attach(box, event.target);
    else plan(0);
  });
  form.addEventListener("click", pressed);
  form.addEventListener("submit", () => {
    leaving = true;
    clearTimeout(timer);
  });
  document.addEventListener("click", leave);
  window.addEventListener("online", () => plan(0));
  window.addEventListener("beforeunload", (event) => {
    if (leaving || !Object.keys(changes()).length) return;
    event.preventDefault();
  });
  // On a slow line somebody types before this file is here.
  if (Object.keys(changes()).length) plan(0);
}

function pressed(event) {
  const button = event.target.closest("button[name]");
  if (!button) return;
  const box = button.closest("[data-widget]");
  if (button.name === "theirs" || button.name === "mine") {
    event.preventDefault();
    settle(button.value, button.name === "mine");
  } else if (button.name === "take" && box) {
    event.preventDefault();
    put(box, button.dataset.take);
    (box.querySelector("input:not([type=hidden]), select, textarea") ?? box).focus();
    touched(box);
    plan(0);
  } else if (button.name === "clear" && box && box.dataset.widget !== "file") {
    event.preventDefault();
    put(box, "");
    box.querySelector("input:not([type=hidden])")?.focus();
    touched(box);
    plan(0);
  }
}

// A link of the page is followed once what was typed is saved.
async function leave(event) {
  const link = event.target.closest("a[href]");
  if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
  if (link.target || link.origin !== location.origin || (link.pathname === location.pathname && link.hash)) return;
  if (!running && !Object.keys(changes()).length) return;
  event.preventDefault();
  await save();
  if (!failed) leaving = !Object.keys(changes()).length;
  location.assign(link.href);
}

// After a row was added, or from a list of what is wrong: one goes on writing where the address points.
function arrive() {
  const there = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  there?.querySelector("input:not([type=hidden]), select, textarea")?.focus();
}

if (form) {
  start();
  // The browser goes to the place of the address last, and takes the cursor with it.
  window.addEventListener("load", () => setTimeout(arrive));
}
