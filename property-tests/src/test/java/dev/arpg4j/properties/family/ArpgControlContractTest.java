package dev.arpg4j.properties.family;

final class ArpgControlContractTest extends VariantContract {
  ArpgControlContractTest() {
    super("arpg-control");
  }
}
