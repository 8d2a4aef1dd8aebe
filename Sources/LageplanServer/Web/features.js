// How a feature is named and its values are written, the same in list, panel and search.

import { day, number, t } from "./i18n.js";

const naming = ["name", "title", "bezeichnung", "designation", "species", "art", "baumart", "kind", "type", "number"];

/** The property that names the features of a collection best, or null. */
export const namingProperty = (properties) => {
  const names = Object.keys(properties || {});
  return naming.map((each) => names.find((name) => name.toLowerCase() === each)).find(Boolean) || null;
};

/** What people call this feature; its id where nothing better is known. */
export const title = (feature) => {
  const property = namingProperty(feature.properties);
  const value = property && feature.properties[property];
  return value === null || value === undefined || value === "" ? String(feature.id) : String(value);
};

/** The id and two telling values below the title in a list. */
export const subtitle = (feature, { properties = {} }) => {
  const name = namingProperty(feature.properties);
  const values = Object.entries(feature.properties)
    .filter(([key, value]) => key !== name && value !== null && value !== "" && typeof value !== "object" && typeof value !== "boolean")
    .filter(([key]) => !["id", "distance", "along"].includes(key) && !(properties[key] || {})["x-ogc-collectionId"])
    .slice(0, 2)
    .map(([key, value]) => text(value, properties[key]));
  return (title(feature) === String(feature.id) ? values : [String(feature.id), ...values]).join(" · ");
};

// UCUM codes as people write them; "a" is a year and goes without saying.
const written = { km2: "km²", m2: "m²", m3: "m³", deg: "°", Cel: "°C", "/km2": "/km²", a: "", "1": "" };

/** The unit of a property as people write it; empty where it has none. */
export const unitOf = (definition) => {
  const code = definition["x-ogc-unit"] || definition.unit || "";
  return code in written ? written[code] : code;
};

/** One value as text, with its unit. */
export const text = (value, definition = {}) => {
  const unit = unitOf(definition) && `\u00a0${unitOf(definition)}`;
  if (value === null || value === undefined || value === "") return "–";
  if (typeof value === "boolean") return t(value ? "yes" : "no");
  // A year is no quantity: whole numbers without a unit are written without grouping.
  if (typeof value === "number") return (Number.isInteger(value) && !unit ? String(value) : number(value)) + unit;
  if (typeof value === "object") return JSON.stringify(value);
  return (definition.format || "").startsWith("date") ? day(value) : value + unit;
};

/** The rectangle around a geometry in degrees, or null where there is none. */
export const bounds = (geometry) => {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  const take = (part) => {
    if (typeof part[0] !== "number") return part.forEach(take);
    box[0] = Math.min(box[0], part[0]);
    box[1] = Math.min(box[1], part[1]);
    box[2] = Math.max(box[2], part[0]);
    box[3] = Math.max(box[3], part[1]);
    return undefined;
  };
  for (const each of (geometry && geometry.geometries) || (geometry ? [geometry] : [])) take(each.coordinates);
  return box[0] <= box[2] ? box : null;
};
