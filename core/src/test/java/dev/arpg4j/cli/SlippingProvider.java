package dev.arpg4j.cli;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.NotInVocabularyYetException;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.interpret.ForwardingOps;
import java.util.Arrays;
import java.util.List;

/**
 * The backend {@code slipping}: the cpu's, whose matrix products are wrong by a tenth, and which
 * does not have one op yet.
 */
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
    Slipping(Backend cpu) {
      super(cpu);
    }

    @Override
    public Tensor linear(Tensor x, Weight weight) {
      Tensor right = super.linear(x, weight);
      return tensor(
          right.shape(), Arrays.stream(right.toDoubles()).map(value -> value * 1.1).toArray());
    }

    @Override
    public Tensor resize(Tensor x, int height, int width, Resampling resampling) {
      throw new NotInVocabularyYetException("resize");
    }
  }
}
