package dev.arpg4j.tensor.interpret;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Moment;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes down every op in the order said: how long it took by the backend's own clock, and what it
 * costs by its formula ({@link OpCost}). {@link Timing} and {@link Counting} add up; this keeps the
 * calls apart, so that time and cost of the same call can be held against each other.
 *
 * <p>For one thread at a time. What lies between two ops is nobody's time; what an op costs is
 * worked out after its time was taken.
 */
public final class Tracing extends ForwardingOps {
  private record Pending(Traced call, Moment before, Moment after) {}

  private final List<Pending> pending = new ArrayList<>();

  /** Traces what is said to {@code delegate}, whose caches hold numbers of its compute type. */
  public Tracing(Backend delegate) {
    super(delegate);
  }

  /**
   * A call.
   *
   * @param section what it was said in, "" if none was named
   * @param weights the published names of the weights it reads, in their order
   * @param weight the shape of the first of them, or of all side by side if each multiplies the
   *     same rows; [] without any
   * @param x the shape of its first tensor; [] without any
   * @param activationBytes of tensors read and written, each once; views move nothing
   * @param millis by the backend's clock; 0 until it is {@linkplain #take taken}
   */
  public record Traced(
      String section,
      String op,
      List<String> weights,
      Shape weight,
      Shape x,
      OpCost cost,
      long activationBytes,
      double millis) {
    /** All bytes that have to move at least: weights, cached keys and values, activations. */
    public long bytes() {
      return cost.weightBytes() + cost.cacheBytes() + activationBytes;
    }

    /** All operations, those that the cost model leaves out too. */
    public long flops() {
      return cost.flops() + cost.minorFlops();
    }

    private Traced within(double newMillis) {
      return new Traced(section, op, weights, weight, x, cost, activationBytes, newMillis);
    }
  }

  @Override
  protected List<Tensor> say(Call call) {
    Moment before = now();
    List<Tensor> results;
    Moment after;
    try {
      results = super.say(call);
      after = now();
    } catch (RuntimeException | Error failure) {
      before.close(); // nobody will take it
      throw failure;
    }
    pending.add(new Pending(traced(call, results), before, after));
    return results;
  }

  /** What was said since the last time, in its order; waits until it is done. */
  public List<Traced> take() {
    List<Traced> taken = new ArrayList<>(pending.size());
    for (Pending each : pending) {
      try (Moment before = each.before;
          Moment after = each.after) {
        taken.add(each.call.within(after.millisSince(before)));
      }
    }
    pending.clear();
    return taken;
  }

  private Traced traced(Call call, List<Tensor> results) {
    List<Weight> weights =
        call.operands().stream().filter(Weight.class::isInstance).map(Weight.class::cast).toList();
    return new Traced(
        section(),
        call.op(),
        weights.stream().map(Weight::name).toList(),
        shape(call, weights),
        tensors(call).isEmpty() ? Shape.of() : tensors(call).getFirst().shape(),
        OpCost.of(call, computeType()),
        activationBytes(call, results),
        0);
  }

  private static List<Tensor> tensors(Call call) {
    return call.operands().stream()
        .filter(Tensor.class::isInstance)
        .map(Tensor.class::cast)
        .toList();
  }

  /** Weights [O, K] that multiply the same rows are one of [sum of O, K]. */
  private static Shape shape(Call call, List<Weight> weights) {
    if (weights.isEmpty()) {
      return Shape.of();
    }
    Shape first = weights.getFirst().shape();
    return call.op().equals("linearEach")
        ? first.with(0, weights.stream().mapToInt(weight -> weight.shape().dim(0)).sum())
        : first;
  }

  private static long activationBytes(Call call, List<Tensor> results) {
    return switch (call.op()) {
      case "slice", "reshape", "regularized" -> 0;
      // Of all entries, those that are asked for.
      case "gather" -> 2 * bytes(results) + bytes(List.of(call.tensor(1)));
      default -> bytes(tensors(call)) + bytes(results);
    };
  }

  private static long bytes(List<Tensor> tensors) {
    return tensors.stream()
        .mapToLong(tensor -> tensor.shape().size() * tensor.dtype().bytes())
        .sum();
  }

  /** Forgets what was not taken. */
  @Override
  public void close() {
    take();
    super.close();
  }
}
