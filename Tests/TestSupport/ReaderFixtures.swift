public import LageplanFeatures
import LageplanGeometry

/// A small collection that every reader is filled with.
public struct ReaderFixture: Sendable, CustomStringConvertible {
  public var descriptor: CollectionDescriptor
  /// With ids and numbers; a reader may give numbers of its own.
  public var features: [Feature]

  public init(descriptor: CollectionDescriptor, features: [Feature]) {
    self.descriptor = descriptor
    self.features = features
  }

  public var description: String { descriptor.id }
}

extension ReaderFixture {
  /// Points, lines, polygons with holes, multi geometries, mixed kinds with features without a place, degrees, nothing: all with properties
  /// of every kind, a quarter of them null.
  public static let all: [ReaderFixture] = [
    make("points", kind: .point, count: 400, seed: 1) { .point($0.place()) },
    make("lines", kind: .lineString, count: 150, seed: 2) { .lineString($0.walk(around: $0.place())) },
    make("polygons", kind: .polygon, count: 150, seed: 3) { .polygon($0.rings(around: $0.place())) },
    make("multi-points", kind: .multiPoint, count: 80, seed: 4) { shapes in
      .multiPoint((0..<Int.random(in: 1...5, using: &shapes.seed)).map { _ in shapes.place() })
    },
    make("multi-lines", kind: .multiLineString, count: 80, seed: 5) { shapes in
      .multiLineString((0..<Int.random(in: 1...3, using: &shapes.seed)).map { _ in shapes.walk(around: shapes.place()) })
    },
    make("multi-polygons", kind: .multiPolygon, count: 80, seed: 6) { $0.multiPolygon() },
    make("mixed", kind: nil, count: 200, seed: 7) { shapes in
      switch Int.random(in: 0..<5, using: &shapes.seed) {
      case 0: nil
      case 1: .point(shapes.place())
      case 2: .lineString(shapes.walk(around: shapes.place()))
      case 3: .polygon(shapes.rings(around: shapes.place()))
      default: shapes.multiPolygon()
      }
    },
    make("degrees", kind: .point, count: 150, seed: 8, crs: .wgs84) { shapes in
      let place = shapes.place()
      return .point(Coordinate(longitude: 10.5 + (place.x - 600_000) / 70_000, latitude: 52.4 + (place.y - 5_800_000) / 111_000))
    },
    make("empty", kind: .point, count: 0, seed: 9) { _ in nil },
  ]

  /// A property of each kind; the name of the second needs quotes in SQL.
  public static let schema = Schema(
    properties: [
      PropertyDefinition(name: "name", kind: .text), PropertyDefinition(name: #"Höhe "über" NN"#, kind: .real, unit: "m"),
      PropertyDefinition(name: "year", kind: .integer), PropertyDefinition(name: "felled", kind: .boolean),
      PropertyDefinition(name: "planted", kind: .date), PropertyDefinition(name: "inspected", kind: .dateTime),
      PropertyDefinition(name: "extra", kind: .json),
    ])

  private static func make(
    _ id: String, kind: GeometryKind?, count: Int, seed: UInt64, crs: CoordinateReferenceSystem = .utm32,
    shape: (inout RandomShapes) -> Geometry?
  ) -> ReaderFixture {
    var shapes = RandomShapes(seed: Seed(seed))
    var features: [Feature] = []
    for number in 0..<count {
      features.append(
        Feature(
          id: "\(id)/\(number * 7919 % 100_003)-ä", number: Int64(number + 1), geometry: shape(&shapes),
          values: values(&shapes.seed)))
    }
    let descriptor = CollectionDescriptor(
      id: id, title: "Fixture \(id)", geometryKind: kind, storageCrs: crs, schema: schema, featureCount: count)
    return ReaderFixture(descriptor: descriptor, features: features)
  }

  private static let names = [
    "Linde", "Eiche", "Ahorn", "", "linde", "O'Brien", "100 %", "\"quoted\"", "a\u{308}", "ä", "🌳", "Straße;--",
  ]

  private static func values(_ seed: inout Seed) -> [PropertyValue] {
    let all: [PropertyValue] = [
      .text(names.randomElement(using: &seed) ?? ""),
      .real(Double(Int.random(in: -40...400, using: &seed)) / 8),
      .integer([Int64(Int.random(in: 1900...2026, using: &seed)), .max, .min, 0].randomElement(using: &seed) ?? 0),
      .boolean(Bool.random(using: &seed)),
      .date(CalendarDate(daysSince1970: Int32.random(in: 20_000...20_020, using: &seed))),
      // With and without milliseconds, within few seconds: their spellings do not sort as text.
      .dateTime(Instant(millisecondsSince1970: 1_796_106_600_000 + Int64.random(in: 0...12, using: &seed) * 250)),
      .json([#"{"a":[1,2,null]}"#, "[]", #""text""#, "17"].randomElement(using: &seed) ?? "[]"),
    ]
    return all.map { Int.random(in: 0..<4, using: &seed) == 0 ? .null : $0 }
  }
}

/// Shapes within two kilometres of (600000, 5800000), on a grid of a quarter metre, so that borders are hit exactly now and then.
struct RandomShapes {
  var seed: Seed

  mutating func number(_ range: ClosedRange<Double>) -> Double {
    (Double.random(in: range, using: &seed) * 4).rounded() / 4
  }

  mutating func place() -> Coordinate { Coordinate(x: number(599_000...601_000), y: number(5_799_000...5_801_000)) }

  mutating func walk(around start: Coordinate) -> [Coordinate] {
    var line = [start]
    for _ in 0..<Int.random(in: 1...12, using: &seed) {
      let last = line[line.count - 1]
      line.append(Coordinate(x: last.x + number(-40...40), y: last.y + 1 + number(0...40)))
    }
    return line
  }

  /// A star-shaped ring, valid by its making, and sometimes a hole in it.
  mutating func rings(around centre: Coordinate, radius: ClosedRange<Double> = 20...120) -> [[Coordinate]] {
    let size = number(radius)
    // Eight directions, no trigonometry: the corners of a square and the middles of its sides.
    let directions: [(Double, Double)] = [(1, 0), (1, 1), (0, 1), (-1, 1), (-1, 0), (-1, -1), (0, -1), (1, -1)]
    var shell = directions.map { direction in
      let reach = size * Double.random(in: 0.6...1, using: &seed)
      return Coordinate(x: centre.x + (direction.0 * reach).rounded(), y: centre.y + (direction.1 * reach).rounded())
    }
    shell.append(shell[0])
    guard Bool.random(using: &seed) else { return [shell] }
    let inner = (size / 5).rounded(.down)
    var hole = [(1.0, 0.0), (0, -1), (-1, 0), (0, 1)].map { Coordinate(x: centre.x + $0.0 * inner, y: centre.y + $0.1 * inner) }
    hole.append(hole[0])
    return [shell, hole]
  }

  /// Polygons side by side, so that they do not overlap.
  mutating func multiPolygon() -> Geometry {
    let start = place()
    return .multiPolygon(
      (0..<Int.random(in: 1...3, using: &seed)).map { rings(around: Coordinate(x: start.x + Double($0) * 300, y: start.y)) })
  }
}
