import HTTPTypes
import Hummingbird
import LageplanFeatures
import LageplanTiles

/// A page for the eye: one collection as its tiles and its style give it, nothing around it.
struct PreviewController: Sendable {
  let application: LageplanApplication

  /// `/preview/{collection}`
  @Sendable func page(_ request: Request, _ context: LageplanRequestContext) throws -> Answer {
    let query = try RequestQuery(request.uri.query)
    try query.refuseUnknown(known: ["f"])
    try query.refuseFormats(otherThan: "html")
    let descriptor = try application.descriptor(try context.element("collectionId"), for: request)
    let variants = try application.styles.style(of: descriptor).variants
    return .html(PreviewPage(descriptor: descriptor, variants: variants, links: application.links(request)).page())
  }
}
