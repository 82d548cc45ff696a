package dev.arpg4j.cpu.oracle;

import dev.arpg4j.cpu.OpCaseContract;
import dev.arpg4j.tensor.Backend;
import org.junit.jupiter.api.Tag;

/** The oracle runs every case, the same way each time, and by the definitions. */
@Tag("any-width")
class OracleCasesTest extends OpCaseContract {
  @Override
  protected Backend open() {
    return new OracleBackend();
  }
}
