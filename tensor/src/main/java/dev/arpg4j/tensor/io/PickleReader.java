package dev.arpg4j.tensor.io;

import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.io.Pickled.Global;
import dev.arpg4j.tensor.io.Pickled.Made;
import dev.arpg4j.tensor.io.Pickled.Mapping;
import dev.arpg4j.tensor.io.Pickled.Plain;
import dev.arpg4j.tensor.io.Pickled.Sequence;
import dev.arpg4j.tensor.io.Pickled.Text;
import dev.arpg4j.tensor.io.Pickled.Whole;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a pickle, protocol 2 to 5, as data. A pickle is a program for a stack machine whose opcodes
 * can call any function by name; this machine knows the opcodes but calls only what {@link
 * TorchObjects} lists. It has no recursion, and its work and memory are bounded by {@link
 * #MOST_STEPS} whatever the program does.
 *
 * <p>Source: the opcode table of CPython's {@code pickletools}.
 */
final class PickleReader {
  /** Opcodes run plus items copied; a checkpoint of a thousand tensors takes some 50,000. */
  static final int MOST_STEPS = 2_000_000;

  private static final int LONGEST_LINE = 1000;
  private static final Plain NONE = new Plain("None");
  private static final Plain TRUTH = new Plain("a truth value");
  private static final Plain NUMBER = new Plain("a number");
  private static final Plain BYTES = new Plain("bytes");
  private static final Plain SET = new Plain("a set");

  private final Path path;
  private final ByteBuffer in;
  private final List<Pickled> stack = new ArrayList<>();
  private final List<Integer> marks = new ArrayList<>();
  private final Map<Integer, Pickled> memo = new HashMap<>();
  private int steps;

  private PickleReader(Path path, ByteBuffer in) {
    this.path = path;
    this.in = in;
  }

  /**
   * Reads the value that {@code bytes} describe.
   *
   * @throws InvalidInputException if they are no pickle, or one that does too much
   */
  static Pickled read(Path path, ByteBuffer bytes) {
    PickleReader reader = new PickleReader(path, bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN));
    try {
      return reader.run();
    } catch (BufferUnderflowException e) {
      throw Refusal.of(path, "pickle is cut short");
    } catch (TorchObjects.MalformedException e) {
      throw reader.refused("has a " + Refusal.name(String.valueOf(e.getMessage())));
    }
  }

  private Pickled run() throws TorchObjects.MalformedException {
    if (in.get() != (byte) 0x80) {
      throw refused("does not begin with its protocol; expected 2 to 5");
    }
    int protocol = in.get();
    if (protocol < 2 || protocol > 5) {
      throw refused("has protocol " + protocol + "; expected 2 to 5");
    }
    while (true) {
      int opcode = unsignedByte();
      spend(1);
      if (opcode == '.') { // STOP
        return pop();
      }
      if (!runScalar(opcode) && !runContainer(opcode) && !runStack(opcode) && !runCall(opcode)) {
        throw refused(String.format("has the opcode 0x%02x, which is not read", opcode));
      }
    }
  }

  private boolean runScalar(int opcode) {
    switch (opcode) {
      case 'N' -> push(NONE);
      case 0x88, 0x89 -> push(TRUTH); // NEWTRUE, NEWFALSE
      case 'J' -> push(new Whole(in.getInt())); // BININT
      case 'K' -> push(new Whole(unsignedByte())); // BININT1
      case 'M' -> push(new Whole(in.getShort() & 0xFFFF)); // BININT2
      case 0x8a -> push(whole(unsignedByte())); // LONG1
      case 0x8b -> push(whole(length(Integer.toUnsignedLong(in.getInt())))); // LONG4
      case 'G' -> push(skip(8, NUMBER)); // BINFLOAT
      case 'X' -> push(text(Integer.toUnsignedLong(in.getInt()))); // BINUNICODE
      case 0x8c -> push(text(unsignedByte())); // SHORT_BINUNICODE
      case 0x8d -> push(text(in.getLong())); // BINUNICODE8
      case 'T' -> push(latin(Integer.toUnsignedLong(in.getInt()))); // BINSTRING
      case 'U' -> push(latin(unsignedByte())); // SHORT_BINSTRING
      case 'B' -> push(skip(Integer.toUnsignedLong(in.getInt()), BYTES)); // BINBYTES
      case 'C' -> push(skip(unsignedByte(), BYTES)); // SHORT_BINBYTES
      case 0x8e, 0x96 -> push(skip(in.getLong(), BYTES)); // BINBYTES8, BYTEARRAY8
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean runContainer(int opcode) throws TorchObjects.MalformedException {
    switch (opcode) {
      case ']', ')' -> push(new Sequence()); // EMPTY_LIST, EMPTY_TUPLE
      case '}' -> push(new Mapping()); // EMPTY_DICT
      case 0x8f -> push(SET); // EMPTY_SET
      case 'l', 't' -> push(new Sequence(popToMark())); // LIST, TUPLE
      case 0x85, 0x86, 0x87 -> push(new Sequence(popLast(opcode - 0x84))); // TUPLE1, 2, 3
      case 'd' -> { // DICT
        List<Pickled> items = popToMark();
        push(new Mapping());
        setItems(items);
      }
      case 'a' -> append(popLast(1)); // APPEND
      case 'e' -> append(popToMark()); // APPENDS
      case 's' -> setItems(popLast(2)); // SETITEM
      case 'u' -> setItems(popToMark()); // SETITEMS
      case 0x90 -> popToMark(); // ADDITEMS
      case 0x91 -> { // FROZENSET
        popToMark();
        push(SET);
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean runStack(int opcode) {
    switch (opcode) {
      case '(' -> marks.add(stack.size()); // MARK
      case '0' -> popOrUnmark(); // POP
      case '1' -> popToMark(); // POP_MARK
      case '2' -> push(top()); // DUP
      case 'q' -> memo.put(unsignedByte(), top()); // BINPUT
      case 'r' -> memo.put(in.getInt(), top()); // LONG_BINPUT
      case 0x94 -> memo.put(memo.size(), top()); // MEMOIZE
      case 'h' -> push(remembered(unsignedByte())); // BINGET
      case 'j' -> push(remembered(in.getInt())); // LONG_BINGET
      case 0x95 -> in.getLong(); // FRAME: how many bytes one could read ahead
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean runCall(int opcode) throws TorchObjects.MalformedException {
    switch (opcode) {
      case 'c' -> push(new Global(line(), line())); // GLOBAL
      case 0x93 -> { // STACK_GLOBAL
        List<Pickled> names = popLast(2);
        push(new Global(nameIn(names.get(0)), nameIn(names.get(1))));
      }
      case 'R', 0x81 -> { // REDUCE, NEWOBJ
        List<Pickled> call = popLast(2);
        push(call(call.get(0), call.get(1)));
      }
      case 0x92 -> { // NEWOBJ_EX
        List<Pickled> call = popLast(3);
        push(call(call.get(0), call.get(1)));
      }
      case 'i' -> { // INST
        Global type = new Global(line(), line());
        popToMark();
        push(new Made(type));
      }
      case 'o' -> { // OBJ
        List<Pickled> call = popToMark();
        if (call.isEmpty()) {
          throw refused("makes an object of nothing");
        }
        push(stranger(call.get(0)));
      }
      // Attributes do not change a tensor or a dict, and a stand-in has none.
      case 'b' -> pop(); // BUILD
      case 'Q' -> push(TorchObjects.storage(pop())); // BINPERSID
      default -> {
        return false;
      }
    }
    return true;
  }

  private Pickled call(Pickled callable, Pickled arguments) throws TorchObjects.MalformedException {
    if (callable instanceof Global global && arguments instanceof Sequence tuple) {
      // A tuple, too, may be given any number of times.
      spend(tuple.items().size());
      for (Pickled argument : tuple.items()) {
        // OrderedDict copies the list it is given, which may be given any number of times.
        spend(argument instanceof Sequence list ? list.items().size() : 0);
      }
      return TorchObjects.call(global, tuple.items());
    }
    return stranger(callable);
  }

  /** What comes of calling something that is no tensor business. */
  private Made stranger(Pickled callable) {
    return switch (callable) {
      case Global global -> new Made(global);
      case Made made -> made;
      default -> throw refused("calls " + callable.kind());
    };
  }

  private void append(List<Pickled> items) {
    switch (top()) {
      case Sequence list -> list.items().addAll(items);
      case Made _ -> {}
      default -> throw refused("appends to " + top().kind());
    }
  }

  private void setItems(List<Pickled> items) throws TorchObjects.MalformedException {
    if (items.size() % 2 != 0) {
      throw refused("has a key without a value");
    }
    switch (top()) {
      case Mapping dict -> {
        for (int i = 0; i < items.size(); i += 2) {
          dict.put(items.get(i), items.get(i + 1));
        }
      }
      case Made _ -> {}
      default -> throw refused("sets items of " + top().kind());
    }
  }

  private void push(Pickled value) {
    stack.add(value);
  }

  private Pickled top() {
    if (stack.size() <= floor()) {
      throw refused("takes from an empty stack");
    }
    return stack.getLast();
  }

  private Pickled pop() {
    Pickled value = top();
    stack.removeLast();
    return value;
  }

  private void popOrUnmark() {
    if (!marks.isEmpty() && stack.size() == floor()) {
      marks.removeLast();
    } else {
      pop();
    }
  }

  private List<Pickled> popLast(int count) {
    if (stack.size() - floor() < count) {
      throw refused("takes from an empty stack");
    }
    return cut(stack.size() - count);
  }

  private List<Pickled> popToMark() {
    if (marks.isEmpty()) {
      throw refused("looks for a mark where none is");
    }
    return cut(marks.removeLast());
  }

  private List<Pickled> cut(int from) {
    List<Pickled> above = stack.subList(from, stack.size());
    List<Pickled> items = new ArrayList<>(above);
    above.clear();
    return items;
  }

  /** Values below the last mark are out of reach until it is taken away. */
  private int floor() {
    return marks.isEmpty() ? 0 : marks.getLast();
  }

  private Pickled remembered(int index) {
    Pickled value = memo.get(index);
    if (value == null) {
      throw refused("recalls number " + index + ", which it never stored");
    }
    return value;
  }

  private void spend(int count) {
    steps += count;
    if (steps > MOST_STEPS) {
      throw refused("takes more than " + MOST_STEPS + " steps");
    }
  }

  /** An integer in two's complement, low byte first; beyond 64 bits only its kind is kept. */
  private Pickled whole(int length) {
    if (length > Long.BYTES) {
      return skip(length, NUMBER);
    }
    long value = 0;
    for (int i = 0; i < length; i++) {
      value |= (long) unsignedByte() << 8 * i;
    }
    int unused = Long.SIZE - 8 * length;
    return new Whole(length == 0 ? 0 : value << unused >> unused);
  }

  private Text text(long length) {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(bytes(length(length)));
      return new Text(StandardCharsets.UTF_8.newDecoder().decode(bytes).toString());
    } catch (CharacterCodingException e) {
      throw refused("has a string that is not UTF-8");
    }
  }

  private Text latin(long length) {
    return new Text(new String(bytes(length(length)), StandardCharsets.ISO_8859_1));
  }

  private Pickled skip(long count, Pickled value) {
    in.position(in.position() + length(count));
    return value;
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  /** A length that is really there, before anything is made of that size. */
  private int length(long length) {
    if (length < 0 || length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    return (int) length;
  }

  private String line() {
    StringBuilder line = new StringBuilder();
    for (int c = unsignedByte(); c != '\n'; c = unsignedByte()) {
      if (line.length() == LONGEST_LINE) {
        throw refused("has a name of more than " + LONGEST_LINE + " bytes");
      }
      line.append((char) c);
    }
    return line.toString();
  }

  private String nameIn(Pickled value) {
    if (value instanceof Text(String name) && name.length() <= LONGEST_LINE) {
      return name;
    }
    throw refused("names a class by " + value.kind());
  }

  private int unsignedByte() {
    return in.get() & 0xFF;
  }

  private InvalidInputException refused(String what) {
    return Refusal.of(path, "pickle " + what + " (byte " + in.position() + ")");
  }
}
