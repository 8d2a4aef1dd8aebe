// The marks of the collections in the legend: icons as the map draws them, patches for lines, areas and discs.

// Outlines in a box of 26 by 26.
const outlines = {
  circle: "M13 3.5a9.5 9.5 0 1 1 0 19 9.5 9.5 0 0 1 0-19z",
  line: "M3 18.5C9 18.5 9 7.5 15 7.5h8",
  area: "M4.5 8 12 4.5 21.5 7.5 22 18l-8.5 4L5 18.5z",
};

/** The icons of a sprite, drawn twice as fine; null where the server cannot draw them. */
export const loadIcons = async (url) => {
  const [index, picture] = await Promise.all([fetch(`${url}@2x.json`), fetch(`${url}@2x.png`)]);
  if (!index.ok || !picture.ok) return null;
  return { index: await index.json(), picture: await createImageBitmap(await picture.blob()) };
};

/** A canvas with the symbol, `size` CSS pixels wide. */
export const draw = (symbol, size, icons, ratio = Math.max(2, window.devicePixelRatio || 1)) => {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = Math.round(size * ratio);
  const pen = canvas.getContext("2d");
  const icon = icons && symbol.icon && icons.index[symbol.icon];
  if (symbol.shape === "icon" && icon) {
    const { x, y, width, height } = icon;
    pen.drawImage(icons.picture, x, y, width, height, 0, 0, canvas.width, canvas.height);
    return canvas;
  }
  pen.scale(canvas.width / 26, canvas.width / 26);
  pen.lineJoin = pen.lineCap = "round";
  const outline = new Path2D(outlines[symbol.shape] || outlines.circle);
  const trace = (colour, width) => {
    pen.strokeStyle = colour;
    pen.lineWidth = width;
    pen.stroke(outline);
  };
  if (symbol.shape === "line") {
    trace(symbol.stroke, 7.5);
    trace(symbol.colour, 4.5);
    return canvas;
  }
  pen.fillStyle = symbol.colour;
  pen.fill(outline);
  trace(symbol.stroke, 1.8);
  return canvas;
};
