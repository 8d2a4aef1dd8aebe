import LageplanFeatures

/// How points that stand for several are drawn: a disc that grows with their number, the number in it, and where states are counted
/// a second disc within, as large a part of the first as is alarming.
struct ClusterStyle {
  /// `source` and `source-layer` of the layers.
  var source: [(key: String, value: JSONValue)]
  var palette: StylePalette
  var hue: String
  /// The values whose counts call for somebody.
  var alarms: [String]

  /// From how many features on a disc has which radius in pixels. Classes with literal radii, since QGIS draws no radius that an
  /// expression of the data gives.
  private static let classes: [(from: Int64, below: Int64?, radius: Double)] = [
    (2, 10, 11), (10, 100, 14), (100, 1_000, 17), (1_000, 10_000, 20), (10_000, nil, 24),
  ]

  private static let count: JSONValue = ["get", .text(TileSettings.countKey)]

  var layers: [JSONValue] {
    var layers: [JSONValue] = []
    for each in Self.classes {
      layers.append(
        layer(
          "cluster-\(each.from)", "circle", filter: Self.filter(each),
          paint: [
            "circle-radius": .real(each.radius), "circle-color": .text(palette.paper), "circle-stroke-color": .text(hue),
            "circle-stroke-width": 2.5,
          ]))
    }
    guard !alarms.isEmpty else { return layers + [label] }
    let keys = alarms.map(TileSettings.statusKey)
    let share: JSONValue = [
      "/", .array(["+"] + keys.map { ["coalesce", ["get", .text($0)], 0] }), Self.count,
    ]
    let anyAlarm: JSONValue = .array(["any"] + keys.map { ["has", .text($0)] })
    for each in Self.classes {
      layers.append(
        layer(
          "cluster-alarm-\(each.from)", "circle", filter: ["all", anyAlarm, Self.filter(each)],
          // The area tells the share, hence the root; a small share is still to be seen around the number.
          paint: [
            "circle-radius": ["*", .real(each.radius), ["max", 0.45, ["sqrt", share]]], "circle-color": .text(palette.alarm),
            "circle-opacity": 0.55,
          ]))
    }
    return layers + [label]
  }

  private var label: JSONValue {
    layer(
      "cluster-count", "symbol", filter: ["has", .text(TileSettings.countKey)],
      layout: [
        "text-field": ["to-string", Self.count], "text-font": ["Noto Sans Bold"], "text-size": 11, "text-allow-overlap": true,
        "text-ignore-placement": true,
      ], paint: ["text-color": .text(palette.ink), "text-halo-color": .text(palette.paper), "text-halo-width": 1.2])
  }

  private static func filter(_ each: (from: Int64, below: Int64?, radius: Double)) -> JSONValue {
    let atLeast: JSONValue = [">=", count, .integer(each.from)]
    guard let below = each.below else { return ["all", ["has", .text(TileSettings.countKey)], atLeast] }
    return ["all", ["has", .text(TileSettings.countKey)], atLeast, ["<", count, .integer(below)]]
  }

  private func layer(
    _ suffix: String, _ type: JSONValue, filter: JSONValue, layout: JSONValue? = nil, paint: JSONValue
  ) -> JSONValue {
    let collection = source.last?.value.text ?? ""
    var members: [(key: String, value: JSONValue)] = [("id", .text("\(collection)-\(suffix)")), ("type", type)] + source
    members.append(("filter", filter))
    if let layout { members.append(("layout", layout)) }
    members.append(("paint", paint))
    return .object(members)
  }
}
