// The runtime of the CPU shim: fibers, the block scheduler and the table of kernels (see shim.h).
#include "shim.h"

#include <map>
#include <sys/mman.h>
#include <vector>

#if !defined(__x86_64__)
#error "the fiber switch below is for x86-64"
#endif

// Saves the callee-saved registers (System V x86-64 ABI) on the running stack and goes on with
// another one.
asm(R"(
.text
.type shimSwitch,@function
shimSwitch:
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp,(%rdi)
  movq %rsi,%rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  ret
.size shimSwitch,.-shimSwitch
)");

extern "C" {
void shimSwitch(void** save, void* to);
extern char __start_shimshared[] __attribute__((weak, visibility("hidden")));
extern char __stop_shimshared[] __attribute__((weak, visibility("hidden")));
}

#define EXPORTED extern "C" __attribute__((visibility("default")))

namespace shim {
enum class State { ready, atBlock, atWarp, done };

struct Fiber {
  void* stackPointer = nullptr;
  char* stack = nullptr;
  uint3 thread = {};
  unsigned linear = 0;
  State state = State::ready;
  int site = 0;
  unsigned mask = 0;
  int turn = 0;
};

// Two sets of slots: a lane can be one meeting ahead of a lane that still reads the last one.
struct Warp {
  char slots[2][32 * SLOT];
};

struct Kernel {
  Entry entry;
  std::string signature;
  int maxThreads;
};

Fiber* current;
uint3 thread, block;
dim3 blockSize, gridSize;
char* dynamicShared;

namespace {
constexpr size_t STACK = 64 << 10;
constexpr size_t GUARD = 256;
constexpr int POISON = 0xff;

void* schedulerStack;
Entry entry;
void** arguments;
std::string error;
std::vector<char*> stacks;
std::vector<Warp> warps;

std::map<std::string, Kernel>& table() {
  static std::map<std::string, Kernel> kernels;
  return kernels;
}

int fail(const std::string& message) {
  error = message;
  return 1;
}

void leave(State state, int site, unsigned mask) {
  current->state = state;
  current->site = site;
  current->mask = mask;
  shimSwitch(&current->stackPointer, schedulerStack);
}

void runThread() {
  entry(arguments);
  leave(State::done, 0, 0);
  __builtin_trap();
}

void prepare(Fiber& fiber) {
  void** top = reinterpret_cast<void**>(fiber.stack + STACK);
  *--top = nullptr;  // so that the stack is aligned as after a call
  *--top = reinterpret_cast<void*>(&runThread);
  for (int i = 0; i < 6; i++) *--top = nullptr;
  fiber.stackPointer = top;
  fiber.state = State::ready;
  fiber.turn = 0;
}

// xorshift64: the order of threads and blocks only has to be varied and repeatable
struct Shuffle {
  uint64_t state;
  explicit Shuffle(uint64_t seed) : state(seed * 0x9E3779B97F4A7C15ull + 1) {}
  unsigned below(size_t bound) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (unsigned)(state % bound);
  }
  template <class T>
  void apply(std::vector<T>& values) {
    for (size_t i = values.size(); i > 1; i--) std::swap(values[i - 1], values[below(i)]);
  }
};

template <class T>
std::vector<T> sequence(size_t count, uint64_t order) {
  std::vector<T> values(count);
  for (size_t i = 0; i < count; i++) values[i] = (T)(order == 1 ? count - 1 - i : i);
  return values;
}

// Lets the lanes go on with which `fiber` waits if all of them have come. False: one never will.
bool releaseWarp(std::vector<Fiber>& fibers, const Fiber& fiber) {
  Fiber* first = &fibers[fiber.linear / 32 * 32];
  unsigned site = fiber.site, mask = fiber.mask;
  for (int l = 0; l < 32; l++) {
    if (!(mask >> l & 1)) continue;
    if (first[l].state == State::done) {
      fail("thread " + std::to_string(fiber.linear) + " meets its warp, but lane " +
           std::to_string(l) + " has exited");
      return false;
    }
    if (first[l].state != State::atWarp || first[l].site != (int)site) return true;
  }
  for (int l = 0; l < 32; l++) {
    if (mask >> l & 1) first[l].state = State::ready;
  }
  return true;
}

// Lets the whole block go on if all threads that have not exited wait at one barrier.
bool releaseBlock(std::vector<Fiber>& fibers, size_t done, bool& released) {
  size_t waiting = 0;
  int site = 0;
  bool same = true;
  for (const Fiber& fiber : fibers) {
    if (fiber.state != State::atBlock) continue;
    same = same && (waiting == 0 || fiber.site == site);
    site = fiber.site;
    waiting++;
  }
  released = waiting > 0 && waiting + done == fibers.size();
  if (!released) return true;
  if (!same || done > 0) {
    fail(same ? "some threads exited, others wait at a barrier"
              : "threads of one block wait at different barriers");
    return false;
  }
  for (Fiber& fiber : fibers) fiber.state = State::ready;
  return true;
}

// Gives each thread of `turns` that can go on one turn. False: something is wrong.
bool runTurns(std::vector<Fiber>& fibers, const std::vector<unsigned>& turns, size_t& done,
              bool& progress) {
  progress = false;
  for (unsigned turn : turns) {
    Fiber& fiber = fibers[turn];
    if (fiber.state != State::ready) continue;
    progress = true;
    current = &fiber;
    thread = fiber.thread;
    shimSwitch(&schedulerStack, fiber.stackPointer);
    if (fiber.state == State::done) done++;
    if (fiber.state == State::atWarp && !releaseWarp(fibers, fiber)) return false;
  }
  return true;
}

// Even seeds shuffle all threads anew for each turn. All other orders take one warp after another,
// each as far as it goes, so that it overtakes those that have not begun: both find races that the
// other does not.
bool runBlock(std::vector<Fiber>& fibers, uint64_t order) {
  const bool together = order > 1 && order % 2 == 0;
  const size_t group = together ? fibers.size() : 32;
  std::vector<std::vector<unsigned>> groups(fibers.size() / group);
  const std::vector<unsigned> turns = sequence<unsigned>(fibers.size(), order);
  for (size_t i = 0; i < turns.size(); i++) groups[i / group].push_back(turns[i]);
  Shuffle shuffle(order);
  size_t done = 0;
  for (Fiber& fiber : fibers) prepare(fiber);
  while (done < fibers.size()) {
    bool any = false;
    if (order > 1) shuffle.apply(groups);
    for (std::vector<unsigned>& threads : groups) {
      bool progress;
      do {
        if (order > 1) shuffle.apply(threads);
        if (!runTurns(fibers, threads, done, progress)) return false;
        any = any || progress;
      } while (progress);
    }
    bool released = false;
    if (!releaseBlock(fibers, done, released)) return false;
    if (!any && !released && done < fibers.size()) {
      fail("deadlock: no thread of the block can go on");
      return false;
    }
  }
  return true;
}

void poisonShared(char* dynamic, size_t bytes) {
  if (__start_shimshared != nullptr) {
    memset(__start_shimshared, POISON, __stop_shimshared - __start_shimshared);
  }
  memset(dynamic, POISON, bytes + GUARD);
}

bool guardIntact(const char* dynamic, size_t bytes) {
  for (size_t i = 0; i < GUARD; i++) {
    if ((unsigned char)dynamic[bytes + i] != POISON) {
      fail("a write beyond the dynamic shared memory");
      return false;
    }
  }
  return true;
}

std::vector<Fiber> fibersOf(dim3 size) {
  std::vector<Fiber> fibers(size.x * size.y * size.z);
  while (stacks.size() < fibers.size()) {
    stacks.push_back(static_cast<char*>(mmap(nullptr, STACK, PROT_READ | PROT_WRITE,
                                             MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)));
  }
  for (unsigned i = 0; i < fibers.size(); i++) {
    fibers[i].stack = stacks[i];
    fibers[i].linear = i;
    fibers[i].thread = {i % size.x, i / size.x % size.y, i / size.x / size.y};
  }
  return fibers;
}
}  // namespace

unsigned lane() { return current->linear & 31u; }

void meetBlock(int site) {
  leave(State::atBlock, site, 0);
}

const char* meetWarp(unsigned mask, const void* value, int bytes, int site) {
  Fiber* self = current;
  char* slots = warps[self->linear / 32].slots[self->turn];
  self->turn ^= 1;
  memcpy(slots + (self->linear & 31) * SLOT, value, bytes);
  leave(State::atWarp, site, mask);
  return slots;
}

void enter(const char* name, Entry entry, std::string signature, int maxThreads) {
  table()[name] = {entry, std::move(signature), maxThreads};
}
}  // namespace shim

void shimMma(float (&c)[4], const unsigned (&a)[4], const unsigned (&b)[2], int site) {
  unsigned mine[6] = {a[0], a[1], a[2], a[3], b[0], b[1]};
  const char* slots = shim::meetWarp(0xffffffffu, mine, sizeof mine, site);
  auto bf16 = [](unsigned pair, int upper) {
    return __uint_as_float(upper ? pair & 0xffff0000u : pair << 16);
  };
  unsigned group = shim::lane() / 4, t = shim::lane() % 4;
  for (int i = 0; i < 4; i++) {
    unsigned row = group + (i >= 2 ? 8 : 0), column = 2 * t + i % 2;
    float sum = c[i];
    for (unsigned k = 0; k < 16; k++) {
      unsigned owner = k % 8 / 2;
      unsigned aWord = shim::slotOf<unsigned>(slots, row % 8 * 4 + owner, row / 8 + k / 8 * 2);
      unsigned bWord = shim::slotOf<unsigned>(slots, column * 4 + owner, 4 + k / 8);
      sum += bf16(aWord, k % 2) * bf16(bWord, k % 2);
    }
    c[i] = sum;
  }
}

EXPORTED const char* shim_error() { return shim::error.c_str(); }

EXPORTED int shim_kernels() { return (int)shim::table().size(); }

EXPORTED const char* shim_kernel(int index) {
  auto at = shim::table().begin();
  std::advance(at, index);
  return at->first.c_str();
}

EXPORTED const char* shim_signature(const char* name) {
  auto found = shim::table().find(name);
  return found == shim::table().end() ? nullptr : found->second.signature.c_str();
}

EXPORTED int shim_launch(const char* name, unsigned gx, unsigned gy, unsigned gz, unsigned bx,
                         unsigned by, unsigned bz, unsigned sharedBytes, uint64_t order,
                         void** arguments) {
  using namespace shim;
  auto found = table().find(name);
  if (found == table().end()) return fail(std::string("no kernel ") + name);
  size_t threads = (size_t)bx * by * bz;
  if (threads == 0 || threads > (size_t)found->second.maxThreads) {
    return fail(std::string(name) + ": " + std::to_string(threads) +
                " threads are beyond its launch bound");
  }
  if (threads % 32 != 0) return fail("a block is not made of whole warps");
  if (sharedBytes > 227 * 1024) return fail("more than 227 KiB of shared memory");
  if (gx == 0 || gy == 0 || gz == 0 || gy > 65535 || gz > 65535) return fail("a bad grid");
  entry = found->second.entry;
  shim::arguments = arguments;
  blockSize = {bx, by, bz};
  gridSize = {gx, gy, gz};
  std::vector<Fiber> fibers = fibersOf(blockSize);
  warps.resize(threads / 32);
  std::vector<char> memory(sharedBytes + GUARD + 16);
  dynamicShared = memory.data() + (16 - (uintptr_t)memory.data() % 16);
  std::vector<uint64_t> blocks = sequence<uint64_t>((size_t)gx * gy * gz, order);
  if (order > 1) Shuffle(order + 1).apply(blocks);
  for (uint64_t b : blocks) {
    block = {(unsigned)(b % gx), (unsigned)(b / gx % gy), (unsigned)(b / gx / gy)};
    poisonShared(dynamicShared, sharedBytes);
    if (!runBlock(fibers, order) || !guardIntact(dynamicShared, sharedBytes)) {
      error = std::string(name) + ": " + error;
      return 2;
    }
  }
  return 0;
}
