package dev.arpg4j.properties.gradients;

import dev.arpg4j.properties.gradients.GradientCase.Program;
import dev.arpg4j.tensor.Ops.Normed;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;

/** How to draw a case of each op that a tape differentiates. */
final class OpGradients {
  /** Large enough that a norm's curvature stays small where a row's entries lie close together. */
  static final double EPSILON = 0.1;

  private OpGradients() {}

  /** By the op's name; overloads by their operands too. */
  static Map<String, Function<Draw, GradientCase>> all() {
    Map<String, Function<Draw, GradientCase>> all = new LinkedHashMap<>();
    all.put("linear", OpGradients::linear);
    all.put("linearEach", OpGradients::linearEach);
    all.put("matmul", OpGradients::matmul);
    all.put("embed", OpGradients::embed);
    all.put("gather", OpGradients::gather);
    all.put("scatterAdd", OpGradients::scatterAdd);
    all.put("concat", OpGradients::concat);
    all.put("slice", OpGradients::slice);
    all.put("reshape", OpGradients::reshape);
    all.put("add", OpGradients::add);
    all.put("mul", OpGradients::mul);
    all.put("scale", d -> map("scale", d, in -> in.ops().scale(in.tensor(0), -1.7)));
    all.put("silu", d -> map("silu", d, in -> in.ops().silu(in.tensor(0))));
    all.put("gelu", d -> map("gelu", d, in -> in.ops().gelu(in.tensor(0), false)));
    all.put("gelu tanh", d -> map("gelu", d, in -> in.ops().gelu(in.tensor(0), true)));
    all.put("addBias", OpGradients::addBias);
    all.put("swiGlu", OpGradients::swiGlu);
    all.put("dropout", OpGradients::dropout);
    all.put("power", d -> map("power", d, in -> in.ops().power(in.tensor(0), 1.5, -0.5)));
    all.put("regularized", d -> map("regularized", d, in -> in.ops().regularized(in.tensor(0))));
    all.put("softmax", d -> map("softmax", d, in -> in.ops().softmax(in.tensor(0))));
    all.put("sumRows", d -> map("sumRows", d, in -> in.ops().sumRows(in.tensor(0))));
    all.put("sumColumns", d -> map("sumColumns", d, in -> in.ops().sumColumns(in.tensor(0))));
    all.put("mean", d -> map("mean", d, in -> in.ops().mean(in.tensor(0))));
    all.put("value", d -> map("value", d, in -> in.ops().value(in.weight(0))));
    all.put("mulRows", OpGradients::mulRows);
    all.put("crossEntropy", OpGradients::crossEntropy);
    all.put("guidance", OpGradients::guidance);
    all.put("rope", OpGradients::rope);
    all.put("attention", OpGradients::attention);
    all.put("rmsNorm", OpGradients::rmsNorm);
    all.put("addRmsNorm", OpGradients::addRmsNorm);
    all.put("layerNorm", d -> map("layerNorm", d, in -> in.ops().layerNorm(in.tensor(0), EPSILON)));
    all.put("layerNorm affine", OpGradients::affineLayerNorm);
    all.put("l2Normalize", OpGradients::l2Normalize);
    all.put("modulate", OpGradients::modulate);
    all.put("addGated", OpGradients::addGated);
    all.putAll(ImageGradients.all());
    return all;
  }

  private static GradientCase map(String op, Draw d, GradientCase.Sentence sentence) {
    return GradientCase.of(op, d, sentence, d.rows(d.between(1, 5)));
  }

  private static GradientCase linear(Draw d) {
    int k = d.between(1, 5);
    return GradientCase.of(
        "linear",
        d,
        in -> in.ops().linear(in.tensor(0), in.weight(1)),
        d.rows(k),
        Shape.of(d.between(1, 5), k));
  }

  private static GradientCase linearEach(Draw d) {
    int k = d.between(1, 4);
    int count = d.between(1, 3);
    Shape weight = Shape.of(d.between(1, 4), k);
    List<Shape> shapes = new ArrayList<>(List.of(d.rows(k)));
    IntStream.range(0, count).forEach(i -> shapes.add(weight));
    Program program =
        in -> in.ops().linearEach(in.tensor(0), in.weights().subList(1, in.weights().size()));
    return GradientCase.ofSeveral("linearEach", d, program, shapes.toArray(Shape[]::new));
  }

  private static GradientCase matmul(Draw d) {
    int batch = d.between(1, 3);
    int p = d.between(1, 4);
    int q = d.between(1, 4);
    int r = d.between(1, 4);
    boolean left = d.coin();
    boolean right = d.coin();
    return GradientCase.of(
        "matmul",
        d,
        in -> in.ops().matmul(in.tensor(0), left, in.tensor(1), right),
        left ? Shape.of(batch, q, p) : Shape.of(batch, p, q),
        right ? Shape.of(batch, r, q) : Shape.of(batch, q, r));
  }

  private static GradientCase embed(Draw d) {
    int rows = d.between(1, 4);
    Shape shape = d.rows(3);
    int[] ids = d.ints(shape, 0, rows);
    return GradientCase.of(
        "embed",
        d,
        in -> in.ops().embed(in.weight(0), in.ops().ints(shape, ids)),
        Shape.of(rows, d.between(1, 4)));
  }

  private static GradientCase gather(Draw d) {
    Shape x = Shape.of(d.between(1, 3), d.between(1, 4)).append(d.between(1, 3));
    Shape shape = d.index(x.dim(0), d.between(1, 5));
    int[] index = d.ints(shape, 0, x.dim(1));
    return GradientCase.of(
        "gather", d, in -> in.ops().gather(in.tensor(0), in.ops().ints(shape, index)), x);
  }

  private static GradientCase scatterAdd(Draw d) {
    Shape x = Shape.of(d.between(1, 3), d.between(1, 4)).append(d.between(1, 3));
    Shape shape = d.index(x.dim(0), x.dim(1));
    int rows = d.between(1, 4);
    int[] index = d.ints(shape, 0, rows);
    return GradientCase.of(
        "scatterAdd",
        d,
        in -> in.ops().scatterAdd(in.tensor(0), in.ops().ints(shape, index), rows),
        x);
  }

  private static GradientCase concat(Draw d) {
    Shape shape = Shape.of(d.between(1, 3), d.between(1, 3), d.between(1, 3));
    int axis = d.between(0, 2);
    Shape other = shape.with(axis, d.between(1, 3));
    // The first part stands in it twice: its gradients have to add up.
    return GradientCase.of(
        "concat",
        d,
        in -> {
          Tensor first = in.tensor(0);
          return in.ops().concat(axis, first, in.tensor(1), first);
        },
        shape,
        other);
  }

  private static GradientCase slice(Draw d) {
    Shape shape = Shape.of(d.between(1, 4), d.between(1, 4), d.between(1, 4));
    int axis = d.between(0, 2);
    int from = d.between(0, shape.dim(axis) - 1);
    int to = d.between(from + 1, shape.dim(axis));
    return GradientCase.of("slice", d, in -> in.ops().slice(in.tensor(0), axis, from, to), shape);
  }

  private static GradientCase reshape(Draw d) {
    int rows = d.between(1, 3);
    int columns = d.between(1, 4);
    return GradientCase.of(
        "reshape",
        d,
        in -> in.ops().reshape(in.tensor(0), Shape.of(columns, 1, rows)),
        Shape.of(rows, columns));
  }

  private static GradientCase add(Draw d) {
    Shape a = d.rows(d.between(1, 4));
    return GradientCase.of(
        "add", d, in -> in.ops().add(in.tensor(0), in.tensor(1)), a, repeated(d, a));
  }

  private static GradientCase mul(Draw d) {
    Shape a = d.rows(d.between(1, 4));
    return GradientCase.of(
        "mul", d, in -> in.ops().mul(in.tensor(0), in.tensor(1)), a, repeated(d, a));
  }

  /** A shape that repeats over another: a suffix of it, or [1]. */
  private static Shape repeated(Draw d, Shape shape) {
    int[] dims = shape.toArray();
    int from = d.between(0, dims.length + 1);
    return from > dims.length
        ? Shape.of(1)
        : Shape.of(IntStream.range(from, dims.length).map(axis -> dims[axis]).toArray());
  }

  private static GradientCase addBias(Draw d) {
    int width = d.between(1, 4);
    return GradientCase.of(
        "addBias",
        d,
        in -> in.ops().addBias(in.tensor(0), in.weight(1)),
        d.rows(width),
        Shape.of(width));
  }

  private static GradientCase swiGlu(Draw d) {
    Shape shape = d.rows(d.between(1, 4));
    return GradientCase.of(
        "swiGlu", d, in -> in.ops().swiGlu(in.tensor(0), in.tensor(1)), shape, shape);
  }

  private static GradientCase dropout(Draw d) {
    Shape shape = d.rows(d.between(1, 5));
    double[] uniform = d.reals(shape);
    IntStream.range(0, uniform.length).forEach(i -> uniform[i] = (1 + uniform[i]) / 2);
    return GradientCase.of(
        "dropout",
        d,
        in -> in.ops().dropout(in.tensor(0), 0.4, in.ops().tensor(shape, uniform)),
        shape);
  }

  private static GradientCase mulRows(Draw d) {
    Shape rows = d.outer();
    return GradientCase.of(
        "mulRows",
        d,
        in -> in.ops().mulRows(in.tensor(0), in.tensor(1)),
        rows.append(d.between(1, 4)),
        rows);
  }

  private static GradientCase crossEntropy(Draw d) {
    Shape rows = d.outer();
    int vocabulary = d.between(1, 5);
    int[] targets = d.ints(rows, 0, vocabulary);
    return GradientCase.of(
        "crossEntropy",
        d,
        in -> in.ops().crossEntropy(in.tensor(0), in.ops().ints(rows, targets)),
        rows.append(vocabulary));
  }

  private static GradientCase guidance(Draw d) {
    int branches = d.between(2, 3);
    return GradientCase.of(
        "guidance",
        d,
        in -> in.ops().guidance(in.tensor(0), in.tensor(1)),
        Shape.of(branches * d.between(1, 2), d.between(1, 3), d.between(1, 4)),
        Shape.of(branches - 1));
  }

  private static GradientCase rope(Draw d) {
    int heads = d.between(1, 2);
    int pairs = d.between(1, 2);
    int n = d.between(1, 4);
    int batch = d.between(1, 3);
    Shape shape = Shape.of(d.between(2, 4), pairs, 2);
    double[] table = d.reals(shape);
    IntStream.range(0, 2 * pairs).forEach(i -> table[i] = 0); // as the class token's row
    Shape places = d.index(batch, n);
    int[] rows = d.ints(places, 0, shape.dim(0));
    return GradientCase.of(
        "rope",
        d,
        in ->
            in.ops()
                .rope(
                    in.tensor(0),
                    in.ops().tensor(shape, table),
                    in.ops().ints(places, rows),
                    heads),
        Shape.of(batch, n, heads * pairs * 2));
  }

  private static GradientCase attention(Draw d) {
    int heads = d.between(1, 2);
    int width = heads * d.between(1, 3);
    int batch = d.between(1, 3);
    int n = d.between(1, 4);
    int m = d.between(1, 5);
    Shape places = d.index(batch, n);
    int[] ends = d.ints(places, 1, m + 1);
    return GradientCase.of(
        "attention",
        d,
        in ->
            in.ops()
                .attention(
                    in.tensor(0),
                    in.tensor(1),
                    in.tensor(2),
                    in.ops().ints(places, ends),
                    heads,
                    0.7),
        Shape.of(batch, n, width),
        Shape.of(batch, m, width),
        Shape.of(batch, m, width));
  }

  private static GradientCase rmsNorm(Draw d) {
    int width = d.between(1, 5);
    return GradientCase.of(
        "rmsNorm",
        d,
        in -> in.ops().rmsNorm(in.tensor(0), in.weight(1), EPSILON),
        d.rows(width),
        Shape.of(width));
  }

  /** Sometimes only one of both results has a part in the loss. */
  private static GradientCase addRmsNorm(Draw d) {
    int width = d.between(1, 5);
    Shape x = d.rows(width);
    boolean both = d.coin();
    Program program =
        in -> {
          Normed said = in.ops().addRmsNorm(in.tensor(0), in.tensor(1), in.weight(2), EPSILON);
          return both ? List.of(said.sum(), said.norm()) : List.of(said.norm());
        };
    return GradientCase.ofSeveral("addRmsNorm", d, program, x, x, Shape.of(width));
  }

  private static GradientCase affineLayerNorm(Draw d) {
    int width = d.between(1, 5);
    return GradientCase.of(
        "layerNorm",
        d,
        in -> in.ops().layerNorm(in.tensor(0), in.weight(1), in.weight(2), EPSILON),
        d.rows(width),
        Shape.of(width),
        Shape.of(width));
  }

  /** Rows alternately below and above the least length that counts, and never near it. */
  private static GradientCase l2Normalize(Draw d) {
    int width = d.between(1, 4);
    int rows = d.between(1, 4);
    double[] values = d.reals(Shape.of(rows, width));
    for (int i = 0; i < values.length; i++) {
      boolean lower = i / width % 2 == 0;
      values[i] = lower ? 0.1 * values[i] : values[i] + Math.copySign(0.5, values[i]);
    }
    return GradientCase.of(
            "l2Normalize", d, in -> in.ops().l2Normalize(in.tensor(0), 0.35), Shape.of(rows, width))
        .with(0, values);
  }

  private static GradientCase modulate(Draw d) {
    Shape x = Shape.of(d.between(1, 3), d.between(1, 3), d.between(1, 4));
    Shape scale = d.coin() ? x : x.with(1, 1);
    return GradientCase.of(
        "modulate",
        d,
        in -> in.ops().modulate(in.tensor(0), in.tensor(1), in.tensor(2)),
        x,
        scale,
        scale);
  }

  private static GradientCase addGated(Draw d) {
    Shape x = Shape.of(d.between(1, 3), d.between(1, 3), d.between(1, 4));
    return GradientCase.of(
        "addGated",
        d,
        in -> in.ops().addGated(in.tensor(0), in.tensor(1), in.tensor(2)),
        x,
        x,
        d.coin() ? x : x.with(1, 1));
  }
}
