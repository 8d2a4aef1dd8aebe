public import LageplanGeometry

/// What a merge patch changes.
public struct FeaturePatch: Hashable, Sendable {
  /// In the storage system; `nil`: the geometry stays; `.some(nil)`: the feature has no place any more.
  public var geometry: Geometry??
  /// By index in the schema.
  public var values: [Int: PropertyValue] = [:]

  public init() {}
}
