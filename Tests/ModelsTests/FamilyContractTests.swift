import Autodiff
import ModelSupport
import Tensors
import TestSupport
import Testing

@testable import Models

/// Every family against torch 2.13 and transformers 5.23 on tiny random checkpoints of unusual
/// shape: a new fixture folder is tested the moment it exists.
@Suite struct FamilyContractTests {
  @Test func everyFamilyHasAFixture() throws {
    let covered = Set(try Fixture.all.map { try $0.model().card.family })
    #expect(covered == Set(Families.all.map(\.name)))
  }

  @Test(arguments: Fixture.all)
  func outputsAndHiddenStatesEqualTorchs(_ fixture: Fixture) throws {
    let model = try fixture.model()
    for length in fixture.lengths {
      let input = try fixture.input(length)
      let run = try model.run([input], Request(), Execution())
      expectCloseToLargest(
        run.output.value.scalars, try fixture.values(length, fixture.output).scalars,
        tolerance: 1e-4, "\(fixture.output) at length \(length)")
      for (index, state) in try model.hiddenStates(input).enumerated()
      where fixture.has(length, "hidden.\(index)") {
        expectCloseToLargest(
          state.scalars, try fixture.values(length, "hidden.\(index)").scalars, tolerance: 1e-4,
          "hidden state \(index) at length \(length)")
      }
    }
  }

  @Test(arguments: Fixture.all)
  func everyAttentionLayerEqualsTorchs(_ fixture: Fixture) throws {
    let model = try fixture.model()
    for length in fixture.lengths {
      for (layer, pattern) in try model.attention(fixture.input(length)).enumerated() {
        let golden = try fixture.values(length, "attention.\(layer)")
        #expect(pattern.shape == golden.shape)
        expectClose(
          pattern.scalars, golden.scalars, absolute: 1e-5, "layer \(layer) at length \(length)")
      }
    }
  }

  @Test(arguments: Fixture.all)
  func gradientsOfEmbeddingAndAttentionEqualTorchs(_ fixture: Fixture) throws {
    let model = try fixture.model()
    let inputs: [Site] = model.card.grid == nil ? [.embedding] : [.embedding, .pixels]
    let sites = inputs + (0..<model.card.layers).map(Site.pattern)
    for length in fixture.lengths {
      var request = Request()
      request.differentiate = Set(sites)
      let run = try model.run([try fixture.input(length)], request, Execution(threads: 2))
      var cotangent = [Float](repeating: 0, count: run.output.shape[1])
      cotangent[fixture.target(length)] = 1
      let gradients = try run.gradients(
        cotangent: Tensor(cotangent, shape: run.output.shape), to: sites)
      for (site, gradient) in zip(sites, gradients) {
        let name =
          inputs.contains(site)
          ? site.description : "attention.\(sites.firstIndex(of: site)! - inputs.count)"
        expectCloseToLargest(
          run.slice(gradient, like: site, sequence: 0).scalars,
          try fixture.values(length, "gradient.\(name)").scalars,
          tolerance: 1e-3, "\(site) at length \(length)")
      }
    }
  }

  /// Oracle: a metamorphic relation; with the last stream kept, the last block computes every row.
  @Test(arguments: Fixture.all)
  func computingOnlyTheReadOutsRowsChangesNoBit(_ fixture: Fixture) throws {
    let model = try fixture.model()
    let inputs = try fixture.lengths.map { try fixture.input($0) }
    let edits = [Intervention(.uniform, layers: [0], heads: [0])]
    for interventions in model.card.layers > 1 ? [[], inputs.map { _ in edits }] : [[]] {
      func run(keeping sites: Set<Site>) throws -> (output: Tensor, gradient: Tensor) {
        var request = Request()
        request.keep = sites
        request.differentiate = [.embedding]
        request.interventions = interventions
        let run = try model.run(inputs, request, Execution(threads: 2))
        let ones = Tensor.filled(1, run.output.shape)
        return (run.output.value, try run.gradients(cotangent: ones, to: [.embedding])[0])
      }
      let (narrow, whole) = (try run(keeping: []), try run(keeping: [.final]))
      expectBitEqual(narrow.output.scalars, whole.output.scalars)
      // Rows that reach nothing add zeros, which may turn −0 into 0 and nothing else.
      #expect(narrow.gradient.scalars == whole.gradient.scalars)
    }
  }

  /// Oracle: a metamorphic relation; tokens alike share what they can in a batch, and nothing alone.
  @Test(arguments: Fixture.all)
  func sharingRowsOfTokensAlikeChangesNoBit(_ fixture: Fixture) throws {
    let model = try fixture.model()
    let input = try fixture.input(fixture.lengths[1])
    let shorter = (1..<min(input.count, 6)).map { position in
      input.keeping((0..<input.count).filter { $0 != position })
    }
    let inputs = [input, input, input] + shorter
    let batch = try model.run(inputs, Request(), Execution(threads: 2)).output.value
    for (index, input) in inputs.enumerated() {
      let single = try model.run([input], Request(), Execution()).output.value
      expectBitEqual(batch.slices(index..<index + 1).scalars, single.scalars)
    }
  }

  /// Oracle: a metamorphic relation; nothing is padded, so a batch is its members bit for bit.
  @Test(arguments: Fixture.all)
  func aBatchEqualsItsMembersToTheBit(_ fixture: Fixture) throws {
    let model = try fixture.model()
    let inputs = try fixture.lengths.map { try fixture.input($0) }
    let sites = [Site.embedding, .pattern(0)]
    func run(_ inputs: [Input], threads: Int) throws -> (Tensor, [[Tensor]]) {
      var request = Request()
      request.differentiate = Set(sites)
      let run = try model.run(inputs, request, Execution(threads: threads))
      let ones = Tensor.filled(1, run.output.shape)
      let gradients = try run.gradients(cotangent: ones, to: sites)
      return (
        run.output.value,
        inputs.indices.map { item in
          zip(sites, gradients).map { run.slice($1, like: $0, sequence: item) }
        }
      )
    }
    let (batch, batchGradients) = try run(inputs, threads: 2)
    for (index, input) in inputs.enumerated() {
      let (single, gradients) = try run([input], threads: 1)
      expectBitEqual(batch.slices(index..<index + 1).scalars, single.scalars)
      for (a, b) in zip(batchGradients[index], gradients[0]) {
        expectBitEqual(a.scalars, b.scalars)
      }
    }
  }

  /// Oracle: a metamorphic relation; looking at a value or replacing it by itself changes nothing.
  @Test(arguments: Fixture.all)
  func identityInterventionsChangeNoBit(_ fixture: Fixture) throws {
    let model = try fixture.model()
    let input = try fixture.input(fixture.lengths[1])
    let plain = try model.run([input], Request(), Execution()).output.value
    let patterns = try model.attention(input)
    let identities: [[Intervention]] = [
      patterns.enumerated().map { Intervention(.replace($1), layers: [$0]) },
      [Intervention(.scale(1))],
      [Intervention(.reorder(Array(0..<input.count)))],
      [Intervention(.knockOut(renormalise: false), keys: [])],
      [
        Intervention(
          .patch(try model.embeddings(input, Execution())), site: .embedding)
      ],
    ]
    for list in identities {
      var request = Request()
      request.interventions = [list]
      try model.validate([input], [list])
      let edited = try model.run([input], request, Execution()).output.value
      expectBitEqual(edited.scalars, plain.scalars, "\(list[0].action)")
    }
  }

  @Test(arguments: Fixture.all)
  func everyListedSiteCanBeKept(_ fixture: Fixture) throws {
    let model = try fixture.model()
    let input = try fixture.input(fixture.lengths[1])
    var request = Request()
    request.keep = Set(model.sites)
    let run = try model.run([input], request, Execution())
    for site in model.sites {
      let value = try #require(run.value(site, sequence: 0), "\(site) was not captured")
      #expect(value.shape.count == site.axes.count, "\(site)")
      #expect(Site(site.description) == site)
    }
  }

  /// Oracle: a metamorphic relation; starting at a block with what enters it ends the same.
  @Test(arguments: Fixture.all)
  func resumingAtABlockEqualsAWholeRun(_ fixture: Fixture) throws {
    let model = try fixture.model()
    let input = try fixture.input(fixture.lengths[1])
    let whole = try model.run([input], Request(), Execution()).output.value
    for (block, state) in try model.hiddenStates(input).dropLast().enumerated() {
      var request = Request()
      request.resume = (block, state)
      let resumed = try model.run([input], request, Execution()).output.value
      expectBitEqual(resumed.scalars, whole.scalars, "from block \(block)")
    }
  }

  /// Oracle: a metamorphic relation; the head's own scores patched by others are those others.
  @Test(arguments: Fixture.all)
  func everyRowSiteCanBePatched(_ fixture: Fixture) throws {
    let model = try fixture.model()
    let input = try fixture.input(fixture.lengths[1])
    var request = Request()
    let sites = model.sites.filter { $0.axes[0] != "head" }
    request.keep = Set(sites)
    let run = try model.run([input], request, Execution())
    for site in sites {
      let value = try #require(run.value(site, sequence: 0))
      let doubled = value.scaled(by: 2, Execution())
      var edited = Request()
      edited.interventions = [[Intervention(.patch(doubled), site: site)]]
      edited.keep = [site]
      try model.validate([input], edited.interventions)
      let again = try model.run([input], edited, Execution())
      expectBitEqual(
        try #require(again.value(site, sequence: 0)).scalars, doubled.scalars, "\(site)")
    }
  }
}
