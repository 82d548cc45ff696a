package dev.arpg4j.tensor.tape;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.NotInVocabularyYetException;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.interpret.Call;
import dev.arpg4j.tensor.interpret.ForwardingOps;
import java.util.List;
import java.util.Map;

/**
 * Records what is said to a backend, and differentiates it: each op's backward is itself said in
 * {@link dev.arpg4j.tensor.Ops}, so it runs on any backend.
 *
 * <p>A fused op without a backward of its own is recorded as its definition in simpler ops. A cache
 * has no gradient: an op that reads or appends to one is refused. For one thread at a time.
 */
public final class Tape extends ForwardingOps {
  private final Activations activations;

  /** What becomes of a forward pass's results until the backward pass wants them. */
  public enum Activations {
    /** All of them stay. */
    KEPT,
    /**
     * Those made inside a scope that was opened on the tape go when it closes, and are computed
     * again, the same bits, in the backward pass: less memory for a second forward.
     */
    RECOMPUTED
  }

  /** A tape over a backend that computes. */
  public Tape(Backend delegate, Activations activations) {
    super(delegate);
    this.activations = activations;
  }

  @Override
  protected List<Tensor> say(Call call) {
    throw new NotInVocabularyYetException("recording " + call.op() + ", " + activations);
  }

  /**
   * The gradients of a loss by every weight it depends on, each of the weight's shape, in the
   * backend's innermost scope. The recording is used up.
   *
   * @param loss [1], said on this tape
   */
  public Map<Weight, Tensor> gradients(Tensor loss) {
    throw new NotInVocabularyYetException("gradients of " + loss.shape());
  }
}
