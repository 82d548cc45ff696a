package dev.arpg4j.cpu.vector;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.InvalidInputException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Announces {@link VectorBackend}. It touches no vector class before it knows that the module is
 * there, and warns once if the vectors are not real.
 */
public final class VectorProvider implements BackendProvider {
  private static final String MODULE = "jdk.incubator.vector";
  private static final AtomicBoolean WARNED = new AtomicBoolean();

  @Override
  public String name() {
    return "cpu";
  }

  @Override
  public Availability availability() {
    if (ModuleLayer.boot().findModule(MODULE).isEmpty()) {
      return new Availability(
          false, "module " + MODULE + " is not loaded: start java with --add-modules " + MODULE);
    }
    int threads = Settings.allCores().threads();
    List<String> obstacles = Machine.obstacles();
    String detail = Machine.describe(threads);
    return new Availability(
        true, obstacles.isEmpty() ? detail : detail + "; slow: " + String.join("; ", obstacles));
  }

  @Override
  public Backend open(Settings settings) {
    Availability availability = availability();
    if (!availability.available()) {
      throw new InvalidInputException("backend cpu: " + availability.detail());
    }
    List<String> obstacles = Machine.obstacles();
    if (!obstacles.isEmpty() && WARNED.compareAndSet(false, true)) {
      System.getLogger(VectorProvider.class.getName())
          .log(System.Logger.Level.WARNING, "backend cpu is slow here: {0}", obstacles);
    }
    return new VectorBackend(settings.threads());
  }
}
