// From the style on the server to the style on the screen: its variant for these eyes, labels at places of their own, what we mark.

import * as api from "./api.js";
import { labelSource } from "./labels.js";
import { loadIcons } from "./symbols.js";
import { layers as tourLayers } from "./tourmap.js";
import { layers as wayLayers } from "./ways.js";

const darkness = matchMedia("(prefers-color-scheme: dark)");
const contrast = matchMedia("(prefers-contrast: more)");

/** What the id of a style ends in for one who looks at this screen: strong contrast counts more than darkness. */
export const variant = () => (contrast.matches ? "-contrast" : darkness.matches ? "-dark" : "");

/** Calls `changed` when the variant that suits has changed. */
export const onVariant = (changed) => {
  for (const wish of [darkness, contrast]) wish.addEventListener("change", changed);
};

// A style names the host that the server believes to be; this page asks whichever host it came from.
const local = (url, folder) => api.address(`${folder}/`) + url.split(`/${folder}/`).pop();

/** A style of this server with all of its addresses on the host of this page. */
export const localised = (style) => ({
  ...style,
  sprite: local(style.sprite, "sprites"),
  glyphs: local(style.glyphs, "fonts"),
  sources: Object.fromEntries(Object.entries(style.sources).map(([id, source]) =>
    [id, source.url && source.url.includes("/tiles/") ? { ...source, url: local(source.url, "tiles") } : source])),
});

/** A style of this server in the variant that suits, with its icons for the legend. */
export const loadStyle = async (id) => {
  const style = localised(await api.style(id + variant()));
  return { style, icons: await loadIcons(style.sprite) };
};

const unknown = { shape: "circle", colour: "#6b7378", stroke: "#6b7378" };

/** The symbol of each collection by id, as the style tells it. */
export const symbolsOf = (style, collections) =>
  new Map(collections.map(({ id }) => [id, style.metadata["lageplan:symbols"][id] || unknown]));

/** The collections as people look for them: what the style puts first, then the others by title. */
export const ordered = (style, collections) => {
  const order = style.metadata["lageplan:order"];
  const rank = (each) => (order.includes(each.id) ? order.indexOf(each.id) : order.length);
  return [...collections].sort((a, b) => rank(a) - rank(b) || a.title.localeCompare(b.title));
};

const isLabel = (layer) => Boolean(layer.layout && layer.layout["text-field"]);

const atLabelPlaces = ({ "source-layer": _, ...layer }) => ({ ...layer, source: labelSource(layer.source) });

const nothing = { type: "FeatureCollection", features: [] };

const highlight = (accent, paper) => [
  { id: "selected-area", type: "fill", source: "selected", filter: ["==", ["geometry-type"], "Polygon"],
    paint: { "fill-color": accent, "fill-opacity": 0.18 } },
  { id: "selected-casing", type: "line", source: "selected", filter: ["!=", ["geometry-type"], "Point"],
    layout: { "line-cap": "round", "line-join": "round" }, paint: { "line-color": paper, "line-width": 7, "line-opacity": 0.9 } },
  { id: "selected-line", type: "line", source: "selected", filter: ["!=", ["geometry-type"], "Point"],
    layout: { "line-cap": "round", "line-join": "round" }, paint: { "line-color": accent, "line-width": 3.5 } },
  { id: "selected-ring", type: "circle", source: "selected", filter: ["==", ["geometry-type"], "Point"],
    paint: { "circle-radius": 17, "circle-color": accent, "circle-opacity": 0.12, "circle-stroke-color": accent, "circle-stroke-width": 3 } },
  { id: "selected-rim", type: "circle", source: "selected", filter: ["==", ["geometry-type"], "Point"],
    paint: { "circle-radius": 20, "circle-opacity": 0, "circle-stroke-color": paper, "circle-stroke-width": 2 } },
];

const penned = (accent, paper) => [
  { id: "sketch-area", type: "fill", source: "sketch", filter: ["==", ["geometry-type"], "Polygon"],
    paint: { "fill-color": accent, "fill-opacity": 0.15 } },
  { id: "sketch-casing", type: "line", source: "sketch", filter: ["==", ["geometry-type"], "LineString"],
    paint: { "line-color": paper, "line-width": 5 } },
  { id: "sketch-line", type: "line", source: "sketch", filter: ["==", ["geometry-type"], "LineString"],
    paint: { "line-color": accent, "line-width": 2.5, "line-dasharray": [2, 1.2] } },
];

/** The style to draw. `labelled` names the polygon collections whose labels stand at places of their own. */
export const prepare = (style, collections, { labelled, accent, paper }) => {
  const present = new Set(collections.map((each) => each.id));
  const source = (id) => ({ type: "vector", url: api.address(`tiles/${encodeURIComponent(id)}.json`) });
  // A polygon lies in many tiles and would be labelled in each; its label stands at one place of its own instead.
  const layers = style.layers.filter((layer) => !layer.source || present.has(layer.source))
    .map((layer) => (labelled.has(layer.source) && isLabel(layer) ? atLabelPlaces(layer) : layer));
  return {
    version: 8,
    sprite: style.sprite,
    glyphs: style.glyphs,
    sources: {
      ...Object.fromEntries(collections.map((each) => [each.id, source(each.id)])),
      ...Object.fromEntries([...labelled].map((id) => [labelSource(id), { type: "geojson", data: nothing }])),
      selected: { type: "geojson", data: nothing },
      sketch: { type: "geojson", data: nothing },
      ways: { type: "geojson", data: nothing },
      tours: { type: "geojson", data: nothing },
    },
    layers: [...layers, ...wayLayers(collections, { paper }), ...tourLayers, ...highlight(accent, paper), ...penned(accent, paper)],
  };
};
