import LageplanFeatures
import LageplanGeometry
import LageplanStore

/// A town small enough to know by heart: playgrounds on a grid near Wolfsburg, equipment on them, a park with a hole, a secret.
enum TestTown {
  /// 25 playgrounds, 5 by 5, a hundredth of a degree apart, from 10.70/52.40 on; `p11` is in column 1, row 1.
  static let playgrounds = CollectionDescriptor(
    id: "playgrounds", title: "Spielplätze", geometryKind: .point, storageCrs: .crs84,
    schema: Schema(properties: [
      PropertyDefinition(name: "name", kind: .text, title: "Name"),
      PropertyDefinition(name: "area", kind: .integer, title: "Fläche", unit: "m2"),
      PropertyDefinition(name: "opened", kind: .date, title: "Eröffnet"),
      PropertyDefinition(name: "fenced", kind: .boolean),
    ]))

  static let equipment = CollectionDescriptor(
    id: "equipment", title: "Spielgeräte", geometryKind: .point, storageCrs: .utm32,
    schema: Schema(properties: [
      PropertyDefinition(name: "kind", kind: .text, enumeration: ["Rutsche", "Schaukel"]),
      PropertyDefinition(name: "playground", kind: .text, title: "Spielplatz", reference: "playgrounds"),
    ]))

  static let parks = CollectionDescriptor(
    id: "parks", title: "Grünflächen", geometryKind: .polygon, storageCrs: .crs84,
    schema: Schema(properties: [PropertyDefinition(name: "name", kind: .text)]))

  static let secret = CollectionDescriptor(
    id: "secret", title: "Beschwerden", geometryKind: .point, storageCrs: .crs84,
    schema: Schema(properties: [PropertyDefinition(name: "complaint", kind: .text)]), isPublic: false)

  static func place(column: Int, row: Int) -> Coordinate {
    Coordinate(longitude: 10.70 + Double(column) / 100, latitude: 52.40 + Double(row) / 100)
  }

  static func fill(_ store: Store) throws {
    var grounds: [Feature] = []
    for row in 0..<5 {
      for column in 0..<5 {
        grounds.append(
          Feature(
            id: "p\(column)\(row)", geometry: .point(place(column: column, row: row)),
            values: [
              .text("Platz \(column)\(row) „Süd“ & <Ost>"), .integer(Int64(100 * row + column)),
              column == 0 ? .null : CalendarDate(iso: "2001-0\(column)-15").map { .date($0) } ?? .null, .boolean(row == 0),
            ]))
      }
    }
    grounds.append(Feature(id: "ohne Ort/ä", geometry: nil, values: [.text("Ohne Ort"), .null, .null, .null]))
    try add(grounds, playgrounds, store)
    let toUtm = try CoordinateTransform(from: .crs84, to: .utm32)
    let swing = try toUtm.transform(place(column: 1, row: 1))
    try add(
      [
        Feature(id: "e1", geometry: .point(swing), values: [.text("Schaukel"), .text("p11")]),
        Feature(
          id: "e2", geometry: .point(Coordinate(x: swing.x + 10, y: swing.y)), values: [.text("Rutsche"), .text("p11")]),
      ], equipment, store)
    let square = { (west: Double, south: Double, size: Double) in
      [
        Coordinate(x: west, y: south), Coordinate(x: west + size, y: south), Coordinate(x: west + size, y: south + size),
        Coordinate(x: west, y: south + size), Coordinate(x: west, y: south),
      ]
    }
    try add(
      [
        Feature(
          id: "park", geometry: .polygon([square(10.705, 52.405, 0.03), square(10.715, 52.415, 0.01)]),
          values: [.text("Park mit Teich")])
      ], parks, store)
    try add([Feature(id: "s1", geometry: .point(place(column: 0, row: 0)), values: [.text("Lärm")])], secret, store)
  }

  private static func add(_ features: [Feature], _ descriptor: CollectionDescriptor, _ store: Store) throws {
    var rest = features[...]
    _ = try store.importFeatures(into: descriptor) { rest.popFirst() }
    if !descriptor.isPublic { try store.updateCollection(descriptor) }
  }
}
