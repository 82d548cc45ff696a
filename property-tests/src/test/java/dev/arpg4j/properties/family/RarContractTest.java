package dev.arpg4j.properties.family;

final class RarContractTest extends VariantContract {
  RarContractTest() {
    super("rar");
  }
}
