// Reads badges with the camera where the browser can. Without it the code is typed.

const form = document.getElementById("door");
const button = document.getElementById("camera");
const video = document.getElementById("seen");
const told = document.getElementById("told");
const AGAIN_AFTER = 4000;
let last = { code: "", at: 0 };

function say(text, tone) {
  const box = document.createElement("p");
  box.className = `box box-${tone}`;
  box.textContent = text;
  told.replaceChildren(box);
}

async function send(code) {
  const body = new FormData(form);
  body.set("code", code);
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
    const found = await answer.json();
    say(found.text, found.tone);
  } catch {
    say(form.dataset.offline, "stop");
  }
}

async function look(detector) {
  const [found] = await detector.detect(video).catch(() => []);
  const code = found?.rawValue ?? "";
  const now = Date.now();
  if (code && (code !== last.code || now - last.at > AGAIN_AFTER)) {
    last = { code, at: now };
    await send(code);
  }
  if (!video.hidden) setTimeout(() => look(detector), 200);
}

if ("BarcodeDetector" in window && navigator.mediaDevices) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      video.hidden = false;
      button.hidden = true;
      await video.play();
      look(new BarcodeDetector({ formats: ["qr_code"] }));
    } catch {
      say(form.dataset.fault, "attention");
    }
  });
}
