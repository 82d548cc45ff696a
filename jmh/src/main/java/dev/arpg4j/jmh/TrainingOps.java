package dev.arpg4j.jmh;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Ops;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.cases.CaseInputs;
import dev.arpg4j.tensor.cases.OpCase;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * Question: what do the gradients of the ops that training spends its time in cost beside the ops
 * themselves, at the sizes of the embedded model and 2048 rows (8 images of 256 cells)?
 *
 * <p>Expected: all rows share the weights, so arithmetic rules the products. {@code linearBackward}
 * is two products, by rows and by the weight, and takes twice {@code linear}. Attention multiplies
 * twice forward and five times backward: 2.5 times as long. The others read and write more than
 * they compute, and a gradient passes over about twice as many numbers as its op; cross-entropy's
 * writes all logits where the op only reads them. {@code adamW} reads four numbers and writes three
 * for each of a feed-forward's weights, which is little beside the products with that weight.
 *
 * <p>Run: {@code ./arpg bench jmh TrainingOps}
 */
public class TrainingOps extends OpBenchmark {
  /**
   * What to do with several results: one stands for all while they are measured, as joining them
   * would cost; all are compared with the oracle.
   */
  @FunctionalInterface
  interface Results {
    Tensor of(Ops ops, Tensor... all);
  }

  /** An op of a training step. */
  @State(Scope.Benchmark)
  public abstract static class InTraining extends MeasuredOp {
    @Param("cpu")
    public String backend;

    /** What is measured. */
    abstract OpCase of(Results results);

    @Override
    String backendName() {
      return backend;
    }

    @Override
    OpCase opCase() {
      return of((ops, all) -> all[0]);
    }

    @Override
    OpCase proof() {
      return of(CaseInputs::inTurn);
    }

    @Override
    Program prepareToCount(Backend counting) {
      return prepare(counting);
    }
  }

  /** Into the feed-forward. */
  @State(Scope.Benchmark)
  public static class Linear extends InTraining {
    @Override
    OpCase of(Results results) {
      return TrainingOpCases.linear();
    }
  }

  /** Its gradients. */
  @State(Scope.Benchmark)
  public static class LinearBackward extends InTraining {
    @Override
    OpCase of(Results results) {
      return TrainingOpCases.linearBackward(results);
    }
  }

  /** Each cell sees those before it, and itself. */
  @State(Scope.Benchmark)
  public static class Attention extends InTraining {
    @Override
    OpCase of(Results results) {
      return TrainingOpCases.attention();
    }
  }

  /** Its gradients. */
  @State(Scope.Benchmark)
  public static class AttentionBackward extends InTraining {
    @Override
    OpCase of(Results results) {
      return TrainingOpCases.attentionBackward(results);
    }
  }

  /** Before a block. */
  @State(Scope.Benchmark)
  public static class RmsNorm extends InTraining {
    @Override
    OpCase of(Results results) {
      return TrainingOpCases.rmsNorm();
    }
  }

  /** Its gradients. */
  @State(Scope.Benchmark)
  public static class RmsNormBackward extends InTraining {
    @Override
    OpCase of(Results results) {
      return TrainingOpCases.rmsNormBackward(results);
    }
  }

  /** The gate of the feed-forward. */
  @State(Scope.Benchmark)
  public static class SwiGlu extends InTraining {
    @Override
    OpCase of(Results results) {
      return TrainingOpCases.swiGlu();
    }
  }

  /** Its gradients. */
  @State(Scope.Benchmark)
  public static class SwiGluBackward extends InTraining {
    @Override
    OpCase of(Results results) {
      return TrainingOpCases.swiGluBackward(results);
    }
  }

  /** The loss of each cell. */
  @State(Scope.Benchmark)
  public static class CrossEntropy extends InTraining {
    @Override
    OpCase of(Results results) {
      return TrainingOpCases.crossEntropy();
    }
  }

  /** Its gradients. */
  @State(Scope.Benchmark)
  public static class CrossEntropyBackward extends InTraining {
    @Override
    OpCase of(Results results) {
      return TrainingOpCases.crossEntropyBackward();
    }
  }

  /** One step of one weight of the feed-forward. */
  @State(Scope.Benchmark)
  public static class AdamW extends InTraining {
    @Override
    OpCase of(Results results) {
      return TrainingOpCases.adamW(results);
    }
  }

  @Benchmark
  public Tensor linear(Linear state) {
    return state.say();
  }

  @Benchmark
  public Tensor linearBackward(LinearBackward state) {
    return state.say();
  }

  @Benchmark
  public Tensor attention(Attention state) {
    return state.say();
  }

  @Benchmark
  public Tensor attentionBackward(AttentionBackward state) {
    return state.say();
  }

  @Benchmark
  public Tensor rmsNorm(RmsNorm state) {
    return state.say();
  }

  @Benchmark
  public Tensor rmsNormBackward(RmsNormBackward state) {
    return state.say();
  }

  @Benchmark
  public Tensor swiGlu(SwiGlu state) {
    return state.say();
  }

  @Benchmark
  public Tensor swiGluBackward(SwiGluBackward state) {
    return state.say();
  }

  @Benchmark
  public Tensor crossEntropy(CrossEntropy state) {
    return state.say();
  }

  @Benchmark
  public Tensor crossEntropyBackward(CrossEntropyBackward state) {
    return state.say();
  }

  @Benchmark
  public Tensor adamW(AdamW state) {
    return state.say();
  }
}
