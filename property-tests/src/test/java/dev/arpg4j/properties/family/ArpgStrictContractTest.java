package dev.arpg4j.properties.family;

final class ArpgStrictContractTest extends VariantContract {
  ArpgStrictContractTest() {
    super("arpg-strict");
  }
}
