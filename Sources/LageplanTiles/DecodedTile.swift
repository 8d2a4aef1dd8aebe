public import LageplanGeometry

/// A vector tile, read.
public struct DecodedTile: Hashable, Sendable {
  public var layers: [DecodedLayer]

  public subscript(name: String) -> DecodedLayer? { layers.first { $0.name == name } }
}

public struct DecodedLayer: Hashable, Sendable {
  public var name: String
  public var version: Int
  public var extent: Int
  public var features: [DecodedFeature]
}

public struct DecodedFeature: Hashable, Sendable {
  public var id: UInt64?
  public var properties: [DecodedProperty]
  /// In tile units, y downwards. `nil`: the tile says that the type is unknown.
  /// Polygons are grouped by winding: a ring of positive area begins one, rings of negative area are its holes.
  public var geometry: Geometry?

  public subscript(name: String) -> DecodedValue? { properties.first { $0.name == name }?.value }
}

public struct DecodedProperty: Hashable, Sendable {
  public var name: String
  public var value: DecodedValue
}

/// The value types of MVT 2.1, section 4.4; the three spellings of whole numbers fall together where Int64 holds them.
public enum DecodedValue: Hashable, Sendable {
  case text(String)
  case float(Float)
  case double(Double)
  case integer(Int64)
  /// Only above the largest `Int64`.
  case unsigned(UInt64)
  case boolean(Bool)
}
