// The map in the page: outlines, clusters, popups. No tiles, no fonts, no host but our own.

const RADIUS = 44;
let library;

function loadLibrary() {
  library ??= (async () => {
    const sheet = document.createElement("link");
    sheet.rel = "stylesheet";
    sheet.href = import.meta.resolve("maplibre-css");
    document.head.append(sheet);
    const maplibre = await import("maplibre-gl");
    maplibre.setWorkerUrl(import.meta.resolve("maplibre-worker"));
    return maplibre;
  })();
  return library;
}

function canDraw() {
  const canvas = document.createElement("canvas");
  return Boolean(canvas.getContext("webgl2"));
}

const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const collection = (features) => ({ type: "FeatureCollection", features });

function style(map, ramp) {
  const shade = ["case", ["==", ["typeof", ["get", "step"]], "number"], ["at", ["get", "step"], ["literal", ramp]], token("--sheet")];
  return {
    version: 8,
    sources: {
      around: { type: "geojson", data: map.ground },
      areas: { type: "geojson", data: collection(map.areas) },
      points: {
        type: "geojson",
        data: collection(
          map.points.map(({ lon, lat, ...properties }) => ({
            type: "Feature",
            properties,
            geometry: { type: "Point", coordinates: [lon, lat] },
          })),
        ),
        cluster: true,
        clusterRadius: RADIUS,
        clusterMaxZoom: 12,
      },
    },
    layers: [
      { id: "sea", type: "background", paint: { "background-color": token("--sunken") } },
      { id: "around", type: "fill", source: "around", paint: { "fill-color": token("--rule"), "fill-outline-color": token("--paper") } },
      { id: "areas", type: "fill", source: "areas", paint: { "fill-color": ["to-color", shade] } },
      { id: "edges", type: "line", source: "areas", paint: { "line-color": token("--rule-strong"), "line-width": 1 } },
      {
        id: "points",
        type: "circle",
        source: "points",
        filter: ["!", ["has", "point_count"]],
        paint: { "circle-radius": 6, "circle-color": token("--accent"), "circle-stroke-width": 1.5, "circle-stroke-color": token("--sheet") },
      },
    ],
  };
}

function bubble({ label, text, url }) {
  const box = document.createElement("div");
  const head = document.createElement(url ? "a" : "strong");
  if (url) head.href = url;
  head.textContent = label;
  box.append(head);
  if (text) {
    const line = document.createElement("p");
    line.textContent = text;
    box.append(line);
  }
  return box;
}

function areaLabel({ label, text }) {
  const mark = document.createElement("div");
  mark.className = "map-label";
  const name = document.createElement("span");
  name.textContent = label;
  const value = document.createElement("strong");
  value.textContent = text;
  mark.append(name, value);
  return mark;
}

function clusterButton(feature, map) {
  const count = feature.properties.point_count;
  const button = document.createElement("button");
  button.type = "button";
  button.className = `map-cluster${count >= 100 ? " is-large" : ""}`;
  button.textContent = feature.properties.point_count_abbreviated;
  button.setAttribute("aria-label", `${count}: +`);
  button.addEventListener("click", async () => {
    const zoom = await map.getSource("points").getClusterExpansionZoom(feature.properties.cluster_id);
    map.easeTo({ center: feature.geometry.coordinates, zoom, essential: false });
  });
  return button;
}

function showClusters(map, maplibre, shown) {
  const wanted = new Map();
  for (const feature of map.querySourceFeatures("points")) {
    if (feature.properties.cluster) wanted.set(feature.properties.cluster_id, feature);
  }
  for (const [id, marker] of shown) {
    if (!wanted.has(id)) {
      marker.remove();
      shown.delete(id);
    }
  }
  for (const [id, feature] of wanted) {
    if (shown.has(id)) continue;
    const marker = new maplibre.Marker({ element: clusterButton(feature, map) });
    shown.set(id, marker.setLngLat(feature.geometry.coordinates).addTo(map));
  }
}

function listen(map, maplibre) {
  for (const layer of ["points", "areas"]) {
    map.on("mouseenter", layer, () => { map.getCanvas().style.cursor = "pointer"; });
    map.on("mouseleave", layer, () => { map.getCanvas().style.cursor = ""; });
  }
  map.on("click", (event) => {
    const [found] = map.queryRenderedFeatures(event.point, { layers: ["points", "areas"] });
    if (!found || !found.properties.label) return;
    const place = found.geometry.type === "Point" ? found.geometry.coordinates : event.lngLat;
    new maplibre.Popup({ closeButton: true, maxWidth: "20rem" }).setLngLat(place).setDOMContent(bubble(found.properties)).addTo(map);
  });
}

// Draws the map and says whether it could (an old machine may have no WebGL; then the drawing is flat).
export async function drawMap(target, description, theme) {
  if (!canDraw()) return false;
  const maplibre = await loadLibrary();
  target.drawn?.remove();
  target.replaceChildren();
  const map = new maplibre.Map({
    container: target,
    style: style(description, description.ramps[theme]),
    bounds: description.box,
    fitBoundsOptions: { padding: 8 },
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    cooperativeGestures: false,
    maxZoom: 14,
    canvasContextAttributes: { preserveDrawingBuffer: true }, // so that the map is on paper too
  });
  target.drawn = map;
  map.getCanvas().setAttribute("aria-label", description.title); // at once: two maps of one name cannot be told apart
  map.touchZoomRotate.disableRotation();
  map.scrollZoom.disable();
  map.addControl(new maplibre.NavigationControl({ showCompass: false }));
  map.once("load", () => {
    for (const label of description.labels) {
      new maplibre.Marker({ element: areaLabel(label) }).setLngLat([label.lon, label.lat]).addTo(map);
    }
    const shown = new Map();
    const refresh = () => { if (map.isSourceLoaded("points")) showClusters(map, maplibre, shown); };
    for (const moment of ["render", "idle", "sourcedata"]) map.on(moment, refresh);
    refresh();
    listen(map, maplibre);
    target.dataset.ready = "";
  });
  return true;
}
