// What tests set, count and order. A setting can also come from the environment, for a process of
// its own: ARPG4J_STANDIN="driverVersion=12040,deviceCount=0".
#include <cstdio>
#include <cstdlib>
#include <map>

#include "standin.h"

namespace standin {
namespace {
const std::map<std::string, int64_t>& defaults() {
  static const std::map<std::string, int64_t> values = {
      {"driverVersion", 13000},
      {"deviceCount", 1},
      {"computeCapability", 90},
      {"multiprocessors", 4},
      {"l2Bytes", 1 << 20},
      {"totalMemory", int64_t(2) << 30},
      {"order", 0},  // of threads and blocks: 0 ascending, 1 descending, else a shuffle's seed
      {"eager", 0},  // 1: a stream's work runs as soon as it is enqueued
      {"refusedAlgorithms", 0},  // of cublasLt's, a bit each: offered, but not run
      {"refusedBatches", 0},     // 1: nor are several products at once
  };
  return values;
}

struct Order {
  int64_t nth;
  int status;
};

struct Control {
  std::map<std::string, int64_t> settings = defaults();
  std::map<std::string, int64_t> counts;
  std::map<std::string, Order> orders;
  int broken = SUCCESS;
  std::string why;

  Control() {
    const char* given = getenv("ARPG4J_STANDIN");
    std::string text = given ? given : "";
    for (size_t at = 0; at < text.size();) {
      size_t end = text.find(',', at);
      if (end == std::string::npos) end = text.size();
      std::string part = text.substr(at, end - at);
      size_t sign = part.find('=');
      if (sign == std::string::npos || !settings.count(part.substr(0, sign))) {
        fprintf(stderr, "ARPG4J_STANDIN: what is %s?\n", part.c_str());
        abort();
      }
      settings[part.substr(0, sign)] = atoll(part.c_str() + sign + 1);
      at = end + 1;
    }
  }
};

Control& control() {
  static Control only;
  return only;
}
}  // namespace

std::recursive_mutex& lock() {
  static std::recursive_mutex only;
  return only;
}

int64_t setting(const char* name) { return control().settings.at(name); }

void count(const char* what, int64_t by) { control().counts[what] += by; }

int ordered(const char* function) {
  auto order = control().orders.find(function);
  if (order == control().orders.end() || --order->second.nth > 0) return SUCCESS;
  int status = order->second.status;
  control().orders.erase(order);
  return status;
}

int broken() { return control().broken; }

int breakDevice(int status, const std::string& why) {
  if (control().broken == SUCCESS) {
    control().broken = status;
    control().why = why;
    fprintf(stderr, "stand-in device: %s\n", why.c_str());
  }
  return control().broken;
}
}  // namespace standin

using namespace standin;

// Returns 0 if there is such a setting.
API standin_set(const char* name, int64_t value) {
  std::lock_guard<std::recursive_mutex> guard(lock());
  auto setting = control().settings.find(name);
  if (setting == control().settings.end()) return 1;
  setting->second = value;
  return 0;
}

// Everything as at the start, but for what is allocated and counted as live.
API standin_reset() {
  std::lock_guard<std::recursive_mutex> guard(lock());
  control().settings = defaults();
  control().orders.clear();
  control().broken = SUCCESS;
  control().why.clear();
  for (auto& entry : control().counts) {
    if (entry.first.compare(0, 4, "live") != 0) entry.second = 0;
  }
  return 0;
}

EXPORTED int64_t standin_count(const char* what) {
  std::lock_guard<std::recursive_mutex> guard(lock());
  auto entry = control().counts.find(what);
  return entry == control().counts.end() ? 0 : entry->second;
}

// The nth call from now of that function of the driver answers this, once.
API standin_fail(const char* function, int64_t nth, int status) {
  std::lock_guard<std::recursive_mutex> guard(lock());
  control().orders[function] = {nth, status};
  return 0;
}

// For the libraries that stand on this one.
API standin_ordered(const char* function) {
  std::lock_guard<std::recursive_mutex> guard(lock());
  return ordered(function);
}

EXPORTED int64_t standin_setting(const char* name) {
  std::lock_guard<std::recursive_mutex> guard(lock());
  return setting(name);
}

// Why the device is broken, empty if it is not.
EXPORTED const char* standin_why() { return control().why.c_str(); }
