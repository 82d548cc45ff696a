package dev.arpg4j.tokenizer;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.BackendProvider;
import java.util.List;

/** A tokenizer small enough for tests, of the published form: two levels, attention, a shortcut. */
final class Micro {
  static final VqConfig CONFIG = new VqConfig(32, List.of(1, 2), 16, 50, 8);

  private Micro() {}

  static Backend backend(String name, int threads) {
    return BackendProvider.named(name).open(BackendProvider.Settings.ofThreads(threads));
  }
}
