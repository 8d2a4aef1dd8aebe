import LageplanGeometry

/// The ways between a layer's storage system and the system of the tiles.
struct LayerFrame: Sendable {
  let toTile: CoordinateTransform
  private let toStorage: CoordinateTransform
  /// Where both systems mean something, in the system of the tiles; `nil`: everywhere.
  private let domain: Envelope?

  /// How far beyond a system's area of use features may lie and still be drawn, in degrees.
  /// Real registers overstep it: Bavaria east of 12° uses EPSG:25832.
  private static let overstep = 10.0

  init(storageCrs: CoordinateReferenceSystem, tileCrs: CoordinateReferenceSystem) throws(CrsError) {
    toTile = try CoordinateTransform(from: storageCrs, to: tileCrs)
    toStorage = try CoordinateTransform(from: tileCrs, to: storageCrs)
    guard !toTile.isIdentity, let area = try storageCrs.info().areaOfUse, area.minX <= area.maxX else {
      domain = nil
      return
    }
    let wider = Envelope(
      minX: max(-180, area.minX - Self.overstep), minY: max(-90, area.minY - Self.overstep),
      maxX: min(180, area.maxX + Self.overstep), maxY: min(90, area.maxY + Self.overstep))
    domain = try CoordinateTransform(from: .crs84, to: tileCrs).transform(wider)
  }

  /// What to ask the reader for: an envelope in the storage system around everything in `window`, which is in the tiles' system.
  /// `nil` where the storage system has no coordinates there, so that nothing can be.
  func storageWindow(of window: Envelope) throws(CrsError) -> Envelope? {
    guard !toStorage.isIdentity else { return window }
    var asked = window
    if let domain {
      guard let common = window.intersection(domain) else { return nil }
      asked = common
    }
    let result = try toStorage.transform(asked)
    return result.isEmpty ? nil : result
  }

  /// Which rows of a collection that lies in the tiles' system already may be drawn in a window.
  enum Scope {
    /// All that lie in the window.
    case all
    /// Those of them whose storage envelope meets this one: features far outside the storage system's area lie where it has no meaning.
    case meeting(Envelope)
    case none
  }

  /// The rule of ``storageWindow(of:)``, without its cost where it says nothing new: where the whole window lies in the domain.
  func scope(of window: Envelope) throws(CrsError) -> Scope {
    guard let domain, !domain.contains(window) else { return .all }
    guard let asked = try storageWindow(of: window) else { return .none }
    return .meeting(asked)
  }
}
