// Where the label of a polygon stands: the centroid of its largest ring, once, not once a tile.

import * as api from "./api.js";

const most = 500; // more polygons than these are not labelled by name at a glance anyway

export const labelSource = (collection) => `${collection}-labels`;

/** The collections whose labels need places: polygons that the style labels, few enough to be fetched. */
export const labelledPolygons = (style, collections) => new Set(collections
  .filter((each) => (each.geometryType || "").includes("Polygon") && each.featureCount <= most)
  .map((each) => each.id)
  .filter((id) => style.layers.some((layer) => layer.source === id && layer.layout && layer.layout["text-field"])));

/** Twice the area and the centroid of a closed ring (the shoelace formula); degrees do at the size of a town. */
const measure = (ring) => {
  let [area, x, y] = [0, 0, 0];
  const [originX, originY] = ring[0]; // near the ring, so that little precision is lost
  for (let index = 1; index < ring.length; index += 1) {
    const [ax, ay] = [ring[index - 1][0] - originX, ring[index - 1][1] - originY];
    const [bx, by] = [ring[index][0] - originX, ring[index][1] - originY];
    const cross = ax * by - bx * ay;
    area += cross;
    x += (ax + bx) * cross;
    y += (ay + by) * cross;
  }
  return { area: Math.abs(area), centre: area === 0 ? ring[0] : [originX + x / (3 * area), originY + y / (3 * area)] };
};

/** A point for each polygon of the collection, with its properties, as GeoJSON. */
export const labelPlaces = async (collection) => {
  const { features } = await api.items(collection, { limit: most });
  return {
    type: "FeatureCollection",
    features: features.filter(({ geometry }) => geometry && geometry.type.includes("Polygon")).map(({ geometry, properties }) => {
      const shells = (geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates).map(([shell]) => measure(shell));
      const largest = shells.reduce((a, b) => (b.area > a.area ? b : a));
      return { type: "Feature", properties, geometry: { type: "Point", coordinates: largest.centre } };
    }),
  };
};
