// The form of a feature's properties, from the schema of its collection: a field for each by its type, faults at their fields.

import { make } from "./elements.js";
import { unitOf } from "./features.js";
import { t } from "./i18n.js";

const idOf = (name) => `property-${name}`;

const options = (choices, chosen) => choices.map(([value, label]) =>
  make("option", { value, ...(value === chosen ? { selected: "" } : {}) }, label));

/** A value as the field writes it. */
const written = (value) => {
  if (value === null || value === undefined) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
};

const control = (name, definition, value) => {
  const attributes = { id: idOf(name), name, "aria-describedby": `fault-${name}` };
  const shown = written(value);
  if (definition.type === "boolean")
    return make("select", attributes, ...options([["", t("unknown")], ["true", t("yes")], ["false", t("no")]], shown));
  if (definition.enum) {
    const known = definition.enum.map(String);
    const choices = shown && !known.includes(shown) ? [...known, shown] : known;
    return make("select", attributes, ...options([["", t("unknown")], ...choices.map((each) => [each, each])], shown));
  }
  if (definition.type === "integer") return make("input", { ...attributes, inputmode: "numeric", value: shown });
  if (definition.type === "number") return make("input", { ...attributes, inputmode: "decimal", value: shown });
  // Old values that are no day stay as they are: a field for days would drop them.
  if (definition.format === "date" && /^(\d{4}-\d\d-\d\d)?$/.test(shown)) return make("input", { ...attributes, type: "date", value: shown });
  if (definition.format === "date-time") return make("input", { ...attributes, placeholder: "2026-12-01T06:30:00Z", value: shown });
  return make("input", { ...attributes, value: shown });
};

/** What was typed, as a value of its type; undefined where it is none. */
const parsed = (text, definition) => {
  const typed = text.trim();
  if (typed === "") return null;
  if (definition.type === "boolean") return typed === "true";
  if (definition.type === "integer" || definition.type === "number") {
    const number = Number(typed.replace(",", "."));
    if (!Number.isFinite(number) || (definition.type === "integer" && !Number.isInteger(number))) return undefined;
    return number;
  }
  return definition.type === "string" || definition.type === undefined ? text : typed;
};

const isEditable = (name, definition) =>
  !definition.readOnly && definition["x-ogc-role"] !== "id" && !(definition.format || "").startsWith("geometry-") && definition.type !== undefined;

/** The fields of `properties`; `changed()` gives those that differ, `fault(name, sentence)` tells what is wrong at one. */
export const fieldsOf = ({ properties: definitions = {}, required = [] }, values = {}) => {
  const entries = Object.entries(definitions).filter(([name, definition]) => isEditable(name, definition));
  const controls = new Map(entries.map(([name, definition]) => [name, control(name, definition, values[name])]));
  const first = new Map([...controls].map(([name, field]) => [name, field.value]));
  const faults = new Map();

  const element = make("div", { class: "fields" }, ...entries.map(([name, definition]) => {
    const fault = make("p", { class: "fault-text", id: `fault-${name}` });
    faults.set(name, fault);
    const unit = unitOf(definition) && ` (${unitOf(definition)})`;
    const needed = required.includes(name) ? " *" : "";
    return make("div", { class: "field" },
      make("label", { for: idOf(name) }, (definition.title || name) + unit + needed), controls.get(name), fault);
  }));

  const fault = (name, sentence) => {
    if (!faults.has(name)) return false;
    faults.get(name).textContent = sentence;
    controls.get(name).setAttribute("aria-invalid", "true");
    return true;
  };

  return {
    element,
    fault,
    isChanged: () => [...controls].some(([name, field]) => field.value !== first.get(name)),
    forgive: () => {
      for (const [name, text] of faults) {
        text.textContent = "";
        controls.get(name).removeAttribute("aria-invalid");
      }
    },
    focusFault: () => {
      const wrong = [...controls.values()].find((field) => field.getAttribute("aria-invalid"));
      if (wrong) wrong.focus();
      return Boolean(wrong);
    },
    /** The changed values by name; null where one of them is no value of its type, which is told at its field. */
    changed: () => {
      const result = {};
      let isSound = true;
      for (const [name, field] of controls) {
        if (field.value === first.get(name)) continue;
        const value = parsed(field.value, definitions[name]);
        if (value === undefined) isSound = !fault(name, t(definitions[name].type === "integer" ? "wholeNumberNeeded" : "numberNeeded"));
        else result[name] = value;
      }
      return isSound ? result : null;
    },
  };
};
