package dev.arpg4j.verify;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.BackendProvider;
import java.util.HashMap;
import java.util.Map;

/** The product's decoder on a backend. */
public final class BackendSubject implements Subject {
  private final BackendProvider provider;
  private final BackendProvider.Settings settings;
  private final Backend backend;
  private final Map<Integer, BackendSubject> siblings = new HashMap<>();

  private BackendSubject(BackendProvider provider, BackendProvider.Settings settings) {
    this.provider = provider;
    this.settings = settings;
    this.backend = provider.open(settings);
  }

  /** Opens a backend, which closes with the subject. */
  public static BackendSubject open(BackendProvider provider, BackendProvider.Settings settings) {
    return new BackendSubject(provider, settings);
  }

  /** Opens a backend of its own compute type. */
  public static BackendSubject open(BackendProvider provider, int threads) {
    return open(provider, BackendProvider.Settings.ofThreads(threads));
  }

  @Override
  public String name() {
    return provider.name();
  }

  @Override
  public Backend backend(Case drawn) {
    return backend;
  }

  @Override
  public Subject withThreads(int threads) {
    return siblings.computeIfAbsent(
        threads, count -> new BackendSubject(provider, settings.withThreads(count)));
  }

  @Override
  public void close() {
    siblings.values().forEach(BackendSubject::close);
    backend.close();
  }
}
