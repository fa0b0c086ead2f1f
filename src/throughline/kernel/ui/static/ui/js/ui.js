// Small comforts. Every page works without this file.

// Menus made of <details> close when one looks elsewhere or presses Escape.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// Buttons that open and close native dialogs: data-dialog="id", and data-close inside the dialog.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset.dialog);
    if (dialog) {
      event.preventDefault();
      dialog.showModal();
    }
  }
  const closer = event.target.closest("dialog [data-close]");
  if (closer) closer.closest("dialog").close();
});

// A form whose choices take effect at once: data-apply on the form, its button is then not needed.
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-apply]");
  if (form) form.requestSubmit();
});

// A table that is wider than the screen can be scrolled with the keyboard, also once the phone is turned.
function reachable(root) {
  for (const box of root.querySelectorAll(".table-scroll")) {
    if (box.scrollWidth > box.clientWidth && !box.hasAttribute("tabindex")) {
      box.tabIndex = 0;
      box.setAttribute("role", "region");
      const caption = box.querySelector("caption");
      box.setAttribute("aria-label", caption ? caption.textContent.trim() : document.title);
    }
  }
}

function arrive(root) {
  // What went wrong is read first.
  root.querySelector("[data-focus]")?.focus();
  reachable(root);
}

arrive(document);
window.addEventListener("resize", () => reachable(document));
// On a phone the pages of a station scroll sideways: bring the current one into view.
document.querySelector(".station-pages [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
document.addEventListener("htmx:load", (event) => arrive(event.target));

// A form that is drawn anew while someone goes on typing keeps what they typed meanwhile, and their place.
const valuesOf = (form) => [...form.elements].filter((one) => one.name && one.type !== "hidden" && one.type !== "submit");
const valueOf = (one) => (one.type === "checkbox" || one.type === "radio" ? one.checked : one.value);
const asSent = new Map();
let typedSince = [];
let placeKept = null;
let askedLast = null;

document.addEventListener("htmx:beforeRequest", (event) => {
  const form = event.detail.target;
  if (!(form instanceof HTMLFormElement)) return;
  askedLast = event.detail.xhr;
  asSent.clear();
  for (const one of valuesOf(form)) asSent.set(one.name, valueOf(one));
});

document.addEventListener("htmx:beforeSwap", (event) => {
  const form = event.detail.target;
  if (!(form instanceof HTMLFormElement)) return;
  // Who asked last sent all that was filled in: an earlier answer that comes late would take a new line away again.
  if (event.detail.xhr !== askedLast) {
    event.detail.shouldSwap = false;
    return;
  }
  typedSince = valuesOf(form)
    .filter((one) => asSent.has(one.name) && asSent.get(one.name) !== valueOf(one))
    .map((one) => [one.name, valueOf(one)]);
  const at = document.activeElement;
  placeKept = form.contains(at) && at.id ? [at.id, at.selectionStart] : null;
});

// At once, not after settling: nobody's next letter may fall between the old form and the new one.
document.addEventListener("htmx:afterSwap", () => {
  for (const [name, value] of typedSince) {
    const field = document.getElementsByName(name)[0];
    if (!field) continue;
    if (typeof value === "boolean") field.checked = value;
    else field.value = value;
  }
  const place = placeKept && document.getElementById(placeKept[0]);
  place?.focus();
  if (place && Number.isInteger(placeKept[1])) place.setSelectionRange(placeKept[1], placeKept[1]);
  typedSince = [];
  placeKept = null;
});
