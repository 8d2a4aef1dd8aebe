import LageplanGeometry

/// In which system the positions of a source are, and which of them cannot be.
struct CrsDecision {
  var crs: CoordinateReferenceSystem
  /// How it was found, for the summary.
  var rule: String
  /// One for each position, in order.
  var verdicts: [CrsGuard.Verdict]
  /// Narrowed as for the verdicts; asked again for the cause of each rejection. `nil`: there is no position.
  var fence: CrsGuard?

  /// Decides by what the caller says, what the source says, and the numbers themselves.
  ///
  /// Where most positions cannot be in the system, the system is wrong and the whole import is refused; where some cannot, these rows are
  /// wrong. Numbers that all lost their decimal points are wrong rows whatever the system.
  init(
    source: String, places: [Envelope], given: CoordinateReferenceSystem?, declared: DeclaredCrs, place: Place,
    columns: [SourceColumn]
  ) throws {
    verdicts = []
    guard let first = places.first else {
      crs = given ?? declared.crs ?? .crs84
      rule = given != nil ? "--crs" : declared.crs != nil ? "as the source declares" : "no positions"
      _ = try crs.info()
      return
    }
    let example = first.centre
    let degreesLike = places.count { CrsGuard.degrees.contains($0) }
    let mostAreDegrees = degreesLike * 2 > places.count

    (crs, rule) = try Self.choose(
      source: source, places: places, given: given, declared: declared, mostAreDegrees: mostAreDegrees, example: example)

    var fence = try CrsGuard(crs)
    let lostPoints = { CrsGuess.systemWithDecimalPoints(for: places) != nil }
    if fence.info.isGeographic != mostAreDegrees, !lostPoints() {
      let likely = CrsGuess.candidates(for: places, except: crs)
      if given == nil, case .byFormat = declared {
        throw ExchangeError.crsNotDeclared(source: source, example: example, likely: likely)
      }
      throw ExchangeError.crsContradicted(
        source: source, declared: crs.name, example: example,
        reason: mostAreDegrees ? "they are degrees, and the system counts metres" : "they are beyond ±180 and ±90 degrees",
        likely: likely)
    }

    let inGermany = places.count { fence.degrees($0.centre).map(CrsGuard.germany.contains) ?? false }
    if inGermany * 2 > places.count { fence.holdToGermany() }
    verdicts = places.map { fence.judge($0) }
    self.fence = fence

    let impossible = verdicts.count { $0 == .impossible }
    guard impossible * 2 > places.count, !lostPoints() else { return }
    if places.count(where: { fence.isSwapped($0.centre) }) * 2 > places.count {
      let names: [String] = if case .pair(let x, let y) = place { [columns[x].name, columns[y].name] } else { [] }
      throw ExchangeError.axesSwapped(source: source, crs: crs, example: example, columns: names)
    }
    throw ExchangeError.crsContradicted(
      source: source, declared: crs.name, example: example,
      reason: "\(impossible) of \(places.count) positions lie far outside its area of use",
      likely: CrsGuess.candidates(for: places, except: crs))
  }

  private static func choose(
    source: String, places: [Envelope], given: CoordinateReferenceSystem?, declared: DeclaredCrs, mostAreDegrees: Bool,
    example: Coordinate
  ) throws -> (CoordinateReferenceSystem, rule: String) {
    if let given { return (given, "--crs") }
    switch declared {
    case .byFormat(let crs): return (crs, "as the format has it")
    case .named(let crs): return (crs, "as the source declares")
    case .shifted(let crs, let x, let y, let name):
      return (crs, "the source's own system \"\(name)\", moved by \(x), \(y) metres")
    case .unidentified(let name):
      throw ExchangeError.crsUnidentified(source: source, name: name, likely: CrsGuess.candidates(for: places, except: nil))
    case .none:
      if mostAreDegrees { return (.crs84, "the numbers are degrees") }
      let likely = CrsGuess.candidates(for: places, except: nil)
      if likely.isEmpty, let system = CrsGuess.systemWithDecimalPoints(for: places) {
        return (system, "not declared; likeliest once the decimal points are back")
      }
      throw ExchangeError.crsNotDeclared(source: source, example: example, likely: likely)
    }
  }
}
