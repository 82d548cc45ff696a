package dev.arpg4j.properties.family;

final class NarContractTest extends VariantContract {
  NarContractTest() {
    super("nar");
  }
}
