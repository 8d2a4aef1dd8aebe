import LageplanFeatures
import LageplanGeometry
import LageplanPlanner

/// Sets a tour plan on pages, from top to bottom; what does not fit goes on the next page under the same heads.
struct TourSheetComposer {
  let plan: TourPlan
  let content: TourSheet.Content
  let phrases: TourPhrases
  let title: String
  private(set) var bookmarks: [(title: String, page: Int)] = []
  /// The page at work is the last.
  private(set) var pages: [PdfCanvas] = []
  /// Down to here the page is written.
  var y = 0.0
  /// What a page says on top that goes on with the one before.
  var continuation = ""
  private let typesetter: PdfTypesetter
  private let isCancelled: () -> Bool

  static let left = 42.5
  static let right = PdfCanvas.width - 42.5
  static let top = 44.0
  static let bottom = PdfCanvas.height - 50

  init(_ plan: TourPlan, _ content: TourSheet.Content, _ typesetter: PdfTypesetter, isCancelled: @escaping () -> Bool) {
    self.plan = plan
    self.content = content
    self.typesetter = typesetter
    self.isCancelled = isCancelled
    phrases = TourPhrases(language: content.language, time: plan.time)
    title = content.title ?? phrases.say("Tourenplan \(phrases.shortDay(plan.day))", "Tour plan \(phrases.shortDay(plan.day))")
  }

  // MARK: The document

  mutating func compose() throws(CancellationError) {
    let routes = plan.driven
    let tours = routes.enumerated().map { index, route in
      TourMapDrawing.Tour(route: route, colour: colour(of: route, at: index))
    }
    if tours.count != 1 { try composeOverview(tours) }
    for tour in tours { try composeTour(tour) }
    if !plan.unassigned.isEmpty { try composeUnassigned() }
  }

  /// To be called before what takes long: a map, and the look for the street next to a place.
  func goOn() throws(CancellationError) { if isCancelled() { throw CancellationError() } }

  /// An inspector has one colour on all days; the days of a single one have one each.
  private func colour(of route: TourPlan.Route, at index: Int) -> PdfColour {
    var inspectors: [String] = []
    for route in plan.routes where !inspectors.contains(route.inspector) { inspectors.append(route.inspector) }
    let number = inspectors.count == 1 ? index : inspectors.firstIndex(of: route.inspector) ?? index
    return TourMapDrawing.colours[number % TourMapDrawing.colours.count]
  }

  /// The pages with their feet, which tell how many there are.
  func finishedPages() -> [PdfCanvas] {
    pages.enumerated().map { index, page in
      var page = page
      let line = PdfCanvas.height - 30
      page.stroke([Coordinate(x: Self.left, y: line - 11), Coordinate(x: Self.right, y: line - 11)], .line, width: 0.6)
      let made = phrases.stamp(content.made)
      page.text(
        "Lageplan · \(title) · \(phrases.say("Stand", "as of")) \(made)", at: Coordinate(x: Self.left, y: line), size: 7.5, .grey,
        role: nil)
      page.text(
        phrases.say("Seite \(index + 1) von \(pages.count)", "Page \(index + 1) of \(pages.count)"),
        at: Coordinate(x: Self.right, y: line), size: 7.5, .grey, .right, role: nil)
      return page
    }
  }

  // MARK: Pages

  mutating func beginPage(bookmark: String) {
    pages.append(PdfCanvas(typesetter))
    bookmarks.append((bookmark, pages.count - 1))
    y = Self.top
  }

  /// Goes on a new page where less than `height` is left; `heads` are written again there. Answers whether it did.
  mutating func makeRoom(_ height: Double, heads: ((inout TourSheetComposer) -> Void)? = nil) {
    guard y + height > Self.bottom else { return }
    pages.append(PdfCanvas(typesetter))
    y = Self.top
    let continuation = continuation
    draw { $0.text(continuation, at: Coordinate(x: Self.left, y: Self.top), .bold, size: 10, role: nil) }
    y += 12
    heads?(&self)
  }

  mutating func draw(_ ink: (inout PdfCanvas) -> Void) { ink(&pages[pages.count - 1]) }

  /// Lines of text below one another, the first `y` its top.
  mutating func write(
    _ text: String, x: Double, width: Double, _ face: PdfTypesetter.Face = .regular, size: Double, _ colour: PdfColour = .black
  ) {
    for line in typesetter.lines(of: text, face, size: size, width: width) {
      y += 1.25 * size
      let baseline = y - 0.25 * size
      draw { $0.text(line, at: Coordinate(x: x, y: baseline), face, size: size, colour) }
    }
  }

  func height(_ text: String, width: Double, _ face: PdfTypesetter.Face = .regular, size: Double) -> Double {
    1.25 * size * Double(typesetter.lines(of: text, face, size: size, width: width).count)
  }

  func width(of text: String, _ face: PdfTypesetter.Face = .regular, size: Double) -> Double {
    typesetter.width(of: text, face, size: size)
  }

  func shortened(_ text: String, _ face: PdfTypesetter.Face = .regular, size: Double, width: Double) -> String {
    typesetter.shortened(text, face, size: size, width: width)
  }

  /// What people call it, else where it is, else what the register calls it.
  func name(of visit: TourPlan.Visit, at location: Coordinate?) -> String {
    visit.name ?? place(of: visit.feature, at: location) ?? visit.feature.description
  }

  /// Where it is and what the register calls it, as far as its name does not tell.
  func whereabouts(of visit: TourPlan.Visit, at location: Coordinate?) -> [String] {
    let name = name(of: visit, at: location)
    return [place(of: visit.feature, at: location), visit.feature.description].compactMap { $0 == name ? nil : $0 }
  }

  /// The address, else the street that is next to it.
  private func place(of feature: FeatureReference, at location: Coordinate?) -> String? {
    if let address = content.addresses[feature] { return address }
    return location.flatMap { content.map.street(near: $0) }.map { phrases.say("nahe ", "near ") + $0 }
  }

  // MARK: Heads

  mutating func writeHeading(_ heading: String, _ subheading: String, colour: PdfColour) {
    let (top, size) = (y, 21.0)
    let shown = shortened(heading, .bold, size: size, width: Self.right - Self.left - 14)
    draw { canvas in
      canvas.fill(Envelope(minX: Self.left, minY: top, maxX: Self.left + 5, maxY: top + 40), colour)
      canvas.text(shown, at: Coordinate(x: Self.left + 14, y: top + 18), .bold, size: size, role: .heading)
      canvas.text(subheading, at: Coordinate(x: Self.left + 14, y: top + 37), size: 12, .grey)
    }
    y = top + 50
  }

  /// Figures side by side: what they are, small, over what they say.
  mutating func writeFigures(_ figures: [(label: String, value: String)]) {
    let width = (Self.right - Self.left) / Double(max(1, figures.count))
    let top = y
    draw { canvas in
      canvas.fill(Envelope(minX: Self.left, minY: top, maxX: Self.right, maxY: top + 34), .band)
      for (index, figure) in figures.enumerated() {
        let x = Self.left + Double(index) * width + 8
        canvas.text(figure.label, at: Coordinate(x: x, y: top + 13), size: 7.5, .grey)
        canvas.text(figure.value, at: Coordinate(x: x, y: top + 26.5), .bold, size: 11)
      }
    }
    y = top + 43
  }

  mutating func writeMap(of tours: [TourMapDrawing.Tour], height: Double) throws(CancellationError) {
    try goOn()
    let box = Envelope(minX: Self.left, minY: y, maxX: Self.right, maxY: y + height)
    let drawing = TourMapDrawing(tours, on: content.map, in: box, phrases)
    var end = box.maxY
    let description =
      phrases.say("Karte der Touren: ", "Map of the tours: ") + tours.map { plan.title(of: $0.route) }.joined(separator: ", ")
    draw { canvas in
      canvas.figure(description) { canvas in
        drawing.draw(on: &canvas)
        end = drawing.drawLegend(below: box.maxY, on: &canvas)
      }
    }
    y = end + 4
  }
}
