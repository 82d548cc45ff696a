package dev.arpg4j.jmh;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.interpret.Call;
import dev.arpg4j.tensor.interpret.ForwardingOps;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** The backend {@code slipping}: the cpu backend, whose results drift from call to call. */
public final class SlippingProvider implements BackendProvider {
  @Override
  public String name() {
    return "slipping";
  }

  @Override
  public List<DType> computeTypes() {
    return List.of(DType.F32);
  }

  @Override
  public Availability availability(Settings settings) {
    return new Availability(true, "wrong on purpose");
  }

  @Override
  public Backend open(Settings settings) {
    return new Slipping(BackendProvider.named("cpu").open(settings));
  }

  private static final class Slipping extends ForwardingOps {
    private static final Set<String> SLIPS =
        Set.of(
            "linear",
            "linearEach",
            "attention",
            "attentionRotated",
            "rmsNorm",
            "rope",
            "swiGlu",
            "mul",
            "softmax",
            "sample",
            "sampleGuided",
            "conv2d",
            "upsampleConv2d",
            "groupNorm",
            "crossEntropy",
            "linearBackward",
            "attentionBackward",
            "rmsNormBackward",
            "swiGluBackward",
            "crossEntropyBackward",
            "adamW");

    /**
     * Ids of equal probability that lie close to each other may be drawn in place of each other.
     */
    private static final int FAR = 256;

    private int calls;

    Slipping(Backend delegate) {
      super(delegate);
    }

    @Override
    protected List<Tensor> say(Call call) {
      List<Tensor> right = super.say(call);
      if (!SLIPS.contains(call.op())) {
        return right;
      }
      calls++;
      return right.stream().map(this::slipped).toList();
    }

    private Tensor slipped(Tensor right) {
      if (right.dtype() == DType.I32) {
        return ints(right.shape(), Arrays.stream(right.toInts()).map(id -> id ^ FAR).toArray());
      }
      double drift = 1 + 1e-2 * calls;
      return tensor(
          right.shape(), Arrays.stream(right.toDoubles()).map(value -> value * drift).toArray());
    }
  }
}
