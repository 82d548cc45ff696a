package dev.arpg4j.tensor.interpret;

import dev.arpg4j.tensor.KvCache;
import dev.arpg4j.tensor.Ops;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One op with its operands, as a value that can be said to any backend.
 *
 * @param op the op's name, as in {@link Ops}
 * @param operands tensors, weights, caches and numbers in the order of the op's parameters
 * @param phrase how to say it
 */
public record Call(String op, List<Object> operands, Phrase phrase) {
  /** An op that waits for someone to listen. */
  @FunctionalInterface
  public interface Phrase {
    /**
     * Says the op to {@code ops}, with operands as {@code by} gives them.
     *
     * @return its results: none of an append, several of some fused ops, else one
     */
    List<Tensor> to(Ops ops, Operands by);
  }

  public Call {
    operands = List.copyOf(operands);
  }

  /** Says this to {@code ops}, with operands as {@code by} gives them. */
  public List<Tensor> to(Ops ops, Operands by) {
    return phrase.to(ops, by);
  }

  /** The operand at that place, which is a tensor. */
  public Tensor tensor(int operand) {
    return (Tensor) operands.get(operand);
  }

  /** The operand at that place, which is a weight. */
  public Weight weight(int operand) {
    return (Weight) operands.get(operand);
  }

  /** The operand at that place, which is an integer. */
  public int integer(int operand) {
    return (Integer) operands.get(operand);
  }

  /** The operand at that place, which is a real number. */
  public double real(int operand) {
    return (Double) operands.get(operand);
  }

  /** Whether it adds rows to its cache and has no result. */
  public boolean appends() {
    return op.equals("append") || op.equals("appendRotated");
  }

  /** The cache that is appended to or read; empty for another op, and attention over tensors. */
  public Optional<KvCache> cache() {
    return operands.stream().filter(KvCache.class::isInstance).map(KvCache.class::cast).findFirst();
  }

  /** The op and the shapes of its operands, for messages: {@code linear([2, 8], head [16, 8])}. */
  public String describe() {
    return operands.stream().map(Call::describe).collect(Collectors.joining(", ", op + "(", ")"));
  }

  private static String describe(Object operand) {
    return switch (operand) {
      case Tensor tensor -> tensor.shape().toString();
      case Weight weight -> weight.name() + " " + weight.shape();
      case KvCache cache ->
          "cache [%d, %d of %d, %d]"
              .formatted(
                  cache.batch(), cache.length(), cache.capacity(), cache.heads() * cache.headDim());
      default -> operand.toString();
    };
  }
}
