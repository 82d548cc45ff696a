package dev.arpg4j.properties.family;

final class VarContractTest extends VariantContract {
  VarContractTest() {
    super("var");
  }
}
