/**
 * Files of tensors: safetensors (read and written), PyTorch {@code .pt} (read) and npz (written).
 *
 * <p>Start at {@link dev.arpg4j.tensor.io.TensorFile}, which opens either kind of checkpoint and
 * lists its {@link dev.arpg4j.tensor.io.StoredTensor}s; each maps its own bytes when it is opened.
 * What a malformed or hostile file meets is one {@link dev.arpg4j.tensor.InvalidInputException}.
 * Tests stand beside, under {@code src/test}; {@code SafetensorsReaderTest} has one case a line of
 * the format.
 */
@NullMarked
package dev.arpg4j.tensor.io;

import org.jspecify.annotations.NullMarked;
