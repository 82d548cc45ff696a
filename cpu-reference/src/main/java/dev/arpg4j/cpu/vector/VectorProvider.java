package dev.arpg4j.cpu.vector;

import dev.arpg4j.cpu.kernel.Lanes;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.InvalidInputException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Announces {@link VectorBackend}. It touches no vector class before it knows that the module is
 * there and the width one that kernels have, and warns once if the vectors are not real.
 */
public final class VectorProvider implements BackendProvider {
  private static final String MODULE = "jdk.incubator.vector";
  private static final Set<String> WIDTHS = Set.of("128", "256", "512");
  private static final AtomicBoolean WARNED = new AtomicBoolean();

  @Override
  public String name() {
    return "cpu";
  }

  @Override
  public List<DType> computeTypes() {
    return List.of(DType.F32);
  }

  @Override
  public boolean hasDevices() {
    return false;
  }

  @Override
  public Availability availability(Settings settings) {
    settings.computeTypeOf(this);
    settings.requireFirstDevice(this);
    if (ModuleLayer.boot().findModule(MODULE).isEmpty()) {
      return new Availability(
          false, "module " + MODULE + " is not loaded: start java with --add-modules " + MODULE);
    }
    // The property's name is a constant: reading it does not start Lanes, which would fail for
    // good.
    String width = System.getProperty(Lanes.WIDTH_PROPERTY);
    if (width != null && !WIDTHS.contains(width)) {
      return new Availability(
          false, "%s is '%s', expected 128, 256 or 512".formatted(Lanes.WIDTH_PROPERTY, width));
    }
    return new Availability(
        true,
        Machine.describe(settings.threads()),
        Lanes.obstacles().stream()
            .map(obstacle -> Finding.slow("vectors", obstacle.what(), obstacle.remedy()))
            .toList());
  }

  @Override
  public Backend open(Settings settings) {
    Availability availability = availability(settings);
    if (!availability.available()) {
      throw new InvalidInputException("backend cpu: " + availability.detail());
    }
    List<Lanes.Obstacle> obstacles = Lanes.obstacles();
    if (!obstacles.isEmpty() && WARNED.compareAndSet(false, true)) {
      System.getLogger(VectorProvider.class.getName())
          .log(System.Logger.Level.WARNING, "backend cpu is slow here: {0}", obstacles);
    }
    return new VectorBackend(settings.threads());
  }
}
