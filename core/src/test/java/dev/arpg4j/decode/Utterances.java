package dev.arpg4j.decode;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.KvCache;
import dev.arpg4j.tensor.Routine;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.interpret.Call;
import dev.arpg4j.tensor.interpret.ForwardingOps;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Writes down what routines say, so that two runs can be compared: a constant, a cache or what was
 * computed outside of routines is named by its number, a result by the routine, the call and the
 * place it came from, whichever run that was.
 */
final class Utterances extends ForwardingOps {
  private final Map<Object, String> names = new IdentityHashMap<>();
  private final List<String> said = new ArrayList<>();
  private int routines;
  private int constantsInRoutines;
  private int call;
  private String inside = "";

  Utterances(Backend backend) {
    super(backend);
  }

  /** What was said in routines since it was last taken. */
  List<String> taken() {
    List<String> taken = List.copyOf(said);
    said.clear();
    return taken;
  }

  int constantsMadeInRoutines() {
    return constantsInRoutines;
  }

  @Override
  public <T> Routine<T> routine(Supplier<T> work) {
    String name = "routine " + routines++;
    return super.routine(
        () -> {
          inside = name;
          call = 0;
          try {
            return work.get();
          } finally {
            inside = "";
          }
        });
  }

  @Override
  protected List<Tensor> say(Call spoken) {
    if (inside.isEmpty()) {
      List<Tensor> outside = super.say(spoken);
      outside.forEach(this::named);
      return outside;
    }
    String sentence = "%s, call %d".formatted(inside, call++);
    List<String> operands = spoken.operands().stream().map(this::describe).toList();
    said.add("%s: %s%s".formatted(sentence, spoken.op(), operands));
    List<Tensor> results = super.say(spoken);
    for (int i = 0; i < results.size(); i++) {
      names.put(results.get(i), "%s, result %d".formatted(sentence, i));
    }
    return results;
  }

  private String describe(Object operand) {
    return switch (operand) {
      case Tensor tensor -> name(tensor) + " " + tensor.shape();
      case Weight weight -> weight.name();
      case KvCache cache -> name(cache) + " of " + cache.length();
      default -> operand.toString();
    };
  }

  private String name(Object operand) {
    String name = names.get(operand);
    if (name == null) {
      throw new AssertionError("an operand was made neither in a routine nor for it");
    }
    return name;
  }

  @Override
  public Tensor tensor(Shape shape, double... values) {
    return constant(super.tensor(shape, values));
  }

  @Override
  public Tensor ints(Shape shape, int... values) {
    return constant(super.ints(shape, values));
  }

  private Tensor constant(Tensor constant) {
    constantsInRoutines += inside.isEmpty() ? 0 : 1;
    return named(constant);
  }

  /** What was made anew for a batch gets another number than that of the batch before. */
  private Tensor named(Tensor constant) {
    names.put(constant, "constant " + names.size());
    return constant;
  }

  @Override
  public KvCache kvCache(int batch, int capacity, int heads, int headDim) {
    KvCache cache = super.kvCache(batch, capacity, heads, headDim);
    names.put(cache, "cache " + names.size());
    return cache;
  }
}
