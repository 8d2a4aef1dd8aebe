// Small helpers to build the page's parts; text is always set as text, never as markup.

/** `make("a", {href: "/"}, "text", child)`; a property `on` holds a click handler, undefined attributes are left out. */
export const make = (tag, attributes = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "on") element.addEventListener("click", value);
    else if (value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
};

export const byId = (id) => document.getElementById(id);

/** A line of a list: title above, details below, the whole of it a button that opens the feature `key`. */
export const entry = (name, details, key, open) =>
  make("li", {}, make("button", { type: "button", "data-item": key, on: open },
    make("span", { class: "name" }, name), make("span", { class: "muted" }, details)));

/** The key of a feature among all collections. */
export const keyOf = (collection, id) => `${collection}/${id}`;

/** Marks the open feature wherever it is listed; null: none is open. */
export const markCurrent = (key) => {
  for (const button of document.querySelectorAll("[data-item]"))
    if (button.dataset.item === key) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
};

/** Says a sentence to screen readers; the page shows the same where it happens. */
export const announce = (sentence) => {
  byId("status").textContent = sentence;
};

/** Gives a file to the browser to save. */
export const save = (blob, name) => {
  const url = URL.createObjectURL(blob);
  make("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
};
