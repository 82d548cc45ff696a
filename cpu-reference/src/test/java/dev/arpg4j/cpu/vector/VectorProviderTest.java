package dev.arpg4j.cpu.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.BackendProvider.Settings;
import dev.arpg4j.tensor.InvalidInputException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VectorProviderTest {
  private static final String WIDTH = "arpg4j.vectorBits";

  private final BackendProvider provider = new VectorProvider();
  private final @Nullable String before = System.getProperty(WIDTH);

  @AfterEach
  void restore() {
    if (before == null) {
      System.clearProperty(WIDTH);
    } else {
      System.setProperty(WIDTH, before);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"foo", "", "64", "1024", "256 "})
  void aWidthThatNoKernelHasIsRefusedInOneLine(String width) {
    System.setProperty(WIDTH, width);

    assertThat(provider.availability(Settings.allCores()).available()).isFalse();
    assertThatThrownBy(() -> provider.open(Settings.allCores()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "backend cpu: arpg4j.vectorBits is '%s', expected 128, 256 or 512".formatted(width));
  }

  @Test
  void theWidthInUseIsTaken() {
    assertThat(provider.availability(Settings.allCores()).available()).isTrue();
    try (Backend backend = provider.open(Settings.ofThreads(1))) {
      assertThat(backend.name()).isEqualTo("cpu");
    }
  }
}
