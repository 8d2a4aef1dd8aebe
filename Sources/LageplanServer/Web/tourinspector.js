// One inspector in the form of a plan: the card that asks, and what the request says of it.

import { make } from "./elements.js";
import { currentLanguage, t } from "./i18n.js";
import { badge, look } from "./tourmarks.js";

const wholeDay = 1440; // minutes

// ISO 8601: the week begins on Monday.
const weekdays = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"];
const ordinary = weekdays.slice(0, 5);

/** An inspector as the form begins with one. `depot` is the index of a depot, or `"map"` for a `place` of its own. */
export const someone = (depot) => ({
  depot, place: null, end: "start", from: "07:00", to: "15:00", skills: "", type: "", travel: "", work: "", weekdays: ordinary,
  pause: "30", rule: "middle", pauseFrom: "11:00", pauseTo: "13:00", pauseHours: "6", prefers: "", preferred: "", worth: "15",
});

// Times

const minutesOf = (clock) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5));

const clockOf = (minutes) => [Math.floor(minutes / 60) % 24, minutes % 60].map((each) => String(each).padStart(2, "0")).join(":");

/** From one time of the day to another in minutes; an end that is not after the begin is on the next day. */
const lengthOf = (from, to) => ((minutesOf(to) - minutesOf(from) + wholeDay - 1) % wholeDay) + 1;

/** The shift of an inspector: its length in minutes, and whether a span of every day meets it. */
export const whenOf = ({ from, to }) => {
  const length = lengthOf(from, to);
  const begin = minutesOf(from);
  return {
    length,
    meets: (since, until) => [-wholeDay, 0, wholeDay].some((shift) => {
      const other = minutesOf(since) + shift;
      return other < begin + length && begin < other + lengthOf(since, until);
    }),
  };
};

/** The break of a shift; in its middle: from three to six hours after its begin, or at any time of a shorter one. */
const breakOf = ({ from, to, pause, rule, pauseFrom, pauseTo, pauseHours }) => {
  const minutes = Number(pause);
  if (rule === "window") return { minutes, window: [pauseFrom, pauseTo] };
  if (rule === "within") return { minutes, withinHours: Number(pauseHours) };
  const begin = minutesOf(from);
  return lengthOf(from, to) >= 360 ? { minutes, window: [clockOf(begin + 180), clockOf(begin + 360)] } : { minutes, withinHours: 6 };
};

/** What the page's language calls a day of the week; the first of January 2024 was a Monday. */
const nameOfWeekday = (day, weekday) =>
  new Intl.DateTimeFormat(currentLanguage(), { weekday, timeZone: "UTC" }).format(new Date(Date.UTC(2024, 0, 1 + weekdays.indexOf(day))));

const isOrdinary = (inspector) => inspector.weekdays.length === ordinary.length && ordinary.every((each) => inspector.weekdays.includes(each));

/** Whether this inspector has a shift in a plan of these days of the week, 0 for Sunday; those who go from Monday to Friday go on the single day of a plan, whichever it is. */
export const works = (inspector, days) =>
  (isOrdinary(inspector) && days.length === 1) || days.some((each) => inspector.weekdays.includes(weekdays[(each + 6) % 7]));

// The card

const idOf = (inspector, name) => `tour-${name}-${inspector.key}`;

/** Keeps what is chosen in a field under the field's name. */
const kept = (inspector, name, element, changed = () => {}) => {
  element.id = idOf(inspector, name);
  element.value = inspector[name];
  element.addEventListener("change", () => {
    inspector[name] = element.value.trim();
    changed();
  });
  return element;
};

const entered = (inspector, name, attributes, changed) => kept(inspector, name, make("input", { autocomplete: "off", ...attributes }), changed);

const chosen = (inspector, name, options, changed) =>
  kept(inspector, name, make("select", {}, ...options.map(([value, words]) => make("option", { value }, words))), changed);

const field = (words, input) => make("p", { class: "field" }, make("label", { for: input.id }, words), input);

const times = (words, from, to) => make("p", { class: "field shift" }, make("span", {}, words), make("span", { class: "times" }, from, "–", to));

const timed = (inspector, name, label) => entered(inspector, name, { type: "time", required: "", "aria-label": t(label, { name: inspector.name }) });

/** Shows fields or not; what is not shown asks for nothing. */
const showIf = (isShown, ...fields) => {
  for (const each of fields) {
    each.hidden = !isShown;
    for (const input of each.querySelectorAll("input, select")) input.disabled = !isShown;
  }
};

const pauseFields = (inspector) => {
  const span = times(t("tourPauseSpan"), timed(inspector, "pauseFrom", "tourPauseFromOf"), timed(inspector, "pauseTo", "tourPauseToOf"));
  const hours = field(t("tourPauseHours"), entered(inspector, "pauseHours", { type: "number", min: 0, max: 24, step: 0.5, required: "" }));
  const show = () => {
    showIf(inspector.rule === "window", span);
    showIf(inspector.rule === "within", hours);
  };
  const rule = chosen(inspector, "rule", [["middle", t("tourPauseMiddle")], ["window", t("tourPauseWindow")], ["within", t("tourPauseWithin")]], show);
  show();
  return [field(t("tourPauseWhen"), rule), span, hours];
};

const preferenceFields = (inspector, choices) => {
  const worth = field(t("tourWorth"), entered(inspector, "worth", { type: "number", min: 1, max: 480, required: "" }));
  const value = make("p", { class: "field" });
  const show = () => {
    const choice = choices.find((each) => each.name === inspector.prefers);
    const options = choice && choice.values;
    if (options && !options.some(([each]) => each === inspector.preferred)) inspector.preferred = "";
    const input = options ? chosen(inspector, "preferred", [["", t("tourPreferredNone")], ...options]) : entered(inspector, "preferred", { type: "text", maxlength: 200 });
    value.replaceChildren(make("label", { for: input.id }, choice ? choice.title : ""), input);
    showIf(Boolean(choice), value, worth);
  };
  if (!choices.some((each) => each.name === inspector.prefers)) inspector.prefers = "";
  const property = chosen(inspector, "prefers", [["", t("tourPrefersNone")], ...choices.map((each) => [each.name, each.title])], show);
  show();
  return [field(t("tourPrefers"), property), value, worth];
};

const weekdayFields = (inspector) => {
  const group = make("fieldset", { class: "weekdays" }, make("legend", {}, t("tourWeekdays")));
  group.append(...weekdays.map((day) => {
    const box = make("input", { type: "checkbox", id: idOf(inspector, `works-${day}`) });
    box.checked = inspector.weekdays.includes(day);
    box.addEventListener("change", () => {
      inspector.weekdays = weekdays.filter((each) => (each === day ? box.checked : inspector.weekdays.includes(each)));
      // What is wrong with the days is told at the first of them.
      group.querySelector("input").dispatchEvent(new Event("input"));
    });
    return make("span", { class: "check" }, box, make("label", { for: box.id, title: nameOfWeekday(day, "long") }, nameOfWeekday(day, "short")));
  }));
  return group;
};

const more = (inspector, { depots, choices, typed }) => {
  const amount = (name, most) => entered(inspector, name, { type: "number", min: 1, max: most, placeholder: t("tourUnlimited") });
  const details = make("details", {}, make("summary", {}, t("tourMoreOf")),
    weekdayFields(inspector),
    ...pauseFields(inspector),
    field(t("tourEnd"), chosen(inspector, "end", [["start", t("tourEndStart")], ...depots.map((each, at) => [String(at), each.name])])),
    field(t("tourMostTravel"), amount("travel", wholeDay)),
    field(t("tourMostWork"), amount("work", wholeDay)),
    field(t("tourType"), entered(inspector, "type", { type: "text", maxlength: 60, placeholder: t("tourTypeHint") }, typed)),
    ...preferenceFields(inspector, choices));
  details.open = inspector.isOpen;
  details.addEventListener("toggle", () => { inspector.isOpen = details.open; });
  return details;
};

const depotFields = (inspector, { depots, place, changed }) => {
  const depot = make("select", { id: idOf(inspector, "depot") }, ...depots.map((each, at) => make("option", { value: at }, each.name)),
    make("option", { value: "map" }, t("tourDepotMap")));
  depot.value = inspector.depot;
  const again = make("button", { type: "button", class: "link", on: () => place(inspector) }, t(inspector.place ? "tourDepotAgain" : "tourDepotClick"));
  again.hidden = inspector.depot !== "map";
  depot.addEventListener("change", () => {
    inspector.depot = depot.value === "map" ? "map" : Number(depot.value);
    again.hidden = inspector.depot !== "map";
    place(inspector.depot === "map" ? inspector : null);
    changed();
  });
  return [field(t("tourDepot"), depot), again];
};

/**
 * The card of the inspector at this index. `context` has the `depots`, the `choices` of what can be preferred, `isOnly`, and what to do: `remove`,
 * `place` where the next click on the map is to be this one's depot, `changed` after another depot, `typed` after another type.
 */
export const card = (inspector, index, context) => {
  const name = entered(inspector, "name", { type: "text", required: "", maxlength: 60, "aria-label": t("tourNameOf", { number: index + 1 }) });
  const remove = make("button", {
    type: "button", class: "close", "aria-label": t("tourRemove", { name: inspector.name }), on: () => context.remove(inspector),
  }, make("span", { "aria-hidden": "true" }, "×"));
  remove.disabled = context.isOnly;
  const skilled = field(t("tourSkills"), entered(inspector, "skills", { type: "text" }));
  skilled.dataset.needs = "tour-qualification tour-requires";
  return make("li", { class: "inspector", "aria-label": inspector.name },
    make("div", { class: "row" }, badge(look(index), look(index).letter), name, remove),
    times(t("tourShift"), timed(inspector, "from", "tourFromOf"), timed(inspector, "to", "tourToOf")),
    field(t("tourPause"), entered(inspector, "pause", { type: "number", min: 0, max: 180, step: 5, required: "" })),
    ...depotFields(inspector, context), skilled, more(inspector, context));
};

// The request

/** What cannot be about this inspector, each as a sentence with its field. */
export const faultsOf = (inspector) => {
  const { name, pause, rule, pauseFrom, pauseTo, prefers, preferred } = inspector;
  const faults = [];
  const note = (key, of) => faults.push({ sentence: t(key, { name }), field: document.getElementById(idOf(inspector, of)) });
  const { length, meets } = whenOf(inspector);
  if (Number(pause) >= length) note("tourPauseTooLong", "pause");
  else if (Number(pause) > 0 && rule === "window" && !meets(pauseFrom, pauseTo)) note("tourPauseOutside", "pauseFrom");
  if (inspector.weekdays.length === 0) note("tourNoWeekday", `works-${weekdays[0]}`);
  if (prefers && !preferred) note("tourPreferWhat", "preferred");
  return faults;
};

/** The inspector as the request names it. */
export const inspectorOf = (inspector, start, depots, skills) => ({
  id: inspector.name, start, end: inspector.end === "start" ? start : depots[Number(inspector.end)].place, shift: [inspector.from, inspector.to],
  ...(isOrdinary(inspector) ? {} : { weekdays: inspector.weekdays.join(",") }),
  ...(Number(inspector.pause) > 0 ? { breaks: [breakOf(inspector)] } : {}),
  ...(skills.length ? { qualifications: skills } : {}),
  ...(inspector.travel ? { maxTravelMinutes: Number(inspector.travel) } : {}),
  ...(inspector.work ? { maxWorkMinutes: Number(inspector.work) } : {}),
  ...(inspector.type ? { type: inspector.type } : {}),
});

/** What this inspector had better visit, as the request says it; null: nothing. */
export const preferenceOf = ({ name, prefers, preferred, worth }) =>
  (prefers ? { filter: { [prefers]: preferred }, inspector: name, minutes: Number(worth) } : null);
