// The page that shows one collection as its tiles and its style give it.

import * as api from "./api.js";
import * as canvas from "./canvas.js";
import { byId, make } from "./elements.js";
import { setLanguage } from "./i18n.js";
import { localised, variant } from "./style.js";

const frame = byId("preview");
const { collection } = frame.dataset;
const preview = { map: null, ready: null, below: false };

const notice = (sentence) => { byId("preview-notice").textContent = sentence; };
const chosen = () => document.querySelector("[name=variant]:checked").value;
const style = async () => localised(await api.style(collection + chosen()));

/** What the tile knows of one feature, as a table. */
const table = ({ id, properties, sourceLayer }) => {
  const count = properties.point_count;
  const rows = Object.entries(properties).map(([name, value]) =>
    make("tr", {}, make("th", { scope: "row" }, name), make("td", {}, String(value))));
  const number = id === undefined ? "ohne Nummer" : `Nummer ${id}`;
  return make("section", {}, make("h3", {}, `${sourceLayer}, ${number}${count ? `, steht für ${count} Objekte` : ""}`),
    make("table", {}, make("tbody", {}, ...rows)));
};

const show = (features) => {
  const seen = new Set();
  const each = features.filter((feature) => {
    const key = `${feature.id}/${JSON.stringify(feature.properties)}`;
    return seen.has(key) ? false : seen.add(key);
  });
  byId("preview-attributes").replaceChildren(...(each.length ? each.slice(0, 6).map(table)
    : [make("p", { class: "quiet" }, "Hier liegt nichts.")]));
};

/** The zoom from which on the style draws the collection: below it the map is empty. */
const firstZoom = () => {
  const { layers, sources } = preview.map.getStyle();
  const own = layers.filter((layer) => layer["source-layer"] === collection);
  const tiles = (name) => Math.max(sources[name]?.minzoom ?? 0, preview.map.getSource(name)?.minzoom ?? 0);
  return Math.min(...own.map((layer) => Math.max(layer.minzoom ?? 0, tiles(layer.source))));
};

/** Goes in to where there is something to see, at the opening only; later a sentence says so. */
const tellEmptiness = ({ approach = false } = {}) => {
  const first = firstZoom();
  if (!Number.isFinite(first)) return;
  if (approach && preview.map.getZoom() < first) preview.map.jumpTo({ zoom: first });
  const below = preview.map.getZoom() < first;
  if (below !== preview.below) notice(below ? `Näher heran: Diese Objektart wird ab Zoom ${first.toLocaleString("de")} gezeichnet.` : "");
  preview.below = below;
};

const tellZoom = () => {
  const { lat, lng } = preview.map.getCenter();
  byId("preview-zoom").textContent =
    `Zoom ${preview.map.getZoom().toLocaleString("de", { maximumFractionDigits: 1 })}, Mitte ${lat.toFixed(4)}, ${lng.toFixed(4)}`;
};

const start = async () => {
  setLanguage("de");
  const suits = document.querySelector(`[name=variant][value="${variant()}"]`);
  if (suits) suits.checked = true;
  if (!await canvas.library()) return notice("Auf diesem Server fehlt die Kartenbibliothek; „make assets“ holt sie.");
  if (!canvas.hasWebgl()) return notice("Dieser Browser zeichnet keine Karten (WebGL fehlt).");
  const bounds = frame.dataset.bounds ? frame.dataset.bounds.split(",").map(Number) : [5.8, 47.2, 15.1, 55.1];
  // #zoom/latitude/longitude names a place to look at.
  const [, zoom, latitude, longitude] = /^#([\d.]+)\/([-\d.]+)\/([-\d.]+)$/.exec(location.hash) || [];
  const view = zoom ? { zoom: Number(zoom), center: [Number(longitude), Number(latitude)] } : null;
  const map = canvas.createMap({ container: frame, style: await style(), view, bounds, maxZoom: 17 });
  preview.map = map;
  map.on("move", tellZoom);
  map.on("zoomend", () => tellEmptiness());
  map.once("load", () => tellEmptiness({ approach: !view }));
  map.on("click", ({ point }) => {
    const reach = 4;
    show(map.queryRenderedFeatures([[point.x - reach, point.y - reach], [point.x + reach, point.y + reach]]));
  });
  map.on("error", ({ error }) => notice(`Etwas fehlt der Karte: ${error.message}`));
  byId("preview-borders").addEventListener("change", ({ target }) => { map.showTileBoundaries = target.checked; });
  for (const button of document.querySelectorAll("[name=variant]"))
    button.addEventListener("change", () => style().then((next) => map.setStyle(next)).catch((error) => notice(error.message)));
  tellZoom();
  return new Promise((resolve) => map.once("idle", resolve));
};

preview.ready = start().catch((error) => notice(`Die Karte kann nicht gezeichnet werden: ${error.message}`));
window.lageplan = preview;
