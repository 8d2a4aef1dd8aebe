import LageplanFeatures
import Testing

struct TextSearchTests {
  private func finds(_ search: String, _ texts: String...) throws -> Bool { try TextSearch(search).matches(texts) }

  @Test func caseAccentsUmlautsAndSharpSMakeNoDifference() throws {
    #expect(try finds("LINDE", "Linde"))
    #expect(try finds("muhle", "Mühle") && finds("Mühle", "MUHLE") && finds("mu\u{308}hle", "Mühle"))
    #expect(try finds("strasse", "Straße") && finds("Straße", "STRASSE") && finds("straße", "STRAẞE"))
    #expect(try finds("chisinau", "Chișinău"))
    #expect(try !finds("muhle", "Mohle"))
  }

  @Test func wordsOfATermAreAllNeededAndTermsAreAlternatives() throws {
    #expect(try finds("linde alt", "Alte", "Winter-Linde"))
    #expect(try !finds("linde neu", "Alte", "Winter-Linde"))
    #expect(try finds("linde neu, winter", "Alte", "Winter-Linde"))
  }

  @Test func wordIsFoundByItsBeginningOnly() throws {
    #expect(try finds("linden", "Lindenstraße 5") && finds("5", "Lindenstraße 5"))
    #expect(try !finds("strasse", "Lindenstraße 5") && !finds("lindenstrassen", "Lindenstraße 5"))
  }

  @Test(arguments: ["", " ", ",", "!?", "%", "*"]) func searchWithoutAWordFindsNothing(search: String) throws {
    #expect(try !finds(search, "Linde", "", search))
  }

  @Test func searchOfTooManyWordsIsRefused() throws {
    func words(_ count: Int) -> String { Array(repeating: "a b", count: count / 2).joined(separator: ",") }
    #expect(try finds(words(100), "a b"))
    #expect(throws: FeatureError.tooManyWords(found: 102, limit: 100)) { try TextSearch(words(102)) }
  }
}
