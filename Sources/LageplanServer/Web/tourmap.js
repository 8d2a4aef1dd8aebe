// Tours on the map: the way of each on its streets with arrows, its stops in their order, where it begins, what is left out.

import { look, picture, pictureOf } from "./tourmarks.js";

const leftColour = "#b3390b";
const depotColour = "#3d3d3d";

const feature = (geometry, properties) => ({ type: "Feature", geometry, properties });

const point = (place, properties) => feature({ type: "Point", coordinates: place }, properties);

/** The way of a route: along the streets where the legs are known, else from halt to halt. */
const wayOf = ({ start, stops, end, legs }) => {
  const lines = legs.map((each) => each.geometry).filter(Boolean).map((each) => each.coordinates);
  return lines.length ? lines.flat() : [start, ...stops.map((each) => each.location), end].filter(Boolean);
};

const walksOf = ({ stops }) => stops.flatMap((stop) => stop.walk.map((leg) => leg.geometry).filter(Boolean));

/** The places where tours begin and end, each once. */
const depots = (routes) => {
  const places = new Map(routes.flatMap(({ start, end }) => [start, end]).filter(Boolean).map((each) => [String(each), each]));
  return [...places.values()].map((each) => point(each, { kind: "depot", picture: pictureOf("depot", depotColour) }));
};

/** A stop of a neighbour that is drawn later covers it: the open one comes last, before it the earlier stops of tours that are not quiet. */
const rank = (index, isQuiet, isOpen) => (isOpen ? 2000 : 0) + (isQuiet ? 0 : 1000) - Math.min(index, 999);

const ofRoute = (route, { emphasis, changed, stale, focus }) => {
  const { colour, letter, pattern } = look(route.number);
  const isQuiet = focus !== null && focus !== route.inspector;
  const shared = { colour, pattern, isQuiet, isStale: stale.has(route.key) };
  const way = wayOf(route);
  return [
    ...(way.length > 1 ? [feature({ type: "LineString", coordinates: way }, { kind: "way", arrow: pictureOf("arrow", colour), ...shared })] : []),
    ...walksOf(route).map((geometry) => feature(geometry, { kind: "walk", ...shared })),
    ...route.stops.map((stop, index) => point(stop.location, {
      kind: "stop", stop: stop.key, label: `${letter}${index + 1}`, isOpen: stop.key === emphasis,
      picture: pictureOf(stop.isHeld ? "locked" : "disc", colour, changed.has(stop.key) ? "changed" : "plain", `${letter}${index + 1}`),
      rank: rank(index, isQuiet, stop.key === emphasis), ...shared,
    })),
  ];
};

/**
 * What is drawn of these routes and of what is left out. `emphasis` is the key of the stop that is open, or null; `changed` holds the keys
 * of the stops that have changed; a route of `stale` has been changed by hand, and its way is not known until it is planned anew; while
 * `focus` names an inspector, the others are quiet.
 */
export const drawing = ({ routes, left, ...rest }) => {
  const driven = routes.filter((each) => each.stops.length > 0);
  const places = left.filter((each) => each.location);
  return [
    ...driven.flatMap((each) => ofRoute(each, rest)), ...depots(driven),
    ...places.map(({ key, location }) => point(location, { kind: "left", left: key, isOpen: key === rest.emphasis, picture: pictureOf("left", leftColour) })),
  ];
};

/** Draws the pictures of stops when the map first needs them. */
export const supplyPictures = (map) => map.on("styleimagemissing", ({ id }) => {
  const drawn = picture(id);
  if (drawn && !map.hasImage(id)) map.addImage(id, drawn.pixels, { pixelRatio: drawn.ratio });
});

const of = (kind, ...more) => ["all", ["==", ["get", "kind"], kind], ...more];

const faded = (full, quiet) => ["case", ["get", "isQuiet"], quiet, ["get", "isStale"], quiet, full];

const width = (near, far) => ["interpolate", ["linear"], ["zoom"], 9, far, 15, near];

const round = { "line-cap": "round", "line-join": "round" };

// Out and back on one street lie side by side, as the traffic does.
const aside = width(3.5, 1.5);

const patterns = [undefined, [3, 1.4], [1.2, 1.2]];

// Stops, depots and what is left out are always drawn and keep their room: names of the map below make way for them.
export const layers = [
  { id: "tours-casing", type: "line", source: "tours", filter: of("way"), layout: round,
    paint: { "line-color": "#ffffff", "line-width": width(8, 4), "line-offset": aside, "line-opacity": faded(0.9, 0.25) } },
  ...patterns.map((dashes, index) => ({
    id: `tours-way-${index}`, type: "line", source: "tours", filter: of("way", ["==", ["get", "pattern"], index]),
    layout: dashes ? { "line-join": "round" } : round,
    paint: {
      "line-color": ["get", "colour"], "line-width": width(4.5, 2), "line-offset": aside, "line-opacity": faded(1, 0.3),
      ...(dashes ? { "line-dasharray": dashes } : {}),
    },
  })),
  { id: "tours-walk", type: "line", source: "tours", filter: of("walk"), layout: { "line-cap": "round" },
    paint: { "line-color": ["get", "colour"], "line-width": 3, "line-dasharray": [0.1, 2], "line-opacity": faded(1, 0.3) } },
  { id: "tours-arrow", type: "symbol", source: "tours", filter: of("way", ["!", ["get", "isQuiet"]], ["!", ["get", "isStale"]]), minzoom: 12,
    layout: { "symbol-placement": "line", "symbol-spacing": 110, "icon-image": ["get", "arrow"], "icon-size": ["interpolate", ["linear"], ["zoom"], 12, 0.36, 16, 0.55],
      "icon-offset": [0, 6.5], "icon-rotation-alignment": "map", "icon-allow-overlap": true, "icon-ignore-placement": true } },
  { id: "tours-depot", type: "symbol", source: "tours", filter: of("depot"),
    layout: { "icon-image": ["get", "picture"], "icon-size": ["interpolate", ["linear"], ["zoom"], 9, 0.55, 15, 0.85],
      "icon-allow-overlap": true } },
  { id: "tours-open", type: "circle", source: "tours", filter: ["all", ["in", ["get", "kind"], ["literal", ["stop", "left"]]], ["get", "isOpen"]],
    paint: { "circle-radius": ["interpolate", ["linear"], ["zoom"], 9, 15, 15, 22], "circle-color": "#ffd24a", "circle-opacity": 0.55,
      "circle-stroke-color": "#14191c", "circle-stroke-width": 2 } },
  { id: "tours-left", type: "symbol", source: "tours", filter: of("left"),
    layout: { "icon-image": ["get", "picture"], "icon-size": ["interpolate", ["linear"], ["zoom"], 9, 0.5, 15, 0.8],
      "icon-allow-overlap": true } },
  { id: "tours-stop", type: "symbol", source: "tours", filter: of("stop"),
    layout: { "symbol-sort-key": ["get", "rank"], "icon-image": ["get", "picture"],
      "icon-size": ["interpolate", ["linear"], ["zoom"], 9, 0.68, 15, 1], "icon-allow-overlap": true },
    paint: { "icon-opacity": ["case", ["get", "isQuiet"], 0.45, 1] } },
];

/** The stop or the left-out feature at a point of the screen: its key, or null. */
export const keyAt = (map, { x, y }) => {
  const reach = 6;
  const box = [[x - reach, y - reach], [x + reach, y + reach]];
  if (!map.getLayer("tours-stop")) return null;
  const [hit] = map.queryRenderedFeatures(box, { layers: ["tours-stop", "tours-left"] });
  return hit ? hit.properties.stop || hit.properties.left : null;
};
