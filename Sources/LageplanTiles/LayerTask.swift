import LageplanFeatures
import LageplanGeometry

/// One layer of one tile, about to be drawn.
struct LayerTask {
  let layer: TileLayer
  let placement: TilePlacement
  let frame: LayerFrame
  /// Written as tags, at this zoom.
  let properties: [PropertyDefinition]
  /// The values to be read: those to be written, then the status where it is none of them.
  let asked: [String]
  /// Where the status stands among `asked`, and its type.
  let statusAt: Int?
  let statusKind: PropertyKind
  /// In tile units; 0 keeps every vertex.
  let tolerance: Double
  /// How far the layer is thinned before anybody has counted bytes; `nil`: not at all.
  let level: ThinningLevel?

  /// A quarter of a pixel, where 4096 tile units are drawn over 512 pixels.
  private static let simplifiedTolerance = 2.0

  init(_ layer: TileLayer, _ frame: LayerFrame, _ placement: TilePlacement, zoom: Int) {
    self.layer = layer
    self.frame = frame
    self.placement = placement
    tolerance = zoom < layer.maxZoom ? Self.simplifiedTolerance : 0
    let settings = layer.settings
    guard layer.thinning == .automatic else {
      properties = layer.properties
      asked = properties.map(\.name)
      (statusAt, statusKind, level) = (nil, .text, nil)
      return
    }
    properties = layer.properties.filter { property in
      // The tags of counts are ours.
      property.name != TileSettings.countKey && zoom >= settings.propertyMinZooms[property.name] ?? 0
    }
    var asked = properties.map(\.name)
    statusAt = settings.statusProperty.map { status in
      if let known = asked.firstIndex(of: status) { return known }
      asked.append(status)
      return asked.count - 1
    }
    self.asked = asked
    statusKind = layer.properties.first { $0.name == settings.statusProperty }?.kind ?? .text
    level =
      zoom < settings.thinBelow ?? 0 ? (settings.grouping == .clusters ? .clusters : .representatives) : nil
  }

  // MARK: What is too small

  /// The shape as a member of a cell, where it is too small at `level` to be drawn for itself: its kind, its anchor in tile
  /// units, and its area. All is measured in the whole shape, so that every tile comes to the same end.
  func member(
    of shape: LentShape, at level: ThinningLevel, number: Int64, sequence: UInt32, status: UInt32
  ) -> ThinningGrid.Member? {
    var kind = ThinningGrid.Kind.point
    var area = 0.0
    let anchor: Coordinate
    switch shape.kind {
    case .point:
      guard let position = shape.coordinates.first else { return nil }
      anchor = position
    case .multiPoint, .geometryCollection:
      guard let centre = small(shape.envelope, at: level) else { return nil }
      anchor = shape.coordinates.count == 1 ? shape.coordinates[0] : centre
    case .lineString, .multiLineString:
      guard placement.units(ofLength: shape.length) < level.smallLength else { return nil }
      kind = .line
      anchor = shape.envelope.centre
    case .polygon, .multiPolygon:
      let measure = shape.areaAndLength
      area = placement.units(ofArea: measure.area)
      // Twice the area by the length of the outline is about the width: what is narrower than a unit may vanish by rounding.
      guard area < level.smallArea || 2 * area < placement.units(ofLength: measure.length) else { return nil }
      kind = .polygon
      anchor = shape.envelope.centre
    }
    return member(kind, at: anchor, area: area, number: number, sequence: sequence, status: status)
  }

  /// A geometry collection is gathered as a point where all of it is as small as one.
  func member(
    ofCollectionAround envelope: Envelope, at level: ThinningLevel, number: Int64, sequence: UInt32, status: UInt32
  ) -> ThinningGrid.Member? {
    guard let anchor = small(envelope, at: level) else { return nil }
    return member(.point, at: anchor, area: 0, number: number, sequence: sequence, status: status)
  }

  private func small(_ envelope: Envelope, at level: ThinningLevel) -> Coordinate? {
    guard !envelope.isEmpty, placement.units(ofLength: max(envelope.width, envelope.height)) < level.smallLength else {
      return nil
    }
    return envelope.centre
  }

  @inline(__always)
  private func member(
    _ kind: ThinningGrid.Kind, at anchor: Coordinate, area: Double, number: Int64, sequence: UInt32, status: UInt32
  ) -> ThinningGrid.Member {
    let place = placement.place(anchor)
    return ThinningGrid.Member(
      // A cluster is a point, whatever it stands for.
      kind: layer.settings.grouping == .clusters ? .point : kind, x: place.x, y: place.y, area: area, number: number,
      sequence: sequence, status: status)
  }
}
