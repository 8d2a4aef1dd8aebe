// A plan as the page shows it, out of the document that the server sends.

import { currentLanguage, t } from "./i18n.js";

/** The sentence of an entry in the page's language; the server writes both. */
const sentence = (texts, single) => (texts && texts[currentLanguage()]) || single || "";

/** What people call a feature: its name, else what kind of thing it is with its identifier. `titles` holds those of the collections. */
const nameOf = ({ name, feature }, titles) => {
  if (name) return name;
  const slash = feature.indexOf("/");
  return `${titles.get(feature.slice(0, slash)) || feature.slice(0, slash)} ${feature.slice(slash + 1)}`;
};

const mostNames = 3;

const together = (names) => (names.length <= mostNames ? names.join(", ")
  : t("tourAndMore", { names: names.slice(0, mostNames - 1).join(", "), count: names.length - mostNames + 1 }));

const readStop = (stop, routeKey, titles, called) => {
  const visits = stop.visits.map((each) => ({ ...each, name: nameOf(each, titles) }));
  const names = visits.map((each) => each.name);
  return {
    key: `${routeKey} ${visits.map((each) => each.feature).join(" ")}`,
    visits, get name() { return together(names); }, features: visits.map((each) => each.feature),
    service: visits.reduce((sum, each) => sum + (each.service || 0), 0), location: stop.location,
    arrival: stop.arrival, begin: stop.begin || stop.arrival, departure: stop.departure, walk: stop.walk || [],
    companions: (stop.companions || []).map((each) => called(each)), isFixed: stop.fixed === true, isHeld: stop.fixed === true,
    reason: () => sentence(stop.messages, stop.message),
  };
};

const readRoutes = (routes, day, inspectors, titles, called) => {
  const seen = new Map();
  return routes.map((route) => {
    const name = `${route.inspector} ${route.day || day || ""}`;
    const count = (seen.get(name) || 0) + 1;
    seen.set(name, count);
    const key = count > 1 ? `${name} ${count}` : name;
    return {
      key, number: inspectors.indexOf(route.inspector), inspector: route.inspector, name: called(route.inspector), day: route.day || day,
      start: route.start, end: route.end, departure: route.departure, arrival: route.arrival,
      stops: route.stops.map((each) => readStop(each, key, titles, called)), breaks: route.breaks || [],
      metres: route.metres, seconds: route.seconds, legs: route.legs || [],
    };
  });
};

const readAbsent = ({ inspector, day }, called) => ({ key: `${inspector} ${day || ""}`, inspector, name: called(inspector), day: day || null });

const readLeft = (entry, titles, called) => ({
  key: `- ${entry.feature}`, feature: entry.feature, name: nameOf(entry, titles), location: entry.location || null, reason: entry.reason,
  message: () => sentence(entry.messages, entry.message),
  obstacles: (entry.obstacles || []).map((each) => ({ ...each, inspector: called(each.inspector), message: () => sentence(each.messages, each.message) })),
});

/**
 * The plan of a document; null where it holds none yet. `titles` are those of the collections, `people` the names of inspectors by their ids
 * where the plan itself does not tell them, `known` the inspectors of another version: who is absent from this one is not in it, and the others keep their letters and colours all the same.
 */
export const read = (document, titles, people, known = []) => {
  if (!document || !document.routes) return null;
  const names = new Map([...people, ...Object.entries(document.names || {})]);
  const called = (inspector) => names.get(inspector) || inspector;
  const inspectors = [...new Set([...known, ...document.routes.map((each) => each.inspector)])];
  const absent = (document.absent || []).map((each) => readAbsent(each, called));
  const routes = readRoutes(document.routes, document.day, inspectors, titles, called);
  return {
    inspectors,
    id: document.id, version: document.version, status: document.status || "draft", isStored: document.stored === true, title: document.title,
    day: document.day || (routes[0] && routes[0].day), days: [...new Set([...routes, ...absent].map((each) => each.day))].filter(Boolean).sort(),
    routes, left: document.unassigned.map((each) => readLeft(each, titles, called)), absent, called,
  };
};

/** What a plan comes to. */
export const figures = ({ routes, left }) => {
  const driven = routes.filter((each) => each.stops.length > 0);
  const sum = (value) => driven.reduce((total, each) => total + value(each), 0);
  return { tours: driven.length, stops: sum((each) => each.stops.length), seconds: sum((each) => each.seconds), metres: sum((each) => each.metres), left: left.filter((each) => each.reason !== "cancelled").length };
};

/** The town's clock, as the plan writes instants, where the plan is under way just now; else null. */
export const runningAt = ({ routes }) => {
  const driven = routes.filter((each) => each.stops.length > 0);
  const now = Date.now();
  if (!driven.some((each) => Date.parse(each.departure) <= now) || !driven.some((each) => now <= Date.parse(each.arrival))) return null;
  // As if the town's clock were that of Greenwich: its offset stands in every instant of the plan.
  const offset = Date.parse(`${driven[0].departure.slice(0, 19)}Z`) - Date.parse(driven[0].departure);
  return new Date(now + offset).toISOString().slice(0, 16);
};
