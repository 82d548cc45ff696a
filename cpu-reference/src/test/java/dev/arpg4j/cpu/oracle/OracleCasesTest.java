package dev.arpg4j.cpu.oracle;

import dev.arpg4j.cpu.OpCaseContract;
import dev.arpg4j.tensor.Backend;

/** The oracle runs every case, the same way each time, and by the definitions. */
class OracleCasesTest extends OpCaseContract {
  @Override
  protected Backend open() {
    return new OracleBackend();
  }
}
