// What keeps a plan from being made, in the page's language and at the fields of the form that it is about. The server tells its faults in
// English with a code and a place in the request; what it wrote stands below the sentence of the page.

import { byId, make } from "./elements.js";
import { currentLanguage, t } from "./i18n.js";

/** Opens whatever folds this element away. */
export const unfold = (element) => {
  for (let each = element.closest("details"); each; each = each.parentElement.closest("details")) each.open = true;
};

// The field of a place in the request: the first whose name begins the place.
const fields = [
  ["collections", "tour-collections"], ["bbox", "tour-area"], ["filter", "tour-filter"], ["serviceMinutes.property", "tour-minutes-property"],
  ["serviceMinutes.byType", "tour-type-0"], ["serviceMinutes", "tour-minutes"], ["setUpMinutes", "tour-set-up"], ["people", "tour-people"],
  ["windows.property", "tour-windows"], ["windows", "tour-open-from"], ["nightOnly", "tour-night"], ["night", "tour-night-from"],
  ["due.earlyDays", "tour-early"], ["due.lateDays", "tour-late"], ["due", "tour-due"], ["priority", "tour-priority"],
  ["requires.property", "tour-qualification"], ["requires", "tour-requires"], ["independentOf", "tour-independent"], ["days", "tour-days"],
  ["day", "tour-day"], ["seconds", "tour-seconds"], ["profile", "tour-profile"], ["walk", "tour-walk"], ["balance", "tour-balance"],
];

const ofInspector = [
  ["id", "name"], ["start", "depot"], ["end", "end"], ["shift[1]", "to"], ["shift", "from"], ["breaks[0].window[1]", "pauseTo"],
  ["breaks[0].window", "pauseFrom"], ["breaks[0].withinHours", "pauseHours"], ["breaks", "pause"], ["maxTravelMinutes", "travel"],
  ["maxWorkMinutes", "work"], ["qualifications", "skills"], ["type", "type"], ["weekdays", "works-Mo"],
];

const found = (table, place) => {
  const entry = table.find(([name]) => place === name || (place.startsWith(name) && ".[".includes(place[name.length])));
  return entry ? entry[1] : null;
};

/** The id of the field that a JSONPath into the request is about; null: none. `order` tells the keys of the inspectors; see the form. */
const idAt = (path, { inspectors, preferring }) => {
  const [, list, at, rest] = /^\$\.(inspectors|preferences)\[(\d+)\]\.?(.*)$/.exec(path) || [];
  if (list === "preferences") return `tour-${rest.startsWith("minutes") ? "worth" : "prefers"}-${preferring[Number(at)]}`;
  if (list) return `tour-${found(ofInspector, rest) || "name"}-${inspectors[Number(at)]}`;
  if (path.startsWith("$.inspectors")) return "tour-source";
  return found(fields, path.slice(2));
};

const fieldAt = (path, order) => {
  const id = path && idAt(path, order);
  const element = id && byId(id);
  return element && element.matches("ul") ? element.querySelector("input") : element;
};

/** What the page calls a field, with the inspector whose it is. */
const nameOf = (field) => {
  const own = field.getAttribute("aria-label");
  if (own) return own;
  const group = field.closest(".checks");
  const label = group ? field.closest("fieldset").querySelector("legend") : document.querySelector(`label[for="${field.id}"]`);
  const inspector = field.closest(".inspector");
  return [inspector && inspector.getAttribute("aria-label"), label && label.textContent].filter(Boolean).join(": ");
};

// Sentences

const codes = [
  "missing", "unknownMember", "wrongType", "outOfRange", "conflict", "repeated", "unknownCollection", "unknownProperty", "unknownProfile",
  "unknownInspector", "unknownFeature", "filter", "geometry", "value", "tooMany",
];

const original = (words) => make("span", { class: "original", lang: "en" }, words);

const isEnglish = () => currentLanguage() === "en";

/** What is said of a fault: in the page's language, beneath it what the server wrote. */
const wordsOf = ({ code, remedy }) =>
  (isEnglish() || !codes.includes(code) ? [`${remedy}.`.replace(/\.\.$/, ".")] : [t(`tourFault_${code}`), original(remedy)]);

const entryOf = (fault, field) => {
  const about = [field ? nameOf(field) : fault.path, fault.value].filter(Boolean).join(" = ");
  return make("li", {}, ...(about ? [make("strong", {}, `${about}:`), " "] : []), ...wordsOf(fault));
};

const problems = ["read-only", "not-allowed", "planning", "no-plan", "busy", "no-travel-times", "stored", "one-version", "changed-meanwhile", "unfit-collection", "not-found"];

/** The sentence of a fault as a whole. */
const sentenceOf = ({ code, status, message, faults = [] }) => {
  if (faults.length) return [t(faults.length === 1 ? "tourOneFault" : "tourFaults", { count: faults.length })];
  // What comes from the browser and not from the server has no status.
  if (!status && !code) return message && message.includes("fetch") ? [t("tourOffline")] : [message];
  const name = problems.includes(code) ? code : status === 404 ? "not-found" : null;
  return isEnglish() || !name ? [message] : [t(`tourProblem_${name}`), original(message)];
};

const idOf = (field) => `fault-at-${field.id}`;

const unmark = (field) => {
  field.removeAttribute("aria-invalid");
  field.removeAttribute("aria-errormessage");
  const rest = (field.getAttribute("aria-describedby") || "").split(" ").filter((each) => each && each !== idOf(field));
  if (rest.length) field.setAttribute("aria-describedby", rest.join(" "));
  else field.removeAttribute("aria-describedby");
  const words = byId(idOf(field));
  if (words) words.remove();
};

/** Takes every mark of a fault off the form. */
export const clear = (box) => {
  box.replaceChildren();
  for (const each of byId("tour-form").querySelectorAll("[aria-invalid]")) unmark(each);
};

/** Marks a field as wrong and says below it why, until it is changed; `box` holds all faults together. */
const mark = (field, box, words) => {
  if (!field) return;
  unfold(field);
  if (byId(idOf(field))) return void byId(idOf(field)).append(" ", ...words);
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-errormessage", box.id);
  field.setAttribute("aria-describedby", [field.getAttribute("aria-describedby"), idOf(field)].filter(Boolean).join(" "));
  const line = field.closest(".weekdays") || field.closest(".field, .check, .row");
  const below = make("p", { class: "fault-text", id: idOf(field) }, ...words);
  if (line.matches("li")) line.append(below);
  else line.after(below);
  field.addEventListener("input", () => unmark(field), { once: true });
};

/** The keyboard's place is the first field that is wrong; false where none is. */
const focusFirst = (marked) => {
  const field = marked.find((each) => each && each.getClientRects().length > 0 && !each.disabled);
  if (field) field.focus();
  return Boolean(field);
};

/** Shows in `box` what the page itself finds wrong with the form: each with a sentence and its field. */
export const showOwn = (box, faults) => {
  clear(box);
  box.replaceChildren(...(faults.length === 1 ? [make("p", {}, faults[0].sentence)] : [make("ul", {}, ...faults.map(({ sentence }) => make("li", {}, sentence)))]));
  for (const { field, sentence } of faults) mark(field, box, [sentence]);
  focusFirst(faults.map((each) => each.field));
};

/** Shows in `box` what the server, or the way to it, has found wrong; `order` where it is the form's request that is wrong. */
export const showError = (box, error, order = null) => {
  clear(box);
  const { faults = [] } = error;
  const marked = faults.map(({ path }) => (order ? fieldAt(path, order) : null));
  box.replaceChildren(make("p", {}, make("strong", {}, t("tourFailed")), " ", ...sentenceOf(error)),
    ...(faults.length ? [make("ul", {}, ...faults.map((each, index) => entryOf(each, marked[index])))] : []));
  faults.forEach((each, index) => mark(marked[index], box, wordsOf(each)));
  if (!focusFirst(marked)) box.scrollIntoView({ block: "nearest" });
};
