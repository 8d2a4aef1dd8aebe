import LageplanGeometry
import LageplanPlanner
import LageplanTours

/// Why a task is left out, in words.
struct VroomWords {
  private let input: VroomInput

  init(_ input: VroomInput) { self.input = input }

  static let notInSteps = TourText(english: "it is in no vehicle's steps", german: "sie steht in den Schritten keines Fahrzeugs")

  func reason(_ reason: UnassignedReason) -> TourText {
    switch reason {
    case .noQualifiedInspector:
      TourText(english: "no vehicle has all of its skills", german: "kein Fahrzeug hat alle verlangten Fähigkeiten")
    case .pinnedToOthers:
      TourText(english: "no vehicle has all of its skills", german: "kein Fahrzeug hat alle verlangten Fähigkeiten")
    case .notReachable:
      TourText(
        english: "no vehicle with its skills can get there and to the end of the tour",
        german: "kein Fahrzeug mit den Fähigkeiten kann dorthin und ans Ende der Tour gelangen")
    case .loadTooLarge:
      TourText(
        english: "no vehicle with its skills can carry it", german: "kein Fahrzeug mit den Fähigkeiten kann sie tragen")
    case .windowMissed(let shift, let late):
      TourText(
        english: "even alone vehicle \(id(shift)) would come \(minutes(late)) too late, and the others later",
        german: "selbst allein käme Fahrzeug \(id(shift)) \(minutes(late)) zu spät, die anderen noch später")
    case .shiftTooShort(let shift, let missing):
      TourText(
        english: "even alone it needs \(minutes(missing.longest)) more of vehicle \(id(shift))",
        german: "selbst allein fehlen Fahrzeug \(id(shift)) \(minutes(missing.longest))")
    case .wayTooLong(let shift, let missing):
      TourText(
        english: "even alone the tour of vehicle \(id(shift)) would be \(Int(missing.value)) m too long",
        german: "selbst allein wäre die Tour von Fahrzeug \(id(shift)) um \(Int(missing.value)) m zu lang")
    case .partnerLeftOut(let task):
      TourText(
        english:
          "it fits only without \(input.tasks[task].kind.rawValue) \(input.tasks[task].id), with which it belongs together",
        german: "sie passt nur ohne \(input.tasks[task].kind.rawValue) \(input.tasks[task].id), zu der sie gehört")
    case .noRoomLeft(let shift, let missing?) where missing.longest > 0:
      TourText(
        english: "the tours are full: it needs \(minutes(missing.longest)) more of vehicle \(id(shift))",
        german: "die Touren sind voll: Fahrzeug \(id(shift)) fehlen \(minutes(missing.longest))")
    case .noRoomLeft, .peopleMissing:
      TourText(
        english: "the vehicles that could take it are full", german: "die Fahrzeuge, die sie nehmen könnten, sind voll")
    }
  }

  private func id(_ shift: Int) -> Int64 { input.vehicles[shift].id }

  /// Rounded up.
  private func minutes(_ span: Seconds) -> String { "\((span.value + 59) / 60) min" }
}
