import Foundation
import LageplanGeometry

/// Names of streets on a printed map: each along a part of its street that is nearly straight, the larger streets first, none over another.
///
/// Greedy, as people letter a map by hand (Imhof 1975, doi:10.1559/152304075784313304): what does not fit is left out.
struct TourMapLabels {
  struct Label {
    var text: String
    var centre: Coordinate
    /// In radians against the clock.
    var angle: Double
    var size: Double
    /// The number of a road, on a small plate.
    var isPlate: Bool
  }

  private(set) var labels: [Label] = []
  /// Where something stands already: discs.
  private var taken: [(centre: Coordinate, radius: Double)]
  private let typesetter: PdfTypesetter
  private let box: Envelope

  private static let most = 70

  init(_ typesetter: PdfTypesetter, in box: Envelope, around symbols: [(centre: Coordinate, radius: Double)]) {
    self.typesetter = typesetter
    self.box = box
    taken = symbols
  }

  /// Letters the streets; `streets` are as drawn, in points.
  mutating func add(_ streets: [(street: TourMap.Street, line: [Coordinate])]) {
    struct Name: Hashable {
      var text: String
      var isPlate: Bool
      var rank: TourMap.Rank
    }
    var stretches: [Name: [[Coordinate]]] = [:]
    for (street, line) in streets where street.rank > .path {
      if !street.name.isEmpty { stretches[Name(text: street.name, isPlate: false, rank: street.rank), default: []].append(line) }
      if !street.reference.isEmpty, street.rank >= .main {
        let reference = street.reference.split(separator: ";").first.map(String.init) ?? street.reference
        stretches[Name(text: reference, isPlate: true, rank: street.rank), default: []].append(line)
      }
    }
    let candidates = stretches.map { name, lines in
      (name: name, chains: Self.chains(of: lines).sorted { Self.length($0) > Self.length($1) })
    }.filter { !$0.chains.isEmpty }
    let order = candidates.indices.sorted { a, b in
      let (first, second) = (candidates[a], candidates[b])
      if first.name.rank != second.name.rank { return first.name.rank > second.name.rank }
      let (one, other) = (Self.length(first.chains[0]), Self.length(second.chains[0]))
      return one != other ? one > other : first.name.text < second.name.text
    }
    for index in order where labels.count < Self.most {
      let (name, chains) = candidates[index]
      for chain in chains.prefix(3) {
        if name.isPlate ? placePlate(name.text, on: chain) : placeName(name.text, size: Self.size(of: name.rank), along: chain) {
          break
        }
      }
    }
  }

  private static func size(of rank: TourMap.Rank) -> Double {
    switch rank {
    case .trunk: 7
    case .main: 6.6
    case .street, .path: 5.8
    }
  }

  private mutating func placePlate(_ text: String, on chain: [Coordinate]) -> Bool {
    let size = 5.6
    let radius = max(5, typesetter.width(of: text, .bold, size: size) / 2 + 2)
    let length = Self.length(chain)
    guard length > 3 * radius else { return false }
    for share in [0.5, 0.35, 0.65, 0.2, 0.8] {
      guard let centre = Self.place(at: share * length, on: chain) else { continue }
      if isFree(centre, radius), contains(centre, margin: radius + 1) {
        taken.append((centre, radius + 2))
        labels.append(Label(text: text, centre: centre, angle: 0, size: size, isPlate: true))
        return true
      }
    }
    return false
  }

  private mutating func placeName(_ text: String, size: Double, along chain: [Coordinate]) -> Bool {
    let width = typesetter.width(of: text, .regular, size: size)
    let length = Self.length(chain)
    guard length > width else { return false }
    // From the middle outwards.
    let room = (length - width) / 2
    let steps = Int(room / 8)
    for step in 0...2 * steps {
      let shift = Double((step + 1) / 2) * 8 * (step.isMultiple(of: 2) ? 1 : -1)
      let start = room + shift
      guard let first = Self.place(at: start, on: chain), let last = Self.place(at: start + width, on: chain),
        let middle = Self.place(at: start + width / 2, on: chain)
      else { continue }
      let chord = first.distance(to: last)
      let centre = first.toward(last, 0.5)
      // Nearly straight: the chord is nearly as long as the way, and the middle lies near it.
      guard chord > 0.985 * width, centre.distance(to: middle) < size / 3 else { continue }
      let discs = stride(from: 0.0, through: 1, by: min(1, size / max(width, 1))).map { first.toward(last, $0) }
      guard discs.allSatisfy({ isFree($0, 0.6 * size) && contains($0, margin: size) }) else { continue }
      taken += discs.map { ($0, 0.6 * size + 1) }
      var angle = atan2(first.y - last.y, last.x - first.x)
      if angle > .pi / 2 { angle -= .pi } else if angle <= -.pi / 2 { angle += .pi }
      labels.append(Label(text: text, centre: centre, angle: angle, size: size, isPlate: false))
      return true
    }
    return false
  }

  private func isFree(_ centre: Coordinate, _ radius: Double) -> Bool {
    taken.allSatisfy { $0.centre.squaredDistance(to: centre) > ($0.radius + radius) * ($0.radius + radius) }
  }

  private func contains(_ place: Coordinate, margin: Double) -> Bool {
    place.x > box.minX + margin && place.x < box.maxX - margin && place.y > box.minY + margin && place.y < box.maxY - margin
  }

  // MARK: Lines

  private static func length(_ line: [Coordinate]) -> Double {
    zip(line, line.dropFirst()).reduce(0) { $0 + $1.0.distance(to: $1.1) }
  }

  private static func place(at distance: Double, on line: [Coordinate]) -> Coordinate? {
    var rest = distance
    for (a, b) in zip(line, line.dropFirst()) {
      let length = a.distance(to: b)
      if rest <= length { return a.toward(b, length > 0 ? rest / length : 0) }
      rest -= length
    }
    return rest < 1e-6 ? line.last : nil
  }

  /// The stretches of a street between junctions, joined where one begins as another ends.
  private static func chains(of lines: [[Coordinate]]) -> [[Coordinate]] {
    struct Key: Hashable {
      var x: Int
      var y: Int
      init(_ place: Coordinate) {
        x = Int((place.x * 100).rounded())
        y = Int((place.y * 100).rounded())
      }
    }
    var ends: [Key: [Int]] = [:]
    for (index, line) in lines.enumerated() {
      for end in [line.first, line.last].compactMap({ $0 }) { ends[Key(end), default: []].append(index) }
    }
    var isUsed = [Bool](repeating: false, count: lines.count)
    func grow(_ chain: inout [Coordinate]) {
      while let last = chain.last, let next = ends[Key(last)]?.first(where: { !isUsed[$0] }) {
        isUsed[next] = true
        let line = lines[next]
        chain += (line.first.map { Key($0) == Key(last) } ?? false) ? line.dropFirst() : line.reversed().dropFirst()
      }
    }
    var chains: [[Coordinate]] = []
    for index in lines.indices where !isUsed[index] {
      isUsed[index] = true
      var chain = lines[index]
      grow(&chain)
      chain.reverse()
      grow(&chain)
      chains.append(chain)
    }
    return chains
  }
}
