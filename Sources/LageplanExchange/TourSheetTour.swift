import LageplanFeatures
import LageplanGeometry
import LageplanPlanner

/// The pages of one tour: its figures, its map, its stops.
extension TourSheetComposer {
  /// Where the columns of the list begin.
  private enum Column {
    static let number = left + 9
    static let time = left + 26
    static let box = left + 92
    static let what = left + 108
    static let minutes = right - 118
    static let notes = right - 108
    static let whatWidth = minutes - what - 36
  }

  mutating func composeTour(_ tour: TourMapDrawing.Tour) throws(CancellationError) {
    let route = tour.route
    let heading = "Tour \(plan.title(of: route))"
    continuation = "\(heading) · \(phrases.shortDay(route.day)) · \(phrases.say("Fortsetzung", "continued"))"
    beginPage(bookmark: "\(heading), \(phrases.shortDay(route.day))")
    writeHeading(heading, phrases.longDay(route.day), colour: tour.colour)
    writeFigures(figures(of: route))
    try writeMap(of: [tour], height: 318)
    writeListHeads()
    writeEnd(phrases.say("Abfahrt am Start", "Leave the start"), route.departure, route.day)
    var breaks = route.breaks.enumerated().makeIterator()
    var pause = breaks.next()
    for (index, stop) in route.stops.enumerated() {
      try goOn()
      while let next = pause, next.element.afterStops <= index {
        write(next.element, route.day)
        pause = breaks.next()
      }
      if index < route.legs.count { writeLeg(route.legs[index]) }
      write(stop, number: index + 1, tour)
    }
    while let next = pause {
      write(next.element, route.day)
      pause = breaks.next()
    }
    if let leg = route.legs.last, route.legs.count > route.stops.count { writeLeg(leg) }
    writeEnd(phrases.say("Ankunft am Ziel", "Reach the end"), route.arrival, route.day)
    writeSignature()
  }

  func figures(of route: TourPlan.Route) -> [(label: String, value: String)] {
    let service = route.stops.reduce(0) { $0 + $1.visits.reduce(0) { $0 + $1.service.value } }
    let pauses = route.breaks.reduce(0) { $0 + Int(($1.end.millisecondsSince1970 - $1.begin.millisecondsSince1970) / 1000) }
    var figures = [
      (
        phrases.say("Von – bis", "From – to"),
        "\(phrases.clock(route.departure)) – \(phrases.clock(route.arrival, seenFrom: route.day))"
      ),
      (phrases.say("Halte", "Stops"), "\(route.stops.count)"),
      (phrases.say("Strecke", "Distance"), phrases.way(metres: route.metres)),
      (phrases.say("Fahrzeit", "Driving"), phrases.span(seconds: route.seconds)),
      (phrases.say("Vor Ort", "On site"), phrases.span(seconds: service)),
    ]
    if pauses > 0 { figures.append((phrases.say("Pause", "Break"), phrases.span(seconds: pauses))) }
    return figures
  }

  // MARK: The list

  private mutating func writeListHeads() {
    y += 12
    let line = y
    let phrases = phrases
    draw { canvas in
      func head(_ text: String, _ x: Double, _ alignment: PdfCanvas.Alignment = .left) {
        canvas.text(text, at: Coordinate(x: x, y: line), .bold, size: 7.5, .grey, alignment)
      }
      head(phrases.say("Nr.", "No."), Column.number, .centre)
      head(phrases.say("Zeit", "Time"), Column.time)
      head(phrases.say("Was", "What"), Column.box)
      head("min", Column.minutes, .right)
      head(phrases.say("Bemerkung", "Notes"), Column.notes)
      canvas.stroke(
        [Coordinate(x: Self.left, y: line + 4), Coordinate(x: Self.right, y: line + 4)], .black, width: 0.8)
    }
    y += 5
  }

  /// Room for a row, else a new page under the heads of the list.
  private mutating func makeRow(_ height: Double) { makeRoom(height) { $0.writeListHeads() } }

  private mutating func writeEnd(_ text: String, _ instant: Instant, _ day: CalendarDate) {
    makeRow(20)
    let top = y
    let clock = phrases.clock(instant, seenFrom: day)
    draw { canvas in
      TourMapDrawing.drawDepot(at: Coordinate(x: Column.number, y: top + 10), on: &canvas)
      canvas.text(clock, at: Coordinate(x: Column.time, y: top + 13.5), .bold, size: 10)
      canvas.text(text, at: Coordinate(x: Column.box, y: top + 13.5), size: 9)
    }
    endRow(at: top + 20)
  }

  private mutating func endRow(at end: Double) {
    draw { canvas in
      canvas.stroke([Coordinate(x: Self.left, y: end), Coordinate(x: Self.right, y: end)], .line, width: 0.5)
    }
    y = end
  }

  private mutating func write(_ pause: TourPlan.Pause, _ day: CalendarDate) {
    makeRow(19)
    let top = y
    let clock = "\(phrases.clock(pause.begin, seenFrom: day)) – \(phrases.clock(pause.end))"
    let text = phrases.say("Pause", "Break")
    let minutes = "\((pause.end.millisecondsSince1970 - pause.begin.millisecondsSince1970 + 30_000) / 60_000)"
    draw { canvas in
      canvas.fill(Envelope(minX: Self.left, minY: top, maxX: Self.right, maxY: top + 18), .band)
      canvas.text(clock, at: Coordinate(x: Column.time, y: top + 12.5), .bold, size: 9)
      canvas.text(text, at: Coordinate(x: Column.what, y: top + 12.5), .bold, size: 9)
      canvas.text(minutes, at: Coordinate(x: Column.minutes, y: top + 12.5), size: 9, .black, .right)
    }
    endRow(at: top + 18)
  }

  /// The way to the next halt.
  private mutating func writeLeg(_ leg: TourPlan.Leg) {
    makeRow(60)
    let top = y
    let text = "\(phrases.way(metres: leg.metres)), \(phrases.span(seconds: leg.seconds))"
    draw { canvas in
      let line = top + 5.5
      canvas.stroke(
        [Coordinate(x: Column.number, y: top + 1.5), Coordinate(x: Column.number, y: top + 9.5)], .line, width: 1.2)
      canvas.text(text, at: Coordinate(x: Column.time, y: line + 2.5), size: 7, .grey)
    }
    y = top + 10
  }

  private mutating func write(_ stop: TourPlan.Stop, number: Int, _ tour: TourMapDrawing.Tour) {
    let remarks = remarks(of: stop)
    let visits = zip(stop.visits, stop.begins).map { visit, begin in
      PrintedVisit(
        name: name(of: visit, at: stop.location), minutes: "\((visit.service.value + 30) / 60)",
        details: details(of: visit, at: stop.location, begins: stop.visits.count > 1 ? begin : nil))
    }
    func room(for visit: PrintedVisit) -> Double {
      max(17, height(visit.name, width: Column.whatWidth, .bold, size: 9.5))
        + height(visit.details, width: Column.whatWidth, size: 7.5)
    }
    let remarksHeight = remarks.reduce(0) { $0 + height($1, width: Column.whatWidth, size: 7.5) }
    // A stop stays whole as long as it is not longer than half a page.
    let whole = visits.reduce(remarksHeight + 10) { $0 + room(for: $1) }
    makeRow(whole < 380 ? max(29, whole) : 100)
    let top = y
    let arrival = phrases.clock(stop.arrival, seenFrom: tour.route.day)
    let departure = phrases.say("bis ", "to ") + phrases.clock(stop.departure)
    draw { canvas in
      TourMapDrawing.drawNumber(
        "\(number)", at: Coordinate(x: Column.number, y: top + 11), radius: 7.5, tour.colour, on: &canvas)
      canvas.text(arrival, at: Coordinate(x: Column.time, y: top + 14), .bold, size: 10)
      canvas.text(departure, at: Coordinate(x: Column.time, y: top + 24), size: 7.5, .grey)
    }
    y = top + 3
    for (index, visit) in visits.enumerated() {
      // A stop with more visits than a page holds goes on the next.
      if index > 0 { makeRow(room(for: visit) + 4) }
      write(visit)
    }
    for remark in remarks { write(remark, x: Column.what, width: Column.whatWidth, size: 7.5, .grey) }
    // Two lines stand in the column of times, on the page where the stop begins.
    let end = max(y + 4, y > top ? top + 29 : 0)
    // Room to write by hand.
    draw { canvas in
      canvas.stroke(
        [Coordinate(x: Column.notes, y: end - 5), Coordinate(x: Self.right, y: end - 5)], .line, width: 0.5, dash: [1, 2])
    }
    endRow(at: end)
  }

  private struct PrintedVisit {
    var name: String
    var minutes: String
    var details: String
  }

  private mutating func write(_ visit: PrintedVisit) {
    let top = y
    draw { canvas in
      canvas.stroke(
        Envelope(minX: Column.box, minY: top + 2, maxX: Column.box + 10, maxY: top + 12), .black, width: 0.9)
      canvas.text(visit.minutes, at: Coordinate(x: Column.minutes, y: top + 10.5), size: 9, .black, .right)
    }
    y = top + 0.5
    write(visit.name, x: Column.what, width: Column.whatWidth, .bold, size: 9.5)
    write(visit.details, x: Column.what, width: Column.whatWidth, size: 7.5, .grey)
    y = max(y, top + 17)
  }

  /// Address, number in the register, due date; with the time where several are visited one after the other.
  private func details(of visit: TourPlan.Visit, at location: Coordinate, begins: Instant?) -> String {
    var parts: [String] = []
    if let begins { parts.append(phrases.clock(begins)) }
    parts += whereabouts(of: visit, at: location)
    if let due = visit.due { parts.append(phrases.say("fällig ", "due ") + phrases.shortDay(due)) }
    switch visit.level {
    case .must: parts.append(phrases.say("muss heute sein", "must be done"))
    case .overdue: parts.append(phrases.say("überfällig", "overdue"))
    case .routine: break
    }
    return parts.joined(separator: " · ")
  }

  private func remarks(of stop: TourPlan.Stop) -> [String] {
    var remarks: [String] = []
    let wait = (stop.begin.millisecondsSince1970 - stop.arrival.millisecondsSince1970) / 1000
    if wait >= 60 { remarks.append(phrases.say("Beginn ", "Begin at ") + phrases.clock(stop.begin)) }
    if !stop.companions.isEmpty {
      remarks.append(phrases.say("Zusammen mit ", "Together with ") + plan.companions(at: stop))
    }
    if !stop.walk.isEmpty {
      let metres = stop.walk.reduce(0) { $0 + $1.metres }
      let seconds = stop.walk.reduce(0) { $0 + $1.seconds }
      remarks.append(
        phrases.say("Rundgang zu Fuß: ", "Round on foot: ") + "\(phrases.way(metres: metres)), \(phrases.span(seconds: seconds))")
    }
    if let reason = stop.reason { remarks.append(reason.text(in: content.language)) }
    return remarks
  }

  /// What is filled in at the end of the day.
  private mutating func writeSignature() {
    makeRoom(52)
    y += 40
    let line = y
    let fields = [
      phrases.say("km-Stand Beginn", "Odometer, start"), phrases.say("km-Stand Ende", "Odometer, end"),
      phrases.say("Datum", "Date"), phrases.say("Unterschrift", "Signature"),
    ]
    draw { canvas in
      let width = (Self.right - Self.left - 3 * 14) / 5
      var x = Self.left
      for (index, field) in fields.enumerated() {
        let end = index == 3 ? Self.right : x + width
        canvas.stroke([Coordinate(x: x, y: line), Coordinate(x: end, y: line)], .black, width: 0.6)
        canvas.text(field, at: Coordinate(x: x, y: line + 9), size: 7, .grey)
        x = end + 14
      }
    }
    y += 12
  }
}
