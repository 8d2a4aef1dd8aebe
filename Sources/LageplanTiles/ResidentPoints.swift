import LageplanFeatures
import LageplanGeometry

/// The two loops that run once for every point of a resident collection: no allocation, no reference count, no call that is not
/// inlined but for a value that the layer has not met yet.
extension LayerEncoder {
  /// Writes points of a chunk, all in the tile and its buffer, with their tags, each as a feature of its own.
  ///
  /// The bytes are those of ``appendFeature(number:type:represented:)``.
  mutating func append(
    _ rows: UnsafeBufferPointer<Int32>, pointsOf chunk: ResidentChunk, _ shapes: ResidentShapes, _ placement: TilePlacement,
    in dictionary: ValueDictionary
  ) {
    let points = shapes.points
    let numbers = chunk.numbers
    let tagCount = entries.columns.count
    // Ten bytes are more than any key and index take; 64 are more than the rest of a feature.
    tags.reserve(tagCount &* 10)
    for row in rows {
      let row = Int(row)
      let position = placement.place(points[row])
      features.reserve(tagCount &* 10 &+ 64)

      var tagEnd = tags.base
      for place in 0..<tagCount {
        let entry = chunk.values[entries.columns[place] &* chunk.count &+ row]
        if entry == ValueDictionary.null { continue }
        let index = entries.index(of: entry, in: dictionary)
        let key = UInt32(bitPattern: key(of: entries.names[place]))
        if key < 0x80 {
          tagEnd.storeBytes(of: UInt8(truncatingIfNeeded: key), as: UInt8.self)
          tagEnd += 1
        } else {
          write(varint: key, to: &tagEnd)
        }
        write(varint: index, to: &tagEnd)
      }
      let tagLength = tagEnd - tags.base

      let number = numbers[row]
      let point = quantise(position)
      let x = zigzag(point.x)
      let y = zigzag(point.y)
      let shapeLength = 1 &+ varintLength(UInt64(x)) &+ varintLength(UInt64(y))
      var length = 4 &+ shapeLength
      if number >= 0 { length &+= 1 &+ varintLength(UInt64(bitPattern: number)) }
      if tagLength > 0 { length &+= 1 &+ varintLength(UInt64(truncatingIfNeeded: tagLength)) &+ tagLength }

      var end = features.base + features.count
      write(byte: 0x12, to: &end)
      write(varint: UInt32(truncatingIfNeeded: length), to: &end)
      if number >= 0 {
        write(byte: 0x08, to: &end)
        write(varint: UInt64(bitPattern: number), to: &end)
      }
      if tagLength > 0 {
        write(byte: 0x12, to: &end)
        write(varint: UInt32(truncatingIfNeeded: tagLength), to: &end)
        copyWords(from: tags.base, to: end, tagLength)
        end += tagLength
      }
      // Type 1, point; then the packed geometry: one MoveTo.
      end.storeBytes(of: UInt32(0x22_01_18 | UInt32(truncatingIfNeeded: shapeLength) &<< 24).littleEndian, as: UInt32.self)
      end += 4
      write(byte: 9, to: &end)
      write(varint: x, to: &end)
      write(varint: y, to: &end)
      features.advance(to: end)
      featureCount &+= 1
      representedCount &+= 1
    }
  }
}

extension ThinningGrid {
  /// Counts points of a chunk.
  mutating func add(
    _ rows: UnsafeBufferPointer<Int32>, pointsOf chunk: ResidentChunk, _ shapes: ResidentShapes, _ placement: TilePlacement,
    statusColumn: Int?,
    firstSequence: UInt32
  ) {
    let points = shapes.points
    let statuses = statusColumn.map { chunk.values + $0 &* chunk.count }
    for row in rows {
      let row = Int(row)
      let position = placement.place(points[row])
      let entry = statuses.map { $0[row] } ?? ValueDictionary.null
      _ = add(
        Member(
          kind: .point, x: position.x, y: position.y, area: 0, number: chunk.numbers[row],
          sequence: firstSequence &+ UInt32(truncatingIfNeeded: row),
          status: entry == ValueDictionary.null ? Self.noStatus : entry))
    }
  }
}

// MARK: Bytes, where the room is reserved

@inline(__always)
private func write(byte: UInt8, to end: inout UnsafeMutableRawPointer) {
  end.storeBytes(of: byte, as: UInt8.self)
  end += 1
}

@inline(__always)
private func write(varint value: some FixedWidthInteger & UnsignedInteger, to end: inout UnsafeMutableRawPointer) {
  var rest = value
  while rest >= 0x80 {
    write(byte: UInt8(truncatingIfNeeded: rest) | 0x80, to: &end)
    rest &>>= 7
  }
  write(byte: UInt8(truncatingIfNeeded: rest), to: &end)
}

/// Copies a word at a time: up to 7 bytes further than `length`, which both sides keep allocated.
@inline(__always)
func copyWords(from source: UnsafeRawPointer, to target: UnsafeMutableRawPointer, _ length: Int) {
  var at = 0
  while at < length {
    target.storeBytes(of: source.loadUnaligned(fromByteOffset: at, as: UInt64.self), toByteOffset: at, as: UInt64.self)
    at &+= 8
  }
}
