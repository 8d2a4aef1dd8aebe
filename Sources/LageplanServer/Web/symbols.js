// The marks of the collections, drawn the same way on the map and in the legend: told apart by colour and by shape.

/** For collections that the style does not know: light and dark colour, in turn with the shapes. */
const palette = [
  ["#b4235a", "#f58ab0"], ["#27607d", "#78bfe0"], ["#7a4b12", "#dca96a"], ["#4a5a12", "#b5cc5c"],
  ["#5b3fa3", "#b9a3f5"], ["#0b6b57", "#5cd1b6"], ["#9b2c2c", "#f59a8e"], ["#3f4d5c", "#a9bccf"],
];
const shapes = ["pin", "square", "diamond", "hexagon", "triangle", "house"];

export const generatedSymbol = (index, geometryType, dark) => {
  const colour = palette[index % palette.length][dark ? 1 : 0];
  const kind = geometryType || "";
  if (kind.includes("Polygon")) return { shape: "area", colour, stroke: colour, opacity: 0.3 };
  if (kind.includes("Line")) return { shape: "line", colour, stroke: colour };
  return { shape: shapes[index % shapes.length], colour };
};

// Outlines in a box of 24 by 24.
const outlines = {
  circle: "M12 2.5a9.5 9.5 0 1 1 0 19 9.5 9.5 0 0 1 0-19z",
  square: "M6.5 2.5h11a4 4 0 0 1 4 4v11a4 4 0 0 1-4 4h-11a4 4 0 0 1-4-4v-11a4 4 0 0 1 4-4z",
  diamond: "M12 1.5 22.5 12 12 22.5 1.5 12z",
  triangle: "M12 2.2 22.6 20.8H1.4z",
  hexagon: "M12 1.6 21.2 6.8v10.4L12 22.4 2.8 17.2V6.8z",
  house: "M12 1.8 22 9.6v12.2H2V9.6z",
  pin: "M12 1.5a8.2 8.2 0 0 1 8.2 8.2C20.2 15.4 12 22.8 12 22.8S3.8 15.4 3.8 9.7A8.2 8.2 0 0 1 12 1.5z",
  line: "M2 17.5C8 17.5 8 6.5 14 6.5h8",
  area: "M3.5 7 11 3.5 20.5 6.5 21 17l-8.5 4L4 17.5z",
};

/** A canvas with the symbol, `size` CSS pixels wide. `paper` is the ground that rim and glyph take up. */
export const draw = (symbol, size, paper, ratio = Math.max(2, window.devicePixelRatio || 1)) => {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = Math.round(size * ratio);
  const pen = canvas.getContext("2d");
  pen.scale(canvas.width / 26, canvas.width / 26);
  pen.translate(1, 1);
  pen.lineJoin = pen.lineCap = "round";
  const outline = new Path2D(outlines[symbol.shape] || outlines.pin);
  const trace = (path, colour, width) => {
    pen.strokeStyle = colour;
    pen.lineWidth = width;
    pen.stroke(path);
  };
  if (symbol.shape === "line") {
    trace(outline, symbol.stroke, 7.5);
    trace(outline, symbol.colour, 4.5);
    return canvas;
  }
  pen.globalAlpha = symbol.opacity || 1;
  pen.fillStyle = symbol.colour;
  pen.fill(outline);
  pen.globalAlpha = 1;
  trace(outline, symbol.stroke || paper, 1.8);
  if (symbol.glyph) trace(new Path2D(symbol.glyph), paper, 1.9);
  return canvas;
};

/** The same as pixels for the map; drawn twice as fine, so that it stays sharp. */
export const image = (symbol, paper) => {
  const canvas = draw(symbol, 26, paper, 3);
  return canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
};
