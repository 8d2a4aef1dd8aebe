// The tours of a plan as lists: each stop with its times, its lock and, where it is open, why it comes then and where else it could go.

import { make } from "./elements.js";
import { day as written, number, t } from "./i18n.js";
import { between, clock, length, span } from "./measures.js";
import { badge, look } from "./tourmarks.js";

const shortcuts = "Alt+ArrowUp Alt+ArrowDown Alt+ArrowLeft Alt+ArrowRight L";

const from = (instant, other) => `${clock(instant)}–${clock(other)}`;

/** A button that stays what it is over a new drawing of the list: `name` is how its focus is found again. */
const button = (name, words, on, more = {}) => make("button", { type: "button", "data-focus": name, on, ...more }, words);

const walked = (stop) => stop.walk.reduce((sum, leg) => sum + leg.metres, 0);

const timesOf = (stop, isStale) => {
  if (isStale) return t("tourTimesLater");
  const parts = [from(stop.begin, stop.departure), span(between(stop.begin, stop.departure))];
  if (walked(stop) > 0) parts.push(t("tourOnFoot", { length: length(walked(stop)) }));
  if (stop.companions.length) parts.push(t("tourWith", { names: stop.companions.join(", ") }));
  return parts.join(" · ");
};

const marksOf = (stop, changes) => {
  const words = [];
  if (stop.isCancelled) words.push(t("tourMarkCancelled"));
  else if (stop.isMoved) words.push(t("tourMarkMoved"));
  for (const change of changes.get(stop.key) || []) words.push(change);
  return words.map((word) => make("span", { class: "mark" }, word));
};

// One stop, open

const facts = (stop, isStale) => {
  if (isStale) return [];
  const waiting = between(stop.arrival, stop.begin);
  const sentences = [stop.reason(), waiting > 60 ? t("tourArrives", { arrival: clock(stop.arrival), begin: clock(stop.begin) }) : ""];
  const visits = stop.visits.length > 1
    ? [make("ul", { class: "visits" }, ...stop.visits.map((each) => make("li", {}, each.name)))] : [];
  const due = stop.visits.filter((each) => each.due).map((each) => t("tourDueOn", { day: written(each.due) }));
  return [...[...sentences, ...new Set(due)].filter(Boolean).map((each) => make("p", {}, each)), ...visits];
};

const chooser = (stop, route, routes, act) => {
  const others = routes.filter((each) => each.key !== route.key && !each.isAway);
  if (others.length === 0) return [];
  const id = `to-${stop.key}`;
  const select = make("select", { id, "data-focus": `to ${stop.key}` }, make("option", { value: "" }, t("tourStays", { name: nameOf(route, routes) })),
    ...others.map((each) => make("option", { value: each.key }, nameOf(each, routes))));
  select.addEventListener("change", () => select.value && act.moveTo(stop, select.value));
  return [make("p", { class: "field" }, make("label", { for: id }, t("tourMoveTo")), select)];
};

const stopTools = (stop, index, route, routes, act) => {
  const isFree = stop.companions.length === 0 && !stop.isCancelled;
  const up = button(`up ${stop.key}`, t("tourUp"), () => act.shift(stop, -1));
  const down = button(`down ${stop.key}`, t("tourDown"), () => act.shift(stop, 1));
  up.disabled = !isFree || index === 0;
  down.disabled = !isFree || index === route.stops.length - 1;
  return [
    ...(stop.companions.length ? [make("p", { class: "muted" }, t("tourTogether"))] : []),
    ...(isFree ? chooser(stop, route, routes, act) : []),
    make("p", { class: "tools" }, up, down,
      button(`cancel ${stop.key}`, t("tourCancelStop"), () => act.toggle("cancelled", stop.key), { "aria-pressed": String(stop.isCancelled) }),
      button(`object ${stop.key}`, t("tourShowObject"), () => act.object(stop.features[0])))];
};

const stopLine = (stop, index, route, { routes, stale, changes, open, isEditable, act }) => {
  const { letter } = look(route.number);
  const isOpen = open === stop.key;
  const isStale = stale.has(route.key);
  const label = `${letter}${index + 1}`;
  const words = make("span", { class: "words" }, make("span", { class: "name" }, stop.name),
    make("span", { class: "muted" }, timesOf(stop, isStale)), ...marksOf(stop, changes));
  const main = make("button", {
    type: "button", class: "stop", "data-focus": `stop ${stop.key}`, "aria-expanded": String(isOpen),
    "aria-keyshortcuts": isEditable ? shortcuts : undefined, on: () => act.open(isOpen ? null : stop.key),
  }, badge(look(route.number), label, stop.isHeld ? "locked" : "disc"), make("span", { class: "unseen" }, `${label} `), words);
  const lock = button(`lock ${stop.key}`, make("span", { "aria-hidden": "true", class: stop.isHeld ? "closed-lock" : "open-lock" }), () => act.lock(stop), {
    class: "lock", "aria-pressed": String(stop.isHeld), "aria-label": t("tourLock", { name: stop.name }), title: t(stop.isHeld ? "tourLocked" : "tourUnlocked"),
  });
  const grip = make("span", { class: "grip", "aria-hidden": "true", title: t("tourGrip") });
  const item = make("li", { class: stop.isCancelled ? "stop-item is-cancelled" : "stop-item", "data-stop": stop.key, "aria-current": isOpen ? "true" : undefined },
    make("div", { class: "row" }, ...(isEditable ? [grip, main, lock] : [main])));
  if (isOpen) item.append(make("div", { class: "stop-tools" }, ...facts(stop, isStale), ...(isEditable ? stopTools(stop, index, route, routes, act) : [])));
  return item;
};

const pauseLine = ({ begin, end }) => make("li", { class: "pause" }, t("tourPauseFrom", { times: from(begin, end), time: span(between(begin, end)) }));

// One tour

/** What people call a route; with its day where the plan has several. */
const nameOf = (route, routes) => (routes.some((each) => each.day !== route.day) ? t("tourOnDay", { name: route.name, day: written(route.day) }) : route.name);

const summaryOf = (route, isStale) => {
  if (route.isAbsent) return t("tourAbsentWill");
  if (route.stops.length === 0) return t(route.isAway ? "tourAway" : "tourStaysHome");
  const stops = route.stops.length === 1 ? t("tourOneStop") : t("tourStops", { count: number(route.stops.length) });
  if (route.isAway) return t("tourAwayAfter", { stops, times: from(route.departure, route.arrival) });
  if (isStale) return t("tourSummaryStale", { stops });
  return t("tourSummary", { stops, times: from(route.departure, route.arrival), time: span(route.seconds), length: length(route.metres) });
};

const routeTools = (route, { focus, isEditable, act }) => {
  const delay = make("input", { id: `late-${route.key}`, type: "number", min: 0, max: 480, step: 5, value: route.delay, "data-focus": `late ${route.key}` });
  delay.addEventListener("change", () => act.delay(route.key, Math.max(0, Math.min(480, Number(delay.value) || 0))));
  const changes = [
    make("p", { class: "field" }, make("label", { for: delay.id }, t("tourDelay")), delay),
    make("p", { class: "tools" }, button(`absent ${route.key}`, t("tourAbsent"), () => act.toggle("absent", route.key), { "aria-pressed": String(route.isAbsent) })),
  ];
  const save = (format, words) => button(`${format} ${route.key}`, words, () => act.save(format, route));
  return make("details", { class: "route-tools" }, make("summary", { "data-focus": `tools ${route.key}` }, t("tourOfRoute")),
    make("p", { class: "tools" },
      button(`only ${route.key}`, t("tourOnly"), () => act.focus(route.inspector), { "aria-pressed": String(focus === route.inspector) }),
      ...(route.stops.length ? [save("pdf", t("tourSheet")), save("ics", t("tourCalendar")), save("gpx", "GPX")] : [])),
    ...(isEditable && !route.isAway ? changes : []));
};

const lines = (route, whole) => {
  const context = { ...whole, isEditable: whole.isEditable && !route.isAway };
  const isStale = context.stale.has(route.key);
  const pauses = (count) => (isStale ? [] : route.breaks.filter((each) => each.afterStops === count).map(pauseLine));
  return [...pauses(0), ...route.stops.flatMap((stop, index) => [stopLine(stop, index, route, context), ...pauses(index + 1)])];
};

/** A tour as a part of the list that can be folded. */
export const tour = (route, context) => {
  const { letter } = look(route.number);
  const words = make("span", { class: "words" }, make("h3", {}, nameOf(route, context.routes)),
    make("span", { class: "muted" }, summaryOf(route, context.stale.has(route.key))));
  const details = make("details", { class: "tour", "data-route": route.key },
    make("summary", { "data-focus": `tour ${route.key}` }, badge(look(route.number), letter), words),
    make("ol", { class: "stops" }, ...lines(route, context)), routeTools(route, context));
  details.open = !context.folded.has(route.key);
  details.addEventListener("toggle", () => (details.open ? context.folded.delete(route.key) : context.folded.add(route.key)));
  return details;
};

// Who is absent

const awayLine = (entry, { plan, draft, isEditable, act }) => {
  const isLong = plan.days.length > 1 || (entry.day && !plan.days.includes(entry.day));
  const name = !isLong ? entry.name : entry.day ? t("tourOnDay", { name: entry.name, day: written(entry.day) }) : t("tourEveryDay", { name: entry.name });
  const tools = isEditable
    ? [make("p", { class: "tools" }, button(`present ${entry.key}`, t("tourPresent"), () => act.toggle("present", entry.key), {
      "aria-pressed": String(draft.present.has(entry.key)), "aria-label": t("tourPresentOf", { name }) }))] : [];
  return make("li", { class: "away-item" }, make("span", { class: "name" }, name), ...tools);
};

/** Whom earlier changes call absent, each with the way back. */
export const away = (context, shownDay) => {
  const absent = context.plan.absent.filter((each) => !shownDay || (each.day || shownDay) === shownDay);
  if (absent.length === 0) return [];
  const title = t("tourAwayTitle", { count: number(absent.length) });
  return [make("section", { class: "away", "aria-label": title }, make("h3", {}, title), make("ul", {}, ...absent.map((each) => awayLine(each, context))))];
};

// What is left out

const mostLeft = 100;

const obstacleLine = ({ inspector, day, message }, isLong) =>
  make("li", {}, make("strong", {}, isLong ? t("tourOnDay", { name: inspector, day: written(day) }) : inspector), ` ${message()}`);

const leftLine = (entry, { plan, draft, open, isEditable, act }) => {
  const isUrgent = draft.urgent.has(entry.key);
  const obstacles = entry.obstacles.length === 0 ? [] : [make("details", { class: "obstacles" },
    make("summary", { "data-focus": `obstacles ${entry.key}` }, t("tourObstacles")), make("ul", {}, ...entry.obstacles.map((each) => obstacleLine(each, plan.days.length > 1))))];
  return make("li", { class: "left-item", "aria-current": open === entry.key ? "true" : undefined },
    button(`left ${entry.key}`, entry.name, () => act.open(entry.key), { class: "stop name" }),
    make("p", { class: "why" }, entry.message()), ...obstacles,
    ...(isEditable && entry.location ? [make("p", { class: "tools" },
      button(`urgent ${entry.key}`, t("tourUrgent"), () => act.toggle("urgent", entry.key), { "aria-pressed": String(isUrgent) }))] : []));
};

/** What is in no tour, each with the reason; the first hundred, and how many more. */
export const leftOut = (context) => {
  const { left } = context.plan;
  if (left.length === 0) return [];
  const more = left.length > mostLeft ? [make("p", { class: "muted" }, t("tourLeftMore", { count: number(left.length - mostLeft) }))] : [];
  const details = make("details", { class: "tour left-out" },
    make("summary", { "data-focus": "left out" }, make("span", { class: "words" }, make("h3", {}, t("tourLeft", { count: number(left.length) })))),
    make("ul", {}, ...left.slice(0, mostLeft).map((each) => leftLine(each, context))), ...more);
  details.open = !context.folded.has("left");
  details.addEventListener("toggle", () => (details.open ? context.folded.delete("left") : context.folded.add("left")));
  return [details];
};
