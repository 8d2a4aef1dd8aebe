import LageplanFeatures
import LageplanGeometry

/// Drawing a layer from a collection that lies in memory, already in the frame of the tiles.
extension TileScratch {
  /// Draws what is drawn for itself, gathers the rest. Answers whether the layer keeps the limit so far.
  func scan(
    _ collection: ResidentCollection, _ frame: ResidentFrame, _ filter: ResidentFilter?, _ task: LayerTask,
    _ level: ThinningLevel?, _ limit: Int, _ isCancelled: () -> Bool
  ) throws -> Bool {
    let window = task.placement.buffered
    try noteDamage(in: collection, frame, filter, task)
    let statusColumn = task.statusColumn(in: collection)
    var storageWindow: Envelope?
    switch try task.frame.scope(of: window) {
    case .all: break
    case .meeting(let asked): storageWindow = asked
    case .none: return true
    }
    chunkStarts.removeAll()
    var start: UInt32 = 0
    for index in collection.chunks.indices {
      chunkStarts.append(start)
      let chunk = collection.chunks[index]
      defer { start &+= UInt32(truncatingIfNeeded: chunk.count) }
      guard frame.envelopes[index].intersects(window) else { continue }
      if isCancelled() { throw TileError.cancelled }
      let shapes = frame.shapes[index]
      if shapes.isPointsOnly {
        selection.select(pointsOf: shapes, task.placement)
      } else {
        selection.select(shapesOf: shapes, in: window)
      }
      if let storageWindow, !storageWindow.contains(chunk.envelope) { selection.keep(meeting: storageWindow, in: chunk) }
      if let filter { selection.keep(matching: filter, in: chunk) }
      if !shapes.isPointsOnly {
        for row in selection.rows {
          draw(
            chunk, shapes, Int(row), collection.dictionary, task, level, statusColumn, start &+ UInt32(truncatingIfNeeded: row))
        }
      } else if level == nil {
        layer.append(selection.rows, pointsOf: chunk, shapes, task.placement, in: collection.dictionary)
      } else {
        grid.add(selection.rows, pointsOf: chunk, shapes, task.placement, statusColumn: statusColumn, firstSequence: start)
      }
      if layer.byteCount > limit { return false }
    }
    chunkStarts.append(start)
    return true
  }

  /// Rows that cannot be drawn are told where their bytes say that they are.
  private func noteDamage(
    in collection: ResidentCollection, _ frame: ResidentFrame, _ filter: ResidentFilter?, _ task: LayerTask
  ) throws {
    guard !frame.damagedChunks.isEmpty, let window = try task.frame.storageWindow(of: task.placement.buffered) else { return }
    for index in frame.damagedChunks {
      for row in frame.shapes[index].damaged where row.storageEnvelope.intersects(window) {
        let chunk = collection.chunks[index]
        if filter?.matches(row.row, in: chunk) ?? true { note(row.reason, in: task, number: chunk.numbers[row.row]) }
      }
    }
  }

  // MARK: Rows that are not all points

  private func draw(
    _ chunk: ResidentChunk, _ rows: ResidentShapes, _ row: Int, _ dictionary: ValueDictionary, _ task: LayerTask,
    _ level: ThinningLevel?, _ statusColumn: Int?, _ sequence: UInt32
  ) {
    let number = chunk.numbers[row]
    let tolerance = max(task.tolerance, level?.tolerance ?? 0)
    do {
      guard rows.kinds[row] != GeometryKind.geometryCollection.rawValue else {
        return try drawCollection(chunk, row, dictionary, task, level, statusColumn, sequence, tolerance)
      }
      guard let shape = LentShape(row, of: rows) else { return }
      if let level,
        let member = task.member(
          of: shape, at: level, number: number, sequence: sequence, status: chunk.status(of: row, in: statusColumn))
      {
        _ = grid.add(member)
      } else if let type = try shapes.encode(shape, task.placement, tolerance: tolerance, into: &layer.geometry) {
        layer.setTags(of: chunk, at: row, in: dictionary)
        layer.appendFeature(number: number, type: type, represented: 1)
      }
    } catch {
      note("\(error)", in: task, number: number)
    }
  }

  /// A collection has no vertices of its own in memory: it is decoded when it is drawn.
  private func drawCollection(
    _ chunk: ResidentChunk, _ row: Int, _ dictionary: ValueDictionary, _ task: LayerTask, _ level: ThinningLevel?,
    _ statusColumn: Int?, _ sequence: UInt32,
    _ tolerance: Double
  ) throws {
    guard try decode(chunk, row, task) else { return }
    let number = chunk.numbers[row]
    if let level,
      let member = task.member(
        ofCollectionAround: geometry.envelope, at: level, number: number, sequence: sequence,
        status: chunk.status(of: row, in: statusColumn))
    {
      _ = grid.add(member)
    } else {
      var represented = 1
      try drawMembers(of: geometry, chunk, row, dictionary, task, tolerance, &represented)
    }
  }

  private func drawMembers(
    of collection: Geometry, _ chunk: ResidentChunk, _ row: Int, _ dictionary: ValueDictionary, _ task: LayerTask,
    _ tolerance: Double,
    _ represented: inout Int
  ) throws {
    for member in collection.members {
      if member.kind == .geometryCollection {
        try drawMembers(of: member, chunk, row, dictionary, task, tolerance, &represented)
      } else if let type = try member.withShape({
        try shapes.encode($0, task.placement, tolerance: tolerance, into: &layer.geometry)
      }) {
        if represented == 1 { layer.setTags(of: chunk, at: row, in: dictionary) }
        layer.appendFeature(number: chunk.numbers[row], type: type, represented: represented)
        represented = 0
      }
    }
  }

  /// The row's geometry in the tiles' frame; false where it has none.
  private func decode(_ chunk: ResidentChunk, _ row: Int, _ task: LayerTask) throws -> Bool {
    try withUnsafeTemporaryAllocation(byteCount: ResidentChunk.pointByteCount, alignment: 8) { room in
      guard let start = room.baseAddress, let bytes = chunk.geometry(ofRow: row, in: start) else { return false }
      try geometry.decode(bytes)
      try task.frame.toTile.transform(&geometry)
      return true
    }
  }

  // MARK: Cells

  /// Draws what represents the cells. Answers whether the layer keeps the limit.
  func drawCells(of collection: ResidentCollection, _ frame: ResidentFrame, _ task: LayerTask, _ limit: Int) -> Bool {
    let dictionary = collection.dictionary
    let isClustered = task.layer.settings.grouping == .clusters
    var at = 0
    let cells = grid.sortedCells()
    for (place, index) in cells.enumerated() {
      if foretellsTooMuch(after: place, of: cells.count, limit) { return false }
      let cell = grid.cells[Int(index)]
      if cell.count > 1, isClustered {
        drawCluster(cell) { dictionary.value(of: $0) }
      } else {
        while chunkStarts[at + 1] <= cell.sequence { at += 1 }
        let chunk = collection.chunks[at]
        let row = Int(cell.sequence - chunkStarts[at])
        guard
          let type = shapes.encode(
            cell, LentShape(row, of: frame.shapes[at]), task.placement, in: grid, into: &layer.geometry)
        else {
          continue
        }
        layer.setTags(of: chunk, at: row, in: dictionary)
        if cell.count > 1 { layer.putCounts(of: cell, in: grid) { dictionary.value(of: $0) } }
        layer.appendFeature(number: chunk.numbers[row], type: type, represented: Int(cell.count))
      }
      if layer.byteCount > limit { return false }
    }
    return true
  }
}

extension LayerTask {
  func statusColumn(in collection: ResidentCollection) -> Int? {
    guard statusAt != nil, let name = layer.settings.statusProperty else { return nil }
    return collection.column(of: name)
  }
}

extension ResidentChunk {
  /// What stands for a row's status in the cells: its entry.
  @inline(__always)
  func status(of row: Int, in column: Int?) -> UInt32 {
    guard let column else { return ThinningGrid.noStatus }
    let entry = values[column &* count &+ row]
    return entry == ValueDictionary.null ? ThinningGrid.noStatus : entry
  }
}

extension LentShape {
  /// A row's shape; `nil` among rows that are all points, and for a geometry collection.
  init?(_ row: Int, of rows: ResidentShapes) {
    guard !rows.isPointsOnly, let kind = GeometryKind(rawValue: rows.kinds[row]), kind != .geometryCollection else { return nil }
    func slice<T>(_ base: UnsafePointer<T>, _ starts: UnsafePointer<Int>) -> UnsafeBufferPointer<T> {
      UnsafeBufferPointer(start: base + starts[row], count: starts[row + 1] - starts[row])
    }
    self.init(
      kind: kind, coordinates: slice(rows.coordinates, rows.vertexStarts), partEnds: slice(rows.partEnds, rows.partStarts),
      polygonEnds: slice(rows.polygonEnds, rows.polygonStarts))
  }
}
