// Streams, events, captures and graphs.
#include <chrono>
#include <deque>
#include <memory>
#include <set>
#include <thread>
#include <vector>

#include "standin.h"

namespace standin {
namespace {
struct Recording {
  std::vector<Work> work;
  int mode;  // 0 global, 1 of this thread, 2 relaxed
  std::thread::id thread;
  bool spoiled = false;
};
}  // namespace

struct Stream {
  void* context;
  std::deque<Work> queue;
  std::unique_ptr<Recording> recording;
};

namespace {
struct Moment {
  bool recorded = false, captured = false, passed = false;
  std::chrono::steady_clock::time_point time;
  Stream* stream = nullptr;
};

struct Event {
  std::shared_ptr<Moment> moment = std::make_shared<Moment>();
};

struct Graph {
  std::vector<Work> work;
};

std::set<Stream*> streams;
std::set<Event*> events;
std::set<Graph*> graphs, executables;

int spoil(Recording& recording) {
  recording.spoiled = true;
  return CAPTURE_UNSUPPORTED;
}

// Live counts tell a test what was not given back.
template <class T>
void* enter(std::set<T*>& all, T* made, const char* counter) {
  all.insert(made);
  count(counter);
  return made;
}

template <class T>
bool leave(std::set<T*>& all, void* handle, const char* counter) {
  T* known = static_cast<T*>(handle);
  if (all.erase(known) == 0) return false;
  count(counter, -1);
  delete known;
  return true;
}

template <class T>
T* find(const std::set<T*>& all, void* handle) {
  auto it = all.find(static_cast<T*>(handle));
  return it == all.end() ? nullptr : *it;
}
}  // namespace

Stream* streamOf(void* handle) {
  Stream* stream = find(streams, handle);
  return stream != nullptr && stream->context == currentContext() ? stream : nullptr;
}

bool capturing(Stream* stream) { return stream->recording != nullptr; }

int drain(Stream* stream) {
  while (!stream->queue.empty()) {
    Work work = std::move(stream->queue.front());
    stream->queue.pop_front();
    if (int status = work()) {
      stream->queue.clear();
      return status;
    }
  }
  return SUCCESS;
}

int drainAll() {
  for (Stream* stream : streams) {
    if (int status = drain(stream)) return status;
  }
  return SUCCESS;
}

int enqueue(Stream* stream, const char* what, Work work) {
  (void)what;
  if (stream->recording) {
    Recording& recording = *stream->recording;
    if (recording.spoiled) return CAPTURE_INVALIDATED;
    recording.work.push_back(std::move(work));
    return SUCCESS;
  }
  stream->queue.push_back(std::move(work));
  return setting("eager") ? drain(stream) : SUCCESS;
}

int refuseWait() {
  for (Stream* stream : streams) {
    if (stream->recording) return spoil(*stream->recording);
  }
  return SUCCESS;
}

int refuseUnsafe() {
  for (Stream* stream : streams) {
    if (!stream->recording) continue;
    Recording& recording = *stream->recording;
    bool here = recording.thread == std::this_thread::get_id();
    if (recording.mode == 0 || (recording.mode == 1 && here)) return spoil(recording);
  }
  return SUCCESS;
}
}  // namespace standin

using namespace standin;

API cuStreamCreate(void** stream, unsigned) {
  CALL("cuStreamCreate")
  *stream = enter(streams, new Stream{currentContext(), {}, nullptr}, "liveStreams");
  return SUCCESS;
}

API cuStreamDestroy_v2(void* handle) {
  CALL("cuStreamDestroy")
  Stream* stream = streamOf(handle);
  if (stream == nullptr) return INVALID_HANDLE;
  if (int status = drain(stream)) return status;
  leave(streams, handle, "liveStreams");
  return SUCCESS;
}

API cuStreamSynchronize(void* handle) {
  CALL("cuStreamSynchronize")
  Stream* stream = streamOf(handle);
  if (stream == nullptr) return INVALID_HANDLE;
  if (stream->recording) return spoil(*stream->recording);
  count("synchronizes");
  return drain(stream);
}

API cuStreamQuery(void* handle) {
  CALL("cuStreamQuery")
  Stream* stream = streamOf(handle);
  if (stream == nullptr) return INVALID_HANDLE;
  if (stream->recording) return spoil(*stream->recording);
  return stream->queue.empty() ? SUCCESS : NOT_READY;
}

API cuCtxSynchronize() {
  CALL("cuCtxSynchronize")
  if (int status = refuseWait()) return status;
  count("synchronizes");
  return drainAll();
}

API cuEventCreate(void** event, unsigned) {
  CALL("cuEventCreate")
  *event = enter(events, new Event, "liveEvents");
  return SUCCESS;
}

API cuEventDestroy_v2(void* handle) {
  CALL("cuEventDestroy")
  return leave(events, handle, "liveEvents") ? SUCCESS : INVALID_HANDLE;
}

API cuEventRecord(void* handle, void* streamHandle) {
  CALL("cuEventRecord")
  Event* event = find(events, handle);
  Stream* stream = streamOf(streamHandle);
  if (event == nullptr || stream == nullptr) return INVALID_HANDLE;
  auto moment = std::make_shared<Moment>();
  moment->recorded = true;
  moment->stream = stream;
  moment->captured = capturing(stream);
  event->moment = moment;
  // In a recording it orders other streams and is no work of its own.
  if (moment->captured) return SUCCESS;
  return enqueue(stream, "an event", [=] {
    moment->passed = true;
    moment->time = std::chrono::steady_clock::now();
    return SUCCESS;
  });
}

API cuEventQuery(void* handle) {
  CALL("cuEventQuery")
  Event* event = find(events, handle);
  if (event == nullptr) return INVALID_HANDLE;
  if (event->moment->captured) return CAPTURED_EVENT;
  return !event->moment->recorded || event->moment->passed ? SUCCESS : NOT_READY;
}

API cuEventSynchronize(void* handle) {
  CALL("cuEventSynchronize")
  Event* event = find(events, handle);
  if (event == nullptr) return INVALID_HANDLE;
  Moment& moment = *event->moment;
  if (moment.captured) return CAPTURED_EVENT;
  if (!moment.recorded || moment.passed) return SUCCESS;
  count("synchronizes");
  return drain(moment.stream);
}

API cuEventElapsedTime_v2(float* millis, void* from, void* to) {
  CALL("cuEventElapsedTime")
  Event* begin = find(events, from);
  Event* end = find(events, to);
  if (begin == nullptr || end == nullptr) return INVALID_HANDLE;
  for (Event* event : {begin, end}) {
    if (!event->moment->recorded || event->moment->captured) return INVALID_HANDLE;
    if (!event->moment->passed) return NOT_READY;
  }
  *millis = std::chrono::duration<float, std::milli>(end->moment->time - begin->moment->time).count();
  return SUCCESS;
}

API cuStreamWaitEvent(void* handle, void* eventHandle, unsigned) {
  CALL("cuStreamWaitEvent")
  Event* event = find(events, eventHandle);
  Stream* stream = streamOf(handle);
  if (event == nullptr || stream == nullptr) return INVALID_HANDLE;
  if (capturing(stream) || event->moment->captured) return NOT_SUPPORTED;
  auto moment = event->moment;
  return enqueue(stream, "a wait", [=] {
    return moment->recorded && !moment->passed ? drain(moment->stream) : (int)SUCCESS;
  });
}

API cuStreamBeginCapture_v2(void* handle, int mode) {
  CALL("cuStreamBeginCapture")
  Stream* stream = streamOf(handle);
  if (stream == nullptr) return INVALID_HANDLE;
  if (stream->recording) return spoil(*stream->recording);
  if (mode < 0 || mode > 2) return INVALID_VALUE;
  stream->recording.reset(new Recording{{}, mode, std::this_thread::get_id()});
  count("captures");
  return SUCCESS;
}

API cuStreamIsCapturing(void* handle, int* state) {
  CALL("cuStreamIsCapturing")
  Stream* stream = streamOf(handle);
  if (stream == nullptr) return INVALID_HANDLE;
  *state = !stream->recording ? 0 : stream->recording->spoiled ? 2 : 1;
  return SUCCESS;
}

API cuStreamEndCapture(void* handle, void** graph) {
  CALL("cuStreamEndCapture")
  *graph = nullptr;
  Stream* stream = streamOf(handle);
  if (stream == nullptr) return INVALID_HANDLE;
  if (!stream->recording) return CAPTURE_UNMATCHED;
  Recording& recording = *stream->recording;
  if (recording.mode != 2 && recording.thread != std::this_thread::get_id()) {
    return CAPTURE_WRONG_THREAD;
  }
  bool spoiled = recording.spoiled;
  std::vector<Work> work = std::move(recording.work);
  stream->recording.reset();
  if (spoiled) return CAPTURE_INVALIDATED;
  *graph = enter(graphs, new Graph{std::move(work)}, "liveGraphs");
  return SUCCESS;
}

API cuGraphGetNodes(void* handle, void** nodes, size_t* number) {
  CALL("cuGraphGetNodes")
  Graph* graph = find(graphs, handle);
  if (graph == nullptr || nodes != nullptr) return INVALID_VALUE;
  *number = graph->work.size();
  return SUCCESS;
}

API cuGraphInstantiateWithFlags(void** executable, void* handle, unsigned long long) {
  CALL("cuGraphInstantiate")
  if (int status = refuseUnsafe()) return status;
  Graph* graph = find(graphs, handle);
  if (graph == nullptr) return INVALID_VALUE;
  *executable = enter(executables, new Graph(*graph), "liveExecutables");
  return SUCCESS;
}

API cuGraphUpload(void* executable, void* handle) {
  CALL("cuGraphUpload")
  Stream* stream = streamOf(handle);
  if (stream == nullptr || find(executables, executable) == nullptr) return INVALID_HANDLE;
  return stream->recording ? spoil(*stream->recording) : SUCCESS;
}

API cuGraphLaunch(void* executable, void* handle) {
  CALL("cuGraphLaunch")
  Graph* graph = find(executables, executable);
  Stream* stream = streamOf(handle);
  if (graph == nullptr || stream == nullptr) return INVALID_HANDLE;
  count("graphLaunches");
  for (const Work& work : graph->work) {
    if (int status = enqueue(stream, "a graph", work)) return status;
  }
  return SUCCESS;
}

API cuGraphDestroy(void* handle) {
  CALL("cuGraphDestroy")
  return leave(graphs, handle, "liveGraphs") ? SUCCESS : INVALID_VALUE;
}

API cuGraphExecDestroy(void* handle) {
  CALL("cuGraphExecDestroy")
  return leave(executables, handle, "liveExecutables") ? SUCCESS : INVALID_VALUE;
}

EXPORTED int standin_enqueue(void* handle, const char* what, const Work* work) {
  CALL(what)
  Stream* stream = streamOf(handle);
  if (stream == nullptr) return INVALID_HANDLE;
  count(what);
  std::string name = what;
  Work given = *work;
  return enqueue(stream, what, [=] {
    int status = given();
    if (status != SUCCESS) return breakDevice(status, name + " failed");
    std::string written = brokenGuard();
    return written.empty() ? SUCCESS
                           : breakDevice(ILLEGAL_ADDRESS, name + " wrote beyond " + written);
  });
}
