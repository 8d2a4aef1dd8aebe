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

/** A line of a list: title above, details below, the whole of it a button. */
export const entry = (name, details, open, current) =>
  make("li", {}, make("button", { type: "button", on: open, "aria-current": current ? "true" : undefined },
    make("span", { class: "name" }, name), make("span", { class: "muted" }, details)));

/** Says a sentence to screen readers; the page shows the same where it happens. */
export const announce = (sentence) => {
  byId("status").textContent = sentence;
};
