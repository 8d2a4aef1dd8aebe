/// What came of drawing one layer.
struct DrawnLayer {
  /// Its message among the bytes of the scratch; empty where nothing was drawn.
  var bytes = 0..<0
  var featureCount = 0
  var representedCount = 0
  var flaws: [TileFlaw] = []
  var flawCount = 0
  /// The message keeps the limit. Where it does not, drawing stopped and there are no bytes.
  var fits = true
}
