// The form of a plan: what is visited, when, by whom from which depot; and the request that says it.

import * as api from "./api.js";
import { byId, make } from "./elements.js";
import { title } from "./features.js";
import { t } from "./i18n.js";
import { badge, look } from "./tourmarks.js";
import { mark } from "./waymark.js";

const mostInspectors = 26;

const form = {
  map: null, collections: [], box: () => null, depots: [], register: null, inspectors: [], next: 0, placing: null, marks: [],
};

// What

const checked = () => [...byId("tour-collections").querySelectorAll("input:checked")].map((each) => each.value);

const showCollections = (listed) => byId("tour-collections").replaceChildren(...form.collections.map(({ id, title: name }) => {
  const box = make("input", { type: "checkbox", value: id, id: `tour-of-${id}` });
  box.checked = id === listed;
  box.addEventListener("change", offerProperties);
  return make("li", { class: "check" }, box, make("label", { for: box.id }, name));
}));

const kinds = {
  number: ({ type }) => type === "integer" || type === "number",
  date: ({ format }) => format === "date" || format === "date-time",
  level: ({ type, format }) => type === "integer" || (type === "string" && !format),
  text: ({ type, format }) => type === "string" && !format,
};

/** Offers the properties that all chosen collections have; what was chosen stays chosen where it still can be. */
const offerProperties = async () => {
  const schemas = await Promise.all(checked().map((id) => api.schema(id)));
  const [first = { properties: {} }, ...others] = schemas;
  for (const select of byId("tour-form").querySelectorAll("[data-properties]")) {
    const isFit = kinds[select.dataset.properties];
    const common = Object.entries(first.properties).filter(([name, definition]) => name !== "id" && isFit(definition)
      && others.every(({ properties }) => properties[name] && isFit(properties[name])));
    const before = select.value;
    select.replaceChildren(make("option", { value: "" }, t("tourPropertyNone")),
      ...common.map(([name, definition]) => make("option", { value: name }, definition.title || name)));
    select.value = common.some(([name]) => name === before) ? before : "";
  }
  showNeeds();
};

/** Shows the fields that mean something only with another one, and qualifications only where they are asked for. */
const showNeeds = () => {
  for (const field of byId("tour-form").querySelectorAll("[data-needs]")) field.hidden = !byId(field.dataset.needs).value;
};

// Who

const placeOf = ({ depot, place }) => (depot === "map" ? place : form.depots[depot].place);

const field = (label, input) => make("p", { class: "field" }, make("label", { for: input.id }, label), input);

const timed = (id, value, label, changed) => {
  const input = make("input", { type: "time", id, value, required: "", "aria-label": label });
  input.addEventListener("change", () => changed(input.value));
  return input;
};

const card = (inspector, index) => {
  const id = (name) => `tour-${name}-${inspector.key}`;
  const name = make("input", {
    type: "text", id: id("name"), value: inspector.name, required: "", maxlength: 60, autocomplete: "off",
    "aria-label": t("tourNameOf", { number: index + 1 }),
  });
  name.addEventListener("change", () => { inspector.name = name.value.trim(); });
  const remove = make("button", {
    type: "button", class: "close", "aria-label": t("tourRemove", { name: inspector.name }), on: () => removeInspector(inspector),
  }, make("span", { "aria-hidden": "true" }, "×"));
  remove.disabled = form.inspectors.length === 1;
  const pause = make("input", { type: "number", id: id("break"), min: 0, max: 180, step: 5, value: inspector.pause, required: "" });
  pause.addEventListener("change", () => { inspector.pause = Number(pause.value); });
  const depot = make("select", { id: id("depot") }, ...form.depots.map((each, at) => make("option", { value: at }, each.name)),
    make("option", { value: "map" }, t("tourDepotMap")));
  depot.value = inspector.depot;
  depot.addEventListener("change", () => {
    inspector.depot = depot.value === "map" ? "map" : Number(depot.value);
    place(inspector.depot === "map" ? inspector : null);
    showMarks();
  });
  const again = make("button", { type: "button", class: "link", on: () => place(inspector) }, t(inspector.place ? "tourDepotAgain" : "tourDepotClick"));
  again.hidden = inspector.depot !== "map";
  const skills = make("input", { type: "text", id: id("skills"), value: inspector.skills, autocomplete: "off" });
  skills.addEventListener("change", () => { inspector.skills = skills.value; });
  const skilled = field(t("tourSkills"), skills);
  skilled.dataset.needs = "tour-qualification";
  return make("li", { class: "inspector", "aria-label": inspector.name },
    make("div", { class: "row" }, badge(look(index), look(index).letter), name, remove),
    make("p", { class: "field shift" }, make("span", {}, t("tourShift")),
      make("span", { class: "times" },
        timed(id("from"), inspector.from, t("tourFromOf", { name: inspector.name }), (value) => { inspector.from = value; }), "–",
        timed(id("to"), inspector.to, t("tourToOf", { name: inspector.name }), (value) => { inspector.to = value; }))),
    field(t("tourPause"), pause), field(t("tourDepot"), depot), again, skilled);
};

const showInspectors = () => {
  byId("tour-inspectors").replaceChildren(...form.inspectors.map(card));
  byId("tour-add").disabled = form.inspectors.length >= mostInspectors;
  showNeeds();
};

const addInspector = () => {
  const before = form.inspectors[form.inspectors.length - 1] || { from: "07:00", to: "15:00", pause: 30, depot: form.depots.length ? 0 : "map", place: null, skills: "" };
  form.next += 1;
  form.inspectors.push({ ...before, key: form.next, name: t("tourName", { number: form.next }) });
  showInspectors();
  showMarks();
};

const removeInspector = (inspector) => {
  form.inspectors = form.inspectors.filter((each) => each !== inspector);
  if (form.placing === inspector) place(null);
  showInspectors();
  showMarks();
  byId("tour-add").focus();
};

// Depots on the map

/** The next click on the map is the depot of this inspector; null: of none. */
const place = (inspector) => {
  form.placing = inspector;
  const isPlacing = inspector !== null;
  byId("tour-place-help").hidden = byId("tour-place-tools").hidden = !isPlacing;
  byId("tour-place-help").textContent = isPlacing ? t("tourPlaceHelp", { name: inspector.name }) : "";
};

/** A click on the map is a depot. */
export const isPlacing = () => form.placing !== null;

export const stopPlacing = () => place(null);

/** The place for who is being placed, and for all who have none yet. */
export const click = (where) => {
  const chosen = where.toArray ? where.toArray() : where;
  for (const inspector of form.inspectors)
    if (inspector === form.placing || (inspector.depot === "map" && !inspector.place)) Object.assign(inspector, { depot: "map", place: chosen });
  place(null);
  showInspectors();
  showMarks();
};

export const clearMarks = () => {
  for (const each of form.marks) each.remove();
  form.marks = [];
};

export const showMarks = () => {
  clearMarks();
  if (!form.map || byId("tour-form").hidden || byId("tours").hidden || !isHere()) return;
  const chosen = form.inspectors.filter((each) => each.depot === "map" && each.place);
  form.marks = chosen.map((inspector) => mark(form.map, {
    place: inspector.place, letter: look(form.inspectors.indexOf(inspector)).letter, word: t("tourDepotOf", { name: inspector.name }),
    moved: (now) => { inspector.place = now; },
  }));
};

// The request

const isHere = () => byId("tour-source").value === "here";

const number = (id) => Number(byId(id).value);

/** What keeps the form from being sent, as a sentence with the field that it is about; null: nothing. */
export const fault = () => {
  if (checked().length === 0) return { sentence: t("tourNothingChosen"), field: byId("tour-collections").querySelector("input") };
  if (!isHere()) return null;
  const names = form.inspectors.map((each) => each.name);
  const double = names.find((name, index) => names.indexOf(name) !== index);
  if (double !== undefined) return { sentence: t("tourNameTwice", { name: double }), field: byId(`tour-name-${form.inspectors[names.lastIndexOf(double)].key}`) };
  const without = form.inspectors.find((each) => !placeOf(each));
  if (!without) return null;
  place(without);
  return { sentence: t("tourNoDepot", { name: without.name }), field: byId(`tour-depot-${without.key}`) };
};

const minutesOf = (clock) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5));

const clockOf = (minutes) => [Math.floor(minutes / 60) % 24, minutes % 60].map((each) => String(each).padStart(2, "0")).join(":");

/** The break of a shift: from three to six hours after its begin, or at any time of a shorter one. */
const breakOf = ({ from, to, pause }) => {
  const begin = minutesOf(from);
  const length = (minutesOf(to) - begin + 1440) % 1440;
  return { minutes: pause, ...(length >= 360 ? { window: [clockOf(begin + 180), clockOf(begin + 360)] } : { withinHours: 6 }) };
};

const inspectorOf = (inspector) => {
  const skills = inspector.skills.split(",").map((each) => each.trim()).filter(Boolean);
  return {
    id: inspector.name, start: placeOf(inspector), end: placeOf(inspector), shift: [inspector.from, inspector.to],
    ...(inspector.pause > 0 ? { breaks: [breakOf(inspector)] } : {}),
    ...(byId("tour-qualification").value && skills.length ? { qualifications: skills } : {}),
  };
};

/** The body of `POST /tours`. */
export const request = () => {
  const [filter, minutes, due, priority, qualification] =
    ["tour-filter", "tour-minutes-property", "tour-due", "tour-priority", "tour-qualification"].map((id) => byId(id).value.trim());
  const profile = byId("tour-profile").value;
  const chosen = checked();
  const names = form.collections.filter((each) => chosen.includes(each.id)).map((each) => each.title);
  return {
    title: names.join(", "), collections: chosen, day: byId("tour-day").value, days: number("tour-days"), seconds: number("tour-seconds"),
    serviceMinutes: minutes ? { property: minutes, default: number("tour-minutes") } : number("tour-minutes"),
    ...(byId("tour-area").value === "view" && form.map ? { bbox: form.box().map((each) => Number(each.toFixed(6))) } : {}),
    ...(filter ? { filter } : {}),
    ...(due ? { due: { property: due, earlyDays: number("tour-early"), lateDays: number("tour-late") } } : {}),
    ...(priority ? { priority: { property: priority } } : {}),
    ...(qualification ? { requires: { property: qualification } } : {}),
    ...(byId("tour-balance").checked ? { balance: { percent: 5 } } : {}),
    ...(byId("tour-walk").checked ? { walk: { profile: "foot", metres: 250 } } : {}),
    ...(profile ? { profile } : {}),
    inspectors: isHere() ? form.inspectors.map(inspectorOf) : { collection: form.register.id },
  };
};

// Start

/** The next day on which people work, as a date field writes it. */
const nextWorkingDay = () => {
  const day = new Date();
  do day.setDate(day.getDate() + 1); while ([0, 6].includes(day.getDay()));
  return [day.getFullYear(), day.getMonth() + 1, day.getDate()].map((each) => String(each).padStart(2, "0")).join("-");
};

const showProfiles = (profiles) => {
  byId("tour-profile-field").hidden = profiles.length === 0;
  byId("tour-profile").replaceChildren(...profiles.map((each) => make("option", { value: each.id }, each.title)));
  if (profiles.length) byId("tour-profile").value = (profiles.find((each) => each.id === "car") || profiles[0]).id;
  byId("tour-walk-field").hidden = !profiles.some((each) => each.id === "foot");
};

/** Writes what the page's language changes. */
export const refresh = () => {
  showInspectors();
  offerProperties();
  showMarks();
  if (form.placing) place(form.placing);
};

/** Fills the form once. `box` tells the rectangle in view, `profiles` how one can travel on the server's roads. */
export const start = async ({ map, collections, listed, box, profiles }) => {
  Object.assign(form, { map, collections, box });
  const depots = collections.find((each) => each.id === "depots");
  const page = depots ? await api.items(depots.id, { limit: 100 }).catch(() => ({ features: [] })) : { features: [] };
  form.depots = page.features.filter(({ geometry }) => geometry && geometry.type === "Point")
    .map((each) => ({ name: title(each), place: each.geometry.coordinates.slice(0, 2) }));
  form.register = collections.find((each) => each.id === "inspectors") || null;
  byId("tour-source-field").hidden = !form.register;
  byId("tour-source").addEventListener("change", () => {
    byId("tour-who").hidden = !isHere();
    showMarks();
  });
  showProfiles(profiles);
  showCollections(listed);
  byId("tour-day").value = nextWorkingDay();
  byId("tour-add").addEventListener("click", addInspector);
  byId("tour-place-here").addEventListener("click", () => click(map.getCenter()));
  for (const select of byId("tour-form").querySelectorAll("[data-properties]")) select.addEventListener("change", showNeeds);
  addInspector();
  addInspector();
  await offerProperties();
};
