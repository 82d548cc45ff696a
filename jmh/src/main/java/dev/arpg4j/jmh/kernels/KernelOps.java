package dev.arpg4j.jmh.kernels;

import java.util.List;
import java.util.stream.Stream;

/** The list of what is measured. A version of an op is added where its other versions are. */
final class KernelOps {
  /** In the order of a block of the model, then what surrounds it. */
  private static final List<KernelOp> DECODING =
      List.of(
          KernelOp.of(
                  "attention",
                  "every query over the keys it sees",
                  List.of("B", "n", "m", "H", "d"),
                  AttentionKernels::attention)
              .alsoAt(DecoderPoint::attention),
          KernelOp.of(
              "attentionRotated",
              "the same, queries rotated on the way",
              List.of("B", "n", "m", "N", "H", "d"),
              AttentionKernels::attentionRotated),
          KernelOp.ofFeed(
              "appendRotated",
              "keys, rotated, and values into a cache",
              List.of("B", "n", "m", "N", "H", "d"),
              PositionKernels::appendRotated),
          KernelOp.of(
              "rope", "rotary positions", List.of("B", "n", "N", "H", "d"), PositionKernels::rope),
          KernelOp.of(
              "addRmsNorm",
              "a residual addition and the norm behind it",
              List.of("B", "n", "D"),
              NormKernels::addRmsNorm),
          KernelOp.of("rmsNorm", "norm of rows", List.of("B", "n", "D"), NormKernels::rmsNorm),
          KernelOp.of(
              "layerNorm",
              "norm of rows about their mean",
              List.of("B", "n", "D"),
              NormKernels::layerNorm),
          KernelOp.of(
              "layerNormAffine",
              "the same with scale and bias",
              List.of("B", "n", "D"),
              NormKernels::layerNormAffine),
          KernelOp.of(
              "modulate",
              "rows by one scale and shift a sequence",
              List.of("B", "n", "D"),
              RowKernels::modulate),
          KernelOp.of(
              "addGated",
              "a residual addition behind one gate a sequence",
              List.of("B", "n", "D"),
              RowKernels::addGated),
          KernelOp.of("addBias", "rows and one bias", List.of("B", "n", "D"), RowKernels::addBias),
          KernelOp.of(
              "swiGlu",
              "silu of the gate, times up",
              List.of("B", "n", "F"),
              EntrywiseKernels::swiGlu),
          new KernelOp(
              "linear",
              "rows by one matrix",
              List.of("B", "n", "O", "K"),
              KernelOp.atPoints(ProductKernels::single),
              ProductKernels::linear),
          new KernelOp(
              "linearEach",
              "the same rows by G matrices",
              List.of("B", "n", "O", "K", "G"),
              KernelOp.atPoints(ProductKernels::grouped),
              ProductKernels::linearEach),
          KernelOp.of(
              "sampleGuided",
              "an id from the logits of two branches",
              List.of("I", "n", "V"),
              DrawKernels::sampleGuided),
          KernelOp.of(
              "sampleFiltered",
              "the same with top-k 600 and top-p 0.95",
              List.of("I", "n", "V"),
              DrawKernels::sampleFiltered),
          KernelOp.of("sample", "an id", List.of("I", "n", "V"), DrawKernels::sample),
          KernelOp.of(
              "guidance",
              "two branches to one",
              List.of("I", "n", "V"),
              EntrywiseKernels::guidance),
          new KernelOp(
              "conv2d",
              "images by a kernel [O, C, k, k], their size kept",
              List.of("B", "h", "w", "C", "O", "k"),
              DecoderPoint::convolutions,
              ImageKernels::conv2d),
          new KernelOp(
              "groupNorm",
              "images by the moments of G groups of channels",
              List.of("B", "h", "w", "C", "G"),
              DecoderPoint::groupNorms,
              ImageKernels::groupNorm),
          new KernelOp(
              "resize",
              "images to twice the size, each pixel the nearest",
              List.of("B", "h", "w", "C"),
              DecoderPoint::resizes,
              ImageKernels::resize),
          new KernelOp(
              "resizeArea",
              "images to p by p pixels, means",
              List.of("B", "h", "w", "C", "p"),
              ScalePoint::down,
              ImageKernels::area),
          new KernelOp(
              "resizeBicubic",
              "images to p by p pixels, cubic convolution",
              List.of("B", "h", "w", "C", "p"),
              ScalePoint::up,
              ImageKernels::bicubic),
          new KernelOp(
              "l2Normalize",
              "rows by their length",
              List.of("B", "n", "D"),
              DecoderPoint::codes,
              NormKernels::l2Normalize),
          KernelOp.of("uniform", "Philox uniforms", List.of("I", "n", "N"), DrawKernels::uniform),
          KernelOp.of("gumbel", "Gumbel noise of uniforms", List.of("I", "N"), DrawKernels::gumbel),
          KernelOp.of(
              "select", "one of two ids by a number", List.of("I", "N"), ChoiceKernels::select),
          KernelOp.of(
              "remask",
              "ids for the surest of N masked cells",
              List.of("I", "N"),
              ChoiceKernels::remask),
          KernelOp.of(
              "embed", "rows of a table", List.of("B", "n", "V", "D"), MovementKernels::embed),
          KernelOp.of(
              "gather", "n of N rows", List.of("B", "n", "N", "D"), MovementKernels::gather),
          KernelOp.of(
              "copyAxis",
              "the last n of N rows",
              List.of("B", "n", "N", "D"),
              MovementKernels::copyAxis),
          KernelOp.of("softmax", "of rows", List.of("B", "n", "V"), ReductionKernels::softmax),
          KernelOp.of(
              "crossEntropy", "of rows", List.of("B", "n", "V"), ReductionKernels::crossEntropy),
          KernelOp.of("sumRows", "of rows", List.of("B", "n", "D"), ReductionKernels::sumRows),
          KernelOp.of("mean", "of all entries", List.of("B", "n", "D"), ReductionKernels::mean),
          KernelOp.of("add", "entry by entry", List.of("B", "n", "D"), EntrywiseKernels::add),
          KernelOp.of("mul", "entry by entry", List.of("B", "n", "D"), EntrywiseKernels::mul),
          KernelOp.of("scale", "by one factor", List.of("B", "n", "D"), EntrywiseKernels::scale),
          KernelOp.of("silu", "entry by entry", List.of("B", "n", "D"), EntrywiseKernels::silu),
          KernelOp.of("gelu", "entry by entry", List.of("B", "n", "D"), EntrywiseKernels::gelu),
          KernelOp.of(
              "geluTanh",
              "the same by a hyperbolic tangent",
              List.of("B", "n", "D"),
              EntrywiseKernels::geluTanh),
          KernelOp.of("widen", "bf16 to float32", List.of("B", "n", "D"), EntrywiseKernels::widen),
          KernelOp.of(
              "narrow", "float32 to bf16", List.of("B", "n", "D"), EntrywiseKernels::narrow));

  /** What training says beside them. */
  private static final List<KernelOp> TRAINING =
      List.of(
          new KernelOp(
              "linearBackward",
              "gradient by rows",
              List.of("B", "n", "O", "K"),
              TrainingPoint::products,
              ProductKernels::linearBackward),
          new KernelOp(
              "linearWeightBackward",
              "gradient by one matrix",
              List.of("B", "n", "O", "K"),
              TrainingPoint::products,
              ProductKernels::linearWeightBackward),
          KernelOp.ofTraining(
              "attentionBackward",
              "gradients by queries, keys and values",
              List.of("B", "n", "m", "H", "d"),
              GradientKernels::attentionBackward),
          KernelOp.ofTraining(
              "rmsNormBackward",
              "gradients by rows and the scale",
              List.of("B", "n", "D"),
              GradientKernels::rmsNormBackward),
          KernelOp.ofTraining(
              "layerNormBackward",
              "gradient by rows",
              List.of("B", "n", "D"),
              SlopeKernels::layerNormBackward),
          KernelOp.ofTraining(
              "swiGluBackward",
              "gradients by gate and up",
              List.of("B", "n", "F"),
              SlopeKernels::swiGluBackward),
          KernelOp.ofTraining(
              "crossEntropyBackward",
              "gradient by logits",
              List.of("B", "n", "V"),
              GradientKernels::crossEntropyBackward),
          KernelOp.ofTraining(
              "scatterAdd",
              "rows to the table of V that they came from",
              List.of("B", "n", "V", "D"),
              GradientKernels::scatterAdd),
          KernelOp.ofTraining(
              "sumColumns", "of all rows", List.of("B", "n", "D"), GradientKernels::sumColumns),
          KernelOp.ofTraining(
              "mulRows", "by a factor each", List.of("B", "n", "D"), RowKernels::mulRows),
          KernelOp.ofTraining(
              "adamW",
              "a step of the optimizer for B·n·D parameters",
              List.of("B", "n", "D"),
              SlopeKernels::adamW),
          KernelOp.ofTraining(
              "dropout", "entry by entry", List.of("B", "n", "D"), SlopeKernels::dropout),
          KernelOp.ofTraining(
              "power", "entry by entry", List.of("B", "n", "D"), SlopeKernels::power),
          KernelOp.ofTraining(
              "siluBackward", "entry by entry", List.of("B", "n", "D"), SlopeKernels::siluBackward),
          KernelOp.ofTraining(
              "geluBackward", "entry by entry", List.of("B", "n", "D"), SlopeKernels::geluBackward),
          KernelOp.ofTraining(
              "geluTanhBackward",
              "the same by a hyperbolic tangent",
              List.of("B", "n", "D"),
              SlopeKernels::geluTanhBackward),
          KernelOp.ofTraining(
              "roundSingles",
              "float32 as bf16 would hold it",
              List.of("B", "n", "D"),
              SlopeKernels::roundSingles),
          new KernelOp(
              "transposeEach",
              "kernels [O, k, k, C] to [O, C, k, k]",
              List.of("O", "C", "k"),
              () -> List.of(new NamedShape("VQ-16/kernel", Sizes.of("O", 512, "C", 512, "k", 3))),
              MovementKernels::transposeEach));

  private KernelOps() {}

  /** All of them. */
  static List<KernelOp> all() {
    return Stream.of(DECODING, TRAINING).flatMap(List::stream).toList();
  }
}
