// Ways on the roads: the fastest route between two clicks, and what is reached from one.
// Holds its own state; the map page hands it clicks while a tool is taken.

import * as api from "./api.js";
import { showAll } from "./canvas.js";
import { announce, byId, make } from "./elements.js";
import { number, t } from "./i18n.js";
import { length, span } from "./measures.js";
import { mark } from "./waymark.js";

const state = { tool: null, map: null, profiles: [], profile: null, places: [], markers: [], drawn: [], answer: null, asked: 0, listed: () => null, report: null };

/** How many places each tool takes by clicks. */
const wanted = { route: 2, reach: 1 };

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

/** Shows all that is drawn, unless it is in view already. */
const show = () => showAll(state.map, state.drawn.map((each) => each.geometry));

// Places

const names = { route: ["wayStart", "wayEnd"], reach: ["wayStart"] };

const clearMarkers = () => {
  for (const marker of state.markers) marker.remove();
  state.markers = [];
};

const setMarkers = () => {
  clearMarkers();
  state.markers = state.places.map((place, index) => mark(state.map, {
    place, letter: String.fromCharCode(65 + index), word: t(names[state.tool][index]),
    moved: (now) => {
      state.places[index] = now;
      ask();
    },
  }));
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
    const sentence = t("routeFound", { time: span(properties.duration), length: length(properties.length) });
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

const questions = { route: askRoute, reach: askReach };

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
  for (const id of ["reach-minutes", "reach-reverse"])
    byId(id).addEventListener("change", ask);
};

/** What was changed may be a closure: what is shown is asked for anew. */
export const heard = (changed) => {
  if (state.answer && (changed === null || changed.has("closures"))) ask();
};

/** The layers of the drawing, and of closures where they are a collection. */
export const layers = (collections, { paper }) => {
  const ways = [
    { id: "ways-area", type: "fill", source: "ways", filter: ["==", ["get", "kind"], "area"], paint: { "fill-color": "#0072b2", "fill-opacity": 0.2 } },
    { id: "ways-area-rim", type: "line", source: "ways", filter: ["==", ["get", "kind"], "area"], paint: { "line-color": "#0072b2", "line-width": 2 } },
    { id: "ways-casing", type: "line", source: "ways", filter: ["==", ["get", "kind"], "route"],
      layout: { "line-cap": "round", "line-join": "round" }, paint: { "line-color": paper, "line-width": 9, "line-opacity": 0.9 } },
    { id: "ways-line", type: "line", source: "ways", filter: ["==", ["get", "kind"], "route"],
      layout: { "line-cap": "round", "line-join": "round" }, paint: { "line-color": "#0072b2", "line-width": 5 } },
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
