package dev.arpg4j.cpu.oracle;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.DType;
import java.util.List;

/** Announces {@link OracleBackend}; it runs wherever Java does. */
public final class OracleProvider implements BackendProvider {
  @Override
  public String name() {
    return OracleMemory.NAME;
  }

  @Override
  public List<DType> computeTypes() {
    return List.of(DType.F64);
  }

  @Override
  public boolean hasDevices() {
    return false;
  }

  @Override
  public Availability availability(Settings settings) {
    settings.computeTypeOf(this);
    settings.requireFirstDevice(this);
    return new Availability(true, OracleMemory.DEVICE);
  }

  /** Starts an oracle; it works on the calling thread alone, whatever the settings' threads. */
  @Override
  public Backend open(Settings settings) {
    settings.computeTypeOf(this);
    settings.requireFirstDevice(this);
    return new OracleBackend();
  }
}
