package dev.arpg4j.decode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.model.Arpg;
import dev.arpg4j.model.ArpgConfig;
import dev.arpg4j.model.Checkpoint;
import dev.arpg4j.model.EmbeddedModel;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.BackendProvider.Settings;
import dev.arpg4j.tensor.DType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An image of the cpu backend is the same to the last bit of its logits, whatever the company. */
class SameBitsTest {
  private static final int CLASSES = 10;
  private static final int CALLS = 1000;
  private static final DecodeSettings SETTINGS = DecodeSettings.EMBEDDED.withSteps(4);

  /** The tokens of a decode and a hash over the bits of all its guided logits. */
  private record Said(List<List<Integer>> tokens, int logits) {}

  private static Said decode(Arpg model, int firstImage, int... classes) {
    int[] hash = {1};
    int[][] tokens =
        new Decoder(model, SETTINGS)
            .decode(
                DecodeBatch.of(firstImage, classes),
                (step, guided, ids) ->
                    hash[0] = 31 * hash[0] + Arrays.hashCode(guided.get().toFloats()));
    return new Said(
        Arrays.stream(tokens).map(row -> Arrays.stream(row).boxed().toList()).toList(), hash[0]);
  }

  private static Backend cpu(int threads) {
    return BackendProvider.named("cpu").open(Settings.ofThreads(threads));
  }

  private static Arpg embedded(Backend backend, DType storage) {
    return Arpg.load(backend, EmbeddedModel.checkpoint(), storage);
  }

  /**
   * Compiling a kernel must not change what it says. The embedded model takes its time, so it is
   * called as often in the thorough round only.
   */
  @Test
  void atTheFirstCallAndTheThousandth() {
    ArpgConfig small = ArpgConfig.published(48, 3, 2, 2, 6, 97, CLASSES);
    try (Backend backend = cpu(2)) {
      Arpg model =
          Boolean.getBoolean("arpg4j.thorough")
              ? embedded(backend, DType.F32)
              : Arpg.load(backend, Checkpoint.random("small", small, 0, 0.25), DType.F32);
      Said first = decode(model, 0, 3);
      for (int call = 1; call < CALLS; call++) {
        assertThat(decode(model, 0, 3)).as("call %d", call + 1).isEqualTo(first);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "BF16"})
  void withOneThreadTwoAndThree(DType storage) {
    List<Said> said = new ArrayList<>();
    for (int threads = 1; threads <= 3; threads++) {
      try (Backend backend = cpu(threads)) {
        said.add(decode(embedded(backend, storage), 0, 0, 1, 2));
      }
    }
    assertThat(said).containsOnly(said.getFirst());
  }

  @Test
  void aloneInABatchAndInAShard() {
    int[] classes = new int[CLASSES];
    Arrays.setAll(classes, i -> i);
    try (Backend backend = cpu(2)) {
      Arpg model = embedded(backend, DType.F32);
      List<List<Integer>> together = decode(model, 0, classes).tokens();
      for (int image = 0; image < CLASSES; image++) {
        assertThat(decode(model, image, classes[image]).tokens())
            .as("image %d alone", image)
            .containsExactly(together.get(image));
      }
      int[] second = Arrays.copyOfRange(classes, CLASSES / 2, CLASSES);
      assertThat(decode(model, CLASSES / 2, second).tokens())
          .isEqualTo(together.subList(CLASSES / 2, CLASSES));
    }
  }
}
