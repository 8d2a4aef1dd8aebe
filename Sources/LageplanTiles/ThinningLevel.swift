/// How far a layer is thinned: the side of a cell, and what is too small to be drawn for itself.
struct ThinningLevel {
  /// The side of a cell is two to this power, in tile units.
  let shift: Int32
  /// Nothing is drawn for itself: what is left where no cell is large enough for the byte budget.
  let gathersAll: Bool

  /// Four pixels of a tile drawn over 512: neighbouring symbols overlap below that.
  static let representatives = ThinningLevel(shift: 5, gathersAll: false)
  /// 32 pixels: a cluster's symbol and its number need that room.
  static let clusters = ThinningLevel(shift: 8, gathersAll: false)
  /// One pixel: where only the byte budget asks for thinning, as little as possible is left out.
  static let finest = ThinningLevel(shift: 3, gathersAll: false)

  private static let coarsestShift: Int32 = 12

  /// Twice the side; `nil` where there is nothing coarser.
  var coarser: ThinningLevel? {
    if gathersAll { return nil }
    if shift == Self.coarsestShift { return ThinningLevel(shift: shift, gathersAll: true) }
    return ThinningLevel(shift: shift + 1, gathersAll: false)
  }

  var side: Int32 { 1 << shift }
  /// In tile units: a pixel, in cells of four. Shorter lines are gathered.
  var smallLength: Double { gathersAll ? .infinity : Double(side) / 4 }
  /// In square tile units: a square pixel, in cells of four. Smaller polygons are gathered.
  var smallArea: Double { gathersAll ? .infinity : Double(side) * Double(side) / 16 }
  /// In tile units: what stays is simplified no finer than a quarter of a pixel, in cells of four.
  var tolerance: Double { Double(side) / 16 }
}
