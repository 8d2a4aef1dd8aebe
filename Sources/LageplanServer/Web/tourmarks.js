// What tells tours apart: a colour, a letter and a pattern for each inspector, and the pictures of stops on the map.
// White on every colour has a contrast of 4.5 at least, and who cannot tell two colours apart reads the letter.

const colours = ["#0067a5", "#b34700", "#00735a", "#8a2d72", "#6b5500", "#4338a8", "#a3242b", "#3d3d3d", "#006d7a"];

/** How the inspector of this number is shown; after nine the colours begin again, after three the pattern of the line changes. */
export const look = (index) => ({
  colour: colours[index % colours.length],
  letter: index < 26 ? String.fromCharCode(65 + index) : `${String.fromCharCode(64 + Math.floor(index / 26))}${String.fromCharCode(65 + (index % 26))}`,
  pattern: Math.floor(index / 3) % 3,
});

/**
 * The name of a picture: the map asks for it when it first needs it. The label is part of it, because the map draws all pictures before all
 * texts: the numbers of stops that cover each other would mingle.
 */
export const pictureOf = (shape, colour, mark = "plain", label = "") => `tour:${shape}:${colour}:${mark}:${label}`;

// In a box of 40 by 40, drawn twice as fine.
const side = 40;
const ratio = 2;

// A shape says what the colour cannot: a disc is free to move, a square is locked, a roof is where a tour begins.
const outlines = {
  disc: "M20 6a14 14 0 1 1 0 28 14 14 0 0 1 0-28z",
  locked: "M10 7h20a3 3 0 0 1 3 3v20a3 3 0 0 1-3 3H10a3 3 0 0 1-3-3V10a3 3 0 0 1 3-3z",
  depot: "M20 8 33 19v13H7V19z",
  left: "M20 9 33 31H7z",
  arrow: "M13 11 29 20 13 29z",
};

const write = (pen, label) => {
  pen.fillStyle = "#ffffff";
  pen.font = `700 ${label.length > 3 ? 9 : label.length > 2 ? 11 : 13}px "Noto Sans", "Open Sans", system-ui, sans-serif`;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillText(label, side / 2, side / 2 + 0.5);
};

/** The pixels of the picture with this name; null where it is none of ours. */
export const picture = (name) => {
  const [family, shape, colour, mark, label] = name.split(":");
  if (family !== "tour" || !outlines[shape]) return null;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = side * ratio;
  const pen = canvas.getContext("2d");
  pen.scale(ratio, ratio);
  pen.lineJoin = "round";
  const outline = new Path2D(outlines[shape]);
  const trace = (stroke, width, dash = []) => {
    pen.strokeStyle = stroke;
    pen.lineWidth = width;
    pen.setLineDash(dash);
    pen.stroke(outline);
  };
  if (mark === "changed") {
    trace("#14191c", 10);
    trace("#ffd24a", 7);
  }
  if (shape === "left") {
    trace("#ffffff", 7);
    pen.fillStyle = "#ffffff";
    pen.fill(outline);
    trace(colour, 3);
    pen.fillStyle = colour;
    pen.fillRect(18.6, 16, 2.8, 8);
    pen.fillRect(18.6, 26, 2.8, 2.8);
  } else {
    const [rim, body] = shape === "arrow" ? [colour, "#ffffff"] : ["#ffffff", colour];
    trace(rim, shape === "arrow" ? 7 : 4);
    pen.fillStyle = body;
    pen.fill(outline);
  }
  write(pen, label);
  return { pixels: pen.getImageData(0, 0, canvas.width, canvas.height), ratio };
};

/** A small sign of the tour for the list: its letter on its colour. The page's policy allows no style in markup; a picture may carry its colour. */
export const badge = ({ colour }, text, shape = "disc") => {
  const canvas = document.createElement("canvas");
  const size = 28;
  canvas.width = canvas.height = size * ratio;
  canvas.className = "badge";
  canvas.setAttribute("aria-hidden", "true");
  const pen = canvas.getContext("2d");
  pen.scale((size * ratio) / 28, (size * ratio) / 28);
  pen.translate(-6, -6);
  pen.fillStyle = colour;
  pen.fill(new Path2D(outlines[shape]));
  write(pen, text);
  return canvas;
};
