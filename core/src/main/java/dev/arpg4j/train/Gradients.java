package dev.arpg4j.train;

import dev.arpg4j.model.Learned;
import dev.arpg4j.model.Parameter;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Gradients of weights put together per published parameter, and added up over micro-batches in the
 * order in which they come: constants, so a step takes the same memory however it is cut.
 */
public final class Gradients {
  private final Backend backend;
  private final List<Sum> sums = new ArrayList<>();
  private boolean empty = true;

  /** A parameter's gradient so far, and the weights that are runs of its values. */
  private record Sum(Parameter parameter, List<Learned> runs, Tensor total) {}

  /** Room for the gradients of these parameters, in the innermost scope. */
  public Gradients(Backend backend, List<Parameter> parameters, List<Learned> learned) {
    this.backend = backend;
    learned.forEach(Learned::checkTrainable);
    for (Parameter parameter : parameters) {
      List<Learned> runs =
          learned.stream().filter(each -> each.parameter().equals(parameter.name())).toList();
      sums.add(new Sum(parameter, runs, zeros(parameter.shape())));
    }
  }

  /** Forgets what was added. */
  public void clear() {
    empty = true;
  }

  /** Adds the gradients of a micro-batch; a weight without one had no part in the loss. */
  public void add(Map<Weight, Tensor> byWeight) {
    for (Sum sum : sums) {
      Tensor gradient = ofParameter(sum, byWeight);
      backend.assign(sum.total(), empty ? gradient : backend.add(sum.total(), gradient));
    }
    empty = false;
  }

  /** The sum so far, in the order of the parameters. */
  public Tensor total(int parameter) {
    return sums.get(parameter).total();
  }

  /** The sum of the squares of each parameter's gradient, [P], in the innermost scope. */
  Tensor squares() {
    Tensor[] each = new Tensor[sums.size()];
    for (int i = 0; i < each.length; i++) {
      Tensor total = sums.get(i).total();
      int width = total.shape().dim(-1);
      int rows = Math.toIntExact(total.shape().size() / width);
      Tensor flat = backend.reshape(total, Shape.of(rows, width));
      Tensor ofRows = backend.sumRows(backend.mul(flat, flat)); // [rows]
      each[i] = backend.sumRows(backend.reshape(ofRows, Shape.of(1, rows))); // [1]
    }
    return each.length == 1 ? each[0] : backend.concat(0, each);
  }

  private Tensor ofParameter(Sum sum, Map<Weight, Tensor> byWeight) {
    Shape shape = sum.parameter().shape();
    List<Learned> runs = sum.runs();
    if (runs.size() == 1 && runs.getFirst().from() == 0 && runs.getFirst().to() == shape.size()) {
      Tensor whole = byWeight.get(runs.getFirst().weight());
      return whole == null ? zeros(shape) : backend.reshape(whole, shape);
    }
    TreeSet<Long> cuts = new TreeSet<>(List.of(0L, shape.size()));
    runs.forEach(run -> cuts.addAll(List.of(run.from(), run.to())));
    List<Tensor> pieces = new ArrayList<>();
    for (long from = 0; from < shape.size(); from = cuts.higher(from)) {
      pieces.add(piece(runs, byWeight, from, cuts.higher(from)));
    }
    return backend.reshape(backend.concat(0, pieces.toArray(Tensor[]::new)), shape);
  }

  /** The sum of what all runs say of the elements {@code from .. to-1}, flat. */
  private Tensor piece(List<Learned> runs, Map<Weight, Tensor> byWeight, long from, long to) {
    @Nullable Tensor sum = null;
    for (Learned run : runs) {
      Tensor gradient = byWeight.get(run.weight());
      if (gradient != null && run.from() <= from && to <= run.to()) {
        Tensor flat = backend.reshape(gradient, Shape.of(size(run.weight().shape())));
        int first = Math.toIntExact(from - run.from());
        Tensor part = backend.slice(flat, 0, first, Math.toIntExact(to - run.from()));
        sum = sum == null ? part : backend.add(sum, part);
      }
    }
    return sum == null ? zeros(Shape.of(Math.toIntExact(to - from))) : sum;
  }

  private Tensor zeros(Shape shape) {
    return backend.tensor(shape, new double[size(shape)]);
  }

  private static int size(Shape shape) {
    return Math.toIntExact(shape.size());
  }
}
