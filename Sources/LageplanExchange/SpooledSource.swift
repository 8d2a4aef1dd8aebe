import LageplanFeatures
import LageplanGeometry

/// A source in fetched files, which are kept as long as it is, and whose records must be as many as the service promised, each once:
/// pages that shift while they are read would otherwise pass for features that are gone.
final class SpooledSource: FeatureSource {
  enum Service { case wfs, oapif }

  private let source: any FeatureSource
  private let folder: SpoolFolder
  private let expected: ClosedRange<Int>?
  private let service: Service?
  private var records = 0
  private var ids: Set<String> = []
  /// The first pass has come to its end: what it found holds for the next.
  private var isChecked = false

  init(_ source: any FeatureSource, folder: SpoolFolder, count: ClosedRange<Int>?, repeats service: Service?) {
    self.source = source
    self.folder = folder
    expected = count
    self.service = service
  }

  var name: String { source.name }
  var format: String { source.format }
  var columns: [SourceColumn] { source.columns }
  var hasGeometry: Bool { source.hasGeometry }
  var declaredCrs: DeclaredCrs { source.declaredCrs }
  var idRule: String? { source.idRule }
  var count: Int? { source.count }
  var encoding: EncodingFinding? { source.encoding }
  var position: SourcePosition { source.position }
  var featureId: String? { source.featureId }
  func value(of column: Int) -> PropertyValue { source.value(of: column) }
  func text(of column: Int) -> UnsafeRawBufferPointer? { source.text(of: column) }
  func geometry() throws -> Geometry? { try source.geometry() }

  func rewind() {
    records = 0
    ids = []
    source.rewind()
  }

  func advance() throws(ExchangeError) -> Bool {
    guard try source.advance() else {
      if !isChecked { try checkCount() }
      isChecked = true
      ids = []
      return false
    }
    records += 1
    if service != nil, !isChecked, let id = source.featureId, !ids.insert(id).inserted {
      throw .fetch(
        .incomplete(
          address: name, reason: "the feature \(id) came twice: the pages of the service overlap", remedy: remedy))
    }
    return true
  }

  private func checkCount() throws(ExchangeError) {
    guard let expected, !expected.contains(records) else { return }
    throw .fetch(
      .incomplete(
        address: name, reason: "\(records) features came of \(expected.upperBound) that the service says it has", remedy: remedy))
  }

  private var remedy: String {
    switch service {
    case .wfs: "Name a property with unique values to sort by, with --sort-by, or ask for all at once with a large --page-size"
    case .oapif, nil: "Run it again while the service is not being edited"
    }
  }
}
