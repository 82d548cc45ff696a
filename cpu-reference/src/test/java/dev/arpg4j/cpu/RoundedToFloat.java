package dev.arpg4j.cpu;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.interpret.Call;
import dev.arpg4j.tensor.interpret.ForwardingOps;
import java.util.List;

/** A backend in float64 that rounds every result, as one in float32 would at the least. */
final class RoundedToFloat extends ForwardingOps {
  RoundedToFloat(Backend delegate) {
    super(delegate);
  }

  @Override
  public DType computeType() {
    return DType.F32;
  }

  @Override
  public Tensor tensor(Shape shape, double... values) {
    double[] rounded = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      rounded[i] = (float) values[i];
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
