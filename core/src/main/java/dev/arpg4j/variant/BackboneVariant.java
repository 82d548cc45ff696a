package dev.arpg4j.variant;

import dev.arpg4j.model.BackboneConfig;
import dev.arpg4j.model.Metadata;
import java.util.Map;
import java.util.function.Function;

/** A variant whose sizes are those of its backbone alone. */
public abstract class BackboneVariant<A extends BackboneArchitecture> implements Variant {
  private final String name;
  private final String title;
  private final Function<BackboneConfig, A> sized;

  /**
   * A variant.
   *
   * @param name on the command line and in files
   * @param title as its paper writes it
   * @param sized the variant at a size
   */
  protected BackboneVariant(String name, String title, Function<BackboneConfig, A> sized) {
    this.name = name;
    this.title = title;
    this.sized = sized;
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final String title() {
    return title;
  }

  @Override
  public Map<String, A> published() {
    return BackboneArchitecture.published(sized);
  }

  @Override
  public A read(Metadata metadata) {
    return sized.apply(BackboneConfig.of(metadata));
  }

  @Override
  public A tiny(TinySizes wish) {
    return sized.apply(wish.backbone());
  }

  @Override
  public Map<String, A> on(BackboneConfig backbone) {
    return Map.of("", sized.apply(backbone));
  }
}
