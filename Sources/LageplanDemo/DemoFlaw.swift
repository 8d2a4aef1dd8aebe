/// A flaw that the sample town has on purpose, because real registers have it. The list is complete and counted.
///
/// Flaws fall on every `every`th feature, the first at `offset`, so that their number follows from the number of features.
public struct DemoFlaw: Hashable, Sendable {
  public enum Kind: String, Sendable {
    case missingValue = "missing value"
    case duplicatePosition = "same position as the feature before"
    case impossibleValue = "impossible value"
    case trailingBlank = "trailing blank"
    case withoutPlace = "without a place"
    case spellingVariant = "spelling variant"
  }

  public let collection: DemoCollection
  public let kind: Kind
  /// `nil` for flaws of the geometry.
  public let property: String?
  public let description: String
  let every: Int
  let offset: Int

  init(_ collection: DemoCollection, _ kind: Kind, _ property: String?, every: Int, offset: Int, _ description: String) {
    self.collection = collection
    self.kind = kind
    self.property = property
    self.every = every
    self.offset = offset
    self.description = description
  }

  func falls(on index: Int) -> Bool { index % every == offset }

  /// How many of `total` features have it.
  public func count(of total: Int) -> Int { total > offset ? (total - offset - 1) / every + 1 : 0 }

  public static let all: [DemoFlaw] = [
    DemoFlaw(.streets, .trailingBlank, "name", every: 120, offset: 11, "blank after the name"),
    DemoFlaw(.streets, .missingValue, "width", every: 45, offset: 3, "width never measured"),
    DemoFlaw(
      .greenAreas, .trailingBlank, "kind", every: 140, offset: 9, "blank after the kind, which is then not in its enumeration"),
    DemoFlaw(.greenAreas, .missingValue, "care", every: 60, offset: 4, "no level of care agreed"),
    DemoFlaw(.playgrounds, .missingValue, "opened", every: 20, offset: 6, "year of opening unknown"),
    DemoFlaw(.playgrounds, .trailingBlank, "name", every: 50, offset: 13, "blank after the name"),
    DemoFlaw(.playgrounds, .withoutPlace, nil, every: 100, offset: 57, "in the list, not on the map"),
    DemoFlaw(.equipment, .missingValue, "manufacturer", every: 25, offset: 8, "plate lost"),
    DemoFlaw(.equipment, .missingValue, "fallHeight", every: 40, offset: 5, "never measured"),
    DemoFlaw(.equipment, .spellingVariant, "manufacturer", every: 60, offset: 2, "manufacturer in capitals"),
    DemoFlaw(.equipment, .impossibleValue, "year", every: 500, offset: 99, "built in 1900: the import's default"),
    DemoFlaw(.trees, .missingValue, "height", every: 50, offset: 7, "not measured"),
    DemoFlaw(.trees, .missingValue, "plantingYear", every: 9, offset: 4, "planting year unknown"),
    DemoFlaw(.trees, .impossibleValue, "plantingYear", every: 1500, offset: 9, "planted in 0, 19, 2203 or the like"),
    DemoFlaw(.trees, .duplicatePosition, nil, every: 400, offset: 17, "felled and replanted, both still in the register"),
    DemoFlaw(.trees, .withoutPlace, nil, every: 3000, offset: 205, "in the list, not on the map"),
    DemoFlaw(.trees, .spellingVariant, "species", every: 120, offset: 21, "genus in lower case or two blanks between the words"),
    DemoFlaw(.trees, .trailingBlank, "name", every: 150, offset: 33, "blank after the German name"),
    DemoFlaw(.trees, .missingValue, "lastInspection", every: 40, offset: 12, "never inspected, or never written down"),
    DemoFlaw(.signs, .missingValue, "direction", every: 50, offset: 3, "direction not surveyed"),
    DemoFlaw(.signs, .spellingVariant, "number", every: 200, offset: 19, "“Z 274-50” or “274 50” for “274-50”"),
    DemoFlaw(.signs, .duplicatePosition, nil, every: 100, offset: 41, "two signs on one post"),
    DemoFlaw(.sensors, .missingValue, "battery", every: 15, offset: 5, "runs on mains, or does not tell"),
    DemoFlaw(.sensors, .impossibleValue, "value", every: 60, offset: 7, "−999: the device's word for no reading"),
  ]
}
