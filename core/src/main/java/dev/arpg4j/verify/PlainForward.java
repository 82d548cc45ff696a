package dev.arpg4j.verify;

import dev.arpg4j.decode.Pass1Mask;
import dev.arpg4j.decode.Plan;
import dev.arpg4j.model.ArpgConfig;
import dev.arpg4j.model.KvSharing;
import dev.arpg4j.model.ModelWeights;
import dev.arpg4j.tensor.WeightSource;
import java.util.HashMap;
import java.util.Map;

/**
 * The two-pass decoder a second time, written out from VARIANTS.md 1.3 to 1.5 and 1.8 in float64
 * loops over one image: dense boolean masks, no cache, no prefix, no rope table, no code shared
 * with the decoder it judges.
 */
final class PlainForward {
  private final ArpgConfig config;
  private final ModelWeights weights;
  private final Map<String, double[]> read = new HashMap<>();

  PlainForward(ArpgConfig config, ModelWeights weights) {
    this.config = config;
    this.weights = weights;
  }

  /**
   * A row on its way through the layers.
   *
   * @param cell where it stands, or -1 for the class token
   * @param group which rows came together: 0 class, 1 known cells, then one a step
   */
  private record Slot(int id, int cell, int group) {}

  /** Logits [N'][V] of one image of a case, by place in its order. */
  double[][] logits(Case drawn, int image, int classId) {
    Slot[] content = content(drawn, image, classId);
    double[][] rows = embed(content);
    for (int layer = 0; layer < config.selfLayers(); layer++) {
      String block = "layers.self_dec." + layer;
      double[][] y = norm(rows, block + ".attn_norm.weight");
      double[][] q = rotate(map(y, block + ".attn.to_q.weight"), content);
      double[][] k = rotate(map(y, block + ".attn.to_k.weight"), content);
      double[][] v = map(y, block + ".attn.to_v.weight");
      boolean[][] sees = selfMask(content, drawn.mask());
      rows = plus(rows, map(attention(q, k, v, sees), block + ".attn.proj.weight"));
      rows = plus(rows, feedForward(rows, block));
    }
    return config.crossLayers() == 0
        ? nextInOrder(head(rows), drawn)
        : head(queries(drawn, image, content, rows));
  }

  /** Class, known cells, and all steps but the last, whose tokens nothing reads. */
  private static Slot[] content(Case drawn, int image, int classId) {
    int known = drawn.known().length;
    int fed = drawn.plan().steps().getLast().from();
    Slot[] slots = new Slot[1 + known + fed];
    slots[0] = new Slot(classId, -1, 0);
    for (int i = 0; i < known; i++) {
      int cell = drawn.known()[i];
      slots[1 + i] = new Slot(drawn.tokens()[image][cell], cell, 1);
    }
    for (Plan.Step step : drawn.plan().steps()) {
      for (int place = step.from(); place < Math.min(step.to(), fed); place++) {
        int cell = drawn.orders()[image][place];
        slots[1 + known + place] = new Slot(drawn.tokens()[image][cell], cell, 2 + step.index());
      }
    }
    return slots;
  }

  private static boolean[][] selfMask(Slot[] slots, Pass1Mask mask) {
    boolean[][] sees = new boolean[slots.length][slots.length];
    for (int i = 0; i < slots.length; i++) {
      for (int j = 0; j < slots.length; j++) {
        sees[i][j] = mask == Pass1Mask.STRICT ? j <= i : slots[j].group <= slots[i].group;
      }
    }
    return sees;
  }

  /** Pass 2: every target reads the content of earlier groups. */
  private double[][] queries(Case drawn, int image, Slot[] content, double[][] rows) {
    Slot[] targets = new Slot[drawn.targets()];
    for (Plan.Step step : drawn.plan().steps()) {
      for (int place = step.from(); place < step.to(); place++) {
        int cell = drawn.orders()[image][place];
        targets[place] = new Slot(config.vocabulary(), cell, 2 + step.index());
      }
    }
    boolean[][] sees = new boolean[targets.length][content.length];
    for (int i = 0; i < targets.length; i++) {
      for (int j = 0; j < content.length; j++) {
        sees[i][j] = content[j].group < targets[i].group;
      }
    }
    double[][] y = norm(rows, "layers.norm.weight");
    double[][] z = embed(targets);
    for (int layer = 0; layer < config.crossLayers(); layer++) {
      String block = "layers.cross_dec." + layer;
      String kv = config.kvSharing() == KvSharing.SHARED ? "layers" : block + ".attn";
      double[][] k = rotate(map(y, kv + ".to_k.weight"), content);
      double[][] v = map(y, kv + ".to_v.weight");
      double[][] normed = norm(z, block + ".attn_norm.weight");
      double[][] q = rotate(map(normed, block + ".attn.to_q.weight"), targets);
      z = plus(z, map(attention(q, k, v, sees), block + ".attn.proj.weight"));
      z = plus(z, feedForward(z, block));
    }
    return z;
  }

  /** Without queries, the row before a target in feeding order predicts it. */
  private static double[][] nextInOrder(double[][] rows, Case drawn) {
    double[][] next = new double[drawn.targets()][];
    System.arraycopy(rows, drawn.known().length, next, 0, next.length);
    return next;
  }

  private double[][] head(double[][] rows) {
    return map(norm(rows, "norm.weight"), "head.weight");
  }

  private double[][] embed(Slot[] slots) {
    double[] table = values("embeddings.weight");
    double[][] rows = new double[slots.length][config.dim()];
    for (int i = 0; i < slots.length; i++) {
      System.arraycopy(table, slots[i].id * config.dim(), rows[i], 0, config.dim());
    }
    return rows;
  }

  /** x / sqrt(mean(x²) + ε), then the scale. */
  private double[][] norm(double[][] rows, String scale) {
    double[] w = values(scale);
    double[][] y = new double[rows.length][config.dim()];
    for (int i = 0; i < rows.length; i++) {
      double squares = 0;
      for (double x : rows[i]) {
        squares += x * x;
      }
      double root = Math.sqrt(squares / config.dim() + config.normEpsilon());
      for (int c = 0; c < config.dim(); c++) {
        y[i][c] = rows[i][c] / root * w[c];
      }
    }
    return y;
  }

  /** Rows times a transposed matrix [out, in]. */
  private double[][] map(double[][] rows, String matrix) {
    double[] w = values(matrix);
    int in = rows[0].length;
    int out = w.length / in;
    double[][] y = new double[rows.length][out];
    for (int i = 0; i < rows.length; i++) {
      for (int o = 0; o < out; o++) {
        for (int c = 0; c < in; c++) {
          y[i][o] += rows[i][c] * w[o * in + c];
        }
      }
    }
    return y;
  }

  /** Neighbour pairs of each head turned by row, in its first half, and column, in its second. */
  private double[][] rotate(double[][] rows, Slot[] slots) {
    int d = config.headDim();
    int half = d / 2;
    double[][] y = new double[rows.length][config.dim()];
    for (int i = 0; i < rows.length; i++) {
      if (slots[i].cell < 0) {
        continue; // the class token: zero
      }
      int row = slots[i].cell / config.grid().columns();
      int column = slots[i].cell % config.grid().columns();
      for (int at = 0; at < config.dim(); at += 2) {
        int pair = at % d / 2;
        boolean turnsByRow = pair < half / 2;
        int j = turnsByRow ? pair : pair - half / 2;
        double angle = (turnsByRow ? row : column) * Math.pow(config.ropeBase(), -2.0 * j / half);
        double a = rows[i][at];
        double b = rows[i][at + 1];
        y[i][at] = a * Math.cos(angle) - b * Math.sin(angle);
        y[i][at + 1] = b * Math.cos(angle) + a * Math.sin(angle);
      }
    }
    return y;
  }

  private double[][] attention(double[][] q, double[][] k, double[][] v, boolean[][] sees) {
    double[][] y = new double[q.length][config.dim()];
    for (int i = 0; i < q.length; i++) {
      for (int head = 0; head < config.heads(); head++) {
        attend(q[i], k, v, sees[i], head * config.headDim(), y[i]);
      }
    }
    return y;
  }

  /** One row and head: softmax over the visible of q·k/√d, times v. */
  private void attend(
      double[] q, double[][] k, double[][] v, boolean[] sees, int from, double[] y) {
    int to = from + config.headDim();
    double total = 0;
    for (int j = 0; j < k.length; j++) {
      if (sees[j]) {
        double score = 0;
        for (int c = from; c < to; c++) {
          score += q[c] * k[j][c];
        }
        double weight = Math.exp(score / Math.sqrt(config.headDim()));
        total += weight;
        for (int c = from; c < to; c++) {
          y[c] += weight * v[j][c];
        }
      }
    }
    for (int c = from; c < to; c++) {
      y[c] /= total;
    }
  }

  private double[][] feedForward(double[][] rows, String block) {
    double[][] y = norm(rows, block + ".ffn_norm.weight");
    double[][] gate = map(y, block + ".ffn.w1.weight");
    double[][] up = map(y, block + ".ffn.w3.weight");
    for (int i = 0; i < gate.length; i++) {
      for (int c = 0; c < gate[i].length; c++) {
        gate[i][c] = gate[i][c] / (1 + Math.exp(-gate[i][c])) * up[i][c];
      }
    }
    return map(gate, block + ".ffn.w2.weight");
  }

  private static double[][] plus(double[][] a, double[][] b) {
    double[][] sum = new double[a.length][a[0].length];
    for (int i = 0; i < a.length; i++) {
      for (int c = 0; c < a[i].length; c++) {
        sum[i][c] = a[i][c] + b[i][c];
      }
    }
    return sum;
  }

  private double[] values(String name) {
    return read.computeIfAbsent(name, this::open);
  }

  private double[] open(String name) {
    WeightSource source = weights.of(name);
    double[] values = new double[Math.toIntExact(source.shape().size())];
    try (WeightSource.Reader reader = source.open()) {
      reader.read(0, values, 0, values.length);
    }
    return values;
  }
}
