// Stand-ins for CUDA's libraries on a machine without a GPU: the Java code runs unchanged, through
// the real presets, and what CUDA would refuse is refused here.
//
// Device memory is host memory, filled with NaN when it is given out and guarded behind its end.
// A stream is a queue that runs when somebody waits for it, and not before: who reads a result, or
// writes to the source of a copy, without waiting sees that it is wrong. Kernels run in the CPU
// shim (../shim). While a stream is captured its work is recorded and not run, and whoever waits
// spoils the recording.
//
// Files: control.cpp settings, counters and failures to order; memory.cpp; streams.cpp streams,
// events and graphs; driver.cpp devices, contexts, modules and launches; blaslt.cpp cuBLASLt;
// nvrtc.cpp; stubs.cpp what only has to be there.
#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>

#define EXPORTED extern "C" __attribute__((visibility("default")))
#define API EXPORTED int

namespace standin {
// The driver's own numbers.
enum Status {
  SUCCESS = 0,
  INVALID_VALUE = 1,
  OUT_OF_MEMORY = 2,
  NOT_INITIALIZED = 3,
  NO_DEVICE = 100,
  INVALID_DEVICE = 101,
  INVALID_IMAGE = 200,
  INVALID_CONTEXT = 201,
  NO_BINARY_FOR_GPU = 209,
  INVALID_HANDLE = 400,
  NOT_FOUND = 500,
  NOT_READY = 600,
  ILLEGAL_ADDRESS = 700,
  LAUNCH_FAILED = 719,
  NOT_SUPPORTED = 801,
  CAPTURE_UNSUPPORTED = 900,
  CAPTURE_INVALIDATED = 901,
  CAPTURE_UNMATCHED = 903,
  CAPTURED_EVENT = 907,
  CAPTURE_WRONG_THREAD = 908,
};

using Work = std::function<int()>;

struct Stream;

// Held by every function of the driver while it runs.
std::recursive_mutex& lock();

// --- control.cpp
int64_t setting(const char* name);
void count(const char* what, int64_t by = 1);
// What a call to this function is to answer because a test ordered it so; 0 to go on.
int ordered(const char* function);
// A failure on the device, which every later call repeats, and why.
int broken();
int breakDevice(int status, const std::string& why);

// --- memory.cpp
bool inDeviceMemory(uint64_t address, size_t bytes);
bool inPinnedMemory(const void* address, size_t bytes);
// The name of an allocation whose guard was written to; empty if all are whole.
std::string brokenGuard();
void freeMemoryOf(const void* context);

// --- driver.cpp
void* currentContext();
bool initialized();

// --- streams.cpp
// The stream of that handle in the current context, or null.
Stream* streamOf(void* handle);
// Runs the work in the stream's turn, or records it.
int enqueue(Stream* stream, const char* what, Work work);
bool capturing(Stream* stream);
// Runs all that is enqueued anywhere.
int drainAll();
int drain(Stream* stream);
// What a call is to answer that waits for everything, or that recordings may forbid.
int refuseWait();
int refuseUnsafe();

// What a function asks before it does anything.
struct Call {
  explicit Call(const char* function, bool needsContext = true)
      : guard(lock()), function(function), needsContext(needsContext) {}

  int refused() const {
    if (int status = ordered(function)) return status;
    if (!initialized()) return NOT_INITIALIZED;
    if (int status = broken()) return status;
    return needsContext && currentContext() == nullptr ? INVALID_CONTEXT : SUCCESS;
  }

  std::lock_guard<std::recursive_mutex> guard;
  const char* function;
  bool needsContext;
};
}  // namespace standin

// For the other libraries: work on a stream of the driver, and whether memory is the device's.
// Returns a status of the driver.
extern "C" int standin_enqueue(void* stream, const char* what, const standin::Work* work);
extern "C" int standin_isDevice(uint64_t address, size_t bytes);
extern "C" int standin_ordered(const char* function);
extern "C" int64_t standin_setting(const char* name);

// Begins a function: CALL("cuX") returns early with what has to be refused.
#define CALL(name)                                          \
  standin::Call call(name);                                 \
  if (int status = call.refused()) return status;
#define CALL_WITHOUT_CONTEXT(name)                          \
  standin::Call call(name, false);                          \
  if (int status = call.refused()) return status;
