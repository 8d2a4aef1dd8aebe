// The form of a plan: what is visited, when, by whom from which depot; and the request that says it.

import * as api from "./api.js";
import { byId, make } from "./elements.js";
import { title } from "./features.js";
import { t } from "./i18n.js";
import { unfold } from "./tourfaults.js";
import { card, faultsOf, inspectorOf, preferenceOf, someone, whenOf, works } from "./tourinspector.js";
import { look } from "./tourmarks.js";
import { mark } from "./waymark.js";

const mostInspectors = 26;
const mostValues = 100; // of which one is chosen from a list

const form = {
  map: null, collections: [], box: () => null, depots: [], inspectors: [], next: 0, placing: null, marks: [],
  // The collection of the inspectors and who stands in it; what they are known to be kinds of, each with its own minutes; what could be preferred.
  register: null, staff: [], minutesOfType: new Map(), choices: [],
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
  choice: ({ type, format }) => type === "boolean" || type === "integer" || (type === "string" && !format),
};

/** What a property may be, as [value, what people call it]; null where one has to write it. */
const valuesOf = async (definition) => {
  if (definition.enum) return definition.enum.map((each) => [String(each), String(each)]);
  if (definition.type === "boolean") return [["true", t("yes")], ["false", t("no")]];
  const target = api.referenceOf(definition);
  const page = target && await api.items(target, { limit: mostValues }).catch(() => null);
  return page && page.features.length < mostValues ? page.features.map((each) => [String(each.id), title(each)]) : null;
};

/** Offers the properties that all chosen collections have; what was chosen stays chosen where it still can be. */
const offerProperties = async () => {
  const schemas = await Promise.all(checked().map((id) => api.schema(id)));
  const [first = { properties: {} }, ...others] = schemas;
  const ofKind = (isFit) => Object.entries(first.properties).filter(([name, definition]) => name !== "id" && isFit(definition)
    && others.every(({ properties }) => properties[name] && isFit(properties[name])));
  for (const select of byId("tour-form").querySelectorAll("[data-properties]")) {
    const common = ofKind(kinds[select.dataset.properties]);
    const before = select.value;
    select.replaceChildren(make("option", { value: "" }, t("tourPropertyNone")),
      ...common.map(([name, definition]) => make("option", { value: name }, definition.title || name)));
    select.value = common.some(([name]) => name === before) ? before : "";
  }
  form.choices = await Promise.all(ofKind(kinds.choice).map(async ([name, definition]) =>
    ({ name, title: definition.title || name, values: await valuesOf(definition) })));
  showInspectors();
};

const isSaid = (id) => (byId(id).type === "checkbox" ? byId(id).checked : byId(id).value !== "");

/** Shows the fields that mean something only with one of others, such as qualifications where they are asked for. */
const showNeeds = () => {
  for (const field of byId("tour-form").querySelectorAll("[data-needs]")) {
    field.hidden = !field.dataset.needs.split(" ").some(isSaid);
    // What is not shown asks for nothing.
    for (const input of field.querySelectorAll("input")) input.disabled = field.hidden;
  }
};

// Who

const placeOf = ({ depot, place: chosen }) => (depot === "map" ? chosen : form.depots[depot].place);

const showInspectors = () => {
  const isOnly = form.inspectors.length === 1;
  const context = {
    depots: form.depots, choices: form.choices, isOnly, remove: removeInspector, place, changed: showMarks, typed: showTypes,
  };
  byId("tour-inspectors").replaceChildren(...form.inspectors.map((each, index) => card(each, index, context)));
  byId("tour-add").disabled = form.inspectors.length >= mostInspectors;
  showNeeds();
};

const addInspector = () => {
  const before = form.inspectors[form.inspectors.length - 1] || someone(form.depots.length ? 0 : "map");
  form.next += 1;
  form.inspectors.push({ ...before, key: form.next, name: t("tourName", { number: form.next }), isOpen: false });
  showInspectors();
  showMarks();
};

const removeInspector = (inspector) => {
  form.inspectors = form.inspectors.filter((each) => each !== inspector);
  if (form.placing === inspector) place(null);
  showInspectors();
  showTypes();
  showMarks();
  byId("tour-add").focus();
};

/** The kinds of inspectors that go: for each the form asks how long its visits take. */
const types = () => [...new Set((isHere() ? form.inspectors : goingOfStaff()).map((each) => each.type).filter(Boolean))].sort();

const showTypes = () => {
  byId("tour-types").replaceChildren(...types().map((type, index) => {
    const input = make("input", { type: "number", id: `tour-type-${index}`, min: 1, max: 480, value: form.minutesOfType.get(type) || "", placeholder: t("tourAsAll") });
    input.addEventListener("change", () => form.minutesOfType.set(type, input.value));
    return make("p", { class: "field" }, make("label", { for: input.id }, t("tourMinutesOfType", { type })), input);
  }));
};

// Who, from the register

/** A property of a feature by one of the names that it may have there, whatever their case. */
const told = ({ properties }, ...names) => {
  const entry = Object.entries(properties).find(([name, value]) => names.includes(name.toLowerCase()) && value !== null && value !== "");
  return entry && String(entry[1]);
};

/** What those of the register are called, by their ids. */
export const people = () => new Map(form.staff.map(({ id, name }) => [id, name]));

const goingOfStaff = () => form.staff.filter((each) => byId(`tour-staff-${each.number}`).checked);

const showStaff = () => byId("tour-staff").replaceChildren(...form.staff.map(({ number: at, name }) => {
  const box = make("input", { type: "checkbox", id: `tour-staff-${at}` });
  box.checked = true;
  box.addEventListener("change", showTypes);
  return make("li", { class: "check" }, box, make("label", { for: box.id }, name));
}));

const readRegister = async (collections) => {
  form.register = collections.find((each) => each.id === "inspectors") || null;
  byId("tour-source-field").hidden = !form.register;
  if (!form.register) return;
  byId("tour-source").value = "register";
  const page = await api.items(form.register.id, { limit: 1000 }).catch(() => ({ features: [] }));
  form.staff = page.features.map((each, at) => {
    const id = told(each, "id", "kennung", "kuerzel") || String(each.id);
    return { number: at, id, name: told(each, "name") || id, type: told(each, "type", "typ") };
  });
  showStaff();
};

const showSource = () => {
  byId("tour-who").hidden = byId("tour-who").disabled = !isHere();
  byId("tour-staff").hidden = isHere();
  if (!isHere()) place(null);
  showTypes();
  showMarks();
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

/** A place of the map with a longitude that is on the globe, however often somebody went round it. */
const onEarth = ([longitude, latitude]) => [((((longitude + 180) % 360) + 360) % 360) - 180, latitude];

/** The place for who is being placed, and for all who have none yet. */
export const click = (where) => {
  const chosen = onEarth(where.toArray ? where.toArray() : where);
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
    moved: (now) => { inspector.place = onEarth(now); },
  }));
};

// The request

const isHere = () => byId("tour-source").value === "here";

const number = (id) => Number(byId(id).value);

const listed = (text) => [...new Set(text.split(",").map((each) => each.trim()).filter(Boolean))];

/** Begin and end that stand in a pair of fields; null where it is empty. */
const spanOf = (name) => {
  const span = ["from", "to"].map((each) => byId(`tour-${name}-${each}`).value);
  return span.some(Boolean) ? span : null;
};

const opening = () => ["open", "reopen"].map(spanOf).filter(Boolean);

/** Whether somebody works on a day of the plan. */
const isWorked = () => {
  const first = new Date(`${byId("tour-day").value}T00:00:00Z`);
  const days = Array.from({ length: number("tour-days") }, (_, index) => (first.getUTCDay() + index) % 7);
  return form.inspectors.some((each) => works(each, days));
};

const faultsOfWork = () => {
  const faults = [];
  const note = (sentence, field) => faults.push({ sentence, field });
  if (checked().length === 0) note(t("tourNothingChosen"), byId("tour-collections").querySelector("input"));
  for (const name of ["open", "reopen", ...(byId("tour-night").checked ? ["night"] : [])]) {
    const span = spanOf(name);
    if (span && !span.every(Boolean)) note(t("tourHalfSpan"), byId(`tour-${name}-${span[0] ? "to" : "from"}`));
  }
  return faults;
};

const faultsOfStaff = () => {
  if (!isHere()) return form.staff.length && goingOfStaff().length === 0 ? [{ sentence: t("tourNobodyGoes"), field: byId("tour-staff-0") }] : [];
  const names = form.inspectors.map((each) => each.name);
  const faults = form.inspectors.flatMap((each, index) => [
    ...(names.indexOf(each.name) < index ? [{ sentence: t("tourNameTwice", { name: each.name }), field: byId(`tour-name-${each.key}`) }] : []),
    ...(placeOf(each) ? [] : [{ sentence: t("tourNoDepot", { name: each.name }), field: byId(`tour-depot-${each.key}`), isPlace: each }]),
    ...faultsOf(each)]);
  if (!isWorked()) faults.push({ sentence: t("tourNoWorkingDay"), field: byId("tour-day") });
  const skills = new Set(form.inspectors.flatMap((each) => listed(each.skills)));
  for (const each of listed(byId("tour-requires").value))
    if (!skills.has(each)) faults.push({ sentence: t("tourNobodyQualified", { skill: each }), field: byId(`tour-skills-${form.inspectors[0].key}`) });
  const night = spanOf("night");
  if (byId("tour-night").checked && night && night.every(Boolean) && !form.inspectors.some((each) => whenOf(each).meets(...night)))
    faults.push({ sentence: t("tourNobodyAtNight"), field: byId("tour-night") });
  return faults;
};

/** All that keeps the form from being sent, each as a sentence with the field that it is about. */
export const faults = () => {
  const found = [...faultsOfWork(), ...faultsOfStaff()];
  const placeless = found.find((each) => each.isPlace);
  if (placeless) place(placeless.isPlace);
  return found;
};

/** What the request says of how long a visit takes. */
const serviceOf = () => {
  const property = byId("tour-minutes-property").value;
  const byType = Object.fromEntries(types().filter((each) => form.minutesOfType.get(each)).map((each) => [each, Number(form.minutesOfType.get(each))]));
  const isByType = Object.keys(byType).length > 0;
  if (!property && !isByType) return number("tour-minutes");
  return { ...(property ? { property } : {}), default: number("tour-minutes"), ...(isByType ? { byType } : {}) };
};

const windowsOf = () => {
  const property = byId("tour-windows").value;
  const always = opening();
  if (property) return { windows: { property, ...(always.length ? { default: always } : {}) } };
  return always.length ? { windows: always } : {};
};

const requiresOf = (collections) => {
  const property = byId("tour-qualification").value;
  const skills = listed(byId("tour-requires").value);
  if (!property && skills.length === 0) return {};
  return { requires: { ...(property ? { property } : {}), ...(skills.length ? Object.fromEntries(collections.map((each) => [each, skills])) : {}) } };
};

const limit = (value, most) => Math.max(-most, Math.min(most, Number(value.toFixed(6))));

/** The rectangle in view; far out it is larger than the world. */
const boxOf = () => form.box().map((each, index) => limit(each, index % 2 ? 90 : 180));

const staffOf = () => {
  const going = goingOfStaff();
  return { collection: form.register.id, ...(going.length < form.staff.length ? { ids: going.map((each) => each.id) } : {}) };
};

const preferences = () => (isHere() ? form.inspectors.map(preferenceOf).filter(Boolean) : []);

/** The keys of those in the form's list, and of those of them who prefer something: what the request's lists are about, in their order. */
export const order = () => ({ inspectors: form.inspectors.map((each) => each.key), preferring: form.inspectors.filter(preferenceOf).map((each) => each.key) });

/** The body of `POST /tours`. */
export const request = () => {
  const [filter, due, priority, independent] = ["tour-filter", "tour-due", "tour-priority", "tour-independent"].map((id) => byId(id).value.trim());
  const profile = byId("tour-profile").value;
  const chosen = checked();
  const names = form.collections.filter((each) => chosen.includes(each.id)).map((each) => each.title);
  const asked = isSaid("tour-qualification") || isSaid("tour-requires");
  return {
    title: names.join(", "), collections: chosen, day: byId("tour-day").value, days: number("tour-days"), seconds: number("tour-seconds"),
    serviceMinutes: serviceOf(), ...windowsOf(), ...requiresOf(chosen),
    ...(number("tour-set-up") > 0 ? { setUpMinutes: number("tour-set-up") } : {}),
    ...(number("tour-people") > 1 ? { people: number("tour-people") } : {}),
    ...(byId("tour-night").checked ? { nightOnly: true, ...(spanOf("night") ? { night: spanOf("night") } : {}) } : {}),
    ...(byId("tour-area").value === "view" && form.map ? { bbox: boxOf() } : {}),
    ...(filter ? { filter } : {}),
    ...(due ? { due: { property: due, earlyDays: number("tour-early"), lateDays: number("tour-late") } } : {}),
    ...(priority ? { priority: { property: priority } } : {}),
    ...(independent ? { independentOf: { property: independent } } : {}),
    ...(byId("tour-balance").checked ? { balance: { percent: 5 } } : {}),
    ...(byId("tour-walk").checked ? { walk: { profile: "foot", metres: 250 } } : {}),
    ...(profile ? { profile } : {}),
    ...(preferences().length ? { preferences: preferences() } : {}),
    inspectors: isHere() ? form.inspectors.map((each) => inspectorOf(each, placeOf(each), form.depots, asked ? listed(each.skills) : [])) : staffOf(),
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
  offerProperties();
  showTypes();
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
  await readRegister(collections);
  byId("tour-source").addEventListener("change", showSource);
  showProfiles(profiles);
  showCollections(listed);
  byId("tour-day").value = nextWorkingDay();
  byId("tour-add").addEventListener("click", addInspector);
  byId("tour-place-here").addEventListener("click", () => click(map.getCenter()));
  byId("tour-form").addEventListener("change", showNeeds);
  // What the browser finds wrong in a folded part could not be shown.
  byId("tour-form").addEventListener("invalid", ({ target }) => unfold(target), true);
  addInspector();
  addInspector();
  showSource();
  await offerProperties();
};
