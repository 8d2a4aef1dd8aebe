import LageplanFeatures
import LageplanGeometry
import LageplanRouting

/// Draws the contours of one request as Valhalla's clients read them: the widest first.
struct ValhallaAreas {
  private let question: ValhallaRequest
  private let router: RoadRouter
  private let start: RoadSnap

  /// For contours without a colour of their own: from near (green) to far (red).
  private static let colours = ["40bf40", "8fbf40", "bfbf40", "bf8f40", "bf4040"]

  init(_ question: ValhallaRequest, router: RoadRouter, start: RoadSnap) {
    self.question = question
    self.router = router
    self.start = start
  }

  /// Throws `CancellationError` where nobody waits any longer.
  func document(isCancelled: () -> Bool) throws -> [UInt8] {
    var output = JSONWriter(reservingCapacity: 1 << 14)
    output.beginObject()
    output.member("type", "FeatureCollection")
    if let id = question.id { output.member("id", id) }
    output.key("features")
    output.beginArray()
    let reaches = router.reachable(from: start, withinEach: question.contours.map(\.limit), reverse: question.isReverse)
    for (index, (contour, reach)) in zip(question.contours, reaches).enumerated().reversed() {
      if isCancelled() { throw CancellationError() }
      let area = Self.denoised(
        try reach.area(accuracy: Metres(max(5, question.generalize ?? RoutingDocument.accuracy.value))).geometry,
        by: question.denoise)
      let shapes = question.polygons ? [area] : Self.borders(of: area)
      for shape in shapes { feature(shape, contour, index, to: &output) }
    }
    if question.showsLocations {
      for (type, place) in [("snapped", start.position), ("input", question.place)] {
        output.beginObject()
        output.member("type", "Feature")
        output.key("properties")
        output.value(["type": .text(type), "location_index": 0])
        output.key("geometry")
        output.geometry(type == "snapped" ? .multiPoint([place]) : .point(place))
        output.endObject()
      }
    }
    output.endArray()
    if !question.warnings.isEmpty {
      output.key("warnings")
      output.value(.array(question.warnings.map { ["code": 100, "text": .text($0)] }))
    }
    output.endObject()
    return output.bytes
  }

  private func feature(_ shape: Geometry, _ contour: ValhallaRequest.Contour, _ index: Int, to output: inout JSONWriter) {
    let step = question.contours.count > 1 ? Double(index) / Double(question.contours.count - 1) : 1
    let colour = "#" + (contour.color ?? Self.colours[Int(step * Double(Self.colours.count - 1))])
    output.beginObject()
    output.member("type", "Feature")
    output.key("properties")
    output.beginObject()
    output.member("contour", contour.time ?? contour.distance ?? 0)
    output.member("metric", contour.time == nil ? "distance" : "time")
    // Valhalla's names for the same, of several map libraries.
    for name in ["color", "fill", "fillColor"] { output.member(name, colour) }
    for name in ["opacity", "fill-opacity", "fillOpacity"] { output.member(name, 0.33) }
    output.endObject()
    output.key("geometry")
    output.geometry(shape)
    output.endObject()
  }

  // MARK: Shapes

  /// Without polygons that are smaller than `share` of the largest; one polygon that is left is no longer several.
  private static func denoised(_ area: Geometry, by share: Double) -> Geometry {
    guard area.kind == .multiPolygon else { return area }
    let polygons = area.polygonEnds.indices.map { index in
      area.rings(ofPolygon: index).map { Array(area.coordinates[area.part($0)]) }
    }
    let sizes = polygons.map { $0.first.map(Self.size) ?? 0 }
    let largest = sizes.max() ?? 0
    let kept = zip(polygons, sizes).filter { $1 >= share * largest }.map(\.0)
    return kept.count == 1 ? .polygon(kept[0]) : .multiPolygon(kept)
  }

  /// The area of a ring in square degrees: only compared.
  private static func size(_ ring: [Coordinate]) -> Double {
    abs(zip(ring, ring.dropFirst()).reduce(0) { $0 + ($1.0.x * $1.1.y - $1.1.x * $1.0.y) }) / 2
  }

  private static func borders(of area: Geometry) -> [Geometry] {
    area.partEnds.indices.map { .lineString(Array(area.coordinates[area.part($0)])) }
  }
}
