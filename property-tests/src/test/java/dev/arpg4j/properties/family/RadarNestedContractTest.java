package dev.arpg4j.properties.family;

final class RadarNestedContractTest extends VariantContract {
  RadarNestedContractTest() {
    super("radar-nested");
  }
}
