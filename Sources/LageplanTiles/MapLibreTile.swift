import LageplanGeometry

/// The second spelling of a vector tile: MapLibre Tile, version 1 (https://maplibre.org/maplibre-tile-spec/specification/), column by
/// column instead of feature by feature.
///
/// A tile is the sequence of its layers, each with its length, the tag 1, name, extent, the types of its columns, and their data as streams.
/// What is written are the stable parts: a column of ids, one of geometry (vertices as differences by component), one for each property
/// (whole numbers plain, as differences or as runs, whichever is shortest; texts plain or by a dictionary). Nothing of the tile is lost but
/// what columns cannot hold: a property whose values are of several types becomes the one that holds them all, at last text.
public enum MapLibreTile {
  public static let mediaType = "application/vnd.maplibre-tile"

  /// The same layers and features, in the same order. A layer in which a feature has no known geometry leaves that feature out.
  public static func encode(_ tile: DecodedTile) -> [UInt8] {
    var bytes: [UInt8] = []
    for layer in tile.layers {
      let body = encode(layer)
      guard !body.isEmpty else { continue }
      bytes.append(varint: UInt64(body.count + 1))
      bytes.append(1)
      bytes += body
    }
    return bytes
  }

  private static func encode(_ layer: DecodedLayer) -> [UInt8] {
    let features = layer.features.filter { $0.geometry.map { !$0.coordinates.isEmpty } ?? false }
    guard !features.isEmpty else { return [] }
    var columns: [MapLibreTileColumn] = []
    if let ids = MapLibreTileColumn(ids: features.map(\.id)) { columns.append(ids) }
    columns.append(MapLibreTileColumn(geometries: features.compactMap(\.geometry)))
    for (name, values) in properties(of: features) { columns.append(MapLibreTileColumn(name: name, values: values)) }

    var body: [UInt8] = []
    body.append(text: layer.name)
    body.append(varint: UInt64(layer.extent))
    body.append(varint: UInt64(columns.count))
    for column in columns { body += column.description }
    for column in columns { body += column.data }
    return body
  }

  /// Each property with its value in every feature, in the order in which the layer first names them.
  private static func properties(of features: [DecodedFeature]) -> [(name: String, values: [DecodedValue?])] {
    var places: [String: Int] = [:]
    var result: [(name: String, values: [DecodedValue?])] = []
    for (row, feature) in features.enumerated() {
      for property in feature.properties {
        let place: Int
        if let known = places[property.name] {
          place = known
        } else {
          place = result.count
          places[property.name] = place
          result.append((property.name, Array(repeating: nil, count: features.count)))
        }
        result[place].values[row] = property.value
      }
    }
    return result
  }
}

/// One column of a layer: its type and name, and its streams.
struct MapLibreTileColumn {
  /// Type code and, for properties, the name.
  var description: [UInt8]
  var data: [UInt8] = []

  /// The codes of column types (specification, "Column types"); one more says that values may be missing.
  private enum Code {
    static let id = 0
    static let longId = 2
    static let geometry = 4
    static let boolean = 10
    static let integer = 16
    static let longInteger = 20
    static let float = 24
    static let double = 26
    static let text = 28
    static let missing = 1
  }

  // MARK: Ids

  /// `nil` where no feature has an id.
  init?(ids: [UInt64?]) {
    let present = ids.compactMap(\.self)
    guard !present.isEmpty else { return nil }
    let isLong = present.contains { $0 > UInt64(UInt32.max) }
    let isMissing = present.count < ids.count
    description = []
    description.append(varint: UInt64((isLong ? Code.longId : Code.id) + (isMissing ? Code.missing : 0)))
    if isMissing { data += MapLibreTileStream.presence(ids.map { $0 != nil }) }
    data += MapLibreTileStream.integers(present, .data, isLong: isLong)
  }

  // MARK: Properties

  init(name: String, values: [DecodedValue?]) {
    let present = values.compactMap(\.self)
    let isMissing = present.count < values.count
    let presence = isMissing ? MapLibreTileStream.presence(values.map { $0 != nil }) : []
    let code: Int
    switch MapLibreTileValues(present) {
    case .booleans(let flags):
      code = Code.boolean
      data = presence + MapLibreTileStream.booleans(flags)
    case .integers(let numbers):
      let isShort = numbers.allSatisfy { Int32(exactly: $0) != nil }
      code = isShort ? Code.integer : Code.longInteger
      data = presence + MapLibreTileStream.signedIntegers(numbers, isLong: !isShort)
    case .floats(let numbers):
      code = Code.float
      data = presence + MapLibreTileStream.floats(numbers)
    case .doubles(let numbers):
      code = Code.double
      data = presence + MapLibreTileStream.doubles(numbers)
    case .texts(let texts):
      code = Code.text
      let streams = MapLibreTileStream.texts(texts)
      data.append(varint: UInt64(streams.count + (isMissing ? 1 : 0)))
      data += presence
      for stream in streams { data += stream }
    }
    description = []
    description.append(varint: UInt64(code + (isMissing ? Code.missing : 0)))
    description.append(text: name)
  }

  // MARK: Geometry

  /// Which lengths are written follows from the types in the column ("Length Stream Encoding Rules"): those of simple shapes are known.
  ///
  ///                     geometries        parts               rings
  ///     point           -                 -                   -
  ///     line            -                 vertices *          -
  ///     polygon         -                 rings               vertices of each
  ///     many of them    their number      as above, of each   as above, of each
  ///
  ///     * under rings where the column holds polygons too
  init(geometries: [Geometry]) {
    let types = geometries.map(Self.type)
    let hasPolygons = types.contains { $0 == 2 || $0 == 5 }
    var counts: [UInt64] = []
    var parts: [UInt64] = []
    var rings: [UInt64] = []
    var vertices: [UInt64] = []
    var last = (x: 0, y: 0)

    func put(_ positions: ArraySlice<Coordinate>) {
      for position in positions {
        let (x, y) = (Int(position.x), Int(position.y))
        vertices.append(zigzag(Int64(x - last.x)))
        vertices.append(zigzag(Int64(y - last.y)))
        last = (x, y)
      }
    }
    for (geometry, type) in zip(geometries, types) {
      switch type {
      case 0, 3:
        if type == 3 { counts.append(UInt64(geometry.coordinates.count)) }
        put(geometry.coordinates[...])
      case 1, 4:
        if type == 4 { counts.append(UInt64(geometry.partEnds.count)) }
        for line in geometry.partEnds.indices {
          let positions = geometry.coordinates[geometry.part(line)]
          if hasPolygons { rings.append(UInt64(positions.count)) } else { parts.append(UInt64(positions.count)) }
          put(positions)
        }
      default:
        if type == 5 { counts.append(UInt64(geometry.polygonEnds.count)) }
        for polygon in geometry.polygonEnds.indices {
          let members = geometry.rings(ofPolygon: polygon)
          parts.append(UInt64(members.count))
          for ring in members {
            // The last position, which repeats the first, is not written.
            let positions = geometry.coordinates[geometry.part(ring)].dropLast()
            rings.append(UInt64(positions.count))
            put(positions)
          }
        }
      }
    }
    var streams = [MapLibreTileStream.integers(types.map(UInt64.init), .data)]
    if !counts.isEmpty { streams.append(MapLibreTileStream.integers(counts, .geometryLengths)) }
    if !parts.isEmpty { streams.append(MapLibreTileStream.integers(parts, .partLengths)) }
    if !rings.isEmpty { streams.append(MapLibreTileStream.integers(rings, .ringLengths)) }
    streams.append(MapLibreTileStream.vertices(vertices))
    description = []
    description.append(varint: UInt64(Code.geometry))
    data.append(varint: UInt64(streams.count))
    for stream in streams { data += stream }
  }

  /// 0 point, 1 line, 2 polygon, 3 to 5 many of them. What has one part is simple, as it is in MVT.
  private static func type(_ geometry: Geometry) -> Int {
    switch geometry.kind {
    case .point: 0
    case .multiPoint: geometry.coordinates.count == 1 ? 0 : 3
    case .lineString: 1
    case .multiLineString: geometry.partEnds.count == 1 ? 1 : 4
    case .polygon: 2
    case .multiPolygon: geometry.polygonEnds.count == 1 ? 2 : 5
    // A tile has none: its members are features of their own.
    case .geometryCollection: 0
    }
  }
}

/// The values of a column, of the narrowest type that holds them all without loss.
private enum MapLibreTileValues {
  case booleans([Bool])
  case integers([Int64])
  case floats([Float])
  case doubles([Double])
  case texts([String])

  init(_ values: [DecodedValue]) {
    if let flags = Self.all(values, { if case .boolean(let flag) = $0 { flag } else { nil } }) {
      self = .booleans(flags)
    } else if let numbers = Self.all(values, { if case .integer(let number) = $0 { number } else { nil } }) {
      self = .integers(numbers)
    } else if let numbers = Self.all(values, { if case .float(let number) = $0 { number } else { nil } }) {
      self = .floats(numbers)
    } else if let numbers = Self.all(values, Self.double) {
      self = .doubles(numbers)
    } else {
      self = .texts(values.map(Self.text))
    }
  }

  private static func all<Value>(_ values: [DecodedValue], _ convert: (DecodedValue) -> Value?) -> [Value]? {
    var result: [Value] = []
    result.reserveCapacity(values.count)
    for value in values {
      guard let converted = convert(value) else { return nil }
      result.append(converted)
    }
    return result
  }

  private static func double(_ value: DecodedValue) -> Double? {
    switch value {
    case .float(let number): Double(number)
    case .double(let number): number
    case .integer(let number): Double(exactly: number)
    case .unsigned(let number): Double(exactly: number)
    case .text, .boolean: nil
    }
  }

  private static func text(_ value: DecodedValue) -> String {
    switch value {
    case .text(let text): text
    case .float(let number): "\(number)"
    case .double(let number): "\(number)"
    case .integer(let number): "\(number)"
    case .unsigned(let number): "\(number)"
    case .boolean(let flag): "\(flag)"
    }
  }
}
