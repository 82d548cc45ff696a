/**
 * One NVIDIA device: its libraries, its memory, its stream of work, its compiled kernels.
 *
 * <p>Start at {@link dev.arpg4j.cuda.driver.Gpu}, which does the work, and at {@link
 * dev.arpg4j.cuda.driver.Probe}, which says first whether it can be done here. {@link
 * dev.arpg4j.cuda.driver.CudaLibraries} finds the machine's libraries and loads them once. {@link
 * dev.arpg4j.cuda.driver.Nvrtc} compiles a kernel, {@link dev.arpg4j.cuda.driver.KernelCache} keeps
 * what it made. No class of JavaCPP is touched before the probe has said yes, since a preset that
 * fails to load once stays broken for the life of the JVM.
 *
 * <p>Tests run on stand-in libraries (src/test/native/standin), or on the machine's own.
 */
@NullMarked
package dev.arpg4j.cuda.driver;

import org.jspecify.annotations.NullMarked;
