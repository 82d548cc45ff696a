package dev.arpg4j.properties.family;

final class ArpgContractTest extends VariantContract {
  ArpgContractTest() {
    super("arpg");
  }
}
