// The drawn map: MapLibre GL JS from this server, our style, our symbols. Knows nothing of list, panel and address.

import * as access from "./access.js";
import { address } from "./api.js";
import { mapLocale } from "./i18n.js";
import { labelSource } from "./labels.js";

const load = (element) => new Promise((resolve, reject) => {
  element.addEventListener("load", resolve);
  element.addEventListener("error", () => reject(new Error(element.src || element.href)));
  document.head.append(element);
});

/** Loads the map library that this server has; false when it has none. */
export const library = async () => {
  const answer = await fetch(address("assets/maplibre.json"));
  if (!answer.ok) return false;
  const { script, style } = await answer.json();
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: address(`assets/${style}`) });
  document.head.prepend(link);
  try {
    await load(Object.assign(document.createElement("script"), { src: address(`assets/${script}`) }));
  } catch {
    return false;
  }
  return true;
};

export const hasWebgl = () => {
  const probe = document.createElement("canvas");
  return Boolean(probe.getContext("webgl2") || probe.getContext("webgl"));
};

export const prefersReducedMotion = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** MapLibre takes its labels once; this writes them again in the page's language. */
export const relabel = (map) => {
  const words = mapLocale();
  const labels = {
    ".maplibregl-ctrl-zoom-in": "NavigationControl.ZoomIn",
    ".maplibregl-ctrl-zoom-out": "NavigationControl.ZoomOut",
    ".maplibregl-ctrl-compass": "NavigationControl.ResetBearing",
    ".maplibregl-ctrl-attrib-button": "AttributionControl.ToggleAttribution",
    ".maplibregl-canvas": "Map.Title",
  };
  for (const [selector, key] of Object.entries(labels))
    for (const element of map.getContainer().querySelectorAll(selector)) {
      element.setAttribute("aria-label", words[key]);
      if (element.title) element.title = words[key];
    }
};

/**
 * The address of a tile without its version: the page hears which tiles change and asks for these again, instead of for all of them at
 * another address.
 */
const unversioned = (url) => (url.startsWith(address("tiles/")) ? url.replace(/\?v=[^&]*$/, "") : url);

/** The map in `container`, at `view` or showing `bounds`. */
export const createMap = ({ container, style, view, bounds, maxZoom = 21 }) => {
  const map = new maplibregl.Map({
    container, style, locale: mapLocale(), hash: false, maxZoom: 21, minZoom: 3, attributionControl: false,
    dragRotate: false, pitchWithRotate: false, touchPitch: false, fadeDuration: prefersReducedMotion() ? 0 : 200,
    // What has left the view is asked for again when it comes back: it may have changed, and to hear that it has not is cheap.
    maxTileCacheSize: 0,
    transformRequest: (url) => (url.startsWith(address("")) ? { url: unversioned(url), headers: access.headers() } : { url }),
    ...(view || { bounds, fitBoundsOptions: { padding: 24, maxZoom } }),
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.addControl(new maplibregl.NavigationControl({ showCompass: false }), "top-left");
  map.addControl(new maplibregl.ScaleControl({ maxWidth: 110, unit: "metric" }), "bottom-left");
  map.addControl(new maplibregl.AttributionControl({
    compact: matchMedia("(max-width: 48rem)").matches,
    customAttribution: `<a href="${address("assets/THIRD-PARTY-NOTICES.txt")}">MapLibre</a>`,
  }), "bottom-right");
  relabel(map);
  return map;
};

// The places of labels are a source of their own (see labels.js) and belong to the collection all the same.
const isOf = (layer, collection) => layer.source === collection || layer.source === labelSource(collection);

const clickable = (map, collections) =>
  map.getStyle().layers.filter((layer) => collections.has(layer.source)).map((layer) => layer.id);

/** The features around a point of the screen, topmost first, each once. */
export const featuresAt = (map, point, collections) => {
  const reach = 5;
  const box = [[point.x - reach, point.y - reach], [point.x + reach, point.y + reach]];
  const seen = new Map();
  for (const hit of map.queryRenderedFeatures(box, { layers: clickable(map, collections) })) {
    const { id } = hit.properties;
    const key = `${hit.source}/${id}`;
    if (id !== undefined && !seen.has(key)) seen.set(key, { collection: hit.source, id, properties: hit.properties });
  }
  return [...seen.values()];
};

/** From which zoom the style draws a collection at all. */
export const visibleFrom = (map, collection) => {
  const zooms = map.getStyle().layers
    .filter((layer) => layer.source === collection.id)
    .map((layer) => layer.minzoom || 0);
  return Math.max(collection.minZoom || 0, Math.min(...zooms));
};

export const setVisible = (map, collection, visible) => {
  for (const layer of map.getStyle().layers)
    if (isOf(layer, collection)) map.setLayoutProperty(layer.id, "visibility", visible ? "visible" : "none");
};

/** Draws a collection anew, from the data as they are now: the address of its tiles tells their version. */
export const renew = (map, collection) => {
  const source = map.getSource(collection);
  if (source) source.setUrl(address(`tiles/${encodeURIComponent(collection)}.json`));
};

const tileAt = (zoom, lng, lat) => {
  const tiles = 2 ** zoom;
  const sine = Math.sin((Math.max(-85, Math.min(85, lat)) * Math.PI) / 180);
  return [((lng + 180) / 360) * tiles, (0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)) * tiles].map(Math.floor);
};

/** The tiles of some ranges, each [zoom, minX, minY, maxX, maxY], that the map may be showing. */
const shownOf = (map, ranges) => {
  const [west, south, east, north] = map.getBounds().toArray().flat();
  const zoom = Math.floor(map.getZoom());
  const largest = Math.max(...ranges.map((each) => each[0]));
  const highest = Math.min(zoom + 1, largest);
  const ids = new Map();
  for (const [z, minX, minY, maxX, maxY] of ranges) {
    if (z > highest || z < highest - 4) continue; // what is drawn, and what stands in for it while it loads
    const [left, top] = tileAt(z, west, north);
    const [right, bottom] = tileAt(z, east, south);
    for (let x = Math.max(minX, left - 1); x <= Math.min(maxX, right + 1); x += 1)
      for (let y = Math.max(minY, top - 1); y <= Math.min(maxY, bottom + 1); y += 1) ids.set(`${z}/${x}/${y}`, { z, x, y });
  }
  return [...ids.values()];
};

/** Draws the tiles of these ranges anew, as far as they are in view, and no others. */
export const refresh = (map, collection, ranges) => {
  const source = map.getSource(collection);
  if (!source || ranges.length === 0) return;
  const reach = source.tileBounds;
  const isOutside = ({ z, x, y }) => reach && !reach.contains({ z, x, y });
  const tiles = shownOf(map, ranges);
  // The library asks for no tile beyond what the collection reached when the page began: it must hear how far it reaches now.
  if (tiles.some(isOutside)) return void renew(map, collection);
  if (tiles.length === 0) return;
  const again = !map.areTilesLoaded();
  map.refreshTiles(collection, tiles);
  // A tile that was on its way when the change came may be of the time before.
  if (again) map.once("idle", () => map.getSource(collection) && map.refreshTiles(collection, tiles));
};

/** Marks a feature, or nothing. */
export const mark = (map, feature) => {
  const source = map.getSource("selected");
  if (source) source.setData(feature && feature.geometry ? feature : { type: "FeatureCollection", features: [] });
};

/** Moves so that the rectangle is well in view; `right` and `bottom` pixels are covered by the panel. */
export const flyTo = (map, [west, south, east, north], { right, bottom }) => {
  const isPlace = east - west < 1e-6 && north - south < 1e-6;
  const motion = prefersReducedMotion() ? { duration: 0 } : { duration: 900 };
  const padding = { top: 50, left: 50, right: right + 50, bottom: bottom + 50 };
  if (isPlace)
    map.easeTo({ center: [west, south], zoom: Math.max(map.getZoom(), 16.5), padding: { top: 0, left: 0, right, bottom }, ...motion });
  else map.fitBounds([[west, south], [east, north]], { padding, maxZoom: 17.5, ...motion });
};

const rim = 24; // pixels that a mark at the edge needs to be seen whole

/** Shows all of these geometries, unless they are well in view already; to `fills` the view belongs that they are not small in it. */
export const showAll = (map, geometries, { fills = false } = {}) => {
  const flat = geometries.flatMap((each) => (each ? each.coordinates.flat(Infinity) : []));
  const longitudes = flat.filter((_, index) => index % 2 === 0);
  const latitudes = flat.filter((_, index) => index % 2 === 1);
  if (longitudes.length === 0) return;
  const edge = (values, choose) => values.reduce((best, each) => choose(best, each));
  const [west, east] = [edge(longitudes, Math.min), edge(longitudes, Math.max)];
  const [south, north] = [edge(latitudes, Math.min), edge(latitudes, Math.max)];
  const { width, height } = map.getCanvas().getBoundingClientRect();
  const corners = [[west, south], [east, north]].map((each) => map.project(each));
  const isInView = corners.every(({ x, y }) => x > rim && y > rim && x < width - rim && y < height - rim);
  const isSmall = corners[1].x - corners[0].x < width / 2 && corners[0].y - corners[1].y < height / 2;
  if (isInView && !(fills && isSmall)) return;
  map.fitBounds([[west, south], [east, north]], { padding: Math.min(60, width / 10), maxZoom: 16, duration: 0 });
};
