package dev.arpg4j.model;

import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.WeightSource;
import dev.arpg4j.tensor.io.TensorFile;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Which of several models the tensors of a file are, by their names and shapes.
 *
 * @param file named in refusals
 * @param shapes the shape of each tensor by name
 * @param models what it may be
 */
public record Recognition<M extends Recognition.Model>(
    String file, Map<String, Shape> shapes, List<M> models) {

  /** What a file may hold. */
  public interface Model {
    /** As people know it. */
    String name();

    /** Every parameter under its published name. */
    List<Parameter> parameters();

    /** Whether published files hold a tensor of that name that nothing was learned in. */
    default boolean passesOver(String tensor) {
      return false;
    }
  }

  /** Recognises what a file holds. */
  public static <M extends Model> Recognition<M> of(String name, TensorFile file, List<M> models) {
    return new Recognition<>(
        name,
        file.tensors().values().stream()
            .collect(Collectors.toMap(WeightSource::name, WeightSource::shape)),
        models);
  }

  /**
   * The model that shares most tensors with the file, and has fewest that the file has not and the
   * other way round: a file that lacks one is still told for what it is, and of two models of which
   * one has all parameters of the other and more, those more decide.
   *
   * @throws InvalidInputException if no model has half of its parameters here
   */
  public M likeliest() {
    M nearest = nearest();
    if (share(nearest) < 0.5) {
      throw new InvalidInputException(
          "%s: has no sizes in its metadata, and is none of %s: of the %d tensors of %s it has %d"
              .formatted(
                  file,
                  models.stream().map(Model::name).collect(Collectors.joining(", ")),
                  nearest.parameters().size(),
                  nearest.name(),
                  found(nearest)));
    }
    return nearest;
  }

  /** The same, if there is one. */
  public Optional<M> likely() {
    return Optional.of(nearest()).filter(model -> share(model) >= 0.5);
  }

  /** Whether some model has any of its parameters here. */
  public boolean any() {
    return models.stream().anyMatch(model -> found(model) > 0);
  }

  /** The model that these are exactly the tensors of. */
  public Optional<M> exact() {
    return models.stream()
        .filter(model -> learned(model) == model.parameters().size() && share(model) == 1)
        .findFirst();
  }

  /** Of equals the first. */
  private M nearest() {
    return models.stream()
        .max(Comparator.comparingDouble(this::likeness))
        .orElseThrow(
            () ->
                new InvalidInputException(
                    file + ": has no sizes in its metadata, and none of its kind are published"));
  }

  /** The parameters that both have among those that either has, from 0 to 1. */
  private double likeness(M model) {
    long both = found(model);
    return (double) both / (model.parameters().size() + learned(model) - both);
  }

  /** How many of the parameters are here in their shapes, from 0 to 1. */
  private double share(M model) {
    return (double) found(model) / model.parameters().size();
  }

  private long found(M model) {
    return model.parameters().stream().filter(this::holds).count();
  }

  private long learned(M model) {
    return shapes.keySet().stream().filter(name -> !model.passesOver(name)).count();
  }

  private boolean holds(Parameter parameter) {
    return parameter.shape().equals(shapes.get(parameter.name()));
  }
}
