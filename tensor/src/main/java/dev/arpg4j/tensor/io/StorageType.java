package dev.arpg4j.tensor.io;

import java.util.Optional;

/**
 * What the elements of a PyTorch storage are, by the class names that {@code torch.save} writes,
 * and the names of the dtypes that untyped storages are viewed as.
 */
enum StorageType {
  DOUBLE("DoubleStorage", "float64", ElementType.F64),
  FLOAT("FloatStorage", "float32", ElementType.F32),
  HALF("HalfStorage", "float16", ElementType.F16),
  BFLOAT16("BFloat16Storage", "bfloat16", ElementType.BF16),
  LONG("LongStorage", "int64", ElementType.I64),
  INT("IntStorage", "int32", ElementType.I32),
  SHORT("ShortStorage", "int16", ElementType.I16),
  CHAR("CharStorage", "int8", ElementType.I8),
  BYTE("ByteStorage", "uint8", ElementType.U8),
  BOOL("BoolStorage", "bool", ElementType.BOOL),
  COMPLEX_FLOAT("ComplexFloatStorage", "complex64", ElementType.C64),
  UNTYPED("UntypedStorage", "", ElementType.U8);

  private final String storageClass;
  private final String dtype;
  private final ElementType elements;

  StorageType(String storageClass, String dtype, ElementType elements) {
    this.storageClass = storageClass;
    this.dtype = dtype;
    this.elements = elements;
  }

  /** The element type; an untyped storage holds bytes. */
  ElementType elements() {
    return elements;
  }

  /** The storage class of that name. */
  static Optional<StorageType> of(Pickled.Global name) {
    for (StorageType type : values()) {
      String module = type == UNTYPED ? "torch.storage" : "torch";
      if (name.module().equals(module) && name.name().equals(type.storageClass)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  /** The element type of the dtype of that name. */
  static Optional<ElementType> dtype(Pickled.Global name) {
    for (StorageType type : values()) {
      if (type != UNTYPED && name.module().equals("torch") && name.name().equals(type.dtype)) {
        return Optional.of(type.elements());
      }
    }
    return Optional.empty();
  }
}
