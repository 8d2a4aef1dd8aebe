import CFreeType

/// Paints drawings: FreeType's rasteriser gives how much of each pixel an outline covers, exactly, and its stroker the outline of a line.
/// The library that draws our letters thus draws our icons as well.
struct SvgPainter {
  private let library: FreeTypeLibrary

  /// `nil` where no memory is left.
  init?() {
    guard let library = FreeTypeLibrary() else { return nil }
    self.library = library
  }

  /// The drawing with `ratio` pixels for one of its own.
  func image(of drawing: SvgDrawing, ratio: Int) -> PixelImage {
    var image = PixelImage(width: drawing.width * ratio, height: drawing.height * ratio)
    for shape in drawing.shapes {
      if let fill = shape.fill {
        var outline = Outline(isEvenOdd: shape.isEvenOdd)
        for contour in shape.path.contours { outline.add(contour, ratio: ratio, height: image.height) }
        paint(&outline, fill, on: &image)
      }
      if let stroke = shape.stroke, var outline = self.outline(of: shape.path, stroke, ratio: ratio, height: image.height) {
        paint(&outline, stroke.paint, on: &image)
      }
    }
    return image
  }

  private func paint(_ outline: inout Outline, _ paint: SvgDrawing.Paint, on image: inout PixelImage) {
    let (width, height) = (image.width, image.height)
    let coverage = outline.coverage(width: width, height: height, library: library)
    for at in coverage.indices where coverage[at] > 0 {
      image.blend(paint.colour, alpha: Double(coverage[at]) / 255 * paint.opacity, column: at % width, row: at / width)
    }
  }

  /// The outline around all lines of a path; `nil` where FreeType refuses, which it does for want of memory only.
  private func outline(of path: VectorPath, _ stroke: SvgDrawing.Stroke, ratio: Int, height: Int) -> Outline? {
    var made: FT_Stroker?
    guard FT_Stroker_New(library.handle, &made) == 0, let stroker = made else { return nil }
    defer { FT_Stroker_Done(stroker) }
    let cap: FT_Stroker_LineCap =
      switch stroke.cap {
      case .butt: FT_STROKER_LINECAP_BUTT
      case .round: FT_STROKER_LINECAP_ROUND
      case .square: FT_STROKER_LINECAP_SQUARE
      }
    let join: FT_Stroker_LineJoin =
      switch stroke.join {
      case .miter: FT_STROKER_LINEJOIN_MITER_FIXED
      case .round: FT_STROKER_LINEJOIN_ROUND
      case .bevel: FT_STROKER_LINEJOIN_BEVEL
      }
    FT_Stroker_Set(
      stroker, FT_Fixed((stroke.width * Double(ratio) * 32).rounded()), cap, join,
      FT_Fixed((stroke.miterLimit * 65_536).rounded()))
    var whole = Outline(isEvenOdd: false)
    for contour in path.contours where !contour.pieces.isEmpty {
      var line = Outline(isEvenOdd: false)
      line.add(contour, ratio: ratio, height: height)
      let isParsed = line.withOutline { FT_Stroker_ParseOutline(stroker, &$0, contour.isClosed ? 0 : 1) == 0 }
      guard isParsed else { return nil }
      whole.append(exportOf: stroker)
    }
    return whole
  }
}

/// An outline in FreeType's form: 26.6 fixed-point pixels, y upwards.
private struct Outline {
  private var points: [FT_Vector] = []
  private var tags: [CChar] = []
  private var ends: [Int16] = []
  private let isEvenOdd: Bool

  private static let onCurve: CChar = 1
  private static let cubicControl: CChar = 2

  init(isEvenOdd: Bool) { self.isEvenOdd = isEvenOdd }

  mutating func add(_ contour: VectorPath.Contour, ratio: Int, height: Int) {
    // FreeType counts points by 16 bits; no icon comes near.
    guard points.count + 3 * contour.pieces.count + 1 < Int(Int16.max) else { return }
    let scale = Double(ratio) * 64
    func place(_ point: VectorPath.Point, _ tag: CChar) {
      points.append(
        FT_Vector(x: FT_Pos((point.x * scale).rounded()), y: FT_Pos((Double(height * 64) - point.y * scale).rounded())))
      tags.append(tag)
    }
    place(contour.start, Self.onCurve)
    for piece in contour.pieces {
      switch piece {
      case .line(let end): place(end, Self.onCurve)
      case .curve(let first, let second, let end):
        place(first, Self.cubicControl)
        place(second, Self.cubicControl)
        place(end, Self.onCurve)
      }
    }
    ends.append(Int16(points.count - 1))
  }

  /// Takes what the stroker has made, and empties it.
  mutating func append(exportOf stroker: FT_Stroker) {
    defer { FT_Stroker_Rewind(stroker) }
    var (pointCount, contourCount): (FT_UInt, FT_UInt) = (0, 0)
    guard FT_Stroker_GetCounts(stroker, &pointCount, &contourCount) == 0, pointCount > 0,
      points.count + Int(pointCount) < Int(Int16.max)
    else { return }
    var (newPoints, newTags, newEnds) = (
      [FT_Vector](repeating: FT_Vector(), count: Int(pointCount)), [CChar](repeating: 0, count: Int(pointCount)),
      [Int16](repeating: 0, count: Int(contourCount))
    )
    newPoints.withUnsafeMutableBufferPointer { pointRoom in
      newTags.withUnsafeMutableBufferPointer { tagRoom in
        newEnds.withUnsafeMutableBufferPointer { endRoom in
          // Export appends behind what the counts say is there: nothing yet.
          var outline = FT_Outline(
            n_contours: 0, n_points: 0, points: pointRoom.baseAddress, tags: tagRoom.baseAddress, contours: endRoom.baseAddress,
            flags: 0)
          FT_Stroker_Export(stroker, &outline)
        }
      }
    }
    let offset = Int16(points.count)
    points += newPoints
    tags += newTags
    ends += newEnds.map { $0 + offset }
  }

  mutating func withOutline<T>(_ body: (inout FT_Outline) -> T) -> T {
    points.withUnsafeMutableBufferPointer { pointRoom in
      tags.withUnsafeMutableBufferPointer { tagRoom in
        ends.withUnsafeMutableBufferPointer { endRoom in
          var outline = FT_Outline(
            n_contours: Int16(endRoom.count), n_points: Int16(pointRoom.count), points: pointRoom.baseAddress,
            tags: tagRoom.baseAddress, contours: endRoom.baseAddress, flags: isEvenOdd ? Int32(FT_OUTLINE_EVEN_ODD_FILL) : 0)
          return body(&outline)
        }
      }
    }
  }

  /// How much of each pixel lies within, 0 to 255, row by row from the top.
  mutating func coverage(width: Int, height: Int, library: FreeTypeLibrary) -> [UInt8] {
    var pixels = [UInt8](repeating: 0, count: width * height)
    guard !points.isEmpty else { return pixels }
    pixels.withUnsafeMutableBufferPointer { room in
      var bitmap = FT_Bitmap()
      bitmap.rows = UInt32(height)
      bitmap.width = UInt32(width)
      bitmap.pitch = Int32(width)
      bitmap.buffer = room.baseAddress
      bitmap.num_grays = 256
      bitmap.pixel_mode = UInt8(FT_PIXEL_MODE_GRAY.rawValue)
      // Fails for want of memory only; then nothing is covered.
      _ = withOutline { FT_Outline_Get_Bitmap(library.handle, &$0, &bitmap) }
    }
    return pixels
  }
}
