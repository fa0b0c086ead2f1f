// Passkeys: what the server asks of the browser, and what the browser answers, in a form that is then sent like any other.
// Pages work without this file by password and code; the buttons it serves are hidden until it has come.

const toBytes = (text) => {
  const plain = text.replace(/-/g, "+").replace(/_/g, "/");
  return Uint8Array.from(atob(plain + "=".repeat((4 - (plain.length % 4)) % 4)), (one) => one.charCodeAt(0));
};
const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");

const known = (keys) => (keys || []).map((key) => ({ ...key, id: toBytes(key.id) }));

async function made(asked, alone) {
  const wishes = { ...asked.authenticatorSelection };
  wishes.residentKey = alone ? "required" : "discouraged";
  wishes.requireResidentKey = alone;
  if (alone) wishes.userVerification = "required";
  const key = await navigator.credentials.create({
    publicKey: {
      ...asked,
      challenge: toBytes(asked.challenge),
      user: { ...asked.user, id: toBytes(asked.user.id) },
      excludeCredentials: known(asked.excludeCredentials),
      authenticatorSelection: wishes,
    },
  });
  return sent(key, {
    clientDataJSON: toText(key.response.clientDataJSON),
    attestationObject: toText(key.response.attestationObject),
    transports: key.response.getTransports ? key.response.getTransports() : [],
  });
}

async function used(asked) {
  const key = await navigator.credentials.get({
    publicKey: { ...asked, challenge: toBytes(asked.challenge), allowCredentials: known(asked.allowCredentials) },
  });
  const { response } = key;
  return sent(key, {
    clientDataJSON: toText(response.clientDataJSON),
    authenticatorData: toText(response.authenticatorData),
    signature: toText(response.signature),
    userHandle: response.userHandle ? toText(response.userHandle) : null,
  });
}

function sent(key, response) {
  return {
    type: key.type,
    id: key.id,
    rawId: toText(key.rawId),
    authenticatorAttachment: key.authenticatorAttachment || null,
    clientExtensionResults: key.getClientExtensionResults(),
    response,
  };
}

// What the server asks stands in the page; on the page for signing in it is asked for only when someone wants it.
async function asked(form) {
  const inPage = document.getElementById("passkey-asked");
  if (inPage) return JSON.parse(inPage.textContent);
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

async function go(form) {
  const note = form.querySelector("[data-passkey-note]");
  note.textContent = "";
  try {
    const wanted = await asked(form);
    const alone = form.elements.passwordless;
    const key = wanted.creation_options
      ? await made(wanted.creation_options.publicKey, alone ? alone.checked : true)
      : await used(wanted.request_options.publicKey);
    form.elements.credential.value = JSON.stringify(key);
    form.submit();
  } catch (wrong) {
    note.textContent = wrong.name === "InvalidStateError" ? note.dataset.already : note.dataset.nothing;
  }
}

// A passkey belongs to a name: browsers make none for a bare network address, nor over an open line.
const nameless = /^[\d.]+$|:/.test(window.location.hostname);
const able = Boolean(window.PublicKeyCredential) && !nameless;

for (const form of document.querySelectorAll("form[data-passkey]")) {
  form.hidden = !able;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    go(form);
  });
}
for (const words of document.querySelectorAll("[data-passkey-missing]")) words.hidden = able;
