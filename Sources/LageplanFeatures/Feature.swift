public import LageplanGeometry

/// A feature (Objekt), owned: what importers yield, editors send and tests write down.
public struct Feature: Hashable, Sendable {
  /// Stable and unique in its collection.
  public var id: String
  /// The integer that tiles carry; unique in the collection; 0 while the store has not given one.
  public var number: Int64
  /// In the collection's `storageCrs`; `nil`: a feature without a place.
  public var geometry: Geometry?
  /// One value per property of the collection's schema, in its order.
  public var values: [PropertyValue]

  public init(id: String, number: Int64 = 0, geometry: Geometry?, values: [PropertyValue]) {
    self.id = id
    self.number = number
    self.geometry = geometry
    self.values = values
  }
}
