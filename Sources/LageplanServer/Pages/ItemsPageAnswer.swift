import HTTPTypes
import Hummingbird
import LageplanFeatures
import LageplanStore

extension ItemsController {
  /// The page of a list: what a form sent is first turned into the address that a program would use; a fault is told at its field.
  func page(
    _ request: Request, _ context: LageplanRequestContext, _ asked: RequestQuery, of descriptor: CollectionDescriptor
  ) async throws -> Answer {
    let links = application.links(request)
    if request.isFromAPerson, let query = ItemsForm.cleaned(asked) {
      var answer = Answer(HtmlPage.mediaType, [])
      answer.status = .seeOther
      answer.headers[.location] = links.local("/collections/\(descriptor.id)/items") + (query.isEmpty ? "" : "?\(query)")
      return answer
    }
    let page = ItemsPage(descriptor: descriptor, query: asked, values: try application.values(for: request))
    do {
      let query = try asked["limit"] == nil ? RequestQuery(asked.replacing([("limit", "\(ItemsForm.defaultLimit)")])) : asked
      let question = try await CollectionQuery(
        query, of: descriptor, links: links, linkable: page.values.linkable, roads: try await application.roads(of: query),
        candidates: application.configuration.routing.candidates
      ).searched(in: application, for: context)
      let body = try await application.store.read { reader in try question.geoJSON(from: reader) }
      return .html(try page.page(body))
    } catch {
      guard let problem = ProblemMiddleware.known(error), problem.status.code < 500, request.isFromAPerson else {
        throw error
      }
      var answer = Answer.html(page.page(problem))
      answer.status = problem.status
      return answer
    }
  }
}

extension LageplanApplication {
  /// How values are written for the one who asks: references to what that visitor may not see are no links.
  func values(for request: Request) throws -> ValueMarkup {
    ValueMarkup(
      links: links(request), townTime: configuration.townTime, linkable: Set(try collections(for: request).map(\.id)))
  }
}
