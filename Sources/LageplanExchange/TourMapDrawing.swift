import Foundation
import LageplanGeometry
import LageplanPlanner

/// Draws tours on a map: streets in grey with the names of the larger ones, tours in their colours with arrows, stops with their numbers,
/// a scale, north and what the signs mean.
struct TourMapDrawing {
  /// A tour and its ink.
  struct Tour {
    var route: TourPlan.Route
    var colour: PdfColour
  }

  let frame: TourMapFrame
  let map: TourMap
  let tours: [Tour]
  let phrases: TourPhrases

  /// Colours that people with colour-blindness tell apart and that carry white figures (after Okabe & Ito 2008, darkened to a contrast of 4.5).
  static let colours: [PdfColour] = [0x0069A8, 0xB84A00, 0x00785A, 0xA8447F, 0x6B4FA0, 0x7A6400, 0x9C2A2A, 0x3D4A57].map {
    PdfColour($0)
  }

  init(_ tours: [Tour], on map: TourMap, in box: Envelope, _ phrases: TourPhrases) {
    let places = tours.flatMap { [$0.route.start, $0.route.end] + $0.route.line + $0.route.stops.map(\.location) }
    frame = TourMapFrame(box, showing: places)
    self.map = map
    self.tours = tours
    self.phrases = phrases
  }

  func draw(on canvas: inout PdfCanvas) {
    let stops = placedStops()
    canvas.fill(frame.box, Self.paper)
    canvas.clipped(to: frame.box) { canvas in
      let streets = drawnStreets()
      for rank in TourMap.Rank.allCases {
        let lines = streets.filter { $0.street.rank == rank }.map(\.line)
        canvas.stroke(lines, Self.ink(of: rank), width: Self.width(of: rank), dash: rank == .path ? [1.2, 1.6] : [])
      }
      for tour in tours { canvas.stroke(frame.line(tour.route.line), .white, width: 4) }
      for tour in tours { draw(tour, on: &canvas) }
      let depots = tours.flatMap { [$0.route.start, $0.route.end] }.map { (centre: frame.point($0), radius: 8.0) }
      var labels = TourMapLabels(
        canvas.typesetter, in: frame.box,
        around: stops.map { ($0.centre, $0.radius + 1) } + depots + furniture)
      labels.add(streets)
      for label in labels.labels { draw(label, on: &canvas) }
      for stop in stops { drawLeader(of: stop, on: &canvas) }
      for place in Set(tours.flatMap { [$0.route.start, $0.route.end] }) { drawDepot(frame.point(place), on: &canvas) }
      for stop in stops { draw(stop, on: &canvas) }
      drawScale(on: &canvas)
      drawNorth(on: &canvas)
      drawAttribution(on: &canvas)
    }
    canvas.stroke(frame.box, .line, width: 0.8)
  }

  private static let paper = PdfColour(0xFCFCFA)

  // MARK: Streets

  /// Streets that meet the frame, in points; of a large extent only those that are seen from afar.
  private func drawnStreets() -> [(street: TourMap.Street, line: [Coordinate])] {
    let least: TourMap.Rank = frame.metresPerPoint > 60 ? .main : frame.metresPerPoint > 14 ? .street : .path
    let extent = frame.extent
    return map.streets.compactMap { street in
      guard street.rank >= least else { return nil }
      var envelope = Envelope.empty
      for place in street.line { envelope.formUnion(place) }
      return envelope.intersects(extent) ? (street, frame.line(street.line)) : nil
    }
  }

  private static func ink(of rank: TourMap.Rank) -> PdfColour {
    switch rank {
    case .path: PdfColour(0xD3D6DA)
    case .street: PdfColour(0xD9DCE0)
    case .main: PdfColour(0xC3C8CE)
    case .trunk: PdfColour(0xADB4BC)
    }
  }

  private static func width(of rank: TourMap.Rank) -> Double {
    switch rank {
    case .path: 0.5
    case .street: 1
    case .main: 1.9
    case .trunk: 2.8
    }
  }

  private func draw(_ label: TourMapLabels.Label, on canvas: inout PdfCanvas) {
    // Capitals are centred on the line.
    let drop = 0.36 * label.size
    let baseline = Coordinate(x: label.centre.x + drop * sin(label.angle), y: label.centre.y + drop * cos(label.angle))
    if label.isPlate {
      let half = canvas.typesetter.width(of: label.text, .bold, size: label.size) / 2 + 2
      let plate = Envelope(
        minX: label.centre.x - half, minY: label.centre.y - 4, maxX: label.centre.x + half, maxY: label.centre.y + 4)
      canvas.fill(plate, .white)
      canvas.stroke(plate, .grey, width: 0.5)
    }
    canvas.text(
      label.text, at: baseline, label.isPlate ? .bold : .regular, size: label.size, .grey, .centre, angle: label.angle,
      halo: label.isPlate ? nil : Self.paper)
  }

  // MARK: Tours

  private func draw(_ tour: Tour, on canvas: inout PdfCanvas) {
    let line = frame.line(tour.route.line)
    canvas.stroke(line, tour.colour, width: 2)
    for stop in tour.route.stops {
      for leg in stop.walk { canvas.stroke(frame.line(leg.line), tour.colour, width: 1, dash: [0.1, 2.4]) }
    }
    // An arrow now and then says which way round.
    var sinceArrow = 30.0
    for (a, b) in zip(line, line.dropFirst()) {
      let length = a.distance(to: b)
      sinceArrow += length
      guard sinceArrow > 70, length > 7 else { continue }
      sinceArrow = 0
      let middle = a.toward(b, 0.5)
      let along = Coordinate(x: (b.x - a.x) / length, y: (b.y - a.y) / length)
      func corner(_ forward: Double, _ side: Double) -> Coordinate {
        Coordinate(x: middle.x + forward * along.x - side * along.y, y: middle.y + forward * along.y + side * along.x)
      }
      let arrow = [corner(4, 0), corner(-2.6, 3.2), corner(-1.2, 0), corner(-2.6, -3.2)]
      canvas.fill(arrow, tour.colour)
      canvas.stroke(arrow, .white, width: 0.5, isClosed: true)
    }
  }

  private struct PlacedStop {
    var number: Int
    var colour: PdfColour
    /// Where it is, and where its disc found room.
    var place: Coordinate
    var centre: Coordinate
    var radius: Double
  }

  /// Discs that would lie over one another move apart, little by little.
  private func placedStops() -> [PlacedStop] {
    let radius = tours.count > 1 ? 5.2 : 6.6
    var stops = tours.flatMap { tour in
      tour.route.stops.enumerated().map { index, stop in
        let place = frame.point(stop.location)
        return PlacedStop(number: index + 1, colour: tour.colour, place: place, centre: place, radius: radius)
      }
    }
    guard stops.count <= 400 else { return stops }
    for _ in 0..<60 {
      var hasMoved = false
      for a in stops.indices {
        for b in stops.indices where b > a {
          let gap = stops[a].centre.distance(to: stops[b].centre)
          let needed = 2 * radius + 1
          guard gap < needed else { continue }
          hasMoved = true
          // Two at one place part along a direction that only their numbers decide.
          let angle = Double(a + b)
          let x = gap > 0.01 ? (stops[b].centre.x - stops[a].centre.x) / gap : cos(angle)
          let y = gap > 0.01 ? (stops[b].centre.y - stops[a].centre.y) / gap : sin(angle)
          let step = (needed - gap) / 2 + 0.05
          stops[a].centre = inside(Coordinate(x: stops[a].centre.x - step * x, y: stops[a].centre.y - step * y), radius)
          stops[b].centre = inside(Coordinate(x: stops[b].centre.x + step * x, y: stops[b].centre.y + step * y), radius)
        }
      }
      if !hasMoved { break }
    }
    return stops
  }

  private func inside(_ place: Coordinate, _ radius: Double) -> Coordinate {
    Coordinate(
      x: min(max(place.x, frame.box.minX + radius + 2), frame.box.maxX - radius - 2),
      y: min(max(place.y, frame.box.minY + radius + 2), frame.box.maxY - radius - 2))
  }

  private func drawLeader(of stop: PlacedStop, on canvas: inout PdfCanvas) {
    guard stop.place.distance(to: stop.centre) > stop.radius / 2 else { return }
    canvas.stroke([stop.place, stop.centre], .black, width: 0.6)
    canvas.disc(at: stop.place, radius: 1.6, .black, rim: .white, rimWidth: 0.5)
  }

  private func draw(_ stop: PlacedStop, on canvas: inout PdfCanvas) {
    Self.drawNumber("\(stop.number)", at: stop.centre, radius: stop.radius, stop.colour, on: &canvas)
  }

  /// The disc with a stop's number, on the map and in the list.
  static func drawNumber(
    _ text: String, at centre: Coordinate, radius: Double, _ colour: PdfColour, on canvas: inout PdfCanvas
  ) {
    canvas.disc(at: centre, radius: radius, colour, rim: .white, rimWidth: 1)
    let size = text.count > 2 ? radius * 0.85 : radius * 1.15
    canvas.text(text, at: Coordinate(x: centre.x, y: centre.y + 0.36 * size), .bold, size: size, .white, .centre)
  }

  private func drawDepot(_ place: Coordinate, on canvas: inout PdfCanvas) { Self.drawDepot(at: place, on: &canvas) }

  /// A house: where tours begin and end.
  static func drawDepot(at place: Coordinate, on canvas: inout PdfCanvas) {
    func corner(_ x: Double, _ y: Double) -> Coordinate { Coordinate(x: place.x + x, y: place.y + y) }
    let house = [corner(-5, 5.5), corner(-5, -1), corner(0, -6), corner(5, -1), corner(5, 5.5)]
    canvas.fill(house, .black)
    canvas.stroke(house, .white, width: 1, isClosed: true)
    canvas.fill(Envelope(minX: place.x - 1.5, minY: place.y + 1, maxX: place.x + 1.5, maxY: place.y + 5.3), .white)
  }

  // MARK: Around the map

  /// Corners that the scale and the arrow need.
  private var furniture: [(centre: Coordinate, radius: Double)] {
    [
      (Coordinate(x: frame.box.maxX - 16, y: frame.box.minY + 18), 16),
      (Coordinate(x: frame.box.minX + 30, y: frame.box.maxY - 10), 22),
      (Coordinate(x: frame.box.minX + 75, y: frame.box.maxY - 10), 22),
    ]
  }

  /// A bar of a round length, two fifths to a quarter of an inch and more.
  private func drawScale(on canvas: inout PdfCanvas) {
    let most = 110 * frame.metresPerPoint
    var metres = 10.0
    for step in [10.0, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000] where step <= most {
      metres = step
    }
    let width = metres / frame.metresPerPoint
    let (x, y) = (frame.box.minX + 10, frame.box.maxY - 9)
    let text = metres < 1000 ? "\(Int(metres)) m" : "\(Int(metres / 1000)) km"
    let ground = Envelope(
      minX: x - 5, minY: y - 6, maxX: x + width + 9 + canvas.typesetter.width(of: text, .regular, size: 7), maxY: y + 5)
    canvas.fill(ground, .white)
    let tick = [
      Coordinate(x: x, y: y - 3), Coordinate(x: x, y: y), Coordinate(x: x + width, y: y), Coordinate(x: x + width, y: y - 3),
    ]
    canvas.stroke(tick, .black, width: 1)
    canvas.text(text, at: Coordinate(x: x + width + 4, y: y + 1), size: 7)
  }

  private func drawNorth(on canvas: inout PdfCanvas) {
    let (x, y) = (frame.box.maxX - 15, frame.box.minY + 22)
    func corner(_ right: Double, _ down: Double) -> Coordinate { Coordinate(x: x + right, y: y + down) }
    canvas.disc(at: corner(0, -3), radius: 12, .white, rim: .line, rimWidth: 0.6)
    canvas.fill([corner(0, -13), corner(4, 0), corner(0, -2.4), corner(-4, 0)], .black)
    canvas.text("N", at: corner(0, 7), .bold, size: 7, .black, .centre)
  }

  private func drawAttribution(on canvas: inout PdfCanvas) {
    guard let attribution = map.attribution else { return }
    let width = canvas.typesetter.width(of: attribution, .regular, size: 6)
    let (x, y) = (frame.box.maxX, frame.box.maxY)
    canvas.fill(Envelope(minX: x - width - 7, minY: y - 10, maxX: x, maxY: y), .white)
    canvas.text(attribution, at: Coordinate(x: x - 3.5, y: y - 3), size: 6, .grey, .right)
  }

  /// What the signs mean, in one line below the map; answers how far it reaches down.
  func drawLegend(below y: Double, on canvas: inout PdfCanvas) -> Double {
    let line = y + 10
    var x = frame.box.minX
    func word(_ text: String, _ canvas: inout PdfCanvas) {
      canvas.text(text, at: Coordinate(x: x, y: line + 2.5), size: 7, .grey)
      x += canvas.typesetter.width(of: text, .regular, size: 7) + 14
    }
    let colour = tours.count == 1 ? tours[0].colour : PdfColour.grey
    canvas.stroke([Coordinate(x: x, y: line), Coordinate(x: x + 18, y: line)], colour, width: 2)
    x += 22
    word(phrases.say("Fahrt", "drive"), &canvas)
    if tours.contains(where: { $0.route.stops.contains { !$0.walk.isEmpty } }) {
      canvas.stroke([Coordinate(x: x, y: line), Coordinate(x: x + 18, y: line)], colour, width: 1, dash: [0.1, 2.4])
      x += 22
      word(phrases.say("zu Fuß", "on foot"), &canvas)
    }
    Self.drawNumber("1", at: Coordinate(x: x + 5, y: line), radius: 5, colour, on: &canvas)
    x += 13
    word(phrases.say("Halt, in der Reihenfolge der Tour", "stop, in the order of the tour"), &canvas)
    Self.drawDepot(at: Coordinate(x: x + 5, y: line), on: &canvas)
    x += 14
    word(phrases.say("Start und Ziel", "start and end"), &canvas)
    return line + 9
  }
}
