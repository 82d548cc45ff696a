package dev.arpg4j.verify;

import dev.arpg4j.tensor.InvalidInputException;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Every property, those a reader looks for first at the top: causality, permutation invariance of
 * the KV cache, and the three meanings of "parallel decoding equals sequential decoding", of which
 * the first always holds, the second under one mask, and the third never. Ids are those of
 * VARIANTS.md 7 where it has them. A property whose name begins with "exhibit" is about something
 * that is false: it passes when a case shows the violation, so that nobody mends it silently.
 */
public final class Properties {
  private static final List<Property> ALL =
      List.of(
          new Property(
              "P1",
              "causality",
              "A target's logits do not depend on its own id or on any id decoded with it or later.",
              "Nothing that is not decoded yet leaks into a prediction, in the loop or in training.",
              CaseKind.ANY,
              Causality::future),
          new Property(
              "P4",
              "permutation invariance of the KV cache",
              "Shuffling the rows of every cache, keys and values together, changes nothing that is"
                  + " read from them later.",
              "Keys carry their own positions, so a cache is a set: rows may be stored anywhere.",
              CaseKind.ANY,
              CachedRows::permutation),
          new Property(
              "P2",
              "parallel equals sequential, (a) logits",
              "Given a frozen context, a target's logits are the same, bit for bit on a CPU, whether"
                  + " it is queried alone or with others.",
              "Asking for many cells at once is free of error: queries never see each other.",
              CaseKind.QUERIES,
              Parallel::queries),
          new Property(
              "P5",
              "parallel equals sequential, (b) state, strict mask",
              "Under the strict mask the same tokens in the same order leave the same caches and"
                  + " later logits, however they are cut into chunks.",
              "With STRICT, tokens decoded together are remembered as if decoded one by one.",
              CaseKind.ANY,
              Parallel::strictState),
          new Property(
              "P5-chunk",
              "exhibit: parallel is not sequential, (b) state, chunk mask",
              "Under the chunk mask, tokens fed together leave other caches and later logits than"
                  + " the same tokens fed one by one.",
              "With CHUNK, the released sampler's mask, a decode's state depends on its step sizes.",
              CaseKind.PARALLEL_STATE,
              Parallel::chunkState),
          new Property(
              "P14",
              "exhibit: parallel is not sequential, (c) samples",
              "A plan that decodes two cells in a step draws images from another distribution than"
                  + " one cell a step, and with the same numbers draws other tokens.",
              "Cells decoded together are drawn independently of each other: speed for exactness.",
              CaseKind.PARALLEL_STEPS,
              Parallel::samples),
          new Property(
              "P0",
              "definition",
              "The loop's guided logits are those of the paper's formulas, evaluated in plain"
                  + " float64 loops with dense masks and without a cache.",
              "The decoder computes the published model, not merely one with its symmetries.",
              CaseKind.ANY,
              Forwards::definition),
          new Property(
              "P1-reach",
              "the past matters",
              "Changing one fed token, or the class, changes later logits.",
              "Causality is no accident of a decoder that reads nothing.",
              CaseKind.ANY,
              Causality::past),
          new Property(
              "P3",
              "query permutation",
              "Permuting the queries of a step permutes their logits.",
              "The order inside a step is a matter of layout.",
              CaseKind.QUERIES,
              Parallel::queryOrder),
          new Property(
              "P6",
              "insertion order inside a chunk",
              "Under the chunk mask, reordering tokens that are fed together, known cells too,"
                  + " changes no later logits.",
              "With CHUNK, a step is a set.",
              CaseKind.QUERIES,
              InsertionOrder::insideChunk),
          new Property(
              "P6-set",
              "set function of 0+L",
              "Without self layers, logits depend on the set of known tokens alone: neither on their"
                  + " order, nor on chunks, nor on the mask.",
              "Only 0+L forgets how an image came about.",
              CaseKind.CROSS_ONLY,
              InsertionOrder::setFunction),
          new Property(
              "P6-order",
              "exhibit: insertion order matters",
              "With self layers, reversing tokens changes later logits: inside a chunk under the"
                  + " strict mask, across chunks under the chunk mask.",
              "Content rows are functions of their history.",
              CaseKind.PARALLEL_STATE,
              InsertionOrder::across),
          new Property(
              "P7a",
              "the loop and training",
              "Under the strict mask, the first target of each step has the logits of the"
                  + " teacher-forced forward pass.",
              "What training optimises is what the loop computes, for one target a step.",
              CaseKind.ANY,
              Forwards::teacherForced),
          new Property(
              "P7b",
              "the loop and one block-masked forward pass",
              "Under both masks the loop's logits, and the log-likelihood of its tokens, are those"
                  + " of a single forward pass under a block mask.",
              "A decode can be scored exactly, or trained on, without its loop.",
              CaseKind.ANY,
              Forwards::oneShot),
          new Property(
              "P8",
              "translation invariance",
              "Moving all cells by the same rows and columns, on a larger grid, changes nothing.",
              "Only relative positions count; larger grids continue smaller ones.",
              CaseKind.ANY,
              Positions::translation),
          new Property(
              "P9",
              "append-only cache",
              "Feeding adds rows, querying adds none, and neither changes a bit of a held row.",
              "A cache never has to be written twice.",
              CaseKind.ANY,
              CachedRows::appendOnly),
          new Property(
              "P10",
              "bookkeeping",
              "Every cell is visited once and holds the id that was chosen for it; known ids stay;"
                  + " replaying given ids returns them.",
              "Decoding order and raster order never get mixed up.",
              CaseKind.ANY,
              Company::places),
          new Property(
              "P11",
              "first step is position-blind",
              "With nothing but the class known, all cells have the same logits.",
              "The first step's cells are alike but for their numbers: positions are relative.",
              CaseKind.QUERIES,
              Positions::firstStep),
          new Property(
              "class-row",
              "the class row is a sink",
              "The class row's key is exactly zero in every cache, and a query in its place attends"
                  + " uniformly.",
              "The class speaks through its value, at a fixed score of 0, from no position.",
              CaseKind.ANY,
              CachedRows::classRow),
          new Property(
              "P13",
              "guidance 1 is conditional",
              "With guidance 1 and both branches run, logits are the conditional ones.",
              "Guidance is an extrapolation that starts at the model itself.",
              CaseKind.ANY,
              Guiding::one),
          new Property(
              "guidance",
              "guidance formula",
              "Guided logits are u + (c - u) w of the two branches run apart, w as its schedule"
                  + " says, and in the last step w is the given one.",
              "A result's guidance is the number that was asked for.",
              CaseKind.ANY,
              Guiding::formula),
          new Property(
              "batch",
              "batch independence",
              "An image is the same, bit for bit on a CPU, alone, in any batch and in any shard.",
              "Results do not depend on how a request is cut.",
              CaseKind.ANY,
              Company::batch),
          new Property(
              "threads",
              "thread independence",
              "The number of threads changes no bit.",
              "Results do not depend on the machine's load or size.",
              CaseKind.ANY,
              Company::threads),
          new Property(
              "schedules",
              "schedule tables",
              "Plans are the published ones, number by number; every plan adds up, and no step is"
                  + " empty.",
              "Steps mean what they mean in the paper.",
              CaseKind.ANY,
              Tables::schedules),
          new Property(
              "sizes",
              "model sizes",
              "Inner widths and parameter counts are the published ones and follow the closed form.",
              "A checkpoint of that name fits.",
              CaseKind.ANY,
              Tables::sizes),
          new Property(
              "sampler",
              "sampler distribution",
              "Ids are drawn from the softmax after temperature, top-k and top-p, by a chi-square"
                  + " test.",
              "What is drawn is what the settings say.",
              CaseKind.ANY,
              Draws::distribution),
          new Property(
              "numbers",
              "each cell its own number",
              "Each id is the inverse distribution of its logits at the uniform number of its seed,"
                  + " image and cell, whatever the step it is drawn in.",
              "Two decodes that differ in plan share their noise, so differences are the model's.",
              CaseKind.ANY,
              Draws::ownNumbers));

  private Properties() {}

  /** All of them, in the order to read them. */
  public static List<Property> all() {
    return ALL;
  }

  /**
   * The property of that id, whatever the case of its letters.
   *
   * @throws InvalidInputException if there is none, listing those there are
   */
  public static Property named(String id) {
    return ALL.stream()
        .filter(property -> property.id().equalsIgnoreCase(id))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "property '%s' is not known; known are %s"
                        .formatted(
                            id, ALL.stream().map(Property::id).collect(Collectors.joining(", ")))));
  }
}
