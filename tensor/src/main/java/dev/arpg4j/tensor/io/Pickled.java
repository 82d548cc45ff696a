package dev.arpg4j.tensor.io;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything that reading a pickle can give. None of it carries out anything: what a pickle would
 * have a Python interpreter call is kept as the name of the callable.
 */
sealed interface Pickled {

  /** The kind of value, as a phrase for messages. */
  String kind();

  /** A string. */
  record Text(String value) implements Pickled {
    @Override
    public String kind() {
      return "a string";
    }
  }

  /** An integer of up to 64 bits. */
  record Whole(long value) implements Pickled {
    @Override
    public String kind() {
      return "a number";
    }
  }

  /**
   * A value of which no more than the kind is kept: None, a truth value, a fraction, bytes, a set.
   */
  record Plain(String kind) implements Pickled {}

  /** A tuple or a list. */
  final class Sequence implements Pickled {
    private final List<Pickled> items;

    Sequence(List<Pickled> items) {
      this.items = items;
    }

    Sequence() {
      this(new ArrayList<>(0));
    }

    List<Pickled> items() {
      return items;
    }

    @Override
    public String kind() {
      return "a list";
    }
  }

  /** A dict. Weights have names, so entries under other keys than strings are not kept. */
  final class Mapping implements Pickled {
    /** Characters of the longest key: equal ones are compared whole each time one is put. */
    static final int LONGEST_KEY = 1 << 16;

    private final Map<String, Pickled> entries = new LinkedHashMap<>(2);

    Map<String, Pickled> entries() {
      return entries;
    }

    void put(Pickled key, Pickled value) throws TorchObjects.MalformedException {
      if (key instanceof Text(String name)) {
        if (name.length() > LONGEST_KEY) {
          throw new TorchObjects.MalformedException(
              "key of " + name.length() + " characters; expected at most " + LONGEST_KEY);
        }
        entries.put(name, value);
      }
    }

    @Override
    public String kind() {
      return "a dict";
    }
  }

  /** The name of a class, function or dtype. */
  record Global(String module, String name) implements Pickled {
    @Override
    public String kind() {
      return "the name " + this;
    }

    @Override
    public String toString() {
      return module + "." + name;
    }
  }

  /** Stands in for what a callable that is not on the list would have made; it was not called. */
  record Made(Global by) implements Pickled {
    @Override
    public String kind() {
      return "an object of " + by;
    }
  }

  /**
   * A run of elements in the archive.
   *
   * @param type what the elements are; without one (untyped) {@code elements} counts bytes
   */
  record Storage(StorageType type, String key, long elements) implements Pickled {
    @Override
    public String kind() {
      return "a storage";
    }
  }

  /** A view of a storage; offset and strides count elements. */
  record Tensor(Storage storage, ElementType type, long offset, long[] size, long[] stride)
      implements Pickled {
    @Override
    public String kind() {
      return "a tensor";
    }
  }
}
