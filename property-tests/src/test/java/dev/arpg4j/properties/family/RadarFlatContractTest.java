package dev.arpg4j.properties.family;

final class RadarFlatContractTest extends VariantContract {
  RadarFlatContractTest() {
    super("radar-flat");
  }
}
