import LageplanFeatures
import LageplanGeometry

/// Drawing a layer from rows that a reader lends.
extension TileScratch {
  /// Draws what is drawn for itself, gathers the rest. Answers whether the layer keeps the limit so far.
  func scan(
    _ reader: any FeatureReading, _ task: LayerTask, _ level: ThinningLevel?, _ limit: Int, _ isCancelled: () -> Bool
  ) throws -> Bool {
    guard let window = try task.frame.storageWindow(of: task.placement.buffered) else { return true }
    statuses.removeAll()
    let query = FeatureQuery(
      collection: task.layer.collection, spatial: .envelope(window), filter: task.layer.filter, properties: .named(task.asked),
      // By rising number from the first there is: equal data give equal bytes.
      after: .min, asOf: task.layer.asOf)
    var sequence: UInt32 = 0
    var fits = true
    try reader.forEachRow(matching: query) { row in
      if isCancelled() { throw TileError.cancelled }
      guard let bytes = row.geometry else { return .next }
      // The header of a SpatiaLite BLOB tells the envelope without parsing; in WKB it would be as dear as decoding.
      if bytes.encoding == .spatiaLite, let envelope = bytes.envelope(), !envelope.intersects(window) { return .next }
      sequence &+= 1
      do {
        try geometry.decode(bytes)
        try task.frame.toTile.transform(&geometry)
        if let level, let member = member(row, task, level, sequence) {
          if let slot = grid.add(member) { keep(row, in: Int(slot), member.kind) }
        } else {
          try draw(row, task, max(task.tolerance, level?.tolerance ?? 0))
        }
      } catch {
        note("\(error)", in: task, number: row.number)
      }
      fits = layer.byteCount <= limit
      return fits ? .next : .stop
    }
    return fits
  }

  // MARK: For itself

  private func draw(_ row: borrowing FeatureRow, _ task: LayerTask, _ tolerance: Double) throws {
    if geometry.kind == .geometryCollection {
      var represented = 1
      try drawMembers(of: geometry, row, task, tolerance, &represented)
    } else if let type = try geometry.withShape({
      try shapes.encode($0, task.placement, tolerance: tolerance, into: &layer.geometry)
    }) {
      layer.setTags(id: row.id, row.values)
      layer.appendFeature(number: row.number, type: type, represented: 1)
    }
  }

  /// A collection has no type in a tile: each member becomes a feature with the same number and properties.
  private func drawMembers(
    of collection: Geometry, _ row: borrowing FeatureRow, _ task: LayerTask, _ tolerance: Double, _ represented: inout Int
  ) throws {
    for member in collection.members {
      if member.kind == .geometryCollection {
        try drawMembers(of: member, row, task, tolerance, &represented)
      } else if let type = try member.withShape({
        try shapes.encode($0, task.placement, tolerance: tolerance, into: &layer.geometry)
      }) {
        // Only the first stands for the feature.
        if represented == 1 { layer.setTags(id: row.id, row.values) }
        layer.appendFeature(number: row.number, type: type, represented: represented)
        represented = 0
      }
    }
  }

  // MARK: Gathered

  private func member(
    _ row: borrowing FeatureRow, _ task: LayerTask, _ level: ThinningLevel, _ sequence: UInt32
  ) -> ThinningGrid.Member? {
    let status = status(of: row, task)
    if geometry.kind == .geometryCollection {
      return task.member(
        ofCollectionAround: geometry.envelope, at: level, number: row.number, sequence: sequence, status: status)
    }
    return geometry.withShape { task.member(of: $0, at: level, number: row.number, sequence: sequence, status: status) }
  }

  private func status(of row: borrowing FeatureRow, _ task: LayerTask) -> UInt32 {
    guard let at = task.statusAt, at < row.values.count else { return ThinningGrid.noStatus }
    return statuses.index(of: row.values[at], as: task.statusKind) ?? ThinningGrid.noStatus
  }

  private func keep(_ row: borrowing FeatureRow, in slot: Int, _ kind: ThinningGrid.Kind) {
    while keptRows.count <= slot { keptRows.append(KeptRow()) }
    keptRows[slot].keep(row, geometry: kind != .point)
  }

  /// Draws what represents the cells. Answers whether the layer keeps the limit.
  func drawCells(_ task: LayerTask, _ limit: Int) -> Bool {
    let cells = grid.sortedCells()
    for (place, index) in cells.enumerated() {
      if foretellsTooMuch(after: place, of: cells.count, limit) { return false }
      let cell = grid.cells[Int(index)]
      if cell.count > 1, task.layer.settings.grouping == .clusters {
        drawCluster(cell) { statusValue($0) }
      } else {
        keptRows[Int(cell.slot)].lend { row in
          guard let type = encode(cell, row, task) else { return }
          layer.setTags(id: row.id, row.values)
          if cell.count > 1 { layer.putCounts(of: cell, in: grid) { statusValue($0) } }
          layer.appendFeature(number: row.number, type: type, represented: Int(cell.count))
        }
      }
      if layer.byteCount > limit { return false }
    }
    return true
  }

  /// Whether the first eighth of many cells has taken so much that all will be a quarter too large, at least: then the rest need not
  /// be tried. (What they share, their values, is met early: the whole is rather smaller than eight times its first part.)
  func foretellsTooMuch(after drawn: Int, of count: Int, _ limit: Int) -> Bool {
    drawn == count / 8 && count >= 1024 && layer.byteCount > limit / 32 * 5
  }

  private func statusValue(_ status: UInt32) -> LentValue { TileValueSpelling.value(at: statuses.spelling(of: status)) }

  private func encode(_ cell: ThinningGrid.Cell, _ row: borrowing FeatureRow, _ task: LayerTask) -> MvtGeometryType? {
    guard cell.kind != ThinningGrid.Kind.point.rawValue, let bytes = row.geometry else {
      return shapes.encode(cell, nil, task.placement, in: grid, into: &layer.geometry)
    }
    do {
      try geometry.decode(bytes)
      try task.frame.toTile.transform(&geometry)
    } catch {
      // It was decoded before, from the same bytes.
      return nil
    }
    return geometry.withShape { shapes.encode(cell, $0, task.placement, in: grid, into: &layer.geometry) }
  }

  /// One point in the middle, with counts only.
  func drawCluster(_ cell: ThinningGrid.Cell, status: (UInt32) -> LentValue) {
    guard shapes.encode(middleOf: cell, into: &layer.geometry) else { return }
    layer.clearTags()
    layer.putCounts(of: cell, in: grid, status: status)
    layer.appendFeature(number: -1, type: .point, represented: Int(cell.count))
  }
}
