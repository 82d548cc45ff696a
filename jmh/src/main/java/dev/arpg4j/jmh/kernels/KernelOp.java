package dev.arpg4j.jmh.kernels;

import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * An op as it is measured.
 *
 * @param name as {@code --op} has it
 * @param summary what it does, in a few words
 * @param letters the extents that it needs; see {@link Sizes}
 * @param shapes the shapes at which it occurs, by name
 * @param recipe puts operands on the device and says which versions there are
 */
record KernelOp(
    String name,
    String summary,
    List<String> letters,
    Supplier<List<NamedShape>> shapes,
    Recipe recipe) {
  /** Makes an op ready at some sizes. */
  @FunctionalInterface
  interface Recipe {
    Prepared prepare(Workbench bench, Sizes at);
  }

  /** An op over the rows that pass 2 predicts. */
  static KernelOp of(String name, String summary, List<String> letters, Recipe recipe) {
    return new KernelOp(
        name, summary, letters, atPoints(at -> List.of(at.shape(at.sizes(), letters))), recipe);
  }

  /** An op over the rows that pass 1 is fed. */
  static KernelOp ofFeed(String name, String summary, List<String> letters, Recipe recipe) {
    return new KernelOp(
        name,
        summary,
        letters,
        atPoints(at -> List.of(at.shape(at.sizesOfFeed(), letters))),
        recipe);
  }

  /** An op over the rows of a micro-batch that is trained on. */
  static KernelOp ofTraining(String name, String summary, List<String> letters, Recipe recipe) {
    return new KernelOp(name, summary, letters, TrainingPoint.of(letters), recipe);
  }

  /** The shapes of all points of a decode. */
  static Supplier<List<NamedShape>> atPoints(Function<DecodePoint, List<NamedShape>> shapes) {
    return () -> DecodePoint.all().stream().flatMap(at -> shapes.apply(at).stream()).toList();
  }

  /** The same op at other shapes too. */
  KernelOp alsoAt(Supplier<List<NamedShape>> others) {
    return new KernelOp(
        name,
        summary,
        letters,
        () -> Stream.of(shapes, others).flatMap(each -> each.get().stream()).toList(),
        recipe);
  }

  /** All of its shapes. */
  List<NamedShape> allShapes() {
    return shapes.get();
  }
}
