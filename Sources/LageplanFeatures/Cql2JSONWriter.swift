import LageplanGeometry

extension FilterExpression {
  /// The condition as CQL2 JSON; reading it gives the same tree back. What CQL2 cannot spell is written as in ``cql2Text``.
  public var cql2JSON: JSONValue {
    switch self {
    case .literal(let value): .boolean(value)
    case .and(let parts): parts.count == 1 ? parts[0].cql2JSON : Self.list("and", parts, empty: true)
    case .or(let parts): parts.count == 1 ? parts[0].cql2JSON : Self.list("or", parts, empty: false)
    case .not(let part): .operation("not", [part.cql2JSON])
    case .comparison(let left, let comparison, let right):
      .operation(comparison.rawValue, [left.cql2JSON, right.cql2JSON])
    case .like(let operand, let pattern): .operation("like", [operand.cql2JSON, pattern.cql2JSON])
    case .between(let operand, let low, let high):
      .operation("between", [operand.cql2JSON, low.cql2JSON, high.cql2JSON])
    case .isIn(let operand, let list): .operation("in", [operand.cql2JSON, .array(list.map(\.cql2JSON))])
    case .isNull(let operand): .operation("isNull", [operand.cql2JSON])
    case .spatial(let relation, let a, let b): .operation(relation.cql2Name, [a.cql2JSON, b.cql2JSON])
    case .temporal(let relation, let a, let b): .operation(relation.rawValue, [a.cql2JSON, b.cql2JSON])
    case .array(let relation, let a, let b): .operation(relation.rawValue, [a.cql2JSON, b.cql2JSON])
    case .truth(let operand): operand.cql2JSON
    }
  }

  private static func list(_ name: String, _ parts: [FilterExpression], empty: Bool) -> JSONValue {
    parts.isEmpty ? .boolean(empty) : .operation(name, parts.map(\.cql2JSON))
  }
}

extension FilterOperand {
  /// The operand as CQL2 JSON.
  public var cql2JSON: JSONValue {
    switch self {
    case .property(let name): ["property": .text(name)]
    case .value(let value): Self.json(of: value)
    case .interval(let start, let end): ["interval": [Self.bound(start), Self.bound(end)]]
    case .unbounded: ".."
    case .geometry(let geometry): geometry.filterJSON
    case .box(let box): ["bbox": .array(box.numbers.map(JSONValue.real))]
    case .array(let elements): .array(elements.map(\.cql2JSON))
    case .arithmetic(let left, let sign, let right): .operation(sign.rawValue, [left.cql2JSON, right.cql2JSON])
    case .caseFolded(let inner): .operation("casei", [inner.cql2JSON])
    case .accentFolded(let inner): .operation("accenti", [inner.cql2JSON])
    case .function(let name, let arguments): .operation(name, arguments.map(\.cql2JSON))
    case .condition(let condition): condition.cql2JSON
    }
  }

  private static func json(of value: PropertyValue) -> JSONValue {
    switch value {
    case .null: .null
    case .text(let text), .json(let text): .text(text)
    case .integer(let value): .integer(value)
    case .real(let value): .real(value)
    case .boolean(let value): .boolean(value)
    case .date(let day): ["date": .text(day.iso)]
    case .dateTime(let instant): ["timestamp": .text(instant.iso)]
    }
  }

  private static func bound(_ operand: FilterOperand) -> JSONValue {
    switch operand {
    case .value(.date(let day)): .text(day.iso)
    case .value(.dateTime(let instant)): .text(instant.iso)
    default: operand.cql2JSON
    }
  }
}

extension JSONValue {
  fileprivate static func operation(_ name: String, _ arguments: [JSONValue]) -> JSONValue {
    ["op": .text(name), "args": .array(arguments)]
  }
}

extension Geometry {
  /// A GeoJSON geometry with all digits, as a filter has them. Measures are left away.
  fileprivate var filterJSON: JSONValue {
    switch kind {
    case .point: Self.object("Point", coordinates.isEmpty ? [] : position(0))
    case .lineString: Self.object("LineString", partEnds.isEmpty ? [] : positions(part(0)))
    case .polygon: Self.object("Polygon", .array(partEnds.indices.map { positions(part($0)) }))
    case .multiPoint: Self.object("MultiPoint", positions(coordinates.indices))
    case .multiLineString: Self.object("MultiLineString", .array(partEnds.indices.map { positions(part($0)) }))
    case .multiPolygon:
      Self.object(
        "MultiPolygon",
        .array(polygonEnds.indices.map { polygon in .array(rings(ofPolygon: polygon).map { positions(part($0)) }) }))
    case .geometryCollection: ["type": "GeometryCollection", "geometries": .array(members.map(\.filterJSON))]
    }
  }

  private static func object(_ type: String, _ coordinates: JSONValue) -> JSONValue {
    ["type": .text(type), "coordinates": coordinates]
  }

  private func positions(_ range: Range<Int>) -> JSONValue { .array(range.map(position)) }

  private func position(_ index: Int) -> JSONValue {
    let place = coordinates[index]
    return z.isEmpty ? [.real(place.x), .real(place.y)] : [.real(place.x), .real(place.y), .real(z[index])]
  }
}
