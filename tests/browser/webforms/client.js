// A page around ODK Web Forms, as any web site would use it: fetch the form, show it, send what it hands over.
import { createApp, h } from "vue";
import { OdkWebForm, webFormsPlugin } from "@getodk/web-forms";

const asked = new URLSearchParams(location.search);
const server = asked.get("server");
const reference = asked.get("form");
const headers = { "X-OpenRosa-Version": "1.0" };
window.answered = [];

async function medium(name) {
  const manifest = await (await fetch(`${server}/forms/${reference}/manifest`, { headers })).text();
  const found = [...new DOMParser().parseFromString(manifest, "text/xml").querySelectorAll("mediaFile")]
    .find((one) => one.querySelector("filename").textContent === name);
  return fetch(found ? found.querySelector("downloadUrl").textContent : `${server}/none`, { headers });
}

async function send(payload) {
  for (const [turn, part] of payload.data.entries()) {
    if (turn < payload.data.length - 1) part.append("*isIncomplete*", "yes");
    const answer = await fetch(`${server}/submission`, { method: "POST", body: part, headers });
    window.answered.push([answer.status, new DOMParser().parseFromString(await answer.text(), "text/xml").documentElement.textContent]);
  }
}

const formXml = await (await fetch(`${server}/forms/${reference}.xml`, { headers })).text();
createApp({
  render: () => h(OdkWebForm, {
    formXml,
    fetchFormAttachment: (url) => medium(decodeURIComponent(String(url).split("/").pop())),
    missingResourceBehavior: "BLANK",
    submissionMaxSize: Number(asked.get("most") || 1e7),
    onSubmitChunked: send,
  }),
}).use(webFormsPlugin).mount("#app");
