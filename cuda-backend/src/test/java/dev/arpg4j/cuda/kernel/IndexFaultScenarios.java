package dev.arpg4j.cuda.kernel;

import dev.arpg4j.cuda.kernel.Attention.Extents;
import dev.arpg4j.cuda.kernel.Attention.Version;
import dev.arpg4j.cuda.kernel.Scenario.Outcome;
import dev.arpg4j.tensor.cases.ErrorBound;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A single index outside among good ones, below and above: it is named, and nothing is touched. */
final class IndexFaultScenarios {
  /** Whatever was computed with the index that took its place. */
  private static final ErrorBound ANY = (index, expected, found) -> Double.MAX_VALUE;

  private IndexFaultScenarios() {}

  /** Runs an op with that index at place 1 of three. */
  private interface Op {
    ShimDevice.Result run(ShimDevice device, int index);
  }

  static List<Scenario> of(Element element) {
    List<Scenario> scenarios = new ArrayList<>();
    add(scenarios, "movement", element, Fault.Kind.EMBED_ID, 4, IndexFaultScenarios.embed(element));
    add(scenarios, "movement", element, Fault.Kind.GATHER_INDEX, 4, gather(element));
    add(scenarios, "rowsums", element, Fault.Kind.SCATTER_INDEX, 4, scatterAdd(element));
    add(scenarios, "reductions", element, Fault.Kind.TARGET, 5, crossEntropyBackward(element));
    add(
        scenarios,
        "attention_backward",
        element,
        Fault.Kind.VISIBLE_END,
        7,
        attentionBackward(element));
    add(scenarios, "positions", element, Fault.Kind.ROPE_ROW, 4, rope(element));
    add(scenarios, "reductions", element, Fault.Kind.TARGET, 5, crossEntropy(element));
    for (boolean rotation : new boolean[] {false, true}) {
      Fault.Kind kind = rotation ? Fault.Kind.ROPE_ROW : Fault.Kind.VISIBLE_END;
      int bound = rotation ? 4 : 7;
      add(scenarios, "attention", element, kind, bound, attend(element, Version.ROWS, rotation));
      if (element == Element.BF16) {
        add(
            scenarios,
            "attention_mma",
            element,
            kind,
            bound,
            attend(element, Version.MMA, rotation));
      }
    }
    return scenarios;
  }

  private static void add(
      List<Scenario> scenarios, String file, Element element, Fault.Kind kind, int bound, Op op) {
    for (int bad : new int[] {-7, bound, 1 << 30}) {
      double[] words = {kind.ordinal() + 1, 1, bad, bound};
      scenarios.add(
          new Scenario(
              file,
              element,
              "%s of %d".formatted(kind, bad),
              false,
              device -> {
                var y = op.run(device, bad);
                return List.of(
                    Outcome.ids(device.expectedFault(), words, ErrorBound.exact()).named("fault"),
                    Outcome.reals(y, new double[y.count()], ANY));
              }));
    }
  }

  private static double[] ones(int count) {
    double[] ones = new double[count];
    Arrays.fill(ones, 1);
    return ones;
  }

  private static Op embed(Element element) {
    return (device, id) -> {
      var y = device.result(element, 3 * 16);
      new Movement(device, element)
          .embed(
              device.reals(element, ones(4 * 16)),
              device.ints(0, id, 3),
              y.address(),
              3,
              4,
              16,
              device.fault());
      return y;
    };
  }

  private static Op gather(Element element) {
    return (device, index) -> {
      var y = device.result(element, 3 * 5);
      new Movement(device, element)
          .gather(
              device.reals(element, ones(4 * 5)),
              new Index(device.ints(3, index, 0), 1),
              y.address(),
              1,
              4,
              3,
              5,
              device.fault());
      return y;
    };
  }

  private static Rotation rotation(ShimDevice device, int row) {
    return new Rotation(
        device.reals(Element.F32, ones(4 * 16)), 4, new Index(device.ints(3, row, 0), 1));
  }

  private static Op rope(Element element) {
    return (device, row) -> {
      var y = device.result(element, 3 * 16);
      new Positions(device, element)
          .rope(
              device.reals(element, ones(3 * 16)),
              rotation(device, row),
              y.address(),
              1,
              3,
              1,
              16,
              device.fault());
      return y;
    };
  }

  private static Op crossEntropy(Element element) {
    return (device, target) -> {
      var y = device.result(Element.F32, 3);
      new Reductions(device, element)
          .crossEntropy(
              device.reals(element, ones(3 * 5)),
              device.ints(4, target, 0),
              y.address(),
              3,
              5,
              device.fault());
      return y;
    };
  }

  private static Op attend(Element element, Version version, boolean rotated) {
    return (device, index) -> {
      var y = device.result(element, 3 * 16);
      long q = device.reals(element, ones(3 * 16));
      long keys = device.reals(element, ones(6 * 16));
      int end = rotated ? 6 : index;
      new Attention(device, element)
          .attend(
              device.aligned() ? version : Version.ROWS,
              new Attention.Operands(
                  q,
                  keys,
                  keys,
                  new Index(device.ints(1, end, 6), 1),
                  y.address(),
                  0.25f,
                  rotated ? rotation(device, index) : Rotation.NONE,
                  0,
                  device.fault()),
              new Extents(1, 3, 6, 6 * 16, 1, 16));
      return y;
    };
  }

  private static Op scatterAdd(Element element) {
    return (device, index) -> {
      var y = device.result(element, 4 * 5);
      new RowSums(device, element)
          .scatterAdd(
              device.reals(element, ones(3 * 5)),
              new Index(device.ints(3, index, 0), 1),
              y.address(),
              1,
              3,
              4,
              5,
              device.fault());
      return y;
    };
  }

  private static Op crossEntropyBackward(Element element) {
    return (device, target) -> {
      var dx = device.result(element, 3 * 5);
      new Reductions(device, element)
          .crossEntropyBackward(
              device.reals(element, ones(3 * 5)),
              device.ints(4, target, 0),
              device.reals(Element.F32, ones(3)),
              dx.address(),
              3,
              5,
              device.fault());
      return dx;
    };
  }

  private static Op attentionBackward(Element element) {
    return (device, end) -> {
      var extents = new AttentionBackward.Extents(1, 3, 6, 1, 16);
      long rows = device.reals(element, ones(3 * 16));
      long memory = device.reals(element, ones(6 * 16));
      var dq = device.result(element, 3 * 16);
      var dk = device.result(element, 6 * 16);
      var dv = device.result(element, 6 * 16);
      new AttentionBackward(device, element)
          .backward(
              new AttentionBackward.Operands(
                  rows, memory, memory, new Index(device.ints(1, end, 6), 1), 0.25f, rows),
              new AttentionBackward.Gradients(dq.address(), dk.address(), dv.address()),
              extents,
              device.scratch(3 * 3).address(),
              device.fault());
      return dq;
    };
  }
}
