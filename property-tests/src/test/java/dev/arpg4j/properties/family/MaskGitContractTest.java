package dev.arpg4j.properties.family;

final class MaskGitContractTest extends VariantContract {
  MaskGitContractTest() {
    super("maskgit");
  }
}
