package dev.arpg4j.cpu.oracle;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.DType;

/** Announces {@link OracleBackend}; it runs wherever Java does. */
public final class OracleProvider implements BackendProvider {
  @Override
  public String name() {
    return OracleBackend.NAME;
  }

  @Override
  public Availability availability(Settings settings) {
    settings.computeTypeOf(OracleBackend.NAME, DType.F64);
    return new Availability(true, OracleBackend.DEVICE);
  }

  /** Starts an oracle; it works on the calling thread alone, whatever the settings' threads. */
  @Override
  public Backend open(Settings settings) {
    settings.computeTypeOf(OracleBackend.NAME, DType.F64);
    return new OracleBackend();
  }
}
