// Ways on the roads: the fastest route between two clicks, what is reached from one, and a day's tours to what is listed.
// Holds its own state; the map page hands it clicks while a tool is taken.

import * as api from "./api.js";
import { announce, byId, make } from "./elements.js";
import { number, t } from "./i18n.js";

/** One colour a tour, told apart by colour-blind eyes too; the tenth begins again. */
const colours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#7f5f00", "#56b4e9", "#5b3fa0", "#a3242b", "#3a3a3a"];

const state = { tool: null, map: null, profiles: [], profile: null, places: [], markers: [], drawn: [], answer: null, asked: 0, listed: () => null, report: null };

/** How many places each tool takes by clicks. */
const wanted = { route: 2, reach: 1, tour: 1 };

/** A tool is taken: clicks on the map are its own. */
export const isTaken = () => state.tool !== null;

// What is drawn

const collection = (features) => ({ type: "FeatureCollection", features });

/** Puts the drawing on the map again, after a new style too. */
export const repaint = () => {
  const source = state.map && state.map.getSource("ways");
  if (source) source.setData(collection(state.drawn));
};

const draw = (features) => {
  state.drawn = features;
  repaint();
};

const positions = (geometry) => (geometry ? geometry.coordinates.flat(Infinity) : []);

/** Shows all that is drawn, unless it is in view already. */
const show = () => {
  const flat = state.drawn.flatMap((each) => positions(each.geometry));
  const longitudes = flat.filter((_, index) => index % 2 === 0);
  const latitudes = flat.filter((_, index) => index % 2 === 1);
  if (longitudes.length === 0) return;
  const edge = (values, choose) => values.reduce((best, each) => choose(best, each));
  const [west, east] = [edge(longitudes, Math.min), edge(longitudes, Math.max)];
  const [south, north] = [edge(latitudes, Math.min), edge(latitudes, Math.max)];
  const view = state.map.getBounds();
  if (view.contains([west, south]) && view.contains([east, north])) return;
  state.map.fitBounds([[west, south], [east, north]], { padding: 60, maxZoom: 16, duration: 0 });
};

// Measures in words

const minutes = (seconds) => {
  const whole = Math.round(seconds / 60);
  const hours = Math.floor(whole / 60);
  return hours ? t("hoursMinutes", { hours, minutes: String(whole % 60).padStart(2, "0") }) : t("minutesOnly", { minutes: whole });
};

const length = (metres) =>
  (metres < 1000 ? `${number(Math.round(metres / 10) * 10)} m` : `${number(Math.round(metres / 100) / 10)} km`);

const clock = (instant) => instant.slice(11, 16);

// Places

const names = { route: ["wayStart", "wayEnd"], reach: ["wayStart"], tour: ["wayDepot"] };

const clearMarkers = () => {
  for (const marker of state.markers) marker.remove();
  state.markers = [];
};

const nudges = { ArrowLeft: [-20, 0], ArrowRight: [20, 0], ArrowUp: [0, -20], ArrowDown: [0, 20] };

const setMarkers = () => {
  clearMarkers();
  state.markers = state.places.map((place, index) => {
    const word = t(names[state.tool][index]);
    const button = make("button", { type: "button", class: "waymark", "aria-label": word, title: word }, String.fromCharCode(65 + index));
    const marker = new maplibregl.Marker({ element: button, draggable: true }).setLngLat(place).addTo(state.map);
    button.removeAttribute("role");
    button.addEventListener("click", (event) => event.stopPropagation());
    const moved = () => {
      state.places[index] = marker.getLngLat().toArray();
      ask();
    };
    marker.on("dragend", moved);
    button.addEventListener("keydown", (event) => {
      const step = nudges[event.key];
      if (!step) return;
      const { x, y } = state.map.project(marker.getLngLat());
      marker.setLngLat(state.map.unproject([x + step[0], y + step[1]]));
      moved();
      event.preventDefault();
      event.stopPropagation();
    });
    return marker;
  });
};

/** A click on the map, or its middle by a button: the next place of the tool, and after the last one the first again. */
export const click = (place) => {
  if (!isTaken()) return;
  if (state.places.length >= wanted[state.tool]) state.places = [];
  state.places.push(place.toArray ? place.toArray() : place);
  setMarkers();
  ask();
};

// Answers

const say = (...children) => byId("ways-answer").replaceChildren(...children);

const coordinates = (place) => place.map((value) => value.toFixed(6)).join(",");

const path = (resource, parameters) => `routing/v1/${resource}?${new URLSearchParams(parameters)}`;

/** What a step of OSRM's kinds is in words. */
const manoeuvre = ({ type, modifier }) => {
  if (type === "depart") return t("stepDepart");
  if (type === "arrive") return t("stepArrive");
  if (type === "roundabout" || type === "rotary") return t("stepRoundabout");
  const words = {
    left: "stepLeft", "sharp left": "stepSharpLeft", "slight left": "stepSlightLeft", right: "stepRight",
    "sharp right": "stepSharpRight", "slight right": "stepSlightRight", uturn: "stepTurnBack",
  };
  return t(words[modifier] || "stepOn");
};

const stepLine = (step) => {
  const name = [step.name, step.ref].filter(Boolean).join(", ");
  return make("li", {}, make("span", { class: "name" }, name ? `${manoeuvre(step)}: ${name}` : manoeuvre(step)),
    make("span", { class: "muted" }, step.type === "arrive" ? "" : length(step.length)));
};

const askRoute = async () => {
  const { geometry, properties } = await api.json(
    path("route", { places: state.places.map(coordinates).join(";"), profile: state.profile, steps: true }));
  const steps = properties.legs.flatMap((leg) => leg.steps || []);
  return () => {
    draw([{ type: "Feature", geometry, properties: { kind: "route" } }]);
    const sentence = t("routeFound", { time: minutes(properties.duration), length: length(properties.length) });
    say(make("p", { class: "result" }, sentence), make("ol", { class: "steps" }, ...steps.map(stepLine)));
    announce(sentence);
  };
};

const askReach = async () => {
  const reach = byId("reach-minutes").value;
  const question = { from: coordinates(state.places[0]), profile: state.profile, minutes: reach, reverse: byId("reach-reverse").checked };
  const listed = state.listed();
  const [areas, inside] = await Promise.all([
    api.json(path("reachable", question)),
    listed ? api.json(path("reachable", { ...question, collection: listed.id, limit: 1000 })) : null,
  ]);
  return () => {
    draw(areas.features.map((each) => ({ ...each, properties: { kind: "area" } })));
    const sentence = t(question.reverse ? "reachedFromWhere" : "reachedArea", { minutes: reach });
    const children = [make("p", { class: "result" }, sentence)];
    if (inside) {
      const { length: count } = inside.features;
      const isMore = (inside.links || []).some((each) => each.rel === "next");
      children.push(make("p", {}, t(isMore ? "reachedMore" : "reachedCount", { count: number(count), title: listed.title })));
    }
    say(...children);
    announce(children.map((each) => each.textContent).join(" "));
  };
};

const tomorrow = () => {
  const day = new Date();
  day.setDate(day.getDate() + 1);
  return [day.getFullYear(), day.getMonth() + 1, day.getDate()].map((each) => String(each).padStart(2, "0")).join("-");
};

const tourRequest = () => {
  const { width, height } = state.map.getCanvas().getBoundingClientRect();
  const [southWest, northEast] = [state.map.unproject([0, height]), state.map.unproject([width, 0])];
  const [from, to] = [byId("tour-from").value, byId("tour-to").value];
  return {
    collections: [state.listed().id], bbox: [southWest.lng, southWest.lat, northEast.lng, northEast.lat],
    serviceMinutes: Number(byId("tour-minutes").value), day: tomorrow(), profile: state.profile,
    inspectors: Array.from({ length: Number(byId("tour-inspectors").value) }, (_, index) => (
      { id: t("tourName", { number: index + 1 }), start: state.places[0], end: state.places[0], shift: [from, to] })),
  };
};

const tourLine = (route, colour) => make("li", {},
  make("span", { class: "name" }, swatch(colour), route.inspector),
  make("span", { class: "muted" }, t("tourSummary", {
    stops: route.stops, from: clock(route.departure), to: clock(route.arrival), time: minutes(route.seconds), length: length(route.metres),
  })));

// The page's policy allows no style in markup; a picture may carry its colour.
const swatch = (colour) => {
  const canvas = make("canvas", { width: 14, height: 14, "aria-hidden": "true" });
  const pen = canvas.getContext("2d");
  pen.fillStyle = colour;
  pen.fillRect(0, 4, 14, 6);
  return canvas;
};

const reasons = (left) => {
  const counted = new Map();
  for (const { properties } of left) counted.set(properties.message, (counted.get(properties.message) || 0) + 1);
  return [...counted].map(([message, count]) => make("li", {}, `${number(count)} × ${message}`));
};

const askTour = async () => {
  const request = tourRequest();
  const plan = await api.json("tours?f=geojson", {
    method: "POST", body: JSON.stringify(request), headers: { "Content-Type": "application/json" },
  });
  const of = (kind) => plan.features.filter((each) => each.properties.kind === kind);
  const routes = of("route");
  const colourOf = new Map(routes.map(({ properties }, index) => [properties.inspector, colours[index % colours.length]]));
  const coloured = (each) => ({ ...each, properties: { ...each.properties, colour: colourOf.get(each.properties.inspector) } });
  const left = of("unassigned");
  return () => {
    draw([...routes, ...of("stop"), ...left.filter((each) => each.geometry)].map(coloured));
    const stops = of("stop").length;
    const sentence = t("toursMade", { tours: routes.length, stops, left: left.length });
    say(
      make("p", { class: "result" }, sentence),
      make("ol", { class: "items tours" }, ...routes.map(({ properties }) => tourLine(properties, colourOf.get(properties.inspector)))),
      ...(left.length ? [make("details", {}, make("summary", {}, t("toursLeft")), make("ul", { class: "reasons" }, ...reasons(left)))] : []),
      ...(routes.length ? [make("p", { class: "tools" }, make("button", { type: "button", on: () => saveGpx(request) }, t("tourGpx")))] : []));
    announce(sentence);
  };
};

const saveGpx = async (request) => {
  try {
    const text = await api.text("tours?f=gpx", { method: "POST", body: JSON.stringify(request), headers: { "Content-Type": "application/json" } });
    const link = make("a", { href: URL.createObjectURL(new Blob([text], { type: "application/gpx+xml" })), download: `tour-${request.day}.gpx` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  } catch (error) {
    state.report(error);
  }
};

const questions = { route: askRoute, reach: askReach, tour: askTour };

/** Asks anew for what is set; an answer that was overtaken by a later question is not shown. */
const ask = async () => {
  state.asked += 1;
  const asked = state.asked;
  if (!isTaken() || state.places.length < wanted[state.tool]) {
    draw([]);
    state.answer = null;
    return say();
  }
  say(make("p", { class: "muted" }, t("wayAsked")));
  try {
    const answer = await questions[state.tool]();
    if (asked !== state.asked) return undefined;
    state.answer = answer;
    answer();
    show();
  } catch (error) {
    if (asked !== state.asked) return undefined;
    draw([]);
    const faults = (error.faults || []).map((fault) => `${fault.value ? `${fault.value}: ` : ""}${fault.remedy}`).join(" ");
    say(make("p", { class: "fault-text" }, t("wayFailed", { reason: faults || error.message })));
    announce(byId("ways-answer").textContent);
  }
  return undefined;
};

// Tools

/** Says what the tool that is taken wants, and shows its fields. */
const writeHelp = () => {
  byId("ways-help").textContent = state.tool ? t(`${state.tool}Help`) : t("waysHelp");
  byId("ways-fields").hidden = !state.tool;
  for (const part of document.querySelectorAll("[data-tool-fields]")) part.hidden = part.dataset.toolFields !== state.tool;
  for (const button of document.querySelectorAll("[data-tool]")) button.setAttribute("aria-pressed", String(button.dataset.tool === state.tool));
};

const take = (tool) => {
  state.tool = state.tool === tool ? null : tool;
  state.places = [];
  clearMarkers();
  writeHelp();
  ask();
  announce(byId("ways-help").textContent);
};

/** Puts the tool down; false where none was taken. */
export const putDown = () => {
  if (!isTaken()) return false;
  take(state.tool);
  return true;
};

/** In the page's language. */
export const refresh = () => {
  if (byId("ways").hidden) return;
  writeHelp();
  setMarkersIfAny();
  if (state.answer) state.answer();
};

const setMarkersIfAny = () => {
  if (state.map && isTaken()) setMarkers();
};

const choose = (profiles) => {
  state.profiles = profiles;
  state.profile = (profiles.find((each) => each.id === "car") || profiles[0]).id;
  const select = byId("ways-profile");
  select.replaceChildren(...profiles.map((each) => make("option", { value: each.id }, each.title)));
  select.value = state.profile;
};

/** Offers the tools where the server has roads. `listed` tells the collection that is listed. */
export const start = async ({ map, listed, report }) => {
  // Asked of the health, which always answers: a page should not begin with an error.
  const { roads } = await api.json("health").catch(() => ({}));
  if (!map || !roads || ["none", "unreadable"].includes(roads.status)) return;
  Object.assign(state, { map, listed, report });
  choose((await api.json("routing/v1/profiles")).profiles);
  byId("ways").hidden = false;
  writeHelp();
  for (const button of document.querySelectorAll("[data-tool]")) button.addEventListener("click", () => take(button.dataset.tool));
  byId("ways-profile").addEventListener("change", ({ target }) => {
    state.profile = target.value;
    ask();
  });
  byId("ways-middle").addEventListener("click", () => click(map.getCenter()));
  for (const id of ["reach-minutes", "reach-reverse", "tour-minutes", "tour-inspectors", "tour-from", "tour-to"])
    byId(id).addEventListener("change", ask);
};

/** What was changed may be a closure: what is shown is asked for anew. */
export const heard = (changed) => {
  if (state.answer && state.tool !== "tour" && (changed === null || changed.has("closures"))) ask();
};

/** The layers of the drawing, and of closures where they are a collection. */
export const layers = (collections, { accent, paper }) => {
  const ways = [
    { id: "ways-area", type: "fill", source: "ways", filter: ["==", ["get", "kind"], "area"], paint: { "fill-color": "#0072b2", "fill-opacity": 0.2 } },
    { id: "ways-area-rim", type: "line", source: "ways", filter: ["==", ["get", "kind"], "area"], paint: { "line-color": "#0072b2", "line-width": 2 } },
    { id: "ways-casing", type: "line", source: "ways", filter: ["==", ["get", "kind"], "route"],
      layout: { "line-cap": "round", "line-join": "round" }, paint: { "line-color": paper, "line-width": 9, "line-opacity": 0.9 } },
    { id: "ways-line", type: "line", source: "ways", filter: ["==", ["get", "kind"], "route"],
      layout: { "line-cap": "round", "line-join": "round" }, paint: { "line-color": ["coalesce", ["get", "colour"], "#0072b2"], "line-width": 5 } },
    { id: "ways-left", type: "circle", source: "ways", filter: ["==", ["get", "kind"], "unassigned"],
      paint: { "circle-radius": 7, "circle-color": paper, "circle-stroke-color": accent, "circle-stroke-width": 3 } },
    { id: "ways-stop", type: "circle", source: "ways", filter: ["==", ["get", "kind"], "stop"],
      paint: { "circle-radius": 10, "circle-color": ["coalesce", ["get", "colour"], "#0072b2"], "circle-stroke-color": "#ffffff", "circle-stroke-width": 2 } },
    { id: "ways-order", type: "symbol", source: "ways", filter: ["==", ["get", "kind"], "stop"],
      layout: { "text-field": ["to-string", ["get", "order"]], "text-font": ["Noto Sans Bold"], "text-size": 12, "text-allow-overlap": true, "text-ignore-placement": true },
      paint: { "text-color": "#ffffff" } },
  ];
  if (!collections.some((each) => each.id === "closures")) return ways;
  const closure = (id, rest) => ({ id: `closed-${id}`, source: "closures", "source-layer": "closures", ...rest });
  const colour = ["match", ["get", "kind"], "slow", "#b8860b", "#c1121f"];
  return [
    closure("fill", { type: "fill", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": colour, "fill-opacity": 0.25 } }),
    closure("casing", { type: "line", layout: { "line-cap": "butt", "line-join": "round" }, paint: { "line-color": "#ffffff", "line-width": 7 } }),
    closure("line", { type: "line", layout: { "line-cap": "butt", "line-join": "round" }, paint: { "line-color": colour, "line-width": 5, "line-dasharray": [1.5, 1] } }),
    ...ways,
  ];
};
