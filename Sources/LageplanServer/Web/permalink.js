// The state of the page in the address: #zoom/lat/lon&off=trees&list=playgrounds&item=playgrounds/17&tour=3f…&lang=en

// An address is typed by hand, too: what is not properly encoded is taken as it stands.
const decoded = (value) => {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
};

const listed = (value) => (value ? value.split(",").map(decoded) : []);

/** What the address says; what it does not say, or says wrongly, is left out. */
export const parse = (hash) => {
  const parts = hash.replace(/^#/, "").split("&");
  const place = parts[0].includes("=") ? "" : parts[0];
  const said = Object.fromEntries(parts.filter((part) => part.includes("=")).map((part) => part.split(/=(.*)/s).slice(0, 2)));
  const state = { off: listed(said.off) };
  const [zoom, latitude, longitude] = place.split("/").map(Number);
  const known = place && [zoom, latitude, longitude].every(Number.isFinite);
  if (known && zoom >= 0 && zoom <= 24 && Math.abs(latitude) <= 85.06 && Math.abs(longitude) <= 180)
    state.view = { zoom, center: [longitude, latitude] };
  if (said.list) state.list = decoded(said.list);
  if (said.lang) state.language = said.lang;
  if (said.tour) state.tour = decoded(said.tour);
  if (said.item) {
    const [collection, id] = said.item.split("/").map(decoded);
    if (collection && id) state.selected = { collection, id };
  }
  return state;
};

/** The address of a state; five decimals of a degree are about a metre. */
export const format = ({ view, off, list, selected, tour, language }) => {
  const parts = [];
  parts.push(view ? `${view.zoom.toFixed(2)}/${view.center[1].toFixed(5)}/${view.center[0].toFixed(5)}` : "");
  if (off.length) parts.push(`off=${off.map(encodeURIComponent).join(",")}`);
  if (list) parts.push(`list=${encodeURIComponent(list)}`);
  if (selected) parts.push(`item=${encodeURIComponent(selected.collection)}/${encodeURIComponent(selected.id)}`);
  if (tour) parts.push(`tour=${encodeURIComponent(tour)}`);
  parts.push(`lang=${language}`);
  return `#${parts.join("&")}`;
};
