package dev.arpg4j.train;

import dev.arpg4j.data.CodeSet;
import dev.arpg4j.model.BackboneConfig;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.random.Philox;
import dev.arpg4j.tensor.random.Purpose;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** A model of a few thousand parameters, and images of a few codes to train it on. */
final class Fixture {
  static final TokenGrid GRID = TokenGrid.square(4);
  static final int VOCABULARY = 11;
  static final int CLASSES = 3;

  private Fixture() {}

  static Backend backend(String name, int threads) {
    return BackendProvider.named(name)
        .open(new BackendProvider.Settings(threads, null, 0, List.of()));
  }

  /** A 1+1-layer ARPG of width 16, ten steps of six images. */
  static Recipe recipe() {
    return recipe("arpg", 16, CLASSES);
  }

  /** The same of another system, width and number of classes. */
  static Recipe recipe(String variant, int dim, int classes) {
    BackboneConfig sizes =
        new BackboneConfig(dim, 2, 2, GRID, VOCABULARY, classes, 8, 10_000, 1e-5);
    return Recipe.of(Recipe.Model.of(variant, sizes, Map.of(), DType.F32))
        .with(Map.of("steps", 10, "batch", 6, "micro_batch", 4, "warm_up", 2));
  }

  /** Images whose classes come in turn. */
  interface Images extends CodeSet {
    int classes();

    @Override
    default TokenGrid grid() {
      return GRID;
    }

    @Override
    default int vocabulary() {
      return VOCABULARY;
    }

    @Override
    default List<String> classNames() {
      return IntStream.range(0, classes()).mapToObj(Integer::toString).toList();
    }

    @Override
    default int label(int index) {
      return index % classes();
    }
  }

  /**
   * Images of random codes.
   *
   * @param classes which the images have in turn
   * @param seed which ones
   */
  record Noise(int size, int classes, long seed) implements Images {
    @Override
    public int[] codes(int index) {
      int[] codes = new int[GRID.cells()];
      for (int cell = 0; cell < codes.length; cell++) {
        codes[cell] = (int) (Philox.uniform(seed, index, cell, 0, Purpose.CASES) * VOCABULARY);
      }
      return codes;
    }
  }

  /** An image of each class, all of whose cells have the code of that number. */
  record Plain(int classes) implements Images {
    @Override
    public int size() {
      return classes;
    }

    @Override
    public int[] codes(int index) {
      int[] codes = new int[GRID.cells()];
      Arrays.fill(codes, index);
      return codes;
    }
  }
}
