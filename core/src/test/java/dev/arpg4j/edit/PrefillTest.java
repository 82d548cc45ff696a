package dev.arpg4j.edit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.decode.DecodeBatch;
import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.decode.Decoder;
import dev.arpg4j.decode.Decoding;
import dev.arpg4j.decode.Feed;
import dev.arpg4j.decode.KnownCells;
import dev.arpg4j.decode.Layout;
import dev.arpg4j.decode.Pass1Mask;
import dev.arpg4j.decode.Plan;
import dev.arpg4j.decode.Role;
import dev.arpg4j.decode.TwoPass;
import dev.arpg4j.decode.TwoPassDecoding;
import dev.arpg4j.model.Arpg;
import dev.arpg4j.model.ArpgConfig;
import dev.arpg4j.model.RandomWeights;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.BackendProvider.Settings;
import dev.arpg4j.tensor.DType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Known cells fed in one chunk, and one after another (VARIANTS.md 1.9). */
class PrefillTest {
  private static final ArpgConfig CONFIG = ArpgConfig.published(24, 2, 2, 2, 4, 29, 5);
  private static final DecodeBatch BATCH =
      new DecodeBatch(
          2,
          new int[] {1, 4},
          new KnownCells(new int[] {6, 2, 15, 9}, new int[][] {{1, 2, 3, 4}, {5, 6, 7, 8}}));

  /** The two-pass decoder, but for the known cells: each in a feed of its own. */
  private record CellByCell(TwoPassDecoding own) implements Decoding {
    @Override
    public Plan plan(DecodeSettings settings, int cells) {
      return own.plan(settings, cells);
    }

    @Override
    public Layout layout(DecodeSettings settings, Plan plan, int known) {
      Layout chunk = own.layout(settings, plan, known);
      List<Feed> before = new ArrayList<>(chunk.before());
      for (int place = 0; place < known - 1; place++) {
        before.add(Feed.after(1 + place, -1).add(Role.CONTENT, place).seeing(settings.pass1()));
      }
      Plan.Step first = plan.steps().getFirst();
      List<Feed> steps = new ArrayList<>(chunk.steps());
      steps.set(
          0,
          Feed.after(known, 0)
              .add(Role.CONTENT, known - 1)
              .uncached()
              .add(Role.QUERY, known + first.from(), known + first.to())
              .predicts(known + first.from(), known + first.to())
              .seeing(settings.pass1()));
      return new Layout(plan, known, before, steps);
    }
  }

  /** What a decode says: all guided logits, then the tokens. */
  private static List<double[]> said(Backend cpu, Decoding decoding, Pass1Mask mask) {
    Arpg model = Arpg.load(cpu, CONFIG, new RandomWeights(CONFIG, 3, 0.3), DType.F32);
    DecodeSettings settings = DecodeSettings.EMBEDDED.withSteps(4).withPass1(mask);
    List<double[]> said = new ArrayList<>();
    int[][] tokens =
        new Decoder(new TwoPass(model), decoding, settings)
            .decode(BATCH, (step, guided, ids) -> said.add(guided.get().toDoubles()));
    for (int[] image : tokens) {
      said.add(Arrays.stream(image).asDoubleStream().toArray());
    }
    return said;
  }

  /** To the last bit under the causal mask; not at all where a chunk's cells see each other. */
  @Test
  void oneChunkIsCellByCellUnderTheStrictMask() {
    TwoPassDecoding chunk = new TwoPassDecoding(CONFIG.readout());
    try (Backend cpu = BackendProvider.named("cpu").open(Settings.ofThreads(2))) {
      assertThat(said(cpu, new CellByCell(chunk), Pass1Mask.STRICT))
          .usingRecursiveComparison()
          .isEqualTo(said(cpu, chunk, Pass1Mask.STRICT));
      assertThat(said(cpu, new CellByCell(chunk), Pass1Mask.CHUNK).getFirst())
          .isNotEqualTo(said(cpu, chunk, Pass1Mask.CHUNK).getFirst());
    }
  }
}
