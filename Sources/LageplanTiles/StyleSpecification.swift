/// The words of the style specification, version 8 (https://maplibre.org/maplibre-style-spec/): layer types, their properties with the
/// values that these take, operators of expressions. A test compares the tables with the specification's own.
enum StyleSpecification {
  /// What a property takes, apart from expressions and functions.
  enum Kind: Hashable, Sendable {
    case boolean, colour, text
    /// One number or several, one colour or several.
    case numbers, colours
    /// An array of a fixed meaning.
    case list
    case number(from: Double = -.infinity, to: Double = .infinity)
    case word([String])
  }

  /// One part of a layer's look.
  enum Part: String, Hashable, Sendable, CaseIterable { case layout, paint }

  static func properties(_ part: Part, of type: String) -> [String: Kind]? {
    part == .layout ? layout[type] : paint[type]
  }

  static let layerTypes = Set(paint.keys)
  static let layerMembers: Set = [
    "id", "type", "metadata", "source", "source-layer", "minzoom", "maxzoom", "filter", "layout", "paint",
  ]

  /// The kinds of sources, each with what it must have.
  static let sources: [String: Set<String>] = [
    "vector": ["type"],
    "raster": ["type"],
    "raster-dem": ["type"],
    "geojson": ["data", "type"],
    "video": ["coordinates", "type", "urls"],
    "image": ["coordinates", "type", "url"],
  ]

  /// What each type of layer draws from; `background` draws from nothing.
  static let sourcesOfLayers: [String: Set<String>] = [
    "fill": ["vector", "geojson"], "line": ["vector", "geojson"], "symbol": ["vector", "geojson"],
    "circle": ["vector", "geojson"],
    "heatmap": ["vector", "geojson"], "fill-extrusion": ["vector", "geojson"], "raster": ["raster", "image", "video"],
    "hillshade": ["raster-dem"], "color-relief": ["raster-dem"],
  ]

  static let operators: Set = [
    "!", "!=", "%", "*", "+", "-", "/", "<", "<=", "==", ">", ">=", "^", "abs", "accumulated", "acos", "all", "any", "array",
    "asin", "at", "atan", "boolean", "case", "ceil", "coalesce", "collator", "concat", "cos", "distance", "downcase", "e",
    "elevation", "feature-state", "floor", "format", "geometry-type", "get", "global-state", "has", "heatmap-density", "id",
    "image", "in", "index-of", "interpolate", "interpolate-hcl", "interpolate-lab", "is-supported-script", "join", "length",
    "let", "line-progress", "literal", "ln", "ln2", "log10", "log2", "match", "max", "min", "number", "number-format", "object",
    "pi", "properties", "resolved-locale", "rgb", "rgba", "round", "semiliteral", "sin", "slice", "split", "sqrt", "step",
    "string", "tan", "to-boolean", "to-color", "to-number", "to-rgba", "to-string", "typeof", "upcase", "var", "within", "zoom",
  ]
  /// Of filters written before there were expressions.
  static let filterOperators: Set = ["==", "!=", ">", ">=", "<", "<=", "in", "!in", "all", "any", "none", "has", "!has"]

  private static let layout: [String: [String: Kind]] = [
    "fill": [
      "fill-sort-key": .number(),
      "visibility": .word(["visible", "none"]),
    ],
    "line": [
      "line-cap": .word(["butt", "round", "square"]),
      "line-join": .word(["bevel", "round", "miter"]),
      "line-miter-limit": .number(),
      "line-round-limit": .number(),
      "line-sort-key": .number(),
      "visibility": .word(["visible", "none"]),
    ],
    "symbol": [
      "symbol-placement": .word(["point", "line", "line-center"]),
      "symbol-spacing": .number(from: 1),
      "symbol-avoid-edges": .boolean,
      "symbol-sort-key": .number(),
      "symbol-z-order": .word(["auto", "viewport-y", "source"]),
      "icon-allow-overlap": .boolean,
      "icon-overlap": .word(["never", "always", "cooperative"]),
      "icon-ignore-placement": .boolean,
      "icon-optional": .boolean,
      "icon-rotation-alignment": .word(["map", "viewport", "auto"]),
      "icon-size": .number(from: 0),
      "icon-text-fit": .word(["none", "width", "height", "both"]),
      "icon-text-fit-padding": .list,
      "icon-image": .text,
      "icon-rotate": .number(),
      "icon-padding": .numbers,
      "icon-keep-upright": .boolean,
      "icon-offset": .list,
      "icon-anchor": .word(["center", "left", "right", "top", "bottom", "top-left", "top-right", "bottom-left", "bottom-right"]),
      "icon-pitch-alignment": .word(["map", "viewport", "auto"]),
      "text-pitch-alignment": .word(["map", "viewport", "auto"]),
      "text-rotation-alignment": .word(["map", "viewport", "viewport-glyph", "auto"]),
      "text-field": .text,
      "text-font": .list,
      "text-size": .number(from: 0),
      "text-max-width": .number(from: 0),
      "text-line-height": .number(),
      "text-letter-spacing": .number(),
      "text-justify": .word(["auto", "left", "center", "right"]),
      "text-radial-offset": .number(),
      "text-variable-anchor": .list,
      "text-variable-anchor-offset": .list,
      "text-anchor": .word(["center", "left", "right", "top", "bottom", "top-left", "top-right", "bottom-left", "bottom-right"]),
      "text-max-angle": .number(),
      "text-writing-mode": .list,
      "text-rotate": .number(),
      "text-padding": .number(from: 0),
      "text-keep-upright": .boolean,
      "text-transform": .word(["none", "uppercase", "lowercase"]),
      "text-offset": .list,
      "text-allow-overlap": .boolean,
      "text-overlap": .word(["never", "always", "cooperative"]),
      "text-ignore-placement": .boolean,
      "text-optional": .boolean,
      "visibility": .word(["visible", "none"]),
    ],
    "circle": [
      "circle-sort-key": .number(),
      "visibility": .word(["visible", "none"]),
    ],
    "heatmap": [
      "visibility": .word(["visible", "none"])
    ],
    "fill-extrusion": [
      "visibility": .word(["visible", "none"]),
      "fill-extrusion-rounded-corner-distance": .number(from: 0),
    ],
    "raster": [
      "visibility": .word(["visible", "none"])
    ],
    "hillshade": [
      "visibility": .word(["visible", "none"])
    ],
    "color-relief": [
      "visibility": .word(["visible", "none"])
    ],
    "background": [
      "visibility": .word(["visible", "none"])
    ],
  ]

  private static let paint: [String: [String: Kind]] = [
    "fill": [
      "fill-antialias": .boolean,
      "fill-opacity": .number(from: 0, to: 1),
      "fill-layer-opacity": .number(from: 0, to: 1),
      "fill-color": .colour,
      "fill-outline-color": .colour,
      "fill-translate": .list,
      "fill-translate-anchor": .word(["map", "viewport"]),
      "fill-pattern": .text,
    ],
    "line": [
      "line-opacity": .number(from: 0, to: 1),
      "line-layer-opacity": .number(from: 0, to: 1),
      "line-color": .colour,
      "line-translate": .list,
      "line-translate-anchor": .word(["map", "viewport"]),
      "line-width": .number(from: 0),
      "line-gap-width": .number(from: 0),
      "line-offset": .number(),
      "line-blur": .number(from: 0),
      "line-dasharray": .list,
      "line-pattern": .text,
      "line-gradient": .colour,
    ],
    "symbol": [
      "icon-opacity": .number(from: 0, to: 1),
      "icon-color": .colour,
      "icon-halo-color": .colour,
      "icon-halo-width": .number(from: 0),
      "icon-halo-blur": .number(from: 0),
      "icon-translate": .list,
      "icon-translate-anchor": .word(["map", "viewport"]),
      "text-opacity": .number(from: 0, to: 1),
      "text-color": .colour,
      "text-halo-color": .colour,
      "text-halo-width": .number(from: 0),
      "text-halo-blur": .number(from: 0),
      "text-translate": .list,
      "text-translate-anchor": .word(["map", "viewport"]),
    ],
    "circle": [
      "circle-radius": .number(from: 0),
      "circle-color": .colour,
      "circle-blur": .number(),
      "circle-opacity": .number(from: 0, to: 1),
      "circle-translate": .list,
      "circle-translate-anchor": .word(["map", "viewport"]),
      "circle-pitch-scale": .word(["map", "viewport"]),
      "circle-pitch-alignment": .word(["map", "viewport"]),
      "circle-stroke-width": .number(from: 0),
      "circle-stroke-color": .colour,
      "circle-stroke-opacity": .number(from: 0, to: 1),
    ],
    "heatmap": [
      "heatmap-radius": .number(from: 1),
      "heatmap-weight": .number(from: 0),
      "heatmap-intensity": .number(from: 0),
      "heatmap-color": .colour,
      "heatmap-opacity": .number(from: 0, to: 1),
    ],
    "fill-extrusion": [
      "fill-extrusion-opacity": .number(from: 0, to: 1),
      "fill-extrusion-color": .colour,
      "fill-extrusion-translate": .list,
      "fill-extrusion-translate-anchor": .word(["map", "viewport"]),
      "fill-extrusion-pattern": .text,
      "fill-extrusion-height": .number(from: 0),
      "fill-extrusion-base": .number(from: 0),
      "fill-extrusion-vertical-gradient": .boolean,
    ],
    "raster": [
      "raster-opacity": .number(from: 0, to: 1),
      "raster-hue-rotate": .number(),
      "raster-brightness-min": .number(from: 0, to: 1),
      "raster-brightness-max": .number(from: 0, to: 1),
      "raster-saturation": .number(from: -1, to: 1),
      "raster-contrast": .number(from: -1, to: 1),
      "resampling": .word(["linear", "nearest"]),
      "raster-resampling": .word(["linear", "nearest"]),
      "raster-fade-duration": .number(from: 0),
    ],
    "hillshade": [
      "hillshade-illumination-direction": .numbers,
      "hillshade-illumination-altitude": .numbers,
      "hillshade-illumination-anchor": .word(["map", "viewport"]),
      "hillshade-exaggeration": .number(from: 0, to: 1),
      "hillshade-shadow-color": .colours,
      "hillshade-highlight-color": .colours,
      "hillshade-accent-color": .colour,
      "hillshade-method": .word(["standard", "basic", "combined", "igor", "multidirectional"]),
      "resampling": .word(["linear", "nearest"]),
    ],
    "color-relief": [
      "color-relief-opacity": .number(from: 0, to: 1),
      "color-relief-color": .colour,
      "resampling": .word(["linear", "nearest"]),
    ],
    "background": [
      "background-color": .colour,
      "background-pattern": .text,
      "background-opacity": .number(from: 0, to: 1),
    ],
  ]
}
