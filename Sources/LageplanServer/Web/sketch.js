// The geometry under the pen: parts of rings of positions, whatever its kind, without the position that closes a ring.
//
//     Point          [[[p]]]              MultiPoint         [[[p]], [[p]]]
//     LineString     [[[p, p]]]           MultiLineString    [[[p, p]], [[p, p]]]
//     Polygon        [[ring, hole]]       MultiPolygon       [[ring, hole], [ring]]

const isMulti = (type) => type.startsWith("Multi");
const plain = (type) => type.replace("Multi", "");
const isArea = (type) => plain(type) === "Polygon";

/** The fewest positions that a ring or line of this kind has. */
export const fewest = (type) => ({ Point: 1, LineString: 2, Polygon: 3 })[plain(type)];

/** The sketch of a geometry; null for one that is not drawn by hand. */
export const fromGeometry = (geometry) => {
  if (!geometry || !fewest(geometry.type)) return null;
  const { type } = geometry;
  const wrap = { Point: (part) => [[part]], LineString: (part) => [part], Polygon: (part) => part.map((ring) => ring.slice(0, -1)) }[plain(type)];
  const parts = (isMulti(type) ? geometry.coordinates : [geometry.coordinates]).map(wrap);
  return { type, parts: parts.map((rings) => rings.map((ring) => ring.map((position) => [...position]))) };
};

export const empty = (type) => ({ type, parts: [[[]]] });

/** GeoJSON of the sketch (RFC 7946: outer rings counter-clockwise); null while positions are missing. */
export const toGeometry = ({ type, parts }) => {
  if (parts.some((rings) => rings.some((ring) => ring.length < fewest(type)))) return null;
  const close = (ring, isHole) => {
    const turn = ring.reduce((sum, [x, y], index) => {
      const [nextX, nextY] = ring[(index + 1) % ring.length];
      return sum + (nextX - x) * (nextY + y);
    }, 0);
    const wound = (turn < 0) === isHole ? [...ring].reverse() : ring;
    return [...wound, wound[0]];
  };
  const unwrap = { Point: ([[position]]) => position, LineString: ([line]) => line, Polygon: (rings) => rings.map((ring, index) => close(ring, index > 0)) }[plain(type)];
  const coordinates = parts.map(unwrap);
  return { type, coordinates: isMulti(type) ? coordinates : coordinates[0] };
};

/** What can be drawn of an unfinished sketch: lines, and the area once there is one. */
export const preview = (sketch) => {
  const features = [];
  const add = (type, coordinates) => features.push({ type: "Feature", properties: {}, geometry: { type, coordinates } });
  for (const rings of sketch.parts)
    for (const ring of rings)
      if (ring.length > 1 && plain(sketch.type) !== "Point") add("LineString", isArea(sketch.type) && ring.length > 2 ? [...ring, ring[0]] : ring);
  const whole = isArea(sketch.type) && toGeometry(sketch);
  if (whole) add(whole.type, whole.coordinates);
  return { type: "FeatureCollection", features };
};

/** Every position with its place in the sketch. */
export const vertices = ({ parts }) => parts.flatMap((rings, part) => rings.flatMap((ring, line) =>
  ring.map((position, index) => ({ position, part, line, index }))));

/** Where a further position fits: the middle of each edge. */
export const middles = ({ type, parts }) => (plain(type) === "Point" ? [] : parts.flatMap((rings, part) => rings.flatMap((ring, line) => {
  const edges = isArea(type) && ring.length > 2 ? ring.length : ring.length - 1;
  return Array.from({ length: Math.max(0, edges) }, (_, index) => {
    const [from, to] = [ring[index], ring[(index + 1) % ring.length]];
    return { position: [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2], part, line, index: index + 1 };
  });
})));

// Seven decimals of a degree are about a centimetre, and what the server writes.
const rounded = (value) => Math.round(value * 1e7) / 1e7;

/** Moves a position; a height stays. */
export const move = (sketch, { part, line, index }, [longitude, latitude]) => {
  const position = sketch.parts[part][line][index];
  position[0] = rounded(longitude);
  position[1] = rounded(latitude);
};

export const insert = (sketch, { part, line, index }, [longitude, latitude]) => {
  sketch.parts[part][line].splice(index, 0, [rounded(longitude), rounded(latitude)]);
};

/** Adds at the end of the last line; a single point is put there instead. */
export const append = (sketch, place) => {
  const part = sketch.parts.length - 1;
  const line = sketch.parts[part].length - 1;
  if (sketch.type === "Point" && sketch.parts[part][line].length) return move(sketch, { part, line, index: 0 }, place);
  return insert(sketch, { part, line, index: sketch.parts[part][line].length }, place);
};

/** Removes a position; false where the geometry would lose its shape. */
export const remove = (sketch, { part, line, index }) => {
  const ring = sketch.parts[part][line];
  if (ring.length <= fewest(sketch.type)) return false;
  ring.splice(index, 1);
  return true;
};

export const isSame = (a, b) => JSON.stringify(a) === JSON.stringify(b);
