// Who edits: the token that the operator gave, kept for this tab and this visit only.

const key = "lageplan.token";

// A browser that allows no storage keeps nothing: the token then holds until the page is left.
let held = null;

const storage = () => {
  try {
    return window.sessionStorage;
  } catch {
    return null;
  }
};

export const token = () => held || (storage() && storage().getItem(key)) || null;

export const keep = (value) => {
  held = value;
  if (storage()) storage().setItem(key, value);
};

export const forget = () => {
  held = null;
  if (storage()) storage().removeItem(key);
};

/** What a request shows of it. */
export const headers = () => (token() ? { Authorization: `Bearer ${token()}` } : {});
