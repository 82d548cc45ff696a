package dev.arpg4j.cli;

import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.model.EmbeddedModel;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.verify.TokenAgreement;
import dev.arpg4j.verify.TokenComparison;
import dev.arpg4j.verify.TokenDifference;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The embedded model's images on a backend against those of a more trusted one: the cpu's, or for
 * the cpu itself the oracle's.
 *
 * @param images how many; null for {@value #AGAINST_CPU}, or {@value #AGAINST_ORACLE} where the
 *     oracle, which is slow, is the reference
 */
record VerifyTokens(@Nullable Integer images) implements VerifySection {
  static final int AGAINST_CPU = 100;
  static final int AGAINST_ORACLE = 10;
  private static final int STEPS = 32;
  private static final String CPU = "cpu";

  @Override
  public boolean holds(Checked backend) {
    List<DType> types = backend.exactTypes();
    if (backend.name().equals(VerifyOps.REFERENCE)) {
      return backend.notChecked("tokens", "a backend that is more exact than the oracle");
    }
    if (types.isEmpty()) {
      return backend.notChecked("tokens", "float32: --compute f32");
    }
    boolean slow = backend.name().equals(CPU);
    BackendProvider trusted = BackendProvider.named(slow ? VerifyOps.REFERENCE : CPU);
    int count = images != null ? images : slow ? AGAINST_ORACLE : AGAINST_CPU;
    backend.say(
        "%s %s: %d images of %s in %d steps against %s",
        backend.name(),
        Choice.nameOf(Choice.COMPUTE_TYPES, types.getFirst()),
        count,
        EmbeddedModel.NAME,
        STEPS,
        trusted.name());
    BackendProvider.Settings threads =
        BackendProvider.Settings.ofThreads(backend.settings().threads());
    try (Backend reference = trusted.open(threads);
        Backend subject = backend.provider().open(backend.as(types.getFirst()))) {
      TokenComparison comparison =
          new TokenComparison(
              EmbeddedModel.checkpoint(),
              DecodeSettings.EMBEDDED.withSteps(STEPS),
              reference,
              subject);
      return holds(backend, comparison, count);
    }
  }

  private static boolean holds(Checked backend, TokenComparison comparison, int count) {
    TokenAgreement agreement;
    try (Progress progress = Progress.of("tokens", comparison.pieces(count))) {
      agreement = comparison.compare(count, progress::step);
    }
    backend.say("%s", agreement.line());
    for (TokenDifference difference : agreement.differences()) {
      backend.say("%s", difference.line());
    }
    backend.say("%s: %s, tokens", backend.name(), agreement.passed() ? "PASS" : "FAIL");
    return agreement.passed();
  }
}
