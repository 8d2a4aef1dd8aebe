// The editor of one feature: its place by pen or by numbers, its properties by form; saves, tells faults where they are, and never
// overwrites what somebody else has changed meanwhile.

import * as api from "./api.js";
import { announce, byId, make } from "./elements.js";
import { fieldsOf } from "./fields.js";
import { text, title } from "./features.js";
import { t } from "./i18n.js";
import { mostHandles, take } from "./pen.js";
import * as sketches from "./sketch.js";

/** Positions beyond these are not listed as numbers; they are moved on the map. */
const mostRows = 60;

let active = null;

/** The editor that is open, or null. */
export const current = () => active;

/** Without a map there is no pen: positions are numbers. */
const noPen = (sketch, changed, isNew) => ({
  isDrawing: isNew,
  add: (place) => { sketches.append(sketch, place); changed(); },
  finish: () => {},
  undo: () => { const all = sketches.vertices(sketch); const last = all[all.length - 1]; if (last) { sketch.parts[last.part][last.line].pop(); changed(); } },
  redraw: () => {},
  putDown: () => {},
});

class Editor {
  constructor({ map, collection, schema, feature, tag, type, middle, done, closed }) {
    Object.assign(this, { map, collection, schema, feature, tag, middle, done, closed });
    this.isNew = !feature;
    this.sketch = this.isNew ? sketches.empty(type) : sketches.fromGeometry(feature.geometry);
    if (!this.isNew && !feature.geometry && type) this.sketch = sketches.empty(type);
    this.before = this.sketch && JSON.stringify(this.sketch);
    this.fields = fieldsOf(schema, feature ? feature.properties : {});
    this.build();
    if (this.sketch) {
      const isDrawing = sketches.vertices(this.sketch).length === 0;
      const changed = () => this.showRows();
      this.pen = map ? take(map, this.sketch, { isNew: isDrawing, changed }) : noPen(this.sketch, changed, isDrawing);
      this.showRows();
    }
  }

  get isDirty() {
    return this.fields.isChanged() || Boolean(this.sketch && JSON.stringify(this.sketch) !== this.before);
  }

  // The form

  build() {
    this.summary = make("div", { class: "fault-summary", role: "alert" });
    this.rows = make("ol", { class: "positions" });
    this.hint = make("p", { class: "muted", id: "place-hint" });
    this.tools = make("p", { class: "tools" });
    this.form = make("form", { id: "editor", novalidate: "" },
      this.summary,
      make("fieldset", {}, make("legend", {}, t("editPlace")), this.hint, this.tools, this.rows),
      make("fieldset", {}, make("legend", {}, t("editProperties")), this.fields.element),
      make("p", { class: "tools" },
        make("button", { type: "submit", class: "primary" }, t("save")),
        make("button", { type: "button", on: () => this.cancel() }, t("cancel"))));
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.save();
    });
    byId("panel-kind").textContent = this.collection.title;
    byId("panel-title").textContent = this.isNew ? t("newFeature") : t("editing", { title: title(this.feature) });
    byId("panel-body").replaceChildren(this.form);
    byId("panel").hidden = false;
    byId("panel").scrollTop = 0;
    byId("panel-title").focus({ preventScroll: true });
  }

  /** The positions as numbers, which is how the keyboard moves them exactly. */
  showRows() {
    if (!this.sketch) {
      this.hint.textContent = t("placeFixed");
      return;
    }
    const all = sketches.vertices(this.sketch);
    const isPoint = this.sketch.type === "Point";
    const isDrawing = Boolean(this.pen && this.pen.isDrawing);
    this.hint.textContent = all.length > mostHandles ? t("placeTooFine", { most: mostHandles }) : t(isDrawing ? "placeDraw" : "placeMove");
    const button = (key, action) => make("button", { type: "button", on: action }, t(key));
    const wanted = [
      ...(isDrawing || isPoint ? [button("placeHere", () => this.pen.add(this.middle()))] : []),
      ...(isDrawing && !isPoint && all.length ? [button("placeUndo", () => this.pen.undo())] : []),
      ...(isDrawing && !isPoint && all.length >= sketches.fewest(this.sketch.type) ? [button("placeFinish", () => this.pen.finish())] : []),
    ];
    const focused = document.activeElement && this.tools.contains(document.activeElement) && document.activeElement.textContent;
    this.tools.replaceChildren(...wanted);
    const again = wanted.find((each) => each.textContent === focused) || (focused && wanted[0]);
    if (again) again.focus({ preventScroll: true });
    const listed = all.length <= mostRows ? all : [];
    if (this.rows.childElementCount !== listed.length || isDrawing)
      this.rows.replaceChildren(...listed.map((vertex, index) => this.row(vertex, index + 1, all.length)));
    else
      listed.forEach(({ position }, index) => this.rows.children[index].querySelectorAll("input").forEach((input, axis) => {
        if (input !== document.activeElement) input.value = position[axis];
      }));
  }

  row(vertex, number, count) {
    const input = (axis, key) => {
      const field = make("input", { inputmode: "decimal", value: String(vertex.position[axis]), "aria-label": t(key, { number, count }) });
      field.addEventListener("change", () => {
        const value = Number(field.value.replace(",", "."));
        const limit = axis === 0 ? 180 : 90;
        if (!Number.isFinite(value) || Math.abs(value) > limit) {
          field.setAttribute("aria-invalid", "true");
          announce(t("degreesNeeded", { limit }));
          return;
        }
        field.removeAttribute("aria-invalid");
        const place = [vertex.position[0], vertex.position[1]];
        place[axis] = value;
        sketches.move(this.sketch, vertex, place);
        this.pen.redraw();
      });
      return field;
    };
    return make("li", {}, input(0, "longitudeOf"), input(1, "latitudeOf"));
  }

  /** A click on the map. */
  click(place) {
    if (this.pen) this.pen.add(place);
  }

  repaint() {
    if (this.pen) this.pen.redraw();
  }

  // Saving

  tell(sentence, ...more) {
    this.summary.replaceChildren(make("p", {}, sentence), ...more);
    this.summary.scrollIntoView({ block: "nearest" });
  }

  /** The geometry to send: undefined where it stays, null where it is not finished. */
  changedGeometry() {
    if (!this.sketch || (!this.isNew && JSON.stringify(this.sketch) === this.before)) return undefined;
    return sketches.toGeometry(this.sketch);
  }

  async save() {
    this.fields.forgive();
    this.summary.replaceChildren();
    const properties = this.fields.changed();
    const geometry = this.changedGeometry();
    if (properties === null) {
      this.tell(t("faultsFound"));
      this.fields.focusFault();
      return;
    }
    if (geometry === null) {
      this.tell(t("placeUnfinished", { count: sketches.fewest(this.sketch.type) }));
      return;
    }
    if (!this.isNew && geometry === undefined && Object.keys(properties).length === 0) {
      this.close();
      return;
    }
    try {
      const id = await this.send(properties, geometry);
      active = null;
      this.putAway();
      announce(t("saved"));
      this.done(id);
    } catch (error) {
      await this.refused(error);
    }
  }

  async send(properties, geometry) {
    if (this.isNew) return api.insert(this.collection.id, { type: "Feature", geometry, properties });
    const change = { ...(geometry ? { geometry } : {}), ...(Object.keys(properties).length ? { properties } : {}) };
    await api.patch(this.collection.id, String(this.feature.id), change, this.tag);
    return String(this.feature.id);
  }

  async refused(error) {
    if (error.status === 412) {
      // The feature may be gone altogether: then there is nothing to compare with.
      await this.conflict().catch((reason) => this.refused(reason));
      return;
    }
    const rest = [];
    for (const { path = "", message, remedy } of error.faults || []) {
      const [, name] = /^\$\.properties\.(.+)$/.exec(path) || [];
      const sentence = remedy ? `${message}: ${remedy}` : message;
      if (!name || !this.fields.fault(name, sentence)) rest.push(make("li", {}, sentence));
    }
    const keys = { 401: "tokenRefused", 403: "notAllowed", 404: "goneMeanwhile", 410: "goneMeanwhile" };
    const sentence = keys[error.status] ? t(keys[error.status]) : error.faults && error.faults.length ? t("faultsFound") : error.message;
    this.tell(sentence, make("ul", {}, ...rest));
    this.fields.focusFault();
  }

  /** Somebody else was first: shows what they changed, and leaves the choice. */
  async conflict() {
    const { feature, tag } = await api.itemWithTag(this.collection.id, String(this.feature.id));
    const definitions = this.schema.properties || {};
    const theirs = Object.keys(feature.properties)
      .filter((name) => !sketches.isSame(feature.properties[name], this.feature.properties[name]))
      .map((name) => make("li", {}, t("conflictValue", {
        name: (definitions[name] || {}).title || name,
        before: text(this.feature.properties[name], definitions[name]), now: text(feature.properties[name], definitions[name]),
      })));
    if (!sketches.isSame(feature.geometry, this.feature.geometry)) theirs.push(make("li", {}, t("conflictPlace")));
    this.tell(t("conflict"), make("ul", {}, ...theirs), make("p", { class: "tools" },
      make("button", { type: "button", on: () => this.reopen(feature, tag) }, t("conflictTheirs")),
      make("button", { type: "button", on: () => { this.tag = tag; this.save(); } }, t("conflictMine"))));
  }

  reopen(feature, tag) {
    this.putAway();
    active = new Editor({ ...this, feature, tag });
  }

  // The end

  putAway() {
    if (this.pen) this.pen.putDown();
  }

  close() {
    active = null;
    this.putAway();
    this.closed(this.feature && String(this.feature.id));
  }

  async cancel() {
    if (this.isDirty && !(await ask(t("discard"), t("discardDo")))) return;
    this.close();
  }
}

/** Opens the editor in the panel, for `feature` or, without one, for a new feature of the geometry type `type`. */
export const edit = (options) => {
  active = new Editor(options);
};

/** Asks in a dialog; true where the person agrees. */
export const ask = (question, answer) => new Promise((resolve) => {
  const dialog = byId("confirm");
  byId("confirm-text").textContent = question;
  byId("confirm-yes").textContent = answer;
  dialog.returnValue = "";
  dialog.onclose = () => resolve(dialog.returnValue === "yes");
  dialog.showModal();
});
