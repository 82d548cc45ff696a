package dev.arpg4j.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.arpg4j.model.Arpg;
import dev.arpg4j.model.ArpgConfig;
import dev.arpg4j.model.KvSharing;
import dev.arpg4j.model.Parameter;
import dev.arpg4j.model.RandomWeights;
import dev.arpg4j.model.Zoo;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.Sampling;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.interpret.Call;
import dev.arpg4j.tensor.interpret.Cost;
import dev.arpg4j.tensor.interpret.Counting;
import dev.arpg4j.tensor.interpret.ForwardingOps;
import dev.arpg4j.tensor.interpret.Shapes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The decoder as it really runs, counted, against the table of VARIANTS.md 1.12. */
class CostModelTest {
  private static final long CELLS = 256;

  /** The table is rounded to one decimal. */
  @ParameterizedTest
  @CsvSource({
    "12, 12, SHARED,    cosine, 64,  251, 156.2, 12.7",
    "12, 12, SHARED,    cosine, 32,  245, 154.3, 12.4",
    "12, 12, SHARED,    arccos, 64,  229, 149.1, 11.6",
    "12, 12, SHARED,    arccos, 32,  217, 145.2, 11.0",
    "12, 12, SHARED,    arccos, 256, 256, 157.9, 13.0",
    "18, 6,  SHARED,    cosine, 64,  251, 161.9, 18.6",
    "6,  18, SHARED,    cosine, 64,  251, 150.6, 6.9",
    "0,  24, SHARED,    cosine, 64,  251, 144.9, 1.0",
    "12, 12, PER_LAYER, cosine, 64,  251, 167.8, 23.5",
  })
  void agreesWithTheTable(
      int self,
      int cross,
      KvSharing sharing,
      String schedule,
      int steps,
      long contentRows,
      double gigaFlops,
      double kvMebibytes) {
    ArpgConfig config =
        Zoo.named("ARPG-L").orElseThrow().withLayers(self, cross).withKvSharing(sharing);

    Cost cost = decode(config, settings(schedule, steps));

    // The queries' content is embedded too: one [MASK], for all of the 256 cells.
    assertThat(cost.of("embed").rows()).isEqualTo(contentRows + 1);
    // The table lets the first cross layer project a query for each cell.
    long saved = 2L * (CELLS - 1) * config.dim() * config.dim();
    assertThat((cost.flops() + saved) * 1e-9).isCloseTo(gigaFlops, within(0.05));
    assertThat(cost.kvBytes() * 0x1p-20).isCloseTo(kvMebibytes, within(0.05));
  }

  /** Rows are exact, so that no row is multiplied that nobody reads. */
  @ParameterizedTest
  @CsvSource({"cosine, 64, 251", "arccos, 64, 229", "arccos, 1, 1"})
  void multipliesNoRowForNothing(String schedule, int steps, long contentRows) {
    ArpgConfig config = Zoo.named("ARPG-L").orElseThrow();

    Map<String, Long> rows = new HashMap<>();
    try (Backend shapes = new Shapes(DType.F32)) {
      Arpg model = Arpg.load(shapes, config, new RandomWeights(config, 1, 0.02), DType.BF16);
      new Decoder(model.on(new RowsByWeight(shapes, rows)), settings(schedule, steps))
          .decode(DecodeBatch.of(0, 207), DecodeObserver.NONE);
    }

    Map<String, Long> expected = new HashMap<>();
    for (Parameter parameter : config.parameters()) {
      String name = parameter.name();
      boolean product = parameter.use() == Weight.Use.PANELS && parameter.shape().rank() == 2;
      if (product) {
        // What was decoded last is never fed, and only targets reach the cross layers and the head.
        boolean target = name.startsWith("layers.cross_dec") || name.equals("head.weight");
        expected.put(name, target ? CELLS : contentRows);
      }
    }
    // All targets ask the first cross layer the same.
    expected.put("layers.cross_dec.0.attn.to_q.weight", 1L);
    assertThat(rows).isEqualTo(expected);
  }

  /** Adds up the rows that each weight multiplies. */
  private static final class RowsByWeight extends ForwardingOps {
    private final Map<String, Long> rows;

    RowsByWeight(Backend backend, Map<String, Long> rows) {
      super(backend);
      this.rows = rows;
    }

    @Override
    protected List<Tensor> say(Call call) {
      if (call.op().startsWith("linear")) {
        long multiplied = call.tensor(0).shape().rows();
        for (Object weight : call.operands().subList(1, call.operands().size())) {
          rows.merge(((Weight) weight).name(), multiplied, Long::sum);
        }
      }
      return super.say(call);
    }
  }

  private static Cost decode(ArpgConfig config, DecodeSettings settings) {
    try (Counting counting = Counting.withoutComputing(DType.BF16)) {
      Arpg model = Arpg.load(counting, config, new RandomWeights(config, 1, 0.02), DType.BF16);
      new Decoder(model, settings).decode(DecodeBatch.of(0, 207), DecodeObserver.NONE);
      return counting.cost();
    }
  }

  private static DecodeSettings settings(String schedule, int steps) {
    return new DecodeSettings(
        steps,
        schedule.equals("cosine") ? StepSchedule.COSINE : StepSchedule.ARCCOS,
        Guidance.NONE,
        Sampling.PLAIN,
        GenerationOrder.IMAGE,
        Pass1Mask.CHUNK,
        0);
  }
}
