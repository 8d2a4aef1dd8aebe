/// The pattern of LIKE, made ready: `%` any text, `_` one Unicode scalar, `\` takes the meaning from what follows.
///
/// The whole text has to fit. Time is the length of the text times the length of the pattern over 64, whatever the pattern: all ways to
/// fit are followed at once, a bit for each place in the pattern (the Shift-And automaton of Baeza-Yates and Gonnet 1992,
/// doi:10.1145/135239.135243, with a loop at each `%`).
public struct LikePattern: Sendable {
  /// The bits of the places behind which `%` stands; place 0 is before the first token.
  private var loops: [UInt64]
  /// For each scalar of the pattern, the places that it leads to; other scalars lead where `_` stands.
  private var steps: [Unicode.Scalar: [UInt64]] = [:]
  private var anySteps: [UInt64]
  private let length: Int

  public init(_ pattern: String) {
    var tokens: [Unicode.Scalar?] = []
    var loopPlaces: [Int] = []
    var isEscaped = false
    for scalar in pattern.unicodeScalars {
      if isEscaped {
        tokens.append(scalar)
        isEscaped = false
      } else {
        switch scalar {
        case "\\": isEscaped = true
        case "%": loopPlaces.append(tokens.count)
        case "_": tokens.append(nil)
        default: tokens.append(scalar)
        }
      }
    }
    // Nothing follows: then it is itself.
    if isEscaped { tokens.append("\\") }

    length = tokens.count
    let none = [UInt64](repeating: 0, count: length / 64 + 1)
    func mark(_ place: Int, in bits: inout [UInt64]) { bits[place / 64] |= 1 << UInt64(place % 64) }
    loops = none
    anySteps = none
    for place in loopPlaces { mark(place, in: &loops) }
    for (index, token) in tokens.enumerated() where token == nil { mark(index + 1, in: &anySteps) }
    for (index, token) in tokens.enumerated() {
      if let token { mark(index + 1, in: &steps[token, default: anySteps]) }
    }
  }

  public func matches(_ text: String) -> Bool {
    length < 64 ? matchesInOneWord(text) : matchesInWords(text)
  }

  private func matchesInOneWord(_ text: String) -> Bool {
    var places: UInt64 = 1
    let (loop, any) = (loops[0], anySteps[0])
    for scalar in text.unicodeScalars {
      let step = steps[scalar]?[0] ?? any
      places = (places << 1) & step | places & loop
      if places == 0 { return false }
    }
    return places >> UInt64(length) & 1 == 1
  }

  private func matchesInWords(_ text: String) -> Bool {
    var places = [UInt64](repeating: 0, count: loops.count)
    places[0] = 1
    for scalar in text.unicodeScalars {
      let step = steps[scalar] ?? anySteps
      var carry: UInt64 = 0
      for word in places.indices {
        let here = places[word]
        places[word] = (here << 1 | carry) & step[word] | here & loops[word]
        carry = here >> 63
      }
    }
    return places[length / 64] >> UInt64(length % 64) & 1 == 1
  }
}
