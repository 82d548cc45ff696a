package dev.arpg4j.tensor.interpret;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.KvCache;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.ScopeStack;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Stops at the first op that goes wrong and names it: its number, {@link #section(String) section}
 * and the shapes of its operands. Wrong are
 *
 * <ul>
 *   <li>shapes that do not fit, or a result of another shape than the op's rule gives ({@link
 *       IllegalArgumentException}, {@link IllegalStateException});
 *   <li>ids, rows and ends outside their range ({@link IndexOutOfBoundsException});
 *   <li>a NaN or an infinity in a result ({@link ArithmeticException});
 *   <li>a tensor used after its scope closed, even where the backend would not notice ({@link
 *       IllegalStateException}).
 * </ul>
 *
 * <p>Every result is read back, so this is for finding faults, not for speed.
 */
public final class Checked extends ForwardingOps {
  private final ScopeStack<Shape> lifetimes =
      new ScopeStack<>(shape -> {}, tensor -> ((CheckedTensor) tensor).lease());
  private final Shapes rules;
  private final AtomicLong calls = new AtomicLong();

  public Checked(Backend delegate) {
    super(delegate);
    this.rules = new Shapes(delegate.computeType());
  }

  @Override
  protected List<Tensor> say(Call call) {
    String here = nextCall(call.op());
    Operands behind = new Behind(here);
    requireOpen(here, call);
    requireInRange(here, call, IndexRange.of(call));
    List<Tensor> made = new ArrayList<>();
    try (Scope _ = rules.scope()) {
      List<Tensor> expected = call.to(rules, new Ruled(here));
      List<Tensor> found = call.to(delegate(), behind);
      for (int i = 0; i < found.size(); i++) {
        requireLike(here, call, expected.get(i), found.get(i));
        made.add(made(found.get(i), here));
      }
    }
    return made;
  }

  private static void requireLike(String here, Call call, Tensor expected, Tensor result) {
    if (!result.shape().equals(expected.shape()) || result.dtype() != expected.dtype()) {
      throw new IllegalStateException(
          "%s: the result is %s %s, expected %s %s; %s"
              .formatted(
                  here,
                  result.dtype(),
                  result.shape(),
                  expected.dtype(),
                  expected.shape(),
                  call.describe()));
    }
    requireFinite(here, result, call.describe());
    requireInRange(here, call, IndexRange.ofResult(call, result));
  }

  @Override
  public Tensor tensor(Shape shape, double... values) {
    String here = nextCall("tensor");
    Tensor result = super.tensor(shape, values);
    requireFinite(here, result, "a constant");
    return made(result, here);
  }

  @Override
  public Tensor ints(Shape shape, int... values) {
    return made(super.ints(shape, values), nextCall("ints"));
  }

  @Override
  public void assign(Tensor constant, double... values) {
    String here = nextCall("assign");
    Tensor behind = open(here, constant);
    super.assign(behind, values);
    requireFinite(here, behind, "a constant");
  }

  @Override
  public void assign(Tensor constant, int... values) {
    super.assign(open(nextCall("assign"), constant), values);
  }

  @Override
  public void assign(Tensor constant, Tensor values) {
    String here = nextCall("assign");
    super.assign(open(here, constant), open(here, values));
  }

  @Override
  public void assign(Weight weight, Tensor values) {
    super.assign(weight, open(nextCall("assign"), values));
  }

  @Override
  public KvCache kvCache(int batch, int capacity, int heads, int headDim) {
    return new CheckedCache(super.kvCache(batch, capacity, heads, headDim), this);
  }

  @Override
  public Scope scope() {
    Scope behind = super.scope();
    Scope lifetime;
    try {
      lifetime = lifetimes.open();
    } catch (RuntimeException failure) {
      behind.close(); // nobody else could, and it would take in what belongs to the scope outside
      throw failure;
    }
    return new Scope() {
      @Override
      public Tensor keep(Tensor tensor) {
        behind.keep(open("keep", tensor));
        return tensor instanceof CheckedTensor ? lifetime.keep(tensor) : tensor;
      }

      @Override
      public void close() {
        lifetime.close();
        behind.close();
      }
    };
  }

  @Override
  public void close() {
    lifetimes.close();
    rules.close();
    super.close();
  }

  /** Hands out a tensor of the backend, which dies with the calling thread's innermost scope. */
  Tensor made(Tensor behind, String origin) {
    Shape shape = behind.shape();
    return new CheckedTensor(behind, shape, behind.dtype(), origin, lifetimes.own(shape));
  }

  /**
   * The backend's own tensor.
   *
   * @throws IllegalStateException if its scope is closed
   */
  static Tensor open(String here, Tensor tensor) {
    if (!(tensor instanceof CheckedTensor checked)) {
      return tensor;
    }
    try {
      return checked.open();
    } catch (IllegalStateException closed) {
      throw new IllegalStateException(
          "%s: an operand %s, the result of %s, was %s"
              .formatted(here, checked.shape(), checked.origin(), closed.getMessage()),
          closed);
    }
  }

  /** The backend's own operands. */
  private record Behind(String here) implements Operands {
    @Override
    public Tensor tensor(Tensor tensor) {
      return open(here, tensor);
    }

    @Override
    public KvCache cache(KvCache cache) {
      return cache instanceof CheckedCache checked ? checked.behind() : cache;
    }
  }

  /** Operands to hold against the rules: caches that only count. */
  private final class Ruled implements Operands {
    private final String here;

    Ruled(String here) {
      this.here = here;
    }

    @Override
    public Tensor tensor(Tensor tensor) {
      return open(here, tensor);
    }

    @Override
    public KvCache cache(KvCache cache) {
      return rules.like(cache);
    }
  }

  private String nextCall(String op) {
    String where = section().isEmpty() ? "" : " in " + section();
    return op + " #" + calls.incrementAndGet() + where;
  }

  private static void requireOpen(String here, Call call) {
    for (Object operand : call.operands()) {
      if (operand instanceof Tensor tensor) {
        open(here, tensor);
      }
    }
  }

  private static void requireInRange(String here, Call call, List<IndexRange> indices) {
    for (IndexRange range : indices) {
      Optional<String> violation = range.violation();
      if (violation.isPresent()) {
        throw new IndexOutOfBoundsException(
            "%s: %s; %s".formatted(here, violation.get(), call.describe()));
      }
    }
  }

  private static void requireFinite(String here, Tensor result, String from) {
    if (result.dtype() == DType.I32) {
      return;
    }
    double[] values = result.toDoubles();
    for (int i = 0; i < values.length; i++) {
      if (!Double.isFinite(values[i])) {
        throw new ArithmeticException(
            "%s: the result %s is %s at %s; %s"
                .formatted(
                    here,
                    result.shape(),
                    values[i],
                    Arrays.toString(IndexRange.position(result.shape(), i)),
                    from));
      }
    }
  }
}
