package dev.arpg4j.properties.family;

final class ParContractTest extends VariantContract {
  ParContractTest() {
    super("par");
  }
}
