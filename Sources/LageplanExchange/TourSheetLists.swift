import LageplanFeatures
import LageplanGeometry
import LageplanPlanner

/// The pages about the whole plan: all tours on one map, and what is left out.
extension TourSheetComposer {
  mutating func composeOverview(_ tours: [TourMapDrawing.Tour]) throws(CancellationError) {
    let days = plan.routes.map(\.day)
    let span =
      plan.hasSeveralDays
      ? "\(phrases.longDay(days.min() ?? plan.day)) – \(phrases.longDay(days.max() ?? plan.day))" : phrases.longDay(plan.day)
    continuation = "\(title) · \(phrases.say("Fortsetzung", "continued"))"
    beginPage(bookmark: phrases.say("Übersicht", "Overview"))
    writeHeading(title, span, colour: .black)
    let figures = TourComparison.Figures(of: plan)
    writeFigures([
      (phrases.say("Touren", "Tours"), "\(figures.tours)"), (phrases.say("Halte", "Stops"), "\(figures.stops)"),
      (phrases.say("Objekte", "Objects"), "\(figures.visited)"),
      (phrases.say("Strecke", "Distance"), phrases.way(metres: figures.metres)),
      (phrases.say("Fahrzeit", "Driving"), phrases.span(seconds: figures.travel.value)),
      (phrases.say("Nicht eingeplant", "Left out"), "\(figures.leftOut)"),
    ])
    guard !tours.isEmpty else {
      write(
        phrases.say("Der Plan enthält keine Tour.", "The plan has no tour."), x: Self.left, width: Self.right - Self.left,
        size: 10)
      return
    }
    try writeMap(of: tours, height: 360)
    writeOverviewHeads()
    for tour in tours { writeOverviewRow(tour) }
  }

  private enum Column {
    static let name = left + 16
    static let day = left + 190
    static let time = left + 265
    static let stops = left + 385
    static let way = left + 440
    static let drive = right
  }

  private mutating func writeOverviewHeads() {
    y += 12
    let line = y
    let phrases = phrases
    draw { canvas in
      func head(_ text: String, _ x: Double, _ alignment: PdfCanvas.Alignment = .left) {
        canvas.text(text, at: Coordinate(x: x, y: line), .bold, size: 7.5, .grey, alignment)
      }
      head("Tour", Column.name)
      head(phrases.say("Tag", "Day"), Column.day)
      head(phrases.say("Von – bis", "From – to"), Column.time)
      head(phrases.say("Halte", "Stops"), Column.stops, .right)
      head(phrases.say("Strecke", "Distance"), Column.way, .right)
      head(phrases.say("Fahrzeit", "Driving"), Column.drive, .right)
      canvas.stroke(
        [Coordinate(x: Self.left, y: line + 4), Coordinate(x: Self.right, y: line + 4)], .black, width: 0.8)
    }
    y += 6
  }

  private mutating func writeOverviewRow(_ tour: TourMapDrawing.Tour) {
    makeRoom(18) { $0.writeOverviewHeads() }
    let (route, phrases) = (tour.route, phrases)
    let line = y + 12
    let name = shortened(plan.title(of: route), .bold, size: 9.5, width: Column.day - Column.name - 6)
    draw { canvas in
      canvas.fill(Envelope(minX: Self.left, minY: line - 8, maxX: Self.left + 9, maxY: line + 1), tour.colour)
      canvas.text(name, at: Coordinate(x: Column.name, y: line), .bold, size: 9.5)
      canvas.text(phrases.shortDay(route.day), at: Coordinate(x: Column.day, y: line), size: 9)
      canvas.text(
        "\(phrases.clock(route.departure)) – \(phrases.clock(route.arrival, seenFrom: route.day))",
        at: Coordinate(x: Column.time, y: line), size: 9)
      canvas.text("\(route.stops.count)", at: Coordinate(x: Column.stops, y: line), size: 9, .black, .right)
      canvas.text(phrases.way(metres: route.metres), at: Coordinate(x: Column.way, y: line), size: 9, .black, .right)
      canvas.text(phrases.span(seconds: route.seconds), at: Coordinate(x: Column.drive, y: line), size: 9, .black, .right)
      canvas.stroke([Coordinate(x: Self.left, y: line + 5), Coordinate(x: Self.right, y: line + 5)], .line, width: 0.5)
    }
    y = line + 6
  }

  // MARK: Left out

  /// Obstacles that a sheet has room for; the plan itself has them all.
  private static let mostObstacles = 6

  mutating func composeUnassigned() throws(CancellationError) {
    let heading = phrases.say("Nicht eingeplant", "Left out")
    continuation = "\(heading) · \(phrases.say("Fortsetzung", "continued"))"
    beginPage(bookmark: heading)
    let count = plan.unassigned.count
    let objects = count == 1 ? phrases.say("1 Objekt", "1 object") : phrases.say("\(count) Objekte", "\(count) objects")
    writeHeading(heading, objects, colour: .grey)
    let (x, width) = (Self.left + 16, Self.right - Self.left - 16)
    for entry in plan.unassigned {
      try goOn()
      let name = name(of: entry.visit, at: entry.location)
      var details = whereabouts(of: entry.visit, at: entry.location)
      if let due = entry.visit.due { details.append(phrases.say("fällig ", "due ") + phrases.shortDay(due)) }
      let message = entry.message.text(in: content.language)
      let obstacles = entry.obstacles.prefix(Self.mostObstacles).map { obstacle in
        let day = plan.hasSeveralDays ? ", \(phrases.shortDay(obstacle.day))" : ""
        return "\(plan.title(ofInspector: obstacle.inspector))\(day): \(obstacle.message.text(in: content.language))"
      }
      let needed =
        height(name, width: width, .bold, size: 10) + height(message, width: width, size: 9)
        + obstacles.reduce(18) { $0 + height($1, width: width - 8, size: 7.5) }
      makeRoom(min(needed, 400))
      let top = y
      draw { canvas in
        canvas.stroke(Envelope(minX: Self.left, minY: top + 3, maxX: Self.left + 9, maxY: top + 12), .black, width: 0.9)
      }
      write(name, x: x, width: width, .bold, size: 10)
      if !details.isEmpty { write(details.joined(separator: " · "), x: x, width: width, size: 7.5, .grey) }
      write(message, x: x, width: width, size: 9)
      for obstacle in obstacles { write("– " + obstacle, x: x + 8, width: width - 8, size: 7.5, .grey) }
      if entry.obstacles.count > Self.mostObstacles {
        let more = entry.obstacles.count - Self.mostObstacles
        write(
          phrases.say("– und \(more) weitere Schichten", "– and \(more) more shifts"), x: x + 8, width: width, size: 7.5, .grey)
      }
      y += 5
      let end = y
      draw { $0.stroke([Coordinate(x: Self.left, y: end), Coordinate(x: Self.right, y: end)], .line, width: 0.5) }
      y += 4
    }
  }
}
