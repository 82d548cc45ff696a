/**
 * Files of tensors: safetensors (read and written), PyTorch {@code .pt} (read), npy of integers
 * (read) and npz (written).
 *
 * <p>To read, start at {@link dev.arpg4j.tensor.io.TensorFile}, which opens either kind of
 * checkpoint and lists its {@link dev.arpg4j.tensor.io.StoredTensor}s; each maps its own bytes when
 * it is opened. {@link dev.arpg4j.tensor.io.NpyFile} reads a single array. To write, start at
 * {@link dev.arpg4j.tensor.io.SafetensorsWriter} or {@link dev.arpg4j.tensor.io.NpzWriter}; both,
 * and every other result file, go through {@link dev.arpg4j.tensor.io.AtomicFile}. Behind the
 * reader: {@code SafetensorsReader} and {@code SafetensorsHeader}; {@code PyTorchFile}, {@code
 * StoredZip}, {@code PickleReader} and {@code TorchObjects}, which lists the only callables a
 * pickle may name with effect; {@code ForeignFile}, which names what is no checkpoint at all. What
 * a malformed or hostile file meets is one {@link dev.arpg4j.tensor.InvalidInputException}. Tests
 * stand beside, under {@code src/test}, a class for each of these names.
 */
@NullMarked
package dev.arpg4j.tensor.io;

import org.jspecify.annotations.NullMarked;
