package dev.arpg4j.properties.family;

final class RandArContractTest extends VariantContract {
  RandArContractTest() {
    super("randar");
  }
}
