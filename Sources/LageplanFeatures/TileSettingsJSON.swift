/// Tile settings as a JSON object: how the database keeps them, and how documents and commands tell them.
///
///     {"thinBelow": 14, "grouping": "clusters", "statusProperty": "state", "propertyMinZooms": {"height": 16}, "byteBudget": 500000}
extension TileSettings {
  /// All settings; `thinBelow` and `statusProperty` are `null` where there is none.
  public var document: JSONValue {
    let zooms = propertyMinZooms.sorted { $0.key < $1.key }.map { (key: $0.key, value: JSONValue.integer(Int64($0.value))) }
    return [
      "thinBelow": thinBelow.map { .integer(Int64($0)) } ?? .null, "grouping": .text(grouping.rawValue),
      "statusProperty": statusProperty.map { .text($0) } ?? .null, "propertyMinZooms": .object(zooms),
      "byteBudget": .integer(Int64(byteBudget)),
    ]
  }

  /// Reads a document; what it does not name has its default, so that files of earlier programs stay readable.
  /// Throws ``TileSettingsError`` for a name or a value that is none.
  public init(_ document: JSONValue) throws(TileSettingsError) {
    guard let members = document.object else {
      throw TileSettingsError("the tile settings", found: document, wanted: "a JSON object")
    }
    self.init()
    for (key, value) in members {
      switch key {
      case "thinBelow":
        thinBelow = value.isNull ? nil : try Self.whole(value, of: key)
      case "grouping":
        guard let named = value.text.flatMap(Grouping.init) else {
          throw TileSettingsError(key, found: value, wanted: Grouping.allCases.map(\.rawValue).joined(separator: " or "))
        }
        grouping = named
      case "statusProperty":
        guard value.isNull || value.text != nil else {
          throw TileSettingsError(key, found: value, wanted: "the name of a property, or null")
        }
        statusProperty = value.text
      case "propertyMinZooms":
        guard let zooms = value.object else {
          throw TileSettingsError(key, found: value, wanted: "an object with a zoom for each property")
        }
        for (name, zoom) in zooms { propertyMinZooms[name] = try Self.whole(zoom, of: "\(key).\(name)") }
      case "byteBudget":
        byteBudget = try Self.whole(value, of: key)
      default:
        throw TileSettingsError(
          key, found: value, wanted: "thinBelow, grouping, statusProperty, propertyMinZooms or byteBudget as a name")
      }
    }
  }

  private static func whole(_ value: JSONValue, of key: String) throws(TileSettingsError) -> Int {
    guard let number = value.integer.flatMap({ Int(exactly: $0) }) else {
      throw TileSettingsError(key, found: value, wanted: "a whole number")
    }
    return number
  }

  /// Zooms that a setting may name: those of collections, and the one above, below which everything lies.
  public static let zooms = 0...25
  /// Below the least a tile could hardly hold a layer's names; the largest is more than any map should load.
  public static let byteBudgets = 10_000...50_000_000

  /// Throws ``TileSettingsError`` for a zoom or budget out of range, and for a property that `schema` lacks.
  public func check(with schema: Schema) throws(TileSettingsError) {
    if let thinBelow, !Self.zooms.contains(thinBelow) {
      throw TileSettingsError("thinBelow", found: .integer(Int64(thinBelow)), wanted: "a zoom from 0 to 25")
    }
    guard Self.byteBudgets.contains(byteBudget) else {
      throw TileSettingsError("byteBudget", found: .integer(Int64(byteBudget)), wanted: "10000 to 50000000 bytes")
    }
    let names = schema.properties.map(\.name).joined(separator: ", ")
    if let statusProperty, schema[statusProperty] == nil {
      throw TileSettingsError("statusProperty", found: .text(statusProperty), wanted: "one of the properties \(names)")
    }
    for (name, zoom) in propertyMinZooms.sorted(by: { $0.key < $1.key }) {
      guard schema[name] != nil else {
        throw TileSettingsError("propertyMinZooms", found: .text(name), wanted: "one of the properties \(names)")
      }
      guard Self.zooms.contains(zoom) else {
        throw TileSettingsError("propertyMinZooms.\(name)", found: .integer(Int64(zoom)), wanted: "a zoom from 0 to 25")
      }
    }
  }
}

/// A tile setting that cannot be.
public struct TileSettingsError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The member of the document.
  public var setting: String
  /// What stands there, shortened.
  public var found: String
  /// What could.
  public var wanted: String

  init(_ setting: String, found: JSONValue, wanted: String) {
    self.setting = setting
    self.found = found.excerpt()
    self.wanted = wanted
  }

  public var description: String { "\(setting) is \(found); wanted is \(wanted)" }
}
