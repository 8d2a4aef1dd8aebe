public import LageplanFeatures
import LageplanGeometry

/// Filters of every kind that CQL2 has, well-typed for the schema of the reader fixtures, with values of their data, so that many match.
public struct RandomFilter {
  private let fixture: ReaderFixture
  private var shapes: RandomShapes

  public init(_ fixture: ReaderFixture, seed: UInt64) {
    self.fixture = fixture
    shapes = RandomShapes(seed: Seed(seed))
  }

  private mutating func dice(_ sides: Int) -> Int { Int.random(in: 0..<sides, using: &shapes.seed) }

  private mutating func pick<T>(_ choices: [T]) -> T { choices[dice(choices.count)] }

  // MARK: Conditions

  public mutating func next(depth: Int = 3) -> FilterExpression {
    if depth > 0, dice(2) == 0 {
      switch dice(3) {
      case 0: return .not(next(depth: depth - 1))
      case 1: return .and((0..<2 + dice(2)).map { _ in next(depth: depth - 1) })
      default: return .or((0..<2 + dice(2)).map { _ in next(depth: depth - 1) })
      }
    }
    return predicate()
  }

  private mutating func predicate() -> FilterExpression {
    switch dice(14) {
    case 0, 1: return .comparison(number(2), pick(Self.comparisons), number(2))
    case 2: return .comparison(text(1), pick(Self.comparisons), text(1))
    case 3: return .comparison(time(), pick(Self.comparisons), time())
    case 4: return .comparison(truth(), pick(Self.comparisons), truth())
    case 5: return .like(text(1), pattern: pattern())
    case 6: return .between(number(1), number(1), number(1))
    case 7:
      switch dice(3) {
      case 0: return .isIn(text(1), (0..<1 + dice(4)).map { _ in text(1) })
      case 1: return .isIn(number(1), (0..<1 + dice(4)).map { _ in number(1) })
      default: return .isIn(time(), (0..<1 + dice(4)).map { _ in time() })
      }
    case 8: return .isNull(pick([text(1), number(1), time(), truth(), .property("geometry"), .condition(predicate())]))
    case 9: return .temporal(pick(TemporalRelation.allCases.filter(\.appliesToInstants)), anyTime(), anyTime())
    case 10: return .temporal(pick(TemporalRelation.allCases), interval(), interval())
    case 11: return .array(pick(ArrayRelation.allCases), array(), array())
    case 12: return spatial()
    default: return dice(4) == 0 ? .literal(dice(2) == 0) : .truth(.property("felled"))
    }
  }

  private static let comparisons = FilterExpression.Comparison.allCases

  // MARK: Scalars

  /// A value of the data for a property, or null now and then.
  private mutating func value(of property: String) -> FilterOperand {
    let index = fixture.descriptor.schema.index(of: property) ?? 0
    let values = fixture.features.map { $0.values[index] }.filter { !$0.isNull }
    return values.isEmpty ? .value(.integer(7)) : .value(pick(values))
  }

  private mutating func number(_ depth: Int) -> FilterOperand {
    if depth > 0, dice(4) == 0 {
      return .arithmetic(number(depth - 1), pick(ArithmeticOperator.allCases), number(depth - 1))
    }
    switch dice(5) {
    case 0: return .property("year")
    case 1: return .property(#"Höhe "über" NN"#)
    case 2: return fixture.features.isEmpty ? .value(.integer(3)) : value(of: "year")
    case 3: return fixture.features.isEmpty ? .value(.real(2.5)) : value(of: #"Höhe "über" NN"#)
    default: return .value(pick([.integer(0), .integer(2), .integer(-3), .real(0.5), .real(1e18), .integer(.max)]))
    }
  }

  private mutating func text(_ depth: Int) -> FilterOperand {
    if depth > 0, dice(3) == 0 { return dice(2) == 0 ? .caseFolded(text(0)) : .accentFolded(text(depth - 1)) }
    switch dice(4) {
    case 0, 1: return .property("name")
    case 2: return .property("id")
    default:
      return fixture.features.isEmpty ? .value(.text("Linde")) : value(of: "name")
    }
  }

  private mutating func pattern() -> FilterOperand {
    let text = pick(["%", "_%", "", "Lin%", "%e", "l_nde", "%\\%", "%r%", "_", "%'%", "a_", "stra%;--", "\\", "%_i%"])
    switch dice(4) {
    case 0: return .caseFolded(.value(.text(text)))
    case 1: return .accentFolded(.caseFolded(.value(.text(text))))
    default: return .value(.text(text))
    }
  }

  private mutating func truth() -> FilterOperand {
    switch dice(3) {
    case 0: .property("felled")
    case 1: .value(.boolean(dice(2) == 0))
    default: .condition(.isNull(property: "name"))
    }
  }

  private mutating func time() -> FilterOperand {
    switch dice(4) {
    case 0: return .property("planted")
    case 1: return .property("inspected")
    case 2: return .value(.date(CalendarDate(daysSince1970: Int32(20_000 + dice(20)))))
    default:
      return .value(.dateTime(Instant(millisecondsSince1970: 1_796_106_600_000 + Int64(dice(12)) * 250)))
    }
  }

  private mutating func bound(_ isInstant: Bool) -> FilterOperand {
    if dice(4) == 0 { return .unbounded }
    while true {
      let bound = time()
      switch bound {
      case .property(let name) where (name == "inspected") == isInstant: return bound
      case .value(.date) where !isInstant: return bound
      case .value(.dateTime) where isInstant: return bound
      default: continue
      }
    }
  }

  private mutating func interval() -> FilterOperand {
    let isInstant = dice(2) == 0
    return .interval(bound(isInstant), bound(isInstant))
  }

  private mutating func anyTime() -> FilterOperand { dice(2) == 0 ? time() : interval() }

  private mutating func array() -> FilterOperand {
    switch dice(4) {
    case 0, 1: .property("extra")
    default:
      .array(
        (0..<dice(3)).map { _ in
          pick([
            number(0), text(0), truth(), time(), .array([.value(.integer(1)), .value(.text("x"))]), .value(.integer(17)),
          ])
        })
    }
  }

  // MARK: Places

  private mutating func spatial() -> FilterExpression {
    let place = FilterOperand.property("geometry")
    let other = FilterOperand.geometry(area())
    if dice(4) == 0 {
      // The other geometry of a distance is in CRS84; those of the fixtures lie around 10.47° E, 52.34° N.
      let centre = Coordinate(longitude: 10.47 + Double(dice(100)) / 4000, latitude: 52.33 + Double(dice(100)) / 5000)
      let literal: Geometry =
        dice(2) == 0
        ? .point(centre) : .lineString([centre, Coordinate(longitude: centre.x + 0.01, latitude: centre.y + 0.004)])
      return .truth(.function("S_DWITHIN", [place, .geometry(literal), .value(.integer(Int64(dice(1500))))]))
    }
    let relation = pick(SpatialRelation.allCases)
    switch dice(8) {
    case 0: return .spatial(relation, other, place)
    case 1: return .spatial(relation, place, place)
    default: return .spatial(relation, place, other)
    }
  }

  /// Around a vertex of the data, or one of the geometries themselves.
  private mutating func area() -> Geometry {
    let placed = fixture.features.compactMap(\.geometry)
    guard !placed.isEmpty else { return .point(Coordinate(x: 600_000, y: 5_800_000)) }
    let known = pick(placed)
    let vertex = known.coordinates.first ?? Coordinate(x: 600_000, y: 5_800_000)
    let size = fixture.descriptor.storageCrs == .utm32 ? Double(1 + dice(400)) : Double(1 + dice(400)) / 70_000
    switch dice(6) {
    case 0: return known
    case 1: return .point(vertex)
    case 2: return .lineString([vertex, Coordinate(x: vertex.x + size, y: vertex.y + size / 3)])
    case 3: return .multiPoint([vertex, Coordinate(x: vertex.x + size, y: vertex.y)])
    default:
      let low = Coordinate(x: vertex.x - (dice(2) == 0 ? 0 : size / 2), y: vertex.y - size / 4)
      let high = Coordinate(x: low.x + size, y: low.y + size)
      return .polygon([[low, Coordinate(x: high.x, y: low.y), high, Coordinate(x: low.x, y: high.y), low]])
    }
  }
}
