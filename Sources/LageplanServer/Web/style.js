// From the style on the server to the style on the screen: only what there is, light or dark, nothing left undrawn.

import { address } from "./api.js";
import { labelSource } from "./labels.js";
import { generatedSymbol } from "./symbols.js";

const repaint = (value, colours) => {
  if (typeof value === "string") return colours[value] || value;
  if (Array.isArray(value)) return value.map((each) => repaint(each, colours));
  if (value && typeof value === "object")
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, repaint(each, colours)]));
  return value;
};

/** The symbol of each collection by id: from the style, else made up. */
export const symbolsOf = (style, collections, dark) => {
  const drawn = style.metadata["lageplan:symbols"];
  const colours = dark ? style.metadata["lageplan:dark"] : {};
  const unknown = collections.filter((each) => !drawn[each.id]);
  return new Map(collections.map((each) => [
    each.id,
    drawn[each.id] ? repaint(drawn[each.id], colours) : generatedSymbol(unknown.indexOf(each), each.geometryType, dark),
  ]));
};

/** The collections as people look for them: what the style puts first, then the others by title. */
export const ordered = (style, collections) => {
  const order = style.metadata["lageplan:order"];
  const rank = (each) => (order.includes(each.id) ? order.indexOf(each.id) : order.length);
  return [...collections].sort((a, b) => rank(a) - rank(b) || a.title.localeCompare(b.title));
};

const generatedLayers = (collection, symbol) => {
  const base = { source: collection.id, "source-layer": collection.id };
  const only = (type) => ["==", ["geometry-type"], type];
  return [
    { ...base, id: `${collection.id}-area`, type: "fill", filter: only("Polygon"),
      paint: { "fill-color": symbol.colour, "fill-opacity": 0.25 } },
    { ...base, id: `${collection.id}-line`, type: "line", filter: ["!=", ["geometry-type"], "Point"],
      layout: { "line-join": "round" }, paint: { "line-color": symbol.colour, "line-width": 2 } },
    { ...base, id: collection.id, type: "symbol", filter: only("Point"),
      layout: { "icon-image": `lageplan-${collection.id}`, "icon-allow-overlap": true, "icon-ignore-placement": true,
        "icon-size": ["interpolate", ["linear"], ["zoom"], 9, 0.26, 13, 0.5, 17, 0.9] } },
  ];
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

/**
 * The style to draw. `labels` is false for a map library that writes no text without a glyph server;
 * `labelled` names the polygon collections whose labels stand at places of their own.
 */
export const prepare = (style, collections, symbols, { dark, labels, labelled, accent, paper }) => {
  const present = new Set(collections.map((each) => each.id));
  const styled = new Set(style.layers.map((layer) => layer.source));
  const source = (id) => ({ type: "vector", url: address(`tiles/${encodeURIComponent(id)}.json`) });
  let layers = style.layers.filter((layer) => !layer.source || present.has(layer.source));
  if (!labels)
    layers = layers.filter((layer) => !isLabel(layer));
  // A polygon lies in many tiles and would be labelled in each; its label stands at one place of its own instead.
  layers = layers.map((layer) => (labelled.has(layer.source) && isLabel(layer) ? atLabelPlaces(layer) : layer));
  const colours = dark ? style.metadata["lageplan:dark"] : {};
  layers = layers.map(({ layout, paint, ...layer }) => ({ ...layer, layout: layout || {}, paint: repaint(paint || {}, colours) }));
  const firstLabel = layers.findIndex((layer) => isLabel(layer) && layer.layout["symbol-placement"] !== "line");
  const generated = collections.filter((each) => !styled.has(each.id)).flatMap((each) => generatedLayers(each, symbols.get(each.id)));
  layers.splice(firstLabel < 0 ? layers.length : firstLabel, 0, ...generated);
  return {
    version: 8,
    sources: {
      ...Object.fromEntries(collections.map((each) => [each.id, source(each.id)])),
      ...Object.fromEntries([...labelled].map((id) => [labelSource(id), { type: "geojson", data: nothing }])),
      selected: { type: "geojson", data: nothing },
      sketch: { type: "geojson", data: nothing },
    },
    layers: [...layers, ...highlight(accent, paper), ...penned(accent, paper)],
  };
};
