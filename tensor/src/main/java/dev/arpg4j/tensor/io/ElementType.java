package dev.arpg4j.tensor.io;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How a tensor's elements lie in a file, by the names safetensors gives them. Elements are little
 * endian. Types that are not {@link #readable()} can be listed and measured, but a file's values of
 * such a type are refused by name when they are asked for.
 */
public enum ElementType {
  F64(8, true),
  I64(8, true),
  F32(4, true),
  I32(4, true),
  F16(2, true),
  BF16(2, true),
  I16(2, true),
  U64(8, false),
  C64(8, false),
  U32(4, false),
  U16(2, false),
  I8(1, false),
  U8(1, false),
  BOOL(1, false),
  F8_E4M3(1, false),
  F8_E5M2(1, false),
  F8_E8M0(1, false),
  F8_E4M3FNUZ(1, false),
  F8_E5M2FNUZ(1, false);

  private final int bytes;
  private final boolean readable;

  ElementType(int bytes, boolean readable) {
    this.bytes = bytes;
    this.readable = readable;
  }

  /** Bytes an element takes. */
  public int bytes() {
    return bytes;
  }

  /** What people call it: "float32", "float16", "bf16", "int32"; messages say no other name. */
  public String words() {
    return switch (this) {
      case F64 -> "float64";
      case F32 -> "float32";
      case F16 -> "float16";
      case BF16 -> "bf16";
      case I64 -> "int64";
      case I32 -> "int32";
      case I16 -> "int16";
      case I8 -> "int8";
      case U64 -> "uint64";
      case U32 -> "uint32";
      case U16 -> "uint16";
      case U8 -> "uint8";
      case BOOL -> "bool";
      default -> name();
    };
  }

  /** Whether values of this type can be read and written. */
  public boolean readable() {
    return readable;
  }

  /** Whether this is one of the readable floating-point types. */
  public boolean floating() {
    return readable && !integral();
  }

  /** Whether this is one of the readable integer types. */
  public boolean integral() {
    return this == I16 || this == I32 || this == I64;
  }

  /** The type of that name in a safetensors header, if there is one. */
  static Optional<ElementType> named(String name) {
    return Arrays.stream(values()).filter(type -> type.name().equals(name)).findFirst();
  }

  /** The readable types as a phrase for messages: "F64, I64, ...". */
  static String readableNames() {
    return Arrays.stream(values())
        .filter(ElementType::readable)
        .map(Enum::name)
        .collect(Collectors.joining(", "));
  }
}
