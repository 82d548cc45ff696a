package dev.arpg4j.properties.family;

final class ArpgGuidedOnlyContractTest extends VariantContract {
  ArpgGuidedOnlyContractTest() {
    super("arpg-0+l2");
  }
}
