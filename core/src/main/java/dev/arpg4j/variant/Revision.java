package dev.arpg4j.variant;

import dev.arpg4j.decode.Commit;
import dev.arpg4j.model.Metadata;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Ops;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Which of its earlier ids RadAR-nested gives up when a block predicts their cells again
 * (VARIANTS.md 3.3): those whose probability under the guided logits, before temperature and
 * filters, is below a threshold. The paper's own rule is not known.
 *
 * @param below τ; 0 for never, infinity for always
 */
public record Revision(double below) {
  /** What is drawn again replaces what was there. */
  public static final Revision ALWAYS = new Revision(Double.POSITIVE_INFINITY);

  /** An id stays as it was first drawn, and known cells are not predicted again. */
  public static final Revision NEVER = new Revision(0);

  static final String KEY = "revise_below";

  public Revision {
    if (!(below >= 0)) {
      throw new InvalidInputException(KEY + " " + below + ": expected 0 or more");
    }
  }

  /** The rule that a file names, or else {@link #ALWAYS}. */
  static Revision of(Metadata metadata) {
    return metadata.has(KEY) ? new Revision(metadata.number(KEY)) : ALWAYS;
  }

  /** Whether known cells are predicted again at all. */
  boolean asks() {
    return below > 0;
  }

  /**
   * What commits the ids of steps whose targets are first the places to revise and then the new.
   *
   * @param given places of cells known beforehand, which are never revised
   */
  Commit commit(Backend backend, int given) {
    if (!asks()) {
      return Commit.ALL;
    }
    // p < τ, said of the cross-entropy −ln p.
    Tensor limit = backend.tensor(Shape.of(1), -Math.log(below));
    return (step, known, guided, chosen) -> {
      if (known == null || known.shape().dim(1) == given) {
        return Commit.ALL.commit(step, known, guided, chosen);
      }
      Ops ops = step.ops();
      int places = known.shape().dim(1);
      int revisable = places - given;
      List<Tensor> ids = new ArrayList<>();
      if (given > 0) {
        ids.add(ops.slice(known, 1, 0, given));
      }
      if (Double.isInfinite(below)) {
        ids.add(chosen);
      } else {
        Tensor old = ops.slice(known, 1, given, places);
        Tensor nats = ops.crossEntropy(ops.slice(guided.get(), 1, 0, revisable), old);
        ids.add(ops.select(nats, limit, ops.slice(chosen, 1, 0, revisable), old));
        ids.add(ops.slice(chosen, 1, revisable, chosen.shape().dim(1)));
      }
      return ids.size() == 1 ? ids.getFirst() : ops.concat(1, ids.toArray(Tensor[]::new));
    };
  }
}
