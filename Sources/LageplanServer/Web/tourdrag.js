// Stops dragged in the lists by mouse, pen or finger. Every move has its keys and buttons too; see tourlist.js.

import { make } from "./elements.js";

const edge = 48; // pixels from the rim of what scrolls, where dragging scrolls it

/** Where a stop let go at this height would come to stand: the key of the route, and the index without the stop itself. */
const targetAt = (x, y, dragged) => {
  const under = document.elementFromPoint(x, y);
  const tour = under && under.closest("[data-route]");
  if (!tour) return null;
  const others = [...tour.querySelectorAll("[data-stop]")].filter((each) => each !== dragged);
  const before = tour.open ? others.filter((each) => {
    const { top, height } = each.getBoundingClientRect();
    return top + height / 2 < y;
  }) : others;
  return { route: tour.dataset.route, index: before.length, list: tour.querySelector(".stops"), next: others[before.length] || null };
};

/** What scrolls the lists: the column beside the map, on a narrow screen the page. */
const scroller = (element) => {
  const side = element.closest(".side");
  if (getComputedStyle(side).overflowY === "visible") return { scrolls: document.scrollingElement, top: 0, bottom: window.innerHeight };
  const { top, bottom } = side.getBoundingClientRect();
  return { scrolls: side, top, bottom };
};

const scrollNear = (element, y) => {
  const { scrolls, top, bottom } = scroller(element);
  if (y < top + edge) scrolls.scrollBy(0, -12);
  else if (y > bottom - edge) scrolls.scrollBy(0, 12);
};

/** Lets the stops of a container be dragged by their grips; `dropped` gets the key of the stop, the key of the route and the index there. */
export const letDrag = (container, dropped) => {
  container.addEventListener("pointerdown", (event) => {
    const grip = event.target.closest(".grip");
    const item = grip && grip.closest("[data-stop]");
    if (!item || event.button !== 0) return;
    event.preventDefault();
    const slot = make("li", { class: "slot", "aria-hidden": "true" });
    let target = null;
    const moved = ({ clientX, clientY }) => {
      scrollNear(container, clientY);
      target = targetAt(clientX, clientY, item);
      if (target) target.list.insertBefore(slot, target.next);
      else slot.remove();
    };
    const end = () => {
      slot.remove();
      item.classList.remove("is-dragged");
      grip.removeEventListener("pointermove", moved);
      grip.removeEventListener("pointerup", drop);
      grip.removeEventListener("pointercancel", end);
      document.removeEventListener("keydown", given, true);
    };
    const drop = () => {
      end();
      if (target) dropped(item.dataset.stop, target.route, target.index);
    };
    const given = (pressed) => {
      if (pressed.key !== "Escape") return;
      pressed.stopPropagation();
      end();
    };
    grip.setPointerCapture(event.pointerId);
    item.classList.add("is-dragged");
    grip.addEventListener("pointermove", moved);
    grip.addEventListener("pointerup", drop);
    grip.addEventListener("pointercancel", end);
    document.addEventListener("keydown", given, true);
  });
};
