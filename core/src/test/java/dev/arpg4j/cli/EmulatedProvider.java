package dev.arpg4j.cli;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.DeviceMemory;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.interpret.Call;
import dev.arpg4j.tensor.interpret.ForwardingOps;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The backend {@code emulated}: the cpu's in the clothes of a GPU's, with two devices, memory of
 * their own, parts that were looked for, and bfloat16 made by rounding every result.
 */
public final class EmulatedProvider implements BackendProvider {
  static final String NAME = "emulated";
  private static final int DEVICES = 2;
  private static final long MEBIBYTE = 1 << 20;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<DType> computeTypes() {
    return List.of(DType.F32, DType.BF16);
  }

  @Override
  public Availability availability(Settings settings) {
    settings.computeTypeOf(this);
    if (settings.device() >= DEVICES) {
      return new Availability(
          false, "device %d: there are %d, from 0".formatted(settings.device(), DEVICES));
    }
    return new Availability(
        true,
        "device %d, libraries in %s".formatted(settings.device(), settings.libraries()),
        List.of(
            Finding.found("libgood", "/usr/lib/libgood.so"),
            Finding.missing("libneeded", "nowhere", "install it"),
            Finding.missing("libspare", "nowhere, and not needed", ""),
            Finding.slow("clock", "half of its rate", "plug it in")));
  }

  @Override
  public Backend open(Settings settings) {
    Backend cpu = BackendProvider.named("cpu").open(Settings.ofThreads(settings.threads()));
    return new Emulated(cpu, settings.computeTypeOf(this), settings.device());
  }

  private static final class Emulated extends ForwardingOps {
    /** What stays in float32 where everything else is in bfloat16. */
    private static final Set<String> WIDE = Set.of("uniform", "sumRows", "mean", "crossEntropy");

    private final DType computeType;
    private final int device;

    Emulated(Backend cpu, DType computeType, int device) {
      super(cpu);
      this.computeType = computeType;
      this.device = device;
    }

    @Override
    public String name() {
      return NAME;
    }

    @Override
    public String device() {
      return "emulated device " + device;
    }

    @Override
    public DType computeType() {
      return computeType;
    }

    @Override
    public Optional<DeviceMemory> deviceMemory() {
      return Optional.of(
          new DeviceMemory(30 * MEBIBYTE, 40 * MEBIBYTE, 50 * MEBIBYTE, 100 * MEBIBYTE));
    }

    @Override
    protected List<Tensor> say(Call call) {
      List<Tensor> results = super.say(call);
      return computeType == DType.F32 || WIDE.contains(call.op())
          ? results
          : results.stream().map(this::rounded).toList();
    }

    private Tensor rounded(Tensor result) {
      if (result.dtype() == DType.I32) {
        return result;
      }
      double[] values = result.toDoubles();
      for (int i = 0; i < values.length; i++) {
        values[i] = rounded((float) values[i]);
      }
      return tensor(result.shape(), values);
    }

    /** To the nearest bfloat16, ties to even. */
    private static float rounded(float value) {
      int bits = Float.floatToRawIntBits(value);
      int nearest = bits + 0x7fff + (bits >>> 16 & 1);
      return Float.isFinite(value) ? Float.intBitsToFloat(nearest & 0xffff0000) : value;
    }
  }
}
