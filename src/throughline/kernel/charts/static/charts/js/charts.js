// Draws every figure.chart of the page (and of fragments that arrive later) from the JSON beside it.
// The packages are fetched when the first chart comes into sight; where they are is in the import map.

const address = (name) => import.meta.resolve(name);

function script(name) {
  return new Promise((resolve, reject) => {
    const element = document.createElement("script");
    element.src = address(name);
    element.async = false;
    element.onload = resolve;
    element.onerror = () => reject(new Error(`${name} could not be loaded`));
    document.head.append(element);
  });
}

let vega;
function loadVega() {
  vega ??= (async () => {
    await Promise.all([script("vega"), script("vega-lite"), script("vega-embed")]);
    return (await import("vega-interpreter")).expressionInterpreter;
  })();
  return vega;
}

const darkDevice = matchMedia("(prefers-color-scheme: dark)");
export function theme() {
  const chosen = document.documentElement.dataset.theme;
  if (chosen === "light" || chosen === "dark") return chosen;
  return darkDevice.matches ? "dark" : "light";
}

function fitted(spec, names, width) {
  // Neither a legend nor small multiples fit their container by themselves: choose the columns that fit.
  const longest = Math.max(4, ...names.map((name) => name.length));
  const legend = { ...spec.config.legend, columns: Math.max(1, Math.floor((width - 120) / (longest * 7 + 36))) };
  const resized = { ...spec, config: { ...spec.config, legend } };
  if (!spec.facet) return JSON.parse(JSON.stringify(resized, (key, value) => (key === "legend" && value?.columns ? { ...value, columns: legend.columns } : value)));
  const gap = 44;
  const columns = Math.max(1, Math.min(4, Math.floor(width / (spec.spec.width + gap))));
  return { ...resized, columns, spec: { ...spec.spec, width: Math.floor(width / columns) - gap } };
}

async function drawWithVega(figure, target, island) {
  const interpreter = await loadVega();
  const names = [...new Set(island.datasets.rows.map((row) => row.series ?? ""))];
  const spec = fitted({ ...island[theme()], datasets: island.datasets }, names, target.clientWidth);
  if (island.map) {
    spec.width = target.clientWidth;
    spec.height = target.clientHeight;
  }
  await globalThis.vegaEmbed(target, spec, {
    mode: "vega-lite",
    actions: false,
    renderer: "svg",
    ast: true,
    expr: interpreter,
    defaultStyle: false,
    tooltip: { disableDefaultStyle: true },
    // A chart asks nobody for anything: its data is in the page.
    loader: { target: "_self" },
  });
  // The table below says the same in a way that can be read out and searched.
  target.querySelector("svg")?.setAttribute("aria-hidden", "true");
  for (const link of target.querySelectorAll("svg a")) link.setAttribute("tabindex", "-1");
}

async function draw(figure) {
  const target = figure.querySelector(".chart-drawing");
  const source = figure.querySelector(".chart-island");
  if (!target || !source) return;
  const island = JSON.parse(source.textContent);
  try {
    if (island.map) {
      const { drawMap } = await import("throughline-map");
      if (await drawMap(target, island.map, theme())) return;
      target.classList.add("is-drawn");
    }
    await drawWithVega(figure, target, island);
  } catch (error) {
    console.error(error);
    figure.querySelector("details")?.setAttribute("open", "");
  }
}

const seen = new IntersectionObserver(
  (entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      seen.unobserve(entry.target);
      draw(entry.target);
    }
  },
  { rootMargin: "400px" },
);

function arrive(root) {
  const figures = [...root.querySelectorAll("figure.chart")];
  if (root.matches?.("figure.chart")) figures.push(root);
  for (const figure of figures) {
    figure.querySelector(".chart-waiting")?.remove();
    seen.observe(figure);
  }
}

function everyChartAgain() {
  for (const figure of document.querySelectorAll("figure.chart")) draw(figure);
}

darkDevice.addEventListener("change", everyChartAgain);
// On paper there is no scrolling into sight.
addEventListener("beforeprint", everyChartAgain);
document.addEventListener("htmx:load", (event) => arrive(event.target));
arrive(document);
