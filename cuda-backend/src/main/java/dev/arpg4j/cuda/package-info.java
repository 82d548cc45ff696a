/**
 * The op vocabulary on NVIDIA GPUs.
 *
 * <p>The only room that may see native libraries. Other rooms reach it by {@link
 * java.util.ServiceLoader} only.
 */
@NullMarked
package dev.arpg4j.cuda;

import org.jspecify.annotations.NullMarked;
