// What the page asks of the server: OGC API Features and nothing else.

const encode = encodeURIComponent;

/** The address of a path on this server, wherever a proxy has put it: this file is at …/assets/api.js. */
export const address = (path) => new URL(`../${path}`, import.meta.url).href;

/** The JSON at `path`; an error that names path and reason when there is none. */
export const json = async (path, options = {}) => {
  const answer = await fetch(address(path), { ...options, headers: { Accept: "application/geo+json, application/json" } });
  if (answer.ok) return answer.json();
  const problem = await answer.json().catch(() => ({}));
  throw Object.assign(new Error(problem.detail || problem.title || `HTTP ${answer.status}`), { path, status: answer.status });
};

export const collections = async () => (await json("collections?f=json")).collections;

export const style = () => json("styles/lageplan");

export const itemPath = (collection, id) => `collections/${encode(collection)}/items/${encode(id)}`;

export const item = (collection, id) => json(`${itemPath(collection, id)}?f=json`);

/** A page of features; `wanted` holds query parameters such as `bbox` or a property's value. */
export const items = (collection, wanted, options) => {
  const query = Object.entries({ ...wanted, f: "json" }).map(([name, value]) => `${encode(name)}=${encode(value)}`);
  return json(`collections/${encode(collection)}/items?${query.join("&")}`, options);
};

/** The path of the following page; only its query is taken, so that no other host is asked whatever the link names. */
export const nextPage = (collection, page) => {
  const link = (page.links || []).find((each) => each.rel === "next");
  return link ? `collections/${encode(collection)}/items${new URL(link.href, location.href).search}` : null;
};

const schemas = new Map();

/** The JSON Schema of a collection, asked once. A server without schemas leaves the bare property names. */
export const schema = (collection) => {
  if (!schemas.has(collection))
    schemas.set(collection, json(`collections/${encode(collection)}/schema`).catch(() => ({ properties: {} })));
  return schemas.get(collection);
};

/** The collection that a property refers to, or null. */
export const referenceOf = (definition) => (definition && definition["x-ogc-collectionId"]) || null;

/** Which collections refer to `target`, and by which property: equipment names its playground. */
export const referrers = async (all, target) => {
  const found = [];
  for (const collection of all) {
    const { properties = {} } = await schema(collection.id);
    for (const [property, definition] of Object.entries(properties))
      if (referenceOf(definition) === target) found.push({ collection, property });
  }
  return found;
};
