package dev.arpg4j.tensor.tape;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Definitions;
import dev.arpg4j.tensor.KvCache;
import dev.arpg4j.tensor.Ops;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.interpret.Call;
import dev.arpg4j.tensor.interpret.ForwardingOps;
import dev.arpg4j.tensor.interpret.Operands;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Records what is said to a backend, and differentiates it (reverse mode: Griewank and Walther,
 * Evaluating Derivatives, 2008): each op's backward is itself said in {@link Ops}, so it runs on
 * any backend. One step of training is
 *
 * <pre>{@code
 * Tape tape = new Tape(backend, Activations.KEPT);
 * try (Scope step = backend.scope()) {
 *   Tensor loss = objective.of(network.on(tape), examples).nats();
 *   Map<Weight, Tensor> gradients = tape.gradients(loss);
 *   ...
 * }
 * }</pre>
 *
 * <p>The tape hands out the tensors of the backend behind it, so what was made on either is
 * understood by both; gradients flow through what was said to the tape alone. A fused op without a
 * backward of its own is said as its definition in simpler ops. What has no gradient (ids that were
 * drawn, uniforms, gumbel noise) is a constant. A cache has none either, and what is read from it
 * would silently lose its own: an op that reads or appends to one is refused.
 *
 * <p>Between an op and {@link #gradients} its operands have to stay as they are: no weight may be
 * assigned, and no constant. The scope of a step is opened around both; scopes that model code
 * opens and closes in between hand up what the backward pass will read ({@link Activations}).
 *
 * <p>For one thread at a time.
 */
public final class Tape extends ForwardingOps {
  private final Recording recording;
  private final Ops definitions = new Definitions(this);

  /** What becomes of a forward pass's results until the backward pass wants them. */
  public enum Activations {
    /** All of them stay. */
    KEPT,
    /**
     * Those of an innermost scope, but for what it kept, go when it closes, and are computed again,
     * the same bits, in the backward pass: less memory for a second forward at most (Chen et al.,
     * Training Deep Nets with Sublinear Memory Cost, 2016). What was said beside a scope in the
     * scope around it stays, so nothing is computed more than twice however deep scopes nest.
     */
    RECOMPUTED
  }

  /** A tape over a backend that computes. */
  public Tape(Backend delegate, Activations activations) {
    super(delegate);
    this.recording = new Recording(activations);
  }

  @Override
  protected List<Tensor> say(Call call) {
    Optional<KvCache> cache = call.cache();
    if (cache.isPresent()) {
      throw new IllegalArgumentException(
          call.describe() + ": a cache has no gradient; run whole sequences without one");
    }
    boolean differentiable = recording.dependsOnWeights(call) && !Rules.isConstant(call.op());
    if (differentiable && Rules.isDefined(call.op())) {
      return call.to(definitions, Operands.UNCHANGED);
    }
    if (differentiable) {
      Rules.require(call);
    }
    List<Tensor> results = super.say(call);
    recording.add(new Said(call, section(), results, differentiable));
    return results;
  }

  /** x itself: the listener that drops stands before the tape, which then hears what it says. */
  @Override
  public Tensor regularized(Tensor x) {
    return x;
  }

  /**
   * The gradients of a loss by every weight it depends on, each of the weight's shape, in the
   * backend's innermost scope. Contributions of several uses of a weight or tensor are added in the
   * reverse order of the uses, whatever the scopes. The recording is used up, even if this fails.
   *
   * @param loss [1], said on this tape
   * @throws IllegalArgumentException if it is of another shape, or depends on no weight by what
   *     this tape heard since gradients were last taken
   * @throws IllegalStateException if a weight was assigned after the loss read it
   */
  public Map<Weight, Tensor> gradients(Tensor loss) {
    try {
      if (!loss.shape().equals(Shape.of(1)) || !recording.dependsOnWeights(loss)) {
        throw new IllegalArgumentException(
            "gradients: the loss is %s; expected [1], said on this tape and of some weight"
                .formatted(loss.shape()));
      }
      return new Walk(delegate(), recording).from(loss);
    } finally {
      recording.clear();
      delegate().section(section());
    }
  }

  @Override
  public Scope scope() {
    return recording.open(super.scope());
  }

  @Override
  public Tensor tensor(Shape shape, double... values) {
    return recording.constant(super.tensor(shape, values));
  }

  @Override
  public Tensor ints(Shape shape, int... values) {
    return recording.constant(super.ints(shape, values));
  }

  @Override
  public void assign(Tensor constant, double... values) {
    recording.requireUnread(constant);
    super.assign(constant, values);
  }

  @Override
  public void assign(Tensor constant, int... values) {
    recording.requireUnread(constant);
    super.assign(constant, values);
  }

  @Override
  public void assign(Tensor constant, Tensor values) {
    recording.requireUnread(constant);
    super.assign(constant, values);
  }
}
