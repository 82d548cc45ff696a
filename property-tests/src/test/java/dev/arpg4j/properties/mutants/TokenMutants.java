package dev.arpg4j.properties.mutants;

import dev.arpg4j.decode.GuidanceSchedule;
import dev.arpg4j.model.ArpgConfig;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.verify.Case;
import java.util.List;

/** Faults of ids, of guidance and of the loss. */
final class TokenMutants {
  private TokenMutants() {}

  static List<Mutant> all() {
    return List.of(
        Mutant.ofOps("MASK id off by one", "queries are the last image code", MaskId::new),
        Mutant.ofOps("class id off by one", "class c is embedded as class c - 1", ClassId::new),
        Mutant.ofOps("null class id wrong", "the dropped label is the reserved id", NullId::new),
        Mutant.ofOps(
            "another image's tokens", "images of a batch are fed each other's ids", Mixed::new),
        Mutant.ofOps(
            "guidance halves swapped", "the null branch counts as conditional", Halves::new),
        Mutant.ofOps(
            "guidance one step early",
            "the linear weight is taken before the step's cells are counted",
            Early::new),
        Mutant.ofOps("loss in bits", "cross-entropy takes logarithms to base 2", Bits::new));
  }

  /** Content and queries with other ids. */
  private abstract static class ChangedIds extends BrokenOps {
    private final ArpgConfig config;

    ChangedIds(Backend sound, Case drawn) {
      super(sound);
      this.config = drawn.config();
    }

    ArpgConfig config() {
      return config;
    }

    abstract int id(int id);

    @Override
    public Tensor embed(Weight table, Tensor ids) {
      return super.embed(table, each(ids, this::id));
    }
  }

  private static final class MaskId extends ChangedIds {
    MaskId(Backend sound, Case drawn) {
      super(sound, drawn);
    }

    @Override
    int id(int id) {
      return id == config().maskId() ? id - 1 : id;
    }
  }

  private static final class ClassId extends ChangedIds {
    ClassId(Backend sound, Case drawn) {
      super(sound, drawn);
    }

    @Override
    int id(int id) {
      return id > config().maskId() && id < config().nullClassId() ? id - 1 : id;
    }
  }

  private static final class NullId extends ChangedIds {
    NullId(Backend sound, Case drawn) {
      super(sound, drawn);
    }

    @Override
    int id(int id) {
      return id == config().nullClassId() ? id + 1 : id;
    }
  }

  private static final class Mixed extends BrokenOps {
    Mixed(Backend sound, Case drawn) {
      super(sound);
    }

    @Override
    public Tensor embed(Weight table, Tensor ids) {
      int batch = ids.shape().dim(0);
      return batch == 1
          ? super.embed(table, ids)
          : super.embed(table, concat(0, slice(ids, 0, 1, batch), slice(ids, 0, 0, 1)));
    }
  }

  private static final class Halves extends BrokenOps {
    Halves(Backend sound, Case drawn) {
      super(sound);
    }

    @Override
    public Tensor guidance(Tensor logits, Tensor weights) {
      int rows = logits.shape().dim(0);
      Tensor swapped = concat(0, slice(logits, 0, rows / 2, rows), slice(logits, 0, 0, rows / 2));
      return super.guidance(swapped, weights);
    }
  }

  private static final class Early extends BrokenOps {
    private final Case drawn;

    Early(Backend sound, Case drawn) {
      super(sound);
      this.drawn = drawn;
    }

    @Override
    public Tensor guidance(Tensor logits, Tensor weights) {
      double share = (double) logits.shape().dim(1) / drawn.targets();
      boolean linear = drawn.guidance().schedule() == GuidanceSchedule.LINEAR;
      double less = linear ? (1 - drawn.guidance().scale()) * share : 0;
      return super.guidance(logits, add(weights, tensor(Shape.of(1), less)));
    }
  }

  private static final class Bits extends BrokenOps {
    Bits(Backend sound, Case drawn) {
      super(sound);
    }

    @Override
    public Tensor crossEntropy(Tensor logits, Tensor targets) {
      return scale(super.crossEntropy(logits, targets), 1 / Math.log(2));
    }
  }
}
