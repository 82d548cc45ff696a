package dev.arpg4j.verify.golden;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.BackendProvider;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MaskGitGoldenTest {
  @ParameterizedTest
  @ValueSource(strings = {"oracle", "cpu"})
  void everyTensorPasses(String backend) throws URISyntaxException {
    Path golden =
        Path.of(Objects.requireNonNull(getClass().getResource("/golden/maskgit-micro")).toURI());
    try (Backend opened =
        BackendProvider.named(backend).open(BackendProvider.Settings.allCores())) {
      List<GoldenCheck> checks = GoldenFolder.open(golden).verify(opened);
      assertThat(checks)
          .allMatch(
              check ->
                  check.status() == GoldenCheck.Status.PASS
                      || check.status() == GoldenCheck.Status.INPUT);
      // Two of a forward pass, and six of each of four runs.
      assertThat(checks).filteredOn(check -> check.status() == GoldenCheck.Status.PASS).hasSize(26);
      assertThat(checks)
          .filteredOn(check -> check.tensor().endsWith("greedy.4.num_masked"))
          .extracting(GoldenCheck::detail)
          .allMatch(detail -> detail.matches("[0-9]+ of [0-9]+ compared"))
          .hasSize(1);
    }
  }
}
