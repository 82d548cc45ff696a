package dev.arpg4j.cpu;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Bf16;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.interpret.Call;
import dev.arpg4j.tensor.interpret.ForwardingOps;
import java.util.List;

/** A backend in float64 that rounds every result, as one of another type would at the least. */
final class Rounded extends ForwardingOps {
  private final DType computeType;

  Rounded(Backend delegate, DType computeType) {
    super(delegate);
    this.computeType = computeType;
  }

  /** As one in float32. */
  static Rounded toFloat(Backend delegate) {
    return new Rounded(delegate, DType.F32);
  }

  @Override
  public DType computeType() {
    return computeType;
  }

  @Override
  public Tensor tensor(Shape shape, double... values) {
    double[] rounded = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      float single = (float) values[i];
      rounded[i] = computeType == DType.BF16 ? Bf16.widen(Bf16.narrow(single)) : single;
    }
    return super.tensor(shape, rounded);
  }

  @Override
  protected List<Tensor> say(Call call) {
    return super.say(call).stream().map(this::rounded).toList();
  }

  private Tensor rounded(Tensor exact) {
    return exact.dtype() == DType.I32 ? exact : tensor(exact.shape(), exact.toDoubles());
  }
}
