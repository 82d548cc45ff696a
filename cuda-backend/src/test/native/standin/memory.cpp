// Device memory and page-locked memory.
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <vector>

#include "standin.h"

namespace standin {
namespace {
constexpr size_t ALIGNMENT = 256, GUARD = 64;
constexpr int POISON = 0xff;  // a NaN in every type of floating point, -1 in every integer
constexpr int GUARD_BYTE = 0xa5;

struct Allocation {
  size_t bytes;
  const void* context;
};

std::map<uint64_t, Allocation> device;
std::map<uint64_t, size_t> pinned;
std::map<const void*, int64_t> deviceBytes;  // by context

template <class V, class Size>
bool within(const std::map<uint64_t, V>& all, uint64_t address, size_t bytes, Size size) {
  auto after = all.upper_bound(address);
  if (after == all.begin()) return false;
  auto it = std::prev(after);
  return address - it->first <= size(it->second) && bytes <= size(it->second) - (address - it->first);
}

bool whole(uint64_t address, size_t bytes) {
  auto guard = reinterpret_cast<const unsigned char*>(address + bytes);
  for (size_t i = 0; i < GUARD; i++) {
    if (guard[i] != GUARD_BYTE) return false;
  }
  return true;
}

void* newBytes(size_t bytes) {
  void* memory = nullptr;
  if (posix_memalign(&memory, ALIGNMENT, bytes + GUARD) != 0) return nullptr;
  memset(memory, POISON, bytes);
  memset(static_cast<char*>(memory) + bytes, GUARD_BYTE, GUARD);
  return memory;
}

void release(std::map<uint64_t, Allocation>::iterator it) {
  deviceBytes[it->second.context] -= it->second.bytes;
  count("liveBytes", -(int64_t)it->second.bytes);
  count("liveAllocations", -1);
  memset(reinterpret_cast<void*>(it->first), POISON, it->second.bytes);
  free(reinterpret_cast<void*>(it->first));
  device.erase(it);
}
}  // namespace

bool inDeviceMemory(uint64_t address, size_t bytes) {
  return within(device, address, bytes, [](const Allocation& a) { return a.bytes; });
}

bool inPinnedMemory(const void* address, size_t bytes) {
  return within(pinned, reinterpret_cast<uint64_t>(address), bytes, [](size_t size) { return size; });
}

std::string brokenGuard() {
  for (auto& entry : device) {
    if (!whole(entry.first, entry.second.bytes)) {
      return "an allocation of " + std::to_string(entry.second.bytes) + " bytes";
    }
  }
  return "";
}

void freeMemoryOf(const void* context) {
  for (auto it = device.begin(); it != device.end();) {
    auto here = it++;
    if (here->second.context == context) release(here);
  }
}
}  // namespace standin

using namespace standin;

API cuMemAlloc_v2(uint64_t* address, size_t bytes) {
  CALL("cuMemAlloc")
  if (int status = refuseUnsafe()) return status;
  if (bytes == 0) return INVALID_VALUE;
  int64_t& held = deviceBytes[currentContext()];
  if (held + (int64_t)bytes > setting("totalMemory")) return OUT_OF_MEMORY;
  void* memory = newBytes(bytes);
  if (memory == nullptr) return OUT_OF_MEMORY;
  *address = reinterpret_cast<uint64_t>(memory);
  device[*address] = {bytes, currentContext()};
  held += bytes;
  count("allocations");
  count("liveAllocations");
  count("liveBytes", bytes);
  return SUCCESS;
}

API cuMemFree_v2(uint64_t address) {
  CALL("cuMemFree")
  if (address == 0) return SUCCESS;
  auto it = device.find(address);
  if (it == device.end()) return INVALID_VALUE;
  if (int status = refuseUnsafe()) return status;
  if (int status = drainAll()) return status;
  release(it);
  count("frees");
  return SUCCESS;
}

API cuMemGetInfo_v2(size_t* free, size_t* total) {
  CALL("cuMemGetInfo")
  *total = setting("totalMemory");
  *free = *total - deviceBytes[currentContext()];
  return SUCCESS;
}

API cuMemHostAlloc(void** address, size_t bytes, unsigned) {
  CALL("cuMemHostAlloc")
  if (int status = refuseUnsafe()) return status;
  if (bytes == 0) return INVALID_VALUE;
  *address = newBytes(bytes);
  if (*address == nullptr) return OUT_OF_MEMORY;
  pinned[reinterpret_cast<uint64_t>(*address)] = bytes;
  count("livePinnedBytes", bytes);
  return SUCCESS;
}

API cuMemFreeHost(void* address) {
  CALL("cuMemFreeHost")
  auto it = pinned.find(reinterpret_cast<uint64_t>(address));
  if (it == pinned.end()) return INVALID_VALUE;
  if (int status = drainAll()) return status;
  if (!whole(it->first, it->second)) {
    return breakDevice(ILLEGAL_ADDRESS, "a write beyond page-locked memory");
  }
  count("livePinnedBytes", -(int64_t)it->second);
  pinned.erase(it);
  free(address);
  return SUCCESS;
}

namespace {
// Ranges are looked at when the copy is asked for and again in its turn.
int copy(void* handle, const char* what, const char* counter, uint64_t to, uint64_t from,
         size_t bytes, bool toDevice, bool fromDevice, Work move) {
  Stream* stream = streamOf(handle);
  if (stream == nullptr) return INVALID_HANDLE;
  auto here = [=] {
    return (!toDevice || inDeviceMemory(to, bytes)) && (!fromDevice || inDeviceMemory(from, bytes));
  };
  if (!here()) return INVALID_VALUE;
  count(counter);
  std::string name = what;
  return enqueue(stream, what, [=] {
    return here() ? move() : breakDevice(ILLEGAL_ADDRESS, name + " of memory that was freed");
  });
}

Work moving(uint64_t to, uint64_t from, size_t bytes) {
  return [=] {
    memcpy(reinterpret_cast<void*>(to), reinterpret_cast<const void*>(from), bytes);
    return SUCCESS;
  };
}
}  // namespace

// From pageable memory the bytes are taken at once, as the driver does; when recorded, at each
// launch.
API cuMemcpyHtoDAsync_v2(uint64_t to, const void* from, size_t bytes, void* handle) {
  CALL("cuMemcpyHtoDAsync")
  Stream* stream = streamOf(handle);
  if (stream == nullptr) return INVALID_HANDLE;
  uint64_t source = reinterpret_cast<uint64_t>(from);
  Work move = moving(to, source, bytes);
  if (!capturing(stream) && !inPinnedMemory(from, bytes)) {
    auto bytesNow = std::make_shared<std::vector<char>>(bytes);
    memcpy(bytesNow->data(), from, bytes);
    move = [=] {
      memcpy(reinterpret_cast<void*>(to), bytesNow->data(), bytes);
      return SUCCESS;
    };
  }
  return copy(handle, "a copy to the device", "copiesToDevice", to, source, bytes, true, false, move);
}

// To pageable memory the driver waits.
API cuMemcpyDtoHAsync_v2(void* to, uint64_t from, size_t bytes, void* handle) {
  CALL("cuMemcpyDtoHAsync")
  uint64_t target = reinterpret_cast<uint64_t>(to);
  if (int status = copy(handle, "a copy to the host", "copiesToHost", target, from, bytes, false,
                        true, moving(target, from, bytes))) {
    return status;
  }
  Stream* stream = streamOf(handle);
  return capturing(stream) || inPinnedMemory(to, bytes) ? SUCCESS : drain(stream);
}

API cuMemcpyDtoDAsync_v2(uint64_t to, uint64_t from, size_t bytes, void* handle) {
  CALL("cuMemcpyDtoDAsync")
  if (to < from + bytes && from < to + bytes) return INVALID_VALUE;
  return copy(handle, "a copy on the device", "copiesOnDevice", to, from, bytes, true, true,
              moving(to, from, bytes));
}

// The synchronous copies are on a stream of their own, which waits for no other.
API cuMemcpyHtoD_v2(uint64_t to, const void* from, size_t bytes) {
  CALL("cuMemcpyHtoD")
  if (int status = refuseWait()) return status;
  if (!inDeviceMemory(to, bytes)) return INVALID_VALUE;
  count("copiesToDevice");
  memcpy(reinterpret_cast<void*>(to), from, bytes);
  return SUCCESS;
}

API cuMemcpyDtoH_v2(void* to, uint64_t from, size_t bytes) {
  CALL("cuMemcpyDtoH")
  if (int status = refuseWait()) return status;
  if (!inDeviceMemory(from, bytes)) return INVALID_VALUE;
  count("copiesToHost");
  memcpy(to, reinterpret_cast<const void*>(from), bytes);
  return SUCCESS;
}

namespace {
template <class T>
int fill(uint64_t to, T value, size_t entries, void* handle) {
  if (to % sizeof(T) != 0) return INVALID_VALUE;
  return copy(handle, "a fill", "fills", to, 0, entries * sizeof(T), true, false, [=] {
    for (size_t i = 0; i < entries; i++) reinterpret_cast<T*>(to)[i] = value;
    return SUCCESS;
  });
}
}  // namespace

API cuMemsetD8Async(uint64_t to, unsigned char value, size_t entries, void* stream) {
  CALL("cuMemsetD8Async")
  return fill(to, value, entries, stream);
}

API cuMemsetD16Async(uint64_t to, unsigned short value, size_t entries, void* stream) {
  CALL("cuMemsetD16Async")
  return fill(to, value, entries, stream);
}

API cuMemsetD32Async(uint64_t to, unsigned value, size_t entries, void* stream) {
  CALL("cuMemsetD32Async")
  return fill(to, value, entries, stream);
}

EXPORTED int standin_isDevice(uint64_t address, size_t bytes) {
  std::lock_guard<std::recursive_mutex> guard(lock());
  return inDeviceMemory(address, bytes);
}
