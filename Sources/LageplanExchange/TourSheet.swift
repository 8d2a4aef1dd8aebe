public import LageplanFeatures
import LageplanGeometry
public import LageplanPlanner

/// A tour plan as a printable sheet: PDF, A4. Each tour begins a page, with its map, its stops in their order with a box to tick, and room for
/// notes; several tours have an overview before them. What is left out, and why, comes last.
public enum TourSheet {
  public static let mediaType = "application/pdf"

  /// What stands on a sheet beside the plan.
  public struct Content: Sendable {
    /// The name of the plan, on every page.
    public var title: String?
    public var language: TourLanguage
    /// What lies under the tours.
    public var map: TourMap
    /// Where a register knows them; see ``TourAddresses``.
    public var addresses: [FeatureReference: String]
    /// When the sheet was made; stands at the foot of the page.
    public var made: Instant

    public init(
      title: String? = nil, language: TourLanguage = .german, map: TourMap = .blank, addresses: [FeatureReference: String] = [:],
      made: Instant
    ) {
      self.title = title
      self.language = language
      self.map = map
      self.addresses = addresses
      self.made = made
    }
  }

  /// The sheet's bytes: same plan and content, same bytes. Throws ``ExchangeError/unsuitableFormat(_:reason:)`` where this machine has no font to write with,
  /// and `CancellationError` where `isCancelled`, which is asked before each map and each stop, says so.
  public static func encode(
    _ plan: TourPlan, _ content: Content, isCancelled: @escaping () -> Bool = { false }
  ) throws -> [UInt8] {
    let typesetter: PdfTypesetter
    do {
      typesetter = try PdfTypesetter()
    } catch {
      throw ExchangeError.unsuitableFormat("PDF", reason: "\(error)")
    }
    var sheet = TourSheetComposer(plan, content, typesetter, isCancelled: isCancelled)
    try sheet.compose()
    return PdfDocument.encode(
      pages: sheet.finishedPages(), bookmarks: sheet.bookmarks, title: sheet.title, language: content.language.rawValue,
      typesetter: typesetter)
  }
}
