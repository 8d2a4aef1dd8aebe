import LageplanFeatures
import LageplanGeometry
import LageplanRouting
import LageplanStore

/// What the collection of closures says: which streets are shut or slow, for whom, and from when to when.
///
/// An ordinary collection of lines or polygons (see `RoadClosure` for what each concerns). Its properties, all but `kind` optional: `kind` (`closed` or `slow`), `kmh` (with `slow`),
/// `profiles` (ids of profiles separated by commas; none: all), `validFrom` and `validTo` (days, both included, in the town's time; or
/// moments). What cannot be meant is left out and told: a closure, or only a word among its profiles.
struct ClosureBook: Sendable {
  struct Entry: Sendable {
    var id: String
    var closure: RoadClosure
    /// From this moment on; `nil`: always.
    var from: Instant?
    /// Until just before this moment; `nil`: without end.
    var until: Instant?
  }

  /// A closure that is left out, or what of it is.
  struct Fault: Sendable, Equatable {
    var id: String
    var reason: String
  }

  private(set) var entries: [Entry] = []
  private(set) var faults: [Fault] = []

  static let none = ClosureBook()

  private init() {}

  private static let names = ["kind", "kmh", "profiles", "validFrom", "validTo"]

  /// All closures of `collection`; none where there is no such collection. `profiles` are those that closures can name. Throws what the
  /// reader throws.
  init(_ collection: String, profiles: RoadProfileNames, from reader: StoreReader, town: TownTime) throws {
    guard let descriptor = try reader.collections().first(where: { $0.id == collection }) else { return }
    let properties = descriptor.schema.properties.filter { Self.names.contains($0.name) }
    let toDegrees = try CoordinateTransform(from: descriptor.storageCrs, to: .crs84)
    let query = FeatureQuery(collection: collection, properties: .named(properties.map(\.name)), after: 0)
    try reader.forEachRow(matching: query) { row in
      let id = String(decoding: row.id, as: UTF8.self)
      var values: [String: PropertyValue] = [:]
      for (index, property) in properties.enumerated() {
        values[property.name] = row.values[index].value(as: property.kind)
      }
      do {
        guard var shape = try row.geometry.map({ try Geometry(decoding: $0) }), !shape.isEmpty else {
          throw Unusable(reason: "it has no place; draw a line or a polygon")
        }
        try toDegrees.transform(&shape)
        try add(id, shape, values, profiles, town)
      } catch {
        faults.append(Fault(id: id, reason: "\(error)"))
      }
      return .next
    }
  }

  private struct Unusable: Error, CustomStringConvertible {
    var reason: String
    var description: String { reason }
  }

  private mutating func add(
    _ id: String, _ shape: Geometry, _ values: [String: PropertyValue], _ profiles: RoadProfileNames, _ town: TownTime
  ) throws(Unusable) {
    let from = try Self.moment("validFrom", values, town, isEnd: false)
    let until = try Self.moment("validTo", values, town, isEnd: true)
    if let from, let until, until <= from {
      throw Unusable(reason: "it ends before it begins; write a validTo that comes after validFrom")
    }
    let effect = try Self.effect(values)
    let words = (values["profiles"]?.spelling ?? "").split(separator: ",").map(\.trimmed).filter { !$0.isEmpty }
    // A closure for bicycles holds for nobody where none are routed, and that is as it should be.
    let known = words.filter { profiles.id(named: $0) != nil || RoadProfileNames.isUsual($0) }
    let unknown = words.filter { !known.contains($0) }.map { "\"\($0.prefix(40))\"" }.joined(separator: ", ")
    if !unknown.isEmpty {
      let reason = "profiles has \(unknown), which is no profile here; there are \(profiles.ids.joined(separator: ", "))"
      guard !known.isEmpty else { throw Unusable(reason: reason) }
      faults.append(Fault(id: id, reason: reason + "; for the others it holds"))
    }
    let closure = RoadClosure(geometry: shape, effect: effect, profiles: Set(known.map { profiles.id(named: $0) ?? $0 }))
    entries.append(Entry(id: id, closure: closure, from: from, until: until))
  }

  private static func effect(_ values: [String: PropertyValue]) throws(Unusable) -> RoadClosure.Effect {
    switch values["kind"]?.spelling ?? "" {
    case "closed", "": return .closed
    case "slow":
      guard let text = values["kmh"]?.spelling, let kmh = Double(text), (1...300).contains(kmh) else {
        throw Unusable(reason: "kind is slow, but kmh is no speed from 1 to 300; write one")
      }
      return .slow(kilometresPerHour: kmh)
    case let other: throw Unusable(reason: "kind is \"\(other.prefix(40))\"; write closed or slow")
    }
  }

  /// A day begins and ends at midnight in the town; a moment is itself.
  private static func moment(_ name: String, _ values: [String: PropertyValue], _ town: TownTime, isEnd: Bool) throws(Unusable)
    -> Instant?
  {
    guard let text = values[name]?.spelling, !text.isEmpty else { return nil }
    if let day = CalendarDate(iso: text) { return town.instant(on: isEnd ? day.adding(days: 1) : day, at: 0) }
    if let instant = Instant(iso: text) { return instant }
    throw Unusable(reason: "\(name) is \"\(text.prefix(40))\"; write a day such as 2026-12-01, or 2026-12-01T06:30:00Z")
  }

  // MARK: Time

  /// Those that hold at `now`.
  func active(at now: Instant) -> [Entry] {
    entries.filter { entry in entry.from.map { $0 <= now } ?? true && entry.until.map { now < $0 } ?? true }
  }

  /// When the next one begins or ends; `nil`: none does.
  func nextChange(after now: Instant) -> Instant? {
    entries.flatMap { [$0.from, $0.until] }.compactMap { $0 }.filter { $0 > now }.min()
  }
}
