/// What a street is for, in the words of German road registers, from the widest to the narrowest.
enum StreetClass: String, CaseIterable {
  case federal = "Bundesstraße"
  case district = "Kreisstraße"
  case main = "Hauptverkehrsstraße"
  case collector = "Sammelstraße"
  case residential = "Anliegerstraße"
  case calmed = "Verkehrsberuhigter Bereich"
  case pedestrian = "Fußgängerzone"

  /// In km/h; `nil` where no vehicle drives.
  var speedLimit: Int64? {
    switch self {
    case .federal: 100
    case .district: 70
    case .main, .collector: 50
    case .residential: 30
    case .calmed: 7
    case .pedestrian: nil
    }
  }

  /// Kerb to kerb, in metres.
  var width: Double {
    switch self {
    case .federal: 8.5
    case .district: 6.5
    case .main: 9
    case .collector: 7
    case .residential: 5.5
    case .calmed: 4.75
    case .pedestrian: 10
    }
  }

  var isRural: Bool { self == .federal || self == .district }
}
