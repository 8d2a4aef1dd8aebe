// What somebody has changed by hand in a plan and not yet had planned anew: pure values, so that each step can be taken back.

/** Nothing changed yet. `orders` holds the keys of the stops of each route that was changed, by the key of the route. */
export const nothing = () => ({
  orders: new Map(), moved: new Set(), locks: new Set(), unlocks: new Set(), cancelled: new Set(), urgent: new Set(), absent: new Set(), present: new Set(), delays: new Map(),
});

/** How many changes there are. */
export const count = (draft) =>
  ["moved", "locks", "unlocks", "cancelled", "urgent", "absent", "present", "delays"].reduce((sum, each) => sum + draft[each].size, 0);

const orderOf = (plan, draft, key) => draft.orders.get(key) || plan.routes.find((each) => each.key === key).stops.map((each) => each.key);

const routeOf = (plan, draft, stop) => plan.routes.find((each) => orderOf(plan, draft, each.key).includes(stop));

/** Where a stop stands now: the key of its route and its index there. */
export const placeOf = (plan, draft, stop) => {
  const route = routeOf(plan, draft, stop);
  return { route: route.key, index: orderOf(plan, draft, route.key).indexOf(stop) };
};

/** The stop moved to `index` of a route, counted without itself. */
export const move = (plan, draft, stop, route, index) => {
  const from = placeOf(plan, draft, stop);
  const orders = new Map(draft.orders);
  orders.set(from.route, orderOf(plan, draft, from.route).filter((each) => each !== stop));
  const order = [...(orders.get(route) || orderOf(plan, draft, route))];
  const to = Math.max(0, Math.min(index, order.length));
  if (from.route === route && from.index === to) return draft;
  order.splice(to, 0, stop);
  orders.set(route, order);
  return { ...draft, orders, moved: new Set(draft.moved).add(stop) };
};

const toggled = (set, key) => {
  const other = new Set(set);
  if (!other.delete(key)) other.add(key);
  return other;
};

/** Locks a stop, or frees it, or takes back that either was wished. */
export const toggleLock = (draft, stop) => {
  const name = stop.isFixed ? "unlocks" : "locks";
  return { ...draft, [name]: toggled(draft[name], stop.key) };
};

/** Turns one of the wishes `cancelled`, `urgent`, `absent`, `present` on or off. */
export const toggle = (draft, name, key) => ({ ...draft, [name]: toggled(draft[name], key) });

/** The tour of this route runs late by so many minutes; 0: it does not. */
export const delay = (draft, route, minutes) => {
  const delays = new Map(draft.delays);
  if (minutes > 0) delays.set(route, minutes);
  else delays.delete(route);
  return { ...draft, delays };
};

/** Whether an earlier change says that nobody is there for this tour, and none of these takes it back. */
export const isAway = (plan, draft, { inspector, day }) =>
  plan.absent.some((each) => each.inspector === inspector && (each.day || day) === day && !draft.present.has(each.key));

/** The routes as they stand by hand: stops in their new order, each with what is wished for it. */
export const arranged = (plan, draft) => {
  const stops = new Map(plan.routes.flatMap((each) => each.stops).map((each) => [each.key, each]));
  return plan.routes.map((route) => ({
    ...route, isAbsent: draft.absent.has(route.key), isAway: isAway(plan, draft, route), delay: draft.delays.get(route.key) || 0,
    stops: orderOf(plan, draft, route.key).map((key) => {
      const stop = stops.get(key);
      const isHeld = stop.isFixed ? !draft.unlocks.has(key) : draft.locks.has(key);
      return { ...stop, isHeld, isMoved: draft.moved.has(key), isCancelled: draft.cancelled.has(key) };
    }),
  }));
};

/** The routes whose ways are no longer those of the plan. */
export const stale = (draft) => new Set(draft.orders.keys());

/** The change as the server takes it (`TourChange`); `rest` holds what does not come from the draft. */
export const change = (plan, draft, rest) => {
  const routes = arranged(plan, draft);
  const stops = routes.flatMap((each) => each.stops);
  const features = (keys) => stops.filter((each) => keys.has(each.key)).flatMap((each) => each.features);
  const shift = (key) => {
    const { inspector, day } = plan.routes.find((each) => each.key === key);
    return { inspector, day };
  };
  const lists = {
    cancelled: features(draft.cancelled), urgent: plan.left.filter((each) => draft.urgent.has(each.key)).map((each) => each.feature),
    locks: features(new Set([...draft.locks].filter((key) => !draft.cancelled.has(key)))), unlocks: features(draft.unlocks),
    absent: [...draft.absent].map(shift),
    present: plan.absent.filter((each) => draft.present.has(each.key)).map(({ inspector, day }) => ({ inspector, ...(day ? { day } : {}) })),
    delays: [...draft.delays].map(([key, minutes]) => ({ ...shift(key), minutes })),
    moves: routes.flatMap((route) => route.stops.flatMap((stop, index) => (stop.isMoved && !stop.isCancelled
      ? stop.features.map((feature) => ({ feature, ...shift(route.key), position: index + 1 })) : []))),
  };
  return { ...Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0)), ...rest };
};
