// Single keys (see shortcuts.py), and moving in the panel of the search. Every page works without this file.

const on = document.documentElement.dataset.keys === "on";
const PLACES = { h: "/", i: "/notices/", v: "/views/", r: "/recent/" };
const field = document.querySelector("[data-key='/']");
const panel = document.getElementById("search-panel");
let before = "";
let began = 0;

const shows = (one) => Boolean(one) && one.getClientRects().length > 0;

function isTyping(event) {
  const at = event.composedPath()[0];
  if (!(at instanceof Element)) return false;
  if (at.closest("input:not([type=checkbox], [type=radio], [type=submit], [type=button]), textarea, select, [contenteditable]")) return true;
  return Boolean(document.querySelector("dialog[open]"));
}

function rowLinks() {
  return [...document.querySelectorAll("#main table tbody tr > th[scope=row] a")];
}

function rowHere(links) {
  const row = document.activeElement?.closest("tr");
  return links.findIndex((link) => link.closest("tr") === row);
}

function step(by) {
  const links = rowLinks();
  const here = rowHere(links);
  const to = here < 0 ? (by > 0 ? 0 : links.length - 1) : here + by;
  links[to]?.focus();
}

function tick() {
  const links = rowLinks();
  links[rowHere(links)]?.closest("tr").querySelector("input[type=checkbox]")?.click();
}

function search() {
  if (shows(field)) {
    field.focus();
    field.select();
  } else {
    location.assign("/search/");
  }
}

async function list() {
  const made = document.getElementById("keys-dialog") ?? document.createElement("dialog");
  if (!made.id) {
    const answer = await fetch("/shortcuts/", { headers: { "HX-Request": "true" } });
    if (!answer.ok) return;
    const page = document.querySelector("[data-keys-title]");
    made.id = "keys-dialog";
    made.innerHTML = `<h2 id="keys-title" tabindex="-1" autofocus></h2>${await answer.text()}<div class="buttons"><button class="button" data-close></button></div>`;
    made.querySelector("h2").textContent = page.dataset.keysTitle;
    made.querySelector("[data-close]").textContent = page.dataset.keysClose;
    made.setAttribute("aria-labelledby", "keys-title");
    document.body.append(made);
  }
  made.showModal();
}

function go(key) {
  if (PLACES[key]) location.assign(PLACES[key]);
  const station = /^[1-6]$/.test(key) && document.querySelector(`.stations .station:nth-child(${key}) a`);
  if (station) station.click();
}

const ALONE = {
  "/": search,
  "?": list,
  j: () => step(1),
  k: () => step(-1),
  x: tick,
  n: () => document.querySelector("#main [data-key=n]")?.click(),
  e: () => document.querySelector("#main [data-key=e]")?.click(),
};

document.addEventListener("keydown", (event) => {
  if (!on || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isTyping(event)) return;
  const followed = before === "g" && Date.now() - began < 1500;
  before = "";
  if (followed) {
    go(event.key);
  } else if (event.key === "g") {
    before = "g";
    began = Date.now();
  } else if (ALONE[event.key]) {
    event.preventDefault();
    ALONE[event.key]();
  }
});

// The panel of the search: arrows move, Escape closes, looking elsewhere closes.
function close() {
  if (panel) panel.replaceChildren();
}

field?.closest("form").addEventListener("keydown", (event) => {
  const links = [...panel.querySelectorAll("a")];
  const here = links.indexOf(document.activeElement);
  if (event.key === "Escape") {
    close();
    field.focus();
  } else if (event.key === "ArrowDown" && links.length) {
    event.preventDefault();
    links[Math.min(here + 1, links.length - 1)].focus();
  } else if (event.key === "ArrowUp" && here >= 0) {
    event.preventDefault();
    (links[here - 1] ?? field).focus();
  }
});

document.addEventListener("click", (event) => {
  if (panel && !event.target.closest(".search-box")) close();
});
document.addEventListener("focusin", (event) => {
  if (panel && !event.target.closest(".search-box")) close();
});
