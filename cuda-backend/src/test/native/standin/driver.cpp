// Devices, contexts, modules, kernels and launches.
#include <cstdio>
#include <cstring>
#include <map>
#include <memory>
#include <set>
#include <vector>

#include "standin.h"

extern "C" {
int shim_launch(const char* name, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by,
                unsigned bz, unsigned sharedBytes, uint64_t order, void** arguments);
const char* shim_error();
const char* shim_signature(const char* name);
}

namespace standin {
namespace {
// Of the 48 KiB for all, static shared memory takes its part.
constexpr int SHARED_FOR_ALL = 47 << 10, SHARED_AT_MOST = 227 << 10;

struct Context {
  int device;
  int holders = 0;
};

struct Module {
  std::string image;
};

struct Function {
  std::string name, signature;
  int sharedBytes = SHARED_FOR_ALL;
};

bool up;
std::map<int, std::unique_ptr<Context>> contexts;
std::map<Module*, std::vector<std::unique_ptr<Function>>> modules;
std::set<Function*> functions;
thread_local void* current;

bool isDevice(int device) { return device >= 0 && device < setting("deviceCount"); }
}  // namespace

bool initialized() { return up; }

// A thread may still name a context that is gone.
void* currentContext() {
  for (auto& entry : contexts) {
    if (entry.second.get() == current) return current;
  }
  return nullptr;
}
}  // namespace standin

using namespace standin;

API cuInit(unsigned) {
  std::lock_guard<std::recursive_mutex> guard(lock());
  if (int status = ordered("cuInit")) return status;
  if (setting("deviceCount") == 0) return NO_DEVICE;
  up = true;
  return SUCCESS;
}

API cuDriverGetVersion(int* version) {
  *version = (int)setting("driverVersion");
  return SUCCESS;
}

API cuGetErrorName(int status, const char** name) {
  static const std::map<int, const char*> names = {
      {SUCCESS, "CUDA_SUCCESS"},
      {INVALID_VALUE, "CUDA_ERROR_INVALID_VALUE"},
      {OUT_OF_MEMORY, "CUDA_ERROR_OUT_OF_MEMORY"},
      {NOT_INITIALIZED, "CUDA_ERROR_NOT_INITIALIZED"},
      {NO_DEVICE, "CUDA_ERROR_NO_DEVICE"},
      {INVALID_DEVICE, "CUDA_ERROR_INVALID_DEVICE"},
      {INVALID_IMAGE, "CUDA_ERROR_INVALID_IMAGE"},
      {INVALID_CONTEXT, "CUDA_ERROR_INVALID_CONTEXT"},
      {NO_BINARY_FOR_GPU, "CUDA_ERROR_NO_BINARY_FOR_GPU"},
      {INVALID_HANDLE, "CUDA_ERROR_INVALID_HANDLE"},
      {NOT_FOUND, "CUDA_ERROR_NOT_FOUND"},
      {NOT_READY, "CUDA_ERROR_NOT_READY"},
      {ILLEGAL_ADDRESS, "CUDA_ERROR_ILLEGAL_ADDRESS"},
      {LAUNCH_FAILED, "CUDA_ERROR_LAUNCH_FAILED"},
      {NOT_SUPPORTED, "CUDA_ERROR_NOT_SUPPORTED"},
      {803, "CUDA_ERROR_SYSTEM_DRIVER_MISMATCH"},
      {CAPTURE_UNSUPPORTED, "CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED"},
      {CAPTURE_INVALIDATED, "CUDA_ERROR_STREAM_CAPTURE_INVALIDATED"},
      {CAPTURE_UNMATCHED, "CUDA_ERROR_STREAM_CAPTURE_UNMATCHED"},
      {CAPTURED_EVENT, "CUDA_ERROR_CAPTURED_EVENT"},
      {CAPTURE_WRONG_THREAD, "CUDA_ERROR_STREAM_CAPTURE_WRONG_THREAD"},
  };
  auto found = names.find(status);
  *name = found == names.end() ? nullptr : found->second;
  return found == names.end() ? INVALID_VALUE : SUCCESS;
}

API cuGetErrorString(int status, const char** text) { return cuGetErrorName(status, text); }

API cuDeviceGetCount(int* number) {
  CALL_WITHOUT_CONTEXT("cuDeviceGetCount")
  *number = (int)setting("deviceCount");
  return SUCCESS;
}

API cuDeviceGet(int* device, int index) {
  CALL_WITHOUT_CONTEXT("cuDeviceGet")
  *device = index;
  return isDevice(index) ? SUCCESS : INVALID_DEVICE;
}

API cuDeviceGetName(char* name, int bytes, int device) {
  CALL_WITHOUT_CONTEXT("cuDeviceGetName")
  if (!isDevice(device)) return INVALID_DEVICE;
  snprintf(name, bytes, "stand-in on the CPU");
  return SUCCESS;
}

API cuDeviceTotalMem_v2(size_t* bytes, int device) {
  CALL_WITHOUT_CONTEXT("cuDeviceTotalMem")
  *bytes = setting("totalMemory");
  return isDevice(device) ? SUCCESS : INVALID_DEVICE;
}

API cuDeviceGetAttribute(int* value, int which, int device) {
  CALL_WITHOUT_CONTEXT("cuDeviceGetAttribute")
  if (!isDevice(device)) return INVALID_DEVICE;
  switch (which) {
    case 16: *value = (int)setting("multiprocessors"); return SUCCESS;
    case 38: *value = (int)setting("l2Bytes"); return SUCCESS;
    case 75: *value = (int)setting("computeCapability") / 10; return SUCCESS;
    case 76: *value = (int)setting("computeCapability") % 10; return SUCCESS;
    case 97: *value = SHARED_AT_MOST; return SUCCESS;
    default: return INVALID_VALUE;
  }
}

API cuDevicePrimaryCtxRetain(void** context, int device) {
  CALL_WITHOUT_CONTEXT("cuDevicePrimaryCtxRetain")
  if (!isDevice(device)) return INVALID_DEVICE;
  auto& known = contexts[device];
  if (!known) known.reset(new Context{device});
  known->holders++;
  *context = known.get();
  count("liveContexts");
  return SUCCESS;
}

API cuDevicePrimaryCtxRelease_v2(int device) {
  CALL_WITHOUT_CONTEXT("cuDevicePrimaryCtxRelease")
  auto known = contexts.find(device);
  if (known == contexts.end()) return INVALID_CONTEXT;
  count("liveContexts", -1);
  if (--known->second->holders == 0) {
    freeMemoryOf(known->second.get());
    contexts.erase(known);
  }
  return SUCCESS;
}

API cuCtxSetCurrent(void* context) {
  CALL_WITHOUT_CONTEXT("cuCtxSetCurrent")
  current = context;
  count("contextSwitches");
  return context == nullptr || currentContext() != nullptr ? SUCCESS : INVALID_CONTEXT;
}

API cuCtxGetCurrent(void** context) {
  CALL_WITHOUT_CONTEXT("cuCtxGetCurrent")
  *context = currentContext();
  return SUCCESS;
}

// The image is what the stand-in compiler makes: a mark, its options, the source.
API cuModuleLoadData(void** module, const void* image) {
  CALL("cuModuleLoadData")
  if (int status = refuseUnsafe()) return status;
  std::string text = static_cast<const char*>(image);
  if (text.compare(0, 8, "STAND-IN") != 0) return INVALID_IMAGE;
  std::string target = "--gpu-architecture=sm_" + std::to_string(setting("computeCapability")) + "\n";
  if (text.find(target) == std::string::npos) return NO_BINARY_FOR_GPU;
  Module* made = new Module{text};
  modules[made];
  *module = made;
  count("liveModules");
  return SUCCESS;
}

API cuModuleUnload(void* module) {
  CALL("cuModuleUnload")
  auto known = modules.find(static_cast<Module*>(module));
  if (known == modules.end()) return INVALID_HANDLE;
  for (auto& function : known->second) functions.erase(function.get());
  delete known->first;
  modules.erase(known);
  count("liveModules", -1);
  return SUCCESS;
}

// A kernel is found if the shim has it and this module's source, for this element, names it.
API cuModuleGetFunction(void** function, void* module, const char* name) {
  CALL("cuModuleGetFunction")
  auto known = modules.find(static_cast<Module*>(module));
  if (known == modules.end()) return INVALID_HANDLE;
  std::string symbol = name, base = symbol, image = known->first->image;
  size_t suffix = symbol.rfind('_');
  if (suffix == std::string::npos) return NOT_FOUND;
  base.resize(suffix);
  std::string define = symbol.substr(suffix) == "_bf16" ? "-DELEMENT_BF16\n" : "-DELEMENT_F32\n";
  const char* signature = shim_signature(name);
  if (signature == nullptr || image.find(define) == std::string::npos ||
      image.find(base) == std::string::npos) {
    return NOT_FOUND;
  }
  known->second.emplace_back(new Function{symbol, signature});
  functions.insert(known->second.back().get());
  *function = known->second.back().get();
  return SUCCESS;
}

API cuFuncSetAttribute(void* handle, int which, int value) {
  CALL("cuFuncSetAttribute")
  Function* function = static_cast<Function*>(handle);
  if (functions.count(function) == 0) return INVALID_HANDLE;
  if (which != 8 || value < 0 || value > SHARED_AT_MOST) return INVALID_VALUE;
  function->sharedBytes = value;
  return SUCCESS;
}

API cuFuncGetParamInfo(void* handle, size_t index, size_t* offset, size_t* bytes) {
  CALL("cuFuncGetParamInfo")
  Function* function = static_cast<Function*>(handle);
  if (functions.count(function) == 0) return INVALID_HANDLE;
  if (index >= function->signature.size()) return INVALID_VALUE;
  size_t at = 0;
  for (size_t i = 0;; i++) {
    size_t size = strchr("pl", function->signature[i]) ? 8 : 4;
    at = (at + size - 1) / size * size;
    if (i == index) {
      *offset = at;
      *bytes = size;
      return SUCCESS;
    }
    at += size;
  }
}

API cuLaunchKernel(void* handle, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by,
                   unsigned bz, unsigned sharedBytes, void* streamHandle, void** given, void** extra) {
  CALL("cuLaunchKernel")
  Function* function = static_cast<Function*>(handle);
  Stream* stream = streamOf(streamHandle);
  if (functions.count(function) == 0 || stream == nullptr) return INVALID_HANDLE;
  if (extra != nullptr || (int)sharedBytes > function->sharedBytes) return INVALID_VALUE;
  if (gx == 0 || gy == 0 || gz == 0 || gy > 65535 || gz > 65535) return INVALID_VALUE;
  size_t threads = (size_t)bx * by * bz;
  if (threads == 0 || threads > 1024) return INVALID_VALUE;
  // The arguments are copied now, and no more of them than the kernel has.
  std::vector<uint64_t> arguments(function->signature.size());
  for (size_t i = 0; i < arguments.size(); i++) {
    if (given[i] == nullptr) return INVALID_VALUE;
    memcpy(&arguments[i], given[i], strchr("pl", function->signature[i]) ? 8 : 4);
  }
  count("launches");
  std::string name = function->name;
  return enqueue(stream, name.c_str(), [=]() mutable {
    std::vector<void*> pointers;
    for (uint64_t& argument : arguments) pointers.push_back(&argument);
    if (shim_launch(name.c_str(), gx, gy, gz, bx, by, bz, sharedBytes, setting("order"),
                    pointers.data()) != 0) {
      return breakDevice(LAUNCH_FAILED, shim_error());
    }
    std::string written = brokenGuard();
    return written.empty() ? (int)SUCCESS
                           : breakDevice(ILLEGAL_ADDRESS, name + " wrote beyond " + written);
  });
}
