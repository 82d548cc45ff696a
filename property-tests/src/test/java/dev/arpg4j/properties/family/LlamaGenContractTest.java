package dev.arpg4j.properties.family;

final class LlamaGenContractTest extends VariantContract {
  LlamaGenContractTest() {
    super("llamagen");
  }
}
